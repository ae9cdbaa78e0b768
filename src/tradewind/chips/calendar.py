"""The periods that rules, and the first days of sale, cut the years into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tradewind.chips.families import families
from tradewind.chips.history import FIRST_YEAR, QUARTERS
from tradewind.chips.programme import Floats, Integers
from tradewind.errors import InputError

LAST_YEAR = 2035


@dataclass(frozen=True)
class Calendar:
    """Periods in order, without a gap, from 1 January of the first year to the end of the last.

    Parameters
    ----------
    starts : tuple of date
        First day of each period.
    last_year : int
    """

    starts: tuple[date, ...]
    last_year: int

    @classmethod
    def cut(cls, days: Iterable[date] = (), last_year: int = LAST_YEAR) -> Calendar:
        """Cut the years at the given days, at each new year and where a family comes to market.

        Raises
        ------
        InputError
            If the last year is outside what the market covers.

        Examples
        --------
        >>> [day.isoformat() for day in Calendar.cut([date(2022, 8, 26)], 2022).starts]
        ['2022-01-01', '2022-08-26', '2022-10-01']
        """
        if not FIRST_YEAR <= last_year <= LAST_YEAR:
            raise InputError(
                "the chip market does not cover this year",
                where="last year",
                value=last_year,
                bound=f"{FIRST_YEAR} to {LAST_YEAR}",
                remedy="choose a year within",
            )
        years = {date(year, 1, 1) for year in range(FIRST_YEAR, last_year + 1)}
        launched = {quarter_days(family.start)[0] for family in families().values()}
        inside = {
            day
            for day in launched.union(days)
            if date(FIRST_YEAR, 1, 1) <= day <= date(last_year, 12, 31)
        }
        return cls(tuple(sorted(years | inside)), last_year)

    @property
    def ends(self) -> tuple[date, ...]:
        """First day after each period."""
        return (*self.starts[1:], date(self.last_year + 1, 1, 1))

    @property
    def years(self) -> list[int]:
        """Years covered."""
        return list(range(FIRST_YEAR, self.last_year + 1))

    @property
    def year_of(self) -> Integers:
        """Position of each period's year: (period,)."""
        return np.array([start.year - FIRST_YEAR for start in self.starts])

    @property
    def share_of_year(self) -> Floats:
        """Length of each period: (period,) [year]."""
        return np.array(
            [
                (end - start).days / (date(start.year + 1, 1, 1) - date(start.year, 1, 1)).days
                for start, end in zip(self.starts, self.ends, strict=True)
            ]
        )

    @property
    def share_of_quarter(self) -> Floats:
        """Share of each observed quarter's days that fall into each period: (period, quarter)."""
        shares = np.zeros((len(self.starts), len(QUARTERS)))
        for q, quarter in enumerate(QUARTERS):
            first, last = quarter_days(quarter)
            for p, (start, end) in enumerate(zip(self.starts, self.ends, strict=True)):
                days = (min(end, last) - max(start, first)).days
                shares[p, q] = max(days, 0) / (last - first).days
        return shares

    @property
    def middles(self) -> list[date]:
        """Day in the middle of each period, on which rules are asked."""
        return [
            start + timedelta(days=(end - start).days // 2)
            for start, end in zip(self.starts, self.ends, strict=True)
        ]


def quarter_days(quarter: str) -> tuple[date, date]:
    """First day of a quarter and first day after it.

    >>> [day.isoformat() for day in quarter_days("2024Q4")]
    ['2024-10-01', '2025-01-01']
    """
    year, number = int(quarter[:4]), int(quarter[5])
    first = date(year, 3 * number - 2, 1)
    return first, date(year + (number == 4), 1 if number == 4 else 3 * number + 1, 1)

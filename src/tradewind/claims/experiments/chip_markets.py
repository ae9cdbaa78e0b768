"""The chip market of several regimes on common periods, for claims that compare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from tradewind.chip_run.policy import compile_policies
from tradewind.chips import path
from tradewind.chips.block import calendar_of, history, rules_of
from tradewind.chips.calendar import Calendar
from tradewind.chips.history import MADE_AT_HOME, History
from tradewind.chips.market import labels, market, specification
from tradewind.chips.parameters import central
from tradewind.chips.programme import Floats
from tradewind.chips.results import yearly
from tradewind.chips.solve import calibrated, solve
from tradewind.controls import Regime

ENACTED = "enacted"
"""Rules to which observed capacity has answered."""


def chip_values(given: Mapping[str, float]) -> dict[str, float]:
    """Every parameter of the chip market, with those that a claim varies."""
    known = central()
    return central({name: value for name, value in given.items() if name in known})


@dataclass(frozen=True, eq=False)
class ChipMarkets:
    """Regimes made ready for the market.

    Parameters
    ----------
    observed : History
    calendar : Calendar
    policies : mapping of str to Dataset
        By the name of the regime; ``ENACTED`` is among them.
    """

    observed: History
    calendar: Calendar
    policies: Mapping[str, xr.Dataset]

    @classmethod
    def of(cls, regimes: Mapping[str, Regime], last_year: int) -> ChipMarkets:
        """Ask the rules of each regime, and those as enacted, about every sale."""
        named = {**regimes, ENACTED: Regime.shipped()}
        compiled = compile_policies(list(named.values()), last_year)
        policies = dict(zip(named, compiled, strict=True))
        return cls(history(), calendar_of(compiled[0]), policies)

    def rules(self, regime: str, values: Mapping[str, float]) -> path.Rules:
        """Rules of a regime as arrays."""
        return rules_of(self.policies[regime], self.observed, self.calendar, values)

    def market(self, values: Mapping[str, float]) -> path.Market:
        """Supply and demand, with what observed capacity owes to the rules as enacted."""
        own = market(self.observed.at(values["sales_level"]), self.calendar, values)
        return calibrated(own, self.rules(ENACTED, values), self.calendar)

    def solve(
        self, regime: str, values: Mapping[str, float], market: path.Market | None = None
    ) -> path.Path:
        """Walk the market through the years under a regime."""
        own = self.market(values) if market is None else market
        return solve(own, self.rules(regime, values), self.calendar)

    def sold(self, found: path.Path, values: Mapping[str, float]) -> Floats:
        """Compute sold under the rules: (year, family, country) [H100e]."""
        h100e, _ = specification(self.observed, self.calendar, values)
        packages = yearly(found.packages.sum(axis=3), self.calendar)
        return np.asarray(packages * h100e[:, :, None])

    def made_at_home(self, found: path.Path, values: Mapping[str, float]) -> Floats:
        """Compute that China makes and sells at home: (year,) [H100e]."""
        own = [labels().index(name) for name in MADE_AT_HOME]
        return np.asarray(self.sold(found, values)[:, own, self.observed.home].sum(axis=1))

    def since(self, year: int) -> slice:
        """Years from one on."""
        return slice(self.calendar.years.index(year), None)

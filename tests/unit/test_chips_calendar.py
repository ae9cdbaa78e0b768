"""Periods of the chip market hold every day once, and quarters are spread over them by days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.chips import Calendar
from tradewind.chips.calendar import quarter_days
from tradewind.chips.families import families
from tradewind.chips.history import QUARTERS
from tradewind.errors import InputError

DAYS = st.lists(st.dates(date(2020, 1, 1), date(2037, 12, 31)), max_size=12)


@given(days=DAYS, last=st.integers(2022, 2035))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_day_is_in_one_period(days: list[date], last: int) -> None:
    calendar = Calendar.cut(days, last)
    assert calendar.starts[0] == date(2022, 1, 1)
    assert calendar.ends[-1] == date(last + 1, 1, 1)
    assert calendar.ends[:-1] == calendar.starts[1:]
    assert all(start < end for start, end in zip(calendar.starts, calendar.ends, strict=True))
    # No period holds a new year; every day asked for begins one.
    assert all(
        start.year == (end - timedelta(days=1)).year
        for start, end in zip(calendar.starts, calendar.ends, strict=True)
    )
    assert {day for day in days if date(2022, 1, 1) <= day <= date(last, 12, 31)} <= set(
        calendar.starts
    )
    by_year = np.bincount(calendar.year_of, calendar.share_of_year)
    np.testing.assert_allclose(by_year, 1.0, rtol=1e-12)
    assert calendar.years == list(range(2022, last + 1))
    for day, start, end in zip(calendar.middles, calendar.starts, calendar.ends, strict=True):
        assert start <= day < end


@given(days=DAYS)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_every_observed_quarter_is_spread_whole(days: list[date]) -> None:
    shares = Calendar.cut(days).share_of_quarter
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=1e-12)
    assert (shares >= 0.0).all()


def test_a_quarter_cut_by_hand() -> None:
    """26 August is day 57 of the 92 of the third quarter of 2022."""
    calendar = Calendar.cut([date(2022, 8, 26)], 2022)
    share = calendar.share_of_quarter[:, QUARTERS.index("2022Q3")]
    before = np.array([start < date(2022, 8, 26) for start in calendar.starts])
    assert share[before].sum() == pytest.approx(56 / 92)
    assert share[~before].sum() == pytest.approx(36 / 92)
    assert calendar.share_of_year[before].sum() == pytest.approx(237 / 365)
    # A leap year has a day more.
    leap = Calendar.cut([date(2024, 3, 1)])
    early = [date(2024, 1, 1) <= start < date(2024, 3, 1) for start in leap.starts]
    assert leap.share_of_year[early].sum() == pytest.approx(60 / 366)


def test_first_days_of_sale_begin_periods() -> None:
    starts = set(Calendar.cut().starts)
    for label, family in families().items():
        assert quarter_days(family.start)[0] in starts, label


@pytest.mark.parametrize("last", [2021, 2036, 0])
def test_years_outside_are_refused(last: int) -> None:
    with pytest.raises(InputError, match="does not cover this year") as caught:
        Calendar.cut((), last)
    assert caught.value.bound == "2022 to 2035"

"""Equations of the compute layer by hand, by brute force, and against sums over hours."""

from __future__ import annotations

import importlib
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_docs import ROOT, functions_in, text
from tradewind.capacity import Units
from tradewind.capacity import equations as eq

ROW = re.compile(
    r"^\| ([LRS]\d+) .*\| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE
)


def test_every_equation_has_its_function_and_test() -> None:
    page = text("src/tradewind/capacity/README.md")
    rows = ROW.findall(page)
    assert {row[0] for row in rows} == set(re.findall(r"\[([LRS]\d+)\]", page))
    for equation, dotted, file, test in rows:
        package, module, name = dotted.split(".")
        member = getattr(importlib.import_module(f"tradewind.{package}.{module}"), name)
        assert member.__doc__, equation
        assert test in functions_in(ROOT / "tests" / file), equation


def test_pue_rises_above_15_degrees_up_to_its_design() -> None:
    found = eq.power_usage_effectiveness(np.array([-20.0, 15.0, 25.0, 60.0]), 1.08, 0.015, 1.5)
    np.testing.assert_allclose(found, [1.08, 1.08, 1.23, 1.5], rtol=1e-14)


def test_annuity_repays_the_investment() -> None:
    """The present value of L payments of the annuity is one."""
    for rate, life in ((0.05, 5), (0.12, 20), (1e-9, 7)):
        payment = float(eq.annuity(rate, life))
        value = sum(payment / (1.0 + rate) ** year for year in range(1, life + 1))
        assert value == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(eq.annuity(np.array([0.0, 0.1]), 4.0), [0.25, 0.3154708], rtol=1e-7)


def test_great_circle_of_known_ends() -> None:
    """A quarter of the circumference from pole to equator, half of it between antipodes."""
    quarter = np.pi / 2.0 * eq.EARTH_RADIUS_KM
    assert float(eq.great_circle_km(90.0, 0.0, 0.0, 77.0)) == pytest.approx(quarter)
    assert float(eq.great_circle_km(10.0, 20.0, -10.0, -160.0)) == pytest.approx(2.0 * quarter)
    assert float(eq.great_circle_km(1.0, 2.0, 1.0, 2.0)) == 0.0
    # Beijing to Guiyang, by the law of cosines.
    a, b, x = np.radians([39.9, 26.65, 116.4 - 106.63])
    cosine = np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(x)
    found = float(eq.great_circle_km(39.9, 116.4, 26.65, 106.63))
    assert found == pytest.approx(eq.EARTH_RADIUS_KM * np.arccos(cosine), rel=1e-10)


def test_round_trip_of_a_thousand_kilometres() -> None:
    np.testing.assert_allclose(eq.light_round_trip_ms(np.array([0.0, 1000.0])), [0.0, 10.0])
    np.testing.assert_allclose(eq.expected_round_trip_ms(np.array([0.0, 1000.0])), [4.0, 19.0])


def test_a_normalised_shape_has_mean_one_by_weight() -> None:
    weight = np.array([1.0, 3.0, 2.0])
    shape = eq.normalised(np.array([4.0, 1.0, 7.0]), weight)
    assert shape @ weight / weight.sum() == pytest.approx(1.0, rel=1e-15)
    np.testing.assert_allclose(shape / shape[0], [1.0, 0.25, 1.75], rtol=1e-15)


def test_steps_start_anew_with_each_period() -> None:
    step = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    np.testing.assert_array_equal(
        eq.step_starts(step, np.array([3, 3, 7, 7, 7])), [0.0, 1.0, 0.0, 3.0, 7.0]
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 4.0), min_size=4, max_size=14),
    st.integers(0, 9),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_recent_arrivals_count_the_last_hours(
    arrivals: list[float], hours: int, step: int, lengths: int
) -> None:
    """Against a sum over single hours: each step is cut into its hours."""
    shape = np.array(arrivals)
    period = np.arange(shape.size) // (lengths + 1)
    steps = np.full(shape.size, float(step))
    found = eq.recent_arrivals(shape, steps, period, float(hours))
    for k in range(shape.size):
        same = [j for j in range(k + 1) if period[j] == period[k]]
        single = np.repeat(shape[same], step)
        ends = k + 1 == shape.size or period[k + 1] != period[k]
        expected = 0.0 if ends else single[max(0, single.size - hours) :].sum()
        assert found[k] == pytest.approx(expected, abs=1e-12)


def test_work_of_a_window_may_run_anywhere_in_it() -> None:
    step, period = np.ones(7), np.array([0, 0, 0, 0, 0, 1, 1])
    window = eq.window_of(step, period, 3.0)
    np.testing.assert_array_equal(window, [0, 0, 0, 1, 1, 2, 2])
    behind, ahead = eq.window_bounds(np.arange(1.0, 8.0), step, window)
    np.testing.assert_array_equal(behind, [1.0, 3.0, 0.0, 4.0, 0.0, 6.0, 0.0])
    np.testing.assert_array_equal(ahead, [5.0, 3.0, 0.0, 5.0, 0.0, 7.0, 0.0])


def test_windows_count_hours_and_not_steps() -> None:
    step = np.array([3.0, 3.0, 3.0, 3.0, 6.0])
    np.testing.assert_array_equal(eq.window_of(step, np.zeros(5, int), 6.0), [0, 0, 1, 1, 2])


def test_units_of_two_networks_say_the_same() -> None:
    """A GW of IT at 0.8 kW per H100e holds 1,250 kH100e, a MW a thousandth of it."""
    own, other = Units.own(), Units()
    assert own.kh100e_per_power(0.8) == pytest.approx(1250.0)
    assert other.kh100e_per_power(0.8) == pytest.approx(1.25)
    assert own.per_kw(30.0) == pytest.approx(30.0)  # USD / kW is USD million / GW
    assert other.per_kw(30.0) == pytest.approx(30_000.0)
    assert own.per_kh100e(20_000.0) == pytest.approx(20.0)
    assert other.per_kh100e(20_000.0) == pytest.approx(2e7)
    assert own.per_mwh(50.0) == pytest.approx(0.05)
    assert other.per_mwh(50.0) == pytest.approx(50.0)

"""The registry of the plan: every number has source, unit and range, and fits the catalogue."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.capacity import defaults, parameters
from tradewind.errors import ScenarioError
from tradewind.world.accelerators import catalogue, total_processing_performance

NAMES = tuple(parameters.registry())
EPOCH_USD_PER_KW = 26_117.0
"""Compute cost over IT power at every site of Epoch's table of frontier data centres (2026-07)."""


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_where_it_is_from_and_holds_its_value(name: str) -> None:
    """No number without source, unit, date and a range around it."""
    entry = parameters.registry()[name]
    assert entry.low <= entry.value <= entry.high
    assert len(entry.source) > 8
    assert entry.unit
    assert entry.note
    assert entry.low < entry.high


@pytest.mark.parametrize("family", parameters.families())
def test_a_family_agrees_with_the_catalogue(family: str) -> None:
    """H100e is that of TPP without 4 bit; power is between the chip's own and four times it."""
    item = catalogue()[parameters.table("chips")[family]["catalogue"]]
    assert item.tdp_w is not None
    h100e = parameters.family_h100e(family)
    eight_bit_and_up = {
        name: value for name, value in item.tflops.items() if name not in ("fp4", "int4")
    }
    tpp = total_processing_performance(eight_bit_and_up)
    assert tpp is not None
    assert h100e == pytest.approx(tpp / 15_832.0, rel=0.1)
    board = item.tdp_w / 1000.0 / h100e
    assert board < parameters.value(f"chips.{family}.kw") < 4.0 * board


@pytest.mark.parametrize("family", ["h100", "b200", "b300", "ascend-910c"])
def test_a_system_costs_what_epochs_sites_cost(family: str) -> None:
    """Prices built up from chips lie within a fifth of Epoch's cost per watt."""
    epoch = EPOCH_USD_PER_KW * parameters.value(f"chips.{family}.kw")
    assert parameters.system_price(family) == pytest.approx(epoch, rel=0.2)


def test_a_value_given_is_taken_and_its_range_kept() -> None:
    """Overrides move what follows from them; outside the range they are refused."""
    assert parameters.system_price("h100", {"system_factor": 2.0}) == pytest.approx(2.0 * 23_238)
    with pytest.raises(ScenarioError, match="outside its range"):
        parameters.value("chip_life", {"chip_life": 30.0})
    with pytest.raises(ScenarioError, match="no parameter of this name"):
        parameters.value("chip_lives")


def test_capital_is_real() -> None:
    """Cost of capital in constant money: nominal less inflation, exactly."""
    rate = parameters.discount_rate("IND")
    nominal = parameters.value("wacc.IND")
    assert (1.0 + rate) * (1.0 + parameters.value("inflation")) == pytest.approx(1.0 + nominal)


@given(st.floats(0.001, 0.3), st.integers(1, 60))
def test_an_annuity_pays_back(rate: float, life: int) -> None:
    """Discounted payments add up to the investment."""
    payments = defaults.annuity(rate, float(life)) / (1.0 + rate) ** np.arange(1, life + 1)
    assert payments.sum() == pytest.approx(1.0, rel=1e-9)


@given(st.floats(-180, 180), st.floats(0.1, 0.6))
def test_a_daily_shape_has_mean_one_and_its_peak_in_the_afternoon(
    longitude: float, swing: float
) -> None:
    """Whatever the zone, the weighted mean is one and the peak is at the hour of the table."""
    hours = pd.date_range("2025-01-01", periods=24, freq="h")
    zone = defaults.time_zone(longitude)
    shape = defaults.daily_shape(
        hours, pd.Series(365.0, index=hours), zone, {"interactive_swing": swing}
    )
    assert shape.mean() == pytest.approx(1.0)
    assert (int(shape.idxmax().hour) + zone) % 24 == parameters.value("interactive_peak_hour")
    assert shape.max() - shape.min() == pytest.approx(2.0 * swing, rel=1e-9)


def test_work_is_shared_out_whole() -> None:
    """The three classes add up to the demand, and each has its own bounds."""
    found = defaults.workloads(
        {"a": 3.0, "b": 1.0}, {"a": (0.0, 0.0, "KEN"), "b": (1.0, 1.0, "KEN")}
    )
    assert [work.kind for work in found] == ["training", "batch", "interactive"]
    for region, total in (("a", 3.0), ("b", 1.0)):
        assert sum(work.demand[region] for work in found) == pytest.approx(total)
    assert found[0].window_hours == parameters.value("training_window")
    assert found[1].defer_hours == parameters.value("batch_deferral")
    assert found[2].latency_ms < found[1].latency_ms


def test_every_family_is_a_chip() -> None:
    """Chips of the plan carry the registry's numbers, and caps where they are given."""
    found = {chip.name: chip for chip in defaults.chips(caps={"h20": {"CHN": 10.0}})}
    assert set(found) == set(parameters.families())
    assert found["h20"].cap == {"CHN": 10.0}
    assert found["b300"].cap == {}
    assert found["b300"].price_usd_per_h100e == pytest.approx(parameters.system_price("b300"))

"""Values, effects and ranges by paired solves, against closed forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pypsa
import pytest

from tests.support.plan_networks import CHIP, one_bus, serving, site, two_buses
from tradewind.capacity import Plan, Units, attach, plan, structured
from tradewind.capacity.highs import Answer
from tradewind.capacity.optimum import Optimiser
from tradewind.capacity.programme import Programme
from tradewind.errors import InfeasibleError, InputError

FAR = {"latitude": 36.0, "longitude": 106.0, "region": "west"}
FACILITY = 100.0 * 0.8e-3 * 1.2
"""[GW] of 100 kH100e at PUE 1.2."""


TOLD: list[str] = []
"""Steps that the plan of ``pair`` told."""


@pytest.fixture(scope="module")
def pair() -> Plan:
    """Chat must stay near, at dear power; its country's sites alone may serve it."""
    near = serving(latency_ms=15.0, residency={"here": frozenset({"CHN"})})
    return plan(
        two_buses(),
        [site(), site("T", "B", **FAR)],
        [CHIP],
        [near],
        units=Units.own(),
        solver="highs",
        paired=("latency", "residency", "siting", "emissions"),
        tell=TOLD.append,
    )


def test_the_value_of_latency_is_the_dearer_power(pair: Plan) -> None:
    saved = FACILITY * 8.76 * (50.0 - 30.0)
    value = pair.dataset["value"]
    assert float(value.sel(case="latency")) == pytest.approx(saved, rel=1e-5)
    assert float(value.sel(case="residency")) == 0.0


def test_the_value_of_residency_is_the_dearer_power_at_home() -> None:
    """Cheap power is abroad, and no round trip stands in the way."""
    value = plan(
        two_buses(),
        [site(), site("T", "B", **FAR, country="MNG")],
        [CHIP],
        [serving(residency={"here": frozenset({"CHN"})})],
        units=Units.own(),
        solver="highs",
        paired=("latency", "residency"),
    ).dataset["value"]
    saved = FACILITY * 8.76 * (50.0 - 30.0)
    assert float(value.sel(case="residency")) == pytest.approx(saved, rel=1e-5)
    assert float(value.sel(case="latency")) == 0.0


def test_a_bound_that_shuts_no_site_out_costs_nothing_and_no_solve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solve, solved = Optimiser.solve, []

    def counted(self: Optimiser, network: pypsa.Network) -> pypsa.Network:
        solved.append(network)
        return solve(self, network)

    monkeypatch.setattr(Optimiser, "solve", counted)
    for bound, solves in ((15.0, 2), (1000.0, 1)):
        solved.clear()
        found = plan(
            two_buses(),
            [site(), site("T", "B", **FAR)],
            [CHIP],
            [serving(latency_ms=bound)],
            units=Units.own(),
            solver="highs",
            paired=("latency", "residency"),
        ).dataset["value"]
        assert len(solved) == solves
        assert (float(found.sel(case="latency")) == 0.0) is (solves == 1)
        assert float(found.sel(case="residency")) == 0.0


def test_marginal_emissions_by_a_pair(pair: Plan) -> None:
    """The line from B is full: a megawatt more at A is gas, at B coal."""
    np.testing.assert_allclose(pair.dataset["intensity_marginal"], [400.0, 800.0], rtol=1e-4)
    energy = pair.dataset["facility_power"] @ pair.dataset["weight"]
    np.testing.assert_allclose(
        pair.dataset["emissions_marginal"], energy * [400.0, 800.0], rtol=1e-4
    )
    assert "3 MW more" in pair.dataset.attrs["emissions_marginal_method"]


def test_siting_within_a_percent_of_the_optimum(pair: Plan) -> None:
    """S must hold the chat; either may hold as much idle IT as a hundredth of the cost buys."""
    data = pair.dataset
    np.testing.assert_allclose(data["siting_low"], [0.08, 0.0], rtol=1e-6, atol=1e-9)
    idle = float(data["site_cost"].sel(site="S", part="chips")) / 0.08
    more = 0.01 * data.attrs["objective"] / idle
    np.testing.assert_allclose(data["siting_high"], [0.08 + more, more], rtol=1e-5)
    ends = [f"siting of {name}, solve" for name in ("S", "S", "T", "T")]
    # What HiGHS tells of its steps names the solve.
    told = [words.partition(": ")[0] for words in TOLD if words.startswith("siting")]
    assert list(dict.fromkeys(told)) == [f"{end} {k} of 4" for k, end in enumerate(ends, start=1)]


def test_what_is_told_during_one_of_many_solves_names_it() -> None:
    said: list[str] = []
    optimiser = Optimiser(tell=said.append)
    with optimiser.saying("solve 3 of 4"):
        optimiser._say("iteration 1")
    optimiser._say("after")
    assert said == ["solve 3 of 4: iteration 1", "after"]


@pytest.mark.parametrize("off", ["a row", "a gap"])
def test_a_second_answer_that_does_not_hold_is_looked_for_from_nothing(
    monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    sites = [site(), site("T", "B", **FAR)]
    network = attach(two_buses(), sites, [CHIP], [serving()], units=Units.own())
    said: list[str] = []
    optimiser = Optimiser("tradewind", tell=said.append)
    first = optimiser.solve(network).objective
    asked: list[structured.Start | None] = []
    minimised = structured.minimised

    def astray(given: Programme, **how: Any) -> structured.Solved:
        solved = minimised(given, **how)
        asked.append(how["start"])
        if how["start"] is None:
            return solved
        column, row = solved.answer.column.copy(), solved.answer.row.copy()
        if off == "a row":
            column *= 1.001
        else:
            row *= 1.001
        return replace(solved, answer=Answer(solved.answer.value, column, row))

    monkeypatch.setattr(structured, "minimised", astray)
    again = optimiser.solve(network).objective
    assert [start is None for start in asked] == [False, True]
    assert again == pytest.approx(first, rel=1e-7)
    words = "breaks a row" if off == "a row" else "has a gap of"
    assert len([told for told in said if words in told]) == 1


def test_deferral_and_the_effect_on_prices() -> None:
    """Hardware is free and gas dear till noon: what hydro leaves over waits for cheap gas."""
    network = one_bus(24)
    network.add("Generator", "A hydro", bus="A", carrier="gas", p_nom=2.05, marginal_cost=0.01)
    cost = np.where(np.arange(24) < 12, 0.15, 0.05)
    network.generators_t["marginal_cost"]["A gas"] = pd.Series(cost, network.snapshots)
    data = plan(
        network,
        [site(shell_cost_usd_per_w=0.0, connection_cost=0.0)],
        [replace(CHIP, price_usd_per_h100e=0.0)],
        [serving(kind="batch", defer_hours=24.0)],
        units=Units.own(),
        solver="highs",
        paired=("deferral", "price"),
    ).dataset
    gas = FACILITY - 0.05
    saved = gas * 4.38 * (150.0 - 50.0)
    assert float(data["value"].sel(case="deferral")) == pytest.approx(saved, rel=1e-5)
    # Without compute hydro sets the price at 10; with it gas at 50 does, in every hour.
    assert float(data["price_effect"].sel(bus="A")) == pytest.approx(40.0, rel=1e-5)
    assert float(data["system_cost"].sel(item="fuel")) == pytest.approx(
        8.76 * (2.05 * 10.0 + gas * 50.0), rel=1e-6
    )


def test_prices_without_compute_where_the_last_store_has_no_inflow() -> None:
    """Then nothing follows the spill that PyPSA leaves out where nothing flows in."""
    network = one_bus(6)
    kept = {"bus": "A", "carrier": "AC", "p_nom": 0.1, "cyclic_state_of_charge": True}
    network.add("StorageUnit", "A dam", inflow=0.05, **kept)
    network.add("StorageUnit", "A battery", efficiency_store=0.9, **kept)
    data = plan(
        network, [site()], [CHIP], [serving()], units=Units.own(), solver="highs",
        paired=("price",),
    ).dataset  # fmt: skip
    # Gas sets the price with compute and without.
    np.testing.assert_allclose(data["price_mean"], 50.0, rtol=1e-6)
    np.testing.assert_allclose(data["price_effect"], 0.0, atol=1e-6)


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(InputError, match="no such paired solve"):
        plan(
            one_bus(6), [site()], [CHIP], [serving()], units=Units.own(), solver="highs",
            paired=("weather",),  # type: ignore[arg-type]
        )  # fmt: skip


def test_a_value_without_a_pair_says_so() -> None:
    """Power fails for an hour that batch can wait out and could not do without."""
    network = one_bus(6)
    shut = pd.Series([1.0, 1.0, 0.2, 1.0, 1.0, 1.0], network.snapshots)
    network.generators_t["p_max_pu"]["A gas"] = shut
    with pytest.raises(InfeasibleError, match="value of deferral"):
        plan(
            network,
            [site()],
            [CHIP],
            [serving(kind="batch", defer_hours=2.0)],
            units=Units.own(),
            solver="highs",
            paired=("deferral",),
        )

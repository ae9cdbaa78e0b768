"""The answer of a plan against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.support.plan_networks import CHIP, PLACE, one_bus, serving, site, two_buses
from tests.support.plan_sample import plan_sample
from tradewind.capacity import Plan, Rules, Units, plan
from tradewind.capacity.cost_stack import rents, same, system_cost
from tradewind.capacity.emissions import Flows, is_green, traced
from tradewind.capacity.fields import COORDINATES, FIELDS, PARTS
from tradewind.errors import ConvergenceError

POWER_PER_KH100E = 0.8e-3
"""[GW of IT / kH100e]"""


def annuity(rate: float, life: float) -> float:
    return rate / (1.0 - (1.0 + rate) ** -life)


def by_hand(power_price: float, pue: float = 1.2) -> dict[str, float]:
    """Parts of an H100e-hour's cost at full use [USD]: 0.8 kW, 30,000 USD, 10 USD / W, 30 / kW."""
    return {
        "chips": 30_000.0 * annuity(0.05, 5.0) / 8760.0,
        "shell": 0.8 * 10_000.0 * annuity(0.05, 20.0) / 8760.0,
        "connection": 0.8 * pue * 30.0 / 8760.0,
        "power": 0.8e-3 * power_price,
        "cooling": 0.8e-3 * (pue - 1.0) * power_price,
        "network": 0.0,
    }


@pytest.fixture(scope="module")
def two() -> Plan:
    """S stands by dear power and may connect 0.06 GW, T by cheap power and pays for transfer."""
    chips = [
        CHIP,
        replace(CHIP, name="old", kw_per_h100e=1.6, price_usd_per_h100e=40_000.0),
        replace(CHIP, name="few", price_usd_per_h100e=20_000.0, cap={"all": 25.0}),
    ]
    far = site("T", "B", latitude=36.0, longitude=106.0, region="west", water_l_per_kwh=1.5)
    return plan(
        two_buses(),
        [site(connection_limit=0.06), far],
        chips,
        [serving(gb_per_h100e_hour=1.0, usd_per_gb=0.1)],
        units=Units.own(),
        rules=Rules(carbon_price=10.0),
        solver="highs",
        facts={"price_year": 2025},
    )


@pytest.fixture(scope="module")
def waiting() -> Plan:
    """Power is dear in the hours 12 to 17; batch may wait four hours, interactive may not."""
    network = one_bus()
    cost = np.where((np.arange(24) >= 12) & (np.arange(24) < 18), 2.0, 0.05)
    network.generators_t["marginal_cost"]["A gas"] = pd.Series(cost, network.snapshots)
    cheap = replace(CHIP, price_usd_per_h100e=100.0)
    temperature = pd.Series(np.linspace(5.0, 35.0, 24), network.snapshots)
    return plan(
        network,
        [site(temperature=temperature, shell_cost_usd_per_w=0.1)],
        [cheap],
        [serving(), serving("jobs", 50.0, kind="batch", defer_hours=4.0)],
        units=Units.own(),
        solver="highs",
    )


def test_the_cost_of_an_h100e_hour_by_hand(two: Plan) -> None:
    """S: gas of 0.4 tCO2 / MWh and 10 USD / t makes 54; T: coal of 0.8 makes 38."""
    stack = two.dataset["cost_stack"]
    expected = {"S": by_hand(54.0), "T": by_hand(38.0) | {"network": 0.1}}
    # Where the capped chip stands makes no difference to cost: only the sum of chips is known.
    for name in ("S", "T"):
        for part in set(PARTS) - {"chips"}:
            assert float(stack.sel(site=name, part=part)) == pytest.approx(
                expected[name][part], rel=1e-6
            ), (name, part)
    spent = float(two.dataset["site_cost"].sel(part="chips").sum())
    whole = (75.0 * 30_000.0 + 25.0 * 20_000.0) * annuity(0.05, 5.0) * 1e3 / 1e6
    assert spent == pytest.approx(whole, rel=1e-6)


def test_capacities_by_hand(two: Plan) -> None:
    data = two.dataset
    at_s = 0.06 / 1.2 / POWER_PER_KH100E
    served = data["route"].sel(workload="chat", region="here")
    np.testing.assert_allclose(served, [at_s, 100.0 - at_s], rtol=1e-6)
    np.testing.assert_allclose(data["connection_capacity"], [0.06, 0.036], rtol=1e-6)
    np.testing.assert_allclose(data["it_capacity"].sum("chip"), [0.05, 0.03], rtol=1e-6)
    np.testing.assert_allclose(data["shell_capacity"], [0.05, 0.03], rtol=1e-6)
    assert float(data["chips_installed"].sel(chip="few").sum()) == pytest.approx(25.0)
    assert float(data["chips_installed"].sel(chip="old").sum()) == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(data["utilisation"], 1.0, rtol=1e-6)
    np.testing.assert_allclose(data["delivered"], 8760.0 * served, rtol=1e-6)
    assert float(data["water"].sel(site="T")) == pytest.approx(0.03 * 8760.0 * 1.5 / 1e3)
    assert np.isnan(float(data["water"].sel(site="S")))


def test_duals_by_hand(two: Plan) -> None:
    """One more kW at S moves 1 / 0.96 H100e from T: transfer saved, dearer power paid."""
    saved = 8760.0 * (0.1 - 0.96e-3 * (54.0 - 38.0))
    assert float(two.dataset["connection_value"].sel(site="S")) == pytest.approx(
        saved / 0.96, rel=1e-6
    )
    assert float(two.dataset["connection_value"].sel(site="T")) == pytest.approx(0.0, abs=1e-6)
    chip = 10_000.0 * annuity(0.05, 5.0)
    np.testing.assert_allclose(two.dataset["chip_value"], [0.0, 0.0, chip], rtol=1e-6, atol=1e-6)
    dear = sum(by_hand(38.0).values()) + 0.0
    np.testing.assert_allclose(two.dataset["compute_price_mean"], [dear + 0.1, dear], rtol=1e-6)
    np.testing.assert_allclose(two.dataset["price_mean"], [54.0, 38.0], rtol=1e-6)


@pytest.mark.parametrize("units", [Units.own(), Units(power_mw=10.0, money_usd=1e3)])
def test_the_value_of_a_tonne_by_hand(units: Units) -> None:
    """A tonne more is 1 / 0.4 MWh of gas at 50 + 0.4 · 10 USD in place of as much at 90."""
    network, size, dear = one_bus(), 1e3 / units.power_mw, units.power_mw / units.money_usd
    network.add("Carrier", "clean")
    network.add("Generator", "A clean", bus="A", carrier="clean", p_nom=9.0)
    network.generators["marginal_cost"] = [50.0 * dear, 90.0 * dear]
    network.generators["p_nom"] *= size
    network.loads["p_set"] *= size
    free, capped = (
        plan(
            network.copy(),
            [site(connection_limit=5.0 * size)],
            [CHIP],
            [serving()],
            units=units,
            rules=Rules(carbon_price=10.0, carbon_cap=cap),
            solver="highs",
        ).dataset["carbon_value"]
        for cap in (None, 2e6)
    )
    assert (free.item(), free.dims, free.attrs["units"]) == (0.0, (), "USD / tCO2")
    assert capped.item() == pytest.approx((90.0 - 54.0) / 0.4, rel=1e-6)


def test_costs_and_rents_sum_to_the_objective(two: Plan, waiting: Plan) -> None:
    for found in (two, waiting):
        data = found.dataset
        objective = data.attrs["objective"]
        assert float(data["system_cost"].sum()) == pytest.approx(objective, rel=1e-9)
        assert float(data["rent"].sum()) == pytest.approx(objective, rel=1e-7)
    rent = two.dataset["rent"]
    connection = float(two.dataset["connection_value"].sel(site="S")) * 0.06
    assert float(rent.sel(holder="connections")) == pytest.approx(-connection, rel=1e-6)
    chip = float(two.dataset["chip_value"].sel(chip="few")) * 25.0 * 1e3 / 1e6
    assert float(rent.sel(holder="chip caps")) == pytest.approx(-chip, rel=1e-6)
    consumers = 8760.0 * (2.0 * 54.0 + 1.0 * 38.0) * 1e3 / 1e6
    assert float(rent.sel(holder="other consumers")) == pytest.approx(consumers, rel=1e-6)


def test_items_of_the_system_by_hand(two: Plan) -> None:
    cost = two.dataset["system_cost"].to_series()
    gas, coal = 2.06 - 0.97 * 0.5, 1.0 + 0.036 + 0.5
    assert cost["carbon"] == pytest.approx(8.76 * (gas * 0.4 + coal * 0.8) * 10.0, rel=1e-6)
    assert cost["fuel"] == pytest.approx(8.76 * (gas * 50.0 + coal * 30.0), rel=1e-6)
    assert cost["transfer"] == pytest.approx(37.5 * 8760.0 * 0.1 / 1e3, rel=1e-6)
    assert cost["connection"] == pytest.approx(0.096 * 30.0, rel=1e-6)
    assert cost["shell"] == pytest.approx(0.08 * 1e4 * annuity(0.05, 20.0), rel=1e-6)


def test_what_it_costs_to_use_a_line_is_the_lines() -> None:
    """Half a gigawatt flows from B to A in every hour, at a dollar a megawatt-hour."""
    network = two_buses()
    network.c.links.static["marginal_cost"] = 0.001
    data = plan(network, (), (), (), units=Units.own(), solver="highs").dataset
    assert float(data["system_cost"].sel(item="lines")) == pytest.approx(4.38, rel=1e-9)


def test_emissions_by_hand(two: Plan) -> None:
    """B burns coal alone; A mixes its gas with what B sends, lost power's emissions included."""
    data = two.dataset
    gas = 2.06 - 0.97 * 0.5
    mix = (gas * 400.0 + 0.5 * 800.0) / 2.06
    np.testing.assert_allclose(data["intensity_average"], [mix, 800.0], rtol=1e-6)
    np.testing.assert_allclose(data["intensity_marginal"], [400.0, 800.0], rtol=1e-6)
    energy = np.array([0.06, 0.036]) * 8760.0
    np.testing.assert_allclose(
        data["emissions_average"], energy * np.array([mix, 800.0]), rtol=1e-6
    )
    np.testing.assert_allclose(data["green_share"], 0.0, atol=1e-12)


def test_balances_hold_every_hour(two: Plan, waiting: Plan) -> None:
    for found in (two, waiting):
        data = found.dataset
        sent = data["flow"].to_numpy()
        net = data["generation"].sum("carrier") + data["storage_power"].sum("carrier")
        for line, flow in enumerate(sent):
            efficiency = np.where(flow > 0.0, 0.97, 1.0 / 0.97)
            start, end = data["line_from"].values[line], data["line_to"].values[line]
            net.loc[{"bus": start}] -= flow
            net.loc[{"bus": end}] += np.maximum(flow, 0.0) * efficiency
        for place in data["site"].values:
            bus = str(data["site_bus"].sel(site=place).values)
            net.loc[{"bus": bus}] -= data["facility_power"].sel(site=place)
        np.testing.assert_allclose(net, data["load"], rtol=1e-6)
        np.testing.assert_allclose(
            data["facility_power"], data["it_power"] * data["pue"], rtol=1e-6
        )
        np.testing.assert_allclose(
            data["run"].sum("workload") * POWER_PER_KH100E, data["it_power"], rtol=1e-6
        )


def test_batch_waits_for_cheap_hours_and_no_longer_than_it_may(waiting: Plan) -> None:
    data = waiting.dataset.sel(site="S")
    run, backlog = data["run"].sel(workload="jobs"), data["backlog"].sel(workload="jobs")
    np.testing.assert_allclose(backlog.diff("hour"), (50.0 - run).values[1:], atol=1e-6)
    np.testing.assert_allclose(backlog[-1], 0.0, atol=1e-6)
    assert float(backlog.max()) <= 200.0 + 1e-6
    # Of six dear hours' work the last four hours' may wait for the cheap ones after.
    assert float(run.sel(hour=slice(12, 17)).sum()) == pytest.approx(100.0, rel=1e-6)
    np.testing.assert_allclose(data["run"].sel(workload="chat"), 100.0, rtol=1e-9)
    assert float(run.mean()) == pytest.approx(50.0, rel=1e-9)
    expected = np.minimum(1.2 + 0.01 * np.maximum(np.linspace(5.0, 35.0, 24) - 15.0, 0.0), 1.5)
    np.testing.assert_allclose(data["pue"], expected, rtol=1e-12)
    it = data["it_power"]
    assert float(data["pue_mean"]) == pytest.approx(float((it * data["pue"]).sum() / it.sum()))


def test_the_answer_has_every_field_and_a_unit(two: Plan) -> None:
    data = two.dataset
    on_demand = {"price_effect", "siting_low", "siting_high", "value"}
    assert set(data.data_vars) == set(FIELDS) - on_demand
    assert set(COORDINATES) <= set(data.coords)
    for name, array in data.data_vars.items():
        assert (array.dims, array.attrs["units"]) == FIELDS[str(name)][:2]
    assert data.attrs["price_year"] == 2025
    sample = plan_sample()
    assert set(sample.data_vars) == set(FIELDS)
    assert all(sample[name].dims == FIELDS[name][0] for name in FIELDS)


def test_a_plan_is_written_whole(two: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.nc"
    two.to_netcdf(path)
    xr.testing.assert_identical(xr.load_dataset(path, engine="h5netcdf"), two.dataset)
    assert [p.name for p in path.parent.iterdir()] == ["plan.nc"]
    rows = two.summary().set_index(["variable", "labels"])["value"]
    assert rows["connection_capacity", "S"] == pytest.approx(0.06)


def test_sums_that_do_not_agree_are_refused(two: Plan) -> None:
    network = two.network
    objective = float(network.objective or 0.0)
    none = pd.Series(0.0, network.generators.index)
    with pytest.raises(ConvergenceError, match="do not agree"):
        system_cost(network, 0.0, none, objective)
    with pytest.raises(ConvergenceError, match="do not agree"):
        rents(network, 1.00001 * objective)
    same(1.0 + 0.9e-6, 1.0, "sums")


def flows_of(made: list[float], pairs: list[list[int]], sent: list[float], lost: float) -> Flows:
    return Flows(
        buses=pd.Index(["A", "B"]),
        made=np.array(made)[:, None] * np.ones(2),
        pairs=np.array(pairs, dtype=np.intp).reshape(-1, 2),
        sent=np.array(sent)[:, None] * np.ones(2),
        arrived=(1.0 - lost) * np.array(sent)[:, None] * np.ones(2),
        stores=np.array([1], dtype=np.intp),
        charge=np.array([[1.0, 0.0]]),
        discharge=np.array([[0.0, 0.8]]),
        natural=np.zeros(1),
        weight=np.ones(2),
    )


def test_power_is_traced_through_lines_and_storage() -> None:
    """A, 1 t / MWh, sends 1 of which 0.9 arrive; B makes 1.1 clean; a fifth of storage is lost."""
    given = flows_of([3.0, 1.1], [[0, 1]], [1.0], 0.1)
    own = np.array([[3.0, 3.0], [0.0, 0.0]])
    mix = traced(given, own, np.zeros(1), amount=True)
    stored = 0.5 * 1.0 / 0.8
    np.testing.assert_allclose(mix[0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(mix[1], [0.5, (1.0 + 0.8 * stored) / 2.8], rtol=1e-9)
    green = traced(given, np.array([[0.0, 0.0], [1.1, 1.1]]), np.zeros(1), amount=False)
    np.testing.assert_allclose(green[1], [0.55, (1.1 + 0.8 * 0.55) / 2.8], rtol=1e-9)


def test_a_bus_without_power_has_no_mix() -> None:
    given = flows_of([1.0, 0.0], [], [], 0.0)
    idle = replace(given, discharge=np.zeros((1, 2)), charge=np.zeros((1, 2)))
    mix = traced(idle, np.array([[1.0, 1.0], [0.0, 0.0]]), np.zeros(1), amount=True)
    assert np.isnan(mix[1]).all()
    np.testing.assert_allclose(mix[0], 1.0)


def test_green_by_word_or_by_name() -> None:
    carriers = pd.Series(["onshore wind", "Solar PV", "nuclear", "coal"])
    assert list(is_green(carriers)) == [True, True, False, False]
    assert list(is_green(carriers, ("nuclear",))) == [False, False, True, False]


def test_places_of_regions_and_buses(two: Plan) -> None:
    assert float(two.dataset["region_latitude"].sel(region="here")) == PLACE["here"][0]
    assert list(two.dataset["bus_longitude"].values) == [116.0, 106.0]

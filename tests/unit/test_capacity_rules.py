"""Rules on a plan: carbon, green matching, reserve and chip caps hold where they bind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.small_compute import RULES, attached, changed, chips, power, solved
from tradewind.capacity import ChipCap, Rules

if TYPE_CHECKING:
    import pypsa

HOURS = 8760.0 / 48
BUSES = ("A", "B", "C")


@pytest.fixture(scope="module")
def hourly() -> pypsa.Network:
    """Land for solar is short at A, so that the contract there competes with the grid's plant."""
    network = power()
    network.c.generators.static.loc["A solar", "p_nom_max"] = 6.0
    return solved(attached(network, rules=RULES))


@pytest.fixture(scope="module")
def annual() -> pypsa.Network:
    caps = (ChipCap(name="quota", most=150.0, chips=("frugal",), group="X"),)
    rules = Rules(
        green_share={"A site one": 0.9, "B site one": 0.4},
        green_matching="annual",
        green_carriers=("solar",),
        green_storage=("battery",),
        carbon_cap=4.0e6,
        chip_caps=caps,
    )
    capped = changed(chips(), 1, cap={"C site one": 20.0, "all": 300.0})
    return solved(attached(power(), rules=rules, chips=capped))


def test_a_carbon_price_is_paid_on_fuel() -> None:
    """0.2 t/MWh of fuel at half efficiency and USD 50: USD 20 a MWh, 0.02 million a GWh."""
    network = power()
    network.c.generators.static.loc["B gas", "efficiency"] = 0.4
    before = network.c.generators.static["marginal_cost"]
    after = attached(network, rules=Rules(carbon_price=50.0)).c.generators.static["marginal_cost"]
    added = {name: after[name] - before[name] for name in before.index}
    expected = {"A gas": 0.02, "B gas": 0.025, "C gas": 0.02}
    assert added == pytest.approx({name: expected.get(name, 0.0) for name in before.index})
    one = attached(network, rules=Rules(carbon_price={"C": 100.0})).c.generators.static
    assert one["marginal_cost"]["C gas"] - before["C gas"] == pytest.approx(0.04)
    assert one["marginal_cost"]["A gas"] == before["A gas"]


def test_a_carbon_price_follows_costs_by_the_hour() -> None:
    network = power()
    cost = np.linspace(0.1, 0.2, 48)
    network.c.generators.dynamic.marginal_cost["A gas"] = cost
    priced = attached(network, rules=Rules(carbon_price=50.0)).c.generators
    np.testing.assert_allclose(priced.dynamic.marginal_cost["A gas"], cost + 0.02, rtol=1e-13)
    np.testing.assert_allclose(network.c.generators.dynamic.marginal_cost["A gas"], cost)


def test_a_carbon_cap_counts_tonnes(annual: pypsa.Network) -> None:
    gas = annual.c.generators.dynamic.p[[f"{bus} gas" for bus in BUSES]]
    tonnes = float(gas.to_numpy().sum()) * HOURS * 1000.0 / 0.5 * 0.2
    assert tonnes == pytest.approx(4.0e6, rel=1e-6), "the cap binds, and in tonnes"


def test_hourly_matching_holds_in_every_hour(hourly: pypsa.Network) -> None:
    generators, storage = hourly.c.generators, hourly.c.storage_units
    tight = 0
    for bus in BUSES:
        green = generators.dynamic.p[f"{bus} solar contract"].to_numpy()
        battery = storage.dynamic.p[f"{bus} battery contract"].to_numpy()
        facility = hourly.c.links.dynamic.p0[f"{bus} site one connection"].to_numpy()
        left = green + battery - 0.5 * facility
        assert left.min() >= -1e-6
        tight += int((left < 1e-6).sum())
    assert tight > 20


def test_a_contract_duplicates_new_plant_within_the_land(hourly: pypsa.Network) -> None:
    generators, storage = hourly.c.generators, hourly.c.storage_units
    static = generators.static
    for bus in BUSES:
        old, new = static.loc[f"{bus} solar"], static.loc[f"{bus} solar contract"]
        assert new["bus"] == bus
        for column in ("capital_cost", "marginal_cost", "carrier", "efficiency", "p_nom_max"):
            assert new[column] == old[column]
        np.testing.assert_array_equal(
            generators.dynamic.p_max_pu[f"{bus} solar contract"],
            generators.dynamic.p_max_pu[f"{bus} solar"],
        )
        assert old["p_nom_opt"] + new["p_nom_opt"] <= old["p_nom_max"] + 1e-6
    both = static.loc[["A solar", "A solar contract"], "p_nom_opt"]
    assert both.sum() == pytest.approx(6.0), "land at A is short"
    assert storage.static.loc["A battery contract", "max_hours"] == 4.0
    assert not [name for name in static.index if "gas contract" in name]


def test_what_stands_is_not_contracted() -> None:
    network = power()
    network.c.generators.static.loc["A solar", ["p_nom", "p_nom_min"]] = 2.0
    new = attached(network, rules=RULES).c.generators.static.loc["A solar contract"]
    assert new["p_nom"] == new["p_nom_min"] == 0.0


def test_the_reserve_covers_load_and_sites_in_every_hour(hourly: pypsa.Network) -> None:
    generators, storage = hourly.c.generators.static, hourly.c.storage_units.static
    firm = 0.9 * generators.loc[generators["carrier"] == "gas", "p_nom_opt"].sum()
    firm += 0.1 * storage["p_nom_opt"].sum()
    sites = [f"{bus} site one connection" for bus in BUSES]
    need = hourly.c.loads.dynamic.p_set.sum(axis=1) + hourly.c.links.dynamic.p0[sites].sum(axis=1)
    assert 1.1 * need.max() == pytest.approx(firm, rel=1e-6), "it holds, and binds at the peak"


def test_areas_keep_their_own_reserve() -> None:
    rules = replace(
        Rules(reserve_margin=0.2, credits=RULES.credits),
        reserve_areas={"A": "north", "B": "north", "C": "south"},
    )
    network = power()
    standing = {"bus": "C", "carrier": "gas", "p_nom": 1.0, "marginal_cost": 9.0}
    network.add("Generator", "C old gas", **standing)
    plan = solved(attached(network, rules=rules))
    generators, storage = plan.c.generators.static, plan.c.storage_units.static
    for buses in (("A", "B"), ("C",)):
        gas = generators[(generators["carrier"] == "gas") & generators["bus"].isin(buses)]
        firm = 0.9 * gas["p_nom_opt"].sum()
        firm += 0.1 * storage.loc[storage["bus"].isin(buses), "p_nom_opt"].sum()
        need = sum(
            plan.c.loads.dynamic.p_set[f"{bus} load"]
            + plan.c.links.dynamic.p0[f"{bus} site one connection"]
            for bus in buses
        )
        assert firm >= 1.2 * need.max() - 1e-6


def test_annual_matching_holds_over_the_year(annual: pypsa.Network) -> None:
    generators = annual.c.generators
    for bus, share in (("A", 0.9), ("B", 0.4)):
        green = generators.dynamic.p[f"{bus} solar contract"].sum()
        facility = annual.c.links.dynamic.p0[f"{bus} site one connection"].sum()
        assert green >= share * facility - 1e-6
        assert facility > 0.1
    assert "C solar contract" not in generators.static.index, "no share to match there"
    assert "A battery contract" not in annual.c.storage_units.static.index, "a year needs none"


def test_chip_caps_bind(annual: pypsa.Network) -> None:
    links = annual.c.links.static
    compute = links["p_nom_opt"] * links["efficiency"]
    frugal = sum(compute[f"{bus} site one frugal"] for bus in "AB")
    assert frugal <= 150.0 + 1e-6
    assert compute["C site one hungry"] <= 20.0 + 1e-6
    hungry = sum(compute[f"{bus} site one hungry"] for bus in BUSES)
    assert hungry <= 300.0 + 1e-6
    assert max(frugal / 150.0, hungry / 300.0) == pytest.approx(1.0, rel=1e-6)


def test_caps_are_rows_of_the_links_they_count() -> None:
    rules = Rules(chip_caps=(ChipCap(name="quota", most=5.0, group="Y"),))
    rows = attached(power(), rules=rules).meta["tradewind"]["chip_caps"]
    assert [(row["name"], row["most"]) for row in rows] == [("quota", 5.0)]
    expected = {"C site one frugal": 1000.0 / 0.9, "C site one hungry": 1000.0 / 1.8}
    assert rows[0]["links"] == pytest.approx(expected)

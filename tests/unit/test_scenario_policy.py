"""From shocks to arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.scenario_world import ECONOMIES, SECTORS, small_world
from tradewind.scenario import Scenario

WORLD = small_world()
BASE = WORLD.data["tariff"]
SHARE = WORLD.data["expenditure_share"]


def scenario(*shocks: dict[str, Any], **fields: Any) -> Scenario:
    return Scenario.from_dict({"name": "test", "title": "A test", "shocks": shocks, **fields})


def link(**fields: Any) -> dict[str, Any]:
    return {"importer": "USA", "exporter": "CHN", "sector": "C29", **fields}


def changed(table: xr.DataArray, baseline: xr.DataArray | float) -> set[tuple[str, ...]]:
    """Labels of the cells that differ from the baseline."""
    differs = (table != baseline).stack(cell=table.dims)
    return {tuple(map(str, cell)) for cell in differs["cell"].values[differs.values]}


def test_no_shock_is_an_empty_policy() -> None:
    assert not scenario().policy(WORLD).data_vars


def test_set_tariff_touches_its_links_alone() -> None:
    policy = scenario(link(type="tariff", mode="set", percent=25)).policy(WORLD)
    assert list(policy) == ["tariff"]
    assert policy["tariff"].dims == ("importer", "exporter", "sector")
    assert changed(policy["tariff"], BASE) == {("USA", "CHN", "C29")}
    assert policy["tariff"].sel(importer="USA", exporter="CHN", sector="C29") == 0.25


def test_added_tariffs_add_up_on_a_set_one() -> None:
    policy = scenario(
        link(type="tariff", mode="set", percent=10, exporter=["CHN", "RUS"], sector="goods"),
        link(type="tariff", mode="add", percent=5),
        link(type="tariff", mode="add", percent=2.5, exporter="all"),
    ).policy(WORLD)
    cars = policy["tariff"].sel(importer="USA", sector="C29")
    assert cars.sel(exporter="CHN").item() == pytest.approx(0.175, abs=1e-15)
    expected = BASE.sel(importer="USA", sector="C29", exporter="DEU").item() + 0.025
    assert cars.sel(exporter="DEU").item() == pytest.approx(expected, abs=1e-15)


def test_setting_a_link_twice_to_one_rate_is_no_conflict() -> None:
    twice = scenario(*[link(type="tariff", mode="set", percent=10)] * 2).policy(WORLD)
    once = scenario(link(type="tariff", mode="set", percent=10)).policy(WORLD)
    xr.testing.assert_identical(once, twice)


def test_home_links_stay_free() -> None:
    policy = scenario(
        {"type": "tariff", "mode": "set", "percent": 9, **dict.fromkeys(LINK, "all")},
        {"type": "export_tax", "percent": 9, **dict.fromkeys(LINK, "all")},
        {"type": "iceberg", "percent": 9, **dict.fromkeys(LINK, "all")},
    ).policy(WORLD)
    abroad = xr.DataArray(
        1.0 - np.eye(len(ECONOMIES)),
        {"importer": list(ECONOMIES), "exporter": list(ECONOMIES)},
        ("importer", "exporter"),
    )
    for name, home, rate in (
        ("tariff", 0, 0.09),
        ("export_tax", 0, 0.09),
        ("iceberg_hat", 1, 1.09),
    ):
        expected = home + abroad * (rate - home)
        np.testing.assert_array_equal(policy[name], expected.broadcast_like(policy[name]))


LINK = ("importer", "exporter", "sector")


def test_schedule_is_added_on_its_date_and_scaled() -> None:
    policy = scenario(
        {"type": "tariff", "schedule": "us_2025", "date": "2026-08-19", "scale": 0.5},
    ).policy(WORLD)
    added = 0.5 * WORLD.added_tariff("us_2025", "2026-08-19")
    np.testing.assert_array_equal(policy["tariff"], BASE + added)
    assert float(added.max()) == 0.15


def test_schedule_keeps_to_the_selection() -> None:
    policy = scenario(
        {"type": "tariff", "schedule": "us_china_2018", "importer": "CHN", "sector": "C26"}
    ).policy(WORLD)
    assert changed(policy["tariff"], BASE) == {("CHN", "USA", "C26")}


def test_an_export_tax_of_the_world_stays_where_no_shock_is() -> None:
    taxes = xr.zeros_like(BASE)
    taxes.loc[{"importer": "CHN", "exporter": "RUS", "sector": "B"}] = 0.3
    taxed = replace(WORLD, data=WORLD.data.assign(export_tax=taxes))
    policy = scenario(link(type="export_tax", percent=10)).policy(taxed)
    assert changed(policy["export_tax"], taxes) == {("USA", "CHN", "C29")}


def test_export_tax_and_iceberg() -> None:
    policy = scenario(
        link(type="export_tax", percent=-10),
        link(type="iceberg", percent=20),
        link(type="iceberg", percent=-50, sector=["C26", "C29"]),
    ).policy(WORLD)
    assert changed(policy["export_tax"], 0.0) == {("USA", "CHN", "C29")}
    assert policy["export_tax"].min() == -0.1
    china = policy["iceberg_hat"].sel(importer="USA", exporter="CHN")
    np.testing.assert_allclose(china.sel(sector=["C26", "C29"]), [0.5, 0.6], rtol=1e-15)


def test_ban_one_way_and_both() -> None:
    one = scenario(link(type="ban")).policy(WORLD)["iceberg_hat"]
    assert changed(one, 1.0) == {("USA", "CHN", "C29")}
    assert np.isinf(one.max())
    both = scenario(link(type="ban", importer=["USA", "DEU"], both_ways=True)).policy(WORLD)
    assert changed(both["iceberg_hat"], 1.0) == {
        (buyer, seller, "C29")
        for pair in (("USA", "CHN"), ("DEU", "CHN"))
        for buyer, seller in (pair, pair[::-1])
    }


def test_a_ban_outlasts_a_cheaper_link() -> None:
    policy = scenario(link(type="ban"), link(type="iceberg", percent=-50)).policy(WORLD)
    assert np.isinf(policy["iceberg_hat"].max())
    assert not np.isnan(policy["iceberg_hat"]).any()


@pytest.mark.parametrize("kind", ["output", "value_added"])
def test_productivity(kind: str) -> None:
    policy = scenario(
        {"type": "productivity", "economy": "CHN", "sector": "C29", "percent": 10, "kind": kind},
        {"type": "productivity", "economy": "BRICS", "sector": "C29", "percent": 20, "kind": kind},
    ).policy(WORLD)["productivity_hat"]
    assert policy.attrs["kind"] == kind
    assert policy.dims == ("economy", "sector")
    np.testing.assert_allclose(
        policy.sel(sector="C29", economy=["CHN", "RUS", "USA"]), [1.32, 1.2, 1.0], rtol=1e-15
    )


def test_input_requirement() -> None:
    policy = scenario(
        {
            "type": "input_requirement",
            "economy": "DEU",
            "input_sector": "energy",
            "sector": "C29",
            "percent": -20,
        }
    ).policy(WORLD)["input_requirement_hat"]
    assert policy.dims == ("economy", "input_sector", "sector")
    assert changed(policy, 1.0) == {("DEU", code, "C29") for code in ("B", "C19", "D35")}
    assert policy.min() == 0.8


def energy(**fields: Any) -> dict[str, Any]:
    return {"type": "energy_supply", "economy": "DEU", **fields}


def test_energy_supply_as_productivity() -> None:
    shock = {"as": "productivity", "loss_percent": 25}
    policy = scenario(energy(**shock)).policy(WORLD)["productivity_hat"]
    assert policy.attrs["kind"] == "output"
    assert changed(policy, 1.0) == {("DEU", code) for code in ("B", "C19", "D35")}
    assert policy.min() == 0.75


def test_energy_supply_as_a_full_restriction_is_a_ban() -> None:
    shock = {"as": "export_restriction", "loss_percent": 100, "suppliers": "RUS", "sector": "B"}
    ban = {"type": "ban", "importer": "DEU", "exporter": "RUS", "sector": "B"}
    restricted = scenario(energy(**shock)).policy(WORLD)
    np.testing.assert_array_equal(
        restricted["iceberg_hat"], scenario(ban).policy(WORLD)["iceberg_hat"]
    )


@settings(max_examples=30, deadline=None)
@given(loss=st.floats(1.0, 99.0), suppliers=st.sets(st.sampled_from(["RUS", "NOR", "ROW"])))
def test_energy_restriction_loses_what_it_says(loss: float, suppliers: set[str]) -> None:
    """At unchanged producer prices the suppliers' joint share falls by the loss (second way)."""
    names = ["RUS", *sorted(suppliers - {"RUS"})]
    shock = {"as": "export_restriction", "loss_percent": loss, "suppliers": names}
    made = scenario(energy(**shock))
    hat = made.policy(WORLD)["iceberg_hat"].sel(importer="DEU")
    share = SHARE.sel(importer="DEU")
    weight = share * hat ** -made.trade_elasticity(WORLD)
    after = (weight / weight.sum("exporter")).sel(exporter=names).sum("exporter")
    before = share.sel(exporter=names).sum("exporter")
    for code in ("B", "C19", "D35"):
        expected = float(before.sel(sector=code)) * (1.0 - loss / 100.0)
        assert float(after.sel(sector=code)) == pytest.approx(expected, rel=1e-9)


def test_trade_elasticity_with_overrides() -> None:
    made = scenario(
        elasticity_set="fgh_2022",
        elasticity_overrides=[{"sector": ["energy", "-B"], "trade_elasticity": 0.76}],
    )
    theta = made.trade_elasticity(WORLD)
    expected = [0.76 if code in ("C19", "D35") else 1.5 for code in SECTORS]
    np.testing.assert_array_equal(theta, expected)
    # The world is as it was.
    np.testing.assert_array_equal(
        WORLD.data["trade_elasticity"].sel(elasticity_set="fgh_2022"), 1.5
    )


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["tariff", "iceberg", "productivity", "input_requirement"]))
def test_a_change_of_zero_changes_nothing(type_: str) -> None:
    shock: dict[str, Any] = {"type": type_, "percent": 0, "sector": "all"}
    if type_ in ("tariff", "iceberg"):
        shock |= {"importer": "all", "exporter": "all"}
    else:
        shock |= {"economy": "all"}
    shock |= {"mode": "add"} if type_ == "tariff" else {}
    shock |= {"kind": "output"} if type_ == "productivity" else {}
    shock |= {"input_sector": "all"} if type_ == "input_requirement" else {}
    (table,) = scenario(shock).policy(WORLD).data_vars.values()
    np.testing.assert_array_equal(table, BASE if type_ == "tariff" else np.ones(table.shape))


MIXED = (
    link(type="tariff", mode="set", percent=30, importer="EU27", sector="goods"),
    {"type": "tariff", "schedule": "us_2025"},
    link(type="ban", importer=["USA", "CHIP-PARTNERS"], sector="electronics", both_ways=True),
    {"type": "productivity", "economy": "CHN", "sector": "C29", "percent": 10, "kind": "output"},
    energy(**{"as": "export_restriction", "suppliers": "RUS", "loss_percent": 40}),
    {
        "type": "input_requirement",
        "economy": "all",
        "input_sector": "energy",
        "sector": "all",
        "percent": 3,
    },
)


@settings(max_examples=20, deadline=None)
@given(st.permutations(list(ECONOMIES)), st.permutations(list(SECTORS)))
def test_relabelling_permutes_the_policy(economies: list[str], sectors: list[str]) -> None:
    made = scenario(*MIXED)
    policy, other = made.policy(WORLD), made.policy(small_world(economies, sectors))
    assert list(other["tariff"]["importer"].values) == economies
    order = {dim: policy[dim].values for dim in policy.dims}
    xr.testing.assert_allclose(other.sel(order), policy, rtol=1e-12, atol=0)


@settings(max_examples=20, deadline=None)
@given(st.permutations(MIXED))
def test_shocks_that_may_meet_commute(shocks: list[dict[str, Any]]) -> None:
    policy, other = scenario(*MIXED).policy(WORLD), scenario(*shocks).policy(WORLD)
    xr.testing.assert_allclose(other[list(policy)], policy, rtol=1e-14, atol=0)


def test_the_world_is_not_changed() -> None:
    before = WORLD.data.copy(deep=True)
    scenario(*MIXED).policy(WORLD)
    xr.testing.assert_identical(WORLD.data, before)


def test_policy_is_complete_and_says_what_it_is() -> None:
    policy = scenario(*MIXED).policy(WORLD)
    assert set(policy) == {"tariff", "iceberg_hat", "productivity_hat", "input_requirement_hat"}
    for table in policy.data_vars.values():
        assert not np.isnan(table).any()
        assert table.attrs["units"] == "1"
        assert table.attrs["long_name"]
        assert table.attrs["baseline_year"] == 2014

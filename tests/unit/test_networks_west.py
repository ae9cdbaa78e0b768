"""Networks of the United States and Europe: parts, units, hours, sites, and one small optimum."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tradewind.capacity import Units, attach
from tradewind.capacity.defaults import chips, workloads
from tradewind.capacity.networks import europe, us
from tradewind.capacity.networks.west_places import periods
from tradewind.capacity.networks.west_system import CARBON
from tradewind.errors import InputError
from tradewind.world.sources import energy_europe

if TYPE_CHECKING:
    from types import ModuleType

    import pypsa

DAY = {
    us: us.whole_year()[24 * 200 : 24 * 201 : 6],
    europe: europe.whole_year()[24 * 20 : 24 * 21 : 6],
}


@pytest.fixture(scope="module")
def american() -> pypsa.Network:
    return us.network(snapshots=DAY[us])


@pytest.fixture(scope="module")
def european() -> pypsa.Network:
    return europe.network(snapshots=DAY[europe])


@pytest.fixture(params=["us", "europe"])
def both(
    request: pytest.FixtureRequest, american: pypsa.Network, european: pypsa.Network
) -> tuple[ModuleType, pypsa.Network]:
    return (us, american) if request.param == "us" else (europe, european)


def test_areas_and_lines(american: pypsa.Network, european: pypsa.Network) -> None:
    assert (len(american.buses), len(american.links)) == (8, 12)
    assert (len(european.buses), len(european.links)) == (32, 136)
    for network in (american, european):
        assert set(network.links.bus0) | set(network.links.bus1) <= set(network.buses.index)
        ways = set(zip(network.links.bus0, network.links.bus1, strict=True))
        assert ways == {(end, start) for start, end in ways}


def test_texas_is_an_island(american: pypsa.Network) -> None:
    assert "ERCO" not in set(american.links.bus0)


def test_every_part_is_whole(both: tuple[ModuleType, pypsa.Network]) -> None:
    _, network = both
    assert set(network.generators.carrier) | set(network.storage_units.carrier) <= set(CARBON)
    for part in (network.generators, network.storage_units, network.links):
        assert np.isfinite(part[["p_nom", "marginal_cost", "capital_cost"]]).all(axis=None)
        assert (part.p_nom_max >= part.p_nom_min).all()
        grown = part[part.p_nom_extendable]
        assert np.isfinite(grown.p_nom_max).all()
        assert (grown.capital_cost > 0).all()
    shares = network.generators_t.p_max_pu
    assert shares.min(axis=None) >= 0
    assert shares.max(axis=None) <= 1
    assert network.storage_units.cyclic_state_of_charge.all()


def test_a_megawatt_hour_is_priced_in_millions_a_gigawatt_hour(
    american: pypsa.Network, european: pypsa.Network
) -> None:
    costs = american.generators.marginal_cost
    assert costs["PJM gas"] == pytest.approx((9.6 / 0.50 + 3.5) * 1e-3)
    assert costs["CISO gas"] == pytest.approx(((9.6 + 0.198 * 35) / 0.50 + 3.5) * 1e-3)
    assert european.generators.marginal_cost["DE lignite"] == pytest.approx(
        ((8.6 + 0.407 * 70) / 0.33 + 5.0) * 1e-3
    )


def test_a_kilowatt_is_priced_in_millions_a_gigawatt(american: pypsa.Network) -> None:
    row = us.table()["cost"].sel(technology="solar")
    rate, life = 0.06, float(row.sel(item="lifetime"))
    yearly = rate / (1 - (1 + rate) ** -life) + float(row.sel(item="FOM")) / 100
    expected = float(row.sel(item="investment")) * yearly
    assert american.generators.capital_cost["ERCO solar new"] == pytest.approx(expected)
    assert 50 < expected < 150  # USD a kW and year


def test_building_is_shared_by_load(american: pypsa.Network) -> None:
    new = american.generators[american.generators.index.str.endswith("solar new")]
    assert new.p_nom_max.sum() == pytest.approx(3 * us.BUILD["solar"])
    load = us.table()["load_mean"].to_series()
    assert new.p_nom_max["PJM solar new"] / new.p_nom_max["NYIS solar new"] == pytest.approx(
        load["PJM"] / load["NYIS"]
    )


def test_prices_to_compare_with_stand_on_the_buses(american: pypsa.Network) -> None:
    assert american.buses.industrial_price["ERCO"] == pytest.approx(61.2, abs=0.2)
    assert american.buses.market_price["PJM"] == pytest.approx(36.1, abs=0.2)
    assert np.isnan(american.buses.market_price["SOCO"])


def test_carbon_prices_may_be_put_in_place_of_the_tables() -> None:
    built = europe.network(
        snapshots=DAY[europe][:1], assumptions=replace(europe.USUAL, carbon_price={"DE": 100.0})
    )
    costs = built.generators.marginal_cost
    assert costs["DE gas"] == pytest.approx(((37 + 0.198 * 100) / 0.55 + 3.5) * 1e-3)
    assert costs["FR gas"] == pytest.approx((37 / 0.55 + 3.5) * 1e-3)


def test_weeks_are_periods_and_stand_for_the_year() -> None:
    hours = us.weeks("2022-01-17", "2022-07-18")
    built = us.network(snapshots=hours[140:200])
    assert built.meta["tradewind"]["periods"] == [0] * 28 + [1] * 32
    assert built.snapshot_weightings.objective.sum() == pytest.approx(8760)
    assert (built.snapshot_weightings.stores == 1).all()


def test_consecutive_weeks_are_one_period() -> None:
    assert periods(us.weeks("2022-01-03", "2022-01-10")) == [0] * 336


@pytest.mark.parametrize(
    "hours",
    [
        pd.date_range("2020-01-01", periods=4, freq="h"),
        pd.date_range("2022-01-01", periods=4, freq="h", tz="UTC"),
        pd.DatetimeIndex([]),
        pd.DatetimeIndex(["2022-01-01", "2022-01-01"]),
    ],
    ids=["another year", "zoned", "none", "twice"],
)
def test_hours_outside_the_table_are_refused(hours: pd.DatetimeIndex) -> None:
    with pytest.raises(InputError, match="hours are not those"):
        us.network(snapshots=hours)


def test_a_fleet_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no plants of that year"):
        europe.network(fleet=2030, snapshots=DAY[europe])


def test_measured_series_take_the_place_of_synthetic_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    shipped = europe.table()
    ones = xr.ones_like(shipped["profile_solar"])
    calm = ones.where(ones["area"] != "DE", 0.0)
    real = xr.Dataset({"solar": 0.3 * ones, "onshore wind": 0.2 * calm, "offshore wind": 0 * ones})
    monkeypatch.setattr(energy_europe, "dispaset", lambda folder: real)
    data = europe.measured(tmp_path)  # type: ignore[arg-type]
    built = europe.network(snapshots=DAY[europe], data=data)
    share = built.generators_t.p_max_pu
    assert (share["DE solar"] == 0.3).all()
    assert (share["FR onshore wind"] == 0.2).all()
    hours = shipped["time"].isin(DAY[europe])
    np.testing.assert_allclose(
        share["DE onshore wind"], shipped["profile_onshore_wind"].sel(area="DE")[hours]
    )


def test_sites_and_regions(both: tuple[ModuleType, pypsa.Network]) -> None:
    module, network = both
    sites, regions = module.sites(), module.regions()
    assert {site.bus for site in sites} == set(network.buses.index) == set(regions)
    assert sum(region.weight for region in regions.values()) == pytest.approx(1)
    assert module.demand(50.0)[next(iter(regions))] == pytest.approx(
        50 * next(iter(regions.values())).weight
    )
    for region in regions.values():
        assert region.shape is not None
        assert region.shape.mean() == pytest.approx(1)


def test_hot_sites_are_hot_and_sites_share_an_area() -> None:
    by_name = {site.name: site for site in us.sites()}
    assert by_name["Phoenix"].temperature.mean() > by_name["Des Moines"].temperature.mean() + 10  # type: ignore[union-attr]
    pair = by_name["Dallas"], by_name["Abilene"]
    mean = float(us.table()["load_mean"].sel(area="ERCO"))
    assert sum(site.connection_limit for site in pair) == pytest.approx(0.09 * mean)


def test_data_of_europe_stays_out_of_what_has_no_adequacy() -> None:
    sets = europe.adequate()
    assert set(sets) == {region.country for region in europe.regions().values()}
    assert sets["DEU"] == set(sets) - {"ALB", "BIH", "MKD", "MNE", "SRB"}
    assert sets["SRB"] == sets["DEU"] | {"SRB"}


def test_a_compute_layer_stands_on_both(both: tuple[ModuleType, pypsa.Network]) -> None:
    module, network = both
    regions = module.regions()
    places = {name: (r.latitude, r.longitude, r.country) for name, r in regions.items()}
    work = workloads(module.demand(), places, shape={name: r.shape for name, r in regions.items()})
    with_layer = attach(
        network, module.sites(), chips(["b200"]), work, rules=module.rules(), units=Units.own()
    )
    assert len(with_layer.links) > len(network.links) + 3 * len(module.sites())


def test_a_day_of_american_power_balances(american: pypsa.Network) -> None:
    with warnings.catch_warnings():
        # linopy and PyPSA announce how later versions will treat empty frames and text
        warnings.simplefilter("ignore")
        status, _ = american.optimize(
            solver_name="highs", include_objective_constant=False, output_flag=False, threads=1
        )
    assert status == "ok"
    supply = american.generators_t.p.sum(axis=1) + american.storage_units_t.p.sum(axis=1)
    lost = american.links_t.p0.sum(axis=1) + american.links_t.p1.sum(axis=1)
    load = american.loads_t.p_set.sum(axis=1)
    np.testing.assert_allclose(supply - lost, load, rtol=1e-6)
    shed = american.generators.carrier == "load shedding"
    assert american.generators_t.p.loc[:, shed].sum(axis=None) == pytest.approx(0, abs=1e-6)
    assert american.buses_t.marginal_price.mean(axis=None) * 1e3 == pytest.approx(30, abs=15)

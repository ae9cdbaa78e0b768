"""The world network: typical days, sites on every continent, round trips, and enough power."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from tradewind.capacity.equations import great_circle_km, light_round_trip_ms
from tradewind.capacity.layer import attach
from tradewind.capacity.networks import world
from tradewind.capacity.networks.world_hours import STEPS, reduced, stepped_shape
from tradewind.capacity.units import Units
from tradewind.errors import InputError
from tradewind.world.names import ECONOMIES, read_map
from tradewind.world.sources import energy_world_areas as areas
from tradewind.world.sources import energy_world_series as series

CONTINENTS = {
    *("north-america", "south-america", "europe", "asia", "africa", "middle-east", "oceania"),
}
ASKED = {
    *("NOR", "SWE", "FIN", "IRL", "GBR", "DEU", "NLD", "FRA", "ESP", "PRT", "ARE", "SAU", "QAT"),
    *("MYS", "SGP", "IDN", "IND", "JPN", "KOR", "TWN", "AUS", "BRA", "CHL", "MEX", "CAN", "USA"),
    *("CHN", "ZAF", "KEN", "NGA", "EGY", "MAR", "KAZ", "TUR", "ISR", "RUS"),
}


@pytest.fixture(scope="module")
def table() -> xr.Dataset:
    """The shipped table."""
    return world.table()


def test_the_table_is_small_and_holds_every_continent(table: xr.Dataset) -> None:
    """At least 40 sites, all countries asked for, every economy of the trade table a region."""
    path = files("tradewind.world").joinpath("data", "energy", "world.nc")
    assert len(path.read_bytes()) < 1.5e6
    assert table.sizes["site"] >= 40
    assert set(table["continent"].values) == CONTINENTS
    assert set(table["country"].values) >= ASKED
    economies = set(ECONOMIES)
    assert set(table["economy"].values) <= economies
    assert set(table["region_economy"].values) == economies
    assert float(table["region_share"].sum()) == pytest.approx(1.0)
    assert set(table["home"].values) <= set(table["region"].values)


def test_capacity_factors_are_irenas_or_the_maps(table: xr.Dataset) -> None:
    """Means lie in the range that is believed; where sun is synthetic the mean is IRENA's."""
    bounds = read_map("energy_world")["artefacts"]
    for carrier in ("solar", "wind"):
        mean = table[carrier].mean(["season", "half", "hour"]).to_series()
        some = mean[mean > 0]
        assert some.between(bounds[carrier]["low"], bounds[carrier]["high"]).all()
        assert (table[carrier] <= 1.0).all()
        assert (table[carrier] >= 0.0).all()
    mean = table["solar"].mean(["season", "half", "hour"]).to_series()
    assert mean["Germany"] == pytest.approx(0.107, abs=1e-3)
    assert mean["Saudi Arabia"] == pytest.approx(0.294, abs=1e-3)
    wind = table["wind"].mean(["season", "half", "hour"]).to_series()
    assert wind["Saudi Arabia"] < 0.4
    assert wind["South Africa"] > 0.3
    assert mean["Ireland"] > 0.09


def test_noon_comes_to_each_longitude_in_its_turn(table: xr.Dataset) -> None:
    """The centre of the sun's day is within an hour of noon by the sun, in UTC."""
    sun = table["solar"].mean(["season", "half"])
    turn = np.exp(2j * np.pi * (sun["hour"] + 0.5) / 24.0)
    centre = np.angle((sun * turn).sum("hour")) * 24.0 / (2.0 * np.pi)
    offset = (centre + table["longitude"] / 15.0 - 12.0 + 12.0) % 24.0 - 12.0
    assert np.abs(offset).max() < 1.0


def test_calm_days_are_calmer(table: xr.Dataset) -> None:
    """In every season of every place with wind."""
    wind = table["wind"].mean("hour")
    windy = wind.max(["season", "half"]) > 0
    calm, strong = (wind.sel(half=half, site=windy) for half in ("calm", "windy"))
    assert (calm.to_numpy() < strong.to_numpy()).all()


def test_sources_are_told_and_what_is_synthetic_is_marked(table: xr.Dataset) -> None:
    """Sites with measured hours say so; all others say what they are made of."""
    load = table["load_source"].to_series()
    measured = load.str.contains("hourly")
    assert measured.sum() == 14
    assert load[~measured].str.contains("synthetic").all()
    solar = table["solar_source"].to_series()
    assert solar[~measured].str.startswith("synthetic").all()
    for name in ("load_shape", "solar", "wind", "temperature"):
        assert table[name].attrs["synthetic"] == "yes"


@given(st.integers(0, 2**32 - 1))
def test_typical_days_keep_the_mean_of_each_hour_and_season(seed: int) -> None:
    """Element by element against a group-by of pandas."""
    hours = series.year_hours(2023)
    draws = np.random.default_rng(seed)
    values, windy = draws.random(len(hours)), np.repeat(draws.random(365) < 0.5, 24)
    found = series.typical(values, hours, windy)
    frame = pd.DataFrame(
        {"s": hours.month % 12 // 3, "w": windy.astype(int), "h": hours.hour, "v": values}
    )
    expected = frame.groupby(["s", "w", "h"])["v"].mean().to_numpy().reshape(series.SHAPE)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_windy_days_are_half_of_each_season() -> None:
    """Days above the median of their season, whole days at a time."""
    hours = series.year_hours(2023)
    wind = np.random.default_rng(1).random(len(hours))
    found = series.windy_days(wind, hours).reshape(365, 24)
    assert (found == found[:, :1]).all()
    season = series.season_of(hours).reshape(365, 24)[:, 0]
    for k in range(4):
        days = found[season == k, 0]
        assert days.sum() == len(days) // 2


@pytest.mark.parametrize("hours", STEPS)
def test_networks_of_all_sizes_hold_the_same_year(hours: int, table: xr.Dataset) -> None:
    """Weights add up to a year, periods are days, and energy is that of the table."""
    times = world.snapshots(hours)
    assert len(times) == hours
    assert times.is_monotonic_increasing
    load = reduced(table["load_shape"], hours)
    np.testing.assert_allclose(load.mean(), 1.0, rtol=1e-5)
    weights = pd.Series(8760.0 / hours, index=times)
    shape = stepped_shape(hours, weights, 9.0, None)
    assert float((shape * weights).sum()) == pytest.approx(8760.0)


def test_no_other_number_of_hours() -> None:
    """Asked for what there is not, it says what there is."""
    with pytest.raises(InputError, match="no such number of hours"):
        world.network(100)


def test_round_trips_are_between_countries_and_not_faster_than_light(table: xr.Dataset) -> None:
    """Positive, never within a country; against the great circle between the table's cities."""
    trips = world.round_trips()
    assert len(trips) > 1500
    assert all(one < other and value > 0 for (one, other), value in trips.items())
    regions = table[["region_country", "region_latitude", "region_longitude"]].to_dataframe()
    place = regions.drop_duplicates("region_country").set_index("region_country")
    pairs = [pair for pair in trips if set(pair) <= set(place.index)]
    ends = [place.loc[[pair[k] for pair in pairs]].to_numpy(dtype=float).T for k in (0, 1)]
    distance = great_circle_km(ends[0][0], ends[0][1], ends[1][0], ends[1][1])
    ratio = np.array([trips[pair] for pair in pairs]) / light_round_trip_ms(distance)
    assert (ratio < 1.0).mean() < 0.05  # in wide countries another city answered
    assert 1.3 < np.median(ratio) < 2.5
    assert (ratio > 0.1).all()


def test_every_area_can_serve_its_load() -> None:
    """Plants that stand and may be built cover the load of each snapshot, borders left aside."""
    network = world.network(48)
    plants, storage = network.c.generators.static, network.c.storage_units.static
    most = plants["p_nom"].where(~plants["p_nom_extendable"], plants["p_nom_max"])
    most_output = network.get_switchable_as_dense("Generator", "p_max_pu") * most
    by_bus = most_output.T.groupby(plants["bus"]).sum().T
    load = network.c.loads.dynamic["p_set"]
    load = load.set_axis(network.c.loads.static.loc[load.columns, "bus"], axis=1)
    assert set(by_bus.columns) == set(load.columns)
    slack = by_bus[load.columns] / load
    assert slack.shape == (48, len(load.columns))
    assert (slack > 1.0).all(axis=None)
    assert (storage["p_nom_max"] >= storage["p_nom"]).all()
    assert network.snapshot_weightings["objective"].sum() == pytest.approx(8760.0)
    assert len(set(network.meta["tradewind"]["periods"])) == 8


def test_compute_attaches_with_a_site_in_reach_of_everybody() -> None:
    """All regions and classes find routes; limits hold; names of chips are known."""
    places, chips, work = world.sites(24), world.chips(), world.workloads(24)
    assert {site.name for site in places} == {str(name) for name in world.table()["site"].values}
    for site in places:
        assert 0.0 < site.connection_existing < site.connection_limit
        assert set(site.chips or ()) <= {chip.name for chip in chips}
    answer = attach(
        world.network(24),
        places,
        chips,
        work,
        rules=world.rules(),
        units=Units.own(),
        round_trips=world.round_trips(),
    )
    routes = pd.DataFrame(answer.meta["tradewind"]["routes"])
    served = set(zip(routes["workload"], routes["region"], strict=True))
    assert served == {(w.name, region) for w in work for region in w.demand}
    assert sum(world.demand(7.0).values()) == pytest.approx(7.0)


def test_transfer_costs_every_pair_and_more_overseas() -> None:
    """A price for each region and site; within a continent it is not above that across."""
    prices = world.transfer_prices()
    table = world.table()
    assert len(prices) == table.sizes["region"] * table.sizes["site"]
    assert prices["Germany", "France"] < prices["Germany", "Brazil"]


@given(st.floats(0.1, 0.35), st.integers(0, 2**32 - 1))
def test_scaled_output_has_the_mean_and_stays_below_its_best_hour(mean: float, seed: int) -> None:
    """Plain where it fits, bent where it would pass the best hour; order is kept."""
    day = np.maximum(0.0, np.sin(np.linspace(-np.pi / 2, 3 * np.pi / 2, 24, endpoint=False)))
    values = day[None, None, :] * np.random.default_rng(seed).uniform(0.6, 1.0, (4, 2, 1))
    found = areas.scaled_to(values, mean)
    assert found.mean() == pytest.approx(mean, rel=1e-8)
    assert found.max() <= areas.HIGHEST_HOUR + 1e-12
    order = np.argsort(values, axis=None, kind="stable")
    assert (np.diff(found.ravel()[order]) >= -1e-12).all()


def test_the_page_lists_every_site_and_its_load() -> None:
    """The table of docs/capacity-world.md is that of the shipped file."""
    page = Path(__file__).resolve().parents[2] / "docs" / "capacity-world.md"
    text = page.read_text(encoding="utf-8")
    table = world.table()
    for name in table["site"].values:
        row = table.sel(site=name)
        load = f"{row['load_mean'].item():.0f}"
        assert f"| {name} | {row['country'].item()} | {row['economy'].item()} | {load} |" in text

"""The Chinese network: its parts, its years, its hours, its sites."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tradewind.capacity.networks import china31, china_sites
from tradewind.capacity.networks.china31 import Assumptions
from tradewind.errors import InputError
from tradewind.plan_run.catalogue import open_catalogue
from tradewind.world.energy import open_energy

if TYPE_CHECKING:
    import pypsa

DAY = china31.whole_year()[24 * 40 : 24 * 41 : 6]


@pytest.fixture(scope="module")
def built() -> pypsa.Network:
    return china31.network(2025, snapshots=DAY)


@pytest.fixture(scope="module")
def early() -> pypsa.Network:
    return china31.network(2020, snapshots=DAY)


def of(network: pypsa.Network, carrier: str) -> pd.DataFrame:
    return network.generators[network.generators.carrier == carrier]


def test_the_network_is_31_provinces_and_112_one_way_links(built: pypsa.Network) -> None:
    assert len(built.buses) == 31
    assert len(built.links) == 112
    assert built.links.efficiency.between(0.9, 0.98).all()
    ways = set(zip(built.links.bus0, built.links.bus1, strict=True))
    assert all((b, a) in ways for a, b in ways)
    assert built.links.p_nom.sum() / 2.0 == pytest.approx(506.0, rel=2e-3)
    assert set(built.links.bus0) | set(built.links.bus1) == set(built.buses.index)
    assert (built.buses.country == "CHN").all()
    assert built.meta["tradewind"]["load_calendar"] == 2018
    assert built.meta["tradewind"]["weather_year"] == 2020
    assert built.meta["tradewind"]["price_year"] == 2025


def test_no_figure_is_missing(built: pypsa.Network) -> None:
    for frame in (
        built.loads_t.p_set,
        built.generators_t.p_max_pu,
        built.storage_units_t.inflow,
        built.generators[["p_nom", "marginal_cost", "capital_cost", "efficiency"]],
        built.storage_units[["p_nom", "max_hours", "capital_cost"]],
        built.links[["p_nom", "efficiency", "marginal_cost", "length"]],
    ):
        assert np.isfinite(frame.to_numpy(dtype=float)).all()
    assert (built.generators.p_nom_min <= built.generators.p_nom_max).all()
    assert (built.storage_units.p_nom_min <= built.storage_units.p_nom_max).all()
    assert (of(built, "coal").p_nom > 0.0).all()


def test_weights_stand_for_a_year(built: pypsa.Network) -> None:
    assert built.snapshot_weightings.objective.sum() == pytest.approx(8760.0)
    assert (built.snapshot_weightings.stores == 1.0).all()


def test_load_grows_from_what_was_reported(built: pypsa.Network, early: pypsa.Network) -> None:
    data = open_energy("china31")
    place = china31.whole_year().get_loc(DAY[0])
    shape = data["load_shape"].isel(hour=place).sel(bus="Guizhou").item()
    for network, year, growth in ((early, 2020, 1.0), (built, 2024, 1.05)):
        energy = data["load_energy"].sel(load_year=year, bus="Guizhou").item() * growth
        found = network.loads_t.p_set.loc[DAY[0], "Guizhou load"]
        assert found == pytest.approx(shape * energy * 1000.0 / 8760.0, rel=1e-9)


def test_a_year_between_grows_at_a_constant_rate() -> None:
    first, middle, last = (
        china31.network(year, snapshots=DAY[:1]).loads_t.p_set.iloc[0]
        for year in (2020, 2022, 2024)
    )
    assert middle.to_numpy() == pytest.approx(np.sqrt(first * last).to_numpy(), rel=1e-9)


def test_nothing_new_is_built_in_2020_and_little_in_2025(
    built: pypsa.Network, early: pypsa.Network
) -> None:
    assert early.generators.query("p_nom_extendable").eval("p_nom_max - p_nom").abs().max() == 0.0
    most = {"solar": 240.0, "onshore wind": 80.0, "gas": 20.0, "nuclear": 3.1}
    for carrier, limit in most.items():
        room = of(built, carrier).eval("p_nom_max - p_nom").sum()
        assert 0.0 < room <= limit
    land = open_energy("china31")["solar_limit"].to_series()
    solar = of(built, "solar").set_index("bus")
    assert (solar.p_nom_max <= np.maximum(land, solar.p_nom) + 1e-9).all()


def test_without_brownfield_only_water_and_nuclear_stand() -> None:
    green = china31.network(2025, brownfield=False, snapshots=DAY[:1])
    standing = green.generators[green.generators.p_nom > 0.0].carrier.unique()
    assert set(standing) == {"nuclear", "load shedding"}
    assert of(green, "coal").p_nom_extendable.all()
    stores = green.storage_units[green.storage_units.p_nom > 0.0].carrier.unique()
    assert set(stores) == {"hydro", "pumped storage"}


@pytest.mark.parametrize("brownfield", [True, False])
def test_a_plan_may_take_the_plants_away(brownfield: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(china31, "network", partial(china31.network, snapshots=DAY[:1]))
    opened = open_catalogue("china31", 0, brownfield)
    coal = of(opened.network, "coal")
    assert set(coal.p_nom > 0.0) == {brownfield}
    assert set(coal.p_nom_extendable) == {not brownfield}


def test_coal_burns_at_the_provincial_price(built: pypsa.Network) -> None:
    coal = of(built, "coal").set_index("bus")
    assert "Tibet" not in coal.index
    expected = 0.25 * 1000.0 / 6.90 * Assumptions().coal_fuel_share * 1e-3
    assert coal.marginal_cost["Xinjiang"] == pytest.approx(expected)
    assert coal.marginal_cost["Guangdong"] > 1.7 * coal.marginal_cost["Xinjiang"]
    assert of(built, "gas").marginal_cost.min() > coal.marginal_cost.max()


def test_coal_that_stands_burns_302_grams_of_standard_coal_and_new_coal_less(
    built: pypsa.Network,
) -> None:
    """29.3076 MJ a kg of standard coal; 94.6 kg of CO2 a GJ of bituminous coal (IPCC 2006)."""
    carbon = built.carriers.co2_emissions["coal"]
    assert carbon == pytest.approx(94.6 * 3.6e-3, rel=2e-3)
    stands = of(built, "coal")
    assert (3.6e3 / stands.efficiency / 29.3076).to_numpy() == pytest.approx(302.0, abs=0.5)
    assert (1e3 * carbon / stands.efficiency).to_numpy() == pytest.approx(835.0, abs=1.0)
    anew = of(china31.network(2025, brownfield=False, snapshots=DAY[:1]), "coal")
    assert (anew.efficiency > 1.05 * stands.efficiency.max()).all()


def test_inflow_is_the_months_factor_times_the_plant(built: pypsa.Network) -> None:
    factor = open_energy("china31")["hydro_factor"].sel(month=2, bus="Sichuan").item()
    plant = built.storage_units.p_nom["Sichuan hydro"]
    inflow = built.storage_units_t.inflow["Sichuan hydro"].to_numpy()
    assert inflow == pytest.approx(np.full(len(DAY), factor * plant))


@pytest.mark.parametrize("year", [2019, 2036])
def test_a_year_without_load_is_refused(year: int) -> None:
    with pytest.raises(InputError, match="no load for that year"):
        china31.network(year, snapshots=DAY)


@pytest.mark.parametrize(
    "hours",
    [
        pd.DatetimeIndex(["2020-02-29 00:00"]),
        pd.DatetimeIndex(["2018-01-01 00:30"]),
        pd.DatetimeIndex(["2018-01-01 00:00"] * 2),
        pd.DatetimeIndex([]),
    ],
)
def test_hours_outside_the_table_are_refused(hours: pd.DatetimeIndex) -> None:
    with pytest.raises(InputError, match="hours are not"):
        china31.network(2025, snapshots=hours)


def test_weeks_are_whole() -> None:
    hours = china31.weeks("2018-01-15", "2018-07-16")
    assert len(hours) == 336
    assert hours[0].dayofweek == hours[168].dayofweek == 0
    assert hours[167] - hours[0] == pd.Timedelta(hours=167)


def test_there_are_ten_clusters_and_a_site_in_every_province() -> None:
    sites = china31.sites(DAY)
    assert len({site.name for site in sites}) == len(sites) == 41
    clusters = sites[:10]
    assert {site.bus for site in sites} == set(open_energy("china31")["bus"].to_numpy())
    hubs = {row["hub"] for row in china_sites.facts()["clusters"].values()}
    assert len(hubs) == 8
    assert all(site.connection_limit == 3.0 for site in clusters)
    assert all(site.temperature.index.equals(DAY) for site in sites)
    assert sum(region.weight for region in china31.regions().values()) == pytest.approx(1.0)


def test_the_table_of_sites_holds_what_is_read_and_no_more() -> None:
    class Seen(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            read.add(key)
            return super().__getitem__(key)

    read: set[str] = set()
    table = Seen(china_sites.facts())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(china_sites, "facts", lambda: table)
        china31.sites(DAY[:1])
    assert read == set(table)


def test_every_site_keeps_its_limit_of_pue_over_the_year() -> None:
    table = china_sites.facts()
    for site in china31.sites():
        rule = table["clusters"].get(site.name)
        limit = table["pue_limit"]["elsewhere" if rule is None else "hub"]
        limit = limit if rule is None else rule.get("pue_limit", limit)
        warm = (site.temperature - 15.0).clip(lower=0.0)
        mean = (site.pue_base + site.pue_slope * warm).clip(upper=site.pue_max).mean()
        assert mean <= limit


def test_a_limit_that_no_cooling_keeps_is_refused() -> None:
    warmth = pd.Series(28.0, index=DAY)
    with pytest.raises(InputError, match="no type of cooling"):
        china_sites.cooling_for(warmth, 1.05, "site X", None)


def test_synthetic_temperatures_keep_the_normals_and_the_sun() -> None:
    hours = china31.whole_year()
    normals = np.array([0.0, 2, 7, 13, 19, 23, 26, 25, 20, 14, 7, 2])
    made = china_sites.temperatures(normals, 10.0, 90.0, hours)
    monthly = made.groupby(hours.month).mean().to_numpy()
    assert monthly == pytest.approx(normals, abs=0.8)
    day = made.iloc[24 * 15 : 24 * 16]
    assert day.idxmax().hour == 17
    assert day.max() - day.min() == pytest.approx(10.0, abs=0.3)

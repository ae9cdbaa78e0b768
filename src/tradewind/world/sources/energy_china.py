"""The table ``china31``: power of 31 Chinese provinces, from public model data and statistics.

Raw files: ``energy/china_thu`` (profiles, plants, lines), ``energy/china_pik`` (load, costs, gross
product), the list of coal benchmark prices and the carbon factors of ``energy/codecarbon3``; single
published figures come from ``maps/china_power.yaml``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tradewind.world.energy import describe
from tradewind.world.names import read_map
from tradewind.world.sources import energy_china_plants as plants
from tradewind.world.sources import energy_china_series as series
from tradewind.world.sources.energy_china_costs import read_costs
from tradewind.world.sources.reading import fingerprint, read_text, to_number

THU = ("Rick10119/PyPSA-China-THU (GitHub)", "CC0 1.0")
PIK = ("pik-piam/PyPSA-China-PIK (GitHub)", "CC BY 4.0 (data), MIT (code)")
COUNCIL = (
    "China Electricity Council, National Energy Administration and National Bureau of Statistics, "
    "monthly figures (maps/china_power.yaml)",
    "facts",
)
OWN = ("Tradewind, maps/china_power.yaml", "Apache-2.0")
OFFSHORE = (
    *("Fujian", "Guangdong", "Guangxi", "Hainan", "Hebei", "Jiangsu", "Liaoning", "Shandong"),
    *("Shanghai", "Tianjin", "Zhejiang"),
)
SPELT = ("InnerMongolia", "Inner Mongolia")
LOAD_YEARS = (2020, 2024)
LOAD_COLUMN_OF_2024 = "2025"


def read(sources: Path) -> xr.Dataset:
    """Read every source of the Chinese network.

    Parameters
    ----------
    sources : Path
        Folder that holds ``energy``.

    Returns
    -------
    xarray.Dataset
        Coordinates ``bus`` (31), ``offshore_bus`` (11), ``hour`` (8,760), ``month`` (1 to 12),
        ``capacity_year``, ``load_year``, ``carrier``, ``fuel``, ``line`` (56), ``technology``.

    Raises
    ------
    SourceError
        If a source is missing, cut or changed; the message names file, place and bound.
    """
    facts, folder = read_map("china_power"), sources / "energy"
    data = xr.Dataset(
        {
            **places(facts),
            **hourly(folder, facts),
            **levels(folder, facts),
            **built(folder / "china_thu", facts),
            **lines(folder / "china_thu" / "data_grids_edges_current.csv", facts),
            **prices(folder, facts),
            **read_costs(folder / "china_pik" / "costs_2025.csv", PIK),
        },
        attrs={
            "network": "china31",
            "load_calendar": "2018",
            "weather_year": "2020",
            "time_zone": "Asia/Shanghai",
            "sources_sha256": fingerprint(files(folder)),
        },
    )
    return shown(data)


def shown(data: xr.Dataset) -> xr.Dataset:
    """Return the table with the names of provinces as people write them."""

    def respelt(values: xr.DataArray) -> tuple[tuple[Any, ...], list[str], dict[Any, Any]]:
        return values.dims, [str(name).replace(*SPELT) for name in values.to_numpy()], values.attrs

    labels = {name: respelt(data[name]) for name in ("bus", "line")}
    ends = {name: respelt(data[name]) for name in ("line_from", "line_to")}
    return data.drop_vars(list(ends)).assign_coords(labels).assign(ends)


def files(folder: Path) -> list[Path]:
    """Every raw file that this reader opens."""
    thu = [
        *("profile_solar.nc", "profile_onwind.nc", "profile_offwind.nc"),
        *("data_p_nom_hydro_p_nom.csv", "data_hydro_dams_large.csv", "data_hydro_PHS_p_nom.csv"),
        *(
            f"data_existing_infrastructure_{name}_capacity.csv"
            for name in ("CHP_gas", "OCGT", "offwind", "CHP_coal")
        ),
        "data_grids_edges_current.csv",
    ]
    pik = (
        *("hourly_demand_31.csv", "provincial_load_2020_2060.csv", "historical_gdp.csv"),
        "costs_2025.csv",
    )
    return [
        *(folder / "china_thu" / name for name in thu),
        *(folder / "china_pik" / name for name in pik),
        folder / "china_coal_benchmark_price_2020.csv",
        folder / "codecarbon3" / "china_provincial_emissions.json",
    ]


def over_buses(values: Any, facts: Mapping[str, Any]) -> xr.DataArray:
    """Label one number or name a province."""
    return xr.DataArray(np.asarray(values), coords={"bus": list(facts["provinces"])}, dims="bus")


def places(facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Where the buses are, and how warm it is there."""
    rows = list(facts["provinces"].values())
    city = "the province stands at this city, its seat of government"
    normals = np.array(list(facts["temperature"].values()), dtype=float).T
    months = {"month": np.arange(1, 13), "bus": list(facts["provinces"])}
    weather = ("1991-2020", *OWN)
    return {
        "name_zh": describe(over_buses([r[1] for r in rows], facts), "name", "text", "2020", *OWN),
        "city": describe(over_buses([r[2] for r in rows], facts), city, "text", "2020", *OWN),
        "latitude": describe(over_buses([r[3] for r in rows], facts), city, "deg N", "2020", *OWN),
        "longitude": describe(over_buses([r[4] for r in rows], facts), city, "deg E", "2020", *OWN),
        "temperature": describe(
            xr.DataArray(normals[:12], coords=months, dims=list(months)),
            "monthly mean air temperature of the city",
            "degC",
            *weather,
            synthetic=True,
            note="normals from memory, to about 0.5 K; hours made of them know no weather",
        ),
        "temperature_range": describe(
            over_buses(normals[12], facts),
            "mean daily maximum less minimum",
            "K",
            *weather,
            synthetic=True,
            note="from memory, to about 1.5 K",
        ),
    }


def hourly(folder: Path, facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Load shape and the three profiles, hour by hour."""
    buses = list(facts["provinces"])
    codes = [row[0] for row in facts["provinces"].values()]
    load = series.read_load(folder / "china_pik" / "hourly_demand_31.csv", codes)
    thu = folder / "china_thu"
    solar, solar_limit = series.read_profile(thu / "profile_solar.nc", buses)
    onshore, onshore_limit = series.read_profile(thu / "profile_onwind.nc", buses)
    offshore, offshore_limit = series.read_profile(thu / "profile_offwind.nc", OFFSHORE)
    reported = np.array([facts["full_load_hours"][bus][0] for bus in buses], dtype=float)
    bent, exponent = series.rescaled(onshore, reported)

    def grid(values: np.ndarray, dim: str = "bus") -> xr.DataArray:
        names = buses if dim == "bus" else list(OFFSHORE)
        return xr.DataArray(
            values, coords={"hour": np.arange(8760), dim: names}, dims=["hour", dim]
        )

    unit = "per unit of capacity"
    bend = "source raised to wind_exponent, so that the mean is full_load_hours / 8760"
    limit = "capacity that the land or sea allows"
    return {
        "load_shape": describe(
            grid(load / load.mean(axis=0)), "load over its mean", "1", "2018 calendar", *PIK
        ),
        "solar": describe(grid(solar), "output of solar plant", unit, "2020", *THU),
        "onshore_wind": describe(
            grid(bent), "output of onshore wind", unit, "2020", *THU, note=bend
        ),
        "offshore_wind": describe(
            grid(offshore, "offshore_bus"), "output of offshore wind", unit, "2020", *THU
        ),
        "wind_exponent": describe(
            over_buses(exponent, facts), "exponent of onshore wind", "1", "2020", *OWN
        ),
        "full_load_hours": describe(
            over_buses(reported, facts),
            "reported utilisation of wind plant, after curtailment, offshore included",
            "h / year",
            "2020",
            *COUNCIL,
        ),
        "solar_limit": describe(over_buses(solar_limit, facts), limit, "GW", "2020", *THU),
        "onshore_limit": describe(over_buses(onshore_limit, facts), limit, "GW", "2020", *THU),
        "offshore_limit": describe(
            xr.DataArray(offshore_limit, coords={"offshore_bus": list(OFFSHORE)}),
            *(limit, "GW", "2020"),
            *THU,
        ),
    }


def levels(folder: Path, facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Consumption by year, and output by fuel of the year that the model is held against."""
    buses = list(facts["provinces"])
    path = folder / "china_pik" / "provincial_load_2020_2060.csv"
    header = read_text(path).splitlines()[0].split(",")
    place = header.index(LOAD_COLUMN_OF_2024)
    late = {
        cells[0]: to_number(cells[place], where, low=1e6, high=2e9) / 1e6
        for where, cells in plants.read_lines(path)
    }
    output = np.array(list(facts["generation_2020"].values()), dtype=float).T
    hydro = np.array([facts["hydro_2020"].get(bus, [0.0])[-1] for bus in buses])
    hydro = hydro * plants.HYDRO_2020_TWH / hydro.sum()
    load = np.array([output[4], [late[bus] for bus in buses]])
    fuels = ["thermal", "nuclear", "wind", "solar", "hydro"]
    return {
        "load_energy": describe(
            xr.DataArray(load, coords={"load_year": list(LOAD_YEARS), "bus": buses}),
            "consumption of the whole society",
            "TWh / year",
            "2020; 2024",
            f"2020: {COUNCIL[0]}; 2024: {PIK[0]}, column 2025 of its provincial load",
            f"facts; {PIK[1]}",
            note="the column 2025 holds the consumption reported for 2024 (Guangdong 912.1)",
        ),
        "generation": describe(
            xr.DataArray(np.vstack([output[:4], hydro]), coords={"fuel": fuels, "bus": buses}),
            "output by fuel, for comparison",
            "TWh / year",
            "2020",
            *COUNCIL,
            note="thermal and nuclear: plants above the reporting size; wind, solar: hours times "
            "capacity; hydro scaled to 1,355 TWh, pumped storage included",
        ),
    }


def built(folder: Path, facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Plants by carrier, the rivers' monthly output, and heat-and-power plant."""
    buses = list(facts["provinces"])
    capacity = plants.capacities(folder, facts)
    hydro = plants.hydro_factors(facts, capacity[0, 3], capacity[0, 4])
    heat = plants.by_vintage(folder / "data_existing_infrastructure_CHP_coal_capacity.csv", buses)
    coords = {
        "capacity_year": list(plants.YEARS),
        "carrier": list(plants.CARRIERS),
        "bus": buses,
    }
    return {
        "capacity": describe(
            xr.DataArray(capacity, coords=coords),
            "capacity at the end of the year",
            "GW",
            "2020; 2024",
            f"{COUNCIL[0]}; hydro, gas and offshore wind: {THU[0]}",
            f"facts; {THU[1]}",
            note="coal is thermal less gas: it holds biomass, waste and oil; hydro is file + dams "
            "- pumped storage; of 2024 gas, pumped storage and batteries are estimates",
        ),
        "hydro_factor": describe(
            xr.DataArray(hydro, coords={"month": np.arange(1, 13), "bus": buses}),
            "monthly output of conventional hydro over its capacity",
            "1",
            "2020",
            *COUNCIL,
            note="scaled to all hydro, less pumped storage; national where it has no rivers",
        ),
        "heat_and_power": describe(
            over_buses(heat, facts), "coal plant that makes heat as well", "GW", "2020", *THU
        ),
    }


def lines(path: Path, facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """The 56 interprovincial lines."""
    links = plants.read_links(path, list(facts["provinces"]))
    names = [f"{first} - {second}" for first, second, _ in links]

    def over_lines(values: list[Any]) -> xr.DataArray:
        return xr.DataArray(np.array(values), coords={"line": names}, dims="line")

    return {
        "line_from": describe(
            over_lines([a for a, _, _ in links]), "one end", "text", "2020", *THU
        ),
        "line_to": describe(
            over_lines([b for _, b, _ in links]), "other end", "text", "2020", *THU
        ),
        "line_capacity": describe(
            over_lines([c for _, _, c in links]), "transfer capacity either way", "GW", "2020", *THU
        ),
    }


def prices(folder: Path, facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Coal benchmark prices, carbon factors and gross product."""
    buses = list(facts["provinces"])
    codes = [row[0] for row in facts["provinces"].values()]
    coal = plants.coal_prices(folder / "china_coal_benchmark_price_2020.csv", buses)
    table = json.loads(read_text(folder / "codecarbon3" / "china_provincial_emissions.json"))[
        "data"
    ]
    missing = float("nan")
    carbon = [
        table.get(f"CN-{code}", {"emission_factor": missing})["emission_factor"] for code in codes
    ]
    product = {
        cells[0].replace("Innermongolia", "InnerMongolia"): to_number(
            cells[1], where, low=1e3, high=1e6
        )
        for where, cells in plants.read_lines(folder / "china_pik" / "historical_gdp.csv")
        if cells[0] != "region"
    }
    absent = "the source has none for Tibet"
    return {
        "coal_price": describe(
            over_buses(coal, facts),
            "benchmark feed-in price of coal power",
            "CNY / kWh",
            "2020",
            *("National Development and Reform Commission, provincial benchmark prices", "facts"),
            note="Hebei and Inner Mongolia: mean of their two areas",
        ).assign_attrs(missing=absent),
        "carbon_factor": describe(
            over_buses(carbon, facts),
            "mean CO2 of the electricity used in the province",
            "g / kWh",
            "2023",
            "Ministry of Ecology and Environment, announcement 47 of 2025, in codecarbon 3.3.2",
            "MIT",
        ).assign_attrs(missing=absent),
        "gross_product": describe(
            over_buses([product[bus] for bus in buses], facts),
            "gross regional product",
            "100 million CNY / year",
            "2024",
            *(f"National Bureau of Statistics, in {PIK[0]}", PIK[1]),
        ),
    }

"""China's plants by province: one total for each carrier, and why that one.

Coal is what the China Electricity Council reports as thermal capacity, less gas: 1,152 GW at the
end of 2020. The model data hold 1,276 GW in one file (coal and heat-and-power plants counted twice
over) and 1,026 GW by vintage; the Council reports 1,080 GW of coal, and the rest of thermal
capacity (biomass, waste, waste heat, oil) has to be somewhere. The columns of 2025 of the model
data are never read: they are a fit to a scenario (3,396 GW of solar).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tradewind.world.sources.reading import read_rows, read_text, to_number

CARRIERS = (
    *("coal", "gas", "nuclear", "hydro", "pumped storage", "battery"),
    *("solar", "onshore wind", "offshore wind"),
)
YEARS = (2020, 2024)
NOT_READ = "2025"
JILIN_HYDRO_MW = 5100.0
"""The file says 510; the Council reports 5,100 MW, as it does what the file says elsewhere."""
NEW_RIVERS = (
    *("Sichuan", "Yunnan", "Guizhou", "Guangxi", "Hunan", "Tibet", "Qinghai", "Gansu"),
    *("Ningxia", "Xinjiang", "Jiangxi"),
)
"""Where growth of hydro from 2020 to 2024 is taken as dams; elsewhere as pumped storage."""
GAS_2024_GW = 144.0
BATTERY_2024_GW = 73.8
PUMPED_HOURS = 1064.0
"""Output of pumped storage in 2020 over its capacity: 33.5 TWh, 31.5 GW (CEC, memory)."""
HYDRO_2020_TWH = 1355.2
"""All hydro, the small plants included (CEC 2020, seen)."""


def by_vintage(path: Path, buses: Sequence[str]) -> np.ndarray:
    """Add up the vintages of a table of plants up to 2020.

    Returns
    -------
    numpy.ndarray, (bus,)
        GW; zero where a province is not listed.
    """
    header = [name.strip() for name in next(csv.reader(read_text(path).splitlines()))]
    rows = read_lines(path)
    years = [place for place, name in enumerate(header) if place and name != NOT_READ]
    totals = {
        cells[0]: sum(to_number(cells[place], where, low=0.0, high=1e6) for place in years)
        for where, cells in rows
    }
    return np.array([totals.get(bus, 0.0) for bus in buses]) / 1000.0


def read_lines(path: Path) -> list[tuple[str, list[str]]]:
    """Cells of each line after the header, with the place where it stands."""
    lines = csv.reader(read_text(path).splitlines())
    next(lines)
    return [(f"{path}, line {lines.line_num}", cells) for cells in lines if cells]


def one_column(path: Path, buses: Sequence[str]) -> np.ndarray:
    """Read a table of one number a province, in GW."""
    found = {
        cells[0]: to_number(cells[1], where, low=0.0, high=1e6) for where, cells in read_lines(path)
    }
    return np.array([found[bus] for bus in buses]) / 1000.0


def large_dams(path: Path, buses: Sequence[str]) -> np.ndarray:
    """Add up the large dams of each province, in GW."""
    totals = dict.fromkeys(buses, 0.0)
    for where, cells in read_lines(path):
        totals[cells[4]] += to_number(cells[6], where, low=0.0, high=3000.0) / 100.0
    return np.array(list(totals.values()))


def hydro_and_pumped(folder: Path, buses: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Conventional hydro and pumped storage of 2020 by province.

    hydro = file + large dams − pumped storage: the file leaves out the dams that stand in a table
    of their own, and holds pumped storage. The table of pumped storage is younger than the file;
    it is held at what the file has for the province (1.4 GW less, in Hebei and Shandong).

    Returns
    -------
    hydro, pumped : (bus,)
        GW.
    """
    listed = one_column(folder / "data_p_nom_hydro_p_nom.csv", buses)
    listed[list(buses).index("Jilin")] = JILIN_HYDRO_MW / 1000.0
    dams = large_dams(folder / "data_hydro_dams_large.csv", buses)
    pumped = np.minimum(one_column(folder / "data_hydro_PHS_p_nom.csv", buses), listed)
    return listed + dams - pumped, pumped


def capacities(folder: Path, facts: Mapping[str, Any]) -> np.ndarray:
    """Capacity of every carrier at the end of 2020 and of 2024.

    Parameters
    ----------
    folder : Path
        ``energy/china_thu``.
    facts : mapping
        ``maps/china_power.yaml``.

    Returns
    -------
    numpy.ndarray, (capacity_year, carrier, bus)
        GW.
    """
    buses = list(facts["provinces"])
    hydro, pumped = hydro_and_pumped(folder, buses)
    gas = sum(
        by_vintage(folder / f"data_existing_infrastructure_{name}_capacity.csv", buses)
        for name in ("CHP_gas", "OCGT")
    )
    offshore = by_vintage(folder / "data_existing_infrastructure_offwind_capacity.csv", buses)
    early, late = (reported(facts, year) for year in YEARS)
    gas = np.minimum(gas, early["thermal"])
    gas[buses.index("Tibet")] = early["thermal"][buses.index("Tibet")]
    first = {
        **early,
        "gas": gas,
        "hydro": hydro,
        "pumped storage": pumped,
        "battery": np.zeros(len(buses)),
        "offshore wind": offshore,
    }
    listed = facts["offshore_2024"]
    sea = np.array([listed.get(bus, 0.0) for bus in buses])
    second = {**late, **grown(first, late, buses), "offshore wind": sea}
    return np.array(
        [[column(plants, carrier) for carrier in CARRIERS] for plants in (first, second)]
    )


def reported(facts: Mapping[str, Any], year: int) -> dict[str, np.ndarray]:
    """What the China Electricity Council reports for the end of a year, in GW."""
    columns = np.array(list(facts[f"capacity_{year}"].values()), dtype=float).T
    return dict(
        zip(("wind", "solar", "hydro reported", "thermal", "nuclear"), columns, strict=True)
    )


def grown(
    first: Mapping[str, np.ndarray], late: Mapping[str, np.ndarray], buses: Sequence[str]
) -> dict[str, np.ndarray]:
    """Carriers of 2024 that the Council's provincial figures do not split.

    Gas grows to the nation's 144 GW where it stood in 2020, as thermal capacity grew there; growth
    of hydro is dams on the rivers of ``NEW_RIVERS`` and pumped storage elsewhere; batteries (NEA:
    73.8 GW) stand where wind and solar do.
    """
    thermal = np.maximum(late["thermal"] - first["thermal"], 0.0) * (first["gas"] > 0.9)
    gas = first["gas"] + thermal * (GAS_2024_GW - first["gas"].sum()) / thermal.sum()
    water = np.maximum(late["hydro reported"] - first["hydro"] - first["pumped storage"], 0.0)
    rivers = np.array([bus in NEW_RIVERS for bus in buses])
    renewable = late["wind"] + late["solar"]
    return {
        "gas": gas,
        "hydro": first["hydro"] + water * rivers,
        "pumped storage": first["pumped storage"] + water * ~rivers,
        "battery": BATTERY_2024_GW * renewable / renewable.sum(),
    }


def column(plants: Mapping[str, np.ndarray], carrier: str) -> np.ndarray:
    """One carrier of a year: coal is thermal less gas, onshore wind is wind less offshore."""
    if carrier == "coal":
        return np.asarray(np.maximum(plants["thermal"] - plants["gas"], 0.0))
    if carrier == "onshore wind":
        return np.asarray(np.maximum(plants["wind"] - plants["offshore wind"], 0.0))
    return plants[carrier]


def hydro_factors(facts: Mapping[str, Any], hydro: np.ndarray, pumped: np.ndarray) -> np.ndarray:
    """Monthly capacity factor of conventional hydro in 2020.

    Monthly output above the reporting size is scaled to all hydro (1,355 TWh), and the output of
    pumped storage (``PUMPED_HOURS``, the same every month) is taken off. January to March are one
    mean, because the Bureau publishes them together. Where pumped storage outweighs hydro, or there
    is under 1 GW of it, the province's figure says nothing of rivers: the nation's factor stands.

    Parameters
    ----------
    facts : mapping
    hydro, pumped : (bus,)
        GW.

    Returns
    -------
    numpy.ndarray, (month, bus)
    """
    days = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    rows = [facts["hydro_2020"].get(bus, [0.0] * 10) for bus in facts["provinces"]]
    cumulated = np.array(rows, dtype=float).T
    months = np.vstack(
        [cumulated[:1] * (days[:3, None] / days[:3].sum()), np.diff(cumulated, axis=0)]
    )
    months = months * HYDRO_2020_TWH / cumulated[-1].sum()
    rivers = months - pumped * PUMPED_HOURS / 1000.0 * (days / days.sum())[:, None]
    hours = 24.0 * days[:, None] / 1000.0
    national = rivers.sum(axis=1, keepdims=True) / (hydro.sum() * hours)
    own = (hydro > 1.0) & (hydro > pumped)
    factors = np.where(own, rivers / np.where(own, hydro, 1.0) / hours, national)
    return np.asarray(factors)


def read_links(path: Path, buses: Sequence[str]) -> list[tuple[str, str, float]]:
    """Read the interprovincial lines: two provinces and GW."""
    lines = [line.strip() for line in read_text(path).splitlines() if line.strip()]
    links = []
    for number, line in enumerate(lines, start=1):
        first, second, capacity = line.split(",")
        where = f"{path}, line {number}"
        links.append((first, second, to_number(capacity, where, low=1.0, high=1e5) / 1000.0))
    known = set(buses)
    assert all({first, second} <= known for first, second, _ in links)
    return links


def coal_prices(path: Path, buses: Sequence[str]) -> np.ndarray:
    """Benchmark feed-in price of coal power in CNY/kWh; NaN for Tibet, which has none.

    Hebei and Inner Mongolia have two price areas each: the mean of the two.
    """
    rows = read_rows(path, ("province", "coal_benchmark_feed_in_CNY_per_kWh"))
    found: dict[str, list[float]] = {}
    for row in rows:
        name = row.text("province").replace("Inner_Mongolia", "InnerMongolia").split("_")[0]
        price = row.number("coal_benchmark_feed_in_CNY_per_kWh", low=0.1, high=1.0)
        found.setdefault(name, []).append(price)
    return np.array([float(np.mean(found.get(bus, [np.nan]))) for bus in buses])

"""What the American and European readers share: costs, lines, sites, weather, one clock."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.energy import describe
from tradewind.world.names import read_map
from tradewind.world.sources.energy_shapes import HOURS, Floats, distance_km
from tradewind.world.sources.reading import (
    FRESH_COPY,
    Row,
    read_rows,
    read_text,
    require_file,
    to_number,
)

WEATHER_CITATION: Final = "Open-Meteo, through HewlettPackard/sustain-cluster (2025)"
PRICE_COLUMNS: Final = ("Datetime (UTC)", "Datetime (Local)", "Price (USD/MWh)")
BUILD_COLUMNS: Final = (
    *("iso3", "country", "region", "gdp_pcap_ppp", "population"),
    *("predicted_usd_per_watt", "actual_usd_per_watt", "source"),
)


def hours_of(year: int) -> xr.DataArray:
    """Times of a year of 8,760 hours, UTC, told by their start."""
    start = np.datetime64(f"{year}-01-01T00", "h")
    times = start + np.arange(HOURS)
    return xr.DataArray(times.astype("datetime64[ns]"), dims="time", attrs={"clock": "UTC"})


def leap_day_out(values: Floats) -> Floats:
    """Drop 29 February from a leap year of hours.

    Raises
    ------
    SourceError
        If it is not a leap year of hours.
    """
    if values.size != HOURS + 24:
        raise SourceError(
            "a series is not a whole leap year of hours",
            where="hourly series",
            value=f"{values.size} hours",
            bound=f"{HOURS + 24} hours",
            remedy=FRESH_COPY,
        )
    february = (31 + 28) * 24
    return np.concatenate([values[:february], values[february + 24 :]])


def measured_temperature(sources: Path, name: str) -> Floats:
    """Temperature of 2024 on the UTC clock, without 29 February : (hour,) [degC].

    The file keeps one offset from UTC all year; its first hours, which belong to 2023 or to the
    end of 2024 by UTC, are rolled round the year.
    """
    path = sources / f"energy/weather_2024/{name}.json"
    table = json.loads(read_text(path))
    offset = to_number(str(table["utc_offset_seconds"]), str(path), low=-43200, high=50400)
    series = [
        to_number(str(value), f"{path}, hour {hour}", low=-60, high=60)
        for hour, value in enumerate(table["hourly"]["temperature_2m"])
    ]
    return leap_day_out(np.roll(np.array(series), -round(offset / 3600)))


def market_price(sources: Path, name: str) -> float:
    """Mean wholesale price of 2024 [USD / MWh]; every hour must be there."""
    rows = read_rows(sources / f"energy/hourly_prices_2024/{name}.csv", PRICE_COLUMNS)
    prices = np.array([row.number("Price (USD/MWh)", low=-1000, high=10_000) for row in rows])
    return float(leap_day_out(prices).mean())


def construction_cost(sources: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Cost of a data centre by market and by country [USD / W of IT], without chips."""
    markets = read_rows(
        sources / "energy/flops_export/dcci_2025_construction_costs.csv",
        ("rank", "market", "index", "usd_per_watt"),
    )
    countries = read_rows(
        sources / "energy/flops_export/predicted_construction_costs.csv", BUILD_COLUMNS
    )
    by_market = {row.text("market"): row.number("usd_per_watt", low=3, high=20) for row in markets}
    by_country = {
        row.text("iso3"): row.number(
            "predicted_usd_per_watt"
            if row.is_missing("actual_usd_per_watt")
            else "actual_usd_per_watt",
            low=3,
            high=20,
        )
        for row in countries
    }
    return by_market, by_country


def zone_capacity(sources: Path, zones: Sequence[str]) -> dict[str, float]:
    """Capacity of zones of Electricity Maps, added up : carrier to MW; no entry, no plant."""
    path = require_file(sources / "energy/emaps_capacity.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row[""]: row for row in csv.DictReader(file)}
    total: dict[str, float] = {}
    for zone in zones:
        if zone not in rows:
            raise SourceError(
                "the list of capacities lacks a zone",
                where=str(path),
                value=zone,
                bound="one line a zone",
                remedy=FRESH_COPY,
            )
        for carrier, text in rows[zone].items():
            if carrier in {"", "_d", "_src"} or not text:
                continue
            figure = to_number(text, f"{path}, {zone}, {carrier}", low=0, high=2e6)
            total[carrier] = total.get(carrier, 0.0) + figure
    return total


def technology_costs(sources: Path, file: str) -> xr.DataArray:
    """Technology costs of 2030 in USD of 2024 : (technology, item).

    `investment` is USD per kW (per kWh of battery storage; per MW and km of lines), `FOM` per cent
    of it a year, `VOM` USD per MWh, `lifetime` years, `efficiency` one.
    """
    chart = read_map("energy_costs")
    rows = cost_rows(sources / f"energy/techdata/{file}")
    names = list(chart["technologies"])
    values = np.array(
        [
            [cost(rows, chart, chart["technologies"][name], item) for item in chart["items"]]
            for name in names
        ]
    )
    figures = xr.DataArray(
        values, dims=("technology", "item"), coords={"technology": names, "item": chart["items"]}
    )
    return describe(
        figures,
        "technology costs of 2030: investment USD/kW (USD/kWh of battery storage, USD/MW/km of "
        "lines), FOM %/year, VOM USD/MWh, lifetime years, efficiency",
        "USD of 2024",
        "2030",
        f"PyPSA/technology-data, {file} (NREL ATB, Danish Energy Agency, Lazard: see there)",
        "MIT",
        note="price levels and exchange rate in maps/energy_costs.yaml",
    )


def cost_rows(path: Path) -> dict[tuple[str, str], tuple[Row, str]]:
    """Rows of a cost file by technology and parameter; the moderate case of several."""
    with require_file(path).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        kept = {}
        for cells in reader:
            if cells.get("scenario") not in {None, "", "Moderate"}:
                continue
            if cells.get("financial_case") not in {None, "", "Market"}:
                continue
            place = f"{path}, line {reader.line_num}"
            kept[cells["technology"], cells["parameter"]] = Row(cells, place), cells["unit"]
    return kept


def cost(
    rows: Mapping[tuple[str, str], tuple[Row, str]],
    chart: Mapping[str, Any],
    technology: str,
    item: str,
) -> float:
    """One item of one technology, money in USD of 2024."""
    if (technology, item) not in rows:
        if item not in chart["absent"]:
            raise SourceError(
                "a cost file lacks a figure",
                where=technology,
                value="nothing",
                bound=item,
                remedy=FRESH_COPY,
            )
        return float(chart["absent"][item])
    row, unit = rows[technology, item]
    value = row.number("value", low=0)
    money = next((code for code in ("EUR", "USD") if code in unit), None)
    if money is None:
        return value
    level = chart["index"][money]
    year = chart["year"] if row.is_missing("currency_year") else round(row.number("currency_year"))
    if year not in level:
        raise SourceError(
            "money of a year whose price level is not listed",
            where=row.where,
            value=year,
            bound=", ".join(str(known) for known in level),
            remedy="add the year to maps/energy_costs.yaml",
        )
    return value / float(level[year]) * (float(chart["exchange"]) if money == "EUR" else 1.0)


def line_table(
    places_: Mapping[str, Mapping[str, Any]],
    pairs: Sequence[tuple[str, str]],
    limits: Mapping[tuple[str, str], float],
    source: str,
) -> dict[str, xr.DataArray]:
    """Lines with their limits both ways and their length."""
    names = list(places_)
    latitude = np.array([float(place["latitude"]) for place in places_.values()])
    longitude = np.array([float(place["longitude"]) for place in places_.values()])
    apart = distance_km(latitude, longitude)
    length = [apart[names.index(a), names.index(b)] for a, b in pairs]
    coords = {
        "line": [f"{a} {b}" for a, b in pairs],
        "line_from": ("line", [a for a, _ in pairs]),
        "line_to": ("line", [b for _, b in pairs]),
    }

    def put(values: Sequence[float], name: str, units: str) -> xr.DataArray:
        array = xr.DataArray(np.array(values), dims="line", coords=coords)
        return describe(array, name, units, "2024", source, "MIT")

    return {
        "line_forward": put([limits[a, b] / 1e3 for a, b in pairs], "transfer limit", "GW"),
        "line_backward": put([limits[b, a] / 1e3 for a, b in pairs], "limit the other way", "GW"),
        "line_length": put(length, "distance between the middles of areas", "km"),
    }


def fuel_prices(chart: Mapping[str, Any], source: str) -> xr.DataArray:
    """Fuel prices by fuel; ranges in the note."""
    fuels = chart["fuels"]
    ranges = ", ".join(f"{fuel} {low}-{high}" for fuel, (low, high) in chart["fuel_ranges"].items())
    array = xr.DataArray(
        np.array([float(value) for value in fuels.values()]),
        dims="fuel",
        coords={"fuel": list(fuels)},
    )
    return describe(
        array,
        "price of fuel",
        "USD/MWh of heat",
        "2024",
        source,
        "single figures",
        note=f"low to high: {ranges}",
    )


def site_table(
    sites: Mapping[str, Mapping[str, Any]],
    air: Floats,
    built: Sequence[float],
    buses: Sequence[str],
    countries: Sequence[str],
) -> dict[str, xr.DataArray]:
    """Sites as variables; `site_measured` tells measured temperature from synthetic."""
    measured = ["weather" in site for site in sites.values()]
    coords = {
        "site": list(sites),
        "site_bus": ("site", list(buses)),
        "site_country": ("site", list(countries)),
        "site_cooling": ("site", [site["cooling"] for site in sites.values()]),
        "site_latitude": ("site", [float(site["latitude"]) for site in sites.values()]),
        "site_longitude": ("site", [float(site["longitude"]) for site in sites.values()]),
        "site_measured": ("site", np.array(measured)),
    }
    return {
        "temperature": describe(
            xr.DataArray(air, dims=("site", "time"), coords=coords),
            "temperature outdoors",
            "degC",
            "2024 where measured, else a made-up year",
            f"{WEATHER_CITATION}; else synthesised from normal means of January and July",
            "MIT; computed",
            synthetic=not all(measured),
            note="measured: " + ", ".join(n for n, m in zip(sites, measured, strict=True) if m),
        ),
        "construction_cost": describe(
            xr.DataArray(np.array(built), dims="site", coords=coords),
            "data centre without chips",
            "USD/W of IT",
            "2025",
            "Turner & Townsend, Data Centre Construction Cost Index 2025; countries it leaves out "
            "by a regression on income (flops_export)",
            "single figures",
        ),
    }

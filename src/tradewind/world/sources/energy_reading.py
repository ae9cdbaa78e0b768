"""What the readers of power systems share: technology costs, borders, weather, one clock."""

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
from tradewind.world.sources.energy_shapes import HOURS, Floats
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

"""United States, hour by hour: generation of an area, its broken hours, the fleet it implies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from tradewind.errors import SourceError
from tradewind.world.sources.energy_reading import hours_of
from tradewind.world.sources.energy_shapes import Floats
from tradewind.world.sources.reading import FRESH_COPY, read_rows, require_list

YEAR: Final = 2022
FUELS: Final = {
    "WND": "onshore wind",
    "SUN": "solar",
    "WAT": "hydro",
    "OIL": "oil",
    "NG": "gas",
    "COL": "coal",
    "NUC": "nuclear",
    "OTH": "other",
}
CARRIERS: Final = (
    *("solar", "onshore wind", "hydro", "pumped storage", "battery"),
    *("nuclear", "coal", "gas", "oil", "other"),
)
LIST_NAMES: Final = {
    "wind": "onshore wind",
    "hydro storage": "pumped storage",
    "battery storage": "battery",
    "biomass": "other",
    "geothermal": "other",
    "unknown": "other",
}
COLUMNS: Final = ("timestamp", *FUELS, "avg_CI")
LEAST_FACTOR: Final = {"solar": 0.16, "onshore wind": 0.22}
"""Below these annual capacity factors, which no region of the EIA shows, the list holds plants that
the hourly file does not see: the greatest hour is taken for the capacity that it sees."""
WEEK: Final = 168


def hourly(sources: Path, name: str) -> tuple[dict[str, Floats], int]:
    """Hourly generation of an area by carrier [MW], and how many figures were mended.

    A figure is broken if it is missing, if all fuels together are below half of what they are a
    week before and after, or, of nuclear plant, if it is nothing or more than the area has (its
    99th percentile and a tenth). It becomes the mean of the same hour in the nearest whole weeks
    before and after. Hours come out named by their start; the file's first is the year's last.
    """
    path = sources / f"energy/dcrl/{name}.csv"
    rows = read_rows(path, COLUMNS)
    times = hours_of(YEAR).to_numpy().astype("datetime64[h]").astype(str)
    expected = [f"{time.replace('T', ' ')}:00:00+00:00" for time in times]
    require_list([row.text("timestamp") for row in rows], expected, str(path), "hours")
    figures = {
        carrier: np.array(
            [np.nan if row.is_missing(fuel) else row.number(fuel, low=0, high=2e5) for row in rows]
        )
        for fuel, carrier in FUELS.items()
    }
    total = np.sum(list(figures.values()), axis=0)
    gone = np.isnan(total)
    usual = np.nanmedian([np.roll(total, WEEK), np.roll(total, -WEEK)], axis=0)
    gone |= np.nan_to_num(total) < 0.5 * np.nan_to_num(usual)
    count = 0
    for carrier, values in figures.items():
        broken = gone | np.isnan(values)
        if carrier == "nuclear" and np.nanmedian(values) > 0:
            broken |= (values == 0) | (values > 1.1 * np.nanpercentile(values, 99))
        count += int(broken.sum())
        whole = mend(values, broken, f"{path}, {carrier}")
        # form 930 names an hour by its end
        figures[carrier] = np.roll(whole, -1)
    return figures, count


def mend(values: Floats, broken: Floats, where: str) -> Floats:
    """Give broken hours the mean of the same hour in the nearest whole weeks around them."""
    whole = values.copy()
    for hour in np.flatnonzero(broken):
        near = []
        for step in (-WEEK, WEEK):
            place = hour + step
            while 0 <= place < values.size and broken[place]:
                place += step
            if 0 <= place < values.size:
                near.append(values[place])
        if not near:
            raise SourceError(
                "an hour is broken in every week of the year",
                where=where,
                value=f"hour {hour}",
                bound="one whole week",
                remedy=FRESH_COPY,
            )
        whole[hour] = np.mean(near)
    return whole


def fleet_seen(
    chart: Mapping[str, Any], output: Sequence[Mapping[str, Floats]]
) -> list[dict[str, float]]:
    """Capacity of 2022 that agrees with the hourly file, by area : carrier to MW.

    No area made more in an hour than it had: where the list is below the greatest hour (plants
    that run under another authority's flag), the greatest hour stands. Sun and wind whose list
    leaves an impossible capacity factor: see ``LEAST_FACTOR``.
    """
    seen = []
    for area, made in zip(chart["areas"].values(), output, strict=True):
        fleet = dict.fromkeys(CARRIERS, 0.0)
        for name, figure in area["plants_2022"].items():
            fleet[LIST_NAMES.get(name, name)] += float(figure)
        for carrier, series_ in made.items():
            greatest = float(series_.max())
            if carrier != "hydro":
                fleet[carrier] = max(fleet[carrier], greatest)
            least = LEAST_FACTOR.get(carrier)
            if least and greatest > 0 and series_.mean() < least * fleet[carrier]:
                fleet[carrier] = greatest
        seen.append(fleet)
    return seen

"""How many of the world's people use Chinese stacks by 2035, as adoption runs on from its points.

Year by year with `tradewind.adoption.solve`, from what was counted at the end of 2024. The null run
keeps the fitted tastes and sells Chinese stacks at the price of the American closed ones, and as
closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

COST = 0.15
YEARS = tuple(range(2025, 2036))
FIRST, LAST = YEARS[0], YEARS[-1]
HOME = "CHN"
OWN = (
    "price_coefficient",
    "quality_coefficient",
    "imitation",
    "lag_chinese",
    "lag_trend",
    "visits_summer",
)
"""Parameters of the adoption block that vary under their own names."""
RIVAL = "us_closed"
"""Stack whose price and openness the Chinese ones take in the null run: most use is theirs."""


def prepare() -> dict[str, Any]:
    """Take every parameter of the adoption block at its value, and people by economy."""
    from tradewind.adoption import central, population

    people = population(LAST)
    return {"values": central(), "people": people / people.sum()}


def measure(
    shared: Mapping[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Weigh the Chinese stacks' shares of 2035 by people, with China and without."""
    people = shared["people"]
    share = chinese(shared, values, null=null).sel(year=LAST)
    outside = people.where(people["economy"] != HOME, 0.0)
    return {
        "share_2035": 100.0 * float((share * people).sum()),
        "share_outside": 100.0 * float((share * outside).sum() / outside.sum()),
    }


def chinese(
    shared: Mapping[str, Any], values: Mapping[str, float], *, null: bool = False
) -> xr.DataArray:
    """Share of both Chinese stacks at each year's end, (year, economy), the measures weighed."""
    from tradewind.adoption import MEASURES, inputs, solve, start

    chosen = {**shared["values"], **{name: values[name] for name in OWN}}
    chosen |= {f"inertia_{measure}": values["inertia"] for measure in MEASURES}
    share, ends = start(FIRST - 1, chosen), []
    for year in YEARS:
        given = inputs(year, chosen, share=share)
        found = solve(_alike(given) if null else given, values=chosen)
        share = found["share_new"].rename("share")
        ends.append(found["chinese_share"])
    both = xr.concat(ends, dim="year").assign_coords(year=list(YEARS))
    weight = values["measure"]
    tokens, visits = (both.sel(measure=name, drop=True) for name in ("tokens", "visits"))
    return weight * tokens + (1.0 - weight) * visits


def _alike(given: xr.Dataset) -> xr.Dataset:
    """Give Chinese stacks the price and openness of the American closed ones."""
    from tradewind.adoption import CHINESE

    for name in ("price", "openness"):
        alike = given[name].copy()
        alike.loc[{"stack": list(CHINESE)}] = float(given[name].sel(stack=RIVAL))
        given[name] = alike
    return given


def figure(shared: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Show the share of the world's people by year and measure."""
    series = []
    for english, chinese_words, measure in (
        ("read from tokens", "按词元", 1.0),
        ("read from web visits", "按网页访问", 0.0),
    ):
        share = chinese(shared, {**values, "measure": measure})
        world = 100.0 * (share * shared["people"]).sum("economy")
        label = {"en": english, "zh": chinese_words}
        series.append({"label": label, "values": world.to_numpy().tolist()})
    return {
        "kind": "lines",
        "title": {
            "en": "Share of the world's people on Chinese stacks",
            "zh": "使用中国技术栈的世界人口占比",
        },
        "unit": "%",
        "x": {"label": {"en": "year", "zh": "年份"}, "unit": "", "values": list(YEARS)},
        "series": series,
        "note": {
            "en": "Central values; China itself is about a sixth of the world's people.",
            "zh": "取中心值;中国自身约占世界人口的六分之一。",
        },
        "source": "tradewind.adoption: OpenRouter (2025), RAND (2026); World Bank WDI",
    }

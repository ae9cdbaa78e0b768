"""Whether the ladder of strength is pulled apart: sigma, beta, and rungs.

Score s = (sum of w y^m)^(1/m) of pillar scores y (m to 0: geometric). Sigma is the standard
deviation of s over economies; beta the slope of the change of s on the first s, its sign's
probability by resampling economies (Barro & Sala-i-Martin 1992). Rungs are those of
`tradewind.pressure`: they end only where rank intervals separate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tradewind.claims.experiments.tables import rows

if TYPE_CHECKING:
    import xarray as xr

COST = 0.005
YEARS = (2015, 2016, 2017, 2018, 2019, 2025)
LAST = YEARS[-1]
SPECS = ("strength", "strength-per-head")
COMPUTE, INNOVATION = ("compute", "data"), ("technology", "innovation")
RESAMPLES, SEED = 1000, 11
RANK_DRAWS = 300
Floats = NDArray[np.float64]


def prepare() -> dict[str, Any]:
    """Score the pillars of both indices in every year on what all years have."""
    from tradewind.pressure import index, specification
    from tradewind.pressure.selection import balanced
    from tradewind.world.indicators import load

    table = load().values
    asia = frozenset(rows("asia")["economy"])
    shared: dict[str, Any] = {"asia": asia, "rungs": {}, "table": {}, "pillars": {}}
    for name in SPECS:
        chosen, panel = balanced(table, specification(name), YEARS)
        kept = table.sel(economy=panel)
        shared["table"][name] = (kept, chosen)
        years = [
            index(kept, chosen, year=year, draws=0, base=0)["pillar_score"].sortby("economy")
            for year in YEARS
        ]
        shared["pillars"][name] = dict(zip(YEARS, years, strict=True))
    return shared


def measure(
    shared: dict[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Find how sigma changed, which way beta points, and how many rungs there are."""
    first, last = scores(shared, values)
    rng = np.random.default_rng(SEED)
    gain = last - first
    if null:
        gain = rng.permutation(gain)
    spread = float((first + gain).std(ddof=1) / first.std(ddof=1))
    slopes = resampled_slopes(first, gain, rng)
    return {
        "sigma_change": 100.0 * (spread - 1.0),
        "divergence_probability": 100.0 * float((slopes > 0.0).mean()),
        "rungs": float(rungs(shared, values)),
    }


def scores(shared: Mapping[str, Any], values: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Scores of the first and the last year, (economy)."""
    pillars = shared["pillars"][_which(values)[0]]
    known = _economies(shared, values)
    first, last = pillars[round(values["first_year"])], pillars[LAST]
    return score(first.sel(economy=known), values), score(last.sel(economy=known), values)


def _economies(shared: Mapping[str, Any], values: Mapping[str, float]) -> list[str]:
    name, asian = _which(values)
    codes = shared["pillars"][name][LAST]["economy"].to_numpy().tolist()
    return [code for code in codes if not asian or code in shared["asia"]]


def score(pillars: xr.DataArray, values: Mapping[str, float]) -> Floats:
    """Power mean of the pillars, weighted."""
    names = pillars["pillar"].to_numpy().tolist()
    weight = np.ones(len(names))
    for group, key in ((COMPUTE, "compute_weight"), (INNOVATION, "innovation_weight")):
        weight[[name in group for name in names]] *= values[key]
    weight /= weight.sum()
    y, exponent = pillars.transpose("economy", "pillar").to_numpy(), values["mean_exponent"]
    # Below this the power mean has lost its digits to rounding, and the geometric mean is as near.
    if exponent < 1e-6:
        return np.asarray(np.exp(np.log(y) @ weight))
    return np.asarray(((y**exponent) @ weight) ** (1.0 / exponent))


def resampled_slopes(first: Floats, gain: Floats, rng: np.random.Generator) -> Floats:
    """Slope of gain on first score over resamples of economies."""
    drawn = rng.integers(0, first.size, (RESAMPLES, first.size))
    x, y = first[drawn], gain[drawn]
    x = x - x.mean(axis=1, keepdims=True)
    return np.asarray((x * y).sum(axis=1) / (x * x).sum(axis=1))


def rungs(shared: dict[str, Any], values: Mapping[str, float]) -> int:
    """Count the rungs of the last year, by intervals over every choice of method."""
    from tradewind.pressure import index

    name, asian = _which(values)
    if (name, asian) not in shared["rungs"]:
        table, chosen = shared["table"][name]
        table = table.sel(economy=_economies(shared, values))
        found = index(table, chosen, year=LAST, draws=RANK_DRAWS, seed=1, base=0)
        shared["rungs"][name, asian] = int(found["rung"].max())
    count: int = shared["rungs"][name, asian]
    return count


def _which(values: Mapping[str, float]) -> tuple[str, bool]:
    return SPECS[values["per_head"] >= 0.5], values["asia_only"] >= 0.5


def figure(shared: dict[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Show the change of each economy's score against its first score."""
    first, last = scores(shared, values)
    gain = last - first
    codes = [str(code) for code in _economies(shared, values)]
    slope, level = np.polyfit(first, gain, 1)
    year = round(values["first_year"])
    return {
        "kind": "scatter",
        "title": {
            "en": f"Strength in {year} and its change to {LAST}",
            "zh": f"{year} 年的实力与至 {LAST} 年的变化",
        },
        "unit": "1",
        "x": {
            "label": {"en": f"score in {year}", "zh": f"{year} 年得分"},
            "unit": "1",
            "values": first.tolist(),
            "names": codes,
        },
        "series": [
            {"label": {"en": "change of score", "zh": "得分变化"}, "values": gain.tolist()},
            {
                "label": {"en": "least squares", "zh": "最小二乘"},
                "values": (level + slope * first).tolist(),
            },
        ],
        "note": {
            "en": f"One dot an economy, {first.size} in all; goalposts stay. Above zero: gained.",
            "zh": f"每点一个经济体,共 {first.size} 个;标尺不变,零以上为上升。",
        },
        "source": "tradewind.pressure; World Bank WDI and others, docs/indicators.md",
    }

"""How often technology doubles while a law is made.

A frontier model is one of the K largest trainings at its release. Growth g is the slope of log2 of
training compute (or of a chip's dense 16-bit operations) on time, by least squares; its bootstrap
draws models (chips) with replacement. A cycle L is the months from draft to force of named laws.
Doublings per cycle are g · L.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradewind.claims.experiments.tables import bilingual, rows

COST = 0.002
EARLY, LATE = (2013, 2018), (2019, 2025)
"""First and last year of the two windows."""
FRONTIER = range(3, 11)
DRAWS = 2000
SEED = 7
ASIAN = ("CHN", "JPN", "KOR")
CHINESE = {"EU": "欧盟", "USA": "美国", "CHN": "中国", "JPN": "日本", "KOR": "韩国"}
DAYS_A_MONTH = 365.25 / 12.0

Floats = NDArray[np.float64]


def prepare() -> dict[str, Any]:
    """Bootstrap every growth, and read the policy cycles."""
    models = rows("frontier_models")
    rng = np.random.default_rng(SEED)
    dealt = models.assign(training_flop=rng.permutation(models["training_flop"].to_numpy()))
    shared: dict[str, Any] = {"cycles": cycles(), "change": _change_of_cycles()}
    for name, table in (("compute", models), ("null", dealt)):
        shared[name] = {
            (window, size): bootstrap(*_points(table, window, size), rng)
            for window in (EARLY, LATE)
            for size in FRONTIER
        }
    shared["chips"] = bootstrap(*_chips(), rng)
    return shared


def cycles() -> pd.DataFrame:
    """Length of each jurisdiction's policy cycle [month]: ``low`` and ``high``.

    The longest is from the first draft; the shortest of the shorter law, or from the first day of
    the legislature that passed it.
    """
    from tradewind.world.names import read_map

    found: dict[str, list[float]] = {}
    for law in read_map("technology_laws")["laws"]:
        starts = [law["tabled"], *([law["reopened"]] if "reopened" in law else [])]
        lengths = [(law["in_force"] - start).days / DAYS_A_MONTH for start in starts]
        found.setdefault(law["economy"], []).extend(lengths)
    return pd.DataFrame(
        {
            "low": {k: min(v) for k, v in found.items()},
            "high": {k: max(v) for k, v in found.items()},
        }
    )


def growth(months: Floats, doublings: Floats) -> float:
    """Slope by least squares [doublings / month].

    >>> growth(np.array([0.0, 6.0, 12.0]), np.array([1.0, 2.0, 3.0])) * 6
    1.0
    """
    centred = months - months.mean()
    return float(centred @ doublings / (centred @ centred))


def bootstrap(months: Floats, doublings: Floats, rng: np.random.Generator) -> Floats:
    """Slopes of resamples, sorted [doublings / month]."""
    drawn = rng.integers(0, months.size, (DRAWS, months.size))
    x, y = months[drawn], doublings[drawn]
    x = x - x.mean(axis=1, keepdims=True)
    return np.sort((x * y).sum(axis=1) / (x * x).sum(axis=1))


def _points(models: pd.DataFrame, window: tuple[int, int], size: int) -> tuple[Floats, Floats]:
    dates = pd.to_datetime(models["date"])
    inside = dates.dt.year.between(*window) & (models["rank_at_release"] <= size)
    return _months(dates[inside]), np.log2(models["training_flop"][inside].to_numpy(float))


def _chips() -> tuple[Floats, Floats]:
    """Dense 16-bit operations of data-centre chips with tensor units, by release date."""
    from tradewind.world.accelerators import catalogue

    known = [
        (pd.Timestamp(chip.release_date), chip.tflops["fp16_tensor"])
        for chip in catalogue().values()
        if chip.market == "datacenter" and chip.release_date and "fp16_tensor" in chip.tflops
    ]
    dates, power = zip(*known, strict=True)
    return _months(pd.Series(dates)), np.log2(np.array(power))


def _months(dates: pd.Series[pd.Timestamp]) -> Floats:
    days = (dates - pd.Timestamp("2013-01-01")).dt.days.to_numpy(float)
    return np.asarray(days / DAYS_A_MONTH)


def _change_of_cycles() -> float:
    """Geometric mean of later over earlier length."""
    table = rows("policy_lengths")
    ratio = table["late"].to_numpy(float) / table["early"].to_numpy(float)
    return float(np.exp(np.log(ratio).mean()))


def measure(
    shared: Mapping[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Count doublings in the median economy's own cycle."""
    slopes = shared["null" if null else "compute"]
    size = round(values["frontier_size"])
    now = float(np.quantile(slopes[LATE, size], values["growth_quantile"]))
    before = float(np.quantile(slopes[EARLY, size], values["early_quantile"]))
    chip = float(np.quantile(shared["chips"], values["chip_quantile"]))
    length = float(np.median(_lengths(shared, values)))
    # Where technology stands still the ratio of two growths means nothing; cycles alone move.
    pace = 1.0 if null else now / before
    change = pace * shared["change"] ** values["cycle_change"]
    return {
        "doublings": now * length,
        "chip_doublings": chip * length,
        "change": 100.0 * (change - 1.0),
    }


def _lengths(shared: Mapping[str, Any], values: Mapping[str, float]) -> Floats:
    table = shared["cycles"]
    if values["asia_only"] >= 0.5:
        table = table.loc[list(ASIAN)]
    place = values["cycle_position"]
    return np.asarray(table["low"] + place * (table["high"] - table["low"]), dtype=float)


def figure(shared: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Show doublings in each jurisdiction's own cycle."""
    everyone = {**values, "asia_only": 0.0}
    lengths = _lengths(shared, everyone)
    slopes = shared["compute"][LATE, round(values["frontier_size"])]
    compute = float(np.quantile(slopes, values["growth_quantile"]))
    chip = float(np.quantile(shared["chips"], values["chip_quantile"]))
    names = list(shared["cycles"].index)
    return {
        "kind": "bars",
        "title": {"en": "Doublings in one own policy cycle", "zh": "一个本国政策周期内的翻倍次数"},
        "unit": "1",
        "x": {
            "label": {"en": "jurisdiction", "zh": "法域"},
            "unit": "",
            "values": bilingual(names, [CHINESE[name] for name in names]),
        },
        "series": [
            {
                "label": {"en": "frontier training compute", "zh": "前沿训练算力"},
                "values": [compute * length for length in lengths],
            },
            {
                "label": {"en": "chip performance", "zh": "芯片性能"},
                "values": [chip * length for length in lengths],
            },
        ],
        "note": {
            "en": f"Compute doubles in {1 / compute:.1f} months, chips in {1 / chip:.0f}. Cycles "
            "are those of one or two named laws each.",
            "zh": f"算力每 {1 / compute:.1f} 个月翻一番,芯片每 {1 / chip:.0f} 个月。"
            "每个周期只来自一两部具名法律。",
        },
        "source": "Epoch AI (CC BY 4.0); named laws, world/maps/technology_laws.yaml",
    }

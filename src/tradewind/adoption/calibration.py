"""Tastes that make the model pass through a part of the observed points, and what the rest says.

Two points a measure are met exactly (where it starts, and one later); all others are left out and
their errors told. With so few points this is a reading, not a fit: the parameters that the points
cannot tell apart keep their ranges, and each draw of them has tastes of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import xarray as xr
from scipy.optimize import brentq

from tradewind.adoption import equations, market
from tradewind.adoption.market import CHINESE, STACKS
from tradewind.adoption.parameters import central
from tradewind.errors import InputError
from tradewind.scenario.door import read_rows

MEASURES = ("tokens", "visits")
BEGIN = {"tokens": "2024-11", "visits": "2024-12"}
"""Month of the first point of each measure."""
MEMBERS = {"chinese": CHINESE, "open": ("us_open", "chinese_open"), "chinese_open": CHINESE[:1]}
"""Stacks of each group that a point is of."""
HOME = {"CHN": CHINESE, "USA": ("us_closed", "us_open")}
"""Economies with stacks of their own among those told apart."""
FAR = 25.0


@dataclass(frozen=True)
class Calibration:
    """What the points say at given parameters.

    Parameters
    ----------
    taste : xarray.DataArray, (measure, stack) [1]
        Constants of utility.
    points : pandas.DataFrame
        One row a point: ``point``, ``measure``, ``role`` (fitted or left out), ``observed``,
        ``low``, ``high``, ``model``, ``error`` (model less observed) and ``persistence`` (the error
        of saying that nothing changes after the last fitted point before).
    """

    taste: xr.DataArray
    points: pd.DataFrame


def calibrated(values: Mapping[str, float] | None = None) -> Calibration:
    """Fit the tastes for Chinese stacks, and tell the errors at every point.

    Parameters
    ----------
    values : mapping of str to float, optional
        A number for every parameter; the central ones if left out. The fitted points themselves
        are parameters with ranges.

    Raises
    ------
    InputError
        If no taste meets a point: inertia is then too high for the rise that was seen.
    """
    found = _calibrated(tuple(sorted((central() if values is None else values).items())))
    return Calibration(found.taste.copy(), found.points.copy())


def taste(values: Mapping[str, float]) -> np.ndarray:
    """Fitted constants of utility, (measure, stack) [1]."""
    return _tastes(tuple(sorted(values.items()))).copy()


@cache
def counted(place: str, measure: str) -> Mapping[str, float]:
    """Shares that the table of starts holds, by stack."""
    table = read_rows("start.csv", market.PACKAGE)
    rows = table[(table["place"] == place) & (table["measure"] == measure)]
    return dict(zip(rows["stack"].astype(str), rows["value"].astype(float), strict=True))


def world_start(measure: str, values: Mapping[str, float]) -> np.ndarray:
    """Shares where a measure starts, outside China and the United States: (stack,) [1]."""
    share = dict(counted("world", measure))
    if measure == "tokens":
        share["chinese_open"] = values["tokens_start"]
    else:
        share["chinese_open"] = values["visits_start"] - share["chinese_closed"]
    share["us_closed"] = 1.0 - sum(share.values())
    return np.array([share[stack] for stack in STACKS])


@cache
def months(first: str, last: str) -> tuple[float, ...]:
    """Middles of the months from one to another, both counted [year]."""
    days = pd.period_range(first, last, freq="M").start_time
    return tuple(market.decimal(day) + 1.0 / 24.0 for day in days)


def worth(at: float, values: Mapping[str, float]) -> np.ndarray:
    """What price, quality and openness of each stack are worth at a time: (stack,) [1]."""
    return equations.systematic(
        market.prices(at),
        market.qualities(at, values),
        market.openness(),
        values["price_coefficient"],
        values["quality_coefficient"],
        values["openness_coefficient"],
    )


def worths(measure: str, last: str, values: Mapping[str, float]) -> np.ndarray:
    """``worth`` in each month after a measure's first, to a last one: (month, stack) [1]."""
    return np.array([worth(at, values) for at in months(BEGIN[measure], last)[1:]])


def path(
    start: np.ndarray,
    constant: np.ndarray,
    restriction: np.ndarray,
    monthly: np.ndarray,
    inertia: float,
    values: Mapping[str, float],
) -> np.ndarray:
    """Shares month by month.

    Parameters
    ----------
    start : (…, stack) [1]
    constant : (…, stack) [1]
        Taste and home bias.
    restriction : (…, stack) [1]
    monthly : (month, stack) [1]
        ``worths``.
    inertia : float [1 / month]
    values : mapping of str to float

    Returns
    -------
    (month, …, stack) [1]
        The first month is the start itself.
    """
    shares = [start]
    for month in monthly:
        crowd = equations.followed(
            constant + month, shares[-1], values["imitation"], values["awareness"]
        )
        target = equations.chosen(crowd, restriction)
        shares.append(equations.month_later(shares[-1], target, restriction, inertia))
    return np.array(shares)


@lru_cache(maxsize=2048)
def _tastes(items: tuple[tuple[str, float], ...]) -> np.ndarray:
    values = dict(items)
    return np.array([_taste(measure, values) for measure in MEASURES])


def _taste(measure: str, values: Mapping[str, float]) -> np.ndarray:
    """Constants at which a measure starts at rest, but for what is added to the Chinese ones."""
    start = world_start(measure, values)
    begin = worth(months(BEGIN[measure], BEGIN[measure])[0], values)
    crowd = equations.followed(begin, start, values["imitation"], values["awareness"])
    at_rest = np.log(start) - crowd
    chinese = np.isin(STACKS, CHINESE)
    free = np.zeros(len(STACKS))
    if measure == "tokens":
        wanted, last, members = values["tokens_mean"], "2025-11", MEMBERS["chinese_open"]
    else:
        wanted, last, members = values["visits_summer"], "2025-08", MEMBERS["chinese"]
    within = np.isin(STACKS, members)
    monthly, inertia = worths(measure, last, values), values[f"inertia_{measure}"]

    def missing(added: float) -> float:
        found = path(start, at_rest + added * chinese, free, monthly, inertia, values)
        shares = found[..., within].sum(axis=-1)
        return float((shares[1:].mean() if measure == "tokens" else shares[-1]) - wanted)

    if not missing(-FAR) < 0.0 < missing(FAR):
        raise InputError(
            "no taste meets the point that is to be fitted",
            where=f"adoption.calibrated, {measure}",
            value=f"inertia {inertia:g} a month",
            bound=f"shares that can reach {wanted:g} by {last}",
            remedy="lower the inertia or the point, both within their ranges",
        )
    return np.asarray(at_rest + brentq(missing, -FAR, FAR, xtol=1e-12) * chinese)


@lru_cache(maxsize=256)
def _calibrated(items: tuple[tuple[str, float], ...]) -> Calibration:
    from tradewind.adoption.base import economy_start, home, restricted

    values = dict(items)
    constants = _tastes(items)
    table = read_rows("points.csv", market.PACKAGE)
    rows = []
    for record in table.to_dict("records"):
        point = {str(name): value for name, value in record.items()}
        measure = str(point["measure"])
        constant = constants[MEASURES.index(measure)]
        if point["place"] == "world":
            first, own, barred = world_start(measure, values), constant, np.zeros(len(STACKS))
        else:
            places = [str(point["place"])]
            first = economy_start(places, values)[MEASURES.index(measure), 0]
            own = constant + values["home_bias"] * home(places)[0]
            barred = restricted(places)[0]
        monthly = worths(measure, str(point["last"]), values)
        found = path(first, own, barred, monthly, values[f"inertia_{measure}"], values)
        shares = found[:, np.isin(STACKS, MEMBERS[str(point["stack"])])].sum(axis=1)
        span = shares[-len(months(str(point["first"]), str(point["last"]))) :]
        model = float(span.max() if point["point"] == "tokens_peak" else span.mean())
        observed = float(values.get(str(point["point"]), point["value"]))
        rows.append(
            {
                **{name: point[name] for name in ("point", "measure", "role")},
                "observed": observed,
                "low": float(point["low"]),
                "high": float(point["high"]),
                "model": model,
                "error": model - observed,
                "persistence": _persisting(point, shares, values) - observed,
            }
        )
    taste_array = xr.DataArray(
        constants, {"measure": list(MEASURES), "stack": list(STACKS)}, ("measure", "stack")
    )
    return Calibration(taste_array, pd.DataFrame(rows))


def _persisting(
    point: Mapping[str, object], shares: np.ndarray, values: Mapping[str, float]
) -> float:
    """What one would say of a point if nothing changed after the last fitted one before it."""
    if point["point"] in ("tokens_peak", "tokens_2026"):
        return values["tokens_mean"]
    return float(shares[0])

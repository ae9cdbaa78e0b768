"""What the capital of one year earns over its life, under a path of AI revenue."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import brentq

from tradewind.capital import equations, record
from tradewind.capital.parameters import central
from tradewind.errors import InputError

YEAR = 2026
"""Year of the capital whose return is asked for."""
LAST = 2040
MONTH = 1.0 / 12.0


def revenue_path(values: Mapping[str, float] | None = None) -> dict[int, float]:
    """AI revenue of the world from 2026 to 2040 [USD million / year].

    2026 as counted so far; then growth by ``revenue_growth`` in the first year, which fades over
    ``revenue_fading`` (F10).
    """
    values = central() if values is None else values
    years = np.arange(LAST - YEAR + 1, dtype=float)
    levels = equations.fading_growth(
        record.ai_revenue(YEAR, values), values["revenue_growth"], years, values["revenue_fading"]
    )
    return {YEAR + step: float(level) for step, level in enumerate(levels)}


def returns(
    path: Mapping[int, float] | None = None, values: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return and break-even of the AI capital of 2026 under a revenue path.

    Equations F8 and F9 of the README. Each vintage earns its share of the compute in service,
    where a dollar of an older one bought less; margins as in ``solve``.

    Parameters
    ----------
    path : mapping of int to float, optional
        World AI revenue by year [USD million / year], 2026 to at least 2026 plus lag and life
        (2034 at most), joined by constant growth; ``revenue_path`` if left out.
    values : mapping of str to float, optional
        A number for every parameter; the central ones if left out. ``ai_capital_cost`` is the
        hurdle, ``spending`` times ``ai_share`` the capital.

    Returns
    -------
    dict of str to float
        ``capital`` [USD million]; ``return`` [1 / year], the internal rate; ``cover`` [1], present
        value of what it earns over what it cost; ``mean_revenue`` and ``break_even_revenue`` [USD
        million / year], world revenue over its life as given and as needed;
        ``break_even_utilisation`` [1], the use of capacity at which it earns its cost at the
        prices of the path (above 1: never).

    Raises
    ------
    InputError
        If the path ends too early or holds a number that is not above zero.
    """
    values = central() if values is None else values
    given = revenue_path(values) if path is None else dict(path)
    times, flows, revenue = earned(given, values)
    capital = values["spending"] * values["ai_share"]
    cover = equations.present_value(flows, times, values["ai_capital_cost"]) / capital
    return {
        "capital": capital,
        "return": internal_rate(flows, times, capital),
        "cover": cover,
        "mean_revenue": float(revenue.mean()),
        "break_even_revenue": float(revenue.mean()) / cover,
        "break_even_utilisation": values["utilisation"] / cover,
    }


def earned(
    path: Mapping[int, float], values: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Months after spending [year], what the vintage earns in each, and world revenue a year."""
    lag, life = values["build_lag"], values["life_compute"]
    months = max(round(life / MONTH), 1)
    times = lag + (np.arange(months) + 0.5) * MONTH
    # A year's spending is taken at its middle.
    when = YEAR + 0.5 + times
    revenue = pace(path, when)
    vintages = np.arange(YEAR - 6, LAST + 1)
    spent = np.array([invested_in(int(year), values) for year in vintages])
    ages = when[:, None] - (vintages + 0.5)[None, :]
    in_service = (ages >= lag) & (ages < lag + life)
    share = equations.vintage_share(spent, ages, in_service, values["price_performance"])
    own = share[:, int(np.flatnonzero(vintages == YEAR)[0])]
    return times, values["capital_margin"] * revenue * own * MONTH, revenue


def invested_in(year: int, values: Mapping[str, float]) -> float:
    """AI spending of a year [USD million]: as told until 2025, then ``spending`` and its growth."""
    if year < YEAR:
        total = record.four(year)
    else:
        total = values["spending"] * values["spending_growth"] ** (year - YEAR)
    return total * values["ai_share"]


def pace(path: Mapping[int, float], when: np.ndarray) -> np.ndarray:
    """World revenue a year at points in time, from yearly figures taken at the year's middle."""
    years = np.array(sorted(path), dtype=float)
    levels = np.array([path[int(year)] for year in years])
    if not (np.isfinite(levels).all() and (levels > 0.0).all()):
        raise InputError(
            "a revenue path holds a number that is not above zero",
            where="capital.returns, path",
            value=", ".join(f"{level:g}" for level in levels),
            bound="finite numbers above zero",
            remedy="give USD million a year",
        )
    if years[0] + 0.5 > when[0] or years[-1] + 0.5 < when[-1]:
        raise InputError(
            "a revenue path does not cover the life of the capital",
            where="capital.returns, path",
            value=f"{years[0]:.0f} to {years[-1]:.0f}",
            bound=f"{YEAR} to {int(np.ceil(when[-1] - 0.5))}",
            remedy="give more years, or take tradewind.capital.revenue_path",
        )
    return np.asarray(np.exp(np.interp(when, years + 0.5, np.log(levels))))


def internal_rate(flows: np.ndarray, times: np.ndarray, capital: float) -> float:
    """Rate at which flows are worth what they cost [1 / year], above −1."""

    def excess(log_factor: float) -> float:
        return float(np.log((flows * np.exp(-log_factor * times)).sum() / capital))

    return float(np.expm1(brentq(excess, -60.0, 60.0, xtol=1e-13)))

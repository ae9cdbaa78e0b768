"""Chips and the three classes of work with the values of the parameters, ready for a plan.

Interactive demand swings with the day, a cosine of local time:

    arrivals(t) ∝ 1 + swing · cos(2π (t − peak) / 24),

by whole time zones, so that regions of one zone share a shape. No trace with a known clock was
found (the public ones of Azure are an hour each), so that swing and peak are parameters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from tradewind.capacity import parameters
from tradewind.capacity.inputs import Chip, Workload

Given = Mapping[str, float]
Place = tuple[float, float, str]
DEGREES_PER_HOUR = 15.0
CLASSES = ("training", "batch", "interactive")


def annuity(rate: float, life: float) -> float:
    """Yearly part of an investment, r / (1 − (1 + r)^−L).

    Examples
    --------
    >>> round(annuity(0.05, 20.0), 5), annuity(0.0, 4.0)
    (0.08024, 0.25)
    """
    return rate / (1.0 - (1.0 + rate) ** -life) if rate else 1.0 / life


def connection_cost(country: str, given: Given | None = None) -> float:
    """Connection to the grid [USD / kW / year], over the life of the building."""
    life = parameters.value("shell_life", given)
    rate = parameters.discount_rate(country, given)
    return parameters.value("connection_cost", given) * annuity(rate, life)


def chips(
    names: Collection[str] | None = None,
    *,
    caps: Mapping[str, Mapping[str, float]] | None = None,
    given: Given | None = None,
) -> tuple[Chip, ...]:
    """Chip families with price (servers and network inside), power and life.

    Parameters
    ----------
    names : collection of str, optional
        Families; all of ``parameters.families()`` if left out.
    caps : mapping of family to (mapping of group to kH100e), optional
        Most that may stand, by country, site, or ``all``.
    given : mapping of str to float, optional
        Parameters to be changed.

    Returns
    -------
    tuple of Chip

    Raises
    ------
    ScenarioError
        If there is no family of a name, or a value is outside its range.

    Examples
    --------
    >>> [chip.name for chip in chips(["h20"])]
    ['h20']
    """
    return tuple(
        Chip(
            name=family,
            kw_per_h100e=parameters.value(f"chips.{family}.kw", given),
            price_usd_per_h100e=parameters.system_price(family, given),
            life_years=parameters.value("chip_life", given),
            fixed_om_share=parameters.value("chip_fixed_om", given),
            h100e=parameters.family_h100e(family),
            cap=dict((caps or {}).get(family, {})),
        )
        for family in (parameters.families() if names is None else names)
    )


def time_zone(longitude: float, width_hours: float = 1.0) -> float:
    """Hours that local time is ahead of UTC, by longitude, in zones of some width.

    Examples
    --------
    >>> time_zone(116.4), time_zone(-74.0), time_zone(2.0)
    (8.0, -5.0, 0.0)
    """
    zone = round(longitude / DEGREES_PER_HOUR / width_hours) * width_hours
    return zone + 0.0  # turns -0.0 into 0.0, so that labels are equal


def daily_shape(
    snapshots: pd.DatetimeIndex, weights: pd.Series[float], zone: float, given: Given | None = None
) -> pd.Series[float]:
    """Interactive demand over snapshots, with a weighted mean of one.

    Parameters
    ----------
    snapshots : DatetimeIndex
        In UTC, without a time zone.
    weights : Series over snapshots [hour]
        Hours of the year that each stands for.
    zone : float
        Hours that local time is ahead of UTC.
    given : mapping, optional
        Parameters to be changed.
    """
    local = snapshots.hour + snapshots.minute / 60.0 + zone
    angle = 2.0 * np.pi * (local - parameters.value("interactive_peak_hour", given)) / 24.0
    shape = pd.Series(
        1.0 + parameters.value("interactive_swing", given) * np.cos(angle), index=snapshots
    )
    return shape / (float((shape * weights).sum()) / float(weights.sum()))


def shares(given: Given | None = None) -> dict[str, float]:
    """Part of each class in demand; interactive is what the others leave."""
    training = parameters.value("training_share", given)
    batch = parameters.value("batch_share", given)
    return {"training": training, "batch": batch, "interactive": 1.0 - training - batch}


def workloads(
    demand: Mapping[str, float],
    regions: Mapping[str, Place],
    *,
    shape: Mapping[str, pd.Series[float]] | None = None,
    residency: Mapping[str, frozenset[str]] | None = None,
    usd_per_gb: float | Mapping[tuple[str, str], float] = 0.0,
    given: Given | None = None,
) -> tuple[Workload, ...]:
    """Training, batch and interactive work of every region, with the parameters' bounds.

    Parameters
    ----------
    demand : mapping of region to float [kH100e]
        Mean over the year of all three.
    regions : mapping of region to (latitude, longitude, country)
    shape : mapping of region to Series, optional
        Arrivals of interactive work over the network's snapshots (``daily_shape``).
    residency : mapping of region to set of countries, optional
    usd_per_gb : float or mapping of (region, site) [USD / GB]
    given : mapping of str to float, optional
        Parameters to be changed.

    Returns
    -------
    tuple of Workload
    """
    part = shares(given)
    own: dict[str, dict[str, object]] = {
        "training": {
            "window_hours": parameters.value("training_window", given),
            "minimum_load": parameters.value("training_minimum_load", given),
        },
        "batch": {"defer_hours": parameters.value("batch_deferral", given)},
        "interactive": {"shape": shape},
    }
    return tuple(
        Workload(
            name=kind,
            kind=kind,
            demand={region: part[kind] * mean for region, mean in demand.items()},
            regions=dict(regions),
            latency_ms=parameters.value(f"{kind}_latency", given),
            residency=residency,
            gb_per_h100e_hour=parameters.value(f"{kind}_gb", given),
            usd_per_gb=usd_per_gb,
            **own[kind],
        )
        for kind in CLASSES
    )

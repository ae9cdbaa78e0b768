"""Round trips between demand regions and sites: measured where known, else by distance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tradewind.capacity.equations import (
    expected_round_trip_ms,
    great_circle_km,
    light_round_trip_ms,
)
from tradewind.capacity.inputs import Site, Workload
from tradewind.capacity.refusals import LatencyError, WorkloadError

Measured = Mapping[tuple[str, str], float]
Place = tuple[float, float, str]


def regions_of(workloads: Sequence[Workload]) -> dict[str, Place]:
    """Every region that asks for work, with its place.

    Raises
    ------
    WorkloadError
        Two workloads put one region at two places.
    """
    places: dict[str, Place] = {}
    for workload in workloads:
        for region in workload.demand:
            place = workload.regions[region]
            if places.setdefault(region, place) != place:
                raise WorkloadError(
                    f"Region {region!r} is at two places.",
                    where=f"workload {workload.name!r}, regions",
                    value=place,
                    bound=f"{places[region]}, as another workload says",
                    remedy="Give every workload the same table of regions.",
                )
    return places


def round_trip_table(
    sites: Sequence[Site], regions: Mapping[str, Place], measured: Measured | None
) -> pd.DataFrame:
    """Round trip of every region and site [ms]: a measured pair of countries, else by distance.

    A pair counts in both directions, the smaller value if both are there; never within a
    country, where its capital's own ping says nothing of distance. What was measured between two
    cities cannot be less than light takes between two others: the larger of both holds.

    Parameters
    ----------
    sites : sequence of Site
    regions : Mapping of region to (latitude, longitude, country)
    measured : Mapping of (country, country) to ms, optional

    Returns
    -------
    DataFrame, region by site [ms]

    Raises
    ------
    LatencyError
        A measured round trip is not a time above zero.
    """
    known = measured or {}
    for pair, value in known.items():
        if not 0.0 < value < math.inf:
            raise LatencyError(
                "A measured round trip is not a time.",
                where=f"round_trips, {pair[0]} to {pair[1]}",
                value=value,
                bound="a finite number above 0 [ms]",
                remedy="Leave the pair out: distance then gives its round trip.",
            )
    there = np.array([place[:2] for place in regions.values()], dtype=float).reshape(-1, 2)
    here = np.array([(site.latitude, site.longitude) for site in sites]).reshape(-1, 2)
    distance = great_circle_km(there[:, :1], there[:, 1:], here[:, 0][None], here[:, 1][None])
    pings = np.array(
        [[_ping(known, place[2], site.country) for site in sites] for place in regions.values()]
    ).reshape(distance.shape)
    times = np.where(
        np.isfinite(pings),
        np.maximum(pings, light_round_trip_ms(distance)),
        expected_round_trip_ms(distance),
    )
    return pd.DataFrame(times, index=list(regions), columns=[site.name for site in sites])


def _ping(known: Measured, a: str, b: str) -> float:
    """Measured round trip of two countries; infinite if none was."""
    if a == b:
        return math.inf
    return min(known.get((a, b), math.inf), known.get((b, a), math.inf))

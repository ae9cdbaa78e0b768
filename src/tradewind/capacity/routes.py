"""Which site may serve whom, in which shape of arrivals, and what a unit of it costs to carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tradewind.capacity.clock import Clock
from tradewind.capacity.equations import ACCESS_MS, YEAR_HOURS, Floats, normalised
from tradewind.capacity.inputs import Site, Workload
from tradewind.capacity.refusals import (
    LatencyError,
    ProfileError,
    UnservedError,
    WorkloadError,
)
from tradewind.capacity.units import Units


@dataclass(frozen=True)
class ShapeGroup:
    """Regions of a workload whose arrivals have one shape.

    Parameters
    ----------
    name : str
        A number, from 1.
    shape : (hour,) [1]
        Mean one by weight.
    regions : tuple of str
    """

    name: str
    shape: Floats
    regions: tuple[str, ...]


def shape_groups(workload: Workload, clock: Clock) -> tuple[ShapeGroup, ...]:
    """Put a workload's regions with equal shapes together, in the order of its demand.

    Raises
    ------
    ProfileError
        A shape is missing, below zero somewhere, or zero everywhere.
    """
    members: dict[bytes, list[str]] = {}
    shapes: dict[bytes, Floats] = {}
    for region in asked(workload):
        shape = _shape(workload, region, clock)
        key = shape.tobytes()
        shapes[key] = shape
        members.setdefault(key, []).append(region)
    return tuple(
        ShapeGroup(str(number), shapes[key], tuple(regions))
        for number, (key, regions) in enumerate(members.items(), start=1)
    )


def asked(workload: Workload) -> tuple[str, ...]:
    """Regions with any demand."""
    return tuple(region for region, mean in workload.demand.items() if mean > 0.0)


def _shape(workload: Workload, region: str, clock: Clock) -> Floats:
    if workload.shape is None:
        return np.ones(len(clock.snapshots))
    where = f"workload {workload.name!r}, shape of {region!r}"
    if region not in workload.shape:
        raise ProfileError(
            "A region has demand but no shape.",
            where=where,
            value="missing",
            bound="a series for every region with demand, or shape=None for flat arrivals",
            remedy="Add its series.",
        )
    values = clock.lay(workload.shape[region], where)
    if values.min() < 0.0 or values.max() == 0.0:
        raise ProfileError(
            "Arrivals are below zero, or never above it.",
            where=where,
            value=f"{values.min():g} to {values.max():g}",
            bound="numbers of at least 0, not all 0",
            remedy="Give arrivals by hour on any scale.",
        )
    return normalised(values, clock.weight)


def allowed_routes(
    workload: Workload,
    groups: Sequence[ShapeGroup],
    sites: Sequence[Site],
    round_trips: pd.DataFrame,
    units: Units,
) -> pd.DataFrame:
    """Pairs of region and site whose round trip and residency allow the work.

    Parameters
    ----------
    workload : Workload
    groups : sequence of ShapeGroup
    sites : sequence of Site
    round_trips : DataFrame, region by site [ms]
    units : Units

    Returns
    -------
    DataFrame
        A row a pair: workload, region, site, group, cost [money / kH100e / year],
        round_trip_ms.

    Raises
    ------
    LatencyError
        The bound is below what even a site next door needs.
    UnservedError
        No site may serve a region.
    WorkloadError
        A table of transfer prices lacks a pair.
    """
    rows = []
    for group in groups:
        for region in group.regions:
            times = dict(zip(round_trips.columns, round_trips.loc[region], strict=True))
            served = [
                site
                for site in sites
                if times[site.name] <= workload.latency_ms and _allowed(workload, region, site)
            ]
            if not served:
                _refuse_unserved(workload, region, sites, times)
            rows += [
                (
                    workload.name,
                    region,
                    site.name,
                    group.name,
                    transfer_cost(workload, region, site, units),
                    times[site.name],
                )
                for site in served
            ]
    columns = ["workload", "region", "site", "group", "cost", "round_trip_ms"]
    return pd.DataFrame(rows, columns=columns)


def transfer_cost(workload: Workload, region: str, site: Site, units: Units) -> float:
    """Carrying a year of one kH100e's work: 8760 h · GB / H100e-hour · USD / GB; free at home.

    Raises
    ------
    WorkloadError
        The table of prices lacks the pair.
    """
    if site.home == region:
        return 0.0
    price = workload.usd_per_gb
    if isinstance(price, Mapping):
        if (region, site.name) not in price:
            raise WorkloadError(
                "A table of transfer prices lacks a pair that may be used.",
                where=f"workload {workload.name!r}, usd_per_gb",
                value=(region, site.name),
                bound="a price for every region and site that may serve it",
                remedy="Add the pair, or give one price for all.",
            )
        price = price[region, site.name]
    return units.per_kh100e(YEAR_HOURS * workload.gb_per_h100e_hour * price)


def _allowed(workload: Workload, region: str, site: Site) -> bool:
    """Whether residency and the workload's own list of sites let a site serve a region."""
    countries, names = workload.residency or {}, workload.sites or {}
    return site.country in countries.get(region, {site.country}) and site.name in names.get(
        region, {site.name}
    )


def _refuse_unserved(
    workload: Workload, region: str, sites: Sequence[Site], times: Mapping[str, float]
) -> None:
    """Say why no site may serve a region, with the nearest that residency allows."""
    where = f"workload {workload.name!r}, region {region!r}"
    if not sites:
        raise UnservedError(
            "There is work, and no site to do it.",
            where=where,
            value="no sites",
            bound="at least one site",
            remedy="Add a site, or leave the workload out.",
        )
    if workload.latency_ms < min(ACCESS_MS, *times.values()):
        raise LatencyError(
            "A latency bound is below what a signal needs.",
            where=f"{where}, latency_ms",
            value=f"{workload.latency_ms:g} ms",
            bound=f"at least {ACCESS_MS:g} ms, which access takes at any distance",
            remedy="Raise the bound; a round trip within a city takes some 5 ms.",
        )
    allowed = [site.name for site in sites if _allowed(workload, region, site)]
    if not allowed:
        countries = (workload.residency or {}).get(region, frozenset())
        names = (workload.sites or {}).get(region, frozenset())
        raise UnservedError(
            "No site stands where this work may be served.",
            where=f"{where}, residency and sites",
            value="; ".join(", ".join(sorted(them)) for them in (countries, names) if them)
            or "nowhere",
            bound="one of the sites there are, in one of its countries: "
            + ", ".join(f"{site.name} ({site.country})" for site in sites[:12]),
            remedy="Add a site there, or a country or site to the region's set.",
        )
    nearest = min(allowed, key=lambda site: times[site])
    raise UnservedError(
        "No site is near enough to serve this work.",
        where=f"{where}, latency_ms",
        value=f"{workload.latency_ms:g} ms",
        bound=f"at least {times[nearest]:.1f} ms, the round trip to the nearest site, {nearest}",
        remedy="Raise the bound, or add a nearer site.",
    )

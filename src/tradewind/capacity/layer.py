"""Give any PyPSA network a compute layer."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from tradewind.capacity import naming
from tradewind.capacity.clock import Clock
from tradewind.capacity.inputs import Chip, Site, Workload
from tradewind.capacity.latency import Measured, regions_of, round_trip_table
from tradewind.capacity.network_checks import check_inputs, check_network
from tradewind.capacity.routes import allowed_routes, shape_groups
from tradewind.capacity.rule_parts import apply_rules, describe_rules
from tradewind.capacity.rules import Rules
from tradewind.capacity.site_parts import add_sites
from tradewind.capacity.units import Units
from tradewind.capacity.work_parts import Work, add_work

if TYPE_CHECKING:
    import pypsa


def attach(
    network: pypsa.Network,
    sites: Sequence[Site],
    chips: Sequence[Chip],
    workloads: Sequence[Workload],
    *,
    rules: Rules | None = None,
    units: Units | None = None,
    round_trips: Measured | None = None,
) -> pypsa.Network:
    """Return a copy of a network with sites, chips and work; the given one stays as it is.

    What components cannot say stands in ``network.meta["tradewind"]`` as JSON, so that it
    survives ``export_to_netcdf``. Solve the answer with ``optimise``, or with PyPSA's own
    ``network.optimize(extra_functionality=tighten, include_objective_constant=False)``.

    Parameters
    ----------
    network : pypsa.Network
        One year; ``snapshot_weightings`` ``objective`` and ``generators`` sum to 8,760 hours and
        ``stores`` is the length of a step. Carriers' ``co2_emissions`` are tCO2 per MWh of fuel.
        ``meta["tradewind"]["periods"]``, one number a snapshot, tells chosen weeks or typical
        days apart: storage, queues and windows then close inside each.
    sites : sequence of Site
    chips : sequence of Chip
    workloads : sequence of Workload
    rules : Rules, optional
        None: none.
    units : Units, optional
        None: MW and dollars.
    round_trips : Mapping of (country, country) to ms, optional
        Measured; other pairs follow from distance.

    Returns
    -------
    pypsa.Network

    Raises
    ------
    InputError
        Of one of the classes in ``tradewind.capacity.refusals``: see there.
    """
    rules, units = rules or Rules(), units or Units()
    clock = Clock.of(network)
    check_network(network, clock)
    check_inputs(network, sites, chips, workloads, rules)
    places = regions_of(workloads)
    times = round_trip_table(sites, places, round_trips)
    rows = describe_rules(network, sites, chips, rules, units)
    works: list[Work] = []
    routes: list[pd.DataFrame] = []
    for workload in workloads:
        groups = shape_groups(workload, clock)
        pairs = allowed_routes(workload, groups, sites, times, units)
        routes.append(pairs)
        for group in groups:
            may = set(pairs.loc[pairs["group"] == group.name, "site"])
            at = tuple(site.name for site in sites if site.name in may)
            works.append(Work(workload, group, at))
    answer = copy_of(network)
    add_sites(answer, sites, chips, units, clock)
    add_work(answer, works, clock)
    apply_rules(answer, network, rules, units, rows)
    spec = {
        "units": asdict(units),
        "sites": [_site_facts(site) for site in sites],
        "chips": [_chip_facts(chip) for chip in chips],
        "workloads": [_workload_facts(workload) for workload in workloads],
        "work": [fact for work in works for fact in _work_facts(work)],
        "routes": pd.concat(routes).to_dict("list") if routes else {},
        "round_trips": {"region": list(times.index), "site": list(times.columns)}
        | {"ms": times.to_numpy().tolist()},
        **rows,
    }
    plain = json.loads(json.dumps(spec, default=float, allow_nan=False))
    answer.meta = {**network.meta, naming.META: {**network.meta.get(naming.META, {}), **plain}}
    return answer


def copy_of(network: pypsa.Network) -> pypsa.Network:
    """Copy a network without the model of its last solve, which cannot be copied."""
    copied: pypsa.Network = copy.deepcopy(network, {id(network._model): None})
    return copied


def _site_facts(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "bus": site.bus,
        "country": site.country,
        "region": site.home,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "pue_max": site.pue_max,
        "water_l_per_kwh": site.water_l_per_kwh,
    }


def _chip_facts(chip: Chip) -> dict[str, Any]:
    return {
        "name": chip.name,
        "h100e": chip.h100e,
        "kw_per_h100e": chip.kw_per_h100e,
        "price_usd_per_h100e": chip.price_usd_per_h100e,
        "life_years": chip.life_years,
    }


def _workload_facts(workload: Workload) -> dict[str, Any]:
    return {
        "name": workload.name,
        "kind": workload.kind,
        "demand": dict(workload.demand),
        "latency_ms": _or_none(workload.latency_ms),
        "defer_hours": workload.defer_hours,
        "window_hours": workload.window_hours,
        "minimum_load": workload.minimum_load,
    }


def _or_none(value: float) -> float | None:
    """Infinity is no JSON."""
    return value if value < float("inf") else None


def _work_facts(work: Work) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "site": site,
            "workload": work.workload.name,
            "group": work.group.name,
            "regions": list(work.group.regions),
            "deferrable": work.deferrable,
            "minimum_load": work.workload.minimum_load,
        }
        for name, site in zip(work.names, work.sites, strict=True)
    ]

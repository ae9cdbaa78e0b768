"""Time the plan of compute and power: ours beside HiGHS on the rows that PyPSA writes.

Run with ``python -m benchmarks.plan`` (``--long`` adds 20 zones of 2,920 steps and the whole year).
Cases of minutes tell every iteration on stderr.
Every method has a process of its own, so that memory is its own; seconds are of the solve, from the
arrays of the model to the answer. ``GB`` is the peak of the process up to that answer: imports,
network, PyPSA's model, arrays and solve. (Until 26 November 2026 it was that at the end of the
process, with three changed models and their solves.) A process before these compiles; one that
compiles while it solves, as the first on a machine does, keeps 0.2 GB more. ``rows`` is the worst
row or bound, relative to its size, ``gap`` the relative sum of duals times distances from bounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tradewind.capacity import Rules, Units, attach, defaults, structured, tighten
from tradewind.capacity.hours import choose_weeks, every, full_year
from tradewind.capacity.networks import china31, world
from tradewind.capacity.programme import Programme, freeze, programme_of
from tradewind.capacity.rule_parts import price_carbon

RESULTS = Path(__file__).with_name("plan.json")
CHIPS = ("h20", "ascend-910c")
LATENCY_MS = 20.0
CARBON = 10.0
"""USD a tonne where there was no price."""


CUTS: dict[str, Any] = {
    "weeks": lambda network: choose_weeks(network, weeks=2),
    "thirds": lambda network: every(network, 3),
    "year": full_year,
}


def china(zones: int, hours: str) -> Any:
    """China with a site in every province (or the ``zones`` first), two chips, three workloads."""
    network = CUTS[hours](china31.network(2025))
    names = list(network.buses.index[:zones])
    if zones < len(network.buses):
        dropped = network.buses.index.difference(names)
        for component in ("Generator", "Load", "StorageUnit"):
            table = network.c[component].static
            network.remove(component, table.index[table["bus"].isin(dropped)])
        links = network.links
        away = links["bus0"].isin(dropped) | links["bus1"].isin(dropped)
        network.remove("Link", links.index[away])
        network.remove("Bus", dropped)
    regions = {name: r for name, r in china31.regions().items() if r.bus in names}
    total = sum(r.weight for r in regions.values())
    demand = {name: 1500.0 * r.weight / total for name, r in regions.items()}
    places = {name: (r.latitude, r.longitude, r.country) for name, r in regions.items()}
    sites = [site for site in china31.sites(hours=network.snapshots) if site.name in names]
    work = [
        replace(w, latency_ms=LATENCY_MS) if w.kind == "interactive" else w
        for w in defaults.workloads(demand, places)
    ]
    return attach(network, sites, defaults.chips(CHIPS), work, units=Units.own())


def whole_world(hours: int) -> Any:
    """The world network with its own sites, chips and work."""
    return attach(
        world.network(hours=hours), world.sites(hours), world.chips(), world.workloads(hours),
        rules=world.rules(), units=Units.own(), round_trips=world.round_trips(),
    )  # fmt: skip


def programme(network: Any) -> tuple[Programme, float]:
    """The arrays of a network's model, and the seconds to build it."""
    start = time.perf_counter()
    model = network.optimize.create_model(include_objective_constant=False)
    tighten(network, network.snapshots)
    freeze(model)
    made = programme_of(model)
    return made, time.perf_counter() - start


def ready() -> None:
    """Compile, or read what was compiled: no solve that is measured waits for it."""
    structured.minimised(programme(whole_world(24))[0])


def peak_gb() -> float:
    """Return the peak of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def by_highs(given: Programme, options: dict[str, Any]) -> dict[str, Any]:
    """Solve the rows that PyPSA writes with HiGHS."""
    from tradewind.capacity import highs

    solver = highs.opened(given)
    for name, value in options.items():
        solver.setOptionValue(name, value)
    start = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - start
    found, facts = highs.answer_of(solver), solver.getInfo()
    return {
        "seconds": seconds,
        "iterations": facts.ipm_iteration_count or facts.simplex_iteration_count,
        "objective": float(given.cost @ found.column) + given.offset,
        "violation": structured.violation(given, found.column),
        "gap": structured.duality_gap(given, found),
        "peak_gb": peak_gb(),
    }


def by_ours(
    given: Programme, changed: Iterable[tuple[str, Programme]], say: structured.Say | None = None
) -> dict[str, Any]:
    """Solve with the structured solver, and what was changed from where that stood."""

    def solve(case: Programme, start: structured.Start | None = None) -> tuple[Any, dict[str, Any]]:
        begin = time.perf_counter()
        solved = structured.minimised(case, start=start, say=say)
        return solved, {
            "seconds": time.perf_counter() - begin,
            "iterations": solved.iterations,
            "objective": solved.answer.value,
            "violation": structured.violation(case, solved.answer.column),
            "gap": structured.duality_gap(case, solved.answer),
            "peak_gb": peak_gb(),
        }

    first, result = solve(given)
    for name, case in changed:
        _, again = solve(case, first.start)
        result.setdefault("again", {})[name] = again
    return result


def after(change: Callable[[Any], None], network: Any) -> Programme:
    """Return the programme of a changed copy of a network, which is not kept."""
    other = network.copy()
    change(other)
    return programme(other)[0]


def changes(network: Any) -> Iterator[tuple[str, Programme]]:
    """Chips 5 % dearer, connections at nine tenths, fuel 5 % dearer, carbon priced; one by one."""
    carrier = network.links["carrier"]

    def dearer_chips(n: Any) -> None:
        n.links.loc[carrier == "compute", "capital_cost"] *= 1.05

    def capped(n: Any) -> None:
        n.links.loc[carrier == "compute site", "p_nom_max"] *= 0.9

    def dearer_fuel(n: Any) -> None:
        n.generators["marginal_cost"] *= 1.05

    def priced_carbon(n: Any) -> None:
        price_carbon(n, n, Rules(carbon_price=CARBON), Units.own())

    for name, change in {
        "chips +5 %": dearer_chips, "connections -10 %": capped, "fuel +5 %": dearer_fuel,
        f"carbon {CARBON:.0f} USD/t": priced_carbon,
    }.items():  # fmt: skip
        yield name, after(change, network)


HIPO = {"solver": "hipo", "run_crossover": "off", "threads": 2}
"""Interior alone: crossover at 31 zones of 336 hours takes as long again and ends imprecise."""
SIMPLEX = {"solver": "simplex"}

CASES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "31 zones, 336 hours": (china, (31, "weeks")),
    "world, 24 hours": (whole_world, (24,)),
    "world, 48 hours": (whole_world, (48,)),
    "world, 96 hours": (whole_world, (96,)),
}
LONG: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "20 zones, 2,920 steps": (china, (20, "thirds")),
    "31 zones, 8,760 hours": (china, (31, "year")),
}
AGAIN = ("31 zones, 336 hours",)
"""Solved again after changes."""


def measure(case: str, method: str) -> dict[str, Any]:
    """Run one case by one method in this process."""
    if method == "ours":
        ready()
    make, arguments = (CASES | LONG)[case]
    start = time.perf_counter()
    network = make(*arguments)
    attached = time.perf_counter() - start
    given, built = programme(network)
    if method == "ours":
        say = partial(print, file=sys.stderr, flush=True) if case in LONG else None
        result = by_ours(given, changes(network) if case in AGAIN else (), say)
    else:
        result = by_highs(given, METHODS[method])
    rows, columns = given.shape
    return {
        "rows": rows,
        "columns": columns,
        "network_seconds": attached,
        "model_seconds": built,
        **result,
    }


METHODS: dict[str, dict[str, Any]] = {"ours": {}, "HiGHS simplex": SIMPLEX, "HiGHS HiPO": HIPO}
BY: dict[str, tuple[str, ...]] = {
    "31 zones, 336 hours": ("ours", "HiGHS HiPO"),
    "20 zones, 2,920 steps": ("ours",),
    "31 zones, 8,760 hours": ("ours",),
}
"""Methods of large cases: simplex takes too long for all of them, HiPO for those of a year."""
SMALL = ("ours", "HiGHS simplex")
"""Methods of the others."""
HEAD = (
    f"{'':24s} {'seconds':>8s} {'iterations':>10s} {'objective':>14s} {'rows':>7s} {'gap':>7s} GB"
)


def line(name: str, found: dict[str, Any], first: dict[str, Any]) -> str:
    """One measured solve beside the first of its case."""
    times = found["seconds"] / first["seconds"]
    words = (
        f"{name:24s} {found['seconds']:8.1f} {found['iterations']:10d} {found['objective']:14.9g} "
        f"{found['violation']:7.0e} {found['gap']:7.0e}"
    )
    words += f" {found['peak_gb']:.2f}"
    return words if found is first else f"{words}   {times:.2f} of the first"


def alone(work: Callable[..., Any], *arguments: str) -> Any:
    """Run in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="20 zones and the whole year, too")
    parser.add_argument("--only", action="append", help="a case; again for more")
    chosen = parser.parse_args()
    cases = chosen.only or list(CASES | LONG if chosen.long else CASES)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results["machine"] = {"cpus": os.cpu_count(), "python": platform.python_version()}
    alone(ready)
    for case in cases:
        first: dict[str, Any] = {}
        for method in BY.get(case, SMALL):
            found = alone(measure, case, method)
            results.setdefault(case, {})[method] = found
            RESULTS.write_text(json.dumps(results, indent=1) + "\n")
            if not first:
                first = found
                print(f"\n{case}: {found['rows']:,} rows, {found['columns']:,} columns\n{HEAD}")
            print(line(method, found, first), flush=True)
            for name, again in found.get("again", {}).items():
                print(line(f"  {name}", again, first), flush=True)


if __name__ == "__main__":
    main()

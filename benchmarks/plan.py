"""Time the plan of compute and power: ours beside HiGHS on the same PyPSA model.

Run with ``python -m benchmarks.plan`` (``--long`` adds 20 zones of 2,920 steps and the whole year).
Every solve has a process of its own, so that memory is its own; times are of the solve, from the
arrays of the model to the answer, and of the whole, model building included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from tradewind.capacity import Units, attach, defaults, tighten
from tradewind.capacity.hours import choose_weeks, every, full_year
from tradewind.capacity.networks import china31, world
from tradewind.capacity.programme import Programme, programme_of

RESULTS = Path(__file__).with_name("plan.json")
CHIPS = ("h20", "ascend-910c")
LATENCY_MS = 20.0
HIGHS = {"solver": "hipo", "run_crossover": "on", "threads": 2}


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
    made = programme_of(model)
    return made, time.perf_counter() - start


def by_highs(given: Programme) -> dict[str, float]:
    """Solve with HiGHS, as PyPSA would."""
    from tradewind.capacity import highs

    solver = highs.opened(given)
    for name, value in HIGHS.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-7)
    solver.setOptionValue("dual_feasibility_tolerance", 1e-7)
    start = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - start
    found = solver.getSolution()
    column = np.array(found.col_value)
    return {
        "seconds": seconds,
        "objective": float(given.cost @ column) + given.offset,
        "violation": violation(given, column),
    }


def violation(given: Programme, column: np.ndarray) -> float:
    """Relative excess of the worst row or bound."""
    from tradewind.capacity import structured

    return structured.violation(given, column)


def by_ours(given: Programme, warm: bool) -> dict[str, Any]:
    """Solve with the structured solver, and again after changes of price and cap."""
    from tradewind.capacity import structured

    def solve(changed: Programme, start: Any = None) -> tuple[Any, dict[str, float]]:
        begin = time.perf_counter()
        solved = structured.minimised(changed, start=start)
        return solved, {
            "seconds": time.perf_counter() - begin,
            "iterations": solved.iterations,
            "objective": solved.answer.value,
            "violation": violation(changed, solved.answer.column),
            "gap": structured.duality_gap(changed, solved.answer),
        }

    small, _ = programme(whole_world(24))
    structured.minimised(small)  # compiles
    first, result = solve(given)
    if warm:
        result["warm"] = {}
        for name, changed in changes(given).items():
            _, again = solve(changed, first.start)
            again["of_first"] = again["seconds"] / result["seconds"]
            result["warm"][name] = again
    return result


def changes(given: Programme) -> dict[str, Programme]:
    """Capacity 5 % dearer, a little more demand for compute, fuel 5 % dearer."""
    sized, hourly = given.column_step < 0, given.column_step >= 0
    capital = np.where(sized & (given.cost > 0.0), 1.05, 1.0)
    fuel = np.where(hourly & (given.cost > 0.0), 1.05, 1.0)
    equal = (given.row_lower == given.row_upper) & (given.row_step < 0)
    more = np.where(equal, 1.02, 1.0)
    return {
        "capital +5 %": replace(given, cost=given.cost * capital),
        "demand for compute +2 %": replace(
            given, row_lower=given.row_lower * more, row_upper=given.row_upper * more
        ),
        "fuel +5 %": replace(given, cost=given.cost * fuel),
    }


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
WARM = ("31 zones, 336 hours",)
ALONE = ("20 zones, 2,920 steps", "31 zones, 8,760 hours")
"""Too long for HiGHS to be run beside."""


def measure(case: str, method: str) -> dict[str, Any]:
    """Run one case by one method in this process."""
    make, arguments = (CASES | LONG)[case]
    start = time.perf_counter()
    network = make(*arguments)
    attached = time.perf_counter() - start
    given, built = programme(network)
    result = by_ours(given, case in WARM) if method == "ours" else by_highs(given)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    rows, columns = given.shape
    return {
        "rows": rows,
        "columns": columns,
        "network_seconds": attached,
        "model_seconds": built,
        "peak_mib": peak,
        **result,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="20 zones and the whole year, too")
    parser.add_argument("--only", help="one case")
    chosen = parser.parse_args()
    cases = list(CASES | LONG if chosen.long else CASES)
    if chosen.only:
        cases = [chosen.only]
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results["machine"] = {"cpus": os.cpu_count(), "python": platform.python_version()}
    for case in cases:
        for method in ("ours",) if case in ALONE else ("ours", "HiGHS"):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                found = pool.submit(measure, case, method).result()
            results.setdefault(case, {})[method] = found
            RESULTS.write_text(json.dumps(results, indent=1) + "\n")
            print(f"{case:24s} {method:6s} {found['seconds']:8.1f} s  ", end="")
            print(
                f"objective {found['objective']:.9g}  violation {found['violation']:.0e}  ", end=""
            )
            print(
                f"peak {found['peak_mib']:.0f} MiB  model {found['model_seconds']:.1f} s",
                flush=True,
            )
            for name, again in found.get("warm", {}).items():
                print(
                    f"    {name:24s} {again['seconds']:6.1f} s, "
                    f"{again['of_first']:.2f} of the first"
                )


if __name__ == "__main__":
    main()

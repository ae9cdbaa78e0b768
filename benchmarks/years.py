"""Time the coupled years: seconds by step, and the yearly plan beside PyPSA's plan of the world.

Run with ``python -m benchmarks.years``. Warm: compiled, the second walk of one process. The yearly
plan and the 24 hours of the world answer different questions (one kind of work and chip, or three
of each), so that their ratio says what a year would cost if it called the full plan.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tradewind.coupling.setting import Setting
from tradewind.coupling.years import walk
from tradewind.scenario import Scenario

RESULTS = Path(__file__).with_name("years.json")
LAST = 2035


def years() -> dict[str, float]:
    """Seconds of a setting, and of the twelve years by step."""
    start = time.perf_counter()
    setting = Setting.of(Scenario.from_yaml("baseline"))
    prepared = time.perf_counter() - start
    for _ in walk(setting, LAST):
        pass
    steps: dict[str, float] = {}
    start = time.perf_counter()
    for _ in walk(setting, LAST, timings=steps):
        pass
    whole = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {"setting": prepared, "twelve years": whole, **steps, "peak_gb": peak}


def full_plan() -> float:
    """Seconds of the world's plan of 24 hours: model and solve, the network apart."""
    from tradewind.capacity import Units, plan
    from tradewind.capacity.networks import world

    network = world.network(24)
    start = time.perf_counter()
    plan(
        network,
        world.sites(24),
        world.chips(),
        world.workloads(24),
        rules=world.rules(),
        units=Units.own(),
        round_trips=world.round_trips(),
    )
    return time.perf_counter() - start


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-plan", action="store_true", help="leave out PyPSA's plan")
    asked = parser.parse_args()
    found = years()
    if not asked.without_plan:
        found["world plan of 24 hours"] = full_plan()
        found["its ratio to a yearly plan"] = found["world plan of 24 hours"] / (
            found["power"] / (LAST - 2023)
        )
    for name, value in found.items():
        print(f"{name:<28}{value:>10.3f}")
    kept = {"machine": platform.machine(), "cores": os.cpu_count(), "seconds": found}
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

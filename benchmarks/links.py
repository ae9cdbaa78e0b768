"""Time what is asked of every link at once: gradients, exact cuts, and the memory of a solve.

Beside each stands what the published algorithm would take for the same, in the same run: its time
for one link, times the links. Rates are timed with the machine's cores as users have them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from tradewind.chokepoint_question import setting_at
from tradewind.chokepoints.cuts import cuts_of
from tradewind.scenario.horizon import Horizon
from tradewind.trade import gradient
from tradewind.trade.arrays import Table
from tradewind.world import World

ECONOMY = "DEU"
CORES = 2
# A child's ru_maxrss begins at its parent's; the high-water mark of its own image does not.
MEMORY = """
from tradewind.scenario import Scenario
from tradewind.trade import Baseline, shock_from_policy, solve
from tradewind.world import World

world, scenario = World.default(), Scenario.from_yaml("us-tariffs-2026")
baseline = Baseline(world.data.assign(trade_elasticity=scenario.trade_elasticity(world)))
solve(baseline, shock_from_policy(scenario.policy(world)))
status = open("/proc/self/status", encoding="ascii").read()
print(int(status.split("VmHWM:")[1].split()[0]) / 1024.0)
"""


def links(table: Table) -> int:
    """How many links between economies have trade."""
    foreign = ~np.eye(len(table.value_added), dtype=bool)[:, :, None]
    return int((table.linked & foreign).sum())


def time_gradient(horizon: Horizon, best: Callable[..., float]) -> dict[str, float]:
    """Milliseconds of a gradient of one economy's real income over every link."""
    asked = setting_at(World.default(), horizon)
    start = asked.start()

    def once() -> Any:
        return gradient(start, lambda e: e.real_income_hat.sel(economy=ECONOMY))

    begun = time.perf_counter()
    passes = once().attrs["passes"]
    first = time.perf_counter() - begun
    return {"ms": 1e3 * best(once, 15), "first_ms": 1e3 * first, "passes": passes}


def time_cuts(horizon: Horizon) -> dict[str, float]:
    """Seconds of every exact severance of one economy's links."""
    asked = setting_at(World.default(), horizon)
    table = asked.baseline.table
    engine = asked.engine()
    cuts = cuts_of(table, asked.baseline.economies.index(ECONOMY), "link")
    begun = time.perf_counter()
    with ThreadPoolExecutor(CORES) as pool:
        found = list(pool.map(lambda cut: engine.cut(cut.links(table)), cuts))
    seconds = time.perf_counter() - begun
    residual = max(cut.residual for cut in found)
    return {"seconds": seconds, "cuts": len(cuts), "residual": residual}


def peak_memory() -> float:
    """Largest resident memory [MiB] of a process that solves the default scenario."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def measure(best: Callable[..., float], one_link: float) -> dict[str, Any]:
    """Everything, with ratios to the published algorithm.

    Parameters
    ----------
    best : callable
        Shortest of several times [s] of a call.
    one_link : float
        What the published algorithm takes [s] for a change of one link.
    """
    rows: dict[str, Any] = {"published_one_link_ms": 1e3 * one_link}
    count = links(setting_at(World.default(), "long").baseline.table)
    for horizon in ("long", "short"):
        found = time_gradient(horizon, best)
        cuts = time_cuts(horizon)
        rows[horizon] = {
            "gradient": found,
            "gradient_ratio": one_link * count / (found["ms"] / 1e3),
            "cuts": cuts,
            "cuts_ratio": one_link * cuts["cuts"] / cuts["seconds"],
        }
    return {**rows, "links_with_trade": count, "peak_memory_mib": peak_memory()}


def tell(rows: dict[str, Any]) -> None:
    """Print what was measured."""
    print(f"\nEvery link ({rows['links_with_trade']:,} with trade between economies)")
    for horizon in ("long", "short"):
        row = rows[horizon]
        slope, cuts = row["gradient"], row["cuts"]
        print(
            f"  {horizon:<5} gradient {slope['ms']:6.1f} ms ({slope['passes']} passes; first "
            f"{slope['first_ms']:.0f} ms); differences: {row['gradient_ratio']:,.0f} times as long"
        )
        print(
            f"        {cuts['cuts']:,} exact cuts of {ECONOMY} {cuts['seconds']:6.1f} s, residual "
            f"{cuts['residual']:.1e}, published: {row['cuts_ratio']:,.0f} times as long"
        )
    print(f"  peak memory of a 44 × 50 solve {rows['peak_memory_mib']:.0f} MiB")

"""Time the uncertainty analysis of an index: 10,000 replications of the strength index.

Run with ``python -m benchmarks.pressure``. Each case is warm (compiled, weights fitted), timed as
the best of several repeats, on the cores that a user has. Results are printed and kept as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from tradewind.pressure.block import as_specification
from tradewind.pressure.draws import Sampler
from tradewind.pressure.engine import Engine
from tradewind.pressure.scale import to_scale
from tradewind.pressure.selection import covered, selected
from tradewind.pressure.uncertainty import monte_carlo, sobol
from tradewind.world.indicators import load

RESULTS = Path(__file__).with_name("pressure.json")
REPLICATIONS = 10_000
DESIGN = 512


def sampler(economies: int | None) -> Sampler:
    """The strength index of the newest year, for those economies that have most of its data."""
    spec, table = as_specification("strength"), load().values
    values, _ = selected(table, spec, int(table["year"][-1]))
    ranked, share = covered(values, spec)
    order = np.argsort(-np.where(ranked, share, -1.0), kind="stable")
    kept = order[: int(ranked.sum()) if economies is None else economies]
    return Sampler(Engine(spec, to_scale(values.values[kept], spec.indicators)), seed=1)


def measure(economies: int | None, repeats: int) -> dict[str, float]:
    """Seconds for the replications and for the variance shares."""
    made = sampler(economies)
    monte_carlo(made, 1)
    times, shares = [], []
    for _ in range(repeats):
        start = time.perf_counter()
        monte_carlo(made, REPLICATIONS)
        times.append(time.perf_counter() - start)
        start = time.perf_counter()
        sobol(made, DESIGN)
        shares.append(time.perf_counter() - start)
    return {
        "economies": made.engine.values.shape[0],
        "indicators": made.engine.values.shape[1],
        "replications": REPLICATIONS,
        "seconds": min(times),
        "shares_seconds": min(shares),
    }


def main() -> None:
    """Run everything, print it, keep it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULTS, help="JSON file to write")
    chosen = parser.parse_args()
    rows = [measure(count, chosen.repeats) for count in (60, 100, None)]
    print("economies × indicators   10,000 replications   variance shares")
    for row in rows:
        print(
            f"  {row['economies']:5.0f} × {row['indicators']:<3.0f}          "
            f"{row['seconds']:12.1f} s {row['shares_seconds']:16.1f} s"
        )
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    kept = {"strength": rows, "machine": machine}
    chosen.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {chosen.out.name}")


if __name__ == "__main__":
    main()

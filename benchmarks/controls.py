"""Time decisions on export rules in bulk, on one core.

Run with ``python -m benchmarks.controls``. The table is mixed on purpose: every item of the
catalogue, figures known and unknown, every country as destination and headquarters, four years of
days, three places of origin, certificates, quantities. Regimes: as enacted, and with the Diffusion
rule kept, which adds caps. Both processor time and wall-clock time are printed, the best of several
repeats, table as text included.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from tradewind.controls import Regime, decide_table
from tradewind.controls.countries import codes
from tradewind.controls.items import Items

SEED = 0
FIRST_DAY, DAYS = np.datetime64("2022-06-01"), 1600
CERTIFIED = ["", "lpp", "nveu", "us-market,supply,volume,end-use,kyc,test"]
KEPT = {"round": "us-2025-diffusion", "enforced_until": None}


def shipments(rows: int) -> dict[str, Any]:
    """Draw a table of shipments."""
    rng = np.random.default_rng(SEED)
    items, countries = np.array(Items.shipped().names), np.array(codes())
    return {
        "item": items[rng.integers(len(items), size=rows)],
        "destination": countries[rng.integers(len(countries), size=rows)],
        "headquarters": countries[rng.integers(len(countries), size=rows)],
        "date": FIRST_DAY + rng.integers(DAYS, size=rows),
        "quantity": rng.integers(1, 5000, size=rows).astype(float),
        "exported_from": rng.choice(["US", "TW", "CN"], size=rows),
        "transaction": rng.choice(["export", "reexport"], size=rows),
        "certifications": rng.choice(CERTIFIED, size=rows),
    }


def best(table: dict[str, Any], regime: Regime, repeats: int) -> tuple[float, float]:
    """Shortest processor time and wall-clock time of a table [s]."""
    times = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        decide_table(table, regime)
        times.append((time.process_time() - processor, time.perf_counter() - clock))
    return min(used for used, _ in times), min(wall for _, wall in times)


def main() -> None:
    """Print decisions per second for each regime."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    table = shipments(options.rows)
    regimes = {
        "as enacted": Regime.shipped(),
        "Diffusion kept": Regime.shipped().changed(change=[KEPT]),
    }
    for name, regime in regimes.items():
        decide_table({key: column[:1000] for key, column in table.items()}, regime)
        used, wall = best(table, regime, options.repeats)
        unknown = float((decide_table(table, regime).missing > 0).mean())
        print(
            f"{name:<16} {options.rows / used:>10,.0f} decisions per second of one core, "
            f"{options.rows / wall:>10,.0f} of wall clock; {unknown:.1%} hang on unknown figures"
        )


if __name__ == "__main__":
    main()

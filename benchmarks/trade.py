"""Time the trade equilibrium against reference algorithms, and its growth with size.

Run with ``make benchmark``. Every case is warm (compiled, the table's slow directions learnt),
solved to a relative residual of 1e-10, and timed as the best of several repeats; ratios are to
algorithms timed in the same run on the same machine. Results are printed and kept as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np

from benchmarks import links
from benchmarks.nested_fixed_point import INEXACT, solve_nested
from benchmarks.published_algorithm import solve_published
from tests.support.cp2015 import load_cp2015
from tests.support.labelled import baseline_from_caliendo_parro
from tradewind.scenario import Scenario
from tradewind.trade import Baseline, Shock, shock_from_policy, solve
from tradewind.trade.arrays import Array, Change, Options, Table
from tradewind.trade.balance import balance_flows
from tradewind.trade.feasible import Labels
from tradewind.trade.solve import solve_arrays
from tradewind.world import World

RESULTS = Path(__file__).with_name("results.json")
TOLERANCE = 1e-10
SIZES = (
    *((10, 10), (20, 20), (40, 20), (20, 40), (44, 50), (60, 60)),
    *((100, 30), (100, 60), (150, 60), (200, 30), (200, 60)),
)


@dataclass(frozen=True)
class Plain:
    """A table under the names the reference algorithms read."""

    expenditure_share: Array
    tariff: Array
    expenditure: Array
    value_added_share: Array
    final_share: Array
    input_share: Array
    trade_elasticity: Array
    value_added: Array

    @classmethod
    def of(cls, table: Table) -> Plain:
        return cls(
            table.share,
            table.tariff,
            table.expenditure,
            table.value_added_share,
            table.final_share,
            table.input_share,
            table.elasticity,
            table.value_added,
        )


def best(call: Callable[[], Any], repeats: int) -> float:
    """Shortest of several wall-clock times [s], after one call to warm up."""
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def once(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def nafta() -> tuple[Table, Change]:
    """Caliendo & Parro's experiment from balanced trade, 31 × 40."""
    kept = baseline_from_caliendo_parro()
    balanced = kept.rebased(solve(kept, Shock(), closure="balanced", tolerance=1e-13)).table
    return balanced, Change.none(balanced).with_(tariff=load_cp2015().tariff_nafta)


def us_tariffs() -> tuple[Table, Change]:
    """The default scenario on the shipped world, 44 × 50."""
    world, scenario = World.default(), Scenario.from_yaml("us-tariffs-2026")
    baseline = Baseline(world.data.assign(trade_elasticity=scenario.trade_elasticity(world)))
    shock = shock_from_policy(scenario.policy(world))
    return baseline.table, shock.change(baseline.table, baseline.coords)


def compare(name: str, table: Table, change: Change, repeats: int) -> dict[str, float | str]:
    """Ours, the two nested fixed points and the published algorithm on one experiment."""
    plain = Plain.of(table)
    ours = best(lambda: solve_arrays(table, change, Options(tolerance=TOLERANCE)), repeats)
    specific = best(lambda: solve_arrays(table, change, Options(labour="specific")), repeats)
    solution = solve_arrays(table, change, Options(tolerance=TOLERANCE))

    def nested(fraction: float) -> Any:
        return solve_nested(plain, change.tariff, table.deficit, TOLERANCE, inner_fraction=fraction)

    def published(tolerance: float) -> Any:
        return solve_published(plain, change.tariff, table.deficit, tolerance)

    wage = nested(0.0)[0]
    agreement = float(np.max(np.abs(wage / solution.value_added_price_hat[:, 0] - 1.0)))
    row: dict[str, float | str] = {
        "experiment": name,
        "ours_ms": 1e3 * ours,
        "ours_specific_labour_ms": 1e3 * specific,
        "passes": solution.iterations,
        "residual": solution.residual,
        "largest_wage_difference_to_nested": agreement,
    }
    slower = {
        "nested": best(lambda: nested(0.0), max(1, repeats // 5)),
        "nested_inexact": best(lambda: nested(INEXACT), max(1, repeats // 5)),
        "published_1e-10": once(lambda: published(TOLERANCE)),
        "published_1e-7": once(lambda: published(1e-7)),
    }
    for other, seconds in slower.items():
        row[f"{other}_ms"] = 1e3 * seconds
        row[f"{other}_ratio"] = seconds / ours
    return row


def one_link() -> float:
    """What the published algorithm takes [s] for one link's tariff of 1 %, to its own 1e-7."""
    table, _ = us_tariffs()
    tariff = table.tariff.copy()
    tariff[0, 1, 0] += 0.01
    return once(lambda: solve_published(Plain.of(table), tariff, table.deficit, 1e-7))


def synthetic(economies: int, sectors: int) -> Table:
    """A balanced random table with trade on every link of every second sector."""
    random = np.random.default_rng(1)
    flow = random.gamma(1.0, size=(economies, economies, sectors)) + 0.05
    home = np.arange(economies)
    flow[:, :, 1::2] = 0.0
    flow[home, home] = 3.0 * economies * (1.0 + random.random((economies, sectors)))
    tariff = random.uniform(0.0, 0.1, flow.shape) * (flow > 0.0)
    tariff[home, home] = 0.0
    inputs = random.gamma(1.0, size=(economies, sectors, sectors))
    table, _ = balance_flows(
        flow=flow,
        tariff=tariff,
        input_share=inputs / inputs.sum(axis=1, keepdims=True),
        value_added_share=random.uniform(0.35, 0.7, (economies, sectors)),
        trade_elasticity=random.uniform(3.0, 9.0, sectors),
        labels=Labels(tuple(map(str, range(economies))), tuple(map(str, range(sectors)))),
    )
    return table


def grow(repeats: int) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Time random economies of growing size; fit t ∝ economies^a × sectors^b."""
    rows = []
    for economies, sectors in SIZES:
        table = synthetic(economies, sectors)
        foreign = ~np.eye(economies, dtype=bool)[:, :, None]
        change = Change.none(table).with_(tariff=np.where(foreign, table.tariff + 0.1, 0.0))
        seconds = best(lambda t=table, c=change: solve_arrays(t, c, Options()), repeats)
        rows.append({"economies": economies, "sectors": sectors, "ms": 1e3 * seconds})
    logs = np.array([[1.0, np.log(r["economies"]), np.log(r["sectors"])] for r in rows])
    fitted = np.linalg.lstsq(logs, np.log([r["ms"] for r in rows]), rcond=None)[0]
    return rows, {"economies": float(fitted[1]), "sectors": float(fitted[2])}


def tell(rows: list[dict[str, float | str]], sizes: list[dict[str, float]]) -> None:
    for row in rows:
        print(f"\n{row['experiment']}")
        print(
            f"  ours {row['ours_ms']:.1f} ms, {row['passes']} passes, residual "
            f"{row['residual']:.1e}; sector-specific labour {row['ours_specific_labour_ms']:.1f} ms"
        )
        for other in ("nested", "nested_inexact", "published_1e-7", "published_1e-10"):
            print(
                f"  {other:<16} {row[f'{other}_ms']:10.1f} ms   "
                f"{row[f'{other}_ratio']:8.0f} times ours"
            )
    print("\neconomies × sectors   ms")
    for size in sizes:
        print(f"  {size['economies']:4.0f} × {size['sectors']:<4.0f}       {size['ms']:8.1f}")


def main() -> None:
    """Run everything, print it, keep it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=25)
    parser.add_argument("--out", type=Path, default=RESULTS, help="JSON file to write")
    chosen = parser.parse_args()
    rows = [
        compare("NAFTA, 31 × 40", *nafta(), chosen.repeats),
        compare("us-tariffs-2026, 44 × 50", *us_tariffs(), chosen.repeats),
    ]
    sizes, exponents = grow(max(3, chosen.repeats // 5))
    tell(rows, sizes)
    every_link = links.measure(best, one_link())
    links.tell(every_link)
    print(
        f"\ntime grows as economies^{exponents['economies']:.2f} × "
        f"sectors^{exponents['sectors']:.2f}"
    )
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    kept = {"experiments": rows, "growth": sizes, "exponents": exponents}
    kept |= {"links": every_link, "machine": machine}
    chosen.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {chosen.out.name}")


if __name__ == "__main__":
    main()

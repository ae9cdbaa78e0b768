"""Roll a table forward: the efficiency at which value added, deficits and tariffs are as observed.

Theory
    One factor Â_i per economy augments value added (v̂/Â stands for v̂ in [T1]–[T3], so inputs do
    not become cheaper of themselves). Given new tariffs and deficits, find Â such that each
    economy's share of world value added is V*_i / ΣV*. Costs and shares are homogeneous of degree
    zero in Â, so N − 1 shares fix it up to a scale, which is set so that the mean of ln Â is zero.
    Money is then scaled by ΣV*/ΣV to the money of the new year.
Algorithm
    ln Â ← ln Â + ln V* − ln V(Â), V(Â) by one solve of the equilibrium, with Anderson's
    acceleration (Walker & Ni 2011).
Stopping rule
    The largest |ln V* − ln V| is at most 1e-11.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from tradewind.errors import ConvergenceError, InputError
from tradewind.trade.arrays import Array, Change, Options, ProductivityKind, Solution
from tradewind.trade.baseline import Baseline
from tradewind.trade.labelled import aligned
from tradewind.trade.solve import solve_arrays

SOLVED = 1e-13
FITTED = 1e-11
LONGEST = 80
MEMORY = 12


def rolled_state(raw: xr.Dataset, target: xr.Dataset) -> xr.Dataset:
    """Fit efficiency to value added; for `tradewind.world.build`.

    Parameters
    ----------
    raw : Dataset
        A balanced baseline, see `Baseline`.
    target : Dataset
        ``tariff(importer, exporter, sector)`` [1], ``value_added(economy)`` [USD million / year of
        the new year] and ``deficit_share(economy)`` [share of value added; the deficits sum to
        zero].

    Returns
    -------
    Dataset
        ``rolled_cost_hat(economy, sector)`` ĉ, ``rolled_spending(importer, sector)``,
        ``rolled_value_added(economy)``, ``rolled_deficit(economy)`` [USD million / year of the new
        year], ``rolled_efficiency_hat(economy)`` Â.

    Raises
    ------
    ConvergenceError
        If no efficiency is found that gives this value added.
    """
    baseline = Baseline(raw)
    tariff, value_added, deficit_share = (
        aligned(name, target[name], dims, baseline.coords, InputError)
        for name, dims in (
            ("tariff", ("importer", "exporter", "sector")),
            ("value_added", ("economy",)),
            ("deficit_share", ("economy",)),
        )
    )
    solution, efficiency = fit(baseline, tariff, value_added, deficit_share)
    table = solution.table
    scale = value_added.sum() / baseline.table.value_added.sum()
    return xr.Dataset(
        {
            "rolled_cost_hat": (("economy", "sector"), solution.cost_hat),
            "rolled_spending": (("importer", "sector"), table.expenditure * scale),
            "rolled_value_added": (("economy",), table.value_added * scale),
            "rolled_deficit": (("economy",), table.deficit * scale),
            "rolled_efficiency_hat": (("economy",), efficiency),
        },
        coords={name: baseline.coords[name] for name in ("economy", "importer", "sector")},
    )


def fit(
    baseline: Baseline,
    tariff: Array,
    value_added: Array,
    deficit_share: Array,
    kind: ProductivityKind = "value_added",
) -> tuple[Solution, Array]:
    """Return the equilibrium with this distribution of value added, and Â (N,).

    Parameters
    ----------
    baseline : Baseline
    tariff : (N, N, J) [1]
    value_added : (N,) any money; only its distribution counts
    deficit_share : (N,) [share of value added]
    kind : {"value_added", "output"}
        What efficiency augments.
    """
    table = baseline.table
    wanted = value_added / value_added.sum() * table.value_added.sum()
    change = Change.none(table).with_(
        tariff=tariff, deficit=deficit_share * wanted, productivity_kind=kind
    )
    options = Options(tolerance=SOLVED)
    points: list[Array] = []
    misses: list[Array] = []
    log_efficiency = np.zeros_like(wanted)
    solution: Solution | None = None
    for _ in range(LONGEST):
        hat = np.repeat(np.exp(log_efficiency)[:, None], table.expenditure.shape[1], axis=1)
        step = change.with_(productivity_hat=hat)
        solution = solve_arrays(table, step, options, baseline.labels, solution)
        miss = np.log(wanted / solution.table.value_added)
        if np.abs(miss).max() <= FITTED:
            return solution, np.exp(log_efficiency)
        points, misses = [*points[-MEMORY:], log_efficiency], [*misses[-MEMORY:], miss]
        log_efficiency = mixed(points, misses)
        log_efficiency = log_efficiency - log_efficiency.mean()
    worst = int(np.abs(miss).argmax())
    raise ConvergenceError(
        "no efficiency was found that gives the value added asked for\n"
        f"  where:  economy {baseline.economies[worst]}\n"
        f"  value:  {miss[worst]:.3g} (log of asked for over found)\n"
        f"  needs:  at most {FITTED:g}\n"
        "  try:    growth factors nearer to one, or deficits nearer to the table's"
    )


def mixed(points: list[Array], misses: list[Array]) -> Array:
    """Anderson's next point: the last one plus its miss, less what past steps explain of it."""
    if len(points) == 1:
        return points[-1] + misses[-1]
    steps = np.diff(np.array(points), axis=0).T
    moves = np.diff(np.array(misses), axis=0).T
    weight = np.linalg.lstsq(moves, misses[-1], rcond=1e-12)[0]
    return np.asarray(points[-1] + misses[-1] - (steps + moves) @ weight)

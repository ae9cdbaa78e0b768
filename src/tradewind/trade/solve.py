"""Solve the trade equilibrium in hats.

Theory
    The equations of ``README.md``: costs, prices, sales, income, expenditure, factor markets.
Algorithm
    All unknowns move together: the logs of the value-added price (a wage per economy, or one per
    sector where labour is specific), of price indices and of expenditure. One compiled pass over
    the equations gives the residual; factor prices answer excess demand with the inverse of
    their own partial elasticity, and goods prices and expenditure of the economy follow; Anderson
    acceleration does the rest. If that fails the shock is applied in steps.
Stopping rule
    The largest relative miss of any factor market, price index or expenditure is at most
    ``tolerance``.
Numéraire
    World value added at its baseline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tradewind.errors import ConvergenceError
from tradewind.trade.anderson import Outcome, accelerate
from tradewind.trade.arrays import Array, Change, Options, Solution, Table
from tradewind.trade.feasible import Labels
from tradewind.trade.kernels import Pass, System, one_pass
from tradewind.trade.system import assemble


@dataclass(frozen=True, eq=False)
class Unknowns:
    """The state in logs: factor price (N,) or (N, J), price index (N, J), expenditure (N, J)."""

    factor: Array
    price: Array
    expenditure: Array

    def packed(self) -> Array:
        return np.concatenate([self.factor.ravel(), self.price.ravel(), self.expenditure.ravel()])


class FixedPoint:
    """The equilibrium as a map of one vector, for one system and one start."""

    def __init__(self, system: System, table: Table, specific: bool) -> None:
        self.system, self.specific = system, specific
        economies, sectors = table.expenditure.shape
        self.shape = (economies, sectors)
        self.factors = economies * sectors if specific else economies
        self.log_scale = np.log(np.where(system.alive_good, table.expenditure, 1.0))
        self.wage_bill = system.value_added if specific else system.value_added.sum(axis=1)
        self.world = float(system.value_added.sum())
        self.employs = (self.wage_bill > 0.0) & (system.alive_cost if specific else True)
        self.response = _response(system, table, specific)
        self.payroll_share = system.value_added / system.value_added.sum(axis=1)[:, None]

    def unpack(self, point: Array) -> Unknowns:
        cut = self.factors + self.shape[0] * self.shape[1]
        factor = point[: self.factors]
        return Unknowns(
            factor.reshape(self.shape) if self.specific else factor,
            point[self.factors : cut].reshape(self.shape),
            point[cut:].reshape(self.shape),
        )

    def evaluate(self, point: Array) -> tuple[Unknowns, Array, Pass]:
        """Unknowns in the numéraire, value-added prices (N, J) and one pass at them."""
        state = self.unpack(point)
        state = replace(state, factor=self._in_numeraire(state.factor))
        if self.specific:
            prices = np.where(self.system.alive_cost, state.factor, -np.inf)
            prices = np.where(self.system.value_added > 0.0, prices, 0.0)
        else:
            prices = np.repeat(state.factor[:, None], self.shape[1], axis=1)
        spent = np.where(self.system.alive_good, np.exp(state.expenditure + self.log_scale), 0.0)
        return state, prices, one_pass(self.system, prices, state.price, spent)

    def _in_numeraire(self, factor: Array) -> Array:
        bill = np.sum(self.wage_bill * np.exp(factor), where=self.employs)
        return np.asarray(factor - np.log(bill / self.world))

    def __call__(self, point: Array) -> tuple[Array, float]:
        state, _, new = self.evaluate(point)
        demand = new.factor_demand if self.specific else new.factor_demand.sum(axis=1)
        excess = np.zeros_like(demand)
        excess[self.employs] = (
            np.log(demand[self.employs] / self.wage_bill[self.employs]) - state.factor[self.employs]
        )
        live = self.system.alive_good
        price = np.where(live, new.log_price - state.price, 0.0)
        spent = np.log(np.where(live, new.expenditure, 1.0)) - self.log_scale
        spent = np.where(live, spent - state.expenditure, 0.0)
        measure = _largest(excess, price, spent)
        factor = self._in_numeraire(state.factor + self.response * excess)
        moved_by = factor - state.factor
        wage = (self.payroll_share * moved_by).sum(axis=1) if self.specific else moved_by
        # Goods prices and spending of an economy follow its wage in the same step. The wage's
        # move is taken in the numéraire: a common drift would be a fixed point of its own.
        price = np.where(live, price + wage[:, None], 0.0)
        spent = np.where(live, spent + wage[:, None], 0.0)
        moved = Unknowns(factor, state.price + price, state.expenditure + spent)
        return moved.packed() - point, measure


def _largest(*misses: Array) -> float:
    """Largest absolute entry; NaN if any is NaN."""
    return float(max((np.max(np.abs(miss)) for miss in misses), key=_nan_first))


def _nan_first(value: float) -> float:
    return np.inf if np.isnan(value) else float(value)


def _response(system: System, table: Table, specific: bool) -> Array:
    """Inverse of a factor's own elasticity of excess demand, other prices held."""
    own = np.einsum("nnj->nj", table.share)
    beta = system.value_added_share
    steepness = system.elasticity * (1.0 - own)
    if specific:
        slope = 1.0 - system.s_value_added * (1.0 - beta) + beta * steepness
        return np.asarray(1.0 / np.maximum(slope, 0.5))
    weight = system.value_added / system.value_added.sum(axis=1)[:, None]
    return np.asarray(1.0 / (1.0 + (weight * steepness).sum(axis=1)))


def solve_arrays(
    table: Table,
    change: Change,
    options: Options,
    labels: Labels | None = None,
    start: Solution | None = None,
) -> Solution:
    """Solve one counterfactual.

    Raises
    ------
    InfeasibleError
        If bans leave somebody without a good that cannot be done without.
    ConvergenceError
        If the residual does not reach the tolerance.
    """
    labels = labels or Labels.numbered(table)
    change, options = close_deficits(change, options)
    system = assemble(table, change, options, labels)
    problem = FixedPoint(system, table, options.labour == "specific")
    outcome = _patiently(problem, _first_guess(problem, table, start), options.tolerance)
    if not outcome.converged:
        outcome = _in_steps(table, change, options, labels, problem)
    return _solution(table, change, options, problem, outcome)


# Memory, damping and longest step of the first try and of those after a stall.
ATTEMPTS = ((8, 1.0, 1.0), (3, 0.5, 0.3), (1, 0.5, 0.3))


def _patiently(problem: FixedPoint, start: Array, tolerance: float) -> Outcome:
    """Accelerate; where a long memory stalls, go on with a shorter one from the same start."""
    spent, stalled = 0, []
    for memory, damping, longest in ATTEMPTS:
        outcome = accelerate(
            problem, start, tolerance, memory=memory, damping=damping, longest_step=longest
        )
        spent += outcome.evaluations
        if outcome.converged:
            return replace(outcome, evaluations=spent)
        stalled.append(outcome)
    return replace(min(stalled, key=lambda o: o.residual), evaluations=spent)


def close_deficits(change: Change, options: Options) -> tuple[Change, Options]:
    """Write balanced trade as a change to fixed deficits of zero, the same equilibrium."""
    if options.closure != "balanced":
        return change, options
    balanced = change.with_(deficit=np.zeros_like(change.deficit))
    return balanced, replace(options, closure="fixed")


def _first_guess(problem: FixedPoint, table: Table, start: Solution | None) -> Array:
    factors = problem.shape if problem.specific else problem.shape[:1]
    if start is None:
        return Unknowns(
            np.zeros(factors), np.zeros(problem.shape), np.zeros(problem.shape)
        ).packed()
    live, cost = problem.system.alive_good, problem.system.alive_cost
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(cost, np.log(start.value_added_price_hat), 0.0)
        price = np.where(live, np.log(start.price_hat), 0.0)
        spent = np.where(live, np.log(start.table.expenditure / table.expenditure), 0.0)
    if not problem.specific:
        factor = np.log(start.value_added_price_hat[:, 0])
    return Unknowns(*(np.where(np.isfinite(a), a, 0.0) for a in (factor, price, spent))).packed()


def partial_change(table: Table, change: Change, part: float) -> Change:
    """Return the change taken to a part between 0 (none) and 1 (all).

    Rates and deficits move linearly, iceberg costs, productivity and input requirements in
    logs, and a ban by the weight d̂^(−θ) = 1 − part.
    """
    if part == 1.0:
        return change
    banned = np.isinf(change.iceberg_hat)
    with np.errstate(invalid="ignore"):
        iceberg = np.where(
            banned, (1.0 - part) ** (-1.0 / table.elasticity), change.iceberg_hat**part
        )
    return replace(
        change,
        tariff=table.tariff + part * (change.tariff - table.tariff),
        export_tax=table.export_tax + part * (change.export_tax - table.export_tax),
        iceberg_hat=iceberg,
        productivity_hat=change.productivity_hat**part,
        input_requirement_hat=change.input_requirement_hat**part,
        deficit=table.deficit + part * (change.deficit - table.deficit),
    )


def _in_steps(
    table: Table, change: Change, options: Options, labels: Labels, whole: FixedPoint
) -> Outcome:
    """Apply the shock in steps that halve on failure; raise where it cannot go on."""
    done, step, smallest = 0.0, 0.25, 1.0 / 512.0
    point = _first_guess(whole, table, None)
    spent = 0
    while True:
        part = min(1.0, done + step)
        problem = whole
        if part < 1.0:
            system = assemble(table, partial_change(table, change, part), options, labels)
            problem = FixedPoint(system, table, options.labour == "specific")
        goal = options.tolerance if part == 1.0 else 1e-6
        outcome = _patiently(problem, point, goal)
        spent += outcome.evaluations
        if outcome.converged and part == 1.0:
            return replace(outcome, evaluations=spent)
        if outcome.converged:
            done, point, step = part, outcome.point, step * 1.5
            continue
        step /= 2.0
        if step < smallest:
            raise _stuck(problem, outcome, done, options, labels)


def _stuck(
    problem: FixedPoint, outcome: Outcome, done: float, options: Options, labels: Labels
) -> ConvergenceError:
    state = problem.unpack(outcome.point)
    economy, sector = np.unravel_index(np.argmax(np.abs(state.price)), state.price.shape)
    return ConvergenceError(
        f"No equilibrium was found beyond {100 * done:.1f} % of the shock: the residual stays at "
        f"{outcome.residual:.1e} (tolerance {options.tolerance:.0e}).\n"
        f"  where:  the largest price change is {labels.sectors[sector]} in "
        f"{labels.economies[economy]}, "
        f"times {np.exp(min(state.price[economy, sector], 700.0)):.3g}\n"
        "  try:    a smaller shock, elasticities of substitution nearer to 1, or one open "
        "supplier of that good; with inputs that cannot be replaced the economy may have no "
        "finite prices at all"
    )


def _solution(
    table: Table, change: Change, options: Options, problem: FixedPoint, outcome: Outcome
) -> Solution:
    state, prices, new = problem.evaluate(outcome.point)
    system = problem.system
    good, cost = system.alive_good, system.alive_cost
    log_price = np.where(good, state.price, np.inf)
    spent = np.where(good, np.exp(state.expenditure + problem.log_scale), 0.0)
    value_added_price = np.exp(prices)
    value_added = (value_added_price * system.value_added).sum(axis=1)
    deficit = system.deficit
    if options.closure == "proportional":
        deficit = value_added * (deficit - (deficit * value_added).sum() / value_added.sum())
    after = Table(
        share=_shares(system, new, state.price),
        expenditure=spent,
        value_added_share=np.where(cost, new.value_added_share, table.value_added_share),
        input_share=_input_shares(table, system, new, state.price),
        final_share=new.final_share,
        tariff=change.tariff,
        export_tax=change.export_tax,
        elasticity=table.elasticity,
        value_added=value_added,
        deficit=deficit,
        inventory=table.inventory,
    )
    return Solution(
        value_added_price_hat=value_added_price,
        price_hat=np.exp(log_price),
        cost_hat=np.where(cost, np.exp(new.log_cost), np.inf),
        input_price_hat=np.where(system.alive_inputs, np.exp(new.log_input_price), np.inf),
        final_price_hat=np.exp(new.log_final_price),
        table=after,
        residual=outcome.residual,
        iterations=outcome.evaluations,
    )


def _shares(system: System, new: Pass, log_price: Array) -> Array:
    """π' = A q P̂^θ, (importer, exporter, sector)."""
    theta = system.elasticity
    supply = np.where(system.alive_cost, np.exp(-theta * new.log_cost), 0.0)
    weight = np.where(system.alive_good, np.exp(theta * new.log_price), 0.0)
    return np.ascontiguousarray(
        np.einsum("jni,ij,nj->nij", system.demand, supply, weight, optimize=False)
    )


def _input_shares(table: Table, system: System, new: Pass, log_price: Array) -> Array:
    """g' = g (b̂P̂/m̂)^(1−σ_m)."""
    s = system.s_inputs
    if s == 0.0:
        return table.input_share
    nest = np.where(np.isfinite(new.log_input_price), new.log_input_price, 0.0)
    scale = np.exp(s * (log_price[:, :, None] - nest[:, None, :]))
    shares = system.inputs * scale
    return np.where(system.alive_inputs[:, None, :], shares, table.input_share)

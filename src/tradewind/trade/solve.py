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

from dataclasses import replace

import numpy as np

from tradewind.trade.anderson import Outcome, accelerate
from tradewind.trade.arrays import Array, Change, Options, Solution, Table
from tradewind.trade.coarse import NO_COARSE, known_coarse, learn_coarse
from tradewind.trade.constants import System
from tradewind.trade.failure import Failure, no_equilibrium
from tradewind.trade.feasible import Labels
from tradewind.trade.kernels import Pass, shares
from tradewind.trade.residual import Market, Reading, read_state
from tradewind.trade.system import assemble


class FixedPoint:
    """One counterfactual as a residual of one vector (see `tradewind.trade.residual`)."""

    def __init__(self, system: System, table: Table, specific: bool) -> None:
        self.system = system
        paid = system.value_added
        bill = paid if specific else paid.sum(axis=1, keepdims=True)
        spent = np.where(system.alive_good, table.expenditure, 0.0)
        self.market = Market(
            factors=bill.shape[1],
            log_scale=np.log(np.where(system.alive_good, table.expenditure, 1.0)),
            wage_bill=bill,
            employs=(bill > 0.0) & (system.alive_cost if specific else True),
            response=_response(system, table, specific),
            payroll_share=bill / bill.sum(axis=1, keepdims=True),
            spending_share=spent / spent.sum(axis=1, keepdims=True),
        )

    @property
    def size(self) -> int:
        """Length of the state."""
        return self.market.wage_bill.size + 2 * self.market.log_scale.size

    def pack(self, factor: Array, price: Array, spending: Array) -> Array:
        """Make a state of logs; what is not finite starts at its baseline."""
        point = np.concatenate([factor.ravel(), price.ravel(), spending.ravel()])
        return np.where(np.isfinite(point), point, 0.0)

    def read(self, point: Array) -> Reading:
        """The state in the model's terms, with one pass over the equations."""
        return read_state(self.system, self.market, point)


def _response(system: System, table: Table, specific: bool) -> Array:
    """Inverse of a factor's own elasticity of excess demand, other prices held."""
    own = np.einsum("nnj->nj", table.share)
    beta = system.value_added_share
    steepness = system.elasticity * (1.0 - own)
    if specific:
        slope = 1.0 - system.s_value_added * (1.0 - beta) + beta * steepness
        return np.asarray(1.0 / np.maximum(slope, 0.5))
    weight = system.value_added / system.value_added.sum(axis=1)[:, None]
    return np.asarray(1.0 / (1.0 + (weight * steepness).sum(axis=1, keepdims=True)))


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
    outcome = quickly(problem, table, options, labels, _first_guess(problem, table, start))
    if not outcome.converged:
        outcome = _patiently(problem, np.zeros(problem.size), options.tolerance)
    if not outcome.converged:
        outcome = _in_steps(table, change, options, labels, problem)
    return _solution(table, change, options, problem, outcome)


def quickly(
    problem: FixedPoint, table: Table, options: Options, labels: Labels, start: Array
) -> Outcome:
    """Accelerate with the table's slow directions solved for; nearly always enough."""
    coarse, memory = _coarse(table, options, labels), MEMORY[options.labour]
    return accelerate(
        problem.system, problem.market, coarse, start, options.tolerance, memory, 1.0, 1.0
    )


# Sector-specific factor prices have more slow directions than one wage per economy.
MEMORY = {"mobile": 5, "specific": 12}
# Memory, damping and longest step of the tries after a stall.
ATTEMPTS = ((8, 1.0, 1.0), (3, 0.5, 0.3), (1, 0.5, 0.3))


def _coarse(table: Table, options: Options, labels: Labels) -> Array:
    key = replace(options, tolerance=0.0)
    coarse = known_coarse(table, key)
    if coarse is None:
        problem = FixedPoint(
            assemble(table, Change.none(table), options, labels),
            table,
            options.labour == "specific",
        )
        coarse = learn_coarse(table, key, problem.system, problem.market)
    return coarse


def _patiently(problem: FixedPoint, start: Array, tolerance: float) -> Outcome:
    """Accelerate; where a long memory stalls, go on with a shorter one from the same start."""
    spent, stalled = 0, []
    for memory, damping, longest in ATTEMPTS:
        outcome = accelerate(
            problem.system, problem.market, NO_COARSE, start, tolerance, memory, damping, longest
        )
        spent += outcome.evaluations
        if outcome.converged:
            return outcome._replace(evaluations=spent)
        stalled.append(outcome)
    return min(stalled, key=lambda o: o.residual)._replace(evaluations=spent)


def close_deficits(change: Change, options: Options) -> tuple[Change, Options]:
    """Write balanced trade as a change to fixed deficits of zero, the same equilibrium."""
    if options.closure != "balanced":
        return change, options
    balanced = change.with_(deficit=np.zeros_like(change.deficit))
    return balanced, replace(options, closure="fixed")


def _first_guess(problem: FixedPoint, table: Table, start: Solution | None) -> Array:
    if start is None:
        return np.zeros(problem.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.log(start.value_added_price_hat[:, : problem.market.factors])
        price = np.log(start.price_hat)
        spent = np.log(start.table.expenditure / table.expenditure)
    return problem.pack(factor, price, spent)


def ban_weight(part: float) -> float:
    """What is left of d̂^(−θ) on a banned link after a part of the path, (1 − part)⁴.

    The fourth power slows the path down where a good vanishes and its price runs off.
    """
    return float((1.0 - part) ** 4)


def partial_change(table: Table, change: Change, part: float) -> Change:
    """Return the change taken to a part between 0 (none) and 1 (all).

    Rates and deficits move linearly, iceberg costs, productivity and input requirements in
    logs, and a ban by the weight d̂^(−θ) = `ban_weight`.
    """
    if part == 1.0:
        return change
    banned = np.isinf(change.iceberg_hat)
    with np.errstate(invalid="ignore"):
        iceberg = np.where(
            banned, ban_weight(part) ** (-1.0 / table.elasticity), change.iceberg_hat**part
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
            return outcome._replace(evaluations=spent)
        if outcome.converged:
            done, point, step = part, outcome.point, step * 1.5
            continue
        step /= 2.0
        if step < smallest:
            raise no_equilibrium(whole.system, _failure(problem, outcome, done, options), labels)


def _failure(problem: FixedPoint, outcome: Outcome, done: float, options: Options) -> Failure:
    return Failure(
        part=done,
        residual=outcome.residual,
        tolerance=options.tolerance,
        log_price=problem.read(outcome.point).price,
    )


def _solution(
    table: Table, change: Change, options: Options, problem: FixedPoint, outcome: Outcome
) -> Solution:
    state, system = problem.read(outcome.point), problem.system
    new, good, cost = state.new, system.alive_good, system.alive_cost
    bought, made = table.expenditure > 0.0, table.output > 0.0
    log_price = np.where(good, state.price, np.where(bought, np.inf, 0.0))
    spending = outcome.point[-good.size :].reshape(good.shape)
    spent = np.where(good, np.exp(spending + problem.market.log_scale), 0.0)
    value_added_price = np.exp(state.value_added_price)
    value_added = (value_added_price * system.value_added).sum(axis=1)
    deficit = system.deficit
    if options.closure == "proportional":
        deficit = value_added * (deficit - (deficit * value_added).sum() / value_added.sum())
    after = Table(
        share=shares(system, new.log_cost, new.log_price),
        expenditure=spent,
        value_added_share=_value_added_shares(table, system, new),
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
        cost_hat=np.where(cost, np.exp(new.log_cost), np.where(made, np.inf, 1.0)),
        final_price_hat=np.exp(new.log_final_price),
        table=after,
        residual=outcome.residual,
        iterations=outcome.evaluations,
    )


def _value_added_shares(table: Table, system: System, new: Pass) -> Array:
    """β', exactly one where a sector has lost all its inputs."""
    shares = np.where(system.alive_cost, new.value_added_share, table.value_added_share)
    return np.where(system.alive_cost & ~system.alive_inputs, 1.0, shares)


def _input_shares(table: Table, system: System, new: Pass, log_price: Array) -> Array:
    """g' = g (b̂P̂/m̂)^(1−σ_m), zero where a sector has lost all its inputs."""
    s = system.s_inputs
    if s == 0.0:
        return table.input_share
    nest = np.where(np.isfinite(new.log_input_price), new.log_input_price, 0.0)
    scale = np.exp(s * (log_price[:, :, None] - nest[:, None, :]))
    shares = system.inputs * scale
    shares = np.where(system.alive_inputs[:, None, :], shares, 0.0)
    return np.where(system.alive_cost[:, None, :], shares, table.input_share)

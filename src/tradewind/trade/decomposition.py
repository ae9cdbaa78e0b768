"""Where a change of welfare comes from: terms of trade, volume of trade, and the rest.

Theory
    Caliendo & Parro (2015, equation 16) split the change to first order, at baseline weights and
    with percent changes. It is their published measure and it is not the equivalent variation:
    tariff revenue lost for good is valued at the baseline only. The exact split integrates the
    envelope identity along the path of the shock,

    I dlnW = Σ(E dln p_n − M dln p_i) + Σ tM(dlnM − dln p_i − dln d) + Σ eR(dlnR − dln c_n)
             − Σ M dln d + Σ Y dlnA − Σ Z dln b + Σ S dln P + dD,

    with values f.o.b., p = c(1 + e), R = M/(1 + e) what producers receive, Z the input whose
    requirement b changes, S stocks bought at fixed value. Each term is weighted by W, so that
    the parts add up to Ŵ − 1.
Algorithm
    Intervals of the path with equilibria at both ends and in the middle; trapezoids over halves
    and whole are Richardson-extrapolated. The exact change over an interval is known, so the
    interval whose parts miss it most is cut in two until all of them together miss the exact
    change by at most ``tolerance``. On a banned link M dln d is −(M/φ) dφ/θ with φ = d̂^(−θ)
    running from 1 to 0, which stays finite. What is still missed at ``most_nodes`` equilibria
    (shocks that send prices to infinity) is a part of its own, ``unexplained``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tradewind.trade.arrays import Array, Change, Options, Solution, Table
from tradewind.trade.feasible import Labels
from tradewind.trade.solve import ban_weight, close_deficits, partial_change, solve_arrays
from tradewind.trade.system import link_multiplier

COMPONENTS = (
    "terms_of_trade",
    "volume_of_trade",
    "export_tax",
    "iceberg",
    "productivity",
    "input_requirement",
    "inventory",
    "transfer",
    "unexplained",
)


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Parts of a change of real income, as ratios to baseline income (less stocks, if exact).

    Attributes
    ----------
    parts : (len(COMPONENTS), N)
    terms_of_trade_by_partner, volume_of_trade_by_partner : (N, N)
        Economy × partner.
    """

    parts: Array
    terms_of_trade_by_partner: Array
    volume_of_trade_by_partner: Array


def consumption(table: Table) -> Array:
    """Income spent on final goods, stocks apart: I − ΣS, (N,) [USD million / year]."""
    spent: Array = table.income - table.inventory.sum(axis=1)
    return spent


def caliendo_parro_2015(table: Table, solution: Solution) -> Decomposition:
    """First-order terms of trade and volume of trade (their equation 16 and Table 3)."""
    flows, income = table.flow, table.income
    change = np.where(np.isfinite(solution.cost_hat), solution.cost_hat - 1.0, 0.0)
    traded = flows > 0.0
    flow_change = np.zeros_like(flows)
    flow_change[traded] = solution.table.flow[traded] / flows[traded] - 1.0
    price_effect = np.einsum("nij,ij->ni", flows, change)
    terms = (price_effect.T - price_effect) / income[:, None]
    volume = np.sum(table.tariff * flows * (flow_change - change[None]), axis=2)
    volume = volume / income[:, None]
    parts = np.zeros((len(COMPONENTS), len(income)))
    parts[0], parts[1] = terms.sum(axis=1), volume.sum(axis=1)
    return Decomposition(parts, terms, volume)


def exact(
    table: Table,
    change: Change,
    options: Options,
    labels: Labels,
    final: Solution,
    *,
    tolerance: float = 1e-7,
    most_nodes: int = 257,
) -> Decomposition:
    """Integrate the parts along the path of the shock.

    Parameters
    ----------
    final : Solution
        The equilibrium at the end of the path.
    tolerance : float
        Bound on what the parts may miss, as a ratio to baseline income.
    most_nodes : int
        Most equilibria solved along the path.
    """
    change, options = close_deficits(change, options)
    path = _Path(table, change, options, labels, final)
    pieces = [path.interval(k / FIRST, (k + 1) / FIRST) for k in range(FIRST)]
    # What the equilibria themselves may miss cannot be told from what the parts miss.
    tolerance = max(tolerance, 10.0 * options.tolerance)
    while True:
        missed = np.sum([piece.missed for piece in pieces], axis=0)
        wide = [piece for piece in pieces if piece.right - piece.left > NARROWEST]
        if np.max(np.abs(missed)) <= tolerance or len(path.nodes) >= most_nodes or not wide:
            break
        worst = max(wide, key=lambda piece: float(np.max(np.abs(piece.missed))))
        pieces.remove(worst)
        middle = 0.5 * (worst.left + worst.right)
        pieces += [path.interval(worst.left, middle), path.interval(middle, worst.right)]
    parts, terms, volume = (np.sum([piece.parts[k] for piece in pieces], axis=0) for k in range(3))
    return Decomposition(np.vstack([parts, missed]), terms, volume)


FIRST = 4  # intervals to begin with
NARROWEST = 1e-9  # of the path: a singular end is not worth cutting further


@dataclass(frozen=True, eq=False)
class _Interval:
    """Parts over an interval of the path, and what they miss of the exact change."""

    left: float
    right: float
    parts: list[Array]
    missed: Array


class _Path:
    """Equilibria along the path of a shock, solved when they are first asked for."""

    def __init__(
        self, table: Table, change: Change, options: Options, labels: Labels, final: Solution
    ) -> None:
        self.table, self.change, self.options, self.labels = table, change, options, labels
        self.solutions = {0.0: _start(table), 1.0: final}
        self.nodes = {
            place: _Node.at(table, change, place, solution)
            for place, solution in self.solutions.items()
        }

    def node(self, place: float) -> _Node:
        if place not in self.nodes:
            nearest = max(known for known in self.solutions if known < place)
            self.solutions[place] = solve_arrays(
                self.table,
                partial_change(self.table, self.change, place),
                self.options,
                self.labels,
                start=self.solutions[nearest],
            )
            self.nodes[place] = _Node.at(self.table, self.change, place, self.solutions[place])
        return self.nodes[place]

    def interval(self, left: float, right: float) -> _Interval:
        a, middle, b = (self.node(place) for place in (left, 0.5 * (left + right), right))
        whole = _step(self.table, a, b)
        halves = zip(_step(self.table, a, middle), _step(self.table, middle, b), strict=True)
        fine = [first + second for first, second in halves]
        parts = [f + (f - w) / 3.0 for f, w in zip(fine, whole, strict=True)]
        return _Interval(left, right, parts, b.real - a.real - parts[0].sum(axis=0))


def _start(table: Table) -> Solution:
    ones = np.ones_like(table.expenditure)
    return Solution(ones, ones, ones, np.ones(len(ones)), table, 0.0, 0)


@dataclass(frozen=True, eq=False)
class _Node:
    """What the integrand needs at one place of the path."""

    real: Array  # (N,) W, real income relative to the baseline
    weight: Array  # (N,) W / I
    flow: Array  # (N, N, J) M
    receipts: Array  # (N, N, J) R
    tariff: Array
    export_tax: Array
    log_price: Array  # (N, N, J) ln p = ln c + ln(1 + e)
    log_cost: Array  # (N, J)
    log_goods: Array  # (N, J) ln P
    log_iceberg: Array  # (N, N, J), zero on banned links
    openness: Array  # (N, N, J) φ on banned links, zero elsewhere
    flow_per_openness: Array  # (N, N, J) M / φ on banned links
    productive: Array  # (N, J) what productivity multiplies
    log_productivity: Array  # (N, J)
    inputs: Array  # (N, J, J) input value by use
    log_requirement: Array  # (N, J, J)
    deficit: Array  # (N,)

    @classmethod
    def at(cls, table: Table, change: Change, place: float, solution: Solution) -> _Node:
        now, taken = solution.table, partial_change(table, change, place)
        banned = np.isinf(change.iceberg_hat)
        flow = now.flow
        log_cost = np.log(np.where(np.isfinite(solution.cost_hat), solution.cost_hat, 1.0))
        output = now.output
        by_output = change.productivity_kind == "output"
        use = now.input_share * ((1.0 - now.value_added_share) * output)[:, None, :]
        real = consumption(now) / solution.final_price_hat / consumption(table)
        return cls(
            real=real,
            weight=real / consumption(now),
            flow=flow,
            receipts=now.receipts,
            tariff=now.tariff,
            export_tax=now.export_tax,
            log_price=log_cost[None] + np.log1p(now.export_tax),
            log_cost=log_cost,
            log_goods=np.log(np.where(np.isfinite(solution.price_hat), solution.price_hat, 1.0)),
            log_iceberg=np.where(banned, 0.0, np.log(np.where(banned, 1.0, taken.iceberg_hat))),
            openness=np.where(banned, ban_weight(place), 0.0),
            flow_per_openness=_potential_flow(table, taken, banned, solution),
            productive=output if by_output else now.value_added_share * output,
            log_productivity=np.log(taken.productivity_hat),
            inputs=use,
            log_requirement=np.log(taken.input_requirement_hat),
            deficit=now.deficit,
        )


def _potential_flow(table: Table, taken: Change, banned: Array, solution: Solution) -> Array:
    """M/φ on banned links: the flow if the link were open at these prices."""
    flow = np.zeros_like(table.share)
    if not banned.any():
        return flow
    reopened = taken.with_(iceberg_hat=np.where(banned, 1.0, taken.iceberg_hat))
    multiplier = np.ones_like(table.share)
    touched, cost = link_multiplier(table, reopened)
    multiplier[touched] = cost
    n, i, j = index = np.nonzero(banned & table.linked)
    theta = table.elasticity[j]
    share = table.share[index] * multiplier[index] * solution.cost_hat[i, j] ** -theta
    # A good that nobody supplies any more is not bought, at whatever price.
    price = solution.price_hat[n, j]
    share = share * np.where(np.isfinite(price), price, 0.0) ** theta
    flow[index] = share * solution.table.expenditure[n, j] / (1.0 + solution.table.tariff[index])
    return flow


def _step(table: Table, a: _Node, b: _Node) -> list[Array]:
    """Trapezoid of every part between two places of the path."""
    importer, exporter = (slice(None), None, None), (None, slice(None), None)

    def mean(weights: tuple[slice | None, ...], x: Array, y: Array) -> Array:
        return np.asarray(0.5 * (a.weight[weights] * x + b.weight[weights] * y))

    own: tuple[slice | None, ...] = (slice(None), None)
    price, cost = b.log_price - a.log_price, b.log_cost - a.log_cost
    paid = (mean(importer, a.flow, b.flow) * price).sum(axis=2)
    earned = (mean(exporter, a.flow, b.flow) * price).sum(axis=2)
    terms = earned.T - paid
    iceberg = b.log_iceberg - a.log_iceberg
    opening = (b.openness - a.openness) / -table.elasticity
    stretched = mean(importer, a.flow, b.flow) * iceberg
    stretched += mean(importer, a.flow_per_openness, b.flow_per_openness) * opening
    taxed = mean(importer, a.tariff * a.flow, b.tariff * b.flow)
    closed = mean(importer, a.tariff * a.flow_per_openness, b.tariff * b.flow_per_openness)
    volume = mean(importer, a.tariff, b.tariff) * (b.flow - a.flow)
    volume -= taxed * (price + iceberg) + closed * opening
    tax = mean(exporter, a.export_tax, b.export_tax) * (b.receipts - a.receipts)
    tax -= mean(exporter, a.export_tax * a.receipts, b.export_tax * b.receipts) * cost[None]
    productivity = mean(own, a.productive, b.productive) * (b.log_productivity - a.log_productivity)
    requirement = mean(importer, a.inputs, b.inputs) * (b.log_requirement - a.log_requirement)
    stocks = mean(own, table.inventory, table.inventory) * (b.log_goods - a.log_goods)
    transfer = 0.5 * (a.weight + b.weight) * (b.deficit - a.deficit)
    volume_by_partner = volume.sum(axis=2)
    parts = [
        terms.sum(axis=1),
        volume_by_partner.sum(axis=1),
        tax.sum(axis=(0, 2)),
        -stretched.sum(axis=(1, 2)),
        productivity.sum(axis=1),
        -requirement.sum(axis=(1, 2)),
        stocks.sum(axis=1),
        transfer,
    ]
    return [np.array(parts), terms, volume_by_partner]

"""Tables 2, 3 and A4 of Caliendo & Parro (2015), computed from a reference algorithm.

The article's first-order welfare formula (its equation 16), at the flows of the table's baseline,
with changes in per cent rather than logs and t the ad-valorem tariff (not 1 + t):

    terms of trade  (1/I_n) Σ_j Σ_i [E_nij (ĉ_nj − 1) − M_nij (ĉ_ij − 1)]
    volume of trade (1/I_n) Σ_j Σ_i t_nij M_nij [(M̂_nij − 1) − (ĉ_ij − 1)]
    real wage       ŵ_n / Π_j P̂_nj^α_nj − 1

Baselines: Table A4 is solved first without a shock at the observed deficits (final shares had
negative cells set to zero, so the data are not an equilibrium); Tables 2 and 3 start from there,
solved once more with deficits of zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.published_algorithm import BaselineArrays
from tests.support.cp2015 import ECONOMIES, NAFTA, CaliendoParroData

FloatArray = NDArray[np.float64]
Solver = Callable[
    [BaselineArrays, FloatArray, FloatArray, float], tuple[FloatArray, FloatArray, int, float]
]


@dataclass(frozen=True)
class Economy:
    """What the reference algorithms read, as plain arrays (see `BaselineArrays`)."""

    expenditure_share: FloatArray
    tariff: FloatArray
    expenditure: FloatArray
    value_added_share: FloatArray
    final_share: FloatArray
    input_share: FloatArray
    trade_elasticity: FloatArray
    value_added: FloatArray

    @property
    def trade_flow(self) -> FloatArray:
        """Flows (importer, exporter, sector) net of tariffs."""
        return self.expenditure_share * self.expenditure[:, None, :] / (1.0 + self.tariff)

    def income(self, deficit: FloatArray) -> FloatArray:
        """Final expenditure by economy."""
        revenue = (self.tariff * self.trade_flow).sum(axis=(1, 2))
        return np.asarray(self.value_added + revenue + deficit)


@dataclass(frozen=True)
class Move:
    """Changes from one equilibrium to another, and the second one rebased."""

    wage_hat: FloatArray
    price_hat: FloatArray
    cost_hat: FloatArray
    economy: Economy


@dataclass(frozen=True)
class Effects:
    """Effects of a tariff change in per cent, members of NAFTA in the order of `NAFTA`.

    The trade effects are (member, 2): with NAFTA members, with the rest of the world.
    """

    terms_of_trade: FloatArray
    volume_of_trade: FloatArray
    real_wage: FloatArray
    equivalent_variation: FloatArray

    @property
    def welfare(self) -> FloatArray:
        """First-order welfare effect: the sum of terms and volume of trade over partners."""
        return np.asarray((self.terms_of_trade + self.volume_of_trade).sum(axis=1))


def start(data: CaliendoParroData) -> Economy:
    """Return the data of 1993 (not yet an equilibrium)."""
    return Economy(
        expenditure_share=data.expenditure_share,
        tariff=data.tariff_1993,
        expenditure=data.expenditure,
        value_added_share=data.value_added_share,
        final_share=data.final_share,
        input_share=data.input_share,
        trade_elasticity=data.trade_elasticity,
        value_added=data.value_added,
    )


def move(
    economy: Economy,
    tariff: FloatArray,
    deficit: FloatArray,
    solver: Solver,
    tolerance: float,
) -> Move:
    """Solve for new tariffs and deficits, and rebase shares and expenditure on the solution."""
    wage_hat, price_hat, _, _ = solver(economy, tariff, deficit, tolerance)
    beta, theta = economy.value_added_share, economy.trade_elasticity
    bundle = np.einsum("ikj,ik->ij", economy.input_share, np.log(price_hat))
    cost_hat = np.exp(beta * np.log(wage_hat)[:, None] + (1.0 - beta) * bundle)
    price_factor = cost_hat[None] * (1.0 + tariff) / (1.0 + economy.tariff)
    share = economy.expenditure_share * price_factor**-theta
    share = share / share.sum(axis=1, keepdims=True)

    flow_share = share / (1.0 + tariff)
    revenue_share = 1.0 - flow_share.sum(axis=1)
    factor_income = wage_hat * economy.value_added + deficit
    expenditure = economy.expenditure
    while True:
        output = np.einsum("nij,nj->ij", flow_share, expenditure)
        inputs = np.einsum("nkj,nj->nk", economy.input_share, (1.0 - beta) * output)
        income = factor_income + (revenue_share * expenditure).sum(axis=1)
        updated = inputs + economy.final_share * income[:, None]
        change = float(np.abs(updated - expenditure).max() / updated.max())
        expenditure = updated
        if change < 1e-15:
            break
    rebased = Economy(
        expenditure_share=share,
        tariff=tariff,
        expenditure=expenditure,
        value_added_share=beta,
        final_share=economy.final_share,
        input_share=economy.input_share,
        trade_elasticity=theta,
        value_added=wage_hat * economy.value_added,
    )
    return Move(wage_hat, price_hat, cost_hat, rebased)


def effects(baseline: Economy, deficit: FloatArray, after: Move) -> Effects:
    """Apply the article's formula to the move away from ``baseline``."""
    imports = baseline.trade_flow
    exports = imports.transpose(1, 0, 2)
    income = baseline.income(deficit)
    cost_change = after.cost_hat - 1.0
    traded = imports > 0.0
    flow_change = np.where(
        traded, after.economy.trade_flow / np.where(traded, imports, 1.0) - 1.0, 0.0
    )
    terms = exports * cost_change[:, None, :] - imports * cost_change[None]
    volume = baseline.tariff * imports * (flow_change - cost_change[None])
    members = [ECONOMIES.index(name) for name in NAFTA]
    price_level = np.exp((baseline.final_share * np.log(after.price_hat)).sum(axis=1))
    real_income = after.economy.income(deficit) / income / price_level

    def by_partner(term: FloatArray) -> FloatArray:
        pair = term.sum(axis=2)[members] / income[members, None]
        inside = pair[:, members].sum(axis=1)
        return 100.0 * np.stack([inside, pair.sum(axis=1) - inside], axis=1)

    return Effects(
        terms_of_trade=by_partner(terms),
        volume_of_trade=by_partner(volume),
        real_wage=100.0 * (after.wage_hat / price_level - 1.0)[members],
        equivalent_variation=100.0 * (real_income - 1.0)[members],
    )


def tables(data: CaliendoParroData, solver: Solver, tolerance: float) -> tuple[Effects, Effects]:
    """Return the effects of Table A4 (deficits kept) and of Tables 2 and 3 (deficits of zero)."""
    zero = np.zeros_like(data.deficit)
    observed = move(start(data), data.tariff_1993, data.deficit, solver, tolerance).economy
    balanced = move(observed, data.tariff_1993, zero, solver, tolerance).economy
    return (
        effects(
            observed,
            data.deficit,
            move(observed, data.tariff_nafta, data.deficit, solver, tolerance),
        ),
        effects(balanced, zero, move(balanced, data.tariff_nafta, zero, solver, tolerance)),
    )


def path_effects(
    data: CaliendoParroData,
    solver: Solver,
    tolerance: float,
    steps: int,
    path: Literal["linear", "geometric"] = "linear",
) -> tuple[FloatArray, FloatArray]:
    """Integrate terms and volume of trade along the tariff path, in per cent, deficits of zero.

    Parameters
    ----------
    steps : pieces of the path
    path : tariffs move "linear" in t or "geometric" (linear in the log of 1 + t); the sum of the
        two terms does not depend on the path, the split does

    Returns
    -------
    terms_of_trade, volume_of_trade : (member), trapezoids of the two terms, in logs; together they
        approach the log of real income
    """
    zero = np.zeros_like(data.deficit)
    observed = move(start(data), data.tariff_1993, data.deficit, solver, tolerance).economy
    here = move(observed, data.tariff_1993, zero, solver, tolerance).economy
    members = [ECONOMIES.index(name) for name in NAFTA]
    total = np.zeros((2, len(members)))
    for step in range(1, steps + 1):
        part = step / steps
        if path == "linear":
            tariff = (1.0 - part) * data.tariff_1993 + part * data.tariff_nafta
        else:
            tariff = (1.0 + data.tariff_1993) ** (1.0 - part)
            tariff = tariff * (1.0 + data.tariff_nafta) ** part - 1.0
        after = move(here, tariff, zero, solver, tolerance)
        old, new = here.trade_flow, after.economy.trade_flow
        log_cost = np.log(after.cost_hat)
        log_flow = np.log(np.where(old > 0.0, new / np.where(old > 0.0, old, 1.0), 1.0))
        for side in (here, after.economy):
            flow, income = side.trade_flow, side.income(zero)
            gain = flow.transpose(1, 0, 2) * log_cost[:, None, :] - flow * log_cost[None]
            volume = side.tariff * flow * (log_flow - log_cost[None])
            pair = np.stack([gain.sum(axis=(1, 2)), volume.sum(axis=(1, 2))]) / income
            total += 50.0 * pair[:, members]
        here = after.economy
    return total[0], total[1]

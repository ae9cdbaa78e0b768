"""The best plain nested fixed point: the published structure without its avoidable costs.

Differences from `published_algorithm`: prices and expenditure start from the previous outer
iterate (and may be solved only as tightly as the outer residual warrants), expenditure is iterated
rather than solved densely, arrays are laid out sector first so that each sweep is one batched
matrix product, and each wage moves by its own Newton-like step: excess labour demand over an
estimate of the elasticity of labour demand,

    1 + Σ_j Σ_m (sales of j to m / sales) · θ_j β_nj (1 − π_mnj),

which is the own-cost effect on sales in every market. A common factor on the steps grows slowly
while the residual falls and shrinks when it rises. It is still a fixed point with linear
convergence: no Jacobian, no acceleration.

After Alvarez, F. and Lucas, R. (2007), "General equilibrium analysis of the Eaton–Kortum model of
international trade", Journal of Monetary Economics 54(6), for the wage map.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.published_algorithm import BaselineArrays

FloatArray = NDArray[np.float64]

INEXACT = 0.05
INNER_SWEEPS = 60
STEP_START, STEP_HIGH, STEP_LOW = 1.0, 1.8, 0.05
STEP_GROWTH, STEP_CUT = 1.05, 0.5


class _Economy:
    """Arrays of the counterfactual, sector first, and the two inner maps."""

    def __init__(
        self, baseline: BaselineArrays, new_tariff: FloatArray, deficit: FloatArray
    ) -> None:
        theta = baseline.trade_elasticity
        tariff_factor = ((1.0 + new_tariff) / (1.0 + baseline.tariff)) ** -theta
        share = baseline.expenditure_share * tariff_factor
        self.elasticity = theta[:, None]
        self.weight = np.ascontiguousarray(np.moveaxis(share, 2, 0))
        self.net_of_tariff = np.ascontiguousarray(np.moveaxis(1.0 / (1.0 + new_tariff), 2, 0))
        self.value_added_share = baseline.value_added_share
        cost_share = baseline.input_share * (1.0 - baseline.value_added_share)[:, None, :]
        self.input_cost_share = np.ascontiguousarray(cost_share)
        self.input_cost_share_by_user = np.ascontiguousarray(cost_share.transpose(0, 2, 1))
        self.final_share = baseline.final_share
        self.value_added = baseline.value_added
        self.deficit = deficit

    def price_sweep(self, log_wage: FloatArray, log_price: FloatArray) -> FloatArray:
        """Update log prices (economy, sector); keeps costs and sourcing weights of the sweep."""
        bundle = np.matmul(self.input_cost_share_by_user, log_price[:, :, None])[:, :, 0]
        log_cost = self.value_added_share * log_wage[:, None] + bundle
        self.attraction = np.exp(-self.elasticity * log_cost.T)
        self.total = np.matmul(self.weight, self.attraction[:, :, None])[:, :, 0]
        return np.asarray((-np.log(self.total) / self.elasticity).T)

    def settle_shares(self) -> None:
        """Derive trade shares and flows per unit of expenditure from the last price sweep."""
        self.share = self.weight * self.attraction[:, None, :] / self.total[:, :, None]
        self.flow_share = self.share * self.net_of_tariff
        self.sales_share = np.ascontiguousarray(self.flow_share.transpose(0, 2, 1))
        self.revenue_share = 1.0 - self.flow_share.sum(axis=2).T

    def expenditure_sweep(self, wage: FloatArray, expenditure: FloatArray) -> FloatArray:
        """Update expenditure (economy, sector); keeps the output of the sweep."""
        self.output = np.matmul(self.sales_share, expenditure.T[:, :, None])[:, :, 0].T
        revenue = (self.revenue_share * expenditure).sum(axis=1)
        income = wage * self.value_added + revenue + self.deficit
        inputs = np.matmul(self.input_cost_share, self.output[:, :, None])[:, :, 0]
        return np.asarray(inputs + self.final_share * income[:, None])

    def labour_elasticity(self, expenditure: FloatArray) -> FloatArray:
        """Estimate by how much labour demand falls in logs when the own wage rises."""
        sales = self.flow_share * expenditure.T[:, :, None]
        exposure = self.elasticity * (sales * (1.0 - self.share)).sum(axis=1)
        weighted = (exposure.T * self.value_added_share**2).sum(axis=1)
        labour = (sales.sum(axis=1).T * self.value_added_share).sum(axis=1)
        return np.asarray(1.0 + weighted / labour)


def solve_nested(
    baseline: BaselineArrays,
    new_tariff: FloatArray,
    deficit: FloatArray,
    tolerance: float = 1e-10,
    max_iterations: int = 20_000,
    inner_fraction: float = 0.0,
) -> tuple[FloatArray, FloatArray, int, float]:
    """Solve the counterfactual by a warm-started nested fixed point.

    Parameters
    ----------
    new_tariff : (importer, exporter, sector)
    deficit : (economy) [money], imports less exports in units of baseline world value added
    tolerance : bound on the residual
    inner_fraction : how tightly prices and expenditure are solved, relative to the outer
        residual; zero solves them to the tolerance each time (`INEXACT` is the faster way)

    Returns
    -------
    wage_hat : (economy)
    price_hat : (economy, sector)
    iterations : of the outer loop
    residual : the largest of excess labour demand over value added, log changes of prices and
        changes of expenditure over the economy's total in one more sweep

    Raises
    ------
    RuntimeError
        If the residual is not met.
    """
    economy = _Economy(baseline, new_tariff, deficit)
    world = economy.value_added.sum()
    log_wage = np.zeros(economy.value_added.size)
    log_price = np.zeros_like(baseline.final_share)
    expenditure = baseline.expenditure.copy()
    damping, previous, residual = STEP_START, np.inf, 1.0
    elasticity = np.ones_like(log_wage)
    for iteration in range(1, max_iterations + 1):
        target = max(inner_fraction * residual, 0.2 * tolerance)
        log_price, price_gap = _settle_prices(economy, log_wage, log_price, target)
        economy.settle_shares()
        wage = np.exp(log_wage)
        expenditure, spending_gap = _settle_expenditure(economy, wage, expenditure, target)
        demand = (economy.value_added_share * economy.output).sum(axis=1)
        excess = demand / (wage * economy.value_added) - 1.0
        outer = float(np.abs(excess).max())
        residual = max(outer, price_gap, spending_gap)
        if residual <= tolerance:
            return wage, np.exp(log_price), iteration, residual
        falling = outer < previous
        damping = min(STEP_HIGH, damping * STEP_GROWTH) if falling else damping * STEP_CUT
        damping, previous = max(STEP_LOW, damping), outer
        if iteration == 1:
            elasticity = economy.labour_elasticity(expenditure)
        log_wage = log_wage + np.clip(damping * excess / elasticity, -0.2, 0.2)
        log_wage -= np.log((np.exp(log_wage) * economy.value_added).sum() / world)
    raise RuntimeError(f"nested fixed point: residual {residual:.2e} above {tolerance:.2e}")


def _settle_prices(
    economy: _Economy, log_wage: FloatArray, log_price: FloatArray, target: float
) -> tuple[FloatArray, float]:
    """Sweep prices until they change by less than the target, at most `INNER_SWEEPS` times."""
    gap = np.inf
    for _ in range(INNER_SWEEPS):
        updated = economy.price_sweep(log_wage, log_price)
        gap = float(np.abs(updated - log_price).max())
        log_price = updated
        if gap <= target:
            break
    return log_price, gap


def _settle_expenditure(
    economy: _Economy, wage: FloatArray, expenditure: FloatArray, target: float
) -> tuple[FloatArray, float]:
    """Sweep expenditure until it changes by less than the target of each economy's total."""
    gap = np.inf
    for _ in range(INNER_SWEEPS):
        updated = economy.expenditure_sweep(wage, expenditure)
        scale = updated.sum(axis=1, keepdims=True)
        gap = float(np.abs((updated - expenditure) / scale).max())
        expenditure = updated
        if gap <= target:
            break
    return expenditure, gap

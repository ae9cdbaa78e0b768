"""The solution algorithm published with Caliendo & Parro (2015), as a yardstick for speed.

The method, as the article's appendix and its replication files describe it, for the Cobb–Douglas
economy under new tariffs:

1. guess wages (one);
2. given wages, iterate unit costs and price indices from one until prices settle;
3. trade shares follow;
4. given trade shares and wages, expenditure solves one dense linear system of economies × sectors;
5. excess of exports over imports and the deficit moves wages by a fraction 0.2 of it, relative to
   value added; repeat from 2 until the excess is small.

World value added is constant along the iteration because excesses sum to zero: it is the numéraire.
Deliberately kept from the original: prices start from one in every inner loop and the linear system
is built and solved densely in every outer iteration. The array operations are vectorised.

Source: Caliendo, L. and Parro, F. (2015), Review of Economic Studies 82(1), appendix on solving for
the equilibrium, and the replication files; the tolerance there is 1e-7 and the step 0.2.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

WAGE_STEP = 0.2


class BaselineArrays(Protocol):
    """What both reference algorithms read of a baseline.

    Attributes
    ----------
    expenditure_share, tariff : (importer, exporter, sector)
    expenditure, value_added_share, final_share : (economy, sector)
    input_share : (economy, input sector, using sector), columns sum to one
    trade_elasticity : (sector)
    value_added : (economy) [money]
    """

    @property
    def expenditure_share(self) -> FloatArray: ...
    @property
    def tariff(self) -> FloatArray: ...
    @property
    def expenditure(self) -> FloatArray: ...
    @property
    def value_added_share(self) -> FloatArray: ...
    @property
    def final_share(self) -> FloatArray: ...
    @property
    def input_share(self) -> FloatArray: ...
    @property
    def trade_elasticity(self) -> FloatArray: ...
    @property
    def value_added(self) -> FloatArray: ...


def solve_published(
    baseline: BaselineArrays,
    new_tariff: FloatArray,
    deficit: FloatArray,
    tolerance: float = 1e-7,
    max_iterations: int = 20_000,
) -> tuple[FloatArray, FloatArray, int, float]:
    """Solve the counterfactual by the published algorithm.

    Parameters
    ----------
    new_tariff : (importer, exporter, sector)
    deficit : (economy) [money], imports less exports in units of baseline world value added
    tolerance : bound on price changes of the inner loop and on excess demand over value added

    Returns
    -------
    wage_hat : (economy)
    price_hat : (economy, sector)
    iterations : of the outer loop
    residual : largest excess demand relative to baseline value added

    Raises
    ------
    RuntimeError
        If either loop does not settle.
    """
    elasticity = baseline.trade_elasticity
    tariff_factor = ((1.0 + new_tariff) / (1.0 + baseline.tariff)) ** -elasticity
    weight = baseline.expenditure_share * tariff_factor
    wage_hat = np.ones(baseline.value_added.size)
    residual = np.inf
    for iteration in range(1, max_iterations + 1):
        price_hat, cost_hat = _prices(baseline, weight, wage_hat, tolerance)
        share = weight * cost_hat[None] ** -elasticity
        share /= share.sum(axis=1, keepdims=True)
        flow_share = share / (1.0 + new_tariff)
        expenditure = _expenditure(baseline, flow_share, wage_hat, deficit)
        flow = flow_share * expenditure[:, None, :]
        excess = flow.sum(axis=(0, 2)) - flow.sum(axis=(1, 2)) + deficit
        residual = float(np.abs(excess / baseline.value_added).max())
        if residual < tolerance:
            return wage_hat, price_hat, iteration, residual
        wage_hat = wage_hat + WAGE_STEP * excess / baseline.value_added
    raise RuntimeError(f"published algorithm: excess demand {residual:.2e} above {tolerance:.2e}")


def _prices(
    baseline: BaselineArrays,
    weight: FloatArray,
    wage_hat: FloatArray,
    tolerance: float,
    max_iterations: int = 10_000,
) -> tuple[FloatArray, FloatArray]:
    """Iterate ĉ = ŵ^β Π P̂^((1−β)g) and P̂ = (Σ weight · ĉ^(−θ))^(−1/θ) from one."""
    elasticity = baseline.trade_elasticity
    value_added_share = baseline.value_added_share
    wage_part = value_added_share * np.log(wage_hat)[:, None]
    price_hat = np.ones_like(value_added_share)
    for _ in range(max_iterations):
        bundle = np.einsum("ikj,ik->ij", baseline.input_share, np.log(price_hat))
        cost_hat = np.exp(wage_part + (1.0 - value_added_share) * bundle)
        total = np.einsum("nij,ij->nj", weight, cost_hat**-elasticity)
        updated = total ** (-1.0 / elasticity)
        change = float(np.abs(updated - price_hat).max())
        price_hat = updated
        if change < tolerance:
            return price_hat, cost_hat
    raise RuntimeError(f"published algorithm: prices still change by {change:.2e}")


def _expenditure(
    baseline: BaselineArrays,
    flow_share: FloatArray,
    wage_hat: FloatArray,
    deficit: FloatArray,
) -> FloatArray:
    """Solve X = inputs + α (ŵV + tariff revenue + D), dense in (economy, sector) pairs."""
    economies, sectors = baseline.final_share.shape
    input_cost_share = baseline.input_share * (1.0 - baseline.value_added_share)[:, None, :]
    matrix = -np.einsum("nkj,mnj->nkmj", input_cost_share, flow_share, optimize=True)
    revenue_share = 1.0 - flow_share.sum(axis=1)
    own = np.arange(economies)
    matrix[own, :, own, :] -= baseline.final_share[:, :, None] * revenue_share[:, None, :]
    size = economies * sectors
    flat = matrix.reshape(size, size)
    flat[np.arange(size), np.arange(size)] += 1.0
    income = wage_hat * baseline.value_added + deficit
    target = (baseline.final_share * income[:, None]).ravel()
    return np.asarray(np.linalg.solve(flat, target).reshape(economies, sectors))

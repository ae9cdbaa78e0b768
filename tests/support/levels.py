"""A second solver of the trade model, in levels, for economies small enough for a dense Newton.

A baseline in shares is turned into primitives (technologies, iceberg costs, CES weights, workers)
under arbitrary units of wages, prices and labour; a counterfactual is then the full equilibrium in
those levels, one system in log value-added prices, log prices and expenditure. Hats are ratios of
two solved levels. Nothing is shared with the hat algebra of the package.

Algorithm: Newton with the complex-step Jacobian and backtracking; when it fails from the baseline,
homotopy in the shock (a ban shrinks deliveries linearly to zero). Stops when the largest relative
residual is below 1e-11. World value added is the numéraire.

Sources: Eaton & Kortum (2002) for the technology, Caliendo & Parro (2015) for the economy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tests.support.baseline import Baseline, random_baseline
from tests.support.levels_newton import System, newton
from tests.support.levels_system import (
    Closure,
    FloatArray,
    Labour,
    Nest,
    Primitives,
)

__all__ = [
    "Baseline",
    "Shock",
    "Solution",
    "Substitution",
    "calibrate",
    "random_baseline",
    "solve_levels",
]

TOLERANCE = 1e-11


@dataclass(frozen=True)
class Substitution:
    """Elasticities of substitution; one is Cobb–Douglas."""

    value_added: float = 1.0
    inputs: float = 1.0
    final: float = 1.0


@dataclass(frozen=True)
class Shock:
    """A counterfactual; what is None stays as in the baseline.

    Attributes
    ----------
    tariff, export_tax : (importer, exporter, sector), new levels; tariffs are levied on the price
        including the export tax
    iceberg_hat : (importer, exporter, sector), factor on iceberg costs; inf is a ban
    productivity_hat : (economy, sector)
    productivity_kind : "output" (Hicks-neutral) or "value_added" (augmenting)
    input_requirement_hat : (economy, input sector, using sector)
    closure : "fixed" in world value added, "balanced" or "proportional" to value added
    """

    tariff: FloatArray | None = None
    export_tax: FloatArray | None = None
    iceberg_hat: FloatArray | None = None
    productivity_hat: FloatArray | None = None
    productivity_kind: Literal["output", "value_added"] = "output"
    input_requirement_hat: FloatArray | None = None
    closure: Closure = "fixed"


@dataclass(frozen=True)
class Solution:
    """An equilibrium: levels, and hats relative to the calibrated baseline.

    Attributes
    ----------
    value_added_price : (economy, sector), wage in units of the calibration; ``wage_hat`` its ratio,
        equal across sectors when labour is mobile
    price : (economy, sector), of the goods bought there; inf without supplier
    trade_flow : (importer, exporter, sector) [money], net of tariffs, export tax included
    output : (economy, sector) [money], what producers receive, net of export taxes
    real_income_hat : (economy), income over the final price index
    residual : largest relative failure of any equilibrium condition, the redundant one included
    steps : homotopy steps that were needed
    """

    value_added_price: FloatArray
    price: FloatArray
    expenditure: FloatArray
    expenditure_share: FloatArray
    trade_flow: FloatArray
    output: FloatArray
    value_added: FloatArray
    value_added_share: FloatArray
    input_share: FloatArray
    final_share: FloatArray
    final_price: FloatArray
    income: FloatArray
    tariff_revenue: FloatArray
    export_tax_revenue: FloatArray
    deficit: FloatArray
    wage_hat: FloatArray
    price_index_hat: FloatArray
    final_price_hat: FloatArray
    real_income_hat: FloatArray
    residual: float
    steps: int


@dataclass(frozen=True)
class Calibrated:
    """Primitives and the baseline levels (v, P, X) they were calibrated at."""

    primitives: Primitives
    value_added_price: FloatArray
    price: FloatArray
    final_price: FloatArray
    baseline: Baseline


def calibrate(
    baseline: Baseline,
    substitution: Substitution,
    labour_market: Labour,
    rng: np.random.Generator,
) -> Calibrated:
    """Choose primitives that reproduce the baseline, under random units of wages and prices."""
    economies, sectors = baseline.final_share.shape

    def units(*shape: int) -> FloatArray:
        return np.exp(rng.uniform(-1.0, 1.0, shape))

    wage = units(economies, sectors if labour_market == "sector_specific" else 1)
    value_added_price = np.broadcast_to(wage, (economies, sectors)).copy()
    price, cost = units(economies, sectors), units(economies, sectors)
    bundle_price = units(economies, sectors)
    final_price, efficiency = units(economies), units(economies, sectors)
    requirement = units(economies, sectors, sectors)
    share = baseline.value_added_share
    factors = np.stack([value_added_price / efficiency, bundle_price], axis=1)
    elasticity = baseline.trade_elasticity

    # π = T (d c τ / P)^(−θ): technology such that home deliveries are free of iceberg costs.
    home = np.einsum("nnj->nj", baseline.expenditure_share)
    unused = units(economies, sectors)
    technology = np.where(home > 0.0, home * (cost / price) ** elasticity, unused)
    wedge = (1.0 + baseline.tariff) * (1.0 + baseline.export_tax)
    traded = baseline.expenditure_share > 0.0
    relative = np.where(traded, baseline.expenditure_share, 1.0) / technology[None]
    iceberg = relative ** (-1.0 / elasticity) * price[:, None, :] / (cost[None] * wedge)
    primitives = Primitives(
        technology=technology,
        iceberg_cost=np.where(traded, iceberg, np.inf),
        trade_elasticity=elasticity,
        efficiency=efficiency,
        requirement=requirement,
        inputs=Nest.calibrate(
            substitution.inputs, baseline.input_share, price[:, :, None] * requirement, bundle_price
        ),
        production=Nest.calibrate(
            substitution.value_added, np.stack([share, 1.0 - share], axis=1), factors, cost
        ),
        final=Nest.calibrate(substitution.final, baseline.final_share, price, final_price),
        labour=share * baseline.output / value_added_price,
        labour_market=labour_market,
        tariff=baseline.tariff,
        export_tax=baseline.export_tax,
        deficit=baseline.deficit,
        value_added=baseline.value_added,
    )
    return Calibrated(primitives, value_added_price, price, final_price, baseline)


def shocked(primitives: Primitives, shock: Shock, progress: float) -> Primitives:
    """Return the primitives with a fraction ``progress`` of the shock applied."""

    def blend(old: FloatArray, new: FloatArray | None) -> FloatArray:
        return old if new is None else (1.0 - progress) * old + progress * new

    result = replace(
        primitives,
        tariff=blend(primitives.tariff, shock.tariff),
        export_tax=blend(primitives.export_tax, shock.export_tax),
        closure=shock.closure,
        closure_weight=progress,
    )
    if shock.iceberg_hat is not None:
        ban = np.isinf(shock.iceberg_hat)
        factor = np.where(ban, 1.0, shock.iceberg_hat) ** progress
        with np.errstate(divide="ignore"):
            cut = np.float64(1.0 - progress) ** (-1.0 / primitives.trade_elasticity)
        iceberg = primitives.iceberg_cost * np.where(ban, cut, factor)
        result = replace(result, iceberg_cost=iceberg)
    if shock.productivity_hat is not None:
        factor = shock.productivity_hat**progress
        if shock.productivity_kind == "output":
            technology = primitives.technology * factor**primitives.trade_elasticity
            result = replace(result, technology=technology)
        else:
            result = replace(result, efficiency=primitives.efficiency * factor)
    if shock.input_requirement_hat is not None:
        requirement = primitives.requirement * shock.input_requirement_hat**progress
        result = replace(result, requirement=requirement)
    return result


def solve_levels(calibrated: Calibrated, shock: Shock, tolerance: float = TOLERANCE) -> Solution:
    """Solve the equilibrium after a shock, in levels.

    Parameters
    ----------
    calibrated : primitives of `calibrate`
    tolerance : bound on the largest relative residual

    Raises
    ------
    ValueError
        If bans leave final demand without a good it needs, or specific labour without any work.
    RuntimeError
        If neither Newton nor the homotopy finds the equilibrium.
    """
    primitives, baseline = calibrated.primitives, calibrated.baseline
    units, spending = calibrated.value_added_price, baseline.expenditure

    def system_at(progress: float) -> System:
        return System(shocked(primitives, shock, progress), units, spending)

    reached, step, steps = 0.0, 1.0, 0
    unknown = system_at(0.0).pack(units, calibrated.price, spending)
    while reached < 1.0:
        target = min(1.0, reached + step)
        system = system_at(target)
        found = newton(system, unknown, tolerance)
        if found is None:
            step *= 0.5
            if step < 1e-5:
                raise RuntimeError(f"levels: homotopy stalled at {reached:.6f} of the shock")
        else:
            unknown, reached, steps, step = found, target, steps + 1, 2.0 * step
    return _solution(calibrated, system, unknown, steps)


def _solution(calibrated: Calibrated, system: System, unknown: FloatArray, steps: int) -> Solution:
    """Collect levels and hats, and check the redundant condition."""
    baseline, primitives = calibrated.baseline, system.primitives
    wage, price, expenditure = system.unpack(unknown)
    state = system.state(unknown)
    square, redundant = system.residuals(unknown)
    price = np.where(system.available.good, price, np.inf)
    paid = state.expenditure_share * expenditure[:, None, :]
    final_price_hat = state.final_price / calibrated.final_price
    return Solution(
        value_added_price=wage,
        price=price,
        expenditure=expenditure,
        expenditure_share=state.expenditure_share,
        trade_flow=paid / (1.0 + primitives.tariff),
        output=state.output,
        value_added=state.value_added,
        value_added_share=state.value_added_share,
        input_share=state.input_share,
        final_share=state.final_share,
        final_price=state.final_price,
        income=state.income,
        tariff_revenue=state.tariff_revenue,
        export_tax_revenue=state.export_tax_revenue,
        deficit=state.deficit,
        wage_hat=wage / calibrated.value_added_price,
        price_index_hat=price / calibrated.price,
        final_price_hat=final_price_hat,
        real_income_hat=state.income / baseline.income / final_price_hat,
        residual=float(max(np.abs(square).max(), np.abs(redundant))),
        steps=steps,
    )

"""Equilibrium conditions of the trade model in levels: technologies, prices, markets.

Everything here is a number in units (wages per worker, prices per unit of good), never a ratio to
a baseline. With v value-added prices, P prices of goods, X expenditure:

    M_ij   = CES_k(b_ikj P_ik),  c_ij = CES(v_ij / A_ij, M_ij)
    φ_nij  = T_ij [d_nij c_ij (1 + e_nij)(1 + t_nij)]^(−θ_j),  P_nj = (Σ_i φ_nij)^(−1/θ_j)
    Y_ij   = Σ_n (φ_nij / Σ_m φ_nmj) X_nj / ((1 + t_nij)(1 + e_nij))
    X_nk   = Σ_j (cost of input k of sector j) + (final share of k) · I_n
    v L    = cost of value added in Y (per economy, or per sector when labour is specific)

Functions accept complex arrays, so that the Jacobian is exact to rounding by the complex step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
AnyArray = NDArray[Any]  # real, or complex inside the Jacobian
Labour = Literal["mobile", "sector_specific"]
Closure = Literal["fixed", "balanced", "proportional"]


@dataclass(frozen=True)
class Nest:
    """A CES aggregate in levels: price = scale · (Σ weight · price^(1−σ))^(1/(1−σ)).

    With σ = 1 the weights are cost shares and price = scale · Π price^weight. The aggregated goods
    are on axis 1 of ``weight``.
    """

    elasticity: float
    weight: FloatArray
    scale: FloatArray

    @classmethod
    def calibrate(
        cls, elasticity: float, share: FloatArray, price: FloatArray, aggregate: FloatArray
    ) -> Nest:
        """Choose weights such that at ``price`` the cost shares and the aggregate price hold."""
        if elasticity == 1.0:
            return cls(1.0, share, aggregate / np.exp((share * np.log(price)).sum(axis=1)))
        ratio = np.expand_dims(aggregate, 1) / price
        return cls(elasticity, share * ratio ** (1.0 - elasticity), np.ones_like(aggregate))

    def price_and_share(
        self, price: AnyArray, available: NDArray[np.bool_]
    ) -> tuple[AnyArray, AnyArray]:
        """Return the price of the aggregate and the cost shares.

        Parameters
        ----------
        available : shape of ``price``; what is not available has an infinite price
        """
        weight = np.where(available, self.weight, 0.0)
        if self.elasticity == 1.0:
            log_price = (weight * np.log(price)).sum(axis=1)
            return self.scale * np.exp(log_price), weight + 0.0 * price
        power = 1.0 - self.elasticity
        term = weight * price**power
        total = term.sum(axis=1)
        safe = np.where(total == 0.0, 1.0, total)
        return self.scale * safe ** (1.0 / power), term / np.expand_dims(safe, 1)

    def feasible(self, available: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return where the aggregate can be made: all goods in use, or any when σ > 1."""
        used = self.weight > 0.0
        if self.elasticity > 1.0:
            return np.asarray((used & available).any(axis=1))
        return np.asarray((~used | available).all(axis=1))


@dataclass(frozen=True)
class Primitives:
    """Tastes, technologies and endowments in levels, with the policy of the moment.

    Attributes
    ----------
    technology : (exporter, sector), T; iceberg_cost : (importer, exporter, sector), d ≥ 0 or inf
    trade_elasticity : (sector), θ
    efficiency : (economy, sector), A, multiplies value added
    requirement : (economy, input sector, using sector), b, units of input per unit of bundle
    inputs : nest of the input bundle, weights (economy, input sector, using sector)
    production : nest of unit cost, weights (economy, 2, sector): value added, input bundle
    final : nest of final demand, weights (economy, sector)
    labour : (economy, sector) workers; in the mobile case only the sum over sectors matters
    tariff, export_tax : (importer, exporter, sector)
    deficit : (economy) [money] at the baseline; value_added : (economy) [money] at the baseline
    closure_weight : the deficit is (1 − weight) · fixed + weight · closure
    """

    technology: FloatArray
    iceberg_cost: FloatArray
    trade_elasticity: FloatArray
    efficiency: FloatArray
    requirement: FloatArray
    inputs: Nest
    production: Nest
    final: Nest
    labour: FloatArray
    labour_market: Labour
    tariff: FloatArray
    export_tax: FloatArray
    deficit: FloatArray
    value_added: FloatArray
    closure: Closure = "fixed"
    closure_weight: float = 0.0


@dataclass(frozen=True)
class State:
    """All endogenous levels at given value-added prices, prices of goods and expenditure."""

    cost: AnyArray
    implied_price: AnyArray
    expenditure_share: AnyArray
    output: AnyArray
    value_added_share: AnyArray
    input_share: AnyArray
    final_price: AnyArray
    final_share: AnyArray
    value_added: AnyArray
    tariff_revenue: AnyArray
    export_tax_revenue: AnyArray
    deficit: AnyArray
    implied_expenditure: AnyArray
    labour_demand: AnyArray

    @property
    def income(self) -> AnyArray:
        """Final expenditure by economy."""
        return self.value_added + self.tariff_revenue + self.export_tax_revenue + self.deficit


@dataclass(frozen=True)
class Availability:
    """What can be had at a finite price: goods by buyer, goods by maker, input bundles."""

    good: NDArray[np.bool_]
    made: NDArray[np.bool_]
    bundle: NDArray[np.bool_]


def find_available(primitives: Primitives) -> Availability:
    """Remove goods without supplier, then goods that need them, until nothing changes.

    Raises
    ------
    ValueError
        If final demand of an economy needs a good that nobody can deliver.
    """
    delivered = np.isfinite(primitives.iceberg_cost) & (primitives.technology > 0.0)[None]
    made = np.ones_like(primitives.technology, dtype=bool)
    while True:
        good = (delivered & made[None]).any(axis=1)
        by_user = np.broadcast_to(good[:, :, None], primitives.inputs.weight.shape)
        bundle = primitives.inputs.feasible(by_user)
        pair = np.stack([np.ones_like(bundle), bundle], axis=1)
        now = made & primitives.production.feasible(pair)
        if np.array_equal(now, made):
            break
        made = now
    if not primitives.final.feasible(good).all():
        lacking = np.argwhere(~good).tolist()
        raise ValueError(f"final demand cannot be met; goods without supplier: {lacking}")
    return Availability(good, made, bundle)


def deficits(primitives: Primitives, value_added: AnyArray) -> AnyArray:
    """Return the deficits of the closure, blended with the fixed ones on the homotopy path."""
    fixed: AnyArray = primitives.deficit * value_added.sum() / primitives.value_added.sum()
    if primitives.closure == "fixed":
        return fixed
    target = np.zeros_like(fixed)
    if primitives.closure == "proportional":
        target = primitives.deficit / primitives.value_added * value_added
        target = target - value_added * target.sum() / value_added.sum()
    weight = primitives.closure_weight
    return np.asarray((1.0 - weight) * fixed + weight * target)


def evaluate(
    primitives: Primitives,
    available: Availability,
    value_added_price: AnyArray,
    price: AnyArray,
    expenditure: AnyArray,
) -> State:
    """Return everything that follows from v (economy, sector), P and X (economy, sector)."""
    elasticity = primitives.trade_elasticity
    effective = price[:, :, None] * primitives.requirement
    bundle_price, input_share = primitives.inputs.price_and_share(
        effective, np.broadcast_to(available.good[:, :, None], effective.shape)
    )
    factors = np.stack([value_added_price / primitives.efficiency, bundle_price], axis=1)
    usable = np.stack([np.ones_like(available.bundle), available.bundle], axis=1)
    cost, factor_share = primitives.production.price_and_share(factors, usable)

    wedge = (1.0 + primitives.export_tax) * (1.0 + primitives.tariff)
    reach = np.where(
        available.made[None], primitives.technology * primitives.iceberg_cost**-elasticity, 0.0
    )
    attraction = reach * (cost[None] * wedge) ** -elasticity
    total = attraction.sum(axis=1)
    safe = np.where(available.good, total, 1.0)
    share = attraction / safe[:, None, :]
    paid = share * expenditure[:, None, :]
    customs_value = paid / (1.0 + primitives.tariff)
    received = customs_value / (1.0 + primitives.export_tax)
    output = received.sum(axis=0)

    value_added = (value_added_price * primitives.labour).sum(axis=1)
    tariff_revenue = (paid - customs_value).sum(axis=(1, 2))
    export_tax_revenue = (customs_value - received).sum(axis=(0, 2))
    deficit = deficits(primitives, value_added)
    final_price, final_share = primitives.final.price_and_share(price, available.good)
    income = value_added + tariff_revenue + export_tax_revenue + deficit
    use = input_share * (factor_share[:, 1] * output)[:, None, :]
    return State(
        cost=cost,
        implied_price=safe ** (-1.0 / elasticity),
        expenditure_share=share,
        output=output,
        value_added_share=factor_share[:, 0],
        input_share=input_share,
        final_price=final_price,
        final_share=final_share,
        value_added=value_added,
        tariff_revenue=tariff_revenue,
        export_tax_revenue=export_tax_revenue,
        deficit=deficit,
        implied_expenditure=use.sum(axis=2) + final_share * income[:, None],
        labour_demand=factor_share[:, 0] * output,
    )

"""The trade block's numbers without labels: a table, a change to it, and a solution.

Index order is importer or economy, exporter or input, sector. Units are USD million per year of
the table's base year unless said; rates are fractions (0.25 = 25 percent).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Closure = Literal["fixed", "balanced", "proportional"]
Labour = Literal["mobile", "specific"]
ProductivityKind = Literal["output", "value_added"]


@dataclass(frozen=True, eq=False)
class Table:
    """A trade table in shares (N economies, J sectors).

    Attributes
    ----------
    share : (N, N, J) [1]
        π, importer's expenditure share on each exporter, tariffs included.
    expenditure : (N, J) [USD million / year]
        X, gross of tariffs.
    value_added_share : (N, J) [1]
        β.
    input_share : (N, J, J) [1]
        g, economy × input × using sector; columns sum to one, or to zero where β = 1.
    final_share : (N, J) [1]
        α.
    tariff, export_tax : (N, N, J) [1]
        t and e, rates, zero at home.
    elasticity : (J,) [1]
        θ, trade elasticity.
    value_added, deficit : (N,) [USD million / year]
    inventory : (N, J) [USD million / year]
        Change in stocks, bought like final demand and fixed in value.
    """

    share: Array
    expenditure: Array
    value_added_share: Array
    input_share: Array
    final_share: Array
    tariff: Array
    export_tax: Array
    elasticity: Array
    value_added: Array
    deficit: Array
    inventory: Array

    @cached_property
    def receipts(self) -> Array:
        """π X / ((1 + t)(1 + e)): what each producer receives from each buyer, (N, N, J)."""
        received: Array = self.flow / (1.0 + self.export_tax)
        return received

    @cached_property
    def flow(self) -> Array:
        """π X / (1 + t): value f.o.b., export tax included, (N, N, J)."""
        bought: Array = self.share * self.expenditure[:, None, :] / (1.0 + self.tariff)
        return bought

    @cached_property
    def output(self) -> Array:
        """Y = Σ_n receipts, (N, J)."""
        made: Array = self.receipts.sum(axis=0)
        return made

    @cached_property
    def tariff_revenue(self) -> Array:
        """Σ t π X / (1 + t), (N,)."""
        revenue: Array = (self.tariff * self.flow).sum(axis=(1, 2))
        return revenue

    @cached_property
    def export_tax_revenue(self) -> Array:
        """Σ e π X / ((1 + t)(1 + e)), (N,)."""
        revenue: Array = (self.export_tax * self.receipts).sum(axis=(0, 2))
        return revenue

    @cached_property
    def income(self) -> Array:
        """I = V + tariff revenue + export-tax revenue + D, (N,)."""
        taxes = self.tariff_revenue + self.export_tax_revenue
        income: Array = self.value_added + taxes + self.deficit
        return income

    @cached_property
    def sector_value_added(self) -> Array:
        """β Y scaled so that each economy's sum is its value added, (N, J).

        In a balanced table the scale is one; a raw table is brought to its own accounts.
        """
        by_sector = self.value_added_share * self.output
        return np.asarray(by_sector * (self.value_added / by_sector.sum(axis=1))[:, None])

    @cached_property
    def linked(self) -> Array:
        """Whether a link has trade, (N, N, J) bool."""
        return self.share > 0.0

    @cached_property
    def share_by_sector(self) -> Array:
        """π as (sector, importer, exporter), contiguous."""
        return sector_major(self.share)

    @cached_property
    def border_by_sector(self) -> Array:
        """π / (1 + t) as (sector, importer, exporter)."""
        return sector_major(self.share / (1.0 + self.tariff))

    @cached_property
    def traded(self) -> Array:
        """Whether a sector has any trade between economies, (J,) bool."""
        foreign = ~np.eye(len(self.value_added), dtype=bool)
        return np.asarray((self.linked & foreign[:, :, None]).any(axis=(0, 1)))


def sector_major(array: Array) -> Array:
    """Move the last axis to the front and make it contiguous."""
    return np.ascontiguousarray(np.moveaxis(array, 2, 0))


@dataclass(frozen=True, eq=False)
class Change:
    """What a counterfactual changes; every array is complete.

    Attributes
    ----------
    tariff, export_tax : (N, N, J) [1]
        New rates.
    iceberg_hat : (N, N, J) [1]
        d̂, infinite for a ban.
    productivity_hat : (N, J) [1]
    productivity_kind : {"output", "value_added"}
    input_requirement_hat : (N, J, J) [1]
        b̂, economy × input × using sector.
    deficit : (N,) [USD million / year]
    """

    tariff: Array
    export_tax: Array
    iceberg_hat: Array
    productivity_hat: Array
    productivity_kind: ProductivityKind
    input_requirement_hat: Array
    deficit: Array

    @classmethod
    def none(cls, table: Table) -> Change:
        """Nothing changes."""
        economies, sectors = table.expenditure.shape
        return cls(
            tariff=table.tariff,
            export_tax=table.export_tax,
            iceberg_hat=np.ones((economies, economies, sectors)),
            productivity_hat=np.ones((economies, sectors)),
            productivity_kind="output",
            input_requirement_hat=np.ones((economies, sectors, sectors)),
            deficit=table.deficit,
        )

    def with_(self, **arrays: Any) -> Change:
        """Return a copy with some arrays replaced."""
        return replace(self, **arrays)


@dataclass(frozen=True)
class Options:
    """How the counterfactual closes and how buyers substitute."""

    closure: Closure = "fixed"
    labour: Labour = "mobile"
    sigma_value_added: float = 1.0
    sigma_inputs: float = 1.0
    sigma_final: float = 1.0
    tolerance: float = 1e-10


@dataclass(frozen=True, eq=False)
class Solution:
    """An equilibrium in arrays, all at its solution (see `Table` for shapes and units).

    Attributes
    ----------
    value_added_price_hat : (N, J)
        v̂, the wage where labour is mobile; 0 where a sector has died, 1 where it never was.
    price_hat, cost_hat : (N, J)
        P̂ and ĉ, infinite where nobody supplies or produces any more, 1 where nobody ever did.
    table : Table
        The world after the change: shares, expenditure, taxes, value added, deficits.
    final_price_hat : (N,)
        P̂ of the final bundle.
    residual : float
        Largest relative miss of any equation.
    iterations : int
        Passes over all equations.
    """

    value_added_price_hat: Array
    price_hat: Array
    cost_hat: Array
    final_price_hat: Array
    table: Table
    residual: float
    iterations: int

"""What one more point of every tariff, cost, tax or productivity does to an outcome, at once.

Theory
    dy/dp = ∂y/∂p − λᵀ F_p (see `tradewind.trade.adjoint`): the outcome is differentiated by its
    own expression, the equilibrium by one transposed solve.
Source
    Adjoint sensitivities as in Griewank & Walther (2008), chapter 15; the equations are those of
    README.md of this room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from tradewind.errors import InputError
from tradewind.trade.adjoint import Linear, Source, Worth, linearise
from tradewind.trade.arrays import Array, Table
from tradewind.trade.equilibrium import Equilibrium
from tradewind.trade.multipliers import multipliers
from tradewind.trade.tape import Traced, plain, worth_of
from tradewind.trade.tape_rules import leaf

Outcome = Callable[[Equilibrium], Any]
LINK = ("importer", "exporter", "sector")
STATE = ("value_added_price_hat", "price_hat", "cost_hat", "final_price_hat")
TABLE = (
    *("share", "expenditure", "value_added_share", "input_share", "final_share"),
    *("tariff", "export_tax", "value_added", "deficit"),
)


@dataclass(frozen=True, eq=False)
class Partial:
    """∂(outcome)/∂(each array of the solution), by the array's name in `Solution` and `Table`."""

    value: float
    of: dict[str, Array]


def gradient(equilibrium: Equilibrium, outcome: Outcome) -> xr.Dataset:
    """Differentiate an outcome with respect to every tariff, cost, export tax and productivity.

    dy/dp = ∂y/∂p − λᵀ F_p with F_uᵀ λ = ∂y/∂u, one transposed solve.

    Parameters
    ----------
    equilibrium : Equilibrium
        Where the derivative is taken: ``solve(baseline, Shock())`` for the baseline.
    outcome : callable
        Takes an `Equilibrium` and returns one number made from its arrays, for instance
        ``lambda e: e.real_income_hat.sel(economy="DEU")`` or
        ``lambda e: e.employment_hat.sel(economy="FRA").fillna(1).mean()``.

    Returns
    -------
    Dataset
        ``tariff``, ``export_tax`` (importer, exporter, sector) [outcome / 1, per rate of 1, which
        is 100 percentage points], ``iceberg_cost`` (importer, exporter, sector) and
        ``productivity`` (economy, sector) [outcome, per log point]. Attributes: ``value`` of the
        outcome, ``passes`` of the transposed solve. Rates at home are no parameters: zero there.
        Where a link has no trade or is banned the equilibrium does not answer: a derivative is
        zero there unless the outcome itself reads the rate.

    Raises
    ------
    InputError
        If the outcome is not one finite number, or is computed in a way that cannot be
        differentiated.
    ConvergenceError
        If the transposed system is not solved.
    """
    if not isinstance(equilibrium, Equilibrium):
        raise InputError(
            "equilibrium is not an Equilibrium",
            where="argument equilibrium",
            value=type(equilibrium).__name__,
            bound="a tradewind.trade.Equilibrium",
            remedy="solve one first: tradewind.trade.solve(baseline, Shock())",
        )
    if not callable(outcome):
        raise InputError(
            "the outcome is not a function",
            where="argument outcome",
            value=f"{type(outcome).__name__}: {outcome!r:.60}",
            bound="a function of the equilibrium that returns one finite number",
            remedy='for instance lambda e: e.real_income_hat.sel(economy="DEU")',
        )
    partial = differentiate(equilibrium, outcome)
    system = linearise(equilibrium.solution.table, equilibrium.baseline.table, equilibrium.options)
    arrays, passes = slopes(system, equilibrium, partial)
    coords = equilibrium.baseline.coords
    data = {
        name: xr.DataArray(
            values,
            {dim: coords[dim] for dim in dims},
            dims,
            attrs={"units": "1", "long_name": said},
        )
        for (name, values), (dims, said) in zip(arrays.items(), MEANING.values(), strict=True)
    }
    return xr.Dataset(data, attrs={"value": partial.value, "passes": passes})


MEANING = {
    "tariff": (LINK, "change of the outcome per unit of the import tariff's rate"),
    "iceberg_cost": (LINK, "change of the outcome per log point of the iceberg cost"),
    "export_tax": (LINK, "change of the outcome per unit of the export tax's rate"),
    "productivity": (("economy", "sector"), "change of the outcome per log point of productivity"),
}


def differentiate(equilibrium: Equilibrium, outcome: Outcome) -> Partial:
    """Differentiate the outcome's own expression with respect to the solution's arrays."""
    solution = equilibrium.solution
    leaves = {name: leaf(getattr(solution, name)) for name in STATE}
    leaves |= {name: leaf(getattr(solution.table, name)) for name in TABLE}
    fields: dict[str, Any] = dict(leaves)
    table = replace(solution.table, **{name: fields[name] for name in TABLE})
    traced = replace(solution, table=table, **{name: fields[name] for name in STATE})
    result = outcome(replace(equilibrium, solution=traced))
    value = result.data if isinstance(result, xr.DataArray | xr.Variable) else result
    number = np.asarray(plain(value)) if not callable(value) else np.asarray(None)
    if number.size != 1 or number.dtype.kind not in "fiu" or not np.isfinite(number).all():
        raise InputError(
            "the outcome is not one finite number",
            where="argument outcome",
            value=f"{type(result).__name__} of shape {number.shape}: {number!s:.60}",
            bound="a function of the equilibrium that returns one finite number",
            remedy='select or add up: lambda e: e.output.sel(economy="DEU").sum()',
        )
    if not isinstance(value, Traced):
        # A number that hangs on none of the solution's arrays: its derivative is zero.
        zeros = {name: np.zeros(array.shape) for name, array in leaves.items()}
        return Partial(float(number.item()), zeros)
    worth = worth_of(value, leaves.values())
    return Partial(float(number.item()), dict(zip(leaves, worth, strict=True)))


def slopes(
    system: Linear, equilibrium: Equilibrium, partial: Partial
) -> tuple[dict[str, Array], int]:
    """Total derivatives by every parameter, and the passes it took."""
    solution = equilibrium.solution
    source = _source(system, equilibrium, partial)
    worth, passes = multipliers(system, source, equilibrium.baseline.table, equilibrium.options)
    of, table = partial.of, solution.table
    link = _link_worth(system, table, worth) - table.elasticity * table.share * of["share"]
    importer, exporter = worth.income[:, None, None], worth.income[None, :, None]
    received = table.receipts * worth.sales[None]
    # A higher tariff takes from the price what it pays to the importer's treasury.
    tariff = link - received - table.export_tax * table.receipts * exporter
    tariff = (tariff + table.flow * importer) / (1.0 + table.tariff) + of["tariff"]
    tax = link - received + table.receipts * exporter
    tax = tax / (1.0 + table.export_tax) + of["export_tax"]
    home = np.arange(len(worth.income))
    tariff[home, home], tax[home, home] = 0.0, 0.0
    if equilibrium.change.productivity_kind == "output":
        productivity = -worth.cost
    else:
        paid = (
            system.factor_income * worth.factor + table.value_added_share * of["value_added_share"]
        )
        productivity = -table.value_added_share * worth.technology - system.s_value_added * paid
    arrays = {"tariff": tariff, "iceberg_cost": link, "export_tax": tax}
    return {**arrays, "productivity": productivity}, passes


def _link_worth(system: Linear, table: Table, worth: Worth) -> Array:
    """Of a log cost on every link, prices and substitution: (N, N, J) [outcome]."""
    spent = system.expenditure * (worth.price + system.elasticity * worth.spending)
    income = worth.income
    sold = table.receipts * (worth.sales[None] + table.export_tax * income[None, :, None])
    taxed = table.tariff * table.flow * income[:, None, None]
    link: Array = table.share * spent[:, None, :] - table.elasticity * (sold + taxed)
    return link


def _source(system: Linear, equilibrium: Equilibrium, partial: Partial) -> Source:
    """The outcome's partial derivatives as the transposed system takes them, in logs."""
    solution, of = equilibrium.solution, partial.of
    table = solution.table
    factor = _scaled(solution.value_added_price_hat, of["value_added_price_hat"])
    if system.bill.shape[1] == 1:
        factor = factor.sum(axis=1, keepdims=True)
    final = of["final_price_hat"] * solution.final_price_hat
    share = table.share * of["share"]
    inputs = table.input_share * of["input_share"]
    return Source(
        factor=factor,
        cost=_scaled(solution.cost_hat, of["cost_hat"]),
        price=_scaled(solution.price_hat, of["price_hat"]) + table.final_share * final[:, None],
        spending=table.expenditure * of["expenditure"],
        bought=share.sum(axis=1),
        sold=share.sum(axis=0),
        share=table.value_added_share * of["value_added_share"],
        used=inputs.sum(axis=2),
        using=inputs.sum(axis=1),
        final_share=table.final_share * of["final_share"],
        value_added=of["value_added"],
        deficit=of["deficit"],
    )


def _scaled(hat: Array, worth: Array) -> Array:
    """Derivative by a log; a price that has run off to infinity stays there."""
    return np.where(np.isfinite(hat), hat, 0.0) * np.where(np.isfinite(hat), worth, 0.0)

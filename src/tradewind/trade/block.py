"""The trade block's door: labels in, labels out."""

from __future__ import annotations

from numbers import Real
from typing import cast, get_args

import xarray as xr

from tradewind.errors import InputError, ShockError
from tradewind.trade.arrays import Closure, Labour, Options, ProductivityKind
from tradewind.trade.baseline import Baseline
from tradewind.trade.equilibrium import Equilibrium, Method
from tradewind.trade.shock import Shock
from tradewind.trade.solve import solve_arrays


def solve(
    baseline: Baseline,
    shock: Shock,
    *,
    closure: Closure = "fixed",
    labour: Labour = "mobile",
    sigma_value_added: float = 1.0,
    sigma_inputs: float = 1.0,
    sigma_final: float = 1.0,
    tolerance: float = 1e-10,
    decomposition: Method = "exact",
) -> Equilibrium:
    """Solve the trade equilibrium after a shock.

    Caliendo & Parro (2015) with nested CES; see the README of this room for the equations.

    Parameters
    ----------
    baseline : Baseline
    shock : Shock
    closure : {"fixed", "balanced", "proportional"}
        Trade deficits: fixed in world value added; zero; or a fixed share of each economy's
        value added, less the world's mean so that they sum to zero.
    labour : {"mobile", "specific"}
        Labour moves between an economy's sectors (long run) or not (short run).
    sigma_value_added, sigma_inputs, sigma_final : float
        Elasticities of substitution between value added and inputs, among inputs, and among
        final goods; at least 0, 1 is Cobb–Douglas.
    tolerance : float
        Bound on the largest relative residual, between 1e-14 and 1e-3.
    decomposition : {"exact", "caliendo_parro_2015"}
        How welfare is split; computed only when asked for.

    Raises
    ------
    ShockError, InputError
        If an input is out of bounds.
    InfeasibleError
        If bans leave somebody without a good that cannot be done without.
    ConvergenceError
        If no equilibrium is found to the tolerance.
    """
    _instance("baseline", baseline, Baseline)
    _instance("shock", shock, Shock)
    _choice("closure", closure, get_args(Closure))
    _choice("labour", labour, get_args(Labour))
    _choice("decomposition", decomposition, get_args(Method))
    options = Options(closure, labour, sigma_value_added, sigma_inputs, sigma_final, tolerance)
    for name in ("sigma_value_added", "sigma_inputs", "sigma_final"):
        _between(name, getattr(options, name), 0.0, 100.0)
    _between("tolerance", tolerance, 1e-14, 1e-3)
    if closure == "balanced" and shock.deficit is not None:
        raise ShockError(
            "deficits are given and set to zero at once",
            where="deficit, closure",
            value="deficit with closure balanced",
            bound="one of them",
            remedy='leave deficit out, or use closure="fixed"',
        )
    change = shock.change(baseline.table, baseline.coords)
    solution = solve_arrays(baseline.table, change, options, baseline.labels)
    return Equilibrium(baseline, change, options, solution, decomposition)


def shock_from_policy(policy: xr.Dataset) -> Shock:
    """Read a scenario's policy dataset as a shock of this block."""
    kind: ProductivityKind = "output"
    if "productivity_hat" in policy:
        kind = policy["productivity_hat"].attrs.get("kind", "output")
    names = ("tariff", "iceberg_hat", "export_tax", "productivity_hat", "input_requirement_hat")
    unknown = [str(name) for name in policy.data_vars if name not in names]
    if unknown:
        raise ShockError(
            "the policy holds a variable that the trade block does not know",
            where="policy",
            value=", ".join(unknown),
            bound="among " + ", ".join(names),
            remedy="rename or drop it",
        )
    given = {name: policy[name] for name in names if name in policy}
    return Shock(**given, productivity_kind=kind)


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(
            f"unknown {name}",
            where=name,
            value=value,
            bound="one of " + ", ".join(allowed),
            remedy=f'for instance {name}="{allowed[0]}"',
        )


def _instance(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise InputError(
            f"{name} is not a {kind.__name__}",
            where=name,
            value=type(value).__name__,
            bound=f"a tradewind.trade.{kind.__name__}",
            remedy=f"build one: tradewind.trade.{kind.__name__}(...)",
        )


def _between(name: str, value: object, low: float, high: float) -> None:
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not (number and low <= float(cast(float, value)) <= high):
        raise ShockError(
            f"{name} is out of bounds",
            where=name,
            value=value,
            bound=f"between {low:g} and {high:g}",
            remedy="1 is Cobb–Douglas" if name.startswith("sigma") else "1e-10 is the default",
        )

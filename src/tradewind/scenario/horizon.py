"""Short run, long run, and the path between them.

What a shock does depends on how long one waits. In the first year a supplier is hard to replace, an
input even harder, and people stay in their trade; in the end all of that gives way. Two sets of
parameters stand for the ends, and elasticities move from one to the other:

    ln θ_j(h) = w ln θ_j,short + (1 − w) ln θ_j,long,   θ_j,short = min(θ_short, θ_j,long)
    ln σ(h) = u ln σ_short + (1 − u) ln σ_long
    w = exp(−h/τ_θ),   u = exp(−h/τ_σ)

with h the years since the shock: 0 is the first year, infinity the long run. θ_j,long is the
scenario's own set by sector. The path is in logarithms, since the set's long-run values are far
above the 2 that the source of θ_short and τ_θ ends at: in levels mining (9.6) would be at 3.4 after
a year, higher than that source gets in ten; in logarithms it is at 1.6.

Labour is bound to its sector until a given year and mobile after it. The trade block has no closure
in between, so there is a jump; near that year both readings are due.

Each h is one equilibrium of its own: nobody looks ahead, nothing is invested, and no year feeds the
next. It is a range of answers by how much can adjust, not a forecast year by year.

Sources: every number is in ``tables/horizon.yaml`` with unit, source, date and range.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from tradewind.errors import ScenarioError
from tradewind.scenario import parameter
from tradewind.scenario.forms import Frozen, Number
from tradewind.scenario.yaml_source import read_table

if TYPE_CHECKING:
    import xarray as xr

Labour = Literal["mobile", "specific"]
Horizon = Literal["short", "long"] | float
"""``short`` (the first year), ``long``, or years since the shock."""


class Parameter(parameter.Parameter):
    """A parameter of the horizon: above zero, a pure number or a time."""

    low: Annotated[Number, Field(gt=0.0)]
    """Lower end of the range."""
    unit: Literal["1", "year"]
    """Unit of value, low and high."""
    seen: Literal["abstract", "memory", "derived", "judgement"]
    """How the value is known; the head of the table says what the words mean."""


class Registry(Frozen):
    """The parameters of both ends and of the path."""

    trade_elasticity_short: Parameter
    trade_adjustment_years: Parameter
    sigma_value_added_short: Parameter
    sigma_value_added_long: Parameter
    sigma_inputs_short: Parameter
    sigma_inputs_long: Parameter
    sigma_final_short: Parameter
    sigma_final_long: Parameter
    substitution_adjustment_years: Parameter
    labour_moves_after_years: Parameter

    def named(self) -> Iterator[tuple[str, Parameter]]:
        """Names and parameters, in the order of the table."""
        for name in type(self).model_fields:
            yield name, getattr(self, name)


@cache
def registry() -> Registry:
    """The shipped table, read once."""
    return Registry.model_validate(read_table("horizon.yaml"))


class Structure(NamedTuple):
    """What a horizon says of inputs, final demand and labour."""

    sigma_value_added: float
    """Substitution between value added and inputs [1]."""
    sigma_inputs: float
    """Substitution among inputs [1]."""
    sigma_final: float
    """Substitution among goods in final demand [1]."""
    labour: Labour
    """``mobile`` between sectors, or ``specific``."""


@dataclass(frozen=True, eq=False)
class Assumptions:
    """All that a horizon says, as the trade block takes it.

    Attributes
    ----------
    trade_elasticity : (sector) [1]
    sigma_value_added, sigma_inputs, sigma_final : float
        Substitution elasticities [1].
    labour : {"mobile", "specific"}
    horizon_years : float
        Years since the shock; infinite in the long run.
    """

    trade_elasticity: xr.DataArray
    sigma_value_added: float
    sigma_inputs: float
    sigma_final: float
    labour: Labour
    horizon_years: float


def at(horizon: Horizon, trade_elasticity: xr.DataArray) -> Assumptions:
    """Parameters at a horizon.

    Parameters
    ----------
    horizon : {"short", "long"} or float
        The first year, the long run, or years since the shock [year], at least 0.
    trade_elasticity : (sector) [1]
        Long-run trade elasticities θ_long > 0.

    Returns
    -------
    Assumptions

    Raises
    ------
    ScenarioError
        If the horizon is no horizon, or an elasticity is not a finite number above 0.

    Examples
    --------
    >>> import xarray as xr
    >>> theta = xr.DataArray([5.0, 0.5], {"sector": ["C29", "D35"]}, "sector")
    >>> at("short", theta).trade_elasticity.values.tolist()
    [0.76, 0.5]
    >>> at(3, theta).trade_elasticity.values.round(2).tolist()
    [2.62, 0.5]
    >>> at(3, theta).labour, at("long", theta).labour
    ('specific', 'mobile')
    """
    years = years_of(horizon)
    _check_elasticity(trade_elasticity)
    elasticity = elasticity_at(years, trade_elasticity)
    return Assumptions(elasticity, *structure_at(years), horizon_years=years)


def years_of(horizon: Horizon) -> float:
    """Years since the shock [year]: 0 for ``short``, infinite for ``long``."""
    if isinstance(horizon, str) and horizon in ("short", "long"):
        return 0.0 if horizon == "short" else math.inf
    if isinstance(horizon, Real) and not isinstance(horizon, bool | np.bool_):
        # A whole number may be too large for a float.
        with suppress(OverflowError):
            if float(horizon) >= 0.0:
                return float(horizon)
    raise ScenarioError(
        "this is no horizon",
        where="horizon",
        value=repr(horizon),
        bound="'short', 'long', or a number of years, at least 0",
        remedy="give 'short' for the first year, 'long', or for example 3",
    )


def elasticity_at(years: float, long_run: xr.DataArray) -> xr.DataArray:
    """Trade elasticities (sector) [1] some years after a shock; NaN where none is above 0."""
    final = np.where(long_run.values > 0.0, long_run.values, np.nan)
    first = np.minimum(registry().trade_elasticity_short.value, final)
    left = _left(years, registry().trade_adjustment_years.value)
    # Rounding must not carry a value past the end of its path.
    return long_run.copy(data=np.minimum(first**left * final ** (1.0 - left), final))


def structure_at(years: float) -> Structure:
    """Substitution elasticities and labour some years after a shock."""
    table = registry()
    left = _left(years, table.substitution_adjustment_years.value)

    def between(short: Parameter, long: Parameter) -> float:
        return float(short.value**left * long.value ** (1.0 - left))

    return Structure(
        sigma_value_added=between(table.sigma_value_added_short, table.sigma_value_added_long),
        sigma_inputs=between(table.sigma_inputs_short, table.sigma_inputs_long),
        sigma_final=between(table.sigma_final_short, table.sigma_final_long),
        labour="specific" if years < table.labour_moves_after_years.value else "mobile",
    )


def with_defaults(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what a scenario leaves to its horizon: labour and the sigmas.

    What is given stays, and so does a horizon that is none: the schema refuses it.
    """
    filled = dict(fields)
    years = filled.get("horizon_years")
    if filled.get("horizon") is None:
        filled["horizon"] = "long" if years is None else None
    try:
        found = structure_at(years_of(filled["horizon"] if years is None else years))
    except ScenarioError:
        return filled
    return {**found._asdict(), **filled}


def share_adjusted(years: float) -> float:
    """How far trade elasticities are on their way to the long run, in logarithms [share]."""
    return 1.0 - _left(years, registry().trade_adjustment_years.value)


def _left(years: float, time_constant: float) -> float:
    return math.exp(-years / time_constant)


def _check_elasticity(trade_elasticity: xr.DataArray) -> None:
    problem, value = None, None
    # A question about export rules asks for the scenario's form alone: xarray takes a second.
    import xarray as xr

    if not isinstance(trade_elasticity, xr.DataArray) or trade_elasticity.dims != ("sector",):
        problem = "trade elasticities are not an array by sector"
        value = getattr(trade_elasticity, "dims", type(trade_elasticity).__name__)
    else:
        wrong = ~(np.isfinite(trade_elasticity.values) & (trade_elasticity.values > 0.0))
        if wrong.any():
            problem = "a trade elasticity is not a finite number above 0"
            value = trade_elasticity.values[wrong][0]
    if problem is not None:
        raise ScenarioError(
            problem,
            where="trade_elasticity",
            value=value,
            bound="a DataArray (sector) of finite numbers above 0",
            remedy="give Scenario.trade_elasticity(world) of a long-run scenario",
        )

"""The parameters of the chip market, their ranges, and draws from them.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.parameter import Parameter
from tradewind.scenario.yaml_source import read_table

Values = Mapping[str, float]
"""A number for every parameter."""


@cache
def registry() -> Mapping[str, Parameter]:
    """Every parameter by name, in the order of the table."""
    table = read_table("parameters.yaml", "tradewind.chips")
    return {name: Parameter.model_validate(entry) for name, entry in table.items()}


def central(given: Mapping[str, float] | None = None) -> dict[str, float]:
    """Take the value of every parameter, or the one given.

    Parameters
    ----------
    given : mapping of str to float, optional
        Parameters to be changed.

    Raises
    ------
    ScenarioError
        If there is no parameter of a name, or a value is outside the parameter's range: the range
        holds what one could argue for, and a result beyond it would have no source.

    Examples
    --------
    >>> central({"retirement": 0.2})["retirement"]
    0.2
    """
    values = {name: parameter.value for name, parameter in registry().items()}
    for name, value in (given or {}).items():
        if name not in values:
            raise ScenarioError(
                "the chip market has no parameter of this name",
                where=f"parameter {name!r}",
                value=name,
                bound="a name listed by `tradewind chips parameters`",
                remedy=suggestion(name, values, "see `tradewind chips parameters`"),
            )
        known = registry()[name]
        if not known.low <= value <= known.high:
            raise ScenarioError(
                "a parameter is outside its range",
                where=f"parameter {name!r}",
                value=value,
                bound=f"{known.low:g} to {known.high:g} {known.unit}",
                remedy="choose a value within, or change the table with a source",
            )
        values[name] = float(value)
    return values


def triangular(
    uniform: npt.NDArray[np.float64], low: float, value: float, high: float
) -> npt.NDArray[np.float64]:
    """Turn uniform numbers into ones between low and high, most often near the value."""
    if low == high:
        return np.full_like(uniform, value)
    split = (value - low) / (high - low)
    below = low + np.sqrt(uniform * (high - low) * (value - low))
    above = high - np.sqrt((1.0 - uniform) * (high - low) * (high - value))
    return np.where(uniform < split, below, above)


def draws(
    count: int, seed: int, given: Mapping[str, float] | None = None
) -> list[dict[str, float]]:
    """Draw parameters together: a Latin hypercube, each within its range.

    Parameters
    ----------
    count : int
        How many members.
    seed : int
        The same seed gives the same draws.
    given : mapping of str to float, optional
        Parameters that do not vary.

    Returns
    -------
    list of dict
        One mapping of all parameters per member.
    """
    from scipy.stats import qmc

    known = registry()
    uniform = qmc.LatinHypercube(d=len(known), rng=np.random.default_rng(seed)).random(count)
    columns = {
        name: triangular(uniform[:, i], parameter.low, parameter.value, parameter.high)
        for i, (name, parameter) in enumerate(known.items())
    }
    fixed = {name: central(given)[name] for name in given or ()}
    return [
        {name: float(column[member]) for name, column in columns.items()} | fixed
        for member in range(count)
    ]

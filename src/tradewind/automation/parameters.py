"""The parameters of automation, their ranges, and draws from them.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from tradewind.automation.equations import Floats
from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.parameter import Parameter
from tradewind.scenario.yaml_source import read_table

Values = Mapping[str, float]
"""A number for every parameter."""


@cache
def registry() -> Mapping[str, Parameter]:
    """Every parameter by name, in the order of the table."""
    table = read_table("parameters.yaml", "tradewind.automation")
    return {name: Parameter.model_validate(entry) for name, entry in table.items()}


def central(overrides: Mapping[str, float] | None = None) -> dict[str, float]:
    """Take the value of every parameter, or the one given.

    Parameters
    ----------
    overrides : mapping of str to float, optional
        Parameters to be changed.

    Raises
    ------
    ScenarioError
        If there is no parameter of a name, or a value is outside the parameter's range: the range
        holds what one could argue for, and a result beyond it would have no source.

    Examples
    --------
    >>> central({"exposure_slope": 0.0})["exposure_slope"]
    0.0
    """
    values = {name: parameter.value for name, parameter in registry().items()}
    for name, value in (overrides or {}).items():
        if name not in values:
            raise ScenarioError(
                "automation has no parameter of this name",
                where=f"parameter {name!r}",
                value=name,
                bound="a name of tradewind.automation.parameters.registry()",
                remedy=suggestion(name, values, "print list(registry())"),
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


def draws(
    count: int, seed: int, overrides: Mapping[str, float] | None = None
) -> list[dict[str, float]]:
    """Draw parameters together: a Latin hypercube of triangles between low, value and high.

    Parameters
    ----------
    count : int
        How many members.
    seed : int
        The same seed gives the same draws.
    overrides : mapping of str to float, optional
        Parameters that do not vary.

    Returns
    -------
    list of dict
        One mapping of all parameters per member.
    """
    from scipy.stats import qmc

    known = registry()
    uniform = qmc.LatinHypercube(d=len(known), rng=np.random.default_rng(seed)).random(count)
    columns = {name: _triangle(uniform[:, i], each) for i, (name, each) in enumerate(known.items())}
    fixed = {name: central(overrides)[name] for name in overrides or ()}
    return [
        {name: float(column[member]) for name, column in columns.items()} | fixed
        for member in range(count)
    ]


def _triangle(uniform: Floats, known: Parameter) -> Floats:
    """Turn uniform numbers into ones between low and high, most often near the value."""
    from scipy.stats import triang

    width = known.high - known.low
    mode = (known.value - known.low) / width
    return np.asarray(triang.ppf(uniform, mode, loc=known.low, scale=width))

"""The parameters of the coupling, their ranges, and those that a scenario gives.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range. Blocks keep their
own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.parameter import Parameter
from tradewind.scenario.yaml_source import read_table


@cache
def registry() -> Mapping[str, Parameter]:
    """Every parameter by name, in the order of the table."""
    table = read_table("parameters.yaml", "tradewind.coupling")
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
        If there is no parameter of a name, or a value is outside its range.

    Examples
    --------
    >>> central({"utilisation": 0.5})["utilisation"]
    0.5
    """
    values = {name: parameter.value for name, parameter in registry().items()}
    for name, value in (given or {}).items():
        if name not in values:
            raise ScenarioError(
                "the coupling has no parameter of this name",
                where=f"years.parameters.{name}",
                value=name,
                bound=", ".join(values),
                remedy=suggestion(name, values, "choose one of these"),
            )
        known = registry()[name]
        if not known.low <= value <= known.high:
            raise ScenarioError(
                "a parameter is outside its range",
                where=f"years.parameters.{name}",
                value=value,
                bound=f"{known.low:g} to {known.high:g} {known.unit}",
                remedy="choose a value within, or change the table with a source",
            )
        values[name] = float(value)
    return values

"""A block's assumptions: parameters with ranges from its own table, and draws from them.

Each block keeps ``tables/parameters.yaml``; what to do with such a table is written here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.parameter import Parameter
from tradewind.scenario.yaml_source import read_table


@dataclass(frozen=True)
class Assumptions:
    """The parameters of one block.

    Parameters
    ----------
    package : str
        Where ``tables/parameters.yaml`` stands, such as ``tradewind.capital``.
    listed : str
        What to do to see them all, for the error about a name that is not there.
    """

    package: str
    listed: str = "see its registry()"

    def registry(self) -> Mapping[str, Parameter]:
        """Every parameter by name, in the order of the table."""
        return self._known

    @cached_property
    def _known(self) -> Mapping[str, Parameter]:
        table = read_table("parameters.yaml", self.package)
        return {name: Parameter.model_validate(entry) for name, entry in table.items()}

    def central(self, overrides: Mapping[str, float] | None = None) -> dict[str, float]:
        """Take the value of every parameter, or the one given.

        Parameters
        ----------
        overrides : mapping of str to float, optional
            Parameters to be changed.

        Raises
        ------
        ScenarioError
            If there is no parameter of a name, or a value is outside its range: beyond it a result
            would have no source.
        """
        values = {name: parameter.value for name, parameter in self._known.items()}
        for name, value in (overrides or {}).items():
            if name not in values:
                raise ScenarioError(
                    "there is no parameter of this name",
                    where=f"{self.package}, parameter {name!r}",
                    value=name,
                    bound="a name of the block's tables/parameters.yaml",
                    remedy=suggestion(name, values, self.listed),
                )
            known = self._known[name]
            if not known.low <= value <= known.high:
                raise ScenarioError(
                    "a parameter is outside its range",
                    where=f"{self.package}, parameter {name!r}",
                    value=value,
                    bound=f"{known.low:g} to {known.high:g} {known.unit}",
                    remedy="choose a value within, or change the table with a source",
                )
            values[name] = float(value)
        return values

    def draws(
        self, n: int, seed: int, overrides: Mapping[str, float] | None = None
    ) -> list[dict[str, float]]:
        """Draw all parameters together: a Latin hypercube of triangles, each within its range.

        Parameters
        ----------
        n : int
            How many members.
        seed : int
            The same seed gives the same draws.
        overrides : mapping of str to float, optional
            Parameters that do not vary.
        """
        from scipy.stats import qmc

        size = len(self._known)
        uniform = qmc.LatinHypercube(d=size, rng=np.random.default_rng(seed)).random(n)
        columns = {
            name: triangular(uniform[:, i], parameter)
            for i, (name, parameter) in enumerate(self._known.items())
        }
        fixed = {name: self.central(overrides)[name] for name in overrides or ()}
        return [
            {name: float(column[member]) for name, column in columns.items()} | fixed
            for member in range(n)
        ]


def triangular(uniform: npt.NDArray[np.float64], known: Parameter) -> npt.NDArray[np.float64]:
    """Turn uniform numbers into ones within a parameter's range, most often near its value."""
    low, value, high = known.low, known.value, known.high
    if low == high:
        return np.full_like(uniform, value)
    below = low + np.sqrt(uniform * (high - low) * (value - low))
    above = high - np.sqrt((1.0 - uniform) * (high - low) * (high - value))
    return np.where(uniform < (value - low) / (high - low), below, above)

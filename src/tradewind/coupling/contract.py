"""The hand-over between steps: what a step may read, what it must write, and what a value may be.

1. A variable has one writer, the step that ``VARIABLES`` names.
2. A step sees this year's variables that it declares (``reads``) and last year's (``lagged``), no
   others.
3. It returns all that it declares to write, on the declared dimensions and labels, in the declared
   unit, and free of NaN; infinite only where that is a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from tradewind.coupling.variables import VARIABLES, writes
from tradewind.errors import CouplingError

if TYPE_CHECKING:
    from tradewind.coupling.setting import Setting

Values = Mapping[str, xr.DataArray]
"""Variables of one year by name."""


class View(Mapping[str, xr.DataArray]):
    """The variables of a year that a step declared; any other is refused.

    Parameters
    ----------
    values : mapping
    names : tuple of str
        Declared.
    step, which : str
        For the error.
    """

    def __init__(self, values: Values, names: tuple[str, ...], step: str, which: str) -> None:
        self._values, self._names, self._step, self._which = values, names, step, which

    def __getitem__(self, name: str) -> xr.DataArray:
        """Return a declared variable."""
        if name not in self._names:
            raise CouplingError(
                "a step reads what it does not declare",
                where=f"step {self._step}, variable {name!r} of {self._which}",
                value=name,
                bound=", ".join(self._names) or "nothing",
                remedy="declare it in coupling/wiring.py",
            )
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the declared names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the declared names."""
        return len(self._names)

    def array(self, name: str) -> np.ndarray:
        """Return a variable as a plain array."""
        return self[name].to_numpy()


@dataclass(frozen=True)
class Moment:
    """What a step is given.

    Attributes
    ----------
    setting : Setting
        What stays over the years.
    year : int
    base : View or None
        The base year's variables; None in the base year itself.
    last : View
        Last year's, as declared in ``lagged``.
    now : View
        This year's so far, as declared in ``reads``.
    """

    setting: Setting
    year: int
    base: View | None
    last: View
    now: View


@dataclass(frozen=True)
class Step:
    """One numbered step of the year.

    Attributes
    ----------
    number : int
    name : str
    reads : tuple of str
        Variables of this year, written by earlier steps.
    lagged : tuple of str
        Variables of last year.
    base : tuple of str
        Variables of the base year, which hats are relative to.
    run : callable
    """

    number: int
    name: str
    run: Callable[[Moment], Mapping[str, Any]]
    reads: tuple[str, ...] = ()
    lagged: tuple[str, ...] = ()
    base: tuple[str, ...] = ()

    @property
    def writes(self) -> tuple[str, ...]:
        """What it writes."""
        return writes(self.name)


def checked(step: Step, year: int, given: Mapping[str, Any], setting: Setting) -> Values:
    """Check what a step returned, and put plain arrays on labels.

    Raises
    ------
    CouplingError
        See the rules above.
    """
    for name in sorted(set(given) ^ set(step.writes)):
        missing = name in step.writes
        raise CouplingError(
            "a step does not write what it declares" if missing else "a variable has two writers",
            where=f"{year}, step {step.name}, variable {name!r}",
            value="missing" if missing else "written",
            bound=", ".join(step.writes),
            remedy="every variable has one writer, see coupling/variables.py",
        )
    return {name: _checked(name, given[name], step, year, setting) for name in step.writes}


def _checked(name: str, given: Any, step: Step, year: int, setting: Setting) -> xr.DataArray:
    variable = VARIABLES[name]
    where = f"{year}, step {step.name}, variable {name!r}"
    if isinstance(given, xr.DataArray):
        array = given.transpose(*variable.dims) if set(given.dims) == set(variable.dims) else given
        _require(array.dims == variable.dims, where, "dimensions", array.dims, variable.dims)
        unit = str(array.attrs.get("units")).replace(" ", "")
        _require(unit == variable.unit.replace(" ", ""), where, "unit", unit, variable.unit)
        for dim in variable.dims:
            held, known = array.indexes[dim], setting.axes[dim]
            same = held is known or held.equals(known)
            _require(same, where, f"labels of {dim}", len(held), f"the {len(known)} of the setting")
        values = array.to_numpy().astype(float)
    else:
        values = np.asarray(given, dtype=float)
        shape = tuple(len(setting.coords[dim]) for dim in variable.dims)
        _require(values.shape == shape, where, "shape", values.shape, shape)
    bad = np.isnan(values) if variable.infinite else ~np.isfinite(values)
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        labels = [setting.coords[d][i] for d, i in zip(variable.dims, index, strict=True)]
        raise CouplingError(
            "a block handed on a number that is none",
            where=f"{where} at {', '.join(labels) or 'its only value'}",
            value=float(values[index]),
            bound="finite",
            remedy="report this scenario as a bug; nothing was written",
        )
    return xr.DataArray(
        values,
        {dim: setting.axes[dim] for dim in variable.dims},
        variable.dims,
        attrs={"units": variable.unit, "long_name": variable.meaning},
    )


def _require(holds: bool, where: str, what: str, value: object, bound: object) -> None:
    if not holds:
        raise CouplingError(
            f"a block handed on other {what} than declared",
            where=where,
            value=value,
            bound=str(bound),
            remedy="bring block and coupling/variables.py together",
        )

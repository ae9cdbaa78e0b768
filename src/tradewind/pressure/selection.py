"""Which numbers of a table an index uses, and whom it ranks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from tradewind.errors import InputError
from tradewind.pressure.arrays import Array, Flags
from tradewind.pressure.reading import read_table
from tradewind.pressure.scale import lowest
from tradewind.pressure.spec import Indicator, Pillar, Specification
from tradewind.pressure.weights import given

if TYPE_CHECKING:
    import pandas as pd

LEAST_ECONOMIES = 3


def as_array(table: xr.DataArray | pd.DataFrame | str | Path) -> xr.DataArray:
    """Read a table from whatever names or holds it.

    Raises
    ------
    InputError
        If the labels are not (economy, indicator) or the values are no numbers.
    """
    if isinstance(table, str | Path):
        return read_table(table)
    if isinstance(table, xr.DataArray):
        array = table
    else:
        frame = table.rename_axis(index="economy", columns="indicator")
        array = xr.DataArray(frame)
    wanted = {"economy", "indicator"}
    dims = {str(dim) for dim in array.dims}
    if not wanted <= dims or dims - wanted > {"year"} or array.dtype.kind not in "fiu":
        raise InputError(
            "this is not a table of economies and indicators",
            where="table",
            value=f"{array.dtype} on {', '.join(map(str, array.dims))}",
            bound="numbers on economy and indicator, and on year if there are several",
            remedy="a data frame with economies as its index and one column an indicator",
        )
    for dim in wanted:
        labels = [str(label) for label in array[dim].values]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise InputError(
                f"an {dim} stands twice",
                where=f"table, {dim}",
                value=", ".join(twice[:5]),
                bound="each once",
                remedy="keep one of them",
            )
    return array.astype(np.float64)


def selected(
    table: xr.DataArray, spec: Specification, year: int | None
) -> tuple[xr.DataArray, Array]:
    """Take the specification's columns, each at its newest value that may still stand.

    Returns
    -------
    values : DataArray
        (economy, indicator)
    years : (economy, indicator)
        The year in which each was observed; NaN where nothing was, or the table has no years.
    """
    names = [i.name for i in spec.indicators]
    known = [str(name) for name in table["indicator"].values]
    lost = [name for name in names if name not in known]
    if lost:
        raise InputError(
            "the table lacks an indicator of the specification",
            where="table",
            value=", ".join(lost[:5]),
            bound=f"columns named as the specification's indicators; it has {', '.join(known[:8])}",
            remedy="rename the column, or leave the indicator out",
        )
    if "year" not in table.dims:
        if year is not None:
            raise InputError(
                "the table has no years",
                where="year",
                value=year,
                bound="no year for a table of one",
                remedy="leave it out",
            )
        values = table.sel(indicator=names).transpose("economy", "indicator")
        return values, np.full(values.shape, np.nan)
    known_years = table["year"].values.astype(int)
    asked = int(known_years.max()) if year is None else year
    if asked not in known_years:
        raise InputError(
            "the table does not hold this year",
            where="year",
            value=asked,
            bound=f"{known_years.min()} to {known_years.max()}",
            remedy="choose one of these",
        )
    columns, observed = [], []
    for indicator in spec.indicators:
        at = indicator.year or asked
        window = table.sel(indicator=indicator.name).transpose("economy", "year")
        numbers = np.where(
            (known_years <= at) & (known_years >= at - indicator.carry), window.values, np.nan
        )
        seen = ~np.isnan(numbers)
        newest = np.where(seen, known_years, np.iinfo(np.int64).min).argmax(axis=1)
        rows = np.arange(numbers.shape[0])
        columns.append(numbers[rows, newest])
        observed.append(np.where(seen.any(axis=1), known_years[newest], np.nan))
    values = xr.DataArray(
        np.stack(columns, axis=1),
        dims=("economy", "indicator"),
        coords={"economy": table["economy"].values, "indicator": names},
    )
    return values, np.stack(observed, axis=1)


def covered(values: xr.DataArray, spec: Specification) -> tuple[Flags, Array]:
    """Who has enough data to be ranked, and what share of it everybody has.

    Raises
    ------
    InputError
        If a column is empty, infinite, not positive under a logarithm, or the same for all that
        could be ranked, or if fewer than three economies are left.
    """
    numbers = values.values
    names = [i.name for i in spec.indicators]
    seen = ~np.isnan(numbers)
    infinite = np.asarray(np.isinf(numbers).any(axis=0))
    if infinite.any():
        _refuse_column("a value is infinite", names, infinite, "finite numbers")
    least = np.array([lowest(i) for i in spec.indicators])
    wrong = np.asarray((numbers <= least).any(axis=0))
    if wrong.any():
        _refuse_column(
            "a logarithm is asked of values that have none",
            names,
            wrong,
            "above 0 for log, above -1 for log1p",
        )
    home = [at for at, p in enumerate(spec.pillars) for _ in p.indicators]
    member = np.eye(len(spec.pillars))[home]
    overall = seen.mean(axis=1)
    by_pillar = (seen @ member) / member.sum(axis=0)
    rule = spec.coverage
    ranked = (overall >= rule.overall) & (by_pillar >= rule.pillar).all(axis=1)
    # A pillar without any value would leave the economy without a score.
    ranked &= (by_pillar > 0.0).all(axis=1)
    if ranked.sum() < LEAST_ECONOMIES:
        raise InputError(
            "too few economies have enough data to be ranked",
            where="coverage",
            value=f"{int(ranked.sum())} of {ranked.size}",
            bound=f"at least {LEAST_ECONOMIES}",
            remedy="lower the coverage that the specification asks for, or bring more data",
        )
    return ranked, overall


def with_data(
    values: xr.DataArray, ranked: Flags, spec: Specification, *, dated: bool
) -> Specification:
    """Leave out what too few of the ranked economies have, if the table has other years.

    Raises
    ------
    InputError
        If a column of a table without years has fewer than two values, or if all ranked economies
        have the same value.
    """
    numbers = values.values[ranked]
    names = [i.name for i in spec.indicators]
    if spec.weights == "given":
        # Before anything goes and the rest is scaled to one.
        levels: list[tuple[Pillar, ...] | tuple[Indicator, ...]]
        levels = [spec.pillars] if len(spec.pillars) > 1 else []
        for parts in [*levels, *(pillar.indicators for pillar in spec.pillars)]:
            given([part.weight for part in parts], [part.name for part in parts])
    seen = ~np.isnan(numbers)
    thin = seen.sum(axis=0) < 2
    if thin.any() and not dated:
        _refuse_column("a column has no values to compare", names, thin, "at least two values")
    if dated:
        thin |= seen.mean(axis=0) < spec.coverage.indicator
    # Goalposts give even a constant column a meaning; nothing else does.
    if set(spec.choices("normalisation")) != {"goalposts"}:
        filled = np.where(thin, np.arange(float(len(numbers)))[:, None], numbers)
        constant = np.asarray(np.nanmin(filled, axis=0) == np.nanmax(filled, axis=0))
        if constant.any():
            _refuse_column(
                "a column has the same value everywhere, so it orders nobody",
                names,
                constant,
                "at least two different values",
            )
    return spec.only([name for name, out in zip(names, thin, strict=True) if not out])


def _refuse_column(problem: str, names: list[str], which: Flags, bound: str) -> None:
    raise InputError(
        problem,
        where="table, column " + ", ".join(np.array(names)[which].tolist()[:5]),
        value=f"{int(which.sum())} such columns",
        bound=bound,
        remedy="correct the column, or leave the indicator out of the specification",
    )


def balanced(
    table: xr.DataArray, spec: Specification, years: Sequence[int]
) -> tuple[Specification, list[str]]:
    """Indicators that every year has, and economies that are ranked by them in every year.

    Raises
    ------
    InputError
    """
    names, seen = [i.name for i in spec.indicators], []
    for year in years:
        values, _ = selected(table, spec, year)
        seen.append(~np.isnan(values.values))
    counts = np.array([known.sum(axis=0) for known in seen])
    # Half of what it has at its best: an indicator that is only beginning is not there yet.
    steady = (counts >= 2) & (counts >= 0.5 * counts.max(axis=0))
    kept = [name for name, there in zip(names, steady.all(axis=0), strict=True) if there]
    if not kept:
        raise InputError(
            "no indicator of this index has values in every year",
            where="years",
            value=f"{min(years)} to {max(years)}",
            bound="at least one indicator with values in all of them",
            remedy="ask for fewer years, or raise `carry` in the specification",
        )
    chosen = spec.only(kept)
    ranked = np.ones(table.sizes["economy"], dtype=bool)
    for year in years:
        ranked &= covered(selected(table, chosen, year)[0], chosen)[0]
    return chosen, table["economy"].values[ranked].tolist()

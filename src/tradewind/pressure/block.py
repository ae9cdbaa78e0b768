"""Labels in, labels out: an index with the interval of every rank.

See README.md of this room for the equations and `docs/pressure.md` for how to read an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from tradewind.errors import InputError
from tradewind.pressure.arrays import Array, Flags
from tradewind.pressure.draws import Sampler
from tradewind.pressure.engine import Engine
from tradewind.pressure.ladder import order, rungs, told_apart
from tradewind.pressure.reading import from_mapping, read_table, specification
from tradewind.pressure.spec import Specification
from tradewind.pressure.uncertainty import (
    Progress,
    Ranks,
    Shares,
    monte_carlo,
    rank,
    silent,
    sobol,
)

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 10_000
BASE = 512
"""Points of the design behind the variance shares, a power of two."""
LEAST_ECONOMIES = 3


def index(
    table: xr.DataArray | pd.DataFrame | str | Path,
    spec: Specification | Mapping[str, Any] | str | Path,
    *,
    year: int | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    base: int = BASE,
    progress: Progress = silent,
) -> xr.Dataset:
    """Score and rank economies, with the interval that every choice of method leaves.

    Parameters
    ----------
    table : DataArray, DataFrame or path
        (economy, indicator), or (economy, indicator, year) with ``year``; NaN or an empty cell
        where nothing was observed. Of a data frame the index names the economies.
    spec : Specification, mapping, path or name
        What is measured and how; see `tradewind.pressure.spec`.
    year : int, optional
        Year asked for, if the table has years.
    draws : int
        Monte-Carlo draws; 0 leaves out every interval.
    seed : int
        The same seed gives the same result, on any number of cores.
    base : int
        Design points of the variance shares, a power of two; 0 leaves them out.
    progress : callable
        Told how many draws are done, and of how many.

    Returns
    -------
    Dataset
        On ``economy`` (ranked, from the top of the ladder down): ``score``, ``rank`` by the index's
        own method; ``rank_median``, ``rank_low`` and ``rank_high`` (5 and 95 % of the draws; low is
        the better), ``rung``, ``surely_below`` and ``surely_above`` (how many are). On
        ``indicator``: ``value`` as observed, ``used`` after filling, ``imputed``,
        ``observed_year``, ``normalised``, ``weight``, ``drive`` (what the score would lose at the
        median). ``pillar_score``; ``rank_share`` (economy, place); ``above`` (economy, other);
        ``coverage`` (candidate); ``first_share``, ``total_share`` (source) with bounds, and
        ``economy_share`` (economy, source).

    Raises
    ------
    InputError
        If the specification or the table is refused.
    """
    chosen = as_specification(spec)
    values, years = selected(as_array(table), chosen, year)
    ranked, coverage = covered(values, chosen)
    engine = Engine(chosen, _transformed(values.values[ranked], chosen))
    outputs = _scores(engine, values, years, ranked)
    outputs = outputs.assign_coords(candidate=values["economy"].values)
    outputs["coverage"] = ("candidate", coverage)
    outputs["ranked"] = ("candidate", ranked)
    outputs = outputs.assign_attrs(_facts(chosen, year, draws, seed, base))
    if not draws:
        return outputs.isel(economy=np.argsort(outputs["rank"].values, kind="stable"))
    sampler = Sampler(engine, seed)
    base = base if engine.active else 0
    total = draws + base * (len(engine.active) + 2)
    found = monte_carlo(sampler, draws, progress=lambda done, _: progress(done, total))
    outputs, ordered = _with_ranks(outputs, found)
    if base:
        parts = sobol(sampler, base, progress=lambda done, _: progress(draws + done, total))
        outputs = _with_shares(outputs, parts)
    return outputs.isel(economy=ordered)


def _with_ranks(outputs: xr.Dataset, found: Ranks) -> tuple[xr.Dataset, NDArray[np.intp]]:
    """Put ranks, intervals and rungs on labels; say in which order economies stand."""
    low, high = found.interval()
    below, above = told_apart(low, high)
    median, codes = found.median(), outputs["economy"].values.tolist()
    ordered = order(median, found.ranks.mean(axis=0), codes)
    columns = {
        "rank_median": median,
        "rank_low": low,
        "rank_high": high,
        "rung": rungs(low, high, ordered),
        "surely_below": below,
        "surely_above": above,
    }
    outputs = outputs.assign({name: ("economy", values) for name, values in columns.items()})
    outputs = outputs.assign_coords(place=np.arange(1, median.size + 1), other=codes)
    outputs["rank_share"] = (("economy", "place"), found.shares())
    outputs["above"] = (("economy", "other"), found.above())
    return outputs, ordered


def _with_shares(outputs: xr.Dataset, parts: Shares) -> xr.Dataset:
    """Put the shares of variance on labels."""
    outputs = outputs.assign_coords(source=list(parts.sources))
    for name, share, bounds in (
        ("first_share", parts.first, parts.first_bounds),
        ("total_share", parts.total, parts.total_bounds),
    ):
        outputs[name] = ("source", share)
        outputs[f"{name}_low"], outputs[f"{name}_high"] = (("source", end) for end in bounds)
    outputs["economy_share"] = (("economy", "source"), parts.by_economy)
    return outputs


def history(
    table: xr.DataArray,
    spec: Specification | Mapping[str, Any] | str | Path,
    years: Sequence[int],
    *,
    draws: int = 1000,
    seed: int = 1,
    progress: Progress = silent,
) -> xr.Dataset:
    """Repeat an index year by year.

    Goalposts keep the meaning of a score over the years; with another normalisation only ranks can
    be compared.

    Returns
    -------
    Dataset
        ``score``, ``rank``, ``rank_median``, ``rank_low``, ``rank_high``, ``rung`` on
        (economy, year), NaN where the economy is not ranked, and ``dispersion`` (year), the
        standard deviation of the scores of economies that are ranked in every year.
    """
    chosen = as_specification(spec)
    kept = ("score", "rank", "rank_median", "rank_low", "rank_high", "rung")
    found = []
    for done, year in enumerate(years):
        one = index(table, chosen, year=year, draws=draws, seed=seed, base=0)
        found.append(one[[name for name in kept if name in one]].astype(np.float64))
        progress(done + 1, len(years))
    whole = xr.concat(found, dim="year", join="outer").assign_coords(year=list(years))
    whole["dispersion"] = whole["score"].dropna("economy").std("economy")
    return whole.transpose("economy", "year").assign_attrs(_facts(chosen, None, draws, seed, 0))


def as_specification(spec: Specification | Mapping[str, Any] | str | Path) -> Specification:
    """Read a specification from whatever names or holds it."""
    if isinstance(spec, Specification):
        return spec
    return from_mapping(spec) if isinstance(spec, Mapping) else specification(spec)


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
    if np.isinf(numbers).any():
        _refuse_column(
            "a value is infinite", names, np.isinf(numbers).any(axis=0), "finite numbers"
        )
    seen = ~np.isnan(numbers)
    if not seen.any(axis=0).all():
        _refuse_column("a column has no values", names, ~seen.any(axis=0), "at least two values")
    logged = np.array([i.transform == "log" for i in spec.indicators])
    wrong = logged & (np.where(seen, numbers, 1.0) <= 0.0).any(axis=0)
    if wrong.any():
        _refuse_column(
            "a logarithm is asked of values that are not positive", names, wrong, "above zero"
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
    _require_variation(numbers[ranked], spec, names)
    return ranked, overall


def _require_variation(numbers: Array, spec: Specification, names: list[str]) -> None:
    few = (~np.isnan(numbers)).sum(axis=0) < 2
    if few.any():
        _refuse_column(
            "a column has fewer than two values among ranked economies", names, few, "two or more"
        )
    # Goalposts give even a constant column a meaning; nothing else does.
    if set(spec.choices("normalisation")) != {"goalposts"}:
        constant = np.nanmin(numbers, axis=0) == np.nanmax(numbers, axis=0)
        if constant.any():
            _refuse_column(
                "a column has the same value everywhere, so it orders nobody",
                names,
                constant,
                "at least two different values",
            )


def _refuse_column(problem: str, names: list[str], which: Flags, bound: str) -> None:
    raise InputError(
        problem,
        where="table, column " + ", ".join(np.array(names)[which].tolist()[:5]),
        value=f"{int(which.sum())} such columns",
        bound=bound,
        remedy="correct the column, or leave the indicator out of the specification",
    )


def _transformed(numbers: Array, spec: Specification) -> Array:
    logged = np.array([i.transform == "log" for i in spec.indicators])
    return np.where(logged, np.log(np.where(logged, numbers, 1.0)), numbers)


def _scores(engine: Engine, values: xr.DataArray, years: Array, ranked: Flags) -> xr.Dataset:
    """Everything that the index's own method gives, on labels."""
    spec = engine.spec
    pairs = ("economy", "indicator")
    filled = engine.fills[spec.missing][0]
    used = np.where(engine.logged, np.exp(np.where(engine.logged, filled, 0.0)), filled)
    scores = engine.own_scores
    weights = np.broadcast_to(engine.own_weights, engine.values.shape)
    observed = values.values[ranked]
    return xr.Dataset(
        {
            "score": ("economy", scores),
            "rank": ("economy", rank(scores, spec.better)),
            "value": (pairs, observed),
            "used": (pairs, np.where(np.isnan(observed), used, observed)),
            "imputed": (pairs, np.isnan(observed)),
            "observed_year": (pairs, years[ranked]),
            "normalised": (pairs, engine.reference),
            "weight": (pairs, weights),
            "drive": (pairs, engine.drives),
            "pillar_score": (("economy", "pillar"), engine.pillar_scores),
            "pillar_of": ("indicator", [p.name for p in spec.pillars for _ in p.indicators]),
            "title_of": ("indicator", [i.title for i in spec.indicators]),
            "unit_of": ("indicator", [i.unit for i in spec.indicators]),
            "source_of": ("indicator", [i.source for i in spec.indicators]),
            "direction_of": ("indicator", [i.direction for i in spec.indicators]),
            "reason_of": ("indicator", [i.reason for i in spec.indicators]),
            "pillar_title": ("pillar", [p.title for p in spec.pillars]),
        },
        coords={
            "economy": values["economy"].values[ranked],
            "indicator": [i.name for i in spec.indicators],
            "pillar": [p.name for p in spec.pillars],
        },
    )


def _facts(
    spec: Specification, year: int | None, draws: int, seed: int, base: int
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "index": spec.name,
        "title": spec.title,
        "description": spec.description,
        "measure": spec.measure,
        "draws": draws,
        "seed": seed,
        "design_points": base,
        "coverage_overall": spec.coverage.overall,
        "coverage_pillar": spec.coverage.pillar,
        "coverage_reason": spec.coverage.reason,
        "missing_data": list(spec.missing_data),
    }
    for what in ("normalisation", "outliers", "missing", "weights", "aggregation"):
        facts[what] = ", ".join(spec.choices(what))
    return facts | ({"year": year} if year is not None else {})

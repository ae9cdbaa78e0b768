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

from tradewind.pressure.arrays import Array, Flags
from tradewind.pressure.draws import Sampler
from tradewind.pressure.engine import Engine
from tradewind.pressure.ladder import order, rungs, told_apart
from tradewind.pressure.reading import from_mapping, specification
from tradewind.pressure.scale import from_scale, to_scale
from tradewind.pressure.selection import as_array, balanced, covered, selected, with_data
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
    whole = as_specification(spec)
    values, years = selected(as_array(table), whole, year)
    ranked, coverage = covered(values, whole)
    chosen = with_data(values, ranked, whole, dated=not np.isnan(years).all())
    names = [i.name for i in chosen.indicators]
    years = years[:, [name in names for name in values["indicator"].values]]
    values = values.sel(indicator=names)
    engine = Engine(chosen, to_scale(values.values[ranked], chosen.indicators))
    outputs = _scores(engine, values, years, ranked)
    outputs = outputs.assign_coords(candidate=values["economy"].values)
    outputs["coverage"] = ("candidate", coverage)
    outputs["ranked"] = ("candidate", ranked)
    facts = _facts(chosen, year, draws, seed, base) | _left_out(whole, chosen)
    outputs = outputs.assign_attrs(facts)
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
    """Repeat an index year by year, on what all years have.

    Only indicators that every year has are used, and only economies that are ranked in every year
    are: else a change of rank could be a change of data. So the last year differs a little from
    `index` of that year. Goalposts keep the meaning of a score over the years; with another
    normalisation only ranks can be compared. The benefit of the doubt is no alternative here: its
    linear programmes, one an economy, year and normalisation, would take most of the time.

    Parameters
    ----------
    table : DataArray
        (economy, indicator, year), NaN where nothing was observed.
    spec : Specification, mapping, path or name
        What is measured and how.
    years : sequence of int
        Years asked for.
    draws : int
        Monte-Carlo draws of each year.
    seed : int
        The same in every year.
    progress : callable
        Told how many years are done, and of how many.

    Returns
    -------
    Dataset
        ``score``, ``rank``, ``rank_median``, ``rank_low``, ``rank_high``, ``rung`` on
        (economy, year), and ``dispersion`` (year), the standard deviation of scores. Its attributes
        name the indicators that were ``left_out``.

    Raises
    ------
    InputError
        As `index`, or if no indicator is there in every year.
    """
    whole, array = as_specification(spec), as_array(table)
    chosen, panel = balanced(array, _without_doubt(whole), years)
    kept = ("score", "rank", "rank_median", "rank_low", "rank_high", "rung")
    found = []
    for done, year in enumerate(years):
        one = index(array.sel(economy=panel), chosen, year=year, draws=draws, seed=seed, base=0)
        one = one[[name for name in kept if name in one]].astype(np.float64)
        found.append(one.sortby("economy"))
        progress(done + 1, len(years))
    joined = xr.concat(found, dim="year").assign_coords(year=list(years))
    joined["dispersion"] = joined["score"].std("economy")
    facts = _facts(chosen, None, draws, seed, 0) | _left_out(whole, chosen)
    return joined.transpose("economy", "year").assign_attrs(facts)


def _without_doubt(spec: Specification) -> Specification:
    rest = tuple(scheme for scheme in spec.uncertainty.weights if scheme != "doubt")
    fewer = spec.uncertainty.model_copy(update={"weights": rest})
    return spec.model_copy(update={"uncertainty": fewer})


def as_specification(spec: Specification | Mapping[str, Any] | str | Path) -> Specification:
    """Read a specification from whatever names or holds it."""
    if isinstance(spec, Specification):
        return spec
    return from_mapping(spec) if isinstance(spec, Mapping) else specification(spec)


def _scores(engine: Engine, values: xr.DataArray, years: Array, ranked: Flags) -> xr.Dataset:
    """Everything that the index's own method gives, on labels."""
    spec = engine.spec
    pairs = ("economy", "indicator")
    filled = engine.fills[spec.missing][0]
    used = from_scale(filled, spec.indicators)
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


def _left_out(whole: Specification, chosen: Specification) -> dict[str, list[str]]:
    kept = {i.name for i in chosen.indicators}
    lost = [i for i in whole.indicators if i.name not in kept]
    return {"left_out": [i.name for i in lost], "left_out_titles": [i.title for i in lost]}


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

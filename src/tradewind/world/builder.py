"""Make the shipped world from the raw sources: read, check, balance, roll forward, describe.

Balancing and rolling forward belong to the trade block, which stands above this package; they come
in as arguments, so that imports run one way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import xarray as xr

from tradewind.errors import SourceError
from tradewind.world import held_out, provenance, rolling
from tradewind.world.rolling import Roll
from tradewind.world.sources import (
    elasticities,
    tariff_war_2018,
    us_tariffs,
    wdi,
    wdi_trade,
    wiod,
)
from tradewind.world.sources.reading import Citation
from tradewind.world.world import World

Balance = Callable[[xr.Dataset], xr.Dataset]
Report = Callable[[str], None]
DEFAULT_SET = elasticities.SETS[0]
BALANCED_VARIABLES = (
    *("expenditure_share", "expenditure", "value_added_share", "input_share"),
    *("final_share", "tariff", "value_added", "deficit"),
)


READERS: dict[str, ModuleType] = {
    "trade table (WIOD 2014)": wiod,
    "trade elasticities": elasticities,
    "US tariffs by partner, date and chapter": us_tariffs,
    "tariffs of 2018 and 2019": tariff_war_2018,
    "GDP and population": wdi,
    "exports, imports and high technology": wdi_trade,
}
DESCRIBED: tuple[tuple[ModuleType, dict[str, provenance.Meaning], str], ...] = (
    (elasticities, provenance.ELASTICITY, "2022 (estimates)"),
    (us_tariffs, provenance.US_TARIFFS, "2025"),
    (tariff_war_2018, provenance.TARIFF_WAR, "2019"),
    (wdi, provenance.MACRO, "2000 to 2025"),
    (wdi_trade, provenance.FOREIGN_TRADE, "2000 to 2025"),
)


def silent(step: str) -> None:
    """Report nothing."""


def build(sources: str | Path, balance: Balance, roll: Roll, *, report: Report = silent) -> World:
    """Make the world ``wiod2014`` from the raw sources, with the states of later years.

    Parameters
    ----------
    sources : path
        Folder that holds ``trade`` and ``indicators`` (see the data page of the documentation).
    balance : callable
        Takes raw flows, tariffs, shares and elasticities, and returns the balanced baseline
        (``tradewind.trade.balanced_dataset``).
    roll : callable
        Takes the balanced baseline and what a later year asks of it, and returns its state
        (``tradewind.trade.rolled_state``).
    report : callable, optional
        Told the name of each step.

    Returns
    -------
    World

    Raises
    ------
    SourceError
        If a source is missing, truncated or changed; the message names file, line and bound.
    """
    folder = Path(sources)
    if not folder.is_dir():
        raise SourceError(
            "the folder of sources does not exist",
            where=str(folder),
            remedy="let --sources be the folder of trade/, indicators/, compute/ and facts/",
        )
    read = {}
    for title, source in READERS.items():
        report(title)
        read[source] = source.read(folder)
    report("balancing")
    raw, elasticity = read[wiod][0], read[elasticities][0]["trade_elasticity"]
    baseline = balanced(raw, elasticity.sel(elasticity_set=DEFAULT_SET), balance)
    parts = [
        describe_baseline(baseline),
        *(
            provenance.describe(read[source][0], meanings, source.CITATION, year)
            for source, meanings, year in DESCRIBED
        ),
    ]
    data = xr.merge(parts, join="exact", combine_attrs="override")
    data.attrs = {
        "name": "wiod2014",
        "title": "World Input-Output Table 2014 with tariffs to 2026",
        "base_year": wiod.BASE_YEAR,
        "built_by": f"tradewind world build (tradewind {version('tradewind')})",
        "sources_sha256": json.dumps({key(s): sha256 for s, (_, _, sha256) in read.items()}),
        "measured": json.dumps({key(s): measured for s, (_, measured, _) in read.items()}),
        "balancing": json.dumps(balancing_record(baseline)),
    }
    report("rolling forward")
    return World(with_states(data, roll))


def with_states(data: xr.Dataset, roll: Roll) -> xr.Dataset:
    """Add the states of later years, and how they do on facts that were held out."""
    elasticity = data["trade_elasticity"].sel(elasticity_set=DEFAULT_SET, drop=True)
    baseline = data[list(BALANCED_VARIABLES)].assign(trade_elasticity=elasticity)
    found = rolling.states(data, baseline, roll)
    whole = xr.merge([data, found], join="exact", combine_attrs="override")
    comparisons = held_out.compare(data, rolling.rolled(whole, held_out.YEAR))
    return whole.assign_attrs(held_out=held_out.to_text(comparisons))


def key(source: ModuleType) -> str:
    """Name of a source in the records: that of its reader."""
    return source.__name__.rpartition(".")[2]


def balanced(raw: xr.Dataset, elasticity: xr.DataArray, balance: Balance) -> xr.Dataset:
    """Run the balancing step and keep the variables of a baseline."""
    result = balance(raw.assign(trade_elasticity=elasticity.drop_vars("elasticity_set")))
    return result[list(BALANCED_VARIABLES)]


def balancing_record(balanced: xr.Dataset) -> dict[str, int | float | str]:
    """What the balancing step says it did, from the attributes of its result."""
    return {
        str(name): value
        for name, value in balanced.attrs.items()
        if isinstance(value, int | float | str)
    }


def describe_baseline(baseline: xr.Dataset) -> xr.Dataset:
    """Attach units, year, source and licence to the balanced trade variables."""
    citation = Citation(wiod.CITATION.source + provenance.BALANCED, wiod.CITATION.licence)
    return provenance.describe(baseline, provenance.TRADE, citation, str(wiod.BASE_YEAR))

"""Read a user's own multi-regional input-output table through pymrio and make a world of it.

The table's regions become economies and its sectors stay. Like the shipped world it uses one
origin share for all uses of a good: deliveries to intermediate and to final use are added up by
origin before shares are taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tradewind.errors import InputError
from tradewind.world import provenance
from tradewind.world.builder import BALANCED_VARIABLES, Balance, balancing_record
from tradewind.world.mrio_table import convert
from tradewind.world.sources.reading import Citation
from tradewind.world.units import FLOW
from tradewind.world.world import World

CURRENCIES = ("USD", "EUR")
FORMATS = ("oecd", "wiod", "exiobase", "test")
NEGATIVES = ("refuse", "zero")
OWN_SET = "given"


def read_mrio(
    path: str | Path | None,
    format: str,
    *,
    negatives: str = "refuse",
    year: int | None = None,
) -> xr.Dataset:
    """Read a table as the raw dataset that the balancing step takes.

    Parameters
    ----------
    path : path or None
        File or folder as pymrio's parser of the format wants it; ignored by ``test``.
    format : {"oecd", "wiod", "exiobase", "test"}
        ``test`` is pymrio's own example of 6 regions and 8 sectors.
    negatives : {"refuse", "zero"}
        What to do with flows that stock changes make negative: refuse the table, or set them to
        zero. Either way their number and value are reported (attributes ``negative_*``).
    year : int, optional
        Year of the table, for parsers that read one of several files.

    Returns
    -------
    raw : xarray.Dataset
        ``flow(importer, exporter, sector)`` [the table's money / year], ``tariff`` [rate, zero],
        ``value_added_share(economy, sector)``, ``input_share(economy, input_sector, sector)``.

    Raises
    ------
    InputError
        If pymrio is not installed, the format is unknown, the file cannot be read, a flow is
        negative (unless set to zero), or a sector spends more on inputs than it sells.
    """
    for field, value, known in (("format", format, FORMATS), ("negatives", negatives, NEGATIVES)):
        if value not in known:
            raise InputError(
                "an option of the import is unknown",
                where=f"field {field}",
                value=value,
                bound=f"one of {', '.join(known)}",
                remedy="see `tradewind world import --help`",
            )
    table = load(path, format, year)
    where = str(path) if format != "test" else "pymrio's test table"
    return convert(table.Z, table.Y, where, negatives).assign_attrs(money_unit(table, where))


def load(path: str | Path | None, format: str, year: int | None) -> Any:
    """Let pymrio parse the file."""
    try:
        pymrio: Any = import_module("pymrio")
    except ImportError as error:
        raise InputError(
            "reading input-output tables needs the package pymrio, which is not installed",
            where="tradewind world import",
            remedy="pip install tradewind[mrio]",
        ) from error
    if format == "test":
        return pymrio.load_test()
    if path is None or not Path(path).exists():
        raise InputError(
            "there is no input-output table at this path",
            where=str(path),
            bound="an existing file or folder",
            remedy="give the folder or file as downloaded from the publisher",
        )
    try:
        if format == "oecd":
            return pymrio.parse_oecd(str(path), year=year)
        if format == "wiod":
            return pymrio.parse_wiod(str(path), year=year)
        return pymrio.parse_exiobase3(str(path))
    except Exception as error:  # parsers of three publishers raise whatever their readers raise
        raise InputError(
            f"pymrio could not read this as a table in the format {format!r}",
            where=str(path),
            value=f"{type(error).__name__}: {error}",
            remedy="check the format and that the download is complete",
        ) from error


def money_unit(table: Any, where: str) -> dict[str, str]:
    """Return a pymrio table's unit as one that our registry reads; the formats are in millions."""
    written = str(table.unit.iloc[0, 0]) if getattr(table, "unit", None) is not None else "none"
    for currency in CURRENCIES:
        if currency in written.upper():
            return {"units": f"{currency} million / year", "units_in_table": written}
    raise InputError(
        "the table's unit is not money that this reader knows",
        where=f"{where}, unit",
        value=written,
        bound=f"{' million or '.join(CURRENCIES)} million",
        remedy="convert the table with pymrio first",
    )


def elasticities(given: float | Mapping[str, float], sectors: list[str]) -> xr.DataArray:
    """Trade elasticities from one value or one a sector: (sector,) [1].

    Raises
    ------
    InputError
        If a sector has none, a name is unknown, or a value is not above zero.
    """
    table = dict(given) if isinstance(given, Mapping) else dict.fromkeys(sectors, float(given))
    for problem, odd in (
        ("a sector has no trade elasticity", [s for s in sectors if s not in table]),
        (
            "a trade elasticity is given for an unknown sector",
            [s for s in table if s not in sectors],
        ),
        (
            "a trade elasticity is not a positive number",
            [s for s, value in table.items() if not 0 < value < np.inf],
        ),
    ):
        if odd:
            raise InputError(
                problem,
                where=f"field trade_elasticity, sector {odd[0]}",
                value=table.get(odd[0], "nothing"),
                bound=f"a number above 0 for each of {', '.join(sectors)}",
                remedy="give one number for all sectors, or one for each",
            )
    values = [float(table[sector]) for sector in sectors]
    return xr.DataArray(values, coords={"sector": sectors}, dims="sector", name="trade_elasticity")


def world_from_mrio(
    raw: xr.Dataset,
    balance: Balance,
    *,
    name: str,
    base_year: int,
    trade_elasticity: float | Mapping[str, float],
    source: str = "the user's own input-output table",
    licence: str = "as the table's publisher states",
    report: Callable[[str], None] | None = None,
) -> World:
    """Balance a raw table and make a world of it.

    Parameters
    ----------
    raw : xarray.Dataset
        From ``read_mrio``; tariffs may be replaced before.
    balance : callable
        ``tradewind.trade.balanced_dataset``.
    name, base_year : str, int
        Of the new world.
    trade_elasticity : float or mapping of sector to float
    source, licence : str
        Written on every variable.
    """
    if report is not None:
        report("balancing")
    elasticity = elasticities(trade_elasticity, [str(code) for code in raw["sector"].values])
    result = balance(raw.assign(trade_elasticity=elasticity))
    data = result[list(BALANCED_VARIABLES)].assign(
        trade_elasticity=elasticity.expand_dims(elasticity_set=[OWN_SET])
    )
    meanings = {**provenance.TRADE, **provenance.ELASTICITY}
    units = {FLOW: str(raw.attrs.get("units", FLOW))}
    data = provenance.describe(
        data, meanings, Citation(source, licence), str(base_year), units=units
    )
    data["trade_elasticity"].attrs["note"] = "given by the user"
    data.attrs = {
        "name": name,
        "title": f"{name} ({base_year})",
        "base_year": base_year,
        "built_by": f"tradewind world import (tradewind {version('tradewind')})",
        "measured": json.dumps({"table": raw.attrs}),
        "balancing": json.dumps(balancing_record(result)),
    }
    return World(data)

"""The chip market's history and facts as tables: sales, owners, clusters, prices, parameters.

Every table is a small file in ``data/compute`` with a line in ``provenance``: source, licence,
year, unit and the SHA-256 of what was read. ``accelerators.catalogue`` gives the chips one by one,
without pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import pandas as pd

from tradewind.errors import InputError
from tradewind.world.compute_build import MEANINGS

READ_AS = {
    "accelerators": "accelerators",
    "marks": "accelerator_marks",
    "sales": "chip_sales",
    "china_sales": "china_sales",
    "owners": "owner_sales",
    "clusters": "clusters_by_country",
    "prices": "chip_prices",
    "leakage": "leakage",
    "china_supply": "china_supply",
    "parameters": "parameters",
    "gdp": "gdp_by_country",
    "provenance": "provenance",
    "measured": "measured",
}
"""Attribute of ``ComputeData``: file without its ending."""
INDEX = {"parameters": "parameter", "provenance": "table"}


@dataclass(frozen=True)
class ComputeData:
    """Tables of the chip market; a cell that the source leaves empty is NaN, never filled.

    Attributes
    ----------
    accelerators, marks : pandas.DataFrame
        The catalogue as a table, and remarks on its figures.
    sales, china_sales : pandas.DataFrame
        ``quarter`` (2024Q1), ``chip`` (key of the catalogue), ``vendor``, ``units``, ``h100e`` with
        ``_low`` and ``_high`` (5 and 95 %), ``complete`` (whether the whole quarter is in),
        ``basis`` (``quarter``, or ``year / 4`` where a year was divided). The world holds China.
    owners : pandas.DataFrame
        ``owner``, ``chip``, ``vendor``, ``year`` and the same numbers, added up over ``quarters``.
    clusters : pandas.DataFrame
        ``country`` (ISO 3166 alpha-3), ``year`` of first operation, ``clusters``, ``h100e``.
    prices, leakage, china_supply : pandas.DataFrame
        Single figures with range, unit, source and how each was ``seen``.
    parameters : pandas.DataFrame
        Indexed by parameter: ``value``, ``low``, ``high``, ``unit``, ``equation``, ``source`` and
        ``seen``.
    gdp : pandas.DataFrame
        ``country``, ``year``, ``gdp_usd_million``, ``how``.
    provenance : pandas.DataFrame
        Indexed by table: title, year, unit, source, licence, sha256, rows, note.
    measured : pandas.DataFrame
        What was counted or compared while building: ``source``, ``what``, ``value``.

    Examples
    --------
    >>> data = ComputeData.default()
    >>> float(data.parameters.loc["smic_yield_7_nm_class", "value"])
    0.35
    """

    accelerators: pd.DataFrame
    marks: pd.DataFrame
    sales: pd.DataFrame
    china_sales: pd.DataFrame
    owners: pd.DataFrame
    clusters: pd.DataFrame
    prices: pd.DataFrame
    leakage: pd.DataFrame
    china_supply: pd.DataFrame
    parameters: pd.DataFrame
    gdp: pd.DataFrame
    provenance: pd.DataFrame
    measured: pd.DataFrame

    @classmethod
    def default(cls) -> ComputeData:
        """The tables that ship with the package."""
        with as_file(files("tradewind.world").joinpath("data", "compute")) as folder:
            return cls.load(folder)

    @classmethod
    def load(cls, folder: str | Path) -> ComputeData:
        """Read the tables that ``tradewind world build`` wrote into a folder.

        Raises
        ------
        InputError
            If a table is missing or cannot be read.
        """
        return cls(**{name: read_table(Path(folder), name) for name in READ_AS})


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table; yes and no become booleans."""
    path = folder / f"{READ_AS[name]}.csv"
    try:
        table = pd.read_csv(
            path, keep_default_na=False, na_values=[""], true_values=["yes"], false_values=["no"]
        )
    except (OSError, ValueError) as error:
        raise InputError(
            "a table of the chip market cannot be read",
            where=str(path),
            value=f"{type(error).__name__}: {error}",
            bound=f"the tables {', '.join(MEANINGS)}",
            remedy="make them again with `tradewind world build`",
        ) from error
    estimates = [column for column in table if str(column).startswith(("units", "h100e"))]
    table = table.astype(dict.fromkeys(estimates, float))
    return table.set_index(INDEX[name]) if name in INDEX else table

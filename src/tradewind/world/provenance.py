"""What every variable is, its unit, its year, where it comes from, and under which licence.

``describe`` writes these onto a dataset when a world is built; ``rows`` reads them back for the
documentation and for ``tradewind world show``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tradewind.world.sources.reading import Citation
from tradewind.world.units import FLOW, SHARE

if TYPE_CHECKING:
    import xarray as xr

ATTRIBUTES = ("long_name", "units", "year", "source", "licence")
BALANCED = "; balanced by one solve of the trade block so that no shock changes nothing"


@dataclass(frozen=True)
class Provenance:
    """One line of the provenance table."""

    variable: str
    dims: str
    units: str
    year: str
    long_name: str
    source: str
    licence: str
    note: str = ""


@dataclass(frozen=True)
class Meaning:
    """What a variable is, apart from where it comes from."""

    long_name: str
    units: str
    note: str = ""
    missing: str = ""
    year: str = ""


TRADE = {
    "expenditure_share": Meaning(
        "share of each exporter in what an importer spends on a sector's goods", SHARE
    ),
    "expenditure": Meaning("spending on a sector's goods, gross of tariffs", FLOW),
    "value_added_share": Meaning("value added per unit of gross output", SHARE),
    "input_share": Meaning(
        "share of an input sector in a sector's spending on inputs",
        SHARE,
        note="zero throughout where a sector buys no inputs (value-added share 1)",
    ),
    "final_share": Meaning("share of a sector in final spending", SHARE),
    "tariff": Meaning("applied import tariff as a rate (0.083 is 8.3 %)", SHARE),
    "value_added": Meaning("value added, the sum over sectors of share times output", FLOW),
    "deficit": Meaning("trade deficit: imports less exports, net of tariffs", FLOW),
    "inventory": Meaning("additions to inventories not folded into final demand", FLOW),
}
ELASTICITY = {
    "trade_elasticity": Meaning(
        "fall of imports in percent when their price rises by 1 percent",
        SHARE,
        note="fontagne_2022 is the default; services there are an assumption (5)",
    ),
    "trade_elasticity_low": Meaning(
        "lower 90 % bound of the trade elasticity, not floored",
        SHARE,
        missing="the source prints no bound",
    ),
    "trade_elasticity_high": Meaning(
        "upper 90 % bound of the trade elasticity", SHARE, missing="the source prints no bound"
    ),
    "elasticity_share_at_constraint": Meaning(
        "share of bootstrap draws of fgh_2022 at the estimator's constraint",
        SHARE,
        missing="the source prints none for services",
    ),
}
AGGREGATES = (
    "TWN is East Asia & Pacific less its developing part and its listed high-income members; "
    "ROW is the world less the economies listed and TWN"
)
MACRO = {
    "gdp": Meaning(
        "gross domestic product at current prices and exchange rates", "USD / year", note=AGGREGATES
    ),
    "population": Meaning("population, midyear", "person", note=AGGREGATES),
}
FOREIGN_TRADE = {
    "exports": Meaning(
        "exports of goods and services, share of GDP times GDP",
        "USD / year",
        note=AGGREGATES,
        missing="the source has none; TWN and ROW only in years in which all listed report",
    ),
    "imports": Meaning(
        "imports of goods and services, share of GDP times GDP",
        "USD / year",
        note=AGGREGATES,
        missing="the source has none; TWN and ROW only in years in which all listed report",
    ),
    "high_technology_exports": Meaning(
        "high-technology exports (aerospace, computers, pharmaceuticals, instruments, electrical)",
        "USD / year",
        missing="the source has none before 2007, for TWN and ROW, and for some in some years",
    ),
}
ROLLED = {
    "rolled_cost_hat": Meaning(
        "unit cost, factor since the table's year, world value added held", SHARE
    ),
    "rolled_spending": Meaning("spending of a later year, gross of tariffs", FLOW),
    "rolled_value_added": Meaning("value added of a later year", FLOW),
    "rolled_deficit": Meaning("trade deficit of a later year", FLOW),
    "rolled_efficiency_hat": Meaning(
        "efficiency of value added, factor since the table's year",
        SHARE,
        note="fitted to value added; its level is free, the mean of logs is set to zero",
    ),
    "efficiency_hat": Meaning(
        "efficiency of value added, factor since the table's year",
        SHARE,
        note="fitted to value added; its level is free, the mean of logs is set to zero",
    ),
    "table_value_added": Meaning("value added in the table, before rolling forward", FLOW),
    "included_us_china_2018": Meaning(
        "tariffs of the schedule us_china_2018 that this world contains",
        SHARE,
        note="US on China: duties paid in 2024 over imports, less the table's tariff",
    ),
    "included_us_2025": Meaning(
        "tariffs of the schedule us_2025 that this world contains",
        SHARE,
        note="mean over the days of 2025",
    ),
}
US_TARIFFS = {
    "us_added_tariff_by_date": Meaning(
        "US tariff added since January 2025, effective rate over all goods, by date of change",
        SHARE,
        note="EU members move with the Union's rate; ROW is the mean of other dated partners",
        year="2025 to 2026",
    ),
    "us_added_tariff_hs2": Meaning(
        "US tariff added by 7 August 2025, by chapter of the Harmonised System",
        SHARE,
        year="2025-08-07",
        missing="the United States imported nothing of the chapter in 2024",
    ),
    "us_imports_hs2": Meaning("US imports by chapter", "USD / year", year="2024"),
    "us_duty_hs2": Meaning("US duties paid by chapter", "USD / year", year="2024"),
    "us_imports": Meaning("US imports of goods", "USD / year", year="2024"),
    "us_tariff_2024": Meaning(
        "US duties paid in 2024 over imports, before any addition", SHARE, year="2024"
    ),
    "hs2_sector_map": Meaning(
        "share of a chapter's imports that belongs to a sector",
        SHARE,
        year="HS 2022 and CPA 2.1",
        note="works of art (97) and special entries (98, 99) belong to none",
    ),
}
TARIFF_WAR = {
    "us_on_china_2018": Meaning(
        "tariff the US added on China in 2018 and 2019", SHARE, year="2019"
    ),
    "china_on_us_2018": Meaning(
        "tariff China added on the US in 2018 and 2019", SHARE, year="2019"
    ),
    "us_on_china_2017": Meaning("tariff of the US on China before", SHARE, year="2017"),
    "china_on_us_2017": Meaning("tariff of China on the US before", SHARE, year="2017"),
}


def describe(
    data: xr.Dataset,
    meanings: Mapping[str, Meaning],
    citation: Citation,
    year: str,
    *,
    units: Mapping[str, str] | None = None,
) -> xr.Dataset:
    """Return the dataset with unit, year, source and licence on every variable it holds.

    Parameters
    ----------
    data : xarray.Dataset
        Variables whose names are keys of ``meanings``.
    meanings : mapping of str to Meaning
    citation : Citation
    year : str
        Year or years of the figures, where a meaning states none of its own.
    units : mapping, optional
        Units that differ from the usual ones (a table in another currency).
    """
    described = data.copy()
    for name in described.data_vars:
        meaning = meanings[str(name)]
        described[name].attrs = {
            "long_name": meaning.long_name,
            "units": (units or {}).get(meaning.units, meaning.units),
            "year": meaning.year or year,
            "source": citation.source,
            "licence": citation.licence,
            **({"note": meaning.note} if meaning.note else {}),
            **({"missing": meaning.missing} if meaning.missing else {}),
        }
    return described


def rows(data: xr.Dataset) -> list[Provenance]:
    """One line of provenance for every variable, in the dataset's order."""
    return [
        Provenance(
            variable=str(name),
            dims=", ".join(str(dim) for dim in variable.dims),
            **{key: str(variable.attrs.get(key, "")) for key in ATTRIBUTES},
            note=". ".join(
                str(variable.attrs[key]) for key in ("note", "missing") if key in variable.attrs
            ),
        )
        for name, variable in data.data_vars.items()
    ]


def as_dicts(data: xr.Dataset) -> list[dict[str, str]]:
    """The provenance table as plain dictionaries (for JSON and the documentation)."""
    return [asdict(row) for row in rows(data)]

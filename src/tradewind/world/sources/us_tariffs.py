"""US tariffs added since January 2025, by partner and date, and by HS chapter on one date.

Two tables of one source: ``country-by-time.csv`` gives the added effective rate of the largest
partners on each date of change; ``us-hs2`` gives, for every partner, imports of 2024 and the added
rate by chapter of the Harmonised System on one date. Import-weighted over chapters the second
equals the first on 7 August 2025 for all but the partners listed in ``us_partners.yaml``: that
dates the snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.names import ECONOMIES, EUROPEAN_UNION, SECTORS, read_map
from tradewind.world.sources.reading import FRESH_COPY, Citation, fingerprint, require_identity
from tradewind.world.sources.us_tariff_files import (
    CHAPTERS,
    DatePath,
    Partner,
    aggregate,
    pool,
    read_chapters,
    read_dates,
)

DATES_FILE = "trade/tariffs/country-by-time.csv"
CHAPTERS_FOLDER = "trade/tariffs/us-hs2"
CITATION = Citation(
    "Trade War Tracker, trade-war-redux-2025 (2026, commit 726c595), from US Census Bureau imports "
    "of 2024 and the tariff orders",
    "MIT",
)


def read(sources: Path) -> tuple[xr.Dataset, dict[str, float], str]:
    """Read both tables and bring them to the economies of the world.

    Returns
    -------
    tables : xarray.Dataset
        ``us_added_tariff_by_date(exporter, date)`` [rate], ``us_added_tariff_hs2(exporter, hs2)``
        [rate, NaN where nothing was imported], ``us_imports_hs2(exporter, hs2)``,
        ``us_duty_hs2(exporter, hs2)`` and ``us_imports(exporter)`` [USD of 2024],
        ``us_tariff_2024(exporter)`` [rate],
        ``hs2_sector_map(hs2, sector)`` [weights].
    measured : dict[str, float]
        How far the snapshot is from the dated table, and what share of imports has a dated rate.
    sha256 : str

    Notes
    -----
    An EU member has its own chapters and moves in proportion with the European Union's rate. The
    rest of the world pools the chapters of every other partner; its rate by date is the
    import-weighted mean of those that are in the dated table.
    """
    paths = read_dates(sources / DATES_FILE)
    partners = read_chapters(sources / CHAPTERS_FOLDER)
    measured = compare(paths, partners, sources)
    names = read_map("us_partners")["partners"]
    rest = sorted(set(partners) - set(names.values()) - {aggregate()})
    chapters = {code: partners[name] for code, name in names.items()}
    chapters["ROW"] = pool([partners[name] for name in rest])
    dated = [name for name in rest if name in paths]
    measured["rest_of_world_import_share_with_a_dated_rate"] = (
        sum(paths[name].imports for name in dated) / chapters["ROW"].imports.sum()
    )
    by_date = {code: economy_path(code, chapters, paths, dated) for code in chapters}
    digest = fingerprint([sources / DATES_FILE, *sorted((sources / CHAPTERS_FOLDER).glob("*.csv"))])
    return to_dataset(chapters, by_date), measured, digest


def compare(
    paths: Mapping[str, DatePath], partners: Mapping[str, Partner], sources: Path
) -> dict[str, float]:
    """Check totals, the European Union against its members, and the date of the snapshot."""
    table = read_map("us_partners")
    folder, dated = sources / CHAPTERS_FOLDER, sources / DATES_FILE
    members = pool([partners[table["partners"][code]] for code in EUROPEAN_UNION])
    union = partners[aggregate()]
    total = sum(float(p.imports.sum()) for p in partners.values()) - float(union.imports.sum())
    snapshot = str(table["snapshot_date"])
    gaps = {
        name: partners[name].mean - path.rate.get(snapshot, float("nan"))
        for name, path in paths.items()
        if name in partners
    }
    known = set(table["snapshot_disagrees"])
    totals = [abs(p.imports - partners[n].imports.sum()) for n, p in paths.items() if n in partners]
    if absent := sorted(set(paths) - set(partners)):
        raise SourceError(
            "a partner of the dated table has no file by chapter",
            where=str(folder),
            value=absent[0],
            remedy=FRESH_COPY,
        )
    expected = float(table["total_imports_usd"])
    return {
        "imports_of_2024_total": require_identity(
            abs(total / expected - 1), 1e-6, str(folder), f"imports add up to USD {expected:.0f}"
        ),
        "imports_of_2024_by_partner_usd": require_identity(
            max(totals), 1.0, f"{dated}, column 'total imports'", "imports equal those by chapter"
        ),
        "union_equals_its_members": require_identity(
            float(np.abs(members.imports * members.added - union.imports * union.added).max())
            / float(union.imports.sum()),
            1e-9,
            str(folder),
            "the European Union is the sum of its members",
        ),
        "snapshot_gap_where_it_agrees": require_identity(
            max(abs(gap) for name, gap in gaps.items() if name not in known),
            1e-9,
            f"{dated}, date {snapshot}",
            "rates by chapter average to the partner's rate on the date of the snapshot",
        ),
        **{f"snapshot_gap_{name}": gap for name, gap in gaps.items() if name in known},
    }


def economy_path(
    code: str,
    chapters: Mapping[str, Partner],
    paths: Mapping[str, DatePath],
    dated: list[str],
) -> dict[str, float]:
    """Added effective rate of one economy by date [rate]."""
    if code in EUROPEAN_UNION:
        union = pool([chapters[member] for member in EUROPEAN_UNION]).mean
        ratio = chapters[code].mean / union
        return {day: rate * ratio for day, rate in paths[aggregate()].rate.items()}
    if code == "ROW":
        weight = sum(paths[name].imports for name in dated)
        return {
            day: sum(paths[name].imports * paths[name].rate[day] for name in dated) / weight
            for day in paths[aggregate()].rate
        }
    name = read_map("us_partners")["partners"][code]
    if name not in paths:
        raise SourceError(
            "an economy has no rate by date",
            where=DATES_FILE,
            value=name,
            bound="a row on each date",
            remedy=FRESH_COPY,
        )
    return dict(paths[name].rate)


def to_dataset(
    chapters: Mapping[str, Partner], by_date: Mapping[str, Mapping[str, float]]
) -> xr.Dataset:
    """Label the tables; the United States sells itself nothing here and has rates of zero."""
    nobody = Partner(*(np.zeros(len(CHAPTERS)) for _ in range(3)))
    rows = [chapters.get(code, nobody) for code in ECONOMIES]
    dates = list(by_date["ROW"])
    imports = np.array([row.imports for row in rows])
    duties = np.array([row.duty for row in rows])
    duty = duties.sum(axis=1)
    total = imports.sum(axis=1)
    weights = [
        [read_map("hs2_to_sector")[hs2]["sectors"].get(sector, 0.0) for sector in SECTORS]
        for hs2 in CHAPTERS
    ]
    path = [[by_date.get(code, {}).get(day, 0.0) for day in dates] for code in ECONOMIES]
    added = np.where(imports > 0, np.array([row.added for row in rows]), np.nan)
    base = np.divide(duty, total, out=np.zeros_like(total), where=total > 0)
    return xr.Dataset(
        {
            "us_added_tariff_by_date": (("exporter", "date"), np.array(path)),
            "us_added_tariff_hs2": (("exporter", "hs2"), added),
            "us_imports_hs2": (("exporter", "hs2"), imports),
            "us_duty_hs2": (("exporter", "hs2"), duties),
            "us_imports": (("exporter",), total),
            "us_tariff_2024": (("exporter",), base),
            "hs2_sector_map": (("hs2", "sector"), np.array(weights)),
        },
        coords={
            "exporter": list(ECONOMIES),
            "date": dates,
            "hs2": list(CHAPTERS),
            "sector": list(SECTORS),
        },
    )

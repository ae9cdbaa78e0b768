"""Trade elasticities by sector: two published sets on the sectors of the table.

A trade elasticity is θ > 0 in π ∝ κ^(−θ): the percentage by which imports fall when their price
rises by 1 %. The sources print it with other signs and names:

* ``fontagne_2022`` (default): Fontagné, Guimbard & Orefice (2022) report ε, the response of imports
  to one plus the tariff, which is negative; θ = −ε.
* ``fgh_2022``: Felbermayr, Gröschl & Heiland (2022), Table A2, report "1/θ", which is our θ. Many
  sectors sit at the estimator's constraint and are not identified, so it is floored at 1; the 90 %
  bounds and the share of draws at the constraint are kept as printed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.names import SECTORS, read_map
from tradewind.world.sources.reading import (
    FRESH_COPY,
    Citation,
    fingerprint,
    read_rows,
    require_list,
)

GTAP_FILE = "trade/elasticities/fontagne_guimbard_orefice_gtap.csv"
TABLE_A2_FILE = "trade/elasticities/fgh2022_table_a2.csv"
SETS = ("fontagne_2022", "fgh_2022")
FLOOR = 1.0
HIGHEST = 50.0
GOODS = 22
"""Sectors with a line of their own in Table A2; the rest are services on one line."""
CITATION = Citation(
    "fontagne_2022: Fontagné, Guimbard & Orefice (2022, Journal of International Economics 137), "
    "estimates by GTAP sector; fgh_2022: Felbermayr, Gröschl & Heiland (2022, Journal of "
    "International Economics), Table A2, floored at 1",
    "published figures, cited",
)


def read(sources: Path) -> tuple[xr.Dataset, dict[str, float], str]:
    """Read both sets.

    Returns
    -------
    tables : xarray.Dataset
        ``trade_elasticity``, ``trade_elasticity_low`` and ``trade_elasticity_high``
        ``(elasticity_set, sector)`` [1] (bounds only in ``fgh_2022``, 90 %, not floored) and
        ``elasticity_share_at_constraint(sector)`` [1].
    measured : dict[str, float]
        Smallest default elasticity and number of floored sectors.
    sha256 : str
    """
    default = read_fontagne(sources / GTAP_FILE)
    mean, low, high, constrained = read_table_a2(sources / TABLE_A2_FILE)
    unknown = np.full(len(SECTORS), np.nan)
    both = ("elasticity_set", "sector")
    tables = xr.Dataset(
        {
            "trade_elasticity": (both, np.stack([default, np.maximum(mean, FLOOR)])),
            "trade_elasticity_low": (both, np.stack([unknown, low])),
            "trade_elasticity_high": (both, np.stack([unknown, high])),
            "elasticity_share_at_constraint": (("sector",), constrained),
        },
        coords={"elasticity_set": list(SETS), "sector": list(SECTORS)},
    )
    measured = {
        "smallest_default_elasticity": float(default.min()),
        "fgh_2022_sectors_floored_at_1": float((mean < FLOOR).sum()),
    }
    return tables, measured, fingerprint([sources / GTAP_FILE, sources / TABLE_A2_FILE])


def read_fontagne(path: Path) -> np.ndarray:
    """Average the GTAP sectors of each sector with equal weights; services have an assumed value.

    Returns
    -------
    trade_elasticity : (sector,) [1]
    """
    estimates: dict[str, float] = {}
    missing: set[str] = set()
    for row in read_rows(path, ["gtap_sector", "epsilon_GTAP", "dist_GTAP"]):
        code = row.text("gtap_sector")
        if row.is_missing("epsilon_GTAP"):
            missing.add(code)
        else:
            estimates[code] = -row.number("epsilon_GTAP", low=-HIGHEST, high=-1e-9)
    table = read_map("gtap_to_sector")
    require_list(
        sorted(missing), sorted(table["without_estimate"]), str(path), "sectors without estimate"
    )
    values = []
    for sector in SECTORS:
        known = list(table["sectors"].get(sector, {}).get("gtap", []))
        if absent := [code for code in known if code not in estimates and code not in missing]:
            raise SourceError(
                "a GTAP sector is missing",
                where=str(path),
                value=absent[0],
                bound=f"a line for each GTAP sector of {sector}",
                remedy=FRESH_COPY,
            )
        found = [estimates[code] for code in known if code in estimates]
        values.append(float(np.mean(found)) if found else float(table["services_value"]))
    return np.array(values)


def read_table_a2(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Read Table A2; its confidence bounds have the opposite sign and so change places.

    Returns
    -------
    mean, low, high, share_at_constraint : (sector,) each [1]
        NaN where the table has no figure (services have a mean alone).
    """
    columns = ["sector", "wiod_index_1based", "inv_theta_mean", "ci_low", "ci_high"]
    rows = read_rows(path, [*columns, "share_at_constraint"])
    places = [row.text("wiod_index_1based") for row in rows]
    wanted = [str(i + 1) for i in range(GOODS)] + [f"{GOODS + 1}-{len(SECTORS)}"]
    require_list(places, wanted, f"{path}, column 'wiod_index_1based'", "sectors")
    mean, low, high, constrained = (np.full(len(SECTORS), np.nan) for _ in range(4))
    for place, row in enumerate(rows[:GOODS]):
        mean[place] = row.number("inv_theta_mean", low=0, high=HIGHEST)
        low[place] = -row.number("ci_high", low=-HIGHEST, high=0)
        high[place] = -row.number("ci_low", low=-HIGHEST, high=0)
        constrained[place] = row.number("share_at_constraint", low=0, high=1)
    mean[GOODS:] = rows[GOODS].number("inv_theta_mean", low=0, high=HIGHEST)
    return mean, low, high, constrained

"""A made-up answer of ``tradewind chokepoints``: 44 economies, 50 sectors, Germany asks.

The numbers are plausible in size and hang together (shares with imports, losses with shares);
they come from no equilibrium.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from tests.unit.report_fixture import ECONOMIES, SECTORS

ASKED = "DEU"
REAL_INCOME = 4.1e6
RANKS = 3
CURVES = ["CHN", "USA", "NLD", "FRA", "POL"]
YEARS = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0]
PARTNERS = [code for code in ECONOMIES if code != ASKED]

OPTIONAL_ATTRIBUTES = (
    "year",
    "horizon_years",
    "trade_elasticity_mean",
    "rank_correlation",
    "rank_correlation_count",
    "labour_moves_after_years",
    "command",
)


def make_chokepoints(seed: int = 3, *, quick: bool = False) -> xr.Dataset:
    """Make an answer with every status; a quick one has no matrix, horizons or exact cuts."""
    rng = np.random.default_rng(seed)
    links = [(code, sector) for code in PARTNERS for sector in SECTORS[::5]]
    kinds = ["supplier"] * len(PARTNERS) + ["link"] * len(links) + ["sector"] * 8
    pairs = [(code, "all") for code in PARTNERS] + links + links[3:80:10]
    count = len(kinds)
    share = np.minimum(rng.lognormal(-4.5, 1.2, count), 0.6)
    imports = share * rng.lognormal(10.6, 0.7, count)
    marginal = 0.01 * imports * rng.lognormal(0.1, 0.2, count)
    predicted = marginal * (20.0 + 60.0 * share)
    status = np.full(count, "predicted", dtype=object)
    order = np.argsort(-predicted)
    status[order[:90]] = "exact"
    status[: len(PARTNERS)] = "exact"
    status[order[4]] = "no equilibrium"
    status[-1] = "no trade"
    imports[-1] = share[-1] = 0.0
    marginal[-1] = predicted[-1] = np.nan
    if quick:
        status[status == "exact"] = "predicted"
    exact = status == "exact"
    loss = np.where(exact, predicted * rng.lognormal(0.2, 0.35, count), np.nan)
    size = {code: float(rng.lognormal(12.8, 1.2)) for code in PARTNERS}
    theirs = np.where(exact, loss * rng.lognormal(-0.4, 0.6, count), np.nan)
    alternative, alternative_share = _alternatives(rng, kinds, pairs)
    data: dict[str, Any] = {
        "imports": ("cut", imports),
        "expenditure_share": ("cut", share),
        "marginal_loss": ("cut", marginal),
        "predicted_loss": ("cut", predicted),
        "severance_loss": ("cut", loss),
        "other_side_loss": ("cut", theirs),
        "status": ("cut", status.astype(str)),
        "supplier_real_income": ("cut", [size[code] for code, _ in pairs]),
        "alternative": (("cut", "rank"), alternative),
        "alternative_share": (("cut", "rank"), alternative_share),
    }
    coords: dict[str, Any] = {
        "kind": ("cut", kinds),
        "supplier": ("cut", [code for code, _ in pairs]),
        "sector": ("cut", [sector for _, sector in pairs]),
    }
    attrs = make_attributes()
    if quick:
        for name in (*OPTIONAL_ATTRIBUTES, "severances"):
            attrs.pop(name)
        attrs |= {"severances": 0, "horizon": "short"}
        del data["supplier_real_income"]
    else:
        data |= _dependence(rng)
        data |= _horizons(rng)
        coords |= {"economy": ECONOMIES, "partner": ECONOMIES}
        coords |= {"curve": CURVES, "labour": ["specific", "mobile"], "horizon_year": YEARS}
    return xr.Dataset(data, coords=coords, attrs=attrs)


def _alternatives(
    rng: np.random.Generator, kinds: list[str], pairs: list[tuple[str, str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Choose three other suppliers of each link, the economy itself possibly among them."""
    codes = np.full((len(kinds), RANKS), "", dtype="<U3")
    shares = np.full((len(kinds), RANKS), np.nan)
    for row, (kind, (supplier, _)) in enumerate(zip(kinds, pairs, strict=True)):
        # Nobody else makes what the sixth supplier sells.
        found = 0 if (kind, row) == ("supplier", 5) else 1 + row % RANKS
        codes[row, :found] = rng.choice([c for c in ECONOMIES if c != supplier], found, False)
        shares[row, :found] = np.sort(rng.uniform(0.002, 0.4, found))[::-1]
    return codes, shares


def _dependence(rng: np.random.Generator) -> dict[str, Any]:
    n = len(ECONOMIES)
    loss = rng.lognormal(-3.0, 1.3, (n, n)) * rng.lognormal(0.0, 0.8, n)
    imposed = rng.lognormal(-3.0, 1.3, (n, n))
    loss[2, 5] = -0.02
    loss[7, 9] = imposed[7, 9] = np.nan
    np.fill_diagonal(loss, np.nan)
    np.fill_diagonal(imposed, np.nan)
    dims = ("economy", "partner")
    return {"dependence_loss": (dims, loss), "dependence_imposed": (dims, imposed)}


def _horizons(rng: np.random.Generator) -> dict[str, Any]:
    top = rng.uniform(0.8, 4.0, len(CURVES))
    fall = 0.15 + 0.85 * np.exp(-np.array(YEARS) / 2.5)
    mobile = top[:, None] * fall
    specific = mobile * 1.2
    specific[0, 0] = mobile[0, 0] = np.nan
    values = np.stack([specific, mobile], axis=1)
    return {"horizon_loss": (("curve", "labour", "horizon_year"), values)}


def make_attributes() -> dict[str, Any]:
    """Make the facts that go with an answer."""
    return {
        "economy": ASKED,
        "world": "wiod-2014",
        "title": "Chokepoints of Germany",
        "base_year": 2014,
        "year": 2024,
        "horizon": "2 years",
        "horizon_years": 2.0,
        "closure": "fixed",
        "labour": "specific",
        "labour_moves_after_years": 3.0,
        "elasticity_set": "fontagne_2022",
        "sigma_value_added": 1.0,
        "sigma_inputs": 0.2,
        "sigma_final": 0.9,
        "trade_elasticity_mean": 2.6,
        "real_income": REAL_INCOME,
        "rank_correlation": 0.93,
        "rank_correlation_count": 60,
        "residual": 4.2e-13,
        "severances": 139,
        "tradewind_version": "0.1.0",
        "command": "tradewind chokepoints --economy DEU --out chokepoints-deu",
    }

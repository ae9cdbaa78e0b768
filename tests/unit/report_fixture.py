"""A made-up run with the shape of a real one: 44 economies, 50 sectors, a tariff by one of them.

The numbers are plausible in size and sign and add up as a run's must (causes to the change of
real income, relocation to zero over economies); they come from no equilibrium.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

ECONOMY_CODES = (
    "AUS AUT BEL BGR BRA CAN CHE CHN CYP CZE DEU DNK ESP EST FIN FRA GBR GRC HRV HUN IDN IND IRL "
    "ITA JPN KOR LTU LUX LVA MEX MLT NLD NOR POL PRT ROU ROW RUS SVK SVN SWE TUR TWN USA"
)
SECTOR_CODES = (
    "A01 A02 A03 B C10-C12 C13-C15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28,C33 C29 "
    "C30 C31_C32 D35 E36 E37-E39 F G45 G46 G47 H49 H50 H51 H52 H53 I J58 J59_J60 J61 J62_J63 K64 "
    "K65_K66 L68 M69_M70 M71,M73-M75 M72 N O84 P85 Q R-U"
)
ECONOMIES = ECONOMY_CODES.split()
SECTORS = SECTOR_CODES.split()
COMPONENTS = [
    "terms_of_trade",
    "volume_of_trade",
    "export_tax",
    "iceberg",
    "transfer",
    "unexplained",
]


@dataclass(frozen=True)
class FakeNames:
    """English names made from the codes, with what a name may hold: a quote, an ampersand."""

    economy_names: dict[str, str] = field(
        default_factory=lambda: {code: f"Country {code}" for code in ECONOMIES}
    )
    sector_names: dict[str, str] = field(
        default_factory=lambda: {code: f"Sector {code} & “kin”" for code in SECTORS}
    )


def make_outputs(seed: int = 1) -> xr.Dataset:
    """Make the outputs of a run as ``tradewind.run`` lays them out."""
    rng = np.random.default_rng(seed)
    n, s = len(ECONOMIES), len(SECTORS)
    size = rng.lognormal(12.5, 1.2, n)
    size[ECONOMIES.index("USA")] = 1.7e7
    size[ECONOMIES.index("CHN")] = 1.0e7
    mix = rng.dirichlet(np.full(s, 2.0), n)
    supply = size[:, None] * mix
    supply[ECONOMIES.index("LUX"), SECTORS.index("A03")] = 0.0
    pull = rng.lognormal(0.0, 0.6, (n, n))
    np.fill_diagonal(pull, 60.0)
    weight = pull[:, :, None] * size[:, None, None]
    before = supply[None] * weight / weight.sum(axis=0)
    hat = np.exp(rng.normal(0.0, 0.02, (n, n, s)))
    hat[ECONOMIES.index("USA")] *= np.exp(rng.normal(-0.15, 0.1, (n, 1)))
    after = before * hat
    after *= before.sum() / after.sum()
    output, start = after.sum(axis=0), before.sum(axis=0)
    volume = output / np.exp(rng.normal(0.0, 0.02, (n, 1)))
    causes = rng.normal(0.0, 0.0015, (n, len(COMPONENTS)))
    causes[:, 2:4] = 0.0
    causes[:, 5] = rng.normal(0.0, 1e-9, n)
    causes[ECONOMIES.index("USA"), :2] = 0.004, -0.013
    income_hat = 1.0 + causes.sum(axis=1)
    by_partner, by_sector = ("importer", "exporter", "sector"), ("economy", "sector")
    with np.errstate(invalid="ignore"):
        employment = output / start
    home = np.eye(n, dtype=bool)
    data = {
        "real_income_hat": ("economy", income_hat),
        "real_wage_hat": ("economy", income_hat - 0.001),
        "wage_hat": ("economy", income_hat + 0.002),
        "equivalent_variation": ("economy", (income_hat - 1.0) * size),
        "income_baseline": ("economy", size),
        "value_added_baseline": ("economy", 0.98 * size),
        "welfare_decomposition": (("economy", "component"), causes),
        "tariff_revenue": ("economy", 0.02 * size),
        "tariff_revenue_baseline": ("economy", 0.01 * size),
        "labour_displaced": ("economy", rng.uniform(0.0, 0.02, n)),
        "exports": ("economy", np.where(home[:, :, None], 0.0, after).sum(axis=(0, 2))),
        "exports_baseline": ("economy", np.where(home[:, :, None], 0.0, before).sum(axis=(0, 2))),
        "trade": (by_partner, after),
        "trade_baseline": (by_partner, before),
        "output": (by_sector, output),
        "output_baseline": (by_sector, start),
        "employment_hat": (by_sector, employment),
        "output_volume": (by_sector, volume),
        "relocation": (by_sector, volume / volume.sum(axis=0) - start / start.sum(axis=0)),
    }
    coords = {
        "economy": ECONOMIES,
        "importer": ECONOMIES,
        "exporter": ECONOMIES,
        "sector": SECTORS,
        "component": COMPONENTS,
    }
    return xr.Dataset(data, coords=coords, attrs=make_attributes())


def make_attributes() -> dict[str, object]:
    """Make the facts that go with a run."""
    return {
        "scenario": "us-tariffs-2026",
        "title": "US tariffs of 2025–26",
        "base_year": 2014,
        "closure": "fixed",
        "labour": "mobile",
        "elasticity_set": "fontagne_2022",
        "sigma_value_added": 1.0,
        "sigma_inputs": 1.0,
        "sigma_final": 1.0,
        "residual": 4.2e-13,
        "iterations": 21,
        "tradewind_version": "0.1.0",
    }


PROVENANCE = [
    {
        "variable": "expenditure_share",
        "long_name": "Expenditure share",
        "units": "1",
        "year": 2014,
        "source": "World Input–Output Database, 2016 release (Timmer et al. 2015)",
        "licence": "CC BY 4.0",
    },
    {
        "variable": "us_added_tariff_by_date",
        "long_name": "US added tariff",
        "units": "1",
        "year": "2025–2026",
        "source": "Trade War Redux 2025",
        "licence": "MIT",
    },
]
WORDS = ["From 19 August 2026 the United States adds its tariffs on 43 partners (2014 base)."]
MANIFEST: dict[str, object] = {
    "version": "0.1.0",
    "command": "tradewind run us-tariffs-2026 --out runs/us-tariffs-2026",
    "seed": 0,
    "hashes": {"world": "9f" * 32, "scenario": "a1" * 32},
    "timings": {"solve_seconds": 0.031234},
}

"""What is told of a run besides its numbers: assumptions, versions, hashes, names of variables."""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    # A board of claims asks for versions and hashes alone; these take seconds to load.
    from tradewind.scenario import Scenario
    from tradewind.trade import Equilibrium
    from tradewind.world import World

LONG_NAMES: Mapping[str, str] = {
    "real_income_hat": "real income, ratio to baseline",
    "real_wage_hat": "real wage, ratio to baseline",
    "wage_hat": "wage, ratio to baseline",
    "equivalent_variation": "equivalent variation",
    "welfare_decomposition": "change of real income by cause, ratio to baseline income",
    "income": "income",
    "income_baseline": "income at the baseline",
    "value_added": "value added",
    "value_added_baseline": "value added at the baseline",
    "tariff_revenue": "tariff revenue",
    "tariff_revenue_baseline": "tariff revenue at the baseline",
    "export_tax_revenue": "revenue of export taxes",
    "trade": "bilateral flow, net of tariffs",
    "trade_baseline": "bilateral flow at the baseline, net of tariffs",
    "output": "gross output",
    "output_baseline": "gross output at the baseline",
    "output_volume": "gross output at base-year prices",
    "exports": "exports of goods and services",
    "exports_baseline": "exports of goods and services at the baseline",
    "imports": "imports of goods and services, net of tariffs",
    "imports_baseline": "imports of goods and services at the baseline, net of tariffs",
    "price_index_hat": "price index of a sector's goods, ratio to baseline",
    "employment_hat": "employment, ratio to baseline",
    "labour_displaced": "share of labour that changes sector",
    "relocation": "change of the economy's share in the world output of a sector, in quantities",
}


def facts(world: World, scenario: Scenario) -> dict[str, Any]:
    """Facts without which no number of a run may be shown; the attributes of its outputs."""
    # The long run is no number of years, and JSON has no infinity.
    horizon = {"horizon_years": scenario.years_since} if math.isfinite(scenario.years_since) else {}
    rolled = world.year != world.base_year
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "world": world.name,
        "base_year": world.base_year,
        "year": world.year,
        **({"held_out": str(world.data.attrs["held_out"])} if rolled else {}),
        "closure": scenario.closure,
        "labour": scenario.labour,
        "elasticity_set": scenario.elasticity_set,
        **horizon,
        "sigma_value_added": scenario.sigma_value_added,
        "sigma_inputs": scenario.sigma_inputs,
        "sigma_final": scenario.sigma_final,
        "tradewind_version": version("tradewind"),
    }


def manifest_of(world: World, scenario: Scenario, equilibrium: Equilibrium) -> dict[str, Any]:
    """What it takes to make a run again and to see that nothing has changed since."""
    return {
        **software(),
        "scenario": scenario.to_dict(),
        "scenario_sha256": hashlib.sha256(scenario.to_yaml().encode()).hexdigest(),
        "world": world.name,
        "base_year": world.base_year,
        "year": world.year,
        "world_sha256": world_hash(world.data),
        "residual": equilibrium.residual,
        "iterations": equilibrium.iterations,
    }


def software() -> dict[str, str]:
    """Versions, and when."""
    return {
        "tradewind_version": version("tradewind"),
        "created_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": version("numba"),
        "xarray": xr.__version__,
    }


def world_hash(data: xr.Dataset) -> str:
    """Hash names, dimensions, labels and values, in an order of its own."""
    digest = hashlib.sha256()
    for name in sorted(str(key) for key in data.variables):
        values = data.variables[name].values
        digest.update(f"{name}{data.variables[name].dims}".encode())
        if np.issubdtype(values.dtype, np.number):
            digest.update(np.ascontiguousarray(values).tobytes())
        else:
            digest.update("\0".join(map(str, values.ravel())).encode())
    return digest.hexdigest()


def described(outputs: xr.Dataset, world: World) -> xr.Dataset:
    """Give every variable its long name, and money the year whose prices it is in."""
    named = outputs.copy()
    for name in map(str, outputs.data_vars):
        attributes: dict[str, Any] = {"long_name": LONG_NAMES[name]}
        if "USD" in str(outputs[name].attrs["units"]):
            attributes["price_year"] = world.year
        named[name] = outputs[name].assign_attrs(attributes)
    return named

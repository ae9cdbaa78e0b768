"""The trade elasticities of a scenario: a set of the world, its horizon, and overrides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from tradewind.errors import ScenarioError
from tradewind.scenario.horizon import elasticity_at
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.selectors import select, vocabularies
from tradewind.scenario.world_view import WorldView

if TYPE_CHECKING:
    from tradewind.scenario.schema import Scenario


def trade_elasticity(scenario: Scenario, world: WorldView) -> xr.DataArray:
    """Trade elasticity θ by sector.

    The set's values are those of the long run; at a shorter horizon they are on their way to it.
    An override holds as given.

    Parameters
    ----------
    scenario : Scenario
        Names the set and the overrides.
    world : WorldView
        Holds ``trade_elasticity`` (elasticity_set, sector) [1].

    Returns
    -------
    xarray.DataArray
        (sector) [1], on the world's sectors.

    Raises
    ------
    ScenarioError
        If the set does not exist, a selector is unknown, two overrides give one sector different
        values, or the set has no value above zero for a sector that no override fills.
    """
    table = world.data["trade_elasticity"]
    available = [str(name) for name in table["elasticity_set"].values]
    if scenario.elasticity_set not in available:
        raise ScenarioError(
            "unknown set of trade elasticities",
            where=scenario.origin.where("elasticity_set"),
            value=scenario.elasticity_set,
            bound=f"one of {', '.join(available)}",
            remedy=suggestion(scenario.elasticity_set, available, "choose one of these"),
        )
    chosen = table.sel(elasticity_set=scenario.elasticity_set, drop=True)
    result = chosen.sel(sector=list(world.sectors)).astype(float).copy(deep=True)
    result.attrs |= {"elasticity_set": scenario.elasticity_set}
    if math.isfinite(scenario.years_since):
        result = elasticity_at(scenario.years_since, result)
        result.attrs |= {"horizon_years": scenario.years_since}
    _override(scenario, world, result)
    lacking = result["sector"].values[~(result.values > 0.0)]
    if lacking.size:
        raise ScenarioError(
            f"{scenario.elasticity_set} has no trade elasticity above zero for some sectors",
            where=scenario.origin.where("elasticity_set"),
            value=", ".join(map(str, lacking)),
            bound="more than 0 in every sector",
            remedy="give these sectors a value under elasticity_overrides",
        )
    return result


def _override(scenario: Scenario, world: WorldView, result: xr.DataArray) -> None:
    sectors = vocabularies(world)["sectors"]
    set_by: dict[str, int] = {}
    for index, override in enumerate(scenario.elasticity_overrides):
        path = f"elasticity_overrides[{index}]"
        chosen = select(sectors, override.sector, scenario.origin, f"{path}.sector")
        for code in chosen.codes:
            before = set_by.setdefault(code, index)
            if scenario.elasticity_overrides[before].trade_elasticity != override.trade_elasticity:
                raise ScenarioError(
                    f"sector {code} is given two trade elasticities",
                    where=scenario.origin.where(path),
                    value=f"{override.trade_elasticity:g}, and in elasticity_overrides[{before}] "
                    f"{scenario.elasticity_overrides[before].trade_elasticity:g}",
                    bound="one value a sector",
                    remedy=f"exclude it from one of them with -{code}",
                )
        at = np.isin(result["sector"].values, chosen.codes)
        result.values[at] = override.trade_elasticity

"""A tariff of 35 % on Chinese vehicles in the EU, on the trade block alone."""

import xarray as xr

from tradewind.scenario.groups import groups
from tradewind.trade import Baseline, Shock, solve
from tradewind.world import World

world = World.default()
union = list(groups("economies")["EU27"].members)
link = {"importer": union, "exporter": "CHN", "sector": "C29"}

# A shock is labelled and may be partial: what is not named stays as it was.
tariff = xr.DataArray(
    0.35,
    dims=("importer", "exporter", "sector"),
    coords={"importer": union, "exporter": ["CHN"], "sector": ["C29"]},
)

for name in world.elasticity_sets:
    elasticity = world.trade_elasticity(name)
    baseline = Baseline(world.data.assign(trade_elasticity=elasticity))
    after = solve(baseline, Shock(tariff=tariff))

    sold = after.trade.sel(link).sum() / baseline.trade.sel(link).sum()
    china = after.real_income_hat.sel(economy="CHN")
    print(f"{name}: trade elasticity of vehicles {elasticity.sel(sector='C29').item():.2f}")
    print(f"  Chinese vehicles sold in the EU: {100 * (sold.item() - 1):+.1f} %")
    print(f"  real income of China: {100 * (china.item() - 1):+.4f} %")

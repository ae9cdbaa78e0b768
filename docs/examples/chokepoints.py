"""What Germany depends on most, and the worst link cut again, as a ban."""

import xarray as xr

import tradewind as tw
from tradewind.scenario.horizon import at
from tradewind.trade import Baseline, Shock, solve

world = tw.World.default()
found = tw.find_chokepoints(world, "DEU", exact=5)

table = found.table("link").head(5)
columns = ["predicted_loss_percent", "severance_loss_percent", "mutual"]
print(table[["supplier", "sector", *columns]].round(2).to_string())

# The same by the trade block alone: parameters of the first year, an infinite cost.
short = at("short", world.trade_elasticity())
baseline = Baseline(world.data.assign(trade_elasticity=short.trade_elasticity))
worst = table.iloc[0]
link = {"importer": ["DEU"], "exporter": [worst.supplier], "sector": [worst.sector]}
after = solve(
    baseline,
    Shock(iceberg_hat=xr.DataArray([[[float("inf")]]], link, tuple(link))),
    labour=short.labour,
    sigma_value_added=short.sigma_value_added,
    sigma_inputs=short.sigma_inputs,
    sigma_final=short.sigma_final,
)
for economy in ("DEU", worst.supplier):
    change = 100 * (after.real_income_hat.sel(economy=economy).item() - 1)
    print(f"real income of {economy} without it: {change:.2f} %")

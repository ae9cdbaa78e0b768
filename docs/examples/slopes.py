"""What a point of every cost, tariff or productivity does to outcomes of Germany."""

import tradewind as tw
from tradewind.trade import Baseline, Shock, gradient, solve

world = tw.World.default()
start = solve(Baseline(world.data.assign(trade_elasticity=world.trade_elasticity())), Shock())
outcomes = {
    "real income": lambda e: e.real_income_hat.sel(economy="DEU"),
    "output of vehicles": lambda e: e.output.sel(economy="DEU", sector="C29"),
    "jobs in electronics": lambda e: e.employment_hat.sel(economy="DEU", sector="C26"),
}
for name, outcome in outcomes.items():
    slopes = gradient(start, outcome)  # every link and sector at once
    relative = slopes / slopes.attrs["value"]
    link = {"importer": "DEU", "exporter": "CHN", "sector": "C26"}
    print(f"{name}, change in %")
    print(f"  electronics from China 1 % dearer:  {relative.iceberg_cost.sel(link).item():+.4f}")
    tariff = relative.tariff.sel(importer="USA", exporter="DEU", sector="C29").item()
    print(f"  1 point more US tariff on vehicles: {tariff:+.4f}")
    gain = relative.productivity.sel(economy="CHN", sector="C29").item()
    print(f"  China 1 % better at vehicles:       {gain:+.4f}")

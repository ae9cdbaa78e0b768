import tradewind as tw

world = tw.World.default()
run = tw.run(world, tw.Scenario.from_yaml("us-tariffs-2026"))

percent = 100 * (run.trade.real_income_hat - 1)
print(percent.to_series().sort_values().head(3).round(2).to_string())
parts = 100 * run.trade.welfare_decomposition.sel(economy="USA")
print(parts.to_series().head(2).round(2).to_string())
run.report("us-tariffs.html")

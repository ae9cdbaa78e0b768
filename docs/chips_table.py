"""The tables of chips.md: effects of rounds, the backtest, scenarios side by side.

``python docs/chips_table.py`` prints them (about three minutes); a test makes the quick ones again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from tradewind.chip_run.backtest import backtest
from tradewind.chip_run.policy import compile_policies
from tradewind.chip_run.rounds import find_round_effects, interval, per_covered
from tradewind.chips import solve_chips
from tradewind.controls import Regime
from tradewind.scenario import Scenario

MEMBERS = {"rounds": 500, "backtest": 200}
YEARS = (2025, 2027)
SCENARIOS = (
    "chips-as-enacted",
    "chips-no-controls",
    "chips-diffusion-kept",
    "chips-h200-allowed",
    "chips-mineral-stop",
    "chips-bandwidth-threshold",
)
METRICS = {"operations": "operations", "bandwidth": "bandwidth"}


def shown(values: np.ndarray, digits: int = 0) -> str:
    """A median and its interval, with the page's minus."""
    low, middle, high = (f"{value:,.{digits}f}".replace("-", "−") for value in values)
    return f"{middle} ({low} to {high})"


def round_rows(effects: xr.Dataset) -> Iterator[str]:
    """Each round's effect on what China holds, thousand H100, by metric and year."""
    for metric in METRICS:
        for year in YEARS:
            chosen = interval(effects[["shapley", "staircase"]].sel(metric=metric, year=year) / 1e3)
            for label in effects["round"].values:
                one = chosen.sel(round=label)
                cells = (shown(one[name].values) for name in ("staircase", "shapley"))
                yield f"| {metric} | {year} | {label} | {' | '.join(cells)} |"


def covered_rows(effects: xr.Dataset) -> Iterator[str]:
    """What each round newly covered to the end of 2027, and its effect for each H100 of that."""
    for metric in METRICS:
        at = effects.sel(metric=metric, year=YEARS[-1])
        for label in at["round"].values:
            cells = []
            for name in ("staircase", "shapley"):
                covered = at[f"covered_{name}"].sel(round=label)
                each = per_covered(at, name).sel(round=label).dropna("member")
                enough = each.sizes["member"] > 0.5 * effects.sizes["member"]
                cells += [shown(interval(covered / 1e3).values)]
                cells += [shown(interval(each).values, 2) if enough else "–"]
            yield f"| {metric} | {label} | {' | '.join(cells)} |"


def total_rows(effects: xr.Dataset) -> Iterator[str]:
    """What China holds with all rounds and with none, thousand H100."""
    for metric in METRICS:
        for year in YEARS:
            chosen = interval(effects[["stock_enacted", "stock_without"]] / 1e3)
            one = chosen.sel(metric=metric, year=year)
            cells = (shown(one[name].values) for name in ("stock_enacted", "stock_without"))
            yield f"| {metric} | {year} | {' | '.join(cells)} |"


def backtest_rows(found: xr.Dataset) -> Iterator[str]:
    """Forecasts beside what was counted, thousand H100e, and their errors in per cent."""
    for target in found["target"].values:
        for year in found["year"].values:
            one = found.sel(target=target, year=year)
            if one["forecast"].isnull().all():
                continue
            cells = [shown(one["observed"].values / 1e3)]
            for approach in found["approach"].values:
                forecast = one["forecast"].sel(approach=approach).values / 1e3
                if np.isnan(forecast).all():
                    cells.append("–")
                    continue
                error = f"{100 * float(one['error'].sel(approach=approach, quantile=0.5)):+.0f} %"
                cells.append(f"{shown(forecast)}, {error.replace('-', '−')}")
            yield f"| {one['title'].item()} | {year} | {' | '.join(cells)} |"


def scenario_rows() -> Iterator[str]:
    """Stocks at central parameters, thousand H100e, China by both measures."""
    scenarios = [Scenario.from_yaml(name) for name in SCENARIOS]
    regimes = [Regime.of(each.controls, each.origin, each.title) for each in scenarios]
    enacted, *policies = compile_policies([Regime.shipped(), *regimes])
    for scenario, policy in zip(scenarios, policies, strict=True):
        found = solve_chips(policy, enacted=enacted)
        at = found.sel(year=2030)
        home = at.sel(economy="CHN")
        numbers = (
            found["stock_bandwidth"].sel(year=2025, economy="CHN").sum() / 1e3,
            home["stock"].sum() / 1e3,
            home["stock_bandwidth"].sum() / 1e3,
            at["stock"].sel(economy="USA").sum() / 1e3,
            at["stock"].sum() / 1e3,
        )
        share = 100 * float(at["domestic_share"])
        cells = " | ".join(f"{float(number):,.0f}" for number in numbers)
        yield f"| `{scenario.name}` | {cells} | {share:.0f} % |"


def main() -> None:
    """Print all tables."""
    effects = find_round_effects(MEMBERS["rounds"], 0)
    for rows in (round_rows, covered_rows, total_rows):
        print("\n".join(rows(effects)), end="\n\n")
    print("\n".join(backtest_rows(backtest(MEMBERS["backtest"], 0))), end="\n\n")
    print("\n".join(scenario_rows()))


if __name__ == "__main__":
    main()

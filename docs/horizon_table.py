"""Germany without Russian energy: the rows of the tables in horizon.md.

``python docs/horizon_table.py`` prints them, and a test compares them with the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import xarray as xr

from tradewind.scenario import Scenario
from tradewind.trade import Baseline, Equilibrium, Shock, shock_from_policy, solve
from tradewind.world import World

NARROW, WIDE = ("B", "D35"), ("B", "C19", "D35")
BASE = {"name": "gas", "title": "No Russian energy in the EU", "world": "wiod2014"}
MEMBERS = ("LTU", "BGR", "SVK", "FIN", "CZE")
"""Those for which Baqaee, Moll, Landais & Martin (2022) give 1 to 5 %."""
FIRST = "**first year** (`horizon: short`)"
HARSH = "first year, harsh end of every range (0.5, 0.1, 0.05)"
READINGS: dict[str, dict[str, Any]] = {
    "long run": {"horizon": "long"},
    "after 5 years": {"horizon_years": 5},
    "after 3 years": {"horizon_years": 3},
    "after 1 year": {"horizon_years": 1},
    FIRST: {"horizon": "short"},
    "first year, trade elasticities of the long run": {"horizon": "short", "theta": None},
    "first year, trade elasticity 2": {"horizon": "short", "theta": 2.0},
    "first year, trade elasticity 1": {"horizon": "short", "theta": 1.0},
    "first year, trade elasticity 0.5": {"horizon": "short", "theta": 0.5},
    "first year, `sigma_inputs` 1": {"horizon": "short", "sigma_inputs": 1.0},
    "first year, `sigma_inputs` 0.2": {"horizon": "short", "sigma_inputs": 0.2},
    "first year, `sigma_inputs` 0.05": {"horizon": "short", "sigma_inputs": 0.05},
    "first year, `sigma_value_added` 0.8": {"horizon": "short", "sigma_value_added": 0.8},
    "first year, `sigma_value_added` 0.1": {"horizon": "short", "sigma_value_added": 0.1},
    "first year, `labour: mobile`": {"horizon": "short", "labour": "mobile"},
    "first year, mild end of every range (1, 0.8, 0.2, mobile)": {
        "horizon": "short",
        "theta": 1.0,
        "sigma_value_added": 0.8,
        "sigma_inputs": 0.2,
        "labour": "mobile",
    },
    HARSH: {
        "horizon": "short",
        "theta": 0.5,
        "sigma_value_added": 0.1,
        "sigma_inputs": 0.05,
    },
}


def table_world() -> World:
    """The world of the page: the table of 2014, whatever the default is."""
    return Scenario.from_dict({**BASE, "shocks": []}).load_world()


def real_income(
    world: World, fields: dict[str, Any], sectors: tuple[str, ...], share: float | None = None
) -> xr.DataArray:
    """Change of real income (economy) [%] when Russia's sales of sectors to the EU stop.

    Parameters
    ----------
    world : World
    fields : dict
        Fields of a scenario; ``theta`` is one trade elasticity for all sectors [1], or None for
        the set's own.
    sectors : tuple of str
    share : float, optional
        Russia's share in Germany's purchases of B before the stop [share]; the table's if left
        out.
    """
    said = dict(fields)
    theta = said.pop("theta", 0.0)
    ban = {"type": "ban", "importer": "EU27", "exporter": "RUS", "sector": list(sectors)}
    if theta:
        said["elasticity_overrides"] = [{"sector": "all", "trade_elasticity": theta}]
    scenario = Scenario.from_dict({**BASE, **said, "shocks": [ban]})
    found = scenario if theta is not None else Scenario.from_dict({**BASE, "shocks": []})
    baseline = Baseline(world.data.assign(trade_elasticity=found.trade_elasticity(world)))
    if share is not None:
        baseline = with_share(baseline, scenario, share)
    after = solved(baseline, shock_from_policy(scenario.policy(world)), scenario)
    return 100.0 * (after.real_income_hat - 1.0)


def solved(baseline: Baseline, shock: Shock, scenario: Scenario, **options: Any) -> Equilibrium:
    """Solve a shock under a scenario's assumptions."""
    return solve(
        baseline,
        shock,
        labour=scenario.labour,
        sigma_value_added=scenario.sigma_value_added,
        sigma_inputs=scenario.sigma_inputs,
        sigma_final=scenario.sigma_final,
        **options,
    )


def with_share(baseline: Baseline, scenario: Scenario, share: float) -> Baseline:
    """Make Russia's share in Germany's purchases of B larger, by a smaller cost of this link.

    The cost that gives the share at unchanged prices is repeated until the share is met.
    """
    link = {"importer": "DEU", "exporter": "RUS", "sector": "B"}
    theta = float(baseline.data.trade_elasticity.sel(sector="B"))
    coords = {name: [code] for name, code in link.items()}
    cost, made = 1.0, baseline
    for _ in range(20):
        now = float(made.data.expenditure_share.sel(link))
        if abs(now - share) < 1e-4:
            return made
        cost *= (share * (1.0 - now) / (now * (1.0 - share))) ** (-1.0 / theta)
        iceberg = xr.DataArray([[[cost]]], coords, ("importer", "exporter", "sector"))
        # Labour moves and inputs are Cobb-Douglas here: the new world is one that had time.
        made = baseline.rebased(solve(baseline, Shock(iceberg_hat=iceberg), tolerance=1e-12))
    raise RuntimeError(f"the share is {now:.4f} and not {share}")


def shown(percent: float) -> str:
    """Two digits after the point, with the page's minus."""
    return f"{percent:+.2f}".replace("-", "−")


def rows(world: World) -> Iterator[str]:
    """Germany under every reading, the narrow stop and the wide one."""
    for name, fields in READINGS.items():
        cells = [
            shown(real_income(world, fields, sectors).sel(economy="DEU").item())
            for sectors in (NARROW, WIDE)
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def share_rows(world: World) -> Iterator[str]:
    """Germany by Russia's share in its purchases of B."""
    for share in (None, 0.25, 0.35):
        cells = [
            shown(real_income(world, READINGS[name], NARROW, share).sel(economy="DEU").item())
            for name in (FIRST, HARSH)
        ]
        name = "14 % (the table)" if share is None else f"{100 * share:g} %"
        yield f"| {name} | {' | '.join(cells)} |"


def member_row(world: World) -> str:
    """Members for which a range is published, first year, wide stop."""
    found = real_income(world, {"horizon": "short"}, WIDE)
    cells = [shown(found.sel(economy=code).item()) for code in MEMBERS]
    return f"| first year, wide | {' | '.join(cells)} |"


if __name__ == "__main__":
    default = table_world()
    print("\n".join([*rows(default), "", *share_rows(default), "", member_row(default)]))

"""Step 7: the trade equilibrium of the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import Setting
from tradewind.coupling.steps.power import by_economy
from tradewind.trade import Equilibrium, Shock, solve

TOLERANCE = 1e-12
POWER_SECTOR = "D35"
YEAR_OF_TABLE = 2014


def find_trade_equilibrium(moment: Moment) -> Mapping[str, Any]:
    """Solve the year against the base year's table.

    Value added does more by policy, automation, the economy's own trend and capital; the sector of
    electricity does less where power is dearer. In the base year nothing has changed.
    """
    setting = moment.setting
    trend, capital = trend_hat(setting, moment.year), np.ones(len(setting.coords["economy"]))
    power = np.ones_like(capital)
    if moment.base is None:
        trend = np.ones_like(trend)
    else:
        capital = capital_hat(moment, trend)
        power = power_productivity(moment)
    hat = moment.now.array("policy_productivity_hat") * moment.now.array("automation_hat")
    hat = hat * trend[:, None] * capital[:, None]
    hat[:, setting.index("sector", POWER_SECTOR)] *= power
    found = equilibrium(setting, moment.now, hat)
    return {
        **accounts(found),
        **volumes(found),
        "real_wage_hat": real_wage(moment, found),
        "trend_hat": trend,
        "capital_hat": capital,
        "value_added_hat": hat,
    }


def equilibrium(
    setting: Setting, now: Mapping[str, xr.DataArray], productivity: np.ndarray
) -> Equilibrium:
    """Ask the trade block for a year's policies and productivity (economy, sector)."""
    cells = {dim: setting.axes[dim] for dim in ("economy", "sector")}
    shock = Shock(
        tariff=now["tariff"],
        iceberg_hat=now["iceberg_hat"],
        export_tax=now["export_tax"],
        input_requirement_hat=now["input_requirement_hat"],
        productivity_hat=xr.DataArray(productivity, cells, ("economy", "sector")),
        productivity_kind="value_added",
    )
    scenario = setting.scenario
    return solve(
        setting.baseline,
        shock,
        closure=scenario.closure,
        labour=scenario.labour,
        sigma_value_added=scenario.sigma_value_added,
        sigma_inputs=scenario.sigma_inputs,
        sigma_final=scenario.sigma_final,
        tolerance=TOLERANCE,
    )


def accounts(found: Equilibrium) -> dict[str, Any]:
    """GDP from income and from spending, and trade: (economy,) [USD million / year]."""
    table = found.solution.table
    foreign = ~np.eye(table.flow.shape[0], dtype=bool)[:, :, None]
    exports = (table.flow * foreign).sum(axis=(0, 2))
    imports = (table.flow * foreign).sum(axis=(1, 2))
    used = ((1.0 - table.value_added_share) * table.output).sum(axis=1)
    final = table.expenditure.sum(axis=1) - used
    return {
        "value_added": table.value_added,
        "gdp": table.value_added + table.tariff_revenue + table.export_tax_revenue,
        "gdp_output": final + exports - imports,
        "exports": exports,
        "imports": imports,
        "output": table.output,
        "trade_residual": found.residual,
    }


def volumes(found: Equilibrium) -> dict[str, Any]:
    """Real income, and where each sector's output is made, at base-year prices."""
    volume = found.output_volume.to_numpy()
    total = volume.sum(axis=0)
    share = np.divide(volume, total, out=np.zeros_like(volume), where=total > 0.0)
    return {"real_income_hat": found.real_income_hat.to_numpy(), "output_share": share}


def real_wage(moment: Moment, found: Equilibrium) -> np.ndarray:
    """Real wage of labour: value added per worker, times labour's part of it now over then."""
    setting = moment.setting
    labour = setting.index("factor", "labour")
    part = moment.now.array("factor_share")[:, labour]
    return np.asarray(found.real_wage_hat.to_numpy() * part / setting.factor_share[:, labour])


def trend_hat(setting: Setting, year: int) -> np.ndarray:
    """Efficiency of each economy over the base year's: (economy,) [1].

    All grow at the world's rate, and each apart from it as its own past did, which fades: at the
    rate of the efficiency of value added that took the table of 2014 to the base year, less the
    world's mean weighted by value added, as far as it is the economy's own.
    """
    if not setting.years.switches.growth:
        return np.ones(len(setting.coords["economy"]))
    efficiency = setting.world.data["efficiency_hat"].to_numpy()
    rate = np.log(efficiency) / (setting.base_year - YEAR_OF_TABLE)
    rate = rate * setting.values["trend_weight"]
    weight = setting.baseline.table.value_added
    rate = rate - (rate @ weight) / weight.sum()
    fading = setting.values["trend_fading"]
    ahead = year - setting.base_year
    common = ahead * np.log1p(setting.values["world_growth"])
    return np.asarray(np.exp(common + rate * fading * -np.expm1(-ahead / fading)))


def capital_hat(moment: Moment, trend: np.ndarray) -> np.ndarray:
    """What more capital than the trend explains does to value added: (economy,) [1].

    (K̂ / trend)^(capital's share), over the world's mean, since a rise of all alike is the unit's. K
    is capital of other use: compute acts by automation, energy by the price of power.
    """
    assert moment.base is not None
    setting = moment.setting
    if not setting.years.switches.growth:
        return np.ones_like(trend)
    other = setting.index("asset", "other")
    now, then = (v.array("capital_stock")[:, other] for v in (moment.last, moment.base))
    deeper = now / then / trend
    weight = setting.baseline.table.value_added
    deeper = deeper / np.exp((np.log(deeper) @ weight) / weight.sum())
    share = setting.factor_share[:, setting.index("factor", "capital")]
    return np.asarray(deeper**share)


def power_productivity(moment: Moment) -> np.ndarray:
    """Productivity of the electricity sector's value added where power is dearer: (economy,) [1].

    The sector's cost moves with the resources that a MWh takes, over what large industry paid.
    """
    assert moment.base is not None
    setting = moment.setting
    now, then = (v.array("power_cost") for v in (moment.now, moment.base))
    paid = by_economy(setting, setting.areas.industrial_price)
    dearer = 1.0 + (now - then) / paid
    sector = setting.index("sector", POWER_SECTOR)
    share = setting.baseline.table.value_added_share[:, sector]
    safe = np.where(share > 0.0, share, 1.0)
    return np.where(share > 0.0, dearer ** (-1.0 / safe), 1.0)

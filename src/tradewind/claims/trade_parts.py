"""What experiments on the trade block share: places by name, horizons, volumes, fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import xarray as xr

from tradewind.errors import ConvergenceError
from tradewind.report.language import chinese_names
from tradewind.scenario import horizon
from tradewind.scenario.selectors import select, vocabularies
from tradewind.scenario.yaml_source import Source
from tradewind.trade import Baseline, Equilibrium, Labour, Shock, solve
from tradewind.trade.arrays import Array
from tradewind.world import World

ASIA = ("CHN", "JPN", "KOR", "TWN", "IND", "IDN")
"""The Asian economies that the table has apart, Turkey and Russia left out."""


@dataclass(frozen=True, eq=False)
class TradeWorld:
    """A world with its balanced table at the default long-run trade elasticities.

    Attributes
    ----------
    world : World
    baseline : Baseline
    elasticity : (sector) [1]
        Long-run trade elasticities of the world's first set.
    """

    world: World
    baseline: Baseline
    elasticity: xr.DataArray

    @classmethod
    @cache
    def at(cls, year: int) -> TradeWorld:
        """Open the shipped world at a year, once a process."""
        world = World.at(year)
        elasticity = world.trade_elasticity()
        return cls(world, Baseline(world.data.assign(trade_elasticity=elasticity)), elasticity)

    def named(self, code: str) -> dict[str, str]:
        """Name an economy in both languages."""
        english = self.world.economy_names[code]
        return {"en": english, "zh": chinese_names()["economy"].get(code, english)}

    def places(self, kind: Literal["economies", "sectors"], *names: str) -> Array:
        """Places in the table of what names select, see `tradewind.scenario.selectors`."""
        known = vocabularies(self.world)[kind]
        codes = select(known, names, Source("claims"), kind).codes
        return np.array([known.codes.index(code) for code in codes])


@dataclass(frozen=True, eq=False)
class Assumed:
    """Assumptions of one equilibrium.

    Attributes
    ----------
    elasticity : (sector) [1]
        Trade elasticities.
    labour : {"mobile", "specific"}
    sigma_value_added, sigma_inputs, sigma_final : float
        Substitution elasticities [1].
    """

    elasticity: xr.DataArray
    labour: Labour = "mobile"
    sigma_value_added: float = 1.0
    sigma_inputs: float = 1.0
    sigma_final: float = 1.0

    def options(self) -> dict[str, Any]:
        """Arguments of `tradewind.trade.solve`."""
        names = ("labour", "sigma_value_added", "sigma_inputs", "sigma_final")
        return {name: getattr(self, name) for name in names}

    def solve(self, baseline: Baseline, shock: Shock) -> Equilibrium:
        """Solve a shock on a baseline that has these trade elasticities already."""
        return solve(baseline, shock, **self.options())


def at_horizon(long_run: xr.DataArray, values: Mapping[str, float]) -> Assumed:
    """Assumptions some years after a shock, on the path of `tradewind.scenario.horizon`.

    Parameters
    ----------
    long_run : (sector) [1]
        Trade elasticities of the long run.
    values : mapping of str to float
        ``horizon_years`` [year]; ``trade_elasticity_short`` and ``sigma_inputs_short`` [1] replace
        the registry's where they are given.
    """
    years, table = values["horizon_years"], horizon.registry()
    found = horizon.structure_at(years)
    theta = values.get("trade_elasticity_short", table.trade_elasticity_short.value)
    short = np.minimum(theta, long_run.values)
    left = 1.0 - horizon.share_adjusted(years)
    elasticity = long_run.copy(data=short**left * long_run.values ** (1.0 - left))
    sigma = values.get("sigma_inputs_short", table.sigma_inputs_short.value)
    ends = table.sigma_inputs_short.value, table.sigma_inputs_long.value
    # The registry's own path tells how much of the short run is left for substitution.
    kept = np.log(found.sigma_inputs / ends[1]) / np.log(ends[0] / ends[1])
    return Assumed(
        elasticity,
        found.labour,
        found.sigma_value_added,
        float(sigma**kept * ends[1] ** (1.0 - kept)),
        found.sigma_final,
    )


def volume(found: Equilibrium, economies: Array, sectors: Array) -> tuple[float, float]:
    """Output at base-year prices before and after [USD million / year]."""
    where = np.ix_(economies, sectors)
    after = found.output_volume.values[where].sum()
    return float(found.baseline.table.output[where].sum()), float(after)


def change(before_after: tuple[float, float]) -> float:
    """Change [%]."""
    before, after = before_after
    return 100.0 * (after / before - 1.0)


def real_income_change(found: Equilibrium, economies: Array) -> float:
    """Change of joint real income [%], equivalent variations added up."""
    baseline = found.baseline.table
    spent = (baseline.income - baseline.inventory.sum(axis=1))[economies]
    gained = found.equivalent_variation.values[economies]
    return float(100.0 * gained.sum() / spent.sum())


def link(world: TradeWorld, importers: Array, exporters: Array, sectors: Array, size: Array) -> Any:
    """Label a block of links (importer, exporter, sector)."""
    economies, goods = world.baseline.economies, world.baseline.sectors
    return xr.DataArray(
        size,
        {
            "importer": [economies[n] for n in importers],
            "exporter": [economies[i] for i in exporters],
            "sector": [goods[j] for j in sectors],
        },
        ("importer", "exporter", "sector"),
    )


def by_sector(world: TradeWorld, economies: Array, sectors: Array, size: Array) -> xr.DataArray:
    """Label a block of (economy, sector)."""
    names = [world.baseline.economies[n] for n in economies]
    goods = [world.baseline.sectors[j] for j in sectors]
    return xr.DataArray(size, {"economy": names, "sector": goods}, ("economy", "sector"))


def reach(
    observe: Callable[[Array], Array], goal: Array, slope: Array, tolerance: float = 1e-6
) -> Array:
    """Find pushes at which what is observed meets a goal, by Broyden's method.

    Parameters
    ----------
    observe : callable
        From pushes (k,) to observations (k,), both in logarithms.
    goal : (k,)
    slope : (k,)
        First guess of each observation's derivative by its own push.
    tolerance : float
        On the observations.

    Raises
    ------
    ConvergenceError
        If the goal is not met.
    """
    push, jacobian = np.zeros(len(goal)), np.diag(slope)
    miss = observe(push) - goal
    for _ in range(40):
        if np.abs(miss).max() < tolerance:
            return push
        # A long step may leave what can be solved: no push grows by more than a fifth at once.
        step = np.clip(-np.linalg.solve(jacobian, miss), -0.2, 0.2)
        push = push + step
        new = observe(push) - goal
        jacobian += np.outer(new - miss - jacobian @ step, step) / (step @ step)
        miss = new
    raise ConvergenceError(f"a fit to shares did not converge: {np.abs(miss).max():.1e} away")


def ranks(values: Sequence[float] | Array) -> Array:
    """Ranks from the smallest, ties at their mean [1]."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=np.float64)


def sampled(size: int, values: Mapping[str, float]) -> Array:
    """Places of a bootstrap sample by its number ``sample``; all places, in order, for 0."""
    number = int(values["sample"])
    if number == 0:
        return np.arange(size)
    return np.random.default_rng(number).integers(size, size=size)


def deals(size: int, count: int = 50) -> list[Array]:
    """Random orders for a null run, the same ones whenever they are asked for."""
    generator = np.random.default_rng(size)
    return [generator.permutation(size) for _ in range(count)]


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's rank correlation [1]."""
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])

"""The chip market under shipped scenarios, each solved once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import xarray as xr

from tests.support.chips_programme import Problem
from tradewind.chip_run import compile_policies
from tradewind.chips import path, results
from tradewind.chips.block import calendar_of, history, rules_of
from tradewind.chips.calendar import Calendar
from tradewind.chips.classes import Classes
from tradewind.chips.history import History
from tradewind.chips.market import market
from tradewind.chips.parameters import central
from tradewind.chips.path import TRAINING, Market, Path, Rules
from tradewind.chips.solve import calibrated, solve
from tradewind.controls import Regime
from tradewind.scenario import Scenario
from tradewind.scenario.library import shipped_paths

NAMES = tuple(sorted(name for name in shipped_paths() if name.startswith("chips-")))


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario, solved at the central parameters."""

    policy: xr.Dataset
    calendar: Calendar
    observed: History
    market: Market
    rules: Rules
    found: Path
    data: xr.Dataset

    def dearer(self, p: int) -> float:
        """Price for training in the open market of the period before, over the reference price."""
        if p == 0:
            return 1.0
        value = self.found.marginal_value[p - 1, self.market.abroad, TRAINING]
        return float(value / self.market.reference_price[self.market.year_of[p - 1], TRAINING])

    def problems(self) -> list[tuple[int, Problem, Classes, list[int]]]:
        """Every period's programme, as the path had it, countries alike put together.

        A buyer is a class's workload; the last list holds the family of each offer.
        """
        made = []
        quota = self.rules.quota.copy()
        for p in range(len(self.calendar.starts)):
            made.append((p, *self._problem(p, quota)))
            drawn = (self.found.packages[p].sum(axis=2) * self.rules.quota_draw[p]).sum(axis=0)
            quota = np.where(np.isfinite(quota), quota - drawn, quota)
        return made

    def _problem(self, p: int, quota: np.ndarray) -> tuple[Problem, Classes, list[int]]:
        now, y = slice(p, p + 1), self.market.year_of[p]
        counted = (self.rules.quota_draw[p] > 0.0).any(axis=0)
        by_period = ("access", "surcharge", "quota_draw")
        rules = self.rules._replace(
            quota=np.where(counted, self.rules.quota, np.inf),
            **{name: getattr(self.rules, name)[now] for name in by_period},
        )
        classes = Classes.found(rules)
        own = self.market._replace(
            demand=self.market.demand[now],
            year_of=self.market.year_of[now],
            pool_of=self.market.pool_of[now],
        )
        grouped, small = classes.market(own), classes.rules(rules)
        left = self.found.capacity[p].copy()
        leaked = np.zeros((1, *small.access.shape[1:]))
        held = path.leak(grouped, small, 0, self.dearer(p), left, leaked)
        buyer, family, constraint, draw, limit = path.offers(
            grouped, small, 0, left, quota[classes.first]
        )
        workloads = grouped.demand.shape[2]
        economy, workload = np.divmod(buyer, workloads)
        return (
            Problem(
                buyer,
                self.market.effective[y, family, workload],
                self.market.price[y, family] * (1.0 + small.surcharge[0, family, economy]),
                constraint,
                draw,
                limit,
                grouped.demand[0].ravel(),
                np.tile(self.market.reference_price[y], grouped.demand.shape[1]),
                held,
                self.market.elasticity,
            ),
            classes,
            list(family),
        )


@cache
def policies() -> dict[str, xr.Dataset]:
    """Policies of all shipped scenarios of the chip market, on the same periods."""
    scenarios = [Scenario.from_yaml(name) for name in NAMES]
    regimes = [Regime.of(each.controls, each.origin, each.title) for each in scenarios]
    return dict(zip(NAMES, compile_policies(regimes), strict=True))


@cache
def base() -> Market:
    """The market to which all scenarios are put, calibrated to the rules as enacted."""
    policy, values, observed = policies()["chips-as-enacted"], central(), history()
    calendar = calendar_of(policy)
    own = market(observed.at(values["sales_level"]), calendar, values)
    return calibrated(own, rules_of(policy, observed, calendar, values), calendar)


@cache
def case(name: str) -> Case:
    """Solve a scenario."""
    policy, values, observed = policies()[name], central(), history()
    calendar = calendar_of(policy)
    rules = rules_of(policy, observed, calendar, values)
    found = solve(base(), rules, calendar)
    data = results.labelled(base(), found, observed, calendar, values)
    return Case(policy, calendar, observed, base(), rules, found, data)

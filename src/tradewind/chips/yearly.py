"""The chip market one year at a time, for runs in which other blocks answer every year.

The same market as ``solve.solve``, cut at new years: what a year leaves is handed to the next as a
``ChipState``, and demand may be moved in between. With demand as it is, the years put together are
that path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from tradewind.chips import path
from tradewind.chips.allocation import TOLERANCE
from tradewind.chips.block import calendar_of, history, rules_of
from tradewind.chips.calendar import Calendar
from tradewind.chips.classes import Classes
from tradewind.chips.equations import retired
from tradewind.chips.history import FIRST_YEAR, MADE_AT_HOME
from tradewind.chips.market import labels, market, specification
from tradewind.chips.parameters import central
from tradewind.chips.path import TRAINING
from tradewind.chips.programme import NONE, Floats
from tradewind.chips.results import economies, economy_of
from tradewind.chips.solve import calibrated, require_leakable, require_optimal


@dataclass(frozen=True, eq=False)
class ChipState:
    """What a year of the chip market leaves to the next.

    Attributes
    ----------
    level : float [1]
        The home makers' capacity over that at the open price.
    dies, memory : float [die], [stack]
        In store at home.
    dearer : float [1]
        Price for training in the open market over the reference price.
    quota : (country,) [TPP]
        Left of each quota; infinite where there is none.
    stock : (family, economy) [H100e]
        In use.
    """

    level: float
    dies: float
    memory: float
    dearer: float
    quota: Floats
    stock: Floats


class YearlyMarket:
    """A market under a policy, asked year by year.

    Parameters
    ----------
    policy : xarray.Dataset
        See ``block.solve_chips``.
    enacted : xarray.Dataset, optional
        The rules as enacted, to which observed capacity has answered; the policy if left out.
    values : mapping of str to float, optional
        A number for every parameter; the central ones if left out.
    """

    def __init__(
        self,
        policy: xr.Dataset,
        enacted: xr.Dataset | None = None,
        values: Mapping[str, float] | None = None,
    ) -> None:
        self.values = central() if values is None else values
        self.observed = history()
        self.calendar = calendar_of(policy)
        self.rules = rules_of(policy, self.observed, self.calendar, self.values)
        reference = self.rules
        if enacted is not None:
            reference = rules_of(enacted, self.observed, self.calendar, self.values)
        own = market(self.observed.at(self.values["sales_level"]), self.calendar, self.values)
        self.market = calibrated(own, reference, self.calendar)
        self.h100e, self.bandwidth = specification(self.observed, self.calendar, self.values)
        self.member = economy_of(self.observed.countries)

    def before(self, year: int) -> ChipState:
        """Walk to the start of a year with demand as it is."""
        state = ChipState(
            1.0,
            0.0,
            self.market.memory_held,
            1.0,
            self.rules.quota.copy(),
            np.zeros((len(labels()), len(economies()))),
        )
        still = np.ones(len(economies()))
        for earlier in range(FIRST_YEAR, year):
            _, state = self.step(earlier, state, still)
        return state

    def step(
        self, year: int, state: ChipState, demand_factor: Floats
    ) -> tuple[xr.Dataset, ChipState]:
        """Allocate the chips of one year.

        Parameters
        ----------
        year : int
        state : ChipState
            As the year before left it.
        demand_factor : (economy,) [1]
            On what each economy asks for at the reference price.

        Returns
        -------
        Dataset
            ``packages``, ``leaked`` (family, economy) [package]; ``installed``, ``stock``
            (family, economy) [H100e]; ``rented`` (economy) [H100e]; ``list_price``,
            ``scarcity_rent``, ``h100e`` (family); ``marginal_value`` (economy, workload)
            [USD / effective chip]; ``reference_price`` (workload); ``domestic_share``,
            ``home_multiple``.
        ChipState

        Raises
        ------
        ConvergenceError, InfeasibleError
            See ``solve.solve``.
        """
        at = np.flatnonzero(self.market.year_of == year - FIRST_YEAR)
        factor = self.member @ demand_factor
        own = _of_periods(self.market, at)
        own = own._replace(demand=own.demand * factor[None, :, None])
        rules = _rules_of_periods(self.rules, at)
        # Errors name the day a period of the year begins with.
        calendar = replace(self.calendar, starts=tuple(self.calendar.starts[p] for p in at))
        found, after = self._allocated(own, rules, state, calendar)
        counted = (found.packages.sum(axis=3) * rules.quota_draw).sum(axis=(0, 1))
        data = self._labelled(year, own, found, state.stock)
        left = np.maximum(state.quota - counted, 0.0)
        return data, replace(after, quota=left, stock=data["stock"].to_numpy())

    def _allocated(
        self, own: path.Market, rules: path.Rules, state: ChipState, calendar: Calendar
    ) -> tuple[path.Path, ChipState]:
        """Run the year's periods; a quota comes in where a year without it breaks it."""
        bound = np.zeros(rules.quota.size, bool)
        while True:
            # The whole quota, of which the path tells when it is spent; what is left is state.
            relaxed = rules._replace(quota=np.where(bound, rules.quota, np.inf))
            classes = Classes.found(relaxed)
            grouped, known = classes.market(own), classes.rules(relaxed)
            left = np.where(bound, state.quota, np.inf)[classes.first]
            start = path.State(state.level, state.dies, state.memory, state.dearer, left)
            found, end = path.run(grouped, known, start)
            require_optimal(found, calendar)
            require_leakable(grouped, found, calendar)
            found = classes.spread(found, own.demand)
            counted = (found.packages.sum(axis=3) * rules.quota_draw).sum(axis=(0, 1))
            broken = counted > state.quota * (1.0 + TOLERANCE)
            if not (broken & ~bound).any():
                return found, replace(
                    state, level=end.level, dies=end.dies, memory=end.memory, dearer=end.dearer
                )
            bound |= broken

    def _labelled(self, year: int, own: path.Market, found: path.Path, stock: Floats) -> xr.Dataset:
        """Put a year on labels; prices and worths are means over its days."""
        y, days = year - FIRST_YEAR, own.share_of_year
        bought, leaked = found.packages.sum(axis=3), found.leaked
        packages, smuggled = ((x @ self.member).sum(axis=0) for x in (bought, leaked))
        installed = (packages + smuggled) * self.h100e[y][:, None]
        rent = np.zeros(len(labels()))
        for p in range(days.size):
            for f, pool in enumerate(own.pool_of[p]):
                if pool != NONE:
                    rent[f] += days[p] * found.rent[p, pool] * own.pool_draw[y, f]
        best = own.frontier[y]
        rate = self.values["rental_rate"] / self.values["leakage_rate"]
        rented = rate * smuggled[best] * own.effective[y, best, TRAINING]
        offered = np.isfinite(found.marginal_value)
        weight = np.where(offered, own.demand, 0.0) * days[:, None, None]
        worth = np.where(offered, found.marginal_value, 0.0) * weight
        total, summed = (np.einsum("pcu,ce->eu", x, self.member) for x in (weight, worth))
        value = np.divide(summed, total, out=np.full_like(total, np.inf), where=total > 0.0)
        home = economies().index("CHN")
        made = [label in MADE_AT_HOME for label in labels()]
        kept = retired(stock, self.values["retirement"])
        pair, by_family = ("family", "economy"), ("family",)
        return xr.Dataset(
            {
                "packages": (pair, packages, {"units": "package / year"}),
                "leaked": (pair, smuggled, {"units": "package / year"}),
                "installed": (pair, installed, {"units": "H100e / year"}),
                "stock": (pair, kept + installed, {"units": "H100e"}),
                "rented": ("economy", rented, {"units": "H100e"}),
                "h100e": (by_family, self.h100e[y], {"units": "H100e / package"}),
                "list_price": (by_family, own.price[y], {"units": "USD / package"}),
                "scarcity_rent": (by_family, rent, {"units": "USD / package"}),
                "marginal_value": (
                    ("economy", "workload"),
                    value,
                    {"units": "USD / effective chip"},
                ),
                "reference_price": (
                    "workload",
                    own.reference_price[y],
                    {"units": "USD / effective chip"},
                ),
                "domestic_share": (
                    (),
                    float(installed[made, home].sum() / installed[:, home].sum()),
                    {"units": "1"},
                ),
                "home_multiple": ((), float(found.multiple[y]), {"units": "1"}),
            },
            {"family": labels(), "economy": list(economies())},
        )


def _of_periods(market: path.Market, at: np.ndarray) -> path.Market:
    """The market's arrays of some periods; years keep their places."""
    return market._replace(
        share_of_year=market.share_of_year[at],
        year_of=market.year_of[at],
        pool_of=market.pool_of[at],
        supply=market.supply[at],
        demand=market.demand[at],
    )


def _rules_of_periods(rules: path.Rules, at: np.ndarray) -> path.Rules:
    """The rules of some periods; quotas are of all."""
    return rules._replace(
        **{
            name: np.ascontiguousarray(getattr(rules, name)[at])
            for name in (
                "access",
                "surcharge",
                "foundry_open",
                "memory_open",
                "minerals_stopped",
                "quota_draw",
            )
        }
    )

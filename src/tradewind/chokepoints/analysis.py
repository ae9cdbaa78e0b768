"""One economy under one set of assumptions: what is predicted, and results put on labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from tradewind.chokepoints.cuts import Cut, Kind, cuts_of
from tradewind.chokepoints.equations import (
    loss_of,
    predicted_log_change,
    rank_correlation,
    replacement_weights,
)
from tradewind.chokepoints.job import Task
from tradewind.chokepoints.setting import Setting, step_name
from tradewind.chokepoints.store import Loss
from tradewind.trade import gradient
from tradewind.trade.arrays import Array
from tradewind.trade.decomposition import consumption

MONEY = "USD million / year"
RANKS = 3  # next-best suppliers shown
CURVES = 5  # suppliers whose loss is followed over the horizon


class Analysis:
    """Everything about one economy under one setting, in arrays."""

    def __init__(self, setting: Setting, economy: int) -> None:
        self.setting, self.economy = setting, economy
        self.baseline, self.table = setting.baseline, setting.baseline.table
        self.real_income = consumption(self.table)
        code = self.baseline.economies[economy]
        slope = gradient(setting.start(), lambda e: e.real_income_hat.sel(economy=code))
        # At the baseline Ŵ is one, so its derivative is that of its log.
        self.slope: Array = slope["iceberg_cost"].values
        self.predicted = predicted_log_change(self.slope, self.table.share, self.table.elasticity)

    def ranked(self, kind: Kind, exact: int | None) -> list[Cut]:
        """The cuts of a kind that are worth an exact solve, the worst first."""
        cuts = cuts_of(self.table, self.economy, kind)
        change = np.array([self._predicted_change(cut) for cut in cuts])
        order = np.argsort(change, kind="stable")
        return [cuts[place] for place in (order if exact is None else order[:exact])]

    def worst_suppliers(self) -> list[Cut]:
        """The suppliers whose loss is predicted to cost most."""
        return self.ranked("supplier", CURVES)

    def pairs(self) -> list[Cut]:
        """Every economy cut off from every supplier."""
        economies = range(len(self.baseline.economies))
        return [cut for economy in economies for cut in cuts_of(self.table, economy, "supplier")]

    def _predicted_change(self, cut: Cut) -> float:
        """What a cut does to log real income; −∞ where somebody's only supplier goes.

        Such a cut has no first-order answer, of either sign, so it is looked at first.
        """
        change = self.predicted[cut.links(self.table)]
        return float(change.sum()) if np.isfinite(change).all() else -np.inf

    def outputs(self, kinds: Sequence[Kind], losses: dict[Task, Loss]) -> xr.Dataset:
        """What is known of every cut, on labels."""
        cuts = [cut for kind in kinds for cut in cuts_of(self.table, self.economy, kind)]
        kind, supplier, sector = (
            np.array([getattr(cut, name) for cut in cuts])
            for name in ("kind", "supplier", "sector")
        )
        sectors = np.array([*self.baseline.sectors, "all"])
        own = self.real_income[self.economy]
        others = self.real_income[supplier]
        found = [losses.get(Task("main", cut)) for cut in cuts]
        exact = np.array([np.nan if loss is None else loss.own for loss in found])
        back = np.array([np.nan if loss is None else loss.other for loss in found])
        status = np.where(np.isfinite(exact), "exact", "no equilibrium")
        status = np.where([loss is None for loss in found], "predicted", status)
        links = [cut.links(self.table) for cut in cuts]
        change = np.array([self._predicted_change(cut) for cut in cuts])
        slope = np.array([self.slope[link].sum() for link in links])
        money = {
            "imports": self._imports(cuts),
            "marginal_loss": -0.01 * slope * own,
            "predicted_loss": loss_of(change, own),
            "severance_loss": loss_of(exact, own),
            "other_side_loss": loss_of(back, 1.0) * others,
            "supplier_real_income": others,
        }
        data: dict[str, Any] = {
            name: ("cut", values, {"units": MONEY}) for name, values in money.items()
        }
        data["expenditure_share"] = ("cut", self._shares(cuts), {"units": "1"})
        data["status"] = ("cut", status, {"units": "1"})
        names, shares = self._alternatives(cuts)
        data["alternative"] = (("cut", "rank"), names, {"units": "1"})
        data["alternative_share"] = (("cut", "rank"), shares, {"units": "1"})
        coords = {
            "kind": ("cut", kind),
            "supplier": ("cut", np.array(self.baseline.economies)[supplier]),
            "sector": ("cut", sectors[sector]),
            "rank": np.arange(1, RANKS + 1),
        }
        return xr.Dataset(data, coords, attrs=self._facts(kind, change, exact))

    def _facts(self, kind: Array, change: Array, exact: Array) -> dict[str, object]:
        options, known = self.setting.options, np.isfinite(exact) & (kind == kind[0])
        return {
            "economy": self.baseline.economies[self.economy],
            "real_income": float(self.real_income[self.economy]),
            "horizon_years": self.setting.years,
            "closure": options.closure,
            "labour": options.labour,
            "sigma_value_added": options.sigma_value_added,
            "sigma_inputs": options.sigma_inputs,
            "sigma_final": options.sigma_final,
            "trade_elasticity_mean": self._mean_elasticity(),
            "rank_correlation": rank_correlation(change[known], exact[known]),
            "rank_correlation_count": int(known.sum()),
        }

    def _mean_elasticity(self) -> float:
        """Trade elasticity, imports as weights."""
        imports = self.table.flow[self.economy].sum(axis=0)
        imports = imports - self.table.flow[self.economy, self.economy]
        return float((self.table.elasticity * imports).sum() / imports.sum())

    def _imports(self, cuts: Sequence[Cut]) -> Array:
        """What the economy itself buys of what is cut."""
        flow = self.table.flow[self.economy]
        by_sector = np.concatenate([flow, flow.sum(axis=1, keepdims=True)], axis=1)
        return np.array([by_sector[cut.supplier, cut.sector] for cut in cuts])

    def _shares(self, cuts: Sequence[Cut]) -> Array:
        share, spent = self.table.share[self.economy], self.table.expenditure[self.economy]
        total = share @ spent / spent.sum()
        return np.array(
            [
                share[cut.supplier, cut.sector] if cut.sector >= 0 else total[cut.supplier]
                for cut in cuts
            ]
        )

    def _alternatives(self, cuts: Sequence[Cut]) -> tuple[Array, Array]:
        """Codes and shares of those who sell most of the same, the economy itself included."""
        share, flow = self.table.share[self.economy], self.table.flow[self.economy]
        names = np.full((len(cuts), RANKS), "", dtype=object)
        shares = np.zeros((len(cuts), RANKS))
        codes = self.baseline.economies
        for row, cut in enumerate(cuts):
            bought = flow[cut.supplier]
            if cut.sector >= 0:
                bought = np.eye(len(bought))[cut.sector]
            weights = replacement_weights(share, bought, cut.supplier)
            for rank, place in enumerate(np.argsort(-weights, kind="stable")[:RANKS]):
                if weights[place] > 0.0:
                    names[row, rank], shares[row, rank] = codes[place], weights[place]
        return names.astype(str), shares

    def matrix(self, losses: dict[Task, Loss]) -> xr.Dataset:
        """Who loses what when a partner stops selling to it, and what that costs the partner."""
        size = len(self.baseline.economies)
        loss, imposed = np.full((size, size), np.nan), np.full((size, size), np.nan)
        for cut in self.pairs():
            found = losses[Task("main", cut)]
            loss[cut.economy, cut.supplier] = loss_of(np.array(found.own), 100.0)
            imposed[cut.economy, cut.supplier] = loss_of(np.array(found.other), 100.0)
        dims = ("economy", "partner")
        return xr.Dataset(
            {
                "dependence_loss": (dims, loss, {"units": "percent"}),
                "dependence_imposed": (dims, imposed, {"units": "percent"}),
            },
            {"economy": self.baseline.economies, "partner": self.baseline.economies},
        )

    def horizon(
        self, path: Sequence[Setting], followed: Sequence[Cut], losses: dict[Task, Loss]
    ) -> xr.Dataset:
        """Loss from the worst suppliers' embargo, by time to adapt and labour market."""
        labours = list(dict.fromkeys(step.options.labour for step in path))
        years = sorted({step.years for step in path})
        loss = np.full((len(followed), len(labours), len(years)), np.nan)
        for step in path:
            for row, cut in enumerate(followed):
                own = losses[Task(step_name(step), cut)].own
                at = row, labours.index(step.options.labour), years.index(step.years)
                loss[at] = loss_of(np.array(own), 100.0)
        return xr.Dataset(
            {"horizon_loss": (("curve", "labour", "horizon_year"), loss, {"units": "percent"})},
            {
                "curve": [self.baseline.economies[cut.supplier] for cut in followed],
                "labour": labours,
                "horizon_year": years,
            },
        )

"""The world after the shock, with labels: every outcome the block offers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import xarray as xr

from tradewind.trade import decomposition as parts
from tradewind.trade.arrays import Array, Change, Options, Solution
from tradewind.trade.baseline import Baseline

Method = Literal["exact", "caliendo_parro_2015"]
MONEY = "USD million / year"


@dataclass(frozen=True, eq=False, repr=False)
class Equilibrium:
    """A solved counterfactual. Money is in the numéraire: world value added at its baseline.

    Attributes
    ----------
    baseline : Baseline
    change : Change
        The complete change that was applied.
    options : Options
    solution : Solution
        Arrays in the baseline's order.
    method : {"exact", "caliendo_parro_2015"}
        How `terms_of_trade` and `volume_of_trade` are computed.
    """

    baseline: Baseline
    change: Change
    options: Options
    solution: Solution
    method: Method

    def __repr__(self) -> str:
        """Size, closure and residual."""
        return (
            f"Equilibrium({self.baseline!r}, {self.options.closure} deficits, "
            f"{self.options.labour} labour, residual {self.residual:.1e})"
        )

    @property
    def residual(self) -> float:
        """Largest relative miss of any factor market, price or expenditure."""
        return self.solution.residual

    @property
    def iterations(self) -> int:
        """Passes over all equations."""
        return self.solution.iterations

    @property
    def wage_hat(self) -> xr.DataArray:
        """Value added per worker, new over old: V'/V (economy). With mobile labour the wage."""
        before = self.baseline.table.value_added
        return self._label(self.solution.table.value_added / before, ("economy",))

    @property
    def value_added_price_hat(self) -> xr.DataArray:
        """v̂ (economy, sector): equals the wage where labour is mobile."""
        return self._label(self.solution.value_added_price_hat, ("economy", "sector"))

    @property
    def price_index_hat(self) -> xr.DataArray:
        """P̂ (importer, sector); infinite where the good is gone, 1 where it never was bought."""
        return self._label(self.solution.price_hat, ("importer", "sector"))

    @property
    def cost_hat(self) -> xr.DataArray:
        """ĉ (economy, sector); infinite where the sector is gone, 1 where it never was."""
        return self._label(self.solution.cost_hat, ("economy", "sector"))

    @property
    def trade(self) -> xr.DataArray:
        """Flows f.o.b., net of tariffs (importer, exporter, sector) [USD million / year]."""
        return self._label(self.solution.table.flow, ("importer", "exporter", "sector"), MONEY)

    @property
    def output(self) -> xr.DataArray:
        """Y' (economy, sector) [USD million / year]."""
        return self._label(self.solution.table.output, ("economy", "sector"), MONEY)

    @property
    def income(self) -> xr.DataArray:
        """I' = V' + tariff revenue + export-tax revenue + D' (economy) [USD million / year]."""
        return self._label(self.solution.table.income, ("economy",), MONEY)

    @property
    def tariff_revenue(self) -> xr.DataArray:
        """Σ t M (economy) [USD million / year]."""
        return self._label(self.solution.table.tariff_revenue, ("economy",), MONEY)

    @property
    def export_tax_revenue(self) -> xr.DataArray:
        """Σ e R (economy) [USD million / year]."""
        return self._label(self.solution.table.export_tax_revenue, ("economy",), MONEY)

    @property
    def real_income_hat(self) -> xr.DataArray:
        """Î / P̂ of the final bundle (economy), stock changes apart."""
        after = parts.consumption(self.solution.table) / self.solution.final_price_hat
        return self._label(after / parts.consumption(self.baseline.table), ("economy",))

    @property
    def real_wage_hat(self) -> xr.DataArray:
        """(V'/V) / P̂ of the final bundle (economy)."""
        hat = self.solution.table.value_added / self.baseline.table.value_added
        return self._label(hat / self.solution.final_price_hat, ("economy",))

    @property
    def equivalent_variation(self) -> xr.DataArray:
        """C (Ŵ − 1) (economy) [USD million / year] at baseline prices; C is I less stocks."""
        gain = self.real_income_hat.data - 1.0
        return self._label(
            gain * parts.consumption(self.baseline.table), ("economy",), "USD million / year"
        )

    @property
    def employment_hat(self) -> xr.DataArray:
        """L'_ij / L_ij (economy, sector); NaN where the sector employs nobody at baseline."""
        before = self.baseline.table.sector_value_added
        paid = self.solution.table.value_added_share * self.solution.table.output
        employs = before > 0.0
        bill = np.where(employs, self.solution.value_added_price_hat * before, 1.0)
        moved = 1.0 if self.options.labour == "specific" else paid / bill
        return self._label(np.where(employs, moved, np.nan), ("economy", "sector"))

    @property
    def labour_displaced(self) -> xr.DataArray:
        """Share of an economy's labour that changes sector, ½ Σ |ΔL_j| / L (economy)."""
        before = self.baseline.table.sector_value_added
        moved = np.abs(np.nan_to_num(self.employment_hat.data, nan=1.0) - 1.0) * before
        return self._label(0.5 * moved.sum(axis=1) / before.sum(axis=1), ("economy",))

    @property
    def output_volume(self) -> xr.DataArray:
        """Y'/ĉ (economy, sector) [USD million / year at base-year prices]."""
        return self._label(self._volume, ("economy", "sector"), MONEY)

    @property
    def relocation(self) -> xr.DataArray:
        """Change of an economy's share of world output of a sector (economy, sector) [1].

        In quantities, at base-year prices: a sector does not move because wages do.
        """
        moved = _world_share(self._volume) - _world_share(self.baseline.table.output)
        return self._label(moved, ("economy", "sector"))

    @cached_property
    def _volume(self) -> Array:
        cost = self.solution.cost_hat
        made = np.isfinite(cost)
        volume: Array = np.where(made, self.solution.table.output, 0.0) / np.where(made, cost, 1.0)
        return volume

    @property
    def terms_of_trade(self) -> xr.DataArray:
        """Terms of trade as a ratio to baseline income (economy)."""
        return self._label(self.decomposition.parts[0], ("economy",))

    @property
    def volume_of_trade(self) -> xr.DataArray:
        """Volume of trade as a ratio to baseline income (economy)."""
        return self._label(self.decomposition.parts[1], ("economy",))

    @property
    def terms_of_trade_by_partner(self) -> xr.DataArray:
        """The same by partner (economy, partner)."""
        return self._label(self.decomposition.terms_of_trade_by_partner, ("economy", "partner"))

    @property
    def volume_of_trade_by_partner(self) -> xr.DataArray:
        """The same by partner (economy, partner)."""
        return self._label(self.decomposition.volume_of_trade_by_partner, ("economy", "partner"))

    @property
    def welfare_decomposition(self) -> xr.DataArray:
        """All parts (economy, component) [ratio to baseline income].

        With ``method="exact"`` they add up to ``real_income_hat − 1``.
        """
        array = self._label(self.decomposition.parts.T, ("economy", "component"))
        return array.assign_coords(component=list(parts.COMPONENTS))

    @cached_property
    def decomposition(self) -> parts.Decomposition:
        """The parts as arrays, computed on first use."""
        table = self.baseline.table
        if self.method == "caliendo_parro_2015":
            return parts.caliendo_parro_2015(table, self.solution)
        return parts.exact(table, self.change, self.options, self.baseline.labels, self.solution)

    def _label(self, values: Array, dims: tuple[str, ...], units: str = "1") -> xr.DataArray:
        names = {**self.baseline.coords, "partner": self.baseline.economies}
        coords = {dim: names[dim] for dim in dims if dim in names}
        # A copy: the solver's arrays must not change under its feet.
        return xr.DataArray(values.copy(), dims=dims, coords=coords, attrs={"units": units})


def _world_share(output: Array) -> Array:
    world = output.sum(axis=0)
    share: Array = output / np.where(world > 0.0, world, 1.0)
    return share

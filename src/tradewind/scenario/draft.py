"""The policy under construction: arrays, and who has touched which link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from tradewind.errors import ScenarioError
from tradewind.scenario.selectors import Codes, Kind, Selection, select, vocabularies
from tradewind.scenario.world_view import WorldView

if TYPE_CHECKING:
    from tradewind.scenario.schema import Scenario

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LINK = ("importer", "exporter", "sector")
_DIMS = {
    "tariff": LINK,
    "export_tax": LINK,
    "iceberg_hat": LINK,
    "productivity_hat": ("economy", "sector"),
    "input_requirement_hat": ("economy", "input_sector", "sector"),
}
_ATTRS = {
    "tariff": ("1", "rate of the tariff in force under the scenario"),
    "export_tax": ("1", "rate of the export tax in force under the scenario"),
    "iceberg_hat": ("1", "iceberg cost relative to the baseline; infinite is a ban"),
    "productivity_hat": ("1", "productivity relative to the baseline"),
    "input_requirement_hat": ("1", "input needed per unit of output, relative to the baseline"),
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("economy", "importer", "exporter", "suppliers"), "economies"),
    **dict.fromkeys(("sector", "input_sector"), "sectors"),
}


class Draft:
    """Collects what the shocks do to a world; `dataset` is the result."""

    def __init__(self, scenario: Scenario, world: WorldView) -> None:
        self.scenario, self.world = scenario, world
        self._words = vocabularies(world)
        self._arrays: dict[str, Array] = {}
        self._touched: dict[str, NDArray[np.int64]] = {}
        self._kind: tuple[str, int] | None = None
        self.expenditure_share = self._baseline("expenditure_share", LINK)

    def labels(self, dim: str) -> list[str]:
        """The world's labels along a dimension."""
        kind = _KINDS[dim]
        return list(self.world.economies if kind == "economies" else self.world.sectors)

    def refusal(
        self,
        path: str,
        problem: str,
        *,
        value: object = None,
        bound: str | None = None,
        remedy: str | None = None,
    ) -> ScenarioError:
        """An error that points to a field of this scenario."""
        where = self.scenario.origin.where(path)
        return ScenarioError(problem, where=where, value=value, bound=bound, remedy=remedy)

    def select(self, index: int, field: str, items: Codes, kind: Kind) -> Selection:
        """Resolve a selector of a shock."""
        path = f"shocks[{index}].{field}"
        return select(self._words[kind], items, self.scenario.origin, path)

    def links(
        self,
        index: int,
        importer: Codes,
        exporter: Codes,
        sector: Codes,
        both_ways: bool = False,
        names: tuple[str, str] = ("importer", "exporter"),
    ) -> Mask:
        """Mask (importer, exporter, sector) of the links a shock names, home links left out."""
        buyers = self._index(index, names[0], importer)
        sellers = self._index(index, names[1], exporter)
        goods = self._index(index, "sector", sector)
        mask = np.zeros(self.expenditure_share.shape, dtype=np.bool_)
        mask[np.ix_(buyers, sellers, goods)] = True
        if both_ways:
            mask[np.ix_(sellers, buyers, goods)] = True
        home = np.arange(len(self.world.economies))
        mask[home, home, :] = False
        if not mask.any():
            raise self.refusal(
                f"shocks[{index}].{names[1]}",
                "the shock names only an economy's sales to itself, which no border measure meets",
                value=f"{names[0]} {', '.join(importer)}; {names[1]} {', '.join(exporter)}",
                bound="an importer and an exporter that differ",
                remedy=f"name another {names[0]} or {names[1]}",
            )
        if not (self.expenditure_share[mask] > 0.0).any():
            raise self.refusal(
                f"shocks[{index}]",
                f"nothing is traded on any of these links in {self.world.year}, "
                "so the shock can do nothing",
                value=self.example(mask),
                bound="at least one link with trade",
                remedy="widen importer, exporter or sector",
            )
        return mask

    def cells(self, index: int, economy: Codes, sector: Codes) -> Mask:
        """Mask (economy, sector) of the producers a shock names."""
        mask = self._cells(index, {"economy": economy, "sector": sector})
        if not (self.expenditure_share.sum(axis=0)[mask] > 0.0).any():
            raise self._without_effect(index, "none of these sectors sells anything")
        return mask

    def input_cells(self, index: int, economy: Codes, input_sector: Codes, sector: Codes) -> Mask:
        """Mask (economy, input_sector, sector) of the inputs a shock names."""
        selectors = {"economy": economy, "input_sector": input_sector, "sector": sector}
        mask = self._cells(index, selectors)
        used = self._baseline("input_share", ("economy", "input_sector", "sector"))
        if not (used[mask] > 0.0).any():
            raise self._without_effect(index, "none of these sectors uses these inputs")
        return mask

    def array(self, variable: str) -> Array:
        """The array of a policy variable, at its baseline when first asked for."""
        if variable not in self._arrays:
            dims = _DIMS[variable]
            if variable in self.world.data:
                self._arrays[variable] = self._baseline(variable, dims)
            else:
                shape = tuple(len(self.labels(dim)) for dim in dims)
                self._arrays[variable] = np.full(shape, 0.0 if variable == "export_tax" else 1.0)
        return self._arrays[variable]

    def touched(self, what: str, index: int, mask: Mask) -> None:
        """Note that a shock has done something to the links of a mask."""
        record = self._touched.setdefault(what, np.full(mask.shape, -1, dtype=np.int64))
        record[mask & (record < 0)] = index

    def touches(self, what: str) -> Mask:
        """Links to which something has been done."""
        touched = self._touched.get(what)
        if touched is None:
            return np.zeros(self.expenditure_share.shape, dtype=np.bool_)
        return touched >= 0

    def first_touch(self, what: str, mask: Mask) -> int | None:
        """The first shock that did something to a link of the mask, if any."""
        found = mask & self.touches(what)
        return int(self._touched[what][found].min()) if found.any() else None

    def use_kind(self, index: int, kind: str) -> None:
        """Note the kind of productivity; the trade block takes one kind at a time."""
        if self._kind is not None and self._kind[0] != kind:
            raise self.refusal(
                f"shocks[{index}].kind",
                f"shocks[{self._kind[1]}] changes productivity of {self._kind[0]} and "
                f"shocks[{index}] of {kind}",
                value=kind,
                bound="one kind of productivity in a scenario",
                remedy=f"write `kind: {self._kind[0]}` here too, or split the scenario in two"
                " (energy_supply as productivity counts as output)",
            )
        self._kind = self._kind or (kind, index)

    def trade_elasticity(self) -> Array:
        """Trade elasticities (sector) [1] of the scenario."""
        values: Array = self.scenario.trade_elasticity(self.world).values
        return values

    def example(self, mask: Mask) -> str:
        """Name one link of a mask, for a message."""
        importer, exporter, sector = np.argwhere(mask)[0]
        economies, sectors = self.world.economies, self.world.sectors
        return f"{economies[importer]} from {economies[exporter]}, {sectors[sector]}"

    def aligned(self, table: xr.DataArray) -> xr.DataArray:
        """A table (importer, exporter, sector) in the world's order, refused if not complete."""
        chosen = table.sel({dim: self.labels(dim) for dim in LINK}).transpose(*LINK)
        if not np.isfinite(chosen.values).all():
            raise ScenarioError(
                "a tariff schedule of the world holds a value that is not finite",
                where=f"world, schedule {table.name}",
                bound="finite rates",
                remedy="rebuild the world: tradewind world build",
            )
        return chosen

    def dataset(self) -> xr.Dataset:
        """The policy: every variable that was touched, with labels and attributes."""
        variables = {}
        for name, array in self._arrays.items():
            units, long_name = _ATTRS[name]
            attrs: dict[str, object] = {"units": units, "long_name": long_name}
            attrs["baseline_year"] = self.world.year
            if name == "productivity_hat" and self._kind is not None:
                attrs["kind"] = self._kind[0]
            coords = {dim: self.labels(dim) for dim in _DIMS[name]}
            variables[name] = xr.DataArray(array, coords, _DIMS[name], attrs=attrs)
        return xr.Dataset(variables, attrs={"scenario": self.scenario.name})

    def _index(self, index: int, field: str, items: Codes) -> list[int]:
        labels = self.labels(field)
        chosen = self.select(index, field, items, _KINDS[field])
        return [labels.index(code) for code in chosen.codes]

    def _cells(self, index: int, selectors: dict[str, Codes]) -> Mask:
        mask = np.zeros([len(self.labels(dim)) for dim in selectors], dtype=np.bool_)
        mask[np.ix_(*(self._index(index, dim, items) for dim, items in selectors.items()))] = True
        return mask

    def _without_effect(self, index: int, reason: str) -> ScenarioError:
        return self.refusal(
            f"shocks[{index}]",
            f"{reason} in {self.world.year}, so the shock can do nothing",
            value="no cell with a value above zero",
            bound="at least one cell in use",
            remedy="widen economy or sector",
        )

    def _baseline(self, variable: str, dims: Sequence[str]) -> Array:
        table = self.world.data[variable].sel({dim: self.labels(dim) for dim in dims})
        values: Array = table.transpose(*dims).values.astype(np.float64, copy=True)
        return values

"""A trade table with labels, checked: the world before the shock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from tradewind.errors import BaselineError
from tradewind.trade.arrays import Array, Table
from tradewind.trade.balance import balance_flows
from tradewind.trade.checks import check_table
from tradewind.trade.feasible import Labels
from tradewind.trade.labelled import aligned, as_data_array

if TYPE_CHECKING:
    from tradewind.trade.equilibrium import Equilibrium

VARIABLES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "expenditure_share": (("importer", "exporter", "sector"), "1", "share"),
    "expenditure": (("importer", "sector"), "USD million / year", "expenditure"),
    "value_added_share": (("economy", "sector"), "1", "value_added_share"),
    "input_share": (("economy", "input_sector", "sector"), "1", "input_share"),
    "final_share": (("economy", "sector"), "1", "final_share"),
    "tariff": (("importer", "exporter", "sector"), "1", "tariff"),
    "export_tax": (("importer", "exporter", "sector"), "1", "export_tax"),
    "trade_elasticity": (("sector",), "1", "elasticity"),
    "value_added": (("economy",), "USD million / year", "value_added"),
    "deficit": (("economy",), "USD million / year", "deficit"),
    "inventory": (("economy", "sector"), "USD million / year", "inventory"),
}
OPTIONAL = ("export_tax", "inventory")


class Baseline:
    """A balanced trade table.

    Parameters
    ----------
    data : Dataset
        ``expenditure_share(importer, exporter, sector)``, ``expenditure(importer, sector)``
        [USD million / year, gross of tariffs], ``value_added_share(economy, sector)``,
        ``input_share(economy, input_sector, sector)``, ``final_share(economy, sector)``,
        ``tariff(importer, exporter, sector)`` as a rate, ``trade_elasticity(sector)``,
        ``value_added(economy)``, ``deficit(economy)`` [USD million / year]; optional
        ``inventory(economy, sector)`` [USD million / year] and
        ``export_tax(importer, exporter, sector)`` as a rate. Other variables are ignored.
    balancing : mapping, optional
        What was done to balance the table, kept for the record.

    Raises
    ------
    BaselineError
        If a variable is missing, not finite, out of bounds, or an accounting identity fails.
    """

    def __init__(self, data: xr.Dataset, *, balancing: Mapping[str, Any] | None = None) -> None:
        missing = [name for name in VARIABLES if name not in OPTIONAL and name not in data]
        if missing:
            raise BaselineError(
                "the table lacks a variable",
                where=missing[0],
                bound="all of " + ", ".join(n for n in VARIABLES if n not in OPTIONAL),
                remedy="build the table with Baseline.from_flows, or add the variable",
            )
        if "elasticity_set" in data["trade_elasticity"].dims:
            raise BaselineError(
                "the table holds several sets of trade elasticities",
                where="trade_elasticity",
                value=", ".join(map(str, data["elasticity_set"].values)),
                bound="one trade elasticity a sector",
                remedy="choose a set: "
                'data.assign(trade_elasticity=world.trade_elasticity("fontagne_2022"))',
            )
        self.balancing = dict(balancing or {})
        self.coords = _coordinates(data)
        self.table = _table(data, self.coords)
        self.attrs = dict(data.attrs)
        check_table(self.table, self.labels)

    @property
    def economies(self) -> list[str]:
        """Codes of the economies, in order."""
        return self.coords["economy"]

    @property
    def sectors(self) -> list[str]:
        """Codes of the sectors, in order."""
        return self.coords["sector"]

    @property
    def labels(self) -> Labels:
        """Names for messages."""
        return Labels(tuple(self.economies), tuple(self.sectors))

    @cached_property
    def data(self) -> xr.Dataset:
        """The table as a labelled dataset."""
        return to_dataset(self.table, self.coords, self.attrs)

    @property
    def trade(self) -> xr.DataArray:
        """Flows f.o.b., net of tariffs (importer, exporter, sector) [USD million / year]."""
        return self._label(self.table.flow, ("importer", "exporter", "sector"))

    @property
    def output(self) -> xr.DataArray:
        """Y (economy, sector) [USD million / year]."""
        return self._label(self.table.output, ("economy", "sector"))

    @property
    def income(self) -> xr.DataArray:
        """I = V + tariff revenue + export-tax revenue + D (economy) [USD million / year]."""
        return self._label(self.table.income, ("economy",))

    def _label(self, values: Array, dims: tuple[str, ...]) -> xr.DataArray:
        coords = {dim: self.coords[dim] for dim in dims}
        return xr.DataArray(values.copy(), coords, dims, attrs={"units": "USD million / year"})

    @classmethod
    def from_table(
        cls,
        table: Table,
        coords: dict[str, list[str]],
        attrs: Mapping[str, Any] | None = None,
        balancing: Mapping[str, Any] | None = None,
    ) -> Baseline:
        """Wrap arrays that are in the order of ``coords``."""
        return cls(to_dataset(table, coords, attrs or {}), balancing=balancing)

    @classmethod
    def from_flows(
        cls,
        flow: xr.DataArray,
        input_share: xr.DataArray,
        value_added_share: xr.DataArray,
        trade_elasticity: xr.DataArray,
        tariff: xr.DataArray | None = None,
        attrs: Mapping[str, Any] | None = None,
    ) -> Baseline:
        """Build a balanced table from bilateral flows and technology.

        Final shares follow as α ∝ max(X − intermediate use, 0). Where that leaves the accounts
        open, one solve without any shock, deficits kept, closes them; `balancing` tells how many
        cells were cut, their value, and how far wages and flows moved.

        Parameters
        ----------
        flow : (importer, exporter, sector) [USD million / year]
            Net of tariffs, home sales included.
        input_share : (economy, input_sector, sector) [1]
        value_added_share : (economy, sector) [1]
        trade_elasticity : (sector) [1]
        tariff : (importer, exporter, sector) [1], optional
            Rates; none is free trade.
        """
        flow = as_data_array("flow", flow, BaselineError)
        coords = _coordinates(flow.to_dataset())
        if tariff is None:
            tariff = xr.zeros_like(flow)
        arrays = {
            name: aligned(name, given, dims, coords, BaselineError)
            for name, given, dims in (
                ("flow", flow, VARIABLES["tariff"][0]),
                ("tariff", tariff, VARIABLES["tariff"][0]),
                ("input_share", input_share, VARIABLES["input_share"][0]),
                ("value_added_share", value_added_share, VARIABLES["value_added_share"][0]),
                ("trade_elasticity", trade_elasticity, ("sector",)),
            )
        }
        labels = Labels(tuple(coords["economy"]), tuple(coords["sector"]))
        table, report = balance_flows(labels=labels, **arrays)
        return cls.from_table(table, coords, attrs, report)

    def rebased(self, equilibrium: Equilibrium) -> Baseline:
        """Return the world after ``equilibrium`` as a new baseline."""
        if equilibrium.baseline.coords != self.coords:
            raise BaselineError(
                "the equilibrium is of another table",
                where="rebased",
                value=repr(equilibrium.baseline),
                bound=f"the labels of {self!r}, in their order",
                remedy="rebase the baseline that was solved: equilibrium.baseline.rebased(...)",
            )
        return Baseline.from_table(equilibrium.solution.table, self.coords, self.attrs)

    def with_elasticity(self, trade_elasticity: xr.DataArray) -> Baseline:
        """Return the same table under other trade elasticities (sector) [1]."""
        values = aligned(
            "trade_elasticity", trade_elasticity, ("sector",), self.coords, BaselineError
        )
        table = replace(self.table, elasticity=values)
        return Baseline.from_table(table, self.coords, self.attrs, self.balancing)

    def __repr__(self) -> str:
        """Size and base year."""
        year = self.attrs.get("base_year", "unknown year")
        return f"Baseline({len(self.economies)} economies × {len(self.sectors)} sectors, {year})"


def to_dataset(table: Table, coords: dict[str, list[str]], attrs: Mapping[str, Any]) -> xr.Dataset:
    """Label a table's arrays."""
    return xr.Dataset(
        {
            # A copy: the solver's arrays must not change under its feet.
            name: xr.DataArray(getattr(table, attribute).copy(), dims=dims, attrs={"units": units})
            for name, (dims, units, attribute) in VARIABLES.items()
        },
        coords=coords,
        attrs=dict(attrs),
    )


def _coordinates(data: xr.Dataset) -> dict[str, list[str]]:
    """Labels of every dimension; economies may be named by any of their three roles."""
    for role in ("economy", "importer", "exporter"):
        if role in data.coords:
            economies = [str(label) for label in data[role].values]
            break
    else:
        economies = []
    sectors = [str(label) for label in data["sector"].values] if "sector" in data.coords else []
    if not economies or not sectors:
        raise BaselineError(
            "the table has no labels",
            where="coordinates economy (or importer, exporter) and sector",
            bound="a coordinate of codes on each dimension",
            remedy="assign coordinates to the dataset: data.assign_coords(economy=[...])",
        )
    return {
        "economy": economies,
        "importer": economies,
        "exporter": economies,
        "sector": sectors,
        "input_sector": sectors,
    }


def _table(data: xr.Dataset, coords: dict[str, list[str]]) -> Table:
    arrays: dict[str, Any] = {}
    for name, (dims, _, attribute) in VARIABLES.items():
        if name in data:
            arrays[attribute] = aligned(name, data[name], dims, coords, BaselineError)
        else:
            arrays[attribute] = np.zeros([len(coords[dim]) for dim in dims])
    return Table(**arrays)


def balanced_dataset(raw: xr.Dataset) -> xr.Dataset:
    """Balance a raw dataset of flows for `tradewind.world.build`; see `Baseline.from_flows`."""
    baseline = Baseline.from_flows(
        raw["flow"],
        raw["input_share"],
        raw["value_added_share"],
        raw["trade_elasticity"],
        raw.get("tariff"),
    )
    return baseline.data.drop_vars(list(OPTIONAL)).assign_attrs(baseline.balancing)

"""What can be cut: a link, a supplier's every sale to an economy, a supplier's sector.

A cut is named by a kind and by its places in the table; it knows which links it takes away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tradewind.trade.arrays import Table
from tradewind.trade.severance import Links

Kind = Literal["link", "supplier", "sector"]
KINDS: tuple[Kind, ...] = ("link", "supplier", "sector")
EVERY = -1  # in place of a sector: all of them


@dataclass(frozen=True)
class Cut:
    """One severance, by places in the table.

    Attributes
    ----------
    kind : {"link", "supplier", "sector"}
        A supplier's sales of one sector to the economy; all its sales to the economy; its sales
        of one sector to everybody abroad.
    economy, supplier, sector : int
        ``sector`` is `EVERY` for a supplier.
    """

    kind: Kind
    economy: int
    supplier: int
    sector: int = EVERY

    def links(self, table: Table) -> Links:
        """Importer, exporter and sector indices of the links with trade that go."""
        importers = np.array([self.economy])
        if self.kind == "sector":
            importers = np.delete(np.arange(len(table.value_added)), self.supplier)
        sectors = np.array([self.sector])
        if self.kind == "supplier":
            sectors = np.arange(table.expenditure.shape[1])
        traded = table.flow[np.ix_(importers, np.array([self.supplier]), sectors)] > 0.0
        n, _, j = np.nonzero(traded)
        return importers[n], np.full(n.size, self.supplier), sectors[j]


def cuts_of(table: Table, economy: int, kind: Kind) -> list[Cut]:
    """Every cut of a kind that takes away some trade of the economy's or, by sector, anybody's."""
    economies, sectors = table.expenditure.shape
    suppliers = [i for i in range(economies) if i != economy]
    # A share of a good that is not bought at all is no trade.
    traded = table.flow > 0.0
    if kind == "supplier":
        bought = traded[economy].any(axis=1)
        return [Cut("supplier", economy, i) for i in suppliers if bought[i]]
    sold = traded[economy]
    if kind == "sector":
        abroad = ~np.eye(economies, dtype=bool)[:, :, None]
        sold = (traded & abroad).any(axis=0)
    return [Cut(kind, economy, i, j) for i in suppliers for j in range(sectors) if sold[i, j]]

"""Accounting identities and bounds of a trade table."""

from __future__ import annotations

import numpy as np

from tradewind.errors import BaselineError
from tradewind.trade.arrays import Array, Table
from tradewind.trade.feasible import Labels

SHARE_TOLERANCE = 1e-9
BALANCE_TOLERANCE = 1e-8
# Use tables enter by-products as small negative inputs (one cell of Caliendo & Parro's own).
BY_PRODUCT = 1e-3


def check_table(table: Table, labels: Labels, *, balanced: bool = True) -> None:
    """Refuse a table that is out of bounds or does not balance.

    Raises
    ------
    BaselineError
        Naming the variable, the cell, its value and its bound.
    """
    economy, sector = labels.economies, labels.sectors
    link, cell, nest = (economy, economy, sector), (economy, sector), (economy, sector, sector)
    for name, values, names, good, bound in (
        ("expenditure_share", table.share, link, _unit(table.share), "between 0 and 1"),
        ("expenditure", table.expenditure, cell, table.expenditure >= 0, "at least 0"),
        (
            "value_added_share",
            table.value_added_share,
            cell,
            _unit(table.value_added_share),
            "between 0 and 1",
        ),
        (
            "input_share",
            table.input_share,
            nest,
            (table.input_share >= -BY_PRODUCT) & (table.input_share <= 1 + BY_PRODUCT),
            f"between 0 and 1 (a by-product may stand as a negative input down to −{BY_PRODUCT:g})",
        ),
        ("final_share", table.final_share, cell, _unit(table.final_share), "between 0 and 1"),
        ("tariff", table.tariff, link, table.tariff > -1, "above −1 (−100 %)"),
        ("export_tax", table.export_tax, link, table.export_tax > -1, "above −1 (−100 %)"),
        ("trade_elasticity", table.elasticity, (sector,), table.elasticity > 0, "above 0"),
        ("value_added", table.value_added, (economy,), table.value_added > 0, "above 0"),
    ):
        _require(name, values, names, good, bound)
    home = np.arange(len(economy))
    for name, rates in (("tariff", table.tariff), ("export_tax", table.export_tax)):
        at_home = rates[home, home]
        _require(f"{name} at home", at_home, cell, at_home == 0, "0 on trade with itself")
    spent = table.income - table.inventory.sum(axis=1)
    _require("income less stocks", spent, cell[:1], spent > 0, "above 0")
    _check_sums(table, labels)
    if balanced:
        _check_balance(table, labels)


def _unit(values: Array) -> Array:
    return (values >= -SHARE_TOLERANCE) & (values <= 1 + SHARE_TOLERANCE)


def _require(
    name: str, values: Array, names: tuple[tuple[str, ...], ...], good: Array, bound: str
) -> None:
    bad = ~(good & np.isfinite(values))
    if not bad.any():
        return
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    place = ", ".join(labels[i] for labels, i in zip(names, index, strict=True))
    raise BaselineError(
        f"{name} is out of bounds in {int(bad.sum())} cells",
        where=f"{name} at {place}",
        value=float(values[index]),
        bound=bound,
        remedy="correct the table; nothing is clipped",
    )


def _check_sums(table: Table, labels: Labels) -> None:
    """Shares add up to one wherever something is bought, used or produced."""
    cell = (labels.economies, labels.sectors)
    bought = table.expenditure > 0
    uses = (table.value_added_share < 1) & (table.output > 0)
    for name, sums, needed, names in (
        ("expenditure_share", table.share.sum(axis=1), bought, cell),
        ("input_share", table.input_share.sum(axis=1), uses, cell),
        ("final_share", table.final_share.sum(axis=1), np.True_, cell[:1]),
    ):
        good = (np.abs(sums - 1) <= SHARE_TOLERANCE) | ~np.asarray(needed)
        _require(f"sum of {name}", sums, names, good, "1 to within 1e-9")


def _check_balance(table: Table, labels: Labels) -> None:
    """Goods markets clear and value added is what sectors pay."""
    output = table.output
    use = np.einsum("nkj,nj->nk", table.input_share, (1 - table.value_added_share) * output)
    stocks = table.inventory.sum(axis=1)
    final = table.final_share * (table.income - stocks)[:, None] + table.inventory
    income = table.income[:, None]
    goods = np.abs(use + final - table.expenditure) / income
    paid = (table.value_added_share * output).sum(axis=1)
    factors = np.abs(paid / table.value_added - 1)
    deficits = np.abs(table.deficit.sum()) / table.value_added.sum()
    worst_goods, worst_factors = float(goods.max()), float(factors.max())
    if max(worst_goods, worst_factors, deficits) <= BALANCE_TOLERANCE:
        return
    if worst_goods >= max(worst_factors, deficits):
        n, k = np.unravel_index(np.argmax(goods), goods.shape)
        where = f"expenditure at {labels.economies[n]}, {labels.sectors[k]}"
        miss = worst_goods
    elif worst_factors >= deficits:
        where = f"value_added at {labels.economies[int(np.argmax(factors))]}"
        miss = worst_factors
    else:
        where, miss = "deficit, summed over economies", float(deficits)
    raise BaselineError(
        "the table does not balance",
        where=where,
        value=f"a miss of {miss:.3g} of the economy's income",
        bound=f"at most {BALANCE_TOLERANCE:g}",
        remedy="build it with Baseline.from_flows, which balances and says what it moved",
    )

"""Who can still be supplied once links are banned.

A ban (infinite iceberg cost) can leave a buyer without any supplier of a good. That is no
equilibrium if somebody cannot do without the good (a nest with elasticity of substitution of at
most one), and losses cascade: a sector without a needed input is lost as a supplier too. The
least fixed point of "what is lost" is found on booleans before any number is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from tradewind.errors import InfeasibleError
from tradewind.trade.arrays import Array, Options, Table


@dataclass(frozen=True, eq=False)
class Alive:
    """What survives: unit costs, input bundles and goods, each (economy, sector) bool."""

    cost: Array
    inputs: Array
    good: Array


def survivors(
    table: Table, touched: tuple[Array, ...], multiplier: Array, options: Options, labels: Labels
) -> Alive:
    """Find which costs, input bundles and goods stay finite.

    Parameters
    ----------
    touched : importer, exporter and sector indices
        Links whose cost changes.
    multiplier : (links,)
        Their κ̂^(−θ); zero is a ban.
    labels : Labels
        Names for the message.

    Raises
    ------
    InfeasibleError
        If final demand of an economy cannot do without a good that nobody can supply it.
    """
    banned = tuple(axis[multiplier == 0.0] for axis in touched)
    if banned[0].size == 0:
        return _without_bans(table, options, labels)
    open_link = table.linked.copy()
    open_link[banned] = False
    return _cascade(table, open_link, options, labels)


_known: WeakKeyDictionary[Table, dict[tuple[float, ...], Alive]] = WeakKeyDictionary()


def _without_bans(table: Table, options: Options, labels: Labels) -> Alive:
    """The survivors of a table as it stands, found once and kept as long as the table lives."""
    key = (options.sigma_value_added, options.sigma_inputs, options.sigma_final)
    kept = _known.setdefault(table, {})
    if key not in kept:
        kept[key] = _cascade(table, table.linked, options, labels)
    return kept[key]


@dataclass(frozen=True, eq=False)
class Supply:
    """How many suppliers and buyers every good has, to tell cuts that nobody is lost by.

    Attributes
    ----------
    suppliers : (N, J)
        Open links into an economy from sectors that live.
    buyers : (N, J)
        Open links out of an economy to others' final buyers, or its own.
    """

    suppliers: Array
    buyers: Array
    link: Array
    final: Array

    @classmethod
    def of(cls, table: Table, alive: Alive) -> Supply:
        """Count the links of a table as it stands."""
        link = table.linked & alive.cost[None] & alive.good[:, None]
        wanted = (table.final_share > 0.0) | (table.inventory != 0.0)
        final = link & wanted[:, None]
        return cls(link.sum(axis=1), final.sum(axis=0), link, final)

    def outlives(self, cut: tuple[Array, ...]) -> bool:
        """Whether every buyer keeps a supplier and every seller a final buyer.

        Sufficient, not necessary, for the survivors to stay the same.

        Parameters
        ----------
        cut : importer, exporter and sector indices
        """
        n, i, j = cut
        suppliers, buyers = self.suppliers.copy(), self.buyers.copy()
        np.subtract.at(suppliers, (n, j), self.link[cut])
        np.subtract.at(buyers, (i, j), self.final[cut])
        return bool((suppliers[n, j] > 0).all() and (buyers[i, j] > 0).all())


def _cascade(table: Table, open_link: Array, options: Options, labels: Labels) -> Alive:
    """Lose costs, inputs and goods until nothing more is lost."""
    needs_input = (table.input_share > 0.0) & (table.value_added_share < 1.0)[:, None, :]
    uses_inputs, uses_labour = table.value_added_share < 1.0, table.value_added_share > 0.0
    cost = np.ones_like(uses_inputs)
    while True:
        good = np.einsum("nij,ij->nj", open_link, cost) > 0
        if options.sigma_inputs > 1.0:
            inputs = (needs_input & good[:, :, None]).any(axis=1) | ~uses_inputs
        else:
            inputs = ~(needs_input & ~good[:, :, None]).any(axis=1)
        if options.sigma_value_added > 1.0:
            survives = cost & (uses_labour | (inputs & uses_inputs))
        else:
            survives = cost & inputs
        if (survives == cost).all():
            break
        cost = survives
    _require_final(table, good, options, labels)
    return _drop_unused(table, open_link, Alive(cost, inputs, good))


def _require_final(table: Table, good: Array, options: Options, labels: Labels) -> None:
    wanted = (table.final_share > 0.0) | (table.inventory != 0.0)
    missing: Array = np.asarray(wanted & ~good)
    if options.sigma_final > 1.0:
        missing = (table.inventory != 0.0) & ~good
        hopeless: Array = np.asarray(~(wanted & good).any(axis=1))
        missing = missing | (wanted & hopeless[:, None])
    if not missing.any():
        return
    economy, sector = np.argwhere(missing)[0]
    raise InfeasibleError(
        f"{labels.economies[economy]} is left without any supplier of "
        f"{labels.sectors[sector]}, and its households or its stocks cannot do without it "
        f"({int(missing.sum())} such cases in all)\n"
        f"  needs:  at least one open link into {labels.economies[economy]} for every good, "
        f"or sigma_final > 1 (is {options.sigma_final:g})\n"
        "  try:    leave one supplier (the economy itself counts), use a large iceberg cost "
        "instead of a ban, or raise the elasticity of substitution of the nests that use it"
    )


def _drop_unused(table: Table, open_link: Array, alive: Alive) -> Alive:
    """Keep only what leads to a final buyer, so that no log of a vanishing quantity appears.

    Growing from final demand also drops sectors that would sell to nobody but themselves.
    """
    good = alive.good & ((table.final_share > 0.0) | (table.inventory != 0.0))
    runs_on_inputs = alive.inputs & (table.value_added_share < 1.0)
    while True:
        cost = alive.cost & (np.einsum("nij,nj->ij", open_link, good) > 0)
        users = cost & runs_on_inputs
        used = np.einsum("nkj,nj->nk", table.input_share, users) > 0.0
        wider = good | (alive.good & used)
        if (wider == good).all():
            return Alive(cost, alive.inputs, good)
        good = wider


@dataclass(frozen=True)
class Labels:
    """Names of economies and sectors, in the arrays' order."""

    economies: tuple[str, ...]
    sectors: tuple[str, ...]

    @classmethod
    def numbered(cls, table: Table) -> Labels:
        """Names for a table that has none."""
        economies, sectors = table.expenditure.shape
        return cls(
            tuple(f"economy {i}" for i in range(economies)),
            tuple(f"sector {j}" for j in range(sectors)),
        )

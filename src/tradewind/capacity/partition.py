"""How a programme falls apart over time: what belongs to an hour, and what ties hours together.

Rows and columns are sorted into

=================  ==============================================================================
local columns      decisions of one step: output, flow, state of charge
border columns     decisions of no step (capacities), and those that tie distant steps together
balance rows       equalities of a step; a column of step t may also stand in rows of step t + 1
limit rows         one local column against capacities: ``a x + g z <= h``; any number a column
link rows          rows with local columns of many steps: a cap on the year's carbon
border rows        rows of border columns alone
=================  ==============================================================================

Balance rows are sorted by zone and step; those of one zone in one step are a block. Within a block,
rows that meet another step come last (the tail), so that coupling from step to step is a block of
the tails. Inequalities among balance, link and border rows get a slack column.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.capacity.zones import zones


@dataclass(frozen=True, eq=False)
class Partition:
    """A programme in the form that the structured solver takes.

    minimise c'x + d'z with balance ``A x + B z = b``, limits ``a_v x_j(v) + G z <= h``, link
    ``E x + K z = k`` and border ``R z = r``, x and z within bounds.

    Attributes
    ----------
    balance, balance_border : csr_array
        A (row, local) and B (row, border), rows in order of zones and steps, each block's tail
        last.
    block_start : ndarray, (blocks + 1,)
        First balance row of each block.
    block_zone : ndarray, (blocks,)
    tail : ndarray, (blocks,)
        Rows at the end of each block that meet another step.
    border_zone : ndarray, (border,)
        ``zones.NOWHERE`` for columns in border and link rows alone.
    limit_column : ndarray, (limit,)
        Local column of each limit row, ascending.
    limit_entry, limit_rhs : ndarray, (limit,)
    limit_border : csr_array, (limit, border)
    link, link_border, border : csr_array
    """

    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    border_cost: np.ndarray
    border_lower: np.ndarray
    border_upper: np.ndarray
    balance: sp.csr_array
    balance_border: sp.csr_array
    balance_rhs: np.ndarray
    block_start: np.ndarray
    block_zone: np.ndarray
    tail: np.ndarray
    border_zone: np.ndarray
    limit_column: np.ndarray
    limit_entry: np.ndarray
    limit_border: sp.csr_array
    limit_rhs: np.ndarray
    link: sp.csr_array
    link_border: sp.csr_array
    link_rhs: np.ndarray
    border: sp.csr_array
    border_rhs: np.ndarray
    origin: Origin


@dataclass(frozen=True, eq=False)
class Origin:
    """Where the parts came from: numbers of rows and columns in the programme (int32)."""

    local: np.ndarray
    columns: np.ndarray
    balance: np.ndarray
    limit: np.ndarray
    limit_sign: np.ndarray
    link: np.ndarray
    border: np.ndarray

    def primal(self, x: np.ndarray, z: np.ndarray, size: int) -> np.ndarray:
        """Put local and border values in the order of the programme, slack columns left out."""
        values = np.zeros(size)
        for at, part in ((self.local, x), (self.columns, z)):
            own = at < size
            values[at[own]] = part[own]
        return values

    def dual(
        self, y: np.ndarray, w: np.ndarray, links: np.ndarray, rows: np.ndarray, size: int
    ) -> np.ndarray:
        """Put duals in the order of the programme."""
        values = np.zeros(size)
        values[self.balance], values[self.link], values[self.border] = y, links, rows
        np.add.at(values, self.limit, -self.limit_sign * w)
        return values


def partition(programme: Programme) -> Partition:
    """Sort rows and columns, add slack columns, order by step."""
    local = programme.column_step != NO_STEP
    local &= ~_far(programme, local)
    count = _count(programme.matrix, local)
    equal = programme.row_lower == programme.row_upper
    limit = (count == 1) & ~equal
    link = (count > 1) & _wide(programme, local)
    balance, border = (count >= 1) & ~limit & ~link, count == 0
    slacked, extra = _with_slack(programme, ~equal & ~limit, balance)
    local = np.concatenate([local, extra])
    step = _row_steps(slacked, local)
    meets = _meets(slacked, local, balance, step)
    columns = np.flatnonzero(local)
    columns = columns[np.argsort(slacked.column_step[columns], kind="stable")]
    others = np.flatnonzero(~local)
    matrix = slacked.matrix
    inner, outer = sp.csr_array(matrix[:, columns]), sp.csr_array(matrix[:, others])
    limits = _limits(slacked, inner, outer, np.flatnonzero(limit))
    rows = np.flatnonzero(balance)
    steps = int(slacked.column_step[local].max(initial=-1)) + 1
    zone = zones(
        sp.csr_array(inner[rows]), sp.csr_array(outer[rows]), limits.column, limits.border, steps
    )
    order = np.lexsort((np.diff(matrix.indptr)[rows], meets[rows], step[rows], zone.row))
    rows = rows[order]
    block = zone.row[order] * steps + step[rows]
    start = np.flatnonzero(np.diff(block, prepend=-1, append=-1))
    links, borders = np.flatnonzero(link), np.flatnonzero(border)
    return Partition(
        cost=slacked.cost[columns],
        lower=slacked.lower[columns],
        upper=slacked.upper[columns],
        border_cost=slacked.cost[others],
        border_lower=slacked.lower[others],
        border_upper=slacked.upper[others],
        balance=sp.csr_array(inner[rows]),
        balance_border=sp.csr_array(outer[rows]),
        balance_rhs=slacked.row_lower[rows],
        block_start=start,
        block_zone=zone.row[order][start[:-1]],
        tail=np.add.reduceat(meets[rows], start[:-1], dtype=np.int64),
        border_zone=zone.border,
        limit_column=limits.column,
        limit_entry=limits.entry,
        limit_border=limits.border,
        limit_rhs=limits.rhs,
        link=sp.csr_array(inner[links]),
        link_border=sp.csr_array(outer[links]),
        link_rhs=slacked.row_lower[links],
        border=sp.csr_array(outer[borders]),
        border_rhs=slacked.row_lower[borders],
        origin=Origin(
            local=columns.astype(np.int32),
            columns=others.astype(np.int32),
            balance=rows.astype(np.int32),
            limit=limits.row.astype(np.int32),
            limit_sign=limits.sign.astype(np.int8),
            link=links.astype(np.int32),
            border=borders.astype(np.int32),
        ),
    )


def _count(matrix: sp.csr_array, marked: np.ndarray) -> np.ndarray:
    """Count the marked columns of every row."""
    return np.diff(np.concatenate([[0], np.cumsum(marked[matrix.indices])])[matrix.indptr])


def _spread(matrix: sp.csr_array, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last step of the columns of every row; no step counts for nothing."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    of = step[matrix.indices]
    held = of != NO_STEP
    first = np.full(matrix.shape[0], np.iinfo(np.int64).max)
    last = np.full(matrix.shape[0], NO_STEP)
    np.minimum.at(first, rows[held], of[held])
    np.maximum.at(last, rows[held], of[held])
    return first, last


def _far(programme: Programme, local: np.ndarray) -> np.ndarray:
    """Mark columns that stand in rows of a step that is neither their own nor the next."""
    matrix = programme.matrix
    step = programme.column_step
    rows = np.repeat(programme.row_step, np.diff(matrix.indptr))
    apart = rows - step[matrix.indices]
    bad = (rows != NO_STEP) & local[matrix.indices] & ((apart < 0) | (apart > 1))
    return np.bincount(matrix.indices[bad], minlength=len(step)) > 0


def _wide(programme: Programme, local: np.ndarray) -> np.ndarray:
    """Mark rows of no step whose local columns lie in more than two neighbouring steps."""
    step = np.where(local, programme.column_step, NO_STEP)
    first, last = _spread(programme.matrix, step)
    wide: np.ndarray = (programme.row_step == NO_STEP) & (last - first > 1)
    return wide


def _row_steps(programme: Programme, local: np.ndarray) -> np.ndarray:
    step = np.where(local, programme.column_step, NO_STEP)
    return np.where(
        programme.row_step == NO_STEP, _spread(programme.matrix, step)[1], programme.row_step
    )


def _meets(
    programme: Programme, local: np.ndarray, balance: np.ndarray, step: np.ndarray
) -> np.ndarray:
    """Mark balance rows that share a local column with a balance row of another step."""
    matrix = programme.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    held = local[matrix.indices] & balance[rows]
    later = held & (step[rows] != programme.column_step[matrix.indices])
    shared = np.zeros(len(local), dtype=bool)
    shared[matrix.indices[later]] = True
    marked = np.zeros(matrix.shape[0], dtype=bool)
    marked[rows[held & shared[matrix.indices]]] = True
    return marked


def _with_slack(
    programme: Programme, which: np.ndarray, balance: np.ndarray
) -> tuple[Programme, np.ndarray]:
    """Give rows a slack column, so that they read ``a x - s = 0``; say which slacks are local."""
    rows = np.flatnonzero(which)
    # Indices as wide as those of a programme: wider ones would stay in every part's matrix.
    start = np.concatenate([[0], np.cumsum(which)]).astype(np.int32)
    columns = np.arange(rows.size, dtype=np.int32)
    slack = sp.csr_array((-np.ones(rows.size), columns, start), shape=(len(which), rows.size))
    inside = balance[rows]
    step = _row_steps(programme, programme.column_step != NO_STEP)
    lower, upper = programme.row_lower.copy(), programme.row_upper.copy()
    lower[rows], upper[rows] = 0.0, 0.0
    wider = replace(
        programme,
        matrix=sp.csr_array(sp.hstack([programme.matrix, slack], format="csr")),
        cost=np.concatenate([programme.cost, np.zeros(rows.size)]),
        lower=np.concatenate([programme.lower, programme.row_lower[rows]]),
        upper=np.concatenate([programme.upper, programme.row_upper[rows]]),
        row_lower=lower,
        row_upper=upper,
        column_step=np.concatenate([programme.column_step, np.where(inside, step[rows], NO_STEP)]),
    )
    return wider, inside


@dataclass(frozen=True, eq=False)
class _Limits:
    column: np.ndarray
    entry: np.ndarray
    border: sp.csr_array
    rhs: np.ndarray
    row: np.ndarray
    sign: np.ndarray


def _limits(
    programme: Programme, inner: sp.csr_array, outer: sp.csr_array, rows: np.ndarray
) -> _Limits:
    """State every limit as ``a x + g z <= h``, a row with both sides as two."""
    above = rows[np.isfinite(programme.row_upper[rows])]
    below = rows[np.isfinite(programme.row_lower[rows])]
    row = np.concatenate([above, below])
    sign = np.concatenate([np.ones(above.size), -np.ones(below.size)])
    held = sp.csr_array(inner[row])
    order = np.argsort(held.indices, kind="stable")
    rhs = np.concatenate([programme.row_upper[above], -programme.row_lower[below]])
    return _Limits(
        held.indices[order].astype(np.int64),
        (sign * held.data)[order],
        sp.csr_array(sp.diags_array(sign) @ outer[row])[order],
        rhs[order],
        row[order],
        sign[order],
    )

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
from typing import Any

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.capacity.sorting import count_of, far, meeting, row_steps, wide
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
    """Where the parts came from: numbers of rows and columns in the programme (int32).

    ``slack`` are rows with a slack column; those columns are numbered after the programme's.
    """

    local: np.ndarray
    columns: np.ndarray
    balance: np.ndarray
    limit: np.ndarray
    limit_sign: np.ndarray
    link: np.ndarray
    border: np.ndarray
    slack: np.ndarray

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
    """Sort rows and columns, add slack columns, order by step.

    Which goes where follows from the matrix, the steps, and which rows are equalities or have a
    lower or an upper side; from nothing else.
    """
    local = programme.column_step != NO_STEP
    local &= ~far(programme, local)
    count = count_of(programme.matrix, local)
    equal = programme.row_lower == programme.row_upper
    limit = (count == 1) & ~equal
    link = (count > 1) & wide(programme, local)
    balance, border = (count >= 1) & ~limit & ~link, count == 0
    slack = np.flatnonzero(~equal & ~limit)
    matrix, column_step = _with_slack(programme, slack, balance[slack])
    local = np.concatenate([local, balance[slack]])
    step = row_steps(matrix, np.where(local, column_step, NO_STEP), programme.row_step)
    meets = meeting(matrix, column_step, local, balance, step)
    columns = np.flatnonzero(local)
    columns = columns[np.argsort(column_step[columns], kind="stable")]
    others = np.flatnonzero(~local)
    inner, outer = sp.csr_array(matrix[:, columns]), sp.csr_array(matrix[:, others])
    limits = _limits(programme, inner, outer, np.flatnonzero(limit))
    rows = np.flatnonzero(balance)
    steps = int(column_step[local].max(initial=-1)) + 1
    zone = zones(
        sp.csr_array(inner[rows]), sp.csr_array(outer[rows]), limits.column, limits.border, steps
    )
    order = np.lexsort((np.diff(matrix.indptr)[rows], meets[rows], step[rows], zone.row))
    rows = rows[order]
    block = zone.row[order] * steps + step[rows]
    start = np.flatnonzero(np.diff(block, prepend=-1, append=-1))
    links, borders = np.flatnonzero(link), np.flatnonzero(border)
    origin = Origin(
        local=columns.astype(np.int32),
        columns=others.astype(np.int32),
        balance=rows.astype(np.int32),
        limit=limits.row.astype(np.int32),
        limit_sign=limits.sign.astype(np.int8),
        link=links.astype(np.int32),
        border=borders.astype(np.int32),
        slack=slack.astype(np.int32),
    )
    return Partition(
        balance=sp.csr_array(inner[rows]),
        balance_border=sp.csr_array(outer[rows]),
        block_start=start,
        block_zone=zone.row[order][start[:-1]],
        tail=np.add.reduceat(meets[rows], start[:-1], dtype=np.int64),
        border_zone=zone.border,
        limit_column=limits.column,
        limit_entry=limits.entry,
        limit_border=limits.border,
        link=sp.csr_array(inner[links]),
        link_border=sp.csr_array(outer[links]),
        border=sp.csr_array(outer[borders]),
        origin=origin,
        **_numbers(programme, origin),
    )


def refilled(part: Partition, programme: Programme) -> Partition:
    """Put the numbers of another programme into a partition.

    Parameters
    ----------
    part : Partition
    programme : Programme
        With the matrix, the steps and the kinds of rows of the one that was sorted.
    """
    return replace(part, **_numbers(programme, part.origin))


def _numbers(programme: Programme, origin: Origin) -> dict[str, Any]:
    """Return costs, bounds and right-hand sides; a slack column has the bounds of its row."""
    cost = np.concatenate([programme.cost, np.zeros(origin.slack.size)])
    lower = np.concatenate([programme.lower, programme.row_lower[origin.slack]])
    upper = np.concatenate([programme.upper, programme.row_upper[origin.slack]])
    rhs = programme.row_lower.copy()
    rhs[origin.slack] = 0.0
    limit = np.where(
        origin.limit_sign > 0, programme.row_upper[origin.limit], -programme.row_lower[origin.limit]
    )
    return {
        "cost": cost[origin.local],
        "lower": lower[origin.local],
        "upper": upper[origin.local],
        "border_cost": cost[origin.columns],
        "border_lower": lower[origin.columns],
        "border_upper": upper[origin.columns],
        "balance_rhs": rhs[origin.balance],
        "limit_rhs": limit,
        "link_rhs": rhs[origin.link],
        "border_rhs": rhs[origin.border],
    }


def _with_slack(
    programme: Programme, rows: np.ndarray, inside: np.ndarray
) -> tuple[sp.csr_array, np.ndarray]:
    """Give rows a slack column, so that they read ``a x - s = 0``; return matrix and steps."""
    count = programme.shape[0]
    # Indices as wide as those of a programme: wider ones would stay in every part's matrix.
    start = np.searchsorted(rows, np.arange(count + 1)).astype(np.int32)
    columns = np.arange(rows.size, dtype=np.int32)
    slack = sp.csr_array((-np.ones(rows.size), columns, start), shape=(count, rows.size))
    step = row_steps(programme.matrix, programme.column_step, programme.row_step)
    return (
        sp.csr_array(sp.hstack([programme.matrix, slack], format="csr")),
        np.concatenate([programme.column_step, np.where(inside, step[rows], NO_STEP)]),
    )


@dataclass(frozen=True, eq=False)
class _Limits:
    column: np.ndarray
    entry: np.ndarray
    border: sp.csr_array
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
    return _Limits(
        held.indices[order].astype(np.int64),
        (sign * held.data)[order],
        sp.csr_array(sp.diags_array(sign) @ outer[row])[order],
        row[order],
        sign[order],
    )

"""Labels in, labels out: decide every row of a table of shipments at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.algebra import Resolved, resolve
from tradewind.controls.columns import BIT64, FIGURES, Columns
from tradewind.controls.encode import Encoder, Table
from tradewind.controls.equations import LICENCE_FROM, POLICIES
from tradewind.controls.items import Items
from tradewind.controls.regime import Regime
from tradewind.controls.solve import Engine
from tradewind.controls.unknowns import variants

ROWS_AT_ONCE = 1 << 15
"""Rows whose arrays stay in the processor's cache."""
OPEN = -1
"""The level of a row whose answer hangs on a figure that is not known."""


@dataclass(frozen=True)
class Answers:
    """Decisions, one a row, as codes and numbers."""

    level: NDArray[np.int16]
    """Position in `equations.POLICIES`; -1 if it hangs on a figure that is not known."""
    mildest: NDArray[np.int16]
    """The mildest answer over all values of the figures that are not known."""
    strictest: NDArray[np.int16]
    """The strictest answer."""
    requirement: NDArray[np.int16]
    """Position in the regime's rules of the requirement that decides the strictest answer; -1 if
    none applies."""
    rule: NDArray[np.int16]
    """Position of the rule that sets its policy."""
    import_level: NDArray[np.int16]
    """Position of the policy where the goods arrive, the strictest over what is not known; it does
    not enter the exporter's answer."""
    duty_percent: NDArray[np.float64]
    """Import duty on the way [%], the largest over what is not known."""
    missing: NDArray[np.uint64]
    """One bit for each of `columns.FIGURES` on which a rule hangs."""

    @property
    def licence_required(self) -> NDArray[np.float64]:
        """1 if a licence is required, 0 if not, NaN if it hangs on a figure."""
        low, high = self.mildest >= LICENCE_FROM, self.strictest >= LICENCE_FROM
        return np.where(low == high, low.astype(np.float64), np.nan)

    def labels(self, regime: Regime) -> dict[str, list[str | None]]:
        """Policies, rules and missing figures in words, by row."""
        ids = [*(rule.id for rule in regime.rules), None]
        policies = [*POLICIES, None]
        return {
            "policy": [policies[level] for level in self.level.tolist()],
            "requirement": [ids[index] for index in self.requirement.tolist()],
            "rule": [ids[index] for index in self.rule.tolist()],
            "missing": [missing_names(bits) for bits in self.missing.tolist()],
        }


def missing_names(bits: int) -> str:
    """Names of the figures that bits stand for, with spaces between.

    >>> missing_names(3)
    'total_processing_performance performance_density'
    """
    return " ".join(name for name in FIGURES if bits & int(BIT64[name]))


def decide_table(
    table: Table,
    regime: Regime | None = None,
    *,
    items: Items | None = None,
    used: Mapping[str, float] | None = None,
) -> Answers:
    """Decide every row of a table of shipments.

    Parameters
    ----------
    table : mapping of str to array
        Columns; a DataFrame is one, and a single value holds for every row. ``destination`` and
        ``date`` are needed. ``item`` names an item of the catalogue; any figure beside it
        (``total_processing_performance`` [TPP], ``performance_density`` [TPP/mm²],
        ``die_area_mm2``, ``planar`` (0 or 1), ``interconnect_gb_s``, ``memory_bandwidth_gb_s``,
        ``memory_density_gb_s_mm2``, ``process_nm``, ``transistors_billion``) replaces the
        catalogue's, NaN leaves it. If left out, ``headquarters`` is the destination,
        ``exported_from`` the United States (China for minerals and the equipment and technology
        that go with them), ``transaction`` an export, ``end_use`` civil, ``quantity`` 1 and
        ``certifications`` none (text with commas, or tuples of words).
    regime : Regime, optional
        The rules; as enacted if left out.
    items : Items, optional
        The catalogue; the shipped one if left out.
    used : mapping of str to float, optional
        TPP already used of each quota, by its id; nothing if left out.

    Returns
    -------
    Answers
        One a row.

    Raises
    ------
    RuleError
        If a column, a word, a country, a day or a number cannot be.
    """
    regime, items = regime or Regime.shipped(), items or Items.shipped()
    columns = Encoder(table, regime.engine, items, "table").columns()
    return evaluate(regime.engine, columns, used or {})


def evaluate(engine: Engine, columns: Columns, used: Mapping[str, float]) -> Answers:
    """Decide columns; rows that hang on unknown figures once for each interval of these."""
    size = columns.size
    high, requirement, rule, arrival = (np.empty(size, dtype=np.int16) for _ in range(4))
    duty, bits = np.empty(size), np.empty(size, dtype=np.uint64)
    for start in range(0, size, ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        part = columns.take(rows)
        match = engine.match(part, used)
        found = resolve(engine, match, part.size)
        high[rows], requirement[rows], rule[rows] = found.level, found.requirement, found.rule
        arrival[rows] = found.import_level
        duty[rows], bits[rows] = found.duty_percent, match.bits(with_paragraphs=False)
    low = high.copy()
    for variant, owner in variants(engine, columns, bits, used):
        told = resolve(engine, engine.match(variant, used), variant.size)
        _gather(told, owner, (low, high, requirement, rule))
        np.maximum.at(arrival, owner, told.import_level)
        np.maximum.at(duty, owner, np.broadcast_to(told.duty_percent, len(owner)))
    level = np.where(low == high, low, np.int16(OPEN))
    return Answers(level, low, high, requirement, rule, arrival, duty, bits)


def _gather(
    told: Resolved,
    owner: NDArray[np.int64],
    codes: tuple[NDArray[np.int16], ...],
) -> None:
    """Put the range of a row's variants, and the rules of its strictest, in the row's place."""
    low, high, requirement, rule = codes
    low[owner] = np.iinfo(np.int16).max
    np.minimum.at(low, owner, told.level)
    # The last assignment to a row stays: that of its strictest variant.
    order = np.argsort(told.level, kind="stable")
    for goal, values in ((high, told.level), (requirement, told.requirement), (rule, told.rule)):
        goal[owner[order]] = values[order]

"""The answer for each range of the figures that are not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.algebra import by_requirement, resolve
from tradewind.controls.columns import (
    COMBINED,
    DENSITY,
    FIGURES,
    INTERCONNECT,
    MEMORY,
    TPP,
    Columns,
)
from tradewind.controls.equations import POLICIES
from tradewind.controls.schema import Requirement
from tradewind.controls.solve import Engine
from tradewind.controls.unknowns import variants
from tradewind.controls.words import area_interval, interval


@dataclass(frozen=True)
class Applied:
    """A requirement that applies, and the rule that sets its policy."""

    requirement: str
    policy: str
    rule: str
    """The requirement itself, a review of it or an exception."""
    title: str
    citation: str


@dataclass(frozen=True)
class Outcome:
    """What an answer says, to tell answers apart."""

    policy: str
    paragraphs: tuple[str, ...]
    """Paragraphs met."""
    applied: tuple[Applied, ...]
    """Requirements that apply, the strictest first."""
    import_bars: tuple[Applied, ...]
    """Requirements where the goods arrive."""
    import_duty_percent: float


@dataclass(frozen=True)
class Alternative:
    """The answer if the missing figures lie in some range."""

    when: str
    """The range in words."""
    policy: str
    paragraphs: tuple[str, ...]
    applied: tuple[Applied, ...]
    import_bars: tuple[Applied, ...]
    import_duty_percent: float


_Part = tuple[str, "Outcome | tuple[_Part, ...]"]


def figure_names(missing: Iterable[str], columns: Columns) -> tuple[str, ...]:
    """What is to be found out: a density hangs on the area of the die, or on whether it is planar.

    Parameters
    ----------
    missing : iterable of str
        Names among `columns.FIGURES`.
    columns : Columns
        The query, one row.
    """
    names: dict[str, None] = {}
    roots = {DENSITY: (TPP, "die_area_mm2", "planar"), COMBINED: (MEMORY, INTERCONNECT)}
    for name in missing:
        for root in roots.get(name, (name,)):
            if root == "market" or np.isnan(columns.numbers[root]).any():
                names[root] = None
    return tuple(names)


def alternatives(
    engine: Engine, columns: Columns, bits: int, used: Mapping[str, float]
) -> tuple[Alternative, ...]:
    """Decide one query for each range of what is not known, neighbours with one answer joined.

    Parameters
    ----------
    engine : Engine
        The rules.
    columns : Columns
        The query, one row.
    bits : int
        The figures on which it hangs.
    used : mapping
        TPP already used of each quota.
    """
    ((variant, _),) = variants(engine, columns, np.array([bits], dtype=np.uint64), used)
    found = outcomes(engine, variant, used)
    axes = [name for name in FIGURES if _differs(variant, name)]
    tree = _tree(variant, np.arange(variant.size), axes, found, columns, engine)
    return tuple(
        Alternative(
            "; ".join(words) or "whatever they are",
            outcome.policy,
            outcome.paragraphs,
            outcome.applied,
            outcome.import_bars,
            outcome.import_duty_percent,
        )
        for words, outcome in _leaves(tree)
    )


def outcomes(engine: Engine, columns: Columns, used: Mapping[str, float]) -> list[Outcome]:
    """Decide each row; figures on which a rule hangs count as not meeting it."""
    match = engine.match(columns, used)
    found = resolve(engine, match, columns.size)
    duty = np.broadcast_to(found.duty_percent, columns.size)
    policies = by_requirement(engine, match)
    told = []
    for row in range(columns.size):
        held = {
            index: (int(_at(level, row)), int(_at(by, row)))
            for index, (level, by) in policies.items()
            if _at(match.rules[index].yes, row)
        }
        sides: dict[str, list[Applied]] = {"export": [], "import": []}
        for index, (level, by) in sorted(held.items(), key=lambda item: -item[1][0]):
            asked = engine.rules[index]
            side = asked.side if isinstance(asked, Requirement) else "export"
            sides[side].append(_applied(engine, index, level, by))
        met = sorted(name for name, truth in match.paragraphs.items() if _at(truth.yes, row))
        policy = POLICIES[int(found.level[row])]
        export, arrival = tuple(sides["export"]), tuple(sides["import"])
        told.append(Outcome(policy, tuple(met), export, arrival, float(duty[row])))
    return told


def _applied(engine: Engine, index: int, level: int, by: int) -> Applied:
    rule = engine.rules[by]
    return Applied(engine.rules[index].id, POLICIES[level], rule.id, rule.title, rule.citation)


def _at(values: NDArray[Any], row: int) -> Any:
    return values[row % len(values)]


def _values(columns: Columns, name: str) -> NDArray[Any]:
    held = columns.words[name] if name == "market" else columns.numbers[name]
    return np.broadcast_to(held, columns.size)


def _differs(columns: Columns, name: str) -> bool:
    return len(np.unique(_values(columns, name))) > 1


def _tree(
    variant: Columns,
    rows: NDArray[Any],
    axes: Sequence[str],
    found: Sequence[Outcome],
    query: Columns,
    engine: Engine,
) -> Outcome | tuple[_Part, ...]:
    """Outcomes by range of the first axis, then of the others; equal neighbours are joined."""
    if not axes:
        return found[int(rows[0])]
    name, rest = axes[0], axes[1:]
    values = _values(variant, name)[rows]
    # A density that follows from a TPP tried before is no range of its own.
    if len(np.unique(values)) == 1:
        return _tree(variant, rows, rest, found, query, engine)
    runs: list[tuple[float, Outcome | tuple[_Part, ...]]] = []
    for value in np.unique(values):
        part = _tree(variant, rows[values == value], rest, found, query, engine)
        if not runs or runs[-1][1] != part:
            runs.append((float(value), part))
    if len(runs) == 1:
        return runs[0][1]
    ends = [*(low for low, _ in runs[1:]), None]
    return tuple(
        (_said(name, low, high, query, engine), part)
        for (low, part), high in zip(runs, ends, strict=True)
    )


def _said(name: str, low: float, high: float | None, query: Columns, engine: Engine) -> str:
    if name == "market":
        return f"market {engine.vocabulary['market'][int(low)]}"
    tpp, area = (float(query.numbers[key][0]) for key in (TPP, "die_area_mm2"))
    if name == DENSITY and np.isnan(area) and not np.isnan(tpp):
        said = area_interval(tpp, low, high)
        planar = np.isnan(query.numbers["planar"][0]) and low == 0.0
        return f"{said}, or planar dies" if planar else said
    if name == DENSITY and not np.isnan(area) and not np.isnan(tpp):
        return "planar dies" if low == 0.0 else "no planar dies"
    return interval(name, low, high)


def _leaves(tree: Outcome | tuple[_Part, ...]) -> list[tuple[list[str], Outcome]]:
    if isinstance(tree, Outcome):
        return [([], tree)]
    return [([words, *more], outcome) for words, part in tree for more, outcome in _leaves(part)]

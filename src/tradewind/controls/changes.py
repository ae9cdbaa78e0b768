"""What would change an answer: the nearest thresholds, headquarters, certificates and days."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tradewind.controls.block import evaluate
from tradewind.controls.columns import (
    COMBINED,
    DENSITY,
    INTERCONNECT,
    MEMORY,
    TPP,
    Columns,
    with_derived,
)
from tradewind.controls.conditions import CHOICES, NUMBERS
from tradewind.controls.countries import codes, name_of, positions
from tradewind.controls.equations import POLICIES
from tradewind.controls.quotas import EPOCH_ZERO, days_since_1970
from tradewind.controls.regime import Regime
from tradewind.controls.solve import Engine
from tradewind.controls.unknowns import own_thresholds, thresholds
from tradewind.controls.words import NAMES, follows, number

OTHER_PLACES = {"headquarters": ("CN", "US"), "exported_from": ("US", "TW")}
"""Countries that are tried in place of the query's."""
UNSET = np.array([np.nan])
BOUND = (TPP, INTERCONNECT, MEMORY)
"""Figures from which others follow; the first of their own thresholds are those of the others."""


@dataclass(frozen=True)
class Change:
    """One thing that, changed alone, gives another answer."""

    what: str
    """In words."""
    policy: str
    """The policy then; the range `mildest to strictest` if it hangs on what is not known."""


@dataclass(frozen=True)
class _Trial:
    """A query with one thing changed."""

    what: str
    columns: Columns
    family: str
    """Of the trials of one family, in order from the nearest, the first that differs is told."""


def changes(
    regime: Regime, columns: Columns, used: Mapping[str, float], policies: Collection[str]
) -> tuple[Change, ...]:
    """Try one thing at a time, all in one table, and tell what gives another answer.

    Parameters
    ----------
    regime : Regime
        The rules.
    columns : Columns
        The query, one row.
    used : mapping
        TPP already used of each quota.
    policies : collection of str
        The answer, or answers if figures are missing.
    """
    engine = regime.engine
    trials = [
        *_figures(engine, columns, used),
        *_places(columns),
        *_words(engine, columns),
        *_certificates(engine, columns),
        *_days(engine, columns),
    ]
    if not trials:
        return ()
    answers = evaluate(engine, _stacked([trial.columns for trial in trials]), used)
    told: dict[str, Change] = {}
    for trial, low, high in zip(trials, answers.mildest, answers.strictest, strict=True):
        found = {POLICIES[low], POLICIES[high]}
        if trial.family in told or found <= set(policies):
            continue
        policy = " to ".join(dict.fromkeys((POLICIES[low], POLICIES[high])))
        told[trial.family] = Change(trial.what, policy)
    return tuple(told.values())


def _stacked(parts: list[Columns]) -> Columns:
    def joined(of: Callable[[Columns], Any]) -> Any:
        return np.concatenate([of(part) for part in parts])

    def all_of(of: Callable[[Columns], dict[str, Any]]) -> dict[str, Any]:
        return {name: np.concatenate([of(part)[name] for part in parts]) for name in of(parts[0])}

    return Columns(
        size=len(parts),
        numbers=all_of(lambda part: part.numbers),
        words=all_of(lambda part: part.words),
        places=all_of(lambda part: part.places),
        certified=joined(lambda part: part.certified),
        day=joined(lambda part: part.day),
        epoch=joined(lambda part: part.epoch),
    )


def _figures(engine: Engine, columns: Columns, used: Mapping[str, float]) -> list[_Trial]:
    """Each known figure at the ends of the ranges below and above its own, nearest first."""
    trials = []
    epoch = int(columns.epoch[0])
    for name in NUMBERS:
        value = float(columns.numbers[name][0])
        if np.isnan(value) or name in (COMBINED, "quantity"):
            continue
        # What follows from two figures is changed by changing one of them.
        edges = own_thresholds(engine, columns, name, epoch, used)[:1] if name in BOUND else []
        own = [float(edge) for part in edges for edge in part[0]]
        starts = sorted({*thresholds(engine, name, epoch), *own} - {0.0})
        below = [start for start in reversed(starts) if start <= value]
        above = [start for start in starts if start > value]
        for start in below:
            trials.append(_figure(columns, name, float(np.nextafter(start, 0.0)), start, "below"))
        for start in above:
            trials.append(_figure(columns, name, start, start, "above"))
    return trials


def _figure(columns: Columns, name: str, value: float, start: float, side: str) -> _Trial:
    numbers = {**columns.numbers, name: np.array([value])}
    known = with_derived({**columns.numbers, DENSITY: UNSET, COMBINED: UNSET})
    for derived, roots in {DENSITY: (TPP,), COMBINED: (INTERCONNECT, MEMORY)}.items():
        # What was given although it does not follow from other figures stays.
        if name in roots and not np.isnan(known[derived]).any():
            numbers[derived] = UNSET
    tpp = float(columns.numbers[TPP][0])
    if name == DENSITY and not np.isnan(tpp):
        area = number(tpp / start)
        more = f"above {area}" if side == "below" else f"at or below {area}"
        what = f"a die area {more} mm²"
    else:
        what = f"{NAMES[name][0]} {_limit(start, side)} {NAMES[name][1]}"
    return _Trial(what, replace(columns, numbers=with_derived(numbers)), f"{name} {side}")


def _limit(start: float, side: str) -> str:
    at = follows(start)
    if side == "below":
        return f"below {number(start)}" if at is None else f"of at most {number(at)}"
    return f"from {number(start)}" if at is None else f"above {number(at)}"


def _places(columns: Columns) -> list[_Trial]:
    trials = []
    index = positions()
    said = {"headquarters": "headquarters in", "exported_from": "leaving from"}
    for name, others in OTHER_PLACES.items():
        own = int(columns.places["destination"][0])
        for code in dict.fromkeys((*others, codes()[own])):
            if index[code] == int(columns.places[name][0]):
                continue
            places = {**columns.places, name: np.array([index[code]])}
            what = f"{said[name]} {name_of(code)}"
            trials.append(_Trial(what, replace(columns, places=places), what))
    return trials


def _words(engine: Engine, columns: Columns) -> list[_Trial]:
    trials = []
    for name in ("market", "end_use", "transaction"):
        for word in CHOICES[name]:
            code = engine.vocabulary[name].index(word)
            if code == int(columns.words[name][0]):
                continue
            words = {**columns.words, name: np.array([code])}
            what = f"{name.replace('_', ' ')} {word}"
            trials.append(_Trial(what, replace(columns, words=words), what))
    return trials


def _certificates(engine: Engine, columns: Columns) -> list[_Trial]:
    """All that one rule asks for, added to what is held."""
    known = engine.vocabulary["certifications"]
    trials = []
    for rule in engine.rules:
        for name, words in rule.when.leaves():
            if name != "certifications" or not isinstance(words, tuple):
                continue
            mask = np.uint64(sum(1 << known.index(word) for word in set(words)))
            held = columns.certified | mask
            if (held != columns.certified).any():
                what = f"certified: {', '.join(words)}"
                trials.append(_Trial(what, replace(columns, certified=held), what))
    return trials


def _days(engine: Engine, columns: Columns) -> list[_Trial]:
    """The day before each change on the way back, and the day of each on the way on."""
    trials = []
    today = int(columns.day[0])
    on = [day for day in engine.changes if days_since_1970(day) > today]
    back = [day for day in reversed(engine.changes) if days_since_1970(day) <= today]
    for day in back:
        before = day - datetime.timedelta(days=1)
        trials.append(_Trial(f"until {before}", _on(engine, columns, before), "earlier"))
    trials += [_Trial(f"from {day}", _on(engine, columns, day), "later") for day in on]
    return trials


def _on(engine: Engine, columns: Columns, day: datetime.date) -> Columns:
    days = np.array([(day - EPOCH_ZERO).days], dtype=np.int64)
    return replace(columns, day=days, epoch=engine.epoch(days))

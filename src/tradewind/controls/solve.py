"""Rules on tables of queries: which of them bind, and hold, in each row.

A condition on a figure that is not known may or may not hold. Every condition is therefore held as
a `Truth`: where it certainly holds, where it possibly holds, and between the two the figures on
which that hangs. Rows in which no rule hangs on anything are decided at once; the others are
decided once for each interval of the figures that are missing (`unknowns.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.columns import BIT64, TOTAL, TPP, Columns
from tradewind.controls.conditions import CHOICES, PLACES, WORDS, Bounds
from tradewind.controls.countries import change_days, members
from tradewind.controls.predicates import Leaves, Places, Vocabulary, compiled
from tradewind.controls.quotas import EPOCH_ZERO, left_of
from tradewind.controls.schema import (
    NEVER,
    Exception_,
    Paragraph,
    Period,
    Quota,
    Requirement,
    Review,
    Rule,
)
from tradewind.controls.truth import (
    ALWAYS,
    NO_BITS,
    NOWHERE,
    Bits,
    Mask,
    Truth,
    any_of,
    both,
    either,
)

ORDER = ("paragraph", "requirement", "exception", "review", "duty")
"""The order in which rules are looked at: each after those it stands on."""
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Match:
    """Which rules hold for some rows, by position of the rule."""

    rules: Mapping[int, Truth]
    """Rules that bind and may hold somewhere."""
    fits: Mapping[int, Truth]
    """Of those with quotas, whether the shipment fits them all."""
    paragraphs: Mapping[str, Truth]
    """Paragraphs that may be met somewhere."""

    def bits(self, *, with_paragraphs: bool) -> Bits:
        """Figures on which the answer may hang, by row."""
        truths = [
            both(truth, self.fits[index]) if index in self.fits else truth
            for index, truth in self.rules.items()
        ]
        truths += self.paragraphs.values() if with_paragraphs else ()
        found = NO_BITS
        for truth in truths:
            if not truth.certain:
                found = found | truth.bits
        return found


@dataclass(frozen=True)
class Engine:
    """Rules made ready for tables of queries."""

    rules: tuple[Rule, ...]
    changes: tuple[datetime.date, ...]
    """Days on which a rule or a membership of a group begins or ends, or a cap changes."""
    binding: Mask
    """(rule, epoch): whether the rule binds."""
    vocabulary: Vocabulary
    places: Places
    whens: tuple[Callable[[Leaves], Truth], ...]
    """The condition of each rule."""
    quotas: Mapping[str, Quota]
    """The caps by id."""
    starts: tuple[datetime.date, ...]
    """A day in each epoch."""
    asked: tuple[Mapping[str, tuple[Bounds, ...]], ...]
    """The bounds that each rule sets, by figure."""
    kinds: Mapping[str, tuple[int, ...]]
    """Positions of the rules of each kind."""

    @staticmethod
    def of(rules: tuple[Rule, ...]) -> Engine:
        """Make rules ready."""
        days = change_days() | {day for rule in rules for day in _days(rule)}
        changes = tuple(sorted(days - {NEVER}))
        starts = (changes[0] - ONE_DAY, *changes) if changes else (EPOCH_ZERO,)
        binding = np.array(
            [[rule.binds(start) for start in starts] for rule in rules], dtype=bool
        ).reshape(len(rules), len(starts))
        vocabulary = {
            name: CHOICES.get(name, ()) or tuple(sorted(set(_words(rules, name))))
            for name in (*WORDS, "certifications")
        }
        places = {}
        for rule in rules:
            chinese = rule.jurisdiction == "US"
            for name, words in rule.when.leaves():
                if name in PLACES and isinstance(words, tuple):
                    held = members(words, starts, rule.id, hong_kong_is_china=chinese)
                    same = bool((held == held[:1]).all())
                    places[name, words, chinese] = held[:1] if same else held
        whens = tuple(compiled(rule.when, rule.jurisdiction == "US") for rule in rules)
        quotas = {rule.id: rule for rule in rules if isinstance(rule, Quota)}
        kinds = {
            kind: tuple(index for index, rule in enumerate(rules) if rule.kind == kind)
            for kind in ORDER
        }
        asked = tuple(map(_asked, rules))
        return Engine(
            rules, changes, binding, vocabulary, places, whens, quotas, starts, asked, kinds
        )

    def epoch(self, day: NDArray[np.int64]) -> NDArray[np.int64]:
        """Position of days since 1970 among the changes."""
        changes = np.array([(change - EPOCH_ZERO).days for change in self.changes], dtype=np.int64)
        return np.searchsorted(changes, day, side="right").astype(np.int64)

    def holds(self, index: int, columns: Columns) -> Truth:
        """Find where the condition of one rule holds, whenever it binds."""
        return self.whens[index](Leaves(self.vocabulary, self.places, columns))

    def match(self, columns: Columns, used: Mapping[str, float]) -> Match:
        """Find which rules hold for each row.

        Parameters
        ----------
        columns : Columns
            The queries.
        used : mapping of str to float
            TPP already used of each quota, by its id; nothing if left out.
        """
        leaves = Leaves(self.vocabulary, self.places, columns)
        present = np.bincount(columns.epoch, minlength=len(self.starts)) > 0
        active: Mask = np.logical_or.reduce(self.binding[:, present], axis=1)
        met: dict[str, Truth] = {}
        found: dict[int, Truth] = {}
        fits: dict[int, Truth] = {}
        by_id: dict[str, Truth] = {}
        for index in (index for kind in ORDER for index in self.kinds[kind] if active[index]):
            rule = self.rules[index]
            # What is cheap and often fails goes first.
            truth = both(self._binds(index, columns, present), _scope(rule, met, by_id))
            if not truth.possible.any():
                continue
            truth = both(truth, self.whens[index](leaves))
            if not truth.possible.any():
                continue
            if isinstance(rule, Paragraph):
                met[rule.paragraph] = either(met.get(rule.paragraph, NOWHERE), truth)
                continue
            found[index] = truth
            if isinstance(rule, Requirement):
                by_id[rule.id] = truth
            if isinstance(rule, Exception_ | Review) and rule.quota:
                fits[index] = self._fits(rule.quota, columns, used)
        return Match(found, fits, met)

    def _fits(self, quotas: tuple[str, ...], columns: Columns, used: Mapping[str, float]) -> Truth:
        """Whether the whole shipment fits all of some quotas."""
        shipped = columns.numbers["quantity"] * columns.numbers[TPP]
        found = ALWAYS
        for name in quotas:
            left = left_of(self.quotas[name], columns, used.get(name, 0.0))
            unknown = np.isnan(shipped) | np.isnan(left)
            yes = shipped <= left
            bits = np.isnan(shipped) * BIT64[TPP] | np.isnan(left) * BIT64[TOTAL]
            found = both(found, Truth(yes, yes | unknown if unknown.any() else yes, bits))
        return found

    def _binds(self, index: int, columns: Columns, present: Mask) -> Truth:
        row = self.binding[index]
        if row[present].all():
            return ALWAYS
        yes = row[columns.epoch]
        return Truth(yes, yes, NO_BITS)


def _words(rules: Iterable[Rule], name: str) -> Iterator[str]:
    for rule in rules:
        for field, words in rule.when.leaves():
            if field == name and isinstance(words, tuple):
                yield from words


def _days(rule: Rule) -> set[datetime.date]:
    """Days on which a rule begins or ends, or a cap changes."""
    days = {rule.begins, rule.ends}
    if isinstance(rule, Quota) and rule.begins < rule.ends:
        days |= {step.from_ for step in rule.path or ()}
        if isinstance(rule.period, Period):
            days |= {rule.period.from_, rule.period.to + ONE_DAY}
    return days


def _asked(rule: Rule) -> dict[str, tuple[Bounds, ...]]:
    found: dict[str, tuple[Bounds, ...]] = {}
    for name, bounds in rule.when.leaves():
        if isinstance(bounds, Bounds):
            found[name] = (*found.get(name, ()), bounds)
    return found


def _scope(rule: Rule, met: Mapping[str, Truth], requirements: Mapping[str, Truth]) -> Truth:
    """Whether the item meets a paragraph of the rule, and a requirement applies that it names."""
    scope = ALWAYS
    named = getattr(rule, "paragraphs", None)
    if named is not None:
        scope = any_of(met[name] for name in named if name in met)
    targets = getattr(rule, "lifts", None) or getattr(rule, "of", None)
    if targets is not None:
        scope = both(scope, any_of(requirements[name] for name in targets if name in requirements))
    return scope

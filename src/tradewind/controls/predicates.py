"""The predicates of rules on columns: what a rule asks of one field, and conditions over these."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.columns import BIT64, Columns
from tradewind.controls.conditions import NUMBERS, PLACES, WORDS, Bounds, Condition
from tradewind.controls.truth import ALWAYS, NO_BITS, Mask, Truth, any_of, both, negated

Vocabulary = Mapping[str, tuple[str, ...]]
"""Words that rules name, by field; codes are positions."""
Places = Mapping[tuple[str, tuple[str, ...], bool], Mask]
"""(epoch, country): which countries a selection holds; one row if it never changes."""


class Leaves:
    """The fields of some rows against what rules ask of them, each found once."""

    def __init__(self, vocabulary: Vocabulary, places: Places, columns: Columns) -> None:
        self.vocabulary, self.places, self.columns = vocabulary, places, columns
        self._found: dict[tuple[object, ...], Truth] = {}
        self._unknown = {
            name: mask for name in (*NUMBERS, "market") if (mask := columns.unknown(name)).any()
        }

    def of(self, name: str, asked: Bounds | tuple[str, ...], chinese: bool) -> Truth:
        key = (name, asked, chinese and name in PLACES)
        if key not in self._found:
            self._found[key] = self._leaf(name, asked, chinese)
        return self._found[key]

    def _leaf(self, name: str, asked: Bounds | tuple[str, ...], chinese: bool) -> Truth:
        if isinstance(asked, Bounds):
            yes = _within(self.columns.numbers[name], asked)
        elif name in PLACES:
            held = self.places[name, asked, chinese]
            place = self.columns.places[name]
            yes = held[0, place] if len(held) == 1 else held[self.columns.epoch, place]
        elif name == "certifications":
            needed = np.uint64(self._mask(asked))
            yes = (self.columns.certified & needed) == needed
        else:
            codes = self.columns.words[name]
            known = self.vocabulary[name]
            # The codes of words that no rule names, or that are unknown, point at the end.
            listed = np.zeros(len(known) + 2, dtype=bool)
            listed[[known.index(word) for word in asked]] = True
            yes = listed[codes]
        if name not in self._unknown:
            return Truth(yes, yes, NO_BITS)
        unknown = self._unknown[name]
        return Truth(yes, yes | unknown, unknown * BIT64[name])

    def _mask(self, words: tuple[str, ...]) -> int:
        known = self.vocabulary["certifications"]
        return sum(1 << known.index(word) for word in set(words))


def _within(values: NDArray[np.float64], asked: Bounds) -> Mask:
    tests = []
    if asked.at_least is not None:
        tests.append(values >= asked.at_least)
    if asked.above is not None:
        tests.append(values > asked.above)
    if asked.at_most is not None:
        tests.append(values <= asked.at_most)
    if asked.below is not None:
        tests.append(values < asked.below)
    return tests[0] if len(tests) == 1 else tests[0] & tests[1]


def compiled(condition: Condition, chinese: bool) -> Callable[[Leaves], Truth]:
    """The condition as a function of the leaves."""
    own = [
        (name, asked)
        for name in (*NUMBERS, *WORDS, *PLACES, "certifications")
        if (asked := getattr(condition, name)) is not None
    ]
    every = [compiled(part, chinese) for part in condition.all]
    some = None if condition.any is None else [compiled(part, chinese) for part in condition.any]
    none = None if condition.not_ is None else compiled(condition.not_, chinese)

    def holds(leaves: Leaves) -> Truth:
        truth = ALWAYS
        for name, asked in own:
            truth = both(truth, leaves.of(name, asked, chinese))
        for part in every:
            truth = both(truth, part(leaves))
        if some is not None:
            truth = both(truth, any_of(part(leaves) for part in some))
        if none is not None:
            truth = both(truth, negated(none(leaves)))
        return truth

    return holds

"""Conditions that may hang on what is not known: certainly, possibly, and on which figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Bits = NDArray[np.uint64]
NO_BITS = np.zeros(1, dtype=np.uint64)


@dataclass(frozen=True)
class Truth:
    """Where something holds, where it may hold, and which figures would tell."""

    yes: Mask
    possible: Mask
    """Contains `yes`; the same array where nothing is unknown."""
    bits: Bits
    """Figures on which it hangs, set only where it is possible and not certain."""

    @property
    def certain(self) -> bool:
        """Whether no row hangs on an unknown figure."""
        return self.yes is self.possible


ALWAYS = Truth(*(2 * (np.ones(1, dtype=bool),)), NO_BITS)
NOWHERE = Truth(*(2 * (np.zeros(1, dtype=bool),)), NO_BITS)


def both(one: Truth, other: Truth) -> Truth:
    """Both hold."""
    if one is ALWAYS:
        return other
    yes = one.yes & other.yes
    if one.certain and other.certain:
        return Truth(yes, yes, NO_BITS)
    return _uncertain(yes, one.possible & other.possible, one, other)


def either(one: Truth, other: Truth) -> Truth:
    """One of two holds, or both."""
    if one is NOWHERE:
        return other
    yes = one.yes | other.yes
    if one.certain and other.certain:
        return Truth(yes, yes, NO_BITS)
    return _uncertain(yes, one.possible | other.possible, one, other)


def negated(one: Truth) -> Truth:
    """It does not hold."""
    yes = ~one.possible
    return Truth(yes, yes if one.certain else ~one.yes, one.bits)


def _uncertain(yes: Mask, possible: Mask, one: Truth, other: Truth) -> Truth:
    bits = (one.bits | other.bits) * (possible & ~yes)
    return Truth(yes, possible, bits)


def any_of(truths: Iterable[Truth]) -> Truth:
    """One of them holds; none if there is none."""
    found = NOWHERE
    for truth in truths:
        found = either(found, truth)
    return found

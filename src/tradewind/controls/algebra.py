"""From the rules that hold to one policy for each row: the algebra of the README."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.equations import POLICIES
from tradewind.controls.schema import Duty, Exception_, Requirement, Review, Rule
from tradewind.controls.solve import Engine, Match

Codes = NDArray[np.int16]
NOBODY = -1
LEVEL = {policy: level for level, policy in enumerate(POLICIES)}


@dataclass(frozen=True)
class Resolved:
    """The answer of the algebra, by row."""

    level: Codes
    """Position of the policy in `equations.POLICIES`."""
    requirement: Codes
    """Position of the requirement that decides; -1 if none applies."""
    rule: Codes
    """Position of the rule that sets its policy: the requirement, a review or an exception."""
    import_level: Codes
    """Position of the strictest policy where the goods arrive."""
    duty_percent: NDArray[np.float64]
    """Import duty on the way [%]."""


def resolve(
    engine: Engine, match: Match, size: int, exceptions: Container[int] | None = None
) -> Resolved:
    """Decide each row; figures on which a rule hangs count as not meeting it.

    Parameters
    ----------
    engine : Engine
        The rules.
    match : Match
        Which of them hold.
    size : int
        Number of rows.
    exceptions : container of int, optional
        Positions of the exceptions that may be used; all if left out.
    """
    level, requirement = np.zeros(size, dtype=np.int16), np.full(size, NOBODY, dtype=np.int16)
    rule, arrival = requirement.copy(), level.copy()
    for index, (own, by) in by_requirement(engine, match, exceptions).items():
        applies, asked = match.rules[index].yes, engine.rules[index]
        if isinstance(asked, Requirement) and asked.side == "import":
            arrival = np.where(applies & (own > arrival), own, arrival)
            continue
        stricter = applies & (own > level)
        level = np.where(stricter, own, level)
        requirement = np.where(stricter, np.int16(index), requirement)
        rule = np.where(stricter, by, rule)
    duty = np.zeros(size)
    for index, truth in match.rules.items():
        found = engine.rules[index]
        if isinstance(found, Duty):
            duty = duty + truth.yes * found.rate_percent
    return Resolved(level, requirement, rule, arrival, duty)


def by_requirement(
    engine: Engine, match: Match, exceptions: Container[int] | None = None
) -> dict[int, tuple[Codes, Codes]]:
    """Policy of each requirement where it applies, and the rule that sets it, by position."""
    return {
        index: _lifted(engine, match, index, *_reviewed(engine, match, index), exceptions)
        for index in match.rules
        if isinstance(engine.rules[index], Requirement)
    }


def _reviewed(engine: Engine, match: Match, index: int) -> tuple[Codes, Codes]:
    """Policy of a requirement under the latest review, and the rule that sets it."""
    target = engine.rules[index]
    assert isinstance(target, Requirement)
    level = np.full(1, LEVEL[target.policy], dtype=np.int16)
    by = np.full(1, index, dtype=np.int16)
    for position in sorted(match.rules, key=lambda item: (engine.rules[item].effective, item)):
        review = engine.rules[position]
        if not isinstance(review, Review) or target.id not in review.of:
            continue
        held = match.rules[position].yes
        policy = np.full(1, LEVEL[review.policy], dtype=np.int16)
        if review.beyond is not None:
            beyond = np.int16(LEVEL[review.beyond])
            policy = np.where(match.fits[position].yes, policy, beyond)
        level = np.where(held, policy, level)
        by = np.where(held, np.int16(position), by)
    return level, by


def _lifted(
    engine: Engine,
    match: Match,
    index: int,
    level: Codes,
    by: Codes,
    allowed: Container[int] | None,
) -> tuple[Codes, Codes]:
    """The mildest exception in place of the review policy, the first without a quota."""
    target = engine.rules[index]
    for position in sorted(match.rules, key=lambda item: _mildness(engine.rules[item], item)):
        exception = engine.rules[position]
        if not isinstance(exception, Exception_) or target.id not in exception.lifts:
            continue
        if allowed is not None and position not in allowed:
            continue
        own = np.int16(LEVEL[exception.policy])
        held = match.rules[position].yes & (own < level)
        if position in match.fits:
            held = held & match.fits[position].yes
        level = np.where(held, own, level)
        by = np.where(held, np.int16(position), by)
    return level, by


def _mildness(rule: Rule, position: int) -> tuple[int, bool, int]:
    if not isinstance(rule, Exception_):
        return (0, False, position)
    return (LEVEL[rule.policy], bool(rule.quota), position)

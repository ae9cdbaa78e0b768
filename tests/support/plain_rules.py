"""The algebra of the README once more, one question at a time and without arrays.

A second method for tests: all figures must be known, and nothing here is shared with the engine but
the rules themselves and the table of groups.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from tradewind.controls.conditions import NUMBERS, PLACES, WORDS, Bounds, Condition
from tradewind.controls.countries import groups
from tradewind.controls.schema import (
    Duty,
    Exception_,
    Paragraph,
    Period,
    Quota,
    Requirement,
    Review,
    Rule,
)

ORDER = (
    *("none", "exception", "exception_with_notification", "presumption_of_approval"),
    *("case_by_case", "presumption_of_denial", "denial"),
)


@dataclass(frozen=True)
class Question:
    """Everything that a rule may ask, known."""

    day: datetime.date
    numbers: Mapping[str, float]
    words: Mapping[str, str]
    places: Mapping[str, str]
    certified: frozenset[str]
    company_total: float


def inside(words: tuple[str, ...], place: str, day: datetime.date, law: str | None) -> bool:
    if law == "US" and place == "HK":
        place = "CN"

    def named(word: str) -> bool:
        if word in groups():
            rows = groups()[word]
            return any(row.country == place and row.first <= day < row.end for row in rows)
        return word == "all" or word == place

    wanted = [word for word in words if not word.startswith("-")] or ["all"]
    unwanted = [word[1:] for word in words if word.startswith("-")]
    return any(map(named, wanted)) and not any(map(named, unwanted))


def within(asked: Bounds, value: float) -> bool:
    return not (
        (asked.at_least is not None and value < asked.at_least)
        or (asked.above is not None and value <= asked.above)
        or (asked.at_most is not None and value > asked.at_most)
        or (asked.below is not None and value >= asked.below)
    )


def holds(when: Condition, asked: Question, law: str | None) -> bool:
    for name in NUMBERS:
        bounds = getattr(when, name)
        if bounds is not None and not within(bounds, asked.numbers[name]):
            return False
    for name in WORDS:
        words = getattr(when, name)
        if words is not None and asked.words[name] not in words:
            return False
    for name in PLACES:
        words = getattr(when, name)
        if words is not None and not inside(words, asked.places[name], asked.day, law):
            return False
    if when.certifications is not None and not set(when.certifications) <= asked.certified:
        return False
    if not all(holds(part, asked, law) for part in when.all):
        return False
    if when.any is not None and not any(holds(part, asked, law) for part in when.any):
        return False
    return when.not_ is None or not holds(when.not_, asked, law)


def left(quota: Quota, asked: Question) -> float:
    if not quota.binds(asked.day):
        return float("inf")
    period = quota.period
    if isinstance(period, Period) and not period.from_ <= asked.day <= period.to:
        return 0.0
    if quota.share_of_company is not None:
        share = quota.share_of_company
        return share * asked.company_total / (1.0 - share)
    if quota.path is not None:
        return max([step.amount for step in quota.path if step.from_ <= asked.day], default=0.0)
    return float(quota.amount or 0.0)


def answer(rules: tuple[Rule, ...], asked: Question) -> tuple[str, str, float]:
    """The policy, that of the import side, and the duty."""
    bound = [rule for rule in rules if rule.binds(asked.day)]
    true = [rule for rule in bound if holds(rule.when, asked, rule.jurisdiction)]
    met = {rule.paragraph for rule in true if isinstance(rule, Paragraph)}
    quotas = {rule.id: rule for rule in rules if isinstance(rule, Quota)}
    shipped = asked.numbers["quantity"] * asked.numbers["total_processing_performance"]

    def covered(rule: Requirement | Exception_ | Review) -> bool:
        return rule.paragraphs is None or bool(met & set(rule.paragraphs))

    def fits(rule: Exception_ | Review) -> bool:
        return all(shipped <= left(quotas[name], asked) for name in rule.quota)

    found = {"export": "none", "import": "none"}
    for rule in true:
        if not isinstance(rule, Requirement) or not covered(rule):
            continue
        policy: str = rule.policy
        reviews = [r for r in true if isinstance(r, Review) and rule.id in r.of and covered(r)]
        if reviews:
            latest = max(enumerate(reviews), key=lambda pair: (pair[1].effective, pair[0]))[1]
            policy = latest.policy if fits(latest) else str(latest.beyond)
        lifted = [
            other.policy
            for other in true
            if isinstance(other, Exception_)
            and rule.id in other.lifts
            and covered(other)
            and fits(other)
        ]
        policy = min([policy, *lifted], key=ORDER.index)
        found[rule.side] = max(found[rule.side], policy, key=ORDER.index)
    duty = sum(rule.rate_percent for rule in true if isinstance(rule, Duty))
    return found["export"], found["import"], duty

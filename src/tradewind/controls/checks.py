"""Rules against each other: what one names must exist, and two may not contradict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from tradewind.controls.conditions import PLACES
from tradewind.controls.countries import check_selection
from tradewind.controls.items import Items
from tradewind.controls.schema import (
    Exception_,
    Paragraph,
    Quota,
    Requirement,
    Review,
    Rule,
)
from tradewind.errors import RuleError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import Source

MOST_CERTIFICATES = 64
Reference = tuple[str, str, type[Rule]]


def check_rules(rules: tuple[Rule, ...], source: Source) -> None:
    """Refuse rules that share an id, name what is not there, or overlap.

    Raises
    ------
    RuleError
        With the rule and the field.
    """
    _one_of_each(rules, source)
    by_id = {rule.id: rule for rule in rules}
    paragraphs = {rule.paragraph for rule in rules if isinstance(rule, Paragraph)}
    for rule in rules:
        for field, name, kind in _references(rule):
            if not isinstance(by_id.get(name), kind):
                known = [other.id for other in rules if isinstance(other, kind)]
                raise _missing(rule, field, name, kind.__name__.strip("_").lower(), known, source)
        for name in getattr(rule, "paragraphs", None) or ():
            if name not in paragraphs:
                raise _missing(rule, "paragraphs", name, "paragraph", sorted(paragraphs), source)
        _check_words(rule, source)
    _no_two_at_once(rules, source)
    certificates = {
        word
        for rule in rules
        for field, words in rule.when.leaves()
        if field == "certifications" and isinstance(words, tuple)
        for word in words
    }
    if len(certificates) > MOST_CERTIFICATES:
        raise RuleError(
            "the rules ask for too many different certifications",
            where=source.name,
            value=len(certificates),
            bound=f"at most {MOST_CERTIFICATES}: each has a bit of one number",
            remedy="use one word for what is always asked for together",
        )


def _check_words(rule: Rule, source: Source) -> None:
    """Countries, groups, items and vendors must exist."""
    items = Items.shipped()
    for field, words in rule.when.leaves():
        if not isinstance(words, tuple):
            continue
        if field in PLACES:
            where = f"{source.name}, rule {rule.id}, field {field}"
            check_selection(words, where)
        known = {"item": items.names, "vendor": items.vendors}.get(field, words)
        for word in words:
            if word not in known:
                raise _missing(rule, field, word, field, sorted(set(known)), source)


def _one_of_each(rules: Iterable[Rule], source: Source) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(
                "two rules have one id",
                where=f"{source.name}, rule {rule.id}",
                value=f"'{seen[rule.id].title}' and '{rule.title}'",
                bound="an id of its own for each rule",
                remedy="rename one, or change the first instead of adding a second",
            )
        seen[rule.id] = rule


def _references(rule: Rule) -> Iterator[Reference]:
    """The field, the name and the kind of each rule that this one names."""
    if isinstance(rule, Requirement):
        yield from (("beside", name, Requirement) for name in rule.beside)
    if isinstance(rule, Exception_):
        yield from (("lifts", name, Requirement) for name in rule.lifts)
    if isinstance(rule, Review):
        yield from (("of", name, Requirement) for name in rule.of)
    if isinstance(rule, Exception_ | Review):
        yield from (("quota", name, Quota) for name in rule.quota)


def _missing(
    rule: Rule, field: str, name: str, kind: str, known: Sequence[str], source: Source
) -> RuleError:
    return RuleError(
        f"the rule names a {kind} that does not exist",
        where=f"{source.name}, rule {rule.id}, field {field}",
        value=name,
        bound=f"an existing {kind}",
        remedy=suggestion(name, known, "tradewind rule list"),
    )


def _no_two_at_once(rules: Iterable[Rule], source: Source) -> None:
    """Two requirements on one paragraph, in one jurisdiction, on one day, must know each other."""
    requirements = [rule for rule in rules if isinstance(rule, Requirement) and rule.paragraphs]
    for one, other in combinations(requirements, 2):
        shared = set(one.paragraphs or ()) & set(other.paragraphs or ())
        begins, ends = max(one.begins, other.begins), min(one.ends, other.ends)
        declared = one.id in other.beside or other.id in one.beside
        if shared and begins < ends and not declared and one.jurisdiction == other.jurisdiction:
            raise RuleError(
                "two requirements on one paragraph bind at once",
                where=f"{source.name}, rules {one.id} and {other.id}",
                value=f"{', '.join(sorted(shared))} from {begins}",
                bound="one requirement for a paragraph and day, or `beside` in one of them",
                remedy=f"end the earlier one, or write `beside: [{one.id}]` in {other.id}",
            )

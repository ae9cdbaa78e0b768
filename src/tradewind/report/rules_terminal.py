"""Answers about export rules as lines of text, for a terminal or a pipe."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from tradewind.controls.countries import name_of
from tradewind.controls.schema import NEVER, Rule
from tradewind.controls.words import NAMES, POLICY_WORDS, condition, number

if TYPE_CHECKING:
    from tradewind.controls.decision import Decision
    from tradewind.controls.diff import Difference
    from tradewind.controls.explain import ItemExplained
    from tradewind.controls.ledger import Ledger, Line, Use

WIDTH = 100
SHOWN = 20
"""Lines of a list that are shown before the rest is counted."""


def day_in_words(day: datetime.date) -> str:
    """Write a day.

    >>> day_in_words(datetime.date(2025, 4, 9))
    '9 April 2025'
    """
    return f"{day.day} {day:%B %Y}"


def ending(known_through: datetime.date) -> str:
    """What every answer ends with."""
    known = day_in_words(known_through)
    return f"A model of the rules, not legal advice. Rules are known through {known}."


def wrapped(text: str, indent: str = "  ", hang: str = "  ") -> list[str]:
    """Break a sentence into lines."""
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + hang)


def policy_in_words(policy: str | None) -> str:
    """Write a policy, or a range of two."""
    if policy is None:
        return "it depends on what is missing"
    return " to ".join(POLICY_WORDS[part] for part in policy.split(" to "))


def decision_lines(decision: Decision, quantity: float) -> Iterator[str]:
    """Write one answer."""
    units = "" if quantity == 1 else f"{number(quantity)} × "
    users = ""
    if decision.headquarters != decision.destination:
        users = f", end user with headquarters in {name_of(decision.headquarters)}"
    goes = f"{units}{decision.item or 'this item'} to {name_of(decision.destination)}{users}"
    if decision.exported_from != "US":
        goes += f", from {name_of(decision.exported_from)}"
    yield f"{goes}, {day_in_words(decision.date)}"
    yield policy_in_words(decision.policy).capitalize() + "."
    yield ""
    yield from _facts(decision)
    for one in decision.applied:
        yield from wrapped(f"{one.requirement}: {policy_in_words(one.policy)}")
        by = f"{one.title} ({one.citation})"
        yield from wrapped(by if one.rule == one.requirement else f"by {one.rule}: {by}", "    ")
    for one in decision.import_bars:
        yield from wrapped(f"Where it arrives, {one.requirement}: {one.title} ({one.citation})")
    for text in decision.conditions:
        yield from wrapped(f"A licence asks for: {text}")
    for note in decision.notes:
        yield from wrapped(f"Note: {note}")
    yield from _quotas(decision)
    yield from _alternatives(decision)
    if decision.changes:
        yield ""
        yield "What would change the answer"
        rows = [(change.what, policy_in_words(change.policy)) for change in decision.changes]
        yield from columns(rows)
    yield ""
    yield ending(decision.known_through)
    if decision.date > decision.known_through:
        yield "The day asked about is later: this is what the rules known would say."


def _facts(decision: Decision) -> Iterator[str]:
    tpp, density = decision.total_processing_performance, decision.performance_density
    parts = [f"TPP {number(tpp)}"] if tpp is not None else []
    parts += [f"performance density {number(density)} TPP/mm²"] if density is not None else []
    parts += [f"meets {', '.join(decision.paragraphs)}"] if decision.paragraphs else []
    if parts:
        yield f"  {'; '.join(parts)}"
    if decision.import_duty_percent:
        yield f"  Import duty on the way: {number(decision.import_duty_percent)} %"
    if decision.revenue_share_percent:
        yield f"  Share of the revenue: {number(decision.revenue_share_percent)} %"


def _quotas(decision: Decision) -> Iterator[str]:
    for use in decision.quotas:
        left = "no end" if use.left_before is None else f"{number(use.left_before)} TPP left"
        fit = "" if use.units_that_fit is None else f", {number(use.units_that_fit)} units fit"
        after = ""
        if use.uses and use.left_after is not None:
            after = f"; uses {number(use.uses)}, leaves {number(use.left_after)}"
        elif use.fits is False:
            after = "; the shipment does not fit whole"
        yield from wrapped(f"Cap {use.quota}: {left}{fit}{after}")


def _alternatives(decision: Decision) -> Iterator[str]:
    if not decision.missing:
        return
    names = ", ".join(NAMES[name][0] for name in decision.missing)
    yield ""
    if not decision.missing_matters and len(decision.alternatives) == 1:
        yield f"Not known: {names}. It does not matter here."
        return
    same = "" if decision.missing_matters else " The policy is the same either way."
    yield f"Not known: {names}.{same}"
    rows = [
        (way.when, policy_in_words(way.policy) + _met(way.paragraphs))
        for way in decision.alternatives
    ]
    yield from columns(rows)


def _met(paragraphs: Sequence[str]) -> str:
    return f" ({', '.join(paragraphs)})" if paragraphs else ""


def columns(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Write pairs in two aligned columns; a long first cell has a line of its own."""
    width = min(max((len(left) for left, _ in rows), default=0), 52)
    for left, right in rows:
        if len(left) > width:
            yield from wrapped(left)
            left = ""
        yield f"  {left:<{width}}  {right}"


def rule_lines(rule: Rule) -> Iterator[str]:
    """Write how one rule reads."""
    yield f"{rule.id}: {rule.title}"
    yield f"  {rule.jurisdiction}, {rule.citation} ({rule.seen})"
    yield f"  {binds_in_words(rule)}"
    yield from wrapped(_effect(rule))
    yield from wrapped(f"When: {condition(rule.when)}")
    if rule.note:
        yield from wrapped(f"Note: {rule.note}")


def binds_in_words(rule: Rule) -> str:
    """Write the days on which a rule binds."""
    dates = [f"effective {rule.effective}"]
    for name in ("compliance", "until", "enforced_until"):
        day = getattr(rule, name)
        dates += [f"{name.replace('_', ' ')} {day}"] if day else []
    said = ", ".join(dates)
    if rule.begins >= rule.ends:
        return f"never binds ({said})"
    last = "" if rule.ends == NEVER else f" to {rule.ends - datetime.timedelta(days=1)}"
    return f"binds from {rule.begins}{last} ({said})"


def _effect(rule: Rule) -> str:
    if rule.kind == "paragraph":
        return f"An item meets {rule.paragraph} if the condition holds."
    if rule.kind == "requirement":
        what = f"items of {' or '.join(rule.paragraphs)}" if rule.paragraphs else "the item"
        return f"A licence is required for {what}; {POLICY_WORDS[rule.policy]}."
    if rule.kind == "exception":
        return f"Lifts {', '.join(rule.lifts)}: {POLICY_WORDS[rule.policy]}.{_carried(rule.quota)}"
    if rule.kind == "review":
        beyond = f" Beyond it: {POLICY_WORDS[rule.beyond]}." if rule.beyond else ""
        text = f"For {', '.join(rule.of)}: {POLICY_WORDS[rule.policy]}."
        return f"{text}{_carried(rule.quota)}{beyond}"
    if rule.kind == "duty":
        return f"Import duty of {number(rule.rate_percent)} %."
    each = f" for each {' and '.join(rule.per)}" if rule.per else ""
    when = (
        "a calendar year"
        if rule.period == "calendar_year"
        else (f"from {rule.period.from_} to {rule.period.to}")
    )
    return f"A cap of {_size(rule)}{each}, {when}."


def _carried(quota: Sequence[str]) -> str:
    return f" Uses the cap {', '.join(quota)}." if quota else ""


def _size(rule: Rule) -> str:
    if rule.kind != "quota":
        return ""
    if rule.amount is not None:
        return f"{number(rule.amount)} TPP"
    if rule.share_of_company is not None:
        return f"{number(100.0 * rule.share_of_company)} % of the company's TPP"
    steps = [f"{number(step.amount)} from {step.from_}" for step in rule.path or ()]
    return f"{', '.join(steps)} TPP in all"


def list_lines(rules: Iterable[Rule]) -> Iterator[str]:
    """Write one line for each rule."""
    listed = list(rules)
    width = max((len(rule.id) for rule in listed), default=0)
    for rule in listed:
        last = "" if rule.ends == NEVER else str(rule.ends)
        span = f"{rule.begins} {last:<10}" if rule.begins < rule.ends else "never binds          "
        yield f"{rule.id:<{width}}  {rule.kind:<11}  {span}  {rule.title}"


def items_lines(rows: Sequence[dict[str, str | float | None]]) -> Iterator[str]:
    """Write one line for each item of the catalogue."""
    width = max(len(str(row["key"])) for row in rows)
    yield f"{'item':<{width}}  {'TPP':>8}  {'TPP/mm²':>7}  {'market':<10}  name"
    for row in rows:
        tpp, density = row["total_processing_performance"], row["performance_density"]
        cells = (
            f"{number(tpp):>8}" if isinstance(tpp, float) else " " * 8,
            f"{density:>7.2f}" if isinstance(density, float) else " " * 7,
        )
        market = row["market"] or row["kind"]
        yield f"{row['key']:<{width}}  {'  '.join(cells)}  {market:<10}  {row['name']}"


def item_lines(item: ItemExplained) -> Iterator[str]:
    """Write an item's figures with the arithmetic, and the paragraphs that it meets."""
    yield f"{item.name} ({item.key}), {day_in_words(item.date)}"
    for line in (*item.arithmetic, *item.figures):
        yield from wrapped(line)
    for mark in item.marks:
        yield from wrapped(f"Note: {mark}")
    yield ""
    for paragraph in item.paragraphs:
        yield from wrapped(f"{paragraph.paragraph}: {paragraph.met}. {paragraph.title}")
        yield from wrapped(f"asks for: {paragraph.asks}", "    ")
    if not item.paragraphs:
        yield "  No paragraph is in force on that day."


def ledger_lines(ledger: Ledger) -> Iterator[str]:
    """Write every line of a list of shipments, and the caps in the end."""
    head = ("line", "date", "units", "item", "to", "TPP", "answer")
    rows = [head, *(_ledger_row(line) for line in ledger.lines)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(head) - 1)]
    for row, line in zip(rows, (None, *ledger.lines), strict=True):
        cells = [
            f"{cell:>{width}}" if index in (0, 2, 5) else f"{cell:<{width}}"
            for index, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        yield "  ".join((*cells, row[-1]))
        for use in line.uses if line else ():
            yield f"      {_use_in_words(use)}"
    if ledger.balances:
        yield ""
        yield "Caps in the end"
        for use in ledger.balances:
            left = "no end" if use.left is None else f"{number(use.left)} left"
            yield f"  {_cap(use)}: {number(use.uses)} TPP used, {left}"


def _ledger_row(line: Line) -> tuple[str, ...]:
    answer = policy_in_words(line.policy)
    if line.missing:
        answer += f": {', '.join(line.missing)}"
    refused = (
        " - refused whole" if line.goes is False and any(not u.fits for u in line.uses) else ""
    )
    tpp = "?" if line.tpp is None else number(line.tpp)
    return (
        *(str(line.line), str(line.date), number(line.quantity), line.item, line.destination, tpp),
        answer + refused,
    )


def _use_in_words(use: Use) -> str:
    left = "" if use.left is None else f", {number(use.left)} TPP left"
    if use.uses:
        return f"{_cap(use)}: uses {number(use.uses)}{left}"
    units = "" if use.units_that_fit is None else f", {number(use.units_that_fit)} units would fit"
    fits = "not used" if use.fits else "does not fit whole"
    return f"{_cap(use)}: {fits}{units}{left}"


def _cap(use: Use) -> str:
    return f"{use.quota} [{', '.join(use.of)}]" if use.of else use.quota


def difference_lines(found: Difference, everything: bool) -> Iterator[str]:
    """Write what changed for whom between two days."""
    yield f"From {day_in_words(found.first)} to {day_in_words(found.second)}"
    for title, rules in (("Rules that began", found.began), ("Rules that ended", found.ended)):
        yield ""
        yield f"{title}: {len(rules) or 'none'}"
        yield from (f"  {name}" for name in rules)
    yield ""
    yield "What changed for whom" if found.shifts else "No answer changed for one unit of any item."
    shown = found.shifts if everything else found.shifts[:SHOWN]
    for shift in shown:
        before, after = policy_in_words(shift.before), policy_in_words(shift.after)
        yield from wrapped(f"{before} -> {after}")
        names = ", ".join(shift.items[:6])
        more = f" and {len(shift.items) - 6} more" if len(shift.items) > 6 else ""
        yield from wrapped(f"{len(shift.items)} items ({shift.market}): {names}{more}", "    ")
        users = f"to {shift.said}; headquarters: {shift.headquarters}"
        held = f"; certified: {shift.certified}" if shift.certified else ""
        yield from wrapped(users + held, "    ")
    if len(shown) < len(found.shifts):
        yield f"  and {len(found.shifts) - len(shown)} more (--all, or --json)"

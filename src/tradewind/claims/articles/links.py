"""The variable of the world that a quantity may speak of, and what Tradewind ships for it.

A link is a proposal by words: the quantity must be of the variable's kind, and of every group of
words one must stand in its sentence, of one group at least in its clause. The variable with the
most groups in the clause is proposed. It says where to look, not that the article is right or means
the same definition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tradewind.claims.articles.quantities import Quantity
from tradewind.claims.articles.tables import read

CLAUSE = ",;:。!?、"


@dataclass(frozen=True)
class Shipped:
    """A figure of Tradewind's own: value, range, unit, date, source, and how it was seen."""

    value: float
    unit: str
    date: str
    source: str
    seen: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Variable:
    """A variable of the world.

    Parameters
    ----------
    name : str
    label : dict of str
        By language.
    kinds : tuple of str
        Kinds of quantity that may mean it.
    groups : tuple of re.Pattern
        All of them must be found.
    never : re.Pattern or None
        Must not be found.
    where : str
        File, command or block to look in.
    shipped : Shipped or None
    """

    name: str
    label: dict[str, str]
    kinds: tuple[str, ...]
    groups: tuple[re.Pattern[str], ...]
    never: re.Pattern[str] | None
    where: str
    shipped: Shipped | None


@cache
def variables() -> dict[str, Variable]:
    """Every variable by name."""
    found = {}
    for row in read("variables.yaml")["variables"]:
        given = dict(row.get("shipped", {}))
        where = given.pop("where", None) or row["where"]
        found[row["name"]] = Variable(
            row["name"],
            row["label"],
            tuple(row["kinds"]),
            tuple(_any(words) for words in row["words"]),
            _any(row["not"]) if "not" in row else None,
            where,
            Shipped(**given) if given else None,
        )
    return found


def link(item: Quantity) -> Variable | None:
    """Propose the variable that a quantity speaks of; None if no words point to one.

    Parameters
    ----------
    item : Quantity
        With its sentence, in which it stands at ``sentence_start``.

    Returns
    -------
    Variable or None
    """
    clause = _clause(item)
    fitting = [known for known in variables().values() if _fits(known, item, item.sentence)]
    if not fitting:
        return None

    def closeness(known: Variable) -> tuple[bool, int, int]:
        hits = sum(bool(group.search(clause)) for group in known.groups)
        return hits == len(known.groups), hits, len(known.groups)

    best = max(fitting, key=closeness)
    return best if closeness(best)[1] else None


def _fits(known: Variable, item: Quantity, text: str) -> bool:
    if item.kind not in known.kinds or (known.never and known.never.search(text)):
        return False
    if item.kind == "count" and item.thing and not known.groups[0].search(item.thing):
        return False
    return all(group.search(text) for group in known.groups)


def _clause(item: Quantity) -> str:
    """Cut out what stands between the marks around a quantity."""
    text, start, end = item.sentence, item.sentence_start, item.sentence_end
    left = max(text.rfind(mark, 0, start) for mark in CLAUSE) + 1
    rights = [at for mark in CLAUSE if (at := text.find(mark, end)) >= 0]
    return text[left : min(rights, default=len(text))]


def _any(words: list[str]) -> re.Pattern[str]:
    parts = [
        rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])" if word.isascii() else re.escape(word)
        for word in words
    ]
    return re.compile("|".join(parts), re.IGNORECASE)

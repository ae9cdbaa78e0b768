"""From words in a scenario to economies and sectors of a world.

A selection is one item or a list of items. An item is, in this order: ``all``; a code of the world
(``CHN``, ``C26``); a two-letter code (``CN``); an English name (``China``, ``Motor Vehicles``); a
group (``EU27`` or ``EU``, ``electronics``); ``rest`` is the rest of the world. Capitals do not
matter. A leading ``-`` takes an item away: ``[EU27, -DEU]``. Nothing is guessed: what is not found
is refused with the near misses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tradewind.errors import ScenarioError
from tradewind.scenario.groups import ALIASES, REST, groups, territories
from tradewind.scenario.near_misses import quoted, suggestion
from tradewind.scenario.world_view import WorldView
from tradewind.scenario.yaml_source import Source

Kind = Literal["economies", "sectors"]
Codes = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """One item of a selection, understood."""

    kind: Literal["all", "code", "group"]
    key: str
    """The code, or the group's name."""
    codes: Codes
    """What it selects in this world, in the world's order."""
    absent: Codes = ()
    """Members of the group that this world does not have apart."""


@dataclass(frozen=True)
class Selection:
    """What a selector stands for in a world."""

    included: tuple[Term, ...]
    excluded: tuple[Term, ...]
    codes: Codes
    """The selected codes, in the world's order."""


class Vocabulary:
    """Every word that selects something in a world, for economies or for sectors."""

    def __init__(self, kind: Kind, codes: Iterable[str], names: Mapping[str, str]) -> None:
        self.kind: Kind = kind
        self.codes: Codes = tuple(codes)
        self.words: dict[str, str] = {}
        for code in self.codes:
            self.words.setdefault(_plain(code), code)
        if kind == "economies":
            self._add_iso_codes()
        for code in self.codes:
            self.words.setdefault(_plain(names.get(code, code)), code)
        self.groups = {_plain(name): group for name, group in groups(kind).items()}
        for group in groups(kind).values():
            for alias in group.aliases:
                self.groups.setdefault(_plain(alias), group)
        self.choices = [
            "all",
            *self.codes,
            *(name.strip() for name in names.values()),
            *groups(kind),
        ]

    def _add_iso_codes(self) -> None:
        for territory in territories().values():
            if territory.iso3 in self.codes:
                self.words.setdefault(_plain(territory.iso2), territory.iso3)
                self.words.setdefault(_plain(territory.names["en"]), territory.iso3)
        for alias, code in ALIASES.items():
            if code in self.codes:
                self.words.setdefault(_plain(alias), code)

    def term(self, word: str, where: str) -> Term:
        """Understand one item (without its ``-``), or refuse it."""
        plain = _plain(word)
        if plain == "all":
            return Term("all", "all", self.codes)
        if plain in self.words:
            code = self.words[plain]
            return Term("code", code, (code,))
        if plain in self.groups:
            group = self.groups[plain]
            present = tuple(code for code in self.codes if code in group.members)
            absent = tuple(code for code in group.members if code not in self.codes)
            if present:
                return Term("group", group.name, present, absent)
            raise ScenarioError(
                f"no member of {group.name} is in this world",
                where=where,
                value=word,
                bound=f"{self.kind} of the world",
                remedy=f"the members are {', '.join(map(quoted, group.members))}; "
                "name codes of your own table",
            )
        raise self._unknown(word, where)

    def _unknown(self, word: str, where: str) -> ScenarioError:
        what = "economy" if self.kind == "economies" else "sector"
        remedy = suggestion(word, self.choices, "choose one that is listed")
        if self.kind == "economies" and REST in self.codes:
            remedy = _inside_the_rest(word, self.codes) or remedy
        remedy += f" (listed by: tradewind world show {self.kind}; tradewind scenario groups)"
        return ScenarioError(
            f"unknown {what}",
            where=where,
            value=word,
            bound=f"a code, a name or a group of {self.kind}, or `all`",
            remedy=remedy,
        )


def _inside_the_rest(word: str, codes: Codes) -> str | None:
    """A remedy for a country that exists but is not apart in the world, if it is one."""
    absent = [country for country in territories().values() if country.iso3 not in codes]
    names = {_plain(country.names["en"]): country.names["en"] for country in absent}
    for country in absent:
        names |= {_plain(code): country.names["en"] for code in (country.iso3, country.iso2)}
    name = names.get(_plain(word))
    if name is None:
        return None
    return (
        f"{name} is not apart in this world but inside the rest of the world: `rest` selects all "
        "of that, and nothing selects a part of it"
    )


def select(vocabulary: Vocabulary, items: Codes, source: Source, path: str) -> Selection:
    """Resolve a selector.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words of the world.
    items : tuple of str
        The selector as written.
    source : Source
        Where the scenario stands, for errors.
    path : str
        Field path of the selector, such as ``"shocks[2].importer"``.

    Raises
    ------
    ScenarioError
        For an unknown word, an exclusion that takes nothing away, or an empty selection.
    """
    where = source.where(path)
    included = [vocabulary.term(item, where) for item in items if not item.startswith("-")]
    excluded = [vocabulary.term(item[1:].strip(), where) for item in items if item[:1] == "-"]
    written = "[" + ", ".join(items) + "]"
    if not included:
        raise ScenarioError(
            "the selection only takes away",
            where=where,
            value=written,
            bound="at least one item without `-`",
            remedy=f"write [all, {', '.join(items)}]",
        )
    wanted = {code for term in included for code in term.codes}
    for term in excluded:
        if not wanted.intersection(term.codes):
            raise ScenarioError(
                f"`-{term.key}` takes away what was not selected",
                where=where,
                value=written,
                bound="exclusions from what the other items select",
                remedy=f"remove `-{term.key}`, or select more before it",
            )
    wanted -= {code for term in excluded for code in term.codes}
    if not wanted:
        raise ScenarioError(
            "nothing is left of the selection",
            where=where,
            value=written,
            bound=f"at least one of the world's {vocabulary.kind}",
            remedy="exclude less",
        )
    codes = tuple(code for code in vocabulary.codes if code in wanted)
    return Selection(tuple(included), tuple(excluded), codes)


def vocabularies(world: WorldView) -> dict[Kind, Vocabulary]:
    """The words for the economies and the sectors of a world."""
    return {
        "economies": Vocabulary("economies", world.economies, world.economy_names),
        "sectors": Vocabulary("sectors", world.sectors, world.sector_names),
    }


def _plain(word: str) -> str:
    """Fold capitals and the ways to join words: `Energy Intensive` is `energy-intensive`."""
    return "".join(character for character in word.casefold() if character not in " -_")

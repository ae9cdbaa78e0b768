"""Words for sites: names, buses, countries and groups, in a list that may take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import Source

if TYPE_CHECKING:
    from tradewind.capacity import Site

ALL = "all"


class Places:
    """What words for sites mean on one network.

    Parameters
    ----------
    sites : sequence of Site
    groups : mapping of str to tuple of str
        Groups by name; a group may name another one.
    origin : Source
        Where the words stand, for errors.
    """

    def __init__(
        self, sites: Sequence[Site], groups: Mapping[str, tuple[str, ...]], origin: Source
    ) -> None:
        self.origin, self.groups = origin, groups
        self.names: list[str] = []
        self.known: dict[str, list[str]] = {}
        self._spelling: dict[str, str] = {}
        for site in sites:
            self.names.append(site.name)
            for word in dict.fromkeys((site.name, site.bus, site.home, site.country)):
                self.known.setdefault(_key(word), []).append(site.name)
                self._spelling.setdefault(_key(word), word)
        self._words = [word for site in sites for word in (site.name, site.bus, site.country)]

    def select(self, words: Iterable[str], path: str) -> frozenset[str]:
        """Sites that a list of words selects; a leading ``-`` takes away.

        Raises
        ------
        ScenarioError
            If a word is no site, bus, country or group, or nothing is selected.
        """
        found = self._selected(tuple(words), path, ())
        if not found:
            raise ScenarioError(
                "this selects no site",
                where=self.origin.where(path),
                value=", ".join(words),
                bound="at least one site",
                remedy="take a word away that starts with a minus",
            )
        return frozenset(found)

    def spelt(self, word: str) -> str:
        """Write a word as the network or the section has it."""
        name = word.removeprefix("-")
        own = name if name in self.groups else self._spelling.get(_key(name), name)
        return f"-{own}" if word.startswith("-") else own

    def _selected(self, words: tuple[str, ...], path: str, above: tuple[str, ...]) -> set[str]:
        found: set[str] = set()
        if words[0].startswith("-"):
            found = set(self.names)
        for word in words:
            name = word.removeprefix("-")
            meant = self._one(name, path, above)
            found = found - meant if word.startswith("-") else found | meant
        return found

    def _one(self, word: str, path: str, above: tuple[str, ...]) -> set[str]:
        if word == ALL:
            return set(self.names)
        if word in self.groups:
            if word in above:
                raise ScenarioError(
                    f"the group '{word}' contains itself",
                    where=self.origin.where(f"plan.groups.{word}"),
                    value=" > ".join((*above, word)),
                    bound="sites, buses, countries and other groups",
                    remedy="write its members out",
                )
            return self._selected(self.groups[word], f"plan.groups.{word}", (*above, word))
        meant = self.known.get(_key(word))
        if meant is None:
            words = [*dict.fromkeys([*self.groups, *self._words])]
            raise ScenarioError(
                f"there is no site, bus, country or group '{word}' on this network",
                where=self.origin.where(path),
                value=word,
                bound=f"{ALL}, or one of {', '.join(words)}",
                remedy=suggestion(word, words, "choose one of these"),
            )
        return set(meant)


def _key(word: str) -> str:
    """A word whatever its capitals, spaces, hyphens and underscores."""
    return word.lower().replace(" ", "").replace("-", "").replace("_", "")

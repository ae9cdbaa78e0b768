"""Words for the countries whose sites may serve a country, in a list that may take away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from tradewind.errors import ScenarioError
from tradewind.plan_run.places import ALL
from tradewind.scenario.near_misses import suggestion

if TYPE_CHECKING:
    from tradewind.capacity import Workload
    from tradewind.plan_run.catalogue import Offer

HOME, ADEQUATE = "home", "adequate"


def residency_of(
    catalogue: Offer, work: Workload, asked: Mapping[str, tuple[str, ...]], where: str
) -> Mapping[str, frozenset[str]] | None:
    """Countries that may serve each region of a class of work; a region without is served by all.

    Parameters
    ----------
    catalogue : Offer
        What the network has.
    work : Workload
    asked : mapping of country to tuple of str
        ``all`` stands for countries that are not named. Words are countries, ``all``, ``home`` (the
        country itself) and ``adequate`` (where the law lets its data go).
    where : str
        Field of the case, for errors.

    Raises
    ------
    ScenarioError
        If the network knows no such country, or has no list of where data may go.
    """
    if not asked:
        return work.residency
    known = {site.country for site in catalogue.sites}
    known |= {country for _, _, country in work.regions.values()}
    for word in asked:
        if word != ALL:
            _require_country(word, known, (), where)
    sets = {}
    for region, (_, _, country) in work.regions.items():
        words = asked.get(country, asked.get(ALL))
        if words is not None:
            sets[region] = _countries(words, country, known, catalogue, where)
    return sets


def _countries(
    words: tuple[str, ...], own: str, known: Collection[str], catalogue: Offer, where: str
) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for word in words:
        meant = _meant(word.removeprefix("-"), own, known, catalogue, where)
        found = found.difference(meant) if word.startswith("-") else found.union(meant)
    return found


def _meant(
    word: str, own: str, known: Collection[str], catalogue: Offer, where: str
) -> Collection[str]:
    if word == ALL:
        return known
    if word == HOME:
        return {own}
    if word == ADEQUATE:
        return _adequate(own, catalogue, where)
    special = (HOME, ADEQUATE) if catalogue.adequate else (HOME,)
    _require_country(word, known, special, where)
    return {word}


def _adequate(own: str, catalogue: Offer, where: str) -> frozenset[str]:
    if not catalogue.adequate:
        raise ScenarioError(
            "this network has no list of countries that data may go to by law",
            where=where,
            value=ADEQUATE,
            bound=f"{ALL}, {HOME} or countries; europe has a list",
            remedy="name the countries that may serve",
        )
    return catalogue.adequate[own]


def _require_country(
    word: str, known: Collection[str], special: tuple[str, ...], where: str
) -> None:
    if word not in known:
        words = (ALL, *special, *sorted(known))
        raise ScenarioError(
            "this country has neither a site nor a demand region on this network",
            where=where,
            value=word,
            bound=f"one of {', '.join(words)}",
            remedy=suggestion(word, words, "choose one of these"),
        )

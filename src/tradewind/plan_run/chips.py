"""Chips that a case may buy, with their prices and caps; what would come to nothing is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import yaml

from tradewind.capacity import Chip
from tradewind.errors import ScenarioError
from tradewind.plan_run.places import ALL
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.plan_parts import PlanChips

if TYPE_CHECKING:
    from tradewind.plan_run.catalogue import Offer

NAMED_IN = ("families", "price_percent_by", "caps", "allowed_at")
"""Fields that name families."""


def chips_of(
    catalogue: Offer, asked: PlanChips, where: Callable[[str], str], *, inherits: bool
) -> tuple[Chip, ...]:
    """List the families that may be bought, with their prices and caps.

    Parameters
    ----------
    catalogue : Offer
        What the network has.
    asked : PlanChips
    where : callable
        Place of a field of the case, for errors.
    inherits : bool
        Whether it is a case, which has what the section says unless it says something else.

    Raises
    ------
    ScenarioError
        If a family is unknown, or has a price, a cap or sites and is not for sale.
    """
    known = {chip.name: chip for chip in catalogue.chips}
    for part, name in _named(asked):
        if name not in known:
            raise ScenarioError(
                "there is no such family of chips",
                where=where(f"chips.{part}"),
                value=name,
                bound=", ".join(known),
                remedy=suggestion(name, known, "choose one of these"),
            )
    wanted = asked.families if asked.families is not None else catalogue.default_chips
    sold = [name for name in wanted if name in asked.allowed_at or _offered(catalogue, name)]
    for part, name in _named(asked):
        if name not in sold:
            raise _not_sold(name, part, asked, wanted, sold, where, inherits=inherits)
    return tuple(_as_asked(known[name], asked) for name in wanted)


def _named(asked: PlanChips) -> Iterator[tuple[str, str]]:
    """Every family that a field names, with the field."""
    for part in NAMED_IN:
        for name in getattr(asked, part) or ():
            yield part, name


def _offered(catalogue: Offer, name: str) -> bool:
    """Whether the network's table lets a family stand at any site."""
    return any(site.chips is None or name in site.chips for site in catalogue.sites)


def _not_sold(
    name: str,
    part: str,
    asked: PlanChips,
    wanted: Collection[str],
    sold: Collection[str],
    where: Callable[[str], str],
    *,
    inherits: bool,
) -> ScenarioError:
    if name in wanted:
        problem = "this family of chips may stand at no site of the network"
        remedy = f"say where it may: `allowed_at: {{{name}: all}}`, or leave it out"
    else:
        problem = "this family of chips is not for sale, so that nothing would come of this"
        remedy = f"sell it: `families: [{', '.join([*wanted, name])}]`, or leave it out"
        if inherits:
            said = asked.model_dump(mode="json")[part].items()
            kept = {"chips": {part: {each: value for each, value in said if each in sold}}}
            flow = yaml.safe_dump(kept, default_flow_style=True, width=math.inf).strip()[1:-1]
            remedy += f"; if the section says it, write `{flow}` in the case"
    return ScenarioError(
        problem,
        where=where(f"chips.{part}" if part == "families" else f"chips.{part}.{name}"),
        value=name,
        bound=f"for sale: {', '.join(sold) or 'none'}",
        remedy=remedy,
    )


def _as_asked(chip: Chip, asked: PlanChips) -> Chip:
    change = (1.0 + asked.price_percent / 100.0) * (
        1.0 + asked.price_percent_by.get(chip.name, 0.0) / 100.0
    )
    cap = {**chip.cap, ALL: asked.caps[chip.name]} if chip.name in asked.caps else chip.cap
    return replace(chip, price_usd_per_h100e=chip.price_usd_per_h100e * change, cap=cap)

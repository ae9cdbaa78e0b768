"""How an item stands to the paragraphs in force: its figures, the arithmetic, and what is met."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tradewind.controls.block import missing_names
from tradewind.controls.columns import Columns
from tradewind.controls.encode import Encoder
from tradewind.controls.items import ITEM_NUMBERS, Items
from tradewind.controls.regime import Regime
from tradewind.controls.schema import Paragraph
from tradewind.controls.words import NAMES, condition, number
from tradewind.world.accelerators import FORMAT_BITS, Accelerator


@dataclass(frozen=True)
class ParagraphMet:
    """A paragraph and whether an item meets it."""

    paragraph: str
    rule: str
    title: str
    asks: str
    """Its condition in words."""
    met: str
    """`met`, `not met`, or what it hangs on."""


@dataclass(frozen=True)
class ItemExplained:
    """An item against the paragraphs that bind on a day."""

    key: str
    name: str
    date: datetime.date
    arithmetic: tuple[str, ...]
    """How TPP and density come about."""
    figures: tuple[str, ...]
    marks: tuple[str, ...]
    """What is doubtful about the figures."""
    paragraphs: tuple[ParagraphMet, ...]

    def to_dict(self) -> dict[str, Any]:
        """The item as plain data."""
        return asdict(self) | {"date": str(self.date)}


def explain_item(
    item: str, date: datetime.date, regime: Regime | None = None, items: Items | None = None
) -> ItemExplained:
    """Say which paragraphs an item meets on a day, and why.

    Raises
    ------
    RuleError
        If the catalogue has no such item.
    """
    regime, items = regime or Regime.shipped(), items or Items.shipped()
    position = items.position(item, "item")
    key = items.names[position]
    table = {"item": [key], "destination": ["US"], "date": [str(date)]}
    columns = Encoder(table, regime.engine, items, "item").columns()
    chip = items.accelerators[position] if position < len(items.accelerators) else None
    return ItemExplained(
        key=key,
        name=key if chip is None else chip.name,
        date=date,
        arithmetic=tuple(_arithmetic(chip)) if chip else (),
        figures=tuple(_figures(items, position)),
        marks=tuple(f"{mark.field}: {mark.why} ({mark.source})" for mark in chip.marks)
        if chip
        else (),
        paragraphs=tuple(_paragraphs(regime, columns, date)),
    )


def _arithmetic(chip: Accelerator) -> Iterator[str]:
    products = {name: rate * FORMAT_BITS[name] for name, rate in chip.tflops.items() if rate > 0}
    if products:
        best = max(products, key=lambda name: products[name])
        yield (
            f"TPP = {number(chip.tflops[best])} tera-operations/s ({best}) × "
            f"{number(FORMAT_BITS[best])} bit = {number(products[best])}"
        )
    if chip.planar:
        yield "Performance density does not apply: the dies are planar"
    elif chip.tpp is not None and chip.die_area_mm2 is not None and chip.planar is not None:
        density = chip.tpp / chip.die_area_mm2
        yield (
            f"Performance density = {number(chip.tpp)} / {number(chip.die_area_mm2)} mm² = "
            f"{number(density)} TPP/mm²"
        )


def _figures(items: Items, position: int) -> Iterator[str]:
    yield f"kind {items.kinds[position]}, market {items.markets[position] or 'not said'}"
    unknown = []
    for name in ITEM_NUMBERS:
        value = float(items.numbers[name][position])
        if value != value:
            unknown.append(NAMES[name][0])
        elif name not in ("planar", "total_processing_performance"):
            yield f"{NAMES[name][0]} {number(value)} {NAMES[name][1]}"
    if unknown and items.kinds[position] in ("accelerator", "hbm"):
        yield f"not known: {', '.join(unknown)}"


def _paragraphs(regime: Regime, columns: Columns, date: datetime.date) -> Iterator[ParagraphMet]:
    for index, rule in enumerate(regime.rules):
        if not isinstance(rule, Paragraph) or not rule.binds(date):
            continue
        truth = regime.engine.holds(index, columns)
        said = "met" if truth.yes.all() else "not met"
        if not truth.yes.all() and truth.possible.any():
            names = missing_names(int(truth.bits[0])).split()
            said = f"it hangs on {' and '.join(NAMES[name][0] for name in names)}"
        yield ParagraphMet(rule.paragraph, rule.id, rule.title, condition(rule.when), said)

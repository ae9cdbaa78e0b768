"""The `when` of a rule: conditions on the fields of a query, combined by all, any and not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from tradewind.scenario.forms import Frozen, Number, Selector, refusal

NUMBERS = (
    "total_processing_performance",
    "performance_density",
    "interconnect_gb_s",
    "memory_bandwidth_gb_s",
    "combined_bandwidth_gb_s",
    "memory_density_gb_s_mm2",
    "process_nm",
    "transistors_billion",
    "quantity",
)
"""Fields of a query that are numbers; all but the quantity are figures of the item."""

PLACES = ("destination", "headquarters", "exported_from")
"""Fields of a query that are countries."""

CHOICES: dict[str, tuple[str, ...]] = {
    "kind": ("accelerator", "hbm", "logic_die", "mineral", "equipment", "technology"),
    "market": ("datacenter", "consumer"),
    "end_use": ("civil", "military"),
    "transaction": ("export", "reexport", "transfer"),
}
"""Fields of a query that are one of a few words."""

WORDS = (*CHOICES, "item", "vendor")
"""Fields of a query that are words."""

ITEM_FIELDS = {*NUMBERS, "kind", "market", "item", "vendor", "certifications"} - {"quantity"}
"""What a paragraph may depend on: the item alone, and what is certified about it."""


class Strict(Frozen):
    """A frozen model whose docstrings stay in the source.

    To have them as descriptions of the fields costs a fifth of a second in every command.
    """

    model_config = ConfigDict(use_attribute_docstrings=False)


class Bounds(Strict):
    """An interval of a number; an end that is left out is open."""

    at_least: Number | None = None
    """The number is this or more."""
    above: Number | None = None
    """The number is more than this."""
    at_most: Number | None = None
    """The number is this or less."""
    below: Number | None = None
    """The number is less than this."""

    @model_validator(mode="after")
    def _an_interval(self) -> Bounds:
        low = [value for value in (self.at_least, self.above) if value is not None]
        high = [value for value in (self.at_most, self.below) if value is not None]
        closed = self.at_least is not None and self.at_most is not None
        empty = bool(low and high) and (low[0] > high[0] or (low[0] == high[0] and not closed))
        if not low + high or len(low) > 1 or len(high) > 1 or empty:
            raise refusal(
                "this is no interval",
                bound="one lower end (at_least or above), one upper (at_most or below), or both",
                remedy="write for example {at_least: 2400, below: 4800}",
            )
        return self


def _choice(name: str) -> AfterValidator:
    def check(value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if word not in CHOICES[name]:
                raise refusal(
                    f"{word!r} is no {name} that a rule may name",
                    bound=", ".join(CHOICES[name]),
                    remedy="choose one of these",
                )
        return value

    return AfterValidator(check)


class Condition(Strict):
    """All of the fields given hold, all of `all`, one of `any`, and not `not`."""

    all: tuple[Condition, ...] = ()
    """Conditions that must all hold."""
    any: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    """Conditions of which one must hold."""
    not_: Condition | None = Field(default=None, alias="not")
    """A condition that must not hold."""
    total_processing_performance: Bounds | None = None
    """TPP: 2 × MacTOPS × bit length, dense, the maximum over formats."""
    performance_density: Bounds | None = None
    """TPP per mm² of logic die on non-planar nodes; 0 where all dies are planar."""
    interconnect_gb_s: Bounds | None = None
    """Bandwidth of all links to other chips, both directions together [GB/s]."""
    memory_bandwidth_gb_s: Bounds | None = None
    """Bandwidth of all DRAM in the package [GB/s]."""
    combined_bandwidth_gb_s: Bounds | None = None
    """Memory and interconnect bandwidth together [GB/s]."""
    memory_density_gb_s_mm2: Bounds | None = None
    """Bandwidth of an HBM stack over its area [GB/s/mm²]."""
    process_nm: Bounds | None = None
    """The node of the logic die [nm]."""
    transistors_billion: Bounds | None = None
    """Transistors in the package [10⁹]."""
    quantity: Bounds | None = None
    """Units shipped."""
    kind: Annotated[Selector, _choice("kind")] | None = None
    """What the item is."""
    item: Selector | None = None
    """Items by key, as vendors' letters name them."""
    vendor: Selector | None = None
    """Who sells it."""
    market: Annotated[Selector, _choice("market")] | None = None
    """What it is designed and marketed for."""
    end_use: Annotated[Selector, _choice("end_use")] | None = None
    """What it will be used for."""
    transaction: Annotated[Selector, _choice("transaction")] | None = None
    """Export, re-export or transfer in a country."""
    destination: Selector | None = None
    """Where it goes."""
    headquarters: Selector | None = None
    """Where the end user, or its ultimate parent, has its headquarters."""
    exported_from: Selector | None = None
    """Where it leaves from."""
    certifications: Selector | None = None
    """What must be certified or held, all of it."""

    def leaves(self) -> Iterator[tuple[str, Bounds | tuple[str, ...]]]:
        """Every field with its bounds or words, at any depth."""
        for name in (*NUMBERS, *WORDS, *PLACES, "certifications"):
            value: Bounds | tuple[str, ...] | None = getattr(self, name)
            if value is not None:
                yield name, value
        for part in self.parts():
            yield from part.leaves()

    def parts(self) -> tuple[Condition, ...]:
        """The conditions right inside this one."""
        return (*self.all, *(self.any or ()), *((self.not_,) if self.not_ else ()))

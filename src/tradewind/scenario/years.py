"""The `years` section of a scenario: what a run over the years needs besides the shocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tradewind.scenario.forms import Frozen, Number, Selector, refusal

FIRST_YEAR, LAST_YEAR = 2025, 2035
"""Years in which something may hold: from the first after the base to the last of a run."""
Shape = Literal["gate", "acemoglu_2024", "korinek_suh_2024"]
"""Maps from compute to automation."""
Switch = Annotated[bool, Field(strict=True)]
Year = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
"""A year after the base."""
Percent = Annotated[Number, Field(gt=-100.0)]


class Dated(Frozen):
    """Something that holds in some years."""

    from_year: Year | None = None
    """First year in which it holds. Left out: from the first after the base."""
    until_year: Year | None = None
    """Last year in which it holds. Left out: to the end."""
    source: str | None = None
    """Where the size comes from."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self.from_year, self.until_year
        if first is not None and last is not None and last < first:
            raise refusal(
                "it would end before it begins",
                bound="until_year at or after from_year",
                remedy="exchange the two, or leave one out",
                field="until_year",
                value=last,
            )
        return self

    def holds(self, year: int) -> bool:
        """Whether it holds in a year after the base."""
        after = self.from_year is None or year >= self.from_year
        return after and (self.until_year is None or year <= self.until_year)


class Switches(Frozen):
    """Mechanisms that may be held at the base year."""

    automation: Switch = True
    """Compute automates tasks."""
    adoption: Switch = True
    """Economies move between technology stacks."""
    learning: Switch = True
    """Chips get more, better and cheaper. Off: what is retired is replaced, no more."""
    growth: Switch = True
    """Economies keep growing at their own pace, and invest."""


class PowerChange(Dated):
    """A change of power in some areas of the world network."""

    economies: Selector = ("all",)
    """Economies whose areas are meant."""
    areas: tuple[str, ...] | None = None
    """Areas by name (docs/capacity-world.md), in place of economies."""
    fuel: Literal["gas", "coal", "oil", "all"] = "all"
    """Whose price changes."""
    fuel_price_percent: Percent = 0.0
    """Change of the fuel's price in per cent."""
    carbon_price: Annotated[Number, Field(ge=0.0)] | None = None
    """Price of carbon [USD / t]."""
    connection_percent: Percent = 0.0
    """Change of what may be connected a year in per cent."""
    build_percent: Percent = 0.0
    """Change of what plants may be built a year in per cent."""


class Pool(Dated):
    """Economies that share their compute: chips may stand in any of them, at no extra cost."""

    economies: Selector
    """Members."""


class StackRestriction(Dated):
    """A government's restriction of a technology stack."""

    stack: Literal["us_closed", "us_open", "chinese_open", "chinese_closed", "other"]
    """Which."""
    economies: Selector
    """Where."""
    restriction: Annotated[Number, Field(ge=0.0, le=1.0)]
    """0 free to 1 banned."""


class YearsSection(Frozen):
    """A run over the years."""

    last: Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)] = 2035
    """Last year."""
    against: Annotated[str, Field(min_length=1)] = "baseline"
    """Shipped scenario that the run is compared with."""
    shape: Shape = "gate"
    """Map from compute to automation."""
    switches: Switches = Switches()
    """Mechanisms that are held at the base year."""
    parameters: Mapping[str, Number] = Field(default_factory=dict)
    """Parameters of the coupling that are not at their central value."""
    automation_parameters: Mapping[str, Number] = Field(default_factory=dict)
    """The same of the automation block."""
    adoption_parameters: Mapping[str, Number] = Field(default_factory=dict)
    """The same of the adoption block."""
    capital_parameters: Mapping[str, Number] = Field(default_factory=dict)
    """The same of the capital block."""
    power: tuple[PowerChange, ...] = ()
    """Changes of power."""
    pools: tuple[Pool, ...] = ()
    """Economies that share compute."""
    stacks: tuple[StackRestriction, ...] = ()
    """Restrictions of technology stacks."""

"""Parts of the `plan` section: hours, demand, chips, rules, sites, overheads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from tradewind.scenario.forms import Frozen, Number, Selector, refusal

Class = Literal["training", "batch", "interactive"]
CLASSES: tuple[Class, ...] = get_args(Class)
Positive = Annotated[Number, Field(gt=0.0)]
NotNegative = Annotated[Number, Field(ge=0.0)]
Percent = Annotated[NotNegative, Field(le=100.0)]
AboveLoss = Annotated[Number, Field(gt=-100.0)]
"""A change in per cent that leaves something."""
Count = Annotated[int, Field(strict=True, ge=1)]


class PlanHours(Frozen):
    """Which hours of the year are planned: one of these."""

    weeks: Annotated[Count, Field(le=26)] | None = None
    """So many whole weeks, spread over the year, hour by hour."""
    clusters: Annotated[Count, Field(le=365)] | None = None
    """So many typical days, hour by hour, chosen by clustering."""
    step_hours: Literal[2, 3, 4, 6, 8, 12, 24] | None = None
    """The whole year in steps of so many hours, averaged."""
    full_year: Literal[True] | None = None
    """Every hour."""
    hours: Literal[24, 48, 96, 192] | None = None
    """On the world network, which has typical days of the seasons alone: so many hours in all."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise refusal(
                f"{len(given)} ways to choose hours",
                bound="one of weeks, clusters, step_hours, full_year, hours",
                remedy="write for example `hours: {weeks: 2}`",
            )
        return self

    def __str__(self) -> str:
        """In a word or two."""
        if self.full_year:
            return "full year"
        if self.step_hours:
            return f"full year in steps of {self.step_hours} hours"
        if self.hours:
            return f"{self.hours} hours of typical days"
        if self.weeks:
            return f"{self.weeks} week{'s' * (self.weeks > 1)}"
        return f"{self.clusters} typical day{'s' * ((self.clusters or 0) > 1)}"


class Part(Frozen):
    """A part of the section, whose fields a case may change one by one."""

    def changed(self, other: Self) -> Self:
        """Return a copy with what the other one says in place of this one's."""
        own = {name: getattr(self, name) for name in self.model_fields_set}
        new = {name: getattr(other, name) for name in other.model_fields_set}
        return type(self).model_validate({**own, **new})


class PlanDemand(Part):
    """How much compute is asked for, as a mean over the year."""

    total: Positive | None = None
    """Thousand H100e over all regions and classes; the network's own figure if left out."""
    shares_percent: Mapping[Class, NotNegative] | None = None
    """The total by class [%], adding up to 100; the network's own shares if left out."""
    by_class: Mapping[Class, NotNegative] | None = None
    """Thousand H100e by class, in place of `total` and `shares_percent`."""
    spare_percent: NotNegative = 0.0
    """Compute held and run beyond what is asked for, of every region and class."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.by_class is not None and (self.total or self.shares_percent):
            raise refusal(
                "demand is given in two ways",
                bound="by_class alone, or total with shares_percent",
                remedy="remove one of them",
                field="by_class",
            )
        if self.by_class is not None and not sum(self.by_class.values()) > 0.0:
            raise refusal(
                "no compute is asked for",
                bound="a class with more than 0",
                remedy="give at least one class a number",
                field="by_class",
            )
        shares = self.shares_percent
        if shares is not None and abs(sum(shares.values()) - 100.0) > 1e-6:
            raise refusal(
                f"the shares add up to {sum(shares.values()):g} %",
                bound="100 %",
                remedy="name every class that has a share",
                field="shares_percent",
            )
        return self


class PlanChips(Part):
    """Which chips may be bought, at what price, and how many."""

    families: tuple[str, ...] | None = None
    """Families that may be bought; those of the network if left out. A price, cap or place of a
    family that is not for sale is refused."""
    price_percent: AboveLoss = 0.0
    """Change of the price of every family."""
    price_percent_by: Mapping[str, AboveLoss] = Field(default_factory=dict)
    """Change of the price of some families, beside `price_percent`."""
    caps: Mapping[str, NotNegative] = Field(default_factory=dict)
    """Thousand H100e of a family at most, over all sites: what export rules leave."""
    allowed_at: Mapping[str, Selector] = Field(default_factory=dict)
    """Sites at which a family may stand; as the network's table has it if it is not named."""


class PlanRules(Part):
    """Rules for power and compute."""

    carbon_price: NotNegative | None = None
    """USD per tonne of CO2; the network's own if left out."""
    carbon_cap: NotNegative | None = None
    """Million tonnes of CO2 a year, of the whole power system."""
    green_percent: Percent = 0.0
    """Share of a site's power that new green plants built for it must give."""
    green_percent_by: Mapping[str, Percent] = Field(default_factory=dict)
    """The same by site, bus, country or group, in place of `green_percent`; where two name a site,
    the later holds."""
    green_matching: Literal["annual", "hourly"] = "annual"
    """Whether the share is to be met over the year or in every hour."""
    reserve_percent: NotNegative | None = None
    """Firm capacity beyond the highest load, compute included; no such rule if left out."""


class PueLimit(Frozen):
    """The most that a site's mean PUE may be."""

    sites: Selector
    """Where it holds."""
    at_most: Annotated[Number, Field(ge=1.0)]
    """Facility power over IT power, the mean of the year."""


class PlanSites(Part):
    """Where compute may stand, and what it may serve from there."""

    allowed: Selector | None = None
    """Sites that may be built at; all if left out."""
    local: tuple[Class, ...] = ()
    """Classes of work that are served at home: at sites of the region they come from."""
    by_class: Mapping[Class, Selector] = Field(default_factory=dict)
    """Sites at which a class of work may run; all allowed sites if it is not named."""
    pue: tuple[PueLimit, ...] = ()
    """Limits of the PUE; the first that names a site holds."""
    connection_percent: AboveLoss = 0.0
    """Change of what every site may draw from the grid."""
    connection_gw: Mapping[str, NotNegative] = Field(default_factory=dict)
    """Most that a site may draw [GW], in place of the table's."""


class PlanOverheads(Part):
    """What serving from elsewhere costs beyond power and chips."""

    transfer_percent: Annotated[Number, Field(ge=-100.0)] = 0.0
    """Change of the price of moving data between regions."""
    abroad_usd_per_h100e_hour: NotNegative = 0.0
    """Governance of a common pool: charged on all that is served in another country."""
    abroad_latency_ms: NotNegative = 0.0
    """Added to every round trip to another country."""

"""The shocks that a scenario may hold.

Every size is in **per cent**: ``percent: 25`` is a quarter. A tariff or an export tax of 25 is a
rate of 0.25; a change of 25 multiplies by 1.25, one of -20 by 0.8. Links are named by importer,
exporter and sector; an economy's sales to itself are never taxed or hindered (t = e = 0 and d = 1
at home), so home links drop out of every selection of links.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tradewind.scenario.forms import Date, Number, Selector, refusal
from tradewind.scenario.years import Dated

ChangePercent = Annotated[Number, Field(gt=-100.0)]
"""A change or a rate in per cent, above -100."""


class _Shock(Dated):
    source: str | None = None
    """Where the size comes from; printed in the report beside the shock."""


class Tariff(_Shock):
    """An import tariff, levied by the importer on the price that includes any export tax."""

    type: Literal["tariff"]
    """tariff"""
    mode: Literal["set", "add"] | None = None
    """`set` the rate, or `add` percentage points to what applies. Needed with `percent`; a
    schedule is always added."""
    percent: ChangePercent | None = None
    """Rate, or points to add, in per cent: 25 is 25 %. Either this or `schedule`."""
    schedule: str | None = None
    """A table of added tariffs that the world holds, such as `us_2025`."""
    date: Date | None = None
    """The schedule as in force on this day (YYYY-MM-DD). Left out: its newest day."""
    scale: Annotated[Number, Field(gt=0.0)] = 1.0
    """Multiplies the schedule; 0.5 is half of every added tariff."""
    importer: Selector = ("all",)
    """Who levies it. Needed with `percent`."""
    exporter: Selector = ("all",)
    """Whose goods pay it. Needed with `percent`."""
    sector: Selector = ("all",)
    """What pays it. Needed with `percent`."""

    @model_validator(mode="after")
    def _one_size(self) -> Tariff:
        if (self.percent is None) == (self.schedule is None):
            raise refusal(
                "a tariff needs one size",
                bound="either `percent` or `schedule`",
                remedy="give `percent: 25` with `mode: set` or `mode: add`, or name a `schedule`",
                field="percent",
            )
        return self._check_percent() if self.schedule is None else self._check_schedule()

    def _check_percent(self) -> Tariff:
        if self.mode is None:
            raise refusal(
                "it is not said whether the tariff replaces the present one or comes on top",
                bound="`mode: set` or `mode: add`",
                remedy="write `mode: set` for a new rate, `mode: add` for percentage points more",
                field="mode",
            )
        for name in ("importer", "exporter", "sector"):
            if name not in self.model_fields_set:
                raise refusal(
                    f"a tariff in per cent needs its {name}",
                    bound="a selection",
                    remedy=f"write `{name}: all` if you mean every one",
                    field=name,
                )
        for name in ("date", "scale"):
            if name in self.model_fields_set:
                raise refusal(
                    f"`{name}` belongs to a schedule, and this tariff has none",
                    bound="`percent` alone, or `schedule` with `date` and `scale`",
                    remedy=f"remove `{name}`, or name a `schedule` instead of `percent`",
                    field=name,
                )
        return self

    def _check_schedule(self) -> Tariff:
        if self.mode == "set":
            raise refusal(
                "a schedule holds added tariffs and cannot replace the applied ones",
                bound="`mode: add`, or no mode",
                remedy="remove `mode: set`",
                field="mode",
            )
        return self


class ExportTax(_Shock):
    """A tax on exports, levied by the exporter; the baseline has none."""

    type: Literal["export_tax"]
    """export_tax"""
    exporter: Selector
    """Who levies it."""
    importer: Selector
    """Whose purchases bear it."""
    sector: Selector
    """What bears it."""
    percent: ChangePercent
    """Rate in per cent of the price before the tax; negative is a subsidy."""


class Iceberg(_Shock):
    """A change of the real cost of a link: transport, sanctions, red tape, or their removal."""

    type: Literal["iceberg"]
    """iceberg"""
    importer: Selector
    """Who buys."""
    exporter: Selector
    """Who sells."""
    sector: Selector
    """What is sold."""
    percent: ChangePercent
    """Change of the delivered cost in per cent. For no trade at all use a `ban`."""


class Ban(_Shock):
    """No trade at all on the links named: an infinite iceberg cost, treated exactly."""

    type: Literal["ban"]
    """ban"""
    importer: Selector
    """Who may not buy."""
    exporter: Selector
    """Who may not sell."""
    sector: Selector
    """What may not be sold."""
    both_ways: Annotated[bool, Field(strict=True)] = False
    """`true` also bans the opposite direction: nothing crosses between the two blocs."""


class Productivity(_Shock):
    """A change of productivity in some sectors of some economies."""

    type: Literal["productivity"]
    """productivity"""
    economy: Selector
    """Where."""
    sector: Selector
    """In which sectors."""
    percent: ChangePercent
    """Change of productivity in per cent."""
    kind: Literal["output", "value_added"]
    """`output`: more output from all inputs (Hicks-neutral). `value_added`: value added does more,
    intermediate inputs do not. One scenario holds one kind."""


class EnergySupply(_Shock):
    """A loss of energy supply, told in one of two ways (`as`)."""

    type: Literal["energy_supply"]
    """energy_supply"""
    as_: Literal["productivity", "export_restriction"] = Field(alias="as")
    """`productivity`: the economy's own energy sectors give less output for the same inputs (plants
    shut, fuel fails). `export_restriction`: named suppliers deliver less, or nothing, to it."""
    economy: Selector
    """Who loses the energy."""
    sector: Selector = ("energy",)
    """Which energy sectors."""
    loss_percent: Annotated[Number, Field(gt=0.0, le=100.0)]
    """Share lost in per cent. Of output per input (`productivity`, below 100), or of what the
    suppliers sell to the economy at unchanged producer prices (`export_restriction`; 100 is a
    ban)."""
    suppliers: Selector | None = None
    """Who delivers less (`export_restriction` only)."""

    @model_validator(mode="after")
    def _consistent(self) -> EnergySupply:
        restricted = self.as_ == "export_restriction"
        if restricted != (self.suppliers is not None):
            raise refusal(
                "an export restriction needs its suppliers"
                if restricted
                else "suppliers belong to `as: export_restriction`",
                bound="`suppliers` if and only if `as: export_restriction`",
                remedy="name who delivers less, such as `suppliers: RUS`"
                if restricted
                else "remove `suppliers`, or write `as: export_restriction`",
                field="suppliers",
            )
        if not restricted and self.loss_percent == 100.0:
            raise refusal(
                "a sector that loses all of its productivity makes nothing at any price",
                bound="below 100 with `as: productivity`",
                remedy="give the share that fails, or use `as: export_restriction`",
                field="loss_percent",
            )
        return self


class InputRequirement(_Shock):
    """A change of how much of an input a sector needs for the same output."""

    type: Literal["input_requirement"]
    """input_requirement"""
    economy: Selector
    """Where."""
    input_sector: Selector
    """Which inputs."""
    sector: Selector
    """In which using sectors."""
    percent: ChangePercent
    """Change of the input needed per unit of output, in per cent."""


Shock = Annotated[
    Tariff | ExportTax | Iceberg | Ban | Productivity | EnergySupply | InputRequirement,
    Field(discriminator="type"),
]
"""Any shock, told apart by its `type`."""

"""The form of a rule and of a round of rules: frozen models that refuse what they do not know."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from tradewind.controls.conditions import ITEM_FIELDS, Condition, Strict
from tradewind.scenario.forms import Date, Number, Selector, refusal

Jurisdiction = Literal["US", "CN"]
Seen = Literal["seen", "memory", "computed", "judgement"]
LicencePolicy = Literal[
    "presumption_of_approval", "case_by_case", "presumption_of_denial", "denial"
]
ExceptionPolicy = Literal["exception", "exception_with_notification"]

NEVER = datetime.date.max
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
Text = Annotated[str, Field(min_length=1)]
Amount = Annotated[Number, Field(gt=0.0)]


class _Rule(Strict):
    id: Identifier
    """Unique among all rules: small letters, digits, hyphens, dots."""
    title: Text
    """One line."""
    citation: str = ""
    """Where it is written; the round's if left out."""
    note: str = ""
    """What a reader should know."""
    seen: Seen | None = None
    """How it was seen; as the round if left out."""
    jurisdiction: Jurisdiction | None = None
    """Whose law it is; the round's if left out."""
    round: str = ""
    """The round it belongs to."""
    effective: Date
    """First day on which the text is in force."""
    compliance: Date | None = None
    """First day on which it must be obeyed; `effective` if left out."""
    until: Date | None = None
    """First day on which the text is no longer in force."""
    enforced_until: Date | None = None
    """First day on which it is no longer enforced."""
    when: Condition = Condition()
    """Under which conditions it holds; always if left out."""

    @model_validator(mode="after")
    def _dates_in_order(self) -> _Rule:
        for name in ("compliance", "until", "enforced_until"):
            day = getattr(self, name)
            if day is not None and day < self.effective:
                raise refusal(
                    f"the dates are reversed: {name} {day} against effective {self.effective}",
                    bound=f"{name} on or after effective",
                    remedy="put the dates in order, or leave one out",
                    field=name,
                )
        return self

    @property
    def begins(self) -> datetime.date:
        """First day on which it binds."""
        return max(self.effective, self.compliance or self.effective)

    @property
    def ends(self) -> datetime.date:
        """First day on which it no longer binds; the last day of the calendar if never."""
        return min(self.until or NEVER, self.enforced_until or NEVER)

    def binds(self, day: datetime.date) -> bool:
        """Whether it binds on a day."""
        return self.begins <= day < self.ends


class Paragraph(_Rule):
    """A class of items."""

    kind: Literal["paragraph"]
    """paragraph"""
    paragraph: Text
    """Its name, such as 3A090.a; several rules may define one."""

    @model_validator(mode="after")
    def _on_the_item_alone(self) -> Paragraph:
        for name, _ in self.when.leaves():
            if name not in ITEM_FIELDS:
                raise refusal(
                    f"a paragraph cannot depend on {name}",
                    bound=", ".join(sorted(ITEM_FIELDS)),
                    remedy="put it into the requirement",
                    field="when",
                )
        return self


class Requirement(_Rule):
    """A licence is required."""

    kind: Literal["requirement"]
    """requirement"""
    paragraphs: Selector | None = None
    """One of these must be met; left out: `when` names the items."""
    policy: LicencePolicy = "presumption_of_denial"
    """How applications are reviewed unless a review says otherwise."""
    beside: tuple[Identifier, ...] = ()
    """Requirements on the same paragraph that may bind at the same time."""
    side: Literal["export", "import"] = "export"
    """`import`: asked for where the goods arrive; told apart from the exporter's answer."""


class Exception_(_Rule):
    """No licence is needed although one is required."""

    kind: Literal["exception"]
    """exception"""
    policy: ExceptionPolicy
    """With or without notification."""
    lifts: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    """Requirements that it lifts."""
    paragraphs: Selector | None = None
    """Only for items that meet one of these; for all if left out."""
    quota: tuple[Identifier, ...] = ()
    """Caps that the shipment must fit and then uses."""


class Review(_Rule):
    """Another review policy for some requirements."""

    kind: Literal["review"]
    """review"""
    policy: LicencePolicy
    """How applications are reviewed."""
    of: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    """Requirements whose policy it changes."""
    paragraphs: Selector | None = None
    """Only for items that meet one of these; for all if left out."""
    quota: tuple[Identifier, ...] = ()
    """Caps that the shipment must fit and then uses."""
    beyond: LicencePolicy | None = None
    """The policy for what does not fit."""
    revenue_share_percent: Annotated[Number, Field(ge=0.0, le=100.0)] | None = None
    """Share of the revenue that goes to the government."""
    conditions: tuple[Text, ...] = ()
    """What a licence asks for, in words."""

    @model_validator(mode="after")
    def _beyond_the_quota(self) -> Review:
        if bool(self.quota) != (self.beyond is not None):
            raise refusal(
                "a review with a quota needs the policy beyond it, and only such a review",
                bound="`quota` and `beyond` together, or neither",
                remedy="write for example `beyond: denial`",
                field="beyond",
            )
        return self


class Duty(_Rule):
    """An import duty on the way."""

    kind: Literal["duty"]
    """duty"""
    rate_percent: Annotated[Number, Field(ge=0.0)]
    """Rate in per cent of the value."""


class Step(Strict):
    """What a cumulative cap is from a day on."""

    from_: Date = Field(alias="from")
    """First day."""
    amount: Amount
    """TPP."""


class Period(Strict):
    """The days over which a cap runs."""

    from_: Date = Field(alias="from")
    """First day."""
    to: Date
    """Last day."""


class Quota(_Rule):
    """A cap in TPP times units."""

    kind: Literal["quota"]
    """quota"""
    per: tuple[Literal["destination", "headquarters", "consignee", "company"], ...] = ()
    """One cap for each of these."""
    period: Literal["calendar_year"] | Period
    """One cap for each calendar year, or one for the days given."""
    amount: Amount | None = None
    """The cap [TPP]."""
    path: tuple[Step, ...] | None = None
    """The cap by date, cumulative [TPP]."""
    share_of_company: Annotated[Number, Field(gt=0.0, le=1.0)] | None = None
    """The cap as a fraction of all TPP that the company owns, this shipment included."""

    @model_validator(mode="after")
    def _one_size(self) -> Quota:
        if sum(size is not None for size in (self.amount, self.path, self.share_of_company)) != 1:
            raise refusal(
                "a quota needs one size",
                bound="one of amount, path and share_of_company",
                remedy="give one of them",
                field="amount",
            )
        if self.share_of_company is not None and "company" not in self.per:
            raise refusal(
                "a share of a company's total is a cap for each company",
                bound="`company` in `per`",
                remedy="write for example `per: [company, destination]`",
                field="per",
            )
        if isinstance(self.period, Period) and self.period.to < self.period.from_:
            raise refusal(
                f"the period is reversed: {self.period.from_} to {self.period.to}",
                bound="`from` on or before `to`",
                remedy="put the days in order",
                field="period",
            )
        for before, after in zip(self.path or (), (self.path or ())[1:], strict=False):
            if after.from_ <= before.from_ or after.amount < before.amount:
                raise refusal(
                    "a cumulative path goes on in time and never falls: "
                    f"{before.from_} {before.amount:g}, {after.from_} {after.amount:g}",
                    bound="later days, amounts no smaller",
                    remedy="put the steps in order",
                    field="path",
                )
        return self


Rule: TypeAlias = Paragraph | Requirement | Exception_ | Review | Duty | Quota
AnyRule = Annotated[Rule, Field(discriminator="kind")]
"""Any rule, told apart by its `kind`."""

KINDS: dict[str, type[_Rule]] = {
    "paragraph": Paragraph,
    "requirement": Requirement,
    "exception": Exception_,
    "review": Review,
    "duty": Duty,
    "quota": Quota,
}
"""Each rule's `kind` and its model."""


class Round(Strict):
    """A notice, a letter or an announcement, with its rules."""

    id: Identifier
    """Unique among all rounds."""
    title: Text
    """One line."""
    jurisdiction: Jurisdiction
    """Whose law it is."""
    citation: Text
    """Where it is written."""
    published: Date
    """When it was published or told."""
    note: str = ""
    """What a reader should know."""
    seen: Seen
    """How it was seen."""
    source: str = ""
    """Where it was seen."""
    rules: tuple[AnyRule, ...]
    """The rules."""

    def completed(self) -> tuple[Rule, ...]:
        """The rules, with what they take from the round filled in."""
        return tuple(
            rule.model_copy(
                update={
                    "round": self.id,
                    "citation": rule.citation or self.citation,
                    "seen": rule.seen or self.seen,
                    "jurisdiction": rule.jurisdiction or self.jurisdiction,
                }
            )
            for rule in self.rules
        )

"""One question, one answer: `decide` is a table of one row, told in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np

from tradewind.controls.alternatives import (
    Alternative,
    Applied,
    Outcome,
    alternatives,
    figure_names,
    outcomes,
)
from tradewind.controls.block import missing_names
from tradewind.controls.changes import Change, changes
from tradewind.controls.columns import DENSITY, TPP, Columns
from tradewind.controls.countries import codes
from tradewind.controls.encode import Encoder
from tradewind.controls.equations import LICENCE_FROM, POLICIES, units_that_fit
from tradewind.controls.items import Items
from tradewind.controls.quotas import EPOCH_ZERO, left_of
from tradewind.controls.reading import known_through
from tradewind.controls.regime import Regime
from tradewind.controls.schema import Exception_, Review, Rule
from tradewind.controls.solve import Engine, Match
from tradewind.errors import RuleError

Told = Sequence[Outcome | Alternative]
Part = TypeVar("Part")
DISCLAIMER = "A model of the rules, not legal advice."


@dataclass(frozen=True)
class QuotaUse:
    """A cap that the shipment meets."""

    quota: str
    rule: str
    """The exception or review that carries the cap."""
    left_before: float | None
    """TPP left before; None if there is no end, or it hangs on what is not known."""
    uses: float | None
    """TPP of the shipment; zero if another rule decides or it does not fit."""
    left_after: float | None
    """TPP left afterwards."""
    units_that_fit: float | None
    """Whole units of the item that fit what is left before."""
    fits: bool | None
    """Whether the whole shipment does."""


@dataclass(frozen=True)
class Decision:
    """The answer to one question."""

    item: str | None
    destination: str
    headquarters: str
    exported_from: str
    date: datetime.date
    licence_required: bool | None
    """None if it hangs on figures that are missing."""
    policy: str | None
    """One of `equations.POLICIES`; None if it hangs on figures that are missing."""
    paragraphs: tuple[str, ...]
    """Paragraphs that the item certainly meets."""
    applied: tuple[Applied, ...]
    """Requirements that certainly apply, the strictest first."""
    total_processing_performance: float | None
    """TPP."""
    performance_density: float | None
    """TPP/mm²; None if it is not known."""
    import_bars: tuple[Applied, ...]
    """What certainly bars the goods where they arrive; no part of the exporter's answer."""
    import_duty_percent: float
    """Import duty on the way [%]."""
    revenue_share_percent: float
    """Share of the revenue that a licence asks for [%]."""
    conditions: tuple[str, ...]
    """What a licence asks for, in words."""
    quotas: tuple[QuotaUse, ...]
    missing: tuple[str, ...]
    """Figures that are not known and on which a rule hangs."""
    missing_matters: bool
    """Whether the policy hangs on them."""
    alternatives: tuple[Alternative, ...]
    """The answer for each range of the missing figures."""
    changes: tuple[Change, ...]
    """What would change the answer."""
    citations: tuple[str, ...]
    notes: tuple[str, ...]
    """Remarks on the rules that apply."""
    known_through: datetime.date
    """The day through which the rules are known."""
    disclaimer: str = DISCLAIMER

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data."""
        data = asdict(self)
        data["date"], data["known_through"] = str(self.date), str(self.known_through)
        return data


def decide(
    item: str | None = None,
    *,
    destination: str,
    date: datetime.date | str,
    headquarters: str | None = None,
    market: str | None = None,
    end_use: str | None = None,
    exported_from: str | None = None,
    transaction: str | None = None,
    certifications: Iterable[str] = (),
    quantity: float = 1,
    figures: Mapping[str, float | str] | None = None,
    used: Mapping[str, float] | None = None,
    regime: Regime | None = None,
    items: Items | None = None,
    with_changes: bool = True,
) -> Decision:
    """Decide whether a shipment needs a licence, and how an application would be reviewed.

    A model of the rules, not legal advice.

    Parameters
    ----------
    item : str, optional
        Key, name or alias of the catalogue; without it the figures are those given.
    destination : str
        Where it goes: ISO-2, ISO-3 or English name.
    date : date or str
        The day, YYYY-MM-DD.
    headquarters : str, optional
        Where the end user, or its ultimate parent, has its headquarters; the destination if left
        out.
    market : {"datacenter", "consumer"}, optional
        What it is designed and marketed for; the catalogue's if left out.
    end_use : {"civil", "military"}, optional
        Civil if left out.
    exported_from : str, optional
        Where it leaves from; if left out the United States, or China for minerals and the equipment
        and technology that go with them.
    transaction : {"export", "reexport", "transfer"}, optional
        An export if left out.
    certifications : iterable of str
        What is certified or held.
    quantity : float
        Units.
    figures : mapping of str to float, optional
        Figures that replace the catalogue's; the names are the columns of `decide_table`.
    used : mapping of str to float, optional
        TPP already used of each quota, by its id.
    regime : Regime, optional
        The rules; as enacted if left out.
    items : Items, optional
        The catalogue; the shipped one if left out.
    with_changes : bool
        Whether to look for what would change the answer.

    Returns
    -------
    Decision

    Raises
    ------
    RuleError
        If a word, a country, a day or a number cannot be.
    """
    regime, items = regime or Regime.shipped(), items or Items.shipped()
    certified = (certifications,) if isinstance(certifications, str) else tuple(certifications)
    table: dict[str, Any] = {
        "item": item,
        "destination": destination,
        "date": str(date),
        "headquarters": headquarters,
        "market": market,
        "end_use": end_use,
        "exported_from": exported_from,
        "transaction": transaction,
        "certifications": ",".join(certified),
        "quantity": quantity,
        **(figures or {}),
    }
    given = {name: [value] for name, value in table.items() if value not in (None, "")}
    if item is None and not figures:
        raise RuleError(
            "there is no item",
            where="query",
            value="not given",
            bound="an item of the catalogue, or figures such as total_processing_performance",
            remedy="tradewind rule items lists the catalogue",
        )
    columns = Encoder(given, regime.engine, items, "query").columns()
    taken = dict(used or {})
    for name, amount in taken.items():
        regime.rule(name, "query, used")
        if not 0.0 <= amount < np.inf:
            raise RuleError(
                "what is used of a cap is out of bounds",
                where=f"query, used, {name}",
                value=amount,
                bound="TPP, 0 or more",
                remedy="give what has been shipped under the cap",
            )
    return _answer(regime, items, columns, given, taken, with_changes)


def _answer(
    regime: Regime,
    items: Items,
    columns: Columns,
    given: Mapping[str, list[Any]],
    used: Mapping[str, float],
    with_changes: bool,
) -> Decision:
    engine = regime.engine
    match = engine.match(columns, used)
    bits = int(np.broadcast_to(match.bits(with_paragraphs=True), 1)[0])
    ways = alternatives(engine, columns, bits, used) if bits else ()
    told: Told = ways or outcomes(engine, columns, used)
    policies = tuple(dict.fromkeys(way.policy for way in told))
    policy = policies[0] if len(policies) == 1 else None
    needs = {POLICIES.index(one) >= LICENCE_FROM for one in policies}
    applied = _common(told, lambda way: way.applied)
    certain = [regime.by_id[one.rule] for one in applied]
    reviews = [rule for rule in certain if isinstance(rule, Review)]
    rules = _all_rules(regime, told)
    where = {name: codes()[int(code[0])] for name, code in columns.places.items()}
    return Decision(
        item=items.names[items.position(given["item"][0], "query")] if "item" in given else None,
        destination=where["destination"],
        headquarters=where["headquarters"],
        exported_from=where["exported_from"],
        date=EPOCH_ZERO + datetime.timedelta(days=int(columns.day[0])),
        licence_required=needs == {True} if len(needs) == 1 else None,
        policy=policy,
        paragraphs=_common(told, lambda way: way.paragraphs),
        applied=applied,
        total_processing_performance=_known(columns, TPP),
        performance_density=_known(columns, DENSITY),
        import_bars=_common(told, lambda way: way.import_bars),
        import_duty_percent=max(way.import_duty_percent for way in told),
        revenue_share_percent=max((r.revenue_share_percent or 0.0 for r in reviews), default=0.0),
        conditions=tuple(dict.fromkeys(text for r in reviews for text in r.conditions)),
        quotas=_quotas(engine, match, columns, used, certain),
        missing=figure_names(missing_names(bits).split(), columns),
        missing_matters=policy is None,
        alternatives=ways,
        changes=changes(regime, columns, used, policies) if with_changes else (),
        citations=tuple(dict.fromkeys(rule.citation for rule in rules)),
        notes=tuple(dict.fromkeys(rule.note for rule in rules if rule.note)),
        known_through=known_through(),
    )


def _common(
    told: Told, part: Callable[[Outcome | Alternative], tuple[Part, ...]]
) -> tuple[Part, ...]:
    """What all alternatives have."""
    return tuple(one for one in part(told[0]) if all(one in part(way) for way in told))


def _all_rules(regime: Regime, told: Told) -> list[Rule]:
    """Every rule that some alternative stands on, each once."""
    applied = dict.fromkeys(one for way in told for one in (*way.applied, *way.import_bars))
    names = dict.fromkeys(name for one in applied for name in (one.requirement, one.rule))
    return [regime.by_id[name] for name in names]


def _known(columns: Columns, name: str) -> float | None:
    value = float(columns.numbers[name][0])
    return None if np.isnan(value) else value


def _quotas(
    engine: Engine,
    match: Match,
    columns: Columns,
    used: Mapping[str, float],
    certain: Sequence[Rule],
) -> tuple[QuotaUse, ...]:
    """Every cap of a rule that matches: left before, used if the rule decides, and left after."""
    shipped = _finite(float((columns.numbers["quantity"] * columns.numbers[TPP])[0]))
    tpp = _finite(float(columns.numbers[TPP][0]))
    found: dict[str, QuotaUse] = {}
    for index, truth in match.rules.items():
        rule = engine.rules[index]
        if not isinstance(rule, Exception_ | Review) or not truth.yes.any():
            continue
        for name in rule.quota:
            left = float(left_of(engine.quotas[name], columns, used.get(name, 0.0))[0])
            known = None if np.isnan(left) else left
            fits = None if shipped is None or known is None else shipped <= known
            uses = shipped if rule in certain and bool(match.fits[index].yes[0]) else 0.0
            found[name] = QuotaUse(
                quota=name,
                rule=rule.id,
                left_before=_finite(left),
                uses=uses,
                left_after=None if uses is None or _finite(left) is None else left - uses,
                units_that_fit=None
                if tpp is None or known is None
                else _finite(units_that_fit(known, tpp)),
                fits=fits,
            )
    return tuple(found.values())


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None

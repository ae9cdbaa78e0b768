"""A list of shipments in order of date: each line decided, and what it uses of every cap."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from tradewind.controls.algebra import by_requirement, resolve
from tradewind.controls.alternatives import figure_names
from tradewind.controls.block import missing_names
from tradewind.controls.columns import TOTAL, TPP, Columns
from tradewind.controls.countries import codes
from tradewind.controls.encode import Encoder
from tradewind.controls.equations import POLICIES, units_that_fit
from tradewind.controls.items import Items
from tradewind.controls.quotas import EPOCH_ZERO, key_of, left_of
from tradewind.controls.regime import Regime
from tradewind.controls.schema import Exception_, Review
from tradewind.controls.shipments import Shipments
from tradewind.controls.solve import Match

SHIPS_UP_TO = POLICIES.index("case_by_case")
"""The strictest level at which a shipment is taken to go, with the licence that it may need."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """What a shipment uses of one cap."""

    quota: str
    of: tuple[str, ...]
    """Destination, consignee, company or year that the cap is counted for."""
    uses: float
    """TPP used by the shipment; 0 if it does not fit, or goes another way."""
    left: float | None
    """TPP left afterwards; None if there is no end, or it is not known."""
    units_that_fit: float | None
    """Whole units that fitted what was left before."""
    fits: bool


@dataclass(frozen=True)
class Line:
    """One shipment and its answer."""

    line: int
    """In the file, counted from 1."""
    date: datetime.date
    item: str
    quantity: float
    destination: str
    tpp: float | None
    """TPP of the whole shipment."""
    policy: str | None
    """None if it hangs on figures that are missing."""
    rule: str | None
    """The rule that decides."""
    citation: str | None
    goes: bool | None
    """Whether it goes: without a licence, or with one that is presumed or may be granted."""
    uses: tuple[Use, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """All lines, and the caps in the end."""

    lines: tuple[Line, ...]
    balances: tuple[Use, ...]
    """Every cap that was met: all that was used of it, and what is left."""

    def to_dict(self) -> dict[str, Any]:
        """The ledger as plain data."""
        data = asdict(self)
        for line in data["lines"]:
            line["date"] = str(line["date"])
        return data


class _Book:
    """What has been used of each cap, and shipped to each company."""

    def __init__(self) -> None:
        self.used: dict[Key, float] = {}
        self.shipped: dict[str, float] = {}


def keep_ledger(
    shipments: Shipments, regime: Regime | None = None, items: Items | None = None
) -> Ledger:
    """Decide every shipment in turn, and count what it uses of the caps.

    A shipment that does not fit a cap whole does not use it at all; it then goes by another rule if
    one lets it, or not at all. Licences with a presumption of approval, or reviewed case by case,
    are taken to be granted.

    Parameters
    ----------
    shipments : Shipments
        In order of date.
    regime : Regime, optional
        The rules; as enacted if left out.
    items : Items, optional
        The catalogue; the shipped one if left out.

    Returns
    -------
    Ledger

    Raises
    ------
    RuleError
        If a line cannot be, or lacks the consignee or company that a cap is counted for.
    """
    regime, items = regime or Regime.shipped(), items or Items.shipped()
    engine = regime.engine
    encoder = Encoder(shipments.table, engine, items, shipments.name, shipments.lines)
    columns = encoder.columns()
    book = _Book()
    lines = []
    for row in range(columns.size):
        lines.append(_decide(regime, columns.take(np.array([row])), shipments, row, book))
    balances: dict[Key, Use] = {}
    for line in lines:
        for use in line.uses:
            key = (use.quota, *use.of)
            balances[key] = replace(use, uses=book.used.get(key, 0.0))
    return Ledger(tuple(lines), tuple(balances.values()))


def _decide(regime: Regime, columns: Columns, shipments: Shipments, row: int, book: _Book) -> Line:
    engine = regime.engine
    company = shipments.text("company", row)
    total = columns.numbers[TOTAL] + book.shipped.get(company, 0.0)
    columns = replace(columns, numbers={**columns.numbers, TOTAL: total})
    day = EPOCH_ZERO + datetime.timedelta(days=int(columns.day[0]))
    places = {name: codes()[int(code[0])] for name, code in columns.places.items()}
    places |= {name: shipments.text(name, row) for name in ("consignee", "company")}
    keys = {name: key_of(quota, places, day) for name, quota in engine.quotas.items()}
    used = {name: book.used.get(key, 0.0) for name, key in keys.items()}
    match = engine.match(columns, used)
    allowed = shipments.allowed(regime, row)
    found = resolve(engine, match, 1, allowed)
    bits = int(np.broadcast_to(match.bits(with_paragraphs=False), 1)[0])
    level = int(found.level[0])
    goes = None if bits else level <= SHIPS_UP_TO
    taken = _quotas_used(regime, match, allowed) if goes else set()
    shipped = float((columns.numbers["quantity"] * columns.numbers[TPP])[0])
    uses = []
    for name in _quotas_met(regime, match, allowed):
        shipments.require(engine.quotas[name].per, row, name)
        left = float(left_of(engine.quotas[name], columns, used[name])[0])
        takes = shipped if name in taken else 0.0
        book.used[keys[name]] = used[name] + takes
        uses.append(_use(keys[name], takes, left, shipped, float(columns.numbers[TPP][0])))
    if goes and not np.isnan(shipped):
        book.shipped[company] = book.shipped.get(company, 0.0) + shipped
    rule = engine.rules[int(found.rule[0])] if found.rule[0] >= 0 and not bits else None
    return Line(
        line=shipments.lines[row],
        date=day,
        item=shipments.text("item", row),
        quantity=float(columns.numbers["quantity"][0]),
        destination=places["destination"],
        tpp=None if np.isnan(shipped) else shipped,
        policy=None if bits else POLICIES[level],
        rule=rule.id if rule else None,
        citation=rule.citation if rule else None,
        goes=goes,
        uses=tuple(uses),
        missing=figure_names(missing_names(bits).split(), columns),
    )


def _use(key: Key, takes: float, left: float, shipped: float, tpp: float) -> Use:
    known = not np.isnan(left) and not np.isnan(shipped)
    units = units_that_fit(left, tpp) if known else np.nan
    return Use(
        quota=key[0],
        of=key[1:],
        uses=takes,
        left=left - takes if np.isfinite(left) else None,
        units_that_fit=units if np.isfinite(units) else None,
        fits=bool(known and shipped <= left),
    )


def _quotas_met(regime: Regime, match: Match, allowed: Iterable[int] | None) -> Sequence[str]:
    """Caps of the rules that match and may be used."""
    found: dict[str, None] = {}
    for index in match.fits:
        rule = regime.rules[index]
        usable = isinstance(rule, Review) or allowed is None or index in allowed
        if match.rules[index].yes.any() and usable and isinstance(rule, Exception_ | Review):
            found |= dict.fromkeys(rule.quota)
    return tuple(found)


def _quotas_used(regime: Regime, match: Match, allowed: Iterable[int] | None) -> set[str]:
    """Caps of the rules by which the shipment goes."""
    ways: Mapping[int, Any] = by_requirement(
        regime.engine, match, None if allowed is None else set(allowed)
    )
    found: set[str] = set()
    for index, (_, by) in ways.items():
        rule = regime.rules[int(by[0])]
        if match.rules[index].yes[0] and isinstance(rule, Exception_ | Review):
            found |= set(rule.quota)
    return found

"""What a regime of export controls says to the chip market: a policy on periods, families, countries.

The rules are asked about every family of an American vendor, every country and every period; what
they answer becomes access. Buyers are headquartered where they buy; chips leave from the United
States with every certificate that their family can have. China's makers sell to China alone and are
not asked about; whether they may have dies made and buy memory abroad is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import xarray as xr

from tradewind.chips.allocation import Floats
from tradewind.chips.block import history, tpp
from tradewind.chips.calendar import Calendar
from tradewind.chips.families import H100_BANDWIDTH_TB_S, families
from tradewind.chips.market import labels, specification
from tradewind.chips.parameters import central
from tradewind.controls import Regime, decide_table
from tradewind.controls.countries import memberships
from tradewind.controls.equations import POLICIES
from tradewind.controls.schema import Quota, Rule
from tradewind.world.accelerators import catalogue

FREE = POLICIES.index("presumption_of_approval")
"""Up to this policy a family is sold as if there were no rule."""
CASE_BY_CASE = POLICIES.index("case_by_case")
FOUNDRIES = ("TW", "KR")
"""Where the leading chain makes its wafers and memory, and China's makers had theirs made."""
MINERALS = ("gallium", "germanium")
"""What the leading chain would miss most: both go into power parts and optics."""
SPENT = 1e18
"""[TPP] more than any quota."""


class Answer(NamedTuple):
    """What the rules of a day say, on families and countries."""

    access: Floats
    """(family, country) 0 or 1"""
    granted: Floats
    """(family, country) 1 where it is decided case by case"""
    surcharge: Floats
    """(family, country) [rate]"""
    counted: Floats
    """(family, country) 1 where a sale counts against a quota"""
    foundry_open: float
    memory_open: float
    minerals_stopped: float


def compile_policy(regime: Regime | None = None, last_year: int = 2035) -> xr.Dataset:
    """Return the policy of one regime (as enacted if left out); see ``compile_policies``."""
    return compile_policies([regime or Regime.shipped()], last_year)[0]


def compile_policies(regimes: Sequence[Regime], last_year: int = 2035) -> list[xr.Dataset]:
    """Turn regimes into policies on common periods, as few as they allow.

    Parameters
    ----------
    regimes : sequence of Regime
    last_year : int

    Returns
    -------
    list of xarray.Dataset
        One per regime, with the variables of ``chips.block.POLICY``.
    """
    fine = Calendar.cut(days_of_change(regimes), last_year)
    asked = Asked(fine)
    answers = [[asked.answer(regime, p) for p in range(len(fine.starts))] for regime in regimes]
    needed = set(Calendar.cut((), last_year).starts)
    kept = [
        p
        for p, start in enumerate(fine.starts)
        if start in needed or any(_differ(each[p], each[p - 1]) for each in answers)
    ]
    return [
        _dataset([each[p] for p in kept], [fine.starts[p] for p in kept], regime)
        for each, regime in zip(answers, regimes, strict=True)
    ]


def days_of_change(regimes: Iterable[Regime]) -> set[date]:
    """Days on which some rule begins or ends to bind, or a country group changes."""
    rules = [rule for regime in regimes for rule in regime.rules]
    days = {day for rule in rules for day in (rule.begins, rule.ends)}
    return days | {day for member in memberships() for day in (member.first, member.end)}


class Asked:
    """Rules asked about every family and country, each set of rules once a period.

    Parameters
    ----------
    calendar : Calendar
    """

    def __init__(self, calendar: Calendar) -> None:
        values = central()
        self.calendar = calendar
        self.countries = history().countries
        self.tpp = tpp(history(), calendar, values)
        self.bandwidth = specification(history(), calendar, values)[1]
        self.known: dict[tuple[int, frozenset[str]], Answer] = {}
        self.text: dict[int, tuple[Rule, str]] = {}

    def answer(self, regime: Regime, period: int) -> Answer:
        """Return what the rules that bind in a period say."""
        day = self.calendar.middles[period]
        key = (period, frozenset(map(self._text_of, regime.binding(day))))
        if key not in self.known:
            self.known[key] = self._ask(regime, period, day)
        return self.known[key]

    def _text_of(self, rule: Rule) -> str:
        # A rule is kept beside its text, so that its place in memory is not given to another.
        known = self.text.get(id(rule))
        if known is None:
            known = self.text[id(rule)] = (rule, rule.model_dump_json())
        return known[1]

    def _ask(self, regime: Regime, period: int, day: date) -> Answer:
        year = int(self.calendar.year_of[period])
        american = [f for f, family in enumerate(families().values()) if family.american]
        shape = (len(families()), len(self.countries))
        rows = self._rows(american, year)
        fresh = decide_table({**rows, "date": day}, regime)
        spent = decide_table({**rows, "date": day}, regime, used=_all_spent(regime))
        access, granted, surcharge = np.ones(shape), np.zeros(shape), np.zeros(shape)
        counted = np.zeros(shape)
        level = fresh.strictest.reshape(len(american), -1)
        access[american] = level <= CASE_BY_CASE
        granted[american] = level == CASE_BY_CASE
        surcharge[american] = fresh.duty_percent.reshape(level.shape) / 100.0
        counted[american] = (level <= CASE_BY_CASE) & (
            spent.strictest.reshape(level.shape) > CASE_BY_CASE
        )
        return Answer(access, granted, surcharge, counted, *_inputs(regime, day))

    def _rows(self, american: list[int], year: int) -> dict[str, object]:
        """Columns of the table that asks about each American family and each country."""
        chosen = [list(families().values())[f] for f in american]
        each = len(self.countries)

        def column(values: Iterable[object], kind: type = float) -> np.ndarray:
            return np.repeat(np.array(list(values), kind), each)

        own = np.nan
        return {
            "item": column((family.item for family in chosen), object),
            "total_processing_performance": column(
                self.tpp[year, f] if family.grows else own
                for f, family in zip(american, chosen, strict=True)
            ),
            "memory_bandwidth_gb_s": column(
                self.bandwidth[year, f] * H100_BANDWIDTH_TB_S * 1000.0 if family.grows else own
                for f, family in zip(american, chosen, strict=True)
            ),
            "interconnect_gb_s": column(
                family.interconnect_gb_s or catalogue()[family.item].interconnect_gb_s or own
                for family in chosen
            ),
            "certifications": column(
                (",".join(family.certifications) for family in chosen), object
            ),
            "destination": np.tile(np.array(self.countries, object), len(chosen)),
        }


def _inputs(regime: Regime, day: date) -> tuple[float, float, float]:
    """Whether foundries and memory abroad are open to China's makers, and minerals are stopped.

    A die is asked about as a designer that hides its end would declare it, of little performance:
    what the foundry rule of January 2025 stopped is that a foundry may believe so.
    """
    dies = decide_table(
        {
            "item": "logic-die",
            "process_nm": 7.0,
            "transistors_billion": 50.0,
            "total_processing_performance": 0.0,
            "performance_density": 0.0,
            "destination": np.full(len(FOUNDRIES), "CN", object),
            "exported_from": np.array(FOUNDRIES, object),
            "date": day,
        },
        regime,
    )
    memory = decide_table(
        {
            "item": np.array(["hbm2e", "hbm3"], object),
            "destination": "CN",
            "exported_from": "KR",
            "date": day,
        },
        regime,
    )
    minerals = decide_table(
        {
            "item": np.repeat(np.array(MINERALS, object), len(FOUNDRIES)),
            "destination": np.tile(np.array(FOUNDRIES, object), len(MINERALS)),
            "exported_from": "CN",
            "date": day,
        },
        regime,
    )
    return (
        float((dies.strictest <= FREE).any()),
        float((memory.strictest <= FREE).any()),
        float((minerals.mildest > CASE_BY_CASE).mean()),
    )


def _all_spent(regime: Regime) -> dict[str, float]:
    return {rule.id: SPENT for rule in regime.rules if isinstance(rule, Quota)}


def _allocation(regime: Regime) -> float:
    """Smallest amount that a quota gives a country as a whole [TPP], infinite without one."""
    amounts = [
        rule.amount
        for rule in regime.rules
        if isinstance(rule, Quota) and rule.per == ("destination",) and rule.amount is not None
    ]
    return min(amounts, default=np.inf)


def _differ(one: Answer, other: Answer) -> bool:
    return one is not other and any(
        not np.array_equal(a, b) for a, b in zip(one, other, strict=True)
    )


def _dataset(answers: list[Answer], starts: list[date], regime: Regime) -> xr.Dataset:
    three = ("period", "family", "country")
    columns = Answer(*(np.array(column) for column in zip(*answers, strict=True)))
    countries = history().countries
    quota = np.full(len(countries), np.inf)
    quota[columns.counted.any(axis=(0, 1))] = _allocation(regime)
    return xr.Dataset(
        {
            "access": (three, columns.access),
            "case_by_case": (three, columns.granted),
            "surcharge": (three, columns.surcharge),
            "foundry_open": ("period", columns.foundry_open),
            "memory_open": ("period", columns.memory_open),
            "minerals_stopped": ("period", columns.minerals_stopped),
            "quota": ("country", quota),
            "counted": (three, columns.counted),
        },
        {
            "period": np.array(starts, "datetime64[ns]"),
            "family": labels(),
            "country": countries,
        },
        {"regime": regime.name},
    )

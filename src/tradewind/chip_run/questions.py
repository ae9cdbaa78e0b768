"""What the chip market asks of a regime: who may buy what, and what makers at home may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from tradewind.chips.block import history, tpp
from tradewind.chips.calendar import Calendar
from tradewind.chips.families import H100_BANDWIDTH_TB_S, families
from tradewind.chips.market import specification
from tradewind.chips.parameters import central
from tradewind.chips.programme import Floats, Integers
from tradewind.controls import Regime, decide_table
from tradewind.controls.countries import CHINA, HONG_KONG, Membership, memberships
from tradewind.controls.equations import POLICIES
from tradewind.controls.schema import Quota, Rule
from tradewind.scenario.groups import territories
from tradewind.world.accelerators import catalogue

FREE = POLICIES.index("presumption_of_approval")
"""Up to this policy a family is sold as if there were no rule."""
CASE_BY_CASE = POLICIES.index("case_by_case")
FOUNDRIES = ("TW", "KR")
"""Where the leading chain makes its wafers and memory, and China's makers had theirs made."""
MINERALS = ("gallium", "germanium")
"""What the leading chain would miss most: both go into power parts and optics."""
ADVANCED_NM, MANY_TRANSISTORS_BILLION = 7.0, 50.0
"""An Ascend die: 7 nm class, and about fifty billion transistors (judgement; the rule asks for
30)."""
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

    def differs(self, other: Answer) -> bool:
        """Whether the rules say something else."""
        return self is not other and any(
            not np.array_equal(np.asarray(getattr(self, name)), np.asarray(getattr(other, name)))
            for name in self._fields
        )


class Asked:
    """Rules asked about every family and country, each set of rules once a period.

    Parameters
    ----------
    calendar : Calendar
    regimes : iterable of Regime
        All that will be asked, for the countries that they name.
    """

    def __init__(self, calendar: Calendar, regimes: Iterable[Regime]) -> None:
        values = central()
        self.calendar = calendar
        self.tpp = tpp(history(), calendar, values)
        self.bandwidth = specification(history(), calendar, values)[1]
        self.known: dict[tuple[int, frozenset[str]], Answer] = {}
        self.text: dict[int, tuple[Rule, str]] = {}
        self.countries, self.of = self._representatives(regimes)

    def answers(self, regime: Regime) -> list[Answer]:
        """Return what the rules that bind in each period say."""
        keys = [
            (period, frozenset(map(self._text_of, regime.binding(day))))
            for period, day in enumerate(self.calendar.middles)
        ]
        new = [key for key in keys if key not in self.known]
        if new:
            periods = [period for period, _ in new]
            self.known.update(zip(new, self._ask(regime, periods), strict=True))
        return [self.known[key] for key in keys]

    def _representatives(self, regimes: Iterable[Regime]) -> tuple[list[str], Integers]:
        """One country of each kind, and which kind every country is: groups by date, or its name.

        No rule tells two countries apart that were always in the same groups and that none names.
        """
        rules = {id(rule): rule for regime in regimes for rule in regime.rules}.values()
        text = "".join(map(self._text_of, rules))
        groups: dict[str, set[Membership]] = {}
        for member in memberships():
            groups.setdefault(member.country, set()).add(replace(member, country=""))
        kinds: dict[object, int] = {}
        chosen: list[str] = []
        of = []
        for iso3 in history().countries:
            iso2 = territories()[iso3].iso2
            # US law reads Hong Kong as China; China's own bars are taken to hold there, too.
            iso2 = CHINA if iso2 == HONG_KONG else iso2
            named = f'"{iso2}"' in text or f'"{iso3}"' in text
            kind = iso2 if named else frozenset(groups.get(iso2, ()))
            if kind not in kinds:
                kinds[kind] = len(chosen)
                chosen.append(iso3)
            of.append(kinds[kind])
        return chosen, np.array(of)

    def _text_of(self, rule: Rule) -> str:
        # A rule is kept beside its text, so that its place in memory is not given to another.
        known = self.text.get(id(rule))
        if known is None:
            known = self.text[id(rule)] = (rule, rule.model_dump_json())
        return known[1]

    def _ask(self, regime: Regime, periods: list[int]) -> list[Answer]:
        """Ask about all families, countries and inputs of some periods, in one table each."""
        american = [f for f, family in enumerate(families().values()) if family.american]
        shape = (len(periods), len(american), len(self.countries))
        rows = self._rows(american, periods, "".join(map(self._text_of, regime.rules)))
        fresh = decide_table(rows, regime)
        quotas = _all_spent(regime)
        spent = decide_table(rows, regime, used=quotas) if quotas else fresh
        level = np.maximum(fresh.strictest, fresh.import_level).reshape(shape)
        told = (
            level <= CASE_BY_CASE,
            level == CASE_BY_CASE,
            fresh.duty_percent.reshape(shape) / 100.0,
            (level <= CASE_BY_CASE) & (spent.strictest.reshape(shape) > CASE_BY_CASE),
        )
        whole = []
        for start, values in zip((1.0, 0.0, 0.0, 0.0), told, strict=True):
            full = np.full((len(periods), len(families()), len(self.countries)), start)
            full[:, american] = values
            whole.append(full[:, :, self.of])
        inputs = _inputs(regime, [self.calendar.middles[p] for p in periods])
        return [
            Answer(*(values[i] for values in whole), *map(float, inputs[i]))
            for i in range(len(periods))
        ]

    def _rows(self, american: list[int], periods: list[int], text: str) -> dict[str, Any]:
        """Columns of the table that asks about each period, American family and country.

        Certificates that no rule in ``text`` asks for are left out, since the rules refuse them.
        """
        chosen = [list(families().values())[f] for f in american]
        each, own = len(self.countries), np.nan

        def column(values: Iterable[object], kind: type = float) -> Any:
            return np.tile(np.repeat(np.array(list(values), kind), each), len(periods))

        def dated(table: Floats, unit: float) -> Floats:
            years = self.calendar.year_of[periods]
            grows = np.array([family.grows for family in chosen])
            return np.repeat(np.where(grows, table[years][:, american] * unit, own).ravel(), each)

        days = np.array([self.calendar.middles[p] for p in periods], "datetime64[D]")
        return {
            "item": column((family.item for family in chosen), object),
            "total_processing_performance": dated(self.tpp, 1.0),
            "memory_bandwidth_gb_s": dated(self.bandwidth, H100_BANDWIDTH_TB_S * 1000.0),
            "interconnect_gb_s": column(
                family.interconnect_gb_s or catalogue()[family.item].interconnect_gb_s or own
                for family in chosen
            ),
            "certifications": column(
                (
                    ",".join(word for word in family.certifications if f'"{word}"' in text)
                    for family in chosen
                ),
                object,
            ),
            "destination": np.tile(np.array(self.countries, object), len(chosen) * len(periods)),
            "date": np.repeat(days, len(chosen) * each),
        }


def _inputs(regime: Regime, days: list[date]) -> Floats:
    """Whether foundries and memory abroad are open to China's makers, and minerals are stopped.

    A die is asked about as a designer that hides its end would declare it, of little performance:
    what the foundry rule of January 2025 stopped is that a foundry may believe so.

    Returns
    -------
    (day, 3) array
    """
    dies = [("logic-die", "CN", place) for place in FOUNDRIES]
    memory = [(stack, "CN", "KR") for stack in ("hbm2e", "hbm3")]
    minerals = [(mineral, place, "CN") for mineral in MINERALS for place in FOUNDRIES]
    asked = [*dies, *memory, *minerals]
    item, destination, source = (
        np.tile(np.array(column, object), len(days)) for column in zip(*asked, strict=True)
    )
    declared = np.where(item == "logic-die", 0.0, np.nan)
    found = decide_table(
        {
            "item": item,
            "destination": destination,
            "exported_from": source,
            "total_processing_performance": declared,
            "performance_density": declared,
            "process_nm": declared + ADVANCED_NM,
            "transistors_billion": declared + MANY_TRANSISTORS_BILLION,
            "date": np.repeat(np.array(days, "datetime64[D]"), len(asked)),
        },
        regime,
    )
    strictest = found.strictest.reshape(len(days), -1)
    mildest = found.mildest.reshape(len(days), -1)
    first, second = len(dies), len(dies) + len(memory)
    return np.column_stack(
        [
            (strictest[:, :first] <= FREE).any(axis=1),
            (strictest[:, first:second] <= FREE).any(axis=1),
            (mildest[:, second:] > CASE_BY_CASE).mean(axis=1),
        ]
    ).astype(float)


def _all_spent(regime: Regime) -> dict[str, float]:
    return {
        rule.id: SPENT
        for rule in regime.rules
        if isinstance(rule, Quota) and rule.begins < rule.ends
    }

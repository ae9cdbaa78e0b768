"""The scenario in words: one sentence a shock, then what is assumed."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewind.scenario.draft import Draft
from tradewind.scenario.groups import REST, groups, territories
from tradewind.scenario.horizon import registry, share_adjusted
from tradewind.scenario.messages import Language, listed, message, sector_name, set_name
from tradewind.scenario.policy import added_tariff
from tradewind.scenario.selectors import Codes, Kind, Selection, Term, select, vocabularies
from tradewind.scenario.shocks import (
    Ban,
    EnergySupply,
    ExportTax,
    Iceberg,
    InputRequirement,
    Productivity,
    Tariff,
)
from tradewind.scenario.words_years import dated, sourced, years_in_words
from tradewind.scenario.world_view import WorldView
from tradewind.world.schedules import contains

if TYPE_CHECKING:
    from tradewind.scenario.plan import PlanSection
    from tradewind.scenario.schema import Controls, Scenario

_WITH_ARTICLE = {"GBR", "NLD", "USA"}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def describe(scenario: Scenario, world: WorldView, language: Language = "en") -> list[str]:
    """Tell a scenario.

    Parameters
    ----------
    scenario : Scenario
        What to tell.
    world : WorldView
        Gives names, the year, and the sizes of tariff schedules.
    language : {"en", "zh"}
        Language of the sentences.

    Returns
    -------
    list of str
        One sentence a shock, in the order of the file; export controls, the plan and the run over
        the years, if any; then closure, labour and horizon, elasticities, substitution, and the
        base year.

    Raises
    ------
    ScenarioError
        If a selector or a schedule does not exist in the world.
    """
    teller = _Teller(Draft(scenario, world), language)
    sentences = [teller.shock(index, shock) for index, shock in enumerate(scenario.shocks)]
    if not sentences:
        elsewhere = (scenario.controls, scenario.plan, scenario.years) != (None, None, None)
        sentences = [message("no_trade" if elsewhere else "nothing", language)]
    if scenario.controls is not None:
        sentences.append(_controls(scenario.controls, language))
    if scenario.plan is not None:
        sentences.append(_plan(scenario.plan, language))
    if scenario.years is not None:
        sentences += years_in_words(scenario.years, teller.economies, language)
    sentences += _assumptions(scenario, world, language)
    stop = message("stop", language)
    return [sentence[:1].upper() + sentence[1:] + stop for sentence in sentences]


def _controls(controls: Controls, language: Language) -> str:
    """Say where export controls are answered, and how these differ."""
    return message(
        f"controls_{controls.regime}",
        language,
        added=len(controls.add),
        ended=len(controls.end),
        changed=len(controls.change),
    )


def _plan(plan: PlanSection, language: Language) -> str:
    """Say where compute and power are planned, and in how many cases."""
    return message(
        "plan_cases",
        language,
        network=plan.network,
        cases=max(1, len(plan.cases)),
        varied=sum(len(axis.values) for axis in plan.sensitivity),
    )


def _assumptions(scenario: Scenario, world: WorldView, language: Language) -> list[str]:
    labour = message(f"labour_{scenario.labour}", language)
    sigmas = (scenario.sigma_value_added, scenario.sigma_inputs, scenario.sigma_final)
    overrides = ""
    for index, override in enumerate(scenario.elasticity_overrides):
        path = f"elasticity_overrides[{index}].sector"
        vocabulary = vocabularies(world)["sectors"]
        chosen = select(vocabulary, override.sector, scenario.origin, path)
        what = tell(chosen, "sectors", world, language)
        overrides += message(
            "override", language, value=f"{override.trade_elasticity:g}", sector=what
        )
    substitution = message("cobb_douglas", language)
    if sigmas != (1.0, 1.0, 1.0):
        value_added, inputs, final = (f"{sigma:.3g}" for sigma in sigmas)
        substitution = message(
            "sigmas", language, value_added=value_added, inputs=inputs, final=final
        )
    return [
        message(f"closure_{scenario.closure}", language),
        message(
            f"horizon_{_span(scenario)}", language, labour=labour, years=f"{scenario.years_since:g}"
        ),
        message(
            f"elasticities_{_span(scenario)}",
            language,
            set=set_name(scenario.elasticity_set, language),
            short=f"{registry().trade_elasticity_short.value:g}",
            percent=f"{100.0 * share_adjusted(scenario.years_since):.0f}",
            overrides=overrides,
        ),
        substitution,
        message(
            "base" if world.year == world.base_year else "base_rolled",
            language,
            table=world.base_year,
            year=world.year,
            economies=len(world.economies),
            sectors=len(world.sectors),
        ),
    ]


def _span(scenario: Scenario) -> str:
    """Which sentences tell a horizon: those of either end, or of the path."""
    return {0.0: "short", math.inf: "long"}.get(scenario.years_since, "years")


def tell(selection: Selection, kind: Kind, world: WorldView, language: Language) -> str:
    """A selection in words, such as "the EU27 except Germany"."""
    what = listed([_term(term, kind, world, language) for term in selection.included], language)
    if not selection.excluded:
        return what
    excluded = [_term(term, kind, world, language) for term in selection.excluded]
    return message("except", language, what=what, excluded=listed(excluded, language))


def _term(term: Term, kind: Kind, world: WorldView, language: Language) -> str:
    if term.kind == "all":
        return message(f"all_{kind}", language)
    if term.kind == "code":
        return _name(term.key, kind, world, language)
    title = groups(kind)[term.key].titles[language]
    if not term.absent:
        return title
    if len(term.codes) <= 3:
        present = listed([_name(code, kind, world, language) for code in term.codes], language)
        return message("partly_named", language, group=title, present=present)
    total = len(term.codes) + len(term.absent)
    return message("partly_counted", language, group=title, count=len(term.codes), total=total)


def _name(code: str, kind: Kind, world: WorldView, language: Language) -> str:
    if kind == "sectors":
        return sector_name(code, world.sector_names, language)
    if code == REST:
        return message("rest", language)
    if language != "en" and code in territories():
        return territories()[code].names[language]
    name = world.economy_names.get(code, code)
    return f"the {name}" if code in _WITH_ARTICLE else name


class _Teller:
    """Tells shocks; holds the world and the language so that each method is short."""

    def __init__(self, draft: Draft, language: Language) -> None:
        self.draft, self.world, self.language = draft, draft.world, language

    def shock(self, index: int, shock: Any) -> str:
        tellers: dict[type, Callable[[int, Any], str]] = {
            Tariff: self._tariff,
            ExportTax: self._export_tax,
            Iceberg: self._iceberg,
            Ban: self._ban,
            Productivity: self._productivity,
            EnergySupply: self._energy_supply,
            InputRequirement: self._input_requirement,
        }
        sentence = dated(tellers[type(shock)](index, shock), shock, self.language)
        return sourced(sentence, shock.source, self.language)

    def economies(self, path: str, items: Codes) -> str:
        """Tell a selection of economies that stands outside the shocks."""
        vocabulary = vocabularies(self.world)["economies"]
        chosen = select(vocabulary, items, self.draft.scenario.origin, path)
        return tell(chosen, "economies", self.world, self.language)

    def _economies(self, index: int, field: str, items: Codes) -> str:
        selection = self.draft.select(index, field, items, "economies")
        return tell(selection, "economies", self.world, self.language)

    def _sectors(self, index: int, field: str, items: Codes) -> str:
        selection = self.draft.select(index, field, items, "sectors")
        return tell(selection, "sectors", self.world, self.language)

    def _link(self, index: int, shock: Tariff | ExportTax | Iceberg | Ban) -> dict[str, str]:
        return {
            "importer": self._economies(index, "importer", shock.importer),
            "exporter": self._economies(index, "exporter", shock.exporter),
            "sector": self._sectors(index, "sector", shock.sector),
        }

    def _sized(self, key: str, percent: float, **values: str) -> str:
        """A message in its `_up` or `_down` form, with the size without its sign."""
        form = f"{key}_{'down' if percent < 0.0 else 'up'}"
        return message(form, self.language, size=f"{abs(percent):g}", **values)

    def _tariff(self, index: int, shock: Tariff) -> str:
        if shock.percent is None:
            return self._schedule(index, shock)
        link = self._link(index, shock)
        if shock.mode == "set":
            return message("tariff_set", self.language, size=f"{shock.percent:g}", **link)
        return self._sized("tariff", shock.percent, **link)

    def _schedule(self, index: int, shock: Tariff) -> str:
        added = added_tariff(self.draft, index, shock)
        assert shock.schedule is not None
        days = self.world.schedules[shock.schedule]
        scale = message("scaled", self.language, scale=f"{shock.scale:g}")
        rest = contains(self.world.data, shock.schedule)
        return message(
            "schedule_rest" if rest else "schedule",
            self.language,
            schedule=shock.schedule,
            date=_in_force(shock.date or (days[-1] if days else None), self.language),
            scale="" if shock.scale == 1.0 else scale,
            year=self.world.year,
            average=f"{100.0 * self._average(index, shock, shock.scale * added.values):.1f}",
            **self._link(index, shock),
        )

    def _average(self, index: int, shock: Tariff, added: Any) -> float:
        """Added tariff [rate] averaged over the baseline trade, net of tariffs, that it meets."""
        mask = self.draft.links(index, shock.importer, shock.exporter, shock.sector)
        mask &= added != 0.0
        expenditure = self.world.data["expenditure"].sel(
            importer=self.draft.labels("importer"), sector=self.draft.labels("sector")
        )
        value = expenditure.transpose("importer", "sector").values[:, None, :]
        trade = self.draft.expenditure_share * value / (1.0 + self.draft.array("tariff"))
        total = float(trade[mask].sum())
        return float(np.sum(trade[mask] * added[mask]) / total) if total > 0.0 else 0.0

    def _export_tax(self, index: int, shock: ExportTax) -> str:
        key = "export_subsidy" if shock.percent < 0.0 else "export_tax"
        size = f"{abs(shock.percent):g}"
        return message(key, self.language, size=size, **self._link(index, shock))

    def _iceberg(self, index: int, shock: Iceberg) -> str:
        return self._sized("iceberg", shock.percent, **self._link(index, shock))

    def _ban(self, index: int, shock: Ban) -> str:
        key = "ban_both" if shock.both_ways else "ban"
        return message(key, self.language, **self._link(index, shock))

    def _productivity(self, index: int, shock: Productivity) -> str:
        return message(
            f"productivity_{shock.kind}",
            self.language,
            change=self._sized("change", shock.percent),
            economy=self._economies(index, "economy", shock.economy),
            sector=self._sectors(index, "sector", shock.sector),
        )

    def _energy_supply(self, index: int, shock: EnergySupply) -> str:
        values = {
            "economy": self._economies(index, "economy", shock.economy),
            "sector": self._sectors(index, "sector", shock.sector),
            "size": f"{shock.loss_percent:g}",
        }
        if shock.suppliers is None:
            return message("energy_productivity", self.language, **values)
        values["suppliers"] = self._economies(index, "suppliers", shock.suppliers)
        stops = shock.loss_percent == 100.0
        return message("energy_stop" if stops else "energy_restriction", self.language, **values)

    def _input_requirement(self, index: int, shock: InputRequirement) -> str:
        return self._sized(
            "requirement",
            shock.percent,
            economy=self._economies(index, "economy", shock.economy),
            sector=self._sectors(index, "sector", shock.sector),
            input=self._sectors(index, "input_sector", shock.input_sector),
        )


def _in_force(date: datetime.date | str | None, language: Language) -> str:
    """Say since when a schedule counts; nothing for one without dates."""
    if date is None:
        return ""
    day = datetime.date.fromisoformat(str(date)[:10])
    # Not strftime, whose month names follow the machine's locale.
    told = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    if language == "zh":
        told = f"{day.year}年{day.month}月{day.day}日"
    return message("on_date", language, date=told)

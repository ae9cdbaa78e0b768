"""Statements about the cases, held against what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xarray as xr

from tradewind.plan_run.members import gains
from tradewind.plan_run.table import numbers_of
from tradewind.scenario.plan import Expectation


@dataclass(frozen=True)
class Finding:
    """A statement, the number that decides it, and whether it holds.

    Attributes
    ----------
    title : str
    title_zh : str
        The title where there is no Chinese one.
    metric, case : str
    against, group : str or None
    value : float or None
        In per cent; None if a case it needs has no answer.
    at_least : float
    holds : bool or None
    who : str or None
        The member that the number belongs to.
    """

    title: str
    title_zh: str
    metric: str
    case: str
    against: str | None
    group: str | None
    value: float | None
    at_least: float
    holds: bool | None
    who: str | None = None

    def sentence(self) -> dict[str, str]:
        """The finding in words, by language."""
        if self.value is None:
            return {
                "en": f"{self.title}: no answer, since a case it needs has none.",
                "zh": f"{self.title_zh}:无法回答,所需方案没有解。",
            }
        who = f" ({self.who})" if self.who else ""
        yes, no = ("holds", "does not hold"), ("成立", "不成立")
        index = 0 if self.holds else 1
        return {
            "en": f"{self.title}: {yes[index]}, {self.value:.1f} %{who} against {self.at_least:g} %"
            " or more.",
            "zh": f"{self.title_zh}:{no[index]},{self.value:.1f} %{who},"
            f"门槛为 {self.at_least:g} %。",
        }


def findings(
    expected: Sequence[Expectation],
    plans: Mapping[str, xr.Dataset],
    groups: Mapping[str, Sequence[str]],
    asked: Sequence[str],
) -> tuple[Finding, ...]:
    """Hold every statement whose cases were asked for against the plans."""
    found = []
    for each in expected:
        needed = [each.case, *([each.against] if each.against else [])]
        if not all(name in asked for name in needed):
            continue
        value, who = None, None
        if all(name in plans for name in needed):
            value, who = _value(each, plans, groups)
        holds = None if value is None else value >= each.at_least
        found.append(
            Finding(
                each.title,
                each.title_zh or each.title,
                each.metric,
                each.case,
                each.against,
                each.group,
                value,
                each.at_least,
                holds,
                who,
            )
        )
    return tuple(found)


def _value(
    each: Expectation, plans: Mapping[str, xr.Dataset], groups: Mapping[str, Sequence[str]]
) -> tuple[float, str | None]:
    plan = plans[each.case]
    if each.metric == "share_built":
        return 100.0 * numbers_of(plan, groups)[f"share_{each.group}"], None
    assert each.against is not None
    other = plans[each.against]
    if each.metric == "member_gain_percent":
        table = gains(other, plan)["gain_percent"]
        return float(table.min()), str(table.idxmin())
    if each.metric == "unit_cost_saving_percent":
        before, after = (numbers_of(data, groups)["usd_per_h100e_hour"] for data in (other, plan))
        return 100.0 * (before - after) / before, None
    saved = float(other["system_cost"].sum() - plan["system_cost"].sum())
    return 100.0 * saved / float(other["site_cost"].sum()), None

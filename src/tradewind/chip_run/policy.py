"""What a regime of export controls says to the chip market: a policy by period and country.

The rules are asked about every family of an American vendor, every country and every period; what
they answer becomes access. Buyers are headquartered where they buy; chips leave from the United
States with every certificate that their family can have. China's makers sell to China alone and are
not asked about; whether they may have dies made and buy memory abroad is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import xarray as xr

from tradewind.chip_run.questions import Answer, Asked
from tradewind.chips.block import history
from tradewind.chips.calendar import Calendar
from tradewind.chips.market import labels
from tradewind.controls import Regime
from tradewind.controls.countries import memberships
from tradewind.controls.schema import Quota


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
    asked = Asked(fine, regimes)
    answers = [asked.answers(regime) for regime in regimes]
    needed = set(Calendar.cut((), last_year).starts)
    kept = [
        p
        for p, start in enumerate(fine.starts)
        if start in needed or any(each[p].differs(each[p - 1]) for each in answers)
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


def _allocation(regime: Regime) -> float:
    """Smallest amount that a quota gives a country as a whole [TPP], infinite without one."""
    amounts = [
        rule.amount
        for rule in regime.rules
        if isinstance(rule, Quota) and rule.per == ("destination",) and rule.amount is not None
    ]
    return min(amounts, default=np.inf)


def _dataset(answers: list[Answer], starts: list[date], regime: Regime) -> xr.Dataset:
    three = ("period", "family", "country")
    columns = {
        name: np.array([getattr(answer, name) for answer in answers]) for name in Answer._fields
    }
    countries = history().countries
    quota = np.full(len(countries), np.inf)
    quota[columns["counted"].any(axis=(0, 1))] = _allocation(regime)
    return xr.Dataset(
        {
            "access": (three, columns["access"]),
            "case_by_case": (three, columns["granted"]),
            "surcharge": (three, columns["surcharge"]),
            "foundry_open": ("period", columns["foundry_open"]),
            "memory_open": ("period", columns["memory_open"]),
            "minerals_stopped": ("period", columns["minerals_stopped"]),
            "quota": ("country", quota),
            "counted": (three, columns["counted"]),
        },
        {
            "period": np.array(starts, "datetime64[ns]"),
            "family": labels(),
            "country": countries,
        },
        {"regime": regime.name},
    )

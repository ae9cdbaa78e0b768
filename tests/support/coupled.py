"""Runs over a few years that tests share; a setting takes seconds to prepare."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tradewind.coupling.contract import Values
from tradewind.coupling.setting import Setting
from tradewind.coupling.years import walk
from tradewind.scenario import Scenario

OFF = {"automation": False, "adoption": False, "learning": False, "growth": False}


def scenario(name: str = "test", **fields: Any) -> Scenario:
    """A scenario of one's own."""
    return Scenario.from_dict({"name": name, "title": "Test", "shocks": [], **fields})


@cache
def prepared() -> Setting:
    """The setting of a scenario without any policy."""
    return Setting.of(scenario())


def setting(**fields: Any) -> Setting:
    """A setting that shares what it can with the one without any policy."""
    return prepared().changed(scenario(**fields))


def years(found: Setting, until: int, **given: Any) -> Mapping[int, Values]:
    """Every variable of every year."""
    return dict(walk(found, until, **given))


@cache
def free(until: int = 2026) -> Mapping[int, Values]:
    """The years with everything on."""
    return years(prepared(), until)

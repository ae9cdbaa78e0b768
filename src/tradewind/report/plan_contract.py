"""What a report on a plan of compute and power is made from, and what that must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity.fields import FIELDS, in_use
from tradewind.errors import OutputError

VARIABLES = (
    *("it_capacity", "chips_installed", "connection_capacity", "facility_power", "pue_mean"),
    *("run", "backlog", "route", "demand", "round_trip", "delivered", "utilisation"),
    *("generation", "new_capacity", "storage_power", "flow", "load", "price_mean"),
    *("compute_price", "compute_price_mean", "connection_value", "chip_value", "carbon_value"),
    *(
        "cost_stack",
        "site_cost",
        "system_cost",
        "intensity_average",
        "emissions_average",
        "green_share",
    ),
    "water",
)
"""Variables that a report reads; their dimensions are those of ``capacity.fields``."""

COORDINATES = (
    *("site_latitude", "site_longitude", "site_country", "site_bus"),
    *("time", "period", "weight", "step", "bus_latitude", "bus_longitude", "line_from", "line_to"),
)
ATTRIBUTES = ("network", "load_year", "weather_year", "price_year", "hours", "objective", "status")
"""Facts about a plan without which no number may be shown."""

WHERE_USED = frozenset(
    {
        *("pue_mean", "utilisation", "compute_price", "compute_price_mean", "cost_stack"),
        *("intensity_average", "green_share"),
    }
)
"""Undefined (NaN) where no compute is delivered, and only there."""
SOMETIMES = frozenset({"water", "round_trip"})
"""Undefined where nobody has measured it, or where a route is not allowed."""
CASE_COLUMNS = (
    *("case", "title", "axis", "value", "brownfield", "system_cost", "compute_cost"),
    *("usd_per_h100e_hour", "it_gw", "green_share", "pue", "emissions_mt"),
)
"""Columns of the table of cases; ``share_<group>`` follow."""
FACTS = ("scenario", "title", "description", "network", "tradewind_version", "shown", "hours")

BUILT = 1e-4
"""IT capacity [GW] from which a site counts as built: below it is the tolerance of the solver."""


@dataclass(frozen=True, eq=False)
class PlanOutputs:
    """The numbers of a plan, or of the cases of an experiment.

    Attributes
    ----------
    cases : mapping of str to Dataset
        ``Plan.dataset`` of every case that has an answer.
    table : DataFrame
        One row a case, in order: ``CASE_COLUMNS`` and ``share_<group>``. Costs in USD million a
        year, shares 0 to 1, NaN for a case without an answer; ``axis`` is empty for the main
        cases, else what a sensitivity varies, and ``value`` to what. A title is a str, or one by
        language. ``brownfield``: whether today's plants stand; system costs of two cases compare
        only where it is the same, since today's plants are paid for in none.
    facts : mapping
        ``FACTS`` (``shown`` is the case of story, map and hours), and where there are any:
        ``groups``, ``expectations`` (sentences), ``assumed`` (by main case, what holds there: see
        ``plan_run.assumed``), ``failed`` (case to the reason why it has no answer), ``members``
        (draws, a DataFrame).
    """

    cases: Mapping[str, xr.Dataset]
    table: pd.DataFrame
    facts: Mapping[str, Any]

    @property
    def shown(self) -> xr.Dataset:
        """The case that the story is about."""
        return self.cases[self.facts["shown"]]


def check_plan(outputs: PlanOutputs) -> None:
    """Refuse outputs that are incomplete or hold NaN where a number is due.

    Raises
    ------
    OutputError
    """
    lacking = [name for name in FACTS if name not in outputs.facts]
    lacking += [name for name in CASE_COLUMNS if name not in outputs.table]
    if lacking:
        raise OutputError(
            "a report on a plan lacks what it must tell",
            where="facts and table of cases",
            value=", ".join(lacking),
            bound="all of " + ", ".join((*FACTS, *CASE_COLUMNS)),
        )
    if outputs.facts["shown"] not in outputs.cases:
        raise OutputError(
            "the case that a report is about has no plan",
            where="facts, shown",
            value=outputs.facts["shown"],
            bound=", ".join(outputs.cases),
            remedy="name a case that was solved",
        )
    for name, data in outputs.cases.items():
        _check_case(name, data)


def _check_case(case: str, data: xr.Dataset) -> None:
    missing = [name for name in VARIABLES if name not in data]
    missing += [name for name in COORDINATES if name not in data.coords]
    missing += [name for name in ATTRIBUTES if name not in data.attrs]
    if missing:
        raise OutputError(
            "a plan lacks what a report needs",
            where=f"case {case}",
            value=", ".join(missing),
            bound="all of " + ", ".join((*VARIABLES, *COORDINATES, *ATTRIBUTES)),
            remedy="make it with tradewind.capacity.plan()",
        )
    for name in VARIABLES:
        dims = FIELDS[name][0]
        if set(data[name].dims) != set(dims):
            raise OutputError(
                "a variable of a plan has the wrong dimensions",
                where=f"case {case}, {name}",
                value=data[name].dims,
                bound=str(dims),
            )
        bad = _bad(data, name)
        if bad.any():
            raise OutputError(
                "a plan holds a number that is not finite",
                where=f"case {case}, {name}",
                value=f"{int(bad.sum())} of {bad.size} entries",
                bound="finite numbers",
                remedy="report this plan as a bug; a report is not made from it",
            )


def _bad(data: xr.Dataset, name: str) -> np.ndarray:
    """Which entries should be numbers and are not."""
    values = data[name]
    if name in SOMETIMES:
        return np.zeros(values.shape, dtype=bool)
    if name in WHERE_USED:
        values = values.where(in_use(data), 0.0)
    bad: np.ndarray = ~np.isfinite(values.to_numpy())
    return bad

"""One row a plan: cost, cost of an H100e-hour, green share, PUE, where it is built, emissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity.fields import in_use
from tradewind.plan_run.cases import Step

KILO, MILLION = 1e3, 1e6
NUMBERS = {
    "system_cost": "USD million / year",
    "compute_cost": "USD million / year",
    "usd_per_h100e_hour": "USD / H100e-hour",
    "it_gw": "GW",
    "green_share": "1",
    "pue": "1",
    "emissions_mt": "Mt CO2 / year",
    "served": "1",
}
"""Numbers of a row, with their units; a share for each group of sites follows."""


def numbers_of(plan: xr.Dataset, groups: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Compute the numbers of one plan.

    Parameters
    ----------
    plan : Dataset
        As ``capacity.fields`` has it.
    groups : mapping of str to sequence of str
        Sites by group.

    Returns
    -------
    dict of str to float
        ``NUMBERS``, and ``share_<group>``: share of all IT capacity [1]. A mean over nothing is
        NaN.
    """
    weight = plan["weight"]
    facility = (plan["facility_power"] * weight).sum("hour")
    it_energy = (plan["it_power"] * weight).sum("hour")
    built = plan["it_capacity"].sum("chip")
    cost = float(plan["site_cost"].sum())
    # An idle site has no mix of its own, and its power is nothing, or the solver's dust.
    green = plan["green_share"].where(in_use(plan), 0.0)
    found = {
        "system_cost": float(plan["system_cost"].sum()),
        "compute_cost": cost,
        "usd_per_h100e_hour": _ratio(cost * MILLION, float(plan["delivered"].sum()) * KILO),
        "it_gw": float(built.sum()),
        "green_share": _ratio(float((green * facility).sum()), float(facility.sum())),
        "pue": _ratio(float(facility.sum()), float(it_energy.sum())),
        "emissions_mt": float(plan["emissions_average"].sum()) / MILLION,
        "served": _ratio(float(plan["route"].sum()), float(plan["demand"].sum())),
    }
    for name, sites in groups.items():
        inside = float(built.where(built["site"].isin(list(sites)), 0.0).sum())
        found[f"share_{name}"] = _ratio(inside, float(built.sum()))
    return found


def case_table(
    steps: Sequence[Step],
    plans: Mapping[str, xr.Dataset],
    groups: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Lay plans side by side, in the order of the steps; NaN where one has no answer.

    Returns
    -------
    DataFrame
        ``case``, ``title`` (by language), ``axis``, ``value``, ``brownfield`` (whether today's
        plants stand), then ``numbers_of``.
    """
    rows: list[dict[str, Any]] = []
    columns = [*NUMBERS, *(f"share_{name}" for name in groups)]
    for step in steps:
        plan = plans.get(step.name)
        numbers = dict.fromkeys(columns, np.nan) if plan is None else numbers_of(plan, groups)
        title = {"en": step.title, "zh": step.title_zh}
        head = {"case": step.name, "title": title, "axis": step.axis, "value": step.value}
        rows.append({**head, "brownfield": step.fields.brownfield, **numbers})
    return pd.DataFrame(rows, columns=["case", "title", "axis", "value", "brownfield", *columns])


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else float("nan")

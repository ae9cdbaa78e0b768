"""A plan as plain data, for programs."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import xarray as xr

from tradewind.report import plan_tables as tables
from tradewind.report.plan_contract import PlanOutputs, check_plan

APART = ("members",)
"""Facts that are tables, and have files of their own."""


def answer(outputs: PlanOutputs) -> dict[str, Any]:
    """Lay out facts and cases, and of each case sites, cost stacks, chips, power and duals.

    Numbers keep their full precision; what is not defined is None.
    """
    check_plan(outputs)
    facts = {key: _english(value) for key, value in outputs.facts.items() if key not in APART}
    return {
        **facts,
        "table": _records(outputs.table),
        "cases": {name: _case(data) for name, data in outputs.cases.items()},
    }


def _english(value: Any) -> Any:
    """Take the English of a text that is given by language."""
    return value["en"] if isinstance(value, dict) and set(value) == {"en", "zh"} else value


def _case(data: xr.Dataset) -> dict[str, Any]:
    found = {
        "attrs": {str(key): _plain(value) for key, value in data.attrs.items()},
        "sites": _records(tables.site_table(data).reset_index()),
        "cost_usd_per_h100e_hour": tables.mean_stack(data).to_dict(),
        "cost_stack": _records(tables.stack_table(data).rename_axis("site").reset_index()),
        "system_cost_usd_million": data["system_cost"].to_series().to_dict(),
        "chips": _records(
            data[["chip_value"]]
            .assign(
                it_gw=data["it_capacity"].sum("site"),
                kh100e=data["chips_installed"].sum("site"),
            )
            .to_dataframe()
            .reset_index()
        ),
        "carbon_value_usd_per_t": float(data["carbon_value"]),
        "generation_twh": tables.generated(data).to_dict(),
        "new_capacity_gw": tables.added(data).to_dict(),
        "served": _records(tables.served_table(data).rename_axis("workload").reset_index()),
        "facility_twh": tables.facility_twh(data),
        "pue": tables.facility_pue(data),
    }
    for name in ("price_effect", "siting_low", "siting_high", "value"):
        if name in data:
            series = data[name].to_series()
            found[name] = {str(label): _plain(value) for label, value in series.items()}
    return found


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): _plain(value) for key, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def _plain(value: Any) -> Any:
    """Give numbers of NumPy as Python's, and None for what is not finite."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value

"""The small network with made-up plans in place of solved ones, for what does not hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xarray as xr

from tests.support.plan_sample import plan_sample
from tests.support.small_catalogue import small_catalogue
from tradewind.errors import InfeasibleError
from tradewind.plan_run import run
from tradewind.plan_run.build import Inputs
from tradewind.plan_run.solve import Tell

NO_PLAN = 1e6
"""Demand [kH100e] from which there is no plan."""


def made(_: Any, inputs: Inputs, hours: object, paired: Sequence[str], tell: Tell) -> xr.Dataset:
    """A plan that hangs on the number of sites and on the demand alone."""
    tell("solving")
    demand = sum(sum(work.demand.values()) for work in inputs.workloads)
    if demand >= NO_PLAN:
        raise InfeasibleError("no plan meets all constraints: demand is above every connection")
    return plan_sample(int(demand) + len(inputs.sites))


def install() -> None:
    """Put the small network and made-up plans in place; for another process."""
    run.open_catalogue = small_catalogue  # type: ignore[assignment]
    run.solve_step = made  # type: ignore[assignment]

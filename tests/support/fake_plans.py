"""The small network with made-up plans and blank reports, for what does not hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import xarray as xr

from tests.support.plan_sample import plan_sample
from tests.support.small_catalogue import small_catalogue
from tradewind.errors import InfeasibleError
from tradewind.plan_run import folder, run
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


def page(*_: object) -> str:
    """A report that takes no time."""
    return "a page"


def install(patch: pytest.MonkeyPatch) -> None:
    """Put the small network, made-up plans and blank reports in place."""
    patch.setattr(run, "open_catalogue", small_catalogue)
    patch.setattr(run, "solve_step", made)
    patch.setattr(folder, "render", page)

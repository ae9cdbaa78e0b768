"""What a case assumes and its numbers do not show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tradewind.plan_run.build import Inputs
from tradewind.plan_run.cases import Step
from tradewind.plan_run.places import ALL, Places
from tradewind.scenario.plan import Axis


def assumed(step: Step, inputs: Inputs, places: Places, varied: Sequence[Axis]) -> dict[str, Any]:
    """Lay out what holds in a case, as plain data.

    Parameters
    ----------
    step : Step
        A case.
    inputs : Inputs
        What it is planned from.
    places : Places
    varied : sequence of Axis
        What sensitivities vary.

    Returns
    -------
    dict
        ``green_matching``, and ``green_percent`` by word for sites, `all` first, a later one in
        place of an earlier. ``varied``: what each number that a sensitivity varies is here, if it
        is one number.
    """
    rules = step.fields.rules
    shares = {ALL: rules.green_percent}
    for word, percent in rules.green_percent_by.items():
        # A later word holds, and after `all` nothing before it does.
        shares = {} if word == ALL else shares
        shares[places.spelt(word)] = percent
    return {
        "green_matching": rules.green_matching,
        "green_percent": shares,
        "varied": {
            axis.field: value
            for axis in varied
            for value in (_own_value(axis.field, step, inputs),)
            if value is not None
        },
    }


def _own_value(field: str, step: Step, inputs: Inputs) -> float | None:
    """A number that a sensitivity varies, as the case has it; None if that is no single number."""
    part, _, name = field.partition(".")
    if part == "latency_ms":
        bounds = [work.latency_ms for work in inputs.workloads if work.kind == name]
        return bounds[0] if bounds and math.isfinite(bounds[0]) else None
    own = getattr(getattr(step.fields, part), name)
    return float(own) if isinstance(own, int | float) else None

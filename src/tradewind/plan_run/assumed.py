"""What a case assumes and its numbers do not show."""

from __future__ import annotations

from typing import Any

from tradewind.plan_run.cases import Step


def assumed(step: Step) -> dict[str, Any]:
    """Lay out what holds in a case, as plain data.

    Returns
    -------
    dict
        ``brownfield``: whether today's plants stand.
    """
    return {"brownfield": step.fields.brownfield}

"""What a case assumes and its numbers do not show."""

from __future__ import annotations

from typing import Any

from tradewind.plan_run.cases import Step
from tradewind.plan_run.places import ALL, Places


def assumed(step: Step, places: Places) -> dict[str, Any]:
    """Lay out what holds in a case, as plain data.

    Returns
    -------
    dict
        ``brownfield``: whether today's plants stand. ``green_matching``, and ``green_percent`` by
        word for sites, `all` first, a later one in place of an earlier.
    """
    rules = step.fields.rules
    shares = {ALL: rules.green_percent}
    for word, percent in rules.green_percent_by.items():
        # A later word holds, and after `all` nothing before it does.
        shares = {} if word == ALL else shares
        shares[places.spelt(word)] = percent
    return {
        "brownfield": step.fields.brownfield,
        "green_matching": rules.green_matching,
        "green_percent": shares,
    }

"""What a user may change: policies and shocks, one YAML file, validated at the door.

A name is imported when it is first used: a question about export rules needs the forms alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.scenario.plan import PlanFields, PlanSection
    from tradewind.scenario.schema import Controls, ElasticityOverride, Scenario
    from tradewind.scenario.shocks import (
        Ban,
        EnergySupply,
        ExportTax,
        Iceberg,
        InputRequirement,
        Productivity,
        Shock,
        Tariff,
    )

__all__ = [
    "Ban",
    "Controls",
    "ElasticityOverride",
    "EnergySupply",
    "ExportTax",
    "Iceberg",
    "InputRequirement",
    "PlanFields",
    "PlanSection",
    "Productivity",
    "Scenario",
    "Shock",
    "Tariff",
]

_HOMES = {
    **dict.fromkeys(("Controls", "ElasticityOverride", "Scenario"), "schema"),
    **dict.fromkeys(("PlanFields", "PlanSection"), "plan"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'tradewind.scenario' has no attribute {name!r}")
    home = _HOMES.get(name, "shocks")
    return getattr(import_module(f"tradewind.scenario.{home}"), name)

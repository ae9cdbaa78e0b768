"""What a user may change: policies and shocks, one YAML file, validated at the door."""

from tradewind.scenario.schema import ElasticityOverride, Scenario
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
    "ElasticityOverride",
    "EnergySupply",
    "ExportTax",
    "Iceberg",
    "InputRequirement",
    "Productivity",
    "Scenario",
    "Shock",
    "Tariff",
]

"""Kinds of constraints that may give way where no plan is possible: words, units, weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tradewind.capacity.units import Units

TONNES_PER_MWH = 0.5
"""Emissions that weigh like a megawatt-hour of power in the sum of slacks (judgement)."""


@dataclass(frozen=True)
class Kind:
    """A kind of constraint that may be relaxed.

    Attributes
    ----------
    pattern : str
        Regular expression that its name in the model matches.
    words : str
        With ``{}`` for the element.
    change : str
        What would help, with ``{}`` for amount and unit.
    unit : {"power", "mean power", "compute", "work", "carbon", "energy", "stored"}
        Mean power is a row over the year's energy; what is stored weighs like power for an hour.
    priority : float
        Weight of its slack beside the unit's own.
    """

    pattern: str
    words: str
    change: str
    unit: str
    priority: float = 1.0


KINDS = (
    Kind("tradewind-served", "demand for {}", "ask for {} less", "compute", 30.0),
    Kind("connection", "connection limit of {}", "connect {} more", "power"),
    Kind("shell", "IT limit of {}", "allow {} of IT more", "power"),
    Kind("tradewind-chip-cap", "chip cap {}", "raise it by {}", "compute"),
    Kind("tradewind-reserve", "reserve margin of {}", "lower what it asks by {}", "power"),
    Kind("tradewind-green", "green share of the sites at {}", "leave {} unmatched", "power"),
    Kind("annual green", "green share of the sites at {}", "leave {} unmatched", "mean power"),
    Kind("tradewind-potential.*", "land limit of {}", "allow {} more", "power"),
    Kind("tradewind-minimum-load", "minimum load of {}", "let it fall by {}", "compute"),
    Kind("Store-ext-e-lower", "deferral or window of {}", "let {} more wait", "work"),
    Kind("GlobalConstraint-tradewind-carbon-cap", "carbon cap", "allow {} more", "carbon"),
    Kind("GlobalConstraint-.*", "limit {} on the network", "move it by {}", "energy"),
    Kind("Store-ext-e_nom-upper", "build limit of {}", "allow {} more", "stored"),
    Kind(r".*-ext-(p|s)_nom-upper", "build limit of {}", "allow {} more", "power"),
    Kind("Bus-.*nodal_balance", "load of other consumers at {}", "serve {} less", "power", 100.0),
)


@dataclass(frozen=True)
class Scale:
    """What a unit of slack weighs, and how it is shown, in a network of some units and chips."""

    units: Units
    kw_per_h100e: float

    @classmethod
    def of(cls, spec: dict[str, Any]) -> Scale:
        chips = [chip["kw_per_h100e"] for chip in spec.get("chips", [])]
        return cls(Units(**spec.get("units", {})), float(np.mean(chips)) if chips else 1.0)

    def weight(self, kind: Kind) -> float:
        """Gigawatts, or what comes nearest, in a unit of slack."""
        gw = self.units.power_mw / 1e3
        per = {
            "power": gw,
            "mean power": gw / 8760.0,
            "compute": self.kw_per_h100e / 1e3,
            "work": self.kw_per_h100e / 1e3 / 24.0,
            "carbon": gw / 8760.0 / TONNES_PER_MWH,
            "energy": gw / 8760.0,
            "stored": gw,
        }
        return kind.priority * per[kind.unit]

    def shown(self, kind: Kind) -> float:
        """From a unit of slack to the unit that is shown."""
        gw = self.units.power_mw / 1e3
        per = {
            "power": gw,
            "mean power": gw / 8760.0,
            "carbon": self.units.power_mw,
            "stored": gw,
        }
        return per.get(kind.unit, 1.0)

    @staticmethod
    def unit(kind: Kind) -> str:
        """Unit that is shown."""
        return {
            "power": "GW",
            "mean power": "GW in the year's mean",
            "compute": "kH100e",
            "work": "kH100e-hours",
            "carbon": "tCO2 a year",
            "energy": "of its own unit",
            "stored": "GWh",
        }[kind.unit]

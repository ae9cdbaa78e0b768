"""All that a plan is made from, so that a changed one can be solved beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewind.capacity.inputs import Chip, Site, Workload
from tradewind.capacity.latency import Measured
from tradewind.capacity.layer import attach
from tradewind.capacity.rules import Rules
from tradewind.capacity.units import Units

if TYPE_CHECKING:
    import pypsa


@dataclass(frozen=True)
class Setting:
    """Parameters of ``plan``, hours cut: series are on the network's snapshots."""

    network: pypsa.Network
    sites: tuple[Site, ...]
    chips: tuple[Chip, ...]
    workloads: tuple[Workload, ...]
    rules: Rules
    units: Units
    round_trips: Measured | None
    solver: str

    def attached(self) -> pypsa.Network:
        """Attach compute to the network."""
        return attach(
            self.network,
            self.sites,
            self.chips,
            self.workloads,
            rules=self.rules,
            units=self.units,
            round_trips=self.round_trips,
        )

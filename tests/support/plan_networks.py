"""Tiny networks with a compute layer whose answers can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pypsa

from tradewind.capacity import Chip, Site, Workload
from tradewind.capacity.library import new_network

PLACE = {"here": (40.0, 116.0, "CHN")}
CHIP = Chip(name="H100", kw_per_h100e=0.8, price_usd_per_h100e=30_000.0, life_years=5.0)


def one_bus(hours: int = 24, fuel: float = 0.05) -> pypsa.Network:
    """One bus, a gas plant of 10 GW at 50 USD / MWh (0.05 USD million / GWh), load of 2 GW."""
    network = new_network()
    network.set_snapshots(pd.date_range("2020-01-01", periods=hours, freq="h"))
    network.snapshot_weightings.loc[:, ["objective", "generators"]] = 8760.0 / hours
    network.add("Carrier", "gas", co2_emissions=0.2)
    network.add("Carrier", "AC")
    network.add("Bus", "A", carrier="AC", x=116.0, y=40.0)
    network.add(
        "Generator", "A gas", bus="A", carrier="gas", p_nom=10.0, marginal_cost=fuel, efficiency=0.5
    )
    network.add("Load", "A", bus="A", p_set=2.0)
    return network


def two_buses(limit: float = 0.5) -> pypsa.Network:
    """A, gas at 50 USD / MWh, and B, coal at 30, joined by a line that loses 3 %."""
    network = one_bus()
    network.add("Carrier", "coal", co2_emissions=0.4)
    network.add("Bus", "B", carrier="AC", x=106.0, y=36.0)
    network.add(
        "Generator",
        "B coal",
        bus="B",
        carrier="coal",
        p_nom=10.0,
        marginal_cost=0.03,
        efficiency=0.5,
    )
    network.add("Load", "B", bus="B", p_set=1.0)
    network.add(
        "Link", "B-A", bus0="B", bus1="A", carrier="AC", p_nom=limit, p_min_pu=-1.0, efficiency=0.97
    )
    return network


def site(name: str = "S", bus: str = "A", **changes: Any) -> Site:
    """A site at 15 °C or below: PUE 1.2 all year."""
    plain: dict[str, Any] = {
        "name": name,
        "bus": bus,
        "country": "CHN",
        "latitude": 40.0,
        "longitude": 116.0,
        "discount_rate": 0.05,
        "shell_cost_usd_per_w": 10.0,
        "shell_life": 20.0,
        "connection_limit": 5.0,
        "connection_cost": 30.0,
        "pue_base": 1.2,
        "pue_slope": 0.01,
        "pue_max": 1.5,
        "temperature": 10.0,
        "region": "here",
    }
    return Site(**(plain | changes))


def serving(name: str = "chat", demand: float = 100.0, **changes: Any) -> Workload:
    """An interactive workload of one region."""
    plain: dict[str, Any] = {
        "name": name,
        "kind": "interactive",
        "demand": {"here": demand},
        "regions": PLACE,
    }
    return Workload(**(plain | changes))

"""A network of three buses in two countries, small enough to plan in a second, for the door."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pypsa

from tests.support.plan_networks import CHIP, site
from tradewind.capacity import Chip, Rules, Site, Workload
from tradewind.capacity.library import new_network
from tradewind.plan_run.catalogue import Catalogue

HOURS = 48
REGIONS = {
    "East": (31.0, 121.0, "CHN"),
    "West": (38.0, 106.0, "CHN"),
    "Abroad": (51.0, 71.0, "KAZ"),
}
FUEL = {"East": 0.08, "West": 0.03, "Abroad": 0.05}
"""Marginal cost of gas [USD million / GWh]."""
WARMTH = {"East": 30.0, "West": 5.0, "Abroad": 15.0}
WEAK = Chip(name="910C", kw_per_h100e=2.0, price_usd_per_h100e=50_000.0, life_years=5.0)


def power() -> pypsa.Network:
    """Gas at every bus, sun in the west, a line from west to east."""
    network = new_network()
    network.set_snapshots(pd.date_range("2020-01-01", periods=HOURS, freq="h", name="snapshot"))
    network.snapshot_weightings.loc[:, ["objective", "generators"]] = 8760.0 / HOURS
    network.add("Carrier", ["gas", "AC", "solar"], co2_emissions=[0.2, 0.0, 0.0])
    day = np.maximum(0.0, np.sin(2.0 * np.pi * (np.arange(HOURS) - 6.0) / 24.0))
    for name, (latitude, longitude, _) in REGIONS.items():
        network.add("Bus", name, carrier="AC", x=longitude, y=latitude)
        network.add("Load", name, bus=name, p_set=2.0 + 0.5 * day)
        network.add(
            *("Generator", f"{name} gas"),
            **{"bus": name, "carrier": "gas", "p_nom": 10.0},
            **{"marginal_cost": FUEL[name], "efficiency": 0.5},
        )
    network.add(
        *("Generator", "West solar"),
        **{"bus": "West", "carrier": "solar", "p_nom_extendable": True, "p_nom_max": 20.0},
        **{"capital_cost": 60.0, "p_max_pu": pd.Series(day, network.snapshots)},
    )
    network.add(
        *("Link", "West-East"),
        **{"bus0": "West", "bus1": "East", "carrier": "AC", "p_nom": 0.5, "efficiency": 0.95},
    )
    network.meta["tradewind"] = {
        **{"network": "europe", "load_year": 2020, "weather_year": 2020, "price_year": 2025},
    }
    return network


def _site(name: str, **changes: Any) -> Site:
    latitude, longitude, country = REGIONS[name]
    place = {"latitude": latitude, "longitude": longitude, "country": country, "bus": name}
    return site(f"{name} Park", region=name, temperature=WARMTH[name], **{**place, **changes})


def _work(kind: str, demand: float, **changes: Any) -> Workload:
    shares = {"East": 0.6, "West": 0.1, "Abroad": 0.3}
    return Workload(
        name=kind,
        kind=kind,  # type: ignore[arg-type]
        demand={region: share * demand for region, share in shares.items()},
        regions=REGIONS,
        usd_per_gb=0.05,
        **changes,
    )


@cache
def small_catalogue(*_: object) -> Catalogue:
    """Three sites, two chips, the three classes of work."""
    return Catalogue(
        name="europe",
        network=power(),
        sites=tuple(_site(name) for name in REGIONS),
        chips=(CHIP, WEAK),
        default_chips=("H100",),
        workloads=(
            _work("training", 200.0, window_hours=24.0, minimum_load=0.5, gb_per_h100e_hour=0.01),
            _work("batch", 100.0, defer_hours=6.0, gb_per_h100e_hour=0.1),
            _work("interactive", 100.0, latency_ms=100.0, gb_per_h100e_hour=0.3),
        ),
        rules=Rules(green_carriers=("solar",), credits={"gas": 0.9, "solar": 0.1}),
        coolings=lambda each: (cool(each),),
    )


def cool(warm: Site) -> Site:
    """The same site with dearer-to-run but steadier cooling."""
    from dataclasses import replace

    return replace(warm, pue_base=1.15, pue_slope=0.001, pue_max=1.2)

"""Three buses, two days, three sites, two chips, three workloads: small enough to solve in a test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tradewind.capacity import Chip, Rules, Site, Units, Workload, attach, tighten
from tradewind.capacity.library import new_network

if TYPE_CHECKING:
    import pypsa

REGIONS = {"A": (30.0, 110.0, "X"), "B": (40.0, 115.0, "X"), "C": (50.0, 10.0, "Y")}
RULES = Rules(
    carbon_price=50.0,
    green_share=0.5,
    green_carriers=("solar",),
    green_storage=("battery",),
    reserve_margin=0.1,
    credits={"gas": 0.9, "solar": 0.0, "battery": 0.5},
)


def power(hours: int = 48, periods: int = 1) -> pypsa.Network:
    """Gas, solar and batteries at three buses in a row: GW and USD million."""
    network = new_network()
    network.set_snapshots(pd.date_range("2021-01-01", periods=hours, freq="h"))
    network.snapshot_weightings.loc[:, ["objective", "generators"]] = 8760.0 / hours
    network.add("Carrier", ["gas", "solar", "battery", "AC"], co2_emissions=[0.2, 0.0, 0.0, 0.0])
    network.add("Bus", list(REGIONS), carrier="AC")
    draw, hour = np.random.default_rng(7), np.arange(hours)
    for bus, load in zip(REGIONS, (3.0, 1.0, 2.0), strict=True):
        day = np.sin(hour * 2.0 * np.pi / 24.0)
        network.add("Load", f"{bus} load", bus=bus, p_set=load * (1.0 + 0.2 * day))
        build = {"bus": bus, "p_nom_extendable": True}
        cost = {"capital_cost": 60.0, "marginal_cost": 0.04 + 0.02 * load}
        network.add("Generator", f"{bus} gas", carrier="gas", efficiency=0.5, **build, **cost)
        sun = np.clip(-np.cos(hour * 2.0 * np.pi / 24.0), 0.0, 1.0) * draw.uniform(0.3, 1.0, hours)
        limit = {"p_nom_max": 20.0, "capital_cost": 40.0}
        network.add("Generator", f"{bus} solar", carrier="solar", p_max_pu=sun, **build, **limit)
        store = {"max_hours": 4.0, "cyclic_state_of_charge": True, "capital_cost": 30.0}
        loss = {"efficiency_store": 0.95, "efficiency_dispatch": 0.95, "carrier": "battery"}
        network.add("StorageUnit", f"{bus} battery", **build, **store, **loss)
    ends = {"bus0": ["A", "B"], "bus1": ["B", "C"], "carrier": "AC"}
    network.add("Link", ["AB", "BC"], **ends, p_nom=1.0, p_min_pu=-1.0)
    if periods > 1:
        numbers = np.repeat(np.arange(periods), hours // periods).tolist()
        network.meta = {"tradewind": {"periods": numbers}}
    return network


def sites(network: pypsa.Network) -> list[Site]:
    """One site a bus, warmer from north to south, with a daily cycle of temperature."""
    hour = np.arange(len(network.snapshots))
    cycle = 8.0 * np.sin(hour * 2.0 * np.pi / 24.0)
    return [
        Site(
            name=f"{bus} site one",
            bus=bus,
            country=country,
            latitude=latitude,
            longitude=longitude,
            discount_rate=0.07,
            shell_cost_usd_per_w=10.0,
            shell_life=15.0,
            connection_existing=0.05,
            connection_limit=2.0,
            connection_cost=20.0,
            it_existing=0.02,
            it_limit=1.5,
            pue_base=1.08,
            pue_slope=0.015,
            pue_max=1.3,
            temperature=pd.Series(60.0 - latitude + cycle, network.snapshots),
        )
        for bus, (latitude, longitude, country) in REGIONS.items()
    ]


def chips() -> list[Chip]:
    """A frugal chip and a hungry one that is cheaper."""
    return [
        Chip(
            name="frugal",
            kw_per_h100e=0.9,
            price_usd_per_h100e=30_000.0,
            life_years=4.0,
            fixed_om_share=0.02,
        ),
        Chip(name="hungry", kw_per_h100e=1.8, price_usd_per_h100e=26_000.0, life_years=5.0),
    ]


def workloads(network: pypsa.Network) -> list[Workload]:
    """Training in windows of 12 hours, batch up to 5 hours late, and interactive work."""
    hour = np.arange(len(network.snapshots))
    here = pd.Series(3.0 + 1.5 * np.sin(hour * 2.0 * np.pi / 24.0), network.snapshots)
    there = pd.Series(1.0 + 0.5 * np.cos(hour * 2.0 * np.pi / 24.0), network.snapshots)
    shape = {"A": here, "B": here, "C": there}
    return [
        Workload(
            name="training",
            kind="training",
            demand={"A": 100.0, "B": 50.0, "C": 10.0},
            regions=REGIONS,
            window_hours=12.0,
            minimum_load=0.3,
            gb_per_h100e_hour=0.1,
            usd_per_gb=0.01,
        ),
        Workload(
            name="batch",
            kind="batch",
            demand={"A": 100.0, "B": 50.0, "C": 80.0},
            regions=REGIONS,
            defer_hours=5.0,
            shape=shape,
            residency={"A": frozenset({"X"})},
        ),
        Workload(
            name="chat",
            kind="interactive",
            demand={"A": 90.0, "B": 60.0, "C": 100.0},
            regions=REGIONS,
            latency_ms=60.0,
            shape=shape,
            gb_per_h100e_hour=1.0,
            usd_per_gb=0.02,
        ),
    ]


def attached(network: pypsa.Network, **changes: Any) -> pypsa.Network:
    """Attach the small layer, with any of its four parts or ``attach``'s options replaced."""
    parts = {"sites": sites(network), "chips": chips(), "workloads": workloads(network)}
    options = {"units": Units.own()} | {k: v for k, v in changes.items() if k not in parts}
    parts |= {k: v for k, v in changes.items() if k in parts}
    return attach(network, *parts.values(), **options)


def solved(network: pypsa.Network) -> pypsa.Network:
    """Solve with PyPSA and HiGHS, in place; anything but an optimum fails the test."""
    status = network.optimize(
        solver_name="highs",
        extra_functionality=tighten,
        include_objective_constant=False,
        log_to_console=False,
    )
    assert status == ("ok", "optimal")
    return network


def changed(items: list[Any], index: int, **changes: Any) -> list[Any]:
    """Return a list with one item changed."""
    return [replace(x, **changes) if k == index else x for k, x in enumerate(items)]

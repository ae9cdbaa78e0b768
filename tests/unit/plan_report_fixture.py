"""A made-up plan with the shape of a real one: sites in China, two weeks by the hour, cases.

The numbers are plausible in size and add up where a report adds them (parts to the cost, hours to
the year); they come from no optimum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report.plan_contract import PlanOutputs

SITES = {
    "InnerMongolia": (41.0, 113.1, 0.30),
    "Guizhou": (26.5, 106.6, 0.22),
    "Gansu": (35.7, 107.6, 0.14),
    "Ningxia": (37.5, 105.2, 0.12),
    "Guangdong": (23.3, 113.3, 0.10),
    "Beijing": (40.0, 116.4, 0.07),
    "Shanghai": (31.2, 121.4, 0.05),
    "Sichuan": (30.6, 104.0, 0.0),
}
CHIPS = ("h20", "ascend-910c")
WORKLOADS = ("training", "batch", "interactive")
CARRIERS = ("coal", "gas", "nuclear", "hydro", "onshore wind", "offshore wind", "solar", "battery")
PARTS = ("chips", "shell", "connection", "power", "cooling", "network")
ITEMS = ("chips", "shell", "connection", "transfer", "generation_capital", "fuel", "storage")
HOURS = 336
TOTAL_GW = 20.0


def make_plan(seed: int = 3, *, lean: float = 1.0) -> xr.Dataset:
    """Make one plan; ``lean`` moves capacity from the last sites to the first."""
    rng = np.random.default_rng(seed)
    names = list(SITES)
    share = np.array([SITES[name][2] for name in names]) ** lean
    it = TOTAL_GW * share / share.sum()
    built = it > 0.0
    clock = np.arange(HOURS)
    data = xr.Dataset(
        coords={
            "site": names,
            "chip": list(CHIPS),
            "workload": list(WORKLOADS),
            "region": names[4:7],
            "bus": names,
            "carrier": list(CARRIERS),
            "part": list(PARTS),
            "item": list(ITEMS),
            "line": ["InnerMongolia-Beijing", "Gansu-Shanghai", "Guizhou-Guangdong"],
            "hour": clock,
            **_places(names),
            **_clock(clock),
        },
        attrs={
            **{"network": "china31", "load_year": 2025, "weather_year": 2020, "price_year": 2025},
            **{"hours": "two weeks", "status": "optimal", "seconds": 40.0},
        },
    )
    data = data.assign(_compute(rng, it, built, clock) | _power(rng, it, clock))
    data = data.assign(_money(rng, it, built, lean))
    supply = data["generation"].sum("carrier") + data["storage_power"].sum("carrier")
    # Facilities share the load of all places, so that power balances over the network.
    data["load"] = supply * (1.0 - data["facility_power"].sum("site") / supply.sum("bus"))
    data.attrs["objective"] = float(data["system_cost"].sum())
    return data.assign(site_cost=(data["cost_stack"] * data["delivered"] / 1e3).fillna(0.0))


def _places(names: list[str]) -> dict[str, Any]:
    latitude = [SITES[name][0] for name in names]
    longitude = [SITES[name][1] for name in names]
    return {
        "site_latitude": ("site", latitude),
        "site_longitude": ("site", longitude),
        "site_country": ("site", ["CHN"] * len(names)),
        "site_bus": ("site", names),
        "bus_latitude": ("bus", latitude),
        "bus_longitude": ("bus", longitude),
        "line_from": ("line", ["InnerMongolia", "Gansu", "Guizhou"]),
        "line_to": ("line", ["Beijing", "Shanghai", "Guangdong"]),
    }


def _clock(clock: np.ndarray) -> dict[str, Any]:
    starts = np.array(["2025-01-13", "2025-07-14"], dtype="datetime64[h]")
    time = np.concatenate([start + np.arange(168) for start in starts])
    return {
        "time": ("hour", time.astype("datetime64[ns]")),
        "period": ("hour", clock // 168),
        "weight": ("hour", np.full(HOURS, 8760.0 / HOURS)),
        "step": ("hour", np.ones(HOURS)),
    }


def _compute(
    rng: np.random.Generator, it: np.ndarray, built: np.ndarray, clock: np.ndarray
) -> dict[str, Any]:
    """Capacity and its use: chips at 0.9 kW of IT power per H100e."""
    day = np.sin(2 * np.pi * (clock - 6) / 24)
    by_chip = it[:, None] * np.array([0.7, 0.3])
    installed = by_chip * 1e3 / 0.9
    shape = np.stack([0.45 + 0 * day, 0.2 - 0.1 * day, 0.2 + 0.1 * day])
    run = installed.sum(1)[:, None, None] * shape
    backlog = np.stack([0 * day, 1.5 - 1.5 * np.cos(2 * np.pi * clock / 24), 0 * day])
    pue = 1.15 + 0.1 * rng.random((len(it), 1)) + 0.03 * np.maximum(day, 0)
    undefined = np.where(built, 1.0, np.nan)
    route = np.einsum("w,r,s->wrs", [9.0, 4.0, 4.0], [0.5, 0.3, 0.2], 1e3 * it / 20.0)
    return {
        "it_capacity": (("site", "chip"), by_chip),
        "chips_installed": (("site", "chip"), installed),
        "connection_capacity": ("site", 1.35 * it),
        "facility_power": (("site", "hour"), (0.85 * it)[:, None] * pue),
        "pue_mean": ("site", pue.mean(1) * undefined),
        "run": (("site", "workload", "hour"), run),
        "backlog": (("site", "workload", "hour"), installed.sum(1)[:, None, None] * 0.3 * backlog),
        "route": (("workload", "region", "site"), route),
        "demand": (("workload", "region"), route.sum(2)),
        "delivered": ("site", 8760.0 * run.sum(1).mean(1)),
        "round_trip": (("region", "site"), rng.uniform(4.0, 40.0, (3, len(it)))),
        "utilisation": ("site", 0.85 * undefined),
    }


def _power(rng: np.random.Generator, it: np.ndarray, clock: np.ndarray) -> dict[str, Any]:
    day = np.sin(2 * np.pi * (clock - 6) / 24)
    size = rng.uniform(40.0, 110.0, (len(it), 1))
    sun = np.maximum(day, 0.0)
    profile = np.stack(
        [
            *(0.55 - 0.1 * sun, 0.06 + 0 * day, 0.05 + 0 * day, 0.15 - 0.03 * sun),
            *(0.12 - 0.02 * day, 0.02 + 0 * day, 0.28 * sun, 0 * day),
        ]
    )
    generation = size[:, :, None] * profile[None]
    storage = np.zeros_like(generation)
    storage[:, -1] = size * 0.04 * np.sin(2 * np.pi * (clock + 6) / 12)
    new = np.zeros((len(it), len(CARRIERS)))
    new[:, 4], new[:, 6], new[:, 7] = 0.05 * size[:, 0], 0.08 * size[:, 0], 0.03 * size[:, 0]
    return {
        "generation": (("bus", "carrier", "hour"), generation),
        "new_capacity": (("bus", "carrier"), new),
        "storage_power": (("bus", "carrier", "hour"), storage),
        "flow": (("line", "hour"), np.array([5.0, 3.0, 4.0])[:, None] + 0 * day),
        "price_mean": ("bus", 45.0 + 25.0 * rng.random(len(it))),
    }


def _money(
    rng: np.random.Generator, it: np.ndarray, built: np.ndarray, lean: float
) -> dict[str, Any]:
    undefined = np.where(built, 1.0, np.nan)
    base = np.array([1.10, 0.14, 0.01, 0.06, 0.01, 0.005])
    parts = base * (1.0 + 0.2 * rng.random((len(it), len(PARTS)))) * undefined[:, None]
    total = parts.sum(1)
    wave = 1.0 + 0.08 * np.sin(2 * np.pi * np.arange(HOURS) / 24)
    intensity = rng.uniform(350.0, 700.0, len(it)) * undefined
    energy = np.where(built, 0.85 * it * 1.2 * 8.76e6, 0.0)
    grams = np.nan_to_num(intensity)
    return {
        "cost_stack": (("site", "part"), parts),
        "compute_price": (("site", "hour"), 1.05 * total[:, None] * wave),
        "compute_price_mean": ("site", 1.05 * total),
        "connection_value": ("site", np.where(it > 4.0, 110.0, 0.0)),
        "chip_value": ("chip", [0.0, 850.0]),
        "carbon_value": ((), 41.37),
        "system_cost": ("item", np.array([1.9e5, 2.5e4, 2e3, 8e2, 6e4, 2.1e5 - 900 * lean, 1e4])),
        "intensity_average": ("site", intensity),
        "intensity_marginal": ("site", 1.3 * intensity),
        "emissions_average": ("site", energy * grams * 1e-3),
        "emissions_marginal": ("site", 1.3 * energy * grams * 1e-3),
        "green_share": ("site", rng.uniform(0.25, 0.6, len(it)) * undefined),
        "water": ("site", np.where(np.arange(len(it)) < 4, 3.0 * it, np.nan)),
    }


def make_outputs() -> PlanOutputs:
    """Make two main cases, one that failed, and the latency bound varied over three values."""
    bounds = {10.0: 0.3, 30.0: 1.0, 100.0: 2.5}
    local, free = make_plan(lean=0.2), make_plan(lean=1.0)
    built = free["it_capacity"].sum("chip")
    free = free.assign(siting_low=0.6 * built, siting_high=1.5 * built + 0.4)
    free = free.assign_coords(case=["latency", "residency", "deferral"])
    free["value"] = ("case", [812.0, 35.0, 140.0])
    cases = {"local": local, "free": free}
    cases |= {
        f"free@latency_ms.interactive={bound:g}": make_plan(lean=lean)
        for bound, lean in bounds.items()
    }
    titles: dict[str, Any] = {
        "local": {"en": "Every region serves itself", "zh": "各地自给"},
        "free": {"en": "Anywhere", "zh": "任意选址"},
        "forced": {"en": "Hubs only", "zh": "仅枢纽"},
    }
    rows = [_case(name, data, titles.get(name, name)) for name, data in cases.items()]
    for row, bound in zip(rows[2:], bounds, strict=True):
        row |= {"axis": "latency_ms.interactive", "value": bound}
    rows.insert(2, {"case": "forced", "title": titles["forced"], "axis": "", "brownfield": True})
    facts: dict[str, Any] = {
        "scenario": "plan-east-data-west-compute",
        "title": "East data, west compute",
        "description": "Where China’s compute stands if it may stand anywhere.",
        "network": "china31",
        "hours": "two weeks of 168 hours",
        "tradewind_version": "0.9",
        "shown": "free",
        "groups": {"west": ["InnerMongolia", "Guizhou", "Gansu", "Ningxia"]},
        "failed": {"forced": "the connection limits of the hubs clash with the demand"},
    }
    facts["expectations"] = [
        {
            "en": "The west hosts most: yes, 78 % against 30 %.",
            "zh": "西部承载多数：是，78 %，门槛 30 %。",
        }
    ]
    members = {"apart": [9e3, 4e3], "together": [8.6e3, 3.9e3], "gain": [400.0, 100.0]}
    members |= {"gain_percent": [4.44, 2.5], "power_bill_change": [50.0, -20.0]}
    members |= {"hosted_gw_apart": [5.0, 3.0], "hosted_gw": [3.0, 5.0]}
    facts["members"] = pd.DataFrame(members, index=["CHN", "JPN"])
    return PlanOutputs(cases, pd.DataFrame(rows), facts)


def _case(name: str, data: xr.Dataset, title: Any) -> dict[str, Any]:
    built = data["it_capacity"].sum("chip")
    cost, delivered = float(data["site_cost"].sum()), float(data["delivered"].sum())
    weight = built / built.sum()
    return {
        "case": name,
        "title": title,
        "axis": "",
        "value": np.nan,
        "brownfield": True,
        "system_cost": float(data["system_cost"].sum()),
        "compute_cost": cost,
        "usd_per_h100e_hour": 1e3 * cost / delivered,
        "it_gw": float(built.sum()),
        "green_share": float((weight * data["green_share"]).sum()),
        "pue": float((weight * data["pue_mean"]).sum()),
        "emissions_mt": float(data["emissions_average"].sum()) / 1e6,
        "share_west": float(weight[:4].sum()),
    }

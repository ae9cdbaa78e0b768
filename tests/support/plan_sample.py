"""A small made-up answer of a plan with every variable of the contract, for reports and doors.

Numbers are seeded noise of a sensible size; sums that a report may rely on do hold (system cost
is the objective, the cost stack times delivered compute is the site's cost).
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from tradewind.capacity.fields import COORDINATES, FIELDS, ITEMS, PARTS

SITES = ("Beijing", "Guian", "Horinger")
LABELS: dict[str, tuple[str, ...]] = {
    "site": SITES,
    "chip": ("H100", "910C"),
    "workload": ("interactive", "batch", "training"),
    "region": ("Beijing", "Guangdong"),
    "bus": ("Beijing", "Guangdong", "Guizhou", "Inner Mongolia"),
    "carrier": ("coal", "onwind", "solar", "hydro", "battery"),
    "line": ("Beijing-Inner Mongolia", "Guangdong-Guizhou"),
    "part": PARTS,
    "item": ITEMS,
    "holder": ("consumers", "compute users", "connections", "plants", "chip caps"),
    "case": ("latency", "residency", "deferral"),
}
HOURS, WEEKS = 48, 2
SCALE = {"USD / MWh": 50.0, "USD / (H100e hour)": 1.5, "kH100e": 300.0, "ms": 25.0}


def plan_sample(seed: int = 1) -> xr.Dataset:
    """Make the sample: 3 sites, 4 buses, two days of 24 hours in two periods."""
    rng = np.random.default_rng(seed)
    sizes = {name: len(labels) for name, labels in LABELS.items()} | {"hour": HOURS}
    data = xr.Dataset(coords={**{k: list(v) for k, v in LABELS.items()}, "hour": np.arange(HOURS)})
    data = data.assign_coords(
        {
            name: (dims, _coordinate(name), {"units": unit} if unit else {})
            for name, (dims, unit, _) in COORDINATES.items()
        }
    )
    for name, (dims, unit, meaning) in FIELDS.items():
        values = SCALE.get(unit, 1.0) * rng.uniform(0.5, 1.5, [sizes[d] for d in dims])
        data[name] = (dims, values, {"units": unit, "long_name": meaning})
    return _consistent(data)


def _coordinate(name: str) -> np.ndarray:
    fixed = {
        "site_country": ["CHN"] * len(SITES),
        "region_country": ["CHN"] * 2,
        "site_bus": ["Beijing", "Guizhou", "Inner Mongolia"],
        "workload_kind": list(LABELS["workload"]),
        "line_from": ["Inner Mongolia", "Guizhou"],
        "line_to": ["Beijing", "Guangdong"],
        "bus_latitude": [39.9, 23.1, 26.6, 40.8],
        "bus_longitude": [116.4, 113.3, 106.6, 111.7],
        "site_latitude": [39.9, 26.4, 40.4],
        "site_longitude": [116.4, 106.5, 111.8],
        "region_latitude": [39.9, 23.1],
        "region_longitude": [116.4, 113.3],
        "time": np.datetime64("2020-01-06T00", "ns") + np.arange(HOURS) * np.timedelta64(1, "h"),
        "period": np.repeat(np.arange(WEEKS), HOURS // WEEKS),
        "weight": np.full(HOURS, 8760.0 / HOURS),
        "step": np.ones(HOURS),
    }
    return np.asarray(fixed[name])


def _consistent(data: xr.Dataset) -> xr.Dataset:
    """Make the sums and the signs hold."""
    data["pue"] = 1.1 + 0.2 * (data["pue"] - 0.5)
    data["facility_power"] = data["pue"] * data["it_power"]
    data["pue_mean"] = data["pue"].mean("hour")
    data["utilisation"] = 0.6 * data["utilisation"]
    data["green_share"] = 0.6 * data["green_share"]
    data["backlog"].loc[{"workload": "interactive"}] = 0.0
    data["backlog"].loc[{"workload": "training"}] -= 1.0
    data["delivered"] = 8760.0 * data["run"].sum("workload").mean("hour")
    data["demand"] = data["route"].sum("site")
    data["site_cost"] = data["cost_stack"] * data["delivered"] / 1000.0
    data["siting_high"] = data["siting_low"] + data["siting_high"]
    data["storage_power"] = data["storage_power"] - 1.0
    data["water"][0] = np.nan
    for name, (_, unit, meaning) in FIELDS.items():
        data[name].attrs = {"units": unit, "long_name": meaning}
    objective = float(data["system_cost"].sum())
    data["rent"] = data["rent"] * objective / data["rent"].sum()
    data["rent"].attrs = {"units": FIELDS["rent"][1], "long_name": FIELDS["rent"][2]}
    data.attrs = {
        "network": "sample",
        "load_year": "2018",
        "weather_year": "2020",
        "price_year": 2020,
        "hours": "two days that stand for the year",
        "hours_duration_rmse": '{"load": 0.02, "solar": 0.03}',
        "hours_peak_missed": 0.02,
        "objective": objective,
        "status": "optimal",
        "seconds": 12.3,
        "emissions_marginal_method": "carrier at the margin of the site's bus",
    }
    return data

"""What the answer of a plan holds: the one list of variables, their dimensions, units, meaning."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

Field = tuple[tuple[str, ...], str, str]

IDLE = 1e-6
"""Share of the largest site's compute below which a site counts as idle, and has no price."""

PARTS = ("chips", "shell", "connection", "power", "cooling", "network")
"""Parts of the cost of an H100e-hour."""

ITEMS = (
    "chips",
    "shell",
    "connection",
    "transfer",
    "generation_capital",
    "fuel",
    "carbon",
    "storage",
    "lines",
)
"""Parts of the system's cost: they sum to the objective. Of storage and lines it is what they cost
to build and to use."""

COORDINATES: Mapping[str, Field] = {
    "site_latitude": (("site",), "degree", "latitude"),
    "site_longitude": (("site",), "degree", "longitude"),
    "site_country": (("site",), "", "country, ISO 3166 alpha-3"),
    "site_bus": (("site",), "", "power bus that the site is connected to"),
    "bus_latitude": (("bus",), "degree", "latitude, NaN where unknown"),
    "bus_longitude": (("bus",), "degree", "longitude, NaN where unknown"),
    "region_latitude": (("region",), "degree", "latitude"),
    "region_longitude": (("region",), "degree", "longitude"),
    "region_country": (("region",), "", "country, ISO 3166 alpha-3"),
    "workload_kind": (("workload",), "", "training, batch or interactive"),
    "line_from": (("line",), "", "bus that a positive flow leaves"),
    "line_to": (("line",), "", "bus that a positive flow enters"),
    "time": (("hour",), "", "start of the step, in the network's own time"),
    "period": (("hour",), "1", "period that the hour belongs to: storage closes inside it"),
    "weight": (("hour",), "h", "hours of the year that the hour stands for"),
    "step": (("hour",), "h", "length of the step"),
}

FIELDS: Mapping[str, Field] = {
    "it_capacity": (("site", "chip"), "GW", "IT capacity by chip family"),
    "chips_installed": (("site", "chip"), "kH100e", "compute installed"),
    "shell_capacity": (("site",), "GW", "IT power that the buildings can house and cool"),
    "connection_capacity": (("site",), "GW", "power that the grid connection carries"),
    "facility_power": (("site", "hour"), "GW", "power drawn from the grid"),
    "it_power": (("site", "hour"), "GW", "power drawn by the IT"),
    "pue": (("site", "hour"), "1", "power usage effectiveness"),
    "pue_mean": (("site",), "1", "facility energy over IT energy of the year, NaN if idle"),
    "run": (("site", "workload", "hour"), "kH100e", "compute at work"),
    "backlog": (("site", "workload", "hour"), "kH100e hour", "work waiting (done ahead: < 0)"),
    "route": (("workload", "region", "site"), "kH100e", "mean demand of a region served at a site"),
    "demand": (("workload", "region"), "kH100e", "mean demand"),
    "round_trip": (("region", "site"), "ms", "network round trip"),
    "delivered": (("site",), "kH100e hour", "compute delivered in the year"),
    "utilisation": (("site",), "1", "mean run over compute installed, NaN where there is none"),
    "generation": (("bus", "carrier", "hour"), "GW", "generation"),
    "capacity": (("bus", "carrier"), "GW", "capacity of generation and storage"),
    "new_capacity": (("bus", "carrier"), "GW", "of it built by the plan"),
    "storage_power": (("bus", "carrier", "hour"), "GW", "discharge, charge below zero"),
    "flow": (("line", "hour"), "GW", "flow from line_from to line_to"),
    "line_capacity": (("line",), "GW", "capacity of a line"),
    "line_new_capacity": (("line",), "GW", "of it built by the plan"),
    "load": (("bus", "hour"), "GW", "load of all other consumers"),
    "price": (("bus", "hour"), "USD / MWh", "marginal price of power"),
    "price_mean": (("bus",), "USD / MWh", "mean over the year's hours"),
    "compute_price": (("site", "hour"), "USD / (H100e hour)", "marginal price of compute"),
    "compute_price_mean": (
        ("site",),
        "USD / (H100e hour)",
        "mean over the year's hours, weighted by compute run; NaN if idle",
    ),
    "connection_value": (
        ("site",),
        "USD / kW / year",
        "saved by one more kW that may be connected",
    ),
    "chip_value": (("chip",), "USD / H100e / year", "saved by one more chip under its cap"),
    "carbon_value": (
        (),
        "USD / tCO2",
        "saved by one more tonne under the carbon cap, beside any carbon price; 0 without a cap",
    ),
    "cost_stack": (
        ("site", "part"),
        "USD / (H100e hour)",
        "cost per H100e-hour delivered, power at its marginal price; NaN if idle",
    ),
    "site_cost": (("site", "part"), "USD million / year", "cost of a site's compute"),
    "system_cost": (("item",), "USD million / year", "annual cost; the sum is the objective"),
    "rent": (
        ("holder",),
        "USD million / year",
        "the objective by who pays (> 0) and whose scarcity earns (< 0): right side times dual",
    ),
    "emissions_average": (("site",), "tCO2 / year", "by the mix of power at the site's bus"),
    "emissions_marginal": (
        ("site",),
        "tCO2 / year",
        "by the plant at the margin, or by a pair: attrs",
    ),
    "intensity_average": (("site",), "g / kWh", "average emissions per unit of facility energy"),
    "intensity_marginal": (("site",), "g / kWh", "marginal emissions per unit of facility energy"),
    "green_share": (("site",), "1", "share of facility energy that is renewable, by bus mix"),
    "green_contracted": (
        ("site",),
        "1",
        "new plant contracted at the site's bus over the facility energy it matches, NaN without",
    ),
    "water": (("site",), "million m3 / year", "water consumed, NaN where unknown"),
    "price_effect": (("bus",), "USD / MWh", "mean price with compute less that without"),
    "siting_low": (("site",), "GW", "least IT within the slack of the optimum"),
    "siting_high": (("site",), "GW", "most IT within the slack of the optimum"),
    "value": (
        ("case",),
        "USD million / year",
        "saved by lifting a bound, or by deferral: paired solves",
    ),
}
"""Variables. The last four come only on demand, see ``paired.add_paired``."""


def in_use(plan: xr.Dataset) -> xr.DataArray:
    """Which sites deliver compute, and not just the solver's dust: (site,)."""
    return plan["delivered"] > IDLE * plan["delivered"].max()

"""Rules on a network: carbon, green matching, reserve and chip caps, as components and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tradewind.capacity import naming
from tradewind.capacity.inputs import EVERYWHERE, Chip, Site
from tradewind.capacity.refusals import RulesError
from tradewind.capacity.rules import Rules
from tradewind.capacity.site_parts import chips_at
from tradewind.capacity.units import Units

if TYPE_CHECKING:
    import pypsa

CARBON_CAP = "tradewind-carbon-cap"


def describe_rules(
    network: pypsa.Network,
    sites: Sequence[Site],
    chips: Sequence[Chip],
    rules: Rules,
    units: Units,
) -> dict[str, Any]:
    """Describe the rows that ``tighten`` adds for rules, as plain data.

    Parameters
    ----------
    network : pypsa.Network
        As it came: its buses are the power buses.

    Raises
    ------
    RulesError
        A rule speaks of what is not there.
    """
    return {
        "green": describe_matching(network, sites, rules),
        "reserve": _reserve(network, rules),
        "chip_caps": chip_cap_rows(sites, chips, rules, units),
    }


def apply_rules(
    network: pypsa.Network, before: pypsa.Network, rules: Rules, units: Units, spec: dict[str, Any]
) -> None:
    """Add what rules ask for to a network, in place.

    Parameters
    ----------
    network : pypsa.Network
        With its sites and work.
    before : pypsa.Network
        As it came.
    spec : dict
        From ``describe_rules``.
    """
    price_carbon(network, before, rules, units)
    if rules.carbon_cap is not None:
        # PyPSA sums energy times tCO2/MWh, so that its unit is power_mw tonnes.
        network.add(
            "GlobalConstraint",
            CARBON_CAP,
            type="primary_energy",
            carrier_attribute="co2_emissions",
            sense="<=",
            constant=rules.carbon_cap / units.power_mw,
        )
    for row in spec["green"]["rows"] if spec["green"] else ():
        _duplicate(network, "Generator", row["generators"])
        _duplicate(network, "StorageUnit", row["storage"])


def price_carbon(network: pypsa.Network, before: pypsa.Network, rules: Rules, units: Units) -> None:
    """Add the carbon price to what generators' energy costs: price · emissions / efficiency."""
    prices = rules.carbon_price
    if not prices:
        return
    generators = network.c.generators.static.loc[before.c.generators.static.index]
    per_fuel = generators["carrier"].map(network.c.carriers.static["co2_emissions"])
    price = generators["bus"].map(prices) if isinstance(prices, Mapping) else prices
    per_fuel = per_fuel * price
    burning = generators.index[per_fuel.fillna(0.0) > 0.0]
    added = per_fuel[burning].map(units.per_mwh)
    dynamic = network.c.generators.dynamic
    hourly = {name for part in ("efficiency", "marginal_cost") for name in dynamic[part].columns}
    fixed = burning.difference(pd.Index(sorted(hourly)))
    static = network.c.generators.static
    static.loc[fixed, "marginal_cost"] += added[fixed] / static.loc[fixed, "efficiency"]
    for name in burning.intersection(pd.Index(sorted(hourly))):
        only = pd.Index([name])
        cost = network.get_switchable_as_dense("Generator", "marginal_cost", inds=only)[name]
        share = network.get_switchable_as_dense("Generator", "efficiency", inds=only)[name]
        dynamic["marginal_cost"][name] = cost + added[name] / share


def chip_cap_rows(
    sites: Sequence[Site], chips: Sequence[Chip], rules: Rules, units: Units
) -> list[dict[str, Any]]:
    """Caps on chips as rows: names of links, kH100e per unit of each, the most [kH100e].

    Raises
    ------
    RulesError
        A group is neither a country of a site, nor a site, nor `all`; a chip is unknown.
    """
    asked: list[tuple[str, tuple[str, ...] | None, str, float]] = [
        (f"{chip.name} {group}", (chip.name,), group, most)
        for chip in chips
        for group, most in chip.cap.items()
    ]
    asked += [(cap.name, cap.chips, cap.group, cap.most) for cap in rules.chip_caps]
    known = {chip.name for chip in chips}
    rows = []
    for name, only, group, most in asked:
        members = [s for s in sites if group in (EVERYWHERE, s.country, s.name)]
        stranger = next((chip for chip in only or () if chip not in known), None)
        if not members or stranger is not None:
            raise RulesError(
                "A chip cap speaks of nothing that is there.",
                where=f"chip cap {name!r}",
                value=group if stranger is None else stranger,
                bound=f"a country of a site, a site, or {EVERYWHERE!r}; a chip of the list",
                remedy="Correct the name, or leave the cap out.",
            )
        links = {
            naming.chip_link(site.name, chip.name): units.kh100e_per_power(chip.kw_per_h100e)
            for site in members
            for chip in chips_at(site, chips)
            if only is None or chip.name in only
        }
        if links:
            rows.append({"name": name, "links": links, "most": most})
    return rows


def describe_matching(
    network: pypsa.Network, sites: Sequence[Site], rules: Rules
) -> dict[str, Any] | None:
    """Describe green matching: by bus, the sites' shares and the new plant they may contract.

    Raises
    ------
    RulesError
        No bus with a share to match holds any plant that may be contracted.
    """
    shares = {site.name: rules.green_share_of(site.name) for site in sites}
    hosts = list(dict.fromkeys(site.bus for site in sites if shares[site.name] > 0.0))
    if not hosts:
        return None
    hourly = rules.green_matching == "hourly"
    plant = _extendable(network, "Generator", rules.green_carriers, hosts)
    storage = _extendable(network, "StorageUnit", rules.green_storage if hourly else (), hosts)
    if plant.empty:
        raise RulesError(
            "No green plant may be built at any bus with a share to match.",
            where="rules, green_carriers",
            value=", ".join(rules.green_carriers) or "none",
            bound=f"carriers of extendable generators at: {', '.join(hosts[:12])}",
            remedy="Name the carriers that may be contracted, or make generators extendable.",
        )
    rows = [
        {
            "bus": bus,
            "facilities": {
                naming.connection_link(site.name): shares[site.name]
                for site in sites
                if site.bus == bus and shares[site.name] > 0.0
            },
            "generators": _contracts(plant, bus),
            "storage": _contracts(storage, bus),
        }
        for bus in hosts
    ]
    potential = [
        {
            "component": component,
            "name": name,
            "contract": f"{name}{naming.CONTRACT}",
            "most": most,
        }
        for component, static in (("Generator", plant), ("StorageUnit", storage))
        for name, most in static["p_nom_max"].items()
        if np.isfinite(most)
    ]
    return {"matching": rules.green_matching, "rows": rows, "potential": potential}


def _extendable(
    network: pypsa.Network, component: str, carriers: tuple[str, ...], hosts: list[str]
) -> pd.DataFrame:
    static: pd.DataFrame = network.components[component].static
    chosen = static["p_nom_extendable"] & static["carrier"].isin(carriers)
    return static[chosen & static["bus"].isin(hosts)]


def _contracts(plant: pd.DataFrame, bus: str) -> list[str]:
    """Names of the contracts at a bus; an empty table's index is of numbers, so name by name."""
    return [f"{name}{naming.CONTRACT}" for name in plant.index[plant["bus"] == bus]]


def _duplicate(network: pypsa.Network, component: str, contracts: list[str]) -> None:
    """Add contract duplicates that start from nothing, in place."""
    if not contracts:
        return
    names = [contract.removesuffix(naming.CONTRACT) for contract in contracts]
    part = network.components[component]
    inputs = part.defaults.index[part.defaults["status"].str.startswith("Input")]
    copied = [c for c in inputs if c in part.static and c not in ("name", "p_nom", "p_nom_min")]
    columns = {key: part.static.loc[names, key].to_numpy() for key in copied}
    series = {
        attribute: part.dynamic[attribute][[n for n in names if n in part.dynamic[attribute]]]
        for attribute in inputs.intersection(list(part.dynamic))
    }
    network.add(component, contracts, p_nom=0.0, p_nom_min=0.0, **columns)
    for attribute, frame in series.items():
        if not frame.empty:
            new = frame.add_suffix(naming.CONTRACT)
            part.dynamic[attribute] = part.dynamic[attribute].join(new)


def _reserve(before: pypsa.Network, rules: Rules) -> dict[str, Any] | None:
    """Describe the reserve: margin, area of every bus in it, credit of every carrier.

    Raises
    ------
    RulesError
        A carrier that stands on a bus in it has no credit, or an area names no bus.
    """
    if rules.reserve_margin is None:
        return None
    buses = before.c.buses.static.index
    areas = (
        dict.fromkeys(buses, EVERYWHERE)
        if rules.reserve_areas is None
        else dict(rules.reserve_areas)
    )
    generators, storage = before.c.generators.static, before.c.storage_units.static
    plant = pd.concat([generators[generators["sign"] > 0.0], storage])[["bus", "carrier"]]
    carriers = set(plant.loc[plant["bus"].isin(list(areas)), "carrier"])
    wrong = {
        "bus without a place in the network": sorted(set(areas) - set(buses)),
        "carrier without a credit": sorted(carriers - set(rules.credits)),
    }
    for what, names in wrong.items():
        if names:
            raise RulesError(
                f"The reserve has a {what}.",
                where="rules, credits" if "credit" in what else "rules, reserve_areas",
                value=", ".join(names),
                bound="buses of the network; a credit from 0 to 1 for every carrier on them",
                remedy="Give what counts at the peak: 0 for solar, some 0.9 for gas.",
            )
    return {"margin": rules.reserve_margin, "areas": areas, "credits": dict(rules.credits)}

"""What a network and a list of inputs must be before a compute layer is laid on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tradewind.capacity import naming
from tradewind.capacity.checks import choice
from tradewind.capacity.clock import Clock
from tradewind.capacity.inputs import Chip, Site, Workload
from tradewind.capacity.refusals import (
    NameClashError,
    NetworkError,
    ProfileError,
    RulesError,
    SiteError,
    WorkloadError,
)
from tradewind.capacity.rules import Rules
from tradewind.capacity.site_parts import chips_at

if TYPE_CHECKING:
    import pypsa


def check_network(network: pypsa.Network, clock: Clock) -> None:
    """Refuse a network with hours without numbers, capacities below zero, or open storage.

    Raises
    ------
    ProfileError
        A time series of a component holds no number in some hour.
    NetworkError
        A capacity is below zero; storage does not close though periods are apart.
    """
    if "sites" in network.meta.get(naming.META, {}):
        raise NetworkError(
            "This network has a compute layer already.",
            where=f"network.meta[{naming.META!r}]['sites']",
            value=", ".join(s["name"] for s in network.meta[naming.META]["sites"][:3]) or "none",
            bound="a network of power alone",
            remedy="Attach all sites and workloads at once to the network it was made from.",
        )
    for part in network.components:
        inputs = part.defaults[part.defaults["status"].str.startswith("Input")]
        # Where PyPSA's own default is no number, as for a generator's p_set, none means free.
        for attribute in inputs.index[inputs["default"].notna()].intersection(list(part.dynamic)):
            frame = part.dynamic[attribute]
            bad = ~np.isfinite(frame.to_numpy(dtype=np.float64))
            if bad.any():
                hour, column = np.argwhere(bad)[0]
                raise ProfileError(
                    "A series of the network holds no number in some hours.",
                    where=f"{part.name} {frame.columns[column]!r}, {attribute}, "
                    f"{frame.index[hour]}",
                    value=f"{bad[:, column].sum()} of {len(frame)} hours",
                    bound="a finite number in every hour",
                    remedy="Fill the gaps from a source, and say how.",
                )
        _check_capacities(part)
    if len(np.unique(clock.period)) > 1:
        _check_cycles(network)


def _check_capacities(part: pypsa.Components) -> None:
    for attribute in ("p_nom", "p_nom_min", "p_nom_max", "s_nom", "e_nom"):
        if attribute in part.static:
            low = ~(part.static[attribute] >= 0.0)
            if low.any():
                name = part.static.index[low][0]
                raise NetworkError(
                    "A capacity of the network is below zero.",
                    where=f"{part.name} {name!r}, {attribute}",
                    value=part.static.loc[name, attribute],
                    bound="at least 0",
                    remedy="Correct it in the network.",
                )


def _check_cycles(network: pypsa.Network) -> None:
    """Storage that starts each period with nothing or all of it would win or lose between them."""
    for part, flag in (
        (network.c.storage_units.static, "cyclic_state_of_charge"),
        (network.c.stores.static, "e_cyclic"),
    ):
        if not part[flag].all():
            raise NetworkError(
                "Storage does not close, though the network's periods are apart in time.",
                where=f"{part.index[~part[flag]][0]!r}, {flag}",
                value=False,
                bound="cyclic storage, which ends each period as it began",
                remedy=f"Set {flag} to True, or take the periods out of network.meta.",
            )


def check_inputs(
    network: pypsa.Network,
    sites: Sequence[Site],
    chips: Sequence[Chip],
    workloads: Sequence[Workload],
    rules: Rules,
) -> None:
    """Refuse names that are twice or unknown, and sites without chips.

    Raises
    ------
    NameClashError
        Two sites, chips or workloads of one name; a component of the network with a name that
        the layer needs.
    SiteError
        An unknown bus or chip, or no chip at all.
    WorkloadError
        A region may be served at a site that is not there.
    RulesError
        A rule for a site or bus that is not there, or for carbon where a carrier is not defined.
    """
    for kind, items in (("site", sites), ("chip", chips), ("workload", workloads)):
        names = pd.Index([item.name for item in items])
        if names.has_duplicates:
            raise NameClashError(
                f"Two {kind}s have one name.",
                where=f"{kind}s",
                value=names[names.duplicated()][0],
                bound="a name of its own for each",
                remedy="Rename one of them.",
            )
    buses, known = tuple(network.c.buses.static.index), tuple(chip.name for chip in chips)
    for site in sites:
        choice(SiteError, f"site {site.name!r}, bus", site.bus, buses)
        for chip in site.chips or ():
            choice(SiteError, f"site {site.name!r}, chips", chip, known)
        if not chips_at(site, chips):
            raise SiteError(
                "A site has no chip to buy.",
                where=f"site {site.name!r}, chips",
                value=site.chips,
                bound="at least one of the chips, or None for all",
                remedy="Name a chip, or leave the site out.",
            )
    there = tuple(site.name for site in sites)
    for workload in workloads:
        for site_name in chain.from_iterable((workload.sites or {}).values()):
            choice(WorkloadError, f"workload {workload.name!r}, sites", site_name, there)
    _check_rule_names(there, buses, rules)
    _check_carbon(network, rules)
    _check_clashes(network, sites, chips, workloads)


def _check_rule_names(sites: tuple[str, ...], buses: tuple[str, ...], rules: Rules) -> None:
    shares, prices = rules.green_share, rules.carbon_price
    for site in shares if isinstance(shares, Mapping) else ():
        choice(RulesError, "rules, green_share", site, sites)
    for bus in prices if isinstance(prices, Mapping) else ():
        choice(RulesError, "rules, carbon_price", bus, buses)


def _check_carbon(network: pypsa.Network, rules: Rules) -> None:
    """An undefined carrier would burn for nothing."""
    if not rules.carbon_price and rules.carbon_cap is None:
        return
    carriers = network.c.generators.static["carrier"]
    unknown = carriers[~carriers.isin(network.c.carriers.static.index)]
    if len(unknown):
        raise RulesError(
            "Carbon has a price or a cap, and a generator's emissions are not known.",
            where=f"Generator {unknown.index[0]!r}, carrier",
            value=repr(unknown.iloc[0]),
            bound="a carrier of the network, with its co2_emissions [tCO2 / MWh of fuel]",
            remedy='network.add("Carrier", name, co2_emissions=…), 0 for wind.',
        )


def _check_clashes(
    network: pypsa.Network,
    sites: Sequence[Site],
    chips: Sequence[Chip],
    workloads: Sequence[Workload],
) -> None:
    """Names of all components that any route would add, against each other and the network."""
    pairs = [
        (site.name, workload.name, str(group))
        for site in sites
        for workload in workloads
        for group in range(1, len(workload.demand) + 1)
    ]
    work = [naming.work(*pair) for pair in pairs]
    places = [
        [naming.site_bus(s.name), naming.it_bus(s.name), naming.compute_bus(s.name)] for s in sites
    ]
    links = [
        [naming.connection_link(s.name), naming.shell_link(s.name)]
        + [naming.chip_link(s.name, chip.name) for chip in chips]
        for s in sites
    ]
    new = {
        "Bus": [*chain.from_iterable(places), *work],
        "Link": [*chain.from_iterable(links), *(naming.run_link(*pair) for pair in pairs)],
        "Generator": work,
        "Store": work,
    }
    for component, names in new.items():
        there = network.components[component].static.index
        index = pd.Index(names)
        clash = [*index[index.duplicated()], *index.intersection(there)]
        if clash:
            raise NameClashError(
                f"Two components of class {component} would have one name.",
                where="names of sites, chips and workloads",
                value=clash[0],
                bound="names that the network does not hold yet",
                remedy="Rename the site or chip; a network gets its compute layer only once.",
            )

"""Sites and chips as PyPSA components: connection, shell and chips in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tradewind.capacity import naming
from tradewind.capacity.clock import Clock
from tradewind.capacity.equations import Floats, annuity, power_usage_effectiveness
from tradewind.capacity.inputs import Chip, Site
from tradewind.capacity.units import Units

if TYPE_CHECKING:
    import pypsa


def add_sites(
    network: pypsa.Network, sites: Sequence[Site], chips: Sequence[Chip], units: Units, clock: Clock
) -> None:
    """Add buses, connections, shells and chips of every site, in place."""
    for carrier in naming.CARRIERS:
        if carrier not in network.c.carriers.static.index:
            network.add("Carrier", carrier)
    if not sites:
        return
    for name_of, carrier in (
        (naming.site_bus, naming.SITE),
        (naming.it_bus, naming.IT),
        (naming.compute_bus, naming.COMPUTE),
    ):
        network.add(
            "Bus",
            [name_of(site.name) for site in sites],
            carrier=carrier,
            x=[site.longitude for site in sites],
            y=[site.latitude for site in sites],
            unit="kH100e" if carrier == naming.COMPUTE else "",
        )
    _add_connections(network, sites, units)
    _add_shells(network, sites, units, clock)
    _add_chips(network, sites, chips, units)


def usage_effectiveness(site: Site, clock: Clock) -> Floats:
    """PUE of a site at every snapshot: (hour,)."""
    outdoors: Floats | float
    if isinstance(site.temperature, pd.Series):
        outdoors = clock.lay(site.temperature, f"site {site.name!r}, temperature")
    else:
        outdoors = np.full(len(clock.snapshots), site.temperature)
    return power_usage_effectiveness(outdoors, site.pue_base, site.pue_slope, site.pue_max)


def _add_connections(network: pypsa.Network, sites: Sequence[Site], units: Units) -> None:
    existing = [site.connection_existing for site in sites]
    network.add(
        "Link",
        [naming.connection_link(site.name) for site in sites],
        bus0=[site.bus for site in sites],
        bus1=[naming.site_bus(site.name) for site in sites],
        carrier=naming.SITE,
        p_nom=existing,
        p_nom_extendable=True,
        p_nom_min=existing,
        p_nom_max=[site.connection_limit for site in sites],
        capital_cost=[units.per_kw(site.connection_cost) for site in sites],
    )


def _add_shells(network: pypsa.Network, sites: Sequence[Site], units: Units, clock: Clock) -> None:
    """p_nom is IT capacity times the largest PUE, so that a hot hour takes power, not compute."""
    names = [naming.shell_link(site.name) for site in sites]
    most = np.array([site.pue_max for site in sites])
    existing = np.array([site.it_existing for site in sites]) * most
    usage = np.column_stack([usage_effectiveness(site, clock) for site in sites])
    per_it = [
        units.per_kw(1e3 * site.shell_cost_usd_per_w)
        * float(annuity(site.discount_rate, site.shell_life))
        for site in sites
    ]
    network.add(
        "Link",
        names,
        bus0=[naming.site_bus(site.name) for site in sites],
        bus1=[naming.it_bus(site.name) for site in sites],
        carrier=naming.IT,
        p_nom=existing,
        p_nom_extendable=True,
        p_nom_min=existing,
        p_nom_max=np.array([site.it_limit for site in sites]) * most,
        capital_cost=np.array(per_it) / most,
        p_max_pu=pd.DataFrame(usage / most, clock.snapshots, names),
        efficiency=pd.DataFrame(1.0 / usage, clock.snapshots, names),
    )


def chips_at(site: Site, chips: Sequence[Chip]) -> list[Chip]:
    """Chips that may be had at a site."""
    return [chip for chip in chips if site.chips is None or chip.name in site.chips]


def chip_annual_cost(chip: Chip, site: Site) -> float:
    """USD a year for one H100e: price times annuity over its own life, and fixed costs."""
    share = float(annuity(site.discount_rate, chip.life_years)) + chip.fixed_om_share
    return chip.price_usd_per_h100e * share


def _add_chips(
    network: pypsa.Network, sites: Sequence[Site], chips: Sequence[Chip], units: Units
) -> None:
    pairs = [(site, chip) for site in sites for chip in chips_at(site, chips)]
    compute = [units.kh100e_per_power(chip.kw_per_h100e) for _, chip in pairs]
    yearly = [units.per_kh100e(chip_annual_cost(chip, site)) for site, chip in pairs]
    network.add(
        "Link",
        [naming.chip_link(site.name, chip.name) for site, chip in pairs],
        bus0=[naming.it_bus(site.name) for site, _ in pairs],
        bus1=[naming.compute_bus(site.name) for site, _ in pairs],
        carrier=naming.COMPUTE,
        p_nom_extendable=True,
        efficiency=compute,
        capital_cost=np.array(compute) * np.array(yearly),
    )

"""What the layer's components are called in a network: one place, so that results find them."""

from __future__ import annotations

SITE, IT, COMPUTE, WORK = "compute site", "compute IT", "compute", "compute work"
"""Carriers of facility power, IT power, compute, and work to be done."""
CARRIERS = (SITE, IT, COMPUTE, WORK)
CONTRACT = " contract"
"""Ending of a new-build duplicate that a green-matching rule contracts."""
META = "tradewind"
"""Key of the layer's description in ``network.meta``."""


def site_bus(site: str) -> str:
    """Bus of facility power."""
    return f"{site} site"


def it_bus(site: str) -> str:
    """Bus of IT power."""
    return f"{site} IT"


def compute_bus(site: str) -> str:
    """Bus of compute [kH100e]."""
    return f"{site} compute"


def connection_link(site: str) -> str:
    """Link from the power bus to the site; its flow is facility power."""
    return f"{site} connection"


def shell_link(site: str) -> str:
    """Link from facility power to IT power; its size is IT capacity times the largest PUE."""
    return f"{site} shell"


def chip_link(site: str, chip: str) -> str:
    """Link from IT power to compute; its size is IT power of that chip."""
    return f"{site} {chip}"


def work(site: str, workload: str, group: str) -> str:
    """A workload's shape group at a site: generator of arrivals; if it may wait, bus and store."""
    return f"{site} {workload} {group}"


def run_link(site: str, workload: str, group: str) -> str:
    """Link from compute to deferrable work; its flow is what runs."""
    return f"{work(site, workload, group)} run"

"""What the compute layer refuses, one class per kind of failure."""

from __future__ import annotations

from tradewind.errors import InputError


class UnitsError(InputError):
    """A unit of a network is not above zero."""


class SiteError(InputError):
    """A site has a negative capacity, a bus that is not there, or a number out of bounds."""


class ChipError(InputError):
    """A chip draws no power, has no life, or a price below zero."""


class WorkloadError(InputError):
    """A workload's numbers contradict each other or its kind."""


class RulesError(InputError):
    """A rule is out of bounds, or speaks of a bus, carrier, site or chip that is not there."""


class NetworkError(InputError):
    """A network cannot carry a compute layer: its snapshots, weights or storage forbid it."""


class ProfileError(InputError):
    """A series lacks hours, holds no number in some, or keeps another clock than the network."""


class LatencyError(InputError):
    """A latency bound is below what a signal needs, or a round trip is not a time."""


class UnservedError(InputError):
    """A region's workload may be served at no site."""


class NameClashError(InputError):
    """Two things would have one name."""

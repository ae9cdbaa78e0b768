"""A place where compute is wanted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Region:
    """Where demand for compute comes from.

    Attributes
    ----------
    latitude, longitude : float [degree]
    country : str
        ISO 3166 alpha-3.
    bus : str
        Power bus of the region.
    weight : float
        Share of the network's demand; the weights of a network sum to one.
    shape : pandas.Series, optional
        Interactive arrivals over the network's snapshots, with mean one; None is flat.
    """

    latitude: float
    longitude: float
    country: str
    bus: str
    weight: float
    shape: pd.Series[float] | None = None

"""Who asks for how many effective chips at the reference price, by period and country.

What others than China bought is taken to show their demand, at the price at which each quarter's
market cleared; China's is theirs times the ratio of 2022 and 2023, when it could still buy; captive
chips are their owners' own demand, where the owners are. After 2025 demand grows, by growth and by
price.
"""

from __future__ import annotations

import numpy as np

from tradewind.chips.calendar import Calendar
from tradewind.chips.equations import grown
from tradewind.chips.families import ABROAD, families
from tradewind.chips.history import (
    CAPTIVE,
    FIRST_YEAR,
    LAST_OBSERVED,
    MADE_AT_HOME,
    History,
)
from tradewind.chips.parameters import Values
from tradewind.chips.programme import Floats

WORKLOADS = ("training", "decoding")
"""What chips are used for; each values memory bandwidth by its own weight."""
OBSERVED = LAST_OBSERVED - FIRST_YEAR + 1
"""Years with sales."""
FITTED_QUARTERS = 8
"""Quarters of 2022 and 2023, to which China's demand is fitted."""
MATERIAL = 0.02
"""Share of a quarter's sales below which a family's price is no sign of the market's."""


def home_ratio(history: History, effective: Floats) -> float:
    """China's purchases over those of all others in 2022 and 2023, captive chips apart [1].

    Parameters
    ----------
    effective : (year, family) [effective chips / package]
        For one workload.
    """
    home, others = _sold(history, effective)
    return float(home[:FITTED_QUARTERS].sum() / others[:FITTED_QUARTERS].sum())


def cleared_at(history: History, effective: Floats, price: Floats, reference: Floats) -> Floats:
    """Price per effective chip at which each observed quarter's market cleared, over reference.

    Buyers who can choose do not pay more for one family than for another that is left over; so the
    dearest family that sold in quantity in the open market (``MATERIAL``) shows the price, and
    those cheaper by list earned a rent: (quarter,) [1], 1 or above.

    Parameters
    ----------
    effective, price : (year, family)
    reference : (year,)
    """
    each = np.repeat(effective[:OBSERVED], 4, axis=0)
    asked = np.repeat(price[:OBSERVED] / effective[:OBSERVED], 4, axis=0)
    over = asked / np.repeat(reference[:OBSERVED], 4)[:, None]
    free = [
        f for f, x in enumerate(families().values()) if x.vendor == "NVIDIA" and x.sold_to == "all"
    ]
    sold = (history.units * each)[:, free]
    share = sold / sold.sum(axis=1, keepdims=True)
    return np.asarray(np.where(share >= MATERIAL, over[:, free], 1.0).max(axis=1))


def demand(
    history: History,
    calendar: Calendar,
    values: Values,
    effective: Floats,
    asked: Floats,
    reference: Floats,
) -> Floats:
    """Effective chips asked for at the reference price: (period, country, workload).

    Parameters
    ----------
    effective : (year, family, workload) [effective chips / package]
    asked : (year, family) [USD / package]
    reference : (year, workload) [USD / effective chip]
    """
    share = {"training": 1.0 - values["decoding_share"], "decoding": values["decoding_share"]}
    return np.stack(
        [
            share[name]
            * _of_workload(history, calendar, values, effective[..., u], asked, reference[:, u])
            for u, name in enumerate(WORKLOADS)
        ],
        axis=2,
    )


def _of_workload(
    history: History,
    calendar: Calendar,
    values: Values,
    effective: Floats,
    asked: Floats,
    reference: Floats,
) -> Floats:
    """The same if all demand were of one workload: (period, country)."""
    elasticity = values["price_elasticity"]
    _, others = _sold(history, effective)
    kept = [list(families()).index(label) for label in CAPTIVE]
    captive = (history.units * np.repeat(effective[:OBSERVED], 4, axis=0))[:, kept].sum(axis=1)
    cleared = cleared_at(history, effective, asked, reference)
    others = others * (1.0 + values["unserved_demand"]) * cleared**-elasticity
    ahead = np.maximum(np.array(calendar.years, float) - LAST_OBSERVED, 0.0)
    growth = grown(1.0, values["demand_growth"], ahead, values["growth_fading"])
    growth = growth * (reference / reference[OBSERVED - 1]) ** elasticity
    seen = np.array([start.year <= LAST_OBSERVED for start in calendar.starts])
    free, own = (
        np.where(
            seen,
            calendar.share_of_quarter @ quarterly,
            quarterly[-4:].sum() * growth[calendar.year_of] * calendar.share_of_year,
        )
        for quarterly in (others, captive)
    )
    base = np.outer(free, country_shares(history, values["cluster_weight"]))
    base[:, history.home] = home_ratio(history, effective) * values["home_demand_factor"] * free
    base[:, history.countries.index(ABROAD)] += own
    return base


def country_shares(history: History, cluster_weight: float) -> Floats:
    """Share of each country in the demand of all but China: (country,), sums to 1."""
    abroad = np.arange(len(history.countries)) != history.home
    clusters, gdp = history.clusters * abroad, history.gdp * abroad
    return np.asarray(
        cluster_weight * clusters / clusters.sum() + (1.0 - cluster_weight) * gdp / gdp.sum()
    )


def _sold(history: History, effective: Floats) -> tuple[Floats, Floats]:
    """Effective chips sold to China and to all others by quarter: (quarter,) each."""
    apart = [label not in (*CAPTIVE, *MADE_AT_HOME) for label in families()]
    each = np.repeat(effective[:OBSERVED], 4, axis=0)
    home = (history.home_units * each)[:, apart].sum(axis=1)
    return home, (history.units * each)[:, apart].sum(axis=1) - home

"""Rules that bind power and compute together: carbon, green matching, reserve, chip caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tradewind.capacity.checks import at_least, between, choice, finite, named
from tradewind.capacity.inputs import EVERYWHERE
from tradewind.capacity.refusals import RulesError


@dataclass(frozen=True, kw_only=True)
class ChipCap:
    """A cap on several chips together, such as a quota of an export rule.

    Parameters
    ----------
    name : str
    most : float [kH100e]
    chips : tuple of str, optional
        None is all.
    group : str
        A country, a site, or `all`.
    """

    name: str
    most: float
    chips: tuple[str, ...] | None = None
    group: str = EVERYWHERE

    def __post_init__(self) -> None:
        named(RulesError, "chip cap", self.name)
        at_least(RulesError, f"chip cap {self.name!r}, most", self.most, 0.0)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What binds power and compute together, beside each site's own limits.

    Parameters
    ----------
    carbon_price : float or Mapping of bus [USD / tCO2]
        On what generators burn, from their carriers' `co2_emissions` [tCO2 / MWh of fuel]; a bus
        that a mapping does not name has no price.
    carbon_cap : float, optional [tCO2 / year]
        Of the whole network.
    green_share : float or Mapping of site [1]
        Of facility power that contracts for new plant must match; 0, or a site that a mapping
        does not name, is no rule.
    green_matching : {"hourly", "annual"}
    green_carriers : tuple of str
        Carriers of generators that may be contracted.
    green_storage : tuple of str
        Carriers of storage units that may be contracted beside them; hourly matching only.
    reserve_margin : float, optional [1]
        m of Σ credit · P ≥ (1 + m)(load + facility power) at every hour; None is no rule.
    credits : Mapping of carrier [1]
        Of generators and storage units; every carrier that stands on a power bus needs one.
    reserve_areas : Mapping of bus to area, optional
        None: the whole network is one area.
    chip_caps : tuple of ChipCap
        On several chips together; a cap on one is the chip's own.

    Raises
    ------
    RulesError
    """

    carbon_price: float | Mapping[str, float] = 0.0
    carbon_cap: float | None = None
    green_share: float | Mapping[str, float] = 0.0
    green_matching: Literal["hourly", "annual"] = "hourly"
    green_carriers: tuple[str, ...] = ()
    green_storage: tuple[str, ...] = ()
    reserve_margin: float | None = None
    credits: Mapping[str, float] = field(default_factory=dict)
    reserve_areas: Mapping[str, str] | None = None
    chip_caps: tuple[ChipCap, ...] = ()

    def __post_init__(self) -> None:
        prices = self.carbon_price
        for bus, price in (prices if isinstance(prices, Mapping) else {"": prices}).items():
            at_least(RulesError, f"rules, carbon_price {bus}".rstrip(), price, 0.0)
        if self.carbon_cap is not None:
            at_least(RulesError, "rules, carbon_cap", self.carbon_cap, 0.0)
        shares = self.green_share
        for site, share in (shares if isinstance(shares, Mapping) else {"": shares}).items():
            at_least(RulesError, f"rules, green_share {site}".rstrip(), share, 0.0)
        choice(RulesError, "rules, green_matching", self.green_matching, ("hourly", "annual"))
        if self.reserve_margin is not None:
            finite(RulesError, "rules, reserve_margin", self.reserve_margin)
        for carrier, credit in self.credits.items():
            between(RulesError, f"rules, credit of {carrier!r}", credit, 0.0, 1.0)

    def green_share_of(self, site: str) -> float:
        """Share that a site's facility power must be matched to."""
        share = self.green_share
        return share.get(site, 0.0) if isinstance(share, Mapping) else share

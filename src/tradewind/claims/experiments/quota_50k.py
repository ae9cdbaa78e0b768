"""How many chips does the AI Diffusion rule let a country of the second tier take?

The rules are asked, with the Diffusion rule as if it had been kept, what of a country's allocation
of 2025 to 2027 is left for a licence, and how many chips of a given processing performance fit:

    n = floor(A g s / T),

with A the allocation [TPP], g what assurances of the government add, s the part licensed in time
and T the performance of the chip. Small orders and validated end users come on top of A and are
told as the allocation's part in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewind.controls import Decision, Regime, decide

COST = 0.01
COUNTRY, DAY = "IND", "2027-12-31"
"""A country of the second tier, and the last day of the allocation."""
YEARS = 3
"""Calendar years of the allocation; small orders have a cap in each."""
ALLOCATION, RAISED = "us-2025-country-allocation", "us-2025-country-allocation-raised"
SMALL_ORDERS, VALIDATED = "us-2025-lpp-cap", "us-2025-nveu-cap"
ASSURED = ("government-assurances",)
H100 = "h100"
SHOWN = {
    "a100": "A100",
    H100: "H100",
    "mi300x": "MI300X",
    "b200": "B200",
    "gb200": "GB200",
    "b300": "B300",
}
"""Chips of the figure, by key of the catalogue."""
NEVER_COUNTED = {"performance_density": 20.0, "memory_bandwidth_gb_s": 8000.0}
"""Figures of a data-centre chip that decide no cap but must be known."""


@dataclass(frozen=True)
class Caps:
    """What the rules let into one country [TPP].

    Parameters
    ----------
    regime : Regime
        The Diffusion rule as if it had been kept.
    allocation, raised : float
        Of a country, without and with assurances of its government.
    small_orders : float
        Of one consignee over the years, outside the allocation.
    validated : float
        Of one validated end user to the end, outside the allocation.
    h100 : float
        Processing performance of an H100.
    """

    regime: Regime
    allocation: float
    raised: float
    small_orders: float
    validated: float
    h100: float


def prepare() -> Caps:
    """Ask the rules for their caps."""
    change = [{"round": "us-2025-diffusion", "enforced_until": None}]
    regime = Regime.shipped().changed(change=change, name="Diffusion rule kept")

    def cap(quota: str, *certified: str) -> float:
        return left(_ask(regime, item=H100, certifications=certified), quota)

    h100 = _ask(regime, item=H100).total_processing_performance
    if h100 is None:
        raise ValueError("the catalogue does not know the H100")
    return Caps(
        regime,
        cap(ALLOCATION),
        cap(RAISED, *ASSURED),
        YEARS * cap(SMALL_ORDERS, "lpp"),
        cap(VALIDATED, "nveu"),
        h100,
    )


def measure(shared: Caps, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Count the chips that fit, and the allocation's part in all that may come."""
    tpp = shared.h100 if null else values["tpp_per_chip"]
    open_tpp = shared.allocation * values["assurances"] * values["licensed_share"]
    decision = _ask(
        shared.regime,
        certifications=ASSURED,
        figures={"total_processing_performance": tpp, **NEVER_COUNTED},
        used={RAISED: shared.raised - open_tpp},
    )
    beside = (
        values["validated_share"] * shared.validated
        + values["small_consignees"] * shared.small_orders
    )
    return {
        "chips_admitted": fitting(decision, RAISED) / 1000.0,
        "allocation_part": 100.0 * open_tpp / (open_tpp + beside),
    }


def _ask(regime: Regime, **query: Any) -> Decision:
    return decide(
        destination=COUNTRY,
        date=DAY,
        market="datacenter",
        regime=regime,
        with_changes=False,
        **query,
    )


def left(decision: Decision, quota: str) -> float:
    """What is left of a cap that an answer names [TPP]."""
    return next(
        use.left_before
        for use in decision.quotas
        if use.quota == quota and use.left_before is not None
    )


def fitting(decision: Decision, quota: str) -> float:
    """Whole chips that fit a cap that an answer names."""
    return next(
        use.units_that_fit
        for use in decision.quotas
        if use.quota == quota and use.units_that_fit is not None
    )


def figure(shared: Caps, values: Mapping[str, float]) -> dict[str, Any]:
    """Chips that fit the allocation, by the chip."""
    counts = [fitting(_ask(shared.regime, item=item), ALLOCATION) / 1000.0 for item in SHOWN]
    return {
        "kind": "bars",
        "title": {
            "en": "Chips that a country's allocation admits, 2025 to 2027",
            "zh": "国家配额容许的芯片数，2025–2027 年",
        },
        "x": {"label": {"en": "chip", "zh": "芯片"}, "unit": "", "values": list(SHOWN.values())},
        "series": [
            {"label": {"en": "without assurances", "zh": "无政府保证"}, "values": counts},
        ],
        "unit": "thousand chips",
        "note": {
            "en": "790 million TPP; the article says 50 thousand H100. The rule never bound.",
            "zh": "7.9 亿 TPP；文章的数字为 5 万颗 H100。该规则从未生效。",
        },
        "source": "90 FR 4544, tradewind.controls",
    }

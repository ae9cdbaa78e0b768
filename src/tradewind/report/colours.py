"""Colours that survive print, glare and colour blindness.

Gains are blue and losses orange (ColorBrewer's RdBu and PuOr halves, which a reader without
red–green vision tells apart); causes of the welfare change use Okabe & Ito's palette (2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tradewind.report.numbers import NO_CHANGE, plain

LOSS = ("#fee0b6", "#fdb863", "#e08214", "#b35806", "#7f3b08")
GAIN = ("#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061")
NEUTRAL = "#f4f4f2"
NO_DATA = "#dcdcdc"
STEPS = len(LOSS)

COMPONENTS: dict[str, str] = {
    "terms_of_trade": "#0072B2",
    "volume_of_trade": "#E69F00",
    "export_tax": "#CC79A7",
    "iceberg": "#009E73",
    "productivity": "#56B4E9",
    "transfer": "#999999",
    "input_requirement": "#F0E442",
    "inventory": "#D55E00",
    "unexplained": "#CFCFCF",
}
OTHER_COMPONENT = "#444444"


@dataclass(frozen=True)
class DivergingScale:
    """A symmetric scale of steps that widen towards the ends.

    Steps, not a gradient: a reader can name the class of a cell from the legend, and one outlier
    does not turn everything else white.

    Parameters
    ----------
    breaks : tuple of float
        Smallest absolute value of each class, ascending; below the first is neutral.
    """

    breaks: tuple[float, ...]

    @classmethod
    def over(cls, largest: float, ladder: tuple[int, ...] = (1, 2, 5)) -> DivergingScale:
        """Make the scale whose last class begins at or just below the largest value.

        ``ladder`` holds the round numbers of one decade: (1, 2, 5) resolves values of one
        magnitude, (1, 3) values that spread over several.
        """
        top = _rung_below(largest, ladder) if largest >= NO_CHANGE else 0
        return cls(tuple(_rung(top - back, ladder) for back in reversed(range(STEPS))))

    def step(self, value: float) -> int:
        """Classify a value: −5 … −1 losses, 0 neutral, 1 … 5 gains."""
        # Values are compared as decimal rungs, so that 0.1 belongs to the class "from 0.1".
        count = sum(abs(value) >= edge * (1 - 1e-12) for edge in self.breaks)
        return -count if value < 0 else count

    def colour(self, value: float) -> str:
        """Colour of a value."""
        return step_colour(self.step(value))

    def labels(self) -> list[str]:
        """Write the breaks with as many decimals as the smallest needs."""
        digits = max(0, -math.floor(math.log10(self.breaks[0]) + 1e-9))
        return [
            f"{plain(edge, digits).rstrip('0').rstrip('.') if digits else plain(edge, 0)}"
            for edge in self.breaks
        ]


def step_colour(step: int) -> str:
    """Colour of a class of a diverging scale."""
    if step == 0:
        return NEUTRAL
    return LOSS[-step - 1] if step < 0 else GAIN[step - 1]


def is_dark(step: int) -> bool:
    """Say whether text on this class must be white to be read."""
    return abs(step) >= STEPS - 1


def component_colour(component: str) -> str:
    """Colour of a cause of the welfare change."""
    return COMPONENTS.get(component, OTHER_COMPONENT)


def _rung(index: int, ladder: tuple[int, ...]) -> float:
    """Climb a ladder such as … 0.5, 1, 2, 5, 10 …, whose rung 0 is 1."""
    power, place = divmod(index, len(ladder))
    return float(f"{ladder[place]}e{power}")


def _rung_below(value: float, ladder: tuple[int, ...]) -> int:
    """Highest rung not above a value."""
    index = len(ladder) * math.floor(math.log10(value))
    while _rung(index + 1, ladder) <= value:
        index += 1
    return index

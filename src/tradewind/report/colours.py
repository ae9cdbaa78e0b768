"""Colours that survive print, glare and colour blindness.

Gains are blue and losses orange (ColorBrewer's RdBu and PuOr halves, which a reader without
red–green vision tells apart); causes of the welfare change use Okabe & Ito's palette (2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

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

CARRIERS: dict[str, str] = {
    "nuclear": "#CC79A7",
    "coal": "#444444",
    "gas": "#999999",
    "oil": "#7f3b08",
    "biomass": "#b8a04a",
    "geothermal": "#D55E00",
    "hydro": "#0072B2",
    "wind": "#009E73",
    "solar": "#E69F00",
    "storage": "#56B4E9",
    "other": "#CFCFCF",
}
"""Families of carriers, from the foot of a stack to its head."""
COST_PARTS: dict[str, str] = {
    "chips": "#0072B2",
    "shell": "#56B4E9",
    "connection": "#CC79A7",
    "power": "#E69F00",
    "cooling": "#009E73",
    "network": "#777777",
}
"""Parts of the cost of an H100e-hour."""
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8c7b00")
"""Lines and bars that have names of their own."""
REMAINDER = "#bfc4ca"


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


@dataclass(frozen=True)
class StepScale:
    """A scale of at most five equal steps between round numbers, for levels that have no zero.

    Parameters
    ----------
    edges : tuple of float
        Ends of the classes, ascending, one more than there are classes.
    ramp : tuple of str
        Colours, the palest first.
    """

    edges: tuple[float, ...]
    ramp: tuple[str, ...]

    @classmethod
    def over(cls, low: float, high: float, ramp: tuple[str, ...]) -> StepScale:
        """Make the scale with the smallest round step whose classes hold a range."""
        span = max(high - low, 1e-9 * abs(high), 1e-12)
        power = 10.0 ** math.floor(math.log10(span / len(ramp)))
        for step in (power * k for k in (1, 2, 5, 10, 20)):
            first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
            if last - first <= len(ramp):
                break
        count = max(last - first, 1)
        return cls(tuple((first + k) * step for k in range(count + 1)), ramp)

    @property
    def digits(self) -> int:
        """Decimals that tell the edges apart."""
        step = self.edges[1] - self.edges[0]
        return max(0, -math.floor(math.log10(step) + 1e-9))

    def colour(self, value: float) -> str:
        """Colour of a value; the top of a class belongs to the next."""
        place = sum(value >= edge for edge in self.edges[1:-1])
        return self.ramp[self._rung(place)]

    def classes(self) -> list[tuple[str, float, float]]:
        """Colour and ends of every class."""
        return [
            (self.ramp[self._rung(place)], low, high)
            for place, (low, high) in enumerate(pairwise(self.edges))
        ]

    def _rung(self, place: int) -> int:
        """Few classes take their colours from the whole ramp."""
        last, classes = len(self.ramp) - 1, len(self.edges) - 1
        return round(place * last / (classes - 1)) if classes > 1 else last // 2


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

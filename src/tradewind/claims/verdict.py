"""From the numbers of an ensemble to a verdict, and to what it hinges on.

Every member takes a side: *for* the claim if each metric supports it, *against* it if the headline
contradicts it or another metric's own threshold does, in *part* otherwise. The claim is supported
if at least four fifths of the members are for it, contradicted if as many are against it, and mixed
otherwise. A verdict that not one member and not one end of the ranges leaves is *by construction*:
the parameters could not have turned it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from tradewind.claims.statement import Claim, Side

Verdict = Literal["supported", "contradicted", "mixed", "untestable"]
DECISIVE = 0.8
"""Share of members that decides."""


@dataclass(frozen=True)
class Hinge:
    """What one parameter does to the verdict.

    Attributes
    ----------
    parameter : str
    correlation : float
        Spearman's rank correlation with the headline over the members; NaN if it never moves.
    turned : tuple of str
        Ends ("low", "high") at which this parameter alone moves the central run to another side.
    """

    parameter: str
    correlation: float
    turned: tuple[str, ...]


def side(claim: Claim, metrics: Mapping[str, float]) -> Side:
    """Say which side one run is on.

    Parameters
    ----------
    claim : Claim
    metrics : mapping of str to float
        Every metric of the claim, finite.
    """
    for place, metric in enumerate(claim.metrics):
        against = claim.against(place)
        if against is not None and against.holds(metrics[metric.name]):
            return "against"
    kept = all(metric.supports.holds(metrics[metric.name]) for metric in claim.metrics)
    return "for" if kept else "part"


def shares(sides: Sequence[Side]) -> dict[Side, float]:
    """Share of every side, zero for one that nobody is on.

    >>> shares(["for", "for", "part", "for"])
    {'for': 0.75, 'against': 0.0, 'part': 0.25}
    """
    return {name: sides.count(name) / len(sides) for name in get_args(Side)}


def verdict(members: Sequence[Side]) -> Verdict:
    """Judge an ensemble.

    >>> verdict(["for"] * 4 + ["against"]), verdict(["for"] * 7 + ["part"] * 2)
    ('supported', 'mixed')
    """
    enough = DECISIVE * len(members) - 1e-9
    if members.count("for") >= enough:
        return "supported"
    return "contradicted" if members.count("against") >= enough else "mixed"


def by_construction(members: Sequence[Side], ends: Sequence[Side]) -> bool:
    """Whether not one run is on another side than the others."""
    return len({*members, *ends}) == 1


def hinges(
    claim: Claim,
    values: npt.NDArray[np.float64],
    headline: npt.NDArray[np.float64],
    central: Side,
    ends: Mapping[str, Side],
) -> tuple[Hinge, ...]:
    """Rank parameters by whether they turn the central run, then by their correlation.

    Parameters
    ----------
    claim : Claim
    values : (member, parameter)
        In each parameter's unit.
    headline : (member,)
        The first metric.
    central : {"for", "against", "part"}
        Side of the central run.
    ends : mapping of str to side
        Sides at ``parameter:low`` and ``parameter:high``; empty if the ends were not run.
    """
    found = []
    for place, parameter in enumerate(claim.parameters):
        turned = tuple(
            end
            for end in ("low", "high")
            if ends.get(f"{parameter.name}:{end}", central) != central
        )
        found.append(Hinge(parameter.name, spearman(values[:, place], headline), turned))
    return tuple(sorted(found, key=lambda h: (-len(h.turned), -np.nan_to_num(abs(h.correlation)))))


def spearman(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> float:
    """Rank correlation [1], ties at their mean rank; NaN if either never moves.

    Source: Spearman (1904), "The proof and measurement of association between two things".

    >>> spearman(np.array([1.0, 2.0, 3.0]), np.array([1.0, 8.0, 27.0]))
    1.0
    """
    from scipy.stats import rankdata

    a, b = (rankdata(values) - 0.5 * (len(values) + 1) for values in (x, y))
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0.0 else float("nan")


def noise(members: int) -> float:
    """Rank correlation [1] that independent numbers exceed in one case of twenty.

    >>> round(noise(64), 2)
    0.25
    """
    return float(1.96 / np.sqrt(members - 1))

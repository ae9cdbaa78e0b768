"""The design of a claim's experiment: at which parameters it is run.

Members fill the ranges evenly: a Latin hypercube (McKay, Beckman and Conover, 1979) puts one member
into each of as many equal strata of every parameter. Ends are added to see what the members may
miss: all parameters low, all high, and each alone at either end with the others central. The null
run is made at the central values and at the first members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np
import numpy.typing as npt

from tradewind.claims.statement import Claim, Parameter

Kind = Literal["central", "member", "end", "null"]
QUICK = 8
"""Members of a quick run."""
NULLS = 8
"""Members for which the null run is made, too."""


@dataclass(frozen=True)
class Point:
    """One run of an experiment.

    Attributes
    ----------
    kind : {"central", "member", "end", "null"}
    name : str
        Unique within a claim.
    values : mapping of str to float
        Every parameter.
    """

    kind: Kind
    name: str
    values: Mapping[str, float]


def design(claim: Claim, members: int, seed: int, *, ends: bool = True) -> tuple[Point, ...]:
    """List every run of a claim's experiment.

    Parameters
    ----------
    claim : Claim
    members : int
        Size of the ensemble.
    seed : int
        The same seed gives the same members, whichever other claims are run.
    ends : bool
        Whether the ends of the ranges are run, and the null run of members.
    """
    central = claim.central()
    drawn = latin_hypercube(claim, members, seed)
    points = [
        Point("central", "central", central),
        *(Point("member", f"member-{i:04d}", values) for i, values in enumerate(drawn)),
        Point("null", "null-central", central),
    ]
    if ends:
        nulls = enumerate(drawn[:NULLS])
        points += [Point("null", f"null-{i:04d}", values) for i, values in nulls]
        for end in ("low", "high"):
            every = {part.name: getattr(part, end) for part in claim.parameters}
            points.append(Point("end", f"all:{end}", every))
            for name, value in every.items():
                points.append(Point("end", f"{name}:{end}", {**central, name: value}))
    return tuple(points)


def latin_hypercube(claim: Claim, members: int, seed: int) -> list[dict[str, float]]:
    """Draw members, each parameter spread evenly over its range on its own scale."""
    from scipy.stats import qmc

    # Claims must not share their draws, nor depend on which others are run.
    rng = np.random.default_rng([seed, crc32(claim.id.encode())])
    uniform = qmc.LatinHypercube(d=len(claim.parameters), rng=rng).random(members)
    columns = {
        parameter.name: _spread(uniform[:, place], parameter)
        for place, parameter in enumerate(claim.parameters)
    }
    return [
        {name: float(column[member]) for name, column in columns.items()}
        for member in range(members)
    ]


def _spread(uniform: npt.NDArray[np.float64], parameter: Parameter) -> npt.NDArray[np.float64]:
    """Stretch numbers between 0 and 1 over a parameter's range."""
    low, high = parameter.low, parameter.high
    if parameter.scale == "log":
        stretched = np.exp(np.log(low) + uniform * (np.log(high) - np.log(low)))
    else:
        stretched = low + uniform * (high - low)
    # Rounding must not leave the range.
    return np.asarray(np.clip(stretched, low, high), dtype=np.float64)

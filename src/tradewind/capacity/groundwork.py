"""What is worked out of a reduced programme before the first iteration, for later ones to take.

How rows and columns are scaled and sorted, and where each product goes, follows from the matrix,
the steps and which sides rows have. Where these are the same, a later programme only puts its own
costs, bounds and right-hand sides in place. Whether they are is told by a digest, which takes no
room. Of the system's arrays what takes a hundredth of a second is made again, and kept is nothing
that changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from tradewind.capacity.partition import Partition, partition, refilled
from tradewind.capacity.pattern import Pattern, pattern_of
from tradewind.capacity.programme import Programme
from tradewind.capacity.scaling import Scaling, scaled

MOST = 2_000_000
"""Local columns up to which it is kept between solves, 0.2 kB each.

A year of 31 zones would hold 1.1 GB while PyPSA builds the next model, for seconds of an hour.
"""


@dataclass(frozen=True, eq=False)
class Groundwork:
    """A programme scaled, partitioned and listed; no numbers of a factor.

    Attributes
    ----------
    key : bytes
        Digest of all that sorting and lists depend on.
    """

    key: bytes
    scaling: Scaling
    part: Partition
    pattern: Pattern

    @property
    def lasts(self) -> bool:
        """Whether it is small enough to be kept between solves."""
        return len(self.part.cost) <= MOST


def prepared(programme: Programme, before: Groundwork | None = None) -> Groundwork:
    """Scale, partition and list a reduced programme, or put its numbers into what was kept.

    Parameters
    ----------
    programme : Programme
    before : Groundwork, optional
        Taken over where it is of the same matrix, steps and sides of rows; else all is made anew.
    """
    key = key_of(programme)
    if before is not None and before.key == key:
        small, scaling = scaled(programme, before.scaling)
        return Groundwork(key, scaling, refilled(before.part, small), before.pattern)
    small, scaling = scaled(programme)
    part = partition(small)
    # A year of hours has no room for what is not needed any more.
    del small
    return Groundwork(key, scaling, part, pattern_of(part))


def key_of(programme: Programme) -> bytes:
    """Return the digest of a programme's matrix, its steps, and which sides its rows have."""
    matrix, lower, upper = programme.matrix, programme.row_lower, programme.row_upper
    digest = sha256(repr(matrix.shape).encode())
    for array in (
        matrix.indptr, matrix.indices, matrix.data, programme.column_step, programme.row_step,
        np.isfinite(lower), np.isfinite(upper), lower == upper,
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()

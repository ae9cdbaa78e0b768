"""In which order blocks are taken out: chains from both ends to the middle.

The two arms of a chain know nothing of each other before they meet at its junction, so two threads
have work even where there is one chain; nothing fills in that one arm would not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONG = 16
"""Blocks from which a chain has two arms."""
NONE = -1


@dataclass(frozen=True, eq=False)
class Order:
    """Arms, junctions, and who meets whom.

    Attributes
    ----------
    arms : tuple of ndarray
        Blocks of every arm, first to last; each meets the one before.
    junctions : ndarray, (chains,)
        Blocks at which arms meet, after all of them.
    parent : ndarray, (blocks,)
        The block that is met when a block is taken out; ``NONE`` at a junction.
    children : ndarray, (blocks, 2)
        Blocks whose parent a block is, or ``NONE``.
    """

    arms: tuple[np.ndarray, ...]
    junctions: np.ndarray
    parent: np.ndarray
    children: np.ndarray


def order_of(chain: np.ndarray) -> Order:
    """Order the blocks, given the chain of each (ascending)."""
    first = np.flatnonzero(np.diff(chain, prepend=-1))
    last = np.append(first[1:], len(chain)) - 1
    junctions = np.where(last - first + 1 >= LONG, (first + last) // 2, last)
    arms = []
    parent = np.full(len(chain), NONE)
    children = np.full((len(chain), 2), NONE)
    for start, middle, end in zip(first, junctions, last, strict=True):
        for side, arm in enumerate((np.arange(start, middle), np.arange(end, middle, -1))):
            if arm.size:
                arms.append(arm)
                after = np.append(arm[1:], middle)
                parent[arm] = after
                children[after[:-1], 0] = arm[:-1]
                children[middle, side] = arm[-1]
    return Order(tuple(arms), junctions, parent, children)

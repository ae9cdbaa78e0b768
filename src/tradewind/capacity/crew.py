"""Passes over columns, dealt out to threads.

Which stretches there are does not depend on how many threads take them, so that sums do not.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

PARTS = 4
"""Parts that a long vector is dealt out in."""
SHARED = 200_000
"""Columns below which one thread takes all: to wake others takes as long as a pass."""

T = TypeVar("T")


class Crew:
    """Threads, and in how many parts vectors are dealt out to them."""

    def __init__(self, pool: ThreadPoolExecutor | None, columns: int) -> None:
        self.pool = pool
        self.parts = PARTS if pool is not None and columns >= SHARED else 1

    def each(self, task: Callable[[int], T]) -> list[T]:
        """Call a task for every part, side by side, and return what it found."""
        if self.pool is None or self.parts == 1:
            return [task(0)]
        return list(self.pool.map(task, range(self.parts)))

    def stretch(self, size: int, part: int) -> tuple[int, int]:
        """Return where a part of a vector begins and ends."""
        return size * part // self.parts, size * (part + 1) // self.parts


ALONE = Crew(None, 0)
"""One thread."""

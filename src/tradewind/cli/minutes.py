"""Progress of a long command that nobody watches on a terminal: a line now and then on stderr."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MINUTE = 60.0
"""Seconds between two lines."""


@contextmanager
def minutes(every: float = MINUTE) -> Iterator[Callable[[str], None]]:
    """Write the current step once a minute, from the first minute on; a short command is silent.

    Steps of a solver come many a second or none for minutes, so that a clock of its own writes.
    """
    started, step, done = time.monotonic(), [""], threading.Event()

    def write() -> None:
        while not done.wait(every):
            passed = (time.monotonic() - started) / MINUTE
            try:
                sys.stderr.write(f"tradewind: {passed:.0f} min: {step[0]}\n")
                sys.stderr.flush()
            except (OSError, ValueError):
                # Whoever read it has gone; the command goes on without.
                return

    def say(what: str) -> None:
        step[0] = what

    clock = threading.Thread(target=write, name="progress", daemon=True)
    clock.start()
    try:
        yield say
    finally:
        done.set()
        # A reader that does not read must not keep the command from its end.
        clock.join(timeout=1.0)

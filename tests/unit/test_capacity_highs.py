"""HiGHS beside the main thread."""

from __future__ import annotations

import hashlib
import signal
import threading
from types import FrameType

import pytest

from tradewind.capacity import highs


class Heard(Exception):
    """A signal was heard."""


class Busy:
    """A solver that, like HiGHS, works outside of Python for long."""

    worker: threading.Thread

    def __init__(self) -> None:
        self.done = threading.Event()

    def run(self) -> None:
        """Work where no signal is heard."""
        self.worker = threading.current_thread()
        hashlib.pbkdf2_hmac("sha256", b"plan", b"salt", 3_000_000)
        self.done.set()


def test_a_signal_is_heard_while_highs_works() -> None:
    def hear(number: int, frame: FrameType | None) -> None:
        raise Heard

    solver, before = Busy(), signal.signal(signal.SIGALRM, hear)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(Heard):
            highs._run(solver)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
    assert solver.worker is not threading.main_thread()
    assert not solver.done.is_set()
    solver.done.wait()

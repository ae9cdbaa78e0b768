"""HiGHS beside the main thread."""

from __future__ import annotations

import hashlib
import signal
import threading
from types import FrameType
from typing import Any

import pytest

from tests.support.plan_networks import CHIP, one_bus, serving, site
from tradewind.capacity import Units, attach, highs, optimise
from tradewind.capacity.hearing import Hearing
from tradewind.capacity.programme import Programme
from tradewind.errors import ConvergenceError


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
            highs._run(solver, Hearing(None))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
    assert solver.worker is not threading.main_thread()
    assert not solver.done.is_set()
    solver.done.wait()


@pytest.mark.parametrize(
    ("option", "limit", "reason"),
    [("simplex_iteration_limit", 0, "Iteration limit"), ("time_limit", 0.0, "Time limit")],
)
def test_no_status_but_optimal_is_an_answer(
    option: str, limit: float, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = highs.opened

    def limited(programme: Programme) -> Any:
        solver = opened(programme)
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue(option, limit)
        return solver

    monkeypatch.setattr(highs, "opened", limited)
    given = attach(one_bus(6), [site()], [CHIP], [serving()], units=Units.own())
    with pytest.raises(ConvergenceError, match=f"without an optimum: {reason}"):
        optimise(given, solver="highs")

"""What HiGHS says while it works, in words, told by the thread that waits for it.

Simplex and presolve tell by the log. HiPO's log reaches nobody unless it is printed (HiGHS 1.15),
but HiGHS asks once an iteration whether it should stop: so its count is known, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

Tell = Callable[[str], None]

EVERY = 1.0
"""Seconds between two lines, at least."""

_NUMBER = r"([-+\d.einf]+)"
_SIMPLEX = re.compile(
    rf"\s*(\d+)\s+{_NUMBER}\s+(?:Ph1|Pr): \d+\({_NUMBER}\)(?:; Du: \d+\({_NUMBER}\))?"
)
_INTERIOR = re.compile(rf"\s*(\d+)\*?\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}")
_PRESOLVE = re.compile(r"(\d+) rows, (\d+) cols, \d+ nonzeros")
_PUSHES = re.compile(r"\s*Number of (dual|primal) pushes required:\s+(\d+)")


class Hearing:
    """The newest step of HiGHS, and who is told.

    Parameters
    ----------
    tell : callable, optional
        Is told a step at most every ``EVERY`` seconds, the first at once, the last at the end.
    """

    def __init__(self, tell: Tell | None) -> None:
        self._tell = tell
        self._line = self._step = self._told = ""
        self._clock = perf_counter()
        self._next = 0.0

    @contextmanager
    def of(self, solver: Any) -> Iterator[None]:
        """Listen to HiGHS meanwhile.

        A thread of HiGHS that is left behind must not call Python while Python ends.
        """
        if self._tell is None:
            yield
            return
        solver.setOptionValue("output_flag", True)
        solver.setOptionValue("log_to_console", False)
        solver.cbLogging.subscribe(self._logged)
        solver.cbIpmInterrupt.subscribe(self._counted)
        try:
            yield
            self._pass_on()
        finally:
            solver.clearCallbacks()

    def pass_on(self) -> None:
        """Tell the newest step, if it is new and time."""
        if perf_counter() - self._clock >= self._next:
            self._pass_on()

    def _pass_on(self) -> None:
        step, passed = self._step, perf_counter() - self._clock
        if self._tell is None or step == self._told:
            return
        self._told, self._next = step, passed + EVERY
        self._tell(f"HiGHS: {step}, {passed:.0f} s")

    def _logged(self, event: Any) -> None:
        """Take a piece of the log, which need not be a line."""
        *lines, self._line = (self._line + event.message).split("\n")
        for line in lines:
            self._step = in_words(line) or self._step

    def _counted(self, event: Any) -> None:
        """Take the count of interior-point iterations."""
        count = event.data_out.ipm_iteration_count
        if count > 0:
            self._step = f"interior point, iteration {count:,}"


def in_words(line: str) -> str:
    """Say what a line of HiGHS's log says of progress; nothing if it says nothing of it."""
    if found := _SIMPLEX.match(line):
        count, objective, primal, dual = found.groups(default="0")
        return (
            f"simplex, iteration {int(count):,}: objective {float(objective):.6g}, "
            f"infeasibility {float(primal):.0e}, of duals {float(dual):.0e}"
        )
    if found := _INTERIOR.match(line):
        count, objective, dual, rows, _, gap = found.groups()
        return (
            f"interior point, iteration {count}: objective {float(objective):.6g}, dual "
            f"{float(dual):.6g}, gap {float(gap):.0e}, rows {float(rows):.0e}"
        )
    if found := _PRESOLVE.match(line):
        rows, columns = map(int, found.groups())
        return f"made smaller: {rows:,} rows, {columns:,} columns"
    if found := _PUSHES.match(line):
        return f"towards a corner, {int(found[2]):,} {found[1]} pushes"
    return ""

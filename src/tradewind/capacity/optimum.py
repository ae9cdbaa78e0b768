"""Solve a network: build its model, find the optimum, write it back where PyPSA keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import numpy as np

from tradewind.capacity import highs, structured
from tradewind.capacity.elastic import ClashError, Relaxation
from tradewind.capacity.interior import GOOD_ENOUGH
from tradewind.capacity.iterate import Stalled
from tradewind.capacity.layer import copy_of
from tradewind.capacity.model import keep_routes, tighten
from tradewind.capacity.programme import Programme, freeze, programme_of
from tradewind.capacity.shrinking import Clash

if TYPE_CHECKING:
    import linopy
    import pypsa

TOLD = 1e-4
"""Relative duality gap up to which slacks are right: words tell four digits of them."""

SMALL = 100_000
"""Rows up to which HiGHS's simplex is about as fast as the structured solver."""

Method = Literal["auto", "tradewind", "highs"]
Tell = Callable[[str], None]


class Optimiser:
    """Solves networks one after another, each from where the last one stood if they are alike.

    Parameters
    ----------
    solver : {"auto", "tradewind", "highs"}
        Tradewind's structured interior point, or HiGHS on the same model; "auto" takes HiGHS up to
        ``SMALL``, where simplex is the faster. Where several optima cost the same, the
        first ends in the midst of them, the second at a corner.
    tell : callable, optional
        Is told every iteration; of HiGHS what it tells, a second apart at least.
    """

    def __init__(self, solver: Method = "auto", *, tell: Tell | None = None) -> None:
        self.solver, self.tell = solver, tell
        self.iterations = 0
        self._start: structured.Start | None = None
        self._why = ""

    @contextmanager
    def saying(self, what: str) -> Iterator[None]:
        """Put words before all that is told meanwhile."""
        tell = self.tell
        if tell is not None:
            self.tell = lambda said: tell(f"{what}: {said}")
        try:
            yield
        finally:
            self.tell = tell

    def solve(self, network: pypsa.Network) -> pypsa.Network:
        """Return a solved copy of a network.

        Raises
        ------
        InputError
            If the network asks for integer variables or quadratic costs.
        ClashError
            If no plan meets all constraints: which of them clash.
        ConvergenceError
            If no solver ends at an optimum, or nothing that may give way makes a plan possible.
        """
        answer = copy_of(network)
        model = answer.optimize.create_model(include_objective_constant=False)
        tighten(answer, answer.snapshots)
        freeze(model)
        programme = programme_of(model)
        found = self._interior(programme)
        if found is None:
            self._refuse_clash(answer, model, programme)
            found = self._by_highs(programme)
        if found is None:
            self._say("no plan meets all constraints: looking for those that clash")
            relaxed = Relaxation(answer, model, programme)
            minimise = Optimiser(self.solver, tell=self.tell).minimised
            raise ClashError(relaxed.explained(minimise))
        _write(model, found)
        answer.optimize.assign_solution()
        answer.optimize.assign_duals()
        _derive(answer)
        keep_routes(answer)
        return answer

    def minimised(self, programme: Programme) -> highs.Answer | None:
        """Find the optimum of a programme; None if nothing is feasible."""
        found = self._interior(programme)
        return self._by_highs(programme) if found is None else found

    def _by_highs(self, programme: Programme) -> highs.Answer | None:
        """Ask HiGHS; say so, and why, where it was not asked first."""
        if not self._asks_highs(programme):
            self._say(f"HiGHS takes over: {self._why}")
        return highs.minimised(programme, self.tell)

    def _asks_highs(self, programme: Programme) -> bool:
        """Tell whether HiGHS is asked first, by the user's wish or because simplex is faster."""
        small = self.solver == "auto" and programme.shape[0] <= SMALL
        return small or self.solver == "highs"

    def _interior(
        self, programme: Programme, optimal: float = structured.OPTIMAL
    ) -> highs.Answer | None:
        """Return the structured solver's answer; None where it is not asked or finds none."""
        if self._asks_highs(programme):
            return None
        self._say(
            f"{programme.shape[0]:,} rows; the first solve on a machine compiles for a minute"
        )
        # What came from another plan's iterate and does not hold is looked for again from nothing.
        starts = [None] if self._start is None else [self._start, None]
        for start in starts:
            try:
                solved = structured.minimised(
                    programme, start=start, say=self.tell, enough=max(optimal, GOOD_ENOUGH)
                )
            except (Stalled, Clash) as trouble:
                self._fail(f"the structured solver stopped ({trouble})")
                return None
            if self._holds(programme, solved.answer, optimal):
                self._start, self.iterations = solved.start, solved.iterations
                return solved.answer
        return None

    def _holds(self, programme: Programme, answer: highs.Answer, optimal: float) -> bool:
        """Tell whether an answer breaks no row and is optimal; say so if not."""
        excess = structured.violation(programme, answer.column)
        if excess > structured.FEASIBLE:
            self._fail(f"the structured answer breaks a row by {excess:.0e}")
            return False
        gap = structured.duality_gap(programme, answer)
        if gap > optimal:
            self._fail(f"the structured answer has a gap of {gap:.0e}")
            return False
        return True

    def _refuse_clash(
        self, network: pypsa.Network, model: linopy.Model, programme: Programme
    ) -> None:
        """Refuse a programme in which constraints must give way, where that is quickly known.

        HiGHS had not found in half an hour that two weeks of the United States had none. With
        slacks there always is one: the structured solver finds it as fast as any other.
        """
        if self._asks_highs(programme):
            return
        self._say("looking for constraints that clash")
        relaxed = Relaxation(network, model, programme)
        found = Optimiser("tradewind", tell=self.tell)._interior(relaxed.programme, TOLD)
        if found is not None and (
            structured.violation(programme, relaxed.own(found)) > structured.FEASIBLE
        ):
            raise ClashError(relaxed.clash(found))

    def _fail(self, why: str) -> None:
        """Say why the structured solver has no answer, and keep it for who takes over."""
        self._why = why
        self._say(why)

    def _say(self, words: str) -> None:
        if self.tell is not None:
            self.tell(words)


def optimise(
    network: pypsa.Network,
    *,
    solver: Method = "auto",
    tell: Tell | None = None,
) -> pypsa.Network:
    """Return a solved copy of a network; see ``Optimiser``."""
    return Optimiser(solver, tell=tell).solve(network)


def _derive(network: pypsa.Network) -> None:
    """Let PyPSA derive prices a MWh and injections, and voltage angles where there are lines.

    Without lines it would make a sub-network of every bus, for angles of zero, which takes longer
    than the optimum. It asks for none where the table of sub-networks is not empty.
    """
    without = network.c.sub_networks.static.empty
    if without:
        network.add("SubNetwork", "none")
    network.optimize.post_processing()
    if without:
        network.remove("SubNetwork", "none")


def _write(model: linopy.Model, found: highs.Answer) -> None:
    """Put an answer into a linopy model."""
    from linopy.constants import Result, Solution, Status

    columns, rows = model.variables.label_index, model.constraints.label_index
    primal = _spread(found.column, columns.vlabels, columns.label_to_pos.size)
    dual = _spread(found.row, rows.clabels, rows.label_to_pos.size)
    status = Status.process("ok", "optimal")
    model.assign_result(Result(status, Solution(primal, dual, found.value)))


def _spread(values: np.ndarray, labels: np.ndarray, size: int) -> np.ndarray:
    """Put values where their labels say; NaN elsewhere, at masked labels at the end too."""
    spread = np.full(size, np.nan)
    spread[labels] = values
    return spread

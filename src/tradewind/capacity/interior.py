"""Interior-point method on a partitioned programme.

Mehrotra's predictor and corrector (1992, SIAM Journal on Optimization 2) with Gondzio's further
correctors (1996, Computational Optimization and Applications 6), each weighted to lengthen the step
(Colombo & Gondzio 2008, Computational Optimization and Applications 41): the system is factored
once an iteration and solved many times. The affine step says little about how far corrected steps
go (0.05 where they go 0.7), so that no target is higher than ``AIM``. What stops a step is mostly
one column in half a million, and one that was left at its bound by the step before: steps end where
its product of distance and dual is still ``EVEN`` of the mean, which costs a hundredth of them.

Columns stay strictly inside their bounds, limits have a slack; an iterate is finished when rows,
duals and the gap hold to ``TOLERANCE``, relative to the data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tradewind.capacity.form import Form
from tradewind.capacity.iterate import (
    TO_THE_BOUNDARY,
    Aim,
    Along,
    Excess,
    Point,
    Progress,
    Stalled,
    add,
    combined,
    furthest,
    furthest_of,
    held,
)
from tradewind.capacity.newton import Newton
from tradewind.capacity.repair import HELD, HELD_DUALS, MOST, SETTLED, STUCK, stepped
from tradewind.capacity.start import centre, exact, kept
from tradewind.capacity.steps import Breakdown

TOLERANCE = 1e-8
PATIENCE = 5
"""Iterations without progress after which a good answer is taken; four times as many, given up."""
ASTRAY, LOST = 1e5, 3
"""Gap beyond which, so many iterations after the best, there is no solution: duals grow forever."""
GOOD_ENOUGH = 1e-6
"""Excess and gap that are accepted where rounding stops progress, unless more will do."""
MOST_ITERATIONS = 200
CORRECTORS = 20
"""Gondzio's corrections of an iteration, at most; a factorisation costs as much as these."""
LOOKS = ((2.0, 0.3), (1.3, 0.1), (1.0, 1.0))
"""Longer steps that corrections aim at: times the step, and more. The next, where one fails."""
WEIGHTS = 8
"""Weights tried of every correction."""
LONG = 0.95
"""Step beyond which no correction is asked for."""
AIM = 0.1
"""Mean product aimed at, at most, of an iterate's: what the affine direction allows is 0.9."""
GAIN = 0.005
"""What a correction must lengthen the two steps by, together."""
SPREAD = 5.0
"""Products of distance and dual this many times beyond or below their target are outliers."""
EVEN = 0.1
"""Least product of distance and dual after a step, in means, if a tenth less of it will do."""
SHORTEST_STEP = 1e-9
ROUGH = 1e-2
"""Gap down to which single precision does for the border's part of the system."""
EARLY = (1e-1, 3e-2, 1e-2)
"""Gaps of the iterates that a later programme may start from; further in is nearer the edge."""
DEEP = (3e-4, 1e-4, 1e-5)
"""Gaps of those that are first moved to it, with no bound in the way."""
COSTS, ROWS = (2, 1), (1, 0)
"""Which of these are tried, in turn: after a change of costs alone, and of rows or bounds.

After connections -10 % steps from the last of them wandered on two weeks of China, whatever the
rounding; those from the one before settled in four to six, and it was no longer from the first.
"""
SMALL = 1e-2
"""Gap that a change makes of the last of them, beyond which none is tried."""
MOVED = 1e-4
"""Relative excess of rows at the last of them, beyond which not only costs have changed."""
AHEAD = 0.3
"""Gap of the iterate it starts from, of that which the change makes of the last one's, at least."""
FAIR = 0.1
"""First step from such an iterate below which one further out is taken."""

Tell = Callable[[Progress], None]
Done = Callable[[Point], bool]


class Interior:
    """The method on one form of a programme.

    Parameters
    ----------
    form : Form
    enough : float
        Accepted where rounding stops progress; the door checks the answer in the user's units.
    """

    def __init__(self, form: Form, enough: float = GOOD_ENOUGH) -> None:
        self.form, self.newton, self.enough = form, Newton(form), enough
        self.iterations, self.last_step = 0, 1.0
        self.early: list[Point] = []

    def minimise(
        self,
        starts: Sequence[Point] = (),
        tell: Tell | None = None,
        done: Done | None = None,
    ) -> Point:
        """Iterate to the optimum, from one of ``starts`` that steps lead away from, if any does.

        What holds to ``TOLERANCE`` goes on while ``done`` says that its answer is not one yet.

        Raises
        ------
        Stalled
            If rounding or the lack of a solution stops progress.
        """
        self.early = []
        point = self._first(starts)
        best: tuple[float, Point, Progress] | None = None
        since = 0
        for iteration in range(MOST_ITERATIONS):
            excess = self.form.excess(point)
            progress = self.form.progress(point, excess, iteration)
            if tell is not None:
                tell(progress)
            if best is None or progress.worst < best[0]:
                best, since = (progress.worst, point, progress), 0
            since += 1
            self.form.system.steps.single = best[2].gap > ROUGH
            self.newton.gap = min(best[2].gap, ROUGH)
            self.newton.holds_back(progress.objective)
            self._keep(point, progress)
            if progress.worst <= TOLERANCE and (done is None or done(point)):
                return point
            near, lost = best[0] <= self.enough, progress.gap > ASTRAY and since > LOST
            if (since > PATIENCE and near) or since > 4 * PATIENCE or lost:
                break
            try:
                point = self._iterate(point, excess)
            except Breakdown:
                break
            if self.last_step < SHORTEST_STEP:
                break
        assert best is not None
        if best[0] <= self.enough:
            return best[1]
        raise Stalled(best[2])

    def _first(self, starts: Sequence[Point]) -> Point:
        """Return the iterate that steps from one of ``starts`` lead to, or a first one."""
        if not starts:
            return centre(self.form)
        last = exact(starts[-1])
        far, end = self.form.apart(last), self.form.progress(last, self.form.excess(last), 0)
        self.newton.holds_back(end.objective)
        tried = (COSTS if end.primal <= MOVED else ROWS) if far <= SMALL else ()
        for number in (len(EARLY) + deep for deep in tried if len(EARLY) + deep < len(starts)):
            found = self._repaired(exact(starts[number]))
            if found is not None:
                self.early = list(starts[:number])
                return found
        fitting = sum(early >= AHEAD * far for early in EARLY[: len(starts)])
        for number in reversed(range(fitting)):
            point = exact(starts[number])
            try:
                point = self._iterate(point, self.form.excess(point))
            except Breakdown:
                continue
            if self.last_step > FAIR:
                self.early = list(starts[:number])
                return point
        return centre(self.form)

    def _repaired(self, point: Point) -> Point | None:
        """Return where whole steps from a deep iterate end; None if they lead nowhere."""
        mean = self.form.mean_product(point)
        for _ in range(MOST):
            self.iterations += 1
            try:
                point, along = stepped(self.form, self.newton, point, mean)
            except Breakdown:
                return None
            now = self.form.progress(point, self.form.excess(point), 0)
            if min(along) > SETTLED and now.primal < HELD and now.dual < HELD_DUALS:
                return point
            if min(along) < STUCK:
                return None
        return None

    def _keep(self, point: Point, progress: Progress) -> None:
        """Keep an iterate that has come far enough for the next programme to start from.

        Those before a start are where it comes from: no iterate is as far out.
        """
        far = max(progress.gap, progress.primal)
        reached = sum(far <= gap for gap in (*EARLY, *DEEP))
        if reached > len(self.early):
            self.early += [kept(point)] * (reached - len(self.early))

    def _iterate(self, point: Point, excess: Excess) -> Point:
        """Take one step, at whose end no product of distance and dual is far below the others."""
        self.iterations += 1
        self.newton.factor(point)
        move, along = self._direction(point, excess)
        self.last_step = min(along)
        primal, dual = (min(1.0, TO_THE_BOUNDARY * a) for a in along)
        least = EVEN * self.form.mean_ahead(point, move, (primal, dual))
        return combined(point, move, held(point, move, (primal, dual), least))

    def _direction(self, point: Point, excess: Excess) -> tuple[Point, Along]:
        """Predict, correct, and correct again while it lengthens the step."""
        move = self.newton.towards(point, excess)
        along = furthest(point, move)
        mean = self.form.mean_product(point)
        ahead = self.form.mean_ahead(point, move, along)
        target = mean * min(AIM, (ahead / mean) ** 3)
        crew, aim = self.form.system.crew, Aim((1.0, 1.0), target, target, -np.inf)
        correction = self.newton.correction(point, move, aim)
        along, share = self._weighted(point, move, correction, along)
        add(move, correction, share, crew)
        look, in_vain = 0, 0
        for _ in range(CORRECTORS):
            if min(along) > LONG or in_vain == len(LOOKS):
                break
            aim = self._recentring(along, target, LOOKS[look])
            correction = self.newton.correction(point, move, aim)
            reach, share = self._weighted(point, move, correction, along)
            gain = sum(reach) - sum(along)
            if gain > 0.0:
                along = reach
                add(move, correction, share, crew)
            if gain < GAIN:
                look, in_vain = (look + 1) % len(LOOKS), in_vain + 1
            else:
                in_vain = 0
        return move, along

    def _weighted(
        self, point: Point, move: Point, change: Point, along: Along
    ) -> tuple[Along, Along]:
        """Return the longest steps, and how much of a correction makes them, columns and duals."""
        weights = np.linspace(along[0] * along[1], 1.0, WEIGHTS)
        primal, dual = furthest_of(point, move, change, weights, self.form.system.crew)
        # The last of equals: the more of a correction, the better centred.
        chosen = tuple(len(a) - 1 - int(np.argmax(a[::-1])) for a in (primal, dual))
        share = (float(weights[chosen[0]]), float(weights[chosen[1]]))
        return (float(primal[chosen[0]]), float(dual[chosen[1]])), share

    def _recentring(self, along: Along, target: float, look: tuple[float, float]) -> Aim:
        """Say that outliers of a longer step are wanted back towards the target."""
        far = (min(1.0, look[0] * along[0] + look[1]), min(1.0, look[0] * along[1] + look[1]))
        return Aim(far, target / SPREAD, target * SPREAD, -target * SPREAD)

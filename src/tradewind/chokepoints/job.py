"""Cut many links exactly, side by side, with a word on how far it is, and go on after a kill."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

import numpy as np

from tradewind.chokepoints.cuts import Cut
from tradewind.chokepoints.store import Loss, Store
from tradewind.errors import NoEquilibriumError
from tradewind.trade.baseline import Baseline
from tradewind.trade.severance import Severance

Progress = Callable[[int, int], None]
NONE = Loss(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Task:
    """A cut under one set of assumptions.

    Attributes
    ----------
    setting : str
        Name of the assumptions, part of the result's name.
    cut : Cut
    """

    setting: str
    cut: Cut

    def name(self, baseline: Baseline) -> str:
        """Name the result by labels, so that it means the same in another order."""
        cut, economies = self.cut, baseline.economies
        sector = baseline.sectors[cut.sector] if cut.sector >= 0 else "all"
        parts = (self.setting, cut.kind, economies[cut.economy], economies[cut.supplier], sector)
        return ":".join(parts)


def silent(done: int, total: int) -> None:
    """Say nothing."""


def sever(
    tasks: Sequence[Task],
    engines: Callable[[str], Severance],
    baseline: Baseline,
    store: Store,
    progress: Progress = silent,
) -> dict[Task, Loss]:
    """Cut everything that is not in the store yet.

    Parameters
    ----------
    tasks : sequence of Task
    engines : callable
        Gives the solver of a setting.
    baseline : Baseline
        Gives the labels.
    store : Store
        Opened; holds what an earlier, killed job has found.
    progress : callable
        Told how many are done, and of how many.

    Returns
    -------
    dict
        Every task's loss as log changes of real income; NaN where there is no equilibrium.
    """
    names = {task: task.name(baseline) for task in tasks}
    missing = [task for task in names if names[task] not in store.known]
    done = len(names) - len(missing)
    progress(done, len(names))
    for task, loss in _side_by_side(missing, engines):
        store.add(names[task], loss)
        done += 1
        progress(done, len(names))
    return {task: store.known[name] for task, name in names.items()}


def _side_by_side(
    tasks: Iterable[Task], engines: Callable[[str], Severance]
) -> Iterable[tuple[Task, Loss]]:
    """Solve on all cores; results come as they are ready."""
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    queue = iter(tasks)
    pool = ThreadPoolExecutor(workers)
    running: dict[Future[Loss], Task] = {}
    try:
        while True:
            # A short queue: an interrupted job ends with the cuts under way.
            for task in islice(queue, 2 * workers - len(running)):
                running[pool.submit(_cut, engines(task.setting), task.cut)] = task
            if not running:
                return
            for ready in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(ready), ready.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _cut(engine: Severance, cut: Cut) -> Loss:
    try:
        found = engine.cut(cut.links(engine.table))
    except NoEquilibriumError:
        return NONE
    own, other = np.log(found.real_income_hat[[cut.economy, cut.supplier]])
    return Loss(float(own), float(other), found.residual)

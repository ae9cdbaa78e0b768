"""Labels out: of all the links an economy depends on, what each costs it when it goes.

See README.md of this room for the equations and `docs/chokepoints.md` for how to read them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from tradewind.chokepoints.analysis import Analysis
from tradewind.chokepoints.cuts import KINDS, Kind
from tradewind.chokepoints.job import Progress, Task, sever, silent
from tradewind.chokepoints.setting import Setting, step_name
from tradewind.chokepoints.store import Store
from tradewind.errors import InputError
from tradewind.trade import Baseline
from tradewind.trade.labelled import near_misses
from tradewind.trade.severance import Severance


def find(
    setting: Setting,
    economy: str,
    kinds: Sequence[Kind] = ("link",),
    *,
    exact: int | None = 30,
    matrix: bool = False,
    path: Sequence[Setting] = (),
    store: Store | None = None,
    progress: Progress = silent,
) -> xr.Dataset:
    """Rank everything that an economy could lose by what it costs.

    Parameters
    ----------
    setting : Setting
        World and assumptions.
    economy : str
        Whose dependence is asked for.
    kinds : sequence of {"link", "supplier", "sector"}
        See `tradewind.chokepoints.cuts.Cut`.
    exact : int, optional
        How many of each kind, those with the largest predicted loss, are cut exactly; all if None.
    matrix : bool
        Whether every economy is cut off from every supplier as well (44 × 43 equilibria).
    path : sequence of Setting
        Assumptions by horizon; the worst suppliers are cut under each.
    store : Store, optional
        Keeps results while the job runs.
    progress : callable
        Told how many cuts are done, and of how many.

    Returns
    -------
    Dataset
        On ``cut``: ``imports`` [USD million / year], ``expenditure_share`` [1],
        ``marginal_loss`` (for a 1 % higher cost), ``predicted_loss``, ``severance_loss``,
        ``other_side_loss`` [USD million / year of real income], ``supplier_real_income``,
        ``status``, and ``alternative``, ``alternative_share`` (cut, rank). With ``matrix``
        ``dependence_loss`` and ``dependence_imposed`` (economy, partner) [%], with ``path``
        ``horizon_loss`` (curve, labour, horizon_year) [%].

    Raises
    ------
    InputError
        If the economy is unknown or buys nothing abroad, a kind is unknown, or ``exact`` is
        negative.
    """
    baseline = setting.baseline
    _check(baseline, economy, kinds, exact)
    analysis = Analysis(setting, baseline.economies.index(economy))
    chosen = {kind: analysis.ranked(kind, exact) for kind in kinds}
    tasks = [Task("main", cut) for cuts in chosen.values() for cut in cuts]
    pairs = analysis.pairs() if matrix else []
    # The economy's own suppliers are among the pairs; a task given twice is done once.
    tasks += [Task("main", cut) for cut in pairs]
    followed = analysis.worst_suppliers() if path else []
    engines: dict[str, Setting] = {"main": setting}
    for step in path:
        engines[step_name(step)] = step
        tasks += [Task(step_name(step), cut) for cut in followed]
    solvers = _Solvers(engines)
    with store or Store(None, "") as kept:
        losses = sever(tasks, solvers, baseline, kept, progress)
    outputs = analysis.outputs(kinds, losses)
    if matrix:
        outputs = outputs.merge(analysis.matrix(losses))
    if path:
        outputs = outputs.merge(analysis.horizon(path, followed, losses))
    found = [loss.residual for loss in losses.values() if np.isfinite(loss.residual)]
    solved = {"severances": len(losses), "residual": max(found, default=0.0)}
    return outputs.assign_attrs(solved)


def _check(baseline: Baseline, economy: str, kinds: Sequence[str], exact: int | None) -> None:
    if economy not in baseline.economies:
        raise InputError(
            "there is no such economy in this world",
            where="economy",
            value=economy,
            bound=f"one of the {len(baseline.economies)} economies",
            remedy=near_misses(economy, baseline.economies)
            + "; `tradewind world show economies` lists codes and names",
        )
    at = baseline.economies.index(economy)
    if not np.delete(baseline.table.flow[at], at, axis=0).any():
        raise InputError(
            "this economy buys nothing abroad",
            where="economy",
            value=economy,
            bound="an economy with imports",
            remedy="ask about another one",
        )
    for kind in kinds or ("nothing",):
        if kind not in KINDS:
            raise InputError(
                "unknown kind of cut",
                where="by",
                value=kind,
                bound="one of " + ", ".join(KINDS),
                remedy='for instance "link"; `tradewind chokepoints --help` says what each is',
            )
    if exact is not None and not (isinstance(exact, int) and exact >= 0):
        raise InputError(
            "the number of exact cuts is no count",
            where="exact",
            value=exact,
            bound="at least 0",
            remedy="leave it out to cut everything exactly",
        )


class _Solvers:
    """Solvers by setting; only the last one is kept, since each holds tables of its own."""

    def __init__(self, settings: dict[str, Setting]) -> None:
        self.settings = settings
        self.name = ""
        self.solver: Severance | None = None

    def __call__(self, name: str) -> Severance:
        if self.solver is None or self.name != name:
            self.name, self.solver = name, self.settings[name].engine()
        return self.solver

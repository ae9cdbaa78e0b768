"""Claims as experiments: every member of every claim, on two processes, kept as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tradewind.claims.board import Board, Outcome
from tradewind.claims.experiment import beside, check_metrics, source_of, stated_cost
from tradewind.claims.figure import check_figure
from tradewind.claims.pool import Answer, Job, work
from tradewind.claims.reading import load
from tradewind.claims.sample import QUICK, Point, design
from tradewind.claims.statement import Claim
from tradewind.claims.store import Store, claim_hash, code_hash, key_of
from tradewind.errors import InputError

FEWEST, MOST = 8, 4096
"""Bounds on the members of an ensemble."""
PROCESSES = 2
"""Workers of a run."""
Progress = Callable[[str, int, int, float], None]
"""Told the claim that has just moved, runs done, runs in all, and the seconds that are left."""


def silent(claim: str, done: int, total: int, left_s: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Question:
    """One claim with all that is to be run for it."""

    claim: Claim
    points: tuple[Point, ...]
    jobs: tuple[Job, ...]
    """One a point, then the figure."""
    sha256: str
    cost_s: float


def run(
    ids: Sequence[str] | None = None,
    members: int | None = None,
    quick: bool = False,
    *,
    seed: int = 1,
    folder: str | Path | None = None,
    keep: Path | None = None,
    restart: bool = False,
    processes: int = PROCESSES,
    progress: Progress = silent,
    command: str | None = None,
) -> Board:
    """Put claims to the test.

    Parameters
    ----------
    ids : sequence of str, optional
        Claims to run; all if left out.
    members : int, optional
        Size of each ensemble; as each file says if left out.
    quick : bool
        Eight members and no ends of the ranges: a look, which cannot say what is by construction.
    seed : int
        The same seed gives the same members.
    folder : path, optional
        A folder of own claim files; the shipped ones if left out.
    keep : Path, optional
        File in which answers are kept while the run lasts, so that it goes on after a kill.
    restart : bool
        Whether what is in that file is thrown away.
    processes : int
        How many at once; with one everything runs in this process.
    progress : callable, optional
        Told what is done and how long the rest may take.
    command : str, optional
        What to type to ask again, kept in the manifest.

    Raises
    ------
    ClaimError
        If there is no such claim, a file breaks its form, or an experiment breaks off or returns
        other metrics than its file names.
    InputError
        If the number of members, the seed or the number of processes is out of bounds.
    OutputError
        If ``keep`` holds something else, is damaged, or cannot be written.

    Examples
    --------
    >>> import tradewind.claims as claims
    >>> board = claims.run(["no-such-claim"])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    tradewind.errors.ClaimError: there is no such claim
    """
    started = time.perf_counter()
    _check(members, quick, seed, processes)
    chosen = load(folder, ids)
    place = None if folder is None else Path(folder).expanduser()
    questions = [_ask(claim, place, members, quick, seed) for claim in chosen if claim.testable]
    store = Store(keep, restart=restart)
    answers = _answers(questions, store, place, processes, progress)
    asked = {question.claim.id: question for question in questions}
    outcomes = tuple(
        _outcome(asked[claim.id], answers) if claim.id in asked else Outcome(claim)
        for claim in chosen
    )
    facts = {
        "command": command or "tradewind.claims.run() in Python",
        "claims": [claim.id for claim in chosen],
        "folder": None if folder is None else str(folder),
        "quick": quick,
        "members": {q.claim.id: sum(p.kind == "member" for p in q.points) for q in questions},
        "seed": seed,
        "processes": processes,
        "code_sha256": code_hash(),
        "claim_sha256": {q.claim.id: q.sha256 for q in questions},
        "member_s": {q.claim.id: _times(q, answers) for q in questions},
        "timings_s": {"all": round(time.perf_counter() - started, 2)},
    }
    return Board(outcomes, facts)


def _ask(
    claim: Claim, folder: Path | None, members: int | None, quick: bool, seed: int
) -> Question:
    source, own = source_of(claim, folder), beside(claim, folder)
    file = None if own is None else str(own)
    cost, sha256 = stated_cost(claim, source), claim_hash(claim, source)
    count = members or (QUICK if quick else claim.members)
    points = design(claim, count, seed, ends=not quick)

    def job(name: str, values: Mapping[str, float], kind: str) -> Job:
        key = key_of(sha256, values, kind)
        return Job(claim, name, values, kind == "null", kind == "figure", key, cost, file)

    jobs = [
        job(point.name, point.values, "null" if point.kind == "null" else "run") for point in points
    ]
    jobs.append(job("its figure", claim.central(), "figure"))
    return Question(claim, points, tuple(jobs), sha256, cost)


def _answers(
    questions: Sequence[Question],
    store: Store,
    folder: Path | None,
    processes: int,
    progress: Progress,
) -> dict[str, Answer]:
    """Answer every job, from the store where it can be; keep what is new."""
    answers: dict[str, Answer] = {}
    left: dict[str, Job] = {}
    for job in (job for question in questions for job in question.jobs):
        known = store.get(job.key)
        if known is not None:
            answers[job.key] = known
        else:
            left[job.key] = job
    clock = _Clock(left.values(), processes)
    total = len(answers) + len(left)
    try:
        if left:
            progress(next(iter(left.values())).claim.id, len(answers), total, clock.left())
        for job, got in work(list(left.values()), folder, processes):
            _check_found(job, got)
            answers[job.key] = got
            store.add(job.key, got)
            clock.done(job, float(got["seconds"]))
            progress(job.claim.id, len(answers), total, clock.left())
    finally:
        store.close()
    return answers


def _check_found(job: Job, got: Answer) -> None:
    """Refuse what a claim's file does not allow, or a page cannot draw."""
    if job.figure:
        check_figure(job.claim, got["found"])
    else:
        check_metrics(job.claim, job.name, got["found"])


class _Clock:
    """How long the rest may take, by what the claims say and how right they have been."""

    def __init__(self, jobs: Iterable[Job], processes: int) -> None:
        self.expected = float(sum(job.cost for job in jobs))
        self.processes = processes
        self.said = self.took = 0.0

    def done(self, job: Job, seconds: float) -> None:
        self.expected -= job.cost
        self.said += job.cost
        self.took += seconds

    def left(self) -> float:
        """Seconds."""
        ratio = self.took / self.said if self.said > 0.0 else 1.0
        return max(0.0, self.expected) * ratio / self.processes


def _outcome(question: Question, answers: Mapping[str, Answer]) -> Outcome:
    *runs, figure = question.jobs
    names = [metric.name for metric in question.claim.metrics]
    rows = [answers[job.key]["found"] for job in runs]
    return Outcome(
        question.claim,
        question.points,
        np.array([[row[name] for name in names] for row in rows], dtype=np.float64),
        answers[figure.key]["found"],
    )


def _times(question: Question, answers: Mapping[str, Answer]) -> dict[str, float]:
    """What a member took beside what the claim says, and what its preparation took [s]."""
    found = [answers[job.key] for job in question.jobs[:-1]]
    return {
        "stated": question.cost_s,
        "measured": float(np.mean([float(one["seconds"]) for one in found])),
        "prepare": max(float(one["prepare_s"]) for one in found),
    }


def _check(members: int | None, quick: bool, seed: int, processes: int) -> None:
    if members is not None and quick:
        raise InputError(
            "the size of the ensemble is given twice",
            where="members and quick",
            value=f"{members}, and quick",
            bound="one of them",
            remedy=f"a quick run has {QUICK} members",
        )
    for name, value, low, high in (
        ("members", FEWEST if members is None else members, FEWEST, MOST),
        ("seed", seed, 0, 2**32 - 1),
        ("processes", processes, 1, 64),
    ):
        if not low <= value <= high:
            raise InputError(
                f"the number of {name} is out of bounds" if name != "seed" else "no such seed",
                where=name,
                value=value,
                bound=f"{low} to {high}",
                remedy="choose a number within",
            )

"""Experiments on several processes: which job goes where, and what comes back.

A worker keeps to its claim, whose preparation it has paid for. When no claim is left untouched, it
helps with the one that has most left, if that is worth another preparation.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tradewind.claims.experiment import Experiment, failed, importable
from tradewind.claims.statement import Claim
from tradewind.claims.worker import THREADS, answer

WORTH_HELPING_S = 2.0
"""Expected work of a claim [s] below which nobody else prepares for it."""


@dataclass(frozen=True)
class Job:
    """One run of an experiment that is to be made, or one figure.

    Attributes
    ----------
    claim : Claim
    name : str
        Of the run within its claim.
    values : mapping of str to float
        Every parameter.
    null, figure : bool
    key : str
        Hash of everything that its answer depends on.
    cost : float
        What it is said to take [s].
    file : str, optional
        Where the experiment stands, if it is no installed module.
    """

    claim: Claim
    name: str
    values: Mapping[str, float]
    null: bool
    figure: bool
    key: str
    cost: float
    file: str | None = None

    def question(self) -> dict[str, Any]:
        """What a worker is asked."""
        return {
            "module": self.claim.home,
            "file": self.file,
            "values": dict(self.values),
            "null": self.null,
            "figure": self.figure,
        }


Answer = Mapping[str, Any]


def work(jobs: Sequence[Job], folder: Path | None, processes: int) -> Iterator[tuple[Job, Answer]]:
    """Do jobs, and give each with its answer as it comes.

    Parameters
    ----------
    jobs : sequence of Job
    folder : Path, optional
        Where own experiments stand.
    processes : int
        How many at once; with one they run in this process.

    Raises
    ------
    ClaimError
        If an experiment breaks off.
    """
    if not jobs:
        return
    found = _here(jobs, folder) if processes == 1 else _beside(jobs, folder, processes)
    for job, got in found:
        if "failed" in got:
            raise failed(job.claim, job.name, job.values, str(got["failed"]))
        yield job, got


def _here(jobs: Sequence[Job], folder: Path | None) -> Iterator[tuple[Job, Answer]]:
    from threadpoolctl import threadpool_limits

    experiment = Experiment("")
    with importable(folder), threadpool_limits(1):
        for job in jobs:
            if (job.claim.home, job.file) != (experiment.module, experiment.file):
                experiment = Experiment(job.claim.home, job.file)
            yield job, answer(experiment, job.question())


def _beside(
    jobs: Sequence[Job], folder: Path | None, processes: int
) -> Iterator[tuple[Job, Answer]]:
    schedule = Schedule(jobs)
    done: queue.SimpleQueue[tuple[Job, Answer]] = queue.SimpleQueue()
    with tempfile.TemporaryFile() as log:
        workers = [_start(folder, log) for _ in range(processes)]
        threads = [
            threading.Thread(target=_serve, args=(worker, schedule, done, log), daemon=True)
            for worker in workers
        ]
        try:
            for thread in threads:
                thread.start()
            for _ in jobs:
                yield done.get()
        finally:
            schedule.close()
            for worker in workers:
                worker.kill()
            for thread in threads:
                thread.join()
            for worker in workers:
                worker.communicate()


def _start(folder: Path | None, log: IO[bytes]) -> subprocess.Popen[str]:
    paths = [str(folder.resolve())] if folder is not None else []
    paths += [path or os.getcwd() for path in sys.path]
    return subprocess.Popen(
        [sys.executable, "-m", "tradewind.claims.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        encoding="utf-8",
        env={**os.environ, **THREADS, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _serve(
    worker: subprocess.Popen[str],
    schedule: Schedule,
    done: queue.SimpleQueue[tuple[Job, Answer]],
    log: IO[bytes],
) -> None:
    """Ask one worker job after job."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    job, prepare_s = schedule.next(None, 0.0), 0.0
    while job is not None:
        try:
            worker.stdin.write(json.dumps(job.question()) + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
        except (OSError, ValueError):
            line = ""
        if not line:
            done.put((job, {"failed": _ended(worker, log)}))
            return
        got = json.loads(line)
        prepare_s = float(got.get("prepare_s", prepare_s))
        done.put((job, got))
        job = schedule.next(job.claim, prepare_s)


def _ended(worker: subprocess.Popen[str], log: IO[bytes]) -> str:
    code = worker.wait()
    # The last that it, or the other, has printed: the system's word on memory, as a rule.
    log.seek(max(0, log.seek(0, os.SEEK_END) - 300))
    said = " ".join(log.read().decode(errors="replace").split())
    return f"the process ended with {code}" + (f": {said}" if said else "")


class Schedule:
    """Which job comes next, for whoever asks; safe to ask from several threads."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, deque[Job]] = {}
        for job in jobs:
            self._left.setdefault(job.claim.id, deque()).append(job)
        self._untouched = set(self._left)
        self._prepare_s: dict[str, float] = {}

    def next(self, claim: Claim | None, prepare_s: float) -> Job | None:
        """Take a job, of the same claim if it has any left.

        Parameters
        ----------
        claim : Claim, optional
            The one that the worker is prepared for.
        prepare_s : float
            What that took.
        """
        with self._lock:
            if claim is not None:
                self._prepare_s[claim.id] = prepare_s
                if self._left[claim.id]:
                    return self._left[claim.id].popleft()
            name = self._longest(self._untouched)
            if name is None:
                name = self._longest({name for name in self._left if self._worth(name)})
            if name is None:
                return None
            self._untouched.discard(name)
            return self._left[name].popleft()

    def close(self) -> None:
        """Give out no more jobs."""
        with self._lock:
            for jobs in self._left.values():
                jobs.clear()
            self._untouched.clear()

    def _longest(self, names: set[str]) -> str | None:
        return max(sorted(names), key=self._work, default=None)

    def _worth(self, name: str) -> bool:
        least = max(WORTH_HELPING_S, 2.0 * self._prepare_s.get(name, 0.0))
        return self._work(name) > least

    def _work(self, name: str) -> float:
        """Expected work that is left [s]."""
        return sum(job.cost for job in self._left[name])

"""A process of its own that runs experiments, one line a question, one line an answer.

``python -m tradewind.claims.worker`` reads questions as JSON from its standard input and ends with
it. Why not a pool of Python's own: that imports the caller's main module anew, which a script or a
notebook is rarely written for.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any

from tradewind.claims.experiment import Experiment

THREADS = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
"""Environment of a worker: two of them share two cores."""


def answer(experiment: Experiment, question: Mapping[str, Any]) -> dict[str, Any]:
    """Run an experiment, or draw its figure's data; a failure is an answer as well."""
    before = experiment.prepare_s
    started = time.perf_counter()
    try:
        if question["figure"]:
            found: Any = experiment.figure(question["values"])
        else:
            found = experiment.measure(question["values"], null=question["null"])
    except Exception as error:
        return {"failed": told(error)}
    prepared = experiment.prepare_s - before
    return {
        "found": found,
        "seconds": time.perf_counter() - started - prepared,
        "prepare_s": experiment.prepare_s,
    }


def told(error: Exception) -> str:
    """Say in one line what went wrong and where."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said} ({os.path.basename(last.filename)}, line {last.lineno})"


def main() -> None:
    """Answer until there are no more questions."""
    # What an experiment or its libraries print must not run into the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for library in ("pypsa", "linopy"):
        logging.getLogger(library).setLevel(logging.WARNING)
    experiment = Experiment("")
    for line in sys.stdin:
        question = json.loads(line)
        if (question["module"], question["file"]) != (experiment.module, experiment.file):
            # One claim's baselines at a time: they may be large.
            experiment = Experiment(question["module"], question["file"])
        print(json.dumps(answer(experiment, question)), file=answers, flush=True)


if __name__ == "__main__":
    main()

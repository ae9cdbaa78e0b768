"""Tasks in classes: how much compute there is to do what, sector by sector.

Tasks of the average sector lie evenly on the unit interval, simplest first. They are put in classes
within which all take the same run-time compute, so that what is solved is exactly a model of that
many kinds of tasks: more compute, or a later frontier, can never lower output by a rounding of the
integral. A sector has the same classes with other masses (A6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tradewind.automation import equations as eq
from tradewind.automation.equations import Floats

CLASSES = 120
"""Classes in all; orders of magnitude of run-time compute per class are ``task_slope`` over it."""


@dataclass(frozen=True)
class Tasks:
    """What each class takes, and how the sectors' tasks lie in them.

    Parameters
    ----------
    requirement : (economy, class) [eFLOP / year]
        Run-time compute that does one person's work.
    mass : (sector, class) [1]
        Share of a sector's tasks.
    below : (sector, class) [1]
        Share of a sector's tasks in simpler classes.
    elasticity : float [1]
        Between tasks, ε = 1 / (1 − ρ).
    """

    requirement: Floats
    mass: Floats
    below: Floats
    elasticity: float

    @property
    def integral_below(self) -> Floats:
        """M before each class: (economy, sector, class)."""
        terms = self.mass * self._weight
        return np.asarray(np.cumsum(terms, axis=2) - terms)

    @property
    def _weight(self) -> Floats:
        return np.asarray(self.requirement[:, np.newaxis, :] ** (1.0 - self.elasticity))


@dataclass(frozen=True)
class Use:
    """What is done by compute: each (economy, sector)."""

    done: Floats
    """Share of tasks done by compute [1]."""
    integral: Floats
    """M over them."""
    wanted: Floats
    """Compute per worker at which run time no longer binds [eFLOP / year and worker]."""


def edges(first: float) -> Floats:
    """Bounds of the classes; f_init is one, since requirements jump there."""
    simple = max(round(CLASSES * first), 1)
    return np.concatenate(
        [np.linspace(0.0, first, simple + 1), np.linspace(first, 1.0, CLASSES - simple + 1)[1:]]
    )


def classes(
    log_training: Floats, reached: Floats | None, odds: Floats, values: Mapping[str, float]
) -> Tasks:
    """Put tasks in classes.

    Parameters
    ----------
    log_training : (economy,) [log10 eFLOP]
        Training compute that an economy has access to.
    reached : (class,) [log10 eFLOP], optional
        Compute at which a class can be automated, if less of it can be made up at run time.
    odds : (sector,) [1]
        See ``equations.sector_share``.
    values : mapping
        Parameters.
    """
    bounds = edges(values["first_automated"])
    middle = 0.5 * (bounds[1:] + bounds[:-1])
    short = np.full_like(middle, -np.inf) if reached is None else reached
    log_requirement = eq.runtime_requirement(
        middle,
        short,
        log_training[:, np.newaxis],
        values["runtime_requirement"],
        values["task_slope"],
        values["inference_slope"],
    )
    shares = eq.sector_share(bounds, odds[:, np.newaxis])
    return Tasks(
        requirement=10.0**log_requirement,
        mass=np.diff(shares, axis=1),
        below=shares[:, :-1],
        elasticity=1.0 / (1.0 - values["task_substitution"]),
    )


def use(tasks: Tasks, compute: Floats, frontier: Floats) -> Use:
    """Find what compute does: up to the frontier, or to where labour is as cheap.

    Parameters
    ----------
    tasks : Tasks
    compute : (economy,) [eFLOP / year and worker]
        Positive.
    frontier : (economy, sector) [1]
        Share of tasks that can be automated, below 1.
    """
    before = tasks.integral_below
    step = eq.binding_step(
        compute[:, np.newaxis, np.newaxis],
        tasks.requirement[:, np.newaxis, :],
        1.0 - tasks.below,
        before,
        tasks.elasticity,
    )
    ends = step < tasks.mass
    # Nothing is left to people after the last class; rounding must not say otherwise.
    ends[..., -1] = True
    last = np.argmax(ends, axis=2)
    inside = np.clip(_at(step, last), 0.0, np.take_along_axis(tasks.mass, last.T, axis=1).T)
    crossing = np.take_along_axis(tasks.below, last.T, axis=1).T + inside
    done = np.minimum(crossing, frontier)
    return Use(
        done=done,
        integral=_integral(tasks, before, done)[0],
        wanted=_wanted(tasks, before, frontier),
    )


def _at(values: Floats, place: np.ndarray) -> Floats:
    """Values of (economy, sector, class) at one class each."""
    return np.asarray(np.take_along_axis(values, place[..., np.newaxis], axis=2)[..., 0])


def _integral(tasks: Tasks, before: Floats, done: Floats) -> tuple[Floats, Floats]:
    """M of the tasks done, and R of the last: each (economy, sector)."""
    upper = tasks.below + tasks.mass
    place = np.array(
        [np.searchsorted(upper[j], done[:, j], side="left") for j in range(len(upper))]
    ).T
    place = np.minimum(place, upper.shape[1] - 1)
    rest = done - np.take_along_axis(tasks.below, place.T, axis=1).T
    requirement = np.take_along_axis(tasks.requirement, place, axis=1)
    return (
        np.asarray(_at(before, place) + rest * requirement ** (1.0 - tasks.elasticity)),
        np.asarray(requirement),
    )


def _wanted(tasks: Tasks, before: Floats, frontier: Floats) -> Floats:
    integral, requirement = _integral(tasks, before, frontier)
    return eq.compute_wanted(frontier, requirement, integral, tasks.elasticity)

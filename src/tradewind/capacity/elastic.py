"""Why no plan meets all constraints: which of them clash, by how much, and what would help.

Every constraint that somebody chose (a limit, a cap, a demand, a rule) gets a slack, one for all
its hours, and the sum of slacks is minimised in place of cost. Slacks are weighed in gigawatts of
facility power or what comes nearest, demand thirty times and other consumers' load a hundred
times, so that a limit is lifted before work is dropped. Slacks above zero are the least change;
rows with a dual above zero are those that cannot hold together (Farkas' lemma; Chinneck 2008,
"Feasibility and Infeasibility in Optimization", ch. 6). Where many would do equally well, weights
a little apart (``APART``) choose one, whether a solver ends at a corner or between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tradewind.capacity import naming
from tradewind.capacity.elastic_kinds import KINDS, Kind, Scale
from tradewind.capacity.elastic_words import Group, in_words, per_it
from tradewind.capacity.highs import Answer
from tradewind.capacity.programme import NO_STEP, Programme, active_rows
from tradewind.errors import ConvergenceError, InfeasibleError

if TYPE_CHECKING:
    import linopy
    import pypsa

Floats = NDArray[np.float64]

SMALL = 1e-6
"""Share of the largest slack, or dual, below which one counts as none."""
APART = 1e-3
"""What the last group's slack weighs more than its kind, as a share; the first's weighs no more."""

MOST = 12
"""Constraints and changes that a message names; ``Clash.parts`` has all."""

Minimise = Callable[[Programme], Answer | None]


@dataclass(frozen=True)
class Relaxed:
    """One constraint of a clash.

    Attributes
    ----------
    words : str
    amount : float
        What it has to give way, zero if another may give way in its place.
    unit : str
    change : str
        What would help, with the amount.
    """

    words: str
    amount: float
    unit: str
    change: str


@dataclass(frozen=True)
class Clash:
    """Constraints that cannot hold together, those that give way first."""

    parts: tuple[Relaxed, ...]

    def words(self) -> str:
        """Say which constraints clash and what the least change is."""
        names = _told([part.words for part in self.parts])
        changes = _told([f"{p.words}: {p.change}" for p in self.parts if p.amount > 0.0])
        return "\n".join(
            [
                "No plan meets all constraints. These cannot hold together:",
                *names,
                "Least change that makes a plan possible:",
                *changes,
            ]
        )


def _told(lines: list[str]) -> list[str]:
    """List the first lines, and count the others."""
    more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return [f"  - {line}" for line in [*lines[:MOST], *more]]


class ClashError(InfeasibleError):
    """No plan meets all constraints: which clash, and what would help."""

    def __init__(self, clash: Clash) -> None:
        super().__init__(clash)
        self.clash = clash

    def __str__(self) -> str:
        """Say it in words."""
        return self.clash.words()


class Relaxation:
    """A network's programme in which every constraint that somebody chose may give way.

    Attributes
    ----------
    programme : Programme
        The given one with a slack column a group after its own, slacks minimised.
    """

    def __init__(self, network: pypsa.Network, model: linopy.Model, given: Programme) -> None:
        self._spec = network.meta.get(naming.META, {})
        self._scale = Scale.of(self._spec)
        self._groups, self._row_group = _groups(network, model)
        self._columns = given.shape[1]
        self.programme = _relaxed(given, self._groups, self._row_group, self._scale)

    def explained(self, minimise: Minimise) -> Clash:
        """Find the constraints that clash where the given programme has no plan.

        Raises
        ------
        ConvergenceError
            Relaxing all that may be relaxed does not help: a plant must run or a component is fixed
            against what its bus can take; or nothing clashes.
        """
        found = minimise(self.programme)
        if found is None:
            raise ConvergenceError(
                "no plan meets all constraints, nor would one if every limit, cap, rule and demand "
                "gave way: some component must run though nothing can take or give what it does"
            )
        if self.programme.cost @ found.column <= 0.0:
            raise ConvergenceError(
                "the solver found no plan, yet no constraint had to give way: the problem is "
                "feasible to 1e-7 and badly scaled; look for numbers of very different size"
            )
        return self.clash(found)

    def own(self, found: Answer) -> Floats:
        """Return an answer's columns of the given programme."""
        return found.column[: self._columns]

    def clash(self, found: Answer) -> Clash:
        """Say what clashes by an answer whose slacks are not all zero."""
        slack = found.column[self._columns :]
        return Clash(
            _parts(self._groups, self._row_group, slack, found.row, self._scale, self._spec)
        )


def _parts(
    groups: list[Group],
    row_group: NDArray[np.intp],
    slack: Floats,
    dual: Floats,
    scale: Scale,
    spec: dict[str, Any],
) -> tuple[Relaxed, ...]:
    weight = np.array([scale.weight(g.kind) for g in groups])
    total = float(weight @ slack)
    binds = np.zeros(len(groups))
    at = row_group >= 0
    np.maximum.at(binds, row_group[at], np.abs(dual[at]))
    gives = weight * slack > SMALL * total
    clashing = gives | (binds > 1e-3 * weight)
    least = np.where(gives, -weight * slack, 0.0)
    order = sorted(np.flatnonzero(clashing), key=lambda i: least[i])
    parts = []
    for i in order:
        kind = groups[i].kind
        amount = float(slack[i]) * scale.shown(kind) / per_it(groups[i], spec)
        unit = scale.unit(kind)
        words = kind.words.format(in_words(groups[i], spec))
        change = kind.change.format(f"{amount:.4g} {unit}")
        parts.append(Relaxed(words, amount if gives[i] else 0.0, unit, change))
    return tuple(parts)


def _relaxed(
    programme: Programme, groups: list[Group], row_group: NDArray[np.intp], scale: Scale
) -> Programme:
    """Give each group one slack that eases all its rows, and minimise the slacks."""
    rows, columns = programme.shape
    at = np.flatnonzero(row_group >= 0)
    eased_down = np.isinf(programme.row_lower[at])
    # An equality gives way in one direction: less demand, or power from nowhere.
    sign = np.where(eased_down, -1.0, 1.0)
    slack = sp.csr_array((sign, (at, row_group[at])), shape=(rows, len(groups)))
    zeros, infinite = np.zeros(len(groups)), np.full(len(groups), np.inf)
    weight = np.array([scale.weight(group.kind) for group in groups])
    weight *= np.linspace(1.0, 1.0 + APART, len(groups))
    return Programme(
        matrix=sp.csr_array(sp.hstack([programme.matrix, slack])),
        cost=np.concatenate([np.zeros(columns), weight]),
        lower=np.concatenate([programme.lower, zeros]),
        upper=np.concatenate([programme.upper, infinite]),
        row_lower=programme.row_lower,
        row_upper=programme.row_upper,
        column_step=np.concatenate([programme.column_step, np.full(len(groups), NO_STEP)]),
        row_step=programme.row_step,
    )


def _groups(network: pypsa.Network, model: linopy.Model) -> tuple[list[Group], NDArray[np.intp]]:
    """Constraints that may give way, and the group of each row of the programme (-1: none)."""
    groups: dict[tuple[str, str], Group] = {}
    number: dict[tuple[str, str], int] = {}
    parts = []
    for name, constraint in model.constraints.items():
        labels = constraint.labels
        elements = _elements(labels)
        kind_of = _kind_of(network, name)
        mine = np.full(len(elements), -1, dtype=np.intp)
        kinds = {element: kind_of(element) for element in dict.fromkeys(elements)}
        for element, kind in kinds.items():
            if kind is not None:
                key = (name, element)
                groups[key] = Group(name, element, kind)
                number.setdefault(key, len(number))
        for i, element in enumerate(elements):
            mine[i] = number.get((name, element), -1)
        steps = labels.sizes.get("snapshot", 1)
        whole = _over_time(mine, labels, steps)
        parts.append(whole.ravel()[active_rows(constraint)])
    return list(groups.values()), np.concatenate(parts)


def _elements(labels: Any) -> list[str]:
    """Label of every cell of a constraint's array apart from time, in its order."""
    others = [dim for dim in labels.dims if dim != "snapshot"]
    texts = [""]
    for dim in others:
        texts = [f"{t} {v}".strip() for t in texts for v in labels[dim].values]
    return texts


def _over_time(mine: NDArray[np.intp], labels: Any, steps: int) -> NDArray[np.intp]:
    shape = [size for dim, size in labels.sizes.items() if dim != "snapshot"]
    whole = mine.reshape(shape)
    if "snapshot" in labels.dims:
        axis = labels.dims.index("snapshot")
        whole = np.repeat(np.expand_dims(whole, axis), steps, axis=axis)
    return whole


def _kind_of(network: pypsa.Network, constraint: str) -> Callable[[str], Kind | None]:
    """Tell the kind of each element of a constraint; None for what may not give way."""
    of = {kind.pattern: kind for kind in KINDS}
    if constraint == "Link-ext-p_nom-upper":
        carrier = network.links["carrier"]
        by_carrier = {naming.SITE: of["connection"], naming.IT: of["shell"]}
        plain = of[r".*-ext-(p|s)_nom-upper"]
        return lambda element: by_carrier.get(carrier[element], plain)
    kind = next((k for k in KINDS if re.fullmatch(k.pattern, constraint)), None)
    if constraint == "tradewind-green":
        annual = network.meta[naming.META]["green"]["matching"] == "annual"
        return lambda _: of["annual green"] if annual else kind
    if constraint == "Store-ext-e-lower":
        work = set(network.stores.index[network.stores["carrier"] == naming.WORK])
        return lambda element: kind if element in work else None
    if constraint.startswith("Bus-"):
        loads = set(network.loads["bus"])
        return lambda element: kind if element in loads else None
    return lambda _: kind

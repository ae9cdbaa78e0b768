"""What came out: an outcome a claim, and the board of all of them, kept in one folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tradewind.claims.sample import Kind, Point
from tradewind.claims.statement import Claim, Side
from tradewind.claims.verdict import (
    Hinge,
    Verdict,
    by_construction,
    hinges,
    shares,
    side,
    verdict,
)

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    import pandas as pd

    from tradewind.report.language import Language

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """One claim and all that was run for it.

    Attributes
    ----------
    claim : Claim
    points : tuple of Point
        Every run; empty for a claim that cannot be tested.
    metrics : (point, metric)
        In the file's order and units.
    figure : mapping
        Data of its figure.
    """

    claim: Claim
    points: tuple[Point, ...] = ()
    metrics: Numbers = field(default_factory=lambda: np.empty((0, 0)))
    figure: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Claim and verdict."""
        return f"Outcome({self.claim.id!r}: {self.verdict})"

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The side of every run."""
        names = [metric.name for metric in self.claim.metrics]
        return tuple(
            side(self.claim, dict(zip(names, row, strict=True))) for row in self.metrics.tolist()
        )

    def sides_of(self, kind: Kind) -> list[Side]:
        """Sides of the runs of one kind."""
        return [
            one for point, one in zip(self.points, self.sides, strict=True) if point.kind == kind
        ]

    def metrics_of(self, kind: Kind) -> Numbers:
        """Metrics of the runs of one kind: (point, metric)."""
        return self.metrics[[point.kind == kind for point in self.points]]

    @property
    def verdict(self) -> Verdict:
        """Supported, contradicted, mixed, or untestable."""
        return verdict(self.sides_of("member")) if self.points else "untestable"

    @property
    def shares(self) -> dict[Side, float]:
        """Share of the members on every side."""
        return shares(self.sides_of("member"))

    @property
    def by_construction(self) -> bool | None:
        """Whether no run left the verdict; None where the ends of the ranges were not run."""
        ends = self.sides_of("end")
        return by_construction(self.sides_of("member"), ends) if ends else None

    @cached_property
    def hinges(self) -> tuple[Hinge, ...]:
        """What each parameter does, what matters most first."""
        drawn = [point for point in self.points if point.kind == "member"]
        names = [parameter.name for parameter in self.claim.parameters]
        values = np.array([[point.values[name] for name in names] for point in drawn])
        ends = {
            point.name: one
            for point, one in zip(self.points, self.sides, strict=True)
            if point.kind == "end"
        }
        headline = self.metrics_of("member")[:, 0]
        return hinges(self.claim, values, headline, self.sides_of("central")[0], ends)


@dataclass(frozen=True, eq=False, repr=False)
class Board:
    """All claims of a run.

    Attributes
    ----------
    outcomes : tuple of Outcome
    facts : dict
        Claims, seed, members, hashes, timings [s], and the command.
    """

    outcomes: tuple[Outcome, ...]
    facts: dict[str, Any]

    def __repr__(self) -> str:
        """How many claims have which verdict."""
        verdicts = [outcome.verdict for outcome in self.outcomes]
        told = ", ".join(f"{verdicts.count(one)} {one}" for one in dict.fromkeys(verdicts))
        return f"Board({told})"

    def __getitem__(self, claim: str) -> Outcome:
        """Take the outcome of one claim.

        Raises
        ------
        KeyError
            If it was not run.
        """
        return {outcome.claim.id: outcome for outcome in self.outcomes}[claim]

    def table(self) -> pd.DataFrame:
        """Every metric of every claim, one a line; a claim that was not run has one line."""
        from tradewind.claims.answer import lines

        return lines(self)

    def answer(self) -> dict[str, Any]:
        """The whole board as plain data: statements, thresholds, numbers, verdicts, figures."""
        from tradewind.claims.answer import answer

        return answer(self)

    def manifest(self) -> dict[str, Any]:
        """What it takes to make the board again."""
        from tradewind.run_facts import software

        return {**software(), **self.facts}

    def report(self, path: str | Path, language: Language = "en") -> Path:
        """Write the report alone, as one HTML file.

        Raises
        ------
        OutputError
            If the file cannot be written; nothing is left behind.
        """
        from tradewind.claims.folder import render
        from tradewind.run_folder import write_whole

        return write_whole(Path(path), render(self, self.manifest(), language), force=True)

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write a folder with reports, tables, members and manifest, whole or not at all.

        Raises
        ------
        OutputError
            If the folder exists and ``force`` is false, is not a run's, or cannot be written.
        """
        from tradewind.claims.folder import save

        return save(self, folder, force=force)

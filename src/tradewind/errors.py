"""The errors a user can meet, one class per kind of failure.

Every message says what failed, where, the value against its bound, and what to try next.
A command ends with the class's ``exit_code``: 2 for input that was refused, 3 for a question
that has no equilibrium.
"""

from __future__ import annotations

from typing import ClassVar


class TradewindError(Exception):
    """Any failure that Tradewind foresees."""

    exit_code: ClassVar[int] = 1


class InputError(TradewindError):
    """Input was refused at the door.

    Parameters
    ----------
    problem : str
        What is wrong, in one sentence.
    where : str, optional
        File, and line or field, in which it stands.
    value : object, optional
        The offending value.
    bound : str, optional
        What would have been accepted.
    remedy : str, optional
        What to do next.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        value: object = None,
        bound: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.problem, self.where, self.value = problem, where, value
        self.bound, self.remedy = bound, remedy
        parts = [problem]
        parts += [f"  where:  {where}"] if where else []
        parts += [f"  value:  {value}"] if value is not None else []
        parts += [f"  needs:  {bound}"] if bound else []
        parts += [f"  try:    {remedy}"] if remedy else []
        super().__init__("\n".join(parts))


class ScenarioError(InputError):
    """A scenario file asks for something that does not exist or cannot be."""


class SourceError(InputError):
    """A raw source is missing, truncated, or not what its description says."""


class BaselineError(InputError):
    """A trade table breaks an accounting identity or a bound."""


class ShockError(InputError):
    """A shock to the trade block is out of bounds or on labels that do not exist."""


class RuleError(InputError):
    """An export rule, a question about one, or a list of shipments breaks its form."""


class ClaimError(InputError):
    """A claim's file breaks its form, or its experiment does not do what the file says."""


class OutputError(InputError):
    """A result could not be written; nothing was left half-written."""


class NoEquilibriumError(TradewindError):
    """The question has no equilibrium, or none was found to the tolerance asked for."""

    exit_code = 3


class InfeasibleError(NoEquilibriumError):
    """Somebody is left without a good that cannot be done without."""


class ConvergenceError(NoEquilibriumError):
    """The solver stopped before the residual met the tolerance."""


class CouplingError(InputError):
    """A step of the coupled year broke the contract of the hand-over, or a state does not fit."""

"""Claims: statements from articles as experiments that anyone can run again.

>>> from tradewind.claims.threshold import Threshold
>>> Threshold.parse("<= -5").holds(-7.3)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.claims.board import Board, Outcome
    from tradewind.claims.reading import load
    from tradewind.claims.runner import run
    from tradewind.claims.statement import Claim

_HOMES = {
    "Board": "tradewind.claims.board",
    "Claim": "tradewind.claims.statement",
    "Outcome": "tradewind.claims.board",
    "load": "tradewind.claims.reading",
    "run": "tradewind.claims.runner",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a worker needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tradewind.claims' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


__all__ = ["Board", "Claim", "Outcome", "load", "run"]

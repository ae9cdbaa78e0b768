"""A board as plain data: what pages, tables and other programs read."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewind.claims.sample import Kind
from tradewind.claims.statement import Claim
from tradewind.claims.verdict import DECISIVE, noise

if TYPE_CHECKING:
    import pandas as pd

    from tradewind.claims.board import Board, Outcome

LOW, HIGH = 0.05, 0.95
"""Quantiles over the members that are shown."""


def answer(board: Board) -> dict[str, Any]:
    """Put a whole board as plain data, one entry a claim."""
    claims = [told(outcome) | {"command": command(board, outcome)} for outcome in board.outcomes]
    verdicts = [one["verdict"] for one in claims]
    return {
        "verdicts": {name: verdicts.count(name) for name in dict.fromkeys(verdicts)},
        "decisive_share": DECISIVE,
        "quick": board.facts["quick"],
        "seed": board.facts["seed"],
        "claims": claims,
    }


def stated(claim: Claim) -> dict[str, Any]:
    """Put a claim's file as plain data, thresholds as they are written."""
    found = claim.model_dump(mode="json")
    for place, metric in enumerate(found["metrics"]):
        against = claim.against(place)
        metric["contradicts"] = None if against is None else str(against)
        metric["supporting"] = claim.metrics[place].supports.intervals()
        metric["contradicting"] = [] if against is None else against.intervals()
    return {**found, "module": claim.home if claim.testable else None}


def told(outcome: Outcome) -> dict[str, Any]:
    """Put one outcome as plain data."""
    found = {**stated(outcome.claim), "verdict": outcome.verdict}
    if not outcome.points:
        return found
    runs = {kind: outcome.metrics_of(kind) for kind in ("central", "member", "null")}
    for place, metric in enumerate(found["metrics"]):
        drawn, nulls = runs["member"][:, place], runs["null"][:, place]
        supports = outcome.claim.metrics[place].supports
        metric |= {
            "central": float(runs["central"][0, place]),
            "low": float(np.quantile(drawn, LOW)),
            "median": float(np.median(drawn)),
            "high": float(np.quantile(drawn, HIGH)),
            "share_supporting": float(np.mean([supports.holds(x) for x in drawn.tolist()])),
            "null_central": float(nulls[0]),
            "null_least": float(nulls.min()),
            "null_most": float(nulls.max()),
        }
    return {
        **found,
        "by_construction": outcome.by_construction,
        "members": len(outcome.sides_of("member")),
        "shares": outcome.shares,
        "central_side": outcome.sides_of("central")[0],
        "ends": _count(outcome, "end"),
        "nulls": _count(outcome, "null"),
        "noise": noise(len(outcome.sides_of("member"))),
        "parameters": _parameters(outcome, found["parameters"]),
        "figure": dict(outcome.figure),
    }


def command(board: Board, outcome: Outcome) -> str:
    """What to type to run one claim again."""
    facts, claim = board.facts, outcome.claim
    if not outcome.points:
        where = ["--claims", facts["folder"]] if facts["folder"] else []
        return shlex.join(["tradewind", "claims", "show", claim.id, *where])
    words = ["tradewind", "claims", "run", claim.id]
    if facts["quick"]:
        words.append("--quick")
    elif facts["members"][claim.id] != claim.members:
        words += ["--members", str(facts["members"][claim.id])]
    words += ["--seed", str(facts["seed"])]
    words += ["--claims", facts["folder"]] if facts["folder"] else []
    return shlex.join(words)


def lines(board: Board) -> pd.DataFrame:
    """Every metric of every claim, one a line."""
    import pandas as pd

    rows = []
    for one in answer(board)["claims"]:
        head = {
            "id": one["id"],
            "article": one["article"],
            "paragraph": one["paragraph"],
            "statement": one["statement"]["en"],
            "statement_zh": one["statement"]["zh"],
            "verdict": one["verdict"],
        }
        if "shares" not in one:
            rows.append(head)
            continue
        head |= {"by_construction": one["by_construction"], "members": one["members"]}
        head |= {f"share_{side}": share for side, share in one["shares"].items()}
        numbers = ("central", "low", "median", "high", "share_supporting")
        nulls = ("null_central", "null_least", "null_most")
        for metric in one["metrics"]:
            rows.append(
                head
                | {"metric": metric["name"], "unit": metric["unit"]}
                | {name: metric[name] for name in ("supports", "contradicts", *numbers, *nulls)}
            )
    return pd.DataFrame(rows)


def _count(outcome: Outcome, kind: Kind) -> dict[str, int]:
    """How many runs of a kind are on which side."""
    sides = outcome.sides_of(kind)
    return {side: sides.count(side) for side in ("for", "against", "part")}


def _parameters(outcome: Outcome, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parameters with what they do to the verdict, those that matter most first."""
    by_name = {entry["name"]: entry for entry in entries}
    return [
        by_name[hinge.parameter] | {"correlation": hinge.correlation, "turned": list(hinge.turned)}
        for hinge in outcome.hinges
    ]

"""Two published indices, for comparison after the fact; they enter no index.

Only overall scores and ranks are kept: of the Global Innovation Index 2021 (WIPO), and of the
Global AI Index 2023 (Tortoise), which prints no rank, so that its rank is that of its score.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tradewind.errors import SourceError
from tradewind.world.sources.indicators_reading import economy, read_table
from tradewind.world.sources.reading import FRESH_COPY, fingerprint

INNOVATION = "indicators/undp/global_innovation_dataset.csv"
ARTIFICIAL = "indicators/tortoise/AI_index_db.csv"
FILES = (INNOVATION, ARTIFICIAL)
CITATIONS = {
    "gii_2021": "WIPO, Global Innovation Index 2021, overall score and rank (published figures)",
    "tortoise_2023": "Tortoise Media, The Global AI Index 2023, total score (published figures)",
}


class Standing(NamedTuple):
    """Where one economy stands in one published index."""

    published: str
    economy: str
    score: float
    rank: int


def read(sources: Path) -> tuple[list[Standing], str]:
    """Read overall scores and ranks.

    Returns
    -------
    standings : list of Standing
        By index and rank.
    sha256 : str
    """
    found = [*innovation(sources / INNOVATION), *artificial(sources / ARTIFICIAL)]
    places = [(standing.published, standing.economy) for standing in found]
    if len(set(places)) != len(places):
        twice = next(place for place in places if places.count(place) > 1)
        raise SourceError(
            "an economy stands twice in a published index",
            where=str(sources),
            value=" ".join(twice),
            bound="one standing for each economy",
            remedy=FRESH_COPY,
        )
    ordered = sorted(found, key=lambda standing: (standing.published, standing.rank))
    return ordered, fingerprint(sources / file for file in FILES)


def innovation(path: Path) -> list[Standing]:
    """Overall rank and score of the Global Innovation Index."""
    found = []
    for row in read_table(path, ["Economy", "IndCode", "Rank", "Score"]):
        if row.text("IndCode") != "Index":
            continue
        code = economy(row.text("Economy"), row.where)
        if code is not None:
            score, rank = row.number("Score", low=0, high=100), row.number("Rank", low=1, high=250)
            found.append(Standing("gii_2021", code, score, int(rank)))
    return found


def artificial(path: Path) -> list[Standing]:
    """Total score of the Global AI Index, ranked from the top."""
    rows = read_table(path, ["Country", "Total score"])
    scores = [
        (row.number("Total score", low=0, high=100), economy(row.text("Country"), row.where))
        for row in rows
    ]
    return [
        Standing("tortoise_2023", code, score, 1 + sum(other > score for other, _ in scores))
        for score, code in scores
        if code is not None
    ]

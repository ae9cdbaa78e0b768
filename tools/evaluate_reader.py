"""Print how well ``tradewind claims read`` finds quantities, against labels made by hand.

    python tools/evaluate_reader.py [../shared/articles]

The five articles are not part of the repository; without them only the made-up sentences, which
the reader was not tuned on, are judged.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import yaml

from tradewind.claims.articles.evaluate import NOTHING, SIDES, Score, score
from tradewind.claims.articles.read import read_article, read_string

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "tests/data"


def of_articles(folder: Path) -> dict[str, Score]:
    """Judge the articles in a folder by their labels."""
    labels = yaml.safe_load((LABELS / "article_quantities.yaml").read_text(encoding="utf-8"))
    scores = {}
    for number, expected in labels["articles"].items():
        (file,) = folder.glob(f"{number}_*.txt")
        scores[number] = score(expected, read_article(file).quantities)
    return scores


def of_sentences() -> dict[str, Score]:
    """Judge the made-up sentences."""
    held = yaml.safe_load((LABELS / "heldout_quantities.yaml").read_text(encoding="utf-8"))
    day = date.fromisoformat(held["reference"])
    return {
        entry["text"]: score(entry["expect"], read_string(entry["text"], reference=day).quantities)
        for entry in held["sentences"]
    }


def line(name: str, result: Score) -> str:
    """One row of the table."""
    sides = "  ".join(f"{result.agreed[side]:>3}/{result.asked[side]:<3}" for side in SIDES)
    counts = f"{result.labelled:>8} {result.found:>6} {result.matched:>8}"
    return f"{name:<20} {counts} {result.precision:>10.3f} {result.recall:>7.3f}   {sides}"


def main(arguments: list[str]) -> None:
    """Print the tables."""
    folder = Path(arguments[0]) if arguments else ROOT.parent / "shared/articles"
    heading = "bound    date     speaker"
    counts = f"{'labelled':>8} {'found':>6} {'matched':>8} {'precision':>10} {'recall':>7}"
    print(f"{'':<20} {counts}   {heading}")
    if folder.is_dir():
        articles = of_articles(folder)
        for number, result in articles.items():
            print(line(f"article {number}", result))
        show("all articles", sum(articles.values(), NOTHING))
    else:
        print(f"{folder} is not there: the articles are not judged")
    show("made-up sentences", sum(of_sentences().values(), NOTHING))


def show(name: str, result: Score) -> None:
    """Print a sum, and what was missed or found beside the labels."""
    print(line(name, result))
    for what, items in (("missed", result.missed), ("beside", result.extra)):
        for item in items:
            print(f"    {what}: {item}")


if __name__ == "__main__":
    main(sys.argv[1:])

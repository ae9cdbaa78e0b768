"""Noise as articles on the web carry it: runs of marks, repeated passages, mixed widths."""

from __future__ import annotations

import random

from tradewind.claims.articles.cleaning import letters, sentences

MARKS = ",，。;；!！?？"
FILLERS = {",": ",", "，": ",", ";": ";", "；": ";"}
LONG_ENOUGH = 12
"""Letters of a passage that is worth repeating; a shorter one might be said twice on purpose."""


def with_noise(text: str, seed: int) -> str:
    """The article with its marks in runs, some passages twice, and some signs in full width."""
    draw = random.Random(seed)
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n\n".join(_widened(_in_runs(line, draw), draw) for line in _repeated(lines, draw))


def _repeated(lines: list[str], draw: random.Random) -> list[str]:
    """Say some paragraphs twice, and some sentences once more at the end of a later paragraph."""
    left: list[str] = []
    carried = ""
    for line in lines:
        grown = line + (carried if line.endswith("。") and draw.random() < 0.5 else "")
        left.append(grown)
        if draw.random() < 0.2 and len(letters(line)) >= LONG_ENOUGH:
            left.append(line)
        parts = [line[start:end] for start, end in sentences(line)]
        # What a link's address has cut in two is no passage that anybody repeats.
        whole = [
            part
            for part in parts
            if part.endswith("。") and len(letters(part)) >= LONG_ENOUGH and "](" not in line
        ]
        carried = draw.choice(whole) if whole else ""
    return left


def _in_runs(line: str, draw: random.Random) -> str:
    """Turn marks into runs, but none between figures, where it belongs to a number."""
    grown = []
    for place, sign in enumerate(line):
        grown.append(sign)
        before, after = line[place - 1 : place], line[place + 1 : place + 2]
        in_number = before.isdigit() and after.isdigit()
        if sign in MARKS and not in_number and draw.random() < 0.4:
            filler = FILLERS.get(sign, sign)
            grown.append("".join(draw.choice((" ", filler)) for _ in range(draw.randint(1, 7))))
    return "".join(grown)


def _widened(line: str, draw: random.Random) -> str:
    """Write some figures, letters and marks in full width."""
    return "".join(
        chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" and draw.random() < 0.25 else sign
        for sign in line
    )

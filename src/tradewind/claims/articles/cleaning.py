"""An article as found on the web, without its noise; what was dropped is told.

Widths are normalised where a full-width form is the same sign (not where NFKC would change a
number: ² becomes ^2, ½ becomes .5 behind a figure, ① stays), runs of marks shrink to the strongest
of them, links leave their words, and a passage that stands twice is kept once. A paragraph is a
non-empty line of the file and keeps its number there, counted from 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

SHORTEST_REPEAT = 8
"""Letters and figures from which on a sentence that stands twice is a repeat, not a phrase."""
SHORTEST_ECHO = 6
"""The same for a clause that stands twice in a row."""
RUN_ON = 0.5
"""Share of a paragraph that other paragraphs say again, from which on it is their run-on copy."""
FRONT_MATTER_LINES = 40
FEWEST = 4
"""Sentences of a paragraph, and paragraphs that say them again, for it to be a run-on copy."""
LONGEST_SENTENCE = 1000
"""Signs; a longer run without a full stop is read in parts."""

SENTENCE_END = "。!?;…"
STRENGTH = "。.!?;:,、·…"
"""Marks that come in runs, the strongest first."""
_RUN = re.compile(rf"[{re.escape(STRENGTH)}](?:[ \t]*[{re.escape(STRENGTH)}])+")
# A full-width comma groups figures by three, or parts a year from a number.
_WIDE_GROUP = re.compile("(?<![0-9０-９])([0-9０-９]{1,3})，(?=[0-9０-９]{3}(?![0-9０-９]))")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\u00ad\ufeff\u202a-\u202e]")
# Noise may stand within an address, so that one that begins as such may hold spaces.
_TARGET = r"\((?:(?:https?:)?//[^()\n]{0,2000}|[^()\s]{0,2000})\)"
_IMAGE = re.compile(rf"!\[[^\[\]\n]{{0,300}}\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]\n]{{1,300}})\]{_TARGET}")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff)\]>\"”]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@dataclass(frozen=True)
class Paragraph:
    """A non-empty line: its number in the file, counted from 1, and its clean text."""

    number: int
    text: str


@dataclass(frozen=True)
class Dropped:
    """Something that was left out: where, why, and how many signs."""

    paragraph: int
    reason: str  # front matter, links, marks, repeated
    signs: int


@dataclass(frozen=True)
class Cleaned:
    """What is left of an article, what was dropped, and the date it bears."""

    paragraphs: tuple[Paragraph, ...]
    dropped: tuple[Dropped, ...]
    lines: int
    front_matter: str


def clean(text: str) -> Cleaned:
    r"""Strip an article of its noise.

    Parameters
    ----------
    text : str
        The article, as found.

    Returns
    -------
    Cleaned

    Examples
    --------
    >>> noisy = "成本下降了８０％。。 。。。 。\n\n成本下降了８０％。"
    >>> [paragraph.text for paragraph in clean(noisy).paragraphs]
    ['成本下降了80%。']
    """
    lines = [normalise_widths(line) for line in text.splitlines() if line.strip()]
    matter = _front_matter(lines)
    dropped = [Dropped(number + 1, "front matter", len(lines[number])) for number in range(matter)]
    paragraphs = []
    for number, line in enumerate(lines[matter:], start=matter + 1):
        unlinked = _unlinked(line)
        if len(unlinked) < len(line):
            dropped.append(Dropped(number, "links", len(line) - len(unlinked)))
        tidy = collapse_marks(unlinked)
        if len(tidy) < len(unlinked):
            dropped.append(Dropped(number, "marks", len(unlinked) - len(tidy)))
        if letters(tidy):
            paragraphs.append(Paragraph(number, tidy))
    kept, repeated = _without_repeats(paragraphs)
    return Cleaned(
        tuple(kept),
        tuple(sorted(dropped + repeated, key=lambda item: item.paragraph)),
        len(lines),
        "\n".join(lines[:matter]),
    )


def normalise_widths(text: str) -> str:
    """Write full-width and other compatibility forms as the plain sign, where it is the same.

    Examples
    --------
    >>> normalise_widths("５０，０００个，１½倍，10²⁵，①")
    '50,000个, 1.5倍, 10^25, ①'
    """
    text = _INVISIBLE.sub("", text)
    text = _WIDE_GROUP.sub(r"\1,", text)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda run: "^" + run[0].translate(_SUPERSCRIPTS), text)
    text = re.sub("([0-9０-９]*)([¼-¾⅐-⅞])", _vulgar, text)
    text = "".join(_plain_sign(sign) for sign in text)
    text = re.sub(r"(?<=[\u4e00-\u9fff])[ \t]+(?=\d)|(?<=\d)[ \t]+(?=[\u4e00-\u9fff%])", "", text)
    return re.sub(r"[ \t]+", " ", text).strip()


def collapse_marks(text: str) -> str:
    """Shrink a run of marks to the strongest of them.

    Examples
    --------
    >>> collapse_marks("市场, , ,,,,,担心。。 。。。。 。真的吗??????”")
    '市场, 担心。真的吗?”'
    """
    tidy = re.sub(r", ?(?=[\u4e00-\u9fff])", ", ", _RUN.sub(_strongest, text))
    return re.sub(" {2,}", " ", tidy).strip()


def letters(text: str) -> str:
    """What of a text tells two passages apart: letters and figures, with the marks inside numbers.

    Examples
    --------
    >>> letters("约 1.2%, 或 1/6。")
    '约1.2%或1/6'
    """
    inside = re.sub(r"(?<!\d)[.,/]|[.,/](?!\d)", "", text.casefold())
    return re.sub(r"[^\w%./,]|_", "", inside)


def sentences(text: str) -> list[tuple[int, int]]:
    """Bounds of the sentences of a paragraph, closing quotation marks included.

    Examples
    --------
    >>> text = "It rose 1.2%. He said so. 涨了。“好。”他说。"
    >>> [text[start:end].strip() for start, end in sentences(text)]
    ['It rose 1.2%.', 'He said so. 涨了。', '“好。”', '他说。']
    """
    ends = [
        found.end()
        for found in re.finditer(
            rf"[{SENTENCE_END}]+[”’」』\"）)]*|(?<![A-Z])\.[”\"’)]*(?=\s+[“\"‘(]?[A-Z0-9])", text
        )
    ]
    starts = [0, *ends]
    bounds = zip(starts, [*ends, len(text)], strict=True)
    parts = [part for start, end in bounds for part in _in_reach(text, start, end)]
    return [(start, end) for start, end in parts if text[start:end].strip()]


def _in_reach(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what has no end of a sentence for very long, at its last comma or space."""
    while end - start > LONGEST_SENTENCE:
        reach = start + LONGEST_SENTENCE
        cut = max(text.rfind(mark, start, reach) for mark in ", ") + 1
        cut = cut if cut > start else reach
        yield start, cut
        start = cut
    yield start, end


def _front_matter(lines: list[str]) -> int:
    """Lines of the block between two rules at the head of a saved page."""
    if not lines or lines[0] != "---":
        return 0
    for number, line in enumerate(lines[1:FRONT_MATTER_LINES], start=2):
        if line == "---":
            return number
    return 0


def _unlinked(line: str) -> str:
    line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    return _ADDRESS.sub("", _TAG.sub("", line))


def _plain_sign(sign: str) -> str:
    if sign == "，":
        return ", "
    if sign == "\u00a0" or sign == "\u3000":
        return " "
    code = ord(sign)
    same = 0xFF01 <= code <= 0xFFEE or 0xF900 <= code <= 0xFAFF or 0x2F00 <= code <= 0x2FD5
    same = same or 0x3380 <= code <= 0x33DF
    return unicodedata.normalize("NFKC", sign) if same else sign


def _vulgar(found: re.Match[str]) -> str:
    upper, lower = unicodedata.normalize("NFKC", found[2]).split("\u2044")
    if not found[1]:
        return f"{upper}/{lower}"
    whole = int(unicodedata.normalize("NFKC", found[1]))
    return f"{float(whole + Fraction(int(upper), int(lower))):.10g}"


def _strongest(run: re.Match[str]) -> str:
    marks = set(run[0]) - set(" \t")
    if marks == {"."} and " " not in run[0]:
        return "…"
    strongest = next(mark for mark in STRENGTH if mark in marks)
    return strongest if strongest in SENTENCE_END + "、·" else f"{strongest} "


def _without_repeats(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Dropped]]:
    """Drop run-on copies, then sentences that have stood before."""
    run_on = _run_on_copies(paragraphs)
    seen: set[str] = set()
    kept, dropped = [], []
    for paragraph in paragraphs:
        text = run_on.get(paragraph.number, paragraph.text)
        left = []
        for start, end in sentences(text):
            sentence = _without_echo(text[start:end])
            core = letters(sentence)
            if len(core) >= SHORTEST_REPEAT and core in seen:
                continue
            seen.add(core)
            left.append(sentence)
        joined = "".join(left).strip()
        if len(joined) < len(paragraph.text):
            lost = len(paragraph.text) - len(joined)
            dropped.append(Dropped(paragraph.number, "repeated", lost))
        if letters(joined):
            kept.append(Paragraph(paragraph.number, joined))
    return kept, dropped


def _without_echo(sentence: str) -> str:
    """Leave out a clause that says the one before it again."""
    parts = re.split("(?<=[,,]) ?", sentence)
    left = parts[:1]
    for part in parts[1:]:
        core = letters(part)
        if len(core) < SHORTEST_ECHO or core != letters(left[-1]):
            left.append(part)
    return sentence if len(left) == len(parts) else " ".join(left)


def _run_on_copies(paragraphs: list[Paragraph]) -> dict[int, str]:
    """Paragraphs that say most of several others once more in one, and what only they say.

    The longest comes first, and what it loses still stands elsewhere when the next is looked at.
    """
    homes: dict[str, set[int]] = {}
    for paragraph in paragraphs:
        for core in _cores(paragraph.text):
            homes.setdefault(core, set()).add(paragraph.number)
    left = {paragraph.number: letters(paragraph.text) for paragraph in paragraphs}
    found: dict[int, str] = {}
    for paragraph in sorted(paragraphs, key=lambda item: -len(item.text)):
        number, own = paragraph.number, _cores(paragraph.text)
        again = [core for core in own if len(core) >= SHORTEST_REPEAT and len(homes[core]) > 1]
        spread = {home for core in again for home in homes[core]} - {number}
        if len(own) < FEWEST or len(spread) < FEWEST:
            continue
        if sum(map(len, again)) < RUN_ON * sum(map(len, own)):
            continue
        said = "\n".join(core for other, core in left.items() if other != number)
        parts = [paragraph.text[start:end] for start, end in sentences(paragraph.text)]
        found[number] = "".join(part for part in parts if not _is_said(letters(part), said))
        left[number] = letters(found[number])
        for core in set(own) - set(_cores(found[number])):
            homes[core].discard(number)
    return found


def _cores(text: str) -> list[str]:
    return [letters(text[start:end]) for start, end in sentences(text)]


def _is_said(core: str, said: str) -> bool:
    """Whether a sentence, or one that a heading ran into, stands among what is said elsewhere."""
    if core in said:
        return True
    return any(core[cut:] in said for cut in range(1, len(core) // 2 + 1))

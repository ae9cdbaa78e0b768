"""Who is said to have said it: the subject of the nearest verb of saying, within or around quotes.

A verb counts only as a word of its own (jieba's), so that 小说 or 名称 is none. The subject is what
stands before the first such verb of its clause, without dates, titles' brackets and adverbs; a
pronoun stands for the last person or body named before. Where several speak, the nearest before
the quantity is the speaker, the one before that is who tells it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache

from tradewind.claims.articles.dates import find_dates
from tradewind.claims.articles.tables import read
from tradewind.claims.articles.words import words

CLAUSE_END = ',。;:!?…”“"()【】'
LONGEST = 60
"""Signs of a subject; what is longer is a sentence that was misread."""
_QUOTES = re.compile('“[^“”]*”?|「[^「」]*」|『[^『』]*』|"[^"]*"')
_ENGLISH_NAME = r"[A-Z][\w.&’'-]*(?: (?:[A-Z][\w.&’'-]*|of|the|and|for|at|de|von))*"


@dataclass(frozen=True)
class Speech:
    """A verb of saying with its subject: what is said begins at ``start`` and ends at ``end``."""

    start: int
    end: int
    speaker: str
    verb: str


@dataclass(frozen=True)
class Said:
    """Who said it, with which word, and who tells that."""

    speaker: str
    verb: str
    via: str | None = None


class Speakers:
    """Who speaks where in an article; paragraphs are to come in their order.

    A pronoun or a short name means who was last named so.
    """

    def __init__(self) -> None:
        self._named: list[str] = []

    def of_paragraph(self, text: str, bounds: list[tuple[int, int]]) -> list[Speech]:
        """Find every speech of a paragraph, who speaks told by full name.

        Parameters
        ----------
        text : str
            The clean paragraph.
        bounds : list of (int, int)
            Its sentences.
        """
        every = [found.span() for found in _QUOTES.finditer(text) if len(found[0]) > 2]
        begins = [quote[0] for quote in every]
        speeches: list[Speech] = []
        for start, end in bounds:
            # One quotation may have begun before the sentence that ends it.
            quotes = every[max(0, bisect_left(begins, start) - 1) : bisect_left(begins, end)]
            for speech in (*_in_chinese(text, start, end, quotes), *_in_english(text, start, end)):
                name = self._full(speech.speaker)
                if name:
                    speeches.append(replace(speech, speaker=name))
        return speeches

    def _full(self, name: str) -> str | None:
        """Resolve a pronoun or a short name; remember a new one."""
        lists = read("words.yaml")
        if name.lower() in lists["pronouns"]:
            return self._named[-1] if self._named else None
        full = next((known for known in reversed(self._named) if name in known), name)
        if full in self._named:
            self._named.remove(full)
        self._named.append(full)
        return full


def said_of(place: int, speeches: list[Speech]) -> Said | None:
    """Say who speaks at a place of a paragraph.

    Parameters
    ----------
    place : int
        Where the quantity begins.
    speeches : list of Speech
        Those of its paragraph.
    """
    around = [speech for speech in speeches if speech.start <= place < speech.end]
    if not around:
        return None
    around.sort(key=lambda speech: (speech.end - speech.start, -speech.start))
    nearest = around[0]
    others = [speech.speaker for speech in around[1:] if speech.speaker != nearest.speaker]
    return Said(nearest.speaker, nearest.verb, others[0] if others else None)


@cache
def _verbs() -> tuple[frozenset[str], frozenset[str], str]:
    table = read("words.yaml")["reporting"]
    english = "|".join(sorted(table["english"], key=len, reverse=True))
    return frozenset(table["strong"]), frozenset(table["before_comma"]), english


def _in_chinese(text: str, start: int, end: int, quotes: list[tuple[int, int]]) -> list[Speech]:
    if not re.search("[\u4e00-\u9fff]", text[start:end]):
        return []
    strong, weak, _ = _verbs()
    found: list[Speech] = []
    clause, claimed = start, False
    for word, at, stop in _words_of(text, start, end):
        if word in CLAUSE_END and not _inside(at, text, "(", ")"):
            clause, claimed = stop, False
            continue
        if any(quote[1] == clause for quote in quotes) and word not in strong:
            # Behind a quotation a verb may have grown together with a name (张明说).
            at, word = _verb_at_end(word, at)
        is_verb = word in strong or (word in weak and text[stop : stop + 1] in (",", ":"))
        if not is_verb or claimed or _is_no_verb(text, at, stop):
            continue
        name = _subject(text[clause:at])
        claimed = True
        if name:
            found.append(_speech(text, name, word, (clause, stop), end, quotes))
    return found


def _verb_at_end(word: str, at: int) -> tuple[int, str]:
    verb = next((verb for verb in ("表示", "指出", "说", "称") if word.endswith(verb)), word)
    return at + len(word) - len(verb), verb


def _words_of(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    return [(word, start + at, start + stop) for word, at, stop in words(text[start:end])]


def _inside(at: int, text: str, left: str, right: str) -> bool:
    """Whether a mark opens, closes or stands in brackets, which do not end a clause."""
    if text[at] in left + right:
        return True
    return text.rfind(left, 0, at) > text.rfind(right, 0, at)


def _is_no_verb(text: str, at: int, stop: int) -> bool:
    """Whether a verb's word is part of a set phrase (也就是说), or a noun (说的, 报道的)."""
    phrases = read("words.yaml")["reporting"]["not_verbs"]
    around = text[max(0, at - 4) : stop]
    return (
        any(around.endswith(phrase) for phrase in phrases) or text[stop : stop + 1] in "了的明不法"
    )


def _speech(
    text: str,
    name: str,
    verb: str,
    clause: tuple[int, int],
    end: int,
    quotes: list[tuple[int, int]],
) -> Speech:
    """Say how far a speech reaches: the quotation before or behind it, or the sentence's end."""
    begin, stop = clause
    closing = [quote for quote in quotes if 0 <= begin - quote[1] <= 2]
    rest = text[stop:end].strip(" ,。;!?")
    if closing and (not rest or rest[:1] in "道着"):
        return Speech(*closing[-1], name, verb)
    last = max([end, *(quote[1] for quote in quotes if stop <= quote[0] < end)])
    if closing and text[stop : stop + 3].lstrip(" ,:")[:1] == "“":
        return Speech(closing[-1][0], last, name, verb)
    return Speech(stop, last, name, verb)


def _subject(text: str) -> str:
    """Cut a subject out of what stands before a verb; empty if nobody is named."""
    lists = read("words.yaml")
    name = re.sub(r"\([^()]*\)?", "", text).strip(" ,、·")
    name = _without_dates(name)
    cutting = True
    while cutting:
        shorter = next(
            (name.removeprefix(word) for word in lists["leading"] if name.startswith(word)), name
        )
        cutting = shorter != name
        name = shorter.strip(" ,")
    for word in lists["cut"]:
        at = name.find(word)
        name = name[:at] if at > 0 else name
    endings = (*lists["endings"], *(word for word in _verbs()[0] | _verbs()[1] if len(word) > 1))
    while name not in lists["pronouns"] and name.endswith(endings):
        name = next(name.removesuffix(word) for word in endings if name.endswith(word))
    name = name.strip(" ,、的")
    if name in lists["pronouns"]:
        return name
    nobody = name in lists["nobody"] or name.startswith(tuple(lists["nobody_starts"]))
    if not name or nobody or len(name) > LONGEST:
        return ""
    return _person(name)


def _without_dates(name: str) -> str:
    for span in reversed(find_dates(name, None)):
        name = name[: span.start] + "\0" + name[span.end :]
    # What stands before the date names who, and what stands behind it where.
    return next((part for part in name.split("\0") if part.strip(" ,的")), "")


def _person(name: str) -> str:
    """Take the foreign name with its point out of "office and title and name"."""
    if "·" not in name or "、" in name:
        return name
    titles = "|".join(sorted(read("words.yaml")["titles"], key=len, reverse=True))
    found = re.fullmatch(rf"(?:.*(?:{titles}))?([^·]{{1,6}}(?:·[^·\s]{{1,8}})+)", name)
    return found[1] if found else name


def _in_english(text: str, start: int, end: int) -> list[Speech]:
    sentence = text[start:end]
    if not re.search(r"[A-Za-z]{3}", sentence):
        return []
    verbs = _verbs()[2]
    found = []
    for match in re.finditer(
        r"(?i:according to) ((?:the |an? )?[\w.&’'\- ]{2,50}?)(?=,|\.|$| that\b)", sentence
    ):
        found.append(Speech(start, end, match[1].strip(), "according to"))
    trailing = re.search(
        rf"[,”\"] *(?:([^,.;:”“\"]{{2,50}}?) ({verbs})|({verbs}) ({_ENGLISH_NAME}))"
        r"(?=[ .,;]*(?:$|,|\.))",
        sentence,
    )
    if trailing:
        name = (trailing[1] or trailing[4]).strip()
        if name.lower() not in ("who", "which"):
            verb = trailing[2] or trailing[3]
            found.append(Speech(start, start + trailing.start(), _bare(name), verb))
    for match in re.finditer(
        rf"(?:^|[,;:]|\b(?:that|but|and|while)\b) *([^,;:.”“\"]{{2,60}}?) ({verbs})\b(?! by| of)",
        sentence,
    ):
        name = _bare(match[1])
        if trailing and match.start() >= trailing.start():
            continue
        if re.search(r"\b(?:is|are|was|were|be|been|being|who|which|to)$|\d", name) or not name:
            continue
        found.append(Speech(start + match.end(), end, name, match[2]))
    return found


def _bare(name: str) -> str:
    return re.sub(
        r"^(?:but|and|while|however|yet|as|when)\b[ ,]*", "", name.strip(), flags=re.IGNORECASE
    ).strip()

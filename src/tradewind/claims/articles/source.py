"""An article's file to text, or a refusal that says why."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from tradewind.errors import InputError

LARGEST = 5_000_000
"""Bytes. The longest reportage is a hundredth of it; what is larger is no article."""
CONTROLS_ALLOWED = frozenset("\t\n\r\f\v\u200e\u200f")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""First bytes of UTF-16."""
FEW_BROKEN = 0.01
"""Share of unreadable bytes up to which a file counts as UTF-8 that was damaged."""


class ArticleError(InputError):
    """A file is no article that can be read: empty, binary, too large, or oddly encoded."""


def read_text(path: str | Path) -> str:
    """Read an article in UTF-8 or GB 18030.

    Parameters
    ----------
    path : str or pathlib.Path

    Returns
    -------
    str
        With every line end the same.

    Raises
    ------
    ArticleError
        If the file is missing, empty, larger than 5 MB, binary, in another encoding or damaged.
    """
    path = Path(path)
    raw = _bytes(path)
    text = _decoded(raw, path)
    if not any(unicodedata.category(sign)[0] in "LN" for sign in text):
        raise ArticleError(
            "the article has no words",
            where=str(path),
            value=f"{len(text)} signs, no letter or figure among them",
            bound="text",
            remedy="save the article's text, not only its frame, and give that file",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "no such file"
        raise ArticleError(
            "there is no article to read",
            where=str(path),
            value=kind,
            bound="a text file",
            remedy="give the path of one article",
        )
    size = path.stat().st_size
    if size > LARGEST:
        raise ArticleError(
            "the file is too large for an article",
            where=str(path),
            value=f"{size / 1e6:.1f} MB",
            bound=f"at most {LARGEST / 1e6:.0f} MB",
            remedy="cut the article out of the file, or split a collection into its articles",
        )
    if size == 0:
        raise ArticleError(
            "the article is empty",
            where=str(path),
            value="0 bytes",
            bound="text",
            remedy="save the article again and look that the file has grown",
        )
    return path.read_bytes()


def _decoded(raw: bytes, path: Path) -> str:
    if raw.startswith(WIDE_MARKS) or b"\0" in raw:
        wide = raw.startswith(WIDE_MARKS)
        raise ArticleError(
            "the file is not text in UTF-8 or GB 18030" if wide else "the file is binary",
            where=str(path),
            value="UTF-16" if wide else f"a zero byte at {raw.index(0)}",
            bound="text in UTF-8 or GB 18030",
            remedy="save it as UTF-8" if wide else "save the article as plain text",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _other(raw, path, error)
    odd = [
        sign
        for sign in text
        if unicodedata.category(sign) in ("Cc", "Co", "Cn") and sign not in CONTROLS_ALLOWED
    ]
    if odd:
        raise ArticleError(
            "the file is binary, or in another encoding",
            where=str(path),
            value=f"{len(odd)} signs that no text has, the first U+{ord(odd[0]):04X}",
            bound="text in UTF-8 or GB 18030",
            remedy="save the article as plain text in UTF-8",
        )
    return text


def _other(raw: bytes, path: Path, error: UnicodeDecodeError) -> str:
    """Try GB 18030, unless the file is plainly UTF-8 with some bytes damaged."""
    lenient = raw.decode("utf-8", "replace")
    high = sum(byte > 127 for byte in raw)
    broken = lenient.count("\ufffd")
    if broken < FEW_BROKEN * max(high, 100) and high > 3 * broken:
        raise ArticleError(
            "the file is UTF-8, but damaged",
            where=f"{path}, byte {error.start}",
            value=f"{broken} unreadable places",
            bound="whole UTF-8",
            remedy="save the article again",
        )
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as second:
        raise ArticleError(
            "the file's encoding is unknown",
            where=f"{path}, byte {second.start}",
            value=f"0x{raw[second.start]:02x}",
            bound="UTF-8 or GB 18030",
            remedy="save it as UTF-8",
        ) from None

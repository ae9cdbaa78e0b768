"""MkDocs hooks: equations without a script or a font, and a site that loads nothing from outside.

A fenced ``equation`` block is written as in the docstrings: ``x_ij`` has a subscript, ``x^(1−σ)`` a
superscript, and a ``[T3]`` at the end of a line names the equation. It is set as plain HTML; where
this hook does not run, the block stays readable as it is.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any
from unicodedata import normalize

SUBSCRIPT = re.compile(r"_([A-Za-zα-ω]+)")
NAME = re.compile(r"[A-Za-zα-ωℓ][\u0302\u0303]?")
WORD = re.compile(r"[A-Za-z]{3,}|ln|if|of")
LABEL = re.compile(r"\s*\[([A-Z]\d+)\]$")
OUTSIDE = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>"
    r"|<link\b(?=[^>]*(?:stylesheet|preload|preconnect|icon))[^>]*\bhref=[\"']?(?:https?:)?//[^>]*>"
    r"|url\([\"']?(?:https?:)?//[^)]*\)|@import[^;]*//[^;]*;"
)


def on_config(config: Any) -> Any:
    """Teach the Markdown reader the ``equation`` fence."""
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {})
    fences.setdefault("custom_fences", []).append(
        {"name": "equation", "class": "equation", "format": fence}
    )
    return config


def on_post_build(config: Any) -> None:
    """Fail the build if a page or a style sheet would load something from elsewhere.

    Raises
    ------
    ValueError
        Naming the file and what it would load.
    """
    for path in sorted(Path(config.site_dir).rglob("*")):
        if path.suffix in (".html", ".css"):
            found = loads_from_outside(path.read_text(encoding="utf-8"))
            if found:
                raise ValueError(f"{path.name} loads from outside: {found[0]}")


def loads_from_outside(text: str) -> list[str]:
    """Scripts, styles, fonts and pictures that a page or a style sheet takes from elsewhere.

    >>> loads_from_outside('<a href="https://example.org">no</a>')
    []
    >>> len(loads_from_outside('<script src="https://example.org/a.js"></script>'))
    1
    """
    return OUTSIDE.findall(text)


def fence(source: str, *_: Any, **__: Any) -> str:
    """Set a block: one line of it is one equation, a line that starts with spaces goes on."""
    return '<div class="equation">' + "".join(map(line, source.splitlines())) + "</div>"


def line(text: str) -> str:
    """Set one line with its label, which is also an anchor."""
    found = LABEL.search(text)
    body = text[: found.start()] if found else text
    kind = "continued" if text.startswith(" ") else "line"
    shown = f'<span class="body">{expression(body.strip())}</span>'
    if found:
        name = found[1]
        shown += f'<a class="label" id="{name}" href="#{name}">{name}</a>'
    return f'<div class="{kind}">{shown}</div>'


def expression(text: str) -> str:
    """Set sub- and superscripts, single letters in italics, words upright."""
    text = normalize("NFD", text)  # a hat or tilde is a character of its own
    out, place = [], 0
    while place < len(text):
        if found := SUBSCRIPT.match(text, place):
            out.append(f"<sub><i>{escape(found[1])}</i></sub>")
            place = found.end()
        elif text.startswith("^(", place):
            end = closing(text, place + 1)
            out.append(f"<sup>{expression(text[place + 2 : end])}</sup>")
            place = end + 1
        elif found := WORD.match(text, place):
            out.append(escape(found[0]))
            place = found.end()
        elif found := NAME.match(text, place):
            out.append(f"<i>{escape(found[0])}</i>")
            place = found.end()
        else:
            out.append("′" if text[place] == "'" else escape(text[place]))
            place += 1
    return "".join(out)


def closing(text: str, opening: int) -> int:
    """Place of the bracket that closes the one at ``opening``."""
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"a bracket does not close in the equation: {text}")

"""The little HTML and SVG that figures are written in, escaped by default."""

from __future__ import annotations

from collections.abc import Iterable
from re import compile as pattern

from markupsafe import Markup, escape

_LATIN = pattern(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9 .,;:&'’()/%–-]*[A-Za-zÀ-ɏ0-9.)]")
_WORD = pattern(r"[A-Za-zÀ-ɏ]{2,}")
_VOID = frozenset({"rect", "line", "path", "circle", "use", "br"})


def element(tag: str, *content: str | Markup, **attributes: object) -> Markup:
    """Write one element.

    Plain strings are escaped; :class:`Markup` is taken as it is. ``class_`` stands for
    ``class`` and ``aria_label`` for ``aria-label``; an attribute that is None is left out.

    >>> print(element("td", "a < b", class_="n"))
    <td class="n">a &lt; b</td>
    """
    pairs = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID and not content:
        return Markup(f"<{tag}{pairs}/>")
    return Markup(f"<{tag}{pairs}>{join(content)}</{tag}>")


def join(parts: Iterable[str | Markup]) -> Markup:
    """Put escaped parts end to end."""
    return Markup("").join(parts)


def foreign(text: str) -> Markup:
    """Mark the English inside a Chinese text, so that it is read aloud and broken as English.

    Single words and codes stay as they are: they are names in any language.

    >>> print(foreign("来源：White House fact sheet"))
    来源：<span lang="en">White House fact sheet</span>
    """
    parts: list[str | Markup] = []
    end = 0
    for run in _LATIN.finditer(text):
        if len(_WORD.findall(run.group())) > 1:
            parts += [text[end : run.start()], element("span", run.group(), lang="en")]
            end = run.end()
    return join([*parts, text[end:]])


def share(fraction: float) -> str:
    """Write a position along the width of a figure, so that it stretches with the page."""
    return f"{100.0 * fraction:.2f}%"


def _text(value: object) -> str:
    """Coordinates need one decimal, no more: the file stays small."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)

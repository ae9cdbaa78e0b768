"""The little HTML and SVG that figures are written in, escaped by default."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

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


def share(fraction: float) -> str:
    """Write a position along the width of a figure, so that it stretches with the page."""
    return f"{100.0 * fraction:.2f}%"


def _text(value: object) -> str:
    """Coordinates need one decimal, no more: the file stays small."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)

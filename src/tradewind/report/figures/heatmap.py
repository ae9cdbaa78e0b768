"""Where industry goes: sectors by economies, coloured by the shift of world output share."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from tradewind.report.colours import STEPS, DivergingScale, step_colour
from tradewind.report.language import Catalogue
from tradewind.report.markup import element
from tradewind.report.numbers import digits_for, signed

CLASS_NAMES = {step: f"h{'m' if step < 0 else 'p'}{abs(step)}" for step in range(-STEPS, STEPS + 1)}


def relocation_map(table: pd.DataFrame, scale: DivergingScale, words: Catalogue) -> Markup:
    """Draw the heat map as a table, its numbers inside the cells for machines and readers.

    Parameters
    ----------
    table : DataFrame
        :func:`tradewind.report.tables.relocation`, (sector, economy) [percentage points].
    scale : DivergingScale
        Classes of colour.
    words : Catalogue
        Words of the report.
    """
    # The eye starts top left: economies where much moves come first, sectors keep ISIC order so
    # that kin stay together.
    moved = table.abs().sum(axis=0).sort_values(ascending=False, kind="stable")
    ordered = table[moved.index]
    digits = digits_for(ordered.to_numpy().ravel())
    head = [element("td")]
    head += [
        element("th", element("span", str(code)), scope="col", title=words.economy(str(code)))
        for code in ordered.columns
    ]
    rows = []
    group = ""
    for sector, line in ordered.iterrows():
        code = str(sector)
        cells = [element("th", words.sector(code), scope="row", title=code)]
        cells += [_cell(float(value), scale, digits) for value in line]
        # A rule where ISIC's section letter changes helps the eye along 50 rows.
        first = "first" if group and code[0] != group else None
        rows.append(element("tr", *cells, class_=first))
        group = code[0]
    body = element("tbody", *rows)
    return element("table", element("thead", element("tr", *head)), body, class_="heat")


def _cell(value: float, scale: DivergingScale, digits: int) -> Markup:
    text = signed(value, digits)
    # 2,200 of these: written by hand to keep the report small and quick to make.
    return Markup(f'<td class="{CLASS_NAMES[scale.step(value)]}">{text}</td>')


def heat_styles() -> str:
    """Colours of the classes, as style rules for the page."""
    return "".join(
        f".{name}{{background:{step_colour(step)}}}" for step, name in CLASS_NAMES.items()
    )

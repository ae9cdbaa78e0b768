"""Heat maps: where industry goes (sectors by economies), and who can hurt whom."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from tradewind.report.colours import STEPS, DivergingScale, step_colour
from tradewind.report.language import Catalogue
from tradewind.report.markup import element
from tradewind.report.numbers import digits_for, plain, signed

CLASS_NAMES = {step: f"h{'m' if step < 0 else 'p'}{abs(step)}" for step in range(-STEPS, STEPS + 1)}

NO_EQUILIBRIUM = "none"
"""Style of a cell that has no number because no equilibrium was found."""


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


def dependence_map(
    loss: pd.DataFrame,
    imposed: pd.DataFrame | None,
    asked: str,
    scale: DivergingScale,
    words: Catalogue,
) -> Markup:
    """Draw who loses what if whom stops selling, as a table of coloured cells.

    Parameters
    ----------
    loss : DataFrame
        :func:`tradewind.report.chokepoints_tables.dependence`, (economy, partner) [% of the
        economy's real income].
    imposed : DataFrame or None
        What the partner loses by it, on the same labels [% of the partner's real income].
    asked : str
        The economy whose row and column are marked.
    scale : DivergingScale
        Classes of colour.
    words : Catalogue
        Words of the report.
    """
    digits = digits_for(loss.to_numpy().ravel(), 3, least=2)
    head = [element("td")]
    for label in loss.columns:
        code = str(label)
        title = words.text("chokepoints_if_stops", supplier=words.economy_in_sentence(code))
        mark = "asked" if code == asked else None
        head.append(element("th", element("span", code), scope="col", title=title, class_=mark))
    rows = []
    own = None if imposed is None else imposed.to_numpy()
    for row, values in enumerate(loss.to_numpy()):
        code = str(loss.index[row])
        cells = [element("th", words.economy(code), scope="row", title=code)]
        for column, value in enumerate(values):
            if str(loss.columns[column]) == code:
                cells.append(Markup('<td class="self">–</td>'))
                continue
            theirs = math.nan if own is None else float(own[row, column])
            cells.append(_dependence_cell(float(value), theirs, scale, words, digits))
        rows.append(element("tr", *cells, class_="asked" if code == asked else None))
    body = element("tbody", *rows)
    return element("table", element("thead", element("tr", *head)), body, class_="heat square")


def _dependence_cell(
    value: float, own: float, scale: DivergingScale, words: Catalogue, digits: int
) -> Markup:
    """Write one cell: a loss is orange, deeper where it is larger."""
    if not math.isfinite(value):
        text = words.text("chokepoints_status_no_equilibrium")
        return Markup('<td class="{}">{}</td>').format(NO_EQUILIBRIUM, text)
    text = f"{plain(value, digits)}%"
    if math.isfinite(own):
        text = words.text("chokepoints_cell", loss=text, own=plain(own, digits))
    return Markup('<td class="{}">{}</td>').format(CLASS_NAMES[scale.step(-value)], text)


def _cell(value: float, scale: DivergingScale, digits: int) -> Markup:
    text = signed(value, digits)
    # 2,200 of these: written by hand to keep the report small and quick to make.
    return Markup(f'<td class="{CLASS_NAMES[scale.step(value)]}">{text}</td>')


def heat_styles() -> str:
    """Colours of the classes, as style rules for the page."""
    return "".join(
        f".{name}{{background:{step_colour(step)}}}" for step, name in CLASS_NAMES.items()
    )

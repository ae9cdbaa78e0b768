"""Two runs side by side: B minus A, on the same labels or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.errors import InputError
from tradewind.report import figures, tables
from tradewind.report.colours import DivergingScale
from tradewind.report.contract import Names, check
from tradewind.report.dated import base_of_two
from tradewind.report.figures.heatmap import heat_styles
from tradewind.report.language import HTML_LANGUAGE, REST, Catalogue, Language
from tradewind.report.markup import foreign
from tradewind.report.numbers import NO_CHANGE, digits_for, income_digits, signed
from tradewind.report.page import environment, flatten
from tradewind.report.sides import differing_settings, side_titles
from tradewind.report.story import settings

LISTED = 20


def check_comparable(a: xr.Dataset, b: xr.Dataset) -> None:
    """Refuse two runs that do not speak of the same world.

    Raises
    ------
    InputError
        Economies or sectors differ, or their order, or the year of the table. One table at two
        years, as it is and rolled forward, can be compared: nothing compared is money.
    """
    for dim in ("economy", "sector"):
        one, other = (run[dim].to_numpy().astype(str) for run in (a, b))
        if not np.array_equal(one, other):
            raise InputError(
                f"the two runs are on different labels of {dim}",
                where=f"{a.attrs['title']} against {b.attrs['title']}",
                value=_what_differs(one, other),
                bound="the same labels in the same order",
                remedy="run both scenarios on one world",
            )
    if a.attrs["base_year"] != b.attrs["base_year"]:
        raise InputError(
            "the two runs have different base years",
            where=f"{a.attrs['title']} against {b.attrs['title']}",
            value=f"{a.attrs['base_year']} and {b.attrs['base_year']}",
            bound="one base year",
            remedy="run both scenarios on one world",
        )


def differences(a: xr.Dataset, b: xr.Dataset, names: Names) -> pd.DataFrame:
    """Compare real income by economy, the largest difference in favour of B first.

    Returns
    -------
    (economy) x name, a [%], b [%], difference [percentage points]
    """
    check_comparable(a, b)
    one, other = tables.percent(a["real_income_hat"]), tables.percent(b["real_income_hat"])
    codes = [str(code) for code in a["economy"].to_numpy()]
    table = pd.DataFrame(
        {
            "name": [names.economy_names[code] for code in codes],
            "a": one,
            "b": other,
            "difference": other - one,
        },
        index=pd.Index(codes, name="economy"),
    )
    return table.sort_values("difference", ascending=False, kind="stable")


def relocation_differences(a: xr.Dataset, b: xr.Dataset, top: int = LISTED) -> pd.DataFrame:
    """List the shifts of world output share that differ most [percentage points].

    Returns
    -------
    (top) x sector, economy, a, b, difference
    """
    check_comparable(a, b)
    one, other = tables.relocation(a), tables.relocation(b)
    table = pd.MultiIndex.from_product([one.index, one.columns]).to_frame(index=False)
    table["a"], table["b"] = one.to_numpy().ravel(), other.to_numpy().ravel()
    table["difference"] = table["b"] - table["a"]
    moved = table[table["difference"].abs() >= NO_CHANGE]
    return largest(moved, "difference", top).reset_index(drop=True)


def largest(table: pd.DataFrame, column: str, top: int) -> pd.DataFrame:
    """Keep the rows whose column is largest in absolute value, largest first."""
    order = table[column].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].head(top)


def sentence(a: xr.Dataset, b: xr.Dataset, words: Catalogue) -> str:
    """Say where the two runs differ most."""
    table = differences(a, b, words.names)
    if not (table["difference"].abs() > NO_CHANGE).any():
        return words.text("compare_headline_none")
    first = largest(table, "difference", 1)
    world = [tables.world_effect(run)["real_income_percent"] for run in (a, b)]
    pair = [float(first["a"].iloc[0]), float(first["b"].iloc[0])]
    digits = income_digits([*world, *pair])
    return words.text(
        "compare_headline",
        economy=words.economy_in_sentence(str(first.index[0])),
        a=signed(pair[0], digits),
        b=signed(pair[1], digits),
        world_a=signed(world[0], digits),
        world_b=signed(world[1], digits),
    )


def render_compare(
    a: xr.Dataset,
    b: xr.Dataset,
    names: Names,
    manifests: tuple[Mapping[str, Any], Mapping[str, Any]],
    language: Language = "en",
    folders: tuple[str, str] | None = None,
) -> str:
    """Write the comparison of two runs as one self-contained HTML file.

    Parameters
    ----------
    a, b : xarray.Dataset
        Outputs of the two runs.
    names : Names
        English names of economies and sectors.
    manifests : pair of mapping
        The manifests of A and B.
    language : {"en", "zh"}
        Language of the page.
    folders : pair of str, optional
        Folders of A and B, as the title names them; their scenarios if left out.

    Raises
    ------
    InputError
        The two runs are on different labels or base years.
    OutputError
        The outputs of a run are incomplete or hold NaN.
    """
    check(a)
    check(b)
    words = Catalogue(language, names)
    table = differences(a, b, names)
    scale = DivergingScale.over(float(table["difference"].abs().max()))
    unit = words.text("legend_unit_points")
    ends = (words.text("legend_lower"), words.text("legend_higher"))
    context: dict[str, Any] = {
        "t": words.text,
        "foreign": foreign if language == "zh" else str,
        "language": HTML_LANGUAGE[language],
        "styles": heat_styles(),
        "run": b.attrs,
        "a": a.attrs,
        "b": b.attrs,
        "base": base_of_two(a, b, words),
        "sides": side_titles(a, b, words, folders),
        "differing": differing_settings(a, b, words, manifests),
        "headline": sentence(a, b, words),
        "rest": words.economy(REST) if REST in a["economy"] else None,
        "economies": a.sizes["economy"],
        "map": figures.world_map(table["difference"], scale, words),
        "map_legend": figures.diverging_legend(scale, unit, ends),
        "ranking": figures.dumbbell_bars(table, words),
        "shifts": _shift_rows(relocation_differences(a, b), words),
        "settings": (settings(a, words), settings(b, words)),
        "manifest": _manifest_rows(*manifests),
    }
    return environment().get_template("compare.html.j2").render(context)


def _shift_rows(table: pd.DataFrame, words: Catalogue) -> list[dict[str, str]]:
    digits = digits_for(table[["a", "b"]].to_numpy().ravel(), 2, least=2)
    return [
        {
            "sector": words.sector(str(line["sector"])),
            "economy": words.economy(str(line["economy"])),
            "code": str(line["economy"]),
            "a": signed(float(line["a"]), digits),
            "b": signed(float(line["b"]), digits),
            "difference": signed(float(line["difference"]), digits),
        }
        for _, line in table.iterrows()
    ]


def _manifest_rows(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Put two manifests side by side; what one of them lacks stays empty."""
    one, other = dict(flatten(a)), dict(flatten(b))
    return [(key, one.get(key, ""), other.get(key, "")) for key in dict.fromkeys([*one, *other])]


def _what_differs(one: np.ndarray, other: np.ndarray) -> str:
    only = [sorted(set(one) - set(other)), sorted(set(other) - set(one))]
    if not any(only):
        return "the same labels in another order"
    return "; ".join(
        f"only in {side}: {', '.join(labels[:5])}{' …' if len(labels) > 5 else ''}"
        for side, labels in zip("AB", only, strict=True)
        if labels
    )

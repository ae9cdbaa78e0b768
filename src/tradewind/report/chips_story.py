"""What a chip run says, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tradewind.chips.families import families
from tradewind.report import chips_tables as tables
from tradewind.report.chips_contract import ChipOutputs, RoundsTable
from tradewind.report.language import Catalogue
from tradewind.report.numbers import digits_for, plain, signed

STORY_YEAR = 2030
"""End of the year that the story is about, if the run goes so far."""
STILL = 0.05
"""Changes [%] below this are none: rounding, and the tolerance of the solver."""
SEPARATOR = {"en": ", ", "zh": "、"}


def story_year(outputs: ChipOutputs) -> int:
    """Year that the story is about."""
    return min(STORY_YEAR, int(outputs.facts["last_year"]))


def family_name(label: str, words: Catalogue) -> str:
    """Name a family of chips."""
    return families()[label].name[words.language]


def round_name(rounds: RoundsTable, label: str, words: Catalogue) -> str:
    """Name a round of rules."""
    first = rounds.effects[rounds.effects["round"] == label].iloc[0]
    return str(first[f"title_{words.language}"])


def unbound_name(each: Mapping[str, Any], words: Catalogue) -> str:
    """Name a round that never bound; in its own words if the catalogue has none."""
    key = f"chips_round_{each['round']}"
    return words.text(key) if words.has(key) else str(each["title"])


def regime_sentence(outputs: ChipOutputs, words: Catalogue) -> str:
    """Say which rules hold, and how they differ from those as enacted."""
    regime: Mapping[str, Any] = outputs.facts["regime"]
    parts = [words.text(f"chips_regime_{regime['start']}", rules=regime["rules"])]
    for key in ("added", "ended", "changed"):
        if regime[key]:
            parts.append(
                words.text(f"chips_regime_{key}", count=len(regime[key]), rules=_few(regime[key]))
            )
    changed = any(regime[key] for key in ("added", "ended", "changed"))
    parts.append(words.text("chips_regime_end" if changed else "chips_regime_as_is"))
    return "".join(parts)


def headline(outputs: ChipOutputs, words: Catalogue) -> list[str]:
    """Tell what the rules do to whom, with the interval, by operations and by bandwidth."""
    year = story_year(outputs)
    lines = [
        words.text(
            f"chips_headline_{reference}", year=year, **_change(outputs, reference, year, words)
        )
        for reference in ("none", "enacted")
        if _moves(outputs, reference, year)
    ]
    if not lines:
        lines.append(words.text("chips_headline_still"))
    elif _is_changed(outputs) and not _moves(outputs, "enacted", year):
        lines.append(words.text("chips_headline_same", year=year))
    return [*lines, *flips(outputs, words), _level(outputs, words, year), *_others(outputs, words)]


def flips(outputs: ChipOutputs, words: Catalogue) -> list[str]:
    """Say where operations and bandwidth give answers of opposite sign, and if nowhere, that."""
    lines = []
    for reference in ("none", "enacted"):
        years = flipped_years(outputs, reference)
        if years:
            lines.append(
                words.text(
                    f"chips_flip_{reference}", years=SEPARATOR[words.language].join(map(str, years))
                )
            )
    if outputs.rounds is not None:
        found = flipped_rounds(outputs.rounds)
        names = [round_name(outputs.rounds, label, words) for label in found]
        if names:
            joined = {"en": "; ", "zh": "；"}[words.language].join(names)
            lines.append(words.text("chips_flip_rounds", rounds=joined))
    return lines or [words.text("chips_flip_nowhere")]


def flipped_years(outputs: ChipOutputs, reference: str) -> list[int]:
    """Years in which the medians by operations and by bandwidth have opposite signs."""
    chosen = outputs.against["change_percent"].sel(
        reference=reference, quantile=0.5, economy=tables.HOME
    )
    operations, bandwidth = (
        chosen.sel(metric=metric).to_numpy() for metric in ("operations", "bandwidth")
    )
    opposite = (operations * bandwidth < 0.0) & (
        np.minimum(np.abs(operations), np.abs(bandwidth)) > STILL
    )
    return [int(year) for year in chosen["year"].to_numpy()[opposite]]


def flipped_rounds(rounds: RoundsTable) -> list[str]:
    """Rounds whose staircase effects at some year's end differ in sign by the two measures."""
    table = tables.effect_rows(rounds, "staircase", "percent")
    found = []
    for label, line in table.drop(index="all").iterrows():
        pairs = [
            (line[("operations", year, "median")], line[("bandwidth", year, "median")])
            for year in tables.years_of(rounds)
        ]
        if any(a * b < 0.0 and min(abs(a), abs(b)) > STILL for a, b in pairs):
            found.append(str(label))
    return found


def zero_rounds(rounds: RoundsTable, words: Catalogue) -> list[str]:
    """Say why rounds that never bound have no effect at all."""
    return [
        words.text(
            "chips_never_bound",
            title=unbound_name(each, words),
            compliance=each["compliance"],
            ended=each["ended"],
        )
        for each in rounds.never_bound
    ]


def _few(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _is_changed(outputs: ChipOutputs) -> bool:
    """Whether the rules are others than those as enacted."""
    regime = outputs.facts["regime"]
    return any(regime[key] for key in ("added", "ended", "changed", "set_aside"))


def _moves(outputs: ChipOutputs, reference: str, year: int) -> bool:
    chosen = outputs.against["change_percent"].sel(
        reference=reference, year=year, economy=tables.HOME
    )
    return bool((np.abs(chosen.to_numpy()) > STILL).any())


def _change(outputs: ChipOutputs, reference: str, year: int, words: Catalogue) -> dict[str, str]:
    """Change of what China holds, by both measures, as text."""
    chosen = outputs.against["change_percent"].sel(
        reference=reference, year=year, economy=tables.HOME
    )
    found = {}
    for metric in ("operations", "bandwidth"):
        values = chosen.sel(metric=metric).transpose("quantile").to_numpy()
        digits = digits_for(values, 2, least=0, most=1)
        for name, value in zip(tables.SPREAD, values, strict=True):
            found[f"{metric}_{name}"] = less_or_more(float(value), digits, words)
    return found


def less_or_more(percent: float, digits: int, words: Catalogue) -> str:
    """Write a change as “17% less” or “77% more”."""
    size = plain(abs(percent), digits)
    return words.text("chips_less" if percent < 0.0 else "chips_more", percent=size)


def _level(outputs: ChipOutputs, words: Catalogue, year: int) -> str:
    """What China holds, and of what the world holds."""
    own = tables.in_year(tables.stock_of(outputs, tables.HOME), year) / 1e6
    whole = outputs.central["stock"].sel(year=year)
    share = whole.sel(economy=tables.HOME).sum() / whole.sum()
    digits = digits_for([float(own["median"])], 2, most=3)
    return words.text(
        "chips_headline_level",
        year=year,
        **{name: plain(float(own[name]), digits) for name in tables.SPREAD},
        share=plain(100.0 * float(share), 0),
    )


def _others(outputs: ChipOutputs, words: Catalogue) -> list[str]:
    """Who gains most from the rules, and who but China loses most."""
    year = story_year(outputs)
    if not _moves(outputs, "none", year):
        return []
    chosen = outputs.against.sel(reference="none", metric="operations", year=year, quantile=0.5)
    change = pd.Series(chosen["change"].to_numpy(), chosen["economy"].to_numpy())
    percent = pd.Series(chosen["change_percent"].to_numpy(), chosen["economy"].to_numpy())
    gainer = str(change.idxmax())
    loser = str(percent.drop([tables.HOME]).idxmin())
    lines = []
    if percent[gainer] > STILL:
        lines.append(
            words.text(
                "chips_headline_gainer",
                economy=words.economy_in_sentence(gainer),
                percent=signed(float(percent[gainer]), 1),
            )
        )
    if percent[loser] < -STILL:
        lines.append(
            words.text(
                "chips_headline_loser",
                economy=words.economy_in_sentence(loser),
                percent=signed(float(percent[loser]), 0),
            )
        )
    return lines

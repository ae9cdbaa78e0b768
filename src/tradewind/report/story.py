"""The run in a few sentences, for the head of a report and of the terminal's answer."""

from __future__ import annotations

import math

import pandas as pd
import xarray as xr

from tradewind.report import tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import (
    NO_CHANGE,
    digits_for,
    income_digits,
    plain,
    scientific,
    signed,
)
from tradewind.scenario.horizon import registry

UNEXPLAINED_SAID = 1e-5
"""Share of baseline income above which the report says that causes could not be told apart."""


def headline(outputs: xr.Dataset, words: Catalogue) -> list[str]:
    """Say in two sentences who gains, who loses, and what becomes of the world."""
    gains, losses = tables.winners_and_losers(outputs, words.names, top=1)
    if gains.empty and losses.empty:
        return [words.text("headline_none")]
    digits = income_digits(pd.concat([gains, losses])["real_income_percent"])
    first = _who(outputs, gains, losses, words, digits)
    return [first[0].upper() + first[1:], _world(outputs, words, digits)]


def _who(
    outputs: xr.Dataset, gains: pd.DataFrame, losses: pd.DataFrame, words: Catalogue, digits: int
) -> str:
    """Name who gains and who loses most."""
    change = tables.percent(outputs["real_income_hat"])
    said = {"least": _least(digits)}
    if not gains.empty:
        said["winner"] = words.economy_in_sentence(str(gains.index[0]))
        said["gain"] = signed(float(gains["real_income_percent"].iloc[0]), digits)
    if not losses.empty:
        said["loser"] = words.economy_in_sentence(str(losses.index[0]))
        said["loss"] = signed(float(losses["real_income_percent"].iloc[0]), digits)
    both = "loser" in said and "winner" in said
    if both:
        key = "lose_gain"
    elif "loser" in said:
        key = "hardly_gain" if (change > NO_CHANGE).any() else "all_lose"
    else:
        key = "hardly_lose" if (change < -NO_CHANGE).any() else "all_gain"
    return words.text(f"headline_{key}", **said)


def _world(outputs: xr.Dataset, words: Catalogue, digits: int) -> str:
    """Sum up the world; who is counted is who shows a change at the printed precision."""
    world = tables.world_effect(outputs)
    money = world["equivalent_variation_usd_billion"]
    return words.text(
        "headline_world_still" if world["unchanged"] else "headline_world",
        change=signed(world["real_income_percent"], digits),
        money=signed(money, digits_for([money])),
        losing=world["losing"],
        gaining=world["gaining"],
        economies=world["economies"],
        still=world["unchanged"],
        least=_least(digits),
    )


def unexplained(outputs: xr.Dataset, words: Catalogue) -> str | None:
    """Say how much of the change has no cause to its name, where that is worth saying."""
    code, share = tables.largest_unexplained(outputs)
    if share <= UNEXPLAINED_SAID:
        return None
    digits = digits_for([100.0 * share], 2, least=1)
    return words.text(
        "unexplained_note",
        share=plain(100.0 * share, digits),
        economy=words.economy_in_sentence(code),
    )


def settings(outputs: xr.Dataset, words: Catalogue) -> dict[str, str]:
    """Explain the choices and the quality of the solution."""
    return choices(outputs, words) | {"iterations": str(int(outputs.attrs["iterations"]))}


def choices(outputs: xr.Dataset, words: Catalogue) -> dict[str, str]:
    """Explain the choices behind any equilibrium, and its residual."""
    attrs = outputs.attrs
    return {
        "closure": words.setting("closure", str(attrs["closure"])),
        "labour": words.setting("labour", str(attrs["labour"])),
        "elasticities": _elasticities(outputs, words),
        "substitution": words.text(
            "method_substitution_value",
            value_added=f"{float(attrs['sigma_value_added']):.3g}",
            inputs=f"{float(attrs['sigma_inputs']):.3g}",
            final=f"{float(attrs['sigma_final']):.3g}",
        ),
        "residual": scientific(float(attrs["residual"])),
    }


def _elasticities(outputs: xr.Dataset, words: Catalogue) -> str:
    """Name the set of trade elasticities, and how far they are on their way to it."""
    name = words.setting("elasticity_set", str(outputs.attrs["elasticity_set"]))
    years = float(outputs.attrs.get("horizon_years", math.inf))
    if math.isinf(years):
        return name
    return words.text(
        "method_elasticities_horizon",
        set=name,
        years=f"{years:g}",
        short=f"{registry().trade_elasticity_short.value:g}",
    )


def _least(digits: int) -> str:
    """Write the bound below which a change is printed as zero: half of the last digit."""
    return plain(0.5 * 10.0**-digits, digits + 1)

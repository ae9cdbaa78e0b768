"""The run in a few sentences, for the head of a report and of the terminal's answer."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from tradewind.report import tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import digits_for, income_digits, scientific, signed


def headline(outputs: xr.Dataset, words: Catalogue) -> list[str]:
    """Say in two sentences who gains, who loses, and what becomes of the world."""
    gains, losses = tables.winners_and_losers(outputs, words.names, top=1)
    world = tables.world_effect(outputs)
    if gains.empty and losses.empty:
        return [words.text("headline_none")]
    change = pd.concat([gains, losses])["real_income_percent"]
    digits = income_digits(change)
    said: dict[str, str] = {}
    if not gains.empty:
        said["winner"] = words.economy_in_sentence(str(gains.index[0]))
        said["gain"] = signed(float(gains["real_income_percent"].iloc[0]), digits)
    if not losses.empty:
        said["loser"] = words.economy_in_sentence(str(losses.index[0]))
        said["loss"] = signed(float(losses["real_income_percent"].iloc[0]), digits)
    both = "loser" in said and "winner" in said
    key = "lose_gain" if both else "all_lose" if "loser" in said else "all_gain"
    first = words.text(f"headline_{key}", **said)
    money = world["equivalent_variation_usd_billion"]
    second = words.text(
        "headline_world",
        change=signed(world["real_income_percent"], digits),
        money=signed(money, digits_for([money])),
        losing=int(world["losing"]),
        gaining=int(world["gaining"]),
        economies=int(world["economies"]),
    )
    return [first[0].upper() + first[1:], second]


def settings(outputs: xr.Dataset, words: Catalogue) -> dict[str, str]:
    """Explain the choices and the quality of the solution."""
    attrs = outputs.attrs
    return {
        "closure": words.setting("closure", str(attrs["closure"])),
        "labour": words.setting("labour", str(attrs["labour"])),
        "elasticities": words.setting("elasticity_set", str(attrs["elasticity_set"])),
        "substitution": words.text(
            "method_substitution_value",
            value_added=f"{float(attrs['sigma_value_added']):g}",
            inputs=f"{float(attrs['sigma_inputs']):g}",
            final=f"{float(attrs['sigma_final']):g}",
        ),
        "residual": scientific(float(attrs["residual"])),
        "iterations": str(int(attrs["iterations"])),
    }

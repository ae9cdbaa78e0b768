"""What a plan says, in words: what is built where, on what power, at what cost, what binds."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import xarray as xr

from tradewind.capacity.inputs import EVERYWHERE
from tradewind.report import plan_tables as tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import NOTHING, as_written, plain, signed
from tradewind.report.plan_contract import PlanOutputs
from tradewind.report.plan_words import (
    LIST_JOINT,
    case_title,
    chip_name,
    dollars,
    in_language,
    listed,
    named,
    number,
    percent,
    place_name,
    year_words,
)

FEW = 3
"""Sites and carriers that a sentence names."""
LEAST_PART = 0.005
"""Share of the cost from which a part is told."""
HOURS_OF = ("load", "onshore wind", "wind", "offshore wind", "solar", "left")
"""Duration curves whose errors are told."""
GREEN = {"annual": "plan_assumed_green_annual", "hourly": "plan_assumed_green_hourly"}
"""How a share of green power is told, by how it is matched."""
LINE_JOINT = {"en": " ", "zh": ""}
STILL = 0.005
"""Difference of cost [%] below which two cases cost the same."""
SYSTEMS = ("plan_case_less", "plan_case_same", "plan_case_more")
COMPUTE = ("plan_case_less_compute", "plan_case_same_compute", "plan_case_more_compute")
"""How it is told that a case costs less, the same or more: its system, or compute alone."""
BINDS = 0.01
"""Value [USD per kW-year, H100e-year or tonne of CO2] from which a limit binds."""


def headline(outputs: PlanOutputs, words: Catalogue) -> list[str]:
    """Tell the plan in sentences, the first for those who read no more."""
    data = outputs.shown
    return [
        _built(data, words),
        _power(data, words),
        _cost(data, words),
        _limits(data, words),
        *_cases(outputs, words),
    ]


def frame(data: xr.Dataset, hours: str | Mapping[str, str], words: Catalogue) -> str:
    """Say of which years the data are, and what kind of answer this is."""
    names = ("load_year", "weather_year", "price_year")
    years = {name: year_words(data.attrs[name], words) for name in names}
    said = words.text("plan_frame", hours=in_language(hours, words), **years)
    return LINE_JOINT[words.language].join([said, *hours_errors(data, words)])


def assumptions(outputs: PlanOutputs, words: Catalogue) -> list[str]:
    """Say what holds that no number shows; in which cases, if not in all."""
    told: dict[str, list[str]] = {}
    main = outputs.table[outputs.table["axis"].fillna("") == ""]
    stand = dict(zip(main["case"], main["brownfield"], strict=True))
    for name, assumed in outputs.facts.get("assumed", {}).items():
        lines = [] if stand[name] else [words.text("plan_assumed_greenfield")]
        for line in [*lines, *_green(assumed, outputs.facts.get("groups", {}), words)]:
            told.setdefault(line, []).append(name)
    titles = {str(row["case"]): f"“{case_title(row, words)}”" for _, row in main.iterrows()}
    return [
        line
        if len(cases) == len(titles)
        else words.text(
            "plan_assumed_in", cases=listed([titles[name] for name in cases], words), line=line
        )
        for line, cases in told.items()
    ]


def _green(assumed: Mapping[str, Any], groups: Collection[str], words: Catalogue) -> list[str]:
    shares = dict(assumed["green_percent"])
    if not any(shares.values()):
        return []
    usual = as_written(shares.pop(EVERYWHERE))
    told = [
        words.text(
            "plan_green_in",
            place=named("group", word, words) if word in groups else place_name(word, words),
            percent=as_written(share),
        )
        for word, share in shares.items()
    ]
    told.append(words.text("plan_green_others" if told else "plan_green_every", percent=usual))
    return [words.text(GREEN[assumed["green_matching"]], shares=listed(told, words))]


def hours_errors(data: xr.Dataset, words: Catalogue) -> list[str]:
    """Say how far the chosen hours are from the year; nothing where no hours were chosen."""
    told = []
    error = json.loads(data.attrs.get("hours_duration_rmse", "{}"))
    parts = [
        f"{named('hours_of', name.replace(' ', '_'), words)} {percent(error[name], 1)}%"
        for name in HOURS_OF
        if name in error
    ]
    if any(error.values()):
        missed = percent(float(data.attrs["hours_peak_missed"]), 1)
        told.append(words.text("plan_hours_error", errors=listed(parts, words), missed=missed))
    if "hours_objective_error" in data.attrs:
        whole = signed(100.0 * float(data.attrs["hours_objective_error"]), 2)
        told.append(words.text("plan_hours_objective", percent=whole))
    return told


def _built(data: xr.Dataset, words: Catalogue) -> str:
    sites = tables.site_table(data)
    top = [
        words.text("plan_site_gw", site=place_name(str(name), words), gw=number(row["it_gw"], 2))
        for name, row in sites.head(FEW).iterrows()
    ]
    return words.text(
        "plan_story_built" if len(sites) > 1 else "plan_story_built_one",
        gw=number(float(sites["it_gw"].sum())),
        compute=number(float(sites["kh100e"].sum()) / 1e3),
        count=len(sites),
        candidates=data.sizes["site"],
        top=listed(top, words),
    )


def _power(data: xr.Dataset, words: Catalogue) -> str:
    energy = tables.generated(data)
    mix = [
        f"{named('carrier', str(name), words)} {percent(float(value / energy.sum()))}%"
        for name, value in energy.head(FEW).items()
    ]
    new = [
        f"{named('carrier', str(name), words)} {number(float(value))} GW"
        for name, value in tables.added(data).head(FEW).items()
    ]
    said = words.text(
        "plan_story_power",
        twh=number(tables.facility_twh(data)),
        pue=plain(tables.facility_pue(data), 2),
        grams=number(tables.intensity(data), 2),
        mix=listed(mix, words),
    )
    key = "plan_story_new" if new else "plan_story_new_none"
    return said + words.text(key, new=listed(new, words))


def _cost(data: xr.Dataset, words: Catalogue) -> str:
    parts = tables.mean_stack(data)
    total = float(parts.sum())
    told = [
        f"{named('part', str(name), words)} {percent(float(value) / total, 1)}%"
        for name, value in parts.sort_values(ascending=False, kind="stable").items()
        if value >= LEAST_PART * total
    ]
    said = words.text("plan_story_cost", usd=dollars(total), parts=listed(told, words))
    sites = tables.site_table(data).dropna(subset=["cost_usd"]).sort_values("cost_usd")
    if len(sites) < 2:
        return said
    return said + words.text(
        "plan_story_range",
        **{
            f"{end}_site": place_name(str(sites.index[place]), words)
            for end, place in (("low", 0), ("high", -1))
        },
        low=dollars(float(sites["cost_usd"].iloc[0])),
        high=dollars(float(sites["cost_usd"].iloc[-1])),
        more=percent(float(sites["cost_usd"].iloc[-1] / sites["cost_usd"].iloc[0]) - 1.0, 1),
    )


def _limits(data: xr.Dataset, words: Catalogue) -> str:
    """Say what binds: connections, caps on chips, and on carbon."""
    lines = []
    worth = data["connection_value"].to_series()
    bound = worth[worth > BINDS].sort_values(ascending=False)
    if len(bound):
        top = str(bound.index[0])
        value = number(float(bound.iloc[0]), 2)
        key = "plan_story_connection" if len(bound) > 1 else "plan_story_connection_one"
        lines.append(words.text(key, count=len(bound), site=place_name(top, words), value=value))
    for chip, value in data["chip_value"].to_series().items():
        if value > BINDS:
            chip_words = {"chip": chip_name(str(chip), words), "value": number(float(value), 2)}
            lines.append(words.text("plan_story_chip", **chip_words))
    lines += carbon_cap(data, words)
    return LINE_JOINT[words.language].join(lines) or words.text("plan_story_no_limit")


def carbon_cap(data: xr.Dataset, words: Catalogue) -> list[str]:
    """Say what one more tonne would save; nothing where no carbon cap binds."""
    value = float(data["carbon_value"])
    return [words.text("plan_story_carbon", value=number(value, 3))] if value > BINDS else []


def _cases(outputs: PlanOutputs, words: Catalogue) -> list[str]:
    """Set the main cases beside the first, name who failed, tell what limits are worth."""
    lines = []
    main = outputs.table[outputs.table["axis"].fillna("") == ""]
    known = main[main["system_cost"].notna()]
    if len(known) > 1:
        first = known.iloc[0]
        told = [_beside(row, first, words) for _, row in known.iloc[1:].iterrows()]
        lines.append(
            words.text(
                "plan_story_cases",
                first=case_title(first, words),
                told={"en": "; ", "zh": "；"}[words.language].join(told),
            )
        )
    lines += failures(outputs, words)
    if "value" in outputs.shown:
        lines.append(_values(outputs.shown["value"].to_series(), words))
    return lines


def failures(outputs: PlanOutputs, words: Catalogue) -> list[str]:
    """Say which cases have no plan, and why."""
    lines = []
    for name, reason in outputs.facts.get("failed", {}).items():
        row = outputs.table[outputs.table["case"] == name].iloc[0]
        said = in_language(reason, words)
        lines.append(words.text("plan_story_failed", case=case_title(row, words), reason=said))
    return lines


def _beside(row: pd.Series, first: pd.Series, words: Catalogue) -> str:
    """Compare what two cases cost: their systems, or compute alone if not the same plants stand."""
    alike = row["brownfield"] == first["brownfield"]
    name, keys = ("system_cost", SYSTEMS) if alike else ("usd_per_h100e_hour", COMPUTE)
    one, other = float(first[name]), float(row[name])
    change = 100.0 * (other / one - 1.0)
    title = case_title(row, words)
    less, same, more = keys
    if abs(change) < STILL:
        return words.text(same, case=title)
    money = number(abs(other - one) / 1e3, 2) if alike else dollars(other)
    return words.text(
        less if change < 0.0 else more, case=title, percent=_change(change), money=money
    )


def _change(percent_: float) -> str:
    """Write a difference of cost, of which hundredths of a percent are meant."""
    return plain(abs(percent_), 2 if abs(percent_) < 1.0 else 1)


def _values(values: pd.Series, words: Catalogue) -> str:
    told = [
        words.text(f"plan_value_none_{name}")
        if value == 0.0 and words.has(f"plan_value_none_{name}")
        else words.text(
            "plan_value_of", limit=named("value", str(name), words), money=number(float(value), 2)
        )
        for name, value in values.items()
    ]
    return words.text("plan_story_values", told=LIST_JOINT[words.language].join(told))


def difference(row: pd.Series, first: pd.Series) -> str:
    """Write how far a system's cost is from the first case's [%], a dash if they do not compare."""
    cost = float(row["system_cost"])
    if row["brownfield"] != first["brownfield"] or not math.isfinite(cost):
        return NOTHING
    return signed(100.0 * (cost / float(first["system_cost"]) - 1.0), 2)


def cases_note(outputs: PlanOutputs, words: Catalogue) -> str:
    """Say what the table of cases compares, and what it does not."""
    said = [words.text("plan_cases_note")]
    if len(set(outputs.table["brownfield"])) > 1:
        said.append(words.text("plan_cases_note_plants"))
    return LINE_JOINT[words.language].join(said)


def expectations(facts: Mapping[str, Any], words: Catalogue) -> list[str]:
    """What the scenario set out to see."""
    return [in_language(line, words) for line in facts.get("expectations", ())]

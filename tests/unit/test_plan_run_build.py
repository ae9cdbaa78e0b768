"""What a case says becomes sites, chips, workloads and rules; what it cannot say is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml

from tests.support.small_catalogue import REGIONS, small_catalogue
from tradewind.capacity.equations import great_circle_km
from tradewind.capacity.latency import round_trip_table
from tradewind.capacity.networks import europe
from tradewind.errors import ScenarioError
from tradewind.plan_run.assumed import assumed
from tradewind.plan_run.build import Inputs, inputs_of, mean_pue
from tradewind.plan_run.cases import steps_of
from tradewind.plan_run.catalogue import open_offer, round_trips_of
from tradewind.plan_run.facts import sources
from tradewind.plan_run.places import Places
from tradewind.scenario.plan import PlanFields, PlanSection
from tradewind.scenario.yaml_source import Source

CATALOGUE = small_catalogue()
GROUPS = {"chinese": ("CHN",), "western": ("chinese", "-East")}
CODES = ("CHN", "KAZ")
PARKS = [f"{name} Park" for name in REGIONS]


def places(groups: dict[str, tuple[str, ...]] = GROUPS) -> Places:
    return Places(CATALOGUE.sites, groups, Source("mine.yaml"))


def made(**fields: Any) -> Inputs:
    return inputs_of(CATALOGUE, PlanFields.model_validate(fields), places(), "plan")


def of(inputs: Inputs, kind: str) -> Any:
    (work,) = [work for work in inputs.workloads if work.kind == kind]
    return work


@pytest.mark.parametrize(
    ("words", "parks"),
    [
        (("all",), PARKS),
        (("west_park",), ["West Park"]),
        (("West",), ["West Park"]),
        (("KAZ", "East"), ["East Park", "Abroad Park"]),
        (("-kaz",), ["East Park", "West Park"]),
        (("western",), ["West Park"]),
        (("all", "-western"), ["East Park", "Abroad Park"]),
    ],
)
def test_words_for_sites(words: tuple[str, ...], parks: list[str]) -> None:
    assert places().select(words, "plan") == set(parks)


def test_words_that_are_refused() -> None:
    with pytest.raises(ScenarioError, match="did you mean West"):
        places().select(("Wst",), "plan.sites.allowed")
    with pytest.raises(ScenarioError, match="selects no site"):
        places().select(("West", "-CHN"), "plan.sites.allowed")
    loop = {"a": ("b",), "b": ("a",)}
    with pytest.raises(ScenarioError, match="contains itself"):
        places(loop).select(("a",), "plan.sites.allowed")


def test_nothing_said_is_what_the_network_has() -> None:
    inputs = made()
    assert [site.name for site in inputs.sites] == PARKS
    assert [chip.name for chip in inputs.chips] == ["H100"]
    assert inputs.chips[0].price_usd_per_h100e == CATALOGUE.chips[0].price_usd_per_h100e
    for work, own in zip(inputs.workloads, CATALOGUE.workloads, strict=True):
        assert work.demand == pytest.approx(own.demand, rel=1e-12)
        assert (work.latency_ms, work.residency, work.sites) == (own.latency_ms, None, None)
    assert inputs.rules == replace(CATALOGUE.rules, green_matching="annual")


@pytest.mark.parametrize(
    ("demand", "totals"),
    [
        ({}, (200.0, 100.0, 100.0)),
        ({"total": 800}, (400.0, 200.0, 200.0)),
        (
            {"total": 100, "shares_percent": {"training": 30, "interactive": 70}},
            (30.0, 0.0, 70.0),
        ),
        ({"by_class": {"training": 5, "batch": 7, "interactive": 9}}, (5.0, 7.0, 9.0)),
        ({"spare_percent": 10}, (220.0, 110.0, 110.0)),
    ],
)
def test_demand(demand: dict[str, Any], totals: tuple[float, ...]) -> None:
    inputs = made(demand=demand)
    kinds = ("training", "batch", "interactive")
    expected = {kind: total for kind, total in zip(kinds, totals, strict=True) if total}
    assert {work.kind: sum(work.demand.values()) for work in inputs.workloads} == pytest.approx(
        expected, rel=1e-12
    )
    for work in inputs.workloads:
        assert work.demand["East"] == pytest.approx(0.6 * sum(work.demand.values()))


def test_chips() -> None:
    inputs = made(
        chips={
            "families": ["910C", "H100"],
            "price_percent": -10,
            "price_percent_by": {"910C": 20},
            "caps": {"H100": 30},
            "allowed_at": {"H100": ["KAZ"]},
        }
    )
    weak, strong = inputs.chips
    assert weak.price_usd_per_h100e == pytest.approx(50_000 * 0.9 * 1.2, rel=1e-12)
    assert strong.price_usd_per_h100e == pytest.approx(30_000 * 0.9, rel=1e-12)
    assert (strong.cap, weak.cap) == ({"all": 30.0}, {})
    offered = {site.name: site.chips for site in inputs.sites}
    assert offered == {
        "East Park": ("910C",),
        "West Park": ("910C",),
        "Abroad Park": ("910C", "H100"),
    }


def test_a_cap_of_a_case_stands_beside_those_of_the_table() -> None:
    tight = replace(CATALOGUE.chips[0], cap={"all": 900.0, "East Park": 7.0})
    table = replace(CATALOGUE, chips=(tight, *CATALOGUE.chips[1:]))
    fields = PlanFields.model_validate({"chips": {"caps": {"H100": 30}}})
    (chip,) = inputs_of(table, fields, places(), "plan").chips
    assert chip.cap == {"all": 30.0, "East Park": 7.0}


def test_a_family_that_no_site_may_have_is_refused_unless_sites_are_named() -> None:
    sites = tuple(replace(site, chips=("H100",)) for site in CATALOGUE.sites)
    closed = replace(CATALOGUE, sites=sites)
    chips: dict[str, Any] = {"families": ["H100", "910C"], "caps": {"910C": 1}}
    with pytest.raises(ScenarioError, match=r"at no site.*\n.*families") as refused:
        inputs_of(closed, PlanFields.model_validate({"chips": chips}), places(), "plan")
    assert "allowed_at: {910C: all}" in refused.value.remedy
    assert refused.value.bound == "for sale: H100"
    opened = PlanFields.model_validate({"chips": {**chips, "allowed_at": {"910C": "KAZ"}}})
    offered = [site.chips for site in inputs_of(closed, opened, places(), "plan").sites]
    assert offered == [("H100",), ("H100",), ("H100", "910C")]
    # The network's own table may let a family stand at one site alone.
    some = replace(CATALOGUE, sites=(replace(sites[0], chips=("910C",)), *sites[1:]))
    one = inputs_of(some, PlanFields.model_validate({"chips": chips}), places(), "plan").sites
    assert [site.chips for site in one] == [("910C",), ("H100",), ("H100",)]


@pytest.mark.parametrize(
    ("part", "own", "remedy"),
    [
        ("caps", {"910C": 10.0}, "{}"),
        ("caps", {"910C": 10.0, "H100": 2000.5}, "{H100: 2000.5}"),
        ("price_percent_by", {"910C": -5.0, "H100": -7.5}, "{H100: -7.5}"),
        ("allowed_at", {"910C": "KAZ", "H100": ["KAZ", "West"]}, "{H100: [KAZ, West]}"),
    ],
)
def test_a_case_may_take_back_what_the_section_says_of_chips_it_does_not_sell(
    part: str, own: dict[str, Any], remedy: str
) -> None:
    section = {"network": "us", "chips": {"families": ["H100", "910C"], part: own}}
    alone = {"title": "Strong chips", "chips": {"families": ["H100"]}}
    plan = PlanSection.model_validate({**section, "cases": {"strong": alone}})
    with pytest.raises(ScenarioError) as refused:
        inputs_of(CATALOGUE, plan.of("strong"), places(), "plan.cases.strong")
    assert refused.value.where == f"mine.yaml, field plan.cases.strong.chips.{part}.910C"
    said = re.search(r"if the section says it, write `(.*)` in the case$", refused.value.remedy)
    assert said is not None
    assert said[1] == f"chips: {{{part}: {remedy}}}"
    with pytest.raises(ScenarioError) as plain:
        inputs_of(CATALOGUE, plan.of("strong"), places(), "plan")
    assert plain.value.remedy.endswith("or leave it out")
    # What it tells to write is what mends the case, and takes nothing else away.
    alone["chips"] |= yaml.safe_load(said[1])["chips"]
    mended = PlanSection.model_validate({**section, "cases": {"strong": alone}}).of("strong")
    (chip,) = inputs_of(CATALOGUE, mended, places(), "plan.cases.strong").chips
    assert chip.name == "H100"
    kept = PlanFields.model_validate({"chips": {part: own}}).chips
    assert getattr(mended.chips, part) == {
        name: value for name, value in getattr(kept, part).items() if name == "H100"
    }


def test_rules() -> None:
    rules = made(
        rules={
            "carbon_price": 50,
            "carbon_cap": 2.5,
            "green_percent": 80,
            "green_matching": "hourly",
            "reserve_percent": 15,
        }
    ).rules
    assert (rules.carbon_price, rules.carbon_cap) == (50.0, 2.5e6)
    assert (rules.green_share, rules.green_matching) == (0.8, "hourly")
    assert rules.reserve_margin == pytest.approx(0.15)
    assert rules.green_carriers == ("solar",)


def test_a_green_share_by_site() -> None:
    by = {"western": 80, "kaz": 0, "West_Park": 90}
    assert made(rules={"green_percent": 50, "green_percent_by": by}).rules.green_share == {
        **{"East Park": 0.5, "West Park": 0.9, "Abroad Park": 0.0}
    }
    # A share for a site that the case leaves out is none.
    abroad = made(rules={"green_percent_by": by}, sites={"allowed": ["KAZ"]}).rules
    assert abroad.green_share == {"Abroad Park": 0.0}
    told = said_of(rules={"green_percent_by": by})
    assert told == {
        "green_matching": "annual",
        "green_percent": {"all": 0.0, "western": 80.0, "KAZ": 0.0, "West Park": 90.0},
        "varied": {},
    }
    told = said_of(rules={"green_percent": 5, "green_percent_by": {"West": 8, "all": 7, "-kaz": 6}})
    assert told["green_percent"] == {"all": 7.0, "-KAZ": 6.0}


def said_of(**fields: Any) -> dict[str, Any]:
    """What is told of the only case of a section."""
    section = PlanSection.model_validate({"network": "us", **fields})
    step = steps_of(section, title="T")[0]
    inputs = inputs_of(CATALOGUE, step.fields, places(), "plan")
    return assumed(step, inputs, places(), section.sensitivity)


def test_what_a_varied_number_is_before() -> None:
    fields = [
        *("latency_ms.interactive", "latency_ms.training", "chips.price_percent"),
        *("demand.total", "overheads.transfer_percent"),
    ]
    axes = [{"field": field, "values": [9.0], "unit": "1"} for field in fields]
    told = said_of(sensitivity=axes, overheads={"transfer_percent": 30})
    # Training has no bound there, and the whole demand is the network's.
    assert told["varied"] == {
        **{"latency_ms.interactive": 100.0, "chips.price_percent": 0.0},
        **{"overheads.transfer_percent": 30.0},
    }
    told = said_of(sensitivity=axes[:2], latency_ms={"interactive": 80, "training": 300})
    assert told["varied"] == {"latency_ms.interactive": 80.0, "latency_ms.training": 300.0}


def test_sites_and_their_limits() -> None:
    inputs = made(
        sites={"allowed": ["CHN"], "connection_percent": 50, "connection_gw": {"West": 9}}
    )
    limits = {site.name: site.connection_limit for site in inputs.sites}
    assert limits == {"East Park": 7.5, "West Park": 9.0}


def test_a_pue_limit_takes_the_first_cooling_that_keeps_it() -> None:
    own = {site.name: site for site in CATALOGUE.sites}
    assert [round(mean_pue(own[name]), 3) for name in PARKS] == [1.35, 1.2, 1.2]
    limited = {
        site.name: site for site in made(sites={"pue": [{"sites": "all", "at_most": 1.2}]}).sites
    }
    assert mean_pue(limited["East Park"]) == pytest.approx(1.165)
    assert limited["West Park"].pue_base == own["West Park"].pue_base
    # The first limit that names a site holds, and only it.
    twice = [{"sites": "East", "at_most": 1.4}, {"sites": "all", "at_most": 1.2}]
    east = made(sites={"pue": twice}).sites[0]
    assert east.pue_base == own["East Park"].pue_base


def test_work_at_home_and_in_a_group() -> None:
    local = made(sites={"local": ["interactive"], "by_class": {"training": "western"}})
    assert of(local, "interactive").sites == {name: {f"{name} Park"} for name in REGIONS}
    assert of(local, "training").sites == {name: {"West Park"} for name in REGIONS}
    assert of(local, "batch").sites is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"latency_ms": {"interactive": 1}},
            ("latency_ms", "interactive", "1 ms", "at least 4 ms"),
        ),
        (
            {"latency_ms": {"batch": 10}, "sites": {"allowed": ["Abroad"]}},
            ("sites", "'East'", "10 ms", "Abroad Park"),
        ),
        ({"residency": {"CHN": ["KAZ"]}, "sites": {"allowed": ["CHN"]}}, ("residency", "KAZ")),
    ],
)
def test_work_that_no_site_may_serve_is_refused_before_any_plan(
    changes: dict[str, object], words: tuple[str, ...]
) -> None:
    with pytest.raises(ScenarioError) as refusal:
        made(**changes)
    for word in words:
        assert word in str(refusal.value)


def test_round_trips_between_countries_are_measured_ones_where_known() -> None:
    known = round_trips_of("europe")
    places = {site.name: (site.latitude, site.longitude, site.country) for site in europe.sites()}
    trips = round_trip_table(europe.sites(), places, known)
    by_distance = round_trip_table(europe.sites(), places, None)
    measured = 0
    for site in europe.sites():
        for name, (latitude, longitude, country) in places.items():
            ends = (country, site.country)
            pings = [known[pair] for pair in (ends, ends[::-1]) if pair in known]
            if country == site.country or not pings:
                assert trips.loc[name, site.name] == by_distance.loc[name, site.name]
                continue
            light = (
                2.0 * great_circle_km(latitude, longitude, site.latitude, site.longitude) / 200.0
            )
            assert trips.loc[name, site.name] == pytest.approx(max(min(pings), light), rel=1e-12)
            measured += 1
    assert measured > 0.75 * trips.size
    assert round_trips_of("china31") == round_trips_of("us") == {}
    assert round_trips_of("world") == known


@pytest.mark.parametrize(("network", "times"), [("europe", 1), ("world", 1), ("us", 0)])
def test_the_sources_of_a_report_hold_those_of_its_round_trips(network: str, times: int) -> None:
    run = SimpleNamespace(scenario=SimpleNamespace(plan=SimpleNamespace(network=network)))
    found = [row["source"] for row in sources(run)]  # type: ignore[arg-type]
    assert sum("WonderNetwork" in source for source in found) == times


def test_residency() -> None:
    home = of(made(residency={"all": "home"}), "batch").residency
    assert home == {"East": {"CHN"}, "West": {"CHN"}, "Abroad": {"KAZ"}}
    some = of(made(residency={"KAZ": ["all", "-CHN"]}), "batch").residency
    assert some == {"Abroad": {"KAZ"}}
    lawful = replace(CATALOGUE, adequate={"CHN": frozenset({"CHN"}), "KAZ": frozenset(CODES)})
    fields = PlanFields(residency={"all": ("adequate",), "KAZ": ("adequate", "-home")})
    (batch, *_) = inputs_of(lawful, fields, places(), "plan").workloads
    assert batch.residency == {"East": {"CHN"}, "West": {"CHN"}, "Abroad": {"CHN"}}


def test_europe_has_a_list_of_where_data_may_go() -> None:
    offer = open_offer("europe", 0)
    fields = PlanFields(residency={"all": ("adequate",), "FRA": ("home",)})
    given = inputs_of(offer, fields, Places(offer.sites, {}, Source("mine.yaml")), "plan")
    for work in given.workloads:
        assert work.residency == {
            name: {"FRA"} if country == "FRA" else europe.adequate()[country]
            for name, (_, _, country) in work.regions.items()
        }
    assert not any(open_offer(name, 24).adequate for name in ("us", "china31", "world"))


def test_overheads_abroad() -> None:
    inputs = made(
        overheads={
            "transfer_percent": 100,
            "abroad_usd_per_h100e_hour": 0.03,
            "abroad_latency_ms": 60,
        }
    )
    chat = of(inputs, "interactive")
    price = chat.usd_per_gb
    assert price["East", "West Park"] == pytest.approx(0.1)
    assert price["East", "Abroad Park"] == pytest.approx(0.1 + 0.03 / 0.3)
    # 60 ms more than distance takes are beyond the 100 ms that chat can bear.
    assert chat.sites == {
        **{"East": {"East Park", "West Park"}, "West": {"East Park", "West Park"}},
        **{"Abroad": {"Abroad Park"}},
    }
    assert of(inputs, "training").sites == {name: set(PARKS) for name in REGIONS}
    assert np.isinf(of(inputs, "training").latency_ms)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"chips": {"families": ["H10"]}}, ("plan.chips.families", "H10", "did you mean H100")),
        ({"chips": {"caps": {"B20": 1}}}, ("plan.chips.caps", "B20")),
        (
            {"chips": {"caps": {"910C": 10}}},
            ("plan.chips.caps.910C", "for sale: H100", "families: [H100, 910C]", "or leave it out"),
        ),
        ({"chips": {"price_percent_by": {"910C": -5}}}, ("price_percent_by.910C", "for sale")),
        (
            {"chips": {"families": ["910C"], "allowed_at": {"H100": ["KAZ"]}}},
            ("plan.chips.allowed_at.H100", "for sale: 910C"),
        ),
        (
            {"rules": {"green_percent_by": {"Eas Park": 80}}},
            ("plan.rules.green_percent_by.Eas Park", "did you mean East Park"),
        ),
        ({"sites": {"allowed": ["Est"]}}, ("plan.sites.allowed", "Est", "East")),
        (
            {"sites": {"allowed": ["West"], "local": ["batch"]}},
            ("no site is left", "batch of East", "local: batch"),
        ),
        ({"sites": {"pue": [{"sites": "East", "at_most": 1.1}]}}, ("1.1 at East Park", "1.165")),
        ({"residency": {"DEU": "home"}}, ("plan.residency", "DEU", "CHN, KAZ")),
        ({"residency": {"CHN": "DEU"}}, ("plan.residency", "DEU", "one of all, home, CHN, KAZ")),
        ({"residency": {"all": "adequate"}}, ("plan.residency", "no list", "europe has a list")),
        (
            {"latency_ms": {"interactive": 1}, "sites": {"local": ["interactive"]}},
            ("no site is left", "1 ms"),
        ),
    ],
)
def test_refusals(fields: dict[str, Any], said: tuple[str, ...]) -> None:
    with pytest.raises(ScenarioError) as refused:
        made(**fields)
    message = str(refused.value)
    assert all(part in message for part in ("mine.yaml", *said)), message

"""What is refused of rules, questions and shipments, with file, field, value and bound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.rules import small_regime, small_round
from tradewind.controls import Regime, decide, decide_table
from tradewind.controls.ledger import keep_ledger
from tradewind.controls.reading import read_round
from tradewind.controls.shipments import parse_shipments, read_shipments
from tradewind.errors import InputError
from tradewind.scenario import Scenario
from tradewind.scenario.yaml_source import Source


def refused(call: Callable[[], object], *said: str) -> InputError:
    with pytest.raises(InputError) as caught:
        call()
    error = caught.value
    for part in (error.problem, error.where, error.bound, error.remedy):
        assert part, str(error)
    assert error.value is not None, str(error)
    for words in said:
        assert words in str(error), str(error)
    return error


def changed(rule: str, **fields: Any) -> dict[str, Any]:
    data = small_round()
    (found,) = [entry for entry in data["rules"] if entry["id"] == rule]
    for name, value in fields.items():
        found[name] = value
    return data


@pytest.mark.parametrize(
    ("rule", "fields", "said"),
    [
        ("here", {"polcy": "denial"}, ("no field 'polcy'", "policy")),
        ("here", {"policy": "refusal"}, ("rules[2].policy", "refusal", "denial")),
        ("here", {"kind": "requirment"}, ("known kind", "requirement")),
        ("here", {"effective": "2020-02-30"}, ("no day of the calendar", "2020-02-30")),
        ("here", {"until": "2019-12-31"}, ("reversed", "until", "2019-12-31")),
        ("here", {"compliance": "2019-12-31"}, ("reversed", "compliance")),
        ("here", {"when": {"destnation": "CN"}}, ("no field 'destnation'", "destination")),
        ("here", {"when": {"destination": "Utopia"}}, ("no such country or group", "Utopia")),
        ("here", {"when": {"destination": "D:6"}}, ("no such country or group", "D:5")),
        ("here", {"when": {"market": "gaming"}}, ("market", "datacenter")),
        ("here", {"when": {"item": "h1000"}}, ("item", "h1000", "h100")),
        ("here", {"when": {"any": []}}, ("rules[2].when.any",)),
        ("here", {"paragraphs": ["B.c"]}, ("paragraph that does not exist", "B.c")),
        ("big", {"when": {"destination": "CN"}}, ("cannot depend on destination",)),
        (
            "big",
            {"when": {"total_processing_performance": {"at_least": 2, "below": 1}}},
            ("no interval",),
        ),
        (
            "big",
            {"when": {"total_processing_performance": {"at_least": "4800"}}},
            ("when.total_processing_performance.at_least", "a number"),
        ),
        ("mild", {"of": ["there"]}, ("requirement that does not exist", "there")),
        ("mild", {"of": ["notice"]}, ("requirement that does not exist", "notice")),
        ("milder", {"beyond": None}, ("beyond",)),
        ("milder", {"quota": ["lid"]}, ("quota that does not exist", "lid")),
        ("small", {"lifts": ["gone"]}, ("requirement that does not exist",)),
        ("users", {"beside": []}, ("bind at once", "B.a from 2020-06-01")),
        ("cap", {"amount": -1}, ("amount", "more than 0")),
        ("cap", {"share_of_company": 0.5}, ("one size",)),
        ("cap", {"period": {"from": "2022-01-01", "to": "2021-01-01"}}, ("reversed",)),
        (
            "cap",
            {
                "amount": None,
                "path": [{"from": "2021-01-01", "amount": 2}, {"from": "2021-04-01", "amount": 1}],
            },
            ("never falls",),
        ),
        ("share", {"per": ["destination"]}, ("company",)),
        ("letter", {"id": "here"}, ("two rules have one id",)),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    rule: str, fields: dict[str, Any], said: tuple[str, ...]
) -> None:
    refused(lambda: small_regime(changed(rule, **fields)), "test.yaml", *said)


def test_certificates_have_an_end() -> None:
    words = [f"word-{index}" for index in range(70)]
    data = changed("mild", when={"certifications": words})
    refused(lambda: small_regime(data), "test.yaml", "at most 64")


def test_a_round_needs_its_head() -> None:
    data = small_round()
    del data["citation"]
    refused(lambda: read_round(data, Source("test.yaml")), "'citation' is missing")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"end": [{"id": "us-2023-10-destination"}]}, ("end[0]", "on")),
        ({"end": [{"id": "us-2023", "on": "2024-01-01"}]}, ("no such rule", "us-2023")),
        ({"end": [{"round": "us-2023-10", "on": "soon"}]}, ("end[0].on", "soon")),
        ({"end": [{"on": "2024-01-01"}]}, ("names no rule",)),
        ({"change": [{"id": "us-2023-3a090.a"}]}, ("changes nothing",)),
        (
            {"change": [{"id": "us-2023-3a090.a", "policy": "denial"}]},
            ("change[0].policy", "no field 'policy'"),
        ),
        (
            {"change": [{"id": "us-2023-3a090.a", "until": "2020-01-01"}]},
            ("change[0].until", "reversed"),
        ),
        (
            {"add": [{"kind": "duty", "id": "mine", "title": "M", "effective": "2024-01-01"}]},
            ("add[0].rate_percent", "missing"),
        ),
        (
            {
                "add": [
                    {
                        "kind": "duty",
                        "id": "mine",
                        "title": "M",
                        "effective": "2024-01-01",
                        "rate_percent": 5,
                    }
                ]
            },
            ("add[0].jurisdiction", "US or CN"),
        ),
    ],
)
def test_a_regime_that_cannot_be_is_refused(change: dict[str, Any], said: tuple[str, ...]) -> None:
    refused(lambda: Regime.shipped().changed(**change), *said)


def test_a_scenario_is_told_with_its_line() -> None:
    text = (
        "name: mine\ntitle: Mine\nshocks: []\ncontrols:\n  change:\n"
        "    - {id: us-2023-3a090.a, effective: never}\n"
    )
    scenario = Scenario.from_text(text, "mine.yaml")
    refused(
        lambda: Regime.of(scenario.controls, scenario.origin),
        "mine.yaml, line 6",
        "controls.change[0].effective",
    )
    wrong = text.replace("change", "chnage")
    refused(lambda: Scenario.from_text(wrong, "mine.yaml"), "controls.chnage", "change")


def test_no_controls_and_added_ones() -> None:
    text = "name: mine\ntitle: Mine\nshocks: []\ncontrols: {regime: none}\n"
    scenario = Scenario.from_text(text)
    assert Regime.of(scenario.controls).rules == ()
    assert Scenario.from_dict(scenario.to_dict()) == scenario
    assert Regime.of(None) is Regime.shipped()
    free = decide("H100", destination="CN", date="2026-01-01", regime=Regime.none())
    assert (free.policy, free.changes) == ("none", ())
    ended = Regime.shipped().changed(end=[{"round": "us-2022-08", "on": "2022-08-26"}])
    assert decide("A100", destination="CN", date="2022-08-26", regime=ended).policy == "none"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"item": "H1000"}, ("no such item", "h100")),
        ({"item": None}, ("no item", "total_processing_performance")),
        ({"destination": "Utopia"}, ("no such country", "destination")),
        ({"headquarters": "XX"}, ("no such country", "headquarters")),
        ({"date": "2025-13-01"}, ("no day of the calendar", "2025-13-01")),
        ({"quantity": -1}, ("quantity", "whole number above 0")),
        ({"quantity": 1.5}, ("quantity", "whole number above 0")),
        ({"market": "gaming"}, ("market", "datacenter, consumer")),
        ({"transaction": "gift"}, ("transaction", "reexport")),
        ({"certifications": ["kcy"]}, ("kcy", "kyc")),
        ({"figures": {"die_area_mm2": 0}}, ("die area", "above 0")),
        ({"figures": {"total_processing_performance": -5}}, ("0 or more",)),
        ({"figures": {"interconnect_gb_s": float("inf")}}, ("finite",)),
        ({"figures": {"planar": 0.5}}, ("0 or 1",)),
        ({"figures": {"tpp": 5}}, ("no column 'tpp'",)),
        ({"used": {"us-2025-cap": 1}}, ("no such rule", "us-2025-cap")),
        ({"used": {"us-2025-lpp-cap": -1}}, ("us-2025-lpp-cap", "0 or more")),
        ({"date": "2025"}, ("no day of the calendar", "2025")),
        ({"date": "now"}, ("no day of the calendar", "now")),
    ],
)
def test_a_question_that_cannot_be_is_refused(
    question: dict[str, Any], said: tuple[str, ...]
) -> None:
    asked = {"item": "H100", "destination": "CN", "date": "2025-06-01", **question}
    refused(lambda: decide(**asked), *said)


def test_a_table_is_told_with_its_row() -> None:
    table = {"item": ["h100", "h1000"], "destination": "CN", "date": "2025-06-01"}
    refused(lambda: decide_table(table), "row 1", "h1000")
    refused(lambda: decide_table({"item": ["h100"], "date": "2025-06-01"}), "destination")
    refused(lambda: decide_table({**table, "item": ["h100"] * 2, "quantity": [1.0] * 3}), "length")
    days = {**table, "item": "h100", "date": ["2025-06-01", "never"]}
    refused(lambda: decide_table(days), "row 1", "never")
    gone = {**days, "date": np.array(["2025-06-01", "NaT"], dtype="datetime64[D]")}
    refused(lambda: decide_table(gone), "row 1", "not given")


HEAD = "date,item,quantity,destination"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{HEAD}\n2025-06-02,h100,1,IN\n2025-06-01,h100,1,IN\n",
            ("lines 2 and 3", "out of order"),
        ),
        (f"{HEAD}\n2025-06-02,h100,-1,IN\n", ("line 2", "quantity", "-1")),
        (f"{HEAD}\n2025-06-02,h100,many,IN\n", ("line 2", "many")),
        (f"{HEAD}\n2025-06-02,h100,1\n", ("line 2", "4 cells")),
        (f"{HEAD}\n2025-06-02,h100,1,IN\n2025-06-02,h1000,1,IN\n", ("line 3", "h1000")),
        (f"{HEAD}\n2025-06-02,h100,1,Utopia\n", ("Utopia", "line 2")),
        (f"{HEAD}\nJune,h100,1,IN\n", ("line 2", "June")),
        (f"{HEAD}\n", ("no shipment",)),
        ("", ("column date is missing",)),
        ("date,item,quantity\n2025-06-02,h100,1\n", ("column destination is missing",)),
        (f"{HEAD},colour\n", ("colour", "line 1")),
        (f"{HEAD},claim\n2025-06-02,h100,1,IN,lpp\n", ("no such exception", "line 2")),
    ],
)
def test_a_list_of_shipments_that_cannot_be_is_refused(text: str, said: tuple[str, ...]) -> None:
    refused(lambda: keep_ledger(parse_shipments(text, "list.csv")), "list.csv", *said)


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_shipments(tmp_path / "none.csv")

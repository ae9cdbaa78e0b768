"""The shipped rules: days on which they begin and end, order, and bulk against one by one."""

from __future__ import annotations

import datetime
import doctest
import importlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import plain_rules
from tradewind.controls import Regime, decide, decide_table
from tradewind.controls.block import missing_names
from tradewind.controls.conditions import NUMBERS, PLACES
from tradewind.controls.countries import change_days, codes, memberships
from tradewind.controls.diff import countries_in_words, difference
from tradewind.controls.equations import POLICIES
from tradewind.controls.explain import explain_item
from tradewind.controls.items import Items
from tradewind.controls.reading import known_through, shipped_rounds
from tradewind.controls.schema import NEVER, Paragraph, Rule

SHIPPED = Regime.shipped()
KEPT = SHIPPED.changed(change=[{"round": "us-2025-diffusion", "enforced_until": None}])
ONE_DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2022, 6, 1)
RULES = [rule for rule in SHIPPED.rules if rule.begins < rule.ends]


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_it_binds_from_its_first_day_to_the_day_before_its_last(rule: Rule) -> None:
    index = SHIPPED.rules.index(rule)
    days = [rule.begins - ONE_DAY, rule.begins]
    expected = [False, True]
    if rule.ends != NEVER:
        days += [rule.ends - ONE_DAY, rule.ends]
        expected += [True, False]
    numbers = np.array(days, dtype="datetime64[D]").astype(np.int64)
    bound = SHIPPED.engine.binding[index, SHIPPED.engine.epoch(numbers)]
    assert [rule.binds(day) for day in days] == bound.tolist() == expected


def test_the_diffusion_rule_never_bound_and_binds_if_kept() -> None:
    ids = [rule.id for rule in SHIPPED.rules if rule.round == "us-2025-diffusion"]
    assert len(ids) > 10
    assert all(SHIPPED.by_id[name].begins >= SHIPPED.by_id[name].ends for name in ids)
    day = datetime.date(2025, 5, 15)
    assert [KEPT.by_id[name].binds(day) for name in ids] == [True] * len(ids)
    assert [KEPT.by_id[name].binds(day - ONE_DAY) for name in ids] == [False] * len(ids)


def test_no_day_is_later_than_what_is_known() -> None:
    assert max(item.published for item in shipped_rounds()) <= known_through()


def test_memberships_have_days_in_order() -> None:
    assert all(row.first < row.end for row in memberships())
    assert len(change_days()) >= 2


APART = ("item", "quantity", "die_area_mm2", "company_total", "certifications")


@st.composite
def questions(draw: st.DrawFn) -> dict[str, object]:
    """Any question that the shipped catalogue and countries allow."""
    certified = SHIPPED.engine.vocabulary["certifications"]
    asked: dict[str, object] = {
        "item": draw(st.sampled_from(Items.shipped().names)),
        "destination": draw(st.sampled_from(codes())),
        "date": str(FIRST + draw(st.integers(0, 1600)) * ONE_DAY),
        "quantity": draw(st.integers(1, 60000)),
        "headquarters": draw(st.sampled_from([*codes(), ""])),
        "exported_from": draw(st.sampled_from(["US", "CN", "TW", ""])),
        "transaction": draw(st.sampled_from(["export", "reexport", "transfer"])),
        "market": draw(st.sampled_from(["datacenter", "consumer", ""])),
        "certifications": ",".join(sorted(draw(st.sets(st.sampled_from(certified), max_size=8)))),
        "die_area_mm2": draw(st.sampled_from([np.nan, 100.0, 400.0, 814.0])),
        "company_total": draw(st.sampled_from([np.nan, 1e9])),
    }
    return asked


@settings(deadline=None, max_examples=20)
@given(st.lists(questions(), min_size=1, max_size=12), st.sampled_from([SHIPPED, KEPT]))
def test_bulk_is_one_by_one(asked: list[dict[str, object]], regime: Regime) -> None:
    table = {name: [row[name] for row in asked] for name in asked[0]}
    bulk = decide_table(table, regime)
    labels = bulk.labels(regime)
    for index, row in enumerate(asked):
        alone = decide_table(row, regime)
        for name in type(bulk).__dataclass_fields__:
            assert getattr(bulk, name)[index] == getattr(alone, name)[0], (name, row)
        figures = {
            name: float(str(row[name]))
            for name in ("die_area_mm2", "company_total")
            if not np.isnan(float(str(row[name])))
        }
        told = decide(
            str(row["item"]),
            **{name: str(row[name]) for name in table if name not in APART},  # type: ignore[arg-type]
            certifications=str(row["certifications"]).split(","),
            quantity=float(str(row["quantity"])),
            figures=figures,
            regime=regime,
            with_changes=False,
        )
        assert told.policy == labels["policy"][index], row
        if told.applied and not told.alternatives:
            assert told.applied[0].requirement == labels["requirement"][index]


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from(codes()),
    st.integers(0, 1500),
    st.floats(0, 30000),
    st.floats(1.0, 3.0),
    st.sampled_from([90.0, 300.0, 814.0]),
    st.sampled_from(["datacenter", "consumer"]),
)
def test_more_performance_never_loosens(
    destination: str, day: int, tpp: float, factor: float, area: float, market: str
) -> None:
    # Without certificates: the review of 2026 asks for a TPP of 4,800 or more, and for six of them.
    answers = decide_table(
        {
            "total_processing_performance": [tpp, tpp * factor],
            "die_area_mm2": area,
            "planar": 0.0,
            "interconnect_gb_s": 900.0,
            "memory_bandwidth_gb_s": 3000.0,
            "market": market,
            "destination": destination,
            "date": str(FIRST + day * ONE_DAY),
        }
    )
    assert answers.level[0] >= 0
    assert answers.level[0] <= answers.level[1]


def test_certificates_never_tighten() -> None:
    # A listed affiliate is no certificate but a fact that brings its user under a rule.
    words = [
        word for word in SHIPPED.engine.vocabulary["certifications"] if word != "listed-affiliate"
    ]
    items = ["h100", "h20", "l20", "rtx-4090", "h200"]
    for regime in (SHIPPED, KEPT):
        for day in ("2024-12-31", "2025-06-01", "2026-02-01"):
            table = {"item": items, "destination": "CN", "date": day}
            bare = decide_table(table, regime).level
            held = decide_table({**table, "certifications": ",".join(words)}, regime).level
            assert (held <= bare).all()


def test_a_difference_lists_rules_and_shifts() -> None:
    found = difference(datetime.date(2022, 8, 25), datetime.date(2022, 8, 26))
    began = [rule.id for rule in SHIPPED.rules if rule.begins == datetime.date(2022, 8, 26)]
    assert list(found.began) == began
    assert found.ended == ()
    to_china = [
        shift for shift in found.shifts if "CN" in shift.countries and "h100" in shift.items
    ]
    assert {(shift.before, shift.after) for shift in to_china} == {
        ("none", "presumption_of_denial")
    }
    same = difference(datetime.date(2022, 8, 1), datetime.date(2022, 8, 2))
    assert (same.began, same.ended, same.shifts) == ((), (), ())


def test_countries_in_words() -> None:
    day = datetime.date(2026, 7, 1)
    assert countries_in_words(["CN", "MO"], day) == "China, Macao SAR China"
    assert countries_in_words(codes(), day) == "every country"
    assert countries_in_words([code for code in codes() if code != "US"], day) == (
        "every country but United States"
    )


def test_an_item_is_explained_with_its_arithmetic() -> None:
    told = explain_item("H100", datetime.date(2024, 1, 1))
    assert told.arithmetic[0].endswith("= 15,832")
    assert "814 mm² = 19.45" in told.arithmetic[1]
    met = {entry.rule: entry.met for entry in told.paragraphs}
    assert met["us-2023-3a090.a"] == "met"
    assert met["us-2023-3a090.b"] == "not met"
    bound = [rule.id for rule in SHIPPED.binding(told.date) if isinstance(rule, Paragraph)]
    assert list(met) == bound


def test_labels_tell_the_same_as_the_codes() -> None:
    table = {"item": ["h100", "l20"], "destination": ["CN", "FR"], "date": "2024-06-01"}
    answers = decide_table(table)
    labels = answers.labels(SHIPPED)
    assert labels["policy"] == [POLICIES[level] for level in answers.level]
    assert labels["requirement"] == ["us-2023-10-destination", None]
    assert answers.licence_required.tolist() == [1.0, 0.0]
    assert missing_names(0) == ""


def test_a_data_frame_is_a_table() -> None:
    asked = {"item": ["h100", "l20"], "destination": ["CN", "NOR"], "date": ["2024-01-01"] * 2}
    frame = pd.DataFrame(asked | {"die_area_mm2": [np.nan, 609.0]})
    frame["date"] = pd.to_datetime(frame["date"])
    frame["item"] = frame["item"].astype("category")
    assert decide_table(frame).level.tolist() == decide_table(asked).level.tolist() == [5, 0]
    assert decide_table(frame.iloc[:0]).level.tolist() == []


def test_a_regime_without_rules_takes_any_certificate_that_is_known() -> None:
    asked = {"item": "h100", "destination": "CN", "date": "2026-02-01", "certifications": "lpp"}
    assert decide_table(asked, Regime.none()).level.tolist() == [0]


TPPS = [0.0, 1599.0, 1600.0, 2400.0, 4799.0, 4800.0, 9600.0, 15832.0, 20919.0, 21000.0]
AREAS = [100.0, 270.2, 270.3, 500.0, 814.0, 3000.0]
LINKS, MEMORIES = [0.0, 599.0, 600.0, 900.0, 1100.0], [864.0, 1400.0, 4000.0, 4800.0, 6500.0]


def known_questions(rows: int) -> dict[str, np.ndarray]:
    """Questions in which every figure is known, thresholds and their neighbours among them."""
    rng = np.random.default_rng(7)
    chips = ["", "h20", "mi308x", "a100", "gallium", "hbm3", "rare-earth-technology", "h200"]
    certified = [*SHIPPED.engine.vocabulary["certifications"], ""]
    # Pairs of the countries that rules tell apart, and any others.
    places = ["CN", "HK", "MO", "RU", "IN", "AE", "IL", "FR", "US", "KH", "VN", "SG", *codes()]
    weights = np.r_[np.full(12, 0.06), np.full(len(codes()), 0.28 / len(codes()))]
    return {
        "item": rng.choice(chips, rows, p=[0.65, *[0.05] * 7]),
        "destination": rng.choice(places, rows, p=weights),
        "headquarters": rng.choice(places, rows, p=weights),
        "exported_from": rng.choice(["US", "CN", "TW"], rows, p=[0.6, 0.2, 0.2]),
        "market": rng.choice(["datacenter", "consumer"], rows),
        "end_use": rng.choice(["civil", "military"], rows, p=[0.9, 0.1]),
        "transaction": rng.choice(["export", "reexport", "transfer"], rows, p=[0.6, 0.2, 0.2]),
        "certifications": np.array(
            [",".join(rng.choice(certified, rng.integers(0, 14)).tolist()) for _ in range(rows)]
        ),
        "quantity": rng.choice([1.0, 100.0, 1699.0, 49898.0, 60000.0], rows),
        "date": np.datetime64("2022-08-01") + rng.integers(0, 2000, rows),
        "total_processing_performance": rng.choice(TPPS, rows),
        "die_area_mm2": rng.choice(AREAS, rows),
        "planar": rng.choice([0.0, 1.0], rows, p=[0.9, 0.1]),
        "interconnect_gb_s": rng.choice(LINKS, rows),
        "memory_bandwidth_gb_s": rng.choice(MEMORIES, rows),
        "memory_density_gb_s_mm2": rng.choice([1.0, 2.0, 2.5, 3.3], rows),
        "process_nm": rng.choice([5.0, 16.0, 28.0], rows),
        "transistors_billion": rng.choice([20.0, 30.0, 50.0], rows),
        "company_total": rng.choice([0.0, 1e8, 1e10], rows),
    }


def plain_question(asked: dict[str, np.ndarray], row: int) -> plain_rules.Question:
    """One row of a table for the second method."""
    numbers = {name: float(asked[name][row]) for name in NUMBERS if name in asked}
    tpp, area = numbers["total_processing_performance"], float(asked["die_area_mm2"][row])
    numbers["performance_density"] = 0.0 if asked["planar"][row] else tpp / area
    together = numbers["memory_bandwidth_gb_s"] + numbers["interconnect_gb_s"]
    numbers["combined_bandwidth_gb_s"] = together
    items, key = Items.shipped(), str(asked["item"][row])
    position = items.names.index(key) if key else -1
    words = {name: str(asked[name][row]) for name in ("market", "end_use", "transaction", "item")}
    words["kind"] = items.kinds[position] if key else "accelerator"
    words["vendor"] = items.vendors[position] if key else ""
    return plain_rules.Question(
        day=asked["date"][row].item(),
        numbers=numbers,
        words=words,
        places={name: str(asked[name][row]) for name in PLACES},
        certified=frozenset(str(asked["certifications"][row]).split(",")),
        company_total=float(asked["company_total"][row]),
    )


@pytest.mark.parametrize("regime", [SHIPPED, KEPT], ids=["enacted", "kept"])
def test_a_second_method_gives_every_answer(regime: Regime) -> None:
    asked = known_questions(3000)
    answers = decide_table(asked, regime)
    told = set()
    for row in range(3000):
        policy, arrival, duty = plain_rules.answer(regime.rules, plain_question(asked, row))
        found = (POLICIES[answers.level[row]], POLICIES[answers.import_level[row]])
        assert found == (policy, arrival), {name: column[row] for name, column in asked.items()}
        assert answers.duty_percent[row] == duty
        told.add(policy)
    assert len(told) >= 6


@pytest.mark.parametrize(
    "module",
    [
        *("controls.equations", "controls.words", "controls.reading", "controls.block"),
        *("controls.diff", "report.rules_terminal"),
    ],
)
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"tradewind.{module}"))
    assert result.attempted > 0
    assert result.failed == 0

"""The algebra of policies on a small body of rules: every clause of it, and what is not known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.rules import small_regime
from tradewind.controls import Decision, decide, decide_table
from tradewind.controls.equations import (
    POLICIES,
    left_of_share,
    performance_density,
    total_processing_performance,
    units_that_fit,
)

REGIME = small_regime()
FIGURES = {"interconnect_gb_s": 0.0, "memory_bandwidth_gb_s": 0.0}


def ask(
    tpp: float | None,
    area: float | None = 1000.0,
    to: str = "CN",
    on: str = "2021-02-01",
    **more: object,
) -> Decision:
    figures = {**FIGURES, "total_processing_performance": tpp, "die_area_mm2": area, "planar": 0.0}
    figures |= more.pop("figures", {})  # type: ignore[arg-type]
    known = {name: value for name, value in figures.items() if value is not None}
    return decide(destination=to, date=on, figures=known, regime=REGIME, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tpp", "on", "certified", "policy", "rule"),
    [
        (1000, "2021-02-01", (), "none", None),
        (5000, "2019-12-31", (), "none", None),
        (5000, "2020-01-01", (), "presumption_of_denial", "here"),
        (2400, "2020-01-01", (), "exception_with_notification", "notice"),
        (2399, "2020-01-01", (), "none", None),
        (4800, "2020-01-01", (), "presumption_of_denial", "here"),
        (5000, "2020-08-31", ("tested", "known"), "presumption_of_denial", "here"),
        (5000, "2020-09-01", ("tested", "known"), "case_by_case", "mild"),
        (5000, "2020-09-01", ("tested",), "presumption_of_denial", "here"),
        # The later of two matching reviews wins.
        (5000, "2021-01-01", ("tested", "known"), "presumption_of_approval", "milder"),
        (5000, "2021-01-01", ("small",), "exception", "small"),
        # Without a quota goes before with one, if both are as mild.
        (2400, "2021-01-01", ("small",), "exception", "small"),
    ],
)
def test_each_clause(
    tpp: float, on: str, certified: tuple[str, ...], policy: str, rule: str | None
) -> None:
    decision = ask(tpp, on=on, certifications=certified)
    assert decision.policy == policy
    assert decision.licence_required == (POLICIES.index(policy) >= 3)
    assert [one.rule for one in decision.applied] == ([rule] if rule else [])


def test_the_strictest_requirement_answers() -> None:
    letter = decide("H20", destination="CN", date="2020-04-01", regime=REGIME)
    # By its TPP the H20 is excepted with notification; the letter is not lifted.
    assert [one.policy for one in letter.applied] == ["presumption_of_denial"]
    bigger = {"total_processing_performance": 3000.0, "performance_density": 1.0}
    both = decide("H20", destination="CN", date="2020-04-01", figures=bigger, regime=REGIME)
    assert [(one.requirement, one.policy) for one in both.applied] == [
        ("letter", "presumption_of_denial"),
        ("here", "exception_with_notification"),
    ]
    assert both.policy == "presumption_of_denial"


def test_headquarters_count_where_the_destination_does_not() -> None:
    assert ask(5000, to="FR", on="2020-07-01").policy == "none"
    assert ask(5000, to="FR", on="2020-07-01", headquarters="CHN").policy == "denial"
    assert ask(5000, to="FR", on="2020-05-31", headquarters="CHN").policy == "none"
    assert ask(5000, to="FR", on="2021-06-01", headquarters="CHN").policy == "none"


def test_hong_kong_is_china_and_macau_is_named() -> None:
    assert ask(5000, to="HK").policy == ask(5000, to="CN").policy == "presumption_of_denial"
    assert ask(5000, to="Macau").policy == "presumption_of_denial"
    assert ask(5000, to="RU").policy == ask(5000, to="TW").policy == "none"


def test_a_cap_holds_whole_shipments_only() -> None:
    fits = ask(5000, certifications=("tested",), quantity=20)
    (use,) = [use for use in fits.quotas if use.quota == "cap"]
    assert fits.policy == "presumption_of_approval"
    assert (use.left_before, use.uses, use.left_after) == (100000.0, 100000.0, 0.0)
    beyond = ask(5000, certifications=("tested",), quantity=21)
    (use,) = [use for use in beyond.quotas if use.quota == "cap"]
    assert beyond.policy == "denial"
    assert (use.fits, use.uses, use.units_that_fit) == (False, 0.0, 20.0)
    used = ask(5000, certifications=("tested",), quantity=20, used={"cap": 1.0})
    assert used.policy == "denial"


def test_an_exception_that_does_not_fit_is_none() -> None:
    assert ask(5000, certifications=("small",), quantity=4).policy == "exception"
    assert ask(5000, certifications=("small",), quantity=5).policy == "presumption_of_denial"
    both = ask(5000, certifications=("small", "tested"), quantity=5)
    assert both.policy == "presumption_of_approval"


def test_outside_its_period_a_cap_is_zero() -> None:
    assert (
        ask(5000, certifications=("tested",), on="2022-12-31").policy == "presumption_of_approval"
    )
    assert ask(5000, certifications=("tested",), on="2023-01-01").policy == "denial"


def test_a_share_counts_the_shipment_on_both_sides() -> None:
    # x of x + total is a quarter if x is a third of the total.
    fits = ask(5000, certifications=("member",), quantity=3, figures={"company_total": 45000.0})
    assert fits.policy == "exception"
    beyond = ask(5000, certifications=("member",), quantity=3, figures={"company_total": 44999.0})
    assert beyond.policy == "presumption_of_denial"
    unknown = ask(5000, certifications=("member",), quantity=3)
    assert unknown.missing == ("company_total",)
    assert [(way.when, way.policy) for way in unknown.alternatives] == [
        ("the company's total below 45,000 TPP", "presumption_of_denial"),
        ("the company's total of 45,000 TPP or more", "exception"),
    ]


def test_duty_and_import_side_stand_apart() -> None:
    h20 = decide("H20", destination="CN", date="2021-02-01", regime=REGIME)
    assert [one.requirement for one in h20.import_bars] == ["gate"]
    assert "gate" not in [one.requirement for one in h20.applied]
    band = {"memory_bandwidth_gb_s": 4501.0}
    assert ask(1000, figures=band).import_duty_percent == 25.0
    assert ask(1000, figures={"memory_bandwidth_gb_s": 4500.0}).import_duty_percent == 0.0
    assert ask(1000, figures=band).policy == "none"
    table = {"item": ["h20", "h100"], "destination": "CN", "date": "2021-02-01"}
    assert decide_table(table, REGIME).import_level.tolist() == [POLICIES.index("denial"), 0]


def test_an_unknown_area_names_itself_and_both_answers() -> None:
    decision = ask(2000, area=None)
    assert decision.policy is None
    assert decision.licence_required is None
    assert decision.missing == ("die_area_mm2",)
    assert [(way.when, way.policy) for way in decision.alternatives] == [
        ("die area above 333.3 mm²", "none"),
        ("die area at or below 333.3 mm²", "presumption_of_denial"),
    ]


def test_an_unknown_figure_that_does_not_matter_is_said_so() -> None:
    decision = ask(5000, area=None)
    assert decision.policy == "presumption_of_denial"
    assert not decision.missing_matters
    assert decision.missing == ()
    assert ask(2000, area=None, to="FR").policy == "none"


def test_an_unknown_performance_is_tried_with_the_area_that_is_known() -> None:
    decision = ask(None, area=500.0)
    assert [(way.when, way.policy) for way in decision.alternatives] == [
        ("total processing performance below 2,400 TPP", "none"),
        (
            "total processing performance from 2,400 to below 3,000 TPP",
            "exception_with_notification",
        ),
        (
            "total processing performance from 3,000 to below 4,800 TPP",
            "exception_with_notification",
        ),
        ("total processing performance of 4,800 TPP or more", "presumption_of_denial"),
    ]
    assert decision.alternatives[2].paragraphs == ("B.a", "B.b")


@settings(deadline=None, max_examples=60)
@given(
    tpp=st.floats(0, 20000),
    area=st.floats(50, 3000),
    bandwidth=st.floats(0, 9000),
    hidden=st.sets(st.sampled_from(["total_processing_performance", "die_area_mm2", "planar"])),
    certified=st.sets(st.sampled_from(["tested", "known", "small", "member"])),
    total=st.floats(0, 1e6),
    quantity=st.integers(1, 30),
)
def test_what_is_not_known_brackets_every_value(
    tpp: float,
    area: float,
    bandwidth: float,
    hidden: set[str],
    certified: set[str],
    total: float,
    quantity: int,
) -> None:
    full: dict[str, object] = {
        "total_processing_performance": tpp,
        "die_area_mm2": area,
        "planar": 0.0,
        "memory_bandwidth_gb_s": bandwidth,
        "company_total": total,
        "destination": "CN",
        "date": "2021-02-01",
        "certifications": ",".join(sorted(certified)),
        "quantity": quantity,
        "market": "datacenter",
    }
    level = int(decide_table(full, REGIME).level[0])
    answer = decide_table({k: v for k, v in full.items() if k not in hidden}, REGIME)
    assert answer.mildest[0] <= level <= answer.strictest[0]


def test_every_order_of_the_rules_gives_one_answer() -> None:
    questions = {
        "total_processing_performance": [1000.0, 3000.0, 5000.0],
        "performance_density": 1.0,
        "destination": "CN",
        "date": "2021-02-01",
        "certifications": "tested,small",
    }
    expected = decide_table(questions, REGIME).level
    rules = REGIME.rules
    for start in range(0, len(rules), 4):
        turned = type(REGIME)(rules[start:] + rules[:start])
        np.testing.assert_array_equal(decide_table(questions, turned).level, expected)


def test_equations() -> None:
    rates, bits = [624.0, 312.0], [8.0, 16.0]
    np.testing.assert_array_equal(total_processing_performance(rates, bits), [4992.0, 4992.0])
    density = performance_density(
        [100.0, 100.0, 100.0, 100.0], [50.0, 50.0, np.nan, 50.0], [0, 1, 0, np.nan]
    )
    np.testing.assert_array_equal(density, [2.0, 0.0, np.nan, np.nan])
    for share, total, used in itertools.product((0.07, 0.25, 0.5), (1e6, 3e7), (0.0, 1e4)):
        left = float(left_of_share(share, total, used))
        assert (used + left) / (total + left) == pytest.approx(share, rel=1e-12)
    assert float(left_of_share(1.0, 5.0, 1.0)) == np.inf


@given(st.integers(1, 10**6), st.integers(0, 10**10))
def test_units_that_fit_are_the_most(tpp: int, left: int) -> None:
    assert units_that_fit(float(left), float(tpp)) == left // tpp


def test_what_would_change_the_answer_is_the_nearest_on_each_side() -> None:
    told = {change.what: change.policy for change in ask(3000).changes}
    assert told["total processing performance below 2,400 TPP"] == "none"
    assert told["total processing performance from 4,800 TPP"] == "presumption_of_denial"
    # 1,800 TPP on at most 300 mm² is a density of 6 or more.
    smaller = {change.what: change.policy for change in ask(1800).changes}
    assert smaller["a die area at or below 300 mm²"] == "presumption_of_denial"
    assert told["until 2019-12-31"] == "none"
    assert "headquarters in United States" not in told
    dense = decide(
        destination="CN",
        date="2021-02-01",
        figures={"total_processing_performance": 3000.0, "performance_density": 1.0, **FIGURES},
        regime=REGIME,
    )
    # A density that was given, without an area, stays as the performance changes.
    assert "total processing performance from 4,800 TPP" in [item.what for item in dense.changes]
    lifted = {change.what: change.policy for change in ask(5000).changes}
    assert lifted["certified: tested, known"] == "presumption_of_approval"
    assert lifted["certified: small"] == "exception"

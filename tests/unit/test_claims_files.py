"""What a claim's file may say: thresholds, ranges, and refusals that point into the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.claims import TOYS, own_claim, toy
from tradewind.claims.experiment import source_of, stated_cost
from tradewind.claims.reading import from_mapping, load, read, shipped_folder
from tradewind.claims.sample import design
from tradewind.claims.threshold import Threshold, representatives
from tradewind.errors import ClaimError, InputError

SHIPPED = sorted(shipped_folder().glob("*.yaml"))
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
SIGNS = st.sampled_from(["<", "<=", ">", ">="])
THRESHOLDS = st.builds(
    Threshold,
    st.lists(st.tuples(SIGNS, NUMBERS), min_size=1, max_size=3).map(tuple),
    st.sampled_from(["and", "or"]),
)


def refused(change: dict[str, Any], field: str | None = None) -> ClaimError:
    """The error that a changed claim meets; every part of it says something."""
    with pytest.raises(ClaimError) as caught:
        from_mapping(toy() | change)
    error = caught.value
    assert isinstance(error, InputError)
    assert all((error.problem, error.where, error.bound, error.remedy)), error
    assert error.value is not None
    if field is not None:
        assert f"field {field}" in str(error.where)
    return error


def changed_metric(**changes: Any) -> dict[str, Any]:
    first, *others = toy()["metrics"]
    return {"metrics": [first | changes, *others]}


def changed_parameter(**changes: Any) -> dict[str, Any]:
    first, *others = toy()["parameters"]
    return {"parameters": [first | changes, *others]}


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("<= -5", [-5.0, -9.0], [-4.999]),
        ("<-5", [-5.1], [-5.0]),
        (">= 0.16 and <= 0.25", [0.16, 0.2, 0.25], [0.15, 0.26]),
        ("< 0.1 or > 3e2", [0.0, 301.0], [0.1, 300.0]),
        ("> +.5", [0.6], [0.5]),
    ],
)
def test_a_threshold_means_what_it_says(
    text: str, inside: list[float], outside: list[float]
) -> None:
    threshold = Threshold.parse(text)
    assert [threshold.holds(x) for x in inside] == [True] * len(inside)
    assert [threshold.holds(x) for x in outside] == [False] * len(outside)
    assert Threshold.parse(str(threshold)) == threshold


@settings(max_examples=40)
@given(THRESHOLDS, NUMBERS)
def test_a_threshold_or_its_negation_holds_and_never_both(threshold: Threshold, x: float) -> None:
    assert threshold.holds(x) is not threshold.negation().holds(x)


@settings(max_examples=40)
@given(THRESHOLDS, NUMBERS)
def test_intervals_say_where_a_threshold_holds(threshold: Threshold, x: float) -> None:
    if any(x == bound for _, bound in threshold.parts):
        # Whether an end belongs to an interval is for the threshold to say.
        return
    inside = [
        (low is None or low < x) and (high is None or x < high)
        for low, high in threshold.intervals()
    ]
    assert any(inside) is threshold.holds(x)
    assert sum(inside) <= 1


@settings(max_examples=40)
@given(THRESHOLDS, THRESHOLDS, NUMBERS)
def test_representatives_say_all_that_any_number_says(a: Threshold, b: Threshold, x: float) -> None:
    said = {(a.holds(y), b.holds(y)) for y in representatives([a, b])}
    assert (a.holds(x), b.holds(x)) in said


@pytest.mark.parametrize(
    "text",
    ["about 5", "-5", "= 5", "<= five", "<= 5 %", "<= 1 and >= 0 or > 7", "< nan", "<", "", -5],
)
def test_a_threshold_that_cannot_be_read(text: object) -> None:
    error = refused(changed_metric(supports=text), "metrics[0].supports")
    assert error.problem == "the threshold cannot be read"
    assert str(text) in str(error.value)


def test_a_threshold_that_cannot_lose_or_cannot_win() -> None:
    always = refused(changed_metric(supports="< 5 or > 3", contradicts=None))
    never = refused(changed_metric(supports="> 5 and < 3", contradicts=None))
    assert "always holds" in always.problem
    assert "never holds" in never.problem


def test_no_number_may_support_and_contradict() -> None:
    error = refused(changed_metric(contradicts="<= -20"), "metrics[0].contradicts")
    assert "support and contradict" in error.problem
    # Touching is allowed where only one of the two takes the bound.
    from_mapping(toy() | changed_metric(contradicts="> -5"))
    refused(changed_metric(contradicts=">= -5"))


def test_a_claim_without_what_would_contradict_it() -> None:
    data = toy()
    del data["contradicted_if"]
    with pytest.raises(ClaimError, match="the field 'contradicted_if' is missing"):
        from_mapping(data)


def test_what_cannot_be_tested_needs_a_reason() -> None:
    error = refused({"testable": False}, "reason")
    assert "needs a reason" in error.problem
    claim = from_mapping(toy("who-moves"))
    assert (claim.testable, claim.metrics, claim.experiment) == (False, (), None)


@pytest.mark.parametrize("field", ["experiment", "null", "metrics", "parameters"])
def test_what_can_be_tested_is_complete(field: str) -> None:
    data = toy()
    del data[field]
    with pytest.raises(ClaimError, match="not complete") as caught:
        from_mapping(data)
    assert f"field {field}" in str(caught.value.where)


def test_a_reason_beside_an_experiment() -> None:
    refused({"reason": {"en": "why", "zh": "为何"}}, "reason")


def test_texts_stand_in_both_languages() -> None:
    with pytest.raises(ClaimError, match="the field 'zh' is missing"):
        from_mapping(toy() | {"statement": {"en": "Only English."}})
    assert "title" in str(refused({"title": "x"}).problem)
    assert "did you mean supports" in str(refused(changed_metric(suports="< 1")).remedy)


@pytest.mark.parametrize(
    "change",
    [
        {"low": 0.2},
        {"central": 0.3},
        {"low": 0.15},
        {"low": 0.0, "scale": "log"},
        {"low": float("nan")},
        {"seen": "guess"},
    ],
)
def test_a_range_is_a_range(change: dict[str, Any]) -> None:
    refused(changed_parameter(**change))


def test_names_stand_once() -> None:
    first = toy()["metrics"][0]
    assert "two metrics" in refused({"metrics": [first, first]}).problem


def test_a_file_is_named_for_its_claim(tmp_path: Path) -> None:
    path = own_claim(tmp_path, "one", "own_one", "")
    path = path.rename(tmp_path / "two.yaml")
    with pytest.raises(ClaimError, match="not named for its claim"):
        read(path)


def test_errors_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "dear-power.yaml"
    text = (TOYS / path.name).read_text(encoding="utf-8").replace('"<= -5"', '"about -5"')
    path.write_text(text, encoding="utf-8")
    line = next(n for n, said in enumerate(text.splitlines(), 1) if "about -5" in said)
    with pytest.raises(ClaimError) as caught:
        read(path)
    assert str(caught.value.where) == (f"dear-power.yaml, line {line}, field metrics[0].supports")


@pytest.mark.parametrize("text", ["", "[1, 2]", "id: [", "id: a\nid: b", "\x00"])
def test_a_file_that_is_no_claim(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimError) as caught:
        read(path)
    assert caught.value.remedy


def test_an_unknown_claim_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ClaimError, match="did you mean dear-power"):
        load(TOYS, ["dear-pwer"])
    with pytest.raises(ClaimError, match=r"no \.yaml file"):
        load(tmp_path)
    with pytest.raises(ClaimError, match="not a folder"):
        load(tmp_path / "nowhere")


def test_claims_stand_by_article_and_paragraph_or_as_asked() -> None:
    assert [claim.paragraph for claim in load(TOYS)] == [1, 3, 5, 9]
    asked = ["who-moves", "dear-power", "who-moves"]
    assert [claim.id for claim in load(TOYS, asked)] == ["who-moves", "dear-power"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_claim_is_whole(path: Path) -> None:
    claim = read(path)
    assert claim.module is None
    if claim.testable:
        assert claim.members >= 64
        assert stated_cost(claim, source_of(claim)) > 0.0


def test_shipped_claims_keep_to_their_time() -> None:
    full = quick = 0.0
    for path in SHIPPED:
        claim = read(path)
        if claim.testable:
            cost = stated_cost(claim, source_of(claim))
            full += cost * len(design(claim, claim.members, 1))
            quick += cost * len(design(claim, 8, 1, ends=False))
    # Two processes; as much again for preparing and for a busy machine.
    assert full / 2 < 600.0
    assert quick / 2 < 60.0


def test_own_claims_round_trip_through_yaml(tmp_path: Path) -> None:
    claim = from_mapping(toy())
    path = tmp_path / "dear-power.yaml"
    path.write_text(yaml.safe_dump(claim.model_dump(mode="json")), encoding="utf-8")
    assert read(path) == claim

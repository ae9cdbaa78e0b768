"""Legal cases: what each rule says of a shipment, transcribed with its citation."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tradewind.controls import Decision, Regime, decide
from tradewind.controls.schema import NEVER

FOLDER = Path(__file__).with_name("rules")
RENAMED = {
    "to": "destination",
    "hq": "headquarters",
    "from": "exported_from",
    "certified": "certifications",
    "on": "date",
}
QUERY = (
    *("item", "destination", "headquarters", "market", "end_use", "exported_from"),
    *("transaction", "certifications", "quantity", "used", "date"),
)
EXPECTED = {
    *("licence_required", "policy", "paragraphs", "requirements", "duty", "quota_left", "fits"),
    *("missing", "policies", "import_policy"),
}


def read_cases() -> list[dict[str, Any]]:
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        # Country codes such as NO and days stay text.
        text = file.read_text(encoding="utf-8")
        found += yaml.load(text, Loader=_as_written(loader))
    return found


def _as_written(loader: Any) -> Any:
    """YAML's own words, but for the code of Norway and for days, which stay text."""

    class AsWritten(loader):
        yaml_implicit_resolvers = {  # noqa: RUF012
            first: [
                (tag, pattern)
                for tag, pattern in resolvers
                if not tag.endswith(":timestamp")
                and not (tag.endswith(":bool") and first in "nNyYoO")
            ]
            for first, resolvers in loader.yaml_implicit_resolvers.items()
        }

    return AsWritten


CASES = read_cases()


@cache
def _regime(text: str) -> Regime:
    changes = yaml.safe_load(text)
    return Regime.shipped().changed(**changes)


@cache
def answer(index: int) -> Decision:
    """Decide a case, once."""
    case = CASES[index]
    regime = case.get("regime", "enacted")
    query = {RENAMED.get(str(name), name): value for name, value in case["query"].items()}
    figures = {name: query.pop(name) for name in list(query) if name not in QUERY}
    chosen = Regime.shipped() if regime == "enacted" else _regime(yaml.safe_dump(regime))
    return decide(**query, figures=figures, regime=chosen, with_changes=False)


def told(decision: Decision, name: str) -> Any:
    """What a decision says under a name of `expect`."""
    ways = decision.alternatives
    if name == "paragraphs":
        return sorted(decision.paragraphs)
    if name == "requirements":
        return sorted(one.requirement for one in decision.applied)
    if name == "duty":
        return decision.import_duty_percent
    if name == "quota_left":
        return {use.quota: use.left_after for use in decision.quotas}
    if name == "fits":
        return min(use.units_that_fit for use in decision.quotas if use.units_that_fit is not None)
    if name == "missing":
        return sorted(decision.missing)
    if name == "import_policy":
        return decision.import_bars[0].policy if decision.import_bars else "none"
    if name == "policies":
        return sorted({way.policy for way in ways} or {str(decision.policy)})
    return getattr(decision, name)


@pytest.mark.parametrize("index", range(len(CASES)), ids=[case["id"] for case in CASES])
def test_case(index: int) -> None:
    case, decision = CASES[index], answer(index)
    assert set(case["expect"]) <= EXPECTED, "the case expects something unknown"
    for name, value in case["expect"].items():
        found = told(decision, name)
        if name in ("paragraphs", "requirements", "missing", "policies"):
            value = sorted(value)
        if name == "quota_left":
            found = {key: found[key] for key in value}
        assert found == value, (name, case.get("citation"))


def test_each_case_has_an_id_and_a_citation_of_its_own() -> None:
    counted = Counter(case["id"] for case in CASES)
    assert [name for name, count in counted.items() if count > 1] == []
    assert [case["id"] for case in CASES if not case.get("citation")] == []


def test_each_rule_has_a_case_on_both_sides_of_its_days() -> None:
    asked = {str(case["query"]["on"]) for case in CASES}
    missing = []
    for rule in Regime.shipped().rules:
        ends = [rule.ends] if rule.ends != NEVER else []
        days = [rule.begins, *ends] if rule.begins < rule.ends else []
        both = [str(day - back) for day in days for back in (timedelta(0), timedelta(days=1))]
        missing += [(rule.id, day) for day in both if day not in asked]
    assert missing == []


def test_each_rule_decides_some_case() -> None:
    stood_on: set[str] = set()
    for index in range(len(CASES)):
        for way in (answer(index), *answer(index).alternatives):
            for one in (*way.applied, *way.import_bars):
                stood_on |= {one.requirement, one.rule}
    deciding = ("requirement", "review", "exception")
    rules = {rule.id for rule in Regime.shipped().rules if rule.kind in deciding}
    assert rules - stood_on == set()

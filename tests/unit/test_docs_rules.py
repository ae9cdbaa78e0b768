"""The page on rules: its scenario does what it says, and its words are the schema's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tradewind.controls import Regime, decide
from tradewind.controls.conditions import Condition
from tradewind.controls.schema import KINDS
from tradewind.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = Scenario.from_yaml(ROOT / "docs" / "examples" / "tighter-bandwidth.yaml")
REGIME = Regime.of(SCENARIO.controls, SCENARIO.origin, SCENARIO.name)


@pytest.mark.parametrize(
    ("item", "day", "policy"),
    [
        ("H20", "2026-07-01", "denial"),
        ("L20", "2026-07-01", "none"),
        ("L20", "2026-06-30", "none"),
    ],
)
def test_the_scenario_of_the_page(item: str, day: str, policy: str) -> None:
    told = decide(item, destination="CN", date=day, regime=REGIME, with_changes=False)
    assert told.policy == policy


def test_the_review_of_2026_has_ended() -> None:
    review = REGIME.by_id["us-2026-01-case-by-case"]
    assert str(review.ends) == "2026-07-01"
    assert REGIME.by_id["us-2023-3a090.b"].citation
    assert REGIME.name == "tighter-bandwidth"


def test_page_and_readme_name_every_kind_and_field() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    readme = (ROOT / "src" / "tradewind" / "controls" / "README.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in page or f"`{kind}`" not in readme] == []
    fields = {info.alias or name for name, info in Condition.model_fields.items()}
    assert {name for name in fields if f"`{name}" not in readme} == set()
    for kind, model in KINDS.items():
        own = set(model.model_fields) - set(KINDS["duty"].model_fields) - {"kind"}
        missing = {name for name in own if f"`{name}" not in page}
        assert missing == set(), kind

"""The catalogue says the same things in both languages, and nothing that is never said."""

from __future__ import annotations

import string
from importlib import resources
from pathlib import Path

import pytest

from tests.unit.report_fixture import ECONOMIES, SECTORS, FakeNames
from tradewind.report.figures.worldmap import REST
from tradewind.report.language import Catalogue, chinese_names, messages

KEYS = sorted(messages())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_hold_the_key_with_the_same_placeholders(key: str) -> None:
    entry = messages()[key]
    assert set(entry) == {"en", "zh"}
    assert all(entry.values())
    assert placeholders(entry["en"]) == placeholders(entry["zh"])


def test_every_key_is_used() -> None:
    folder = Path(str(resources.files("tradewind.report")))
    files = [*folder.rglob("*.py"), *folder.rglob("*.j2")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    built = ("component_", "closure_", "labour_", "elasticity_set_", "headline_")
    built += ("column_", "sources_", "method_")
    chips = ("approach", "assumed", "by", "column", "flip", "headline", "level", "limit", "measure")
    chips += ("metric", "open", "order", "part", "regime", "round", "steps", "target", "value")
    built += tuple(f"chips_{kind}_" for kind in (*chips, "worth"))
    built += tuple(f"pressure_{kind}_" for kind in ("index", "pillar", "choice", "way"))
    built += ("pressure_column_", "pressure_direction_")
    plan = ("axis", "carrier", "column", "item", "limit", "line", "map", "member", "network")
    plan += ("part", "short", "stack", "unit", "value", "workload")
    plan += ("carbon_note", "group", "hours_of")
    built += tuple(f"plan_{kind}_" for kind in plan)
    built += tuple(f"claims_{kind}_" for kind in ("column", "verdict", "seen", "end", "block"))
    built += ("claims_stands_", "claims_null")
    years = ("account", "asset", "beside", "block", "code", "column", "lead", "limit", "shape")
    built += tuple(f"years_{kind}_" for kind in (*years, "short", "stack", "terminal"))
    built += tuple(f"reader_{kind}_" for kind in ("date", "dropped", "unit"))
    unused = [key for key in KEYS if f'"{key}"' not in code and not key.startswith(built)]
    assert unused == []


def test_settings_and_components_of_the_contract_have_words() -> None:
    words = Catalogue("zh", FakeNames())
    for closure in ("fixed", "balanced", "proportional"):
        assert words.setting("closure", closure) != closure
    for labour in ("mobile", "specific"):
        assert words.setting("labour", labour) != labour
    assert words.setting("elasticity_set", "my_own") == "my_own"
    assert words.component("terms_of_trade") == "贸易条件"
    assert words.component("something_new") == "something new"


def test_shipped_labels_have_chinese_names() -> None:
    assert set(chinese_names()["economy"]) == set(ECONOMIES)
    assert set(chinese_names()["sector"]) == set(SECTORS)
    for names in chinese_names().values():
        assert len(set(names.values())) == len(names)


def test_a_label_without_a_chinese_name_keeps_its_own() -> None:
    names = FakeNames({"XYZ": "Xyzland", REST: "Rest"}, {"S1": "First sector"})
    words = Catalogue("zh", names)
    assert words.economy("XYZ") == "Xyzland"
    assert words.sector("S1") == "First sector"
    assert words.economy(REST) == "世界其他地区"


def test_an_unknown_key_or_a_missing_value_is_an_error() -> None:
    words = Catalogue("en", FakeNames())
    with pytest.raises(KeyError):
        words.text("no_such_key")
    with pytest.raises(KeyError):
        words.text("base_year_note")

"""Every refusal names the file, the field, the value and a remedy, and is a ScenarioError."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from tests.unit.scenario_world import SmallWorld, small_world
from tradewind.errors import ScenarioError
from tradewind.scenario import Scenario, yaml_source
from tradewind.world import World

HEAD = "name: test\ntitle: A test\n"
TARIFF = "type: tariff, mode: set, importer: USA, exporter: CHN, sector: C29"
LINK = "importer: USA, exporter: CHN, sector: C29"


@dataclass(frozen=True)
class Case:
    """A scenario that must be refused."""

    text: str
    """The file."""
    field: str
    """What `where` must name besides the file."""
    value: str
    """What the value must hold."""
    remedy: str
    """What the remedy must hold."""


def shocks(*lines: str) -> str:
    return HEAD + "shocks:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


AT_THE_FILE = {
    "unknown_key": Case(HEAD + "closing: fixed\nshocks: []\n", "closing", "closing", "closure"),
    "unknown_key_far": Case(HEAD + "zzzz: 1\nshocks: []\n", "zzzz", "zzzz", "remove it"),
    "misspelt_title": Case(
        "name: test\ntitel: A\nshocks: []\n", "line 2, field titel", "titel", "title"
    ),
    "no_title": Case("name: test\nshocks: []\n", "field title", "not given", "add `title"),
    "no_shocks": Case(HEAD, "field shocks", "not given", "shocks: []"),
    "name_with_spaces": Case("name: My War\ntitle: A\nshocks: []\n", "name", "My War", "chip-war"),
    "empty_title": Case("name: test\ntitle: ''\nshocks: []\n", "title", "''", "not empty"),
    "unknown_closure": Case(
        HEAD + "closure: ballanced\nshocks: []\n", "closure", "ball", "balanced"
    ),
    "unknown_labour": Case(HEAD + "labour: fixed\nshocks: []\n", "labour", "fixed", "specific"),
    "unknown_horizon": Case(HEAD + "horizon: 5\nshocks: []\n", "horizon", "5", "long"),
    "short_with_years": Case(
        HEAD + "horizon: short\nhorizon_years: 3\nshocks: []\n",
        "line 4, field horizon_years",
        "3",
        "remove `horizon`",
    ),
    "long_with_years": Case(
        HEAD + "horizon: long\nhorizon_years: 3\nshocks: []\n",
        "line 4, field horizon_years",
        "3",
        "remove `horizon`",
    ),
    "years_negative": Case(
        HEAD + "horizon_years: -1\nshocks: []\n", "horizon_years", "-1", "at least 0"
    ),
    "years_nan": Case(HEAD + "horizon_years: .nan\nshocks: []\n", "horizon_years", "nan", "number"),
    "years_infinite": Case(
        HEAD + "horizon_years: .inf\nshocks: []\n", "horizon_years", "inf", "horizon: long"
    ),
    "years_text": Case(
        HEAD + "horizon_years: three\nshocks: []\n", "horizon_years", "three", "bare number"
    ),
    "years_word": Case(
        HEAD + "horizon_years: short\nshocks: []\n", "horizon_years", "short", "bare number"
    ),
    "years_true": Case(
        HEAD + "horizon_years: true\nshocks: []\n", "horizon_years", "True", "bare number"
    ),
    "years_list": Case(HEAD + "horizon_years: [1]\nshocks: []\n", "horizon_years", "[1]", "bare"),
    "years_beyond_floats": Case(
        HEAD + f"horizon_years: 1{'0' * 400}\nshocks: []\n", "horizon_years", "1000", "number"
    ),
    "horizon_list": Case(HEAD + "horizon: [long]\nshocks: []\n", "horizon", "['long']", "long"),
    "sigma_zero": Case(HEAD + "sigma_inputs: 0\nshocks: []\n", "sigma_inputs", "0", "more than 0"),
    "sigma_nan": Case(HEAD + "sigma_final: .nan\nshocks: []\n", "sigma_final", "nan", "number"),
    "sigma_text": Case(
        HEAD + "sigma_final: one\nshocks: []\n", "sigma_final", "one", "bare number"
    ),
    "elasticity_zero": Case(
        HEAD + "elasticity_overrides: [{sector: B, trade_elasticity: 0}]\nshocks: []\n",
        "elasticity_overrides[0].trade_elasticity",
        "0",
        "more than 0",
    ),
    "shocks_no_list": Case(HEAD + "shocks: none\n", "shocks", "none", "list"),
    "shock_no_mapping": Case(HEAD + "shocks: [ban]\n", "shocks[0]", "ban", "mapping"),
    "no_type": Case(shocks(LINK), "shocks[0].type", "not given", "type"),
    "unknown_type": Case(shocks(f"type: tarif, {LINK}"), "shocks[0].type", "tarif", "tariff"),
    "percent_as_text": Case(
        shocks(f"{TARIFF}, percent: 25%"), "line 4, field shocks[0].percent", "25%", "% sign"
    ),
    "percent_true": Case(shocks(f"{TARIFF}, percent: true"), "shocks[0].percent", "True", "bare"),
    "percent_nan": Case(shocks(f"{TARIFF}, percent: .nan"), "shocks[0].percent", "nan", "number"),
    "percent_infinite": Case(
        shocks(f"type: iceberg, {LINK}, percent: .inf"), "shocks[0].percent", "inf", "ban"
    ),
    "tariff_minus_100": Case(
        shocks(f"{TARIFF}, percent: -100"), "shocks[0].percent", "-100", "more than -100"
    ),
    "export_tax_minus_120": Case(
        shocks(f"type: export_tax, {LINK}, percent: -120"), "shocks[0].percent", "-120", "-100"
    ),
    "iceberg_minus_100": Case(
        shocks(f"type: iceberg, {LINK}, percent: -100"), "shocks[0].percent", "-100", "-100"
    ),
    "productivity_minus_100": Case(
        shocks("type: productivity, economy: CHN, sector: C29, kind: output, percent: -100"),
        "shocks[0].percent",
        "-100",
        "more than -100",
    ),
    "productivity_no_kind": Case(
        shocks("type: productivity, economy: CHN, sector: C29, percent: 5"),
        "shocks[0].kind",
        "not given",
        "kind",
    ),
    "tariff_no_mode": Case(
        shocks(f"type: tariff, {LINK}, percent: 25"), "shocks[0].mode", "not given", "mode: set"
    ),
    "tariff_no_size": Case(shocks(TARIFF), "shocks[0].percent", "not given", "percent: 25"),
    "tariff_two_sizes": Case(
        shocks(f"{TARIFF}, percent: 5, schedule: us_2025"), "shocks[0].percent", "5", "schedule"
    ),
    "tariff_no_sector": Case(
        shocks("type: tariff, mode: set, percent: 5, importer: USA, exporter: CHN"),
        "shocks[0].sector",
        "not given",
        "sector: all",
    ),
    "date_without_schedule": Case(
        shocks(f"{TARIFF}, percent: 5, date: 2025-05-01"), "shocks[0].date", "2025", "remove"
    ),
    "set_schedule": Case(
        shocks("type: tariff, mode: set, schedule: us_2025"), "shocks[0].mode", "set", "remove"
    ),
    "no_such_day": Case(
        shocks("type: tariff, schedule: us_2025, date: 2025-02-30"),
        "shocks[0].date",
        "2025-02-30",
        "2026-08-19",
    ),
    "date_as_number": Case(
        shocks("type: tariff, schedule: us_2025, date: 20250501"),
        "shocks[0].date",
        "20250501",
        "2026-08-19",
    ),
    "empty_selector": Case(
        shocks("type: ban, importer: [], exporter: CHN, sector: C26"),
        "shocks[0].importer",
        "[]",
        "EU27",
    ),
    "number_as_sector": Case(
        shocks("type: ban, importer: USA, exporter: CHN, sector: [26]"),
        "shocks[0].sector",
        "26",
        "C26",
    ),
    "both_ways_text": Case(
        shocks(f"type: ban, {LINK}, both_ways: yes"), "shocks[0].both_ways", "yes", "true or false"
    ),
    "energy_loss_above_100": Case(
        shocks("type: energy_supply, as: productivity, economy: DEU, loss_percent: 120"),
        "shocks[0].loss_percent",
        "120",
        "at most 100",
    ),
    "energy_loss_zero": Case(
        shocks("type: energy_supply, as: productivity, economy: DEU, loss_percent: 0"),
        "shocks[0].loss_percent",
        "0",
        "more than 0",
    ),
    "energy_all_productivity": Case(
        shocks("type: energy_supply, as: productivity, economy: DEU, loss_percent: 100"),
        "shocks[0].loss_percent",
        "100",
        "export_restriction",
    ),
    "energy_no_suppliers": Case(
        shocks("type: energy_supply, as: export_restriction, economy: DEU, loss_percent: 50"),
        "shocks[0].suppliers",
        "not given",
        "suppliers: RUS",
    ),
    "duplicate_key": Case(HEAD + "title: Again\nshocks: []\n", "line 3", "title", "keep one"),
    "duplicate_in_shock": Case(
        shocks(f"{TARIFF}, percent: 5, percent: 6"), "shocks[0].percent", "percent", "keep one"
    ),
    "key_no_word": Case(HEAD + "5: five\nshocks: []\n", "line 3", "5", "field"),
    "tab": Case(
        HEAD + "shocks:\n\t- type: ban\n", "bad.yaml, line 4, column 1", "- type", "spaces"
    ),
    "open_bracket": Case(HEAD + "shocks: [\n", "line 4, column 1", "", "brackets"),
    "two_documents": Case(HEAD + "shocks: []\n---\nname: b\n", "bad.yaml, line 4", "---", "check"),
    "endless_anchor": Case(HEAD + "shocks: &a [*a]\n", "line 3", "shocks", "write the repeated"),
    "empty_file": Case("", "bad.yaml", "nothing", "us-tariffs-2026"),
    "only_comments": Case("# nothing\n", "bad.yaml", "nothing", "us-tariffs-2026"),
    "a_list": Case("- name: test\n", "bad.yaml", "list", "us-tariffs-2026"),
}

AT_THE_WORLD = {
    "unknown_economy": Case(
        shocks("type: ban, importer: USA, exporter: CHNA, sector: C26"),
        "line 4, field shocks[0].exporter",
        "CHNA",
        "CHN",
    ),
    "economy_inside_row": Case(
        shocks("type: ban, importer: USA, exporter: Vietnam, sector: C26"),
        "shocks[0].exporter",
        "Vietnam",
        "`rest`",
    ),
    "unknown_sector": Case(
        shocks("type: ban, importer: USA, exporter: CHN, sector: electronix"),
        "shocks[0].sector",
        "electronix",
        "electronics",
    ),
    "part_of_a_sector": Case(
        shocks("type: ban, importer: USA, exporter: CHN, sector: C28"),
        "shocks[0].sector",
        "C28",
        "C28,C33",
    ),
    "unknown_sector_in_a_list": Case(
        shocks("type: ban, importer: USA, exporter: CHN, sector: [C26, agricultur]"),
        "shocks[0].sector",
        "agricultur",
        "agriculture",
    ),
    "only_exclusions": Case(
        shocks("type: ban, importer: [-USA], exporter: CHN, sector: C26"),
        "shocks[0].importer",
        "-USA",
        "[all, -USA]",
    ),
    "excludes_nothing": Case(
        shocks("type: ban, importer: [EU27, -USA], exporter: CHN, sector: C26"),
        "shocks[0].importer",
        "-USA",
        "remove",
    ),
    "excludes_all": Case(
        shocks("type: ban, importer: [DEU, -EU27], exporter: CHN, sector: C26"),
        "shocks[0].importer",
        "-EU27",
        "exclude less",
    ),
    "home_only": Case(
        shocks("type: ban, importer: USA, exporter: USA, sector: C26"),
        "shocks[0].exporter",
        "USA",
        "another",
    ),
    "no_trade": Case(
        shocks("type: ban, importer: USA, exporter: RUS, sector: C29"),
        "shocks[0]",
        "USA from RUS",
        "widen",
    ),
    "input_not_used": Case(
        shocks("type: input_requirement, economy: all, input_sector: A01, sector: C26, percent: 5"),
        "shocks[0]",
        "no cell",
        "widen",
    ),
    "schedule_unknown": Case(
        shocks("type: tariff, schedule: us_2026"), "shocks[0].schedule", "us_2026", "us_2025"
    ),
    "schedule_too_early": Case(
        shocks("type: tariff, schedule: us_2025, date: 2019-01-01"),
        "shocks[0].date",
        "2019-01-01",
        "day",
    ),
    "schedule_adds_nothing": Case(
        shocks("type: tariff, schedule: us_2025, importer: CHN"),
        "shocks[0].schedule",
        "us_2025",
        "widen",
    ),
    "two_rates_one_link": Case(
        shocks(f"{TARIFF}, percent: 5", f"{TARIFF}, percent: 6"),
        "line 5, field shocks[1].percent",
        "6",
        "mode: add",
    ),
    "two_export_taxes": Case(
        shocks(f"type: export_tax, {LINK}, percent: 5", f"type: export_tax, {LINK}, percent: 6"),
        "shocks[1].percent",
        "6",
        "exclude",
    ),
    "set_after_add": Case(
        shocks(f"type: tariff, mode: add, {LINK}, percent: 5", f"{TARIFF}, percent: 6"),
        "shocks[1].mode",
        "set",
        "before shocks[0]",
    ),
    "added_below_minus_100": Case(
        shocks(
            f"type: tariff, mode: add, {LINK}, percent: -60",
            f"type: tariff, mode: add, {LINK}, percent: -70",
        ),
        "shocks[1].percent",
        "%",
        "fewer",
    ),
    "two_kinds_of_productivity": Case(
        shocks(
            "type: productivity, economy: CHN, sector: C29, kind: output, percent: 5",
            "type: productivity, economy: DEU, sector: C29, kind: value_added, percent: 5",
        ),
        "shocks[1].kind",
        "value_added",
        "kind: output",
    ),
    "energy_and_value_added": Case(
        shocks(
            "type: productivity, economy: DEU, sector: C29, kind: value_added, percent: 5",
            "type: energy_supply, as: productivity, economy: DEU, loss_percent: 20",
        ),
        "shocks[1].kind",
        "output",
        "split",
    ),
    "only_source_of_energy": Case(
        shocks(
            "type: energy_supply, as: export_restriction, economy: DEU, loss_percent: 20, "
            "sector: D35, suppliers: [all, -DEU]"
        ),
        "shocks[0].loss_percent",
        "20",
        "iceberg",
    ),
    "elasticity_set": Case(
        HEAD + "elasticity_set: fontagne\nshocks: []\n",
        "line 3, field elasticity_set",
        "fontagne",
        "fontagne_2022",
    ),
    "elasticity_conflict": Case(
        HEAD
        + "elasticity_overrides:\n  - {sector: goods, trade_elasticity: 4}\n"
        + "  - {sector: C29, trade_elasticity: 8}\nshocks: []\n",
        "elasticity_overrides[1]",
        "8",
        "-C29",
    ),
    "elasticity_sector": Case(
        HEAD + "elasticity_overrides: [{sector: C99, trade_elasticity: 4}]\nshocks: []\n",
        "elasticity_overrides[0].sector",
        "C99",
        "C",
    ),
}


def check(error: ScenarioError, case: Case, file: str = "bad.yaml") -> None:
    assert error.exit_code == 2
    assert error.where is not None
    assert error.where.startswith(file)
    assert case.field in error.where
    assert case.value in str(error.value or "")
    assert error.remedy is not None
    assert case.remedy in error.remedy or case.remedy in str(error.bound)
    for part in (error.problem, error.where, error.remedy):
        assert part in str(error)
    assert "pydantic" not in str(error)


@pytest.fixture(scope="module")
def world() -> SmallWorld:
    """A world in which Germany has no electricity of its own."""
    made = small_world()
    share = made.data["expenditure_share"]
    share.loc[{"importer": "DEU", "exporter": "DEU", "sector": "D35"}] = 0.0
    bought = share.loc[{"importer": "DEU", "sector": "D35"}]
    share.loc[{"importer": "DEU", "sector": "D35"}] = bought / bought.sum()
    return made


@pytest.mark.parametrize("case", AT_THE_FILE.values(), ids=AT_THE_FILE)
def test_file_is_refused(case: Case) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_text(case.text, "bad.yaml")
    check(caught.value, case)


@pytest.mark.parametrize("case", AT_THE_WORLD.values(), ids=AT_THE_WORLD)
def test_policy_is_refused(case: Case, world: SmallWorld) -> None:
    scenario = Scenario.from_text(case.text, "bad.yaml")

    def prepare() -> None:
        scenario.policy(world)
        scenario.trade_elasticity(world)

    with pytest.raises(ScenarioError) as caught:
        prepare()
    check(caught.value, case)


def test_group_without_members_in_the_world_is_refused() -> None:
    world = small_world(economies=("CHN", "USA"))
    text = shocks("type: ban, importer: EU27, exporter: CHN, sector: C26")
    with pytest.raises(ScenarioError, match="no member of EU27") as caught:
        Scenario.from_text(text, "bad.yaml").policy(world)
    assert caught.value.value == "EU27"
    assert "AUT" in str(caught.value.remedy)


def test_several_complaints_are_all_named() -> None:
    text = HEAD + "closing: fixed\nsigma_final: 0\nshocks: []\n"
    with pytest.raises(ScenarioError, match="also look at: sigma_final"):
        Scenario.from_text(text, "bad.yaml")


def test_missing_file_suggests_a_shipped_scenario() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_yaml("us-tarifs-2026")
    assert caught.value.remedy == "did you mean us-tariffs-2026 or tariffs-2026?"
    assert caught.value.value == "us-tarifs-2026"


def test_missing_file_lists_the_shipped_scenarios() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_yaml("q")
    assert all(name in str(caught.value.remedy) for name in Scenario.shipped())


@pytest.mark.parametrize("path", ["us-tariffs-2026.yaml", "mine.yml", "nowhere/mine"])
def test_a_path_that_is_missing_is_called_a_file(path: str) -> None:
    with pytest.raises(ScenarioError, match="this file does not exist") as caught:
        Scenario.from_yaml(path)
    assert caught.value.where == path
    assert not any(name in str(caught.value.remedy) for name in Scenario.shipped())


@pytest.mark.parametrize(
    ("part", "whole"),
    [("C28", "C28,C33"), ("C33", "C28,C33"), ("M71", "M71,M73-M75"), ("M74", "M71,M73-M75")],
)
def test_a_merged_sector_is_offered_ready_to_paste(part: str, whole: str) -> None:
    def text(sector: str) -> str:
        return shocks(f"type: ban, importer: USA, exporter: CHN, sector: [{sector}]")

    world = World.default()
    with pytest.raises(ScenarioError, match="unknown sector") as caught:
        Scenario.from_text(text(part), "bad.yaml").policy(world)
    remedy = str(caught.value.remedy)
    assert f'"{whole}"' in remedy
    assert "keep the quotes" in remedy
    pasted = remedy.split("did you mean ")[1].split(" or ")[0].split("?")[0]
    assert pasted == f'"{whole}"'
    Scenario.from_text(text(pasted), "good.yaml").policy(world)


@pytest.mark.parametrize(("field", "kind"), [("importer", "economies"), ("sector", "sectors")])
def test_unknown_labels_say_where_the_lists_are(field: str, kind: str) -> None:
    link = {"importer": "USA", "exporter": "CHN", "sector": "C26"} | {field: "Qqq"}
    line = ", ".join(f"{key}: {value}" for key, value in link.items())
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_text(shocks(f"type: ban, {line}")).policy(small_world())
    remedy = str(caught.value.remedy)
    assert f"tradewind world show {kind}" in remedy
    assert "tradewind scenario groups" in remedy


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="folder") as caught:
        Scenario.from_yaml(tmp_path)
    assert caught.value.where == str(tmp_path)


def test_other_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: test\ntitle: Zölle\nshocks: []\n".encode("latin-1"))
    with pytest.raises(ScenarioError, match="not UTF-8") as caught:
        Scenario.from_yaml(path)
    assert caught.value.where == f"{path}, byte 19"


def test_data_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "world.nc"
    path.write_bytes(bytes(1_000_001))
    with pytest.raises(ScenarioError, match="too large"):
        Scenario.from_yaml(path)


def test_binary_characters_are_refused() -> None:
    with pytest.raises(ScenarioError, match="not YAML") as caught:
        Scenario.from_text("name: \x00\n", "bad.yaml")
    assert str(caught.value.where).startswith("bad.yaml")


@pytest.mark.parametrize("name", ["groups.yaml", "messages.yaml"])
def test_the_fast_reader_reads_what_the_other_reads(name: str) -> None:
    text = (files("tradewind.scenario") / "tables" / name).read_text(encoding="utf-8")
    assert yaml_source.read_table(name) == yaml_source.parse(text, name)[0]


@pytest.mark.parametrize("loader", [yaml_source._Loader, yaml_source._TableLoader])
def test_both_readers_keep_our_rules(loader: type[yaml_source._Loader]) -> None:
    text = "a: NO\nb: 1e3\nc: true\nd: 2026-08-19\ne: 012\nf: 12\n"
    lines: dict[str, int] = {}
    read = yaml_source._document(loader(text), "a.yaml", lines)
    assert read == {"a": "NO", "b": 1000.0, "c": True, "d": "2026-08-19", "e": "012", "f": 12}
    assert (lines["a"], lines["f"]) == (1, 6)
    with pytest.raises(ScenarioError, match="stands twice, on lines 1 and 2"):
        yaml_source._document(loader("a: 1\na: 2\n"), "a.yaml", {})


def test_schedule_with_a_hole_is_refused() -> None:
    class Holed(SmallWorld):
        def added_tariff(self, schedule: str, date: str | None = None):  # type: ignore[no-untyped-def]
            added = super().added_tariff(schedule, date)
            added.loc[{"importer": "USA", "exporter": "CHN", "sector": "C26"}] = float("nan")
            return added

    made = small_world()
    world = Holed(made.data, made.economy_names, made.sector_names)
    scenario = Scenario.from_text(shocks("type: tariff, schedule: us_2025"))
    with pytest.raises(ScenarioError, match="not finite"):
        scenario.policy(world)

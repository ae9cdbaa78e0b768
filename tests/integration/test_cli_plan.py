"""``tradewind plan`` at the door: what it answers, what it writes, what it refuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr

from tests.integration.door import assert_refused, knock
from tests.support import fake_plans
from tests.support.small_catalogue import small_catalogue
from tradewind.capacity.networks import us
from tradewind.errors import ScenarioError
from tradewind.plan_run import folder as plan_folder
from tradewind.plan_run import run as plan_run
from tradewind.plan_run.asked import check_plan
from tradewind.plan_run.cases import BOUND
from tradewind.run_folder import PLAN_FILES
from tradewind.scenario.plan import PlanSection
from tradewind.scenario.yaml_source import Source

TEXT = """\
name: small
title: A small plan
shocks: []
plan:
  network: europe
  hours: {full_year: true}
  groups: {west: [West]}
  cases:
    local: {title: At home, title_zh: 就地, sites: {local: [training, batch, interactive]}}
    free: {title: Free}
  expect:
    - {title: The west is built, metric: share_built, case: free, group: west, at_least: 30}
    - {title: All gain, metric: member_gain_percent, case: free, against: local, at_least: 0}
"""
SENSITIVE = TEXT.replace(
    "  expect:\n",
    "  sensitivity:\n    - {field: demand.total, values: [300], unit: kH100e, cases: [free]}\n"
    "  expect:\n",
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def scenario(folder: Path, text: str = TEXT) -> Path:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Made-up plans, in an empty folder."""
    fake_plans.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Two cases that are really solved, with their answer in JSON."""
    place = tmp_path_factory.mktemp("plan")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_run, "open_catalogue", small_catalogue)
        answer = knock("plan", "--scenario", scenario(place), "--out", place / "out", "--json")
    assert (answer.code, answer.err) == (0, "")
    return place / "out", answer.json()


def test_the_answer_in_json(answered: tuple[Path, dict[str, Any]]) -> None:
    out, found = answered
    assert found["scenario"] == "small"
    assert (found["network"], found["hours"], found["shown"]) == ("europe", "full year", "free")
    assert set(found["cases"]) == {"local", "free"}
    local, free = found["table"]
    assert (local["case"], free["case"]) == ("local", "free")
    # A larger choice never costs more; fuel in the west costs less than half of that in the east.
    assert free["system_cost"] < local["system_cost"]
    assert (local["share_west"], free["share_west"]) == pytest.approx((0.1, 1.0), abs=1e-6)
    assert (local["served"], free["served"]) == pytest.approx((1.0, 1.0), abs=1e-9)
    assert [each["holds"] for each in found["expectations"]] == [True, True]
    assert found["expectations"][0]["value"] == pytest.approx(100.0, abs=1e-4)
    assert all(Path(path).is_file() for path in found["files"].values())
    assert set(found["timings_s"]) >= {"local", "free", "all"}
    assert names(out) == sorted(PLAN_FILES)


def test_the_folder(answered: tuple[Path, dict[str, Any]]) -> None:
    out, found = answered
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["plan"]["cases"]["free"] == {"title": "Free"}
    assert len(manifest["scenario_sha256"]) == len(manifest["data_sha256"]) == 64
    assert "report" in manifest["timings_s"]
    cases = pd.read_csv(out / "cases.csv", keep_default_na=False).set_index("case")
    assert list(cases["title_zh"]) == ["就地", "Free"]
    for row in found["table"]:
        case = str(row["case"])
        plan = xr.load_dataset(out / "plan.nc", group=case, engine="h5netcdf")
        cost = float(plan["system_cost"].sum())
        assert float(cases.loc[case, "system_cost"]) == pytest.approx(cost, rel=1e-12)
        assert manifest["cases"][case]["objective"] == pytest.approx(cost, rel=1e-6)
        assert manifest["cases"][case]["hours"] == "full year"
    sites = pd.read_csv(out / "sites.csv")
    assert list(sites["case"].unique()) == ["local", "free"]
    members = pd.read_csv(out / "members.csv").set_index("country")
    assert set(members.index) == {"CHN", "KAZ"}
    assert (members["gain"] >= 0.0).all()
    assert "A small plan" in (out / "report.html").read_text(encoding="utf-8")
    head = xr.load_dataset(out / "plan.nc", engine="h5netcdf").attrs
    assert head["Conventions"].startswith("CF-")
    assert_refused(knock("compare", out, out), "plans of compute and power")


@pytest.mark.usefixtures("fake")
def test_what_it_prints(tmp_path: Path) -> None:
    path = scenario(tmp_path, SENSITIVE)
    answer = knock("plan", "--scenario", path)
    assert (answer.code, answer.err) == (0, "")
    assert "report.html" in answer.out
    assert "runs/small/ written" in answer.out
    table = pd.read_csv("runs/small/cases.csv")
    assert list(table["case"]) == [
        *("local", "free", "free@demand.total=300"),
    ]
    assert_refused(knock("plan", "--scenario", path), "exists already")
    chinese = knock("plan", "--scenario", path, "--language", "zh", "--force", "--no-sensitivity")
    assert (chinese.code, chinese.err) == (0, "")
    assert "就地" in chinese.out
    assert list(pd.read_csv("runs/small/cases.csv")["case"]) == ["local", "free"]
    assert names(tmp_path / "runs") == ["small"]


@pytest.mark.usefixtures("fake")
def test_a_network_without_a_scenario(tmp_path: Path) -> None:
    answer = knock("plan", "--network", "europe", "--weeks", "1", "--out", "out", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    assert (found["scenario"], found["hours"]) == ("plan-europe", "1 week")
    assert list(found["cases"]) == ["plan"]
    # No statement asks for members.
    assert names(tmp_path / "out") == sorted(set(PLAN_FILES) - {"members.csv"})


@pytest.mark.usefixtures("fake")
def test_siting_against_latency_is_asked_of_any_network(tmp_path: Path) -> None:
    answer = knock("plan", "--network", "europe", "--latency", "60,90,60", "--weeks", "1", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    names = [f"plan@latency_ms.interactive={bound}" for bound in (60, 90)]
    assert [row["case"] for row in found["table"]] == ["plan", *names]
    assert [row["value"] for row in found["table"]] == [None, 60.0, 90.0]
    # Of a scenario it is the case that is shown, or those that are asked for.
    path = scenario(tmp_path, SENSITIVE)
    for more, cases in (((), ["free"]), (("--case", "local"), ["local"])):
        answer = knock("plan", "--scenario", path, "--latency", "90", *more, "--json", "--force")
        found = [row["case"] for row in answer.json()["table"] if row["axis"] == BOUND]
        assert found == [f"{case}@{BOUND}=90" for case in cases]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), ("at most 12", "siting 12 (two a site)")),
        (("--case", "free"), ("at most 6", "siting 6 (two a site)")),
        (
            ("--paired", "siting,emissions,hours"),
            ("at most 20", "emissions 6 (one a bus), hours 2"),
        ),
    ],
    ids=["two cases", "one case", "more"],
)
def test_the_number_of_paired_solves_is_told_before_the_first(
    more: tuple[str, ...], said: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve(*arguments: Any) -> xr.Dataset:
        print("solving", file=sys.stderr)
        return fake_plans.made(*arguments)

    monkeypatch.setattr(plan_run, "solve_step", solve)
    command = ("plan", "--scenario", scenario(tmp_path, SENSITIVE), "--paired", "siting", *more)
    answer = knock(*command)
    note, *rest = answer.err.splitlines()
    assert note.startswith("note: ")
    assert all(part in note for part in said), note
    assert set(rest) == {"solving"}
    # With --json nothing but the answer is printed.
    assert set(knock(*command, "--json", "--force").err.splitlines()) == {"solving"}


@pytest.mark.usefixtures("fake")
def test_only_one_case(tmp_path: Path) -> None:
    answer = knock("plan", "--scenario", scenario(tmp_path), "--case", "free", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    assert [row["case"] for row in found["table"]] == ["free"]
    assert [each["metric"] for each in found["expectations"]] == ["share_built"]


@pytest.mark.usefixtures("fake")
def test_a_case_without_a_plan_is_told(tmp_path: Path) -> None:
    text = TEXT.replace("title: Free", "title: Free, demand: {total: 2000000}")
    answer = knock("plan", "--scenario", scenario(tmp_path, text), "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    assert list(found["failed"]) == ["free"]
    assert "above every connection" in found["failed"]["free"]
    assert [row["system_cost"] is None for row in found["table"]] == [False, True]
    assert [each["holds"] for each in found["expectations"]] == [None, None]
    alone = knock("plan", "--scenario", tmp_path / "small.yaml", "--case", "free", "--out", "out")
    assert (alone.code, alone.out) == (3, "")
    assert "above every connection" in alone.err
    assert names(tmp_path) == ["runs", "small.yaml"]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), ("--network", "--scenario")),
        (("--network", "china"), ("china31", "did you mean")),
        (("--scenario", "plan-poling"), ("plan-pooling",)),
        (("--scenario", "us-tariffs-2026"), ("no plan section", "plan-pooling")),
        (("--scenario", "plan-pooling", "--network", "us"), ("another network", "europe")),
        (("--network", "europe", "--weeks", "2", "--full-year"), ("--weeks, --full-year",)),
        (("--network", "europe", "--weeks", "0"), ("--weeks", "0")),
        (("--network", "europe", "--step-hours", "5"), ("--step-hours", "5")),
        (("--network", "europe", "--hours", "48"), ("europe", "48 hours", "--weeks 2")),
        (("--network", "world", "--weeks", "2"), ("world", "2 weeks", "--hours 48")),
        (("--network", "world", "--hours", "50"), ("--hours", "50")),
        (("--network", "europe", "--case", "free"), ("--case", "free")),
        (("--network", "europe", "--paired", "latency,place"), ("--paired", "place", "latency")),
        (("--network", "europe", "--language", "fr"), ("en or zh",)),
        (("--network", "europe", "--latency", "20,fast"), ("--latency", "fast", "above 0")),
        (("--network", "europe", "--latency", "-5"), ("--latency", "-5")),
        (("--network", "europe", "--latency", "20,0"), ("--latency", "value:  0")),
        (("--network", "europe", "--latency", "inf"), ("--latency", "inf", "above 0")),
        (("--network", "europe", "--latency", "1"), ("interactive", "1 ms", "at least 4 ms")),
    ],
    ids=lambda value: " ".join(value),
)
def test_refusals(arguments: tuple[str, ...], said: tuple[str, ...], tmp_path: Path) -> None:
    assert_refused(knock("plan", *arguments), *said)
    assert names(tmp_path) == []


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("groups: {west: [West]}", "groups: {west: [Wst]}", ("plan.groups.west", "West")),
        ("title: Free}", "title: Free, chips: {families: [B2]}}", ("plan.cases.free.chips", "B2")),
        ("{full_year: true}", "{weeks: 0}", ("plan.hours.weeks", "at least 1")),
    ],
)
def test_scenarios_that_are_refused(
    before: str, after: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    path = scenario(tmp_path, TEXT.replace(before, after))
    answer = knock("plan", "--scenario", path)
    assert_refused(answer, "small.yaml, line", *said)
    assert names(tmp_path) == ["small.yaml"]


def test_a_check_finds_what_the_network_has_not_before_its_power_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(us, "network", None)
    text = TEXT.replace("network: europe", "network: us").replace("[West]", "[ERCO]")
    good = knock("scenario", "check", scenario(tmp_path, text))
    assert (good.code, good.err) == (0, "")
    assert "plan on us: local, free" in good.out
    assert knock("scenario", "check", tmp_path / "small.yaml", "--json").json()["plan"] == {
        **{"network": "us", "plans": ["local", "free"]},
    }
    wrong = "title: Free, rules: {green_percent_by: {ERCOT: 80}}"
    answer = knock("scenario", "check", scenario(tmp_path, text.replace("title: Free", wrong)))
    assert_refused(
        answer,
        "there is no site, bus, country or group 'ERCOT' on this network",
        "small.yaml, line 10, field plan.cases.free.rules.green_percent_by.ERCOT",
        *("value:  ERCOT\n", "all, or one of west, ", "Abilene", "did you mean ERCO?"),
    )


@pytest.mark.parametrize(
    ("network", "field", "said"),
    [
        ("us", {"sites": {"allowed": ["Columbus", "Dalas"]}}, ("sites.allowed", "mean Dallas")),
        ("us", {"chips": {"caps": {"h2O": 5}}}, ("chips.caps", "mean h20")),
        ("us", {"residency": {"all": ["CAN"]}}, ("residency", "CAN", "USA")),
        ("us", {"latency_ms": {"batch": 1}}, ("latency_ms", "1 ms")),
        ("us", {"groups": {"west": ["Colorado"]}}, ("groups.west", "Colorado")),
        (
            "china31",
            {"sites": {"pue": [{"sites": "Guizou", "at_most": 1.3}]}},
            ("pue[0].sites", "mean Guizhou"),
        ),
        ("world", {"sites": {"connection_gw": {"Autralia": 1}}}, ("_gw", "mean Australia")),
        ("europe", {"sites": {"by_class": {"batch": ["-NOO"]}}}, ("by_class.batch", "mean NO")),
    ],
)
def test_a_check_of_every_network(
    network: str, field: dict[str, Any], said: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module(f"tradewind.capacity.networks.{network}"), "network", None)
    section = PlanSection.model_validate({"network": network, **field})
    with pytest.raises(ScenarioError) as refused:
        check_plan(section, Source("small.yaml"), "Small")
    assert all(words in str(refused.value) for words in said), refused.value
    assert all((refused.value.where, refused.value.bound, refused.value.remedy))


@pytest.mark.usefixtures("fake")
def test_refusals_in_json() -> None:
    answer = knock("plan", "--network", "moon", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert json.loads(answer.err)["bound"] == "china31, us, europe, world"


@pytest.mark.usefixtures("fake")
def test_a_failure_in_the_middle_leaves_no_folder_and_keeps_the_plans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = scenario(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(plan_folder, "write_netcdf", fail)
        answer = knock("plan", "--scenario", path, "--out", "out")
    assert_refused(answer, "nothing was left behind")
    assert names(tmp_path) == ["out.progress", "small.yaml"]
    again = knock("plan", "--scenario", path, "--out", "out")
    assert (again.code, again.err) == (0, "")
    assert names(tmp_path) == ["out", "small.yaml"]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(("more", "told"), [((), True), (("--json",), False)])
def test_steps_are_told_in_a_pipe_but_not_beside_json(
    more: tuple[str, ...], told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    @contextmanager
    def lines() -> Iterator[Callable[[str], None]]:
        yield steps.append

    monkeypatch.setattr(import_module("tradewind.cli.plan"), "minutes", lines)
    assert knock("plan", "--scenario", scenario(tmp_path), *more).code == 0
    expected = [
        *("opening the network europe", "local (1 of 2): solving", "free (2 of 2): solving"),
        "writing the report",
    ]
    assert steps == (expected if told else [])


def test_help_has_examples() -> None:
    answer = knock("plan", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "tradewind plan --network china31" in answer.out
    assert "--json" in answer.out
    assert "two solves a site" in " ".join(answer.out.replace("│", " ").split())

"""Members on processes, kept as they come: the same numbers whatever happens on the way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.claims import TOYS, copied, own_claim
from tradewind.claims import Board, run
from tradewind.claims.experiment import Experiment
from tradewind.claims.pool import WORTH_HELPING_S, Job, Schedule
from tradewind.claims.reading import load
from tradewind.claims.store import Store
from tradewind.claims.worker import answer
from tradewind.errors import ClaimError, InputError, OutputError

EXPERIMENT = """
COST = 0.001

def prepare():
    return {prepare}

def measure(shared, values, *, null=False):
    return {measure}

def figure(shared, values):
    return {figure}
"""
MEASURE = '{"output_change": -9.0, "compute_moved": 30.0}'
WORDS = '{"en": "a", "zh": "b"}'
FIGURE = (
    f'{{"kind": "bars", "title": {WORDS}, "unit": "1", "note": {WORDS}, "source": "s",'
    f' "x": {{"label": {WORDS}, "unit": "", "values": ["p", "q"]}},'
    f' "series": [{{"label": {WORDS}, "values": [1.0, 2.0]}}]}}'
)


def experiment(
    measure: str = MEASURE, figure: str = FIGURE, prepare: str = "None", more: str = ""
) -> str:
    return EXPERIMENT.format(measure=measure, figure=figure, prepare=prepare) + more


def same(a: Board, b: Board) -> None:
    """Bit by bit the same answers."""
    assert a.answer() == b.answer()
    for one, other in zip(a.outcomes, b.outcomes, strict=True):
        assert one.points == other.points
        assert np.array_equal(one.metrics, other.metrics)


@pytest.fixture(scope="module")
def board() -> Board:
    return run(folder=TOYS, processes=1)


def test_the_toys_come_out_as_they_are_made(board: Board) -> None:
    verdicts = {outcome.claim.id: outcome.verdict for outcome in board.outcomes}
    assert verdicts == {
        "closer-together": "contradicted",
        "dear-power": "mixed",
        "count-of-chips": "supported",
        "who-moves": "untestable",
    }
    constructed = [outcome.by_construction for outcome in board.outcomes]
    assert constructed == [True, False, True, None]
    power = board["dear-power"]
    assert [hinge.parameter for hinge in power.hinges] == [
        "trade_elasticity",
        "power_share",
        "growth",
    ]
    cost = 1.0 + 0.5 * 0.10
    assert power.metrics_of("central")[0, 0] == pytest.approx(100 * (cost**-1.5 - 1), abs=1e-12)
    assert np.array_equal(power.metrics_of("null"), np.zeros((9, 2)))


def test_two_processes_give_the_same_as_none(board: Board) -> None:
    same(board, run(folder=TOYS, processes=2))


def test_a_claim_alone_gives_the_same_as_among_others(board: Board) -> None:
    alone = run(["dear-power"], folder=TOYS, processes=1)
    assert np.array_equal(alone["dear-power"].metrics, board["dear-power"].metrics)


def test_a_run_that_broke_off_goes_on_where_it_was(tmp_path: Path, board: Board) -> None:
    keep = tmp_path / "claims.progress"
    seen: list[int] = []

    def stop(claim: str, done: int, total: int, left_s: float) -> None:
        seen.append(done)
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(folder=TOYS, keep=keep, processes=1, progress=stop)
    assert len(Store(keep)._known) == 40
    # A kill may tear the line that was being written.
    with keep.open("ab") as file:
        file.write(b'{"key": "abc", "fou')
    seen.clear()
    again = run(
        folder=TOYS,
        keep=keep,
        processes=1,
        progress=lambda claim, done, total, left_s: seen.append(done),
    )
    assert seen[0] == 40
    same(board, again)
    seen.clear()
    run(
        folder=TOYS,
        keep=keep,
        processes=1,
        progress=lambda claim, done, total, left_s: seen.append(done),
    )
    assert seen == []


def test_what_was_kept_is_of_one_claim_file_and_one_experiment(tmp_path: Path) -> None:
    folder, keep = copied(tmp_path / "own", "count-of-chips"), tmp_path / "keep"
    seen: list[int] = []

    def runs() -> int:
        seen.clear()
        run(folder=folder, keep=keep, processes=1, progress=lambda c, d, t, s: seen.append(d))
        return len(seen[1:])

    assert runs() == 33
    assert runs() == 0
    path = folder / "count-of-chips.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<= 51000", "<= 51001"), encoding="utf-8")
    assert runs() == 33
    module = folder / "toy_count_of_chips.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert runs() == 33


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"something else\n", "holds something else"),
        (b'{"kept by": "tradewind claims run", "form": 1}\n{"key": 1}\n', "line 2"),
        (b'{"kept by": "tradewind claims run", "form": 1}\nabc\n', "line 2"),
    ],
)
def test_a_file_that_is_no_store_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    keep = tmp_path / "keep"
    keep.write_bytes(content)
    with pytest.raises(OutputError) as caught:
        Store(keep)
    assert said in str(caught.value)
    assert caught.value.remedy
    Store(keep, restart=True)
    assert keep.read_bytes() == content


def test_a_quick_run_cannot_say_what_is_by_construction(board: Board) -> None:
    quick = run(["dear-power", "count-of-chips"], quick=True, folder=TOYS, processes=1)
    assert [len(outcome.sides_of("member")) for outcome in quick.outcomes] == [8, 8]
    assert [outcome.by_construction for outcome in quick.outcomes] == [None, None]


REFUSED = {
    "extra": ('{"output_change": 1.0, "compute_moved": 1.0, "more": 1.0}', "does not name", "more"),
    "missing": ('{"output_change": 1.0}', "does not return", "compute_moved"),
    "nan": ('{"output_change": float("nan"), "compute_moved": 1.0}', "not a finite", "= nan"),
    "inf": ('{"output_change": 1.0, "compute_moved": 1e999}', "not a finite", "compute_moved"),
    "raises": ('{"output_change": 1.0 / (null - 0)}', "failed", "ZeroDivisionError"),
    "unknown": ('{"output_change": values["speed"]}', "failed", "KeyError: 'speed'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_an_experiment_must_not_return(tmp_path: Path, name: str) -> None:
    measure, problem, value = REFUSED[name]
    own_claim(tmp_path, f"own-{name}", f"own_measure_{name}", experiment(measure))
    with pytest.raises(ClaimError) as caught:
        run(folder=tmp_path, processes=1)
    error = caught.value
    assert problem in error.problem
    assert value in str(error.value)
    assert f"claim own-{name}, own_measure_{name}" in str(error.where)
    assert error.bound
    assert error.remedy


FIGURES = {
    "kind": (FIGURE.replace('"bars"', '"pie"'), "kind"),
    "length": (FIGURE.replace("[1.0, 2.0]", "[1.0]"), "series"),
    "language": (FIGURE.replace(', "zh": "b"', ""), "title"),
    "numbers": (FIGURE.replace('["p", "q"]', "[1.0, 2.0]"), "x.values"),
    "empty": (FIGURE.replace("[1.0, 2.0]", "[None, None]"), "series"),
    "nan": (FIGURE.replace("[1.0, 2.0]", "[1.0, float('nan')]"), "series"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_that_cannot_be_drawn(tmp_path: Path, name: str) -> None:
    figure, field = FIGURES[name]
    own_claim(tmp_path, "own", f"own_figure_{name}", experiment(figure=figure))
    with pytest.raises(ClaimError) as caught:
        run(folder=tmp_path, processes=1)
    assert f"own_figure_{name}.figure()" in str(caught.value.where)
    assert field in str(caught.value.where)
    assert all((caught.value.value, caught.value.bound, caught.value.remedy))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "without prepare, measure, figure, COST"),
        (experiment().replace("def figure", "def figures"), "without figure"),
        (experiment().replace("0.001", "0.0"), "COST is no plain number"),
        (experiment().replace("0.001", "'fast'"), "COST is no plain number"),
        ("def (", "invalid syntax"),
    ],
)
def test_a_module_that_is_no_experiment(tmp_path: Path, text: str, said: str) -> None:
    own_claim(tmp_path, "own", "own_module", text)
    with pytest.raises(ClaimError, match="not what a claim needs") as caught:
        run(folder=tmp_path, processes=1)
    assert said in str(caught.value.value)


def test_a_module_that_is_not_there(tmp_path: Path) -> None:
    for module in ("not_there_at_all", "not.there.either"):
        path = own_claim(tmp_path, "own", "own_there", experiment())
        path.write_text(path.read_text().replace("own_there", module))
        with pytest.raises(ClaimError, match="module is not there"):
            run(folder=tmp_path, processes=1)


def test_a_worker_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    dying = "__import__('os').write(2, b'out of memory') and __import__('os')._exit(9)"
    own_claim(tmp_path, "own", "own_dying", experiment(dying))
    with pytest.raises(ClaimError) as caught:
        run(folder=tmp_path, processes=2)
    assert "the process ended with 9: out of memory" in str(caught.value.value)
    assert "own_dying at" in str(caught.value.where)


def test_what_an_experiment_prints_is_no_answer(tmp_path: Path) -> None:
    talking = f"print('hello') or {MEASURE}"
    own_claim(tmp_path, "own", "own_talking", experiment(talking))
    assert run(folder=tmp_path, processes=2)["own"].verdict == "supported"


def test_what_members_share_is_prepared_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    text = experiment(prepare="calls.append(1) or len(calls)", more="\ncalls = []\n")
    own_claim(tmp_path, "own", "own_prepared", text)
    one = Experiment("own_prepared")
    question = {"figure": False, "null": False, "values": {}}
    for _ in range(3):
        assert answer(one, question)["found"]["output_change"] == -9.0
    assert one._shared == 1


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"members": 7}, "members"),
        ({"members": 5000}, "members"),
        ({"members": 8, "quick": True}, "members and quick"),
        ({"seed": -1}, "seed"),
        ({"processes": 0}, "processes"),
    ],
)
def test_options_out_of_bounds(options: dict[str, int], where: str) -> None:
    with pytest.raises(InputError) as caught:
        run(folder=TOYS, **options)  # type: ignore[arg-type]
    assert caught.value.where == where
    assert caught.value.remedy


def jobs(claim: str, count: int, cost: float) -> list[Job]:
    (found,) = load(TOYS, [claim])
    return [Job(found, f"{claim} {i}", {}, False, False, f"{claim}{i}", cost) for i in range(count)]


def test_a_worker_keeps_to_its_claim_and_helps_where_most_is_left() -> None:
    long, short = jobs("dear-power", 9, 1.0), jobs("count-of-chips", 2, 1.0)
    schedule = Schedule([*short, *long])
    first, second = schedule.next(None, 0.0), schedule.next(None, 0.0)
    assert first is long[0]
    assert second is short[0]
    assert schedule.next(second.claim, 0.1) is short[1]
    # Nothing is left of its own: it helps with the long one, whose preparation it must pay.
    assert schedule.next(second.claim, 0.1) is long[1]
    assert schedule.next(first.claim, 0.1) is long[2]


def test_nobody_prepares_for_what_is_nearly_done() -> None:
    schedule = Schedule(jobs("dear-power", 3, WORTH_HELPING_S / 4))
    first = schedule.next(None, 0.0)
    assert first is not None
    assert schedule.next(None, 0.0) is None
    assert schedule.next(first.claim, 0.0) is not None
    schedule.close()
    assert schedule.next(first.claim, 0.0) is None


def test_the_folder_says_what_the_board_says(tmp_path: Path, board: Board) -> None:
    import pandas as pd
    import xarray as xr

    goal = board.save(tmp_path / "out")
    table = pd.read_csv(goal / "claims.csv")
    assert table["id"].tolist() == [
        "closer-together",
        "dear-power",
        "dear-power",
        "count-of-chips",
        "who-moves",
    ]
    power = table[table["metric"] == "output_change"].iloc[0]
    members = xr.load_dataset(goal / "members.nc", group="dear-power", engine="h5netcdf")
    drawn = members.sel(run=members["kind"] == "member", metric="output_change")
    assert power["median"] == pytest.approx(float(drawn["metric_value"].median()), abs=1e-12)
    assert power["share_for"] == float((drawn["side"] == "for").mean())
    assert np.array_equal(members["metric_value"].values, board["dear-power"].metrics)
    manifest = json.loads((goal / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 1
    assert manifest["members"] == {"closer-together": 32, "dear-power": 64, "count-of-chips": 16}
    assert set(manifest["member_s"]["dear-power"]) == {"stated", "measured", "prepare"}
    assert {"tradewind_version", "code_sha256", "claim_sha256", "timings_s"} <= set(manifest)

"""A long job keeps every result, goes on after a kill, and touches nobody else's file."""

from __future__ import annotations

import errno
import json
import math
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from tests.identities.economies import dataset
from tests.support.baseline import random_baseline
from tradewind.chokepoints.cuts import KINDS, Cut, cuts_of
from tradewind.chokepoints.job import Task, sever
from tradewind.chokepoints.store import Loss, Store
from tradewind.errors import InfeasibleError, OutputError
from tradewind.trade import Baseline
from tradewind.trade.arrays import Options, Table
from tradewind.trade.severance import Links, Severance, Severed

NAN = float("nan")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def same(one: Loss, two: Loss) -> bool:
    """Whether two losses are alike to the last digit, NaN with NaN."""
    return [float(x).hex() for x in one] == [float(x).hex() for x in two]


def filled(path: Path, **losses: Loss) -> Path:
    """A file with these results of the question "q"."""
    with Store(path, "q") as store:
        for name, loss in losses.items():
            store.add(name, loss)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "job.progress"


# The file


def test_results_come_back_to_the_last_digit(path: Path) -> None:
    values = np.random.default_rng(3).lognormal(-4.0, 6.0, (50, 3))
    losses = {f"cut {place}": Loss(*map(float, row)) for place, row in enumerate(values)}
    losses["none"] = Loss(NAN, NAN, NAN)
    losses["endless"] = Loss(-math.inf, 0.1, 1e-12)
    losses['odd "name"\n中'] = Loss(0.1 + 0.2, -0.0, 5e-324)
    filled(path, **losses)
    found = Store(path, "q").known
    assert list(found) == list(losses)
    assert all(same(found[name], loss) for name, loss in losses.items())


def test_every_result_is_in_the_file_as_soon_as_it_is_known(path: Path) -> None:
    with Store(path, "q") as store:
        assert json.loads(path.read_text()) == {"question": "q"}
        for count in (1, 2, 3):
            store.add(f"cut {count}", Loss(-0.1 * count, NAN, 0.0))
            lines = path.read_text(encoding="utf-8").splitlines()
            assert json.loads(lines[-1]) == [f"cut {count}", -0.1 * count, None, 0.0]
            assert len(lines) == count + 1


def test_a_store_without_a_place_only_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Store(None, "q") as store:
        store.add("cut", Loss(-1.0, 0.0, 0.0))
    assert store.known["cut"].own == -1.0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("torn", ['["cut 3", -0.3', '["cut 3", -0.3, 0.1, 0.0]', "\x00", "["])
def test_a_line_that_was_torn_is_dropped(path: Path, torn: str) -> None:
    filled(path, one=Loss(-0.1, 0.0, 0.0), two=Loss(-0.2, 0.0, 0.0))
    whole = path.read_bytes()
    path.write_bytes(whole + torn.encode())
    with Store(path, "q") as store:
        assert list(store.known) == ["one", "two"]
        assert path.read_bytes() == whole
        store.add("three", Loss(-0.3, 0.0, 0.0))
    assert list(Store(path, "q").known) == ["one", "two", "three"]


def test_a_torn_sign_of_several_bytes_is_dropped(path: Path) -> None:
    filled(path, one=Loss(-0.1, 0.0, 0.0))
    path.write_bytes(path.read_bytes() + '["中'.encode()[:-1])
    assert list(Store(path, "q").known) == ["one"]


def test_an_empty_file_is_a_new_job(path: Path) -> None:
    path.touch()
    assert list(Store(path, "q").known) == []
    assert list(Store(filled(path, one=Loss(0.0, 0.0, 0.0)), "q").known) == ["one"]


def test_another_question_is_refused_and_thrown_away_only_when_told(path: Path) -> None:
    filled(path, one=Loss(-0.1, 0.0, 0.0), two=Loss(-0.2, 0.0, 0.0))
    before = path.read_bytes()
    with pytest.raises(OutputError) as caught:
        Store(path, "other")
    assert_told(caught.value, str(path), "2 results", "same world", "--force")
    assert path.read_bytes() == before
    with Store(path, "other", restart=True) as store:
        assert store.known == {}
    with pytest.raises(OutputError):
        Store(path, "q")
    assert Store(path, "other").known == {}


def test_the_same_question_goes_on_even_when_told_to_restart(path: Path) -> None:
    filled(path, one=Loss(-0.1, 0.0, 0.0))
    assert list(Store(path, "q", restart=True).known) == ["one"]


def assert_told(error: OutputError, *said: str) -> None:
    assert error.exit_code == 2
    for words in (*said, "  where:  ", "  value:  ", "  needs:  ", "  try:    "):
        assert words in str(error), str(error)


DAMAGED = {
    "no JSON": b"what is this?",
    "not UTF-8": b"\xff\xfe",
    "no list": b'{"cut": 1}',
    "too few": b'["cut", 0.1, 0.2]',
    "too many": b'["cut", 0.1, 0.2, 0.3, 0.4]',
    "text": b'["cut", "a", 0.2, 0.3]',
    "no name": b"[1, 0.1, 0.2, 0.3]",
    "number": b"7",
    "empty": b"",
    "half": b'["cut", -0.3',
}


@pytest.mark.parametrize("line", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_line_in_the_middle_is_named(path: Path, line: bytes) -> None:
    filled(path, one=Loss(-0.1, 0.0, 0.0), two=Loss(-0.2, 0.0, 0.0))
    head, first, second, _ = path.read_bytes().split(b"\n")
    spoilt = b"\n".join([head, first, line, second, b""])
    path.write_bytes(spoilt)
    with pytest.raises(OutputError) as caught:
        Store(path, "q")
    assert_told(caught.value, f"{path}, line 3", "three numbers", "--force", "remove the line")
    assert path.read_bytes() == spoilt
    with Store(path, "q", restart=True) as store:
        assert store.known == {}


FOREIGN = {
    "text": b"Dear diary,\nnothing happened today.\n",
    "one line": b"a thesis without a line break",
    "numbers": b"1,2,3\n4,5,6\n",
    "other JSON": b'{"name": "package"}\n',
    "question that is none": b'{"question": 3}\n',
    "list": b'["question", "q"]\n',
    "binary": bytes(range(256)),
    "blank": b"\n\n",
}


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_file_of_somebody_else_is_never_touched(
    path: Path, content: bytes, restart: bool
) -> None:
    path.write_bytes(content)
    with pytest.raises(OutputError) as caught:
        Store(path, "q", restart=restart)
    assert_told(caught.value, str(path), "something else", "move the file away")
    assert path.read_bytes() == content


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir()
    with pytest.raises(OutputError) as caught:
        Store(path, "q")
    assert_told(caught.value, str(path), "directory")


def test_a_place_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError) as caught, Store(tmp_path / "file" / "job", "q"):
        pytest.fail("opened")
    assert_told(caught.value, "--out")


def test_a_disk_that_fills_up_keeps_what_was_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path, one=Loss(-0.1, 0.0, 0.0))
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", raising)
    with pytest.raises(OutputError) as caught, Store(path, "q"):
        pytest.fail("opened")
    assert_told(caught.value, str(path), "No space left on device", "free some space")
    assert path.read_bytes() == before


def raising(*_: object, **__: object) -> None:
    raise FULL


class FullFile:
    """A file on a disk that has no room from some moment on."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file

    def write(self, text: str) -> int:
        return self.file.write(text[:5])

    def flush(self) -> None:
        self.file.flush()
        raise FULL

    def close(self) -> None:
        self.file.close()
        raise FULL


def add_to_a_full_disk(store: Store) -> None:
    assert store._file is not None
    full: Any = FullFile(store._file)
    store._file = full
    store.add("two", Loss(-0.2, 0.0, 0.0))


def test_a_result_that_finds_no_room(path: Path) -> None:
    store = Store(filled(path, one=Loss(-0.1, 0.0, 0.0)), "q")
    with pytest.raises(OutputError) as caught, store:
        add_to_a_full_disk(store)
    assert_told(caught.value, str(path), "No space left on device", "free some space")
    assert list(Store(path, "q").known) == ["one"]


# The job


def world() -> Baseline:
    plain = random_baseline(np.random.default_rng(2), 4, 3, zero_fraction=0.0)
    return Baseline(dataset(plain))


class Counting(Severance):
    """A solver that counts, and may fail or wait, by the supplier and sector that are cut."""

    def __init__(self, table: Table, before: Callable[[int, int], None] | None = None) -> None:
        baseline = world()
        self.calls: list[tuple[int, int]] = []
        self.before, self.lock = before, threading.Lock()
        super().__init__(table, Options(), baseline.labels)

    def cut(self, links: Links) -> Severed:
        if links[0].size:
            place = int(links[1][0]), int(links[2][0])
            with self.lock:
                self.calls.append(place)
            if self.before is not None:
                self.before(*place)
        return super().cut(links)


def tasks_of(baseline: Baseline, setting: str = "main") -> list[Task]:
    return [Task(setting, cut) for cut in cuts_of(baseline.table, 0, "link")]


def test_a_job_solves_everything_once_and_nothing_twice(path: Path) -> None:
    baseline = world()
    tasks, engine = tasks_of(baseline), Counting(baseline.table)
    told: list[tuple[int, int]] = []
    with Store(path, "q") as store:
        # Some asked for twice.
        found = sever(
            [*tasks, *tasks[:4]],
            lambda _: engine,
            baseline,
            store,
            lambda done, total: told.append((done, total)),
        )
    assert len(tasks) == 9
    assert sorted(engine.calls) == sorted({(t.cut.supplier, t.cut.sector) for t in tasks})
    assert told == [(done, 9) for done in range(10)]
    assert list(found) == tasks
    again = Counting(baseline.table)
    with Store(path, "q") as store:
        kept = sever(tasks, lambda _: again, baseline, store)
    assert again.calls == []
    assert all(same(kept[task], found[task]) for task in tasks)


def test_a_loss_is_both_sides_log_change_of_real_income() -> None:
    baseline = world()
    task = Task("main", Cut("supplier", 2, 1))
    engine = Severance(baseline.table, Options(), baseline.labels)
    with Store(None, "") as store:
        found = sever([task], lambda _: engine, baseline, store)[task]
    hat = engine.cut(task.cut.links(baseline.table)).real_income_hat
    assert (found.own, found.other) == (np.log(hat[2]), np.log(hat[1]))
    assert abs(found.own) > 1e-4
    assert 0.0 <= found.residual <= 1e-10


def test_every_task_has_a_name_of_its_own() -> None:
    baseline = world()
    tasks = [
        Task(setting, cut)
        for setting in ("main", "specific labour, 0 years")
        for kind in KINDS
        for economy in range(4)
        for cut in cuts_of(baseline.table, economy, kind)
    ]
    assert len({task.name(baseline) for task in tasks}) == len(tasks) == 2 * 4 * (9 + 3 + 9)
    assert tasks[0].name(baseline) == "main:link:E0:E1:S0"
    assert Task("main", Cut("supplier", 0, 2)).name(baseline) == "main:supplier:E0:E2:all"


def cores(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Work on as many cores, on any machine."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(count)), raising=False)


def test_the_order_in_which_cuts_end_does_not_matter(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores(monkeypatch, 2)
    baseline = world()
    tasks = tasks_of(baseline)
    first = tasks[0].cut
    gate = threading.Event()
    order: list[str] = []

    def before(supplier: int, sector: int) -> None:
        # The first cut ends after at least one that was begun later.
        if (supplier, sector) == (first.supplier, first.sector):
            assert gate.wait(20)

    def told(done: int, _: int) -> None:
        if done:
            gate.set()

    straight = Counting(baseline.table)
    with Store(None, "") as store:
        expected = sever(tasks, lambda _: straight, baseline, store)
    slow = Counting(baseline.table, before)
    with Store(path, "q") as store:
        found = sever(tasks, lambda _: slow, baseline, store, told)
        order = list(store.known)
    assert order[0] != tasks[0].name(baseline)
    assert list(found) == tasks
    assert all(same(found[task], expected[task]) for task in tasks)


class Broken(RuntimeError):
    pass


def test_an_error_ends_the_job_and_what_was_found_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores(monkeypatch, 2)
    baseline = world()
    tasks = tasks_of(baseline)
    last = tasks[-1].cut

    def before(supplier: int, sector: int) -> None:
        if (supplier, sector) == (last.supplier, last.sector):
            raise Broken("no such luck")

    broken = Counting(baseline.table, before)
    with pytest.raises(Broken, match="no such luck"), Store(path, "q") as store:
        sever(tasks, lambda _: broken, baseline, store)
    kept = set(Store(path, "q").known)
    # At most those under way beside it are lost.
    assert len(kept) >= len(tasks) - 1 - 2 * 2
    assert tasks[-1].name(baseline) not in kept
    whole = Counting(baseline.table)
    with Store(path, "q") as store:
        found = sever(tasks, lambda _: whole, baseline, store)
    assert len(whole.calls) == len(tasks) - len(kept)
    fresh = Counting(baseline.table)
    with Store(None, "") as store:
        expected = sever(tasks, lambda _: fresh, baseline, store)
    assert all(same(found[task], expected[task]) for task in tasks)


def test_an_error_early_on_leaves_most_cuts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    cores(monkeypatch, 1)
    baseline = world()

    def before(*_: int) -> None:
        raise Broken

    broken = Counting(baseline.table, before)
    with pytest.raises(Broken), Store(None, "") as store:
        sever(tasks_of(baseline), lambda _: broken, baseline, store)
    assert len(broken.calls) <= 2


def test_no_equilibrium_is_an_answer_that_is_kept(path: Path) -> None:
    baseline = world()
    tasks = tasks_of(baseline)
    lost = tasks[4].cut

    def before(supplier: int, sector: int) -> None:
        if (supplier, sector) == (lost.supplier, lost.sector):
            raise InfeasibleError("nobody is left")

    engine = Counting(baseline.table, before)
    with Store(path, "q") as store:
        found = sever(tasks, lambda _: engine, baseline, store)
    assert [math.isnan(found[task].own) for task in tasks] == [n == 4 for n in range(9)]
    again = Counting(baseline.table, before)
    with Store(path, "q") as store:
        kept = sever(tasks, lambda _: again, baseline, store)
    assert again.calls == []
    assert all(same(kept[task], found[task]) for task in tasks)


def test_every_setting_has_its_own_solver_and_its_own_results() -> None:
    baseline = world()
    stiff = Baseline(baseline.data.assign(trade_elasticity=baseline.data["trade_elasticity"] / 3))
    engines = {"main": Counting(baseline.table), "stiff": Counting(stiff.table)}
    tasks = [*tasks_of(baseline), *tasks_of(baseline, "stiff")]
    with Store(None, "") as store:
        found = sever(tasks, engines.__getitem__, baseline, store)
    for name, engine in engines.items():
        assert len(engine.calls) == 9
        for task in tasks:
            if task.setting == name:
                hat = engine.cut(task.cut.links(engine.table)).real_income_hat
                # By the same logarithm: the C library's differs in the last place on some machines.
                assert found[task].own == np.log(hat[0])

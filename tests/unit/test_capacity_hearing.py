"""HiGHS's progress is told, in words, by the thread that waits."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.support.plan_networks import CHIP, one_bus, serving, site
from tradewind.capacity import Units, attach, hearing, highs, structured
from tradewind.capacity.hearing import Hearing, in_words
from tradewind.capacity.iterate import Progress, Stalled
from tradewind.capacity.model import tighten
from tradewind.capacity.optimum import Optimiser
from tradewind.capacity.programme import Programme, programme_of


def small() -> Programme:
    network = attach(one_bus(24), [site()], [CHIP], [serving()], units=Units.own())
    model = network.optimize.create_model(include_objective_constant=False)
    tighten(network, network.snapshots)
    return programme_of(model)


def keeps_its_size(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Leave HiGHS something to iterate on; every solver that is opened."""
    opened, made = highs.opened, []

    def without_presolve(programme: Programme) -> Any:
        solver = opened(programme)
        solver.setOptionValue("presolve", "off")
        made.append(solver)
        return solver

    monkeypatch.setattr(highs, "opened", without_presolve)
    return made


@pytest.mark.parametrize(
    ("simplex_rows", "told_of"),
    [(1_000_000, "HiGHS: simplex, iteration "), (0, "HiGHS: interior point, iteration ")],
)
def test_iterations_are_told_by_the_thread_that_waits(
    simplex_rows: int,
    told_of: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    keeps_its_size(monkeypatch)
    monkeypatch.setattr(highs, "SIMPLEX_ROWS", simplex_rows)
    monkeypatch.setattr(highs, "PATIENCE", 1e-4)
    monkeypatch.setattr(hearing, "EVERY", 0.0)
    told: list[tuple[str, threading.Thread]] = []
    programme = small()
    found = highs.minimised(programme, lambda said: told.append((said, threading.current_thread())))
    assert any(said.startswith(told_of) for said, _ in told)
    assert {thread for _, thread in told} == {threading.main_thread()}
    silent = highs.minimised(programme)
    assert found is not None
    assert silent is not None
    assert found.value == silent.value
    assert capfd.readouterr() == ("", "")


def test_why_highs_took_over_is_told_once_and_then_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stops(*_: Any, **__: Any) -> None:
        raise Stalled(Progress(0, 1.0, 1.0, 1.0, 0.0))

    monkeypatch.setattr(structured, "minimised", stops)
    told: list[str] = []
    assert Optimiser("tradewind", tell=told.append).minimised(small()) is not None
    took = "HiGHS takes over: the structured solver stopped (stalled at 1.0e+00)"
    assert told.count(took) == 1
    after = told[told.index(took) + 1 :]
    assert after
    assert all(said.startswith("HiGHS: ") for said in after)


def test_highs_that_was_asked_first_takes_nothing_over() -> None:
    told: list[str] = []
    Optimiser("highs", tell=told.append).minimised(small())
    assert told
    assert not any("takes over" in said for said in told)


def test_who_stops_waiting_is_called_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS works on in its thread while Python may be ending."""

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    made = keeps_its_size(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        highs.minimised(small(), stop)
    assert [made[0].cbLogging.callbacks, made[0].cbIpmInterrupt.callbacks] == [[], []]


def test_lines_keep_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first step is told at once, then none for as long as it takes, then the last."""

    class Event:
        def __init__(self, message: str) -> None:
            self.message = message

    told: list[str] = []
    heard = Hearing(told.append)
    for count in range(1, 5):
        for piece in (f"  {count}  1.0e+00 Pr: {count}", "(2.0); Du: 0(0) 0.1s", "\n", "other\n"):
            heard._logged(Event(piece))
            heard.pass_on()
    assert told == [
        "HiGHS: simplex, iteration 1: objective 1, infeasibility 2e+00, of duals 0e+00, 0 s"
    ]
    monkeypatch.setattr(heard, "_next", 0.0)
    heard.pass_on()
    heard.pass_on()
    assert [said.split(":")[1] for said in told] == [
        " simplex, iteration 1",
        " simplex, iteration 4",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "      29889     8.9233470638e+05 Pr: 7785(5.55406e+06); Du: 0(2.17682e-14) 6.8s",
            "simplex, iteration 29,889: objective 892335, infeasibility 6e+06, of duals 2e-14",
        ),
        (
            "          0    -6.2439633380e-08 Ph1: 12359(1.07594e+07); Du: 0(2.64037e-09) 1.6s",
            "simplex, iteration 0: objective -6.24396e-08, infeasibility 1e+07, of duals 3e-09",
        ),
        (
            "   5    3.68030724e+09  -7.70767525e+09   5.90e-03   1.47e-04  5.66e+00       4.1",
            "interior point, iteration 5: objective 3.68031e+09, dual -7.70768e+09, gap 6e+00, "
            "rows 6e-03",
        ),
        (
            "   1*   1.00269835e+06   1.00269835e+06   3.16e-11   4.54e-16  4.79e-11       7.8",
            "interior point, iteration 1: objective 1.0027e+06, dual 1.0027e+06, gap 5e-11, "
            "rows 3e-11",
        ),
        ("84554 rows, 74258 cols, 316455 nonzeros 1s", "made smaller: 84,554 rows, 74,258 columns"),
        (
            "    Number of primal pushes required:                   3091",
            "towards a corner, 3,091 primal pushes",
        ),
        ("Model status        : Optimal", ""),
        (" Iter       primal obj         dual obj       pinf       dinf       gap      time", ""),
        ("", ""),
    ],
)
def test_lines_of_the_log_in_words(line: str, words: str) -> None:
    assert in_words(line) == words

"""Progress without a terminal: lines of the current step, on stderr alone, and none when short."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from tradewind.cli.minutes import minutes


class Stream(io.StringIO):
    """A stream that knows when some words were written to it, or refuses them."""

    def __init__(self, awaited: str, error: type[Exception] | None = None) -> None:
        super().__init__()
        self.awaited, self.error, self.seen = awaited, error, threading.Event()

    def write(self, text: str) -> int:
        count = super().write(text)
        if self.awaited in self.getvalue():
            self.seen.set()
        if self.error is not None:
            raise self.error
        return count


class Waits:
    """An event and a clock: waits take no time, and so many of them pass before the end."""

    def __init__(self, count: int) -> None:
        self.count, self.asked, self.now = count, list[float](), 100.0
        self.open, self.over = threading.Event(), threading.Event()

    def wait(self, seconds: float) -> bool:
        assert self.open.wait(60.0)
        self.asked.append(seconds)
        self.now += seconds
        if len(self.asked) > self.count:
            self.over.set()
        return len(self.asked) > self.count

    def set(self) -> None:
        """The end comes by itself."""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        module = import_module("tradewind.cli.minutes")
        own = SimpleNamespace(Event=lambda: self, Thread=threading.Thread)
        patch.setattr(module, "threading", own)
        patch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))


class Flushed(io.StringIO):
    """A stream whose reader sees what is flushed."""

    read = ""

    def flush(self) -> None:
        self.read = self.getvalue()


def test_a_line_comes_once_a_minute_and_tells_how_many_have_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits, stream = Waits(3), Flushed()
    waits.install(monkeypatch)
    monkeypatch.setattr("sys.stderr", stream)
    with minutes() as say:
        say("solving")
        assert stream.getvalue() == ""
        waits.open.set()
        assert waits.over.wait(60.0)
    assert stream.read == "".join(f"tradewind: {n} min: solving\n" for n in (1, 2, 3))
    assert waits.asked == [60.0] * 4


def test_no_line_is_written_after_the_reader_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, stream = Waits(3), Stream("tradewind", BrokenPipeError)
    waits.install(monkeypatch)
    monkeypatch.setattr("sys.stderr", stream)
    with minutes() as say:
        say("solving")
        waits.open.set()
        assert stream.seen.wait(60.0)
    assert (stream.getvalue().count("tradewind"), len(waits.asked)) == (1, 1)


def test_the_step_that_runs_is_written_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Stream("0 min: free (1 of 2): solving\n"), Stream("writing the report\n")
    with minutes(0.001) as say:
        say("free (1 of 2): solving")
        for stream in (first, second):
            monkeypatch.setattr("sys.stderr", stream)
            assert stream.seen.wait(60.0)
            say("writing the report")
    written = second.getvalue()
    assert all(line.startswith("tradewind: 0 min: ") for line in written.splitlines())
    assert not [thread for thread in threading.enumerate() if thread.name == "progress"]


@pytest.mark.parametrize(
    ("terminal", "quiet", "who"),
    [
        *((True, False, "terminal"), (False, False, "lines")),
        *((True, True, "quiet"), (False, True, "quiet")),
    ],
)
def test_lines_are_for_a_command_that_nobody_watches(
    terminal: bool, quiet: bool, who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    @contextmanager
    def recorded(name: str = "lines", *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
        yield lambda what: told.append(f"{'quiet' if quiet else name}: {what}")

    plan = import_module("tradewind.cli.plan")
    monkeypatch.setattr(plan, "minutes", recorded)
    monkeypatch.setattr(plan, "status", partial(recorded, "terminal"))
    monkeypatch.setattr("sys.stderr", SimpleNamespace(isatty=lambda: terminal))
    with plan._progress(tmp_path, quiet=quiet) as say:
        say("solving")
    assert told == [f"{who}: solving"]


@pytest.mark.parametrize("error", [BrokenPipeError, ValueError])
def test_a_reader_that_goes_away_ends_the_lines_and_not_the_command(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream("tradewind", error)
    monkeypatch.setattr("sys.stderr", stream)
    with minutes(0.001) as say:
        say("solving")
        assert stream.seen.wait(60.0)
    assert stream.getvalue().count("tradewind") == 1

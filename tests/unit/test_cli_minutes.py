"""Progress without a terminal: lines of the current step, on stderr alone, and none when short."""

from __future__ import annotations

import io
import threading

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

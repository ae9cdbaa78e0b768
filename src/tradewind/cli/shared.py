"""What the commands share: options, JSON, the console, and a word on the step that is running."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from tradewind.scenario import Scenario

ODD_TARIFF = 200.0
"""Tariff [%] above which a run asks whether that was meant."""

AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document and nothing else; errors too, to stderr."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there already.")]
Contents = Mapping[str, Mapping[Literal["en", "zh"], str]]
"""What the files of a folder are, by name, in every language."""
Year = Annotated[
    int | None,
    typer.Option(help="Take the world at this year, 2014 to 2025; as it is named if left out."),
]
Language = Annotated[str, typer.Option(help="Language of what is printed: en or zh.")]


def require_language(language: str) -> Literal["en", "zh"]:
    """Refuse a language there is no catalogue for."""
    known: dict[str, Literal["en", "zh"]] = {"en": "en", "zh": "zh"}
    if language in known:
        return known[language]
    from tradewind.errors import InputError

    raise InputError(
        "there is no such language",
        where="option --language",
        value=language,
        bound="en or zh",
        remedy="choose one of these",
    )


def emit(value: object) -> None:
    """Print a value as JSON; a number that is not there (NaN) is null."""
    from tradewind.json_text import to_json

    typer.echo(to_json(value))


def note_odd_tariffs(scenario: Scenario) -> None:
    """Say on stderr where a tariff looks like a slip of units; it is run as it stands."""
    for index, shock in enumerate(scenario.shocks):
        percent = shock.percent if shock.type == "tariff" else None
        if percent is None:
            continue
        said = None
        if percent > ODD_TARIFF:
            said = f"{percent:g} is {percent:g} percent"
        elif 0.0 < abs(percent) < 1.0:
            said = f"{percent:g} is {percent:g} percent, not {100.0 * percent:g}"
        if said:
            where = scenario.origin.where(f"shocks[{index}].percent")
            typer.echo(f"note: {said} ({where})", err=True)


def new_console(width_of_pipe: int | None = None) -> Console:
    """Make a console for stdout; a pipe has no width of its own and takes the one given."""
    from rich.console import Console

    class Pipe(Console):
        def on_broken_pipe(self) -> None:
            # Rich would leave with an error; a reader that has seen enough is none.
            raise BrokenPipeError

    console = Pipe(highlight=False)
    if width_of_pipe and not console.is_terminal:
        return Pipe(width=width_of_pipe, highlight=False)
    return console


@contextmanager
def status(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the current step on a terminal; say nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("loading the libraries ...") as spinner:
        yield lambda step: spinner.update(f"{step} ...")


@contextmanager
def bar(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar with the current step and how much of it is done; say nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("solving (the first time, compiling takes a minute)", total=None)
        last = [""]

        def show(step: str, done: int, total: int) -> None:
            if step != last[0]:
                # The time that is left is measured anew for each step.
                shown.reset(task)
                last[0] = step
            shown.update(task, description=step, completed=done, total=total)

        yield show


def list_folder(
    shown: Path, goal: Path, contents: Contents, seconds: float, language: Literal["en", "zh"]
) -> None:
    """Say what was written, what opens first in front."""
    written = {"en": "{}/ written in {:.1f} s", "zh": "{}/ 已写入,用时 {:.1f} 秒"}[language]
    typer.echo(f"\n{written.format(shown, seconds)}")
    for name, said in contents.items():
        if not (goal / name).exists():
            continue
        size = (goal / name).stat().st_size
        typer.echo(f"  {name:<15} {_size(size):>7}  {said[language]}")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"

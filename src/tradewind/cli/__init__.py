"""The command line: doors only, no model code.

Heavy imports happen inside the commands, so that help comes at once. Errors that Tradewind
foresees end with their own exit code (2 input, 3 no equilibrium) and one message, no traceback.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Annotated, NoReturn

import typer

from tradewind.cli import compare, run, scenario, world
from tradewind.errors import TradewindError

app = typer.Typer(
    name="tradewind",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Chips, compute, power, export rules and trade in one model that runs on a laptop.",
)
app.command("run")(run.run)
app.command("compare")(compare.compare)
app.add_typer(scenario.app, name="scenario")
app.add_typer(world.app, name="world")

INTERRUPTED = 130


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tradewind {version('tradewind')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before any command."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        app(standalone_mode=True)
    except TradewindError as error:
        print(f"tradewind: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("tradewind: interrupted; nothing was left half-written", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(0)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Unwind on a polite kill, so that partial folders are removed."""
    sys.exit(128 + number)

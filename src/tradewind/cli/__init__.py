"""The command line: doors only, no model code.

Heavy imports happen inside the commands, so that help comes at once. Errors that Tradewind
foresees end with their own exit code (2 input, 3 no equilibrium) and one message, no traceback.
"""

from __future__ import annotations

import codecs
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Annotated, NoReturn

import typer

from tradewind.cli import (
    backtest,
    chips,
    chokepoints,
    claims,
    compare,
    failure,
    plan,
    pressure,
    rule,
    run,
    scenario,
    world,
)
from tradewind.errors import TradewindError

ENDING = """
\b
Exit codes:
  0    done
  2    input was refused: file, field, value, bound and remedy are on stderr
  3    the question has no equilibrium, or none was found
  130  interrupted (143: terminated); no output is left half-written

\b
With --json, stdout holds one JSON document. If the command fails, stdout is empty (but for
`world check`, which prints its checks) and stderr holds one JSON object with the fields error,
exit_code and message, and for refused input problem, where, value, bound and remedy.
"""

NEAREST = "tradewind-nearest"
SIGNS = str.maketrans("−–×’“”→·", '--x\'"">.')


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Write the nearest signs of plain ASCII, a question mark where there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    bad = error.object[error.start : error.end].translate(SIGNS)
    return bad.encode("ascii", "replace").decode(), error.end


codecs.register_error(NEAREST, _nearest)

app = typer.Typer(
    name="tradewind",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Chips, compute, power, export rules and trade in one model that runs on a laptop.",
    epilog=ENDING,
)
app.command(
    "run", epilog=run.EXAMPLES, short_help="Run a scenario over the years and write a report."
)(run.run)
app.command(
    "backtest",
    epilog=backtest.EXAMPLES,
    short_help="Set a run begun in 2022 beside what was counted.",
)(backtest.backtest)
app.command("compare", epilog=compare.EXAMPLES, short_help="Show where two runs differ.")(
    compare.compare
)
app.command(
    "chokepoints",
    epilog=chokepoints.EXAMPLES,
    short_help="Rank what an economy depends on by what losing it costs.",
)(chokepoints.chokepoints)
app.command(
    "plan",
    epilog=plan.EXAMPLES,
    short_help="Plan where to build compute, on what power, with which chips.",
)(plan.plan)
app.add_typer(chips.app, name="chips")
app.add_typer(rule.app, name="rule")
app.add_typer(pressure.app, name="pressure")
app.add_typer(claims.app, name="claims")
app.add_typer(scenario.app, name="scenario")
app.add_typer(world.app, name="world")


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


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of this process if left out, as in the installed script; the process is then taken
        to end with the command.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        # Tables of this size are faster on one thread: a second one mostly waits, and spins.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # One command makes little garbage; to look for it among all modules costs more.
        gc.set_threshold(100_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign gets the nearest it can, not a failure.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=NEAREST)
    _catch_signals()
    code = _answer(given)
    if arguments is None:
        # The last search for garbage, at Python's exit, takes most of a second: nothing to find.
        gc.freeze()
    sys.exit(code)


def _answer(given: list[str]) -> int:
    """Run a command; tell every failure that is foreseen in one message."""
    as_json = "--json" in given
    try:
        code = app(args=given, prog_name="tradewind", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except TradewindError as error:
        return failure.tell(error, as_json=as_json)
    except failure.UsageError as error:
        if failure.is_plain_help(error):
            typer.echo(str(error))
            return failure.USAGE
        return failure.tell(failure.usage(error), as_json=as_json)
    except SystemError as error:
        # A signal that meets compiled code comes out of it as this, with our exit as its cause.
        if isinstance(error.__cause__, SystemExit):
            raise error.__cause__ from None
        raise
    except BrokenPipeError:
        _stop_writing()
        return 0
    except OSError as error:
        if error.filename is None:
            _stop_writing()
        return failure.tell(failure.system(error), as_json=as_json)
    return code if isinstance(code, int) else 0


def _catch_signals() -> None:
    """Unwind on a polite kill, so that partial folders are removed."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What the caller has switched off (nohup, a job in the background) stays off.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    print("tradewind: interrupted; no output was left half-written", file=sys.stderr)
    sys.exit(128 + number)


def _stop_writing() -> None:
    """Send what is left in the buffer of stdout nowhere; Python would complain at its exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

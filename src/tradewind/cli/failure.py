"""How a command ends that cannot go on: one message on stderr, and an exit code."""

from __future__ import annotations

import json
import sys
from typing import cast

import typer

from tradewind.errors import InputError, OutputError, TradewindError

# Typer carries a click of its own, which it does not export; this is its "wrong usage".
UsageError = cast(type[Exception], typer.BadParameter.__mro__[1])
USAGE = 2


def tell(error: TradewindError, *, as_json: bool) -> int:
    """Print an error and return the exit code that goes with it."""
    if not as_json:
        print(f"tradewind: {error}", file=sys.stderr)
        return error.exit_code
    told: dict[str, object] = {"error": type(error).__name__, "exit_code": error.exit_code}
    if isinstance(error, InputError):
        parts = ("problem", "where", "value", "bound", "remedy")
        told |= {part: _text(getattr(error, part)) for part in parts}
    told["message"] = str(error)
    print(json.dumps(told, ensure_ascii=False, indent=2), file=sys.stderr)
    return error.exit_code


def usage(error: Exception) -> InputError:
    """Retell a wrong option, argument or command of the command line as one of our refusals."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "tradewind"
    told = getattr(error, "format_message", lambda: str(error))()
    return InputError(told[:1].lower() + told[1:].rstrip("."), where=path, remedy=f"{path} --help")


def system(error: OSError) -> InputError:
    """Retell what the operating system refused; with no file's name it was printing."""
    said = error.strerror or str(error)
    if error.filename is None:
        return OutputError(
            "the answer could not be printed",
            where="standard output",
            value=said,
            remedy="send it somewhere with room",
        )
    return InputError(
        "the system refused a file",
        where=str(error.filename),
        value=said,
        remedy="check the path and its permissions",
    )


def is_plain_help(error: Exception) -> bool:
    """Whether a command was called bare, which asks for its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _text(value: object) -> str | None:
    return None if value is None else str(value)

"""Bounds of single numbers and names: one function per kind of bound."""

from __future__ import annotations

import math

from tradewind.errors import InputError

_REMEDY = "Correct the number, or leave out what it belongs to."


def finite(error: type[InputError], where: str, value: float) -> None:
    """Refuse what is not a finite number."""
    _within(error, where, value, math.isfinite(value), "a finite number", _REMEDY)


def at_least(
    error: type[InputError], where: str, value: float, bound: float, *, finite: bool = True
) -> None:
    """Refuse a number below a bound; infinity only where it means no limit."""
    fits = value >= bound and (math.isfinite(value) or not finite)
    _within(error, where, value, fits, f"a number of at least {bound:g}", _REMEDY)


def above(
    error: type[InputError], where: str, value: float, bound: float, remedy: str = _REMEDY
) -> None:
    """Refuse a number at a bound or below it."""
    fits = value > bound and math.isfinite(value)
    _within(error, where, value, fits, f"a number above {bound:g}", remedy)


def between(error: type[InputError], where: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside a closed range."""
    _within(error, where, value, low <= value <= high, f"{low:g} to {high:g}", _REMEDY)


def choice(error: type[InputError], where: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse what is none of the names there are."""
    if value not in allowed:
        known = ", ".join(allowed[:12]) + (", …" if len(allowed) > 12 else "")
        raise error(
            "There is no such name.",
            where=where,
            value=value,
            bound=f"one of: {known}" if allowed else "nothing: there is none",
            remedy="Check the spelling against the names above.",
        )


def named(error: type[InputError], kind: str, name: str) -> None:
    """Refuse a name that is empty or ends in space."""
    if not name or name != name.strip():
        raise error(
            f"A {kind} has no proper name.",
            where=kind,
            value=repr(name),
            bound="text that neither begins nor ends with space",
            remedy="Give it a name of its own.",
        )


def _within(
    error: type[InputError], where: str, value: float, fits: bool, bound: str, remedy: str
) -> None:
    if not fits:
        raise error(
            "A number is out of bounds.", where=where, value=value, bound=bound, remedy=remedy
        )

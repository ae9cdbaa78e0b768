"""What every model of a file a user writes is made of: words, days, numbers, and refusals."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError


def refusal(
    problem: str, *, bound: str, remedy: str, field: str = "", value: object = None
) -> PydanticCustomError:
    """Make an error that carries what it needs and what to try, as the house asks.

    Without a value, that of the field is told.
    """
    context = {"bound": bound, "remedy": remedy, "field": field, "value": value}
    # A brace in the template would be read as a placeholder, so the text travels as one.
    return PydanticCustomError("refused", "{problem}", {"problem": problem, **context})


def _as_items(value: Any) -> Any:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not value:
        raise refusal(
            "a selection is one word or a list of words",
            bound="a code, a name, a group, `all`, or a non-empty list of these",
            remedy="write for example `CHN`, `EU27` or `[all, -USA]`",
        )
    for item in value:
        if not isinstance(item, str) or not item.strip():
            raise refusal(
                f"a selection holds {item!r}, which is not a word",
                bound="codes, names or groups",
                remedy="write sector codes with their letter, such as C26",
            )
    return tuple(item.strip() for item in value)


def _as_written(items: tuple[str, ...]) -> str | list[str]:
    return items[0] if len(items) == 1 else list(items)


Selector = Annotated[
    tuple[str, ...], BeforeValidator(_as_items), PlainSerializer(_as_written, when_used="json")
]
"""A code, name or group, or a list of them; a leading ``-`` takes away: ``[all, -USA]``."""


def _as_date(value: Any) -> Any:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        # Numbers are refused: pydantic would read them as seconds since 1970.
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refusal(
            "this is no day of the calendar",
            bound="YYYY-MM-DD",
            remedy="write for example 2026-08-19",
        ) from None


Date = Annotated[datetime.date, BeforeValidator(_as_date)]
"""A day, YYYY-MM-DD."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number; text and booleans are refused."""


class Frozen(BaseModel):
    """A model that never changes and refuses what it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True
    )

"""What the pages share: the templates, and a manifest as rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from tradewind.report.numbers import scientific


@cache
def environment() -> jinja2.Environment:
    """Templates: everything escaped, and a name that is not there is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("tradewind.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def flatten(manifest: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """List a nested manifest as dotted keys and printable values."""
    rows: list[tuple[str, str]] = []
    for key, value in manifest.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            rows += flatten(value, f"{name}.")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            rows += flatten({str(place): item for place, item in enumerate(value)}, f"{name}.")
        else:
            rows.append((name, _printed(value)))
    return rows


def _printed(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, float | list | tuple):
        return str(value)
    if isinstance(value, float):
        small = 0 < abs(value) < 1e-3
        return scientific(value) if small else f"{value:.4f}".rstrip("0").rstrip(".")
    return ", ".join(str(item) for item in value)

"""What tells two runs apart before their results do: titles, settings and shocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from tradewind.report.dated import money_year
from tradewind.report.language import Catalogue
from tradewind.report.story import settings

Manifests = tuple[Mapping[str, Any], Mapping[str, Any]]

LISTS = {
    "elasticity_overrides": "compare_setting_overrides",
    "shocks": "compare_setting_shocks",
}
HASHES = {
    "scenario_sha256": "compare_setting_scenario_sha256",
    "world_sha256": "compare_setting_world_sha256",
}
HASH_SHOWN = 12
"""Characters of a hash that are printed."""


def side_titles(
    a: xr.Dataset, b: xr.Dataset, words: Catalogue, folders: tuple[str, str] | None = None
) -> list[str]:
    """Name A, then B: title, and the folder of the run, or its scenario if there is none."""
    origins = folders or (str(a.attrs["scenario"]), str(b.attrs["scenario"]))
    return [
        words.text("compare_side", side=side, title=run.attrs["title"], origin=origin)
        for side, run, origin in zip("AB", (a, b), origins, strict=True)
    ]


def differing_settings(
    a: xr.Dataset, b: xr.Dataset, words: Catalogue, manifests: Manifests = ({}, {})
) -> list[str]:
    """Say in one line each what was set differently; in one line if nothing was."""
    one, other = settings(a, words), settings(b, words)
    pairs = {
        f"method_{key}": (one[key], other[key])
        for key in ("closure", "labour", "elasticities", "substitution")
    }
    pairs["compare_setting_year"] = (str(money_year(a)), str(money_year(b)))
    for field, key in LISTS.items():
        first, second = (_listed(manifest, field) for manifest in manifests)
        if first != second:
            pairs[key] = (str(len(first)), str(len(second)))
    for field, key in HASHES.items():
        hashes = [str(manifest.get(field, "")) for manifest in manifests]
        if hashes[0] != hashes[1]:
            pairs[key] = (hashes[0][:HASH_SHOWN], hashes[1][:HASH_SHOWN])
    lines = [
        words.text("compare_differs", setting=words.text(key), a=first, b=second)
        for key, (first, second) in pairs.items()
        # Lists of one length may differ, and are here because they do.
        if first != second or key in LISTS.values()
    ]
    return lines or [words.text("compare_settings_same")]


def _listed(manifest: Mapping[str, Any], field: str) -> list[Any]:
    """Read a list of the scenario that a manifest holds; empty if it holds none."""
    scenario = manifest.get("scenario")
    return list(scenario.get(field, [])) if isinstance(scenario, Mapping) else []

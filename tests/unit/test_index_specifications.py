"""The shipped indices rest on the shipped indicators and say the same of them."""

from __future__ import annotations

import numpy as np
import pytest

from tradewind.pressure.reading import shipped, specification
from tradewind.pressure.spec import Specification
from tradewind.world.indicators import Indicators, load

PILLARS = ("compute", "technology", "energy", "data", "automation", "innovation")
PRESSURES = ("pressure-speed", "pressure-structural", "pressure-capital", "pressure-energy")
PER_HEAD = tuple(f"{name}-per-head" for name in PILLARS)
WHOLE = ("strength", "strength-per-head")
NAMES = (*PILLARS, *PER_HEAD, *PRESSURES, *WHOLE)
SHARED = {
    ("low_carbon_share", "energy-per-head", "pressure-energy"),
    ("output_per_worker", "automation-per-head", "pressure-structural"),
    ("energy_imports", "energy-per-head", "pressure-energy"),
}
"""Indicators in two indices of one family or of both; the specifications say so."""


@pytest.fixture(scope="module")
def indicators() -> Indicators:
    return load()


def test_there_are_four_pressures_and_six_pillars_twice() -> None:
    assert set(NAMES) <= set(shipped())


@pytest.mark.parametrize("name", NAMES)
def test_an_index_says_of_its_indicators_what_the_world_says(
    name: str, indicators: Indicators
) -> None:
    spec = specification(name)
    assert spec.name == name
    assert len(spec.indicators) >= 3
    assert spec.missing_data
    for item in spec.indicators:
        row = indicators.meta.loc[item.name]
        assert item.unit == row["unit"], item.name
        assert item.measure == row["measure"], item.name
        assert item.source.endswith(row["licence"]), item.name
        assert item.goalposts is not None, item.name
        if not name.startswith("pressure"):
            assert item.direction == row["direction"], item.name


@pytest.mark.parametrize("name", NAMES)
def test_goalposts_hold_nearly_everything_that_was_seen(name: str, indicators: Indicators) -> None:
    """Outside stand at most six per cent, but for flows and where more says no more."""
    large = indicators.values.sel(indicator="population").max("year") > 1e6
    for item in specification(name).indicators:
        if item.name in ("fdi_inflow", "saving_gap", "energy_imports", "firm_margin", "real_rate"):
            continue
        values = indicators.values.sel(indicator=item.name).where(large).to_numpy()
        assert item.goalposts is not None
        low, high = item.goalposts
        seen = values[np.isfinite(values)]
        outside = float(((seen < low) | (seen > high)).mean())
        assert outside <= 0.06, (item.name, outside)


def test_indices_by_size_hold_sizes_and_those_per_head_none() -> None:
    for name in (*PILLARS, "strength"):
        assert {item.measure for item in specification(name).indicators} == {"scale"}
    for name in (*PER_HEAD, "strength-per-head"):
        assert "scale" not in {item.measure for item in specification(name).indicators}


def test_no_indicator_stands_in_two_indices_unless_it_is_said() -> None:
    for family in (PILLARS + PRESSURES, PER_HEAD + PRESSURES):
        homes: dict[str, list[str]] = {}
        for name in family:
            for item in specification(name).indicators:
                homes.setdefault(item.name, []).append(name)
        twice = {(item, *names) for item, names in homes.items() if len(names) > 1}
        assert twice <= SHARED


def test_what_is_shared_is_said() -> None:
    for item, one, other in SHARED:
        text = specification(one).description + specification(other).description
        text += "".join(i.reason for name in (one, other) for i in specification(name).indicators)
        assert one in text or other in text, item


def observed(
    spec: Specification, indicators: Indicators, year: int
) -> tuple[np.ndarray, np.ndarray]:
    """Share of an index's indicators that each economy has, over all and in its thinnest pillar."""
    known = {}
    for item in spec.indicators:
        values = indicators.values.sel(indicator=item.name, year=slice(year - item.carry, year))
        known[item.name] = np.isfinite(values.to_numpy()).any(axis=1)
    overall = np.mean([known[item.name] for item in spec.indicators], axis=0)
    pillars = [
        np.mean([known[item.name] for item in pillar.indicators], axis=0) for pillar in spec.pillars
    ]
    return overall, np.min(pillars, axis=0)


def covered(name: str, indicators: Indicators, year: int) -> int:
    """How many economies have as much data as the index asks for."""
    spec = specification(name)
    overall, thinnest = observed(spec, indicators, year)
    enough = (overall >= spec.coverage.overall) & (thinnest >= max(spec.coverage.pillar, 1e-9))
    return int(enough.sum())


@pytest.mark.parametrize("name", [name for name in NAMES if name != "pressure-speed"])
def test_at_least_sixty_economies_in_every_year(name: str, indicators: Indicators) -> None:
    counts = [covered(name, indicators, year) for year in range(2015, 2026)]
    assert min(counts) >= 60, counts
    assert counts[-1] >= 100, counts


def test_speed_ranks_only_where_a_law_is_known(indicators: Indicators) -> None:
    assert covered("pressure-speed", indicators, 2025) == 31
    assert covered("pressure-speed", indicators, 2023) == 0


def test_taiwan_is_where_data_are(indicators: Indicators) -> None:
    place = list(indicators.values["economy"].to_numpy()).index("TWN")
    for name, enough in (("compute", True), ("energy", True), ("technology", False)):
        spec = specification(name)
        overall, _ = observed(spec, indicators, 2025)
        assert (overall[place] >= spec.coverage.overall) == enough, name
    assert any("Taiwan" in text for text in specification("strength").missing_data)

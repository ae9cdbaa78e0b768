"""Pages of the networks: what they print of their tables is what the tables hold."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from benchmarks import china_carbon
from tests.integration.test_energy_build import SOURCES
from tests.unit.test_docs import ROOT, text
from tradewind.world.energy import open_energy

SOURCED = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the raw sources are not beside the repository (../shared/data)"
)
ROW = re.compile(r"^\| ([A-Z][\w ]+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


def test_carbon_by_province_is_held_against_what_was_published() -> None:
    """Published factors, means and errors follow from the table and the modelled column."""
    page = text("docs/capacity-china.md")
    made = pd.Series({name: float(own) for name, own, _ in ROW.findall(page)})
    rows = list(china_carbon.rows(made))
    assert len(rows) == 31
    assert "\n".join(rows) in page
    off = china_carbon.errors(made)
    assert (
        f"Off by {off['mean']:.0f} g/kWh in the mean over provinces, {off['by load']:.0f} by load; "
        f"rank correlation {off['rank correlation']:.2f};"
    ) in page
    own, told = (float(cell) for cell in rows[-1].split("|")[2:4])
    assert f"{100 * (1 - own / told):.0f} % too low in all" in page


def test_plants_of_2023_lie_between_those_that_are_known() -> None:
    """Every plant stands at the mean of the years, may not grow, and meets the load of 2023."""
    network = china_carbon.standing()
    capacity = china_carbon.china31.table()["capacity"]
    for plants in (network.generators, network.storage_units):
        for name, plant in plants[plants["carrier"] != "load shedding"].iterrows():
            both = capacity.sel(carrier=plant["carrier"], bus=plant["bus"])
            first, last = (float(both.sel(capacity_year=year)) for year in (2020, 2024))
            assert plant["p_nom"] == pytest.approx(0.375 * first + 0.625 * last), name
            if plant["p_nom_extendable"]:
                assert plant["p_nom_min"] == plant["p_nom_max"] == plant["p_nom"]
    energy = china_carbon.china31.table()["load_energy"].sel(bus="Guizhou")
    first, last = (float(energy.sel(load_year=year)) for year in (2020, 2024))
    ratio = (first * (last / first) ** 0.75) / last
    hours = network.snapshots
    whole = china_carbon.china31.network(2024, snapshots=hours).loads_t.p_set
    np.testing.assert_allclose(
        network.loads_t.p_set["Guizhou load"], ratio * whole["Guizhou load"], rtol=1e-9
    )


def tool(name: str) -> ModuleType:
    """Import a file of the folder of tools, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_errors_of_what_the_world_makes_up_are_as_printed() -> None:
    """Load, sun and calm halves against the series that are known."""
    page = text("docs/capacity-world.md")
    for words in tool("energy_world_errors").told(open_energy("world")):
        assert words in page


@SOURCED
def test_errors_of_the_worlds_wind_are_as_printed() -> None:
    folder = SOURCES / "energy" / "dispaset"
    words = tool("energy_world_errors").told_of_2016(open_energy("world"), folder)
    assert words in text("docs/capacity-world.md")


@SOURCED
def test_errors_of_europes_hours_are_as_printed() -> None:
    """Sun, wind and temperature against what was measured."""
    page, made = text("docs/capacity-west.md"), tool("energy_west_errors")
    rows = list(made.shape_rows(SOURCES))
    assert len(rows) == 3
    assert "\n".join(rows) in page
    words = " ".join(page.split())
    assert made.temperature_words(SOURCES) in words
    correlation = f"{made.daily_correlation(SOURCES):.1f}".replace("-", "−")
    assert f"(their daily correlation in 2016 was {correlation}, beyond the season)" in page


def test_peaks_of_europes_load_are_as_printed() -> None:
    said = " ".join(text("docs/capacity-west.md").partition("Its peaks: ")[2].split())
    for name, peak in tool("energy_west_errors").peaks().items():
        printed = re.search(rf"{name} (\d+)( GW)? \(", said)
        assert printed is not None, name
        assert float(printed[1]) == round(peak), name

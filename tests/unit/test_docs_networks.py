"""Pages of the networks: what they print of their tables is what the tables hold."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from benchmarks import china_carbon
from tests.unit.test_docs import text

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

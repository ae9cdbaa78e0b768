"""Tables of power systems: what is written is what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from tradewind.errors import InputError, OutputError, SourceError
from tradewind.world.energy import STEPS, describe, open_energy, shipped, write
from tradewind.world.energy_build import build_energy

WHAT = ("load", "GW", "2020", "nobody", "CC0 1.0")


def table(hours: int = 3000) -> xr.Dataset:
    shape = np.sin(np.arange(hours * 2).reshape(hours, 2)) * 7.0
    series = xr.DataArray(shape, coords={"hour": np.arange(hours), "bus": ["A", "B"]})
    few = xr.DataArray([1.0 / 3.0, 2.0 / 3.0], coords={"bus": ["A", "B"]})
    names = xr.DataArray(["甲", "B 2"], coords={"bus": ["A", "B"]})
    return xr.Dataset(
        {
            "load": describe(series, *WHAT, note="made up", synthetic=True),
            "capacity": describe(few, *WHAT),
            "name": describe(names, *WHAT),
        },
        attrs={"network": "made"},
    )


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    made = table()
    write(made, tmp_path / "made.nc")
    read = open_energy("made", tmp_path)
    step = float(np.abs(made["load"]).max()) / STEPS
    assert np.abs(read["load"] - made["load"]).max() <= 0.5001 * step
    assert np.array_equal(read["capacity"], made["capacity"])
    assert read["name"].to_numpy().tolist() == ["甲", "B 2"]
    assert read["load"].attrs["synthetic"] == "yes"
    assert read["load"].attrs["note"] == "made up"
    assert read["capacity"].attrs["synthetic"] == "no"
    assert read.attrs["network"] == "made"
    assert shipped(tmp_path) == ("made",)


def test_a_long_series_is_packed(tmp_path: Path) -> None:
    write(table(4000), tmp_path / "made.nc")
    assert (tmp_path / "made.nc").stat().st_size < 4000 * 2 * 8


def test_an_undescribed_variable_is_refused(tmp_path: Path) -> None:
    made = table()
    del made["capacity"].attrs["licence"]
    with pytest.raises(InputError, match="licence"):
        write(made, tmp_path / "made.nc")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_number_that_is_not_finite_is_refused(tmp_path: Path, value: float) -> None:
    made = table()
    made["load"][5, 1] = value
    with pytest.raises(InputError, match="not finite"):
        write(made, tmp_path / "made.nc")


def test_a_gap_that_is_explained_is_kept(tmp_path: Path) -> None:
    made = table()
    made["capacity"][1] = np.nan
    made["capacity"].attrs["missing"] = "nobody counted"
    write(made, tmp_path / "made.nc")
    assert np.isnan(open_energy("made", tmp_path)["capacity"].to_numpy()).tolist() == [False, True]


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    write(table(), tmp_path / "made.nc")
    with pytest.raises(OutputError, match="exists already"):
        write(table(), tmp_path / "made.nc")
    write(table(2500), tmp_path / "made.nc", force=True)
    assert open_energy("made", tmp_path).sizes["hour"] == 2500


def test_a_missing_or_damaged_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no energy table"):
        open_energy("atlantis", tmp_path)
    (tmp_path / "broken.nc").write_bytes(b"not a table")
    with pytest.raises(InputError, match="damaged"):
        open_energy("broken", tmp_path)


def test_sources_without_energy_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="energy/"):
        build_energy(tmp_path, tmp_path / "out")

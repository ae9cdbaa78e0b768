"""The shipped tables of power systems are what the raw sources give, and the command makes them."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

import tradewind.world
from tests.integration.door import knock
from tradewind.world import World, compute_build, energy, energy_build
from tradewind.world.energy_build import READERS, build_energy

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the raw sources are not beside the repository (../shared/data)"
)
@pytest.mark.parametrize("network", list(READERS))
def test_the_shipped_table_is_what_the_sources_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    monkeypatch.setattr(energy_build, "READERS", {network: READERS[network]})
    steps: list[str] = []
    built = build_energy(SOURCES, tmp_path, report=steps.append)
    assert steps == [f"power system: {network}"]
    assert built == {network: tmp_path / f"{network}.nc"}
    xr.testing.assert_allclose(
        energy.open_energy(network, tmp_path), energy.open_energy(network), rtol=1e-6
    )
    shipped, made = (energy.open_energy(network, folder) for folder in (None, tmp_path))
    assert shipped.attrs == made.attrs
    for name in shipped.data_vars:
        assert shipped[name].attrs == made[name].attrs


def test_the_shipped_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in energy.home(None).glob("*.nc")) < 10e6


class Unwritten:
    """Tables of chips that are not written: they have their own test."""

    def write(self, folder: Path, *, force: bool) -> Path:
        return folder


def test_the_command_builds_the_energy_tables_beside_a_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tradewind.world, "build", lambda *_, **__: World.default())
    monkeypatch.setattr(compute_build, "build_compute", lambda *_, **__: Unwritten())
    monkeypatch.setattr(energy_build, "READERS", {})
    (tmp_path / "sources" / "energy").mkdir(parents=True)
    answer = knock(
        *("world", "build", "--sources", tmp_path / "sources", "--out", tmp_path / "w.nc"),
        *("--energy", tmp_path / "tables", "--json"),
    )
    assert answer.code == 0, answer.err
    assert answer.json()["energy"] == str(tmp_path / "tables")
    assert (tmp_path / "tables").is_dir()

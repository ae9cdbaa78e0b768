"""The shipped tables of the United States and Europe are what the raw sources give today."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from tradewind.world.energy import open_energy, write

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the raw sources are not beside the repository (../shared/data)"
)
@pytest.mark.parametrize("name", ["us", "europe"])
def test_a_rebuild_is_what_ships(name: str, tmp_path: Path) -> None:
    made = import_module(f"tradewind.world.sources.energy_{name}").read(SOURCES)
    write(made, tmp_path / f"{name}.nc")
    rebuilt, shipped = open_energy(name, tmp_path), open_energy(name)
    assert set(rebuilt.variables) == set(shipped.variables)
    assert rebuilt.attrs == shipped.attrs
    for key, variable in shipped.variables.items():
        assert rebuilt[key].attrs == variable.attrs, key
        if variable.dtype.kind == "f":
            # the last step of packing may fall either way where linear algebra differs
            step = 2.0 * float(np.nanmax(np.abs(variable.to_numpy()))) / 32_000
            np.testing.assert_allclose(rebuilt[key], variable, rtol=0, atol=step, err_msg=str(key))
        else:
            assert (rebuilt[key].to_numpy() == variable.to_numpy()).all(), key

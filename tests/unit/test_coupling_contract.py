"""What steps may hand on: every break of the contract is refused, and the wiring keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tradewind.coupling.contract import Step, View, checked
from tradewind.coupling.parameters import central, registry
from tradewind.coupling.setting import Setting
from tradewind.coupling.variables import VARIABLES, writes
from tradewind.coupling.wiring import BASE, STATE, YEAR
from tradewind.errors import CouplingError, ScenarioError

COORDS = {
    "economy": ["CHN", "USA"],
    "stack": ["us_open", "other"],
    "measure": ["tokens"],
    "factor": ["labour", "compute"],
    "sector": ["C26"],
    "country": ["CHN", "IRN"],
    "family": ["h100"],
    "chip_economy": ["CHN", "USA"],
}
AXES = {dim: pd.Index(labels) for dim, labels in COORDS.items()}
SETTING = cast("Setting", SimpleNamespace(coords=COORDS, axes=AXES))
ADOPTION = Step(6, "adoption", lambda _: {})
CHIPS = Step(3, "chips", lambda _: {})


def plain(step: Step) -> dict[str, Any]:
    """Zeros of the right shape for all that a step writes."""
    return {
        name: np.zeros([len(COORDS[dim]) for dim in VARIABLES[name].dims]) for name in step.writes
    }


def labelled(**changed: Any) -> xr.DataArray:
    """A stack share as a block hands it on, with something changed."""
    dims = changed.get("dims", ("measure", "economy", "stack"))
    coords = {dim: COORDS[dim] for dim in dims} | changed.get("coords", {})
    shape = [len(coords[dim]) for dim in dims]
    return xr.DataArray(np.zeros(shape), coords, dims, attrs={"units": changed.get("units", "1")})


def refused(step: Step, given: Mapping[str, Any]) -> CouplingError:
    with pytest.raises(CouplingError) as caught:
        checked(step, 2027, given, SETTING)
    assert f"2027, step {step.name}" in caught.value.where
    return caught.value


def test_what_is_right_comes_back_on_labels() -> None:
    given = plain(ADOPTION) | {"stack_share": labelled(dims=("stack", "economy", "measure"))}
    found = checked(ADOPTION, 2027, given, SETTING)
    assert tuple(found) == ADOPTION.writes
    share = found["stack_share"]
    assert share.dims == VARIABLES["stack_share"].dims
    assert share.attrs["units"] == "1"
    assert share.attrs["long_name"]
    assert list(share["economy"].values) == COORDS["economy"]


def test_a_missing_write_and_a_second_writer_are_refused() -> None:
    given = plain(ADOPTION)
    error = refused(ADOPTION, {k: v for k, v in given.items() if k != "chinese_share"})
    assert "does not write what it declares" in str(error)
    assert "'chinese_share'" in error.where
    error = refused(ADOPTION, given | {"gdp": np.ones(2)})
    assert "two writers" in str(error)
    assert "'gdp'" in error.where


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (labelled(dims=("measure", "economy")), "dimensions"),
        (labelled(units="%"), "unit"),
        (labelled(coords={"economy": ["USA", "CHN"]}), "labels of economy"),
        (labelled(coords={"stack": ["us_open"]}), "labels of stack"),
        (np.zeros((1, 2, 3)), "shape"),
    ],
)
def test_other_dimensions_units_and_labels_are_refused(share: Any, said: str) -> None:
    assert f"other {said} than declared" in str(
        refused(ADOPTION, plain(ADOPTION) | {"stack_share": share})
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_is_refused_with_its_labels(bad: float) -> None:
    share = labelled()
    share[0, 1, 0] = bad
    error = refused(ADOPTION, plain(ADOPTION) | {"stack_share": share})
    assert error.where.endswith("at tokens, USA, us_open")
    scalar = refused(CHIPS, plain(CHIPS) | {"chip_price": bad})
    assert scalar.where.endswith("its only value")


def test_infinity_passes_where_it_is_a_value_and_nan_does_not() -> None:
    free = np.full(2, np.inf)
    assert np.isinf(checked(CHIPS, 2027, plain(CHIPS) | {"chip_quota": free}, SETTING)["chip_quota"]).all()
    free[1] = np.nan
    assert "at IRN" in refused(CHIPS, plain(CHIPS) | {"chip_quota": free}).where


def test_an_undeclared_read_is_refused() -> None:
    held = {"gdp": xr.DataArray([1.0, 2.0]), "tariff": xr.DataArray(0.0)}
    view = View(held, ("gdp",), "demand", "last year")
    np.testing.assert_array_equal(view.array("gdp"), [1.0, 2.0])
    assert list(view) == ["gdp"]
    assert len(view) == 1
    with pytest.raises(CouplingError, match="reads what it does not declare") as caught:
        view["tariff"]
    assert caught.value.where == "step demand, variable 'tariff' of last year"


def test_every_variable_has_one_writer_and_every_step_its_number() -> None:
    assert [step.number for step in YEAR] == list(range(1, 11))
    written = [name for step in YEAR for name in step.writes]
    assert sorted(written) == sorted(VARIABLES)
    assert {variable.writer for variable in VARIABLES.values()} <= {step.name for step in YEAR}
    assert all(writes(step.name) == step.writes for step in YEAR)


def test_a_step_reads_what_earlier_steps_wrote() -> None:
    known: set[str] = set()
    for step in YEAR:
        assert set(step.reads) <= known, step.name
        assert len(set(step.reads)) == len(step.reads)
        known |= set(step.writes)


def test_the_state_is_kept_and_of_the_wiring_alone() -> None:
    assert set(STATE) == {name for step in YEAR for name in step.lagged}
    assert set(BASE) == {name for step in YEAR for name in step.base}
    for name in (*STATE, *BASE):
        assert VARIABLES[name].kept, name


def test_parameters_have_ranges_sources_and_are_refused_outside() -> None:
    for name, known in registry().items():
        assert known.low <= known.value <= known.high, name
        assert known.low < known.high, name
        assert known.source, name
        assert known.unit, name
    assert central({"utilisation": 0.5}) == central() | {"utilisation": 0.5}
    with pytest.raises(ScenarioError, match="no parameter") as caught:
        central({"utilization": 0.5})
    assert "utilisation" in caught.value.remedy
    with pytest.raises(ScenarioError, match="outside its range") as caught:
        central({"utilisation": 0.9})
    assert "0.3 to 0.8" in caught.value.bound

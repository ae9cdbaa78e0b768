"""What automation refuses, each with the place, the value, the bound and a way out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from tests.support.automation import small
from tradewind import automation
from tradewind.errors import InputError, ScenarioError

Damage = Callable[[xr.Dataset], xr.Dataset]


def spoilt(name: str, value: float) -> Damage:
    """Put a number into one place of a variable."""

    def damage(inputs: xr.Dataset) -> xr.Dataset:
        array = inputs[name].copy(deep=True)
        array[dict.fromkeys(array.dims, 1)] = value
        return inputs.assign({name: array})

    return damage


WRONG: dict[str, tuple[Damage, str]] = {
    "absent": (lambda x: x.drop_vars("access_lag"), "lacks a variable"),
    "other dimensions": (lambda x: x.assign(training_compute=x["access_lag"]), "other dimensions"),
    "NaN": (spoilt("value_added", np.nan), "missing or out of bounds"),
    "infinite": (spoilt("runtime_compute", np.inf), "missing or out of bounds"),
    "no compute": (spoilt("runtime_compute", 0.0), "missing or out of bounds"),
    "negative lag": (spoilt("access_lag", -0.1), "missing or out of bounds"),
    "growth that is no number": (spoilt("frontier_growth", np.nan), "missing or out of bounds"),
    "a share too much": (spoilt("factor_share", 0.9), "do not sum to one"),
    "no value added": (lambda x: x.assign(value_added=x["value_added"] * 0.0), "no value added"),
    "another factor": (
        lambda x: x.assign_coords(factor=["labour", "capital", "land"]),
        "factors are not those",
    ),
    "no compute share": (
        lambda x: x.assign(
            factor_share=x["factor_share"]
            + x["factor_share"].sel(factor="compute")
            * xr.DataArray([1.0, 0.0, -1.0], {"factor": x["factor"]}, ("factor",))
        ),
        "labour or compute has no share",
    ),
}


@pytest.mark.parametrize("kind", list(WRONG))
def test_bad_inputs_are_refused(kind: str) -> None:
    inputs, own = small(1)
    damage, words = WRONG[kind]
    with pytest.raises(InputError, match=words) as caught:
        automation.solve(damage(inputs), **own)
    error = caught.value
    assert error.where
    assert error.value is not None
    assert error.bound
    assert error.remedy


def test_the_place_of_a_bad_number_is_named() -> None:
    inputs, own = small(1)
    with pytest.raises(InputError, match=r"'value_added', economy E1, sector S1"):
        automation.solve(spoilt("value_added", np.nan)(inputs), **own)


def test_unknown_names_are_refused() -> None:
    inputs, own = small(1)
    with pytest.raises(ScenarioError, match="no shape of this name") as caught:
        automation.solve(inputs, shape="gates", **own)  # type: ignore[arg-type]
    assert "gate" in str(caught.value)
    with pytest.raises(ScenarioError, match="no exposure to AI"):
        automation.solve(inputs, workers=own["workers"])
    with pytest.raises(ScenarioError, match="no labour data"):
        automation.solve(inputs, exposure=own["exposure"])

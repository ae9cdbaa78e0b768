"""What must hold of automation whatever the world, the shape and the parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from tests.identities.economies import examples
from tests.support.automation import GROWTH, later, small
from tradewind import automation
from tradewind.automation.parameters import draws

SEEDS = st.integers(0, 2**31 - 1)
SHAPES = st.sampled_from(automation.SHAPES)
YEARS = st.floats(0.0, 40.0)
ROUNDING = 1.0 + 1e-11


def drawn(seed: int) -> dict[str, float]:
    """Parameters anywhere in their ranges."""
    return draws(1, seed)[0]


def scaled(inputs: xr.Dataset, name: str, factor: float) -> xr.Dataset:
    return inputs.assign({name: inputs[name] * factor})


@given(SEEDS, SHAPES)
@examples(15)
def test_the_base_year_is_repeated_exactly(seed: int, shape: Any) -> None:
    inputs, own = small(seed)
    found = automation.solve(inputs, shape=shape, values=drawn(seed), **own)
    assert (found["productivity_hat"] == 1.0).all()
    assert (found["labour_displaced"] == 0.0).all()
    assert (found["automated_share"] == found["automated_share_base"]).all()
    shares = inputs["factor_share"]
    np.testing.assert_allclose(found["factor_share_new"], shares, rtol=1e-14, atol=0.0)


@given(SEEDS, SHAPES, YEARS)
@examples(15)
def test_shares_are_shares_and_gains_are_gains(seed: int, shape: Any, years: float) -> None:
    inputs, own = small(seed)
    found = automation.solve(later(inputs, years), shape=shape, values=drawn(seed), **own)
    for name, (dims, units) in automation.WRITES.items():
        assert found[name].dims == dims
        assert found[name].attrs["units"] == units
        assert np.isfinite(found[name]).all(), name
    np.testing.assert_allclose(found["factor_share_new"].sum("factor"), 1.0, rtol=1e-13)
    assert (found["factor_share_new"] >= 0.0).all()
    assert (found["productivity_hat"] * ROUNDING >= 1.0).all()
    for name in ("automated_share", "task_share", "labour_displaced"):
        assert (found[name] >= -1e-12).all(), name
        assert (found[name] < 1.0).all(), name
    capital = {"factor": "capital"}
    np.testing.assert_array_equal(
        found["factor_share_new"].sel(capital), inputs["factor_share"].sel(capital)
    )


@given(
    SEEDS,
    SHAPES,
    YEARS,
    st.sampled_from(["runtime_compute", "training_compute", "algorithmic_efficiency"]),
    st.floats(1.0, 1e4),
)
@examples(25)
def test_more_compute_never_lowers_anything(
    seed: int, shape: Any, years: float, name: str, factor: float
) -> None:
    inputs, own = small(seed)
    values, then = drawn(seed), later(inputs, years)
    less = automation.solve(then, shape=shape, values=values, **own)
    more = automation.solve(scaled(then, name, factor), shape=shape, values=values, **own)
    for variable in ("productivity_hat", "task_share", "automated_share"):
        assert (more[variable] * ROUNDING >= less[variable]).all(), variable


@given(SEEDS, SHAPES, YEARS, st.floats(0.0, 3.0))
@examples(15)
def test_a_longer_lag_never_helps(seed: int, shape: Any, years: float, lag: float) -> None:
    inputs, own = small(seed)
    then = later(inputs, years).assign(access_lag_base=inputs["access_lag"])
    values = drawn(seed)
    near = automation.solve(then, shape=shape, values=values, **own)
    far = automation.solve(
        then.assign(access_lag=then["access_lag"] + lag), shape=shape, values=values, **own
    )
    for variable in ("productivity_hat", "task_share"):
        assert (near[variable] * ROUNDING >= far[variable]).all(), variable


@given(SEEDS, SHAPES, YEARS)
@examples(10)
def test_order_of_labels_and_dimensions_changes_nothing(
    seed: int, shape: Any, years: float
) -> None:
    inputs, own = small(seed)
    then = later(inputs, years)
    turned = then.isel(economy=[2, 0, 3, 1], sector=[4, 1, 0, 2, 3], factor=[2, 0, 1]).transpose(
        "sector", "factor", "economy"
    )
    plain = automation.solve(then, shape=shape, **own)
    other = automation.solve(turned, shape=shape, **own).reindex_like(plain)
    for name in automation.WRITES:
        np.testing.assert_allclose(other[name], plain[name], rtol=1e-9, err_msg=name)


@given(SEEDS, SHAPES)
@examples(6)
def test_at_the_wanted_compute_nothing_is_held_back(seed: int, shape: Any) -> None:
    inputs, own = small(seed)
    then = later(inputs, 6.0)
    wanted = automation.solve(then, shape=shape, **own)["compute_wanted"]
    enough, plenty = (
        automation.solve(then.assign(runtime_compute=wanted * by), shape=shape, **own)
        for by in (1.0 + 1e-6, 1e6)
    )
    scarce = automation.solve(then.assign(runtime_compute=wanted * 0.99), shape=shape, **own)
    np.testing.assert_array_equal(enough["task_share"], plenty["task_share"])
    assert ((scarce["task_share"] < plenty["task_share"]).any("sector")).all()


def test_sectors_alike_gain_alike() -> None:
    inputs, own = small(7)
    values = automation.central({"exposure_slope": 0.0})
    for shape in automation.SHAPES:
        found = automation.solve(later(inputs, 6.0), shape=shape, values=values, **own)
        spread = found["productivity_hat"].max("sector") - found["productivity_hat"].min("sector")
        assert (spread == 0.0).all()
        exposed = automation.solve(later(inputs, 6.0), shape=shape, **own)
        most = own["exposure"].argmax("sector")
        assert (exposed["productivity_hat"].argmax("sector") == most).all()


def test_the_low_anchor_after_ten_years() -> None:
    """0.66 % of total factor productivity at Acemoglu's numbers, with compute to do it."""
    inputs, own = small(11)
    ten = later(inputs, 10.0).assign(access_lag=xr.zeros_like(inputs["access_lag"]))
    alike = automation.central({"exposure_slope": 0.0})
    found = automation.solve(ten, shape="acemoglu_2024", values=alike, **own)
    assert alike["reference_growth"] == GROWTH
    np.testing.assert_allclose(np.log(found["productivity_hat"]), 0.0066, atol=5e-5)
    np.testing.assert_allclose(found["labour_displaced"], 0.199 * 0.23, rtol=1e-12)
    # With exposure by sector the world's mean stays near: the odds are about the mean.
    spread = automation.solve(ten, shape="acemoglu_2024", **own)["productivity_hat"]
    mean = np.log(spread).weighted(inputs["value_added"]).mean()
    assert float(mean) == pytest.approx(0.0066, rel=0.1)


def test_gate_has_nothing_new_until_training_reaches_its_start() -> None:
    """At GATE's defaults automation spreads from a run of 1e28 on, 200 times that of early 2025."""
    inputs, own = small(5)
    frontier = inputs.assign(access_lag=xr.zeros_like(inputs["access_lag"]))
    share = [
        automation.solve(frontier.assign(training_compute=trained), **own)["automated_share"]
        for trained in (5e25, 1.1e28, 1.2e28, 1e31)
    ]
    assert (share[1] == share[0]).all()
    assert (share[2] > share[0]).all()
    assert (share[3] > share[2]).all()

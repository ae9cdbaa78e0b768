"""Calibration of adoption: fitted points are met, left-out ones are told; sources; refusals."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tradewind.adoption import (
    MEASURES,
    READS,
    STACKS,
    calibrated,
    central,
    draws,
    inputs,
    population,
    registry,
    solve,
    start,
)
from tradewind.adoption.market import PACKAGE
from tradewind.errors import InputError
from tradewind.scenario.door import read_rows

SEEN = {"seen", "computed", "memory", "judgement"}


@pytest.mark.parametrize("name", ["points.csv", "start.csv", "restriction.csv", "internet.csv"])
def test_every_figure_can_be_judged(name: str) -> None:
    for row in read_rows(name, PACKAGE).to_dict("records"):
        assert row["low"] <= row["value"] <= row["high"], row
        assert row["unit"], row
        assert row["source"], row
        assert row["date"], row
        assert row["seen"] in SEEN, row


def test_fitted_points_are_met_at_every_draw() -> None:
    for values in (central(), *draws(6, 3)):
        points = calibrated(values).points
        fitted = points[points["role"] == "fitted"]
        assert len(fitted) == 4
        np.testing.assert_allclose(fitted["model"], fitted["observed"], rtol=0, atol=1e-10)


def test_left_out_points_are_left_out() -> None:
    """Nothing but parameters moves the model: points left out are told, beside persistence."""
    points = calibrated().points.set_index("point")
    left = points[points["role"] == "left out"]
    assert len(left) == 6
    np.testing.assert_allclose(left["model"] - left["observed"], left["error"], rtol=1e-12)
    # Better than saying that nothing changes at all but China, which hardly changed.
    better = left["error"].abs() < left["persistence"].abs()
    assert list(left.index[~better]) == ["china"]


def test_known_misses_are_as_told() -> None:
    """The page says what the model cannot do: the leap of visits, and tokens of 2026 in part."""
    error = calibrated().points.set_index("point")["error"]
    assert -0.12 < error["visits_spring"] < -0.06
    assert -0.14 < error["tokens_2026"] < -0.05
    assert abs(error["russia"]) < 0.08


def test_imitation_lets_a_rise_go_on() -> None:
    late = [
        calibrated(central({"imitation": x})).points.set_index("point")["model"]["tokens_2026"]
        for x in (0.0, 0.4, 0.7)
    ]
    assert late[0] < late[1] < late[2]
    assert late[0] == pytest.approx(0.25, abs=0.02)
    assert late[2] == pytest.approx(0.42, abs=0.02)


def test_the_start_is_the_worlds_share_but_for_who_is_told_apart() -> None:
    share = start(2024)
    np.testing.assert_allclose(share.sum("stack"), 1.0, rtol=1e-12)
    np.testing.assert_allclose(share.sel(economy="FRA"), share.sel(economy="BRA"), rtol=1e-12)
    france = share.sel(economy="FRA")
    values = central()
    assert float(france.sel(measure="tokens", stack="chinese_open")) == pytest.approx(
        values["tokens_start"], rel=1e-12
    )
    chinese = share.sel(stack=["chinese_open", "chinese_closed"]).sum("stack")
    assert float(chinese.sel(economy="CHN", measure="visits")) == pytest.approx(0.95)
    assert (chinese.sel(economy="USA") < chinese.sel(economy="FRA")).all()
    assert (chinese.sel(economy="RUS") > chinese.sel(economy="FRA")).all()


def test_inputs_are_what_solve_reads() -> None:
    given = inputs(2027)
    assert set(given.data_vars) == set(READS)
    assert given["economy"].size == 44
    found = solve(given)
    assert found["share_new"].dims == ("measure", "economy", "stack")
    assert found["share_new"].attrs["units"] == "1"


def test_people_and_users() -> None:
    people, users = population(2030), population(2030, online=True)
    assert 7.5e9 < float(people.sum()) < 8.6e9
    assert 0.6 < float(users.sum() / people.sum()) < 0.75
    assert (users < people).all()


def test_every_parameter_can_be_judged_and_moves_a_result() -> None:
    def all_of(values: dict[str, float]) -> np.ndarray:
        given = inputs(2028, values, share=start(2024, values))
        given["finance"].loc[{"stack": "chinese_open"}] = 0.5
        given["openness"].loc[{"stack": "chinese_closed"}] = 1.0
        found = solve(given, values=values)
        return found["share_new"].to_numpy().ravel()

    for name, known in registry().items():
        assert known.low < known.high, name
        assert known.seen in SEEN, name
        low, high = (all_of(central({name: end})) for end in (known.low, known.high))
        assert np.abs(high - low).max() > 1e-6, name
    assert registry()["price_coefficient"].high == 0.0


def test_extreme_draws_can_be_calibrated() -> None:
    """All corners that make a rise hardest to reach."""
    hard = {"inertia_tokens": 0.97, "tokens_start": 0.008, "tokens_mean": 0.16, "imitation": 0.7}
    points = calibrated(central(hard)).points.set_index("point")
    assert points["model"]["tokens_mean"] == pytest.approx(0.16, abs=1e-10)


def spoiled(name: str, change: object) -> xr.Dataset:
    given = inputs(2025)
    if change is None:
        return given.drop_vars(name)
    if isinstance(change, str):
        given[name].attrs["units"] = change
    else:
        given[name] = (given[name] + change).assign_attrs(given[name].attrs)
    return given


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("price", None, "an input is missing"),
        ("price", "EUR", "another unit"),
        ("quality", float("nan"), "gaps"),
        ("price", -1000.0, "out of bounds"),
        ("share", 0.01, "out of bounds"),
        ("restriction", 1.0, "out of bounds"),
        ("finance", 1.1, "out of bounds"),
    ],
)
def test_what_solve_refuses(name: str, change: object, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        solve(spoiled(name, change))
    error = caught.value
    assert all((error.where, error.value is not None, error.bound, error.remedy))


def test_an_economy_with_everything_banned_is_refused() -> None:
    given = inputs(2025)
    given["restriction"].loc[{"economy": "DEU"}] = 1.0
    with pytest.raises(InputError, match="out of bounds") as caught:
        solve(given)
    assert "DEU" in str(caught.value)


def test_labels_and_years_are_checked() -> None:
    given = inputs(2025)
    with pytest.raises(InputError, match="labels of stack"):
        solve(given.isel(stack=[1, 0, 2, 3, 4]))
    with pytest.raises(InputError, match="labels of measure"):
        solve(given.isel(measure=[1, 0]))
    assert tuple(given["measure"].values) == MEASURES
    assert tuple(given["stack"].values) == STACKS
    for year in (2023, 2036):
        with pytest.raises(InputError, match="no such year"):
            start(year)

"""The chip market refuses a policy that is not one, and says what is wrong and what to do."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import xarray as xr

from tradewind.chip_run import run_chips
from tradewind.chips import open_policy, solve_chips
from tradewind.chips.block import POLICY, calendar_of
from tradewind.errors import InputError, ScenarioError
from tradewind.scenario import Scenario


@pytest.fixture(scope="module")
def policy() -> xr.Dataset:
    return open_policy((date(2022, 8, 26),), 2025)


def refused(policy: xr.Dataset, match: str) -> InputError:
    with pytest.raises(InputError, match=match) as caught:
        solve_chips(policy)
    for part in (caught.value.where, caught.value.value, caught.value.bound, caught.value.remedy):
        assert part is not None
        assert str(part).strip()
    return caught.value


def test_the_open_policy_is_accepted(policy: xr.Dataset) -> None:
    assert float(solve_chips(policy)["leaked"].sum()) == 0.0


@pytest.mark.parametrize("name", list(POLICY))
def test_a_missing_variable(policy: xr.Dataset, name: str) -> None:
    error = refused(policy.drop_vars(name), "lacks a variable")
    assert name in str(error)


@pytest.mark.parametrize("name", list(POLICY))
def test_other_dimensions(policy: xr.Dataset, name: str) -> None:
    other = policy.drop_vars(name).assign({name: ("country", np.zeros(policy.sizes["country"]))})
    if POLICY[name] == ("country",):
        other = policy.assign({name: ("family", np.zeros(policy.sizes["family"]))})
    assert name in str(refused(other, "lacks a variable, or it has other dimensions"))


@pytest.mark.parametrize("dim", ["family", "country"])
def test_labels_that_are_not_the_markets(policy: xr.Dataset, dim: str) -> None:
    renamed = policy.assign_coords({dim: ["x", *policy[dim].values[1:]]})
    assert dim in str(refused(renamed, "labels of a policy are not the market's"))
    # Another order is another meaning.
    turned = policy.isel({dim: slice(None, None, -1)})
    assert dim in str(refused(turned, "labels of a policy are not the market's"))


@pytest.mark.parametrize("name", list(POLICY))
@pytest.mark.parametrize("value", [-0.01, float("nan")])
def test_numbers_below_zero_or_none(policy: xr.Dataset, name: str, value: float) -> None:
    wrong = policy.copy(deep=True)
    wrong[name][(-1,) * wrong[name].ndim] = value
    assert name in str(refused(wrong, "number out of bounds"))


@pytest.mark.parametrize("name", [x for x in POLICY if x not in ("surcharge", "quota")])
def test_shares_above_one(policy: xr.Dataset, name: str) -> None:
    wrong = policy.copy(deep=True)
    wrong[name][(0,) * wrong[name].ndim] = 1.01
    assert "0 to 1" in str(refused(wrong, "number out of bounds"))


def test_periods_that_leave_out_a_new_year(policy: xr.Dataset) -> None:
    first = [str(day)[:10] for day in policy["period"].values].index("2024-01-01")
    error = refused(policy.isel(period=[p for p in range(policy.sizes["period"]) if p != first]),
                    "leave out a day on which one must begin")  # fmt: skip
    assert "2024-01-01" in str(error)


def test_periods_that_begin_late_or_in_disorder(policy: xr.Dataset) -> None:
    assert "2022-01-01" in str(refused(policy.isel(period=slice(1, None)), "leave out a day"))
    turned = policy.isel(period=[1, 0, *range(2, policy.sizes["period"])])
    refused(turned, "leave out a day")


def test_periods_beyond_what_is_covered(policy: xr.Dataset) -> None:
    days = policy["period"].values.copy()
    days[-1] = np.datetime64("2036-01-01", "ns")
    with pytest.raises(InputError, match="does not cover this year"):
        calendar_of(policy.assign_coords(period=days))


def test_an_enacted_policy_is_checked_as_well(policy: xr.Dataset) -> None:
    with pytest.raises(InputError, match="number out of bounds"):
        solve_chips(policy, enacted=policy.assign(access=policy["access"] * 2.0))


def test_an_enacted_policy_on_other_periods_is_refused(policy: xr.Dataset) -> None:
    with pytest.raises(InputError):
        solve_chips(policy, enacted=open_policy((date(2023, 5, 5),), 2025))


@pytest.mark.parametrize("members", [1, 0, -2])
def test_too_few_members_for_bounds(members: int) -> None:
    with pytest.raises(InputError, match="bounds need members"):
        run_chips(members=members, rounds=False)


@pytest.mark.parametrize("last_year", [2024, 2036])
def test_last_years_outside(last_year: int) -> None:
    with pytest.raises(InputError, match="does not cover this last year"):
        run_chips(members=2, last_year=last_year, rounds=False)


@pytest.mark.parametrize(
    ("given", "match"),
    [({"leakage": 0.2}, "no parameter of this name"), ({"leakage_rate": 5.0}, "outside its range")],
)
def test_parameters_of_a_scenario(given: dict[str, float], match: str) -> None:
    scenario = Scenario.from_yaml("chips-as-enacted")
    with pytest.raises(ScenarioError, match=match):
        run_chips(scenario.model_copy(update={"chip_parameters": given}), members=2, rounds=False)

"""What a gradient refuses, and how it says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.identities.economies import Case, world
from tradewind.errors import ConvergenceError, InputError
from tradewind.trade import Equilibrium, Shock, gradient
from tradewind.trade import multipliers as multipliers_room

CASE = Case(4, 4, 3, "mobile", "fixed", 1.0, 1.0, 1.0)


@pytest.fixture(scope="module")
def start() -> Equilibrium:
    return CASE.solve(world(CASE, CASE.rng()), Shock())


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (lambda e: e.output, "DataArray of shape (4, 3)"),
        (lambda e: e.output.sum("sector"), "DataArray of shape (4,)"),
        (lambda e: e.real_income_hat[:0], "DataArray of shape (0,)"),
        (lambda e: e.employment_hat.sum() * np.nan, "nan"),
        (lambda e: 1.0 / (e.real_income_hat[0] - e.real_income_hat[0]), "inf"),
        (lambda e: "DEU", "str"),
        (lambda e: None, "NoneType"),
        (lambda e: e.real_income_hat, "DataArray of shape (4,)"),
        (lambda e: lambda: 1.0, "function"),
        (lambda e: e, "Equilibrium"),
    ],
)
def test_an_outcome_that_is_not_one_number(start: Equilibrium, outcome: Any, said: str) -> None:
    with np.errstate(all="ignore"), pytest.raises(InputError, match="one finite number") as caught:
        gradient(start, outcome)
    assert said in str(caught.value.value)
    assert "lambda e" in str(caught.value.remedy)


@pytest.mark.parametrize(
    "outcome",
    [
        lambda e: float(e.real_income_hat[0]),
        lambda e: e.real_income_hat.values[0],
        lambda e: e.output.to_series().sum(),
        lambda e: e.output.sum().item(),
        lambda e: e.terms_of_trade[0],
    ],
)
def test_an_outcome_that_leaves_the_tape(start: Equilibrium, outcome: Any) -> None:
    with pytest.raises(InputError, match="cannot be differentiated"):
        gradient(start, outcome)


@pytest.mark.parametrize("given", [None, 3, "equilibrium"])
def test_no_equilibrium(given: Any) -> None:
    with pytest.raises(InputError, match="not an Equilibrium"):
        gradient(given, lambda e: 1.0)


@pytest.mark.parametrize("given", [None, 3, "DEU"])
def test_an_outcome_that_is_no_function(start: Equilibrium, given: Any) -> None:
    with pytest.raises(InputError, match="not a function"):
        gradient(start, given)


def test_a_label_that_is_not_there_keeps_its_own_error(start: Equilibrium) -> None:
    with pytest.raises(KeyError):
        gradient(start, lambda e: e.real_income_hat.sel(economy="XYZ"))


def test_a_number_that_hangs_on_nothing_has_no_slope(start: Equilibrium) -> None:
    found = gradient(start, lambda e: 4.0)
    assert found.attrs["value"] == 4.0
    assert all((found[name].values == 0.0).all() for name in found.data_vars)


def test_a_transposed_system_that_is_not_solved_raises_with_its_residual(
    start: Equilibrium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multipliers_room, "LONGEST", 1)
    with pytest.raises(ConvergenceError, match="was not solved in 1 passes: residual"):
        gradient(start, lambda e: e.real_income_hat[0])


def test_the_equilibrium_is_not_changed(start: Equilibrium) -> None:
    before = start.output.copy(deep=True)
    gradient(start, lambda e: (e.output * 2.0).sum() / e.income.sum())
    assert start.output.identical(before)
    assert not hasattr(replace(start).solution.price_hat, "parents")

"""Flexible GMRES against a dense solve."""

from __future__ import annotations

import numpy as np
import pytest

from tradewind.trade.arrays import Array
from tradewind.trade.krylov import gmres


def same(point: Array) -> Array:
    return point


@pytest.mark.parametrize("seed", range(5))
def test_it_solves(seed: int) -> None:
    random = np.random.default_rng(seed)
    matrix = np.eye(60) + 0.5 * random.normal(size=(60, 60)) / np.sqrt(60)
    right = random.normal(size=60)
    found, products = gmres(lambda z: matrix @ z, same, right, 1e-13, 60)
    np.testing.assert_allclose(found, np.linalg.solve(matrix, right), rtol=0, atol=1e-11)
    assert products <= 60


def test_a_preconditioner_in_single_precision_costs_no_digits() -> None:
    random = np.random.default_rng(8)
    matrix = np.diag(np.geomspace(1.0, 1e4, 80)) + 0.1 * random.normal(size=(80, 80))
    inverse = np.linalg.inv(matrix).astype(np.float32)
    right = random.normal(size=80)

    def rough(point: Array) -> Array:
        return (inverse @ point.astype(np.float32)).astype(float)

    found, products = gmres(lambda z: matrix @ z, rough, right, 1e-13, 80)
    assert np.linalg.norm(matrix @ found - right) <= 2e-13 * np.linalg.norm(right)
    assert products <= 6


def test_no_right_hand_side_no_work() -> None:
    found, products = gmres(same, same, np.zeros(4), 1e-13, 10)
    assert products == 0
    assert (found == 0.0).all()


def test_a_solution_in_one_step_ends_there() -> None:
    """The space is used up: the next vector has no length."""
    found, products = gmres(lambda z: 2.0 * z, same, np.array([3.0, 0.0]), 1e-13, 10)
    assert products == 1
    assert found.tolist() == [1.5, 0.0]


def test_too_few_products_return_what_was_reached() -> None:
    random = np.random.default_rng(1)
    matrix = np.eye(40) + random.normal(size=(40, 40)) / np.sqrt(40)
    right = random.normal(size=40)
    found, products = gmres(lambda z: matrix @ z, same, right, 1e-13, 5)
    miss = np.linalg.norm(matrix @ found - right) / np.linalg.norm(right)
    assert products == 5
    assert 1e-6 < miss < 1.0

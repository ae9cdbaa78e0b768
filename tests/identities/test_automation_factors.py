"""One composite factor is labour, capital and compute: the trade block against every factor."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import root

from tests.identities.economies import CELL, Case, label, world
from tradewind import automation
from tradewind.trade import Baseline, Shock, solve

SIGMA = 0.6
Array = NDArray[np.float64]


def every_factor(
    baseline: Baseline, own: Array, share: Array, quantity_hat: Array
) -> tuple[Array, Array, Array]:
    """Solve for the price of every factor of every economy, with markets cleared one by one.

    Sectors use labour, capital and compute in a CES with the economy's shares, and neutral
    productivity of their own; all else is Cobb-Douglas, as in the trade block's default. World
    value added is the numéraire, and deficits are fixed in it.

    Returns
    -------
    price_hat : (economy, factor)
    output : (economy, sector) [USD million / year]
    real_income : (economy,) [1]
    """
    table, theta = baseline.table, baseline.table.elasticity
    share_in_cost, inputs = table.value_added_share, table.input_share
    worth, deficit = table.value_added, table.deficit

    def answer(price: Array) -> tuple[Array, Array, Array]:
        unit = np.sum(share * price ** (1.0 - SIGMA), axis=1) ** (1.0 / (1.0 - SIGMA))
        added = unit[:, None] / own
        index, before = np.ones_like(share_in_cost), np.zeros_like(share_in_cost)
        while np.abs(index - before).max() > 1e-14:
            before = index
            bought = np.einsum("ikj,ik->ij", inputs, np.log(index))
            cost = added**share_in_cost * np.exp((1.0 - share_in_cost) * bought)
            links = table.share * cost[None] ** -theta
            index = links.sum(axis=1) ** (-1.0 / theta)
        flows = links * index[:, None, :] ** theta
        income = np.sum(share * price * quantity_hat, axis=1) * worth + deficit
        spent, before = table.expenditure, np.zeros_like(share_in_cost)
        while np.abs(spent - before).max() > 1e-14 * spent.max():
            before = spent
            bill = flows * spent[:, None, :]
            output = np.sum(bill / (1.0 + table.tariff), axis=0)
            revenue = np.sum(bill * table.tariff / (1.0 + table.tariff), axis=(1, 2))
            uses = np.einsum("ikj,ij->ik", inputs, (1.0 - share_in_cost) * output)
            spent = uses + table.final_share * (income + revenue)[:, None]
        paid = np.sum(share_in_cost * output, axis=1)
        demand = paid[:, None] * share * (price / unit[:, None]) ** (1.0 - SIGMA)
        level = np.exp(np.sum(table.final_share * np.log(index), axis=1))
        return demand, output, (income + revenue) / table.income / level

    def excess(log_price: Array) -> Array:
        price = np.exp(log_price.reshape(share.shape))
        demand, _, _ = answer(price)
        supply = share * price * quantity_hat * worth[:, None]
        off = (demand - supply) / (share * worth[:, None])
        # One market clears with the others; world value added takes its place.
        off[0, 0] = supply.sum() / worth.sum() - 1.0
        return off.ravel()

    found = root(excess, np.zeros(share.size), method="hybr", options={"xtol": 1e-12})
    assert np.abs(found.fun).max() < 1e-9
    price = np.exp(found.x.reshape(share.shape))
    _, output, real_income = answer(price)
    return price, output, real_income


def small_world(seed: int) -> Baseline:
    case = Case(seed, 2, 3, "mobile", "fixed", 1.0, 1.0, 1.0)
    return world(case, case.rng(), inventory=False, export_tax_high=0.0, absent_fraction=0.0)


@pytest.mark.parametrize("seed", [1, 2])
def test_one_composite_is_every_factor(seed: int) -> None:
    baseline, rng = small_world(seed), np.random.default_rng(seed)
    share = rng.dirichlet([6.0, 4.0, 1.0], 2)
    quantity_hat = np.exp(rng.uniform(0.0, [0.1, 0.3, 2.0], (2, 3)))
    own = np.exp(rng.uniform(0.0, 0.3, (2, 3)))
    price, output, real_income = every_factor(baseline, own, share, quantity_hat)

    quantity = automation.composite_quantity(share, quantity_hat, SIGMA)
    shock = Shock(
        productivity_hat=label(own * quantity[:, None], CELL, baseline),
        productivity_kind="value_added",
    )
    found = solve(baseline, shock, tolerance=1e-13)
    new = share * (quantity_hat / quantity[:, None]) ** ((SIGMA - 1.0) / SIGMA)
    prices = automation.factor_prices(found.wage_hat.to_numpy(), share, new, quantity_hat)
    np.testing.assert_allclose(prices, price, rtol=1e-7)
    np.testing.assert_allclose(found.output, output, rtol=1e-7)
    np.testing.assert_allclose(found.real_income_hat, real_income, rtol=1e-7)

"""Equations T33 to T45 as they are printed, against what the code finds."""

from __future__ import annotations

import numpy as np
import pytest

from tests.identities.economies import Case, shock, world
from tradewind.trade import Equilibrium, gradient
from tradewind.trade.adjoint import linearise
from tradewind.trade.arrays import Closure, Labour
from tradewind.trade.gradient import _source, differentiate
from tradewind.trade.multipliers import multipliers


def outcome(e: Equilibrium) -> object:
    """A number that hangs on every array there is."""
    parts = (
        np.log(e.real_income_hat[0]),
        e.output[1, 0] / e.income.sum(),
        e.trade[0, 1].sum() / e.income.sum(),
        (e.employment_hat.fillna(1.0) ** 2).mean(),
        e.tariff_revenue.sum() / e.income.sum(),
        e.export_tax_revenue[2] / e.income.sum(),
        e.cost_hat.mean() * e.price_index_hat.mean() * e.value_added_price_hat.mean(),
    )
    return sum(parts[1:], parts[0])


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
@pytest.mark.parametrize("closure", ["fixed", "proportional"])
@pytest.mark.parametrize("labour", ["mobile", "specific"])
def test_the_printed_equations_hold(labour: Labour, closure: Closure, seed: int) -> None:
    """Each line of README.md once more, with einsum, at a shocked equilibrium."""
    case = Case(seed, 4, 3, labour, closure, 0.6, 0.3, 1.7)
    rng = case.rng()
    baseline = world(case, rng)
    end = case.solve(baseline, shock(case, rng, baseline, ban_fraction=0.0), tolerance=1e-14)
    table, old = end.solution.table, baseline.table
    partial = differentiate(end, outcome)
    eq = linearise(table, old, end.options)
    source = _source(eq, end, partial)
    worth, _ = multipliers(eq, source, old, end.options)
    found = gradient(end, outcome)

    pi, t, e, theta = table.share, table.tariff, table.export_tax, table.elasticity
    beta, g, alpha = table.value_added_share, table.input_share, table.final_share
    x, y_out, v = table.expenditure, table.output, table.value_added
    m, r = table.flow, table.receipts
    s_v, s_m, s_f = 1.0 - case.sigma_value_added, 1.0 - case.sigma_inputs, 1.0 - case.sigma_final
    of = partial.of
    mu, ell, y, iota = worth.spending, worth.price, worth.sales, worth.income
    phi = np.broadcast_to(worth.factor, mu.shape)
    close = {"rtol": 1e-7, "atol": 1e-9 * float(np.abs(worth.cost).max())}

    np.testing.assert_allclose(iota, (alpha * mu).sum(axis=1), rtol=1e-8)  # T33
    bought = np.einsum("nkj,nk->nj", g, mu)
    made = y_out > 0.0  # what is not made has no receipts, and their worth no meaning
    seller = (1.0 - beta) * bought + beta * phi
    np.testing.assert_allclose(y[made], seller[made], rtol=1e-8)  # T34
    to_seller = r * (y[None] + e * iota[None, :, None])
    link = to_seller + t * m * iota[:, None, None]
    np.testing.assert_allclose(  # T35
        x * mu, link.sum(axis=1) + x * of["expenditure"], **close
    )
    rho = pi * (x * (ell + theta * mu))[:, None] - theta * (link + pi * of["share"])  # T36
    gamma = rho.sum(axis=0) + end.solution.cost_hat * of["cost_hat"]
    np.testing.assert_allclose(worth.cost, gamma, **close)  # T37
    shared = beta * (y_out * phi + of["value_added_share"])
    tilde = gamma - s_v * (y_out * y + beta * of["value_added_share"])
    np.testing.assert_allclose(worth.technology, tilde, **close)  # T38

    a = (1.0 - beta) * y_out * bought
    using = (g * of["input_share"]).sum(axis=1)
    inner = (1.0 - beta) * tilde + (s_v - s_m) * a - s_m * using
    spent = table.income - table.inventory.sum(axis=1)
    f = spent[:, None] * mu + of["final_share"]
    final = (end.solution.final_price_hat * of["final_price_hat"])[:, None]
    right = np.einsum("nkj,nj->nk", g, inner)
    used = ((1.0 - beta) * y_out)[:, None] * mu[:, :, None] + of["input_share"]
    right += s_m * (g * used).sum(axis=2)
    right += s_f * alpha * (f - (alpha * f).sum(axis=1, keepdims=True))
    right += end.solution.price_hat * of["price_hat"] + alpha * final
    right += theta * ((pi * of["share"]).sum(axis=1) - x * of["expenditure"])
    np.testing.assert_allclose(x * ell, right, **close)  # T39

    pushed = beta * tilde + s_v * shared
    pushed += end.solution.value_added_price_hat * of["value_added_price_hat"]
    paid = beta * y_out
    if labour == "mobile":
        pushed, paid = (q.sum(axis=1, keepdims=True) for q in (pushed, paid))
    there = paid > 0.0
    right = (iota + of["value_added"])[:, None] + np.where(there, pushed, 0.0) / np.where(
        there, paid, 1.0
    )
    if closure == "proportional":
        delta = old.deficit / old.value_added
        eta = iota + of["deficit"]
        mean = (delta * v).sum() / v.sum()
        right += ((delta - mean) * eta - delta * (v * eta).sum() / v.sum())[:, None]
    nu = (right - worth.factor)[there]
    np.testing.assert_allclose(nu, nu.mean(), atol=1e-7 * float(np.abs(right).max()))  # T40
    assert abs((paid * worth.factor).sum()) <= 1e-9 * float(np.abs(paid * worth.factor).sum())

    foreign = ~np.eye(case.economies, dtype=bool)[:, :, None] & table.linked
    at_home = iota[:, None, None], iota[None, :, None]
    by_tariff = rho - to_seller + m * at_home[0] + (1.0 + t) * of["tariff"]
    by_tax = rho - r * y[None] + r * at_home[1] + (1.0 + e) * of["export_tax"]
    np.testing.assert_allclose(found.iceberg_cost, rho, **close)  # T41
    for rate, slope, said in ((t, found.tariff, by_tariff), (e, found.export_tax, by_tax)):
        np.testing.assert_allclose(  # T42, T43
            np.where(foreign, (1.0 + rate) * slope, 0.0), np.where(foreign, said, 0.0), **close
        )
    by_value_added = -beta * tilde - s_v * shared
    kind = end.change.productivity_kind
    expected = -gamma if kind == "output" else by_value_added
    np.testing.assert_allclose(found.productivity, expected, **close)  # T44, T45

"""Questions without an answer end with exit code 3 and a message that names the place."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from tests.identities.economies import LINK, dataset, label, plain_world
from tests.support.baseline import Baseline as PlainBaseline
from tests.support.baseline import FloatArray, solve_accounts
from tradewind.errors import ConvergenceError, InfeasibleError
from tradewind.trade import Baseline, Closure, Equilibrium, Labour, Shock, solve


def plain() -> PlainBaseline:
    rng = np.random.default_rng(4)
    return plain_world(
        rng,
        3,
        3,
        absent_fraction=0.0,
        zero_fraction=0.0,
        input_zero_fraction=0.0,
        deficit_scale=0.0,
    )


def importing(world: PlainBaseline) -> PlainBaseline:
    """The same, but E1 cannot make S2 itself and trade is balanced."""
    share = world.expenditure_share.copy()
    share[1, 1, 2] = 0.0
    share /= share.sum(axis=1, keepdims=True)
    spent = solve_accounts(
        share,
        world.value_added_share,
        world.input_share,
        world.final_share,
        world.tariff,
        world.export_tax,
        np.zeros(3),
        float(world.value_added.sum()),
    )
    received = share * spent[:, None] / ((1.0 + world.tariff) * (1.0 + world.export_tax))
    value_added = (world.value_added_share * received.sum(axis=0)).sum(axis=1)
    return replace(world, expenditure_share=share, expenditure=spent, value_added=value_added)


def banned(world: PlainBaseline, links: FloatArray, **options: object) -> Equilibrium:
    baseline = Baseline(dataset(world))
    iceberg = label(np.where(links, np.inf, 1.0), LINK, baseline)
    return solve(baseline, Shock(iceberg_hat=iceberg), **options)  # type: ignore[arg-type]


def test_a_buyer_without_supplier_is_named() -> None:
    links = np.zeros((3, 3, 3), dtype=bool)
    links[1, :, 2] = True
    with pytest.raises(InfeasibleError) as caught:
        banned(plain(), links)
    assert caught.value.exit_code == 3
    message = str(caught.value)
    for word in ("E1", "S2", "without any supplier", "sigma_final", "needs:", "try:"):
        assert word in message
    replaced = banned(plain(), links, sigma_final=3.0, sigma_inputs=2.0)
    assert np.isinf(replaced.price_index_hat.sel(importer="E1", sector="S2"))
    assert replaced.real_income_hat.sel(economy="E1") < 1.0


def test_the_loss_of_an_input_cascades_to_those_who_buy_its_products() -> None:
    links = np.zeros((3, 3, 3), dtype=bool)
    links[:, :, 2] = True
    with pytest.raises(InfeasibleError, match=r"S[012]"):
        banned(plain(), links)
    # Households can do without the good, but every other good needs it as an input.
    with pytest.raises(InfeasibleError) as caught:
        banned(plain(), links, sigma_final=3.0)
    assert "E0" in str(caught.value)
    assert banned(plain(), links, sigma_final=3.0, sigma_inputs=3.0).residual <= 1e-10


@pytest.mark.parametrize("closure", get_args(Closure))
@pytest.mark.parametrize("labour", get_args(Labour))
def test_an_economy_that_cannot_pay_for_what_it_must_import(
    closure: Closure, labour: Labour
) -> None:
    """E1 sells nothing abroad, trade is balanced, and nobody at home makes S2."""
    links = np.zeros((3, 3, 3), dtype=bool)
    links[[0, 2], 1, :] = True
    with pytest.raises(ConvergenceError) as caught:
        banned(importing(plain()), links, closure=closure, labour=labour)
    assert caught.value.exit_code == 3
    message = str(caught.value)
    for word in (
        "o equilibrium was found",
        "residual",
        "tolerance 1e-10",
        "E1",
        "open export",
        "try:",
    ):
        assert word in message


def test_an_economy_that_can_make_everything_ends_in_autarky_instead() -> None:
    exports = np.zeros((3, 3, 3), dtype=bool)
    exports[[0, 2], 1, :] = True
    both = exports.copy()
    both[1, [0, 2], :] = True
    one_sided, autarky = (banned(plain(), links, closure="balanced") for links in (exports, both))
    np.testing.assert_allclose(one_sided.real_income_hat, autarky.real_income_hat, rtol=1e-7)


def test_spending_more_than_there_is() -> None:
    """A deficit of −150 % of value added leaves an economy with negative income."""
    world = plain()
    gift = 1.5 * world.value_added[0]
    baseline = Baseline(dataset(world))
    change = Shock(deficit=label(np.array([-gift, gift, 0.0]), ("economy",), baseline))
    with pytest.raises(ConvergenceError) as caught:
        solve(baseline, change)
    assert caught.value.exit_code == 3
    assert "E0" in str(caught.value)

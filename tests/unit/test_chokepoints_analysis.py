"""Every number of an answer on chokepoints, found a second way; and what cannot be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.identities.economies import LINK, dataset, label, with_inventory
from tests.support.baseline import Baseline as PlainBaseline
from tests.support.baseline import random_baseline, solve_accounts
from tradewind.chokepoints import KINDS, Kind, Setting, Store, find
from tradewind.errors import InputError, NoEquilibriumError
from tradewind.report.chokepoints_contract import check_chokepoints
from tradewind.trade import Baseline, Equilibrium, Labour, Shock, solve
from tradewind.trade.arrays import Options

ASKED = "E1"
SIZE, SECTORS = 5, 4
SHORT = Options("fixed", "specific", 0.5, 0.3, 0.9, 1e-12)
LONG = Options("proportional", "mobile", 1.0, 1.4, 1.2, 1e-12)
STEPS: tuple[tuple[float, Labour], ...] = (
    (0.0, "specific"),
    (0.0, "mobile"),
    (4.0, "specific"),
    (4.0, "mobile"),
)


@cache
def baseline() -> Baseline:
    rng = np.random.default_rng(21)
    plain = random_baseline(
        rng,
        SIZE,
        SECTORS,
        zero_fraction=0.2,
        absent_fraction=0.1,
        export_tax_high=0.1,
        deficit_scale=0.05,
        elasticity_range=(1.0, 4.0),
    )
    return Baseline(dataset(*with_inventory(plain, rng)))


def path() -> list[Setting]:
    world = baseline()
    steps = []
    for years, labour in STEPS:
        theta = world.data["trade_elasticity"] * (1.0 + 0.2 * years)
        data = world.data.assign(trade_elasticity=theta)
        # Only labour differs between the two steps of a year.
        options = replace(SHORT, sigma_inputs=0.3 + 0.1 * years, labour=labour)
        steps.append(Setting(Baseline(data), options, years))
    return steps


@cache
def answer(options: Options = SHORT) -> xr.Dataset:
    setting = Setting(baseline(), options, 2.0)
    return find(setting, ASKED, KINDS, exact=None, matrix=True, path=path())


def equilibrium(world: Baseline, options: Options, iceberg: xr.DataArray) -> Equilibrium:
    return solve(
        world,
        Shock(iceberg_hat=iceberg),
        closure=options.closure,
        labour=options.labour,
        sigma_value_added=options.sigma_value_added,
        sigma_inputs=options.sigma_inputs,
        sigma_final=options.sigma_final,
        tolerance=1e-13,
    )


def costs(kind: str, supplier: str, sector: str, factor: float) -> xr.DataArray:
    """Iceberg costs of a cut, by labels."""
    world = baseline()
    iceberg = label(np.ones((SIZE, SIZE, SECTORS)), LINK, world)
    buyers = [code for code in world.economies if code != supplier]
    goods = world.sectors if sector == "all" else [sector]
    at = {"importer": buyers if kind == "sector" else [ASKED], "exporter": supplier}
    iceberg.loc[{**at, "sector": goods}] = factor
    return iceberg


def rows(outputs: xr.Dataset) -> Sequence[dict[str, Any]]:
    names = [name for name in outputs.variables if outputs[name].dims == ("cut",)]
    return [
        {str(name): outputs[name].values[row] for name in names}
        for row in range(outputs.sizes["cut"])
    ]


def test_the_cuts_are_all_that_has_trade() -> None:
    outputs, flow = answer(), baseline().trade
    flow = flow.where(flow.importer != flow.exporter, 0.0)
    bought = flow.sel(importer=ASKED)
    abroad = [code for code in baseline().economies if code != ASKED]

    def named(trade: xr.DataArray) -> set[tuple[str, str]]:
        return {
            (i, j)
            for i in abroad
            for j in baseline().sectors
            if float(trade.sel(exporter=i, sector=j)) > 0.0
        }

    expected = {
        "link": named(bought),
        "supplier": {(i, "all") for i in abroad if float(bought.sel(exporter=i).sum()) > 0.0},
        "sector": named(flow.sum("importer")),
    }
    found = [(row["kind"], (row["supplier"], row["sector"])) for row in rows(outputs)]
    for kind, cuts in expected.items():
        chosen = [cut for known, cut in found if known == kind]
        assert len(chosen) == len(cuts)
        assert set(chosen) == cuts
    assert 0 < len(expected["link"]) < (SIZE - 1) * SECTORS
    check_chokepoints(outputs.assign_attrs({**outputs.attrs, **NAMED}))


NAMED = dict.fromkeys(
    ("world", "title", "base_year", "horizon", "elasticity_set", "tradewind_version"), "x"
)


def test_imports_and_shares_are_those_of_the_table() -> None:
    world, data = baseline(), baseline().data
    spent = data["expenditure_share"] * data["expenditure"]
    for row in rows(answer()):
        goods = world.sectors if row["sector"] == "all" else [row["sector"]]
        at = {"importer": ASKED, "exporter": row["supplier"], "sector": goods}
        imports = float((spent / (1.0 + data["tariff"])).sel(at).sum())
        total = float(data["expenditure"].sel(importer=ASKED, sector=goods).sum())
        assert row["imports"] == pytest.approx(imports, rel=1e-12, abs=1e-15)
        share = float(spent.sel(at).sum()) / total
        assert row["expenditure_share"] == pytest.approx(share, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("options", [SHORT, LONG], ids=["short", "long"])
def test_the_marginal_loss_is_that_of_a_slightly_higher_cost(options: Options) -> None:
    real_income = float(answer(options).attrs["real_income"])
    for row in rows(answer(options)):
        step = 1e-4
        sides = [
            equilibrium(
                baseline(),
                options,
                costs(row["kind"], row["supplier"], row["sector"], np.exp(side * step)),
            ).real_income_hat.sel(economy=ASKED)
            for side in (-1.0, 1.0)
        ]
        slope = float(sides[1] - sides[0]) / (2.0 * step)
        assert row["marginal_loss"] == pytest.approx(
            -0.01 * slope * real_income, rel=1e-5, abs=1e-9 * real_income
        )


def test_the_prediction_adds_up_over_the_links_of_a_cut() -> None:
    """ln W falls by slope · (−ln(1 − π))/(θ π) on each link of the importer who loses it."""
    world, outputs = baseline(), answer()
    real_income = float(outputs.attrs["real_income"])
    links = [row for row in rows(outputs) if row["kind"] == "link"]
    change = {}
    for row in links:
        theta = float(world.data["trade_elasticity"].sel(sector=row["sector"]))
        share = row["expenditure_share"]
        slope = -100.0 * row["marginal_loss"] / real_income
        by_hand = slope * -np.log(1.0 - share) / (theta * share)
        change[row["supplier"], row["sector"]] = by_hand
        expected = real_income * (1.0 - np.exp(by_hand))
        assert row["predicted_loss"] == pytest.approx(expected, rel=1e-11)
    for row in rows(outputs):
        if row["kind"] == "supplier":
            total = sum(part for (i, _), part in change.items() if i == row["supplier"])
            expected = real_income * (1.0 - np.exp(total))
            assert row["predicted_loss"] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("options", [SHORT, LONG], ids=["short", "long"])
def test_losses_of_both_sides_are_what_solve_says_of_a_ban(options: Options) -> None:
    world, seen = baseline(), set()
    income = (world.income - world.data["inventory"].sum("sector")).to_series()
    assert answer(options).attrs["real_income"] == pytest.approx(income[ASKED], rel=1e-12)
    for row in rows(answer(options)):
        seen.add(row["status"])
        assert row["supplier_real_income"] == pytest.approx(income[row["supplier"]], rel=1e-12)
        ban = costs(row["kind"], row["supplier"], row["sector"], np.inf)
        try:
            after = equilibrium(world, options, ban).equivalent_variation.to_series()
        except NoEquilibriumError:
            assert row["status"] == "no equilibrium"
            assert np.isnan(row["severance_loss"])
            assert np.isnan(row["other_side_loss"])
            continue
        assert row["status"] == "exact"
        for name, code in (("severance_loss", ASKED), ("other_side_loss", row["supplier"])):
            assert row[name] == pytest.approx(-after[code], rel=1e-8, abs=1e-9 * income[code])
    assert "exact" in seen


def test_the_next_best_are_who_sells_most_of_the_same() -> None:
    world, outputs = baseline(), answer()
    share = world.data["expenditure_share"].sel(importer=ASKED)
    for place, row in enumerate(rows(outputs)):
        goods = world.sectors if row["sector"] == "all" else [row["sector"]]
        bought = world.trade.sel(importer=ASKED, exporter=row["supplier"], sector=goods)
        weight = bought / bought.sum() if row["sector"] == "all" else xr.ones_like(bought)
        others = (share.sel(sector=goods) * weight).sum("sector").to_series()
        others = others.drop(row["supplier"]).sort_values(ascending=False)
        others = others[others > 0.0][:3]
        names = outputs["alternative"].values[place]
        shares = outputs["alternative_share"].values[place]
        assert names.tolist() == [*others.index, *[""] * (3 - len(others))]
        np.testing.assert_allclose(shares[: len(others)], others, rtol=1e-12)
        assert (shares[len(others) :] == 0.0).all()
    # The economy itself may be the next best.
    assert (outputs["alternative"] == ASKED).any()


def test_the_matrix_is_every_embargo() -> None:
    world, outputs = baseline(), answer()
    checked = 0
    for buyer in world.economies:
        for seller in world.economies:
            at = {"economy": buyer, "partner": seller}
            pair = [float(outputs[f"dependence_{name}"].sel(at)) for name in ("loss", "imposed")]
            bought = float(world.trade.sel(importer=buyer, exporter=seller).sum())
            if buyer == seller or bought == 0.0:
                assert np.isnan(pair).all()
                continue
            iceberg = label(np.ones((SIZE, SIZE, SECTORS)), LINK, world)
            iceberg.loc[{"importer": buyer, "exporter": seller}] = np.inf
            try:
                hat = equilibrium(world, SHORT, iceberg).real_income_hat
            except NoEquilibriumError:
                assert np.isnan(pair).all()
                continue
            expected = [100.0 * (1.0 - float(hat.sel(economy=code))) for code in (buyer, seller)]
            np.testing.assert_allclose(pair, expected, rtol=1e-8, atol=1e-8)
            checked += 1
    assert checked >= SIZE * (SIZE - 1) - 4
    own = outputs.isel(cut=np.flatnonzero(outputs["kind"] == "supplier"))
    for place in range(own.sizes["cut"]):
        row = own.isel(cut=place)
        loss = outputs["dependence_loss"].sel(economy=ASKED, partner=row["supplier"].item())
        by_row = 100.0 * row["severance_loss"] / outputs.attrs["real_income"]
        np.testing.assert_allclose(loss, by_row, rtol=1e-12)


def test_the_horizon_follows_the_worst_suppliers_under_each_step() -> None:
    outputs = answer()
    suppliers = [row for row in rows(outputs) if row["kind"] == "supplier"]
    worst = sorted(suppliers, key=lambda row: -row["predicted_loss"])[:5]
    found = outputs["horizon_loss"]
    assert found["curve"].values.tolist() == [row["supplier"] for row in worst]
    assert found["labour"].values.tolist() == ["specific", "mobile"]
    assert found["horizon_year"].values.tolist() == [0.0, 4.0]
    for step in path():
        for seller in found["curve"].values:
            ban = costs("supplier", seller, "all", np.inf)
            labour = step.options.labour
            kept = float(found.sel(curve=seller, labour=labour, horizon_year=step.years))
            try:
                hat = equilibrium(step.baseline, step.options, ban).real_income_hat
            except NoEquilibriumError:
                assert np.isnan(kept)
                continue
            expected = 100.0 * (1.0 - float(hat.sel(economy=ASKED)))
            assert kept == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert np.isfinite(found.values).sum() >= found.size / 2


def test_facts_of_the_answer() -> None:
    outputs, world = answer(LONG), baseline()
    imports = world.trade.sel(importer=ASKED).drop_sel(exporter=ASKED).sum("exporter")
    mean = float((imports * world.data["trade_elasticity"]).sum() / imports.sum())
    assert outputs.attrs["trade_elasticity_mean"] == pytest.approx(mean, rel=1e-12)
    facts = ("economy", "closure", "labour", "sigma_value_added", "sigma_inputs", "sigma_final")
    assert [outputs.attrs[name] for name in facts] == [ASKED, *vars(LONG).values()][:6]
    assert outputs.attrs["horizon_years"] == 2.0
    assert 0.0 < outputs.attrs["residual"] <= 1e-10
    of_links = [row for row in rows(outputs) if row["kind"] == "link" and row["status"] == "exact"]
    assert outputs.attrs["rank_correlation_count"] == len(of_links)
    order = [np.argsort(np.argsort([row[name] for row in of_links])) for name in LOSSES]
    by_hand = np.corrcoef(order[0], order[1])[0, 1]
    assert outputs.attrs["rank_correlation"] == pytest.approx(by_hand, abs=1e-12)
    assert by_hand > 0.7


LOSSES = ("predicted_loss", "severance_loss")


# The quick answer


@pytest.mark.parametrize("exact", [0, 1, 3, 1000])
@pytest.mark.parametrize("kind", KINDS)
def test_a_quick_answer_cuts_the_worst_as_predicted_and_no_other(kind: Kind, exact: int) -> None:
    outputs = find(Setting(baseline(), SHORT, 0.0), ASKED, (kind,), exact=exact)
    every = answer().isel(cut=np.flatnonzero(answer()["kind"] == kind))
    assert set(outputs["kind"].values) == {kind}
    xr.testing.assert_allclose(outputs["predicted_loss"], every["predicted_loss"], rtol=1e-9)
    known = outputs["status"].values != "predicted"
    assert known.sum() == min(exact, every.sizes["cut"]) == outputs.attrs["severances"]
    loss = outputs["predicted_loss"].values
    if 0 < exact < loss.size:
        assert loss[known].min() >= loss[~known].max()
    for name in ("severance_loss", "other_side_loss"):
        assert np.isnan(outputs[name].values[~known]).all()
        np.testing.assert_allclose(outputs[name][known], every[name][known], rtol=1e-8)
    assert "dependence_loss" not in outputs
    assert "horizon_loss" not in outputs
    if exact == 0:
        assert np.isnan(outputs.attrs["rank_correlation"])
        assert outputs.attrs["residual"] == 0.0


def test_a_whole_answer_counts_every_cut_once() -> None:
    outputs = answer()
    pairs = int((baseline().trade.sum("sector") > 0.0).sum()) - SIZE
    own = int((outputs["kind"] == "supplier").sum())
    curves = outputs.sizes["curve"] * len(STEPS)
    assert outputs.attrs["severances"] == outputs.sizes["cut"] + pairs - own + curves


def test_an_answer_from_a_store_is_the_same(tmp_path: Path) -> None:
    setting, place = Setting(baseline(), SHORT, 0.0), tmp_path / "job"
    told: list[tuple[int, int]] = []
    one = find(setting, ASKED, exact=4, store=Store(place, "q"))
    two = find(
        setting,
        ASKED,
        exact=6,
        store=Store(place, "q"),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(4, 6), (5, 6), (6, 6)]
    kept = one["status"].values == "exact"
    np.testing.assert_array_equal(two["severance_loss"][kept], one["severance_loss"][kept])


# Odd worlds


def sole() -> Baseline:
    """E0 alone sells S2, which E2 and E1 must buy from it; E1 gains when E2 loses it."""
    plain = random_baseline(np.random.default_rng(3), 4, 3, zero_fraction=0.0)
    share = plain.expenditure_share.copy()
    share[:, 1:, 2] = 0.0
    share[:, 0, 2] = 1.0
    return Baseline(dataset(with_shares(plain, share)))


def with_shares(plain: PlainBaseline, share: np.ndarray) -> PlainBaseline:
    """The same with other expenditure shares, balanced anew without deficits."""
    spent = solve_accounts(
        share,
        plain.value_added_share,
        plain.input_share,
        plain.final_share,
        plain.tariff,
        plain.export_tax,
        np.zeros(len(share)),
        float(plain.value_added.sum()),
    )
    received = share * spent[:, None] / ((1.0 + plain.tariff) * (1.0 + plain.export_tax))
    value_added = (plain.value_added_share * received.sum(axis=0)).sum(axis=1)
    return replace(
        plain,
        expenditure_share=share,
        expenditure=spent,
        value_added=value_added,
        deficit=np.zeros(len(share)),
    )


@pytest.mark.parametrize("exact", [0, None])
def test_an_only_supplier_is_predicted_to_be_the_worst_and_leaves_no_equilibrium(
    exact: int | None,
) -> None:
    outputs = find(Setting(sole(), SHORT, 0.0), "E1", KINDS, exact=exact)
    lost = [row for row in rows(outputs) if row["supplier"] == "E0" and row["sector"] != "S0"]
    lost = [row for row in lost if row["sector"] != "S1"]
    assert [row["kind"] for row in lost] == list(KINDS)
    for row in lost:
        # All that there is to lose, whatever the sign of the gradient elsewhere.
        assert row["predicted_loss"] == outputs.attrs["real_income"]
        assert row["status"] == ("predicted" if exact == 0 else "no equilibrium")
    others = [row for row in rows(outputs) if row not in lost]
    assert all(np.isfinite(row["predicted_loss"]) for row in others)
    check_chokepoints(outputs.assign_attrs({**outputs.attrs, **NAMED}))


def test_an_economy_without_imports_has_no_chokepoints() -> None:
    plain = random_baseline(np.random.default_rng(3), 4, 3, zero_fraction=0.0)
    share = plain.expenditure_share.copy()
    share[1] = np.eye(4)[1][:, None]
    share[:, 1] = np.eye(4)[1][:, None]
    share /= share.sum(axis=1, keepdims=True)
    world = Baseline(dataset(with_shares(plain, share)))
    refused("E1", ("link",), 3, ("economy", "E1", "buys nothing abroad", "imports"), world)


def refused(
    economy: str,
    kinds: Sequence[Any],
    exact: int | None,
    said: Sequence[str],
    world: Baseline | None = None,
) -> None:
    with pytest.raises(InputError) as caught:
        find(Setting(world or baseline(), SHORT, 0.0), economy, kinds, exact=exact)
    assert caught.value.exit_code == 2
    for words in (*said, "  where:  ", "  value:  ", "  needs:  ", "  try:    "):
        assert words in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    ("economy", "kinds", "exact", "said"),
    [
        ("E9", ("link",), 3, ("E9", "one of the 5 economies", "did you mean E")),
        ("e1", ("link",), 3, ("e1", "economy")),
        ("", ("link",), 3, ("economy",)),
        (ASKED, ("supplyer",), 3, ("supplyer", "one of link, supplier, sector")),
        (ASKED, ("link", "xyz"), 3, ("xyz", "one of link, supplier, sector")),
        (ASKED, ("link",), -1, ("exact", "-1", "at least 0")),
    ],
)
def test_what_cannot_be_asked(
    economy: str, kinds: Sequence[Any], exact: int | None, said: Sequence[str]
) -> None:
    refused(economy, kinds, exact, said)

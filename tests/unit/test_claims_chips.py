"""Six claims on chips: each experiment at its central values against a second computation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from tradewind.capacity import parameters as plan
from tradewind.chips import parameters as chips
from tradewind.chips import solve_chips
from tradewind.claims import Claim, load
from tradewind.claims.experiments import (
    build_apply,
    cheap_power,
    diminishing,
    market_80,
    quota_50k,
    substitution,
)
from tradewind.claims.figure import check_figure

EXPERIMENTS: Mapping[str, Any] = {
    "diminishing": diminishing,
    "quota-50k": quota_50k,
    "market-80": market_80,
    "substitution": substitution,
    "build-apply": build_apply,
    "cheap-power": cheap_power,
}
Prepared = Callable[[str], Any]


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    """The claims by their names."""
    return {claim.id: claim for claim in load(ids=list(EXPERIMENTS))}


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    """What members share, made once."""
    known: dict[str, Any] = {}

    def get(name: str) -> Any:
        if name not in known:
            known[name] = EXPERIMENTS[name].prepare()
        return known[name]

    return get


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_ranges_are_those_of_the_registries(name: str, claims: dict[str, Claim]) -> None:
    aliases = cheap_power.GIVEN
    for part in claims[name].parameters:
        known = chips.registry().get(part.name) or plan.registry().get(
            aliases.get(part.name, part.name)
        )
        if known is not None:
            assert (part.low, part.central, part.high) == (known.low, known.value, known.high)
        else:
            assert not part.source.startswith("tradewind.")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_metrics_are_those_of_the_file_and_the_figure_can_be_drawn(
    name: str, claims: dict[str, Claim], prepared: Prepared
) -> None:
    claim, module = claims[name], EXPERIMENTS[name]
    shared, central = prepared(name), claim.central()
    for null in (False, True):
        found = module.measure(shared, central, null=null)
        assert list(found) == [metric.name for metric in claim.metrics]
        assert np.isfinite(list(found.values())).all()
    check_figure(claim, module.figure(shared, central))


def test_diminishing_by_every_order(claims: dict[str, Claim], prepared: Prepared) -> None:
    game, central = prepared("diminishing"), claims["diminishing"].central()
    played = diminishing.play(game, central)
    players = len(game.rounds)
    orders = list(permutations(range(players)))
    for m, name in enumerate(("operations", "bandwidth")):
        value, covered = played.value[0, :, m, -1], played.covered[0, :, :, m, -1]
        lost, reached = np.zeros(players), np.zeros(players)
        for order in orders:
            coalition = 0
            for player in order:
                lost[player] += value[coalition] - value[coalition | 1 << player]
                reached[player] += covered[coalition, player]
                coalition |= 1 << player
        at = [each.id for each in game.rounds].index
        earlier = [at("r2022"), at("r2023")]
        by_hand = lost[at("r2025-04")] / reached[at("r2025-04")]
        by_hand -= lost[earlier].sum() / reached[earlier].sum()
        found = diminishing.measure(game, central)[f"fall_{name}"]
        assert found == pytest.approx(by_hand, rel=1e-9)


def test_diminishing_hangs_on_smuggling(claims: dict[str, Claim], prepared: Prepared) -> None:
    game, central = prepared("diminishing"), claims["diminishing"].central()
    falls = [
        diminishing.measure(game, {**central, "leakage_rate": rate})["fall_operations"]
        for rate in (0.03, 0.9)
    ]
    assert falls[0] < 0.0 < falls[1]


def test_quota_by_hand(claims: dict[str, Claim], prepared: Prepared) -> None:
    caps, central = prepared("quota-50k"), claims["quota-50k"].central()
    assert (caps.allocation, caps.raised, caps.h100) == (790e6, 1580e6, 15832.0)
    assert (caps.small_orders, caps.validated) == (3 * 26.9e6, 5064e6)
    found = quota_50k.measure(caps, central)
    assert found["chips_admitted"] == 49.898
    assert found["allocation_part"] == pytest.approx(100 * 790 / (790 + 506.4 + 80.7), rel=1e-12)
    b200 = {**central, "tpp_per_chip": 36000.0}
    assert quota_50k.measure(caps, b200)["chips_admitted"] == 21.944
    assert quota_50k.measure(caps, b200, null=True)["chips_admitted"] == 49.898
    late = {**central, "licensed_share": 0.6, "assurances": 1.5}
    assert quota_50k.measure(caps, late)["chips_admitted"] == np.floor(0.9 * 790e6 / 15832) / 1000


def test_market_by_the_spread_of_demand(claims: dict[str, Claim], prepared: Prepared) -> None:
    """Open countries buy one mix: shares of sales are shares of demand."""
    from tradewind.chips.demand import country_shares

    tiers, central = prepared("market-80"), claims["market-80"].central()
    found = market_80.measure(tiers, central)
    observed = tiers.markets.observed
    share = country_shares(observed, central["cluster_weight"]) * tiers.abroad
    sold = tiers.markets.policies["enacted"]["access"].sel(family="leading").to_numpy()[-1] > 0.0
    touched = share @ (tiers.capped * sold) / (share @ sold)
    assert found["revenue_touched"] == pytest.approx(100.0 * touched, abs=0.05)
    assert found["countries_touched"] == pytest.approx(100.0 * 161 / 198)
    assert found["revenue_lost"] < found["revenue_beyond"] < found["revenue_touched"]


def test_shuffled_tiers_touch_more_than_the_rule(
    claims: dict[str, Claim], prepared: Prepared
) -> None:
    """Eighteen partners drawn at random buy far less than those that were chosen."""
    tiers, central = prepared("market-80"), claims["market-80"].central()
    rule, shuffled = (market_80.measure(tiers, central, null=null) for null in (False, True))
    assert rule["revenue_touched"] + 20.0 < shuffled["revenue_touched"]
    assert rule["countries_touched"] == shuffled["countries_touched"]


def test_substitution_by_the_public_door(claims: dict[str, Claim], prepared: Prepared) -> None:
    markets, central = prepared("substitution"), claims["substitution"].central()
    made = []
    for regime in ("controls", "free"):
        found = solve_chips(markets.policies[regime], enacted=markets.policies["enacted"])
        own = found.sel(family=["ascend", "cambricon"], year=slice(2026, 2030))
        made.append(float((own["packages"].sel(economy="CHN") * own["h100e"]).sum()))
    found = substitution.measure(markets, central)
    assert found["home_output"] == pytest.approx(100.0 * (made[0] / made[1] - 1.0), rel=1e-9)
    silent = substitution.measure(markets, {**central, "response_elasticity": 0.0})
    assert silent["home_answer"] == 0.0 < found["home_answer"]
    assert substitution.measure(markets, central, null=True) == silent


def test_bloc_excess_by_hand() -> None:
    within = substitution.own_bloc()
    home, abroad = np.argmax(within[:, 0]), np.argmax(within[:, 1])
    sales, free = np.zeros_like(within), np.ones_like(within)
    sales[home], sales[abroad] = (3.0, 0.0), (1.0, 6.0)
    # Makers sell 3 and 7, blocs buy 4 and 6: chance is .3 · .4 + .7 · .6 = .54, sales are .9.
    assert substitution.bloc_excess(sales, free) == pytest.approx(0.36 / 0.46)
    chance = np.outer(sales.sum(axis=1), sales.sum(axis=0))
    assert substitution.bloc_excess(chance, free) == pytest.approx(0.0, abs=1e-12)
    # Where the law leaves no other choice, separation is the law's.
    sales[abroad, 0] = 0.0
    assert substitution.bloc_excess(sales, within) == 0.0
    assert substitution.bloc_excess(sales, free) == pytest.approx(1.0)


def test_applications_lower_cost_by_wright(claims: dict[str, Claim], prepared: Prepared) -> None:
    markets, central = prepared("build-apply"), claims["build-apply"].central()
    made = [each.sum() for each in build_apply.runs(markets, central)]
    found = build_apply.measure(markets, central)
    by_hand = 100.0 * (2.0 ** (-0.32 * 0.5 * np.log2(made[0] / made[1])) - 1.0)
    assert found["cost_change"] == pytest.approx(by_hand, rel=1e-9)
    assert found["output_change"] > 0.0
    trend = build_apply.measure(markets, {**central, "time_share": 1.0})
    assert (
        trend["cost_change"]
        == 0.0
        == build_apply.measure(markets, central, null=True)["cost_change"]
    )
    none = build_apply.measure(markets, {**central, "application_kept": 0.0})
    assert none["output_change"] > found["output_change"]


def test_cheap_power_by_hand(claims: dict[str, Claim], prepared: Prepared) -> None:
    """Every number typed from the tables, at the central values."""

    def yearly(
        price: float, kw: float, shell: float, nominal: float, pue: float, power: float
    ) -> float:
        rate = 1.0 / 1.02 * (1.0 + nominal) - 1.0
        chip, building = (rate / (1.0 - (1.0 + rate) ** -life) for life in (5.0, 18.0))
        standing = kw * (1000.0 * shell + 200.0 * pue) * building
        return price * (chip + 0.03) + standing + kw * pue * 8760.0 * power

    own = yearly(29266.0 / (1504.0 / 1979.0), 1.88, 6.12, 0.0801, 1.15, 0.056)
    dear = yearly(29266.0 / (1504.0 / 1979.0), 1.88, 6.12, 0.0801, 1.15, 0.0815)
    best = yearly(36742.0 * 1.5 / (5000.0 / 1979.0), 0.877, 10.78, 0.0718, 1.2, 0.0815)
    effective = 0.75 * ((3.2 / 3.35) / (1504.0 / 1979.0)) ** 0.5
    frontier = ((8.0 / 3.35) / (5000.0 / 1979.0)) ** 0.5
    found = cheap_power.measure(prepared("cheap-power"), claims["cheap-power"].central())
    assert found["cost_ratio"] == pytest.approx(own / effective / (best / frontier), rel=1e-9)
    assert found["power_saving"] == pytest.approx(100.0 * (1.0 - own / dear), rel=1e-9)


def test_cheap_power_can_be_turned(claims: dict[str, Claim], prepared: Prepared) -> None:
    """At the ends that favour the claim the gap is closed."""
    claim, shared = claims["cheap-power"], prepared("cheap-power")

    def ratio(values: Mapping[str, float]) -> float:
        west = cheap_power.in_west(values, values["power_west"])
        own, best = (cheap_power.cost(x, values) for x in (west, cheap_power.at_home(values)))
        return own.total / best.total

    central = claim.central()
    turned = {
        part.name: min((part.low, part.high), key=lambda end: ratio({**central, part.name: end}))
        for part in claim.parameters
    }
    found = cheap_power.measure(shared, turned)["cost_ratio"]
    assert claim.metrics[0].supports.holds(found)
    assert found == pytest.approx(ratio(turned))

"""Nine claims' experiments: at central values, each headline once more by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from tests.support import small_compute
from tradewind.capacity import Rules, Units, plan
from tradewind.claims import reading
from tradewind.claims.experiments.plan_arrays import Draft, PlanArrays, arranged
from tradewind.claims.verdict import side

IDS = (
    "speed",
    "ladder",
    "slow-infrastructure",
    "east-west",
    "pooling",
    "capex-gdp",
    "capex-roi",
    "open-share",
    "sphere",
)
RULES = Rules(credits=small_compute.RULES.credits, reserve_margin=0.1)
CLAIMS = {claim.id: claim for claim in reading.load(ids=IDS)}


class Prepared:
    """An experiment with what its members share."""

    def __init__(self, name: str) -> None:
        self.claim = CLAIMS[name]
        self.module: Any = import_module(self.claim.home)
        self.shared = self.module.prepare()
        self.central = self.claim.central()

    def at(self, *, null: bool = False, **changed: float) -> dict[str, float]:
        """Every metric at the central values but for what is changed."""
        found: dict[str, float] = self.module.measure(
            self.shared, {**self.central, **changed}, null=null
        )
        return found


@pytest.fixture(scope="module")
def prepared() -> Iterator[dict[str, Prepared]]:
    """Every experiment that is read in a moment."""
    patch = pytest.MonkeyPatch()
    # Rungs are pressure's own, and tested there; few draws of ranks will do.
    patch.setattr("tradewind.claims.experiments.ladder.RANK_DRAWS", 20)
    patch.setattr("tradewind.claims.experiments.ladder.YEARS", (2015, 2025))
    quick = [name for name in IDS if name not in ("east-west", "pooling")]
    yield {name: Prepared(name) for name in quick}
    patch.undo()


@pytest.fixture(scope="module")
def pool() -> Prepared:
    return Prepared("pooling")


@pytest.fixture(scope="module")
def small() -> PlanArrays:
    """The plan of three buses, for what plans of China and of Asia have in common."""
    network = small_compute.power(24)
    works = [replace(work, name=work.kind) for work in small_compute.workloads(network)]
    return arranged(
        network, small_compute.sites(network), small_compute.chips(), works, rules=RULES
    )


@pytest.mark.parametrize("name", [name for name in IDS if name not in ("east-west", "pooling")])
def test_metrics_are_those_of_the_file_and_the_null_run_is_not_for_the_claim(
    prepared: dict[str, Prepared], name: str
) -> None:
    one = prepared[name]
    for null in (False, True):
        found = one.at(null=null)
        assert list(found) == [metric.name for metric in one.claim.metrics]
        assert np.isfinite(list(found.values())).all()
    assert side(one.claim, one.at(null=True)) != "for"


def test_the_figure_of_each_has_a_value_for_each_place(prepared: dict[str, Prepared]) -> None:
    from tradewind.claims.figure import Figure

    for one in prepared.values():
        drawn = Figure.model_validate(one.module.figure(one.shared, one.central))
        assert all(len(series.values) == len(drawn.x.values) for series in drawn.series)


def test_doublings_in_a_cycle_by_hand(prepared: dict[str, Prepared]) -> None:
    from tradewind.claims.experiments.tables import rows

    models = rows("frontier_models")
    kept = models[(models["rank_at_release"] <= 5) & (models["date"] >= "2019")]
    months = [(date.fromisoformat(day) - date(2019, 1, 1)).days / 30.4375 for day in kept["date"]]
    slope = np.polyfit(months, np.log2(kept["training_flop"].to_numpy(float)), 1)[0]
    # The United States are in the middle: 583 days of one Congress, 790 since the first draft.
    american = ((date(2022, 8, 9) - date(2021, 1, 3)).days + 790) / 2 / 30.4375
    speed = prepared["speed"]
    assert speed.at()["doublings"] == pytest.approx(slope * american, rel=0.05)
    # Of Asia China is in the middle: 126 days from the draft of its rules to their force.
    assert speed.at(asia_only=1.0)["doublings"] == pytest.approx(slope * 126 / 30.4375, rel=0.05)
    assert 60 / prepared["speed"].at(cycle_position=1.0)["doublings"] < 60 / speed.at()["doublings"]


def test_shorter_cycles_and_slower_growth_make_the_change_negative(
    prepared: dict[str, Prepared],
) -> None:
    speed = prepared["speed"]
    whole, none = speed.at(cycle_change=1.0)["change"], speed.at(cycle_change=0.0)["change"]
    shorter = (12 / 18 * 36 / 39 * 9 / 12.3) ** (1 / 3)
    assert (100 + whole) / (100 + none) == pytest.approx(shorter)


def test_sigma_is_that_of_the_index_year_by_year(prepared: dict[str, Prepared]) -> None:
    from tradewind.pressure import history
    from tradewind.world.indicators import load

    past = history(load().values, "strength", [2015, 2025], draws=0)["dispersion"]
    expected = 100.0 * (float(past.sel(year=2025) / past.sel(year=2015)) - 1.0)
    ladder = prepared["ladder"]
    assert ladder.at()["sigma_change"] == pytest.approx(expected, rel=1e-9)
    # As the exponent falls the power mean becomes the geometric one.
    near, geometric = ladder.at(mean_exponent=1e-4), ladder.at(mean_exponent=0.0)
    assert near["sigma_change"] == pytest.approx(geometric["sigma_change"], abs=0.01)
    assert ladder.at(asia_only=1.0)["sigma_change"] != pytest.approx(expected, rel=0.1)


def test_infrastructure_by_hand(prepared: dict[str, Prepared]) -> None:
    found = prepared["slow-infrastructure"].at()
    assert found["cost_distance"] == pytest.approx(abs(np.log2(1.2 * 81.4 / 100.0)))
    assert found["line_cost"] == pytest.approx(40_000 * 88_700 * 7.1 / 1e9)
    rate = 1.0718 / 1.02 - 1.0
    year = rate / (1.0 - (1.0 + rate) ** -18)
    shell = 11.0 * 827.0 * year / 8760.0
    wire = 200.0 * 0.827 * 1.2 * year / 8760.0
    power = 0.827 * 1.2 * 0.070
    silicon = 36_742 * 1.5 * 1_979 / 5_000 * (rate / (1.0 - (1.0 + rate) ** -5) + 0.03) / 8760.0
    share = 100.0 * (shell + wire + power) / (shell + wire + power + silicon)
    assert found["site_share"] == pytest.approx(share, rel=1e-4)


def test_spending_over_gdp_by_hand(prepared: dict[str, Prepared]) -> None:
    one = prepared["capex-gdp"]
    four = 100.0 * (131.8 + 91.4 + 118.0 + 72.2) / 30_770
    part = 0.6 * 0.75 * 1.15
    then = 100.0 * 675.0 / (30_770 * 1.05)
    expected_2025 = [four > 1.07, four * part > 1.07, 4.4 > 4.6]
    later = 4.4 + (then - four) * part
    expected_2026 = [then > 1.07, then * part > 1.07, later > 4.6]
    found = one.at()
    assert found["above_2025"] == sum(expected_2025)
    assert found["above_2026"] == sum(expected_2026)
    assert found["growth"] == pytest.approx(100.0 * (then / four - 1.0), rel=0.01)
    assert one.at(others=1.35, ai_share=0.75, us_share=0.85)["above_2025"] == 2.0


def test_the_return_repays_the_capital(prepared: dict[str, Prepared]) -> None:
    from tradewind.capital import ai_revenue, revenue_path
    from tradewind.capital.vintage import earned

    one = prepared["capex-roi"]
    values = {**one.shared, **one.central}
    times, flows, revenue = earned(revenue_path(values), values)
    capital, found = values["spending"] * values["ai_share"], one.at()
    rate = found["excess_return"] / 100.0 + values["ai_capital_cost"]
    assert float((flows * (1.0 + rate) ** -times).sum()) == pytest.approx(capital, rel=1e-6)
    worth = float((flows * (1.0 + values["ai_capital_cost"]) ** -times).sum())
    needed = revenue.mean() * capital / worth / ai_revenue(2026, values)
    assert found["break_even_multiple"] == pytest.approx(needed)
    assert one.at(null=True)["excess_return"] > 0.0 > found["excess_return"]


def test_shares_and_prices_are_read_off_the_tables(prepared: dict[str, Prepared]) -> None:
    from tradewind.adoption.market import models

    table = models()
    released = table["released"].astype(str).str[:10]
    year = table[(released >= "2024-12-17") & (released <= "2025-12-15")]
    mixed = 0.75 * year["input"].astype(float) + 0.25 * year["output"].astype(float)
    ratio = mixed[year["stack"] == "chinese_open"].median()
    ratio /= mixed[year["stack"] == "us_closed"].median()
    found = prepared["open-share"].at()
    assert found["token_share"] == pytest.approx(13.0 + 0.5 * 17.0)
    assert found["visit_share"] == pytest.approx(6.0)
    assert found["price_ratio"] == pytest.approx(ratio)


def test_the_sphere_is_what_adoption_says_month_by_month(prepared: dict[str, Prepared]) -> None:
    from tradewind.adoption import CHINESE, population, start

    one, ends, people = prepared["sphere"], start(2035), population(2035)
    both = ends.sel(stack=list(CHINESE)).sum("stack")
    world = 100.0 * (both * people).sum("economy") / people.sum()
    for measure, name in ((1.0, "tokens"), (0.0, "visits")):
        # The claim goes by years; within one, prices and models change a little.
        expected = float(world.sel(measure=name))
        assert one.at(measure=measure)["share_2035"] == pytest.approx(expected, rel=5e-3)
    assert one.at(null=True)["share_2035"] < one.at()["share_2035"]
    assert one.at(lag_chinese=0.25)["share_2035"] > one.at()["share_2035"]


def test_a_draft_is_the_plan_that_was_built_anew(small: PlanArrays) -> None:
    draft = Draft(small)
    draft.scale_links([link for _, _, link in small.chip_links()], 1.3)
    draft.scale_running("gas", 1.2)
    rows = len(small.asked)
    draft.set_demand(np.full(rows, 0.8), np.zeros(rows))
    solved = draft.solve()
    network = small_compute.power(24)
    network.generators.loc[network.generators["carrier"] == "gas", "marginal_cost"] *= 1.2
    chips = small_compute.chips()
    dearer = [replace(chip, price_usd_per_h100e=1.3 * chip.price_usd_per_h100e) for chip in chips]
    works = small_compute.workloads(network)
    less = [replace(w, demand={r: 0.8 * d for r, d in w.demand.items()}) for w in works]
    sites = small_compute.sites(network)
    again = plan(network, sites, dearer, less, rules=RULES, units=Units.own()).dataset
    assert solved.value == pytest.approx(float(again["system_cost"].sum()), rel=1e-6)
    assert solved.compute_cost() == pytest.approx(float(again["site_cost"].sum()), rel=1e-4)
    built = again["it_capacity"].sum("chip").to_series()
    assert solved.installed().sum() == pytest.approx(built.sum(), rel=1e-6)


def test_east_and_west_on_three_buses(small: PlanArrays) -> None:
    claim = CLAIMS["east-west"]
    module: Any = import_module(claim.home)
    shared = {"plan": small, "west": frozenset({"B site one"})}
    values = {**claim.central(), "demand": 0.8 * float(small.asked["demand"].sum())}
    plans = module.solved(shared, values)
    home, free, order = (plans[case] for case in module.CASES)
    assert free.value <= min(home.value, order.value) + 1e-6
    routed = home.routed()
    assert routed.loc[~routed["home"], "kh100e"].sum() == 0.0
    sent = order.routed()
    elsewhere = (sent["workload"] != "interactive") & (sent["site"] != "B site one")
    assert sent.loc[elsewhere, "kh100e"].sum() == pytest.approx(0.0, abs=1e-9)
    batch = free.routed().query("workload == 'batch'")
    kept = batch[batch["home"]].set_index("region")["kh100e"]
    assert (kept >= 0.2 * batch.groupby("region")["kh100e"].sum() - 1e-6).all()
    found = module.measure(shared, values)
    assert list(found) == [metric.name for metric in claim.metrics]
    built = free.installed()
    assert found["west_share"] == pytest.approx(100.0 * built["B site one"] / built.sum())
    assert found["saving"] == pytest.approx(100 * (home.value - free.value) / home.compute_cost())
    assert module.figure(shared, values)["series"][0]["values"][1] == found["west_share"]


def test_a_member_of_the_pool_that_works_at_home_pays_for_its_spare(pool: Prepared) -> None:
    values = pool.central
    plans = pool.module.solved(pool.shared, values)
    apart, together = plans["apart"], plans["together"]
    routed = apart.routed()
    assert routed.loc[~routed["home"], "kh100e"].sum() == 0.0
    assert routed["kh100e"].sum() == pytest.approx(values["demand"] * 2635.0, rel=0.05)
    spare = together.routed()["kh100e"].sum() / routed["kh100e"].sum()
    assert spare == pytest.approx(1.05)
    gains = pool.module.member_gains(apart, together)
    assert gains["South Korea"] == pytest.approx(-5.0, abs=0.01)
    for one in (apart, together):
        assert pool.module.bills(one).sum() == pytest.approx(one.compute_cost(), rel=1e-6)


def test_a_pool_without_overheads_never_costs_more(pool: Prepared) -> None:
    free = {"governance": 0.0, "spare": 0.0, "extra_latency": 0.0, "bound_share": 0.0}
    found = pool.at(**free)
    assert found["saving"] > 0.0
    assert found["least_gain"] > pool.at()["least_gain"]
    assert list(found) == [metric.name for metric in pool.claim.metrics]

"""The yearly plan of small made-up worlds: a second programme, balance, where chips may stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.plain_annual import solved
from tradewind.capacity.annual import LOST_LOAD, AnnualInputs, AnnualPlan, AnnualPlanner
from tradewind.capacity.annual_tables import GROWING, PLANTS, AreaTables

AREAS = ("north", "south", "island")
OWNERS = ("AAA", "BBB", "CCC")
STEPS, DAYS = 4, 2
HOURS = STEPS * DAYS


def world(seed: int) -> AreaTables:
    """Three areas in two economies, the third without a line; the third owner has no area."""
    rng = np.random.default_rng(seed)
    plants, areas = len(PLANTS), len(AREAS)
    stands = rng.uniform(0.0, 3.0, (plants, areas))
    stands[PLANTS.index("gas")] = rng.uniform(8.0, 12.0, areas)
    marginal = rng.uniform(0.005, 0.03, (plants, areas))
    marginal[PLANTS.index("gas")] = rng.uniform(0.05, 0.09, areas)
    weight = np.full(HOURS, 8760.0 / HOURS)
    return AreaTables(
        areas=AREAS,
        economy=("AAA", "BBB", "BBB"),
        country=("AAA", "BBB", "BBB"),
        weight=weight,
        steps_per_day=STEPS,
        load=rng.uniform(10.0, 14.0, (HOURS, areas)),
        available=rng.uniform(0.2, 0.95, (plants, HOURS, areas)),
        stands=stands,
        battery=rng.uniform(0.0, 0.5, areas),
        room=rng.uniform(0.5, 3.0, (len(GROWING), areas)),
        yearly=rng.uniform(20.0, 90.0, (len(GROWING), areas)),
        marginal=marginal,
        fuel_part=0.8 * marginal,
        carbon=rng.uniform(0.0, 0.9, plants),
        water=0.4 * 8760.0 * stands[PLANTS.index("hydro")],
        battery_hours=4.0,
        battery_way=0.93,
        ends=np.array([[0, 1]]),
        forward=np.array([1.0]),
        back=np.array([0.5]),
        pue=rng.uniform(1.1, 1.4, (HOURS, areas)),
        pue_most=np.array([1.45, 1.5, 1.42]),
        shell=rng.uniform(500.0, 900.0, areas),
        connection=rng.uniform(10.0, 40.0, areas),
        shell_stands=rng.uniform(0.2, 0.6, areas),
        connection_room=np.array([1.5, 1.5, 1.5]),
        data_centres=np.ones(areas),
        industrial_price=np.full(areas, 100.0),
    )


def year(t: AreaTables, **changed: object) -> AnnualInputs:
    """A year of that world: two of three owners at home somewhere."""
    home = np.array([[own == name for own in t.economy] for name in OWNERS])
    areas = len(t.areas)
    return replace(
        AnnualInputs(
            plants=t.stands,
            battery=t.battery,
            room=t.room,
            fleet=np.array([0.3, 0.2, 0.1]),
            new=np.array([0.8, 0.5, 0.2]),
            allowed=np.ones((len(OWNERS), areas), dtype=bool),
            shell=t.shell_stands,
            connection=t.connection_room,
            fuel_factor=np.ones(t.stands.shape),
            carbon_price=np.array([30.0, 0.0, 10.0]),
            remote=np.where(home, 0.0, 150.0),
            idle=9_000.0,
            near=0.5,
            nearby=home,
            utilisation=0.6,
        ),
        **changed,
    )


def planned(t: AreaTables, asked: AnnualInputs) -> AnnualPlan:
    return AnnualPlanner(t, OWNERS).solve(asked)


@pytest.mark.parametrize("seed", range(4))
def test_a_second_programme_finds_the_same_year(seed: int) -> None:
    t = world(seed)
    fuel = np.random.default_rng(seed).uniform(0.7, 1.6, t.stands.shape)
    asked = year(t, fuel_factor=fuel, load_factor=1.0 + 0.05 * seed)
    found, (cost, x) = planned(t, asked), solved(t, asked)
    assert found.cost == pytest.approx(cost, rel=1e-7)
    for e in range(len(OWNERS)):
        assert found.idle[e] == pytest.approx(x["idle", e], abs=1e-5)
        for a in range(len(AREAS)):
            assert found.placed[e].sum() == pytest.approx(
                sum(x["placed", e, b] for b in range(len(AREAS))), abs=1e-5
            )
            assert found.placed[:, a].sum() == pytest.approx(
                sum(x["placed", o, a] for o in range(len(OWNERS))), abs=1e-5
            )
    for k, plant in enumerate(GROWING):
        np.testing.assert_allclose(
            found.built[k], [x["built", plant, a] for a in range(len(AREAS))], atol=1e-5
        )


@pytest.mark.parametrize("seed", range(4))
def test_energy_of_the_year_balances(seed: int) -> None:
    t = world(seed)
    asked = year(t)
    found = planned(t, asked)
    assert found.balance < 1e-6
    made = found.output.sum(axis=0) + found.imports + found.lost
    used = t.weight @ t.load + found.served
    # Batteries lose what goes in and does not come out, and make nothing.
    assert (made >= used - 1e-5).all()
    assert (made - used).sum() < 0.02 * used.sum()
    assert found.imports.sum() == pytest.approx(0.0, abs=1e-6)
    assert found.imports[AREAS.index("island")] == 0.0
    total = asked.fleet + found.placed.sum(axis=0)
    np.testing.assert_allclose(found.served, t.weight @ (0.6 * t.pue * total), rtol=1e-12)
    np.testing.assert_allclose(found.placed.sum(axis=1) + found.idle, asked.new, atol=1e-7)
    assert (t.pue_most * found.placed.sum(axis=0) <= asked.connection + 1e-7).all()


def test_what_running_costs_is_fuel_upkeep_carbon_and_lost_load() -> None:
    t = world(1)
    asked = replace(year(t), fuel_factor=np.full(t.stands.shape, 1.3))
    found = planned(t, asked)
    each = t.marginal + 0.3 * t.fuel_part + t.carbon[:, None] * asked.carbon_price / 1e3
    expected = (each * found.output).sum(axis=0) + LOST_LOAD * found.lost
    np.testing.assert_allclose(found.running, expected, rtol=1e-9)


def test_a_price_is_what_one_more_unit_costs() -> None:
    """Against a difference of two years with a little more load everywhere."""
    t = world(0)
    asked = year(t)
    found = planned(t, asked)
    step = 1e-5
    more = planned(t, replace(asked, load_factor=1.0 + step))
    by_area = t.weight @ t.load
    expected = step * float(found.price @ by_area) / 1e3
    assert more.cost - found.cost == pytest.approx(expected, rel=1e-3)


def test_chips_keep_to_where_they_are_allowed_and_near() -> None:
    t = world(1)
    cheap_abroad = np.array([[5_000.0, 0.0, 0.0], [0.0, 5_000.0, 5_000.0], [0.0, 0.0, 0.0]])
    asked = year(t, remote=cheap_abroad, connection=np.full(3, 9.0))
    found = planned(t, asked)
    # The least part at home binds where abroad is cheaper; who has no area is free of it.
    ran = asked.new - found.idle
    at_home = (found.placed * asked.nearby).sum(axis=1)
    np.testing.assert_allclose(at_home[:2], 0.5 * ran[:2], atol=1e-7)
    assert at_home[2] == 0.0
    shut = np.ones((3, 3), dtype=bool)
    shut[0, 1:] = False
    kept = planned(t, replace(asked, allowed=shut))
    assert (kept.placed[0, 1:] == 0.0).all()
    assert kept.cost >= found.cost


def test_a_pool_is_nearby_and_never_costs_more() -> None:
    t = world(1)
    asked = year(t, connection=np.array([0.2, 9.0, 9.0]), near=0.9)
    apart = planned(t, asked)
    pool = asked.nearby.copy()
    pool[0] = True
    together = planned(t, replace(asked, nearby=pool, remote=np.where(pool, 0.0, asked.remote)))
    assert apart.idle[0] > 0.3
    assert together.idle[0] == pytest.approx(0.0, abs=1e-7)
    assert together.cost < apart.cost


def test_a_year_does_not_depend_on_the_years_before() -> None:
    t = world(2)
    planner = AnnualPlanner(t, OWNERS)
    first = planner.solve(year(t))
    planner.solve(year(t, new=np.array([2.0, 0.0, 1.0]), load_factor=1.2))
    again = planner.solve(year(t))
    np.testing.assert_array_equal(again.placed, first.placed)
    np.testing.assert_array_equal(again.price, first.price)
    assert again.cost == first.cost

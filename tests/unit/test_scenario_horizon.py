"""Short run, long run and the path: the registry, `at`, and what a scenario takes from it."""

from __future__ import annotations

import dataclasses
import datetime
import math
from typing import Any

import numpy as np
import pydantic
import pytest
import xarray as xr

from tests.unit.scenario_world import small_world
from tradewind.errors import ScenarioError
from tradewind.scenario import Scenario, horizon
from tradewind.scenario.horizon import at, registry
from tradewind.scenario.messages import Language

WORLD = small_world()
HEAD: dict[str, Any] = {"name": "a", "title": "A", "shocks": []}
LONG = xr.DataArray([9.0, 2.0, 0.76, 0.3], {"sector": list("abcd")}, "sector")
YEARS = [0.0, 0.25, 1.0, 2.0, 3.0, 5.0, 10.0, 40.0, 1e6, math.inf]
SIGMAS = ("sigma_value_added", "sigma_inputs", "sigma_final")


def made(**fields: Any) -> Scenario:
    return Scenario.from_dict({**HEAD, **fields})


@pytest.mark.parametrize(("name", "parameter"), list(registry().named()))
def test_every_parameter_is_complete(name: str, parameter: horizon.Parameter) -> None:
    assert 0.0 < parameter.low <= parameter.value <= parameter.high, name
    for text in (parameter.what, parameter.source, parameter.note):
        assert text.strip(), name
    assert parameter.unit == ("year" if "years" in name else "1")
    assert datetime.date(2026, 1, 1) <= parameter.date <= datetime.date.today()
    if parameter.seen in ("abstract", "memory", "derived"):
        assert any(year in parameter.source for year in ("2015", "2017", "2023", "2024")), name


def test_a_value_outside_its_range_is_refused() -> None:
    data = registry().sigma_inputs_short.model_dump()
    with pytest.raises(pydantic.ValidationError, match="fails"):
        horizon.Parameter.model_validate(data | {"value": 0.3})


def test_the_ends_are_the_two_sets_exactly() -> None:
    found, short, long = registry(), at("short", LONG), at("long", LONG)
    assert short.trade_elasticity.values.tolist() == [0.76, 0.76, 0.76, 0.3]
    assert long.trade_elasticity.identical(LONG)
    for name in SIGMAS:
        assert getattr(short, name) == getattr(found, f"{name}_short").value
        assert getattr(long, name) == getattr(found, f"{name}_long").value == 1.0
    assert (short.labour, long.labour) == ("specific", "mobile")
    assert (short.horizon_years, long.horizon_years) == (0.0, math.inf)


@pytest.mark.parametrize(("word", "years"), [("short", 0), ("long", math.inf)])
def test_words_are_years(word: Any, years: float) -> None:
    first, second = dataclasses.asdict(at(word, LONG)), dataclasses.asdict(at(years, LONG))
    assert first.pop("trade_elasticity").equals(second.pop("trade_elasticity"))
    assert first == second


def test_elasticities_rise_with_the_years_and_never_pass_the_long_run() -> None:
    path = [at(years, LONG) for years in YEARS]
    values = np.array([point.trade_elasticity.values for point in path])
    assert (np.diff(values, axis=0) >= -1e-15).all()
    assert (np.diff(values[:8, :2], axis=0) > 0.0).all()
    assert (values <= LONG.values).all()
    for name in SIGMAS:
        assert (np.diff([getattr(point, name) for point in path]) >= 0.0).all()
    labour = [point.labour for point in path]
    assert labour == sorted(labour, reverse=True)


def test_a_path_in_logarithms_with_the_rates_of_the_table() -> None:
    found, years = registry(), 2.0
    point = at(years, LONG)
    gone = math.log(point.trade_elasticity.values[0] / 0.76) / math.log(9.0 / 0.76)
    rate = found.trade_adjustment_years.value
    assert gone == pytest.approx(1.0 - math.exp(-years / rate), rel=1e-12)
    assert horizon.share_adjusted(years) == pytest.approx(gone, rel=1e-12)
    start = found.sigma_inputs_short.value
    left = math.log(point.sigma_inputs) / math.log(start)
    rate = found.substitution_adjustment_years.value
    assert left == pytest.approx(math.exp(-years / rate), rel=1e-12)


def test_the_rate_closes_95_percent_in_8_and_a_half_years() -> None:
    assert horizon.share_adjusted(8.5) == pytest.approx(0.95, abs=0.003)


def test_labour_jumps_at_the_year_of_the_table() -> None:
    year = registry().labour_moves_after_years.value
    assert at(np.nextafter(year, 0.0), LONG).labour == "specific"
    assert at(year, LONG).labour == "mobile"


def test_at_leaves_its_argument_alone() -> None:
    before = LONG.copy(deep=True)
    at("long", LONG).trade_elasticity.values[:] = 0.0
    at(1, LONG).trade_elasticity.values[:] = 0.0
    assert LONG.identical(before)


@pytest.mark.parametrize("value", [-1, -1e-300, math.nan, "3", "medium", True, None, [1], 10**400])
def test_no_horizon(value: Any) -> None:
    with pytest.raises(ScenarioError, match="no horizon") as caught:
        at(value, LONG)
    assert caught.value.where == "horizon"
    assert repr(value) in str(caught.value.value)
    assert "at least 0" in str(caught.value.bound)
    assert "'short'" in str(caught.value.remedy)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_no_long_run_elasticity(value: float) -> None:
    with pytest.raises(ScenarioError, match="finite number above 0") as caught:
        at(1, xr.DataArray([5.0, value], dims="sector"))
    assert repr(caught.value.value) == repr(np.float64(value))


@pytest.mark.parametrize("value", [5.0, np.ones(4), xr.DataArray(np.ones((2, 2)))])
def test_no_array_by_sector(value: Any) -> None:
    with pytest.raises(ScenarioError, match="not an array by sector"):
        at(1, value)


def test_without_a_horizon_a_scenario_is_what_it_was() -> None:
    for scenario in (made(), made(horizon="long"), made(horizon=None)):
        assert (scenario.horizon, scenario.horizon_years) == ("long", None)
        assert scenario.years_since == math.inf
        assert scenario.labour == "mobile"
        assert [getattr(scenario, name) for name in SIGMAS] == [1.0, 1.0, 1.0]
        table = WORLD.data["trade_elasticity"].sel(elasticity_set="fontagne_2022")
        assert (scenario.trade_elasticity(WORLD).values == table.values).all()
        assert "horizon_years" not in scenario.to_dict()


@pytest.mark.parametrize(
    ("fields", "years"),
    [
        ({"horizon": "short"}, 0.0),
        ({"horizon": "short", "horizon_years": 0}, 0.0),
        ({"horizon_years": 0}, 0.0),
        ({"horizon_years": 3}, 3.0),
        ({"horizon_years": 7.5}, 7.5),
        ({"horizon": None, "horizon_years": 3}, 3.0),
    ],
)
def test_a_scenario_takes_the_whole_set(fields: dict[str, Any], years: float) -> None:
    scenario, point = made(**fields), at(years, made().trade_elasticity(WORLD))
    assert scenario.years_since == years
    assert scenario.labour == point.labour
    for name in SIGMAS:
        assert getattr(scenario, name) == getattr(point, name)
    assert scenario.trade_elasticity(WORLD).equals(point.trade_elasticity)
    assert Scenario.from_dict(scenario.to_dict()) == scenario
    assert Scenario.from_text(scenario.to_yaml()) == scenario
    assert set(SIGMAS) < set(scenario.to_dict())


@pytest.mark.parametrize("name", SIGMAS)
def test_a_sigma_that_is_given_wins(name: str) -> None:
    scenario, plain = made(horizon_years=1, **{name: 0.33}), made(horizon_years=1)
    assert getattr(scenario, name) == 0.33
    for other in {*SIGMAS, "labour"} - {name}:
        assert getattr(scenario, other) == getattr(plain, other)


def test_labour_that_is_given_wins() -> None:
    assert made(horizon="short", labour="mobile").labour == "mobile"
    assert made(horizon_years=30, labour="specific").labour == "specific"
    assert made(horizon="short", labour="mobile").sigma_inputs == 0.1


def test_an_override_wins_in_its_sectors_alone() -> None:
    override = [{"sector": "C29", "trade_elasticity": 4.0}]
    found = made(horizon="short", elasticity_overrides=override).trade_elasticity(WORLD)
    assert found.sel(sector="C29").item() == 4.0
    assert (found.drop_sel(sector="C29") == 0.76).all()


@pytest.mark.parametrize("fields", [{"horizon": "short"}, {"horizon_years": 4}, {}])
def test_overrides_of_all_sectors_hold_at_any_horizon(fields: dict[str, Any]) -> None:
    everywhere = [{"sector": "all", "trade_elasticity": 1.7}]
    found = made(elasticity_overrides=everywhere, **fields).trade_elasticity(WORLD)
    assert (found == 1.7).all()


def test_a_hole_in_the_set_is_still_told_and_may_be_filled() -> None:
    world = small_world()
    world.data["trade_elasticity"].loc[{"sector": "B"}] = -1.0
    with pytest.raises(ScenarioError, match="no trade elasticity above zero"):
        made(horizon_years=2).trade_elasticity(world)
    filled = made(horizon_years=2, elasticity_overrides=[{"sector": "B", "trade_elasticity": 3}])
    assert filled.trade_elasticity(world).sel(sector="B").item() == 3.0


@pytest.mark.parametrize("update", [{"horizon": "short"}, {"horizon_years": 2.0}])
def test_a_copy_cannot_have_another_horizon(update: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError, match="copy") as caught:
        made().model_copy(update=update)
    assert "from_dict" in str(caught.value.remedy)
    assert next(iter(update)) in str(caught.value.where)
    assert made().model_copy(update={"closure": "balanced"}).closure == "balanced"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_part_of_the_path_has_its_words(language: Language) -> None:
    short = made(horizon="short").describe(WORLD, language)
    path = made(horizon_years=2).describe(WORLD, language)
    long = made().describe(WORLD, language)
    assert len(short) == len(path) == len(long) == 6
    assert "0.76" in short[3]
    assert "51" in path[3]
    assert "2" in path[2]
    assert "0.76" not in long[3]
    assert short == made(horizon_years=0).describe(WORLD, language)

"""Every number of automation has a source and a range, and moves some result."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.support.automation import later, small
from tradewind import automation
from tradewind.automation import labour, sector_exposure
from tradewind.automation.parameters import central, draws, registry
from tradewind.errors import InputError, ScenarioError
from tradewind.scenario.yaml_source import read_table
from tradewind.world import World


def test_every_parameter_can_be_judged() -> None:
    for name, parameter in registry().items():
        assert parameter.low < parameter.high, name
        assert parameter.low <= parameter.value <= parameter.high, name
        for words in (parameter.what, parameter.unit, parameter.source, parameter.note):
            assert words.strip(), name
        assert parameter.date, name
        assert parameter.seen in {"seen", "computed", "memory", "judgement"}, name


@pytest.mark.parametrize("name", list(registry()))
def test_every_parameter_moves_a_result(name: str) -> None:
    """A parameter that moves nothing is dead: the table promises what the model does not do."""
    known, (base, own) = registry()[name], small(3)
    for shape in automation.SHAPES:
        for years in (4.0, 8.0):
            low, high = (
                automation.solve(later(base, years), values=central({name: x}), shape=shape, **own)
                for x in (known.low, known.high)
            )
            for variable in automation.WRITES:
                if not np.allclose(low[variable], high[variable], rtol=1e-4, atol=0.0):
                    return
    pytest.fail(f"{name} moves nothing")


def test_central_values_and_changes() -> None:
    plain, changed = central(), central({"human_only": 0.2})
    assert plain == {name: parameter.value for name, parameter in registry().items()}
    assert changed == plain | {"human_only": 0.2}
    for name, parameter in registry().items():
        assert central({name: parameter.low})[name] == parameter.low
        assert central({name: parameter.high})[name] == parameter.high


def test_a_wrong_parameter_is_refused() -> None:
    with pytest.raises(ScenarioError, match="no parameter of this name") as caught:
        central({"human_onli": 0.2})
    assert "human_only" in str(caught.value)
    for value in (0.0, 0.31, float("nan")):
        with pytest.raises(ScenarioError, match="outside its range") as caught:
            central({"human_only": value})
        assert "0.01 to 0.3" in str(caught.value)


def test_draws_fill_their_ranges_and_repeat() -> None:
    drawn = draws(50, 5, {"utilisation": 0.2})
    assert drawn == draws(50, 5, {"utilisation": 0.2})
    assert drawn != draws(50, 6, {"utilisation": 0.2})
    for name, known in registry().items():
        column = np.array([member[name] for member in drawn])
        if name == "utilisation":
            assert (column == 0.2).all()
            continue
        assert (column >= known.low).all(), name
        assert (column <= known.high).all(), name
        below = (known.value - known.low) / (known.high - known.low)
        # A Latin hypercube: the share below the value is the triangle's own, to one draw.
        assert abs((column < known.value).mean() - below) <= 1.0 / 50 + 1e-12, name


def test_exposure_covers_the_table_and_its_groups_are_their_means() -> None:
    table, sectors = sector_exposure.table(), World.default().sectors
    assert list(table.index) == list(sectors)
    assert (table["low"] < table["value"]).all()
    assert (table["value"] < table["high"]).all()
    groups = read_table("exposure.yaml", "tradewind.automation")["groups"]
    for label, row in table[table["seen"] == "computed"].iterrows():
        assert row["value"] == groups[row["group"]]["value"], label
    assert set(table["group"].dropna()) == set(groups)
    assert set(table["seen"]) == {"computed", "judgement"}
    # Weighted by how many NAICS industries of four digits each has.
    count = [12, 9, 3, 2, 1, 1, 6, 1, 2, 5, 5, 9, 6, 4, 7, 3, 4, 5]
    factories = table[table["group"] == "manufacturing"]["value"]
    mean = np.average(factories, weights=count)
    assert mean == pytest.approx(groups["manufacturing"]["value"], abs=0.05)
    with pytest.raises(ScenarioError, match="no exposure to AI") as caught:
        automation.exposure(["K65"])
    assert "K65_K66" in str(caught.value)


def test_odds_are_about_the_weighted_mean() -> None:
    index, weight = np.array([-1.0, 0.5, 2.0]), np.array([1.0, 2.0, 1.0])
    odds = sector_exposure.odds(index, weight, 0.35)
    assert np.sum(weight * np.log(odds)) == pytest.approx(0.0, abs=1e-15)
    assert np.log(odds[2] / odds[0]) == pytest.approx(3 * 0.35)
    np.testing.assert_array_equal(sector_exposure.odds(index, weight, 0.0), np.ones(3))


def test_labour_covers_the_table() -> None:
    table, economies = labour.table(), World.default().economies
    assert list(table.index) == list(economies)
    assert (table["low"] < table["labour_share"]).all()
    assert (table["labour_share"] < table["high"]).all()
    assert table.loc[table["seen"] == "judgement"].index.tolist() == ["ROW"]
    assert table.loc[table["seen"] == "memory"].index.tolist() == ["TWN"]
    # The world's workers of Erdil et al. (2025), of which the rest is what is left.
    assert float(automation.workers(economies).sum()) == pytest.approx(3.6e9, rel=1e-3)
    # Pay over the labour share is GDP: that of the United States in 2019 was 21.4 trillion.
    row = table.loc["USA"]
    gdp = row["cost"] * row["hours"] * row["workers"] * 1e6 / row["labour_share"]
    assert gdp == pytest.approx(21.4e12, rel=0.01)
    assert float(automation.labour_cost(["IND"])[0]) < float(automation.labour_cost(["DEU"])[0])
    with pytest.raises(ScenarioError, match="no labour data") as caught:
        automation.workers(["USB"])
    assert "USA" in str(caught.value)


def test_compute_is_paid_out_of_capital() -> None:
    economies = ["USA", "IRL"]
    given = xr.DataArray([0.01, 0.002], {"economy": economies}, ("economy",))
    found = automation.factor_share(economies, given)
    np.testing.assert_allclose(found.sum("factor"), 1.0)
    np.testing.assert_allclose(found.sel(factor="compute"), given)
    assert float(found.sel(economy="USA", factor="labour")) == 0.5971
    assert float(found.sel(economy="USA", factor="capital")) == pytest.approx(0.3929)
    for wrong in (0.0, 0.5, float("nan")):
        with pytest.raises(InputError, match="leaves something to capital") as caught:
            automation.factor_share(["USA"], given.sel(economy=["USA"]) * 0.0 + wrong)
        assert "USA" in str(caught.value)

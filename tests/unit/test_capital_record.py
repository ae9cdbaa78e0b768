"""What was spent and earned: sources, double counting, definitions; and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tradewind.capital import (
    ASSETS,
    DEFINITIONS,
    READS,
    ai_revenue,
    capex_gdp,
    central,
    draws,
    history,
    registry,
    returns,
    revenue_path,
    solve,
    start,
)
from tradewind.capital.record import FIVE, FOUR, PACKAGE, laboratories, spending, united_states_gdp
from tradewind.errors import InputError
from tradewind.scenario.door import read_rows
from tradewind.scenario.yaml_source import read_table

TABLES = ("capex.csv", "revenue.csv", "economies.csv", "information_processing.csv")
SEEN = {"seen", "computed", "memory", "judgement"}


@pytest.mark.parametrize("name", TABLES)
def test_every_figure_can_be_judged(name: str) -> None:
    rows = read_rows(name, PACKAGE)
    assert len(rows)
    for row in rows.to_dict("records"):
        assert row["low"] <= row["value"] <= row["high"], row
        assert row["unit"], row
        assert row["source"], row
        assert row["date"], row
        assert row["seen"] in SEEN, row


@pytest.mark.parametrize("name", ["assets.yaml", "telecom.yaml"])
def test_every_figure_in_a_mapping_can_be_judged(name: str) -> None:
    for label, row in read_table(name, PACKAGE).items():
        value = row["world"] if "world" in row else row["value"]
        assert row["low"] <= value <= row["high"], label
        assert row["unit"], label
        assert row["source"], label
        assert row["seen"] in SEEN, label


def test_no_firm_and_no_year_stands_twice() -> None:
    rows = read_rows("capex.csv", PACKAGE)
    assert not rows.duplicated(["company", "year"]).any()
    assert set(rows["company"]) == set(FIVE)
    assert not spending().isnull().to_array().any()


def test_four_and_five_firms_differ_by_oracle_alone() -> None:
    told = history()
    oracle = told["spending"].sel(company="Oracle")
    np.testing.assert_allclose(told["five"] - told["four"], oracle, rtol=1e-9, atol=1e-6)
    assert "Oracle" not in FOUR


def test_fiscal_years_became_calendar_years() -> None:
    """Microsoft's years to June 2023 and 2024: 28.1 and 44.5 billion; Oracle's to May: 8.7, 6.9."""
    told = history()["spending"].sel(year=2023)
    assert float(told.sel(company="Microsoft")) == pytest.approx((28.1 + 44.5) / 2 * 1e3)
    assert float(told.sel(company="Oracle")) == pytest.approx(
        (5 * 8.7 + 7 * 6.9) / 12 * 1e3, abs=5.0
    )


def test_leases_are_the_difference_to_the_total_often_told() -> None:
    """413 billion for 2025 mixes cash of two firms with leases of two; 376 is cash."""
    table = spending().sel(year=2025, company=list(FOUR))
    assert float(table["value"].sum()) == pytest.approx(376.0e3, abs=1e3)
    assert float(table["with_leases"].sum()) == pytest.approx(413.4e3, abs=1e3)


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize("year", [2025, 2026])
def test_a_share_lies_within_its_bounds(definition: str, year: int) -> None:
    found = capex_gdp(definition, year)
    assert found["low"] <= found["value"] <= found["high"]
    assert found["peak_low"] <= found["peak"] <= found["peak_high"]
    assert found["ratio"] == pytest.approx(found["value"] / found["peak"])


def test_shares_by_hand() -> None:
    gdp = united_states_gdp(2025)["value"]
    cash = capex_gdp("four_cash", 2025)
    assert cash["value"] == pytest.approx(376.0e3 / gdp, rel=1e-3)
    narrow = capex_gdp("ai_in_us", 2025)
    assert narrow["value"] == pytest.approx(
        capex_gdp("four_with_leases", 2025)["value"] * 0.6 * 0.75, rel=1e-12
    )
    chosen = capex_gdp("ai_in_us", 2025, values=central({"ai_share": 0.5, "us_share": 0.65}))
    assert chosen["value"] == pytest.approx(narrow["value"] * 0.5 * 0.65 / 0.45, rel=1e-12)
    ends = [capex_gdp("four_cash", year)["value"] for year in (2024, 2025)]
    middle = capex_gdp("four_cash", 2025, month=8)["value"]
    assert middle == pytest.approx((4 * ends[0] + 8 * ends[1]) / 12, rel=1e-12)


def test_revenue_is_run_rates_summed_over_the_year() -> None:
    """Constant growth from 5.5 to 21.4 billion over 2025 is its logarithmic mean, 11.7 billion."""
    between = (21.4 - 5.5) / np.log(21.4 / 5.5) + (9.0 - 1.0) / np.log(9.0)
    assert laboratories(2025) == pytest.approx((between + 0.36) * 1e3, rel=0.01)
    assert ai_revenue(2025) == pytest.approx(laboratories(2025) * 1.4, rel=1e-12)


def test_the_start_spends_what_was_saved() -> None:
    inputs = start()
    assert set(inputs.data_vars) == set(READS)
    investment = inputs["allocation"] * inputs["saving_rate"] * inputs["gdp"]
    world = investment.sum("economy")
    for asset, total in {"compute": 200e3, "chips": 155e3, "energy": 3000e3}.items():
        assert float(world.sel(asset=asset)) == pytest.approx(total, rel=1e-12)
    assert float(investment.sum()) == pytest.approx(
        float((inputs["saving_rate"] * inputs["gdp"]).sum()), rel=1e-12
    )
    china = investment.sel(asset="chips", economy="CHN") / world.sel(asset="chips")
    assert float(china) == pytest.approx(49.6 / 117.3, rel=1e-6)
    assert (inputs["allocation"] >= 0.0).all()


def test_every_parameter_can_be_judged_and_moves_a_result() -> None:
    pulled = start()
    pulled["expected_return"].loc[{"asset": "compute"}] += 0.2
    pulled["expected_return"].loc[{"economy": "CHN"}] += 0.1

    def all_of(values: dict[str, float]) -> np.ndarray:
        found = solve(pulled, values=values)
        parts = [found[name].to_numpy().ravel() for name in found.data_vars]
        earned = np.array(list(returns(values=values).values()))
        share = np.array(list(capex_gdp("ai_in_us", 2025, values=values).values()))
        stock = start(values)["capital_stock"].to_numpy().ravel()
        return np.concatenate([*parts, earned, share, stock])

    for name, known in registry().items():
        assert known.low < known.high, name
        assert known.seen in SEEN, name
        low, high = (all_of(central({name: end})) for end in (known.low, known.high))
        moved = np.abs(high - low) > 1e-6 * np.abs(low)
        assert moved.any(), name


def test_draws_are_within_their_ranges_and_reproducible() -> None:
    drawn = draws(16, 5, {"inertia": 0.8})
    assert drawn == draws(16, 5, {"inertia": 0.8})
    assert drawn != draws(16, 6, {"inertia": 0.8})
    for member in drawn:
        assert member["inertia"] == 0.8
        for name, value in member.items():
            assert registry()[name].low <= value <= registry()[name].high, name
    # One draw of each parameter in each sixteenth of its triangle below the value, as a hypercube.
    known = registry()["life_compute"]
    lives = np.sort([member["life_compute"] for member in drawn])
    span = known.high - known.low
    below = (lives - known.low) ** 2 / (span * (known.value - known.low))
    above = 1.0 - (known.high - lives) ** 2 / (span * (known.high - known.value))
    share = np.where(lives < known.value, below, above)
    assert (np.floor(16 * share) == np.arange(16)).all()


def spoiled(name: str, change: object) -> xr.Dataset:
    inputs = start()
    if change is None:
        return inputs.drop_vars(name)
    if isinstance(change, str):
        inputs[name].attrs["units"] = change
    else:
        inputs[name] = (inputs[name] * change).assign_attrs(inputs[name].attrs)
    return inputs


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("gdp", None, "an input is missing"),
        ("gdp", "USD", "another unit"),
        ("capital_stock", float("nan"), "gaps"),
        ("gdp", -1.0, "out of bounds"),
        ("utilisation", 2.0, "out of bounds"),
        ("saving_rate", 10.0, "out of bounds"),
        ("allocation", 1.5, "does not spend the world's funds"),
    ],
)
def test_what_solve_refuses(name: str, change: object, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        solve(spoiled(name, change))
    error = caught.value
    assert all((error.where, error.value is not None, error.bound, error.remedy))


def test_dimensions_and_labels_are_checked() -> None:
    inputs = start()
    np.testing.assert_array_equal(
        solve(inputs.transpose())["investment"], solve(inputs)["investment"]
    )
    with pytest.raises(InputError, match="other dimensions"):
        solve(inputs.assign(gdp=inputs["capital_stock"].assign_attrs(units="USD million / year")))
    with pytest.raises(InputError, match="assets are not the block's"):
        solve(inputs.isel(asset=[1, 0, 2, 3]))
    assert tuple(inputs["asset"].values) == ASSETS


def test_what_the_record_refuses() -> None:
    for definition, year, month in (("all", 2025, 12), ("four_cash", 2030, 12)):
        with pytest.raises(InputError):
            capex_gdp(definition, year, month=month)
    with pytest.raises(InputError, match="outside what was counted"):
        capex_gdp("four_cash", 2025, month=13)
    with pytest.raises(InputError, match="outside what was counted"):
        ai_revenue(2027)
    short = {year: level for year, level in revenue_path().items() if year < 2030}
    with pytest.raises(InputError, match="does not cover the life"):
        returns(short)
    with pytest.raises(InputError, match="not above zero"):
        returns({**revenue_path(), 2028: 0.0})
    with pytest.raises(InputError, match="no parameter of this name") as caught:
        central({"inertai": 0.7})
    assert "inertia" in str(caught.value)
    with pytest.raises(InputError, match="outside its range"):
        central({"inertia": 0.4})

"""The report's tables say what the outputs say, and refuse what is not a number."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from rich.console import Console

from tests.unit.report_fixture import (
    COMPONENTS,
    ECONOMIES,
    MANIFEST,
    PROVENANCE,
    WORDS,
    FakeNames,
    make_outputs,
)
from tradewind.errors import OutputError
from tradewind.report import compare, html, tables, terminal
from tradewind.report.contract import ATTRIBUTES, VARIABLES, check


@pytest.fixture(scope="module")
def outputs() -> xr.Dataset:
    return make_outputs()


def test_ranking_holds_each_economy_once_in_falling_order_of_real_income(
    outputs: xr.Dataset,
) -> None:
    table = tables.ranking(outputs, FakeNames())
    assert sorted(table.index) == sorted(ECONOMIES)
    assert (np.diff(table["real_income_percent"]) <= 0).all()
    for code, row in table.iterrows():
        one = outputs.sel(economy=code)
        assert row["name"] == f"Country {code}"
        assert row["real_income_percent"] == 100 * (float(one["real_income_hat"]) - 1)
        assert row["real_wage_percent"] == 100 * (float(one["real_wage_hat"]) - 1)
        growth = float(one["exports"]) / float(one["exports_baseline"]) - 1
        assert row["exports_percent"] == pytest.approx(100 * growth, rel=1e-12)
        variation = float(one["equivalent_variation"]) / 1000
        assert row["equivalent_variation_usd_billion"] == pytest.approx(variation, rel=1e-14)


def test_order_of_dimensions_does_not_matter(outputs: xr.Dataset) -> None:
    turned = outputs.transpose("component", "sector", "exporter", "importer", "economy")
    pd.testing.assert_frame_equal(
        tables.relocation_table(outputs, 40), tables.relocation_table(turned, 40)
    )
    pd.testing.assert_frame_equal(
        tables.bilateral_changes(outputs, 40), tables.bilateral_changes(turned, 40)
    )
    pd.testing.assert_frame_equal(tables.summary(outputs), tables.summary(turned))


def test_winners_gain_and_losers_lose_the_largest_first(outputs: xr.Dataset) -> None:
    gains, losses = tables.winners_and_losers(outputs, FakeNames(), top=5)
    assert (gains["real_income_percent"] > 0).all()
    assert (losses["real_income_percent"] < 0).all()
    assert gains.index[0] == str(outputs["real_income_hat"].idxmax().item())
    assert losses.index[0] == str(outputs["real_income_hat"].idxmin().item()) == "USA"


def test_relocation_table_finds_the_largest_shift(outputs: xr.Dataset) -> None:
    table = tables.relocation_table(outputs, 7)
    every = np.sort(np.abs(outputs["relocation"].to_numpy()).ravel())[::-1]
    np.testing.assert_allclose(np.abs(table["relocation_points"]), 100 * every[:7], rtol=1e-14)
    for _, row in table.iterrows():
        cell = outputs.sel(economy=row["economy"], sector=row["sector"])
        assert row["relocation_points"] == 100 * float(cell["relocation"])
        before, after = float(cell["output_baseline"]), float(cell["output_volume"])
        assert row["output_usd_billion"] == pytest.approx((after - before) / 1000, rel=1e-12)
        assert row["output_percent"] == pytest.approx(100 * (after / before - 1), rel=1e-9)


def test_bilateral_changes_sum_sectors_and_leave_home_sales_out(outputs: xr.Dataset) -> None:
    table = tables.bilateral_changes(outputs, 44 * 43)
    assert (table["exporter"] != table["importer"]).all()
    assert len(table) == 44 * 43
    first = table.iloc[0]
    pair = {"exporter": first["exporter"], "importer": first["importer"]}
    change = outputs["trade"].sel(pair).sum() - outputs["trade_baseline"].sel(pair).sum()
    assert first["change_usd_billion"] == pytest.approx(float(change) / 1000, rel=1e-9)
    assert (np.diff(table["change_usd_billion"].abs()) <= 0).all()


def test_decomposition_adds_up_and_drops_what_is_empty(outputs: xr.Dataset) -> None:
    causes = tables.decomposition(outputs)
    empty = ("export_tax", "iceberg", "unexplained")
    assert list(causes.columns) == [c for c in COMPONENTS if c not in empty]
    ranked = tables.ranking(outputs, FakeNames()).loc[causes.index]
    np.testing.assert_allclose(causes.sum(axis=1), ranked["real_income_percent"], atol=1e-6)


def test_what_is_not_attributed_is_shown_from_a_millionth_of_income_on() -> None:
    outputs = make_outputs()
    cell = {"economy": "KOR", "component": "unexplained"}
    outputs["welfare_decomposition"].loc[cell] = 0.9e-6
    assert "unexplained" not in tables.decomposition(outputs)
    outputs["welfare_decomposition"].loc[cell] = -1.1e-6
    assert tables.decomposition(outputs)["unexplained"]["KOR"] == pytest.approx(-1.1e-4)
    code, share = tables.largest_unexplained(outputs)
    assert (code, share) == ("KOR", pytest.approx(1.1e-6))
    without = outputs.sel(component=[c for c in COMPONENTS if c != "unexplained"])
    assert tables.largest_unexplained(without)[1] == 0.0


def test_rounding_noise_is_no_gain_and_no_loss() -> None:
    outputs = make_outputs()
    noise = np.random.default_rng(0).normal(0.0, 1e-14, len(ECONOMIES))
    outputs["real_income_hat"][:] = 1.0 + noise
    outputs["relocation"][:] = 1e-14
    outputs["trade"] = outputs["trade_baseline"] * (1.0 + 1e-15)
    gains, losses = tables.winners_and_losers(outputs, FakeNames())
    assert gains.empty
    assert losses.empty
    world = tables.world_effect(outputs)
    assert (world["gaining"], world["losing"], world["economies"]) == (0, 0, 44)
    assert all(isinstance(world[key], int) for key in ("gaining", "losing", "economies"))
    assert tables.relocation_table(outputs).empty
    assert tables.bilateral_changes(outputs).empty


def test_who_rounds_to_nothing_does_not_stand_among_winners_and_losers() -> None:
    outputs = make_outputs()
    outputs["real_income_hat"][:] = 1.0
    for code, hat in (("USA", 0.98), ("DEU", 1.00006), ("PRT", 1.00004), ("KOR", 0.99996)):
        outputs["real_income_hat"].loc[{"economy": code}] = hat
    gains, losses = tables.winners_and_losers(outputs, FakeNames())
    assert list(gains.index) == ["DEU"]
    assert list(losses.index) == ["USA"]
    world = tables.world_effect(outputs)
    assert (world["gaining"], world["losing"], world["unchanged"]) == (1, 1, 42)
    outputs["real_income_hat"].loc[{"economy": ["USA", "DEU"]}] = 1.0
    gains, losses = tables.winners_and_losers(outputs, FakeNames())
    assert (list(gains.index), list(losses.index)) == (["PRT"], ["KOR"])


def test_world_effect_weighs_by_income(outputs: xr.Dataset) -> None:
    world = tables.world_effect(outputs)
    weighted = float(
        ((outputs["real_income_hat"] - 1) * outputs["income_baseline"]).sum()
        / outputs["income_baseline"].sum()
    )
    assert world["real_income_percent"] == pytest.approx(100 * weighted, rel=1e-9)
    counted = world["gaining"] + world["losing"] + world["unchanged"]
    assert counted == world["economies"] == 44


def test_summary_survives_csv_to_the_last_bit(outputs: xr.Dataset) -> None:
    table = tables.summary(outputs)
    assert list(table.columns) == ["variable", "economy", "sector", "value", "unit"]
    text = io.StringIO(table.to_csv(index=False))
    # pandas before 3.1 reads fast by default, and off by the last bit.
    back = pd.read_csv(
        text, keep_default_na=False, na_values={"value": [""]}, float_precision="round_trip"
    )
    back["value"] = back["value"].astype(float)
    one = back[(back["variable"] == "output") & (back["economy"] == "CHN")]
    np.testing.assert_array_equal(
        one["value"].to_numpy(), outputs["output"].sel(economy="CHN").to_numpy()
    )
    assert set(one["unit"]) == {"USD million of 2014"}
    assert {f"welfare_{component}" for component in COMPONENTS} <= set(back["variable"])
    empty = back[back["value"].isna()]
    assert list(empty[["variable", "economy", "sector"]].itertuples(index=False, name=None)) == [
        ("employment_hat", "LUX", "A03")
    ]


@pytest.mark.parametrize("name", sorted(VARIABLES))
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_not_finite_is_refused_by_label(name: str, bad: float) -> None:
    outputs = make_outputs()
    outputs[name][dict.fromkeys(outputs[name].dims, 1)] = bad
    with pytest.raises(OutputError, match=name):
        check(outputs)


def test_employment_is_undefined_only_where_nothing_was_made() -> None:
    outputs = make_outputs()
    assert np.isnan(outputs["employment_hat"].sel(economy="LUX", sector="A03"))
    check(outputs)
    outputs["employment_hat"].loc[{"economy": "USA", "sector": "C29"}] = np.nan
    with pytest.raises(OutputError, match=r"economy USA, sector C29"):
        check(outputs)


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(OutputError, match=rf"value:  {name}\n"):
        tables.summary(make_outputs().drop_vars(name))


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_missing_attribute_is_named(name: str) -> None:
    outputs = make_outputs()
    del outputs.attrs[name]
    with pytest.raises(OutputError, match=rf"value:  {name}\n"):
        check(outputs)


def test_wrong_dimensions_are_refused() -> None:
    outputs = make_outputs()
    outputs["real_income_hat"] = outputs["relocation"]
    with pytest.raises(OutputError, match="wrong dimensions"):
        check(outputs)


DOORS: dict[str, Callable[[xr.Dataset], object]] = {
    "render": lambda run: html.render(run, FakeNames(), WORDS, PROVENANCE, MANIFEST),
    "summary": tables.summary,
    "print_run": lambda run: terminal.print_run(run, FakeNames(), Console(file=io.StringIO())),
    "print_compare": lambda run: terminal.print_compare(
        make_outputs(2), run, FakeNames(), Console(file=io.StringIO())
    ),
    "render_compare": lambda run: compare.render_compare(
        make_outputs(2), run, FakeNames(), (MANIFEST, MANIFEST)
    ),
}


@pytest.mark.parametrize("door", sorted(DOORS))
def test_each_door_checks_each_run_once(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[int] = []
    for module in (html, tables, terminal, compare):
        if hasattr(module, "check"):
            monkeypatch.setattr(module, "check", lambda run: checked.append(id(run)) or check(run))
    outputs = make_outputs()
    DOORS[door](outputs)
    assert len(checked) == len(set(checked)) == (2 if "compare" in door else 1)
    outputs["output_volume"][3, 4] = np.nan
    with pytest.raises(OutputError, match="output_volume"):
        DOORS[door](outputs)


def test_growth_from_nothing_is_undefined_not_infinite() -> None:
    outputs = make_outputs()
    pair = {"exporter": "MLT", "importer": "TWN"}
    outputs["trade_baseline"].loc[pair] = 0.0
    table = tables.bilateral_changes(outputs, 44 * 43)
    row = table[(table["exporter"] == "MLT") & (table["importer"] == "TWN")]
    assert row["change_percent"].isna().all()
    assert table["change_percent"].isna().sum() == 1

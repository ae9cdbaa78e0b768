"""A user's own input-output table: what becomes of it, and how a bad one is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tradewind.errors import InputError
from tradewind.world import check, mrio, mrio_table

pymrio = pytest.importorskip("pymrio")


@pytest.fixture(scope="module")
def raw() -> xr.Dataset:
    return mrio.read_mrio(None, "test")


def plain_balance(raw: xr.Dataset) -> xr.Dataset:
    """Shares straight from the flows: right for a table that balances already."""
    flow, tariff = raw["flow"], raw["tariff"]
    spent = flow * (1 + tariff)
    expenditure = spent.sum("exporter")
    output = flow.sum("importer").rename(exporter="economy")
    worth = raw["value_added_share"] * output
    used = xr.dot(raw["input_share"], output - worth, dim="sector").rename(input_sector="sector")
    final = expenditure.rename(importer="economy") - used
    imports = flow.sum(["exporter", "sector"]).rename(importer="economy")
    exports = flow.sum(["importer", "sector"]).rename(exporter="economy")
    return xr.Dataset(
        {
            "expenditure_share": spent / expenditure,
            "expenditure": expenditure,
            "value_added_share": raw["value_added_share"],
            "input_share": raw["input_share"],
            "final_share": final / final.sum("sector"),
            "tariff": tariff,
            "value_added": worth.sum("sector"),
            "deficit": imports - exports,
        }
    ).transpose("importer", "economy", "exporter", "input_sector", "sector")


def test_flows_and_shares_agree_with_pymrio(raw: xr.Dataset) -> None:
    table = pymrio.load_test().calc_all()
    output = table.x["indout"].to_numpy().reshape(6, 8)
    np.testing.assert_allclose(raw["flow"].sum("importer"), output, rtol=1e-12)
    coefficients = table.A.to_numpy().reshape(6, 8, 6, 8)
    inputs = coefficients.sum(axis=0).transpose(1, 0, 2)
    labour = 1 - inputs.sum(axis=1)
    np.testing.assert_allclose(raw["value_added_share"], labour, atol=1e-12)
    ours = raw["input_share"] * (1 - raw["value_added_share"])
    np.testing.assert_allclose(ours, inputs, atol=1e-12)
    assert raw.attrs["units"] == "USD million / year"
    assert raw.attrs["negative_flow_cells"] == 0
    assert float(raw["tariff"].max()) == 0


def test_one_flow_by_hand(raw: xr.Dataset) -> None:
    table = pymrio.load_test()
    expected = (
        table.Z.loc[("reg1", "food"), "reg2"].sum() + table.Y.loc[("reg1", "food"), "reg2"].sum()
    )
    found = raw["flow"].sel(exporter="reg1", importer="reg2", sector="food").item()
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_world_of_it_passes_every_check(raw: xr.Dataset) -> None:
    world = mrio.world_from_mrio(
        raw, plain_balance, name="test", base_year=2010, trade_elasticity=4.0
    )
    assert [result for result in check(world) if not result.passed] == []
    assert world.economies == [f"reg{k}" for k in range(1, 7)]
    assert world.sector_names["food"] == "food"
    assert world.elasticity_sets == ["given"]
    assert world.data["expenditure"].attrs["units"] == "USD million / year"
    assert world.schedules == {}


def test_without_pymrio_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(mrio, "import_module", absent)
    with pytest.raises(InputError, match=r"pip install tradewind\[mrio\]"):
        mrio.read_mrio(None, "test")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (0.0, "sector food"),
        (-4.0, "not a positive number"),
        (float("nan"), "not a positive number"),
        (float("inf"), "not a positive number"),
        ({"food": 4.0}, "sector mining"),
        ({"fod": 4.0, "food": 4.0, "mining": 4.0}, "unknown sector"),
    ],
)
def test_bad_elasticities_are_refused(given: float | dict[str, float], says: str) -> None:
    with pytest.raises(InputError) as caught:
        mrio.elasticities(given, ["food"] if "fod" in str(given) else ["food", "mining"])
    assert says in str(caught.value)
    assert "field trade_elasticity" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "options", "says"),
    [
        (None, {"format": "eora"}, "oecd, wiod, exiobase, test"),
        (None, {"format": "test", "negatives": "hide"}, "refuse, zero"),
        ("no/such/place", {"format": "oecd"}, "no/such/place"),
        (".", {"format": "exiobase"}, "could not read"),
    ],
)
def test_bad_paths_and_options_are_refused(
    path: str | None, options: dict[str, str], says: str, tmp_path: Path
) -> None:
    place = tmp_path if path == "." else path
    with pytest.raises(InputError) as caught:
        mrio.read_mrio(place, **options)
    assert says in str(caught.value)


def parts() -> tuple[pd.DataFrame, pd.DataFrame]:
    table = pymrio.load_test()
    return table.Z.copy(), table.Y.copy()


def test_negative_flows_are_refused_or_zeroed_and_reported() -> None:
    use, final = parts()
    use.loc[("reg1", "food"), "reg2"] = 0.0
    final.loc[("reg1", "food"), "reg2"] = 0.0
    final.loc[("reg1", "food"), ("reg2", "Changes in inventories")] = -7.0
    with pytest.raises(InputError, match="from reg1 to reg2, sector food") as caught:
        mrio_table.convert(use, final, "table", "refuse")
    assert "-7" in str(caught.value)
    raw = mrio_table.convert(use, final, "table", "zero")
    assert raw.attrs["negative_flow_cells"] == 1
    assert raw.attrs["negative_flow_value"] == pytest.approx(-7)
    assert raw["flow"].sel(exporter="reg1", importer="reg2", sector="food").item() == 0


def test_a_sector_that_spends_more_than_it_sells_is_refused() -> None:
    use, final = parts()
    use.loc[("reg1", "mining"), ("reg3", "trade")] *= 1e9
    with pytest.raises(InputError, match="economy reg3, sector trade"):
        mrio_table.convert(use, final, "table", "refuse")


def test_a_table_that_is_not_square_or_finite_is_refused() -> None:
    use, final = parts()
    with pytest.raises(InputError, match="not square"):
        mrio_table.convert(use.iloc[:, :-1], final, "table", "refuse")
    with pytest.raises(InputError, match="not square"):
        mrio_table.convert(use, final.loc[:, "reg2":"reg6"], "table", "refuse")
    final.iloc[3, 5] = np.nan
    with pytest.raises(InputError, match=r"Y, row \('reg1', 'electricity'\)"):
        mrio_table.convert(use, final, "table", "refuse")


def test_a_sector_without_output_has_no_inputs() -> None:
    use, final = parts()
    use.loc[("reg1", "mining")] = 0.0
    use.loc[:, ("reg1", "mining")] = 0.0
    final.loc[("reg1", "mining")] = 0.0
    raw = mrio_table.convert(use, final, "table", "refuse")
    cell = raw.sel(economy="reg1", sector="mining")
    assert cell["value_added_share"].item() == 1
    assert float(cell["input_share"].sum()) == 0


def test_a_unit_that_is_not_money_is_refused() -> None:
    table = pymrio.load_test()
    table.unit.loc[:, "unit"] = "kt"
    with pytest.raises(InputError, match="kt"):
        mrio.money_unit(table, "table")
    table.unit.loc[:, "unit"] = "M.EUR"
    assert mrio.money_unit(table, "table")["units"] == "EUR million / year"

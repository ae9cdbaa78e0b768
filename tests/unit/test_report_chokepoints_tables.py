"""Tables of cuts: the numbers of the outputs, ranked by loss, and a contract that is held."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.unit.chokepoints_fixture import CURVES, REAL_INCOME, YEARS, make_chokepoints
from tests.unit.report_fixture import FakeNames
from tradewind.errors import OutputError
from tradewind.report import chokepoints_tables as tables
from tradewind.report.chokepoints_contract import ATTRIBUTES, KINDS, LABELS, OPTIONAL, VARIABLES


@pytest.fixture(scope="module")
def outputs() -> xr.Dataset:
    return make_chokepoints()


def row_of(outputs: xr.Dataset, kind: str, line: pd.Series) -> xr.Dataset:
    """Find the cut that a row of a table speaks of."""
    same = np.ones(outputs.sizes["cut"], dtype=bool)
    for name, value in (("kind", kind), ("supplier", line["supplier"]), ("sector", line["sector"])):
        same &= outputs[name].to_numpy().astype(str) == value
    assert same.sum() == 1
    return outputs.isel(cut=int(np.argmax(same)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_that_of_the_outputs(outputs: xr.Dataset, kind: str) -> None:
    table = tables.cuts_table(outputs, kind, FakeNames())
    assert len(table) == int((outputs["kind"] == kind).sum()) > 0
    assert list(table.index) == list(range(1, len(table) + 1))
    for _, line in table.iterrows():
        cut = row_of(outputs, kind, line)
        income = float(cut["supplier_real_income"])
        expected = {
            "imports_usd_billion": float(cut["imports"]) / 1e3,
            "expenditure_share_percent": 100 * float(cut["expenditure_share"]),
            "marginal_loss_usd_million": float(cut["marginal_loss"]),
            "predicted_loss_usd_billion": float(cut["predicted_loss"]) / 1e3,
            "predicted_loss_percent": 100 * float(cut["predicted_loss"]) / REAL_INCOME,
            "severance_loss_usd_billion": float(cut["severance_loss"]) / 1e3,
            "severance_loss_percent": 100 * float(cut["severance_loss"]) / REAL_INCOME,
            "other_side_loss_usd_billion": float(cut["other_side_loss"]) / 1e3,
            "other_side_loss_percent": 100 * float(cut["other_side_loss"]) / income,
        }
        for rank in range(3):
            share = 100 * float(cut["alternative_share"][rank])
            expected[f"alternative_{rank + 1}_share_percent"] = share
            assert line[f"alternative_{rank + 1}"] == str(cut["alternative"][rank].item())
        for column, value in expected.items():
            assert line[column] == pytest.approx(value, rel=1e-12, nan_ok=True), column
        assert line["status"] == str(cut["status"].item())
        assert line["supplier_name"] == f"Country {line['supplier']}"
        sector = "" if kind == "supplier" else f"Sector {line['sector']} & “kin”"
        assert line["sector_name"] == sector


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_cuts_stand_by_exact_loss_else_by_predicted(kind: str, quick: bool) -> None:
    table = tables.cuts_table(make_chokepoints(quick=quick), kind, FakeNames())
    expected = [
        line["predicted_loss_percent"]
        if np.isnan(line["severance_loss_percent"])
        else line["severance_loss_percent"]
        for _, line in table.iterrows()
    ]
    known = [value for value in expected if np.isfinite(value)]
    assert known == sorted(known, reverse=True)
    assert all(np.isnan(value) for value in expected[len(known) :])
    if kind == "sector":
        assert table["status"].iloc[-1] == "no trade"


def test_a_dependence_is_judged_by_both_sides_losses_in_percent(outputs: xr.Dataset) -> None:
    table = tables.cuts_table(outputs, "link", FakeNames())
    assert {"mutual", "one-sided", "they lose more", ""} == set(table["mutual"])
    for _, line in table.iterrows():
        own, other = line["severance_loss_percent"], line["other_side_loss_percent"]
        if np.isnan(own):
            assert line["mutual"] == ""
            assert np.isnan(line["loss_ratio"])
            continue
        assert line["loss_ratio"] == pytest.approx(own / other, rel=1e-12)
        expected = "mutual" if 1 / 3 <= own / other <= 3 else "one-sided"
        assert line["mutual"] == ("they lose more" if own / other < 1 / 3 else expected)


@pytest.mark.parametrize(
    ("own", "other", "said"),
    [
        (3.0, 1.0, "mutual"),
        (1.0, 3.0, "mutual"),
        (3.01, 1.0, "one-sided"),
        (1.0, 3.01, "they lose more"),
        (0.1, -0.1, "one-sided"),
        (-0.1, 0.1, "they lose more"),
        (0.0, 0.0, "neither"),
        (-0.1, -0.2, "neither"),
        (np.nan, 1.0, ""),
        (1.0, np.nan, ""),
    ],
)
def test_the_rule_at_its_edges(own: float, other: float, said: str) -> None:
    assert tables.verdict(own, other) == said


def test_without_the_suppliers_income_nothing_is_judged() -> None:
    outputs = make_chokepoints().drop_vars("supplier_real_income")
    table = tables.cuts_table(outputs, "supplier", FakeNames())
    assert table["other_side_loss_percent"].isna().all()
    assert table["other_side_loss_usd_billion"].notna().any()
    assert set(table["mutual"]) == {""}


def test_who_can_hurt_most_comes_first_on_both_sides(outputs: xr.Dataset) -> None:
    loss = tables.dependence(outputs)
    imposed = tables.dependence(outputs, "dependence_imposed")
    assert loss is not None
    assert imposed is not None
    assert list(loss.index) == list(loss.columns) == list(imposed.index) == list(imposed.columns)
    mean = outputs["dependence_loss"].mean("economy").to_series()
    assert list(loss.columns) == list(mean.sort_values(ascending=False).index)
    cell = {"economy": "DEU", "partner": "CHN"}
    assert loss.loc["DEU", "CHN"] == float(outputs["dependence_loss"].sel(cell))
    assert imposed.loc["DEU", "CHN"] == float(outputs["dependence_imposed"].sel(cell))
    assert tables.dependence(make_chokepoints(quick=True)) is None


def test_a_path_has_labour_fixed_first_and_mobile_from_its_year(outputs: xr.Dataset) -> None:
    path = tables.horizon_path(outputs)
    assert path is not None
    assert list(path.index) == CURVES
    for year in YEARS:
        labour = "specific" if year < 3.0 else "mobile"
        expected = outputs["horizon_loss"].sel(labour=labour, horizon_year=year)
        np.testing.assert_array_equal(path[year], expected)
    still = outputs.copy()
    still.attrs = {k: v for k, v in outputs.attrs.items() if k != "labour_moves_after_years"}
    whole = tables.horizon_path(still)
    assert whole is not None
    np.testing.assert_array_equal(whole, outputs["horizon_loss"].sel(labour="specific"))
    assert tables.horizon_path(make_chokepoints(quick=True)) is None


@pytest.mark.parametrize("quick", [False, True])
def test_the_made_up_answers_keep_the_contract(quick: bool) -> None:
    tables.check_chokepoints(make_chokepoints(quick=quick))


@pytest.mark.parametrize("name", [*VARIABLES, *LABELS])
def test_a_missing_variable_or_label_is_named(name: str) -> None:
    with pytest.raises(OutputError, match=rf"value:  {name}\n"):
        tables.check_chokepoints(make_chokepoints().drop_vars(name))


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_missing_attribute_is_named(name: str) -> None:
    outputs = make_chokepoints()
    del outputs.attrs[name]
    with pytest.raises(OutputError, match=rf"value:  {name}\n"):
        tables.check_chokepoints(outputs)


@pytest.mark.parametrize("name", [*VARIABLES, *OPTIONAL])
def test_wrong_dimensions_are_refused(name: str) -> None:
    outputs = make_chokepoints()
    outputs[name] = ("elsewhere", np.zeros(3))
    with pytest.raises(OutputError, match="wrong dimensions"):
        tables.check_chokepoints(outputs)


def _put(name: str, status: str, value: float) -> Callable[[xr.Dataset], None]:
    def put(outputs: xr.Dataset) -> None:
        place = int(np.argmax(outputs["status"].to_numpy() == status))
        outputs[name][place] = value

    return put


BROKEN: dict[str, tuple[Callable[[xr.Dataset], None], str]] = {
    "an exact cut without a loss": (_put("severance_loss", "exact", np.nan), "severance_loss"),
    "an exact cut without the other side": (
        _put("other_side_loss", "exact", np.nan),
        "other_side_loss",
    ),
    "a predicted cut with an exact loss": (
        _put("severance_loss", "predicted", 1.0),
        "not made exactly",
    ),
    "a cut without equilibrium and with a loss": (
        _put("other_side_loss", "no equilibrium", 1.0),
        "not made exactly",
    ),
    "a predicted cut without prediction": (
        _put("predicted_loss", "predicted", np.inf),
        "predicted_loss",
    ),
    "no gradient": (_put("marginal_loss", "exact", np.nan), "marginal_loss"),
    "imports unknown": (_put("imports", "no trade", np.nan), "no trade"),
    "a supplier without income": (
        _put("supplier_real_income", "predicted", np.nan),
        "supplier_real_income",
    ),
    "an unknown status": (
        lambda outputs: outputs["status"].__setitem__(0, "guess"),
        "guess",
    ),
    "an infinite dependence": (
        lambda outputs: outputs["dependence_loss"].__setitem__((0, 1), np.inf),
        "infinite",
    ),
    "no income": (lambda outputs: outputs.attrs.update(real_income=0.0), "real_income"),
}


@pytest.mark.parametrize("case", sorted(BROKEN))
def test_what_contradicts_itself_is_refused(case: str) -> None:
    outputs = make_chokepoints()
    breaking, said = BROKEN[case]
    breaking(outputs)
    with pytest.raises(OutputError, match=said):
        tables.check_chokepoints(outputs)


def test_an_unknown_kind_is_refused() -> None:
    outputs = make_chokepoints()
    kinds = outputs["kind"].to_numpy().astype("<U10")
    kinds[0] = "chain"
    with pytest.raises(OutputError, match="chain"):
        tables.check_chokepoints(outputs.assign_coords(kind=("cut", kinds)))


def test_a_missing_label_of_a_figure_is_named() -> None:
    outputs = make_chokepoints()
    with pytest.raises(OutputError, match="needs:  specific and mobile"):
        tables.check_chokepoints(outputs.sel(labour=["mobile"]))
    with pytest.raises(OutputError, match="needs:  DEU"):
        tables.check_chokepoints(outputs.sel(partner=["USA", "CHN"]))

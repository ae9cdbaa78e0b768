"""What an index refuses, and what it says: the place, the value, the bound, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.pressure import flat, indicator, spec, table
from tradewind.errors import InputError
from tradewind.pressure import index, read_table, shipped, specification
from tradewind.pressure.reading import from_mapping
from tradewind.pressure.spec import Doubt
from tradewind.pressure.weights import benefit_of_doubt, factors, hierarchy

GOOD = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 3.0]])


def refused(values: np.ndarray, chosen: Any, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        index(table(values), chosen, draws=0, **options)
    error = caught.value
    assert all((error.problem, error.where, error.value is not None, error.bound, error.remedy))
    return str(error)


def column(values: list[float]) -> np.ndarray:
    changed = GOOD.copy()
    changed[:, 1] = values
    return changed


def test_a_column_without_values_is_named() -> None:
    said = refused(column([np.nan] * 4), flat(2, missing="mean", coverage={"overall": 0.0}))
    assert "no values to compare" in said
    assert "column x1" in said


def test_a_constant_column_is_named_unless_it_has_goalposts() -> None:
    said = refused(column([3.0] * 4), flat(2))
    assert "same value everywhere" in said
    assert "column x1" in said
    kept = index(table(column([3.0] * 4)), flat(2, (0, 10), normalisation="goalposts"), draws=0)
    assert kept.sizes["economy"] == 4


def test_infinite_and_non_positive_values_are_named() -> None:
    assert "infinite" in refused(column([1, 2, np.inf, 3]), flat(2))
    chosen = spec({"all": [indicator("x0"), indicator("x1", transform="log")]})
    assert "column x1" in refused(column([1, 0, 2, 3]), chosen)


def test_gaps_need_a_rule_and_enough_data() -> None:
    said = refused(column([1, np.nan, 2, 3]), flat(2, coverage={"overall": 0.0}))
    assert "1 of 8 cells are empty" in said
    gaps = column([1, np.nan, np.nan, 3])
    assert "2 of 4" in refused(gaps, flat(2, missing="mean", coverage={"overall": 0.9}))


def test_a_lost_column_and_a_year_that_is_not_there() -> None:
    assert "x2" in refused(GOOD, flat(3))
    assert "no years" in refused(GOOD, flat(2), year=2020)
    dated = table(GOOD).expand_dims(year=[2019, 2020])
    with pytest.raises(InputError, match="2019 to 2020"):
        index(dated, flat(2), year=2021, draws=0)


@pytest.mark.parametrize(
    ("weights", "said"),
    [((0.5, 0.6), "do not sum to one"), ((0.5, None), "a weight is missing")],
)
def test_weights_that_do_not_add_up(weights, said) -> None:
    columns = [indicator(f"x{at}", weight=w) for at, w in enumerate(weights)]
    assert said in refused(GOOD, spec({"all": columns}, weights="given"))


def test_a_negative_weight_is_refused_with_its_place() -> None:
    data = {
        "name": "bad",
        "title": "Bad",
        "pillars": [{"name": "all", "title": "All", "indicators": [indicator("x0", weight=-0.5)]}],
    }
    with pytest.raises(InputError) as caught:
        from_mapping(data)
    assert "pillars[0].indicators[0].weight" in str(caught.value)
    assert "-0.5" in str(caught.value)


def test_a_singular_correlation_matrix() -> None:
    double = np.column_stack([GOOD, 2.0 * GOOD[:, 0]])
    said = refused(double, flat(3, weights="factors"))
    assert "correlation matrix is singular" in said
    with pytest.raises(InputError, match="same value everywhere"):
        factors(np.column_stack([GOOD[:, 0], np.ones(4)]))


def test_judgements() -> None:
    with pytest.raises(InputError, match="not reciprocal"):
        hierarchy(np.array([[1.0, 2.0], [1.0, 1.0]]))
    circle = np.array([[1.0, 9.0, 1 / 9], [1 / 9, 1.0, 9.0], [9.0, 1 / 9, 1.0]])
    with pytest.raises(InputError, match="contradict each other"):
        hierarchy(circle)
    with pytest.raises(InputError, match="at most 10"):
        hierarchy(np.ones((11, 11)))
    assert "2 rows of 2" in refused(GOOD, flat(2, weights="ahp"))
    assert "2 rows of 2" in refused(GOOD, flat(2, weights="ahp", judgement=[[1, 2], [0.5]]))


def test_the_benefit_of_the_doubt() -> None:
    with pytest.raises(InputError, match="not negative"):
        benefit_of_doubt(-GOOD, Doubt())
    with pytest.raises(InputError, match="no weights give"):
        benefit_of_doubt(np.array([[0.0, 1.0], [1.0, 0.5]]), Doubt(least=1.0))


def test_methods_that_do_not_go_together() -> None:
    for choices in (
        {"normalisation": "zscore", "aggregation": "geometric"},
        {"normalisation": "zscore", "weights": "doubt"},
        {"weights": "doubt", "aggregation": "copeland"},
    ):
        assert "go together" in refused(GOOD, flat(2, **choices))
    assert "above zero" in refused(GOOD, flat(2, aggregation="geometric"))
    assert "not positive" in refused(-GOOD, flat(2, normalisation="leader"))
    assert "goalposts" in refused(GOOD, flat(2, normalisation="goalposts"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("economy,x0,x1\nA,1,2\nA,2,3\n", "line 3"),
        ("economy,x0,x1\nA,1,2\nB,two,3\n", "line 3, column x0"),
        ('economy,x0,x1\nA,1,2\n\nB,"1,5",3\n', "line 4, column x0"),
        ("economy,x0,x1\nA,1,2\nB,1\n", "line 3"),
        ("economy,x0,x0\nA,1,2\n", "column stands twice"),
        ("economy,x0\n", "empty"),
        ("economy,x0\nA,inf\n", "line 2, column x0"),
        ("economy,x0\n,1\n", "has no name"),
    ],
)
def test_a_table_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "my.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert said in str(caught.value)


def test_a_table_as_it_may_be_written(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    path.write_text("\ufeffname, x0 ,x1\nA,1e3,\nB,-2.5,NA\nC,0,..\n", encoding="utf-8")
    found = read_table(path)
    assert found["economy"].values.tolist() == ["A", "B", "C"]
    assert found["indicator"].values.tolist() == ["x0", "x1"]
    np.testing.assert_array_equal(found.sel(indicator="x0"), [1000.0, -2.5, 0.0])
    assert np.isnan(found.sel(indicator="x1")).all()
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


def test_tables_with_other_labels() -> None:
    frame = pd.DataFrame(GOOD, index=["A", "B", "B", "C"], columns=["x0", "x1"])
    with pytest.raises(InputError, match="economy stands twice"):
        index(frame, flat(2), draws=0)
    with pytest.raises(InputError, match="not a table of economies"):
        index(table(GOOD).rename(economy="country"), flat(2), draws=0)
    with pytest.raises(InputError, match="not a table of economies"):
        index(frame.astype(str), flat(2), draws=0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("normalisation: min-max", "normalisation"),
        ("aggregaton: geometric", "did you mean aggregation"),
        ("floor: 1.5", "floor"),
        ("pillars: []", "pillars"),
        ("uncertainty: {weights: [eqal]}", "uncertainty.weights[0]"),
    ],
)
def test_a_specification_is_refused_with_its_line(tmp_path: Path, changes: str, said: str) -> None:
    path = tmp_path / "my.yaml"
    body = "name: my\ntitle: My\n"
    if not changes.startswith("pillars"):
        body += (
            "pillars:\n  - name: all\n    title: All\n    indicators:\n      - {name: x0, title: X,"
            " unit: '1', source: s, direction: up, reason: r}\n"
        )
    path.write_text(f"{body}{changes}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        specification(path)
    assert said in str(caught.value)
    assert f"my.yaml, line {body.count(chr(10)) + 1}" in str(caught.value)


def test_rules_that_a_specification_keeps() -> None:
    one = indicator("x0")
    cases = {
        "stands twice": {"all": [one, one]},
        "smaller first": {"all": [indicator("x0", goalposts=[2, 1])]},
        "above 0": {"all": [indicator("x0", goalposts=[0, 1], transform="log")]},
    }
    for said, pillars in cases.items():
        listed = [{"name": n, "title": n, "indicators": i} for n, i in pillars.items()]
        with pytest.raises(InputError, match=said):
            from_mapping({"name": "a", "title": "A", "pillars": listed})
    listed = [{"name": "p", "title": "p", "indicators": [indicator("x0", measure="per_head")]}]
    with pytest.raises(InputError, match="the index scale"):
        from_mapping({"name": "a", "title": "A", "measure": "scale", "pillars": listed})
    logged = [{"name": "p", "title": "p", "indicators": [indicator("x0", transform="log")]}]
    with pytest.raises(InputError, match="is a logarithm"):
        from_mapping({"name": "a", "title": "A", "normalisation": "leader", "pillars": logged})


def test_an_index_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no such index"):
        specification("strenght-of-nothing")
    for name, path in shipped().items():
        assert specification(name).name == name, path

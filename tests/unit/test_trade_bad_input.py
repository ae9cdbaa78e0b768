"""What the trade block refuses, and whether its message says field, value, bound and remedy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.identities.economies import CELL, LINK, NEST, dataset, label, plain_world
from tests.support.baseline import Baseline as PlainBaseline
from tradewind.errors import BaselineError, InputError, ShockError
from tradewind.trade import Baseline, Equilibrium, Shock, solve

Attempt = Callable[[], object]
LABELS = {"importer": "E1", "exporter": "E0", "economy": "E1", "sector": "S1", "input_sector": "S0"}


@cache
def plain() -> PlainBaseline:
    """Three economies and goods, everybody buys and sells everything."""
    rng = np.random.default_rng(4)
    return plain_world(rng, 3, 3, absent_fraction=0.0, zero_fraction=0.0, input_zero_fraction=0.0)


@cache
def baseline() -> Baseline:
    return Baseline(dataset(plain()))


def table(**changes: Any) -> Attempt:
    """A baseline from a dataset with whole variables replaced."""
    return lambda: Baseline(dataset(plain()).assign(changes))


def cell(name: str, value: float, **at: str) -> Attempt:
    """A baseline with one cell changed."""

    def attempt() -> Baseline:
        data = dataset(plain()).copy(deep=True)
        place = {dim: at.get(str(dim), LABELS[str(dim)]) for dim in data[name].dims}
        data[name].loc[place] = value
        return Baseline(data)

    return attempt


def relabelled(*dims: str, names: tuple[str, ...]) -> Attempt:
    return lambda: Baseline(dataset(plain()).assign_coords({dim: list(names) for dim in dims}))


def without(*names: str) -> Attempt:
    return lambda: Baseline(dataset(plain()).drop_vars(list(names)))


def flows(**changes: Any) -> Attempt:
    """A baseline from flows with one argument replaced, or changed by a function."""

    def attempt() -> Baseline:
        world = plain()
        given: dict[str, Any] = {
            "flow": label(world.trade_flow, LINK, world),
            "input_share": label(world.input_share, NEST, world),
            "value_added_share": label(world.value_added_share, CELL, world),
            "trade_elasticity": label(world.trade_elasticity, ("sector",), world),
            "tariff": label(world.tariff, LINK, world),
        }
        for name, change in changes.items():
            given[name] = change(given[name]) if callable(change) else change
        return Baseline.from_flows(**given)

    return attempt


def shock(**given: Any) -> Attempt:
    return lambda: solve(baseline(), Shock(**given))


def options(**given: Any) -> Attempt:
    return lambda: solve(baseline(), Shock(), **given)


def one(value: Any, **at: str) -> xr.DataArray:
    """A single labelled cell, to be laid over everything it does not name."""
    return xr.DataArray(value).expand_dims({dim: [name] for dim, name in at.items()})


def deficits(*values: float) -> xr.DataArray:
    return label(np.array(values), ("economy",), plain())


LINK_AT = {"importer": "E1", "exporter": "E0", "sector": "S1"}
LETTERS = ("economy", ["a", "b", "c"])

# name: (attempt, class, what the message must contain)
TABLES: dict[str, tuple[Attempt, tuple[str, ...]]] = {
    "missing variable": (without("final_share"), ("final_share", "lacks", "from_flows")),
    "no labels at all": (without(*LABELS), ("no labels", "economy", "assign_coords")),
    "dimension without labels": (without("input_sector"), ("input_sector", "label")),
    "economy twice": (
        relabelled("economy", "importer", "exporter", names=("E0", "E1", "E1")),
        ("twice", "E1", "each label once"),
    ),
    "labels that differ by role": (
        relabelled("importer", names=("E0", "E1", "XX")),
        ("unknown importer", "XX", "one of E0, E1, E2"),
    ),
    "NaN": (cell("expenditure", np.nan), ("expenditure", "importer=E1", "S1", "nan", "finite")),
    "infinite": (cell("value_added", np.inf), ("value_added", "E1", "inf", "finite")),
    "negative share": (
        cell("expenditure_share", -0.1),
        ("expenditure_share at E1, E0, S1", "-0.1", "between 0 and 1"),
    ),
    "negative expenditure": (
        cell("expenditure", -5.0),
        ("expenditure at E1, S1", "-5.0", "at least 0"),
    ),
    "tariff of −100 %": (cell("tariff", -1.0), ("tariff at E1, E0, S1", "-1.0", "above −1")),
    "home tariff": (
        cell("tariff", 0.1, exporter="E1"),
        ("tariff at home", "E1, S1", "0.1", "0 on trade with itself"),
    ),
    "home export tax": (
        cell("export_tax", 0.1, exporter="E1"),
        ("export_tax at home", "E1, S1", "0.1", "0 on trade with itself"),
    ),
    "elasticity zero": (cell("trade_elasticity", 0.0), ("trade_elasticity at S1", "above 0")),
    "value added share above one": (
        cell("value_added_share", 1.2),
        ("value_added_share at E1, S1", "1.2", "between 0 and 1"),
    ),
    "shares do not sum to one": (
        cell("expenditure_share", 0.9),
        ("sum of expenditure_share at E1, S1", "1 to within 1e-9"),
    ),
    "input shares do not sum to one": (
        cell("input_share", 0.9),
        ("sum of input_share at E1, S1", "1 to within 1e-9"),
    ),
    "final shares do not sum to one": (
        cell("final_share", 0.9),
        ("sum of final_share at E1", "1 to within 1e-9"),
    ),
    "expenditure out of balance": (
        cell("expenditure", 1.001 * float(plain().expenditure[1, 1])),
        ("does not balance", "E1", "1e-08", "from_flows"),
    ),
    "value added out of balance": (
        cell("value_added", 1.001 * float(plain().value_added[1])),
        ("does not balance", "value_added at E1", "0.000999", "from_flows"),
    ),
    "deficits out of balance": (
        cell("deficit", float(plain().deficit[1]) + 1.0),
        ("does not balance", "E1", "from_flows"),
    ),
    "stocks out of balance": (
        table(inventory=label(0.1 * np.arange(9.0).reshape(3, 3), CELL, plain())),
        ("does not balance", "from_flows"),
    ),
    "text": (table(value_added=LETTERS), ("value_added", "number")),
    "extra dimension": (
        table(value_added=label(np.ones((3, 3)), CELL, plain())),
        ("value_added", "wrong dimensions", "('economy',)"),
    ),
    "flows: negative": (
        flows(flow=lambda f: f.where(f.exporter != "E1", -f)),
        ("negative in 9 cells", "flow at E0 from E1, S0", "at least 0", "final demand"),
    ),
    "flows: economy that sells nothing": (
        flows(flow=lambda f: f.where(f.exporter != "E1", 0.0)),
        ("flow at E1", "positive", "rest of the world"),
    ),
    "flows: columns": (
        flows(input_share=lambda g: 1.1 * g),
        ("input_share at E0", "1.1", "1 to within 0.0001", "column"),
    ),
    "flows: missing label": (
        flows(value_added_share=lambda b: b.isel(economy=[0, 1])),
        ("value_added_share", "lacks labels of economy", "E2"),
    ),
    "flows: plain array": (
        flows(flow=lambda f: f.values),
        ("flow must be a labelled array", "ndarray", "DataArray"),
    ),
    "elasticity of another table": (
        lambda: baseline().with_elasticity(one(4.0, sector="XX")),
        ("trade_elasticity", "XX"),
    ),
}
SHOCKS: dict[str, tuple[Attempt, tuple[str, ...]]] = {
    "unknown economy": (shock(tariff=one(0.2, importer="e1")), ("unknown importer", "e1", "E1?")),
    "unknown sector": (
        shock(productivity_hat=one(1.2, sector="S9")),
        ("productivity_hat", "unknown sector", "S9", "one of the 3 labels"),
    ),
    "unknown dimension": (
        shock(tariff=one(0.2, importers="E1")),
        ("importers", "dimensions among", "did you mean importer"),
    ),
    "dimension without labels": (
        shock(productivity_hat=xr.DataArray(np.ones((3, 3)), dims=CELL)),
        ("productivity_hat", "economy", "label"),
    ),
    "label twice": (
        shock(tariff=xr.DataArray([0.1, 0.2], dims="sector", coords={"sector": ["S1", "S1"]})),
        ("twice", "S1", "each label once"),
    ),
    "NaN": (shock(tariff=one(np.nan, **LINK_AT)), ("tariff at importer=E1", "nan", "a number")),
    "tariff of −100 %": (
        shock(tariff=one(-1.0, **LINK_AT)),
        ("tariff at importer=E1, exporter=E0, sector=S1", "-1.0", "above −1", "fractions"),
    ),
    "infinite tariff": (shock(tariff=one(np.inf, **LINK_AT)), ("tariff at", "inf", "finite")),
    "home tariff": (
        shock(tariff=one(0.1, importer="E1", sector="S1")),
        ("tariff at importer=E1, exporter=E1, sector=S1", "0.1", "zero on"),
    ),
    "home export tax": (
        shock(export_tax=one(0.1, exporter="E1")),
        ("export_tax at importer=E1, exporter=E1", "0.1", "zero on"),
    ),
    "iceberg cost of zero": (
        shock(iceberg_hat=one(0.0, **LINK_AT)),
        ("iceberg_hat at importer=E1", "0.0", "above 0", "factors"),
    ),
    "productivity of zero": (
        shock(productivity_hat=one(0.0, economy="E1")),
        ("productivity_hat at economy=E1", "0.0", "above 0"),
    ),
    "infinite productivity": (
        shock(productivity_hat=one(np.inf, economy="E1")),
        ("productivity_hat at economy=E1", "inf", "finite"),
    ),
    "negative input requirement": (
        shock(input_requirement_hat=one(-1.0, economy="E1")),
        ("input_requirement_hat at economy=E1", "-1.0", "above 0"),
    ),
    "deficits that do not sum to zero": (
        shock(deficit=one(1.0, economy="E1")),
        ("deficit", "USD million", "sum of zero", "counterpart"),
    ),
    "infinite deficits": (shock(deficit=deficits(np.inf, -np.inf, 0.0)), ("deficit", "finite")),
    "plain array": (
        shock(tariff=np.ones((3, 3, 3))),
        ("tariff must be a labelled array", "ndarray", "DataArray"),
    ),
    "text": (shock(productivity_hat=one("a", economy="E1")), ("productivity_hat", "number")),
    "unknown kind of productivity": (
        shock(productivity_kind="labour"),
        ("productivity_kind", "labour", "value_added", "Hicks"),
    ),
    "negative sigma": (options(sigma_inputs=-0.1), ("sigma_inputs", "-0.1", "between 0 and 100")),
    "sigma NaN": (options(sigma_final=np.nan), ("sigma_final", "nan", "between 0 and 100")),
    "tolerance of zero": (options(tolerance=0.0), ("tolerance", "0.0", "between 1e-14 and 0.001")),
    "sigma as text": (options(sigma_final="1"), ("sigma_final", "value:  1", "between 0 and 100")),
}
OPTIONS: dict[str, tuple[Attempt, tuple[str, ...]]] = {
    "unknown closure": (options(closure="open"), ("closure", "open", "one of fixed")),
    "unknown labour": (options(labour="sticky"), ("labour", "sticky", "one of mobile")),
    "unknown decomposition": (
        options(decomposition="all"),
        ("decomposition", "all", "caliendo_parro_2015"),
    ),
}
REFUSED = [
    pytest.param(attempt, kind, words, id=f"{kind.__name__}: {name}")
    for kind, cases in ((BaselineError, TABLES), (ShockError, SHOCKS), (InputError, OPTIONS))
    for name, (attempt, words) in cases.items()
]


@pytest.mark.parametrize(("attempt", "kind", "words"), REFUSED)
def test_bad_input_is_refused_with_field_value_bound_and_remedy(
    attempt: Attempt, kind: type[InputError], words: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        attempt()
    error = caught.value
    assert type(error) is kind
    assert error.exit_code == 2
    assert error.where
    assert error.bound
    assert error.remedy
    for word in (*words, "  where:  ", "  needs:  ", "  try:    "):
        assert word in str(error)


def test_the_inputs_that_the_cases_spoil_are_good() -> None:
    assert isinstance(table()(), Baseline)
    assert isinstance(flows()(), Baseline)
    found = shock(tariff=one(0.2, **LINK_AT))()
    assert isinstance(found, Equilibrium)
    assert found.change.tariff[1, 0, 1] == 0.2
    assert len(REFUSED) >= 20

"""An impossible plan says what clashes, by how much, and what would help."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.plan_networks import CHIP, one_bus, serving, site
from tradewind.capacity import (
    Chip,
    Rules,
    Units,
    attach,
    highs,
    optimise,
    plan,
    structured,
    tighten,
)
from tradewind.capacity.elastic import MOST, Clash, ClashError, Relaxation, Relaxed
from tradewind.capacity.iterate import Progress, Stalled
from tradewind.capacity.programme import programme_of
from tradewind.errors import ConvergenceError, InfeasibleError


def clash(
    *, chip: Chip = CHIP, demand: float = 100.0, rules: Rules | None = None, **of_site: Any
) -> Clash:
    network = attach(
        one_bus(6), [site(**of_site)], [chip], [serving(demand=demand)], rules=rules,
        units=Units.own(),
    )  # fmt: skip
    with pytest.raises(ClashError) as refusal:
        optimise(network, solver="highs")
    return refusal.value.clash


SERVED = "demand for chat in here (may be served at S)"


@pytest.mark.parametrize(
    ("impossible", "words", "amount", "unit"),
    [
        ({"connection_limit": 0.05}, "connection limit of S", 0.046, "GW"),
        ({"it_limit": 0.03}, "IT limit of S", 0.05, "GW"),
        ({"chip": replace(CHIP, cap={"all": 60.0})}, "chip cap H100 all", 40.0, "kH100e"),
        (
            {"rules": Rules(carbon_cap=7e6)},
            "carbon cap",
            8760.0 * 2096.0 * 0.4 - 7e6,
            "tCO2 a year",
        ),
        (
            {"rules": Rules(reserve_margin=3.9, credits={"gas": 1.0})},
            "reserve margin of all",
            4.9 * 2.096 - 10.0,
            "GW",
        ),
    ],
)
def test_a_clash_names_the_limit_and_the_demand(
    impossible: dict[str, Any], words: str, amount: float, unit: str
) -> None:
    found = clash(**impossible)
    gives = [part for part in found.parts if part.amount > 0.0]
    assert [part.words for part in gives] == [words]
    assert gives[0].amount == pytest.approx(amount, rel=1e-6)
    assert gives[0].unit == unit
    assert SERVED in [part.words for part in found.parts]
    assert f"{amount:.4g} {unit}" in gives[0].change


def test_a_long_clash_is_told_by_its_largest_parts() -> None:
    parts = tuple(Relaxed(f"limit {i}", 50.0 - i, "GW", f"allow {50 - i} GW") for i in range(50))
    said = Clash(parts).words().splitlines()
    assert len(said) == 2 + 2 * (MOST + 1)
    assert said[1] == "  - limit 0"
    assert said[-2:] == [f"  - limit {MOST - 1}: allow {51 - MOST} GW", "  - and 38 more"]
    assert "more" not in Clash(parts[:MOST]).words()


def test_work_gives_way_before_other_consumers_do() -> None:
    """10 GW of plant, 2 of load: 8 GW of facility are 8,333 kH100e of the 12,000 asked for."""
    found = clash(demand=12_000.0, connection_limit=50.0)
    gives = {part.words: part.amount for part in found.parts if part.amount > 0.0}
    assert gives == pytest.approx({SERVED: 12_000.0 - 8.0 / 1.2 / 0.8e-3}, rel=1e-6)
    assert "load of other consumers at A" in [part.words for part in found.parts]


def test_a_possible_plan_has_no_clash() -> None:
    network = attach(one_bus(6), [site()], [CHIP], [serving()], units=Units.own())
    model = network.optimize.create_model(include_objective_constant=False)
    tighten(network, network.snapshots)
    relaxation = Relaxation(network, model, programme_of(model))
    with pytest.raises(ConvergenceError, match="no constraint had to give way"):
        relaxation.explained(highs.minimised)


def test_plan_tells_the_clash() -> None:
    told: list[str] = []
    with pytest.raises(InfeasibleError) as refusal:
        plan(
            one_bus(6),
            [site(connection_limit=0.05)],
            [CHIP],
            [serving(latency_ms=10.0)],
            units=Units.own(),
            tell=told.append,
        )
    text = str(refusal.value)
    assert "connection limit of S: connect 0.046 GW more" in text
    assert "demand for chat in here (may be served within 10 ms at S)" in text
    assert any("clash" in line for line in told)


@pytest.mark.parametrize(
    ("impossible", "gives"),
    [
        ({"connection_limit": 0.05}, "connection limit of S: connect 0.046 GW more"),
        ({"it_limit": 0.03}, "IT limit of S: allow 0.05 GW of IT more"),
    ],
)
def test_the_structured_solver_tells_a_clash_without_highs(
    impossible: dict[str, Any],
    gives: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("HiGHS was asked")

    monkeypatch.setattr(highs, "minimised", never)
    told: list[str] = []
    given = attach(one_bus(24), [site(**impossible)], [CHIP], [serving()], units=Units.own())
    with pytest.raises(ClashError) as refusal:
        optimise(given, solver="tradewind", tell=told.append)
    assert f"makes a plan possible:\n  - {gives}" in str(refusal.value)
    assert str(refusal.value).endswith(gives)
    assert SERVED in str(refusal.value)
    assert "looking for constraints that clash" in told
    # These blocks have empty tails, of which BLAS would complain past Python.
    assert "illegal value" not in "".join(capfd.readouterr())


def test_where_nothing_gives_way_highs_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that stops without a reason makes no plan impossible."""

    def stops(*_: Any, **__: Any) -> None:
        raise Stalled(Progress(0, 1.0, 1.0, 1.0, 0.0))

    given = attach(one_bus(6), [site()], [CHIP], [serving()], units=Units.own())
    expected = optimise(given, solver="highs").objective
    solve, first = structured.minimised, [stops]
    monkeypatch.setattr(
        structured, "minimised", lambda *a, **k: (first.pop() if first else solve)(*a, **k)
    )
    told: list[str] = []
    found = optimise(given, solver="tradewind", tell=told.append)
    assert found.objective == pytest.approx(expected, rel=1e-9)
    assert not first
    assert "HiGHS takes over: the structured solver stopped (stalled at 1.0e+00)" in told
    assert told[-1].startswith("HiGHS: ")


def test_cost_without_a_bound_is_not_called_a_clash() -> None:
    network = one_bus(6)
    network.add("Link", "free", bus0="A", bus1="A", p_nom_extendable=True, capital_cost=-1.0)
    with pytest.raises(ConvergenceError, match="no lower bound"):
        plan(network, [site()], [CHIP], [serving()], units=Units.own(), solver="highs")

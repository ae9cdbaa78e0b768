"""Every number of the chip market has a source and a range, and moves some result."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.support.chips_scenarios import policies
from tradewind.chips import central, solve_chips
from tradewind.chips.families import families, pools
from tradewind.chips.history import QUARTERS
from tradewind.chips.parameters import draws, registry
from tradewind.chips.results import MEANINGS
from tradewind.errors import ScenarioError
from tradewind.scenario.assumptions import triangular
from tradewind.scenario.parameter import Parameter
from tradewind.world.accelerators import catalogue
from tradewind.world.compute import ComputeData

UNSEEN = {"leakage_premium": "paid to the smuggler; it moves no quantity here (its note says so)"}
"""Parameters that no variable of a result depends on, and why."""
WORLDS: tuple[tuple[str, dict[str, float]], ...] = (
    ("chips-as-enacted", {}),
    ("chips-mineral-stop", {}),
    ("chips-as-enacted", {"wafer_share": 0.05}),
)
"""Where an effect is looked for: the last is one in which dies are short in China."""


def test_every_parameter_can_be_judged() -> None:
    for name, parameter in registry().items():
        assert parameter.low <= parameter.value <= parameter.high, name
        assert parameter.low < parameter.high, f"{name}: a range of no width"
        for text in (parameter.what, parameter.unit, parameter.source, parameter.note):
            assert text.strip(), name
        assert parameter.seen in {"seen", "computed", "memory", "judgement"}, name
        assert parameter.date, name


def under(policy: str, given: dict[str, float]) -> xr.Dataset:
    enacted = policies()["chips-as-enacted"]
    return solve_chips(policies()[policy], enacted=enacted, values=central(given))


@pytest.mark.parametrize("name", list(registry()))
def test_every_parameter_moves_a_result(name: str) -> None:
    """A parameter that moves nothing is dead: the table promises what the model does not do."""
    known = registry()[name]
    moved: set[str] = set()
    for policy, other_values in WORLDS:
        low, high = (under(policy, {**other_values, name: x}) for x in (known.low, known.high))
        for variable in MEANINGS:
            one, other = low[variable].to_numpy(), high[variable].to_numpy()
            known_both = np.isfinite(one) & np.isfinite(other)
            scale = np.abs(one[known_both]).max()
            if np.abs(one[known_both] - other[known_both]).max() > 1e-4 * scale:
                moved.add(variable)
        if moved:
            break
    if name in UNSEEN:
        assert not moved, f"{name} moves {moved}: take it off the list"
    else:
        assert moved, name


def test_central_values_and_changes() -> None:
    assert central() == {name: parameter.value for name, parameter in registry().items()}
    changed = central({"retirement": 0.2})
    assert changed["retirement"] == 0.2
    assert {k: v for k, v in changed.items() if k != "retirement"} == {
        k: v for k, v in central().items() if k != "retirement"
    }
    # Both ends are inside.
    for name, parameter in registry().items():
        assert central({name: parameter.low})[name] == parameter.low
        assert central({name: parameter.high})[name] == parameter.high


def test_an_unknown_parameter_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ScenarioError, match="no parameter of this name") as caught:
        central({"retirment": 0.2})
    assert "retirement" in str(caught.value)


@pytest.mark.parametrize("value", [0.08, 0.31, float("nan"), float("inf"), -1.0])
def test_a_value_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(ScenarioError, match="outside its range") as caught:
        central({"retirement": value})
    assert "0.09 to 0.3" in str(caught.value)
    assert caught.value.where
    assert caught.value.remedy


def test_draws_are_inside_their_ranges_and_reproducible() -> None:
    drawn = draws(64, 5)
    assert drawn == draws(64, 5)
    assert drawn != draws(64, 6)
    assert len(drawn) == 64
    for member in drawn:
        assert list(member) == list(registry())
        for name, value in member.items():
            assert registry()[name].low <= value <= registry()[name].high, name


def test_draws_are_a_latin_hypercube_of_triangles() -> None:
    """One draw in each of as many equally likely parts, by the triangle's own distribution."""
    count = 50
    drawn = draws(count, 11)
    for name, known in registry().items():
        values = np.array([member[name] for member in drawn])
        width, left, right = (
            known.high - known.low,
            known.value - known.low,
            known.high - known.value,
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            below = (values - known.low) ** 2 / (width * left)
            above = 1.0 - (known.high - values) ** 2 / (width * right)
        share = np.where(values < known.value, below, above)
        assert sorted(np.clip(share * count, 0, count - 1e-9).astype(int)) == list(range(count)), (
            name
        )


def test_fixed_parameters_do_not_vary_and_leave_the_others_alone() -> None:
    fixed, free = draws(8, 3, {"retirement": 0.2}), draws(8, 3)
    for one, other in zip(fixed, free, strict=True):
        assert one["retirement"] == 0.2
        assert {**one, "retirement": 0.0} == {**other, "retirement": 0.0}


def between(low: float, value: float, high: float) -> Parameter:
    """A parameter of this range."""
    ends = {"low": low, "value": value, "high": high}
    return registry()["retirement"].model_copy(update=ends)


def test_a_triangle_by_hand() -> None:
    uniform = np.array([0.0, 0.125, 0.25, 0.5, 1.0])
    found = triangular(uniform, between(0.0, 1.0, 4.0))
    np.testing.assert_allclose(found, [0.0, np.sqrt(0.5), 1.0, 4.0 - np.sqrt(6.0), 4.0])
    np.testing.assert_array_equal(triangular(uniform, between(2.0, 2.0, 2.0)), np.full(5, 2.0))


def test_families_name_what_the_world_knows() -> None:
    data = ComputeData.default()
    for label, family in families().items():
        assert family.item in catalogue(), label
        assert family.price in set(data.prices["chip"]), label
        assert set(family.chips) <= set(data.sales["chip"]), label
        assert family.start <= (family.until or "2035Q4"), label
        assert family.pool in pools(), label
        assert family.name["zh"], label
        if family.start <= QUARTERS[-1] and family.chips:
            sold = data.sales[data.sales["chip"].isin(family.chips)]
            sold = sold[(sold["units"] > 0) & sold["quarter"].isin(QUARTERS)]
            first = sold["quarter"].min()
            assert first >= family.start, f"{label} was sold from {first}, before {family.start}"
            if family.until:
                assert sold["quarter"].max() <= family.until, label


def test_no_chip_is_counted_twice() -> None:
    chips = [chip for family in families().values() for chip in family.chips]
    assert len(chips) == len(set(chips))
    # All that Epoch counts is in some family.
    assert set(ComputeData.default().sales["chip"]) == set(chips)

"""Kinds of constraints give way each in a plan that asks too much of it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
import pypsa
import pytest

from tests.support.plan_networks import CHIP, PLACE, one_bus, serving, site
from tradewind.capacity import Rules, Units, Workload, attach, optimise
from tradewind.capacity.elastic import Clash, ClashError
from tradewind.capacity.elastic_kinds import KINDS, Scale

FACILITY = 0.096
"""GW that 100 kH100e of H100 draw at a PUE of 1.2."""


@dataclass(frozen=True)
class Impossible:
    """A plan of 100 kH100e at S that asks too much."""

    network: pypsa.Network
    work: Workload = field(default_factory=serving)
    rules: Rules | None = None

    def clash(self) -> Clash:
        asked = attach(
            self.network, [site()], [CHIP], [self.work], rules=self.rules, units=Units.own()
        )
        with pytest.raises(ClashError) as refusal:
            optimise(asked, solver="highs")
        return refusal.value.clash


def with_sun(shining: list[float], most: float = np.inf, gas: float = 10.0) -> pypsa.Network:
    """Sun that may be built beside the gas plant."""
    network = one_bus(6)
    network.c.generators.static["p_nom"] = gas
    network.add("Carrier", "solar")
    network.add(
        "Generator", "A sun", bus="A", carrier="solar", p_nom_extendable=True, p_nom_max=most,
        p_max_pu=shining, capital_cost=50.0,
    )  # fmt: skip
    return network


def eclipsed(hours: int) -> pypsa.Network:
    """Neither power nor load for some hours after the first."""
    network, lit = one_bus(6), np.repeat([1.0, 0.0, 1.0], [1, hours, 5 - hours])
    network.c.generators.dynamic["p_max_pu"]["A gas"] = lit
    network.c.loads.dynamic["p_set"]["A"] = 2.0 * lit
    return network


def green(share: float, matching: Literal["hourly", "annual"] = "hourly") -> Rules:
    return Rules(green_share=share, green_matching=matching, green_carriers=("solar",))


def in_nights_unmatched() -> Impossible:
    return Impossible(with_sun([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]), rules=green(0.5))


def unmatched_over_the_year() -> Impossible:
    return Impossible(with_sun([0.0] * 6), rules=green(0.5, "annual"))


def without_land() -> Impossible:
    """Contracts and other plants share land for 50 MW; 96 MW are drawn beyond gas."""
    return Impossible(with_sun([1.0] * 6, most=0.05, gas=2.0), rules=green(0.4))


def barely_built() -> Impossible:
    return Impossible(with_sun([1.0] * 6, most=0.05, gas=2.0))


def too_small_a_store() -> Impossible:
    """Gas falls 96 MW short for the two dark hours of six; a store may hold 50 MWh of 192."""
    network = with_sun([1.0, 1.0, 1.0, 1.0, 0.0, 0.0], gas=2.0)
    network.add("Store", "A cavern", bus="A", e_nom_extendable=True, e_nom_max=0.05, e_cyclic=True)
    return Impossible(network)


def training_through_an_eclipse() -> Impossible:
    work = serving("model", kind="training", window_hours=6.0, minimum_load=0.5)
    return Impossible(eclipsed(1), work=work)


def batch_too_late() -> Impossible:
    """Three dark hours owe 300 kH100e-hours; one hour's arrivals may wait."""
    return Impossible(eclipsed(3), work=serving("batch", kind="batch", defer_hours=1.0))


def own_limit() -> Impossible:
    network = one_bus(6)
    network.add(
        "GlobalConstraint", "soot", type="primary_energy", carrier_attribute="co2_emissions",
        sense="<=", constant=7000.0,
    )  # fmt: skip
    return Impossible(network)


@pytest.mark.parametrize(
    ("impossible", "words", "amount", "change"),
    [
        (
            in_nights_unmatched,
            "green share of the sites at A",
            0.5 * FACILITY,
            "leave 0.048 GW unmatched",
        ),
        (
            unmatched_over_the_year,
            "green share of the sites at A",
            0.5 * FACILITY,
            "leave 0.048 GW in the year's mean unmatched",
        ),
        (without_land, "land limit of A sun", FACILITY - 0.05, "allow 0.046 GW more"),
        (barely_built, "build limit of A sun", FACILITY - 0.05, "allow 0.046 GW more"),
        (
            too_small_a_store,
            "build limit of A cavern",
            2.0 * FACILITY - 0.05,
            "allow 0.142 GWh more",
        ),
        (
            training_through_an_eclipse,
            "minimum load of model at S",
            50.0,
            "let it fall by 50 kH100e",
        ),
        (
            batch_too_late,
            "deferral or window of batch at S",
            200.0,
            "let 200 kH100e-hours more wait",
        ),
        (
            own_limit,
            "limit soot on the network",
            8760.0 * (2.0 + FACILITY) * 0.4 - 7000.0,
            "move it by 344.4 of its own unit",
        ),
    ],
)
def test_what_gives_way_is_named_with_its_amount(
    impossible: Callable[[], Impossible], words: str, amount: float, change: str
) -> None:
    case = impossible()
    found = case.clash()
    gives = {part.words: part for part in found.parts if part.amount > 0.0}
    assert list(gives) == [words]
    assert gives[words].amount == pytest.approx(amount, rel=1e-6)
    assert found.words().endswith(f"\n  - {words}: {change}")
    asked_for = f"demand for {case.work.name} in here (may be served at S)"
    assert asked_for in [part.words for part in found.parts]


def test_load_gives_way_where_there_is_too_little_power_without_compute() -> None:
    network = one_bus(6)
    network.c.generators.static["p_nom"] = 1.5
    gives = {part.words: part for part in Impossible(network).clash().parts if part.amount > 0.0}
    load = gives.pop("load of other consumers at A")
    assert (load.amount, load.change) == (pytest.approx(0.5, rel=1e-6), "serve 0.5 GW less")
    assert [(part.words, part.amount) for part in gives.values()] == [
        ("demand for chat in here (may be served at S)", pytest.approx(100.0, rel=1e-6))
    ]


def test_work_of_regions_with_other_hours_is_told_apart() -> None:
    """Two groups of one workload at a site: each is named by its regions."""
    network = eclipsed(3)
    high, low = [3.0, 3.0, 3.0], [1.0, 1.0, 1.0]
    day, night = (pd.Series(each, network.snapshots) for each in (high + low, low + high))
    work = replace(
        serving("batch", kind="batch", defer_hours=1.0),
        demand={"here": 50.0, "there": 50.0},
        regions=dict.fromkeys(("here", "there"), PLACE["here"]),
        shape={"here": day, "there": night},
    )
    named = [part.words for part in Impossible(network, work=work).clash().parts]
    assert "deferral or window of batch for here at S" in named
    assert len(set(named)) == len(named)


def test_a_store_of_a_network_in_megawatt_hours_is_told_in_gigawatt_hours() -> None:
    scale = Scale(Units(power_mw=1.0), 1.0)
    (kind,) = (each for each in KINDS if each.pattern == "Store-ext-e_nom-upper")
    assert (scale.shown(kind), scale.unit(kind)) == (1e-3, "GWh")

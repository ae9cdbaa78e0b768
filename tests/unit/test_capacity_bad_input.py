"""Every refusal of the compute layer says what, where, the value against its bound, what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tests.support.small_compute import RULES, attached, changed, chips, power, sites, workloads
from tradewind.capacity import Chip, ChipCap, Rules, Units, refusals, solved_routes, tighten
from tradewind.errors import InputError

if TYPE_CHECKING:
    import pypsa

TRAINING, BATCH, CHAT = 0, 1, 2
NETWORK = power()


def refused(error: type[InputError], act: Callable[[], Any], *words: str) -> None:
    """Act, and find a complete refusal with some words in it."""
    with pytest.raises(error) as caught:
        act()
    refusal = caught.value
    for part in (refusal.where, refusal.bound, refusal.remedy):
        assert part, str(refusal)
    assert refusal.value is not None
    for word in words:
        assert word in str(refusal)


def site(**changes: Any) -> list[Any]:
    return changed(sites(NETWORK), 0, **changes)


def work(index: int, **changes: Any) -> list[Any]:
    return changed(workloads(NETWORK), index, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"it_existing": -0.1}, ("it_existing", "-0.1", "at least 0")),
        ({"connection_existing": -1.0}, ("connection_existing",)),
        ({"connection_limit": 0.01}, ("connection_limit", "0.01", "at least 0.05")),
        ({"it_limit": float("nan")}, ("it_limit", "nan")),
        ({"pue_base": 0.9}, ("pue_base", "at least 1")),
        ({"pue_max": 1.0}, ("pue_max", "at least 1.08")),
        ({"pue_slope": -0.1}, ("pue_slope",)),
        ({"latitude": 95.0}, ("latitude", "-90 to 90")),
        ({"temperature": 295.0}, ("temperature", "295", "-90 to 60")),
        ({"discount_rate": -0.02}, ("discount_rate",)),
        ({"shell_life": 0.0}, ("shell_life", "above 0")),
        ({"water_l_per_kwh": -1.0}, ("water_l_per_kwh",)),
        ({"name": " "}, ("proper name",)),
    ],
)
def test_sites(changes: dict[str, Any], words: tuple[str, ...]) -> None:
    refused(refusals.SiteError, lambda: site(**changes), *words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kw_per_h100e": 0.0}, ("kw_per_h100e", "draws power")),
        ({"kw_per_h100e": float("nan")}, ("kw_per_h100e", "nan")),
        ({"price_usd_per_h100e": -1.0}, ("price_usd_per_h100e",)),
        ({"life_years": 0.0}, ("life_years",)),
        ({"h100e": 0.0}, ("h100e",)),
        ({"cap": {"X": -5.0}}, ("cap of 'X'", "-5")),
    ],
)
def test_chips(changes: dict[str, Any], words: tuple[str, ...]) -> None:
    refused(refusals.ChipError, lambda: changed(chips(), 0, **changes), *words)


@pytest.mark.parametrize(
    ("index", "changes", "words"),
    [
        (BATCH, {"demand": {"A": -1.0}}, ("demand of 'A'", "-1")),
        (BATCH, {"demand": {"A": 0.0}}, ("demand", "above 0")),
        (BATCH, {"demand": {"D": 1.0}}, ("region of a demand", "D", "one of: A, B, C")),
        (BATCH, {"kind": "serving"}, ("kind", "serving", "interactive")),
        (BATCH, {"defer_hours": -1.0}, ("defer_hours",)),
        (BATCH, {"minimum_load": 0.2}, ("minimum_load", "batch")),
        (BATCH, {"residency": {"D": frozenset("X")}}, ("region of residency", "D")),
        (CHAT, {"defer_hours": 2.0}, ("defer_hours", "interactive")),
        (CHAT, {"latency_ms": -3.0}, ("latency_ms", "-3")),
        (CHAT, {"usd_per_gb": {("A", "B site one"): -0.1}}, ("usd_per_gb", "-0.1")),
        (TRAINING, {"window_hours": None}, ("window_hours", "above 0")),
        (TRAINING, {"minimum_load": 1.2}, ("minimum_load", "0 to 1")),
        (TRAINING, {"shape": {}}, ("no shape", "training")),
        (TRAINING, {"regions": {"A": (99.0, 0.0, "X")}, "demand": {"A": 1.0}}, ("latitude",)),
    ],
)
def test_workloads(index: int, changes: dict[str, Any], words: tuple[str, ...]) -> None:
    refused(refusals.WorkloadError, lambda: work(index, **changes), *words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"carbon_price": -1.0}, ("carbon_price",)),
        ({"carbon_price": {"A": float("nan")}}, ("carbon_price A",)),
        ({"carbon_cap": -1.0}, ("carbon_cap",)),
        ({"green_share": -0.5}, ("green_share",)),
        ({"green_matching": "daily"}, ("green_matching", "daily", "hourly, annual")),
        ({"reserve_margin": float("inf")}, ("reserve_margin",)),
        ({"credits": {"gas": 1.5}}, ("credit of 'gas'", "0 to 1")),
    ],
)
def test_rules(changes: dict[str, Any], words: tuple[str, ...]) -> None:
    refused(refusals.RulesError, lambda: Rules(**changes), *words)


def test_units_above_zero() -> None:
    refused(refusals.UnitsError, lambda: Units(power_mw=0.0), "power_mw")


@pytest.mark.parametrize(
    ("error", "changes", "words"),
    [
        (refusals.SiteError, {"sites": site(bus="Z")}, ("bus", "Z", "one of: A, B, C")),
        (refusals.SiteError, {"sites": site(chips=("gpu",))}, ("gpu", "frugal, hungry")),
        (refusals.SiteError, {"sites": site(chips=())}, ("no chip to buy",)),
        (refusals.SiteError, {"chips": []}, ("no chip to buy",)),
        (refusals.NameClashError, {"sites": site(name="B site one")}, ("Two sites",)),
        (refusals.NameClashError, {"chips": [*chips(), chips()[0]]}, ("Two chips", "frugal")),
        (refusals.NameClashError, {"workloads": work(BATCH, name="chat")}, ("Two workloads",)),
        (
            refusals.NameClashError,
            {"chips": changed(chips(), 0, name="shell")},
            ("class Link", "A site one shell"),
        ),
        (
            refusals.WorkloadError,
            {"workloads": work(CHAT, sites={"A": frozenset({"Q"})})},
            ("sites", "Q", "A site one"),
        ),
        (
            refusals.WorkloadError,
            {"workloads": work(CHAT, usd_per_gb={("A", "B site one"): 0.1})},
            ("lacks a pair", "'B', 'A site one'"),
        ),
        (
            refusals.WorkloadError,
            {"workloads": work(TRAINING, window_hours=4.5)},
            ("ends inside a step", "4.5"),
        ),
        (
            refusals.WorkloadError,
            {"workloads": work(CHAT, regions=dict.fromkeys("ABC", (0.0, 0.0, "X")))},
            ("two places",),
        ),
        (refusals.RulesError, {"rules": Rules(green_share={"Q": 1.0})}, ("green_share", "Q")),
        (refusals.RulesError, {"rules": Rules(carbon_price={"Q": 1.0})}, ("carbon_price", "Q")),
        (
            refusals.RulesError,
            {"rules": Rules(green_share=1.0, green_carriers=("wind",))},
            ("No green plant", "wind", "A, B, C"),
        ),
        (
            refusals.RulesError,
            {"rules": replace(RULES, credits={"gas": 0.9})},
            ("carrier without a credit", "battery, solar"),
        ),
        (
            refusals.RulesError,
            {"rules": replace(RULES, reserve_areas={"Q": "one"})},
            ("bus without a place", "Q"),
        ),
        (
            refusals.RulesError,
            {"chips": changed(chips(), 0, cap={"Z": 5.0})},
            ("chip cap 'frugal Z'", "Z"),
        ),
        (
            refusals.RulesError,
            {"rules": Rules(chip_caps=(ChipCap(name="quota", most=1.0, chips=("gpu",)),))},
            ("chip cap 'quota'", "gpu"),
        ),
        (refusals.LatencyError, {"round_trips": {("X", "Y"): -1.0}}, ("X to Y", "-1")),
    ],
)
def test_what_fits_nothing_is_refused(
    error: type[InputError], changes: dict[str, Any], words: tuple[str, ...]
) -> None:
    refused(error, lambda: attached(NETWORK, **changes), *words)


def test_work_that_no_site_may_serve_names_the_nearest() -> None:
    """A is 1,200 km from the site at B, which is nearest when its own may not serve it."""
    east = {"A": frozenset({"B site one", "C site one"})}
    far = work(CHAT, sites=east, latency_ms=12.0)
    refused(
        refusals.UnservedError,
        lambda: attached(NETWORK, workloads=far),
        "workload 'chat', region 'A'",
        "12 ms",
        "at least 22.0 ms, the round trip to the nearest site, B site one",
    )
    foreign = work(BATCH, residency={"A": frozenset({"Z", "W"})})
    refused(
        refusals.UnservedError,
        lambda: attached(NETWORK, workloads=foreign),
        "region 'A'",
        "W, Z",
        "A site one (X)",
    )
    refused(refusals.UnservedError, lambda: attached(NETWORK, sites=[]), "no site to do it")


def test_a_latency_bound_below_physics() -> None:
    fast = work(CHAT, latency_ms=3.0)
    refused(
        refusals.LatencyError, lambda: attached(NETWORK, workloads=fast), "3 ms", "at least 4 ms"
    )


def shape(series: pd.Series[float]) -> Callable[[], Any]:
    return lambda: attached(NETWORK, workloads=work(CHAT, shape=dict.fromkeys("ABC", series)))


def test_series_lack_no_hours_and_hold_numbers() -> None:
    hours = NETWORK.snapshots
    full = pd.Series(1.0, hours)
    where = "workload 'chat', shape of 'A'"
    refused(refusals.ProfileError, shape(full.iloc[:-3]), where, "3 of 48 missing", "2021-01-02 21")
    refused(refusals.ProfileError, shape(pd.concat([full, full])), where, "hours twice")
    gap = full.copy()
    gap.iloc[5] = np.nan
    refused(refusals.ProfileError, shape(gap), where, "2021-01-01 05", "1 of 48 hours")
    refused(refusals.ProfileError, shape(full - 2.0), where, "below zero")
    refused(refusals.ProfileError, shape(full * 0.0), where, "never above it")
    missing = work(CHAT, shape={"A": full})
    refused(
        refusals.ProfileError,
        lambda: attached(NETWORK, workloads=missing),
        "shape of 'B'",
        "missing",
    )
    hot = site(temperature=gap)
    refused(
        refusals.ProfileError, lambda: attached(NETWORK, sites=hot), "'A site one', temperature"
    )


def test_time_zones_are_not_mixed() -> None:
    hours = NETWORK.snapshots.tz_localize("Asia/Shanghai")
    refused(
        refusals.ProfileError,
        shape(pd.Series(1.0, hours)),
        "another clock",
        "Asia/Shanghai",
        "tz_localize(None)",
    )


def spoiled(act: Callable[[pypsa.Network], None]) -> Callable[[], Any]:
    """Attach to a network after something was done to it."""
    network = NETWORK.copy()
    act(network)
    return lambda: attached(network)


def test_networks_of_a_year() -> None:
    def unweighted(network: pypsa.Network) -> None:
        network.snapshot_weightings.loc[:, "objective"] = 1.0

    refused(refusals.NetworkError, spoiled(unweighted), "['objective']", "sum 48", "8760")

    def no_length(network: pypsa.Network) -> None:
        network.snapshot_weightings.loc[:, "stores"] = 0.0

    refused(refusals.NetworkError, spoiled(no_length), "['stores']", "no length")

    def scattered(network: pypsa.Network) -> None:
        network.meta = {"tradewind": {"periods": [0, 1] * 24}}

    refused(refusals.NetworkError, spoiled(scattered), "['periods']", "in one piece")

    def short(network: pypsa.Network) -> None:
        network.meta = {"tradewind": {"periods": [0] * 40}}

    refused(refusals.NetworkError, spoiled(short), "40 numbers for 48 snapshots")

    def invested(network: pypsa.Network) -> None:
        network.set_snapshots(pd.MultiIndex.from_product([[2030], network.snapshots]))
        network.set_investment_periods([2030])

    refused(refusals.NetworkError, spoiled(invested), "investment periods")


def test_networks_of_numbers() -> None:
    def hole(network: pypsa.Network) -> None:
        network.c.generators.dynamic.p_max_pu.loc[network.snapshots[7], "B solar"] = np.nan

    refused(refusals.ProfileError, spoiled(hole), "'B solar', p_max_pu", "2021-01-01 07")

    def negative(network: pypsa.Network) -> None:
        network.c.links.static.loc["AB", "p_nom"] = -1.0

    refused(refusals.NetworkError, spoiled(negative), "'AB', p_nom", "-1")

    def open_store(network: pypsa.Network) -> None:
        network.c.storage_units.static.loc["C battery", "cyclic_state_of_charge"] = False
        network.meta = {"tradewind": {"periods": [0] * 24 + [1] * 24}}

    refused(refusals.NetworkError, spoiled(open_store), "'C battery'", "does not close")

    def taken(network: pypsa.Network) -> None:
        network.add("Bus", "B site one IT", carrier="AC")

    refused(refusals.NameClashError, spoiled(taken), "class Bus", "B site one IT")


def test_carbon_needs_carriers() -> None:
    network = NETWORK.copy()
    network.c.generators.static.loc["B gas", "carrier"] = "town gas"
    refused(
        refusals.RulesError,
        lambda: attached(network, rules=Rules(carbon_price=10.0)),
        "'B gas', carrier",
        "town gas",
    )


def test_one_layer_a_network() -> None:
    once = attached(NETWORK)
    refused(refusals.NetworkError, lambda: attached(once), "compute layer already", "A site one")


def test_routes_come_with_a_solution_of_all_hours() -> None:
    layer = attached(NETWORK)
    refused(refusals.NetworkError, lambda: solved_routes(layer), "no solved routes")
    refused(
        refusals.NetworkError,
        lambda: tighten(layer, layer.snapshots[:5]),
        "5 of 48",
        "all snapshots",
    )


def test_a_chip_is_named() -> None:
    nameless = {"kw_per_h100e": 1.0, "price_usd_per_h100e": 1.0, "life_years": 4.0}
    refused(refusals.ChipError, lambda: Chip(name="", **nameless), "proper name")
    refused(refusals.RulesError, lambda: ChipCap(name="", most=1.0), "proper name")

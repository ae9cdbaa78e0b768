"""What attach adds, element by element, and what a solved layer does hour by hour."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tests.support.small_compute import REGIONS, attached, chips, power, sites, solved, workloads
from tradewind.capacity import keep_routes, solved_routes
from tradewind.capacity.clock import Clock
from tradewind.capacity.latency import regions_of, round_trip_table
from tradewind.capacity.library import new_network

if TYPE_CHECKING:
    import pypsa

YEAR = 8760.0


@pytest.fixture(scope="module")
def network() -> pypsa.Network:
    return power(periods=2)


@pytest.fixture(scope="module")
def layer(network: pypsa.Network) -> pypsa.Network:
    return attached(network, round_trips={("Y", "X"): 140.0})


@pytest.fixture(scope="module")
def plan(network: pypsa.Network) -> pypsa.Network:
    return solved(attached(network, round_trips={("Y", "X"): 140.0}))


def frames(network: pypsa.Network) -> dict[str, pd.DataFrame]:
    """Every table of a network, copied."""
    tables = {}
    for part in network.components:
        tables[part.name] = part.static.copy()
        tables |= {f"{part.name} {key}": frame.copy() for key, frame in part.dynamic.items()}
    return tables


def test_the_given_network_stays_as_it_is() -> None:
    network = power(periods=2)
    before, meta = frames(network), dict(network.meta["tradewind"])
    attached(network)
    for name, frame in frames(network).items():
        pd.testing.assert_frame_equal(frame, before[name])
    assert network.meta["tradewind"] == meta


def test_every_component_of_the_network_is_in_the_copy(
    network: pypsa.Network, layer: pypsa.Network
) -> None:
    for name, frame in frames(network).items():
        there = frames(layer)[name]
        pd.testing.assert_frame_equal(there.loc[frame.index, frame.columns], frame)


def test_connections_and_shells(network: pypsa.Network, layer: pypsa.Network) -> None:
    """Shell cost: 10 USD/W is 10,000 USD million a GW, at 7 % over 15 years."""
    links, dynamic = layer.c.links.static, layer.c.links.dynamic
    share = 0.07 / (1.0 - 1.07**-15)
    for site in sites(network):
        connection = links.loc[f"{site.name} connection"]
        assert list(connection[["bus0", "bus1"]]) == [site.bus, f"{site.name} site"]
        expected = {"p_nom": 0.05, "p_nom_min": 0.05, "p_nom_max": 2.0, "capital_cost": 20.0}
        assert connection[list(expected)].to_dict() == pytest.approx(expected)
        assert connection["p_nom_extendable"]
        assert connection["efficiency"] == 1.0
        shell = links.loc[f"{site.name} shell"]
        assert list(shell[["bus0", "bus1"]]) == [f"{site.name} site", f"{site.name} IT"]
        expected = {
            "p_nom_min": 0.02 * 1.3,
            "p_nom_max": 1.5 * 1.3,
            "capital_cost": 10_000.0 * share / 1.3,
        }
        assert shell[list(expected)].to_dict() == pytest.approx(expected)
        assert isinstance(site.temperature, pd.Series)
        warm = np.maximum(0.0, site.temperature.to_numpy() - 15.0)
        usage = np.minimum(1.08 + 0.015 * warm, 1.3)
        np.testing.assert_allclose(dynamic.p_max_pu[f"{site.name} shell"], usage / 1.3, rtol=1e-14)
        np.testing.assert_allclose(dynamic.efficiency[f"{site.name} shell"], 1 / usage, rtol=1e-14)
    assert dynamic.p_max_pu["A site one shell"].max() == 1.0, "the design's limit is met"
    assert dynamic.p_max_pu["C site one shell"].max() < 1.0


def test_chips(layer: pypsa.Network) -> None:
    """0.9 kW per H100e: 1,111 kH100e a GW, at 30 USD million per kH100e over four years."""
    links = layer.c.links.static
    share = 0.07 / (1.0 - 1.07**-4) + 0.02
    for bus in REGIONS:
        chip = links.loc[f"{bus} site one frugal"]
        assert list(chip[["bus0", "bus1"]]) == [f"{bus} site one IT", f"{bus} site one compute"]
        assert chip["efficiency"] == pytest.approx(1000.0 / 0.9)
        assert chip["capital_cost"] == pytest.approx(1000.0 / 0.9 * 30.0 * share)
        assert links.loc[f"{bus} site one hungry", "efficiency"] == pytest.approx(1000.0 / 1.8)


def test_a_chip_that_a_site_may_not_have_is_absent(network: pypsa.Network) -> None:
    from dataclasses import replace

    banned = [replace(s, chips=("hungry",)) if s.country == "X" else s for s in sites(network)]
    links = attached(network, sites=banned).c.links.static.index
    assert [name for name in links if name.endswith("frugal")] == ["C site one frugal"]
    assert sum(name.endswith("hungry") for name in links) == 3


def test_arrivals(network: pypsa.Network, layer: pypsa.Network) -> None:
    """Regions A and B share a shape, C has its own; C is too far for A and B to chat with."""
    generators, dynamic = layer.c.generators.static, layer.c.generators.dynamic
    work = generators.index[generators["carrier"] == "compute work"]
    expected = [f"{b} site one training 1" for b in REGIONS]
    expected += [f"{b} site one batch {group}" for group in "12" for b in REGIONS]
    expected += ["A site one chat 1", "B site one chat 1", "C site one chat 2"]
    assert list(work) == expected
    assert (generators.loc[work, "sign"] == -1.0).all()
    assert generators.loc[work, "p_nom_extendable"].all()
    clock = Clock.of(network)
    here = workloads(network)[1].shape["A"].to_numpy()  # type: ignore[index]
    mean = here @ clock.weight / YEAR
    for name in ("A site one batch 1", "B site one chat 1"):
        for attribute in ("p_min_pu", "p_max_pu"):
            np.testing.assert_allclose(dynamic[attribute][name], here / mean, rtol=1e-14)
    assert generators.loc["A site one training 1", ["p_min_pu", "p_max_pu"]].tolist() == [1.0, 1.0]
    buses = generators.loc[work, "bus"]
    assert buses["A site one chat 1"] == "A site one compute"
    assert buses["A site one batch 2"] == "A site one batch 2"


def test_queues(layer: pypsa.Network) -> None:
    """Batch owes at most the last five hours; training is square at the end of every window."""
    stores = layer.c.stores.dynamic
    shape = layer.c.generators.dynamic.p_max_pu["A site one batch 1"].to_numpy()
    owed = np.array(
        [0.0 if t % 24 == 23 else shape[max(t - 4, t - t % 24) : t + 1].sum() for t in range(48)]
    )
    np.testing.assert_allclose(stores.e_min_pu["A site one batch 1"], -owed, rtol=1e-12, atol=1e-12)
    assert (stores.e_max_pu["A site one batch 1"] == 0.0).all()
    into = np.arange(48) % 12 + 1.0
    behind, ahead = np.where(into == 12.0, 0.0, into), 12.0 - into
    np.testing.assert_array_equal(stores.e_min_pu["C site one training 1"], -behind)
    np.testing.assert_array_equal(stores.e_max_pu["C site one training 1"], ahead)
    runs = layer.c.links.static.loc["A site one batch 1 run"]
    assert list(runs[["bus0", "bus1"]]) == ["A site one compute", "A site one batch 1"]
    assert not runs["p_nom_extendable"]
    assert "A site one chat 1" not in layer.c.stores.static.index


def test_round_trips_and_routes(network: pypsa.Network, layer: pypsa.Network) -> None:
    table = round_trip_table(sites(network), regions_of(workloads(network)), {("Y", "X"): 140.0})
    assert table.loc["A", "A site one"] == pytest.approx(4.0)
    assert table.loc["A", "C site one"] == table.loc["C", "B site one"] == 140.0
    near = round_trip_table(sites(network), regions_of(workloads(network)), {("Y", "X"): 1.0})
    assert near.loc["A", "C site one"] > 60.0, "light alone takes longer than the ping"
    far = round_trip_table(sites(network), regions_of(workloads(network)), None)
    assert far.loc["A", "C site one"] == pytest.approx(1.5 * near.loc["A", "C site one"] + 4.0)
    routes = pd.DataFrame(layer.meta["tradewind"]["routes"])
    pairs = {w: set() for w in ("training", "batch", "chat")}
    for row in routes.itertuples():
        pairs[row.workload].add(row.region + row.site[0])
    everywhere = {a + b for a in REGIONS for b in REGIONS}
    assert pairs["training"] == everywhere
    assert pairs["batch"] == everywhere - {"AC"}
    assert pairs["chat"] == {"AA", "AB", "BA", "BB", "CC"}
    # 8,760 h of a thousand H100e at 1 GB and USD 0.02 each: USD 175,200.
    chat = routes[routes["workload"] == "chat"].set_index(["region", "site"])["cost"]
    assert chat["A", "B site one"] == pytest.approx(0.1752)
    assert chat["A", "A site one"] == 0.0


def test_every_hour_of_a_plan_balances(network: pypsa.Network, plan: pypsa.Network) -> None:
    """What arrives is what regions ask for; what runs is what chips give; queues add up."""
    routes = solved_routes(plan)
    asked = routes.groupby(["workload", "region"])["kh100e"].sum()
    for workload in workloads(network):
        for region, mean in workload.demand.items():
            assert asked[workload.name, region] == pytest.approx(mean, rel=1e-7)
    mean = plan.c.generators.static["p_nom_opt"]
    links, stores = plan.c.links, plan.c.stores
    for site in (f"{bus} site one" for bus in REGIONS):
        served = routes[routes["site"] == site].groupby(["workload", "group"])["kh100e"].sum()
        run = np.zeros(48)
        for (workload, group), total in served.items():
            name = f"{site} {workload} {group}"
            assert mean[name] == pytest.approx(total, abs=1e-6)
            arrivals = plan.c.generators.dynamic.p[name].to_numpy()
            np.testing.assert_allclose(arrivals.mean(), total, atol=1e-6)
            if workload == "chat":
                run += arrivals
                continue
            ran = links.dynamic.p0[f"{name} run"].to_numpy()
            ahead = stores.dynamic.e[name].to_numpy()
            before = np.where(np.arange(48) % 24 == 0, 0.0, np.roll(ahead, 1))
            np.testing.assert_allclose(ahead - before, ran - arrivals, atol=1e-6)
            run += ran
        given = -sum(links.dynamic.p1[f"{site} {chip.name}"].to_numpy() for chip in chips())
        np.testing.assert_allclose(given, run, atol=1e-6)


def test_batch_is_never_later_than_its_deferral(plan: pypsa.Network) -> None:
    """First come, first served: what had arrived five hours ago has run by now."""
    waited = 0.0
    for name in plan.c.stores.static.index[plan.c.stores.static.index.str.contains("batch")]:
        ran = plan.c.links.dynamic.p0[f"{name} run"].to_numpy().reshape(2, 24).cumsum(axis=1)
        came = plan.c.generators.dynamic.p[name].to_numpy().reshape(2, 24).cumsum(axis=1)
        assert (ran <= came + 1e-6).all(), "nothing runs before it came"
        assert (ran[:, 5:] >= came[:, :-5] - 1e-6).all()
        np.testing.assert_allclose(ran[:, -1], came[:, -1], atol=1e-6)
        waited += float((came - ran).max())
    assert waited > 1.0, "some work waits, or the test shows nothing"


def test_training_holds_its_minimum_and_its_windows(plan: pypsa.Network) -> None:
    moved = 0.0
    for bus in REGIONS:
        name = f"{bus} site one training 1"
        mean = plan.c.generators.static.loc[name, "p_nom_opt"]
        ran = plan.c.links.dynamic.p0[f"{name} run"].to_numpy()
        assert ran.min() >= 0.3 * mean - 1e-6
        np.testing.assert_allclose(ran.reshape(4, 12).sum(axis=1), 12.0 * mean, atol=1e-5)
        moved += float(np.ptp(ran))
    assert moved > 1.0


def test_storage_closes_inside_each_period(plan: pypsa.Network) -> None:
    storage = plan.c.storage_units.dynamic
    used = 0.0
    for name in plan.c.storage_units.static.index:
        level = storage.state_of_charge[name].to_numpy().reshape(2, 24)
        flow = 0.95 * storage.p_store[name] - storage.p_dispatch[name] / 0.95
        before = np.roll(level, 1, axis=1)
        np.testing.assert_allclose(level - before, flow.to_numpy().reshape(2, 24), atol=1e-6)
        used += float(level.max())
    assert used > 1.0


def test_steps_of_three_hours() -> None:
    """Coarse steps: the store of work counts hours, and a window is still twelve of them."""
    network = power(hours=16)
    network.snapshot_weightings.loc[:, "stores"] = 3.0
    plan = solved(attached(network))
    name = "A site one training 1"
    mean = plan.c.generators.static.loc[name, "p_nom_opt"]
    ran = plan.c.links.dynamic.p0[f"{name} run"].to_numpy()
    np.testing.assert_allclose(ran.reshape(4, 4).sum(axis=1), 4.0 * mean, atol=1e-5)
    ahead = plan.c.stores.dynamic.e[name].to_numpy()
    np.testing.assert_allclose(np.diff(ahead, prepend=0.0), 3.0 * (ran - mean), atol=1e-5)


def test_attaching_nothing_keeps_what_was_solved() -> None:
    plain = power()
    plain.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False)
    again = attached(plain, sites=[], workloads=[])
    assert again.c.generators.static["p_nom_opt"].equals(plain.c.generators.static["p_nom_opt"])


def test_files_keep_the_layer_and_its_routes(plan: pypsa.Network, tmp_path: Path) -> None:
    file = tmp_path / "plan.nc"
    routes = solved_routes(plan)
    keep_routes(plan)
    plan.export_to_netcdf(str(file))
    read = new_network(file)
    pd.testing.assert_frame_equal(solved_routes(read), routes)
    assert read.meta == plan.meta


def test_importing_tradewind_leaves_pypsa_alone() -> None:
    code = (
        "import sys, tradewind, tradewind.capacity as c; c.Site, c.Rules, c.Units;"
        "assert 'pypsa' not in sys.modules and 'linopy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unknown_names_of_the_package_are_refused() -> None:
    import tradewind.capacity as capacity

    missing: Any = "attached"
    with pytest.raises(AttributeError, match="attached"):
        getattr(capacity, missing)

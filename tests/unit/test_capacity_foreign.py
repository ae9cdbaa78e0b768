"""A network that is not ours: PyPSA's documented market of southern Africa, in MW.

Plant, loads, costs and borders are those of the example "Simple electricity market examples" in
PyPSA's documentation (docs.pypsa.org, example 1), with a load and a wind profile of four hours.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests.support.small_compute import solved
from tradewind.capacity import (
    Chip,
    Site,
    Units,
    Workload,
    attach,
    keep_routes,
    optimise,
    solved_routes,
)
from tradewind.capacity.library import new_network

if TYPE_CHECKING:
    import pypsa

COST = {"Wind": 0.0, "Hydro": 0.0, "Coal": 30.0, "Gas": 60.0, "Oil": 80.0}
PLANT = {
    "South Africa": {"Coal": 35_000.0, "Wind": 3_000.0, "Gas": 8_000.0, "Oil": 2_000.0},
    "Mozambique": {"Hydro": 1_200.0},
    "Eswatini": {"Hydro": 600.0},
}
BORDERS = {
    ("South Africa", "Mozambique"): 500.0,
    ("South Africa", "Eswatini"): 250.0,
    ("Mozambique", "Eswatini"): 100.0,
}
OHM = dict(zip(BORDERS, (40.0, 10.0, 20.0), strict=True))
LOAD = {"South Africa": 42_000.0, "Mozambique": 650.0, "Eswatini": 250.0}
PLACES = {
    "South Africa": (-26.2, 28.0, "ZAF"),
    "Mozambique": (-25.9, 32.6, "MOZ"),
    "Eswatini": (-26.3, 31.1, "SWZ"),
}


def market(unit_mw: float = 1.0, unit_usd: float = 1.0) -> pypsa.Network:
    """Build the market with lines and links, in units of choice."""
    network = new_network()
    network.set_snapshots(pd.RangeIndex(4))
    network.snapshot_weightings.loc[:, ["objective", "generators"]] = 8760.0 / 4
    network.add("Carrier", ["AC", *COST])
    network.add("Bus", list(PLANT), carrier="AC")
    for country, plant in PLANT.items():
        for carrier, size in plant.items():
            network.add(
                "Generator",
                f"{country} {carrier}",
                bus=country,
                carrier=carrier,
                p_nom=size / unit_mw,
                marginal_cost=COST[carrier] * unit_mw / unit_usd,
                p_max_pu=[0.3, 0.6, 0.4, 0.5] if carrier == "Wind" else 1.0,
            )
        network.add(
            "Load",
            f"{country} load",
            bus=country,
            p_set=LOAD[country] / unit_mw * np.array([0.95, 1.0, 0.9, 0.8]),
        )
    for (one, other), size in BORDERS.items():
        ends = {"bus0": one, "bus1": other, "carrier": "AC", "p_min_pu": -1.0}
        network.add("Link", f"{one} - {other}", p_nom=size / unit_mw, **ends)
    return network


def with_compute(network: pypsa.Network, units: Units) -> pypsa.Network:
    sites = [
        Site(
            name=country,
            bus=country,
            country=code,
            latitude=latitude,
            longitude=longitude,
            discount_rate=0.1,
            shell_cost_usd_per_w=9.0,
            shell_life=15.0,
            connection_limit=400.0 / units.power_mw,
            connection_cost=15.0,
            pue_base=1.2,
            pue_slope=0.01,
            pue_max=1.5,
            temperature=22.0,
        )
        for country, (latitude, longitude, code) in PLACES.items()
    ]
    chip = Chip(name="H100", kw_per_h100e=1.3, price_usd_per_h100e=35_000.0, life_years=5.0)
    common = {"regions": PLACES, "demand": dict.fromkeys(PLACES, 60.0)}
    work = [
        Workload(name="batch", kind="batch", defer_hours=2.0, **common),
        Workload(
            name="chat",
            kind="interactive",
            latency_ms=12.0,
            gb_per_h100e_hour=2.0,
            usd_per_gb=0.05,
            **common,
        ),
    ]
    return attach(network, sites, [chip], work, units=units)


@pytest.fixture(scope="module")
def plan() -> pypsa.Network:
    return solved(with_compute(market(), Units()))


def test_a_solved_network_can_be_given_compute() -> None:
    """Alone, gas at 60 and coal at 30 set South Africa's price as in the documentation."""
    network = solved(market())
    price = network.c.buses.dynamic.marginal_price["South Africa"]
    np.testing.assert_allclose(price, [60.0, 60.0, 60.0, 30.0])
    objective = network.objective
    richer = with_compute(network, Units())
    assert network.objective == objective
    assert not network.c.links.static.index.str.contains("H100").any()
    assert richer.c.links.static.index.str.contains("H100").sum() == 3


def test_megawatts_and_dollars_give_the_plan_of_gigawatts_and_millions(
    plan: pypsa.Network,
) -> None:
    own = solved(with_compute(market(1000.0, 1e6), Units.own()))
    assert plan.objective == pytest.approx(1e6 * own.objective, rel=1e-8)
    for column in ("p_nom_opt", "p_nom_max"):
        ours, theirs = own.c.links.static[column], plan.c.links.static[column]
        connection = [f"{country} connection" for country in PLACES]
        np.testing.assert_allclose(theirs[connection], 1000.0 * ours[connection], rtol=1e-6)


def test_compute_is_paid_for_in_the_networks_money(plan: pypsa.Network) -> None:
    """360 kH100e of H100 at USD 35,000 over five years, and a shell of USD 9 a watt over 15."""
    links = plan.c.links.static
    chips = links.loc[[f"{country} H100" for country in PLACES]]
    assert (chips["p_nom_opt"] * chips["efficiency"]).sum() == pytest.approx(360.0, rel=1e-6)
    paid = (chips["p_nom_opt"] * chips["capital_cost"]).sum()
    assert paid == pytest.approx(360e3 * 35_000.0 * 0.1 / (1 - 1.1**-5), rel=1e-6)
    shells = links.loc[[f"{country} shell" for country in PLACES]]
    paid = (shells["p_nom_opt"] * shells["capital_cost"]).sum()
    assert paid == pytest.approx(360e3 * 1_300.0 * 9.0 * 0.1 / (1 - 1.1**-15), rel=1e-6)


def test_facilities_draw_power_from_their_bus(plan: pypsa.Network) -> None:
    """At 22 °C PUE is 1.27; 360 kH100e at 1.3 kW draw 594 MW in the mean."""
    links = plan.c.links.dynamic.p0[[f"{country} connection" for country in PLACES]]
    assert links.sum(axis=1).mean() == pytest.approx(360.0 * 1.3 * 1.27, rel=1e-6)
    made = plan.c.generators.dynamic.p[
        [g for g in plan.c.generators.static.index if "batch" not in g and "chat" not in g]
    ].sum(axis=1)
    used = plan.c.loads.dynamic.p_set.sum(axis=1) + links.sum(axis=1)
    np.testing.assert_allclose(made, used, rtol=1e-9)


def test_netcdf_keeps_the_plan(plan: pypsa.Network, tmp_path: Path) -> None:
    file = tmp_path / "market.nc"
    keep_routes(plan)
    plan.export_to_netcdf(str(file))
    read = new_network(file)
    pd.testing.assert_frame_equal(solved_routes(read), solved_routes(plan))
    again = solved(read)
    assert again.objective == pytest.approx(plan.objective, rel=1e-12)
    pd.testing.assert_series_equal(
        again.c.links.static["p_nom_opt"], plan.c.links.static["p_nom_opt"], rtol=1e-9
    )


def meshed() -> pypsa.Network:
    """Build the market on alternating current: a loop of lines, and hydrogen kept in a store."""
    network = market()
    network.remove("Link", [f"{one} - {other}" for one, other in BORDERS])
    for (one, other), size in BORDERS.items():
        ends = {"bus0": one, "bus1": other, "carrier": "AC"}
        network.add("Line", f"{one} - {other}", x=OHM[one, other], r=0.01, s_nom=size, **ends)
    network.add("Carrier", "H2")
    network.add("Bus", "H2", carrier="H2")
    ends = {"bus0": "South Africa", "bus1": "H2"}
    network.add("Link", "electrolysis", **ends, p_nom=2_000.0, efficiency=0.7, carrier="H2")
    ends = {"bus0": "H2", "bus1": "South Africa"}
    network.add("Link", "fuel cell", **ends, p_nom=2_000.0, efficiency=0.8, carrier="H2")
    network.add("Store", "H2", bus="H2", e_nom=1_500.0, e_cyclic=True, carrier="H2")
    return network


@pytest.fixture(scope="module")
def meshed_plan() -> pypsa.Network:
    return solved(with_compute(meshed(), Units()))


def test_lines_and_stores_of_the_network_s_own_are_planned_with(
    meshed_plan: pypsa.Network,
) -> None:
    ours = optimise(with_compute(meshed(), Units()), solver="tradewind")
    assert ours.objective == pytest.approx(meshed_plan.objective, rel=1e-6)
    first, second, third = (f"{one} - {other}" for one, other in BORDERS)
    for network in (ours, meshed_plan):
        flow, size = network.c.lines.dynamic.p0, network.c.lines.static["s_nom"]
        loop = 40.0 * flow[first] - 10.0 * flow[second] + 20.0 * flow[third]
        np.testing.assert_allclose(loop, 0.0, atol=1e-3)
        # The loop leaves the longest line part idle while another is full.
        assert (abs(flow[second]) > size[second] - 0.1).any()
        assert (abs(flow[first]) < 0.95 * size[first]).all()
        level = network.c.stores.dynamic.e["H2"]
        links = network.c.links.dynamic.p0
        filled = 0.7 * links["electrolysis"] - links["fuel cell"]
        np.testing.assert_allclose(level - np.roll(level, 1), filled, atol=1e-3)
        assert np.ptp(level) > 1_000.0


def test_netcdf_keeps_lines_and_stores_beside_the_layer(
    meshed_plan: pypsa.Network, tmp_path: Path
) -> None:
    file = tmp_path / "meshed.nc"
    meshed_plan.export_to_netcdf(str(file))
    read = new_network(file)
    for part, attribute in (("lines", "p0"), ("stores", "e")):
        kept, given = (getattr(n.c, part).dynamic[attribute] for n in (read, meshed_plan))
        pd.testing.assert_frame_equal(kept, given)
    assert solved(read).objective == pytest.approx(meshed_plan.objective, rel=1e-12)
    assert "Kirchhoff-Voltage-Law" in read.model.constraints

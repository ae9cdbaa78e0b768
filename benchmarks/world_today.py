"""Held against what is known: carbon and price of the world network's areas, with compute on them.

    OMP_NUM_THREADS=1 python -m benchmarks.world_today

Twenty-four hours, the default demand. Prints the sentence of docs/capacity-world.md; half a minute.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pandas as pd

from tradewind.capacity import Units, attach, optimise
from tradewind.capacity.cost_stack import yearly_emissions
from tradewind.capacity.networks import world

if TYPE_CHECKING:
    import pypsa

HOURS = 24


def solved() -> pypsa.Network:
    """The world with its default compute."""
    network = attach(
        world.network(HOURS),
        world.sites(HOURS),
        world.chips(),
        world.workloads(HOURS),
        rules=world.rules(),
        units=Units.own(),
        round_trips=world.round_trips(),
    )
    return optimise(network)


def by_area(network: pypsa.Network) -> pd.DataFrame:
    """Carbon of what an area makes [g / kWh] and its mean price [USD / kWh], beside the table's."""
    data, weight = world.table(), network.snapshot_weightings["objective"]
    areas = pd.Index(data["site"].to_numpy())
    plants = network.generators[network.generators["bus"].isin(areas)]
    made = network.generators_t["p"][plants.index].mul(weight, axis=0).sum()
    tonnes = yearly_emissions(network)[plants.index]
    price = network.buses_t["marginal_price"][areas].mul(weight, axis=0).sum() / weight.sum()
    return pd.DataFrame(
        {
            "carbon": 1e3 * tonnes.groupby(plants["bus"]).sum() / made.groupby(plants["bus"]).sum(),
            "known carbon": data["carbon_intensity"].to_series(),
            "price": price,
            "industrial price": data["industrial_price"].to_series(),
        }
    )


def told(network: pypsa.Network) -> str:
    """What the page says."""
    areas = by_area(network)
    carbon = areas[["carbon", "known carbon"]].dropna()
    off = (carbon["carbon"] - carbon["known carbon"]).abs()
    mean, ranks = carbon.mean(), areas[["price", "industrial price"]].rank()
    ratio = areas["price"] / areas["industrial price"]
    return (
        f"carbon intensity of the areas correlates at {carbon.corr().iloc[0, 1]:.2f} with that of "
        f"Ember and others, with a median error of {off.median():.0f} g/kWh and a mean of "
        f"{mean['carbon']:.0f} against {mean['known carbon']:.0f}: plants that are free to run by "
        "cost alone, without least output or contracts, burn less coal. The marginal price is "
        f"{ratio.median():.2f} of the price to industry at the median (rank correlation "
        f"{ranks.corr().iloc[0, 1]:.2f})."
    )


def main() -> None:
    """Print the sentence."""
    for name in ("linopy", "pypsa"):
        logging.getLogger(name).setLevel(logging.WARNING)
    print(told(solved()))


if __name__ == "__main__":
    main()

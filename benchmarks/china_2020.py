"""Held against 2020: output by fuel and province of the Chinese network, without any compute.

    OMP_NUM_THREADS=1 python benchmarks/china_2020.py

Four weeks, every third hour, load scaled to the year's consumption, wind and solar at the mean
capacity of the year (reported output over reported hours). Prints one row a province and the mean
errors; a minute or two on an idle core, half a gigabyte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tradewind.capacity.networks import china31
from tradewind.world.energy import open_energy

if TYPE_CHECKING:
    import pypsa
    import xarray as xr

WEEKS = ("2018-01-08", "2018-04-09", "2018-07-09", "2018-10-15")
STEP = 3
FUEL = {
    "coal": "thermal",
    "gas": "thermal",
    "nuclear": "nuclear",
    "onshore wind": "wind",
    "offshore wind": "wind",
    "solar": "solar",
    "hydro": "hydro",
}
FUELS = ["thermal", "nuclear", "wind", "solar", "hydro"]
TWH_A_YEAR = 8.76
OFFSHORE_OF_THE_YEAR = 0.75
"""Mean of 2020 over the end of 2020: it grew from 5.9 to 9.0 GW."""
SOLVER = {"solver": "ipm", "run_crossover": "off", "threads": 1, "output_flag": False}


def modelled() -> pd.DataFrame:
    """Yearly output by province and fuel, in TWh."""
    network = china31.network(2020, snapshots=china31.weeks(*WEEKS)[::STEP])
    network.snapshot_weightings["stores"] = float(STEP)
    data = open_energy("china31")
    mean = network.loads_t.p_set.mean()
    year = data["load_energy"].sel(load_year=2020).to_series() / TWH_A_YEAR
    network.loads_t.p_set *= year.rename("{} load".format) / mean
    stand_at_the_years_mean(network, data)
    network.optimize(solver_name="highs", include_objective_constant=False, solver_options=SOLVER)
    parts = [
        pd.DataFrame(
            {
                "bus": frame.bus,
                "fuel": frame.carrier.map(FUEL),
                "twh": hours.mean() * TWH_A_YEAR,
            }
        )
        for frame, hours in (
            (network.generators, network.generators_t.p),
            (network.storage_units, network.storage_units_t.p),
        )
    ]
    found = pd.concat(parts).dropna()
    return found.pivot_table(index="bus", columns="fuel", values="twh", aggfunc="sum").fillna(0.0)


def stand_at_the_years_mean(network: pypsa.Network, data: xr.Dataset) -> None:
    """Put wind and solar at what stood on average in 2020, and let nothing grow."""
    output = data["generation"].to_pandas().mul(1000.0)
    offshore = data["capacity"].sel(capacity_year=2020, carrier="offshore wind").to_series()
    offshore = offshore * OFFSHORE_OF_THE_YEAR
    wind = output.loc["wind"] / data["full_load_hours"].to_series()
    stood = {
        "onshore wind": (wind - offshore).clip(lower=0.0),
        "offshore wind": offshore,
        "solar": output.loc["solar"] / data["solar"].sum("hour").to_series(),
    }
    for carrier, capacity in stood.items():
        plants = network.generators.index[network.generators.carrier == carrier]
        values = capacity.reindex(network.generators.bus[plants]).to_numpy()
        for column in ("p_nom", "p_nom_min", "p_nom_max"):
            network.generators.loc[plants, column] = values


def main() -> None:
    """Print the comparison."""
    made = modelled()[FUELS]
    told = open_energy("china31")["generation"].to_pandas().T[FUELS]
    made = made.reindex(told.index, fill_value=0.0)
    shares = [frame.div(frame.sum(axis=1), axis=0) * 100.0 for frame in (made, told)]
    table = pd.DataFrame(
        {
            "thermal, model": made["thermal"],
            "reported": told["thermal"],
            "all, model": made.sum(axis=1),
            "all, reported": told.sum(axis=1),
            "thermal share, model": shares[0]["thermal"],
            "share, reported": shares[1]["thermal"],
        }
    )
    print(table.round(1).to_string())
    print(pd.DataFrame({"model": made.sum(), "reported": told.sum()}).round(0).to_string())
    error = (shares[0] - shares[1]).abs()
    weight = told.sum(axis=1) / told.sum().sum()
    print(
        pd.DataFrame({"mean": error.mean(), "by output": error.mul(weight, axis=0).sum()})
        .round(1)
        .to_string()
    )
    off = (made["thermal"] - told["thermal"]).abs().sum() / told["thermal"].sum()
    print(f"thermal output in the wrong province: {50.0 * off:.1f} % of all")


if __name__ == "__main__":
    main()

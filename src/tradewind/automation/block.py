"""Automation with labels: compute of a year in, productivity and factor shares out.

See README.md of this room for the equations and ``docs/automation.md`` for how to read an answer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from tradewind.automation import checks, shapes
from tradewind.automation import equations as eq
from tradewind.automation.equations import Floats
from tradewind.automation.factors import shifted_shares
from tradewind.automation.labour import FACTORS
from tradewind.automation.labour import workers as shipped_workers
from tradewind.automation.parameters import central
from tradewind.automation.sector_exposure import exposure as shipped_exposure
from tradewind.automation.sector_exposure import odds
from tradewind.automation.shapes import Compute, Shape, State

Variable = tuple[tuple[str, ...], str]

READS: Mapping[str, Variable] = {
    "training_compute": ((), "eFLOP"),
    "training_compute_base": ((), "eFLOP"),
    "runtime_compute": (("economy",), "H100e"),
    "runtime_compute_base": (("economy",), "H100e"),
    "access_lag": (("economy",), "year"),
    "frontier_growth": ((), "1/year"),
    "algorithmic_efficiency": ((), "1"),
    "value_added": (("economy", "sector"), "USD million/year"),
    "factor_share": (("economy", "factor"), "1"),
}
"""What ``solve`` must be given: dimensions and unit."""
READS_IF_GIVEN: Mapping[str, Variable] = {"access_lag_base": (("economy",), "year")}
"""The lag in the base year, if it was another than now."""
WRITES: Mapping[str, Variable] = {
    "automated_share": (("economy",), "1"),
    "automated_share_base": (("economy",), "1"),
    "task_share": (("economy", "sector"), "1"),
    "productivity_hat": (("economy", "sector"), "1"),
    "factor_share_new": (("economy", "factor"), "1"),
    "labour_displaced": (("economy", "sector"), "1"),
    "compute_wanted": (("economy",), "H100e"),
    "power_demand": (("economy",), "GW"),
}
"""What ``solve`` returns: dimensions and unit."""
MEANINGS: Mapping[str, str] = {
    "automated_share": "tasks done by compute, by value added",
    "automated_share_base": "the same in the base year",
    "task_share": "tasks of the sector done by compute",
    "productivity_hat": "value-added-augmenting productivity over the base year",
    "factor_share_new": "share of value added",
    "labour_displaced": "tasks that labour had in the base year and compute does now",
    "compute_wanted": "run-time compute at which it no longer limits automation",
    "power_demand": "power of the sites that run the compute",
}


def solve(
    inputs: xr.Dataset,
    *,
    values: Mapping[str, float] | None = None,
    shape: Shape = "gate",
    exposure: xr.DataArray | None = None,
    workers: xr.DataArray | None = None,
) -> xr.Dataset:
    """Turn a year's compute into tasks automated, productivity, factor shares and power.

    Parameters
    ----------
    inputs : Dataset
        ``training_compute`` and ``training_compute_base`` () [eFLOP], effective compute of the
        frontier's largest training run; ``runtime_compute`` and ``runtime_compute_base`` (economy)
        [H100e], what an economy uses, its own and rented, above 0; ``access_lag`` (economy) [year]
        and, if it was another in the base year, ``access_lag_base``; ``frontier_growth`` ()
        [1/year], log growth of training compute; ``algorithmic_efficiency`` () [1] at run time,
        over the base year; ``value_added`` (economy, sector) [USD million/year] and
        ``factor_share`` (economy, factor) [1] of the base year.
    values : mapping of str to float, optional
        A number for every parameter, as ``parameters.central`` gives them (and it refuses what is
        out of range); the central ones if left out.
    shape : {"gate", "acemoglu_2024", "korinek_suh_2024"}
        How automation answers to compute. No result stands on one: show all three.
    exposure : DataArray (sector) [1], optional
        Index of exposure, any scale whose unit is a standard deviation; AIIE if left out.
    workers : DataArray (economy) [person], optional
        Penn World Table's, 2019, if left out.

    Returns
    -------
    Dataset
        Variables of ``WRITES``. Where the inputs are those of the base year every hat is exactly 1
        and nothing is displaced. Less compute than in the base year gives hats below 1 and tasks
        that go back to labour (negative).

    Raises
    ------
    InputError
        If a variable is absent, of other dimensions, NaN or out of bounds.
    ScenarioError
        If the shape, a sector or an economy is unknown.
    """
    shapes.check(shape)
    values = central() if values is None else values
    checks.inputs(inputs, _needed(inputs))
    economies = inputs["economy"].values.tolist()
    sectors = inputs["sector"].values.tolist()
    index = shipped_exposure(sectors) if exposure is None else exposure.sel(sector=sectors)
    people = shipped_workers(economies) if workers is None else workers.sel(economy=economies)
    added = inputs["value_added"].transpose("economy", "sector").to_numpy()
    ratio = odds(index.to_numpy(), added.sum(axis=0), values["exposure_slope"])
    base, now = (
        shapes.solve(shape, each, ratio, values)
        for each in _compute(inputs, people.to_numpy(), values)
    )
    share = inputs["factor_share"].transpose("economy", "factor").sel(factor=list(FACTORS))
    arrays = _answer(shape, base, now, _weights(added), share.to_numpy())
    arrays["compute_wanted"] = (
        now.use.wanted.max(axis=1) * people.to_numpy() / _flop_per_h100e(inputs, values)
    )
    arrays["power_demand"] = eq.power_gw(
        inputs["runtime_compute"].to_numpy(),
        values["power_per_h100e"],
        values["power_usage_effectiveness"],
    )
    return _labelled(arrays, economies, sectors, shape)


def _needed(inputs: xr.Dataset) -> dict[str, tuple[str, ...]]:
    given = {name: kind for name, kind in READS_IF_GIVEN.items() if name in inputs}
    return {name: dims for name, (dims, _) in {**READS, **given}.items()}


def _flop_per_h100e(inputs: xr.Dataset, values: Mapping[str, float]) -> float:
    """Effective operations that an H100e does in a year of work."""
    efficiency = float(inputs["algorithmic_efficiency"])
    return eq.H100_FLOP_PER_YEAR * values["utilisation"] * efficiency


def _compute(
    inputs: xr.Dataset, people: Floats, values: Mapping[str, float]
) -> tuple[Compute, Compute]:
    """Compute of the base year and of now."""
    growth, frontier = float(inputs["frontier_growth"]), float(inputs["training_compute_base"])
    lag = inputs["access_lag"]
    lags = (inputs.get("access_lag_base", lag), lag)
    trained = (frontier, float(inputs["training_compute"]))
    run = (inputs["runtime_compute_base"], inputs["runtime_compute"])
    each = (eq.H100_FLOP_PER_YEAR * values["utilisation"], _flop_per_h100e(inputs, values))

    def of(year: int) -> Compute:
        access = eq.accessible_training(trained[year], growth, lags[year].to_numpy())
        per_worker = run[year].to_numpy() * each[year] / people
        return Compute(access, access - np.log(frontier), per_worker)

    return of(0), of(1)


def _weights(added: Floats) -> Floats:
    """Each sector's part of an economy's value added; of the world's where an economy has none."""
    total = added.sum(axis=1, keepdims=True)
    world = added.sum(axis=0) / added.sum()
    return np.where(total > 0.0, added / np.where(total > 0.0, total, 1.0), world)


def _answer(
    shape: Shape, base: State, now: State, weights: Floats, share: Floats
) -> dict[str, Floats]:
    labour, capital, compute = share.T
    log_gain = now.log_gain - base.log_gain
    if shape == "acemoglu_2024":
        lost = labour * np.sum(weights * (now.moved - base.moved), axis=1)
        new_labour, new_compute = labour - lost, compute + lost
    else:
        log_gain = eq.value_added_gain(log_gain, (labour + compute)[:, np.newaxis])
        new_labour, new_compute = shifted_shares(
            labour,
            compute,
            np.sum(weights * base.moved, axis=1),
            np.sum(weights * now.moved, axis=1),
        )
    return {
        "automated_share": np.sum(weights * now.use.done, axis=1),
        "automated_share_base": np.sum(weights * base.use.done, axis=1),
        "task_share": now.use.done,
        "productivity_hat": np.exp(log_gain),
        "factor_share_new": np.stack([new_labour, capital, new_compute], axis=1),
        "labour_displaced": (now.use.done - base.use.done) / (1.0 - base.use.done),
    }


def _labelled(
    arrays: Mapping[str, Floats], economies: list[str], sectors: list[str], shape: Shape
) -> xr.Dataset:
    return xr.Dataset(
        {
            name: (dims, arrays[name], {"long_name": MEANINGS[name], "units": units})
            for name, (dims, units) in WRITES.items()
        },
        {"economy": economies, "sector": sectors, "factor": list(FACTORS)},
        {"shape": shape},
    )

"""Answers that take a second plan beside the first: values of freedom, effects, ranges.

Values are differences of two objectives of tenths of a percent, so both are solved to the same
tolerance, 1e-8 or better. Nothing here is computed unless asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import scipy.sparse as sp
import xarray as xr
from numpy.typing import NDArray

from tradewind.capacity import naming
from tradewind.capacity.cost_stack import objective_of, yearly_emissions
from tradewind.capacity.fields import FIELDS
from tradewind.capacity.inputs import Workload
from tradewind.capacity.layer import copy_of
from tradewind.capacity.model import tighten
from tradewind.capacity.optimum import Optimiser
from tradewind.capacity.programme import NO_STEP, Programme, programme_of
from tradewind.capacity.rules import Rules
from tradewind.capacity.setting import Setting
from tradewind.errors import InfeasibleError, InputError

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]
Say = Callable[[str], None]
Question = Literal["latency", "residency", "deferral", "price", "siting", "emissions", "hours"]
VALUES: tuple[Question, ...] = ("latency", "residency", "deferral")
SLACK = 0.01
"""Share of the optimum that near-optimal sitings may cost more."""
MORE_LOAD = 1e-3
"""Load added to find marginal emissions, as a share of the network's mean load; at least 1 MW."""


def require_questions(asked: Sequence[str]) -> None:
    """Refuse a question that no paired solve answers.

    Raises
    ------
    InputError
    """
    unknown = [question for question in asked if question not in get_args(Question)]
    if unknown:
        raise InputError(
            "There is no such paired solve.",
            value=unknown[0],
            bound=", ".join(get_args(Question)),
            remedy="Name one of these.",
        )


def add_paired(
    data: xr.Dataset,
    solved: pypsa.Network,
    setting: Setting,
    asked: Sequence[Question],
    say: Say,
    whole: Callable[[], Setting],
) -> xr.Dataset:
    """Add what was asked for to a plan's Dataset.

    Parameters
    ----------
    data : Dataset
        From ``results``.
    solved : pypsa.Network
        Of the plan.
    setting : Setting
    asked : sequence of str
        "latency", "residency": what it saves to lift the bound, of all workloads at once.
        "deferral": what it costs if batch may not wait and training runs flat.
        "price": mean price with compute less that without.
        "siting": least and most IT of each site within ``SLACK`` of the optimum.
        "emissions": marginal emissions by a plan with a little more load at each site's bus, new
        plant included, in place of those of the plant nearest to the price.
        "hours": how far the objective is from that of the whole year, in the attribute
        ``hours_objective_error`` [1].
    say : callable
        Is told what is being solved.
    whole : callable
        Gives the setting with all hours of the year.

    Raises
    ------
    InfeasibleError
        The changed plan is impossible, such as one without deferral.
    """
    cases = [case for case in VALUES if case in asked]
    if cases:
        values = []
        for case in cases:
            say(f"what {case} is worth: solving the pair")
            values.append(value(setting, case, objective_of(solved)))
        data = data.assign_coords(case=cases)
        million = setting.units.money_usd / 1e6
        data["value"] = _field("value", np.array(values) * million)
    if "price" in asked:
        say("prices without compute: solving the pair")
        data["price_effect"] = _field("price_effect", price_effect(data, setting))
    if "siting" in asked:
        low, high = siting_ranges(solved, setting.optimiser, say=say)
        data["siting_low"], data["siting_high"] = (
            _field("siting_low", low),
            _field("siting_high", high),
        )
    if "emissions" in asked:
        data = _with_marginal(data, setting, solved, say)
    if "hours" in asked:
        say("the whole year, to measure what the choice of hours costs: solving the pair")
        year = objective_of(setting.optimiser.solve(whole().attached()))
        data.attrs["hours_objective_error"] = objective_of(solved) / year - 1.0
    return data


def _field(name: str, values: Floats) -> xr.Variable:
    dims, unit, meaning = FIELDS[name]
    return xr.Variable(dims, values, {"units": unit, "long_name": meaning})


def freed(setting: Setting, case: Question) -> Setting:
    """Lift a bound for every workload; for deferral take the freedom to wait away."""
    return replace(setting, workloads=tuple(_freed(w, case) for w in setting.workloads))


def _freed(workload: Workload, case: Question) -> Workload:
    if case == "latency":
        return replace(workload, latency_ms=np.inf)
    if case == "residency":
        return replace(workload, residency=None)
    flat = 1.0 if workload.kind == "training" else 0.0
    return replace(workload, defer_hours=0.0, minimum_load=flat)


def value(setting: Setting, case: Question, objective: float) -> float:
    """Find what lifting a bound saves, or what deferral saves, in the network's money a year.

    Zero, without another solve, where a bound shuts no site out.

    Raises
    ------
    InfeasibleError
        Without deferral there is no plan.
    """
    given = freed(setting, case).attached()
    if case != "deferral" and _routes(given) == _routes(setting.attached()):
        # No site was shut out, and the pair would be the plan itself.
        return 0.0
    try:
        pair = setting.optimiser.solve(given)
    except InfeasibleError as error:
        raise InfeasibleError(
            f"the value of {case} has no number: without it there is no plan"
        ) from error
    difference = objective - objective_of(pair)
    return -difference if case == "deferral" else difference


def _routes(given: pypsa.Network) -> set[tuple[str, ...]]:
    """Who may be served where, in an attached network."""
    routes = given.meta[naming.META]["routes"]
    return set(zip(*(routes.get(key, ()) for key in ("workload", "region", "site")), strict=True))


def price_effect(data: xr.Dataset, setting: Setting) -> Floats:
    """Mean price of each bus with compute less that without [USD / MWh]: (bus,)."""
    bare = replace(setting, sites=(), chips=(), workloads=(), rules=_power_only(setting))
    without = setting.optimiser.solve(bare.attached())
    weight = without.snapshot_weightings["objective"].to_numpy(float)
    price = without.buses_t["marginal_price"].reindex(columns=data["bus"].values)
    mean = weight @ price.to_numpy(float) / weight.sum()
    scale = setting.units.money_usd / setting.units.power_mw
    return np.asarray(data["price_mean"].to_numpy() - mean * scale)


def _power_only(setting: Setting) -> Rules:
    """Rules without those that speak of sites or chips."""
    return replace(setting.rules, green_share=0.0, chip_caps=())


def _with_marginal(
    data: xr.Dataset, setting: Setting, solved: pypsa.Network, say: Say
) -> xr.Dataset:
    emitted, intensity = float(yearly_emissions(solved).sum()), []
    weight = solved.snapshot_weightings["objective"].to_numpy(float)
    load = solved.get_switchable_as_dense("Load", "p_set").sum(axis=1).to_numpy(float)
    more = max(MORE_LOAD * float(weight @ load) / weight.sum(), 1.0 / setting.units.power_mw)
    at: dict[str, float] = {}
    for bus in data["site_bus"].values:
        if bus not in at:
            say(f"marginal emissions at {bus}: solving the pair")
            given = setting.attached()
            given.add("Load", f"{bus} tradewind more", bus=bus, p_set=more)
            pair = setting.optimiser.solve(given)
            added = float(yearly_emissions(pair).sum()) - emitted
            at[bus] = added / (more * weight.sum())
        intensity.append(1e3 * at[bus])
    energy = data["facility_power"].to_numpy() @ weight
    data["intensity_marginal"] = _field("intensity_marginal", np.array(intensity))
    data["emissions_marginal"] = _field("emissions_marginal", np.array(intensity) * energy)
    data.attrs["emissions_marginal_method"] = (
        f"paired solve with {more * setting.units.power_mw:.4g} MW more load in every hour, "
        "new plant included"
    )
    return data


def siting_ranges(
    solved: pypsa.Network,
    optimiser: Optimiser,
    sites: Sequence[str] | None = None,
    *,
    slack: float = SLACK,
    say: Say | None = None,
) -> tuple[Floats, Floats]:
    """Find the least and the most IT capacity of sites at a cost near the optimum.

    Parameters
    ----------
    solved : pypsa.Network
        From ``attach``, solved.
    optimiser : Optimiser
        Each end starts from the one before where its method allows.
    sites : sequence of str, optional
        None: all.
    slack : float [1]
        Share of the optimum that a plan may cost more.
    say : callable, optional

    Returns
    -------
    low, high : (site,) [GW of IT]
    """
    spec = solved.meta[naming.META]
    given = copy_of(solved)
    model = given.optimize.create_model(include_objective_constant=False)
    tighten(given, given.snapshots)
    programme = programme_of(model)
    sizes = model["Link-p_nom"].labels.to_series()
    columns = np.asarray(model.matrices.vlabels)
    near = _near_optimal(programme, objective_of(solved), slack)
    chosen = [s["name"] for s in spec["sites"]] if sites is None else list(sites)
    ends = np.zeros((2, len(chosen)))
    for i, site in enumerate(chosen):
        links = [naming.chip_link(site, chip["name"]) for chip in spec["chips"]]
        labels = sizes.reindex(links).dropna().to_numpy()
        cost = np.zeros(programme.shape[1])
        cost[np.searchsorted(columns, labels)] = 1.0
        for end, sign in ((0, 1.0), (1, -1.0)):
            what = f"siting of {site}, solve {2 * i + end + 1} of {2 * len(chosen)}"
            if say is not None:
                say(what)
            with optimiser.saying(what):
                found = optimiser.minimised(replace(near, cost=sign * cost))
            if found is None:
                raise InfeasibleError("the optimum itself does not fit the near-optimal programme")
            ends[end, i] = cost @ found.column
    gw = spec["units"]["power_mw"] / 1e3
    return ends[0] * gw, ends[1] * gw


def _near_optimal(programme: Programme, objective: float, slack: float) -> Programme:
    """Add the row that cost may exceed the optimum by a share, scaled to one."""
    row = sp.csr_array((programme.cost / abs(objective))[None, :])
    most = (objective + slack * abs(objective) - programme.offset) / abs(objective)
    return replace(
        programme,
        matrix=sp.csr_array(sp.vstack([programme.matrix, row])),
        row_lower=np.append(programme.row_lower, -np.inf),
        row_upper=np.append(programme.row_upper, most),
        row_step=np.append(programme.row_step, NO_STEP),
        cost=np.zeros(programme.shape[1]),
        offset=0.0,
    )

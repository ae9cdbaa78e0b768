"""The adoption block with labels: a year's prices and rules in, shares of each stack out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import xarray as xr

from tradewind.adoption import calibration, equations
from tradewind.adoption.base import home
from tradewind.adoption.calibration import MEASURES
from tradewind.adoption.market import CHINESE, STACKS
from tradewind.adoption.parameters import central
from tradewind.errors import InputError
from tradewind.scenario.door import Variables, admitted, labelled, within

THREE, BOTH = ("measure", "economy", "stack"), ("economy", "stack")
READS: Variables = MappingProxyType(
    {
        "share": (THREE, "1"),
        "price": (("stack",), "USD/million tokens"),
        "quality": (("stack",), "ECI points"),
        "openness": (("stack",), "1"),
        "finance": (BOTH, "1"),
        "restriction": (BOTH, "1"),
        "population": (("economy",), "person"),
    }
)
"""What ``solve`` reads: name to dimensions and unit."""
WRITES: Variables = MappingProxyType(
    {
        "share_new": (THREE, "1"),
        "chinese_share": (("measure", "economy"), "1"),
        "world_share": (("measure", "stack"), "1"),
        "utility": (THREE, "1"),
    }
)
"""What ``solve`` writes: name to dimensions and unit."""
NAMES = MappingProxyType(
    {
        "share_new": "share of use at the end of the year",
        "chinese_share": "share of both Chinese stacks",
        "world_share": "mean over economies, weighted by people",
        "utility": "log odds of a stack before imitation and restrictions",
    }
)
MONTHS = 12
ROUNDING = 1e-9


def solve(
    inputs: xr.Dataset, *, values: Mapping[str, float] | None = None, frozen: bool = False
) -> xr.Dataset:
    """Let a year pass: each month some choose their stack anew.

    Equations D1 to D5 of the README, month by month with the year's inputs.

    Parameters
    ----------
    inputs : xarray.Dataset
        ``READS``; ``tradewind.adoption.inputs`` makes one. ``restriction`` is the share of use to
        which a stack is barred, 1 a ban; ``finance`` the share of its cost that its maker's state
        pays; ``population`` weighs economies, people or users.
    values : mapping of str to float, optional
        A number for every parameter, as ``central`` gives them; the central ones if left out. The
        tastes follow from them (``calibrated``).
    frozen : bool
        Nobody chooses anew: the shares are repeated exactly.

    Returns
    -------
    xarray.Dataset
        ``WRITES``. The measures never mix: tokens are bought through one market of developers,
        visits are of web sites.

    Raises
    ------
    InputError
        If a variable is missing, in another unit, not finite or out of bounds, or shares do not
        sum to one.
    """
    values = central() if values is None else values
    given = admitted(inputs, READS, "adoption")
    check(given)
    codes = [str(code) for code in given["economy"].values]
    worth = equations.systematic(
        given["price"].to_numpy(),
        given["quality"].to_numpy(),
        given["openness"].to_numpy(),
        values["price_coefficient"],
        values["quality_coefficient"],
        values["openness_coefficient"],
    )
    by_economy = (
        values["home_bias"] * home(codes)
        + values["finance_coefficient"] * given["finance"].to_numpy()
    )
    utility = calibration.taste(values)[:, None, :] + worth + by_economy
    barred = given["restriction"].to_numpy()
    share = given["share"].to_numpy()
    if not frozen:
        inertia = np.array([values[f"inertia_{measure}"] for measure in MEASURES])[:, None, None]
        for _ in range(MONTHS):
            crowd = equations.followed(utility, share, values["imitation"], values["awareness"])
            target = equations.chosen(crowd, barred)
            share = equations.month_later(share, target, barred, inertia)
    answer = {
        "share_new": share,
        "chinese_share": share[..., np.isin(STACKS, CHINESE)].sum(axis=-1),
        "world_share": equations.world_share(share, given["population"].to_numpy()),
        "utility": utility,
    }
    coords = {"measure": list(MEASURES), "economy": codes, "stack": list(STACKS)}
    return labelled(answer, WRITES, NAMES, coords)


def check(given: xr.Dataset) -> None:
    """Refuse other stacks and measures than the block's, and numbers that cannot be."""
    for dim, known in (("stack", STACKS), ("measure", MEASURES)):
        if [str(label) for label in given[dim].values] != list(known):
            raise InputError(
                f"the labels of {dim} are not the block's",
                where=f"adoption, coordinate {dim!r}",
                value=", ".join(map(str, given[dim].values)),
                bound=", ".join(known),
                remedy="take them from tradewind.adoption, in this order",
            )
    within(given["price"], 1e-9, 1e9, "adoption")
    within(given["quality"], -1e3, 1e4, "adoption")
    within(given["population"], 1e-9, 1e12, "adoption")
    for name in ("openness", "finance", "restriction"):
        within(given[name], 0.0, 1.0, "adoption")
    # What a year gave back may be one and a rounding.
    within(given["share"], 0.0, 1.0 + ROUNDING, "adoption")
    within(given["restriction"].min("stack"), 0.0, 1.0 - ROUNDING, "adoption")
    total = given["share"].sum("stack").rename("share")
    within(total, 1.0 - ROUNDING, 1.0 + ROUNDING, "adoption")

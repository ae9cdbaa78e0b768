"""From a scenario's shocks to complete arrays on a world's labels.

Shocks are taken in the order of the file. Which of them may meet on one link or cell:

1. ``tariff`` with ``mode: set`` replaces the baseline rate. Two that set one link to different
   rates are refused, and so is a ``set`` after an ``add``, which it would undo in silence.
2. ``tariff`` with ``mode: add``, or a schedule, adds to what stands; several add up.
3. Two ``export_tax`` with different rates on one link are refused.
4. ``iceberg``, ``ban``, ``energy_supply``, ``productivity`` and ``input_requirement`` multiply.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from tradewind.errors import InputError
from tradewind.scenario.draft import Draft, Mask
from tradewind.scenario.energy import restriction_cost_hat
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.shocks import (
    Ban,
    EnergySupply,
    ExportTax,
    Iceberg,
    InputRequirement,
    Productivity,
    Tariff,
)
from tradewind.scenario.world_view import WorldView
from tradewind.world.schedules import contains

if TYPE_CHECKING:
    from tradewind.scenario.schema import Scenario


def compile_policy(scenario: Scenario, world: WorldView) -> xr.Dataset:
    """Compile a scenario to the policy that the trade block takes.

    Parameters
    ----------
    scenario : Scenario
        Validated scenario.
    world : WorldView
        Gives labels, baseline tariffs, trade shares and tariff schedules.

    Returns
    -------
    xarray.Dataset
        Only the variables that the shocks touch, complete on the world's labels:

        - ``tariff`` (importer, exporter, sector) [rate]: the new rate, -1 excluded
        - ``export_tax`` (importer, exporter, sector) [rate]: 0 where untouched
        - ``iceberg_hat`` (importer, exporter, sector) [1]: 1 where untouched, infinite for a ban
        - ``productivity_hat`` (economy, sector) [1]; ``attrs["kind"]`` is output or value_added
        - ``input_requirement_hat`` (economy, input_sector, sector) [1]

    Raises
    ------
    ScenarioError
        If a selector is unknown, a shock touches nothing, two shocks contradict each other, or a
        value leaves its bounds.
    """
    draft = Draft(scenario, world)
    for index, shock in enumerate(scenario.shocks):
        _COMPILERS[type(shock)](draft, index, shock)
    return draft.dataset()


def added_tariff(draft: Draft, index: int, shock: Tariff) -> xr.DataArray:
    """A schedule's added tariff (importer, exporter, sector) [rate], before `scale`.

    In a world that contains tariffs of the schedule already, only the difference.
    """
    assert shock.schedule is not None
    path, world = f"shocks[{index}].schedule", draft.world
    if shock.schedule not in world.schedules:
        names = list(world.schedules)
        raise draft.refusal(
            path,
            "this world has no such tariff schedule",
            value=shock.schedule,
            bound=f"one of {', '.join(names)}" if names else "a world with tariff schedules",
            remedy=suggestion(shock.schedule, names, "choose one of these, or give `percent`"),
        )
    if shock.scale != 1.0 and contains(world.data, shock.schedule):
        raise draft.refusal(
            f"shocks[{index}].scale",
            f"the world of {world.year} contains tariffs of this schedule already, and a share of "
            "the schedule could mean more or less than it has",
            value=f"{shock.scale:g}",
            bound="no scale, which adds the difference to the whole schedule",
            remedy="leave `scale` out, or run it on a world from before the schedule",
        )
    date = None if shock.date is None else shock.date.isoformat()
    try:
        added = world.added_tariff(shock.schedule, date)
    except InputError as error:
        raise draft.refusal(
            f"shocks[{index}].date",
            error.problem,
            value=error.value if error.value is not None else date,
            bound=error.bound,
            remedy=error.remedy or "choose a day that the schedule covers",
        ) from error
    return draft.aligned(added)


def _tariff(draft: Draft, index: int, shock: Tariff) -> None:
    mask = draft.links(index, shock.importer, shock.exporter, shock.sector)
    if shock.schedule is None:
        assert shock.percent is not None
        added: Any = shock.percent / 100.0
    else:
        added = shock.scale * added_tariff(draft, index, shock).values
        mask = mask & (added != 0.0)
        if not mask.any():
            rest = contains(draft.world.data, shock.schedule)
            raise draft.refusal(
                f"shocks[{index}].schedule",
                f"the world of {draft.world.year} contains all that the schedule adds here"
                if rest
                else "the schedule adds nothing on the links selected",
                value=f"{shock.schedule} on {shock.date or 'its newest day'}",
                bound="at least one link with an added tariff",
                remedy="run it on a world from before the schedule, `world: wiod2014`"
                if rest
                else "widen importer, exporter or sector, or choose another date",
            )
        added = added[mask]
    if shock.mode == "set":
        _set_tariff(draft, index, mask, added)
    else:
        draft.array("tariff")[mask] += added
        draft.touched("tariff_added", index, mask)
    _check_tariff(draft, index, mask)


def _set_tariff(draft: Draft, index: int, mask: Mask, rate: float) -> None:
    undone = draft.first_touch("tariff_added", mask)
    if undone is not None:
        raise draft.refusal(
            f"shocks[{index}].mode",
            f"this sets tariffs that shocks[{undone}] has already added to, and would undo it",
            value="set",
            bound="every `set` before the `add` on the same link",
            remedy=f"move shocks[{index}] before shocks[{undone}], or drop one of them",
        )
    _set_once(draft, index, "tariff", mask, rate)


def _set_once(draft: Draft, index: int, variable: str, mask: Mask, rate: float) -> None:
    """Set a rate on links that no earlier shock has set to another one."""
    array = draft.array(variable)
    clash = draft.first_touch(f"{variable}_set", mask & (array != rate))
    if clash is not None:
        raise draft.refusal(
            f"shocks[{index}].percent",
            f"shocks[{clash}] and shocks[{index}] set one link to different rates "
            f"({draft.example(mask & (array != rate) & draft.touches(f'{variable}_set'))})",
            value=f"{100.0 * rate:g}",
            bound="one rate a link",
            remedy="exclude the link from one of them with a leading `-`"
            + (", or use `mode: add`" if variable == "tariff" else ""),
        )
    array[mask] = rate
    draft.touched(f"{variable}_set", index, mask)


def _check_tariff(draft: Draft, index: int, mask: Mask) -> None:
    array = draft.array("tariff")
    below = mask & ~(array > -1.0)
    if below.any():
        raise draft.refusal(
            f"shocks[{index}].percent",
            f"the tariff would fall to -100 % or below ({draft.example(below)})",
            value=f"{100.0 * array[below][0]:g} %",
            bound="more than -100 %",
            remedy="add fewer negative points, or set the rate you mean",
        )


def _export_tax(draft: Draft, index: int, shock: ExportTax) -> None:
    mask = draft.links(index, shock.importer, shock.exporter, shock.sector)
    _set_once(draft, index, "export_tax", mask, shock.percent / 100.0)


def _iceberg(draft: Draft, index: int, shock: Iceberg) -> None:
    mask = draft.links(index, shock.importer, shock.exporter, shock.sector)
    draft.array("iceberg_hat")[mask] *= 1.0 + shock.percent / 100.0


def _ban(draft: Draft, index: int, shock: Ban) -> None:
    mask = draft.links(index, shock.importer, shock.exporter, shock.sector, shock.both_ways)
    draft.array("iceberg_hat")[mask] = np.inf


def _productivity(draft: Draft, index: int, shock: Productivity) -> None:
    cells = draft.cells(index, shock.economy, shock.sector)
    draft.use_kind(index, shock.kind)
    draft.array("productivity_hat")[cells] *= 1.0 + shock.percent / 100.0


def _energy_supply(draft: Draft, index: int, shock: EnergySupply) -> None:
    loss = shock.loss_percent / 100.0
    if shock.suppliers is None:
        cells = draft.cells(index, shock.economy, shock.sector)
        draft.use_kind(index, "output")
        draft.array("productivity_hat")[cells] *= 1.0 - loss
        return
    mask = draft.links(
        index, shock.economy, shock.suppliers, shock.sector, names=("economy", "suppliers")
    )
    joint_share: NDArray[np.float64] = np.where(mask, draft.expenditure_share, 0.0).sum(axis=1)
    alone = (joint_share >= 1.0 - 1e-9) & mask.any(axis=1)
    if loss < 1.0 and alone.any():
        importer, sector = np.argwhere(alone)[0]
        raise draft.refusal(
            f"shocks[{index}].loss_percent",
            f"{draft.world.economies[importer]} buys all of {draft.world.sectors[sector]} from "
            "these suppliers, so no cost makes them lose a part of it",
            value=f"{shock.loss_percent:g}",
            bound="a buyer with another source",
            remedy="exclude that buyer, or use a shock of type iceberg with the cost you mean",
        )
    # Buyers that do not buy from these suppliers keep a share of zero and any cost is without
    # effect; the mask keeps their factor a plain number all the same.
    cost_hat = restriction_cost_hat(joint_share, loss, draft.trade_elasticity())
    draft.array("iceberg_hat")[mask] *= np.broadcast_to(cost_hat[:, None, :], mask.shape)[mask]


def _input_requirement(draft: Draft, index: int, shock: InputRequirement) -> None:
    cells = draft.input_cells(index, shock.economy, shock.input_sector, shock.sector)
    draft.array("input_requirement_hat")[cells] *= 1.0 + shock.percent / 100.0


_COMPILERS: dict[type, Callable[[Draft, int, Any], None]] = {
    Tariff: _tariff,
    ExportTax: _export_tax,
    Iceberg: _iceberg,
    Ban: _ban,
    Productivity: _productivity,
    EnergySupply: _energy_supply,
    InputRequirement: _input_requirement,
}

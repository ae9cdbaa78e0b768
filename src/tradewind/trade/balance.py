"""From flows and technology to a table that balances, with a record of what moved.

Algorithm
    Expenditure, shares, output, value added and deficits follow from the flows. Final shares are
    α ∝ max(X − intermediate use, 0): a good of which less is bought than its users need (stocks
    were drawn down) leaves a negative cell, which is cut and reported. The accounts are then
    closed by one solve of the equilibrium without any shock, deficits kept.
Source
    Caliendo & Parro (2015), replication files: the treatment behind their Table A4.
"""

from __future__ import annotations

import numpy as np

from tradewind.errors import BaselineError, NoEquilibriumError
from tradewind.trade.arrays import Array, Change, Options, Table
from tradewind.trade.checks import check_table
from tradewind.trade.feasible import Labels
from tradewind.trade.solve import solve_arrays

TOLERANCE = 1e-13
NORMALISED_WITHIN = 1e-4


def balance_flows(
    *,
    flow: Array,
    tariff: Array,
    input_share: Array,
    value_added_share: Array,
    trade_elasticity: Array,
    labels: Labels,
) -> tuple[Table, dict[str, float]]:
    """Return a balanced table and what was done to it.

    Parameters
    ----------
    flow : (N, N, J) [USD million / year]
        Importer, exporter, sector; net of tariffs, home sales included.
    tariff : (N, N, J) [1]
    input_share : (N, J, J) [1]
    value_added_share : (N, J) [1]
    trade_elasticity : (J,) [1]

    Raises
    ------
    BaselineError
        If flows are negative, input shares miss one by more than 1e-4, or an economy is empty.
    """
    _check_flows(flow, tariff, labels)
    shares, moved = _normalised(input_share, value_added_share, labels)
    paid = flow * (1.0 + tariff)
    expenditure = paid.sum(axis=1)
    output = flow.sum(axis=0)
    use = np.einsum("nkj,nj->nk", shares, (1.0 - value_added_share) * output)
    residual = expenditure - use
    cut = np.minimum(residual, 0.0)
    final = np.maximum(residual, 0.0)
    raw = Table(
        share=np.divide(
            paid, expenditure[:, None], out=np.zeros_like(paid), where=expenditure[:, None] > 0
        ),
        expenditure=expenditure,
        value_added_share=value_added_share,
        input_share=shares,
        final_share=final / final.sum(axis=1, keepdims=True),
        tariff=tariff,
        export_tax=np.zeros_like(tariff),
        elasticity=trade_elasticity,
        value_added=(value_added_share * output).sum(axis=1),
        deficit=flow.sum(axis=(1, 2)) - flow.sum(axis=(0, 2)),
        inventory=np.zeros_like(expenditure),
    )
    check_table(raw, labels, balanced=False)
    try:
        closed = solve_arrays(raw, Change.none(raw), Options(tolerance=TOLERANCE), labels)
    except NoEquilibriumError as error:
        raise BaselineError(
            "the table could not be balanced",
            where="flow, input_share, value_added_share",
            value=str(error).splitlines()[0],
            bound="flows that leave every economy able to pay",
            remedy="look for economies that sell next to nothing or owe more than they earn",
        ) from error
    after = closed.table
    report = {
        "cells_clipped": float((cut < 0.0).sum()),
        "value_clipped_usd_million": float(-cut.sum()),
        "share_clipped": float(-cut.sum() / expenditure.sum()),
        "largest_wage_move": float(np.max(np.abs(closed.value_added_price_hat[:, 0] - 1.0))),
        "largest_expenditure_move": float(
            np.max(np.abs(after.expenditure - expenditure)) / expenditure.sum()
        ),
        "negative_input_shares": float((shares < 0.0).sum()),
        "largest_input_share_normalisation": moved,
        "balancing_residual": closed.residual,
    }
    return after, report


def _check_flows(flow: Array, tariff: Array, labels: Labels) -> None:
    if not (tariff > -1.0).all():
        n, i, j = (int(k) for k in np.argwhere(~(tariff > -1.0))[0])
        raise BaselineError(
            "a tariff would pay the whole price",
            where=f"tariff at {labels.economies[n]} from {labels.economies[i]}, "
            f"{labels.sectors[j]}",
            value=float(tariff[n, i, j]),
            bound="above −1 (−100 %)",
            remedy="rates are fractions: 0.25 is 25 %",
        )
    if (flow < 0.0).any():
        n, i, j = (int(k) for k in np.argwhere(flow < 0.0)[0])
        raise BaselineError(
            f"flows are negative in {int((flow < 0).sum())} cells",
            where=f"flow at {labels.economies[n]} from {labels.economies[i]}, {labels.sectors[j]}",
            value=float(flow[n, i, j]),
            bound="at least 0",
            remedy="move stock changes out of the flows (fold them into final demand) first",
        )
    empty = ~(flow.sum(axis=(0, 2)) > 0.0) | ~(flow.sum(axis=(1, 2)) > 0.0)
    if empty.any():
        raise BaselineError(
            "an economy sells or buys nothing",
            where=f"flow at {labels.economies[int(np.argmax(empty))]}",
            value=0.0,
            bound="positive output and expenditure",
            remedy="merge it into the rest of the world",
        )


def _normalised(
    input_share: Array, value_added_share: Array, labels: Labels
) -> tuple[Array, float]:
    """Columns scaled to sum to one, and the largest miss before."""
    sums = input_share.sum(axis=1)
    used = (value_added_share < 1.0) & (sums > 0.0)
    miss = np.where(used, np.abs(sums - 1.0), 0.0)
    if miss.max() > NORMALISED_WITHIN:
        n, j = np.unravel_index(np.argmax(miss), miss.shape)
        raise BaselineError(
            "input shares do not sum to one",
            where=f"input_share at {labels.economies[n]}, sector {labels.sectors[j]}",
            value=float(sums[n, j]),
            bound=f"1 to within {NORMALISED_WITHIN:g}",
            remedy="give shares of intermediate use, column by column",
        )
    scale = np.where(used, sums, 1.0)
    return input_share / scale[:, None, :], float(miss.max())

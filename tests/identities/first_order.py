"""The first-order welfare decomposition of the design, in plain NumPy.

With values f.o.b., E and M trade flows at p = c(1 + e), R = M/(1 + e) what producers receive,
Z inputs whose requirement b changes, S stocks bought at fixed value and C = I − ΣS:

    C dlnW = Σ(E dln p_n − M dln p_i) + Σ tM(dlnM − dln p_i − dln d) + Σ eR(dlnR − dln c_n)
             − Σ M dln d + Σ Y dlnA − Σ Z dln b + Σ S dlnP + dD
"""

from __future__ import annotations

import numpy as np

from tests.support.baseline import FloatArray
from tradewind.trade import Equilibrium

PARTS = (
    "terms_of_trade",
    "volume_of_trade",
    "export_tax",
    "iceberg",
    "productivity",
    "input_requirement",
    "inventory",
    "transfer",
)


def logs(after: FloatArray, before: FloatArray) -> FloatArray:
    """Log change where something was there before, zero elsewhere."""
    there = before > 0.0
    change = np.zeros_like(before)
    change[there] = np.log(after[there] / before[there])
    return change


def first_order(found: Equilibrium) -> dict[str, FloatArray]:
    """Each part by economy, at the baseline's weights, as a ratio to baseline consumption."""
    before, change = found.baseline.table, found.change
    tariff, tax = before.tariff, before.export_tax
    border = before.share * before.expenditure[:, None, :] / (1.0 + tariff)
    received = border / (1.0 + tax)
    after = found.solution.table
    new_border = after.share * after.expenditure[:, None, :] / (1.0 + change.tariff)
    new_received = new_border / (1.0 + change.export_tax)
    output = received.sum(axis=0)
    use = before.input_share * ((1.0 - before.value_added_share) * output)[:, None, :]
    augmented = output
    if change.productivity_kind == "value_added":
        augmented = before.value_added_share * output
    ones = np.ones_like(output)
    cost = logs(np.where(output > 0.0, found.solution.cost_hat, 1.0), ones)
    goods = logs(np.where(before.expenditure > 0.0, found.solution.price_hat, 1.0), ones)
    price = cost[None] + np.log((1.0 + change.export_tax) / (1.0 + tax))
    iceberg = np.log(change.iceberg_hat)
    flow, receipts = logs(new_border, border), logs(new_received, received)
    parts = {
        "terms_of_trade": (border * price).sum(axis=(0, 2)) - (border * price).sum(axis=(1, 2)),
        "volume_of_trade": (tariff * border * (flow - price - iceberg)).sum(axis=(1, 2)),
        "export_tax": (tax * received * (receipts - cost[None])).sum(axis=(0, 2)),
        "iceberg": -(border * iceberg).sum(axis=(1, 2)),
        "productivity": (augmented * np.log(change.productivity_hat)).sum(axis=1),
        "input_requirement": -(use * np.log(change.input_requirement_hat)).sum(axis=(1, 2)),
        "inventory": (before.inventory * goods).sum(axis=1),
        "transfer": after.deficit - before.deficit,
    }
    revenue = (tariff * border).sum(axis=(1, 2)) + (tax * received).sum(axis=(0, 2))
    consumption = before.value_added + revenue + before.deficit - before.inventory.sum(axis=1)
    return {name: part / consumption for name, part in parts.items()}

"""What a severance costs, from the gradient, and who is next best. Pure functions of arrays.

Shapes: N economies, J sectors; ``n`` importer, ``i`` exporter, ``j`` sector.
"""

from __future__ import annotations

import numpy as np

from tradewind.trade.arrays import Array


def log_price_rise(share: Array, trade_elasticity: Array) -> Array:
    """How far the price of a good rises when a supplier of it is lost: −ln(1 − π)/θ  [C1].

    Costs and the other suppliers' prices held; infinite for the only supplier.

    Parameters
    ----------
    share : (..., J) [1]
        π.
    trade_elasticity : (J,) [1]
        θ.
    """
    with np.errstate(divide="ignore"):
        rise: Array = -np.log1p(-np.minimum(share, 1.0)) / trade_elasticity
    return rise


def predicted_log_change(gradient: Array, share: Array, trade_elasticity: Array) -> Array:
    """Change of log real income when a link is cut: g · (−ln(1 − π))/(θ π)  [C2].

    g is the effect of a log cost, to first order g = π times that of the good's log price; the
    cut raises that price by C1.

    Parameters
    ----------
    gradient : (..., J) [log point of real income / log point of cost]
    share : (..., J) [1]
    trade_elasticity : (J,) [1]

    Returns
    -------
    (..., J)
        Zero where there is no trade or no effect; −∞ (or ∞) where the supplier is the only one.
    """
    felt = (share > 0.0) & (gradient != 0.0)
    rise = log_price_rise(share, trade_elasticity)
    per_price = np.divide(gradient, share, out=np.zeros_like(gradient), where=felt)
    change: Array = np.multiply(per_price, rise, out=np.zeros_like(gradient), where=felt)
    return change


def loss_of(log_change: Array, real_income: float) -> Array:
    """Equivalent variation lost, C (1 − e^(Δ ln W))  [C3], in the unit of real income."""
    loss: Array = -real_income * np.expm1(log_change)
    return loss


def replacement_weights(share: Array, bought: Array, supplier: int) -> Array:
    """Shares of the other suppliers in what is bought of the goods that a supplier sells  [C4].

    Σ_j M_j π_ij / Σ_j M_j with M what is bought of the one that goes; its own share left at zero.

    Parameters
    ----------
    share : (N, J) [1]
        Of exporters in the economy's purchases.
    bought : (J,) [USD million / year]
        From the supplier that goes.
    supplier : int

    Returns
    -------
    (N,) [1]
    """
    total = bought.sum()
    weights = share @ bought / total if total > 0.0 else np.zeros(len(share))
    weights[supplier] = 0.0
    return weights


def rank_correlation(first: Array, second: Array) -> float:
    """Spearman's rank correlation of two vectors; NaN for fewer than three, or all alike."""
    from scipy.stats import spearmanr

    if first.size < 3 or min(np.unique(first).size, np.unique(second).size) < 2:
        return float("nan")
    return float(spearmanr(first, second).statistic)

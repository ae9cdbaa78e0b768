"""How large an iceberg cost makes named suppliers lose a given share of their sales.

At unchanged producer prices and expenditure, a cost factor d on a set S of suppliers with joint
share s turns their joint share into

    s' = s D / (1 - s + s D),   D = d^(-θ).

Asking for s' = (1 - λ) s, with λ the share lost, gives

    D = (1 - λ) (1 - s) / (1 - s (1 - λ)),   d = D^(-1/θ).

So the loss is exact for what the suppliers ship before prices answer; in equilibrium it differs as
wages and prices move. λ = 1 gives D = 0 and d = ∞, a ban. Derived here from the demand of Caliendo
& Parro (2015), equation 6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def restriction_cost_hat(joint_share: Array, loss_share: float, trade_elasticity: Array) -> Array:
    """Cost factor d at which suppliers with a joint share lose `loss_share` of their sales.

    Parameters
    ----------
    joint_share : (importer, sector) [1]
        Suppliers' joint share s in the buyer's expenditure, 0 <= s < 1 where `loss_share` < 1.
    loss_share : float
        Share lost λ, 0 < λ <= 1.
    trade_elasticity : (sector) [1]
        θ > 0.

    Returns
    -------
    (importer, sector) [1]
        d, at least 1; infinite for a loss of 1.
    """
    if loss_share == 1.0:
        return np.full(joint_share.shape, np.inf)
    kept = 1.0 - loss_share
    ratio: Array = kept * (1.0 - joint_share) / (1.0 - joint_share * kept)
    cost_hat: Array = ratio ** (-1.0 / trade_elasticity)
    return cost_hat

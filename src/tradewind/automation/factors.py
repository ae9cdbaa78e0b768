"""Equations of factors: what labour, capital and compute earn, and what trade makes of them.

Factor shares are known by economy only. With shares common to an economy's sectors a CES over
factors is one composite factor, which the trade block can take as its own.
"""

from __future__ import annotations

import numpy as np

from tradewind.automation.equations import Floats, Number


def shifted_shares(
    labour: Number, compute: Number, before: Number, after: Number
) -> tuple[Floats, Floats]:
    """Shares of labour and compute when compute's share of tasks goes from θ₀ to θ (A13).

    s'_C / s'_L = (s_C / s_L) · [θ / (1 − θ)] / [θ₀ / (1 − θ₀)],  s'_L + s'_C = s_L + s_C

    The observed odds need not be the model's: their ratio, whatever keeps price from marginal
    product, is held.
    """
    labour, compute = np.asarray(labour), np.asarray(compute)
    before, after = np.asarray(before), np.asarray(after)
    own = compute * (after * (1.0 - before))
    people = labour * (before * (1.0 - after))
    scale = (labour + compute) / (own + people)
    return np.asarray(people * scale), np.asarray(own * scale)


def saved_labour(displaced: Number, saving: float) -> Floats:
    """Part of labour's share that goes to compute in the low anchor: d · u (A13).

    Labour cost saved in the tasks automated; the share falls by as much. Ours: Acemoglu (2024)
    gives no such number by economy.
    """
    return np.asarray(np.asarray(displaced) * saving)


def composite_quantity(share: Floats, quantity_hat: Floats, elasticity: float) -> Floats:
    """Quantity of the composite factor: Q̂ = [Σ_f s_f F̂_f^((σ−1)/σ)]^(σ/(σ−1)) (A14).

    Parameters
    ----------
    share : array (…, factor) [1]
        Share of value added in the base, summing to one over the last dimension.
    quantity_hat : array (…, factor) [1]
        Quantity over its base.
    elasticity : float [1]
        σ between factors; 1 is Cobb–Douglas.

    Notes
    -----
    With shares common to an economy's sectors every sector uses the factors in the same
    proportions, so that the composite can be traded between sectors like a single factor.
    """
    share, log_hat = np.asarray(share), np.log(quantity_hat)
    mean = np.sum(share * log_hat, axis=-1, keepdims=True)
    power = (elasticity - 1.0) / elasticity
    if power == 0.0:
        return np.asarray(np.exp(mean[..., 0]))
    # Around the mean log the sum is 1 + a small number, which log1p keeps when σ is near 1.
    spread = np.sum(share * np.expm1(power * (log_hat - mean)), axis=-1)
    return np.asarray(np.exp(mean[..., 0] + np.log1p(spread) / power))


def factor_prices(
    income_hat: Number, share: Floats, share_new: Floats, quantity_hat: Floats
) -> Floats:
    """Price of each factor: p̂_f = V̂ ŝ_f / F̂_f (A15).

    With unchanged technology ŝ_f = (F̂_f / Q̂)^((σ−1)/σ), and this is the composite's price
    V̂ / Q̂ times (Q̂ / F̂_f)^(1/σ).

    Parameters
    ----------
    income_hat : array (…) [1]
        V̂, value added of the economy over its base, in the money in which prices are wanted: what
        the trade block calls ``wage_hat``, since its composite factor is fixed in quantity.
    share, share_new : array (…, factor) [1]
    quantity_hat : array (…, factor) [1]

    Returns
    -------
    array (…, factor) [1]
        Wage, return to capital, price of compute services, each over its base.
    """
    whole = np.asarray(income_hat)[..., np.newaxis]
    return np.asarray(
        whole * np.asarray(share_new) / (np.asarray(share) * np.asarray(quantity_hat))
    )

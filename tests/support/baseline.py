"""Balanced baselines in shares, drawn at random, for tests of the trade model.

Shares, tariffs, export taxes and deficits are drawn; expenditure then follows from the accounts,
which are linear in it. With π expenditure shares, t tariffs, e export taxes, β value-added shares,
g input shares and α final shares,

    Y_ij = Σ_n π_nij X_nj / ((1 + t_nij)(1 + e_nij))
    X_nk = Σ_j g_nkj (1 − β_nj) Y_nj + α_nk (V_n + R_n + T_n + D_n),   V_n = Σ_j β_nj Y_nj

where R_n is tariff revenue and T_n export-tax revenue. The columns of this system sum to zero, so
it has a solution when Σ_n D_n = 0, unique once world value added is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Baseline:
    """A balanced world economy in shares.

    Attributes
    ----------
    expenditure_share : (importer, exporter, sector), sums to one over exporters
    expenditure : (economy, sector) [money], gross of tariffs
    value_added_share : (economy, sector), of gross output
    input_share : (economy, input sector, using sector), columns sum to one
    final_share : (economy, sector), rows sum to one
    tariff, export_tax : (importer, exporter, sector), fractions, zero on domestic sales; the
        tariff is levied on the price including the export tax
    trade_elasticity : (sector), positive
    value_added, deficit : (economy) [money]; the deficit is imports less exports
    """

    expenditure_share: FloatArray
    expenditure: FloatArray
    value_added_share: FloatArray
    input_share: FloatArray
    final_share: FloatArray
    tariff: FloatArray
    export_tax: FloatArray
    trade_elasticity: FloatArray
    value_added: FloatArray
    deficit: FloatArray

    @property
    def trade_flow(self) -> FloatArray:
        """Flows (importer, exporter, sector) net of tariffs, export tax included."""
        return self.expenditure_share * self.expenditure[:, None, :] / (1.0 + self.tariff)

    @property
    def output(self) -> FloatArray:
        """Gross output (economy, sector), what producers receive."""
        return np.asarray((self.trade_flow / (1.0 + self.export_tax)).sum(axis=0))

    @property
    def tariff_revenue(self) -> FloatArray:
        """Tariff revenue by importer."""
        return np.asarray((self.tariff * self.trade_flow).sum(axis=(1, 2)))

    @property
    def export_tax_revenue(self) -> FloatArray:
        """Export-tax revenue by exporter."""
        taxed = self.trade_flow * self.export_tax / (1.0 + self.export_tax)
        return np.asarray(taxed.sum(axis=(0, 2)))

    @property
    def income(self) -> FloatArray:
        """Final expenditure by economy: value added, both revenues and the deficit."""
        return self.value_added + self.tariff_revenue + self.export_tax_revenue + self.deficit

    def imbalance(self) -> float:
        """Largest failure of the accounts, relative to world value added."""
        intermediate = np.einsum(
            "nkj,nj->nk", self.input_share, (1.0 - self.value_added_share) * self.output
        )
        final = self.final_share * self.income[:, None]
        flow = self.trade_flow
        gaps = (
            self.expenditure - intermediate - final,
            self.value_added - (self.value_added_share * self.output).sum(axis=1),
            flow.sum(axis=(1, 2)) - flow.sum(axis=(0, 2)) - self.deficit,
        )
        return float(max(np.abs(gap).max() for gap in gaps) / self.value_added.sum())


def solve_accounts(
    expenditure_share: FloatArray,
    value_added_share: FloatArray,
    input_share: FloatArray,
    final_share: FloatArray,
    tariff: FloatArray,
    export_tax: FloatArray,
    deficit: FloatArray,
    world_value_added: float,
) -> FloatArray:
    """Return the expenditure (economy, sector) at which all accounts balance.

    Parameters
    ----------
    deficit : (economy) [money], sums to zero
    world_value_added : the sum of value added over economies [money]
    Other parameters are those of `Baseline`.
    """
    economies, sectors = final_share.shape
    flow = expenditure_share / (1.0 + tariff)  # of one unit of expenditure
    output = flow / (1.0 + export_tax)
    tax = flow - output
    own = np.eye(economies)
    # spending[n, k, m, j]: expenditure in (n, k) caused by one unit of expenditure in (m, j)
    income = np.einsum("ij,mij->imj", value_added_share, output) + tax.transpose(1, 0, 2)
    income += np.einsum("nm,mij->nmj", own, tariff * flow)
    spending = np.einsum("ikj,ij,mij->ikmj", input_share, 1.0 - value_added_share, output)
    spending += np.einsum("nk,nmj->nkmj", final_share, income)
    size = economies * sectors
    value_added = np.einsum("ij,mij->mj", value_added_share, output).reshape(1, size)
    matrix = np.vstack([np.eye(size) - spending.reshape(size, size), value_added])
    target = np.append((final_share * deficit[:, None]).ravel(), world_value_added)
    expenditure = np.linalg.lstsq(matrix, target, rcond=None)[0]
    for _ in range(3):
        expenditure += np.linalg.lstsq(matrix, target - matrix @ expenditure, rcond=None)[0]
    # Goods that nobody buys come out as rounding noise; their expenditure is exactly zero.
    expenditure[np.abs(expenditure) < 1e-14 * expenditure.max()] = 0.0
    return np.asarray(expenditure.reshape(economies, sectors))


def _dirichlet_rows(
    rng: np.random.Generator, keep: NDArray[np.bool_], zero_fraction: float
) -> FloatArray:
    """Return random shares, the last axis summing to one, with exact zeros outside of ``keep``."""
    weight = rng.gamma(1.5, size=keep.shape) + 0.02
    weight = np.where((rng.random(keep.shape) < zero_fraction) & ~keep, 0.0, weight)
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def random_baseline(
    rng: np.random.Generator,
    economies: int,
    sectors: int,
    *,
    zero_fraction: float = 0.15,
    absent_fraction: float = 0.0,
    tariff_high: float = 0.3,
    export_tax_high: float = 0.0,
    deficit_scale: float = 0.0,
    input_zero_fraction: float = 0.0,
    elasticity_range: tuple[float, float] = (1.5, 8.0),
    value_added_range: tuple[float, float] = (0.3, 0.8),
) -> Baseline:
    """Draw a balanced baseline.

    Parameters
    ----------
    zero_fraction : probability that a foreign supplier sells nothing of a good to an importer
    absent_fraction : probability that an economy does not produce a good at all (the first
        economy always does)
    tariff_high, export_tax_high : rates are uniform up to these values, foreign trade only
    deficit_scale : standard deviation of deficits relative to value added
    input_zero_fraction : probability that an input, or a final good, is not used
    elasticity_range, value_added_range : bounds of uniform draws of θ and β; equal bounds give a
        constant, and (1, 1) for β an economy without intermediates

    Returns
    -------
    Baseline with `imbalance` of the order of rounding.
    """
    shape = (economies, economies, sectors)
    own = np.arange(economies)
    weight = rng.gamma(1.0, size=shape) + 0.02
    weight[own, own] *= 1.5 * economies
    zero = rng.random(shape) < zero_fraction
    zero[own, own] = False
    absent = rng.random((economies, sectors)) < absent_fraction
    # A chain of sales, from each economy to the next one's consumers, keeps every income positive.
    main_sector = own % sectors
    next_economy = np.roll(own, -1)
    zero[next_economy, own, main_sector] = False
    absent[0] = False
    absent[own, main_sector] = False
    zero |= absent[None, :, :]
    zero[:, 0, :] &= ~zero.all(axis=1)  # somebody supplies every buyer
    expenditure_share = np.where(zero, 0.0, weight)
    expenditure_share /= expenditure_share.sum(axis=1, keepdims=True)

    tariff = rng.uniform(0.0, tariff_high, shape)
    export_tax = rng.uniform(0.0, export_tax_high, shape)
    tariff[own, own] = 0.0
    export_tax[own, own] = 0.0
    value_added_share = rng.uniform(*value_added_range, (economies, sectors))
    some_input = np.zeros((economies, sectors, sectors), dtype=bool)
    some_input[..., 0] = True
    by_user = _dirichlet_rows(rng, some_input, input_zero_fraction)
    input_share = by_user.transpose(0, 2, 1).copy()
    some_final = np.zeros((economies, sectors), dtype=bool)
    some_final[next_economy, main_sector] = True
    final_share = _dirichlet_rows(rng, some_final, input_zero_fraction)
    trade_elasticity = rng.uniform(*elasticity_range, sectors)
    world_value_added = float(rng.uniform(50.0, 500.0))
    deficit_ratio = deficit_scale * rng.standard_normal(economies).clip(-2.0, 2.0)

    def expenditure_given(deficit: FloatArray) -> FloatArray:
        return solve_accounts(
            expenditure_share,
            value_added_share,
            input_share,
            final_share,
            tariff,
            export_tax,
            deficit,
            world_value_added,
        )

    def value_added_given(expenditure: FloatArray) -> FloatArray:
        unit = expenditure_share / ((1.0 + tariff) * (1.0 + export_tax))
        return np.asarray(np.einsum("ij,nij,nj->i", value_added_share, unit, expenditure))

    balanced = value_added_given(expenditure_given(np.zeros(economies)))
    deficit = deficit_ratio * balanced
    deficit -= balanced * deficit.sum() / balanced.sum()
    expenditure = expenditure_given(deficit)
    return Baseline(
        expenditure_share=expenditure_share,
        expenditure=expenditure,
        value_added_share=value_added_share,
        input_share=input_share,
        final_share=final_share,
        tariff=tariff,
        export_tax=export_tax,
        trade_elasticity=trade_elasticity,
        value_added=value_added_given(expenditure),
        deficit=deficit,
    )

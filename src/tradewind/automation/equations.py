"""Equations of automation: pure functions of arrays.

Symbols, one line each, are in ``README.md``; sources with each function. Compute is in effective
operations (eFLOP: physical operations times algorithmic progress) unless said.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Number = float | np.float64 | Floats

H100_FLOP_PER_YEAR = 1.979e15 * 365.25 * 24.0 * 3600.0
"""[FLOP / year], dense 8-bit (NVIDIA's data sheet; what an H100e is)."""


def accessible_training(training: Number, growth: Number, lag: Number) -> Floats:
    """Training compute an economy can use: ln C_n = ln C_T − g τ_n (A1).

    Parameters
    ----------
    training : float [eFLOP]
        C_T of the frontier.
    growth : float [1 / year]
        g, its log growth.
    lag : array (economy) [year]
        τ_n, how far behind the frontier the best open or allowed model is.

    Returns
    -------
    array (economy) [ln eFLOP]
    """
    return np.asarray(np.log(training) - np.asarray(growth) * np.asarray(lag))


def capability(training: Number, ceiling: float, slope: float) -> Floats:
    """Training compute with all that run time can make up: log10 C + log10 ι / m (A2).

    Parameters
    ----------
    training : array [log10 eFLOP]
    ceiling : float [log10 ratio]
        ι, the most by which run-time compute may be multiplied.
    slope : float [1]
        m, orders of run-time compute that replace one order of training compute.

    Notes
    -----
    Erdil et al. (2025), eq. 2 at its maximum: whatever can be done counts as possible, and what it
    takes at run time is charged by A7.
    """
    return np.asarray(np.asarray(training) + ceiling / slope)


def gate_share(reach: Number, requirement: float, start: float, first: float) -> Floats:
    """Share of tasks that can be automated, GATE: f between first and 1, in logs of compute (A3).

    Parameters
    ----------
    reach : array [log10 eFLOP]
        See ``capability``.
    requirement : float [log10 eFLOP]
        log10 T, at which every task can be automated.
    start : float [log10 eFLOP]
        Where automation begins to spread, log10 T − Δ.
    first : float [1]
        f_init, the share up to there.

    Notes
    -----
    Erdil et al. (2025), eq. 13.
    """
    way = (np.asarray(reach) - start) / (requirement - start)
    return np.asarray(first + (1.0 - first) * np.clip(way, 0.0, 1.0))


def gate_inverse(share: Number, requirement: float, start: float, first: float) -> Floats:
    """Compute at which a task can be automated, log10 f^(−1)(i); −∞ for tasks up to f_init (A3).

    Erdil et al. (2025), eq. 16.
    """
    task = np.asarray(share, dtype=np.float64)
    needed = start + (requirement - start) * (task - first) / (1.0 - first)
    return np.asarray(np.where(task <= first, -np.inf, needed))


def pareto_share(growth: Number, exponent: float, first: float) -> Floats:
    """Share of tasks below the frontier, Pareto: Φ = 1 − (1 − f_init) e^(−λ x) (A4).

    Parameters
    ----------
    growth : array [ln ratio]
        x, log of training compute over the frontier's of the base year; below 0 nothing is lost
        that was automated in the base year.
    exponent : float [1]
        λ of the distribution, 1 − i^(−λ).
    first : float [1]
        Φ at x = 0.

    Notes
    -----
    Korinek & Suh (2024), section 3.1, unbounded distribution: log complexity is exponential.
    """
    return np.asarray(1.0 - (1.0 - first) * np.exp(-exponent * np.maximum(growth, 0.0)))


def feasible_share(growth: Number, reference: float, feasible: float) -> Floats:
    """Share of exposed tasks that it pays to automate: feasible · x / (10 g₀), at most 1 (A5).

    Parameters
    ----------
    growth : array [ln ratio]
        x, as in ``pareto_share``.
    reference : float [1 / year]
        g₀: ten years of it make the ten years of the source.
    feasible : float [1]
        Share after those ten years.

    Notes
    -----
    Acemoglu (2024), section 3, gives the share after ten years alone; that it grows in proportion
    to log compute is ours, so that the anchor answers to compute like the other shapes.
    """
    return np.asarray(np.minimum(feasible * np.maximum(growth, 0.0) / (10.0 * reference), 1.0))


def sector_share(share: Number, odds: Number) -> Floats:
    """Share of a sector's tasks up to task i of the average: φ = o i / (1 − i + o i) (A6).

    Parameters
    ----------
    share : array [1]
        i, from 0 to 1.
    odds : array [1]
        o = exp(s (z − z̄)), odds of the sector over the average's.

    Returns
    -------
    array [1]
        Increasing in both, 0 at 0 and 1 at 1, the share itself where the odds are 1.
    """
    task, ratio = np.asarray(share), np.asarray(odds)
    return np.asarray(ratio * task / (1.0 - task + ratio * task))


def runtime_requirement(
    task: Number, reached: Number, training: Number, base: float, slope: float, inference: float
) -> Floats:
    """Run-time compute that replaces one person in task i: log10 R_i (A7).

    R_i = max(1, f^(−1)(i) / C)^m 10^(γ₀ + γ₁ i)

    Parameters
    ----------
    task : array [1]
        i.
    reached : array [log10 eFLOP]
        log10 f^(−1)(i); −∞ where training compute asks for no more.
    training : array [log10 eFLOP]
        log10 C.
    base, slope : float [log10 eFLOP / year]
        γ₀ and γ₁.
    inference : float [1]
        m, orders of run-time compute per order of training compute.

    Notes
    -----
    Erdil et al. (2025), eq. 15.
    """
    short = np.maximum(np.asarray(reached) - np.asarray(training), 0.0)
    return np.asarray(base + slope * np.asarray(task) + inference * short)


def composite(
    done: Number, log_requirement: Number, log_compute: Number, rho: float
) -> tuple[Floats, Floats]:
    """Output of labour's tasks per worker, and the share of it that compute earns (A8).

    b = [M^(1−ρ) c^ρ + (1 − a)^(1−ρ)]^(1/ρ),  θ = M^(1−ρ) c^ρ / b^ρ

    Parameters
    ----------
    done : array [1]
        a, share of tasks done by compute, below 1.
    log_requirement : array [ln]
        ln M, M = ∫ R_i^(1−ε) di over the tasks done, ε = 1/(1−ρ); −∞ where none are.
    log_compute : array [ln eFLOP / year and worker]
        ln c.
    rho : float [1]
        Substitution parameter, below 0.

    Returns
    -------
    log_output : array [ln]
        ln b; 0 with no task automated.
    compute_share : array [1]
        θ.

    Notes
    -----
    Erdil et al. (2025), eqs. 26 to 28, with compute spread over tasks and labour over the rest as
    pays best: the same function as Korinek & Suh (2024), eq. 4, with M for Φ.
    """
    by_compute = (1.0 - rho) * np.asarray(log_requirement) + rho * np.asarray(log_compute)
    by_labour = (1.0 - rho) * np.log1p(-np.asarray(done))
    total = np.logaddexp(by_compute, by_labour)
    return np.asarray(total / rho), np.asarray(np.exp(by_compute - total))


def binding_step(
    compute: Number, requirement: Number, left: Number, integral: Number, elasticity: float
) -> Floats:
    """How far into a class of equal tasks compute goes, ahead of labour: δ (A9).

    δ = (r S − M R^(ε−1)) / (1 + r),  r = c / R

    At δ as much of the last task is done by compute as of each task left to people: beyond it one
    more task would cost more by compute than by labour.

    Parameters
    ----------
    compute : array [eFLOP / year and worker]
    requirement : array [eFLOP / year]
        R of the class.
    left, integral : array
        S = 1 − a and M before the class.
    elasticity : float [1]
        ε.
    """
    ratio = np.asarray(compute) / np.asarray(requirement)
    scaled = np.asarray(integral) * np.asarray(requirement) ** (elasticity - 1.0)
    return np.asarray((ratio * np.asarray(left) - scaled) / (1.0 + ratio))


def compute_wanted(
    done: Number, requirement: Number, integral: Number, elasticity: float
) -> Floats:
    """Compute per worker at which the frontier is reached: c* = R^ε M / (1 − a) (A10).

    R is the requirement of the last task that can be automated, M and a are of all that can.
    """
    return np.asarray(
        np.asarray(requirement) ** elasticity * np.asarray(integral) / (1.0 - np.asarray(done))
    )


def hulten(displaced: Number, saving: float, labour_share: float) -> Floats:
    """Total factor productivity by Hulten's theorem: ln Â = d · u · ℓ (A11).

    Parameters
    ----------
    displaced : array [1]
        d, share of tasks automated, by value added: exposed times feasible.
    saving, labour_share : float [1]
        u, labour cost saved in such a task, and ℓ, labour's share of its cost.

    Notes
    -----
    Acemoglu (2024), eq. 14: 0.199 · 0.23 · 0.27 · 0.535 = 0.0066 after ten years.
    """
    return np.asarray(np.asarray(displaced) * saving * labour_share)


def value_added_gain(log_gain: Number, task_share: Number) -> Floats:
    """Value added per unit of base factors: ln Â = (s_L + s_C) Δ ln b (A12).

    Capital is in Cobb–Douglas with the tasks (Erdil et al. 2025, eq. 25) and is held at its base;
    ``task_share`` is the share of value added that labour and compute earn.
    """
    return np.asarray(np.asarray(log_gain) * np.asarray(task_share))


def power_gw(compute: Number, power_per_h100e: float, effectiveness: float) -> Floats:
    """Power of sites that run compute: P = κ · PUE · h / 10⁶ (A16), h in H100e and κ in kW each."""
    return np.asarray(np.asarray(compute) * power_per_h100e * effectiveness / 1e6)

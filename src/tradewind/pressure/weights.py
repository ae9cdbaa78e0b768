"""How much each criterion counts.

Every function returns weights of the criteria of one level; `whole` puts two levels together: the
indicators within each pillar, and the pillars.

Source: OECD & JRC (2008), section 6: equal weights, factor analysis (tables 16 to 18), benefit of
the doubt (tables 19 and following), budget and analytic hierarchy (tables 20 to 22).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import cast

import numpy as np
from scipy.optimize import linprog

from tradewind.errors import InputError
from tradewind.pressure.arrays import Array
from tradewind.pressure.spec import Doubt

LEAST_SHARE = 0.10
"""A factor is kept if it carries more than this share of the variance (Handbook, section 6)."""

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random judgement matrices of size 1 to 10 (Saaty 1980, The Analytic
Hierarchy Process)."""

MOST_INCONSISTENT = 0.2
"""Consistency ratio above which judgements are refused; Saaty asks for 0.1, the Handbook bears a
little more."""


@dataclass(frozen=True)
class Factors:
    """A factor analysis, from the correlations to the weights.

    Attributes
    ----------
    eigenvalues : (criterion)
        Of the correlation matrix, the largest first; their sum is the number of criteria.
    loadings : (criterion, factor)
        After varimax, kept factors only, by the variance they explain.
    explained : (factor)
        Variance of each kept factor after rotation [criteria].
    weights : (criterion)
    """

    eigenvalues: Array
    loadings: Array
    explained: Array
    weights: Array


def factors(values: Array) -> Factors:
    """Weights by principal components and varimax.

    Factors that carry more than a tenth of the variance are kept and rotated. Squared loadings are
    scaled to one by factor; each indicator goes to the factor of which it makes the largest part so
    scaled, which is its weight there, and factors weigh as much as the variance they explain.

    Parameters
    ----------
    values : (economy, criterion)
        Without gaps.

    Raises
    ------
    InputError
        If a criterion does not vary, or two or more are linearly dependent.
    """
    count = values.shape[1]
    if count == 1:
        one = np.ones(1)
        return Factors(one, np.ones((1, 1)), one, one)
    if (np.ptp(values, axis=0) == 0.0).any():
        raise _singular("a criterion has the same value everywhere")
    correlation = np.corrcoef(values, rowvar=False)
    roots, vectors = np.linalg.eigh(correlation)
    roots, vectors = roots[::-1], vectors[:, ::-1]
    if roots[-1] < 1e-10 * count:
        raise _singular(f"smallest eigenvalue {roots[-1]:.1e}, of {values.shape[0]} economies")
    kept = roots / count > LEAST_SHARE
    kept[0] = True
    loadings = varimax(vectors[:, kept] * np.sqrt(roots[kept]))
    square = loadings**2
    explained = square.sum(axis=0)
    order = np.argsort(-explained, kind="stable")
    loadings, square, explained = loadings[:, order], square[:, order], explained[order]
    # The part of the factor, not the loading, decides: so the Handbook has technology exports with
    # patents (0.23 of that factor) although they load more on the first (0.16 of it).
    home = (square / explained).argmax(axis=1)
    weights = square[np.arange(count), home]
    return Factors(roots, loadings, explained, weights / weights.sum())


def _singular(found: str) -> InputError:
    return InputError(
        "the correlation matrix is singular, so factors have no unique weights",
        where="weights",
        value=found,
        bound="criteria that vary and do not follow from each other; more economies than criteria",
        remedy="leave one of the duplicated indicators out, or choose equal weights",
    )


def varimax(loadings: Array, tolerance: float = 1e-12, passes: int = 1000) -> Array:
    """Rotate loadings so that each factor has few large ones.

    Pairs of factors are turned in their plane by the angle that maximises the criterion, until no
    pair turns. Rows are scaled to length one meanwhile. The sign of a factor is chosen so that its
    loadings sum to a positive number.

    Parameters
    ----------
    loadings : (criterion, factor)

    Returns
    -------
    (criterion, factor)

    Notes
    -----
    Source: Kaiser (1958), The varimax criterion for analytic rotation in factor analysis,
    Psychometrika 23.
    """
    count, kept = loadings.shape
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rotated = loadings / length
    for _ in range(passes):
        largest = 0.0
        for one, other in combinations(range(kept), 2):
            x, y = rotated[:, one].copy(), rotated[:, other].copy()
            u, v = x**2 - y**2, 2.0 * x * y
            numerator = 2.0 * (u @ v - u.sum() * v.sum() / count)
            denominator = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / count
            angle = 0.25 * np.arctan2(numerator, denominator)
            cosine, sine = np.cos(angle), np.sin(angle)
            rotated[:, one], rotated[:, other] = cosine * x + sine * y, cosine * y - sine * x
            largest = max(largest, abs(float(angle)))
        if largest < tolerance:
            break
    rotated = rotated * length
    return cast("Array", rotated * np.where(rotated.sum(axis=0) < 0.0, -1.0, 1.0))


def benefit_of_doubt(values: Array, bounds: Doubt) -> Array:
    """Weights with which each economy looks best, given that nobody then exceeds one.

    max Σ_c w_c y_ec over w ≥ 0, with Σ_c w_c y_fc ≤ 1 for every f, and every criterion's part
    w_c y_ec of the economy's own score between ``least`` and ``most`` times an equal part, 1/C.
    With ``ratio`` no weight exceeds another by more than that factor.

    Parameters
    ----------
    values : (economy, criterion)
        Not negative, without gaps.
    bounds : Doubt

    Returns
    -------
    (economy, criterion)
        Not scaled to one: Σ w y is the score, 1 for whoever is best by some weights.

    Raises
    ------
    InputError
        If a value is negative, or zero where every criterion must give a part.

    Notes
    -----
    Source: OECD & JRC (2008), section 6; Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), Social
    Indicators Research 82 (proportion bounds).
    """
    economies, criteria = values.shape
    if (values < 0.0).any():
        raise InputError(
            "the benefit of the doubt needs values that are not negative",
            where="weights",
            value=f"smallest value {float(values.min()):g}",
            bound="at least 0",
            remedy="normalise by minmax, goalposts, rank or leader",
        )
    least, most = bounds.least / criteria, bounds.most / criteria
    alike = _ratios(criteria, bounds.ratio)
    weights = np.zeros(values.shape)
    for economy in range(economies):
        own = values[economy]
        part = np.diag(own)
        limits = np.vstack([values, least * own - part, part - most * own, alike])
        room = np.concatenate([np.ones(economies), np.zeros(2 * criteria + len(alike))])
        found = linprog(-own, A_ub=limits, b_ub=room, bounds=(0.0, None), method="highs")
        # Without any weight it has a score of zero, which is a weak solution and no answer.
        best = found.x if found.success else None
        if best is None or not best.any():
            raise InputError(
                "no weights give this economy the benefit of the doubt",
                where=f"row {economy + 1}",
                value=f"smallest value {float(own.min()):g}",
                bound="values above zero, so that each can give its least part",
                remedy="give a `floor` above zero, so that every value can carry a share",
            )
        weights[economy] = best
    return weights


def _ratios(criteria: int, ratio: float | None) -> Array:
    """Rows w_c − ratio w_d ≤ 0 of every pair of criteria; none without a ratio."""
    pairs = list(permutations(range(criteria), 2)) if ratio is not None else []
    rows = np.zeros((len(pairs), criteria))
    for row, (one, other) in enumerate(pairs):
        rows[row, one], rows[row, other] = 1.0, -(ratio or 0.0)
    return rows


@dataclass(frozen=True)
class Judgement:
    """Weights from pairwise judgements.

    Attributes
    ----------
    weights : (criterion)
        Principal eigenvector, scaled to one.
    consistency_ratio : float
        0 for judgements that follow from one another, 1 for random ones.
    """

    weights: Array
    consistency_ratio: float


def hierarchy(matrix: Array) -> Judgement:
    """Weights by the analytic hierarchy process.

    Parameters
    ----------
    matrix : (criterion, criterion)
        How much more the row matters than the column; a_ij a_ji = 1.

    Raises
    ------
    InputError
        If the matrix is not reciprocal, or its judgements contradict each other too much.

    Notes
    -----
    Source: Saaty (1980); OECD & JRC (2008), tables 20 to 22. CI = (λ − n)/(n − 1), and the ratio is
    CI over its mean for random matrices.
    """
    size = matrix.shape[0]
    square = matrix.ndim == 2 and matrix.shape[1] == size
    if not square or (matrix <= 0.0).any() or not np.allclose(matrix * matrix.T, 1.0, rtol=1e-2):
        raise InputError(
            "the judgements are not reciprocal",
            where="judgement",
            value=f"a matrix of {' × '.join(map(str, matrix.shape))}",
            bound="a square matrix of positive numbers, a_ji = 1/a_ij",
            remedy="write the upper triangle and its reciprocals",
        )
    if size > len(RANDOM_INDEX):
        raise InputError(
            "there are too many criteria for pairwise judgements",
            where="judgement",
            value=size,
            bound=f"at most {len(RANDOM_INDEX)}",
            remedy="judge pillars, not indicators",
        )
    roots, vectors = np.linalg.eig(matrix)
    first = int(np.argmax(roots.real))
    weights = np.abs(vectors[:, first].real)
    random = RANDOM_INDEX[size - 1]
    # Rounding may bring the largest root a little below its bound.
    slack = max(float(roots[first].real) - size, 0.0)
    ratio = slack / (size - 1) / random if random else 0.0
    if ratio > MOST_INCONSISTENT:
        raise InputError(
            "the judgements contradict each other",
            where="judgement",
            value=f"consistency ratio {ratio:.2f}",
            bound=f"at most {MOST_INCONSISTENT}",
            remedy="look for three criteria whose judgements form a circle",
        )
    return Judgement(weights / weights.sum(), ratio)


def given(numbers: Sequence[float | None], names: Sequence[str]) -> Array:
    """Weights as they stand in the specification.

    Raises
    ------
    InputError
        If one is missing or they do not sum to one.
    """
    where = f"weights of {', '.join(names)}"
    if any(number is None for number in numbers):
        raise InputError(
            "a weight is missing",
            where=where,
            value=", ".join(n for n, number in zip(names, numbers, strict=True) if number is None),
            bound="a weight for each, with `weights: given`",
            remedy="give it, or choose equal weights",
        )
    weights = np.array(numbers, dtype=np.float64)
    if not np.isclose(weights.sum(), 1.0, atol=1e-6):
        raise InputError(
            "the weights do not sum to one",
            where=where,
            value=f"{weights.sum():.6g}",
            bound="1 (to one part in a million)",
            remedy="divide each by their sum",
        )
    return weights

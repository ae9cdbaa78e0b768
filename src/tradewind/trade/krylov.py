"""Flexible GMRES, for a matrix that is only known by what it does.

Theory
    The k-th iterate minimises the residual over k directions, each a vector of the Krylov space
    that the preconditioner has been applied to. The directions are kept, so that a preconditioner
    in single precision costs no digits.
Algorithm
    Arnoldi with classical Gram-Schmidt, done twice: two products with the whole basis in place
    of one pass over its vectors. SciPy's routine goes vector by vector, which here takes several
    times as long as the products with the matrix themselves.
Stopping rule
    The residual's norm is at most ``tolerance`` times that of the right-hand side.
Source
    Saad (1993), SIAM Journal on Scientific Computing 14, algorithm 2.2; Giraud, Langou,
    Rozložník & van den Eshof (2005), Numerische Mathematik 101, on Gram-Schmidt twice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tradewind.trade.arrays import Array

Apply = Callable[[Array], Array]


def gmres(
    apply: Apply, precondition: Apply, right: Array, tolerance: float, longest: int
) -> tuple[Array, int]:
    """Solve A z = right; return z and the number of products with A.

    Parameters
    ----------
    apply, precondition : callable
        Products with A and with an approximate inverse of A.
    right : (n,)
    tolerance : float
    longest : int
        Most products; what was reached by then is returned, its residual is the caller's to check.
    """
    size = float(np.linalg.norm(right))
    if size == 0.0:
        return np.zeros_like(right), 0
    basis = np.empty((longest + 1, right.size))
    directions = np.empty((longest, right.size))
    basis[0] = right / size
    upper = np.zeros((longest + 1, longest))
    turns = np.zeros((longest, 2))
    left = np.zeros(longest + 1)
    left[0] = size
    known = 0
    while known < longest:
        directions[known] = precondition(basis[known])
        vector = apply(directions[known])
        column = upper[:, known]
        span = basis[: known + 1]
        for _ in range(2):
            part = span @ vector
            vector -= part @ span
            column[: known + 1] += part
        length = float(np.linalg.norm(vector))
        column[known + 1] = length
        _turn(column, turns, left, known)
        known += 1
        if abs(left[known]) <= tolerance * size or length == 0.0:
            break
        basis[known] = vector / length
    weights = np.linalg.solve(upper[:known, :known], left[:known])
    return weights @ directions[:known], known


def _turn(column: Array, turns: Array, left: Array, known: int) -> None:
    """Keep the Hessenberg matrix triangular by Givens rotations, in place."""
    for k in range(known):
        cosine, sine = turns[k]
        above, below = column[k], column[k + 1]
        column[k], column[k + 1] = cosine * above + sine * below, cosine * below - sine * above
    length = float(np.hypot(column[known], column[known + 1]))
    cosine, sine = column[known] / length, column[known + 1] / length
    turns[known] = cosine, sine
    column[known], column[known + 1] = length, 0.0
    left[known + 1], left[known] = -sine * left[known], cosine * left[known]

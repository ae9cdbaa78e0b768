"""exp, ln and row sums of whole arrays, in a form that compilers turn into vector instructions.

Theory
    exp: x = k ln2 + r with |r| ≤ ln2/2, the Taylor series of exp(r), and 2^k written into the
    exponent bits. ln: x = 2^k m with m between √½ and √2, and ln m = 2 (s + s³/3 + s⁵/5 + …) with
    s = (m − 1)/(m + 1), so that s² ≤ 0.0295 and eleven terms leave less than 1e-18.
Range
    exp: arguments are held within ±708, where double precision ends. ln: normal positive numbers;
    anything else gives NaN. Both are right to a few units in the last place (tested).
Why
    Compiled loops call the library's functions one number at a time, which took a third of a
    pass; these take a seventh of that time.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tradewind.trade.arrays import Array

LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # their sum is ln 2
LARGEST = 708.0
MANTISSA, ONE = 0x000FFFFFFFFFFFFF, 0x3FF0000000000000
SMALLEST_NORMAL = 2.2250738585072014e-308
ROOT_2 = 1.4142135623730951


@njit(cache=True, nogil=True, fastmath={"contract"})
def _exp_series(r: float) -> float:
    """(exp(r) − 1 − r) / r² for |r| ≤ ln2/2."""
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    return p * r + 0.5


@njit(cache=True, nogil=True, fastmath={"contract"})
def _log_series(z: float) -> float:
    """(ln((1 + s)/(1 − s))/2 − s) / s³ with z = s² ≤ 0.0295."""
    p = 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    return p * z + 1.0 / 3.0


@njit(cache=True, nogil=True, fastmath={"contract"})
def exp_into(x: Array, out: Array) -> None:
    """Write exp(x) into ``out``, both (n,)."""
    power = np.empty(x.size, np.int64)
    for i in range(x.size):
        value = min(max(x[i], -LARGEST), LARGEST)
        k = np.floor(value * LOG2_E + 0.5)
        r = (value - k * LN2_HIGH) - k * LN2_LOW
        out[i] = (_exp_series(r) * r * r + r) + 1.0 if x[i] == x[i] else np.nan
        power[i] = (np.int64(k) + 1023) << 52
    scale = power.view(np.float64)
    for i in range(x.size):
        out[i] *= scale[i]


@njit(cache=True, nogil=True, fastmath={"contract"})
def log_into(x: Array, out: Array) -> None:
    """Write ln(x) into ``out``, both (n,); NaN where x is not a normal positive number."""
    bits = x.view(np.int64)
    mantissa = np.empty(x.size, np.int64)
    for i in range(x.size):
        mantissa[i] = (bits[i] & MANTISSA) | ONE
    scaled = mantissa.view(np.float64)
    for i in range(x.size):
        k, m = np.float64((bits[i] >> 52) - 1023), scaled[i]
        high = m > ROOT_2
        m = 0.5 * m if high else m
        k = k + 1.0 if high else k
        s = (m - 1.0) / (m + 1.0)
        z = s * s
        value = k * LN2_HIGH + (2.0 * (s + s * z * _log_series(z)) + k * LN2_LOW)
        normal = (x[i] >= SMALLEST_NORMAL) and (x[i] < np.inf)
        out[i] = value if normal else np.nan


@njit(cache=True, nogil=True, fastmath={"contract"})
def expm1_into(x: Array, out: Array) -> None:
    """Write exp(x) − 1 into ``out``, both (n,), without losing digits near zero."""
    power = np.empty(x.size, np.int64)
    for i in range(x.size):
        value = min(max(x[i], -LARGEST), LARGEST)
        k = np.floor(value * LOG2_E + 0.5)
        r = (value - k * LN2_HIGH) - k * LN2_LOW
        out[i] = _exp_series(r) * r * r + r if x[i] == x[i] else np.nan
        power[i] = (np.int64(k) + 1023) << 52
    scale = power.view(np.float64)
    for i in range(x.size):
        out[i] = out[i] * scale[i] + (scale[i] - 1.0)


@njit(cache=True, nogil=True, fastmath={"contract"})
def log1p_into(x: Array, out: Array) -> None:
    """Write ln(1 + x) into ``out``, both (n,), without losing digits near zero.

    NaN where 1 + x is not a normal positive number.
    """
    near = ROOT_2 - 1.0
    log_into(1.0 + x, out)
    for i in range(x.size):
        close = x[i] > -0.29 and x[i] < near
        value = x[i] if close else 0.0
        s = value / (2.0 + value)
        out[i] = 2.0 * (s + s * s * s * _log_series(s * s)) if close else out[i]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def add_rows(target: Array, rows: Array, weight: Array) -> None:
    """Add Σ_a weight_a rows_a to the target, four rows at a time."""
    whole = weight.size - weight.size % 4
    for a in range(0, whole, 4):
        w0, w1, w2, w3 = weight[a], weight[a + 1], weight[a + 2], weight[a + 3]
        for k in range(target.size):
            target[k] += (
                w0 * rows[a, k] + w1 * rows[a + 1, k] + w2 * rows[a + 2, k] + w3 * rows[a + 3, k]
            )
    for a in range(whole, weight.size):
        for k in range(target.size):
            target[k] += weight[a] * rows[a, k]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def row_sums(out: Array, rows: Array, weight: Array) -> None:
    """Write Σ_k rows_ak weight_k, four rows at a time."""
    whole = out.size - out.size % 4
    for a in range(0, whole, 4):
        s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        for k in range(weight.size):
            w = weight[k]
            s0 += rows[a, k] * w
            s1 += rows[a + 1, k] * w
            s2 += rows[a + 2, k] * w
            s3 += rows[a + 3, k] * w
        out[a], out[a + 1], out[a + 2], out[a + 3] = s0, s1, s2, s3
    for a in range(whole, out.size):
        total = 0.0
        for k in range(weight.size):
            total += rows[a, k] * weight[k]
        out[a] = total

"""Columns whose tail would decide the index alone, and what is done about them.

The rule of the JRC: a column with absolute skewness above 2 and kurtosis above 3.5 is treated.
Winsorising sets its most extreme values, one by one and at most five, to the next one; if the
column still breaks the rule it is transformed by Box and Cox instead.

Sources: OECD & JRC (2008), section 5; Saisana & Saltelli (2011), Rankings and Ratings, Hague
Journal on the Rule of Law 3 (the bounds); Box & Cox (1964), JRSS B 26.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tradewind.pressure.arrays import Array, Flags
from tradewind.pressure.spec import Outliers

SKEWNESS, KURTOSIS = 2.0, 3.5
MOST_WINSORISED = 5
OFFSET = 0.01
"""Distance of the smallest value from the origin of a Box–Cox transform [range of the column]."""


def breaks_rule(column: Array) -> bool:
    """Whether a column without gaps has a tail that the JRC would treat.

    Sample skewness and excess kurtosis, both corrected for bias (G1 and G2 of Joanes & Gill 1998).
    """
    if column.size < 4 or np.ptp(column) == 0.0:
        return False
    skewness = float(stats.skew(column, bias=False))
    kurtosis = float(stats.kurtosis(column, bias=False))
    return bool(abs(skewness) > SKEWNESS and kurtosis > KURTOSIS)


@dataclass(frozen=True)
class Treatment:
    """What is done to each column, as one increasing function of its values.

    Attributes
    ----------
    low, high : (indicator)
        Values beyond are set to these; infinite where nothing is.
    curved : (indicator)
        Columns with a Box–Cox transform.
    origin, least, power : (indicator)
        The transform's origin, smallest distance from it, and exponent.
    """

    low: Array
    high: Array
    curved: Flags
    origin: Array
    least: Array
    power: Array

    def __call__(self, values: Array) -> Array:
        """Treat values (..., indicator)."""
        return self.bent(np.clip(values, self.low, self.high))

    def bent(self, values: Array) -> Array:
        """Transform values (..., indicator) without bounding them, as goalposts are."""
        treated = values.copy()
        for at in np.flatnonzero(self.curved):
            # A draw may fall below the origin that was fitted to the observed values.
            distance = np.maximum(treated[..., at] - self.origin[at], self.least[at])
            treated[..., at] = box_cox(distance, float(self.power[at]))
        return treated

    @property
    def touched(self) -> Flags:
        """(indicator) Columns to which anything is done."""
        return self.curved | np.isfinite(self.low) | np.isfinite(self.high)


def box_cox(distance: Array, power: float) -> Array:
    """(x^λ − 1)/λ, and ln x for λ = 0 (Box & Cox 1964, equation 1).

    >>> float(box_cox(np.array([np.e]), 0.0)[0])
    1.0
    """
    logarithm = np.log(distance)
    return logarithm if power == 0.0 else np.expm1(power * logarithm) / power


def treatment(values: Array, method: Outliers, posts: Array | None = None) -> Treatment:
    """Fit the treatment of a table to what was observed.

    Parameters
    ----------
    values : (economy, indicator)
        NaN where nothing was observed.
    method : str
        ``none``; ``winsorise``, and Box–Cox where that is not enough; ``boxcox`` at once.
    posts : (2, indicator), optional
        Goalposts, which must stay within the transform's domain; NaN where there are none.
    """
    count = values.shape[1]
    low, high = np.full(count, -np.inf), np.full(count, np.inf)
    curved = np.zeros(count, dtype=bool)
    origin, least, power = np.zeros(count), np.ones(count), np.ones(count)
    for at in range(count if method != "none" else 0):
        column = values[~np.isnan(values[:, at]), at]
        if not breaks_rule(column):
            continue
        bounds = winsorised(column) if method == "winsorise" else None
        if bounds is not None:
            low[at], high[at] = bounds
            continue
        ends = [column.min(), column.max()]
        ends += [post for post in (posts[:, at] if posts is not None else ()) if not np.isnan(post)]
        least[at] = OFFSET * (max(ends) - min(ends))
        origin[at] = min(ends) - least[at]
        curved[at] = True
        power[at] = float(stats.boxcox_normmax(column - origin[at], method="mle"))
    return Treatment(low, high, curved, origin, least, power)


def winsorised(column: Array) -> tuple[float, float] | None:
    """Bounds that bring a column within the rule, or None if five values are not enough.

    The side with the larger tail goes first, as the sign of the skewness says.
    """
    ordered = np.sort(column)
    first, last = 0, column.size - 1
    for _ in range(min(MOST_WINSORISED, column.size - 3)):
        clipped = np.clip(column, ordered[first], ordered[last])
        if np.ptp(clipped) == 0.0:
            # All that differs was in the tail.
            return None
        if float(stats.skew(clipped, bias=False)) > 0.0:
            last -= 1
        else:
            first += 1
        clipped = np.clip(column, ordered[first], ordered[last])
        if np.ptp(clipped) > 0.0 and not breaks_rule(clipped):
            return float(ordered[first]), float(ordered[last])
    return None

"""Equations of the compute layer: pure functions of arrays, no network and no labels.

Symbols, one line each, are in the README of this package; numbers [L1] … are its equations.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

YEAR_HOURS = 8760.0
"""Hours of the year that snapshots stand for."""
EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG)."""
FREE_COOLING_C = 15.0
"""Outdoor temperature above which cooling takes more power [°C]."""
FIBRE_KM_PER_MS = 200.0
"""Two thirds of the speed of light."""
PATH_STRETCH = 1.5
"""Length of a fibre path over the great circle."""
ACCESS_MS = 4.0
"""Round trip of both ends' access and switching."""


def power_usage_effectiveness(
    temperature_c: Floats | float,
    base: float | Floats,
    slope: float | Floats,
    maximum: float | Floats,
) -> Floats:
    """Facility power over IT power: PUE = min(base + slope · max(0, T − 15 °C), maximum)    [L1].

    Parameters
    ----------
    temperature_c : array [°C]
        T outdoors.
    base : float [1]
        At 15 °C and below.
    slope : float [1 / °C]
    maximum : float [1]
        What the cooling is designed for.

    Returns
    -------
    array [1]

    Notes
    -----
    A kink at 15 °C is the form of flops_export (1.08 + 0.015 per °C).
    """
    warm = np.maximum(0.0, np.asarray(temperature_c, dtype=np.float64) - FREE_COOLING_C)
    return np.asarray(np.minimum(base + slope * warm, maximum), dtype=np.float64)


def annuity(rate: Floats | float, life_years: Floats | float) -> Floats:
    """Share of an investment paid each year of its life: a = r / (1 − (1 + r)^−L)    [L2].

    Parameters
    ----------
    rate : array [1 / year]
        r, zero or above; 1 / L at zero.
    life_years : array [year]
        L, above zero.

    Returns
    -------
    array [1 / year]
    """
    rate, life = np.broadcast_arrays(np.asarray(rate, float), np.asarray(life_years, float))
    safe = np.where(rate > 0.0, rate, 1.0)
    return np.where(rate > 0.0, -safe / np.expm1(-life * np.log1p(safe)), 1.0 / life)


def great_circle_km(latitude_a: Any, longitude_a: Any, latitude_b: Any, longitude_b: Any) -> Floats:
    """Distance on the sphere by the haversine formula    [L3].

    Parameters
    ----------
    latitude_a, longitude_a, latitude_b, longitude_b : array [degree]
        Broadcast against each other.

    Returns
    -------
    array [km]
    """
    a, x, b, y = (np.radians(v) for v in (latitude_a, longitude_a, latitude_b, longitude_b))
    chord = np.sin((a - b) / 2.0) ** 2 + np.cos(a) * np.cos(b) * np.sin((x - y) / 2.0) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def light_round_trip_ms(distance_km: Floats) -> Floats:
    """Least round trip that physics allows in fibre: 2 d / 200 km per ms    [L4]."""
    return np.asarray(2.0 * distance_km / FIBRE_KM_PER_MS)


def expected_round_trip_ms(distance_km: Floats) -> Floats:
    """Round trip where none was measured: max(2 d / 200, 3 d / 200 + 4 ms)    [L4].

    Paths are half as long again as the great circle, and both ends' access takes 4 ms.
    """
    path = 2.0 * PATH_STRETCH * distance_km / FIBRE_KM_PER_MS + ACCESS_MS
    return np.maximum(light_round_trip_ms(distance_km), path)


def normalised(shape: Floats, weight: Floats) -> Floats:
    """Shape over its mean by weight, so that the mean of the answer is one    [L5].

    Parameters
    ----------
    shape : (hour,)
    weight : (hour,) [hour / year]
    """
    return np.asarray(shape / (shape @ weight / weight.sum()))


def step_starts(step: Floats, period: Integers) -> Floats:
    """Hours from the start of its period to the start of each step: (hour,).

    Parameters
    ----------
    step : (hour,) [hour]
    period : (hour,)
        A number that stays the same through a period.
    """
    end = np.cumsum(step)
    first = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    lengths = np.diff(np.append(first, period.size))
    return end - step - np.repeat((end - step)[first], lengths)


def recent_arrivals(shape: Floats, step: Floats, period: Integers, hours: float) -> Floats:
    """Work that arrived in the last h hours, up to the end of each step and not before its period.

    b_t = ∫_{t−h}^{t} shape du, with arrivals spread evenly over a step; 0 at a period's end  [L6].

    Parameters
    ----------
    shape : (hour,) [1]
        Arrivals over their mean.
    step : (hour,) [hour]
    period : (hour,)
    hours : float [hour]
        h, the longest deferral.

    Returns
    -------
    (hour,) [hour]
        Of mean arrivals: the longest queue of first come, first served that misses no deadline.
    """
    answer = np.empty_like(shape)
    for number in np.unique(period):
        of = np.flatnonzero(period == number)
        end = np.concatenate([[0.0], np.cumsum(step[of])])
        arrived = np.concatenate([[0.0], np.cumsum(shape[of] * step[of])])
        answer[of] = arrived[1:] - np.interp(np.maximum(end[1:] - hours, 0.0), end, arrived)
        answer[of[-1]] = 0.0
    return answer


def window_of(step: Floats, period: Integers, hours: float) -> Integers:
    """Number of the window a step starts in; windows begin anew with each period: (hour,)    [L7].

    Parameters
    ----------
    step : (hour,) [hour]
    period : (hour,)
    hours : float [hour]
        Length of a window; a period's last one may be shorter.
    """
    # A step that starts within a millionth of an hour of a window's end belongs to the next.
    within = np.floor((step_starts(step, period) + 1e-6) / hours)
    changes = (np.diff(within, prepend=within[0]) != 0) | (np.diff(period, prepend=period[0]) != 0)
    return np.cumsum(changes).astype(np.int64)


def window_bounds(shape: Floats, step: Floats, window: Integers) -> tuple[Floats, Floats]:
    """How far work may lag behind, or run ahead of, arrivals inside its window    [L7].

    Parameters
    ----------
    shape : (hour,) [1]
    step : (hour,) [hour]
    window : (hour,)
        As ``window_of`` says.

    Returns
    -------
    behind, ahead : (hour,) [hour]
        Of mean arrivals: those so far in the window, and those left in it; both 0 at its end.
    """
    work = shape * step
    total = np.bincount(window, weights=work)
    so_far = np.cumsum(work) - np.concatenate([[0.0], np.cumsum(total)[:-1]])[window]
    last = np.diff(window, append=window[-1] + 1) != 0
    return np.where(last, 0.0, so_far), np.where(last, 0.0, total[window] - so_far)

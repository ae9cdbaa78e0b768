"""Hourly series made by rule where no measured ones may be shipped: weather, sun, wind, load.

All times are UTC, an hour is told by its start, a year has 8,760 hours. Randomness is seeded, so a
rebuild gives the same series. Nothing here is a weather year that was: only means, spreads, memory
and reach are taken from data (`maps/energy_europe.yaml`, `moments`).
"""

from __future__ import annotations

import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr

from tradewind.errors import SourceError

HOURS: Final = 8760
DAYS: Final = 365
EARTH_KM: Final = 6371.0
Floats = npt.NDArray[np.float64]

# Local clock hour 0 to 23: our own curves, near the mean working day and day off of ENTSO-E's
# national loads (night valley, plateau from eight, evening peak at seven); judgement.
WORKING_DAY: Final = np.array(
    [
        *(0.82, 0.78, 0.76, 0.75, 0.77, 0.83, 0.94, 1.05, 1.11, 1.12, 1.12, 1.12),
        *(1.11, 1.10, 1.08, 1.07, 1.08, 1.12, 1.15, 1.16, 1.12, 1.05, 0.98, 0.89),
    ]
)
DAY_OFF: Final = np.array(
    [
        *(0.80, 0.75, 0.72, 0.71, 0.71, 0.72, 0.75, 0.80, 0.87, 0.93, 0.96, 0.98),
        *(0.98, 0.95, 0.92, 0.91, 0.93, 0.98, 1.03, 1.05, 1.03, 0.98, 0.92, 0.85),
    ]
)
HEATING_BELOW: Final = 15.0
COOLING_ABOVE: Final = 22.0


def distance_km(latitude: Floats, longitude: Floats) -> Floats:
    """Great-circle distances between places : (place, place) [km]."""
    north, east = np.radians(latitude), np.radians(longitude)
    half = (
        np.sin((north[:, None] - north) / 2) ** 2
        + np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def weather_field(
    seed: int, latitude: Floats, longitude: Floats, steps: int, reach_km: float, memory: float
) -> Floats:
    """Draw standard normal series that near places and near times share.

    Parameters
    ----------
    seed : int
    latitude, longitude : (place,) [degree]
    steps : int
    reach_km : float
        Distance over which correlation falls to 1/e.
    memory : float
        Correlation from one step to the next.

    Returns
    -------
    numpy.ndarray : (place, step)
    """
    correlation = np.exp(-distance_km(latitude, longitude) / reach_km)
    mix = np.linalg.cholesky(correlation + 1e-9 * np.eye(latitude.size))
    noise = np.random.default_rng(seed).standard_normal((steps, latitude.size)) @ mix.T
    field = np.empty_like(noise)
    field[0] = noise[0]
    fresh = np.sqrt(1.0 - memory**2)
    for step in range(1, steps):
        field[step] = memory * field[step - 1] + fresh * noise[step]
    return np.asarray(field.T)


def day_of_year() -> Floats:
    """Day of the year, from 0, of each hour : (hour,)."""
    return np.arange(HOURS) / 24.0


def season(peak_day: float) -> Floats:
    """Return a cosine of the year that is one on a day : (hour,)."""
    return np.asarray(np.cos(2 * np.pi * (day_of_year() - peak_day) / DAYS))


def temperature(
    january: float, july: float, longitude: float, anomaly: Floats, swing: float = 4.0
) -> Floats:
    """Synthesise a year of temperature : (hour,) [degC].

    A cosine between the means of January and July, a daily one that peaks at three in the
    afternoon, and passing weather with a spread of 3.5 degC.

    Parameters
    ----------
    january, july : float [degC]
    longitude : float [degree]
        For the sun's time.
    anomaly : (hour,)
        Standard normal.
    swing : float [degC]
        Half of the difference between afternoon and night.
    """
    solar_hour = (np.arange(HOURS) + 0.5 + longitude / 15.0) % 24
    yearly = (january + july) / 2 + (january - july) / 2 * season(16.0)
    return np.asarray(
        yearly + swing * np.cos(2 * np.pi * (solar_hour - 15) / 24) + 3.5 * anomaly, dtype=float
    )


def clear_sky(latitude: float, longitude: float) -> Floats:
    """Sun on a plane tilted to the equator under a clear sky : (hour,) [kW / m2].

    Declination after Cooper (1969), beam after Meinel & Meinel (1976), 1.361·0.7^(AM^0.678), a
    tenth of it diffuse; the equation of time (17 minutes at most) is left out. Tilt is latitude
    less 15 degrees.
    """
    day = np.floor(day_of_year()) + 1
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + day) / DAYS)
    angle = np.radians(15 * ((np.arange(HOURS) + 0.5 + longitude / 15.0) % 24 - 12))
    north = np.radians(latitude)
    flat = np.radians(latitude - (latitude - 15))
    height = np.sin(north) * np.sin(declination) + np.cos(north) * np.cos(declination) * np.cos(
        angle
    )
    facing = np.sin(flat) * np.sin(declination) + np.cos(flat) * np.cos(declination) * np.cos(angle)
    up = height > 0.01
    air = 1.0 / np.where(up, height, 1.0)
    beam = np.where(up, 1.361 * 0.7 ** (air**0.678), 0.0)
    return np.asarray(beam * np.maximum(facing, 0.0) + 0.1 * beam)


def clearness(latitude: float, field: Floats) -> Floats:
    """Share of the clear sky's yield that a day leaves : (day,).

    Beta distributed; mean and spread by season and latitude follow the daily variation of the
    Dispa-SET zones (coefficient 0.3 in winter and 0.07 in summer in Spain, 0.6 and 0.2 in Germany).
    """
    far = np.clip((latitude - 37.0) / 23.0, 0.0, 1.0)
    winter = (1 + np.cos(2 * np.pi * np.arange(DAYS) / DAYS)) / 2
    mean = winter * (0.65 - 0.25 * far) + (1 - winter) * (0.80 - 0.15 * far)
    variation = winter * (0.30 + 0.28 * far) + (1 - winter) * (0.07 + 0.13 * far)
    return beta_of(mean, (variation * mean) ** 2, field)


def beta_of(mean: Floats, variance: Floats, field: Floats) -> Floats:
    """Turn standard normal draws into Beta distributed ones of given mean and variance."""
    size = mean * (1 - mean) / variance - 1
    if not (size > 0).all():
        raise SourceError(
            "a share cannot spread that widely about its mean",
            where="synthetic weather",
            value=f"variance over m(1 - m) of {float((1 / (size + 1)).max()):.3g}",
            bound="below 1",
            remedy="lower the spread in maps/energy_europe.yaml",
        )
    return np.asarray(betaincinv(mean * size, (1 - mean) * size, ndtr(field)))


def solar_profile(latitude: float, longitude: float, factor: float, field: Floats) -> Floats:
    """Synthesise photovoltaic output per unit of capacity : (hour,), of a given annual mean."""
    yield_ = clear_sky(latitude, longitude) * np.repeat(clearness(latitude, field), 24)
    profile = yield_ * (factor / yield_.mean())
    if profile.max() > 1.0:
        raise SourceError(
            "a capacity factor asks for more than all panels at full power",
            where=f"synthetic sun at latitude {latitude:g}",
            value=f"{profile.max():.3g} at the best hour",
            bound="at most 1",
            remedy="check the annual capacity factor",
        )
    return np.asarray(profile)


def wind_profile(factor: float, spread: float, amplitude: float, field: Floats) -> Floats:
    """Synthesise wind output per unit of capacity : (hour,), of a given annual mean.

    Parameters
    ----------
    factor : float
        Annual capacity factor.
    spread : float
        Variance over m (1 - m).
    amplitude : float
        Of the season, of the mean; most in the middle of January.
    field : (hour,)
        Standard normal.
    """
    mean = factor * (1 + amplitude * season(15.0))
    return with_mean(beta_of(mean, spread * mean * (1 - mean), field), factor)


def with_mean(shares: Floats, mean: float) -> Floats:
    """Bend shares between zero and one by a power until their mean is the given one."""
    low, high = 0.01, 100.0
    for _ in range(80):
        power = (low + high) / 2
        if np.mean(shares**power) > mean:
            low = power
        else:
            high = power
    return np.asarray(shares**power)


def load_shape(
    temperatures: Floats, heating: float, cooling: float, offset: int, first_day: datetime.date
) -> Floats:
    """Synthesise load per unit of its annual mean : (hour,).

    A working day or a day off by the local clock (standard time all year), times one plus the
    response to the mean temperature of the last 24 hours; August and the turn of the year are
    5 % lower. Public holidays are left out.

    Parameters
    ----------
    temperatures : (hour,) [degC]
    heating, cooling : float [1 / degC]
        Growth of load below 15 degC and above 22 degC.
    offset : int [hour]
        Local standard time less UTC.
    first_day : date
        For the days of the week.
    """
    local = np.arange(HOURS) + offset
    weekday = (first_day.weekday() + local // 24) % 7
    curve = np.where(weekday < 5, WORKING_DAY[local % 24], DAY_OFF[local % 24])
    smooth = np.convolve(np.concatenate([temperatures[-23:], temperatures]), np.ones(24) / 24)
    felt = smooth[23 : 23 + HOURS]
    answer = (
        1
        + heating * np.maximum(HEATING_BELOW - felt, 0)
        + cooling * np.maximum(felt - COOLING_ABOVE, 0)
    )
    day = day_of_year()
    quiet = np.where(((day >= 212) & (day < 236)) | (day >= 357) | (day < 2), 0.95, 1.0)
    load = curve * answer * quiet
    return np.asarray(load / load.mean())


def rounded(values: Floats, steps: int = 1000) -> Floats:
    """Round to steps of the greatest value: what is synthetic means no more, and packs well."""
    greatest = float(np.abs(values).max())
    return np.asarray(np.round(values / greatest * steps) / steps * greatest)

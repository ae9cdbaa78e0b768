"""China's hourly series: load of calendar 2018, weather of 2020, and the alignment of the two.

An hour of the table is an hour of a common year that begins on a Monday, as 2018 did, in Beijing
time. Its load is that of the hour of 2018; its weather that of the same month, day and hour of
2020, whose 29 February is left out. So weeks keep their days, and weather keeps its season; a day
of load never saw the weather beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from tradewind.errors import SourceError
from tradewind.world.sources.reading import FRESH_COPY, read_rows, require_file, require_list

HOURS = 8760
LEAP_DAY = slice(59 * 24, 60 * 24)
"""Hours of 29 February in a leap year."""
EXPONENTS = (0.05, 5.0)


def read_load(path: Path, codes: Sequence[str]) -> np.ndarray:
    """Read hourly load of the provinces in GW.

    Parameters
    ----------
    path : Path
    codes : sequence of str
        Two-letter codes of the provinces, in the order wanted.

    Returns
    -------
    numpy.ndarray, (hour, bus)
    """
    with require_file(path).open(encoding="utf-8-sig") as file:
        header = [name.strip() for name in file.readline().split(",")]
    require_list(sorted(header[1:]), sorted(codes), str(path), "provinces")
    rows = read_rows(path, header)
    require_count(len(rows), HOURS, path)
    return np.array([[row.number(code, low=1.0) for code in codes] for row in rows]) / 1000.0


def read_profile(path: Path, buses: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Read hourly availability of 2020 without its leap day, and the land limit.

    Returns
    -------
    profile : (hour, bus)
        Per unit, from 0 to 1.
    limit : (bus,)
        GW.
    """
    with xr.open_dataset(require_file(path), engine="h5netcdf") as file:
        require_list(list(file["bus"].to_numpy()), sorted(buses), str(path), "provinces")
        require_count(file.sizes["time"], HOURS + 24, path)
        ordered = file.sel(bus=list(buses))
        profile = ordered["profile"].transpose("time", "bus").to_numpy().astype(float)
        limit = ordered["p_nom_max"].to_numpy().astype(float) / 1000.0
    if not (np.isfinite(profile).all() and profile.min() >= 0.0 and profile.max() <= 1.001):
        raise SourceError(
            "an hourly availability is not finite or out of bounds",
            where=str(path),
            value=f"{np.nanmin(profile):g} to {np.nanmax(profile):g}",
            bound="0 to 1",
            remedy=FRESH_COPY,
        )
    return np.delete(np.minimum(profile, 1.0), LEAP_DAY, axis=0), limit


def require_count(found: int, expected: int, path: Path) -> None:
    """Refuse a series of another length."""
    if found != expected:
        raise SourceError(
            "an hourly series has the wrong number of hours",
            where=str(path),
            value=str(found),
            bound=str(expected),
            remedy=FRESH_COPY,
        )


def rescaled(profile: np.ndarray, full_load_hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bend profiles so that each gives the full-load hours reported for its province.

    a' = a^γ, γ solved so that the mean of a' is full_load_hours / 8760. Calm stays calm and full
    output stays full. A factor would have to cut the tops off (in 10 % of the hours in Chongqing)
    and would leave the fleet more erratic than fleets are (coefficient of variation 1.4 there).

    Parameters
    ----------
    profile : (hour, bus)
    full_load_hours : (bus,)
        Hours a year.

    Returns
    -------
    profile : (hour, bus)
    exponent : (bus,)
        γ; below one where the source is too low.
    """
    means = full_load_hours / HOURS

    def excess(exponent: float, place: int) -> float:
        return float((profile[:, place] ** exponent).mean() - means[place])

    exponents = np.array(
        [brentq(excess, *EXPONENTS, args=(place,), xtol=1e-12) for place in range(means.size)]
    )
    return profile**exponents, exponents

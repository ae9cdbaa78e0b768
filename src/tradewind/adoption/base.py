"""The state adoption starts from, and inputs for any year to 2035.

By economy the data tell of China, the United States and, for one half year, Russia; everywhere else
the world's share is taken, less what is barred there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import xarray as xr

from tradewind.adoption import calibration, market
from tradewind.adoption.calibration import HOME, MEASURES
from tradewind.adoption.market import STACKS
from tradewind.adoption.parameters import central
from tradewind.errors import InputError
from tradewind.scenario.door import read_rows
from tradewind.world import World

BASE_YEAR, LAST_YEAR = 2024, 2035


@cache
def _people() -> xr.DataArray:
    known = World.default().data["population"]
    return known.dropna("year").reset_coords(drop=True)


def economies() -> list[str]:
    """Return the 44 economies of the trade table."""
    return [str(code) for code in _people()["economy"].values]


def home(codes: Sequence[str]) -> np.ndarray:
    """Whether a stack is an economy's own: (economy, stack) [0 or 1]."""
    return np.array([np.isin(STACKS, HOME.get(code, ())) for code in codes], dtype=float)


def restricted(codes: Sequence[str]) -> np.ndarray:
    """Share of use to which a stack is barred, as of 2025: (economy, stack) [1]."""
    known = _barred()
    return np.array([[known.get((code, stack), 0.0) for stack in STACKS] for code in codes])


@cache
def _barred() -> Mapping[tuple[str, str], float]:
    table = read_rows("restriction.csv", market.PACKAGE)
    keys = zip(table["economy"].astype(str), table["stack"].astype(str), strict=True)
    return dict(zip(keys, table["value"].astype(float), strict=True))


def economy_start(codes: Sequence[str], values: Mapping[str, float]) -> np.ndarray:
    """Shares at the end of 2024: (measure, economy, stack) [1]."""
    own = np.array([calibration.counted("CHN", "both")[stack] for stack in STACKS])
    odds = np.exp(values["home_bias"] * home(codes)) * (1.0 - restricted(codes))
    # At rest imitation multiplies the logarithm of every difference.
    odds = odds ** (1.0 / (1.0 - values["imitation"]))
    world = np.array([calibration.world_start(measure, values) for measure in MEASURES])
    share = world[:, None, :] * odds[None, :, :]
    share = share / share.sum(axis=-1, keepdims=True)
    if "CHN" in codes:
        share[:, list(codes).index("CHN")] = own / own.sum()
    return np.asarray(share)


def start(year: int = BASE_YEAR, values: Mapping[str, float] | None = None) -> xr.DataArray:
    """Shares by economy at the end of a year.

    Parameters
    ----------
    year : int
        2024 to 2035. After 2024 the calibrated monthly path, with restrictions as of 2025.
    values : mapping of str to float, optional
        A number for every parameter; the central ones if left out.

    Returns
    -------
    xarray.DataArray, (measure, economy, stack) [1]

    Raises
    ------
    InputError
        If the year lies outside.
    """
    values = central() if values is None else values
    _known(year)
    codes = economies()
    begin = economy_start(codes, values)
    barred, own = restricted(codes), values["home_bias"] * home(codes)
    constants = calibration.taste(values)
    ends = begin.copy()
    for i, measure in enumerate(MEASURES if year > BASE_YEAR else ()):
        monthly = calibration.worths(measure, f"{year}-12", values)
        inertia = values[f"inertia_{measure}"]
        ends[i] = calibration.path(begin[i], constants[i] + own, barred, monthly, inertia, values)[
            -1
        ]
    return xr.DataArray(
        ends,
        {"measure": list(MEASURES), "economy": codes, "stack": list(STACKS)},
        ("measure", "economy", "stack"),
        name="share",
        attrs={"units": "1", "long_name": "share of use"},
    )


def population(year: int, *, online: bool = False) -> xr.DataArray:
    """People by economy, or those who use the internet: (economy,) [person].

    World Bank to its last year, which stands for later ones; users by the ITU's last share.
    """
    known = _people()
    last = min(year, int(known["year"].max()))
    people = known.sel(year=last, drop=True).rename("population")
    if online:
        share = read_rows("internet.csv", market.PACKAGE).set_index("economy")["value"]
        people = people * share[[str(code) for code in people["economy"].values]].to_numpy(float)
    people.attrs = {"units": "person", "long_name": "internet users" if online else "population"}
    return people


def inputs(
    year: int,
    values: Mapping[str, float] | None = None,
    *,
    share: xr.DataArray | None = None,
    online: bool = False,
) -> xr.Dataset:
    """Return the inputs of ``solve`` for a year: prices, qualities, restrictions, people.

    Parameters
    ----------
    year : int
        2025 to 2035.
    values : mapping of str to float, optional
        A number for every parameter; the central ones if left out.
    share : xarray.DataArray, optional
        Last year's shares; ``start(year - 1)`` if left out.
    online : bool
        Weigh economies by internet users and not by people.

    Returns
    -------
    xarray.Dataset
        ``READS``. Means of twelve months (of logarithms for prices); finance 0 everywhere.
    """
    values = central() if values is None else values
    _known(year)
    codes = economies()
    span = calibration.months(f"{year}-01", f"{year}-12")
    price = np.exp(np.mean([np.log(market.prices(at)) for at in span], axis=0))
    quality = np.mean([market.qualities(at, values) for at in span], axis=0)
    both = ("economy", "stack")
    given = xr.Dataset(
        {
            "share": start(year - 1, values) if share is None else share,
            "price": ("stack", price, {"units": "USD/million tokens"}),
            "quality": ("stack", quality, {"units": "ECI points"}),
            "openness": ("stack", market.openness(), {"units": "1"}),
            "finance": (both, np.zeros((len(codes), len(STACKS))), {"units": "1"}),
            "restriction": (both, restricted(codes), {"units": "1"}),
        },
        {"economy": codes, "stack": list(STACKS), "measure": list(MEASURES)},
    )
    given["population"] = population(year, online=online)
    return given


def _known(year: int) -> None:
    if not BASE_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "adoption knows no such year",
            where="adoption, year",
            value=year,
            bound=f"{BASE_YEAR} to {LAST_YEAR}",
            remedy="choose a year within",
        )

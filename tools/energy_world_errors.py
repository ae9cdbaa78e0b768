"""Errors of what the world table makes up, against series that are known.

    python tools/energy_world_errors.py ../shared/data

Prints what `docs/capacity-world.md` tells; needs the raw sources for wind alone, whose Dispa-SET
files may not ship.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.world.energy import open_energy
from tradewind.world.sources import energy_world_series as series
from tradewind.world.sources.energy_europe import dispaset
from tradewind.world.sources.energy_world_areas import scaled_to

ZONES = {
    **{"Ireland": "IE", "United Kingdom": "GB", "Norway": "NO", "Sweden": "SE", "Finland": "FI"},
    **{"Germany": "DE", "Netherlands": "NL", "France": "FR", "Spain": "ES", "Portugal": "PT"},
    **{"Italy": "IT", "Poland": "PL"},
}
"""Sites of the world in countries whose wind of 2016 Dispa-SET has."""


def sites_with(table: xr.Dataset, name: str, begins: tuple[str, ...]) -> list[str]:
    """Sites whose source of a variable begins with one of some words."""
    said = table[f"{name}_source"].to_series()
    return [str(site) for site in said.index[said.str.startswith(begins)]]


def values_at(table: xr.Dataset, name: str, site: str) -> series.Array:
    """A variable of a site on typical days: (season, half, hour)."""
    return table[name].sel(site=site).to_numpy().astype(float)


def load_errors(table: xr.Dataset) -> pd.DataFrame:
    """Load that temperature and clock would give where it was measured, beside it."""
    rows = {}
    for site in sites_with(table, "load", ("hourly", "china31")):
        seen = values_at(table, "load_shape", site)
        place = float(table["longitude"].sel(site=site))
        made = series.synthetic_load(values_at(table, "temperature", site), place)
        rows[site] = {
            "error": float(np.sqrt(((made - seen) ** 2).mean())),
            "spread": float(seen.std()),
            **{"peak made": float(made.max()), "peak": float(seen.max())},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def scaling(table: xr.Dataset, kind: str) -> pd.Series[float]:
    """Mean of made-up sun before it is scaled, over the annual factor that it is scaled to."""
    some = sites_with(table, "solar", (f"synthetic: {kind}",))
    mean = table["solar"].mean(["season", "half", "hour"])
    return (table["solar_before"] / mean).sel(site=some).to_series()


def sun_errors(table: xr.Dataset) -> pd.DataFrame:
    """Clear sky, scaled to the mean of another series that a site has, beside that series."""
    rows = {}
    for site in sites_with(table, "solar", ("measured", "china31", "synthetic: cloud")):
        seen = values_at(table, "solar", site)
        place = (float(table[name].sel(site=site)) for name in ("latitude", "longitude"))
        made = scaled_to(series.typical(*series.clear_sky(*place)), float(seen.mean()))
        seasons = made.mean(axis=(1, 2)) / seen.mean(axis=(1, 2)) - 1.0
        rows[site] = {
            "error": float(np.sqrt(((made - seen) ** 2).mean())),
            "season": float(np.abs(seasons).mean()),
            "worst season": float(np.abs(seasons).max()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def calm_of_measured(table: xr.Dataset) -> tuple[int, float]:
    """How many sites have a series of wind, and how much of its mean their calm half has."""
    some = sites_with(table, "wind", ("measured", "china31"))
    halves = table["wind"].sel(site=some).mean("hour")
    calm = halves.sel(half="calm") / halves.mean("half")
    return len(some), float(calm.mean())


def wind_errors(table: xr.Dataset, folder: Path) -> pd.DataFrame:
    """Calm half of 2016, and the table's annual factor over that of 2016, by country."""
    real, hours = dispaset(folder)["onshore wind"], series.year_hours(series.CLEAR_YEAR)
    rows = {}
    for site, zone in ZONES.items():
        seen = real.sel(area=zone).to_numpy().astype(float)
        days = series.typical(seen, hours, series.windy_days(seen, hours))
        rows[site] = {
            "calm": float((days[:, 0].mean(axis=1) / days.mean(axis=(1, 2))).mean()),
            "factor": float(values_at(table, "wind", site).mean() / seen.mean()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def told(table: xr.Dataset) -> list[str]:
    """What the page says of load, of sun, and of the wind that was measured."""
    load, sun = load_errors(table), sun_errors(table)
    mean, clear, cloud = load.mean(), scaling(table, "clear sky"), scaling(table, "cloud 2024")
    american = sun["error"][table["country"].sel(site=list(sun.index)).to_numpy() == "USA"]
    worst = sun["worst season"].nlargest(2)
    count, calm = calm_of_measured(table)
    return [
        f"Against the {len(load)} measured: root mean square error {mean['error']:.2f} of the mean "
        f"load (their own standard deviation is {mean['spread']:.2f}), and peaks "
        f"{mean['peak made']:.2f} against {mean['peak']:.2f}",
        f"{len(cloud)} cities from the cloud of 2024 (pvlib): before scaling {cloud.min():.2f} to "
        f"{cloud.max():.2f} of IRENA's annual factor, median {cloud.median():.2f}. {len(clear)} "
        f"from a clear sky (pvlib): {clear.min():.2f} to {clear.max():.1f}, median "
        f"{clear.median():.1f}.",
        f"root mean square {sun['error'].mean():.2f} on average over {len(sun)} places with "
        f"another series, up to {american.max():.2f} at American ones; a season's share is off by "
        f"{100 * sun['season'].mean():.0f} % on average, that of a place's worst season by "
        f"{100 * sun['worst season'].mean():.0f} %, and by {100 * worst.min():.0f} % in "
        f"{' and '.join(sorted(worst.index))}",
        f"{count} of the {len(load)} (Georgia has none)",
        f"a calm half at {calm:.2f} and a windy one at {2.0 - calm:.2f}, the mean of the measured",
    ]


def told_of_2016(table: xr.Dataset, folder: Path) -> str:
    """What the page says of wind against that of 2016."""
    found = wind_errors(table, folder)
    calm, factor = found["calm"], found["factor"]
    return (
        f"calm half {calm.min():.2f} to {calm.max():.2f} in {len(found)} countries; annual factors "
        f"above theirs by {100 * (factor.mean() - 1.0):.0f} % on average"
    )


def main(sources: Path) -> None:
    """Print every sentence."""
    table = open_energy("world")
    print("\n".join([*told(table), told_of_2016(table, sources / "energy" / "dispaset")]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

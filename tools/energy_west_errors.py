"""Errors of the synthetic European hours, and of temperature, against measured series.

    python tools/energy_west_errors.py ../shared/data

Prints what `docs/capacity-west.md` tells; needs the raw sources, of which the Dispa-SET files may
not ship.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xarray as xr

from tradewind.world.energy import open_energy
from tradewind.world.names import read_map
from tradewind.world.sources.energy_europe import dispaset
from tradewind.world.sources.energy_reading import measured_temperature
from tradewind.world.sources.energy_shapes import HOURS, temperature, weather_field

CARRIERS = {"solar": "sun, {} zones", "onshore wind": "onshore wind, {}"}
CARRIERS |= {"offshore wind": "offshore wind, {}"}
PEAKS = {"FR": "France", "DE": "Germany", "GB": "Great Britain", "IT": "Italy", "ES": "Spain"}
PEAKS |= {"PL": "Poland", "SE": "Sweden"}
WARM = 15.0
"""Outdoors from which PUE rises [°C]."""
Pair = tuple[float, float]
Values = npt.NDArray[np.float64]


def both(data: xr.Dataset, real: xr.Dataset, carrier: str) -> tuple[Values, Values, Values]:
    """Series made and seen in the zones that have both, (zone, hour), and their mean load."""
    made = data[f"profile_{carrier.replace(' ', '_')}"].to_numpy().astype(float)
    seen = real[carrier].to_numpy().astype(float)
    some = (made.max(axis=1) > 0) & (seen.max(axis=1) > 0)
    return made[some], seen[some], data["load_mean"].to_numpy()[some]


def written(pair: Pair) -> str:
    """Made and seen, three digits, nothing as 0."""
    return " / ".join(f"{value:.3f}" if value > 5e-4 else "0" for value in pair)


def shape_rows(sources: Path) -> Iterator[str]:
    """Errors of sun and wind against 2016, by carrier."""
    data, real = open_energy("europe"), dispaset(sources / "energy" / "dispaset")
    for carrier, words in CARRIERS.items():
        made, seen, load = both(data, real, carrier)
        curve = np.abs(np.sort(made, axis=1) - np.sort(seen, axis=1)).mean(axis=1)
        joint = [load @ values / load.sum() for values in (made, seen)]
        cells = (
            words.format(len(made)),
            written((made.mean(), seen.mean())),
            f"{curve.mean():.3f} ({curve.max():.3f})",
            written((made.std(axis=1).mean(), seen.std(axis=1).mean())),
            written((joint[0].std(), joint[1].std())),
            written((np.quantile(joint[0], 0.01), np.quantile(joint[1], 0.01))),
        )
        yield f"| {' | '.join(cells)} |"


def daily_correlation(sources: Path) -> float:
    """Of all onshore wind with all sun in 2016, day by day less the mean of the month."""
    data, real = open_energy("europe"), dispaset(sources / "energy" / "dispaset")
    days = []
    for carrier in ("onshore wind", "solar"):
        _, seen, load = both(data, real, carrier)
        joint = xr.DataArray(load @ seen / load.sum(), {"time": data["time"]})
        daily = joint.resample(time="D").mean()
        by_month = daily.groupby("time.month")
        days.append((by_month - by_month.mean()).to_numpy())
    return float(np.corrcoef(days)[0, 1])


def temperatures(sources: Path, zone: str) -> tuple[Values, Values]:
    """Temperature of a zone's city as made of its normals, and as measured in 2024."""
    own = read_map("energy_europe")["zones"][zone]
    field = weather_field(1, np.array([50.0]), np.array([8.0]), HOURS, 800.0, np.exp(-1 / 60))[0]
    made = temperature(own["january"], own["july"], own["longitude"], field)
    return made, measured_temperature(sources, own["weather"])


def temperature_words(sources: Path) -> str:
    """Means, spread of errors by the hour, and mean degrees of warmth."""
    made, seen = zip(*(temperatures(sources, zone) for zone in ("DE", "GB")), strict=True)
    mean = [(one.mean(), other.mean()) for one, other in zip(made, seen, strict=True)]
    warm = [
        [np.maximum(values - WARM, 0).mean() for values in pair]
        for pair in zip(made, seen, strict=True)
    ]
    spread = max(float((one - other).std()) for one, other in zip(made, seen, strict=True))
    return (
        f"Frankfurt {mean[0][0]:.1f} °C against {mean[0][1]:.1f} measured in 2024, London "
        f"{mean[1][0]:.1f} against {mean[1][1]:.1f}; hours err by {spread:.0f} °C; mean degrees "
        f"above {WARM:.0f} °C, which PUE answers to, {warm[0][0]:.2f} against {warm[0][1]:.2f} and "
        f"{warm[1][0]:.2f} against {warm[1][1]:.2f}"
    )


def peaks() -> dict[str, float]:
    """Highest load of a year by country [GW]."""
    data = open_energy("europe")
    load = (data["load_shape"] * data["load_mean"]).max("time")
    return {name: float(load.sel(area=zone)) for zone, name in PEAKS.items()}


def main(sources: Path) -> None:
    """Print the errors of sun, wind, temperature and load."""
    print("\n".join(shape_rows(sources)))
    print(f"daily correlation of wind and sun in 2016: {daily_correlation(sources):.2f}")
    print(temperature_words(sources))
    print(", ".join(f"{name} {peak:.1f} GW" for name, peak in peaks().items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

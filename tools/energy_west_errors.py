"""Errors of the synthetic European hours, and of temperature, against measured series.

    python tools/energy_west_errors.py ../shared/data

Prints what `docs/capacity-west.md` tells; needs the raw sources, of which the Dispa-SET files may
not ship.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from tradewind.world.energy import open_energy
from tradewind.world.names import read_map
from tradewind.world.sources.energy_europe import dispaset
from tradewind.world.sources.energy_reading import measured_temperature
from tradewind.world.sources.energy_shapes import HOURS, temperature, weather_field


def main(sources: Path) -> None:
    """Print the errors of sun, wind and temperature."""
    data, real = open_energy("europe"), dispaset(sources / "energy" / "dispaset")
    load = data["load_mean"].to_numpy()[:, None]
    print("series: zones, annual mean made/measured, mean error of the duration curve, spread")
    for carrier in ("solar", "onshore wind", "offshore wind"):
        made = data[f"profile_{carrier.replace(' ', '_')}"].to_numpy()
        seen = real[carrier].to_numpy()
        both = (made.max(axis=1) > 0) & (seen.max(axis=1) > 0)
        made, seen, weight = made[both], seen[both], load[both]
        curve = np.abs(np.sort(made, axis=1) - np.sort(seen, axis=1)).mean(axis=1)
        joint = [(values * weight).sum(axis=0) / weight.sum() for values in (made, seen)]
        low = [float(np.quantile(values, 0.01)) for values in joint]
        print(
            f"{carrier}: {both.sum()}, {made.mean():.3f}/{seen.mean():.3f}, {curve.mean():.3f} "
            f"(worst {curve.max():.3f}), {made.std(axis=1).mean():.3f}/"
            f"{seen.std(axis=1).mean():.3f}; all together: spread {joint[0].std():.3f}/"
            f"{joint[1].std():.3f}, lowest hundredth {low[0]:.3f}/{low[1]:.3f}"
        )
    print("temperature, made of normals against measured 2024: mean, spread of errors, 95 %")
    zones = read_map("energy_europe")["zones"]
    passing = weather_field(1, np.array([50.0]), np.array([8.0]), HOURS, 800.0, np.exp(-1 / 60))[0]
    for name in ("DE", "GB"):
        zone = zones[name]
        seen = measured_temperature(sources, zone["weather"])
        made = temperature(zone["january"], zone["july"], zone["longitude"], passing)
        hot = [np.maximum(values - 15, 0).mean() for values in (made, seen)]
        print(
            f"{zone['city']}: {made.mean():.1f}/{seen.mean():.1f}, {(made - seen).std():.1f}, "
            f"{np.quantile(made, 0.95):.1f}/{np.quantile(seen, 0.95):.1f}; mean degrees above 15: "
            f"{hot[0]:.2f}/{hot[1]:.2f}"
        )
    shape = data["load_shape"]
    print("load, peak over mean:", end=" ")
    for name in ("FR", "DE", "GB", "IT", "ES", "PL", "SE"):
        peak = float(shape.sel(area=name).max())
        print(
            f"{name} {peak:.2f} ({peak * float(data['load_mean'].sel(area=name)):.1f} GW)", end=" "
        )
    print()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

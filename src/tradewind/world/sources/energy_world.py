"""The table ``world``: sites on every continent with the power of their areas, and demand regions.

Raw files: hourly generation of seven areas of the United States (``dcrl``), the Chinese provinces of
``china31``, weather and computed sun of 16 cities in 2024, and single figures by country: capacity
(IRENA; Ember, EIA and grid operators in Electricity Maps' list), output (Ember and Energy
Institute), prices to industry, data centres, borders and round trips. What no series is known for is
made of a clear sky, normals and degree days, and says so; ``maps/energy_world.yaml`` tells which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tradewind.world.energy import describe
from tradewind.world.names import read_map
from tradewind.world.sources import energy_china, national_gdp
from tradewind.world.sources import energy_world_areas as areas
from tradewind.world.sources import energy_world_plants as plants
from tradewind.world.sources import energy_world_series as series
from tradewind.world.sources.energy_world_areas import Area, Raw
from tradewind.world.sources.energy_world_china import chinese_area
from tradewind.world.sources.energy_world_regions import demand_regions, latency
from tradewind.world.sources.reading import fingerprint

OWN = ("Tradewind, maps/energy_world.yaml", "Apache-2.0")
SERIES = (
    "EIA hourly generation 2022 (HewlettPackard/dc-rl); Rick10119/PyPSA-China-THU and "
    "pik-piam/PyPSA-China-PIK; Open-Meteo 2024 (HewlettPackard/sustain-cluster); pvlib; by site",
    "MIT; CC0 1.0; CC BY 4.0",
)
PLANTS = (
    "IRENA (2024) for 2022; Ember, EIA and grid operators 2023 to 2026, by site",
    "facts",
)
OUTPUT = ("Ember and Energy Institute in codecarbon 3.3.2; EIA; China Electricity Council", "MIT")
PRICES = ("Eurostat, EIA, GlobalPetrolPrices and tariffs (sfgunkin/flops_export)", "facts")
CENTRES = ("Synergy, CBRE, Cushman and others (sfgunkin/flops_export)", "facts")
BORDERS = ("ENTSO-E, Ofgem and grid operators in Electricity Maps' list", "facts")


def read(sources: Path) -> xr.Dataset:
    """Read every source of the world network.

    Parameters
    ----------
    sources : Path
        Folder that holds ``energy``.

    Returns
    -------
    xarray.Dataset
        Coordinates ``site``, ``season``, ``half``, ``hour`` (of the day, UTC), ``carrier``,
        ``border``, ``region``, ``country_from``, ``country_to``.

    Raises
    ------
    SourceError
        If a source is missing, cut or changed; the message names file, place and bound.
    """
    facts = read_map("energy_world")
    raw = Raw(sources, facts)
    found = every_area(facts["sites"], raw)
    return xr.Dataset(
        {
            **places(facts["sites"]),
            **hourly(found),
            **power(found),
            **prices(found, facts, sources),
            **neighbours(facts, sources),
            **demand_regions(facts, sources),
            **latency(facts, sources),
        },
        attrs={
            "network": "world",
            "load_year": "2022 (United States), 2024 (China), 2022 or 2023 by country",
            "weather_year": "2022 (United States), 2020 (China), 2024 (16 cities), else synthetic",
            "seasons": "; ".join(series.SEASONS),
            "sources_sha256": fingerprint(files(sources, facts)),
        },
    )


def files(sources: Path, facts: Mapping[str, Any]) -> list[Path]:
    """Every raw file that this reader opens."""
    energy, sites = sources / "energy", facts["sites"].values()
    return [
        *(sources / name for name in plants.FILES),
        *sorted({energy / "weather_2024" / f"{s['weather']}.json" for s in sites if "weather" in s}),
        *(
            energy / "dcrl" / f"{s['generation'].partition(':')[2]}.csv"
            for s in sites
            if is_measured(s)
        ),
        energy / "derived" / "pv_synth_16cities_2024.csv.gz",
        sources / national_gdp.FILE,
        *energy_china.files(energy),
    ]


def is_measured(site: Mapping[str, Any]) -> bool:
    """Whether the area of a site has hourly generation."""
    return str(site.get("generation", "")).startswith("dcrl:")


def every_area(sites: Mapping[str, Any], raw: Raw) -> dict[str, Area]:
    """Read the area of each site: first those with wind, whose calm halves the others take."""
    found = {
        name: chinese_area(site, raw)
        if "provinces" in site
        else areas.measured_area(name, site, raw)
        for name, site in sites.items()
        if "provinces" in site or is_measured(site)
    }
    calm = calm_ratio(found)
    return {
        name: found[name] if name in found else areas.country_area(name, site, raw, calm)
        for name, site in sites.items()
    }


def calm_ratio(found: Mapping[str, Area]) -> float:
    """Mean over areas and seasons of wind on calm days over that of all days."""
    ratios = [
        (area.wind[:, 0].mean(axis=1) / area.wind.mean(axis=(1, 2))).mean()
        for area in found.values()
        if area.wind.max() > 0
    ]
    return float(np.mean(ratios))


def over_sites(values: Sequence[Any], sites: Sequence[str]) -> xr.DataArray:
    """Label one number or word a site."""
    return xr.DataArray(np.asarray(values), coords={"site": list(sites)}, dims="site")


def places(sites: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Where sites stand and what they belong to."""
    meanings = {
        "country": ("ISO 3166 alpha-3", "text"),
        "economy": ("economy of the trade table", "text"),
        "city": ("city that it stands at", "text"),
        "continent": ("continent, for transfer", "text"),
        "fuel_zone": ("zone of fuel prices", "text"),
        "cooling": ("type of cooling", "text"),
        "latitude": ("latitude of the city", "deg N"),
        "longitude": ("longitude of the city", "deg E"),
    }
    return {
        name: describe(
            over_sites([site[name] for site in sites.values()], list(sites)),
            *(long_name, units, "2026"),
            *OWN,
        )
        for name, (long_name, units) in meanings.items()
    }


def hourly(found: Mapping[str, Area]) -> dict[str, xr.DataArray]:
    """Series on typical days, and what each is made of."""
    coords = {"site": list(found), "half": list(series.HALVES)}
    dims = ["site", "season", "half", "hour"]

    def days(pick: Callable[[Area], np.ndarray]) -> xr.DataArray:
        values = np.stack([pick(area) for area in found.values()]).astype(np.float32)
        return xr.DataArray(values, coords=coords, dims=dims)

    mixed = "typical days: mean by season, calm or windy half, and hour of the day in UTC"
    by_site = "2020 to 2024, by site"
    out = {
        "load_shape": describe(
            days(lambda a: a.load), "load over its mean", "1", by_site, *SERIES,
            synthetic=True, note=f"{mixed}; load_source tells where it is measured",
        ),
        "temperature": describe(
            days(lambda a: a.temperature), "air temperature", "degC", by_site, *SERIES,
            synthetic=True, note=f"{mixed}; temperature_source tells where it is measured",
        ),
        "solar": describe(
            days(lambda a: a.solar), "output of solar plant", "per unit of capacity", by_site,
            *SERIES, synthetic=True, note=f"{mixed}; solar_source tells where it is measured",
        ),
        "wind": describe(
            days(lambda a: a.wind), "output of wind plant", "per unit of capacity", by_site,
            *SERIES, synthetic=True, note=f"{mixed}; wind_source tells where it is measured",
        ),
        "solar_before": describe(
            over_sites([a.before.get("solar", np.nan) for a in found.values()], list(found)),
            "mean capacity factor of the synthetic sun before it was scaled to IRENA's",
            *("1", "2024; clear sky"),
            *SERIES, synthetic=True,
        ).assign_attrs(missing="sun is measured or scaled by another table"),
    }  # fmt: skip
    for name in ("load", "temperature", "solar", "wind", "capacity"):
        words = over_sites([area.said[name] for area in found.values()], list(found))
        out[f"{name}_source"] = describe(words, f"source of {name}", "text", by_site, *OWN)
    return out


def power(found: Mapping[str, Area]) -> dict[str, xr.DataArray]:
    """Load, plants and output of each area."""
    sites = list(found)

    def by_carrier(pick: Callable[[Area], Mapping[str, float]]) -> xr.DataArray:
        rows = [[pick(a).get(name, 0.0) for name in plants.CARRIERS] for a in found.values()]
        return xr.DataArray(
            np.array(rows), coords={"site": sites, "carrier": list(plants.CARRIERS)}
        )

    factors = {n: areas.factors_of(a.capacity_gw, a.output_twh) for n, a in found.items()}
    steady = np.array([[f.get(name, 0.0) for name in plants.CARRIERS] for f in factors.values()])
    hydro = xr.DataArray(
        np.stack([area.hydro for area in found.values()]),
        coords={"site": sites},
        dims=["site", "season"],
    )
    own = "at most 0.95; zero for plants that run when called"
    return {
        "load_mean": describe(
            over_sites([a.load_gw for a in found.values()], sites),
            *("mean of what the area generates, taken as its load", "GW", "2022 to 2024"),
            *OUTPUT,
        ),
        "capacity": describe(
            by_carrier(lambda a: a.capacity_gw), "capacity", "GW", "2022 to 2026", *PLANTS,
            note="capacity_source tells the list of each site; pumped storage is left out",
        ),
        "output": describe(
            by_carrier(lambda a: a.output_twh), "output by carrier, for comparison", "TWh / year",
            "2020 to 2023", *OUTPUT, note="of China coal is all thermal plant",
        ),
        "factor": describe(
            xr.DataArray(steady, coords={"site": sites, "carrier": list(plants.CARRIERS)}),
            *("mean output over capacity of water, nuclear, biomass and steam", "1"),
            *("2020 to 2023", *OUTPUT), note=own,
        ),
        "hydro": describe(
            hydro, "output of hydro over its capacity by season", "1", "2020 to 2023", *OUTPUT,
            note="the same in every season but in China and the United States",
        ),
        "carbon_intensity": describe(
            over_sites([a.carbon for a in found.values()], sites),
            *("carbon of what is generated, for comparison", "g / kWh", "2022; 2023", *OUTPUT),
        ).assign_attrs(missing="parts of Canada: the source has the country alone"),
    }  # fmt: skip


def prices(
    found: Mapping[str, Area], facts: Mapping[str, Any], sources: Path
) -> dict[str, xr.DataArray]:
    """Price to industry and data centres that stand."""
    listed, centres = plants.industrial_prices(sources), plants.data_centres(sources)
    price, size, tier = [], [], []
    for name, site in facts["sites"].items():
        known = facts["prices"].get(name)
        where = site.get("price", "country")
        price.append(known["value"] if known else listed[where if len(where) == 2 else site["country"]])
        gigawatt, level = centres[site["country"]]
        size.append(gigawatt * site["dc_share"])
        tier.append(level)
    sites = list(found)
    return {
        "industrial_price": describe(
            over_sites(price, sites), "price of power to large industry", "USD / kWh", "2024",
            *PRICES, note="for comparison: the model's own price is that of generation alone",
        ),
        "data_centres": describe(
            over_sites(size, sites), "data centres that stand, IT power", "GW", "2024", *CENTRES,
            note="parts of countries by dc_share of the map, a judgement",
        ),
        "data_centres_tier": describe(
            over_sites(tier, sites), "1: reported; 2 and 3: estimates", "1", "2024", *CENTRES
        ),
    }  # fmt: skip


def neighbours(facts: Mapping[str, Any], sources: Path) -> dict[str, xr.DataArray]:
    """Borders between sites that are neighbours."""
    rows = plants.borders(sources, facts)
    names = [f"{one} - {other}" for one, other, _, _ in rows]
    fields = {
        "border_from": ([row[0] for row in rows], "one end", "text"),
        "border_to": ([row[1] for row in rows], "other end", "text"),
        "border_forward": ([row[2] for row in rows], "transfer to the other end", "GW"),
        "border_back": ([row[3] for row in rows], "transfer from the other end", "GW"),
    }
    return {
        key: describe(
            xr.DataArray(np.asarray(values), coords={"border": names}),
            *(long_name, units, "2020 to 2024"),
            *BORDERS,
        )
        for key, (values, long_name, units) in fields.items()
    }

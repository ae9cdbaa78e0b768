"""Random small networks with compute to place on them, seeded.

A case may hold several islands, which share nothing but the calendar, the units and the rules: one
PyPSA model of six islands takes little longer to write than one of a single island.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from tests.support.plain_plan import compute_per_power, plain_plan, round_trip_ms
from tests.support.plain_programme import Floats, Integers, NoOptimum, Optimum
from tests.support.plan_cases import Case, Line, Plant, Store
from tradewind.capacity import Chip, ChipCap, Rules, Site, Units, Workload

CARBON = {"gas": 0.2, "coal": 0.34}
"""tCO2 per MWh of fuel (IPCC 2006, default factors, rounded)."""
CREDITS = {"gas": 0.95, "coal": 0.9, "wind": 0.1, "solar": 0.0, "battery": 0.5, "hydro": 0.7}
SPAN_DEGREES = 40.0
"""How far apart places of one island may lie."""


@dataclass(frozen=True)
class Calendar:
    """Hours that stand for a year: weights that differ, one to three periods, steps of 1 or 3 h."""

    snapshots: pd.DatetimeIndex
    weight: Floats
    step: Floats
    period: Integers


def random_calendar(rng: np.random.Generator) -> Calendar:
    """Draw 24 to 72 snapshots."""
    periods, step = int(rng.integers(1, 4)), int(rng.choice([1, 3], p=[0.7, 0.3]))
    each = int(rng.choice({1: [24, 36, 48, 72], 2: [12, 16, 30], 3: [8, 16, 24]}[periods]))
    starts = np.sort(rng.choice(50, periods, replace=False))
    stamps = [
        pd.date_range("2030-01-01", periods=each, freq=f"{step}h") + pd.Timedelta(weeks=int(s))
        for s in starts
    ]
    share = np.repeat(rng.dirichlet(np.full(periods, 3.0)), each) / each
    weight = share * rng.uniform(0.8, 1.2, share.size)
    return Calendar(
        stamps[0].append(stamps[1:]),
        weight * 8760.0 / weight.sum(),
        np.full(share.size, float(step)),
        np.repeat(np.arange(periods), each),
    )


@dataclass(frozen=True)
class Draw:
    """What the pieces of one island are drawn with."""

    rng: np.random.Generator
    calendar: Calendar
    units: Units
    manners: Mapping[str, dict[str, Any]]
    prefix: str
    most: int
    """Islands have fewer buses, and no more sites."""

    @property
    def hours(self) -> int:
        """Number of snapshots."""
        return len(self.calendar.snapshots)

    @property
    def gw(self) -> float:
        """One GW in the case's unit of power."""
        return 1000.0 / self.units.power_mw

    def per_kw(self, low: float, high: float) -> float:
        """USD per kW and year."""
        return self.units.per_kw(float(self.rng.uniform(low, high)))

    def per_mwh(self, low: float, high: float) -> float:
        """USD per MWh."""
        return self.units.per_mwh(float(self.rng.uniform(low, high)))

    def day(self, swing: float, peak: float) -> Floats:
        """Draw a series of mean about 1 with a daily wave and noise: (hour,)."""
        hour = self.calendar.snapshots.hour.to_numpy(float)
        wave = 1.0 + swing * np.cos((hour - peak) * np.pi / 12.0)
        return np.asarray(wave * self.rng.uniform(0.9, 1.1, self.hours))

    def sun(self) -> Floats:
        """Availability of a solar plant: (hour,) [1]."""
        hour = self.calendar.snapshots.hour.to_numpy(float) + 0.5
        bright = np.clip(np.sin((hour - 6.0) * np.pi / 12.0), 0.0, None)
        return np.asarray(bright * self.rng.uniform(0.3, 0.9, self.hours))


def _plants(draw: Draw, bus: str, peak: float) -> list[Plant]:
    rng, ones, gw = draw.rng, np.ones(draw.hours), draw.gw
    wind_there = float(rng.uniform(0.0, 0.3)) * peak
    fuel = draw.per_mwh(20.0, 35.0) * (1.0 if rng.random() < 0.5 else draw.day(0.2, 18.0))
    return [
        Plant(
            name=f"{bus} gas",
            bus=bus,
            carrier="gas",
            profile=ones,
            extendable=True,
            capital=draw.per_kw(60.0, 110.0),
            marginal=2.0 * fuel,
            efficiency=0.5,
        ),
        Plant(
            name=f"{bus} coal",
            bus=bus,
            carrier="coal",
            profile=rng.uniform(0.8, 1.0) * ones,
            p_nom=float(rng.uniform(0.0, 1.0)) * peak,
            marginal=draw.per_mwh(20.0, 45.0),
            efficiency=0.4,
        ),
        Plant(
            name=f"{bus} wind",
            bus=bus,
            carrier="wind",
            profile=rng.beta(1.5, 2.5, draw.hours),
            extendable=True,
            low=wind_there,
            high=wind_there + float(rng.uniform(0.1, 2.0)) * peak,
            capital=draw.per_kw(80.0, 150.0),
            marginal=draw.per_mwh(0.0, 1.0),
        ),
        Plant(
            name=f"{bus} solar",
            bus=bus,
            carrier="solar",
            profile=draw.sun(),
            extendable=True,
            high=np.inf if rng.random() < 0.5 else float(rng.uniform(5.0, 20.0)) * gw,
            capital=draw.per_kw(30.0, 80.0),
        ),
    ]


def _stores(draw: Draw, bus: str, peak: float) -> list[Store]:
    rng = draw.rng
    found = [
        Store(
            name=f"{bus} battery",
            bus=bus,
            carrier="battery",
            hours=float(rng.choice([2.0, 4.0])),
            into=float(rng.uniform(0.9, 0.98)),
            out=float(rng.uniform(0.9, 0.98)),
            inflow=np.zeros(draw.hours),
            loss=float(rng.choice([0.0, 0.002])),
            extendable=True,
            high=float(rng.uniform(0.2, 1.0)) * peak,
            capital=draw.per_kw(20.0, 90.0),
            marginal=draw.per_mwh(0.0, 0.5),
        )
    ]
    if rng.random() < 0.4:
        size = float(rng.uniform(0.1, 0.4)) * peak
        found.append(
            Store(
                name=f"{bus} hydro",
                bus=bus,
                carrier="hydro",
                hours=float(rng.uniform(6.0, 30.0)),
                into=0.85,
                out=0.9,
                inflow=size * rng.uniform(0.2, 0.6, draw.hours),
                p_nom=size,
            )
        )
    return found


def _lines(draw: Draw, buses: list[str], peak: float) -> list[Line]:
    rng = draw.rng
    found = []
    for i in range(1, len(buses)):
        both = rng.random() < 0.6
        there = float(rng.uniform(0.1, 0.5)) * peak
        grows = rng.random() < 0.5
        found.append(
            Line(
                name=f"{buses[i]} line",
                origin=buses[int(rng.integers(i))],
                target=buses[i],
                both=bool(both),
                efficiency=1.0 if both else float(rng.uniform(0.93, 0.99)),
                p_nom=0.0 if grows else there,
                extendable=bool(grows),
                low=there,
                high=there * float(rng.uniform(1.0, 3.0)),
                capital=draw.per_kw(10.0, 40.0),
                marginal=0.0 if both else draw.per_mwh(0.1, 0.5),
            )
        )
    return found


def _sites(
    draw: Draw, buses: list[str], where: dict[str, tuple[float, float]], chips: tuple[Chip, ...]
) -> list[Site]:
    rng, found = draw.rng, []
    for number in range(int(rng.integers(2, draw.most + 1))):
        bus = buses[number % len(buses)] if number < len(buses) else str(rng.choice(buses))
        latitude, longitude = where[bus]
        limit = float(rng.uniform(0.3, 2.0)) * draw.gw
        offered = tuple(c.name for c in chips if rng.random() < 0.75) or (chips[0].name,)
        base = float(rng.uniform(1.05, 1.3))
        weather = rng.uniform(5.0, 30.0) + 8.0 * (draw.day(1.0, 15.0) - 1.0)
        found.append(
            Site(
                name=f"{draw.prefix}site{number}",
                bus=bus,
                country=f"{draw.prefix}{rng.choice(['X', 'Y'])}",
                latitude=float(np.clip(latitude + rng.uniform(-3.0, 3.0), -80.0, 80.0)),
                longitude=longitude + float(rng.uniform(-3.0, 3.0)),
                discount_rate=float(rng.choice([0.0, 0.04, 0.07, 0.12])),
                shell_cost_usd_per_w=float(rng.uniform(2.0, 12.0)),
                shell_life=float(rng.choice([15.0, 20.0])),
                connection_limit=limit if rng.random() < 0.9 else np.inf,
                connection_existing=float(rng.choice([0.0, 0.1])) * limit,
                connection_cost=float(rng.uniform(0.0, 60.0)),
                it_existing=float(rng.choice([0.0, 0.05])) * limit,
                it_limit=float(rng.uniform(0.3, 1.2)) * limit if rng.random() < 0.4 else np.inf,
                pue_base=base,
                pue_slope=float(rng.choice([0.0, 0.01, 0.02])),
                pue_max=base + float(rng.uniform(0.1, 0.3)),
                temperature=pd.Series(weather, draw.calendar.snapshots)
                if rng.random() < 0.8
                else float(rng.uniform(0.0, 35.0)),
                chips=None if rng.random() < 0.5 else offered,
                region=None if rng.random() < 0.5 else f"{draw.prefix}region{rng.integers(3)}",
            )
        )
    return found


def _chips(rng: np.random.Generator) -> tuple[Chip, ...]:
    return tuple(
        Chip(
            name=f"chip{number}",
            kw_per_h100e=float(rng.uniform(0.5, 1.8)),
            price_usd_per_h100e=float(10.0 ** rng.uniform(2.3, 4.3)),
            life_years=float(rng.integers(3, 7)),
            fixed_om_share=float(rng.choice([0.0, 0.03])),
        )
        for number in range(int(rng.integers(1, 4)))
    )


def _manners(rng: np.random.Generator, step: float) -> dict[str, dict[str, Any]]:
    """Draw what the work of each kind can bear, wherever it comes from."""
    found: dict[str, dict[str, Any]] = {}
    for kind in ("training", "batch", "interactive"):
        found[kind] = {
            "latency_ms": np.inf if rng.random() < 0.5 else float(rng.uniform(1.01, 3.0)),
            "gb_per_h100e_hour": float(rng.choice([0.0, 0.5, 5.0])),
            "usd_per_gb": {} if rng.random() < 0.5 else float(rng.uniform(0.0, 0.05)),
            "shape": None if kind == "training" or rng.random() < 0.2 else {},
        }
    found["batch"]["defer_hours"] = step * float(rng.integers(0, 9))
    found["training"]["window_hours"] = step * float(rng.choice([6, 8, 12, 1000]))
    found["training"]["minimum_load"] = float(rng.choice([0.0, 0.3, 0.9]))
    return found


def _workloads(
    draw: Draw, where: dict[str, tuple[float, float]], sites: list[Site]
) -> list[Workload]:
    rng, snapshots = draw.rng, draw.calendar.snapshots
    countries = sorted({site.country for site in sites})
    named = list(where.items())
    named += [(f"{draw.prefix}region{i}", named[i % len(named)][1]) for i in range(3)]
    waves = [pd.Series(draw.day(0.4, peak), snapshots) for peak in (20.0, 9.0)]
    found = []
    for kind, manner in draw.manners.items():
        some = [named[i] for i in rng.permutation(len(named))[: int(rng.integers(1, 4))]]
        regions = {name: (*place, f"{draw.prefix}X") for name, place in some}
        bound = {
            name: frozenset(c for c in countries if rng.random() < 0.7) or frozenset(countries)
            for name in regions
        }
        pairs = {(r, s.name): float(rng.uniform(0.0, 0.05)) for r in regions for s in sites}
        shapes = {name: waves[int(rng.integers(2))] for name in regions}
        varying = {
            "shape": None if manner["shape"] is None else shapes,
            "usd_per_gb": manner["usd_per_gb"] or pairs,
            "residency": None if rng.random() < 0.5 and not draw.prefix else bound,
            "latency_ms": np.inf,
        }
        work = Workload(
            name=kind,
            kind=kind,
            demand={name: float(rng.uniform(20.0, 250.0)) for name in regions},
            regions=regions,
            **manner | varying,
        )
        found.append(_bounded(work, sites, manner["latency_ms"]))
    return found


def _bounded(work: Workload, sites: list[Site], factor: float) -> Workload:
    """Bound latency by a multiple of what leaves every region a site."""
    nearest = [
        min(_trip(work, region, site) for site in sites if _inside(work, region, site))
        for region in work.demand
    ]
    return replace(work, latency_ms=max(nearest) * factor)


def _inside(work: Workload, region: str, site: Site) -> bool:
    return work.residency is None or site.country in work.residency[region]


def _trip(work: Workload, region: str, site: Site) -> float:
    latitude, longitude, _ = work.regions[region]
    return round_trip_ms((latitude, longitude), (site.latitude, site.longitude))


def _island(draw: Draw, case: Case) -> Case:
    """Draw an island on a case's calendar, with its chips."""
    rng = draw.rng
    buses = [f"{draw.prefix}bus{i}" for i in range(int(rng.integers(2, draw.most)))]
    centre = rng.uniform(-50.0, 50.0), rng.uniform(-120.0, 120.0)
    where = {
        bus: tuple(float(c + rng.uniform(-0.5, 0.5) * SPAN_DEGREES) for c in centre)
        for bus in buses
    }
    peak = float(rng.uniform(2.0, 8.0)) * draw.gw
    sites = _sites(draw, buses, where, case.chips)
    return replace(
        case,
        load={bus: 0.8 * peak * draw.day(0.15, 18.0) for bus in buses},
        plants=tuple(p for bus in buses for p in _plants(draw, bus, peak)),
        stores=tuple(s for bus in buses for s in _stores(draw, bus, peak)),
        lines=tuple(_lines(draw, buses, peak)),
        sites=tuple(sites),
        workloads=tuple(_workloads(draw, where, sites)),
    )


def joined(cases: list[Case]) -> Case:
    """Put islands of one calendar and one set of chips beside each other."""
    first = cases[0]
    parts = ("plants", "stores", "lines", "sites")
    work = zip(*(case.workloads for case in cases), strict=True)
    return replace(
        first,
        workloads=tuple(_together(same) for same in work),
        load={bus: load for case in cases for bus, load in case.load.items()},
        **{part: tuple(x for case in cases for x in getattr(case, part)) for part in parts},
    )


def _together(same: tuple[Workload, ...]) -> Workload:
    """One workload from those of several islands; the widest latency bound is everyone's."""
    merged = {
        name: {key: value for w in same for key, value in getattr(w, name).items()}
        for name in ("demand", "regions", "shape", "residency", "usd_per_gb")
        if isinstance(getattr(same[0], name), Mapping)
    }
    return replace(same[0], latency_ms=max(w.latency_ms for w in same), **merged)


def random_case(seed: int, islands: int = 1, rules: str = "", most: int = 6) -> Case:
    """Draw a case that has an optimum.

    Parameters
    ----------
    seed : int
    islands : int
        How many networks it holds that nothing but rules joins, each of two buses and sites or
        more.
    most : int
        Islands have fewer buses than this, and no more sites.
    rules : str
        Words of: price, cap, hourly, annual, reserve, areas, chips.
    """
    rng = np.random.default_rng(seed)
    calendar = random_calendar(rng)
    units = Units.own() if rng.random() < 0.5 else Units(power_mw=1.0, money_usd=1e3)
    empty = Case(
        snapshots=calendar.snapshots,
        weight=calendar.weight,
        step=calendar.step,
        period=calendar.period,
        load={},
        plants=(),
        stores=(),
        lines=(),
        carbon=CARBON,
        sites=(),
        chips=_chips(rng),
        workloads=(),
        rules=Rules(),
        units=units,
    )
    manners = _manners(rng, calendar.step[0])
    found: list[Case] = []
    while len(found) < islands:
        prefix = f"{ascii_uppercase[len(found)]} " if islands > 1 else ""
        island = _island(Draw(rng, calendar, units, manners, prefix, most), empty)
        if optimum(island) is not None:
            found.append(island)
    case = joined(found)
    if not rules:
        return case
    free = plain_plan(case).solve().value
    for strictness in 0.85 ** np.arange(30):
        ruled = _under_rules(case, rules.split(), free, rng, strictness)
        if optimum(ruled) is not None:
            return ruled
    raise AssertionError("no rules of this seed can be kept")


def optimum(case: Case) -> Optimum | None:
    """Optimum of the plain programme, if there is one."""
    try:
        return plain_plan(case).solve()
    except NoOptimum:
        return None


def _under_rules(
    case: Case,
    words: list[str],
    free: dict[Hashable, Floats],
    rng: np.random.Generator,
    strictness: float,
) -> Case:
    """Draw rules that bite: caps are shares of what the case does without."""
    changes: dict[str, object] = {}
    if "price" in words:
        prices = {bus: float(rng.uniform(0.0, 90.0)) for bus in case.buses}
        changes["carbon_price"] = prices if rng.random() < 0.5 else float(rng.uniform(10.0, 90.0))
    if "cap" in words:
        emitted = sum(float(case.weight @ free[p.name, "p"]) * case.tonnes(p) for p in case.plants)
        changes["carbon_cap"] = emitted * (1.0 - strictness * float(rng.uniform(0.1, 0.4)))
    if "hourly" in words or "annual" in words:
        hourly = "hourly" in words
        shares = {s.name: strictness * float(rng.uniform(0.4, 1.0)) for s in case.sites}
        changes |= {
            "green_share": shares,
            "green_matching": "hourly" if hourly else "annual",
            "green_carriers": ("wind", "solar"),
            "green_storage": ("battery",) if hourly else (),
        }
    if "reserve" in words or "areas" in words:
        changes |= {"reserve_margin": float(rng.uniform(0.05, 0.3)), "credits": CREDITS}
        if "areas" in words:
            changes["reserve_areas"] = {bus: bus[0] for bus in case.buses}
    ruled = case.with_rules(**changes)
    return _capped(ruled, free, rng, strictness) if "chips" in words else ruled


def _capped(
    case: Case, free: dict[Hashable, Floats], rng: np.random.Generator, strictness: float
) -> Case:
    """Cap each chip somewhere, and the first two together, below what was built without."""

    def built(chip: Chip, group: str) -> float:
        return sum(
            float(free[site.name, chip.name, "cap"][0]) * compute_per_power(case, chip)
            for site in case.sites
            if group in ("all", site.country, site.name) and chip in case.chips_at(site)
        )

    capped = {}
    for chip in case.chips:
        groups = [g for g in ("all", case.sites[0].country, case.sites[-1].name) if built(chip, g)]
        if not groups or rng.random() < 0.4:
            continue
        group = str(rng.choice(groups))
        most = built(chip, group) * (1.0 - strictness * float(rng.uniform(0.2, 0.7)))
        capped[chip.name] = replace(chip, cap={group: most})
    both = case.chips[:2]
    together = ChipCap(
        name="quota",
        most=sum(built(chip, "all") for chip in both)
        * (1.05 - 0.1 * strictness * float(rng.uniform(0.0, 1.0))),
        chips=tuple(chip.name for chip in both),
    )
    ruled = case.with_rules(chip_caps=(together,))
    return replace(ruled, chips=tuple(capped.get(chip.name, chip) for chip in case.chips))

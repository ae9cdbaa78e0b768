"""The plan of compute and power once more, written directly as a linear programme.

It shares nothing with ``tradewind.capacity`` but the inputs, and says the same in other words:
sites have no buses, stores or links, only IT power by chip and hour; every region routes by
itself, whatever its shape; deferral is said of cumulated work.

Variables: power of plants, charge and discharge of stores, flows; it[s,f,t] IT power of chip f at
site s; K[s,f], L[s], C[s] chips, shell and connection; x[w,r,s] mean work of region r at site s;
run[w,s,t] work done of what can wait.

    it ≤ K,  Σ_f it ≤ L,  PUE(t) Σ_f it ≤ C,  Σ_f it / κ_f = Σ_r shape(t) x + Σ run
    Σ_s x[w,r,s] = demand[w,r]
    batch: arrived by the end of t less h hours ≤ done by the end of t ≤ arrived by then
    training: done in each window = arrived in it,  run ≥ least share · Σ_r x
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from tests.support.plain_programme import Floats, Integers, Programme
from tests.support.plan_cases import CONTRACT, Case, Line, Plant, Store
from tradewind.capacity import Chip, Site, Workload

EARTH_KM = 6371.0
YEAR = 8760.0


def annuity(rate: float, life: float) -> float:
    """What one unit of investment costs a year."""
    return rate / (1.0 - (1.0 + rate) ** -life) if rate else 1.0 / life


def round_trip_ms(a: tuple[float, float], b: tuple[float, float]) -> float:
    """max(2d/200, 3d/200 + 4 ms), d along the great circle from the angle of two unit vectors."""

    def unit(place: tuple[float, float]) -> Floats:
        north, east = np.radians(place)
        flat = np.cos(north)
        return np.array([flat * np.cos(east), flat * np.sin(east), np.sin(north)])

    u, v = unit(a), unit(b)
    d = EARTH_KM * float(np.arctan2(np.linalg.norm(np.cross(u, v)), u @ v))
    return max(2.0 * d / 200.0, 3.0 * d / 200.0 + 4.0)


def pue(case: Case, site: Site) -> Floats:
    """Facility power over IT power: (hour,)."""
    warm = np.maximum(0.0, case.temperature(site) - 15.0)
    return np.minimum(site.pue_base + site.pue_slope * warm, site.pue_max)


def may_serve(work: Workload, region: str, site: Site) -> bool:
    """Whether a site is near enough to a region and in its residency set."""
    latitude, longitude, _ = work.regions[region]
    if work.residency is not None and site.country not in work.residency[region]:
        return False
    trip = round_trip_ms((latitude, longitude), (site.latitude, site.longitude))
    return trip <= work.latency_ms


def transfer_cost(case: Case, work: Workload, region: str, site: Site) -> float:
    """Money a year of moving what one kH100e, always running, exchanges."""
    if region == (site.bus if site.region is None else site.region):
        return 0.0
    price = work.usd_per_gb
    usd = price[region, site.name] if isinstance(price, Mapping) else price
    return YEAR * 1000.0 * work.gb_per_h100e_hour * usd / case.units.money_usd


def compute_per_power(case: Case, chip: Chip) -> float:
    """kH100e of one power unit of IT."""
    return case.units.power_mw / chip.kw_per_h100e


def chip_cost(case: Case, site: Site, chip: Chip) -> float:
    """Money a year of one power unit of IT in chips."""
    yearly = annuity(site.discount_rate, chip.life_years) + chip.fixed_om_share
    usd = chip.price_usd_per_h100e * 1000.0 * compute_per_power(case, chip)
    return usd * yearly / case.units.money_usd


def shell_cost(case: Case, site: Site) -> float:
    """Money a year of the shell around one power unit of IT."""
    usd = site.shell_cost_usd_per_w * 1e6 * case.units.power_mw
    return usd * annuity(site.discount_rate, site.shell_life) / case.units.money_usd


def connection_cost(case: Case, site: Site) -> float:
    """Money a year of one power unit of connection."""
    return site.connection_cost * 1e3 * case.units.power_mw / case.units.money_usd


def plain_plan(case: Case) -> Programme:
    """Write the programme down."""
    lp = Programme()
    lp.demand("bus", "=", np.concatenate(list(case.load.values())), case.hours * len(case.buses))
    plants, stores = case.plants + case.contract_plants(), case.stores + case.contract_stores()
    _plants(lp, case, plants)
    _stores(lp, case, stores)
    _land(lp, case)
    _lines(lp, case)
    for site in case.sites:
        _site(lp, case, site)
    for work in case.workloads:
        _routes(lp, case, work)
        _work(lp, case, work)
    _chip_caps(lp, case)
    _carbon(lp, case, plants)
    _reserve(lp, case, (*plants, *stores))
    _green(lp, case)
    return lp


def bus_rows(lp: Programme, case: Case, bus: str) -> Integers:
    """Rows of the balance of a bus: (hour,)."""
    return lp.row["bus"].reshape(-1, case.hours)[case.buses.index(bus)]


def _capacity(lp: Programme, item: Plant | Store | Line) -> Integers:
    """Capacity as a variable; a given one has equal bounds and no cost."""
    if item.extendable:
        return lp.add((item.name, "cap"), 1, cost=item.capital, low=item.low, high=item.high)
    return lp.add((item.name, "cap"), 1, low=item.p_nom, high=item.p_nom)


def _below(
    lp: Programme, name: object, column: Integers, cap: Integers, share: float | Floats = 1.0
) -> None:
    """Rows column(t) ≤ share(t) · cap."""
    rows = lp.demand(name, "<=", 0.0, column.size)
    lp.put(rows, column, 1.0)
    lp.put(rows, cap, -np.asarray(share, float))


def _plants(lp: Programme, case: Case, plants: Iterable[Plant]) -> None:
    for plant in plants:
        cap = _capacity(lp, plant)
        cost = case.weight * (plant.marginal + case.carbon_cost(plant))
        p = lp.add((plant.name, "p"), case.hours, cost=cost)
        _below(lp, (plant.name, "top"), p, cap, plant.profile)
        lp.put(bus_rows(lp, case, plant.bus), p, 1.0)


def _stores(lp: Programme, case: Case, stores: Iterable[Store]) -> None:
    for store in stores:
        cap = _capacity(lp, store)
        into = lp.add((store.name, "in"), case.hours)
        out = lp.add((store.name, "out"), case.hours, cost=case.weight * store.marginal)
        level = lp.add((store.name, "level"), case.hours)
        spill = lp.add((store.name, "spill"), case.hours, high=store.inflow)
        _below(lp, (store.name, "in top"), into, cap)
        _below(lp, (store.name, "out top"), out, cap)
        _below(lp, (store.name, "level top"), level, cap, store.hours)
        bus = bus_rows(lp, case, store.bus)
        lp.put(bus, out, 1.0)
        lp.put(bus, into, -1.0)
        rows = lp.demand((store.name, "balance"), "=", case.step * store.inflow, case.hours)
        lp.put(rows, level, 1.0)
        lp.put(rows, level[case.before()], -((1.0 - store.loss) ** case.step))
        lp.put(rows, into, -store.into * case.step)
        lp.put(rows, out, case.step / store.out)
        lp.put(rows, spill, case.step)


def _land(lp: Programme, case: Case) -> None:
    """What is built under contract and otherwise share the room there is."""
    pairs = [(p, case.contract_plants()) for p in case.plants]
    pairs += [(s, case.contract_stores()) for s in case.stores]
    for base, contracts in pairs:
        if base.name + CONTRACT in {c.name for c in contracts} and np.isfinite(base.high):
            row = lp.demand((base.name, "land"), "<=", base.high, 1)
            lp.put(row, lp.start[base.name, "cap"], 1.0)
            lp.put(row, lp.start[base.name + CONTRACT, "cap"], 1.0)


def _lines(lp: Programme, case: Case) -> None:
    for line in case.lines:
        cap = _capacity(lp, line)
        ways = [("there", line.origin, line.target), ("back", line.target, line.origin)]
        for way, origin, target in ways[: 1 + line.both]:
            flow = lp.add((line.name, way), case.hours, cost=case.weight * line.marginal)
            _below(lp, (line.name, way), flow, cap)
            lp.put(bus_rows(lp, case, origin), flow, -1.0)
            lp.put(bus_rows(lp, case, target), flow, line.efficiency)


def _site(lp: Programme, case: Case, site: Site) -> None:
    shell = lp.add(
        (site.name, "shell"),
        1,
        cost=shell_cost(case, site),
        low=site.it_existing,
        high=site.it_limit,
    )
    connection = lp.add(
        (site.name, "connection"),
        1,
        cost=connection_cost(case, site),
        low=site.connection_existing,
        high=site.connection_limit,
    )
    ratio = pue(case, site)
    in_shell = lp.demand((site.name, "in shell"), "<=", 0.0, case.hours)
    in_connection = lp.demand((site.name, "in connection"), "<=", 0.0, case.hours)
    delivered = lp.demand((site.name, "compute"), "=", 0.0, case.hours)
    lp.put(in_shell, shell, -1.0)
    lp.put(in_connection, connection, -1.0)
    for chip in case.chips_at(site):
        cap = lp.add((site.name, chip.name, "cap"), 1, cost=chip_cost(case, site, chip))
        it = lp.add((site.name, chip.name, "it"), case.hours)
        _below(lp, (site.name, chip.name, "top"), it, cap)
        lp.put(in_shell, it, 1.0)
        lp.put(in_connection, it, ratio)
        lp.put(bus_rows(lp, case, site.bus), it, -ratio)
        lp.put(delivered, it, compute_per_power(case, chip))


def _routes(lp: Programme, case: Case, work: Workload) -> None:
    for region, mean in work.demand.items():
        row = lp.demand((work.name, region, "served"), "=", mean, 1)
        for site in case.sites:
            if may_serve(work, region, site):
                cost = transfer_cost(case, work, region, site)
                lp.put(row, lp.add((work.name, region, site.name), 1, cost=cost), 1.0)


def _work(lp: Programme, case: Case, work: Workload) -> None:
    for site in case.sites:
        delivered = lp.row[site.name, "compute"]
        served = {
            region: lp.start[work.name, region, site.name]
            for region in work.demand
            if (work.name, region, site.name) in lp.start
        }
        if work.kind == "interactive":
            for region, x in served.items():
                lp.put(delivered, x, -case.shape(work, region))
        elif served:
            run = lp.add((work.name, site.name, "run"), case.hours)
            lp.put(delivered, run, -1.0)
            (_batch if work.kind == "batch" else _training)(lp, case, work, site, run, served)


def _batch(
    lp: Programme,
    case: Case,
    work: Workload,
    site: Site,
    run: Integers,
    served: Mapping[str, Integers],
) -> None:
    """Done by the end of each hour: no more than has arrived, no less than is due."""
    for number in np.unique(case.period):
        hours = np.flatnonzero(case.period == number)
        step = case.step[hours]
        early = lp.demand((work.name, site.name, "early", number), "<=", 0.0, hours.size)
        late = lp.demand((work.name, site.name, "late", number), "<=", 0.0, hours.size)
        at, until = np.nonzero(np.tril(np.ones((hours.size, hours.size))))
        lp.put(early[at], run[hours[until]], step[until])
        lp.put(late[at], run[hours[until]], -step[until])
        for region, x in served.items():
            arrived, due = due_by(case.shape(work, region)[hours], step, work.defer_hours)
            lp.put(early, x, -arrived)
            lp.put(late, x, due)


def due_by(shape: Floats, step: Floats, defer_hours: float) -> tuple[Floats, Floats]:
    """Work that has arrived, and that must be done, by the end of each hour of a period."""
    ends = np.concatenate([[0.0], np.cumsum(step)])
    arrived = np.concatenate([[0.0], np.cumsum(shape * step)])
    due = np.interp(ends[1:] - defer_hours, ends, arrived)
    due[-1] = arrived[-1]
    return arrived[1:], due


def _training(
    lp: Programme,
    case: Case,
    work: Workload,
    site: Site,
    run: Integers,
    served: Mapping[str, Integers],
) -> None:
    """What arrives in a window is done in it; the run never falls below its least share."""
    columns = np.concatenate(list(served.values()))
    least = lp.demand((work.name, site.name, "least"), "<=", 0.0, case.hours)
    lp.put(least, run, -1.0)
    lp.put(least[:, None], columns, work.minimum_load)
    windows = case.windows(work.window_hours)
    done = lp.demand((work.name, site.name, "window"), "=", 0.0, len(windows))
    for row, hours in zip(done, windows, strict=True):
        lp.put(row, run[hours], case.step[hours])
        lp.put(row, columns, -float(case.step[hours].sum()))


def _chip_caps(lp: Programme, case: Case) -> None:
    caps = [((c.name, g), (c.name,), g, most) for c in case.chips for g, most in c.cap.items()]
    caps += [(cap.name, cap.chips, cap.group, cap.most) for cap in case.rules.chip_caps]
    for name, chips, group, most in caps:
        row = lp.demand(("chip cap", name), "<=", most, 1)
        for site in case.sites:
            for chip in case.chips_at(site):
                inside = group in ("all", site.country, site.name)
                if inside and (chips is None or chip.name in chips):
                    cap = lp.start[site.name, chip.name, "cap"]
                    lp.put(row, cap, compute_per_power(case, chip))


def _facility(lp: Programme, case: Case, site: Site, rows: Integers, by: float | Floats) -> None:
    """Add a site's facility power, times a factor, to rows of hours."""
    for chip in case.chips_at(site):
        lp.put(rows, lp.start[site.name, chip.name, "it"], by * pue(case, site))


def _carbon(lp: Programme, case: Case, plants: Iterable[Plant]) -> None:
    if case.rules.carbon_cap is not None:
        row = lp.demand("carbon cap", "<=", case.rules.carbon_cap, 1)
        for plant in plants:
            lp.put(row, lp.start[plant.name, "p"], case.weight * case.tonnes(plant))


def _reserve(lp: Programme, case: Case, items: Iterable[Plant | Store]) -> None:
    if case.rules.reserve_margin is None:
        return
    above = 1.0 + case.rules.reserve_margin
    areas = case.rules.reserve_areas or dict.fromkeys(case.buses, "all")
    for area in sorted(set(areas.values())):
        load = sum(case.load[bus] for bus in case.buses if areas[bus] == area)
        rows = lp.demand(("reserve", area), "<=", -above * load, case.hours)
        for item in items:
            if areas[item.bus] == area:
                credit = case.rules.credits[item.carrier]
                lp.put(rows, lp.start[item.name, "cap"], -credit)
        for site in case.sites:
            if areas[site.bus] == area:
                _facility(lp, case, site, rows, above)


def _green(lp: Programme, case: Case) -> None:
    """Contracted plant and storage give the share, hour by hour or over the year, at each bus."""
    hourly = case.rules.green_matching == "hourly"
    by = np.ones(case.hours) if hourly else case.weight
    for bus in case.green_buses():
        rows = lp.demand(("green", bus), "<=", 0.0, case.hours if hourly else 1)
        for site in case.sites:
            if site.bus == bus:
                share = case.rules.green_share_of(site.name)
                _facility(lp, case, site, rows, share * by)
        for plant in case.contract_plants():
            if plant.bus == bus:
                lp.put(rows, lp.start[plant.name, "p"], -by)
        for store in case.contract_stores():
            if store.bus == bus:
                lp.put(rows, lp.start[store.name, "out"], -by)
                lp.put(rows, lp.start[store.name, "in"], by)

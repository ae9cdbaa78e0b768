"""Does a world hold together? Every check states what it measures, the value and its bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr

from tradewind.world import rolling, schedules
from tradewind.world.provenance import ATTRIBUTES
from tradewind.world.units import parses
from tradewind.world.world import World

SUMS = 1e-9
BALANCE = 1e-9
GROWTH = 1e-9
COUNT = 0.0
SHIPPED = "wiod2014"
CARS = (("DEU", "USA", 0.083), ("USA", "DEU", 0.022))
"""Importer, exporter and the tariff on cars that proves the tariffs' orientation."""


@dataclass(frozen=True)
class Check:
    """One check: passed if the value is at most the bound."""

    name: str
    what: str
    value: float
    bound: float

    @property
    def passed(self) -> bool:
        """Whether the value keeps the bound; a NaN does not."""
        return self.value <= self.bound

    def as_dict(self) -> dict[str, str | float | bool]:
        """The check as a plain dictionary."""
        return {**asdict(self), "passed": self.passed}


def check(world: World) -> list[Check]:
    """Check identities, signs, orientation, units and provenance of a world.

    Returns
    -------
    list of Check
        Errors are relative: to one for shares, to the economy's income for money.
    """
    return [
        *check_sums(world.data),
        *check_balance(world.data),
        *check_signs(world.data),
        *check_orientation(world.data),
        *check_schedules(world),
        *check_rolled(world),
        *check_provenance(world.data),
    ]


def check_sums(data: xr.Dataset) -> Iterator[Check]:
    """Shares add up to one wherever something is bought, used or produced."""
    spends = data["expenditure"] > 0
    bought = data["expenditure_share"].sum("exporter") - 1
    uses = (data["value_added_share"] < 1) & (output(data) > 0)
    inputs = data["input_share"].sum("input_sector") - 1
    final = data["final_share"].sum("sector") - 1
    for name, error in (
        ("expenditure_share", bought.where(spends)),
        ("input_share", inputs.where(uses)),
        ("final_share", final),
    ):
        yield Check(f"{name} sums", "shares sum to one", float(abs(error).max()), SUMS)


def flow(data: xr.Dataset) -> xr.DataArray:
    """Bilateral flows net of tariffs: (importer, exporter, sector)."""
    return data["expenditure_share"] * data["expenditure"] / (1 + data["tariff"])


def output(data: xr.Dataset) -> xr.DataArray:
    """Gross output: (economy, sector)."""
    return flow(data).sum("importer").rename(exporter="economy")


def check_balance(data: xr.Dataset) -> Iterator[Check]:
    """Goods markets clear, income is spent, value added and deficits follow from the flows."""
    net = flow(data)
    made = output(data)
    revenue = (net * data["tariff"]).sum(["exporter", "sector"]).rename(importer="economy")
    income = data["value_added"] + revenue + data["deficit"]
    costs = (1 - data["value_added_share"]) * made
    used = xr.dot(data["input_share"], costs, dim="sector").rename(input_sector="sector")
    spending = data["expenditure"].rename(importer="economy")
    cleared = spending - used - data["final_share"] * income
    paid = (data["value_added_share"] * made).sum("sector")
    imports = net.sum(["exporter", "sector"]).rename(importer="economy")
    exports = net.sum(["importer", "sector"]).rename(exporter="economy")
    spent = (spending - used).sum("sector")
    worth = data["value_added"]
    for name, what, error in (
        ("goods markets", "expenditure = inputs + final spending", cleared / income),
        ("value added", "value added = its share of output", (paid - worth) / worth),
        ("income", "final spending = value added + tariffs + deficit", (spent - income) / income),
        (
            "balance",
            "deficit = imports - exports",
            (imports - exports - data["deficit"]) / income,
        ),
        ("world balance", "deficits sum to zero", data["deficit"].sum() / worth.sum()),
    ):
        yield Check(name, what, float(abs(error).max()), BALANCE)


def check_signs(data: xr.Dataset) -> Iterator[Check]:
    """Count entries with an impossible sign or size, and numbers missing without a reason."""
    home = np.diagonal(data["tariff"].to_numpy(), axis1=0, axis2=1)
    shares = ("expenditure_share", "value_added_share", "input_share", "final_share")
    for name, what, wrong in (
        ("tariff bound", "tariffs above -100 %", data["tariff"] <= -1),
        ("tariff at home", "no tariff on domestic sales", home != 0),
        ("expenditure sign", "expenditure is not negative", data["expenditure"] < 0),
        ("value added sign", "every economy has value added", data["value_added"] <= 0),
        ("elasticity sign", "trade elasticities are positive", data["trade_elasticity"] <= 0),
        (
            "default elasticity",
            "default elasticities exceed 1",
            data["trade_elasticity"].isel(elasticity_set=0) <= 1,
        ),
        *(
            (f"{name} range", "between 0 and 1", (data[name] < 0) | (data[name] > 1 + SUMS))
            for name in shares
        ),
    ):
        yield Check(name, what, float(np.asarray(wrong).sum()), COUNT)
    yield from check_missing(data)


def check_missing(data: xr.Dataset) -> Iterator[Check]:
    """Numbers are missing only where the variable says why, and rates only where no imports are."""
    missing = {str(name): int((~np.isfinite(data[name])).sum()) for name in data.data_vars}
    odd = [name for name, count in missing.items() if count and "missing" not in data[name].attrs]
    what = "no number missing without a reason" + (f": {', '.join(odd)}" if odd else "")
    yield Check("finite", what, float(sum(missing[name] for name in odd)), COUNT)
    if "us_added_tariff_hs2" in data:
        absent = np.isnan(data["us_added_tariff_hs2"]) != (data["us_imports_hs2"] == 0)
        yield Check("chapters", "a rate wherever there are imports", float(absent.sum()), COUNT)


def check_orientation(data: xr.Dataset) -> Iterator[Check]:
    """The tariffs on cars across the Atlantic tell importer from exporter."""
    if data.attrs["name"].partition("-at-")[0] != SHIPPED:
        return
    contained = [name for name in data.data_vars if str(name).startswith(schedules.INCLUDED)]
    before = data["tariff"] - sum(data[name] for name in contained)
    for importer, exporter, known in CARS:
        rate = float(before.sel(importer=importer, exporter=exporter, sector="C29"))
        yield Check(
            f"car tariff {importer} on {exporter}",
            f"within 0.05 points of {known:.1%}",
            abs(rate - known),
            0.0005,
        )


def check_rolled(world: World) -> Iterator[Check]:
    """A world rolled forward has grown as nominal GDP did, and deficits as shares as they did."""
    data = world.data
    if "table_value_added" not in data:
        return
    grown = data["value_added"] / data["table_value_added"]
    observed = rolling.growth(data, world.year)
    yield Check(
        "growth",
        f"value added grew from {world.base_year} to {world.year} as nominal GDP",
        float(abs(grown / observed - 1).max()),
        GROWTH,
    )
    total = data["value_added"].sum() / (data["table_value_added"] * observed).sum()
    yield Check("world growth", f"money is USD of {world.year}", float(abs(total - 1)), GROWTH)


def check_schedules(world: World) -> Iterator[Check]:
    """Scaled sector rates average to each partner's effective rate on every date."""
    data = world.data
    for name, dates in world.schedules.items():
        days: list[str | None] = [*dates] or [None]
        largest = max(float(schedules.scheduled_tariff(data, name, day).max()) for day in days)
        yield Check(f"{name} size", "no added tariff above 300 %", largest, 3.0)
    if schedules.US_2025 not in world.schedules:
        return
    mapped = data["us_imports_hs2"].to_numpy() @ data["hs2_sector_map"].to_numpy()
    rates = data["us_added_tariff_hs2"].fillna(0).to_numpy()
    known = data["us_imports_hs2"].to_numpy() * rates
    outside = (known * (1 - data["hs2_sector_map"].sum("sector").to_numpy())).sum(axis=1)
    worst = 0.0
    for day in world.schedules[schedules.US_2025]:
        effective = data["us_added_tariff_by_date"].sel(date=day).to_numpy()
        charged = (schedules.us_added_tariff(data, day).to_numpy() * mapped).sum(axis=1)
        total = known.sum(axis=1)
        scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        due = effective * data["us_imports"].to_numpy() * (1 - outside * scale)
        worst = max(worst, float(np.abs(charged - due).max() / data["us_imports"].sum()))
    yield Check("us_2025 mean", "duties by sector add up to the effective rate", worst, SUMS)


def check_provenance(data: xr.Dataset) -> Iterator[Check]:
    """Every variable has a unit that pint reads, a year, a source and a licence."""
    odd = [
        str(name)
        for name, variable in data.data_vars.items()
        if not all(variable.attrs.get(key) for key in ATTRIBUTES)
        or not parses(str(variable.attrs["units"]))
    ]
    what = "unit, year, source and licence on every variable"
    yield Check("provenance", what + (f": {', '.join(odd)}" if odd else ""), float(len(odd)), COUNT)

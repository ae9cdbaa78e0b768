"""Tables of the page on the world of today, made anew whenever the pages are built."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tradewind.trade import Baseline
from tradewind.trade.arrays import ProductivityKind
from tradewind.trade.baseline import to_dataset
from tradewind.trade.roll import fit
from tradewind.world import World, held_out, rolling, schedules
from tradewind.world.names import EUROPEAN_UNION

TITLES = {
    "us_imports": "43 partners' shares in US goods imports, mean absolute error",
    "china_exports": "China's share of exports",
    "eu_exports": "the EU's share of exports, trade inside it counted",
    "high_technology": "shares in high-technology exports, mean absolute error",
}


def table(headings: list[str], lines: list[list[str]]) -> str:
    """A Markdown table; numbers stand right."""
    marks = ["---", *["---:"] * (len(headings) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (headings, marks, *lines)) + "\n"


def points(share: float) -> str:
    """A share in percentage points."""
    return f"{100 * share:.2f}"


def measured(world: World) -> str:
    """The errors that the build recorded."""
    lines = [
        [
            TITLES[line.measure],
            points(line.table),
            points(line.rolled),
            "nearer" if line.smaller else "worse",
        ]
        for line in world.held_out
    ]
    return table(["fact of 2024", "table of 2014", "rolled to 2024", "rolled is"], lines)


def neighbours(world: World) -> str:
    """Two measures near to those of the rule, which go the other way."""
    data, year = world.data, held_out.YEAR
    listed = [code for code in world.economies if code != held_out.REST]
    facts = {
        "all 43 shares in exports, mean absolute error": (
            data["exports"].sel(year=year, economy=listed, drop=True),
            None,
        ),
        "shares in high-technology exports, with other transport equipment (C30)": (
            data["high_technology_exports"].sel(year=year, drop=True).dropna("economy"),
            [*held_out.HIGH_TECHNOLOGY, "C30"],
        ),
    }
    lines = []
    for title, (fact, sectors) in facts.items():
        cells = []
        for found in (data, world.rolled_to(year).data):
            sold = held_out.exports(found, sectors).sel(economy=fact["economy"])
            cells.append(points(float(abs(held_out.gap(sold, fact)).mean())))
        lines.append([title, *cells])
    return table(["fact of 2024", "table of 2014", "rolled to 2024"], lines)


def export_shares(world: World) -> str:
    """China's and the EU's shares of exports: the fact and the world, then and now."""
    data = world.data
    listed = [code for code in world.economies if code != held_out.REST]

    def shares(exports: xr.DataArray) -> tuple[float, float]:
        among = exports.sel(economy=listed) / exports.sel(economy=listed).sum()
        members = among.sel(economy=list(EUROPEAN_UNION)).sum()
        return float(among.sel(economy="CHN")), float(members)

    facts = [shares(data["exports"].sel(year=year)) for year in (2014, held_out.YEAR)]
    model = [
        shares(held_out.exports(found)) for found in (data, world.rolled_to(held_out.YEAR).data)
    ]
    lines = []
    for name, series in (("World Bank", facts), ("the world of the model", model)):
        for place, who in enumerate(("China", "EU")):
            then, now = series[0][place], series[1][place]
            change = f"{100 * (now - then):+.2f}".replace("-", "−")
            lines.append([f"{who}, {name}", points(then), points(now), change])
    return table(["share of exports, %", "2014", "2024", "change, points"], sorted(lines))


def solved(world: World) -> dict[str, dict[str, float]]:
    """Errors of the table, of the shipped year, and of other ways to roll it forward."""
    data, year = world.data, held_out.YEAR
    baseline = Baseline(data.assign(trade_elasticity=world.trade_elasticity()))
    asked = rolling.target(data, year)
    war = data["tariff"] + schedules.scheduled_tariff(data, schedules.US_CHINA_2018)
    worth = asked["value_added"]
    level = rolling.balance_share(data, year)
    level = level - (level * worth).sum() / worth.sum()
    kept = data["deficit"] * worth.sum() / data["value_added"].sum() / worth
    before = asked.assign(tariff=data["tariff"], deficit_share=kept)

    def errors(target: xr.Dataset, kind: ProductivityKind = "value_added") -> dict[str, float]:
        arrays = [
            target[name].transpose(*dims).to_numpy()
            for name, dims in (
                ("tariff", data["tariff"].dims),
                ("value_added", ("economy",)),
                ("deficit_share", ("economy",)),
            )
        ]
        solution, _ = fit(baseline, arrays[0], arrays[1], arrays[2], kind)
        return held_out.errors(data, to_dataset(solution.table, baseline.coords, {}))

    return {
        "the table of 2014 as it is": held_out.errors(data, data),
        "rolled forward, as shipped": errors(asked),
        "deficits at the World Bank's levels": errors(asked.assign(deficit_share=level)),
        "the schedule of 2018-19 in full": errors(asked.assign(tariff=war)),
        "both of these (the first attempt)": errors(asked.assign(tariff=war, deficit_share=level)),
        "GDP alone": errors(before),
        "GDP alone, Hicks-neutral": errors(before, "output"),
    }


def variants(world: World) -> str:
    """The same errors, for other ways to roll forward."""
    found = solved(world)
    smallest = {name: min(errors[name] for errors in found.values()) for name in TITLES}
    lines = []
    for title, errors in found.items():
        cells = [points(errors[name]) for name in TITLES]
        marked = [
            f"**{cell}**" if np.isclose(errors[name], smallest[name]) else cell
            for cell, name in zip(cells, TITLES, strict=True)
        ]
        lines.append([title, *marked])
    return table(["errors in points", "US imports", "China", "EU", "high technology"], lines)

"""A complete set of made-up raw sources in the formats of the real ones, consistent to rounding.

The shipped world serves as the pattern: its flows, written out the way the sources write theirs
(tariffs transposed, balances with their signs, percentages), must come back through the readers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tests.support.chip_sources import write_chips
from tests.support.text_files import write_lines
from tradewind.world import World
from tradewind.world.names import ECONOMIES, EUROPEAN_UNION, SECTORS, read_map
from tradewind.world.sources import elasticities, us_tariff_files, us_tariffs, wdi, wdi_trade

CARS = SECTORS.index("C29")
TAIWAN, ROW = "TWN", "ROW"
DATES = ("2025-02-04", "2025-08-07", "2026-01-01")
LEVEL = dict(zip(DATES, (0.5, 1.0, 2.0), strict=True))
"""Every partner's rate by date, as a multiple of its snapshot."""


def write_all(folder: Path, world: World) -> Path:
    """Write every source under ``folder`` and return it."""
    write_table(folder / "trade" / "wiod2014", world)
    write_elasticities(folder / "trade" / "elasticities")
    write_us_tariffs(folder / "trade" / "tariffs", world)
    write_tariff_war(folder / "trade" / "icio2017")
    write_macro(folder / "indicators" / "wdi", world)
    write_chips(folder)
    return folder


def write_matrix(path: Path, values: np.ndarray, separator: str = ",") -> None:
    """Write numbers so that they read back exactly."""
    lines = (separator.join(map(repr, row)) for row in np.atleast_2d(values).tolist())
    path.write_text("\n".join(lines) + "\n")


def write_table(folder: Path, world: World) -> None:
    """Write the trade table: no inventories, the tariffs with exporters in rows."""
    folder.mkdir(parents=True)
    data, n, j = world.data, len(ECONOMIES), len(SECTORS)
    flow = (data["expenditure_share"] * data["expenditure"] / (1 + data["tariff"])).transpose(
        "sector", "importer", "exporter"
    )
    net = flow.to_numpy()
    rate = data["tariff"].transpose("sector", "exporter", "importer").to_numpy()
    factor = 1 + rate
    own = ECONOMIES.index(ROW)
    factor[:5, own, own] = 1.1
    spent = net * factor
    expenditure = spent.sum(axis=2)
    share = spent / expenditure[:, :, None]
    labour, inputs = data["value_added_share"].to_numpy(), data["input_share"].to_numpy()
    output = net.sum(axis=1).T
    used = np.einsum("nkj,nj->nk", inputs, (1 - labour) * output)
    worth = (labour * output).sum(axis=1)
    surplus = net.sum(axis=(0, 1)) - net.sum(axis=(0, 2))
    final = worth + ((factor - 1) * net).sum(axis=(0, 2)) - surplus
    alpha = data["final_share"].to_numpy()
    matrices = {
        "Din2014": share.reshape(n * j, n),
        "tariffs2014": factor.reshape(n * j, n),
        "G": inputs.reshape(n * j, j),
        "B": labour.T,
        "X0": expenditure,
        "alphas": alpha.T,
        "F": (share / factor).sum(axis=2),
        "S_n": surplus[:, None],
        "SI_n": surplus[:, None],
        "VA_n": worth[:, None],
        "VP": expenditure - (used + alpha * final[:, None]).T,
        "inventory2014": np.zeros((j, n)),
    }
    for number, (name, values) in enumerate(matrices.items()):
        write_matrix(folder / f"{name}.txt", values, separator=(",", " ")[number % 2])
    rows = [f"{place},{code}" for place, code in enumerate(ECONOMIES)]
    write_lines(folder / "countries.csv", "index,iso3", *rows)
    rows = [f'{place},"{code}",some name' for place, code in enumerate(SECTORS)]
    write_lines(folder / "sectors.csv", "index,isic4,name", *rows)


def write_elasticities(folder: Path) -> None:
    """Write both sets: every GTAP sector −4, but crops −8; Table A2 rising from 0.5."""
    folder.mkdir(parents=True)
    table = read_map("gtap_to_sector")
    epsilon = {"pdr": -8.0}
    codes = sorted({code for line in table["sectors"].values() for code in line["gtap"]})
    write_lines(
        folder / Path(elasticities.GTAP_FILE).name,
        "gtap_sector,epsilon_GTAP,dist_GTAP",
        *(
            f"{code},{'' if code in table['without_estimate'] else epsilon.get(code, -4.0)},-1"
            for code in codes
        ),
    )
    write_lines(
        folder / Path(elasticities.TABLE_A2_FILE).name,
        "sector,wiod_index_1based,inv_theta_mean,ci_low,ci_high,share_at_constraint",
        *(f"some name,{place + 1},{0.5 + place},-30,-0.25,0.125" for place in range(22)),
        "Services,23-50,0.62,,,",
    )


def write_us_tariffs(folder: Path, world: World) -> None:
    """Write one file a partner, Vietnam alone for the rest of the world, and the dated table."""
    chapters = folder / "us-hs2"
    chapters.mkdir(parents=True)
    table = read_map("us_partners")
    partners = {**table["partners"], ROW: "VIETNAM"}
    imports = world.data["us_imports_hs2"].to_pandas()
    added = world.data["us_added_tariff_hs2"].to_pandas().fillna(0.0)
    rows = {name: (imports.loc[code], added.loc[code]) for code, name in partners.items()}
    members = list(EUROPEAN_UNION)
    total = imports.loc[members].sum()
    charged = (imports.loc[members] * added.loc[members]).sum()
    rows[table["aggregate"]] = (total, (charged / total.where(total > 0)).fillna(0.0))
    for number, (name, (bought, rate)) in enumerate(rows.items()):
        write_lines(
            chapters / f"hs2-tariff-{number:04d}.csv",
            ",".join(us_tariff_files.CHAPTER_COLUMNS),
            *(
                f'{hs2},{float(bought[hs2])!r},{0.01 * float(bought[hs2])!r},"{name}",{number:04d},'
                f"{100 * float(rate[hs2])!r},1.0"
                for hs2 in us_tariffs.CHAPTERS
                if bought[hs2] > 0
            ),
        )
    dated = [name for name in rows if name not in {table["partners"][m] for m in members}]
    lines = []
    for day in DATES:
        for name in dated:
            bought, rate = rows[name]
            mean = 100 * float((bought * rate).sum() / bought.sum()) * LEVEL[day]
            lines.append(f'{day},"{name}",{mean!r},{float(bought.sum())!r},1.0')
    write_lines(folder / "country-by-time.csv", ",".join(us_tariff_files.DATE_COLUMNS), *lines)


def write_tariff_war(folder: Path) -> None:
    """Write added rates of 20 and 10 %, rates before of 1 and 5 %, and flows."""
    folder.mkdir(parents=True)
    goods = range(1, 23)
    rates = [f"{place},{0.2 + place / 1000}" for place in goods]
    write_lines(folder / "tariff_Trump.csv", "indcode,trump_tariff_wave5", *rates)
    rates = [f"{place},0.1" for place in goods]
    write_lines(folder / "tariff_China.csv", "indcode,China_tariff_wave5", *rates)
    pairs = (("CHN", "USA", 0.01), ("USA", "CHN", 0.05))
    write_lines(
        folder / "tariff_prewar2017.csv",
        "iso_o,iso_d,indcode,AHS_simple",
        *(f"{a},{b},{place},{rate}" for place in range(1, 45) for a, b, rate in pairs),
    )
    write_lines(
        folder / "TradeFlow2017.csv",
        "iso_o,iso_d,indcode,tradevalue",
        *(f"{a},{b},{place},{place}" for place in range(1, 45) for a, b, _ in pairs),
    )


def write_macro(folder: Path, world: World) -> None:
    """Write GDP, population and foreign trade of the shipped world, with the Bank's aggregates."""
    folder.mkdir(parents=True)
    gdp = world.data["gdp"].to_pandas()
    for name, file in wdi.FILES.items():
        write_indicator(folder / file, with_aggregates(world.data[name].to_pandas()))
    shares = with_aggregates(gdp)
    for name, file in wdi_trade.SHARES.items():
        money = with_aggregates(world.data[name].to_pandas())
        write_indicator(folder / file, 100.0 * money / shares)
    listed = world.data["high_technology_exports"].to_pandas().loc[list(wdi.LISTED)]
    write_indicator(folder / wdi_trade.HIGH_TECHNOLOGY, listed)


def with_aggregates(table: pd.DataFrame) -> pd.DataFrame:
    """Add the members of East Asia & Pacific that are not apart, and the Bank's aggregates.

    Each small member has a millionth of the world; where Taiwan has no figure the aggregates
    stand for something else, as they do in the source.
    """
    small = [*wdi.ISLANDS, *(code for code in wdi.MEMBERS if code not in table.index)]
    total = table.fillna(0.0).sum()
    whole = table.drop(index=[ROW, TAIWAN])
    for code in small:
        whole.loc[code] = 1e-6 * total
    developing = 0.2 * total
    members = whole.loc[[*wdi.MEMBERS, *wdi.ISLANDS]].fillna(0.0).sum()
    whole.loc[wdi.DEVELOPING_EAST_ASIA] = developing
    whole.loc[wdi.EAST_ASIA] = developing + members + table.loc[TAIWAN].fillna(0.1 * total)
    whole.loc[wdi.WORLD] = total + 0.2 * total * table.loc[TAIWAN].isna()
    return whole


def write_indicator(path: Path, table: pd.DataFrame) -> None:
    """Write one indicator; what is missing has no line."""
    write_lines(
        path,
        "Country Name,Country Code,Year,Value",
        *(
            f'"some, name",{code},{year},{float(value)!r}'
            for code, values in table.iterrows()
            for year, value in values.items()
            if np.isfinite(value)
        ),
    )


def with_change(pristine: Path, copy: Path, file: str, change: Callable[[str], str] | None) -> Path:
    """Link to a set of sources with one file changed (or missing, if there is no change)."""
    for path in pristine.rglob("*"):
        place = copy / path.relative_to(pristine)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif str(path.relative_to(pristine)) == file:
            place.parent.mkdir(parents=True, exist_ok=True)
            if change is not None:
                place.write_text(change(path.read_text()))
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path)
    assert (copy / file).exists() == (change is not None)
    return copy

"""The tables of chokepoints.md: cuts read one by one, and how well the gradient foretells them.

``python docs/chokepoints_table.py`` prints them (for the second every link of every economy listed
is cut, which takes minutes). A test compares the first, and some rows of the second, with the page.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

import numpy as np
import xarray as xr
from scipy.stats import spearmanr

from tradewind.chokepoint_run import find_chokepoints
from tradewind.chokepoints import Cut, Kind, Setting
from tradewind.scenario.horizon import Horizon, at
from tradewind.trade import Baseline
from tradewind.trade.arrays import Options
from tradewind.world import World

ECONOMIES = ("DEU", "USA", "CHN", "TWN", "KOR", "IRL", "NLD", "LUX")
HORIZONS: tuple[Horizon, ...] = ("short", "long")
READ: tuple[tuple[str, Kind, str, str], ...] = (
    ("DEU", "link", "CHN", "C26"),
    ("DEU", "link", "NOR", "B"),
    ("DEU", "link", "NLD", "B"),
    ("DEU", "link", "RUS", "B"),
    ("DEU", "link", "NLD", "M69_M70"),
    ("DEU", "link", "NLD", "F"),
    ("DEU", "link", "CZE", "C29"),
    ("DEU", "sector", "NOR", "B"),
    ("DEU", "supplier", "NLD", "all"),
    ("DEU", "supplier", "ROW", "all"),
    ("DEU", "supplier", "CHN", "all"),
    ("TWN", "link", "ROW", "B"),
    ("TWN", "link", "ROW", "C26"),
    ("TWN", "supplier", "ROW", "all"),
    ("CHN", "link", "ROW", "B"),
    ("CHN", "link", "TWN", "C26"),
    ("USA", "link", "CHN", "C26"),
    ("USA", "link", "CAN", "B"),
    ("KOR", "link", "ROW", "B"),
    ("KOR", "supplier", "ROW", "all"),
    ("IRL", "link", "USA", "N"),
    ("IRL", "supplier", "USA", "all"),
    ("LUX", "link", "GBR", "M69_M70"),
)
"""Cuts that the page reads: who loses, what kind of cut, whose sales, of which sector."""
WORST = 30
LARGE = 1e-4
"""Loss as a share of real income from which prediction and exact loss are compared one by one."""


def setting(world: World, horizon: Horizon) -> Setting:
    """The assumptions of ``tradewind chokepoints`` at a horizon."""
    found = at(horizon, world.trade_elasticity())
    options = Options(
        labour=found.labour,
        sigma_value_added=found.sigma_value_added,
        sigma_inputs=found.sigma_inputs,
        sigma_final=found.sigma_final,
    )
    baseline = Baseline(world.data.assign(trade_elasticity=found.trade_elasticity))
    return Setting(baseline, options, found.horizon_years)


def read_rows(world: World) -> Iterator[str]:
    """Both sides' loss [% of real income] from each cut that the page reads, short and long."""
    engines = [setting(world, horizon).engine() for horizon in HORIZONS]
    table, economies, sectors = engines[0].table, world.economies, world.sectors
    for economy, kind, supplier, sector in READ:
        n, i = economies.index(economy), economies.index(supplier)
        j = -1 if sector == "all" else sectors.index(sector)
        links = Cut(kind, n, i, j).links(table)
        bought = table.share[n, i] * table.expenditure[n]
        whole = table.expenditure[n]
        share = bought[j] / whole[j] if j >= 0 else bought.sum() / whole.sum()
        losses = [100.0 * (1.0 - engine.cut(links).real_income_hat[[n, i]]) for engine in engines]
        cells = [f"{loss:.2f}".replace("-", "−") for pair in losses for loss in pair]
        what = f"{supplier} {sector}" + (" to all" if kind == "sector" else "")
        yield f"| {economy} | {what} | {100 * share:.1f} | {' | '.join(cells)} |"


def answer(world: World, economy: str, horizon: Horizon) -> xr.Dataset:
    """Cut every link of an economy exactly."""
    links = len(world.economies) * len(world.sectors)
    return find_chokepoints(world, economy, horizon=horizon, exact=links).outputs


def row(outputs: xr.Dataset, horizon: Horizon) -> str:
    """One row: links, rank correlations, the worst ten, the worst link, and how far off."""
    facts = outputs.attrs
    exact, told = outputs["severance_loss"].to_numpy(), outputs["predicted_loss"].to_numpy()
    if not np.isfinite(exact).all():
        raise ValueError(f"{facts['economy']}: a link could not be cut")
    worst = np.argsort(-exact)[:WORST]
    foreseen = len(set(worst[:10]) & set(np.argsort(-told)[:10]))
    income = facts["real_income"]
    ratio = (exact / told)[exact > LARGE * income]
    first = outputs.isel(cut=int(worst[0]))
    cells = (
        f"{facts['economy']} {horizon}",
        f"{facts['rank_correlation_count']:,}",
        # Rounded down: an order that is almost the same is not the same.
        f"{math.floor(1e4 * facts['rank_correlation']) / 1e4:.4f}",
        f"{spearmanr(told[worst], exact[worst]).statistic:.2f}",
        str(foreseen),
        f"{first.supplier.item()} {first.sector.item()}",
        f"{100 * first.predicted_loss.item() / income:.2f}",
        f"{100 * first.severance_loss.item() / income:.2f}",
        f"{ratio.min():.2f}–{ratio.max():.2f}",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print every row."""
    world = World.default()
    sys.stdout.write("\n".join(read_rows(world)) + "\n\n")
    for economy in ECONOMIES:
        for horizon in HORIZONS:
            sys.stdout.write(row(answer(world, economy, horizon), horizon) + "\n")


if __name__ == "__main__":
    main()

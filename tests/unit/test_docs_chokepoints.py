"""The page on chokepoints: its tables, the numbers of its words, and its equations by hand."""

from __future__ import annotations

import importlib
import io
import re
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

import tradewind as tw
from tests.unit.test_docs import ROOT, functions_in, load, text
from tradewind.report.chokepoints_terminal import print_chokepoints
from tradewind.scenario.horizon import Horizon
from tradewind.trade import Equilibrium, Shock, gradient, solve
from tradewind.trade.severance import Severance
from tradewind.world import World

ROW = re.compile(r"^\| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
PAGE = text("docs/chokepoints.md")
WORDS = " ".join(PAGE.split())
LINES = PAGE.splitlines()


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    return load("chokepoints_table")


@pytest.fixture(scope="module")
def world() -> World:
    return World.default()


def cells(start: str, count: int) -> list[str]:
    """The one row of the page that starts with some cells and has this many."""
    rows = [line for line in LINES if line.startswith(f"| {start} |")]
    (row,) = [row for row in rows if row.count("|") == count + 1]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_every_equation_has_its_function_and_test() -> None:
    stated = re.findall(r"\[(C\d+)\]$", text("src/tradewind/chokepoints/README.md"), re.MULTILINE)
    rows = ROW.findall(PAGE)
    listed = [row[0].split()[0] for row in rows if re.match(r"C\d+ ", row[0])]
    assert listed == sorted(stated) == [f"C{number}" for number in range(1, len(stated) + 1)]
    assert len(rows) > len(listed)
    for equation, dotted, file, test in rows:
        package, module, name = dotted.split(".")
        member = getattr(importlib.import_module(f"tradewind.{package}.{module}"), name)
        assert member.__doc__, equation
        assert test in functions_in(ROOT / "tests" / file), equation


def test_the_equations_of_the_code_are_those_of_the_page() -> None:
    code = text("src/tradewind/chokepoints/equations.py")
    assert re.findall(r"\[(C\d)\]", code) == ["C1", "C2", "C3", "C4"]


def test_rows_of_cuts_that_are_read(tables: ModuleType, world: World) -> None:
    shown = [line for line in LINES if re.match(r"\| [A-Z]{3} \| [A-Z]{3} ", line)]
    assert shown == list(tables.read_rows(world))


@pytest.mark.parametrize(("economy", "horizon"), [("TWN", "short"), ("KOR", "long")])
def test_rows_on_the_prediction(
    tables: ModuleType, world: World, economy: str, horizon: Horizon
) -> None:
    """The others take minutes: ``python docs/chokepoints_table.py``."""
    made = tables.row(tables.answer(world, economy, horizon), horizon)
    assert made in LINES


def test_every_row_on_the_prediction_is_there(tables: ModuleType) -> None:
    shown = re.findall(r"^\| ([A-Z]{3}) (short|long) \|", PAGE, re.MULTILINE)
    assert shown == [(e, str(h)) for e in tables.ECONOMIES for h in tables.HORIZONS]
    for economy, horizon in shown:
        row = cells(f"{economy} {horizon}", 9)
        assert float(row[2]) < 1.0, "none is exactly one"
        assert int(row[4]) >= 8, "but for one or two"


def test_what_is_said_of_the_rows_follows_from_them(world: World) -> None:
    def losses(start: str) -> list[float]:
        return [float(cell.replace("−", "-")) for cell in cells(start, 7)[3:]]

    for who, what in (("DEU", "CHN C26"), ("DEU", "NOR B"), ("DEU", "NLD B"), ("DEU", "RUS B")):
        short, _, long, _ = losses(f"{who} | {what}")
        assert long <= short / 8.0 + 0.005
    alone, everybody = losses("DEU | NOR B")[0], losses("DEU | NOR B to all")[0]
    assert everybody / alone == pytest.approx(1.5, abs=0.05)
    own, theirs, *_ = losses("DEU | CZE C29")
    assert (round(own, 1), round(theirs)) == (0.3, 3)
    assert losses("DEU | RUS B")[0] == pytest.approx(losses("DEU | NOR B")[0] / 2.0, abs=0.01)
    embargo, rest = losses("DEU | NLD all")[0], losses("DEU | ROW all")[0]
    assert f"would cost {embargo:.0f} %" in WORDS
    assert f"costs {rest:.1f} %" in WORDS
    fuel = [losses(f"{e} | ROW B")[0] for e in ("TWN", "KOR")]
    whole = [losses(f"{e} | ROW all")[0] for e in ("TWN", "KOR")]
    assert f"{fuel[0]:.0f} % and {fuel[1]:.0f} % of real income" in WORDS
    assert f"all the rest {whole[0]:.0f} % and {whole[1]:.0f} %" in WORDS
    china = losses("CHN | TWN C26")
    assert f"loses {china[0]:.1f} %**, Taiwan {china[1]:.1f} %" in WORDS
    assert losses("CHN | ROW B")[2] == 0.0
    oil = losses("USA | CAN B")
    assert 5.5 < oil[1] / oil[0] < 6.0
    assert f"gains {-losses('LUX | GBR M69_M70')[0]:.2f} % in the first year" in WORDS
    books = losses("IRL | USA N")[0], losses("IRL | USA all")[0]
    assert f"from the United States**, {books[0]:.0f} %" in WORDS
    assert f"an embargo's {books[1]:.0f} %" in WORDS


def test_the_numbers_about_the_table(world: World) -> None:
    data = world.data
    sold = flows(data)
    mined = sold.sel(exporter="NLD", sector="B")
    home = float(mined.sel(importer="NLD") / mined.sum())
    assert f"all but {100 * home:.2f} % of the USD {float(mined.sum()) / 1e3:.1f} bn" in WORDS
    assert 0.48 < float(mined.sel(importer="DEU") / mined.sum()) < 0.52, "half"
    books = float(sold.sel(importer="DEU", exporter="NLD", sector="M69_M70")) / 1e3
    assert f"USD {books:.1f} bn" in WORDS

    def share(importer: str, exporter: str, sector: str) -> float:
        place = {"importer": importer, "exporter": exporter, "sector": sector}
        return float(data["expenditure_share"].sel(place))

    korea = share("KOR", "ROW", "B")
    assert f"Germany makes {100 * share('DEU', 'DEU', 'C26'):.0f} % itself" in WORDS
    assert 0.73 < korea < 0.79, "three quarters"
    assert share("TWN", "ROW", "B") == pytest.approx(0.6, abs=0.02)
    assert f"is {-np.log1p(-korea) / 0.76:.1f} log points for Korea" in WORDS
    assert f"{100 * share('CHN', 'CHN', 'B'):.0f} % is its own" in WORDS
    assert f"{100 * share('TWN', 'ROW', 'A02'):.0f} % of what it buys" in WORDS
    for economy in ("KOR", "TWN"):
        bought = sold.sel(importer=economy, sector="B")
        abroad = float(bought.sum() - bought.sel(exporter=economy))
        assert 0.08 < abroad / float(data["value_added"].sel(economy=economy)) < 0.09


def test_the_readme_shows_what_is_printed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    section = text("README.md").split("### What an economy depends on")[1].split("\n### ")[0]
    shown, code, result = re.findall(r"```(?:text|python)\n(.*?)```", section, re.DOTALL)
    names: dict[str, Any] = {"tw": tw, "world": world}
    exec(code, names)
    assert capsys.readouterr().out.splitlines() == result.splitlines()
    found = names["found"]
    console = Console(width=100, file=io.StringIO())
    print_chokepoints(found.outputs, world, console, "en", 30)
    assert isinstance(console.file, io.StringIO)
    printed = [line.rstrip() for line in console.file.getvalue().splitlines()]
    lines = shown.split("[...]")[0].splitlines()
    assert len(lines) > 12
    assert lines == printed[: len(lines)]
    assert f"{float(cells('DEU | CHN C26', 7)[5]):.2f} % for the first line" in section


def flows(data: xr.Dataset) -> xr.DataArray:
    """Values f.o.b. (importer, exporter, sector)."""
    spent = data["expenditure_share"] * data["expenditure"]
    return spent / (1.0 + data["tariff"])


def cut_by_ban(tables: ModuleType, world: World, links: list[tuple[str, str, str]]) -> Equilibrium:
    """The same cut by the trade block's own door."""
    assumed = tables.setting(world, "short")
    baseline, options = assumed.baseline, assumed.options
    iceberg = xr.ones_like(baseline.data["expenditure_share"])
    for importer, exporter, sector in links:
        iceberg.loc[{"importer": importer, "exporter": exporter, "sector": sector}] = np.inf
    return solve(
        baseline,
        Shock(iceberg_hat=iceberg),
        labour=options.labour,
        sigma_value_added=options.sigma_value_added,
        sigma_inputs=options.sigma_inputs,
        sigma_final=options.sigma_final,
    )


@pytest.fixture(scope="module")
def quick(world: World) -> tw.ChokepointRun:
    return tw.find_chokepoints(world, "DEU", by=("link", "supplier", "sector"), exact=1)


def test_a_cut_is_the_ban_of_the_trade_block(
    tables: ModuleType, world: World, quick: tw.ChokepointRun
) -> None:
    found = quick.outputs
    assert isinstance(tables.setting(world, "short").engine(), Severance)
    for kind in ("link", "supplier", "sector"):
        mask = (found["kind"] == kind) & (found["status"] == "exact")
        (cut,) = np.flatnonzero(mask.to_numpy())
        one = found.isel(cut=int(cut))
        supplier, sector = one.supplier.item(), one.sector.item()
        share = world.data["expenditure_share"].sel(exporter=supplier)
        buyers = [e for e in world.economies if e != supplier] if kind == "sector" else ["DEU"]
        sectors = world.sectors if kind == "supplier" else [sector]
        links = [
            (buyer, supplier, code)
            for buyer in buyers
            for code in sectors
            if float(share.sel(importer=buyer, sector=code)) > 0.0
        ]
        after = cut_by_ban(tables, world, links).real_income_hat
        own = found.attrs["real_income"] * (1.0 - after.sel(economy="DEU").item())
        other = one.supplier_real_income.item() * (1.0 - after.sel(economy=supplier).item())
        assert one.severance_loss.item() == pytest.approx(own, rel=1e-6)
        assert one.other_side_loss.item() == pytest.approx(other, rel=1e-6)


def test_definitions_by_hand(tables: ModuleType, world: World, quick: tw.ChokepointRun) -> None:
    """C1 to C5 again, in labels, from the slope alone."""
    assumed = tables.setting(world, "short")
    slopes = gradient(assumed.start(), lambda e: e.real_income_hat.sel(economy="DEU"))
    slope = slopes["iceberg_cost"]
    share, theta = (
        assumed.baseline.data["expenditure_share"],
        assumed.baseline.data["trade_elasticity"],
    )
    rise = -np.log(1.0 - share) / theta
    change = (slope * rise / share).where(share > 0.0, 0.0)
    sold = flows(world.data).sel(importer="DEU")
    found = quick.outputs
    income = found.attrs["real_income"]
    places: dict[str, dict[str, Any]] = {
        "link": {"importer": ["DEU"], "exporter": ["NOR"], "sector": ["B"]},
        "supplier": {"importer": ["DEU"], "exporter": ["CHN"], "sector": world.sectors},
        "sector": {
            "importer": [e for e in world.economies if e != "JPN"],
            "exporter": ["JPN"],
            "sector": ["C26"],
        },
    }
    for kind, links in places.items():
        (supplier,) = links["exporter"]
        sector = "all" if kind == "supplier" else links["sector"][0]
        mask = (
            (found["kind"] == kind) & (found["supplier"] == supplier) & (found["sector"] == sector)
        )
        (cut,) = np.flatnonzero(mask.to_numpy())
        one = found.isel(cut=int(cut))
        foretold = income * (1.0 - np.exp(float(change.sel(links).sum())))
        assert one.predicted_loss.item() == pytest.approx(foretold, rel=1e-9)
        assert one.marginal_loss.item() == pytest.approx(
            -0.01 * income * float(slope.sel(links).sum()), rel=1e-9
        )
        bought = sold.sel(exporter=supplier, sector=links["sector"])
        mix = share.sel(importer="DEU", sector=links["sector"])
        weights = (mix * bought).sum("sector") / bought.sum()
        rest = weights.to_series().drop(supplier).sort_values(ascending=False)
        assert one.imports.item() == pytest.approx(float(bought.sum()), rel=1e-9)
        assert one.alternative.to_numpy().tolist() == list(rest.index[:3])
        np.testing.assert_allclose(one.alternative_share, rest.to_numpy()[:3], rtol=1e-9)

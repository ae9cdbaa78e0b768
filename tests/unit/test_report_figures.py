"""Figures draw the numbers they are given, on a map that ships with the package."""

from __future__ import annotations

import re
from importlib import resources
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from tests.unit.report_fixture import ECONOMIES, SECTORS, FakeNames, make_outputs
from tradewind.report import figures, tables
from tradewind.report.colours import COMPONENTS, NEUTRAL, NO_DATA, STEPS, DivergingScale
from tradewind.report.figures import worldmap
from tradewind.report.figures.bars import Axis
from tradewind.report.geometry import CENTRAL_MERIDIAN, Points, equal_earth, outline
from tradewind.report.language import Catalogue
from tradewind.report.numbers import MINUS, digits_for, income_digits, scientific, signed

WORDS = Catalogue("en", FakeNames())
EARTH_RADIUS_KM = 6371.0


def parse(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(markup))


# --- projection and outline -------------------------------------------------------------------


def test_equal_earth_at_points_worked_by_hand() -> None:
    # Equator: theta = 0, so x = 2 sqrt(3)/3 * longitude / A1; pole: theta = pi/3 and cos = 1/2.
    places = np.array([(CENTRAL_MERIDIAN, 0.0), (CENTRAL_MERIDIAN + 180.0, 0.0)])
    np.testing.assert_allclose(
        equal_earth(places), [(0, 0), (2 * 3**0.5 / 3 * np.pi / 1.340264, 0)], atol=1e-12
    )
    t = np.pi / 3
    pole = 1.340264 * t - 0.081106 * t**3 + 0.000893 * t**7 + 0.003796 * t**9
    np.testing.assert_allclose(equal_earth(np.array([(0.0, 90.0)]))[0, 1], pole, rtol=1e-12)


def test_equal_earth_keeps_areas() -> None:
    """Small squares anywhere keep their area on the sphere, cos(latitude) d(lat) d(lon)."""
    step = 1e-3
    for longitude in (-150.0, 0.0, 100.0):
        for latitude in (-60.0, -10.0, 35.0, 70.0):
            corners = np.array([(0, 0), (step, 0), (step, step), (0, step), (0, 0)], dtype=float)
            square = equal_earth(corners + np.array([longitude, latitude]))
            expected = np.radians(step) ** 2 * np.cos(np.radians(latitude + step / 2))
            assert polygon_area(square) == pytest.approx(expected, rel=1e-6)


def polygon_area(ring: Points) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return 0.5 * abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])))


@pytest.mark.parametrize(
    ("code", "area_km2"),
    [  # land and inland water, UN Statistics Division, Demographic Yearbook, table 3
        ("BRA", 8_515_767),
        ("DEU", 357_386),
        ("RUS", 17_098_246),
        ("AUS", 7_692_060),
        ("CHN", 9_600_000),
        ("USA", 9_372_610),
        ("POL", 312_679),
    ],
)
def test_simplified_outline_keeps_the_size_of_countries(code: str, area_km2: float) -> None:
    shape = next(shape for shape in outline() if shape.code == code)
    area = sum(polygon_area(equal_earth(ring)) for ring in shape.rings) * EARTH_RADIUS_KM**2
    assert area == pytest.approx(area_km2, rel=0.03)


def test_outline_has_every_economy_of_the_table_and_no_antarctica() -> None:
    codes = [shape.code for shape in outline()]
    assert len(codes) == len(set(codes))
    assert set(ECONOMIES) - {"ROW"} <= set(codes)
    assert "ATA" not in codes


def test_outline_rings_close_and_cross_no_edge_of_the_map() -> None:
    for shape in outline():
        for ring in shape.rings:
            np.testing.assert_array_equal(ring[0], ring[-1])
            assert np.abs(np.diff(ring[:, 0])).max() < 90
            assert np.abs(ring[:, 0] - CENTRAL_MERIDIAN).max() <= 181


def test_outline_is_small_and_names_its_source() -> None:
    folder = resources.files("tradewind.report").joinpath("data")
    assert len(folder.joinpath("outline.json").read_bytes()) < 250_000
    sidecar = folder.joinpath("outline.md").read_text("utf-8")
    assert "Natural Earth" in sidecar
    assert "public domain" in sidecar


# --- scales and numbers -----------------------------------------------------------------------


@pytest.mark.parametrize("largest", [1e-6, 0.049, 0.05, 1.0, 1.04, 7.3, 240.0])
@pytest.mark.parametrize("ladder", [(1, 2, 5), (1, 3)])
def test_scale_is_symmetric_and_its_last_class_is_used(
    largest: float, ladder: tuple[int, ...]
) -> None:
    scale = DivergingScale.over(largest, ladder)
    assert scale.step(largest) == STEPS
    assert scale.breaks[-1] <= largest
    for value in np.linspace(-1.2, 1.2, 97) * largest:
        assert scale.step(-value) == -scale.step(value)
    assert scale.colour(0.0) == NEUTRAL
    assert len(set(scale.labels())) == STEPS


def test_scale_puts_a_break_into_the_class_it_opens() -> None:
    scale = DivergingScale.over(1.0)
    assert scale.breaks == (0.05, 0.1, 0.2, 0.5, 1.0)
    assert [scale.step(edge) for edge in scale.breaks] == [1, 2, 3, 4, 5]
    assert scale.labels() == ["0.05", "0.1", "0.2", "0.5", "1"]


def test_signed_never_shows_a_signed_zero() -> None:
    assert signed(-0.004, 2) == "0.00"
    assert signed(-0.006, 2) == f"{MINUS}0.01"
    assert signed(0.0, 1) == "0.0"
    assert signed(float("nan"), 2) == "–"
    assert scientific(4.2e-13) == "4.2 × 10⁻¹³"


def test_axis_spans_its_data_with_round_ticks() -> None:
    axis = Axis.over(-1.43, 0.41)
    assert axis.at(-1.43) >= 0
    assert axis.at(0.41) <= 1
    np.testing.assert_allclose(axis.ticks, [-1.0, -0.5, 0.0], atol=1e-12)
    assert Axis.over(0.0, 0.0).at(0.0) == pytest.approx(0.5, abs=0.5)


# --- figures ----------------------------------------------------------------------------------


def places(values: pd.Series) -> dict[str, tuple[str, str]]:
    """Title and colour of each country drawn on the world map."""
    scale = DivergingScale.over(float(values.abs().max()))
    root = parse(figures.world_map(values, scale, WORDS))
    found = {}
    for group in root.iter("g"):
        title, path = group.find("title"), group.find("path")
        if title is not None and path is not None:
            found[str(title.text)] = (str(group.get("class")), str(path.get("fill")))
    return found


def test_map_colours_each_country_by_its_economy_and_the_others_as_rest() -> None:
    values = tables.ranking(make_outputs(), FakeNames())["real_income_percent"]
    scale = DivergingScale.over(float(values.abs().max()))
    digits = income_digits(values)
    drawn = places(values)
    for code in set(ECONOMIES) - {"ROW"}:
        title = f"Country {code}: {signed(values[code], digits)}"
        assert drawn[title] == ("c", scale.colour(values[code]))
    rest = f"Kenya (Country ROW): {signed(values['ROW'], digits)}"
    assert drawn[rest] == ("c rest", scale.colour(values["ROW"]))
    assert len(drawn) == len(outline())


def test_map_leaves_countries_grey_where_a_world_has_no_rest() -> None:
    values = tables.ranking(make_outputs(), FakeNames())["real_income_percent"].drop("ROW")
    assert places(values)["Kenya"] == ("c rest", NO_DATA)


def test_the_outline_is_projected_once(monkeypatch: pytest.MonkeyPatch) -> None:
    values = pd.Series({"USA": -1.0, "ROW": 0.2})
    first = worldmap.world_map(values, DivergingScale.over(1.0), Catalogue("en", FakeNames()))
    monkeypatch.setattr(worldmap, "_path", None)
    again = worldmap.world_map(values, DivergingScale.over(1.0), Catalogue("en", FakeNames()))
    assert again == first


def test_noise_has_no_colour() -> None:
    assert DivergingScale.over(1e-13).colour(1e-13) == NEUTRAL
    assert income_digits([1e-13]) == 2
    assert income_digits([4e-6]) == 7


def test_enlarged_map_reuses_the_paths_of_the_first() -> None:
    values = tables.ranking(make_outputs(), FakeNames())["real_income_percent"]
    root = parse(figures.world_map(values, DivergingScale.over(1.0), WORDS))
    uses = [use.get("href") for use in root.iter("use")]
    assert uses == ["#outline"]
    assert [group.get("id") for group in root.iter("g")].count("outline") == 1


def test_ranking_bars_are_as_long_as_the_causes() -> None:
    outputs = make_outputs()
    table = tables.ranking(outputs, FakeNames())
    causes = tables.decomposition(outputs)
    root = parse(figures.ranking_bars(table, causes, WORDS))
    rows = root.findall("tbody/tr")
    assert [row.findtext("th") for row in rows] == [f"Country {code}" for code in table.index]
    lows = causes.clip(upper=0).sum(axis=1).min()
    highs = causes.clip(lower=0).sum(axis=1).max()
    axis = Axis.over(lows, highs)
    for row, code in zip(rows, table.index, strict=True):
        widths = {rect.get("fill"): percent(rect, "width") for rect in row.iter("rect")}
        for component in causes.columns:
            expected = abs(causes.loc[code, component]) / (axis.high - axis.low)
            assert widths[COMPONENTS[component]] == pytest.approx(expected, abs=6e-5)
        mark = percent(next(row.iter("circle")), "cx")
        total = table.loc[code, "real_income_percent"]
        assert mark == pytest.approx(axis.at(total), abs=6e-5)
        number = row.findall("td")[1].text
        assert number == signed(total, income_digits(table["real_income_percent"]))


def percent(node: ElementTree.Element, attribute: str) -> float:
    return float(str(node.get(attribute)).removesuffix("%")) / 100


def test_flow_bars_show_the_flows_in_order() -> None:
    table = tables.bilateral_changes(make_outputs(), 12)
    rows = parse(figures.flow_bars(table, WORDS)).findall("tbody/tr")
    digits = digits_for(table["change_usd_billion"])
    for row, (_, line) in zip(rows, table.iterrows(), strict=True):
        pair = f"Country {line['exporter']} → Country {line['importer']}"
        assert row.findtext("th/span") == pair
        assert row.findtext("th/abbr") == f"{line['exporter']} → {line['importer']}"
        assert row.findall("td")[1].text == signed(line["change_usd_billion"], digits)


def test_heat_map_holds_every_number_in_its_class() -> None:
    table = tables.relocation(make_outputs())
    scale = DivergingScale.over(float(table.abs().to_numpy().max()), ladder=(1, 3))
    root = parse(figures.relocation_map(table, scale, WORDS))
    heads = [str(head.findtext("span")) for head in root.findall("thead/tr/th")]
    rows = root.findall("tbody/tr")
    assert sorted(heads) == sorted(ECONOMIES)
    assert [row.find("th").get("title") for row in rows] == SECTORS  # type: ignore[union-attr]
    digits = digits_for(table.to_numpy().ravel())
    for row, sector in zip(rows, SECTORS, strict=True):
        for cell, economy in zip(row.findall("td"), heads, strict=True):
            value = table.loc[sector, economy]
            step = scale.step(value)
            assert cell.text == signed(value, digits)
            assert cell.get("class") == f"h{'m' if step < 0 else 'p'}{abs(step)}"
    moved = table.abs().sum(axis=0)
    assert heads[0] == moved.idxmax()


def test_names_are_escaped_in_figures() -> None:
    names = FakeNames()
    names.economy_names["USA"] = '<script>alert("x")</script>'
    outputs = make_outputs()
    words = Catalogue("en", names)
    table = tables.ranking(outputs, names)
    bars = str(figures.ranking_bars(table, tables.decomposition(outputs), words))
    chart = str(figures.world_map(table["real_income_percent"], DivergingScale.over(1.0), words))
    for text in (bars, chart):
        assert "<script" not in text
        assert re.search("&lt;script&gt;", text)

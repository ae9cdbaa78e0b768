"""The page on chokepoints: self-contained, in both languages, its numbers those of the answer."""

from __future__ import annotations

import itertools
import re
from typing import Any, Literal

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from tests.unit.chokepoints_fixture import ASKED, make_chokepoints
from tests.unit.report_fixture import ECONOMIES, MANIFEST, PROVENANCE, FakeNames
from tests.unit.test_report_html import EVIL, LANGUAGES, Page, no_faults, nothing_loaded, rounded
from tradewind.report.chokepoints_contract import KINDS
from tradewind.report.chokepoints_html import MOST_DOTS, MOST_ROWS, TOP, render_chokepoints
from tradewind.report.chokepoints_story import Cuts, headline, prediction
from tradewind.report.chokepoints_tables import cuts_table, dependence
from tradewind.report.chokepoints_terminal import print_chokepoints
from tradewind.report.figures.network import OF_ASKED, STRONGEST, strongest_edges, west_to_east
from tradewind.report.language import Catalogue, messages
from tradewind.report.numbers import plain

Tongue = Literal["en", "zh"]


def page_of(outputs: xr.Dataset, language: Tongue = "en") -> tuple[str, Page]:
    text = render_chokepoints(outputs, FakeNames(), PROVENANCE, MANIFEST, language)
    return text, Page(text)


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> tuple[str, Page]:
    return page_of(make_chokepoints(), request.param)


@pytest.fixture(scope="module", params=LANGUAGES)
def quick(request: pytest.FixtureRequest) -> tuple[str, Page]:
    return page_of(make_chokepoints(quick=True), request.param)


def test_pages_are_whole_load_nothing_and_round(
    page: tuple[str, Page], quick: tuple[str, Page]
) -> None:
    for text, parsed in (page, quick):
        no_faults(text, parsed)
        nothing_loaded(text, parsed)
        rounded(parsed)
        assert len(text.encode()) < 500_000


def section(text: str, name: str) -> str:
    return text.split(f'<section id="{name}"')[1].split("</section>")[0]


def keys_of(part: str) -> list[list[str]]:
    """Full values of a table's cells, row by row."""
    body = part.split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r'data-key="(.*?)"', row) for row in body.split("<tr>")[1:]]


COLUMNS = (
    "severance_loss_percent",
    "predicted_loss_percent",
    "severance_loss_usd_billion",
    "other_side_loss_percent",
    "imports_usd_billion",
    "expenditure_share_percent",
    "marginal_loss_usd_million",
)


@pytest.mark.parametrize(("name", "kind"), [("suppliers", "supplier"), ("links", "link")])
def test_tables_hold_the_costliest_cuts_in_order(
    page: tuple[str, Page], name: str, kind: str
) -> None:
    table = cuts_table(make_chokepoints(), kind, FakeNames()).head(TOP)
    part = section(page[0], name)
    found = keys_of(part)
    assert len(found) == TOP
    for keys, (_, line) in zip(found, table.iterrows(), strict=True):
        for key, column in zip(keys, COLUMNS, strict=False):
            assert float(key) == pytest.approx(line[column], rel=1e-5, nan_ok=True), column
    codes = re.findall(r'<span class="code">(\w{3})', part)
    assert codes == list(table["supplier"])


def test_shown_numbers_are_rounded_keys(page: tuple[str, Page]) -> None:
    cells = re.findall(r'<td class="n" data-key="(.*?)">(.*?)</td>', section(page[0], "links"))
    assert len(cells) == TOP * len(COLUMNS)
    for key, shown in cells:
        if shown == "–":
            assert key == "nan"
            continue
        number = float(shown.replace(",", "").replace("−", "-"))
        digits = len(shown.partition(".")[2])
        assert number == pytest.approx(float(key), abs=0.5 * 10.0**-digits + 1e-5 * abs(number))


def test_full_table_is_cut_short_and_says_so(page: tuple[str, Page]) -> None:
    part = section(page[0], "all")
    assert len(keys_of(part)) == MOST_ROWS
    assert str(MOST_ROWS) in part
    assert "430" in part


def test_matrix_shows_every_pair_and_both_sides(page: tuple[str, Page]) -> None:
    loss = dependence(make_chokepoints())
    imposed = dependence(make_chokepoints(), "dependence_imposed")
    assert loss is not None
    assert imposed is not None
    body = section(page[0], "matrix").split("<tbody>")[1].split("</tbody>")[0]
    rows = body.split("<tr")[1:]
    assert len(rows) == len(ECONOMIES)
    smallest = 0.03
    numbers = r"^([−0-9.]+)%.*?([0-9.]+)%[)）]$"
    for row, economy in zip(rows, loss.index, strict=True):
        cells = re.findall(r'<td class="(.*?)">(.*?)</td>', row)
        assert len(cells) == len(ECONOMIES)
        for (style, text), partner in zip(cells, loss.columns, strict=True):
            value = float(loss.loc[economy, partner])
            if economy == partner:
                assert style == "self"
            elif np.isnan(value):
                assert style == "none"
                assert text in ("no equilibrium", "无均衡")
            else:
                found = re.match(numbers, text)
                assert found is not None, text
                shown = float(found.group(1).replace("−", "-"))
                assert shown == pytest.approx(value, abs=0.0051)
                own = float(imposed.loc[economy, partner])
                assert float(found.group(2)) == pytest.approx(own, abs=0.0051)
                assert style[:2] == ("hm" if value >= smallest else "hp")
    assert sum('class="asked"' in row for row in rows) == 1


def test_deeper_colour_means_larger_loss(page: tuple[str, Page]) -> None:
    cells = re.findall(r'<td class="hm(\d)">([0-9.]+)%', section(page[0], "matrix"))
    by_class = {step: [float(v) for s, v in cells if s == step] for step in sorted(dict(cells))}
    assert len(by_class) == 5
    steps = list(by_class.values())
    for lower, higher in itertools.pairwise(steps):
        assert max(lower) <= min(higher) + 0.01


@pytest.mark.parametrize("there", [True, False])
def test_the_legend_tells_only_of_what_is_in_the_matrix(there: bool) -> None:
    outputs = make_chokepoints()
    if not there:
        loss = outputs["dependence_loss"]
        outputs["dependence_loss"] = abs(loss).fillna(1.0).where(loss["economy"] != loss["partner"])
    legend = page_of(outputs)[0].split('class="beside">')[1].split("</div>")[0]
    assert ("no equilibrium" in legend) == ("gains" in legend) == there


def test_network_draws_the_strongest_and_the_askers_own() -> None:
    loss = dependence(make_chokepoints())
    assert loss is not None
    edges = strongest_edges(loss, ASKED)
    every = loss.stack().dropna().sort_values(ascending=False)
    drawn = {(edge.economy, edge.partner): edge.loss for edge in edges}
    assert set(every.index[:STRONGEST]) <= set(drawn)
    mine = loss.loc[ASKED].dropna().sort_values(ascending=False)
    assert {(ASKED, code) for code in mine.index[:OF_ASKED]} <= set(drawn)
    assert len(drawn) <= STRONGEST + OF_ASKED
    assert all(loss.loc[pair] == value for pair, value in drawn.items())


def test_economies_stand_from_west_to_east() -> None:
    assert west_to_east({"JPN", "DEU", "ROW", "USA", "XXX"}) == ["USA", "DEU", "JPN", "ROW", "XXX"]


def test_curves_break_where_there_is_no_equilibrium(page: tuple[str, Page]) -> None:
    part = section(page[0], "horizon")
    lines = re.findall(r'<path d="(.*?)" stroke="(.*?)" class="(specific|mobile)"', part)
    assert len(lines) == 10
    assert [len(re.findall("[ML]", way)) for way, _, _ in lines] == [7, 7] + [8] * 8
    assert len({colour for _, colour, _ in lines}) == 5


def test_scatter_holds_the_links_that_were_cut_exactly(page: tuple[str, Page]) -> None:
    table = cuts_table(make_chokepoints(), "link", FakeNames())
    exact = table[table["status"] == "exact"]
    assert section(page[0], "prediction").count('class="dot"') == len(exact) > 20


def test_a_whole_gradient_of_links_keeps_the_page_small() -> None:
    outputs = make_chokepoints()
    exact = (outputs["status"] == "exact") & (outputs["kind"] == "link")
    many = outputs.isel(cut=np.tile(np.flatnonzero(exact), 27))
    assert many.sizes["cut"] > 2200
    text, parsed = page_of(many)
    no_faults(text, parsed)
    assert text.count('class="dot"') == MOST_DOTS
    assert len(text.encode()) < 500_000


@pytest.mark.parametrize(
    ("correlation", "said"), [(0.95, "well"), (0.8, "fair guide"), (0.2, "poor guide")]
)
def test_a_rank_correlation_is_put_into_words(correlation: float, said: str) -> None:
    outputs = make_chokepoints()
    outputs.attrs["rank_correlation"] = correlation
    words = Catalogue("en", FakeNames())
    sentences = prediction(outputs, cuts_table(outputs, "link", FakeNames()), words)
    assert plain(correlation, 2) in sentences[0]
    assert "60 cuts" in sentences[0]
    assert said in sentences[1]


def test_a_quick_answer_leaves_out_what_it_does_not_know(quick: tuple[str, Page]) -> None:
    text, parsed = quick
    for name in ("network", "matrix", "horizon", "prediction"):
        assert name not in parsed.ids
    assert {"suppliers", "links", "sectors", "limits", "sources", "again"} <= set(parsed.ids)
    columns = len(re.findall("<th", section(text, "links").split("</thead>")[0].split("<tr>")[1]))
    assert columns == 7
    assert MANIFEST["command"] in parsed.visible


def say(outputs: xr.Dataset, language: Tongue = "en") -> list[str]:
    words = Catalogue(language, FakeNames())
    return headline(outputs, Cuts.of(outputs, words), words)


def test_headline_says_who_how_much_and_whose_dependence() -> None:
    outputs = make_chokepoints()
    first = cuts_table(outputs, "supplier", FakeNames()).iloc[0]
    outputs["severance_loss"][int(np.argmax(outputs["supplier"].to_numpy() == "CHN"))] = 123_000.0
    outputs["other_side_loss"][int(np.argmax(outputs["supplier"].to_numpy() == "CHN"))] = 1.0
    said = say(outputs)
    assert first["supplier"] != "CHN"
    assert said[0] == (
        "If Country CHN stopped selling to it, Country DEU would lose 3.00% of real income "
        "(USD 123 billion a year), more than by any other supplier’s embargo."
    )
    assert "one-sided" in said[1]


def test_headline_never_gives_a_number_where_there_is_none() -> None:
    outputs = make_chokepoints()
    worst = cuts_table(outputs, "supplier", FakeNames()).iloc[0]["supplier"]
    place = int(np.argmax(outputs["supplier"].to_numpy() == worst))
    outputs["status"][place] = "no equilibrium"
    for name in ("severance_loss", "other_side_loss"):
        outputs[name][place] = np.nan
    outputs["predicted_loss"][place] = 1e9
    said = say(outputs)
    assert f"Country {worst} stopped" not in said[0]
    none = next(sentence for sentence in said if "no equilibrium" in sentence)
    assert f"Country {worst}" in none
    assert "2 of the cuts" in none


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_in_which_nothing_hurts_is_said_plainly(language: Tongue) -> None:
    outputs = make_chokepoints(quick=True)
    outputs["status"][:] = "predicted"
    for name in ("marginal_loss", "predicted_loss"):
        outputs[name][:] = -1.0
    assert say(outputs, language) == [
        messages()["chokepoints_headline_none"][language].format(
            economy={"en": "Country DEU", "zh": "德国"}[language]
        )
    ]
    no_faults(*page_of(outputs, language))


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_without_one_kind_of_cut_can_be_reported(kind: str) -> None:
    outputs = make_chokepoints()
    part = outputs.isel(cut=np.flatnonzero(outputs["kind"].to_numpy() != kind))
    text, parsed = page_of(part)
    no_faults(text, parsed)
    assert f"{kind}s" not in parsed.ids


def test_an_order_that_is_almost_the_same_is_not_called_the_same() -> None:
    outputs = make_chokepoints()
    words = Catalogue("en", FakeNames())
    for correlation, said in (
        (0.999987, "correlation of 0.99998 ("),
        (1.0, "correlation of 1.00000 ("),
    ):
        outputs.attrs["rank_correlation"] = correlation
        assert said in prediction(outputs, cuts_table(outputs, "link", FakeNames()), words)[0]


@pytest.mark.parametrize("kind", ["supplier", "link"])
def test_an_answer_of_one_kind_judges_the_prediction_by_it(kind: str) -> None:
    outputs = make_chokepoints()
    part = outputs.isel(cut=np.flatnonzero(outputs["kind"].to_numpy() == kind))
    text, parsed = page_of(part)
    no_faults(text, parsed)
    table = cuts_table(part, kind, FakeNames())
    exact = int((table["status"] == "exact").sum())
    assert section(text, "prediction").count('class="dot"') == exact > 20
    assert len(keys_of(section(text, "all"))) == min(len(table), MOST_ROWS)


@pytest.mark.parametrize(
    ("base_year", "said"), [(2024, "table of 2024:"), (2014, "table of 2014, rolled forward")]
)
def test_the_year_of_the_table_and_of_the_money_are_told_apart(base_year: int, said: str) -> None:
    outputs = make_chokepoints()
    outputs.attrs["base_year"] = base_year
    assert said in page_of(outputs)[1].visible


def test_what_users_write_is_escaped() -> None:
    outputs = make_chokepoints()
    outputs.attrs |= {"title": EVIL, "world": EVIL, "command": EVIL, "tradewind_version": EVIL}
    names = FakeNames()
    names.economy_names[ASKED] = EVIL
    names.economy_names["CHN"] = EVIL
    names.sector_names["C25"] = EVIL
    source = [{"long_name": EVIL, "source": EVIL, "year": EVIL, "licence": EVIL, "units": EVIL}]
    text = render_chokepoints(outputs, names, source, {EVIL: {EVIL: EVIL}})
    parsed = Page(text)
    no_faults(text, parsed)
    assert "img" not in parsed.attributes
    assert len(parsed.attributes["script"]) == 1
    assert not any(k.startswith("on") for a in parsed.attributes.values() for e in a for k in e)


def every_answer() -> list[xr.Dataset]:
    """Answers that between them need every sentence of the catalogue."""
    answers = [make_chokepoints(), make_chokepoints(quick=True)]
    embargo = int(np.argmax(answers[0]["supplier"].to_numpy() == "CHN"))
    for own, other in ((1e6, 1.0), (1e6, 1e9), (1e6, 1e5), (-1.0, -1.0)):
        outputs = make_chokepoints()
        if own < 0:
            outputs["severance_loss"] *= -1.0
            outputs["other_side_loss"] *= -1.0
        outputs["severance_loss"][embargo] = own
        outputs["other_side_loss"][embargo] = other
        outputs["supplier_real_income"][embargo] = 4e6
        outputs.attrs |= {"rank_correlation": other / 1e9, "base_year": 2024, "horizon": "long"}
        answers.append(outputs.sel(horizon_year=outputs["horizon_year"] > 0))
    fair = make_chokepoints()
    fair.attrs["rank_correlation"] = 0.8
    nothing = make_chokepoints(quick=True)
    nothing["status"][:] = "predicted"
    nothing["marginal_loss"][:] = nothing["predicted_loss"][:] = 0.0
    without = make_chokepoints().drop_vars("supplier_real_income")
    industry = make_chokepoints()
    known = (industry["kind"] == "sector") & (industry["status"] == "predicted")
    worst = int(np.argmax(known.to_numpy()))
    industry["status"][worst] = "exact"
    industry["severance_loss"][worst] = industry["other_side_loss"][worst] = 1e6
    rest = make_chokepoints()
    rest["severance_loss"][int(np.argmax(rest["supplier"].to_numpy() == "ROW"))] = 1e6
    return [*answers, fair, nothing, without, industry, rest]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_catalogue_is_said(
    language: Tongue, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: set[str] = set()
    text = Catalogue.text

    def record(self: Catalogue, key: str, **values: Any) -> str:
        said.add(key)
        return text(self, key, **values)

    monkeypatch.setattr(Catalogue, "text", record)
    with open("/dev/null", "w") as nowhere:
        for outputs in every_answer():
            render_chokepoints(outputs, FakeNames(), PROVENANCE, MANIFEST, language)
            print_chokepoints(outputs, FakeNames(), Console(file=nowhere), language)
    missing = [key for key in messages() if key.startswith("chokepoints_") and key not in said]
    assert missing == []


def test_an_answer_on_industries_alone_names_the_worst() -> None:
    outputs = make_chokepoints()
    part = outputs.isel(cut=np.flatnonzero(outputs["kind"].to_numpy() == "sector"))
    first = cuts_table(part, "sector", FakeNames()).iloc[0]
    said = say(part)
    assert first["supplier_name"] in said[0]
    assert first["sector_name"] in said[0]
    assert not any("No cut that was looked at" in sentence for sentence in said)


def test_a_few_cuts_say_nothing_of_the_order_and_tiny_ones_nothing_of_the_size() -> None:
    outputs = make_chokepoints()
    outputs.attrs |= {"rank_correlation": 1.0, "rank_correlation_count": 19}
    words = Catalogue("en", FakeNames())
    cuts = cuts_table(outputs, "link", FakeNames())
    assert not any("rank correlation" in said for said in prediction(outputs, cuts, words))
    outputs.attrs["rank_correlation_count"] = 20
    assert any("rank correlation" in said for said in prediction(outputs, cuts, words))
    tiny = cuts.assign(severance_loss_percent=cuts["severance_loss_percent"] * 0.0 + 0.0099)
    assert any("times the predicted" in said for said in prediction(outputs, cuts, words))
    assert not any("times the predicted" in said for said in prediction(outputs, tiny, words))

"""The HTML report: one file, nothing fetched, nothing unescaped, every number rounded."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Literal

import numpy as np
import pytest
import xarray as xr

from tests.unit.report_fixture import (
    MANIFEST,
    PROVENANCE,
    WORDS,
    FakeNames,
    make_outputs,
)
from tradewind.errors import InputError, OutputError
from tradewind.report.compare import render_compare
from tradewind.report.html import render
from tradewind.report.language import Catalogue
from tradewind.report.story import headline, settings

LANGUAGES: tuple[Literal["en"], Literal["zh"]] = ("en", "zh")
VOID = {"meta", "link", "br", "img", "input", "hr", "col", "base", "source"}
LOADING = {"src", "srcset", "poster", "data", "action", "background", "formaction", "manifest"}


class Page(HTMLParser):
    """Read a page, noting what does not nest, what it would load, and its visible text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[tuple[str, str]] = []
        self.attributes: dict[str, list[dict[str, str | None]]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self._note(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, dict(attrs))

    def _note(self, tag: str, attrs: dict[str, str | None]) -> None:
        self.attributes.setdefault(tag, []).append(attrs)
        self.ids += [str(value) for key, value in attrs.items() if key == "id"]
        self.loads += [f"{tag} {key}={value}" for key, value in attrs.items() if key in LOADING]
        self.links += [str(value) for key, value in attrs.items() if key.endswith("href")]
        if tag in ("link", "iframe", "object", "embed", "img", "base"):
            self.loads.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.text.append((self.open[-1] if self.open else "", data))

    @property
    def visible(self) -> str:
        return " ".join(data for tag, data in self.text if tag not in ("script", "style"))


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> tuple[str, Page]:
    text = render(make_outputs(), FakeNames(), WORDS, PROVENANCE, MANIFEST, request.param)
    return text, Page(text)


@pytest.fixture(scope="module", params=LANGUAGES)
def comparison(request: pytest.FixtureRequest) -> tuple[str, Page]:
    one, other = make_outputs(1), make_outputs(2)
    text = render_compare(one, other, FakeNames(), (MANIFEST, MANIFEST), request.param)
    return text, Page(text)


def no_faults(text: str, page: Page) -> None:
    assert text.startswith("<!DOCTYPE html>")
    assert page.faults == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)


def nothing_loaded(text: str, page: Page) -> None:
    assert page.loads == []
    code = " ".join(data for tag, data in page.text if tag in ("script", "style"))
    for forbidden in (
        "url(",
        "@import",
        "http:",
        "https:",
        "//cdn",
        "fetch(",
        "XMLHttp",
        "import(",
    ):
        assert forbidden not in code
    assert "http://" not in text
    assert "https://" not in text


def test_page_is_well_formed(page: tuple[str, Page]) -> None:
    no_faults(*page)


def test_comparison_is_well_formed(comparison: tuple[str, Page]) -> None:
    no_faults(*comparison)


def test_page_loads_nothing(page: tuple[str, Page]) -> None:
    nothing_loaded(*page)


def test_comparison_loads_nothing(comparison: tuple[str, Page]) -> None:
    nothing_loaded(*comparison)


def test_page_is_small(page: tuple[str, Page]) -> None:
    assert len(page[0].encode()) < 500_000


def rounded(page: Page) -> None:
    """No number that a reader sees has more than four decimals (hashes have no point)."""
    assert re.findall(r"\d\.\d{5,}", page.visible) == []
    shown = [attrs.get("aria-label") or "" for attrs in page.attributes.get("svg", [])]
    assert re.findall(r"\d\.\d{5,}", " ".join(shown)) == []
    for bad in ("nan", "NaN", "inf", "None", "undefined", "{", "}"):
        assert bad not in re.sub(r"[A-Za-z]*inf[a-z]+", "", page.visible), bad


def test_every_number_is_rounded(page: tuple[str, Page]) -> None:
    rounded(page[1])


def test_every_number_of_a_comparison_is_rounded(comparison: tuple[str, Page]) -> None:
    rounded(comparison[1])


def test_base_year_stands_under_every_figure_and_table_of_results(page: tuple[str, Page]) -> None:
    text, _ = page
    figures = text.split("<figure")[1:]
    assert len(figures) == 6
    for figure in figures:
        body = figure.split("</figure>")[0]
        source = re.search(r'<p class="source">(.*?)</p>', body)
        assert source is not None
        assert "2014" in source.group(1)
    assert "2014" in text.split("<h2")[0].split("<body")[1]


def test_page_says_how_well_it_was_solved_and_how_to_run_it_again(page: tuple[str, Page]) -> None:
    seen = page[1].visible
    assert "4.2 × 10⁻¹³" in seen
    assert "tradewind run us-tariffs-2026 --out runs/us-tariffs-2026" in seen
    assert "9f" * 32 in seen
    assert "0.1.0" in seen
    for entry in PROVENANCE:
        assert str(entry["source"]) in seen
        assert str(entry["licence"]) in seen
    assert "Natural Earth" in seen
    assert WORDS[0] in seen


def test_full_table_sorts_by_unrounded_values(page: tuple[str, Page]) -> None:
    outputs = make_outputs()
    keys = [float(str(a["data-key"])) for a in page[1].attributes["td"] if "data-key" in a]
    first = np.array(keys).reshape(44, 6)[:, 0]
    expected = np.sort(100 * (outputs["real_income_hat"].to_numpy() - 1))[::-1]
    np.testing.assert_allclose(first, expected, rtol=1e-5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_names_its_language(language: Literal["en", "zh"]) -> None:
    text = render(make_outputs(), FakeNames(), WORDS, PROVENANCE, MANIFEST, language)
    assert Page(text).attributes["html"] == [{"lang": {"en": "en", "zh": "zh-Hans"}[language]}]
    assert ("赢家与输家" in text) == (language == "zh")
    assert ("Winners and losers" in text) == (language == "en")
    assert ("美国" in text) == (language == "zh")


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="en or zh"):
        render(make_outputs(), FakeNames(), WORDS, PROVENANCE, MANIFEST, "fr")  # type: ignore[arg-type]


EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)> \" & '"


def test_what_users_write_is_escaped_everywhere() -> None:
    outputs = make_outputs()
    outputs.attrs |= {"title": EVIL, "scenario": EVIL, "tradewind_version": EVIL}
    names = FakeNames()
    names.economy_names["USA"] = EVIL
    names.sector_names["C29"] = EVIL
    source = [{"long_name": EVIL, "source": EVIL, "year": EVIL, "licence": EVIL, "units": EVIL}]
    manifest: dict[str, Any] = {"command": EVIL, EVIL: {EVIL: EVIL}, "scenario": {EVIL: [EVIL]}}
    pages = [
        render(outputs, names, [EVIL], source, manifest),
        render_compare(outputs, make_outputs(2), names, (manifest, manifest)),
    ]
    for text in pages:
        parsed = Page(text)
        no_faults(text, parsed)
        assert "img" not in parsed.attributes
        assert len(parsed.attributes["script"]) == 1
        assert "alert(1)" in parsed.visible
        assert not any(
            key.startswith("on") for a in parsed.attributes.values() for e in a for key in e
        )


@pytest.mark.parametrize(
    "name", ["real_income_hat", "trade", "relocation", "welfare_decomposition"]
)
def test_nan_is_refused(name: str) -> None:
    outputs = make_outputs()
    outputs[name][dict.fromkeys(outputs[name].dims, 0)] = np.nan
    with pytest.raises(OutputError, match=name):
        render(outputs, FakeNames(), WORDS, PROVENANCE, MANIFEST)


def unchanged() -> xr.Dataset:
    """A run in which nothing happens."""
    outputs = make_outputs()
    for name in ("real_income_hat", "real_wage_hat"):
        outputs[name][:] = 1.0
    for name in ("equivalent_variation", "welfare_decomposition", "relocation"):
        outputs[name][:] = 0.0
    for name in ("trade", "output", "exports"):
        outputs[name] = outputs[f"{name}_baseline"]
    return outputs


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_without_change_can_be_reported(language: Literal["en", "zh"]) -> None:
    text = render(unchanged(), FakeNames(), [], PROVENANCE, MANIFEST, language)
    no_faults(text, Page(text))
    said = {"en": "Nothing changes", "zh": "没有变化"}
    assert said[language] in text
    assert re.findall(r"−0(?:\.0*)?(?![.0-9])", Page(text).visible) == []
    same = render_compare(unchanged(), unchanged(), FakeNames(), (MANIFEST, MANIFEST), language)
    no_faults(same, Page(same))


def test_headline_says_who_and_how_much() -> None:
    outputs = unchanged()
    words = Catalogue("en", FakeNames())
    outputs["real_income_hat"].loc[{"economy": "MEX"}] = 0.9866
    outputs["equivalent_variation"].loc[{"economy": "MEX"}] = -15_000.0
    only = headline(outputs, words)
    assert only[0] == "No economy gains; Country MEX loses most, −1.34% of real income."
    outputs["real_income_hat"].loc[{"economy": "USA"}] = 1.0021
    both = headline(outputs, words)
    assert both[0] == (
        "Country MEX loses most, −1.34% of real income; the Country USA gains most, +0.21%."
    )
    assert "USD −15.0 billion" in both[1]
    assert "It falls in 1 of 44 economies, rises in 1 and" in both[1]
    outputs["real_income_hat"].loc[{"economy": "MEX"}] = 1.0
    assert headline(outputs, words)[0].startswith("No economy loses; the Country USA gains")


def test_who_hardly_gains_is_not_said_to_gain_nor_denied() -> None:
    outputs = unchanged()
    words = Catalogue("en", FakeNames())
    outputs["real_income_hat"].loc[{"economy": "MEX"}] = 0.9866
    outputs["real_income_hat"].loc[{"economy": "PRT"}] = 1.00004
    said = headline(outputs, words)
    assert said[0].startswith("No economy gains as much as 0.005%; Country MEX loses most")
    assert "It falls in 1 of 44 economies, rises in 0 and stays within ±0.005% in 43." in said[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_causes_that_could_not_be_told_apart_are_owned_up_to(
    language: Literal["en", "zh"],
) -> None:
    said = {
        "en": "could not be told apart for 2.3% of income",
        "zh": "收入 2.3% 的部分无法区分成因",
    }
    named = {"en": "Not attributed", "zh": "未能归因"}
    outputs = make_outputs()
    cell = {"economy": "KOR", "component": "unexplained"}
    for share, sentence, shown in ((1e-8, False, False), (5e-6, False, True), (0.023, True, True)):
        outputs["welfare_decomposition"].loc[cell] = share
        text = render(outputs, FakeNames(), WORDS, PROVENANCE, MANIFEST, language)
        assert (said[language] in text) == sentence
        # In the legend, and in the label and the title of the one bar that has it.
        assert text.count(named[language]) == (3 if shown else 0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_elasticities_at_a_horizon_are_not_told_as_the_set_alone(
    language: Literal["en", "zh"],
) -> None:
    words = Catalogue(language, FakeNames())
    outputs = make_outputs()
    plain = settings(outputs, words)["elasticities"]
    told = settings(outputs.assign_attrs(horizon_years=2.0), words)["elasticities"]
    assert plain in told
    assert "0.76" in told.removesuffix(plain)
    assert "2" in told.split("0.76")[0]


def test_english_inside_a_chinese_page_is_marked() -> None:
    outputs = make_outputs()
    outputs.attrs["title"] = "US tariffs of 2025–26, as in force"
    words = ["美国加征关税。来源：White House fact sheet, July 2025。", "只有 USA 与 C29。"]
    for language in LANGUAGES:
        text = render(outputs, FakeNames(), words, PROVENANCE, MANIFEST, language)
        marked = re.findall(r'<span lang="en">(.*?)</span>', text.split('id="results"')[0])
        expected = ["US tariffs of 2025–26, as in force", "White House fact sheet, July 2025"]
        assert marked == (expected if language == "zh" else [])
    pair = (MANIFEST, MANIFEST)
    both = render_compare(outputs, make_outputs(2), FakeNames(), pair, "zh")
    assert 'A：<span lang="en">US tariffs of 2025–26, as in force</span>（' in both


def test_a_world_with_other_economies_can_be_reported() -> None:
    """A user's own table: few economies, codes that no map knows, no rest of the world."""
    codes = ["USA", "CHN", "EU_X"]
    keep = ["USA", "CHN", "DEU"]
    part = make_outputs().sel(economy=keep, importer=keep, exporter=keep)
    part = part.assign_coords(economy=codes, importer=codes, exporter=codes)
    names = FakeNames(dict(zip(codes, codes, strict=True)))
    for language in LANGUAGES:
        text = render(part, names, WORDS, PROVENANCE, MANIFEST, language)
        no_faults(text, Page(text))
        assert "EU_X" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ("deficits fixed, in proportion", "no retaliation", "not volumes", "capital included"),
        ),
        ("zh", ("逆差固定、与增加值成比例", "没有报复措施", "并非数量", "含资本")),
    ],
)
def test_limits_own_up_to_deficits_policy_and_values(
    language: Literal["en", "zh"], said: tuple[str, ...]
) -> None:
    text = render(make_outputs(), FakeNames(), WORDS, PROVENANCE, MANIFEST, language)
    limits = text.split('id="limits"')[1].split("</section>")[0]
    closure = Catalogue(language, FakeNames()).setting("closure", "fixed")
    for words in (*said, closure):
        assert words in limits


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_stays_is_told_the_true_bound(language: Literal["en", "zh"]) -> None:
    outputs = unchanged()
    for code, hat in (("MEX", 0.99), ("PRT", 1.00004), ("KOR", 0.99994)):
        outputs["real_income_hat"].loc[{"economy": code}] = hat
    said = headline(outputs, Catalogue(language, FakeNames()))[1]
    assert "±0.005%" in said
    counts = {"en": "falls in 2 of 44", "zh": "44 个经济体中 2 个受损，0 个获益，42 个"}
    assert counts[language] in said

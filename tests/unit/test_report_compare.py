"""Two runs compared: B minus A on the same labels, or a refusal."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.report_fixture import MANIFEST, FakeNames, make_outputs
from tradewind.errors import InputError
from tradewind.report import compare
from tradewind.report.language import Catalogue, Language
from tradewind.report.sides import differing_settings, side_titles


def test_differences_are_b_minus_a() -> None:
    a, b = make_outputs(1), make_outputs(2)
    table = compare.differences(a, b, FakeNames())
    assert (np.diff(table["difference"]) <= 0).all()
    for code, row in table.iterrows():
        one = 100 * (float(a["real_income_hat"].sel(economy=code)) - 1)
        other = 100 * (float(b["real_income_hat"].sel(economy=code)) - 1)
        assert (row["a"], row["b"]) == (one, other)
        assert row["difference"] == other - one


def test_relocation_differences_find_the_largest() -> None:
    a, b = make_outputs(1), make_outputs(2)
    table = compare.relocation_differences(a, b, 9)
    every = 100 * (b["relocation"] - a["relocation"])
    largest = np.sort(np.abs(every.to_numpy()).ravel())[::-1][:9]
    np.testing.assert_allclose(table["difference"].abs(), largest, rtol=1e-10)
    for _, row in table.iterrows():
        cell = every.sel(economy=row["economy"], sector=row["sector"])
        assert row["difference"] == pytest.approx(float(cell), rel=1e-10)


def test_sentence_names_the_largest_difference() -> None:
    a = make_outputs(1)
    b = a.copy(deep=True)
    b["real_income_hat"].loc[{"economy": "KOR"}] += 0.5
    words = Catalogue("en", FakeNames())
    assert "differs most in Country KOR" in compare.sentence(a, b, words)
    assert compare.sentence(a, a, words) == words.text("compare_headline_none")


def test_other_economies_are_refused_and_named() -> None:
    a, b = make_outputs(), make_outputs()
    b = b.assign_coords(economy=["XXX", *b["economy"].to_numpy()[1:]])
    with pytest.raises(InputError, match=r"only in A: AUS; only in B: XXX"):
        compare.render_compare(a, b, FakeNames(), (MANIFEST, MANIFEST))


def test_another_order_of_sectors_is_refused() -> None:
    a = make_outputs()
    b = a.isel(sector=slice(None, None, -1))
    with pytest.raises(InputError, match="labels of sector"):
        compare.relocation_differences(a, b)


def test_another_base_year_is_refused() -> None:
    a, b = make_outputs(), make_outputs()
    b.attrs["base_year"] = 2017
    with pytest.raises(InputError, match="2014 and 2017"):
        compare.differences(a, b, FakeNames())


def test_manifests_stand_side_by_side() -> None:
    other = MANIFEST | {"seed": 7, "only_in_b": "yes"}
    text = compare.render_compare(make_outputs(1), make_outputs(2), FakeNames(), (MANIFEST, other))
    rows = [line for line in text.splitlines() if '<th scope="row">seed</th>' in line]
    assert len(rows) == 1
    assert [">0<" in rows[0], ">7<" in rows[0]] == [True, True]
    assert "only_in_b" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_titles_name_a_first_then_b(language: Language) -> None:
    a, b = make_outputs(1), make_outputs(2)
    a.attrs["title"], b.attrs["title"] = "First", "Second"
    words = Catalogue(language, FakeNames())
    colon, left = {"en": (": ", " ("), "zh": ("：", "（")}[language]
    one, other = side_titles(a, b, words, ("runs/one", "runs/two"))
    assert one.startswith(f"A{colon}First{left}runs/one")
    assert other.startswith(f"B{colon}Second{left}runs/two")
    assert "us-tariffs-2026" in side_titles(a, b, words)[0]
    pair = (MANIFEST, MANIFEST)
    text = compare.render_compare(a, b, FakeNames(), pair, language, ("runs/one", "runs/two"))
    assert 0 < text.index("runs/one") < text.index("runs/two")


def test_each_setting_that_differs_has_a_line() -> None:
    a, b = make_outputs(), make_outputs()
    words = Catalogue("en", FakeNames())
    assert differing_settings(a, b, words) == [words.text("compare_settings_same")]
    b.attrs |= {"closure": "balanced", "labour": "specific", "sigma_inputs": 0.5}
    b.attrs["elasticity_set"] = "fgh_2022"
    one = {"scenario_sha256": "a" * 64, "scenario": {"shocks": [{"type": "ban"}]}}
    other = {"scenario_sha256": "b" * 64, "scenario": {"shocks": []}}
    lines = differing_settings(a, b, words, (one, other))
    heads = [line.split(":")[0] for line in lines]
    assert heads == [
        "Trade balance",
        "Labour",
        "Trade elasticities",
        "Elasticities of substitution",
        "Shocks differ",
        "Hash of the scenario",
    ]
    assert lines[0].endswith("in A; trade balanced for every economy in B.")
    assert lines[-2] == "Shocks differ: 1 in A; 0 in B."
    assert lines[-1] == f"Hash of the scenario: {'a' * 12} in A; {'b' * 12} in B."

"""What is read of an article: quantities, bounds, dates, speakers, links; and how well."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.noise import with_noise
from tradewind.claims.articles.evaluate import NOTHING, Score, score
from tradewind.claims.articles.links import link, variables
from tradewind.claims.articles.quantities import Quantity
from tradewind.claims.articles.read import read_article, read_string
from tradewind.claims.articles.source import read_text
from tradewind.claims.articles.tables import units
from tradewind.world.units import parses

DATA = Path(__file__).resolve().parents[1] / "data"
ARTICLES = Path(__file__).resolve().parents[3] / "shared" / "articles"
needs_articles = pytest.mark.skipif(
    not ARTICLES.is_dir(), reason="the articles are not beside the repository (../shared/articles)"
)
MADE_UP = DATA.parents[1] / "docs/examples/article.txt"
DAY = date(2026, 3, 1)
NOT_OF_PINT = {"percentage_point", "FLOP", "FLOP/s", "CNY", "GBP", "JPY", "KRW", "TWD", "HKD"}
NOT_OF_PINT |= {"RUB", "INR"}


def labels(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def of(text: str) -> list[Quantity]:
    return list(read_string(text, reference=DAY).quantities)


def only(text: str) -> Quantity:
    (found,) = of(text)
    return found


def told(found: list[Quantity]) -> Counter[tuple[object, ...]]:
    """What noise may not change; paragraphs shift where passages are repeated."""
    return Counter(
        (item.low, item.high, item.unit, item.bound, item.date, item.speaker) for item in found
    )


@needs_articles
@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_the_labelled_articles(number: str) -> None:
    (file,) = ARTICLES.glob(f"{number}_*.txt")
    result = score(
        labels("article_quantities.yaml")["articles"][number], read_article(file).quantities
    )
    assert result.recall >= 0.85, result.missed
    assert result.precision >= 0.9, result.extra
    assert all(result.agreed[side] >= 0.85 * result.asked[side] for side in result.asked)


def test_sentences_that_it_was_not_tuned_on() -> None:
    total: Score = NOTHING
    for entry in labels("heldout_quantities.yaml")["sentences"]:
        total += score(entry["expect"], of(entry["text"]))
    assert total.recall >= 0.95, total.missed
    assert total.precision >= 0.95, total.extra
    assert all(total.agreed[side] >= 0.9 * total.asked[side] for side in total.asked)


@pytest.mark.parametrize("seed", range(6))
def test_noise_changes_nothing(seed: int) -> None:
    text = read_text(MADE_UP)
    noisy = with_noise(text, seed)
    assert noisy != text
    assert told(list(read_string(noisy).quantities)) == told(list(read_string(text).quantities))


@needs_articles
@pytest.mark.parametrize("number", ["002", "004"])
def test_noise_changes_nothing_in_the_articles(number: str) -> None:
    (file,) = ARTICLES.glob(f"{number}_*.txt")
    text = read_text(file)
    plain = told(list(read_string(text).quantities))
    for seed in (1, 2):
        assert told(list(read_string(with_noise(text, seed)).quantities)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "H100、A800、910C、GPT-4、5G和Llama 4都是产品名。",
        "第三代产品在第二十届大会上获得第1名。",
        "2025年3月5日上午9:30,十五世纪以来第一次。",
        "一方面十分重要,万一统一失败,一切从零开始。",
        "德国提出工业4.0,世界进入Web2.0时代。",
        "四大挑战、三个问题和五点建议。",
        "一年前,几个月前,近年来,这几年,过去几十年。",
        "Section 301, Article 5 and the 46th president of the 1990s.",
        "1) 首先 2) 其次 3、最后",
        "电话12345678,邮编100080,24/7服务。",
        "每百万词元的价格,每个人,七国集团,九牛二虎之力。",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert [item.text for item in of(text)] == []


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "bound"),
    [
        ("投入高达5000亿美元。", 5e11, 5e11, "USD", "at_most"),
        ("是对手的1/5至1/3。", 1 / 5, 1 / 3, "1", "exact"),
        ("升到靠近40%。", 40, 40, "percent", "near"),
        ("采购5万个芯片。", 5e4, 5e4, "count", "exact"),
        ("装机超过12吉瓦。", 12, 12, "GW", "at_least"),
        ("电量达4150亿千瓦时。", 4.15e11, 4.15e11, "kWh", "exact"),
        ("上升0.5个百分点。", 0.5, 0.5, "percentage_point", "exact"),
        ("下降了25个基点。", 0.25, 0.25, "percentage_point", "exact"),
        ("约占四成五。", 45, 45, "percent", "approximate"),
        ("百分之二十至三十的订单。", 20, 30, "percent", "exact"),
        ("增长了两倍多。", 2, 2, "1", "at_least"),
        ("翻了两番。", 4, 4, "1", "exact"),
        ("上千家企业。", 1000, 1000, "count", "at_least"),
        ("执政二十年以上。", 20, 20, "year", "at_least"),
        ("差距缩小到数月。", 2, 9, "month", "approximate"),
        ("千亿美元级别的工程。", 1e11, 1e12, "USD", "approximate"),
        ("達到10.4兆度的用電量。", 1.04e13, 1.04e13, "kWh", "exact"),
        ("至少要装机5GW。", 5, 5, "GW", "at_least"),
        ("20至30亿元", 2e9, 3e9, "CNY", "exact"),
        ("at $175–$185 billion", 1.75e11, 1.85e11, "USD", "exact"),
        ("up to RMB7 billion", 7e9, 7e9, "CNY", "at_most"),
        ("nearly two thirds of firms", 2 / 3, 2 / 3, "1", "near"),
        ("between 20 and 25 percent", 20, 25, "percent", "exact"),
        ("a fourfold increase", 4, 4, "1", "exact"),
        ("同比-16.5%。", -16.5, -16.5, "percent", "exact"),
        ("约5%-8%。", 5, 8, "percent", "approximate"),
        ("带宽为4TB/s。", 4, 4, "TB/s", "exact"),
        ("rose for two consecutive years", 2, 2, "year", "exact"),
        ("150万 CUDA 开发者", 1.5e6, 1.5e6, "count", "exact"),
        ("4.5 cents per kWh", 0.045, 0.045, "USD", "exact"),
    ],
)
def test_values_units_and_bounds(text: str, low: float, high: float, unit: str, bound: str) -> None:
    found = only(text)
    assert (found.unit, found.bound) == (unit, bound)
    assert found.low == pytest.approx(low, rel=1e-12)
    assert found.high == pytest.approx(high, rel=1e-12)


def test_a_change_is_two_quantities_and_a_range_one() -> None:
    assert [(item.low, item.high) for item in of("关税从10%上调至25%。")] == [(10, 10), (25, 25)]
    assert [(item.low, item.high) for item in of("from 2.5GW to 7.5GW")] == [(2.5, 2.5), (7.5, 7.5)]
    assert [(item.low, item.high) for item in of("损失5%至10%。")] == [(5, 10)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("份额从2024年尾的3%升到20%。", ["2024-12", None]),
        ("去年底的研究显示,份额从2024年尾的3%升到20%。", ["2024-12", "2025-12"]),
        ("今年投入50亿元。", ["2026"]),
        ("上月成本下降3%。", ["2026-02"]),
        ("12月销量为5万辆。", ["2025-12"]),
        ("2019年至2023年投入3亿元。", ["2019/2023"]),
        ("2025年上半年增长4%。", ["2025-01/2025-06"]),
        ("近年来增长4%。", [None]),
        ("2025年中国出口5万辆,2024年初步统计为4万辆。", ["2025", "2024"]),
        ("今年投入50亿元,比去年多3亿元。", ["2026", "2026"]),
        ("The agency expects 945 TWh by 2030, up from 415 TWh in 2024.", ["2030", "2024"]),
        ("Exports rose 4% last year.", ["2025"]),
    ],
)
def test_dates(text: str, expected: list[str | None]) -> None:
    assert [item.date for item in of(text)] == expected


def test_relative_words_stay_open_without_a_date() -> None:
    (found,) = read_string("今年投入50亿元。").quantities
    assert found.date is None
    article = read_string("编辑于 2025-01-28 15:47\n去年投入50亿元。")
    assert (article.date, article.date_how) == (date(2025, 1, 28), "date line")
    assert article.quantities[0].date == "2024"
    assert article.quantities[0].date_relative


@pytest.mark.parametrize(
    ("text", "speaker", "via"),
    [
        ("甲公司高管也警告,订单少了70%。", "甲公司高管", None),
        ("“再过5至10年就会如此。”张明说。", "张明", None),
        ("“去年是5GW,”张明说,“今年不同。”", "张明", None),
        ("首席经济学家罗里·格林指出,增长5%。", "罗里·格林", None),
        ("据财政部统计,投入3亿元。", "财政部", None),
        ("平台Omega去年底发布的一项研究显示,份额为5%。", "平台Omega", None),
        ("路透社报道,财政部表示,投入3亿元。", "财政部", "路透社"),
        ("这本小说名称里说不上什么,销量下降5%。", None, None),
        ("也就是说,增长5%。", None, None),
        ("According to the ministry, exports rose 4%.", "the ministry", None),
        ("Exports rose 4%, analysts at Citi said.", "analysts at Citi", None),
        ("Output is expected to rise 4%.", None, None),
    ],
)
def test_speakers(text: str, speaker: str | None, via: str | None) -> None:
    found = only(text)
    assert (found.speaker, found.via) == (speaker, via)


def test_a_pronoun_means_who_was_last_named() -> None:
    read = read_string(
        "分析师罗里·格林表示,前景良好。\n“明年增长5%。”他说。\n格林认为,还会再增4%。"
    )
    assert [item.speaker for item in read.quantities] == ["罗里·格林"] * 2


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("第二等级国家的额度是4万个H100芯片。", "accelerator_quota"),
        ("中国开源模子的使用率升至30%。", "chinese_open_share"),
        ("中国模型的本钱是美国的1/5至1/3。", "model_price_ratio"),
        ("亚马逊、微软今年投入5000亿美元。", "ai_capex"),
        ("训练一个模型的成本约2亿美元,而一座晶圆厂要300亿元。", "training_cost"),
        ("数据中心用电量达430太瓦时。", "data_centre_electricity"),
        ("关税税率提高到25%。", "tariff_rate"),
        ("规则划分为三个等级,限制H100芯片的额度。", None),
        ("过去二十年,亚洲依靠制造。", None),
        ("数据中心用地430公顷。", None),
        ("中国开源模型升温,而成本仅为美国模型的1/5,使用率上升。", "model_price_ratio"),
    ],
)
def test_links(text: str, variable: str | None) -> None:
    known = link(of(text)[0])
    assert (known.name if known else None) == variable


def test_units_are_pints_where_pint_knows_them() -> None:
    odd = {unit.name for unit in units().values() if not parses(unit.name)}
    assert odd == NOT_OF_PINT


def test_every_variable_is_told_in_both_languages() -> None:
    assert len(variables()) >= 20
    for known in variables().values():
        assert set(known.label) == {"en", "zh"}
        assert all(known.label.values())
        assert known.where
        assert known.shipped is None or known.shipped.seen in (
            "seen",
            "memory",
            "computed",
            "judgement",
        )


PIECES = (
    *"一二两百千万亿兆数几半点成1至-–.,，。年月日个$度说“”他(底内约%倍½、第次·\n ",
    *("分之", "25", "2025", "1/6", "美元", "GW", "千瓦时", "H100", "去年", "以上", "超过", "half"),
    *(" of ", " million", " hundreds", "×10^25", " and ", "said", "1990s", "<b>", "[a](b)"),
    *("http://x.y/1", "9" * 30),
)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    for found in of(text):
        assert -math.inf < found.low <= found.high < math.inf
        assert found.text
        assert found.text in found.sentence or "½" in text
        link(found)

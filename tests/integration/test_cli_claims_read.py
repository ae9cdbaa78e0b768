"""``tradewind claims read``: table in two languages, JSON, CSV, and refusals."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.integration.door import assert_refused, knock
from tradewind.claims.articles.answer import COLUMNS
from tradewind.claims.articles.links import variables
from tradewind.controls.reading import shipped_rounds
from tradewind.world.accelerators import find

ARTICLE = Path(__file__).resolve().parents[2] / "docs/examples/article.txt"
WORLD = Path(__file__).resolve().parents[2] / "src/tradewind/world/data"


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((WORLD / name).read_text(encoding="utf-8"))))


def test_the_table() -> None:
    answer = knock("claims", "read", ARTICLE)
    assert (answer.code, answer.err) == (0, "")
    assert "article.txt: 10 paragraphs, of 2026-03-01 (its own date line)" in answer.out
    (line,) = [line for line in answer.out.splitlines() if "6500亿美元" in line]
    assert "≈ 650 billion USD" in line
    assert "2026*" in line
    assert "四家科技巨头" in answer.out
    assert "To be reviewed" in answer.out


def test_the_table_in_chinese() -> None:
    answer = knock("claims", "read", ARTICLE, "--language", "zh")
    assert (answer.code, answer.err) == (0, "")
    (line,) = [line for line in answer.out.splitlines() if "6500亿美元" in line]
    assert "≈ 6,500 亿 USD" in line
    assert "并非事实" in answer.out


def test_json_and_csv_tell_the_same(tmp_path: Path) -> None:
    goal = tmp_path / "quantities.csv"
    told = knock("claims", "read", ARTICLE, "--json", "--out", goal).json()
    assert told["file"] == str(goal)
    assert told["date"] == "2026-03-01"
    table = list(csv.DictReader(io.StringIO(goal.read_text(encoding="utf-8"))))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == len(told["quantities"]) == 19
    for row, item in zip(table, told["quantities"], strict=True):
        assert row["text"] == item["text"]
        assert float(row["low"]) == item["low"]
        assert float(row["high"]) == item["high"]
        assert row["speaker"] == (item["speaker"] or "")
        assert row["variable"] == (item["variable"]["name"] if item["variable"] else "")
    quota = next(row for row in table if row["variable"] == "accelerator_quota")
    assert (quota["low"], quota["shipped_value"]) == ("45000.0", "49898")
    assert_refused(knock("claims", "read", ARTICLE, "--out", goal), "exists")
    assert knock("claims", "read", ARTICLE, "--out", goal, "--force").code == 0


def test_a_day_that_is_given_counts() -> None:
    told = knock("claims", "read", ARTICLE, "--date", "2020-06-01", "--json").json()
    assert (told["date"], told["date_how"]) == ("2020-06-01", "given")
    assert "2019-12" in [item["date"] for item in told["quantities"]]


def test_refusals(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert_refused(knock("claims", "read", empty), "empty", str(empty))
    assert_refused(knock("claims", "read", tmp_path / "none.txt"), "no article", "no such file")
    assert_refused(knock("claims", "read", ARTICLE, "--date", "yesterday"), "YYYY-MM-DD")
    assert_refused(knock("claims", "read", ARTICLE, "--language", "fr"), "language")


def test_an_article_without_quantities(tmp_path: Path) -> None:
    file = tmp_path / "plain.txt"
    file.write_text("没有任何数字的一句话。\n", encoding="utf-8")
    answer = knock("claims", "read", file)
    assert answer.code == 0
    assert "No quantities found." in answer.out


def test_what_is_shipped_is_what_stands_in_the_world() -> None:
    """The reader's table repeats figures of other rooms; they may not drift apart."""
    known = {name: found.shipped for name, found in variables().items() if found.shipped}
    rules = [rule for rounds in shipped_rounds() for rule in rounds.rules]
    (amount,) = [rule.amount for rule in rules if rule.id == "us-2025-country-allocation"]
    tpp = find("H100").tpp
    assert tpp is not None
    assert known["accelerator_quota"].value == int(amount / tpp)
    sold = [row for row in rows("compute/chip_sales.csv") if row["quarter"].startswith("2024")]
    total = sum(float(row["h100e"]) for row in sold)
    assert known["accelerators_sold"].value == pytest.approx(total, rel=1e-6)
    china = [
        float(row["units"])
        for row in rows("compute/china_sales.csv")
        if row["quarter"].startswith("2024") and row["vendor"] == "NVIDIA"
    ]
    nvidia = sum(float(row["units"]) for row in sold if row["vendor"] == "NVIDIA")
    assert known["nvidia_china_share"].value == pytest.approx(100 * sum(china) / nvidia, abs=0.01)
    gdp = {
        row["economy"]: float(row["value"])
        for row in rows("indicators/values_development.csv")
        if (row["indicator"], row["year"]) == ("gdp", "2024")
    }
    share = 100 * gdp["CHN"] / sum(gdp.values())
    assert known["gdp_share_china"].value == pytest.approx(share, abs=0.01)
    energy = {
        (row["economy"], row["indicator"], row["year"]): float(row["value"])
        for row in rows("indicators/values_energy.csv")
    }
    generation, price = known["electricity_generation"], known["power_price"]
    assert generation.value == energy["CHN", "generation", "2023"]
    assert price.value == energy["CHN", "power_price", "2024"]
    assert price.high == energy["DEU", "power_price", "2024"]
    (ascend,) = [
        row for row in rows("compute/china_supply.csv") if row["item"] == "Ascend 910B+910C units"
    ]
    assert known["huawei_units"].value == float(ascend["central"])
    (smuggled,) = [
        row
        for row in rows("compute/leakage.csv")
        if row["channel"] == "smuggling" and row["year"] == "2024"
    ]
    assert known["smuggled_accelerators"].value == float(smuggled["central"])

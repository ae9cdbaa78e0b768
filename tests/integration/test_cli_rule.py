"""``tradewind rule``: what each command prints, as text and as JSON, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.door import Answer, assert_refused, knock, small_scenario

KEPT = """\
name: diffusion-kept
title: The Diffusion rule kept
shocks: []
controls:
  change:
    - {round: us-2025-diffusion, enforced_until: null}
"""
IN_A_SMALL_WORLD = """\
name: kept
title: Kept
world: {world}
shocks: []
controls:
  change:
    - {{round: ROUND, enforced_until: null}}
"""
DISCLAIMER = "A model of the rules, not legal advice. Rules are known through"
HEAVY = ("xarray", "pandas", "numba", "scipy", "rich")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "kept.yaml"
    path.write_text(KEPT, encoding="utf-8")
    return path


def said(answer: Answer, *words: str) -> None:
    assert answer.code == 0, answer.err
    joined = " ".join(answer.out.split())
    for word in words:
        assert word in joined, answer.out


def test_check_answers_with_rule_citation_and_ending() -> None:
    answer = knock("rule", "check", "H20", "--to", "CHN", "--on", "2025-04-20")
    said(answer, "Licence required, presumption of denial.", "TPP 2,368", "us-2025-04-nvidia")
    said(answer, "What would change the answer", "until 2025-04-08", DISCLAIMER)
    before = knock("rule", "check", "H20", "--to", "CN", "--on", "2025-04-08")
    said(before, "No licence required.", DISCLAIMER)


def test_check_as_json() -> None:
    asked = ("H100", "--to", "FR", "--hq", "CN", "--on", "2025-06-01", "--json")
    told = knock("rule", "check", *asked).json()
    assert told["policy"] == "presumption_of_denial"
    assert told["licence_required"] is True
    assert told["applied"][0]["requirement"] == "us-2023-10-headquarters"
    assert told["disclaimer"].startswith("A model")
    assert told["known_through"]


def test_check_by_figures_names_what_is_missing() -> None:
    asked = ("--to", "CN", "--on", "2024-06-01", "--tpp", "2000", "--end-use", "datacenter")
    answer = knock("rule", "check", *asked)
    said(answer, "Not known: die area, planar dies.", "die area at or below 337.8 mm²")
    told = knock("rule", "check", *asked, "--die-area", "300", "--non-planar", "--json").json()
    assert (told["policy"], told["paragraphs"]) == ("presumption_of_denial", ["3A090.a"])
    planar = knock("rule", "check", *asked, "--planar", "--json").json()
    assert planar["policy"] == "none"


def test_check_by_certificates_and_origin() -> None:
    held = "us-market,supply,volume,end-use,kyc,test"
    asked = ("rule", "check", "H200", "--to", "CN", "--on", "2026-02-01", "--certified", held)
    here = knock(*asked, "--json").json()
    assert (here["policy"], here["import_duty_percent"]) == ("case_by_case", 25.0)
    elsewhere = knock(*asked, "--from", "TW", "--json").json()
    assert elsewhere["policy"] == "presumption_of_denial"


def test_check_with_a_scenario_meets_the_cap(scenario: Path) -> None:
    asked = ("rule", "check", "H100", "--to", "IN", "--on", "2025-07-01")
    said(knock(*asked), "No licence required.")
    capped = (*asked, "--scenario", str(scenario), "--quantity")
    said(knock(*capped, "49898"), "presumption of approval", "leaves 14,864")
    said(knock(*capped, "49899"), "policy of denial", "49,898 units fit")
    used = knock(*capped, "1", "--used", "us-2025-country-allocation=790000000", "--json").json()
    assert used["policy"] == "denial"


def test_check_refuses() -> None:
    asked = ("rule", "check", "H100", "--on", "2025-07-01", "--to")
    assert_refused(knock(*asked, "Utopia"), "there is no such country", "Utopia")
    assert_refused(knock(*asked, "IN", "--quantity", "-3"), "quantity", "-3")
    assert_refused(knock(*asked, "IN", "--used", "cap"), "QUOTA=TPP")
    assert_refused(knock("rule", "check", "H1000", "--to", "IN", "--on", "2025-07-01"), "H1000")
    assert_refused(knock("rule", "check", "--to", "IN", "--on", "2025-07-01"), "no item")
    assert_refused(knock("rule", "check", "H100", "--to", "IN", "--on", "July"), "July")


def test_explain_a_rule_and_an_item() -> None:
    answer = knock("rule", "explain", "us-2026-01-case-by-case", "H100", "--on", "2024-01-01")
    said(answer, "memory bandwidth below 6,500 GB/s", "91 FR 1684", "binds from 2026-01-15")
    said(answer, "TPP = ", "= 15,832", "3A090.a: met", DISCLAIMER)
    every = knock("rule", "list", "--json").json()
    told = knock("rule", "explain", *(rule["id"] for rule in every))
    said(told, *(f"{rule['id']}: {rule['title']}" for rule in every))
    slip = knock("rule", "explain", "us-2026-01-case-by-cas")
    assert_refused(slip, "no such rule", "us-2026-01-case-by-case")
    assert_refused(knock("rule", "explain", "H1000"), "no such item")
    assert knock("rule", "explain", "H100", "--json").json()[0]["key"] == "h100"


def test_list_and_items() -> None:
    said(knock("rule", "list"), "us-2025-diffusion-worldwide", "never binds", DISCLAIMER)
    bound = knock("rule", "list", "--on", "2022-08-26", "--json").json()
    assert all(rule["effective"] <= "2022-08-26" for rule in bound)
    assert "us-2022-08-nvidia-china" in [rule["id"] for rule in bound]
    said(knock("rule", "items"), "h100", "15,832", DISCLAIMER)
    items = {row["key"]: row for row in knock("rule", "items", "--json").json()}
    assert items["h100"]["total_processing_performance"] == 15832.0


def test_ledger(tmp_path: Path, scenario: Path) -> None:
    path = tmp_path / "shipments.csv"
    path.write_text(
        "date,item,quantity,destination,consignee,certifications\n"
        "2025-06-01,H100,1699,IN,Example Cloud,lpp\n"
        "2025-06-02,H100,49899,IN,Example Cloud,\n",
        encoding="utf-8",
    )
    asked = ("rule", "ledger", path, "--scenario", str(scenario))
    answer = knock(*asked)
    said(answer, "uses 26,898,568, 1,432 TPP left", "refused whole", "49,898 units would fit")
    said(answer, "Caps in the end", "26,898,568 TPP used", DISCLAIMER)
    told = knock(*asked, "--json").json()
    assert [line["goes"] for line in told["lines"]] == [True, False]
    path.write_text("date,item,quantity,destination\n2025-06-02,H100,1,IN\n2025-06-01,H100,1,IN\n")
    assert_refused(knock(*asked), "lines 2 and 3", "sort the file by date")


def test_diff() -> None:
    answer = knock("rule", "diff", "2025-04-08", "2025-04-09")
    said(answer, "Rules that began", "us-2025-04-nvidia", "What changed for whom", DISCLAIMER)
    told = knock("rule", "diff", "2025-04-08", "2025-04-09", "--json").json()
    assert "us-2025-04-nvidia" in told["began"]
    assert any("h20" in shift["items"] for shift in told["shifts"])
    assert_refused(knock("rule", "diff", "2025-04-08", "soon"), "soon")
    assert_refused(knock("rule", "diff", "2025-04-09", "2025-04-08"), "DATE2")


def test_a_check_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom tradewind.cli import main\n"
        "try:\n    main(['rule', 'check', 'H20', '--to', 'CN', '--on', '2025-04-20'])\n"
        f"except SystemExit:\n    print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]"), done.stdout


def test_a_scenario_with_controls_is_checked(tmp_path: Path) -> None:
    text = IN_A_SMALL_WORLD.replace("ROUND", "us-2025-diffusion")
    path = small_scenario(tmp_path, text)
    said(knock("scenario", "check", path), "export controls: enacted, 0 added, 0 ended, 1 changed")
    told = knock("scenario", "check", path, "--json").json()
    assert told["controls"] == {"regime": "enacted", "added": 0, "ended": 0, "changed": 1}
    wrong = small_scenario(tmp_path, text.replace("diffusion", "difusion"))
    assert_refused(knock("scenario", "check", wrong), "us-2025-difusion", "line 7")

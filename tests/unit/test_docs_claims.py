"""The page on claims: its example runs as it is printed, and its numbers are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.test_docs import text
from tradewind.claims import run
from tradewind.claims.figure import MOST_SERIES
from tradewind.claims.sample import NULLS, QUICK
from tradewind.claims.verdict import DECISIVE, noise
from tradewind.run_folder import CLAIM_FILES

PAGE = text("docs/claims.md")
WORDS = " ".join(PAGE.split())
SPELT = {7: "seven", 8: "eight"}


def test_the_example_runs_as_it_is_printed(tmp_path: Path) -> None:
    own = PAGE[PAGE.index("## A claim of your own") :]
    (claim,) = re.findall(r"```yaml\n(.*?)```", own, re.DOTALL)
    (module,) = re.findall(r"```python\n(.*?)```", own, re.DOTALL)
    (tmp_path / "second-plant.yaml").write_text(claim, encoding="utf-8")
    (tmp_path / "second_plant.py").write_text(module, encoding="utf-8")
    board = run(folder=tmp_path, processes=1)
    outcome = board["second-plant"]
    assert outcome.verdict == "mixed"
    assert outcome.metrics_of("central")[0, 0] == 100.0 / 12.0
    assert len(board.report(tmp_path / "one.html").read_text(encoding="utf-8")) > 10_000


def test_the_numbers_of_the_page() -> None:
    assert f"at least {100 * DECISIVE:.0f} %" in WORDS
    assert f"the first {SPELT[NULLS]} members" in WORDS
    assert f"`--quick` runs {SPELT[QUICK]} members" in WORDS
    assert f"({noise(64):.2f} with 64 members)" in WORDS
    assert f"At most {SPELT[MOST_SERIES]} series" in WORDS
    for name in CLAIM_FILES:
        assert f"`{name}`" in PAGE

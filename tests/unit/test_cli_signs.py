"""A terminal that cannot show a sign, and none at all."""

from __future__ import annotations

import sys

import pytest

from tradewind.cli import NEAREST, main


def test_signs_that_plain_ascii_lacks_have_nearest_ones() -> None:
    text = "−0.79 × 10 – “DEU” → Türkiye 中"
    assert text.encode("ascii", NEAREST) == b'-0.79 x 10 - "DEU" > T?rkiye ?'


def test_a_closed_output_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0

"""What every answer of the structured solver must be, beside HiGHS on the same arrays."""

from __future__ import annotations

import pytest

from tradewind.capacity import highs, structured
from tradewind.capacity.programme import Programme


def ends_where_highs_ends(given: Programme) -> None:
    """Require the same optimum, rows that hold, and duals that prove it."""
    found = structured.minimised(given).answer
    expected = highs.minimised(given)
    assert expected is not None
    assert found.value == pytest.approx(expected.value, rel=1e-7)
    assert structured.violation(given, found.column) < 1e-7
    assert structured.duality_gap(given, found) < 1e-7

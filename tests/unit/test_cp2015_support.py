"""The compact copy of the Caliendo–Parro (2015) data and the baseline built from it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from tests.support.cp2015 import (
    COMPACT_FILE,
    ECONOMIES,
    SHARED_DIRECTORY,
    RawCaliendoParro,
    load_cp2015,
    read_compact,
    read_text,
)


@pytest.mark.skipif(not SHARED_DIRECTORY.is_dir(), reason="replication files not at hand")
@pytest.mark.parametrize("name", [item.name for item in fields(RawCaliendoParro)])
def test_compact_file_equals_replication_files(name: str) -> None:
    np.testing.assert_array_equal(getattr(read_compact(), name), getattr(read_text(), name))


def test_compact_file_is_small() -> None:
    assert COMPACT_FILE.stat().st_size < 1_000_000


def test_counts_of_the_published_treatment() -> None:
    raw = read_compact()
    exports = raw.trade_flow.sum(axis=1) * 1e3
    assert np.count_nonzero(exports > raw.gross_output[:20]) == 26
    assert np.count_nonzero(raw.input_share.sum(axis=1) == 0.0) == 32
    assert load_cp2015().final_share_negative == 185


def test_tariffs_of_the_experiment_change_only_among_nafta_members() -> None:
    data = load_cp2015()
    changed = np.any(data.tariff_nafta != data.tariff_1993, axis=2)
    pairs = {(ECONOMIES[n], ECONOMIES[i]) for n, i in zip(*np.nonzero(changed), strict=True)}
    members = {"MEX", "CAN", "USA"}
    assert pairs == {(n, i) for n in members for i in members if n != i}


def test_known_cells() -> None:
    """Argentina's imports of sector 1 from Australia and Mexico's gross output, as in the files."""
    data = load_cp2015()
    assert data.trade_flow[0, 1, 0] == pytest.approx(2.190315, rel=1e-12)
    assert data.tariff_1993[0, 1, 0] == pytest.approx(0.04166667, rel=1e-12)
    assert data.gross_output[ECONOMIES.index("MEX"), 0] == pytest.approx(37874.231540, rel=1e-12)
    assert data.trade_elasticity[6] == 64.85


def test_accounts_of_the_baseline() -> None:
    data = load_cp2015()
    np.testing.assert_allclose(data.expenditure_share.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(data.input_share.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(data.final_share.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(data.trade_flow.sum(axis=0), data.gross_output, rtol=1e-12)
    assert abs(data.deficit.sum()) < 1e-12 * data.value_added.sum()
    assert np.all(data.final_share >= 0.0)

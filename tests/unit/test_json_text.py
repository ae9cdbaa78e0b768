"""What becomes JSON, and what of it has no number."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tradewind.json_text import to_json


def read(value: object) -> object:
    """Read it back; the words NaN and Infinity are no JSON."""
    return json.loads(to_json(value), parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.float32(0.25), 0.25),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("DEU"), "DEU"),
        (np.array(2.0), 2.0),
        (float("nan"), None),
        (float("inf"), None),
        (np.float64("-inf"), None),
        (np.float32("nan"), None),
        (None, None),
        ((1, (2.0, float("nan"))), [1, [2.0, None]]),
        ({2014: {"a": np.nan}, "b": [np.int32(1)]}, {"2014": {"a": None}, "b": [1]}),
        ({}, {}),
    ],
)
def test_it_reads_back(value: object, expected: object) -> None:
    found = read(value)
    assert found == expected
    assert type(found) is type(expected)


def test_numbers_keep_every_digit() -> None:
    values = np.random.default_rng(0).lognormal(0.0, 30.0, 100).tolist()
    assert read({"values": values}) == {"values": values}


def test_chinese_stays_legible() -> None:
    assert to_json({"名": "中国"}, indent=0) == '{\n"名": "中国"\n}'


def test_what_is_no_data_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json({"a": object()})
    with pytest.raises((TypeError, ValueError)):
        to_json({"a": np.zeros(3)})

"""The catalogue of accelerators: names, TPP against Epoch's, marks, and a quick start."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.errors import InputError
from tradewind.world.accelerators import (
    FORMAT_BITS,
    MARKS,
    Accelerator,
    catalogue,
    find,
    is_planar,
    names_of,
    plain,
    read_folder,
    total_processing_performance,
)
from tradewind.world.sources.chip_facts import HOW

ROOT = Path(__file__).resolve().parents[2]
OFF_EPOCH = {"gb300", "mi350x", "mi355x", "max-1100", "max-1350", "max-1550", "tpu-v2"}
"""Rows whose own TPP differs from Epoch's by more than 1 %; the page on accelerators says why."""
DENSE = st.floats(min_value=1e-3, max_value=1e5)
FORMATS = st.dictionaries(st.sampled_from(sorted(FORMAT_BITS)), DENSE, min_size=1)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("H100", "h100"),
        ("h100 sxm", "h100"),
        ("NVIDIA H100 SXM5 80GB", "h100"),
        ("nvidia-h100-sxm5", "h100"),
        ("H100 PCIe", "h100-pcie"),
        ("RTX 4090", "rtx-4090"),
        ("RTX4090", "rtx-4090"),
        ("GeForce RTX 4090", "rtx-4090"),
        ("rtx 4090d", "rtx-4090-d"),
        ("A100", "a100"),
        ("A100 80GB", "a100-sxm4-80gb"),
        ("A800", "a800"),
        ("H200", "h200"),
        ("L20", "l20"),
        ("l2", "l2"),
        ("Instinct MI308", "mi308x"),
        ("910B", "ascend-910b"),
        ("Ascend 910C", "ascend-910c"),
        ("HBM3e", "hbm3e"),
    ],
)
def test_a_chip_is_found_however_it_is_written(asked: str, key: str) -> None:
    assert find(asked).key == key


def test_every_name_and_alias_finds_its_own_item() -> None:
    lost = {
        (name, item.key)
        for item in catalogue().values()
        for name in (item.key, item.name, *item.aliases)
        if find(name).key != item.key
    }
    assert lost == {("NVIDIA Tesla P100 PCIe 16GB", "p100-pcie-16gb-2")}  # twice in Epoch's table


def test_keys_differ_also_when_written_plainly() -> None:
    assert len({plain(key) for key in catalogue()}) == len(catalogue())
    assert len(names_of(catalogue())) > len(catalogue())


def test_an_unknown_chip_is_refused_with_near_misses() -> None:
    with pytest.raises(InputError) as caught:
        find("MI3008X")
    assert caught.value.value == "MI3008X"
    assert "AMD Instinct MI300X" in str(caught.value)
    with pytest.raises(InputError, match="needs"):
        find("")


# What the vendors' dense figures give; printed digits in the comments.
@pytest.mark.parametrize(
    ("key", "tpp"),
    [
        ("h100", 15832.0),  # 1,979 FP8
        ("h800", 15832.0),
        ("h200", 15832.0),
        ("a100", 4992.0),  # 312 FP16
        ("h20", 2368.0),  # 148 FP16
        ("l20", 1912.0),  # 239 INT8 (119.5 FP16)
        ("l40s", 5864.0),  # 733 FP8
        ("l4", 1936.0),  # 242 FP8
        ("rtx-4090", 5284.8),  # 330.3 FP16
        ("rtx-4090-d", 4706.88),  # 294.18 FP16 with FP16 sums
        ("rtx-5090-d", 4750.0),  # 2,375 sparse FP4, halved
        ("b200", 36000.0),  # 4,500 FP8
        ("gb300", 60000.0),  # 15,000 FP4
        ("mi300x", 20919.2),  # 2,614.9 INT8
        ("mi325x", 20918.4),  # 1,307.4 FP16
        ("mi210", 2899.2),  # 45.3 FP64
        ("tpu-v5p", 7344.0),  # 459 BF16
    ],
)
def test_tpp_of_known_chips(key: str, tpp: float) -> None:
    assert catalogue()[key].tpp == pytest.approx(tpp, rel=2e-9)


def test_epochs_tpp_is_met_but_for_the_rows_that_are_listed() -> None:
    rows = [item for item in catalogue().values() if item.epoch_tpp is not None]
    off = {i.key for i in rows if i.tpp is None or abs(i.tpp / i.epoch_tpp - 1) > 0.01}
    assert len(rows) == 162
    assert off == OFF_EPOCH
    page = (ROOT / "docs" / "accelerators.md").read_text(encoding="utf-8")
    for key in OFF_EPOCH:
        assert catalogue()[key].marks_of("epoch_tpp"), key
        assert f"`{key}`" in page


def test_sizes_that_the_rules_ask_for() -> None:
    items = catalogue().values()
    assert sum(item.tpp is not None for item in items) >= 120
    assert [
        catalogue()[key].interconnect_gb_s for key in ("a100", "a800", "h100", "h800", "h20")
    ] == [*(600, 400, 900, 400, 900)]
    assert {catalogue()[key].die_area_mm2 for key in ("h20", "h100", "h200", "gh200")} == {814}
    assert catalogue()["mi308x"].memory_bandwidth_gb_s == 5300
    assert catalogue()["b200"].die_area_mm2 is None
    assert catalogue()["mi308x"].tpp is None
    density = catalogue()["h20"].tpp / catalogue()["h20"].die_area_mm2
    assert density == pytest.approx(2.9, abs=0.05)  # as NVIDIA prints it


def test_markets_follow_the_product_line() -> None:
    market = {key: item.market for key, item in catalogue().items()}
    assert {market[key] for key in ("h100", "l4", "l20", "a10", "ascend-910b")} == {"datacenter"}
    assert {market[key] for key in ("rtx-4090", "rtx-5090-d", "titan-v", "gtx-titan")} == {
        "consumer"
    }
    assert {market[key] for key in ("rtx-6000-ada", "quadro-rtx-8000")} == {"workstation"}
    assert all(item.market_source for item in catalogue().values())


def test_every_stack_of_memory_is_above_the_threshold() -> None:
    stacks = [item for item in catalogue().values() if item.kind == "HBM"]
    assert len(stacks) == 5
    assert all(item.bandwidth_density > 2 for item in stacks)  # 3A090.c
    assert catalogue()["h100"].bandwidth_density is None


def test_marks_name_a_field_a_source_and_how_it_was_seen() -> None:
    known = {field.name for field in fields(Accelerator)} | set(FORMAT_BITS) | {"all"}
    for item in catalogue().values():
        for mark in item.marks:
            assert mark.field in known, (item.key, mark)
            assert mark.mark in MARKS
            assert mark.seen in HOW
            assert mark.why
            assert mark.source
    for key, field in (("mi308x", "memory_bandwidth_gb_s"), ("mi325x", "epoch_tpp")):
        assert catalogue()[key].marks_of(field)


@given(FORMATS, DENSE)
def test_tpp_scales_with_the_operations(tflops: dict[str, float], factor: float) -> None:
    own = total_processing_performance(tflops)
    more = total_processing_performance({name: factor * v for name, v in tflops.items()})
    assert more == pytest.approx(factor * own, rel=1e-12)


@given(FORMATS, FORMATS)
def test_a_further_format_never_lowers_tpp(one: dict[str, float], two: dict[str, float]) -> None:
    best = max(total_processing_performance(part) for part in (one, two))
    kept = {name: max(one.get(name, 0.0), two.get(name, 0.0)) for name in {*one, *two}}
    assert total_processing_performance(kept) == pytest.approx(best, rel=1e-15)


def test_no_figure_no_tpp() -> None:
    assert total_processing_performance({}) is None
    assert total_processing_performance({"fp8": 0.0}) is None


@pytest.mark.parametrize(
    ("node", "planar"), [(28.0, True), (22.0, True), (16.0, False), (12.0, False), (None, None)]
)
def test_fins_from_16_nm_down(node: float | None, planar: bool | None) -> None:
    assert is_planar(node) is planar


def test_a_question_about_a_chip_loads_no_tables() -> None:
    script = (
        "import sys; from tradewind.world.accelerators import find; find('H100');"
        "print([m for m in ('numpy', 'pandas', 'xarray', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_folder_without_a_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(str(tmp_path / "accelerators.csv"))):
        read_folder(tmp_path)

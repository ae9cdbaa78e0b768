"""The tables of Germany without Russian energy in docs/horizon.md are what the model gives."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tradewind.scenario import Scenario
from tradewind.scenario.horizon import registry

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "horizon.md").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("horizon_table", DOCS / "horizon_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_row_is_what_the_model_gives(table: ModuleType) -> None:
    world = table.table_world()
    made = [*table.rows(world), *table.share_rows(world), table.member_row(world)]
    shown = [line for line in PAGE if line.startswith("| ") and line.count("−") >= 2]
    assert made == shown


def test_the_ends_are_those_of_the_ranges(table: ModuleType) -> None:
    found = registry()
    harsh = table.READINGS[table.HARSH]
    mild = next(fields for name, fields in table.READINGS.items() if "mild end" in name)
    for fields, end in ((harsh, "low"), (mild, "high")):
        assert fields["theta"] == getattr(found.trade_elasticity_short, end)
        for name in ("sigma_value_added", "sigma_inputs"):
            assert fields[name] == getattr(getattr(found, f"{name}_short"), end)


def test_the_shipped_scenario_is_the_first_year_at_the_narrow_stop(table: ModuleType) -> None:
    world, shipped = table.table_world(), Scenario.from_yaml("europe-gas-cutoff")
    narrow = Scenario.from_dict(
        {
            **table.BASE,
            "horizon": "short",
            "shocks": [
                {"type": "ban", "importer": "EU27", "exporter": "RUS", "sector": list(table.NARROW)}
            ],
        }
    )
    assert shipped.policy(world).equals(narrow.policy(world))
    for name in ("horizon", "labour", "sigma_value_added", "sigma_inputs", "sigma_final"):
        assert getattr(shipped, name) == getattr(narrow, name)
    assert shipped.trade_elasticity(world).equals(narrow.trade_elasticity(world))

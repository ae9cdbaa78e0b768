"""The tables of Germany without Russian energy in docs/horizon.md are what the model gives."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tradewind.scenario import Scenario
from tradewind.scenario.horizon import registry
from tradewind.scenario.library import shipped_paths

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


def test_the_page_s_scenario_is_one() -> None:
    text = (DOCS / "horizon.md").read_text(encoding="utf-8")
    scenario = Scenario.from_text(text.split("```yaml\n")[1].split("```")[0])
    assert (scenario.years_since, scenario.sigma_inputs, scenario.labour) == (2.0, 0.2, "specific")


def test_what_is_said_of_the_rows_follows_from_them(table: ModuleType) -> None:
    """The page's words and the shipped scenario's header, against the printed rows."""
    text = " ".join(PAGE)
    narrow, wide = {}, {}
    for line in PAGE:
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 3 and cells[0] in table.READINGS:
            narrow[cells[0]], wide[cells[0]] = (float(c.replace("−", "-")) for c in cells[1:])
    assert set(narrow) == set(table.READINGS)
    mild = next(name for name in narrow if "mild end" in name)
    shown = {name: f"{value:.2f}".replace("-", "−") for name, value in narrow.items()}
    assert f"mild end is at {shown[mild]} %" in text
    both = f"{shown[table.FIRST]} % and {wide[table.FIRST]:.2f} %".replace("-", "−")
    assert both in text
    for name in ("after 1 year", "first year, trade elasticity 2"):
        assert -0.3 <= narrow[name] <= -0.2
    outside = {mild, "first year, `sigma_inputs` 1", "first year, trade elasticity 2"}
    outside |= {"first year, trade elasticities of the long run"}
    for name in narrow:
        if "first year" in name:
            assert (-3.0 <= narrow[name] <= -0.5) == (name not in outside), name
    for name in ("long run", "after 5 years", "after 3 years"):
        assert narrow[name] > -0.2
    header = shipped_paths()["europe-gas-cutoff"].read_text(encoding="utf-8")
    assert f"loses {-narrow[mild]:.2f} to {-narrow[table.HARSH]:.1f} %" in header

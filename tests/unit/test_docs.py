"""The documentation says what is there: names, tests, numbers, examples and output."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import io
import re
import runpy
import tomllib
from functools import cache, reduce
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import xarray as xr
import yaml

import tradewind as tw
from tests.identities.economies import Case, shock, world
from tradewind.errors import ScenarioError
from tradewind.trade import Equilibrium, Shock
from tradewind.trade.adjoint import Worth
from tradewind.trade.arrays import Options, Solution, Table
from tradewind.trade.baseline import VARIABLES
from tradewind.trade.kernels import Pass

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ROW = re.compile(r"^\| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
EXAMPLES = sorted((DOCS / "examples").glob("*.py"))


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def load(name: str) -> ModuleType:
    """Import a file of the docs folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows() -> list[tuple[str, str, str, str]]:
    return [match.groups() for match in ROW.finditer(text("docs/trade.md"))]  # type: ignore[misc]


def resolve(dotted: str) -> Any:
    """A name of the trade block: a public class or a module, then attributes."""
    home, *names = dotted.split(".")
    if home == Equilibrium.__name__:
        return reduce(getattr, names, Equilibrium)
    return reduce(getattr, names, importlib.import_module(f"tradewind.trade.{home}"))


@cache
def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_equation_has_its_function_and_test() -> None:
    stated = re.findall(r"\[(T\d+)\]$", text("src/tradewind/trade/README.md"), re.MULTILINE)
    listed = [row[0].split()[0] for row in rows() if re.match(r"T\d+ ", row[0])]
    assert stated == [f"T{number}" for number in range(1, len(stated) + 1)]
    assert listed == stated


def test_every_row_names_a_function_and_a_test_that_exist() -> None:
    assert len(rows()) > 40
    for equation, function, file, test in rows():
        assert resolve(function).__doc__ or function.startswith("solve._"), equation
        assert test in functions_in(ROOT / "tests" / file), equation


def test_notation_names_exist() -> None:
    places: dict[str, Any] = {
        "Baseline.data": set(VARIABLES),
        "Shock": set(Shock.__dataclass_fields__),
        "Options": set(Options.__dataclass_fields__),
        "Equilibrium": set(dir(Equilibrium)),
        "Solution": set(Solution.__dataclass_fields__),
        "Table": set(dir(Table)),
        "Pass": set(Pass._fields),
        "Worth": set(Worth._fields),
    }
    pattern = re.compile(r"^\| `[^|]+` \| `(\w+)` \| [^|]+ \| `([\w.]+)`(?:, optional)? \|$", re.M)
    found = pattern.findall(text("docs/notation.md"))
    assert len(found) > 30
    for name, place in found:
        assert name in places[place], f"{name} is not in {place}"
    named = {name for name, place in found if place == "Baseline.data"}
    assert named == set(VARIABLES)


@pytest.fixture(scope="module")
def small() -> Equilibrium:
    case = Case(3, 3, 3, "mobile", "fixed", 1.0, 1.0, 1.0)
    rng = case.rng()
    baseline = world(case, rng)
    return case.solve(baseline, shock(case, rng, baseline, ban_fraction=0.0))


def test_every_outcome_states_its_dimensions(small: Equilibrium) -> None:
    arrays = 0
    for name, member in inspect.getmembers(Equilibrium, lambda m: isinstance(m, property)):
        assert member.__doc__, name
        value = getattr(small, name)
        if isinstance(value, xr.DataArray):
            arrays += 1
            assert f"({', '.join(map(str, value.dims))})" in member.__doc__, name
            assert value.attrs["units"] in ("1", "USD million / year"), name
    assert arrays >= 20


def test_what_the_reference_names_has_docstrings_with_parameters() -> None:
    pattern = re.compile(r"^::: tradewind\.(\w+)(?:\.(\w+))?\.(\w+)$", re.MULTILINE)
    named = pattern.findall(text("docs/reference.md"))
    assert len(named) >= 8
    for package, module, name in named:
        home = importlib.import_module(".".join(filter(None, ("tradewind", package, module))))
        member = getattr(home, name)
        assert member.__doc__, name
        if inspect.isfunction(member):
            for parameter in inspect.signature(member).parameters:
                assert parameter in member.__doc__, f"{name}: {parameter}"
        for method, function in vars(member).items() if inspect.isclass(member) else ():
            public = inspect.isfunction(function) and not method.startswith("_")
            assert function.__doc__ or not public, f"{name}.{method}"


def test_the_site_loads_nothing_from_outside() -> None:
    source = text("mkdocs.yml")
    config = yaml.safe_load(source)
    assert config["theme"]["font"] is False
    assert "//" not in source
    assert "extra_javascript" not in config
    hooks = load("hooks")
    assert hooks.loads_from_outside(text("docs/styles.css")) == []
    for bad in (
        '<script async src="https://cdn.example/x.js">',
        '<link rel="stylesheet" href="//fonts.example/css">',
        "@font-face{src:url(https://fonts.example/a.woff2)}",
    ):
        assert hooks.loads_from_outside(bad), bad
    assert hooks.loads_from_outside('<a href="https://example.org">text</a>') == []


def test_equations_are_set_as_html() -> None:
    set_line = load("hooks").line
    shown = set_line("π'_nij = π_nij (ĉ_ij)^(−θ_j)    [T7]")
    assert 'id="T7"' in shown
    assert "<i>π</i>′<sub><i>nij</i></sub>" in shown
    assert "<sup>−<i>θ</i><sub><i>j</i></sub></sup>" in shown
    assert "<i>c\u0302</i>" in shown
    with pytest.raises(ValueError, match="does not close"):
        set_line("x^(1")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 40
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path))
    printed = capsys.readouterr().out
    assert printed
    if path.stem == "ten_lines":
        readme = text("README.md")
        assert f"```python\n{path.read_text(encoding='utf-8')}```" in readme
        assert f"```text\n{printed}```" in readme
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 10
        assert (tmp_path / "us-tariffs.html").is_file()


def test_scenario_examples() -> None:
    world_ = tw.World.default()
    cars = tw.Scenario.from_yaml(DOCS / "examples" / "cars-and-chips.yaml")
    assert set(cars.policy(world_).data_vars) == {"tariff", "iceberg_hat"}
    wrong = tw.Scenario.from_yaml(DOCS / "examples" / "mistake.yaml")
    with pytest.raises(ScenarioError, match=r"line 8(.|\n)*vehicls"):
        wrong.policy(world_)


def test_readme_shows_what_the_run_prints() -> None:
    from rich.console import Console

    from tradewind.report.terminal import print_run

    run = tw.run()
    console = Console(width=80, file=io.StringIO())
    print_run(run.outputs, run.world, console)
    assert isinstance(console.file, io.StringIO)
    printed = [line.rstrip() for line in console.file.getvalue().splitlines()]
    block = text("README.md").split("It prints this")[1].split("```text\n")[1].split("```")[0]
    shown = block.split("[...]")[0].splitlines()
    assert len(shown) > 15
    assert shown == printed[: len(shown)]


def test_numbers_of_the_trade_page() -> None:
    """The section on the two decompositions, from the article's own experiment."""
    from tests.published.test_caliendo_parro_2015 import nafta
    from tests.support.labelled import baseline_from_caliendo_parro
    from tradewind.trade import solve

    page = text("docs/trade.md")
    raw = baseline_from_caliendo_parro()
    negative = raw.data.input_share.values.min()
    assert f"−{-negative:.5f}" in page
    baseline = raw.rebased(solve(raw, Shock(), closure="balanced", tolerance=1e-13))
    found = solve(baseline, nafta(baseline))
    mexico = 100.0 * found.welfare_decomposition.sel(economy="MEX")
    total = float(mexico.sum())
    terms, volume = float(mexico[0]), float(mexico[1])
    assert f"| exact | {total:.3f} | −{-terms:.3f} | {volume:.3f} |" in page
    place, table = baseline.economies.index("MEX"), baseline.table
    before = 100.0 * table.tariff_revenue[place] / table.income[place]
    after = found.solution.table
    left = 100.0 * after.tariff_revenue[place] / after.income[place]
    assert f"was {before:.1f} % of Mexico's income in the baseline and is {left:.1f} %" in page
    flows, new = table.receipts[place], after.receipts[place]
    growth = np.divide(new, flows, out=np.ones_like(flows), where=flows > 0.0) - 1.0
    gap = np.where(flows > 0.0, growth - (found.solution.cost_hat - 1.0), 0.0)
    wrong = np.sum((1.0 + table.tariff[place]) * flows * gap) / table.income[place]
    assert f"{100.0 * wrong:.2f} %, not the article's" in page


def test_generated_tables_are_complete() -> None:
    generate = load("generate")
    world_ = tw.World.default()
    provenance = generate.variables(world_)
    assert all(f"| `{name}` |" in provenance for name in world_.data.data_vars)
    assert all(f"| `{name}` |" in generate.coverage(world_) for name in world_.data.data_vars)
    assert generate.hs2_map(world_).count("\n") == 2 + world_.data.sizes["hs2"]
    assert generate.elasticities(world_).count("\n") == 2 + len(world_.sectors)
    assert all(f"| `{name}` |" in generate.fields(tw.Scenario) for name in ("closure", "shocks"))
    shipped = generate.shipped(world_)
    for name in tw.Scenario.shipped():
        section = shipped.split(f"### {name}\n")[1].split("\n### ")[0]
        assert "**Question" in section
        assert "**It cannot say" in section
    quoted = {
        name
        for page in DOCS.glob("*.md")
        for name in re.findall(r'^ *--8<-- "([\w-]+)\.md"', page.read_text(encoding="utf-8"), re.M)
    }
    assert quoted == set(generate.MADE)


def test_versions_agree() -> None:
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["version"] == version
    assert citation["license"] == "Apache-2.0"
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert f"## [{version}]" in text("CHANGELOG.md")

"""The Python module behind a claim: what it must hold, and how it is called."""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from math import isfinite
from pathlib import Path
from typing import Any

from tradewind.claims.statement import Claim
from tradewind.errors import ClaimError

FUNCTIONS = ("prepare", "measure", "figure")
FORM = "functions prepare, measure and figure, and a number COST (see docs/claims.md)"


@contextmanager
def importable(folder: Path | None) -> Iterator[None]:
    """Let modules that stand beside a folder's claim files be imported."""
    place = str(folder.resolve()) if folder is not None else ""
    if not place or place in sys.path:
        yield
        return
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)


def beside(claim: Claim, folder: Path | None) -> Path | None:
    """Find a claim's own module beside its file; None if it is an installed one."""
    if folder is None:
        return None
    path = folder.joinpath(*claim.home.split(".")).with_suffix(".py")
    return path.resolve() if path.is_file() else None


def source_of(claim: Claim, folder: Path | None = None) -> Path:
    """Find the file of a claim's experiment, without importing it.

    Parameters
    ----------
    claim : Claim
    folder : Path, optional
        Where its file stands, if it is not a shipped one.

    Raises
    ------
    ClaimError
        If there is no such module.
    """
    own = beside(claim, folder)
    if own is not None:
        return own
    try:
        found = find_spec(claim.home)
    except (ModuleNotFoundError, ValueError):
        found = None
    if found is None or found.origin is None or not found.origin.endswith(".py"):
        raise ClaimError(
            "the experiment's module is not there",
            where=f"claim {claim.id}, field module",
            value=claim.home,
            bound="a Python module beside the claim's file, or one that is installed",
            remedy="correct `module`, or write testable: false with a reason",
        )
    return Path(found.origin)


def stated_cost(claim: Claim, source: Path) -> float:
    """Read what a member costs [s] from the experiment's text; importing it would take seconds.

    Raises
    ------
    ClaimError
        If the module is not Python, or lacks a function or its cost.
    """
    try:
        body = ast.parse(source.read_text(encoding="utf-8")).body
    except (SyntaxError, UnicodeDecodeError) as error:
        raise _malformed(claim, source, str(error)) from None
    names = {name for node in body for name in _bound(node)}
    missing = [name for name in (*FUNCTIONS, "COST") if name not in names]
    if missing:
        raise _malformed(claim, source, f"without {', '.join(missing)}")
    for node in body:
        if "COST" in _bound(node):
            given = getattr(node, "value", None)
            cost = given.value if isinstance(given, ast.Constant) else None
            if isinstance(cost, int | float) and isfinite(cost) and cost > 0:
                return float(cost)
    raise _malformed(claim, source, "COST is no plain number of seconds above 0")


def _bound(node: ast.stmt) -> list[str]:
    """Names that a statement at the head of a module binds."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return (
        [node.target.id]
        if isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name)
        else []
    )


def _malformed(claim: Claim, source: Path, value: str) -> ClaimError:
    return ClaimError(
        "the experiment's module is not what a claim needs",
        where=f"claim {claim.id}, {source.name}",
        value=value,
        bound=FORM,
        remedy="add what is missing",
    )


@dataclass
class Experiment:
    """An experiment in this process: prepared once, when it is first asked.

    Parameters
    ----------
    module : str
        Dotted path.
    file : str, optional
        The file to take it from; an installed module if left out.
    """

    module: str
    file: str | None = None
    prepare_s: float = 0.0
    _loaded: Any = field(default=None, repr=False)
    _shared: Any = field(default=None, repr=False)

    def measure(self, values: Mapping[str, float], *, null: bool) -> dict[str, float]:
        """Run it once."""
        found = self._ready().measure(self._shared, dict(values), null=null)
        return {str(name): float(value) for name, value in found.items()}

    def figure(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Take the data of its figure, as plain data."""
        found: dict[str, Any] = plain(self._ready().figure(self._shared, dict(values)))
        return found

    def _ready(self) -> Any:
        if self._loaded is None:
            started = time.perf_counter()
            self._loaded = _module(self.module, self.file)
            self._shared = self._loaded.prepare()
            self.prepare_s = time.perf_counter() - started
        return self._loaded


def _module(name: str, file: str | None) -> Any:
    if file is None:
        return import_module(name)
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    found = module_from_spec(spec)
    # A module of this name from another folder gives way; data classes look themselves up here.
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


def plain(value: Any) -> Any:
    """Turn arrays and labels into lists, numbers and text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def check_metrics(claim: Claim, name: str, metrics: Mapping[str, float]) -> None:
    """Refuse metrics that are not those of the file, or not numbers.

    Raises
    ------
    ClaimError
    """
    where = f"claim {claim.id}, {claim.home}.measure() at {name}"
    stated = [metric.name for metric in claim.metrics]
    for problem, odd in (
        ("the experiment returns a metric that the file does not name", set(metrics) - set(stated)),
        ("the experiment does not return a metric of the file", set(stated) - set(metrics)),
    ):
        if odd:
            raise ClaimError(
                problem,
                where=where,
                value=", ".join(sorted(odd)),
                bound=", ".join(stated),
                remedy="give the metrics the same names in both",
            )
    for metric in stated:
        if not isfinite(metrics[metric]):
            raise ClaimError(
                "a metric is not a finite number",
                where=where,
                value=f"{metric} = {metrics[metric]}",
                bound="finite at every member and at every end of the ranges",
                remedy="narrow the parameter's range in the file, or mend the experiment",
            )


def failed(claim: Claim, name: str, values: Mapping[str, float], said: str) -> ClaimError:
    """Tell that an experiment broke off, and at which parameters."""
    at = ", ".join(f"{key} = {value:.6g}" for key, value in values.items())
    return ClaimError(
        "an experiment failed",
        where=f"claim {claim.id}, {claim.home} at {name} ({at})",
        value=said,
        bound="an answer at every member and at every end of the ranges",
        remedy="narrow a range or mend the experiment; other claims can be run by their ids",
    )

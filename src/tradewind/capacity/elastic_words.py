"""Elements of constraints that may give way, as people know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tradewind.capacity import naming
from tradewind.capacity.elastic_kinds import Kind


@dataclass(frozen=True)
class Group:
    """Rows that give way together: a constraint's of one element, in all hours.

    Attributes
    ----------
    constraint, element : str
        As the model names them.
    kind : Kind
    """

    constraint: str
    element: str
    kind: Kind


def in_words(group: Group, spec: dict[str, Any]) -> str:
    """Name of an element as people know it."""
    if group.kind.pattern == "tradewind-served":
        return _demand(group.element, spec)
    if group.kind.pattern in ("tradewind-minimum-load", "Store-ext-e-lower"):
        return _work(group.element, spec)
    if group.constraint.startswith("GlobalConstraint-"):
        return group.constraint.removeprefix("GlobalConstraint-")
    for ending in (" connection", " shell"):
        if group.kind.pattern == ending.strip():
            return group.element.removesuffix(ending)
    return group.element


def per_it(group: Group, spec: dict[str, Any]) -> float:
    """Size of a shell over the IT it holds; 1 for anything else."""
    if group.kind.pattern != "shell":
        return 1.0
    named = {naming.shell_link(site["name"]): site for site in spec["sites"]}
    return float(named[group.element]["pue_max"])


def _demand(element: str, spec: dict[str, Any]) -> str:
    """Say whose demand it is, and which sites latency and residency leave it."""
    routes = zip(*(spec["routes"][k] for k in ("workload", "region", "site")), strict=True)
    at: dict[tuple[str, str], list[str]] = {}
    for workload, region, site in routes:
        at.setdefault((workload, region), []).append(site)
    (name, region), sites = next(x for x in at.items() if " ".join(x[0]) == element)
    bound = next(w["latency_ms"] for w in spec["workloads"] if w["name"] == name)
    near = "" if bound is None else f" within {bound:g} ms"
    return f"{name} in {region} (may be served{near} at {_listed(sites)})"


def _work(element: str, spec: dict[str, Any]) -> str:
    """Say which workload it is at which site, and whose where hours differ between regions."""
    names = (naming.work, naming.run_link)
    asked = {name(*_of(fact)): fact for fact in spec["work"] for name in names}
    site, workload, _ = _of(asked[element])
    alike = [fact for fact in spec["work"] if _of(fact)[:2] == (site, workload)]
    whose = f" for {_listed(asked[element]['regions'])}" if len(alike) > 1 else ""
    return f"{workload}{whose} at {site}"


def _of(fact: dict[str, Any]) -> tuple[str, str, str]:
    return fact["site"], fact["workload"], fact["group"]


def _listed(names: list[str]) -> str:
    """Name the first five, and count the others."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

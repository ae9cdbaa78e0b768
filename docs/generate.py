"""Write what the pages quote from the package: tables of data and fields, real output.

``python docs/generate.py`` fills ``docs/generated`` (not under version control), from which the
pages take their tables by ``--8<--``. A page that asks for one that is not made fails the build.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from tradewind.scenario import ElasticityOverride, PlanSection, Scenario
from tradewind.scenario.groups import groups
from tradewind.scenario.horizon import registry
from tradewind.scenario.library import shipped_paths
from tradewind.scenario.plan import Axis, Case, Expectation
from tradewind.scenario.plan_parts import (
    PlanChips,
    PlanDemand,
    PlanHours,
    PlanOverheads,
    PlanRules,
    PlanSites,
    PueLimit,
)
from tradewind.scenario.refusals import SHOCK_TYPES
from tradewind.scenario.years import (
    Pool,
    PowerChange,
    StackRestriction,
    Switches,
    YearsSection,
)
from tradewind.world import World
from tradewind.world.accelerators import Accelerator, catalogue
from tradewind.world.compute import ComputeData
from tradewind.world.names import read_map
from tradewind.world.provenance import rows

DOCS = Path(__file__).resolve().parent
GENERATED = DOCS / "generated"
PARTS = ("Question", "Numbers", "Reading", "It cannot say")


def table(headings: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    heads = list(headings)
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in lines]
    written = [heads, ["---"] * len(heads), *cells]
    return "\n".join("| " + " | ".join(row) + " |" for row in written) + "\n"


def variables(world: World) -> str:
    """Every variable of the world, one table for each source."""
    text = []
    for (source, licence), found in groupby(rows(world.data), key=lambda r: (r.source, r.licence)):
        lines = [
            (f"`{row.variable}`", row.long_name, row.dims, row.units, row.year, row.note)
            for row in found
        ]
        heads = ("variable", "what", "dimensions", "unit", "year", "note")
        text.append(f"**{source}.** Licence: {licence}.\n\n{table(heads, lines)}")
    return "\n".join(text)


def coverage(world: World) -> str:
    """How many numbers each variable holds, and their range."""
    lines = []
    for name, variable in world.data.data_vars.items():
        values = variable.to_numpy()
        known = values[np.isfinite(values)]
        size = " × ".join(str(length) for length in variable.shape)
        span = f"{known.min():.4g}", f"{known.max():.4g}"
        lines.append((f"`{name}`", size, values.size - known.size, *span))
    return table(("variable", "size", "missing", "smallest", "largest"), lines)


def labels(world: World) -> str:
    """Economies and sectors with their names."""
    economies = ", ".join(f"{code} {name}" for code, name in world.economy_names.items())
    sectors = ", ".join(f"`{code}` {name}" for code, name in world.sector_names.items())
    return f"**Economies.** {economies}.\n\n**Sectors.** {sectors}.\n"


def record(world: World, attribute: str) -> str:
    """A record that the build kept as JSON in the world's attributes."""
    found = json.loads(world.data.attrs[attribute])
    nested = all(isinstance(value, dict) for value in found.values())
    flat = found if nested else {"": found}
    lines = [
        (*((group,) if nested else ()), key.replace("_", " "), f"{value:.6g}")
        for group, entries in flat.items()
        for key, value in entries.items()
    ]
    return table((*(("source",) if nested else ()), "measured", "value"), lines)


def hs2_map(_: World) -> str:
    """Chapters of the Harmonised System and the sectors that make them."""
    lines = (
        (chapter, shares(entry["sectors"]), entry["why"])
        for chapter, entry in read_map("hs2_to_sector").items()
    )
    return table(("chapter", "sectors", "goods"), lines)


def shares(sectors: dict[str, float]) -> str:
    """Sectors with their weights, as ``B 72 %, C19 27 %``."""
    if not sectors:
        return "none"
    if len(sectors) == 1:
        return f"`{next(iter(sectors))}`"
    return ", ".join(f"`{code}` {100 * weight:g} %" for code, weight in sectors.items())


def gtap_map(_: World) -> str:
    """Sectors of the table and the GTAP sectors whose elasticities they take."""
    found = read_map("gtap_to_sector")
    lines = (
        (f"`{code}`", ", ".join(f"`{name}`" for name in entry["gtap"]), entry["why"])
        for code, entry in found["sectors"].items()
    )
    missing = ", ".join(f"`{name}`" for name in found["without_estimate"])
    return (
        f"{table(('sector', 'GTAP sectors', 'why'), lines)}\n"
        f"Without an estimate in the source, and left out of averages: {missing}.\n\n"
        f"Services: {found['services_value']:g}. {found['services_source'].strip()}.\n"
    )


def elasticities(world: World) -> str:
    """Trade elasticities of every sector and set, with the bounds that the source prints."""
    data = world.data
    low, high = data["trade_elasticity_low"], data["trade_elasticity_high"]
    lines = []
    for code, name in world.sector_names.items():
        cells = []
        for chosen in world.elasticity_sets:
            at = {"elasticity_set": chosen, "sector": code}
            cell = f"{float(data['trade_elasticity'].sel(at)):.3g}"
            if np.isfinite(float(low.sel(at))):
                cell += f" ({float(low.sel(at)):.3g} to {float(high.sel(at)):.3g})"
            cells.append(cell)
        bound = float(data["elasticity_share_at_constraint"].sel(sector=code))
        lines.append((f"`{code}`", name, *cells, f"{bound:.2f}" if np.isfinite(bound) else ""))
    return table(("sector", "name", *world.elasticity_sets, "share at constraint"), lines)


def fields(model: type[BaseModel]) -> str:
    """The fields of a scenario or a shock, as its schema documents them."""
    lines = []
    for name, info in model.model_fields.items():
        given = info.get_default(call_default_factory=True)
        default = "required" if info.is_required() else shown(given)
        lines.append((f"`{info.alias or name}`", default, " ".join(str(info.description).split())))
    return table(("field", "default", "meaning"), lines)


def shown(default: Any) -> str:
    """A default as it would be written in YAML."""
    if isinstance(default, BaseModel):
        default = ", ".join(
            f"{name}: {value}" for name, value in default.model_dump(exclude_unset=True).items()
        )
    if default is None or default in ("", (), {}):
        return "none"
    if isinstance(default, tuple):
        default = default[0] if len(default) == 1 else list(default)
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def horizon_parameters(_: World) -> str:
    """Parameters of the short run, the long run and the path, with range and source."""
    lines = (
        (
            *(f"`{name}`", f"{p.value:g}", f"{p.low:g} to {p.high:g}", p.unit),
            *(p.source, f"{p.seen}, {p.date}", p.note),
        )
        for name, p in registry().named()
    )
    heads = ("parameter", "value", "range", "unit", "source", "seen", "note")
    return table(heads, lines)


def shocks(_: World) -> str:
    """Every kind of shock with its fields."""
    return "\n".join(
        f"#### `{name}`\n\n{(model.__doc__ or '').strip()}\n\n{fields(model)}"
        for name, model in SHOCK_TYPES.items()
    )


def plan_parts(_: World) -> str:
    """Every part of a plan section with its fields."""
    parts = {
        "cases": Case,
        "hours": PlanHours,
        "demand": PlanDemand,
        "chips": PlanChips,
        "rules": PlanRules,
        "sites": PlanSites,
        "sites.pue": PueLimit,
        "overheads": PlanOverheads,
        "sensitivity": Axis,
        "expect": Expectation,
    }
    return "\n".join(
        f"#### `{name}`\n\n{(model.__doc__ or '').strip()}\n\n{fields(model)}"
        for name, model in parts.items()
    )


def years_parts(_: World) -> str:
    """Every part of a years section with its fields."""
    parts = {
        "switches": Switches,
        "power": PowerChange,
        "pools": Pool,
        "stacks": StackRestriction,
    }
    return "\n".join(
        f"#### `{name}`\n\n{(model.__doc__ or '').strip()}\n\n{fields(model)}"
        for name, model in parts.items()
    )


def economy_groups(world: World) -> str:
    """Groups of economies, and which members the world has apart."""
    lines = []
    for name, group in groups("economies").items():
        apart = [code for code in group.members if code in world.economies]
        inside = [code for code in group.members if code not in world.economies]
        note = ", ".join(inside) or "none"
        lines.append((f"`{name}`", len(group.members), len(apart), note, group.source))
    return table(("group", "members", "apart", "inside ROW, not selected", "source"), lines)


def sector_groups(_: World) -> str:
    """Groups of sectors and their members."""
    lines = (
        (f"`{name}`", ", ".join(f"`{code}`" for code in group.members), group.source)
        for name, group in groups("sectors").items()
    )
    return table(("group", "sectors", "after"), lines)


def shipped(_: World) -> str:
    """The scenarios that ship: question, numbers, reading and limits, from their own headers."""
    text = []
    for name, path in shipped_paths().items():
        scenario = Scenario.from_yaml(name)
        text.append(f"### {name}\n\n*{scenario.title}.*\n")
        for part, words in header(path.read_text(encoding="utf-8")).items():
            text.append(f"**{part}**\n\n{words}\n" if "\n" in words else f"**{part}.** {words}\n")
    return "\n".join(text)


def header(text: str) -> dict[str, str]:
    """The parts of a scenario's leading comment, each as a paragraph or a list."""
    found: dict[str, str] = {}
    part = ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        body = line[1:].strip()
        for name in PARTS:
            if line.startswith(f"# {name}"):
                part, body = name, body.removeprefix(name).strip()
        if part:
            joint = "\n" if body.startswith("- ") else " "
            found[part] = (found.get(part, "") + joint + body).strip(" ")
    return {name: words.replace("\n- ", "\n\n- ", 1).strip() for name, words in found.items()}


def command(*arguments: str) -> Callable[[World], str]:
    """Run ``tradewind`` beside copies of the pages' examples, and quote what it prints."""

    def run(_: World) -> str:
        door = Path(sys.executable).with_name("tradewind")
        with tempfile.TemporaryDirectory() as folder:
            for example in (DOCS / "examples").glob("*.[yt]*"):
                (Path(folder) / example.name).write_bytes(example.read_bytes())
            done = subprocess.run(
                [door, *arguments], cwd=folder, capture_output=True, text=True, check=False
            )
        code = f"\n(exit code {done.returncode})" if done.returncode else ""
        printed = (done.stdout + done.stderr).rstrip()
        lines = "\n".join(line.rstrip() for line in printed.splitlines())
        return f"```text\n$ tradewind {' '.join(arguments)}\n{lines}{code}\n```\n"

    return run


def code(name: str) -> Callable[[World], str]:
    """Quote an example."""
    return lambda _: f"```python\n{(DOCS / 'examples' / name).read_text(encoding='utf-8')}```\n"


def example(name: str) -> Callable[[World], str]:
    """Run an example and quote what it prints."""

    def run(_: World) -> str:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, DOCS / "examples" / name],
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
            )
        return f"```text\n{done.stdout.rstrip()}\n```\n"

    return run


def number(value: float | None) -> str:
    """A figure of a chip, or a dash."""
    return "–" if value is None else f"{value:,.6g}"


def accelerators_added(_: World) -> str:
    """Chips and stacks of memory that Epoch lacks, each with its source."""
    heads = ("key", "TPP", "memory GB/s", "links GB/s", "die mm²", "GB/s/mm²", "source", "seen")
    lines = []
    for item in catalogue().values():
        for mark in item.marks_of("all"):
            figures = (item.tpp, item.memory_bandwidth_gb_s, item.interconnect_gb_s)
            more = (item.die_area_mm2, item.bandwidth_density)
            shown = (number(value) for value in (*figures, *more))
            lines.append((f"`{item.key}`", *shown, mark.source, mark.seen))
    return table(heads, lines)


def accelerators_marks(_: World) -> str:
    """Every remark on a figure of a chip that Epoch has."""
    heads = ("key", "figure", "now", "mark", "why", "source", "seen")
    lines = [
        (
            *(f"`{item.key}`", f"`{mark.field}`", marked(item, mark.field)),
            *(mark.mark, mark.why, mark.source, mark.seen),
        )
        for item in catalogue().values()
        for mark in item.marks
        if mark.field != "all"
    ]
    return table(heads, lines)


def marked(item: Accelerator, field: str) -> str:
    """The figure that a remark is about, as it stands in the catalogue."""
    value = item.tflops.get(field, getattr(item, field, None))
    return str(value) if isinstance(value, str) else number(value)


def chip_tables(_: World) -> str:
    """Every table of chips: what it is, unit, year, source, licence."""
    heads = ("table", "what", "lines", "unit", "year", "source", "licence", "note")
    about = ComputeData.default().provenance.fillna("")
    columns = ["title", "rows", *heads[3:]]
    lines = [(f"`{name}`", *line[columns]) for name, line in about.iterrows()]
    return table(heads, lines)


def chip_sums(_: World) -> str:
    """Thousand H100 equivalents sold by year and vendor, and NVIDIA's to China."""
    data = ComputeData.default()
    sold = data.sales.assign(year=data.sales["quarter"].str[:4])
    by_vendor = sold.pivot_table(index="year", columns="vendor", values="h100e", aggfunc="sum")
    china = data.china_sales.assign(year=data.china_sales["quarter"].str[:4])
    nvidia = china[china["vendor"] == "NVIDIA"].groupby("year")["h100e"].sum()
    whole = by_vendor.assign(all=by_vendor.sum(axis=1))
    whole["NVIDIA to China"] = nvidia
    partial = set(sold.loc[~sold["complete"], "year"])
    lines = [
        (f"{year}*" if year in partial else year, *(thousands(value) for value in line))
        for year, line in zip(whole.index, whole.to_numpy(), strict=True)
    ]
    return table(("year", *whole.columns), lines)


def thousands(value: float) -> str:
    """Thousand H100 equivalents, or a dash where the source says nothing."""
    return "–" if np.isnan(value) else f"{value / 1e3:,.0f}"


def chip_measured(_: World) -> str:
    """What was counted and compared while the tables of chips were made."""
    found = ComputeData.default().measured
    lines = [
        (source.replace("_", " "), what.replace("_", " "), f"{value:,.6g}")
        for source, what, value in found.itertuples(index=False)
    ]
    return table(("source", "what", "value"), lines)


def today(name: str) -> Callable[[World], str]:
    """A table of the page on the world of today."""
    made: Callable[[World], str] = runpy.run_path(str(DOCS / "today_tables.py"))[name]
    return made


def indicators(name: str) -> Callable[[World], str]:
    """A table of the page on indicators."""
    made: Callable[[World], str] = runpy.run_path(str(DOCS / "indicators_tables.py"))[name]
    return made


MADE: dict[str, Callable[[World], str]] = {
    "variables": variables,
    "coverage": coverage,
    "labels": labels,
    "balancing": lambda world: record(world, "balancing"),
    "measured": lambda world: record(world, "measured"),
    "accelerators-added": accelerators_added,
    "accelerators-marks": accelerators_marks,
    "chip-tables": chip_tables,
    "chip-sums": chip_sums,
    "chip-measured": chip_measured,
    "hs2-map": hs2_map,
    "gtap-map": gtap_map,
    "elasticities": elasticities,
    "today-measured": today("measured"),
    "today-neighbours": today("neighbours"),
    "today-export-shares": today("export_shares"),
    "today-variants": today("variants"),
    "indicators-coverage": indicators("coverage"),
    "indicators-laws": indicators("laws"),
    "indicators-by-index": indicators("by_index"),
    "indicators-sources": indicators("sources"),
    "scenario-fields": lambda _: fields(Scenario),
    "override-fields": lambda _: fields(ElasticityOverride),
    "horizon-parameters": horizon_parameters,
    "shocks": shocks,
    "economy-groups": economy_groups,
    "sector-groups": sector_groups,
    "shipped": shipped,
    "cli-help": command("--help"),
    "cli-run-help": command("run", "--help"),
    "cli-run": command("run", "--static"),
    "cli-backtest-help": command("backtest", "--help"),
    "cli-chokepoints-help": command("chokepoints", "--help"),
    "cli-chokepoints": command("chokepoints", "--economy", "DEU", "--top", "10"),
    "cli-pressure-help": command("pressure", "--help"),
    "cli-pressure": command("pressure", "--top", "12"),
    "cli-pressure-show": command("pressure", "show", "DEU"),
    "cli-compare-help": command("compare", "--help"),
    "cli-claims-help": command("claims", "--help"),
    "cli-claims-run-help": command("claims", "run", "--help"),
    "cli-claims-read-help": command("claims", "read", "--help"),
    "cli-claims-read": command("claims", "read", "article.txt"),
    "cli-chips-help": command("chips", "--help"),
    "cli-chips-run-help": command("chips", "run", "--help"),
    "cli-chips-run": command("chips", "run", "--members", "20", "--until", "2028", "--no-rounds"),
    "cli-chips-rounds-help": command("chips", "rounds", "--help"),
    "cli-plan-help": command("plan", "--help"),
    "cli-plan": command("plan", "--network", "world", "--hours", "24"),
    "years-fields": lambda _: fields(YearsSection),
    "years-parts": years_parts,
    "plan-fields": lambda _: fields(PlanSection),
    "plan-parts": plan_parts,
    "cli-rule-help": command("rule", "--help"),
    "cli-rule-check-help": command("rule", "check", "--help"),
    "cli-rule-check": command("rule", "check", "H20", "--to", "CHN", "--on", "2025-04-20"),
    "cli-rule-missing": command(
        "rule", "check", "--to", "CN", "--on", "2024-06-01", "--tpp", "2000"
    ),
    "cli-scenario-help": command("scenario", "--help"),
    "cli-scenario-list": command("scenario", "list"),
    "cli-scenario-check": command("scenario", "check", "cars-and-chips.yaml"),
    "cli-scenario-mistake": command("scenario", "check", "mistake.yaml"),
    "cli-world-help": command("world", "--help"),
    "cli-world-check": command("world", "check"),
    "cli-world-show": command("world", "show", "us_added_tariff_by_date"),
    "code-ten-lines": code("ten_lines.py"),
    "code-vehicles": code("vehicles.py"),
    "code-chokepoints": code("chokepoints.py"),
    "code-pressure": code("pressure.py"),
    "code-slopes": code("slopes.py"),
    "example-ten-lines": example("ten_lines.py"),
    "example-vehicles": example("vehicles.py"),
    "example-chokepoints": example("chokepoints.py"),
    "example-pressure": example("pressure.py"),
    "example-slopes": example("slopes.py"),
}


# The longest that compile no kernel of the trade block, which must not be compiled twice.
BESIDE = ("cli-chips-run", "cli-plan")


def main() -> None:
    """Write every part, the longest beside the others."""
    world = World.default()
    GENERATED.mkdir(exist_ok=True)
    for stale in GENERATED.glob("*.md"):
        stale.unlink()
    with ThreadPoolExecutor(1) as pool:
        beside = {name: pool.submit(MADE[name], world) for name in BESIDE}
        for name, make in MADE.items():
            made = beside[name].result() if name in beside else make(world)
            (GENERATED / f"{name}.md").write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()

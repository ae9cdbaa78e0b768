"""``tradewind rule``: may this item go there on that day, under which rule, and what changed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradewind.cli.shared import AsJson, emit

if TYPE_CHECKING:
    from tradewind.controls import Regime

EXAMPLES = """
\b
Examples:
  tradewind rule check H20 --to CN --on 2025-04-20
  tradewind rule check H100 --to FR --hq CN --on 2025-06-01
  tradewind rule check "RTX 4090" --to CN --end-use consumer --on 2024-05-01
  tradewind rule check H200 --to CN --on 2026-02-01 \\
      --certified us-market,supply,volume,end-use,kyc,test
  tradewind rule check --to CN --on 2024-06-01 --tpp 2000 --end-use datacenter
  tradewind rule check H100 --to IN --quantity 49898 --on 2025-06-01 --scenario mine.yaml
"""
LEDGER = """
\b
Example of shipments.csv (other columns: headquarters, exported_from, transaction, market, end_use,
certifications, any figure, company, company_total, and claim: the id of the exception claimed, or
`licence` for none; with none claimed the mildest rule that fits is taken):
  date,item,quantity,destination,consignee,certifications
  2025-06-01,H100,1699,IN,Example Cloud,lpp
  2025-06-02,H100,49898,IN,Example Cloud,

\b
A shipment that does not fit a cap whole is refused whole, and told how many units would fit.
Licences that are presumed or may be granted are taken to be granted.
"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Export-control rules: check a shipment, explain, keep a ledger, compare two days. "
    "A model of the rules, not legal advice.",
)

ScenarioFile = Annotated[
    str | None,
    typer.Option("--scenario", help="A scenario whose `controls:` hold; as enacted if left out."),
]
Day = Annotated[str, typer.Option("--on", help="The day, YYYY-MM-DD.")]
Number = float | None


@app.command(epilog=EXAMPLES)
def check(
    to: Annotated[str, typer.Option("--to", help="Destination: ISO-2, ISO-3 or name.")],
    on: Day,
    item: Annotated[
        str | None, typer.Argument(help="Item of the catalogue; figures alone will do, too.")
    ] = None,
    hq: Annotated[
        str | None,
        typer.Option("--hq", help="The end user's headquarters; the destination if left out."),
    ] = None,
    end_use: Annotated[
        str | None,
        typer.Option(
            help="datacenter or consumer: what the item is designed and marketed for; the "
            "catalogue's if left out. military: a military end use."
        ),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", help="Where it leaves from; US, for minerals CN, if left out."),
    ] = None,
    transaction: Annotated[str, typer.Option(help="export, reexport or transfer.")] = "export",
    certified: Annotated[
        str, typer.Option(help="What is certified or held, with commas (rule list).")
    ] = "",
    quantity: Annotated[float, typer.Option(help="Units.")] = 1.0,
    used: Annotated[
        list[str] | None, typer.Option(help="TPP already used of a cap: QUOTA=TPP; repeatable.")
    ] = None,
    tpp: Annotated[Number, typer.Option(help="Total processing performance.")] = None,
    density: Annotated[Number, typer.Option(help="Performance density [TPP/mm²].")] = None,
    die_area: Annotated[Number, typer.Option(help="Logic dies together [mm²].")] = None,
    planar: Annotated[
        bool | None, typer.Option("--planar/--non-planar", help="Whether all dies are planar.")
    ] = None,
    memory: Annotated[Number, typer.Option("--bandwidth", help="Memory bandwidth [GB/s].")] = None,
    interconnect: Annotated[
        Number, typer.Option(help="Links to other chips, both directions [GB/s].")
    ] = None,
    memory_density: Annotated[
        Number, typer.Option(help="Bandwidth density of an HBM stack [GB/s/mm²].")
    ] = None,
    node: Annotated[Number, typer.Option(help="Process node [nm].")] = None,
    transistors: Annotated[Number, typer.Option(help="Transistors [billion].")] = None,
    company_total: Annotated[
        Number, typer.Option(help="All TPP that the company owns, for shares.")
    ] = None,
    scenario: ScenarioFile = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a shipment needs a licence, under which rule, and what would change that."""
    from tradewind.controls import decide

    figures = {
        "total_processing_performance": tpp,
        "performance_density": density,
        "die_area_mm2": die_area,
        "planar": None if planar is None else float(planar),
        "memory_bandwidth_gb_s": memory,
        "interconnect_gb_s": interconnect,
        "memory_density_gb_s_mm2": memory_density,
        "process_nm": node,
        "transistors_billion": transistors,
        "company_total": company_total,
    }
    military = end_use == "military"
    decision = decide(
        item,
        destination=to,
        date=on,
        headquarters=hq,
        market=None if military else end_use,
        end_use="military" if military else None,
        exported_from=from_,
        transaction=transaction,
        certifications=certified.split(",") if certified else (),
        quantity=quantity,
        figures={name: value for name, value in figures.items() if value is not None},
        used=_used(used or ()),
        regime=_regime(scenario),
    )
    if as_json:
        emit(decision.to_dict())
        return
    from tradewind.report.rules_terminal import decision_lines

    _echo(decision_lines(decision, quantity))


@app.command()
def explain(
    names: Annotated[list[str], typer.Argument(help="Ids of rules, or items of the catalogue.")],
    on: Annotated[
        str | None, typer.Option("--on", help="For items: the day; the last known if left out.")
    ] = None,
    scenario: ScenarioFile = None,
    as_json: AsJson = False,
) -> None:
    """Tell a rule in words with its dates and citation, or an item's paragraphs with arithmetic."""
    from tradewind.controls.reading import known_through
    from tradewind.report.rules_terminal import ending, item_lines, rule_lines

    regime = _regime(scenario)
    day = _day(on, "--on") if on else known_through()
    told = [_explained(name, day, regime) for name in names]
    if as_json:
        emit([_as_dict(one) for one in told])
        return
    for one in told:
        _echo(item_lines(one) if hasattr(one, "arithmetic") else rule_lines(one))
        typer.echo("")
    typer.echo(ending(known_through()))


@app.command("list")
def list_rules(
    on: Annotated[
        str | None, typer.Option("--on", help="Only rules that bind on this day.")
    ] = None,
    scenario: ScenarioFile = None,
    as_json: AsJson = False,
) -> None:
    """List the rules: id, kind, first day, first day no longer, title."""
    from tradewind.controls.reading import known_through
    from tradewind.report.rules_terminal import ending, list_lines

    regime = _regime(scenario)
    rules = regime.rules if on is None else regime.binding(_day(on, "--on"))
    if as_json:
        emit([_as_dict(rule) for rule in rules])
        return
    _echo(list_lines(rules))
    typer.echo(f"\n{ending(known_through())}")


@app.command("items")
def list_items(as_json: AsJson = False) -> None:
    """List the items that a question may name: key, TPP, density, market, name."""
    from tradewind.controls.items import Items
    from tradewind.controls.reading import known_through
    from tradewind.report.rules_terminal import ending, items_lines

    items = Items.shipped()
    if as_json:
        emit(items.rows())
        return
    _echo(items_lines(items.rows()))
    typer.echo(f"\n{ending(known_through())}")


@app.command(epilog=LEDGER)
def ledger(
    shipments: Annotated[Path, typer.Argument(help="CSV file, in order of date.")],
    scenario: ScenarioFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a list of shipments line by line: decision, caps used and left."""
    from tradewind.controls.ledger import keep_ledger
    from tradewind.controls.reading import known_through
    from tradewind.controls.shipments import read_shipments
    from tradewind.report.rules_terminal import ending, ledger_lines

    kept = keep_ledger(read_shipments(shipments), _regime(scenario))
    if as_json:
        emit(kept.to_dict())
        return
    _echo(ledger_lines(kept))
    typer.echo(f"\n{ending(known_through())}")


@app.command()
def diff(
    first: Annotated[str, typer.Argument(help="A day, YYYY-MM-DD.")],
    second: Annotated[str, typer.Argument(help="A later day.")],
    everything: Annotated[bool, typer.Option("--all", help="Show every change.")] = False,
    scenario: ScenarioFile = None,
    as_json: AsJson = False,
) -> None:
    """Tell what changed for whom between two days: rules, and the answers for every item."""
    from tradewind.controls.diff import difference
    from tradewind.controls.reading import known_through
    from tradewind.report.rules_terminal import difference_lines, ending

    days = _day(first, "DATE1"), _day(second, "DATE2")
    found = difference(*days, _regime(scenario))
    if as_json:
        emit(found.to_dict())
        return
    _echo(difference_lines(found, everything))
    typer.echo(f"\n{ending(known_through())}")


def _echo(lines: Iterable[str]) -> None:
    typer.echo("\n".join(lines))


def _explained(name: str, day: datetime.date, regime: Regime) -> Any:
    """A rule by its id, or an item against the paragraphs; a slip is told as what it is nearest."""
    from tradewind.controls.explain import explain_item
    from tradewind.errors import RuleError
    from tradewind.scenario.near_misses import near_misses

    if name in regime.by_id:
        return regime.by_id[name]
    try:
        return explain_item(name, day, regime)
    except RuleError:
        if near_misses(name, regime.by_id):
            return regime.rule(name, "argument NAMES")
        raise


def _regime(scenario: str | None) -> Regime:
    """The rules that a scenario asks for."""
    from tradewind.controls import Regime

    if scenario is None:
        return Regime.shipped()
    from tradewind.scenario import Scenario

    read = Scenario.from_yaml(scenario)
    return Regime.of(read.controls, read.origin, read.name)


def _day(text: str, where: str) -> datetime.date:
    from tradewind.errors import RuleError

    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise RuleError(
            "this is no day of the calendar",
            where=where,
            value=text,
            bound="YYYY-MM-DD",
            remedy="write for example 2025-04-09",
        ) from None


def _used(pairs: Iterable[str]) -> dict[str, float]:
    from tradewind.errors import RuleError

    found = {}
    for pair in pairs:
        name, _, amount = pair.partition("=")
        try:
            found[name] = float(amount)
        except ValueError:
            raise RuleError(
                "this does not say how much of a cap is used",
                where="option --used",
                value=pair,
                bound="QUOTA=TPP",
                remedy="write for example --used us-2025-country-allocation=1000000",
            ) from None
    return found


def _as_dict(told: Any) -> dict[str, Any]:
    if hasattr(told, "to_dict"):
        return dict(told.to_dict())
    return dict(told.model_dump(mode="json", by_alias=True, exclude_none=True))

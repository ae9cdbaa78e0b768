"""``tradewind run``: a scenario over the years, or its single equilibrium."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tradewind.cli.shared import AsJson, Language, Year
from tradewind.errors import InputError

DEFAULT = "baseline"
STATIC_DEFAULT = "us-tariffs-2026"
EXAMPLES = """
\b
Examples:
  tradewind run                                     policies as enacted, 2024 to 2035
  tradewind run controls-lifted --until 2030        another shipped scenario
  tradewind run my-scenario.yaml --out runs/mine    your own
  tradewind run blocs --from runs/baseline --at 2027    leave a run in a year, go on otherwise
  tradewind run baseline --from runs/baseline       go on from where a run ended
  tradewind run tariff-war-2018 --static            one equilibrium, everything else as it was
  tradewind run --static --year 2024 --json         the same on the world of 2024, for a program

\b
Over the years: rules, chips, power, automation, stacks, trade and capital answer each other, year
by year. --static: the trade equilibrium alone, with welfare split by cause.
Your own scenario: tradewind scenario show baseline > my-scenario.yaml, change it,
then tradewind scenario check my-scenario.yaml.
"""


def run(
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="A scenario file, or a shipped one's name (tradewind scenario list); "
            "baseline if left out, us-tariffs-2026 with --static."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/<scenario> if left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing run.")] = False,
    until: Annotated[
        int | None, typer.Option(help="Last year, 2025 to 2035; the scenario's own if left out.")
    ] = None,
    years: Annotated[
        str | None, typer.Option(help="The same as a span: 2024-2030. The first is the base year.")
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", help="Folder of a run to go on from.")
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(help="Year of that run whose state is taken; its last if left out."),
    ] = None,
    compare: Annotated[
        bool, typer.Option(help="Run the baseline as well, and tell the difference.")
    ] = True,
    shapes: Annotated[
        bool, typer.Option(help="Find the headlines under every shape of automation.")
    ] = True,
    static: Annotated[
        bool, typer.Option("--static", help="Solve the single trade equilibrium instead.")
    ] = False,
    year: Year = None,
    seed: Annotated[
        int, typer.Option(help="Kept in the manifest; nothing in a run is random.")
    ] = 0,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Run a scenario: what changes, for whom and why, year by year, and a report.

    Writes a folder with report.html, report.zh.html, a CSV, the labelled outputs and manifest.json,
    whole or not at all.
    """
    if static:
        from tradewind.cli.static import run_static

        _refuse({"--until": until, "--years": years, "--from": start, "--at": at}, static=True)
        run_static(
            STATIC_DEFAULT if scenario is None else scenario,
            out,
            force=force,
            year=year,
            seed=seed,
            language=language,
            as_json=as_json,
        )
        return
    from tradewind.cli.years import run_over_years

    _refuse({"--year": year}, static=False)
    run_over_years(
        DEFAULT if scenario is None else scenario,
        out,
        force=force,
        until=_last(until, years),
        start=start,
        at=at,
        compare=compare,
        shapes=shapes,
        language=language,
        as_json=as_json,
    )


def _refuse(given: dict[str, object], *, static: bool) -> None:
    """Refuse options that belong to the other kind of run."""
    for option, value in given.items():
        if value is not None:
            raise InputError(
                f"{option} belongs to " + ("runs over the years" if static else "--static"),
                where=f"option {option}",
                value=value,
                bound="no --static" if static else "--static",
                remedy=f"leave out {'--static' if static else option}, or "
                + (f"leave out {option}" if static else "add --static"),
            )


def _last(until: int | None, years: str | None) -> int | None:
    """Last year, from either option."""
    if years is None:
        return until
    parts = years.split("-")
    if until is not None or len(parts) != 2 or not all(part.isdigit() for part in parts):
        raise InputError(
            "the years cannot be read",
            where="option --years",
            value=years if until is None else f"{years}, and --until {until}",
            bound="a span such as 2024-2030, and no --until",
            remedy="write --years 2024-2030, or --until 2030",
        )
    from tradewind.coupling.setting import BASE_YEAR

    if int(parts[0]) != BASE_YEAR:
        raise InputError(
            "a run begins with the base year",
            where="option --years",
            value=years,
            bound=f"{BASE_YEAR}-…",
            remedy=f"write --years {BASE_YEAR}-{parts[1]}; --from goes on from a later year",
        )
    return int(parts[1])

"""A chip run as plain data, for programs."""

from __future__ import annotations

from typing import Any

from tradewind.report import chips_tables as tables
from tradewind.report.chips_contract import ChipOutputs, RoundsTable, check_chips
from tradewind.report.chips_story import flipped_rounds, flipped_years


def answer(outputs: ChipOutputs) -> dict[str, Any]:
    """Lay out facts, stocks, China's market, prices, comparisons and rounds.

    Numbers keep their full precision; ``low``, ``median`` and ``high`` are quantiles 0.05, 0.5 and
    0.95 over the draws. Stocks are in H100e at the end of the year.
    """
    check_chips(outputs)
    economies = [str(code) for code in outputs.central["economy"].to_numpy()]
    years = [int(year) for year in outputs.central["year"].to_numpy()]
    return {
        **outputs.facts,
        "stock": {code: _rows(tables.stock_of(outputs, code)) for code in economies},
        "stock_bandwidth": {
            code: _rows(tables.stock_of(outputs, code, bandwidth=True)) for code in economies
        },
        "home_families": {
            label: _rows(tables.family_stock(outputs, label))
            for label in tables.families_of(outputs)
        },
        "home_market": _rows(tables.at_home(outputs)),
        "prices": {
            str(year): tables.prices(outputs, year).reset_index().to_dict(orient="records")
            for year in years
        },
        "against": against_rows(outputs),
        "flips": {
            "years": {name: flipped_years(outputs, name) for name in ("none", "enacted")},
            "rounds": flipped_rounds(outputs.rounds) if outputs.rounds is not None else None,
        },
        **rounds_answer(outputs.rounds),
    }


def rounds_answer(rounds: RoundsTable | None) -> dict[str, Any]:
    """Effects of rounds, and what China holds with all and with none; null if not measured."""
    if rounds is None:
        return {"rounds": None, "held": None}
    return {
        "rounds": rounds.effects.to_dict(orient="records"),
        "held": rounds.held.to_dict(orient="records"),
    }


def against_rows(outputs: ChipOutputs) -> list[dict[str, Any]]:
    """What China holds beside each reference, a reference, measure and year a row."""
    home = outputs.against.sel(economy=tables.HOME)
    rows = []
    for reference in home["reference"].to_numpy():
        for metric in home["metric"].to_numpy():
            for year in home["year"].to_numpy():
                at = {"reference": reference, "metric": metric, "year": year}
                row: dict[str, Any] = {**at, "year": int(year)}
                for name in ("change", "change_percent"):
                    values = home[name].sel(at).transpose("quantile").to_numpy()
                    row |= {
                        f"{name}_{key}": float(value)
                        for key, value in zip(tables.SPREAD, values, strict=True)
                    }
                rows.append(row)
    return rows


def _rows(table: Any) -> list[dict[str, Any]]:
    return list(table.rename_axis("year").reset_index().to_dict(orient="records"))

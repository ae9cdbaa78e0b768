"""The tables of capital.md: spending over GDP by definition, what was earned, returns by path.

``python docs/capital_table.py`` prints them; a test makes them again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tradewind.capital import (
    DEFINITIONS,
    ai_revenue,
    capex_gdp,
    central,
    draws,
    history,
    registry,
    returns,
)

TIMES = {(2025, 8): "August 2025", (2025, 12): "2025", (2026, 12): "2026"}
GROWTHS = (1.5, 2.5, 4.0)
MEMBERS = 200


def minus(text: str) -> str:
    """The page's minus."""
    return text.replace("-", "−")


def share_rows() -> Iterator[str]:
    """Spending over United States GDP with bounds, per cent, beside the boom of 2000."""
    for definition, meaning in DEFINITIONS.items():
        for (year, month), name in TIMES.items():
            one = {end: 100 * v for end, v in capex_gdp(definition, year, month=month).items()}
            own = f"{one['value']:.2f} ({one['low']:.2f} to {one['high']:.2f})"
            peak = f"{one['peak']:.2f} ({one['peak_low']:.2f} to {one['peak_high']:.2f})"
            yield f"| {meaning} | {name} | {own} | {peak} | {one['ratio'] / 100:.2f} |"


def money_rows() -> Iterator[str]:
    """Spending of four and five firms, with leases, and AI revenue, USD billion."""
    told = history() / 1e3
    for year in (2023, 2024, 2025, 2026):
        one = told.sel(year=year)
        leases = float(
            one["spending_with_leases"].sum("company")
            - one["spending_with_leases"].sel(company="Oracle")
        )
        laboratories = float(told["laboratory_revenue"].sel(revenue_year=year))
        cells = (float(one["four"]), leases, float(one["five"]))
        written = " | ".join(f"{value:.0f}" for value in cells)
        yield f"| {year} | {written} | {laboratories:.1f} | {ai_revenue(year) / 1e3:.1f} |"


def return_rows() -> Iterator[str]:
    """Return on the AI capital of 2026 by growth of revenue and life of servers."""
    for growth in GROWTHS:
        for life in (3.0, 5.0, 6.0):
            one = returns(values=central({"revenue_growth": growth, "life_compute": life}))
            yield minus(
                f"| {growth} | {life:.0f} | {one['mean_revenue'] / 1e3:,.0f} | "
                f"{one['break_even_revenue'] / 1e3:,.0f} | {100 * one['return']:.0f} | "
                f"{one['cover']:.2f} | {one['break_even_utilisation']:.2f} |"
            )


def ensemble_row() -> str:
    """Return and cover over draws of all parameters."""
    found = [returns(values=values) for values in draws(MEMBERS, 0)]
    rates = np.percentile([100 * one["return"] for one in found], [5, 50, 95])
    over = 100 * np.mean([one["cover"] > 1.0 for one in found])
    return minus(
        f"Over {MEMBERS} draws of all parameters the return is {rates[1]:.0f} % a year "
        f"({rates[0]:.0f} to {rates[2]:.0f}); it covers its cost in {over:.0f} % of them."
    )


def swing_rows() -> Iterator[str]:
    """What the return hinges on: each parameter alone at its ends, widest first."""
    rows = []
    for name, known in registry().items():
        low, high = (
            100 * returns(values=central({name: end}))["return"] for end in (known.low, known.high)
        )
        if abs(high - low) > 0.05:
            rows.append((abs(high - low), name, known, low, high))
    for _, name, known, low, high in sorted(rows, key=lambda row: -row[0]):
        yield minus(f"| `{name}` | {known.low:g} to {known.high:g} | {low:.0f} | {high:.0f} |")


if __name__ == "__main__":
    for rows in (money_rows, share_rows, return_rows, swing_rows):
        print("\n".join(rows()), end="\n\n")
    print(ensemble_row())

"""The tables of adoption.md: errors at the observed points, price ratios, shares to come.

``python docs/adoption_table.py`` prints them (a minute); a test makes the quick ones again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tradewind.adoption import CHINESE, RULES, calibrated, draws, inputs, price_ratios, solve, start

MEMBERS = 64
YEARS = (2026, 2030, 2035)
TIMES = {2025.67: "September 2025", 2025.95: "December 2025"}
POINTS = {
    "tokens_start": "tokens, Chinese open, November 2024",
    "tokens_mean": "tokens, Chinese open, year to November 2025",
    "tokens_peak": "tokens, Chinese open, best month of 2025 (seen: best weeks)",
    "tokens_open": "tokens, all open, December 2025",
    "tokens_2026": "tokens, all Chinese, May 2026",
    "visits_start": "visits, Chinese, end of 2024",
    "visits_spring": "visits, Chinese, February 2025",
    "visits_summer": "visits, Chinese, August 2025",
    "russia": "use in Russia, DeepSeek, second half of 2025",
    "china": "use in China, Chinese, second half of 2025",
}


def shown(value: float, digits: int = 1, sign: str = "") -> str:
    """A number in per cent with the page's minus."""
    return f"{100 * value:{sign}.{digits}f}".replace("-", "−")


def point_rows() -> Iterator[str]:
    """Each observed point with the model's value and errors, per cent."""
    for row in calibrated().points.itertuples():
        span = f"{shown(row.observed)} ({shown(row.low)} to {shown(row.high)})"
        cells = [shown(row.model), shown(row.error, sign="+"), shown(row.persistence, sign="+")]
        if row.role == "fitted":
            cells[1:] = ["fitted", "–"]
        yield f"| {POINTS[row.point]} | {span} | {' | '.join(cells)} |"


def ratio_rows() -> Iterator[str]:
    """Price ratios by rule and share of tokens that are read."""
    for at, name in TIMES.items():
        table = price_ratios(at).pivot(index="rule", columns="input_share", values="ratio")
        for rule, meaning in RULES.items():
            cells = " | ".join(f"{value:.2f}" for value in table.loc[rule])
            yield f"| {name} | {meaning} | {cells} |"


def future(values: dict[str, float], online: bool) -> dict[int, np.ndarray]:
    """Chinese share of the world's people by year, (measure,)."""
    share, found = start(2024, values), {}
    for year in range(2025, max(YEARS) + 1):
        given = inputs(year, values, share=share, online=online)
        answer = solve(given, values=values)
        share = answer["share_new"]
        found[year] = answer["world_share"].sel(stack=list(CHINESE)).sum("stack").to_numpy()
    return found


def future_rows(members: int = MEMBERS) -> Iterator[str]:
    """Medians and 90 % intervals of the world's Chinese share, and how often it is over half."""
    for online, people in ((False, "people"), (True, "internet users")):
        drawn = [future(values, online) for values in draws(members, 0)]
        for column, measure in enumerate(("tokens", "visits")):
            cells = []
            for year in YEARS:
                shares = np.array([member[year][column] for member in drawn])
                low, middle, high = np.percentile(shares, [5, 50, 95])
                cells.append(f"{shown(middle, 0)} ({shown(low, 0)} to {shown(high, 0)})")
            over = np.mean([member[YEARS[-1]][column] > 0.5 for member in drawn])
            yield f"| {measure}, by {people} | {' | '.join(cells)} | {shown(float(over), 0)} |"


if __name__ == "__main__":
    for rows in (point_rows, ratio_rows, future_rows):
        print("\n".join(rows()), end="\n\n")

"""AI infrastructure spending against the telecom boom, by three definitions.

All of four firms: C/Y. AI in the United States: C s u o/Y, with s the share for AI, u the part in
the United States and o the spending of all firms over the four's. Information-processing equipment
and software e; its value of 2026 is that of 2025 plus what the second definition grew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tradewind.claims.experiments.tables import bilingual

COST = 0.0002
YEARS = (2025, 2026)
BEFORE = 2019
"""Year of the null run, before generative AI."""
PERCENT = 100.0
NAMES = bilingual(
    ["four firms, all", "AI in the United States", "computers and software"],
    ["四家企业全部", "美国境内人工智能", "计算机与软件"],
)


def prepare() -> dict[str, float]:
    """Read the firms' spending over GDP [% of GDP], and GDP of 2026 [USD billion]."""
    from tradewind.capital import capex_gdp, history
    from tradewind.capital.record import united_states_gdp

    four = "four_with_leases"
    shared = {str(year): PERCENT * capex_gdp(four, year)["value"] for year in (BEFORE, 2025)}
    shared["august_2025"] = PERCENT * capex_gdp(four, 2025, month=8)["value"]
    shared["gdp_2026"] = united_states_gdp(2026)["value"] / 1e3
    spent = history()["spending_with_leases"]
    shared["last_counted_usd_billion"] = float(
        spent.sel(year=2025, company=["Amazon", "Alphabet", "Microsoft", "Meta"]).sum() / 1e3
    )
    return shared


def measure(
    shared: Mapping[str, float], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Count definitions above the peak in both years, and the growth between them."""
    found = {year: definitions(shared, values, year, null=null) for year in YEARS}
    peaks = (values["telecom_peak"], values["telecom_peak"], values["equipment_peak"])
    above = {
        year: sum(share > peak for share, peak in zip(shares, peaks, strict=True))
        for year, shares in found.items()
    }
    return {
        "above_2025": float(above[2025]),
        "above_2026": float(above[2026]),
        "growth": PERCENT * (found[2026][1] / found[2025][1] - 1.0),
    }


def definitions(
    shared: Mapping[str, float], values: Mapping[str, float], year: int, *, null: bool = False
) -> tuple[float, float, float]:
    """Each definition's share of United States GDP in a year [%]."""
    part = values["ai_share"] * values["us_share"] * values["others"]
    now, then = shared["2025"], PERCENT * values["spending_2026"] / shared["gdp_2026"]
    firms = shared[str(BEFORE)] if null else {2025: now, 2026: then}[year]
    equipment = values["equipment_2025"] + (firms - now) * part
    return firms, firms * part, equipment


def figure(shared: Mapping[str, float], values: Mapping[str, float]) -> dict[str, Any]:
    """Show spending over its own telecom peak by definition and year."""
    peaks = (values["telecom_peak"], values["telecom_peak"], values["equipment_peak"])
    series = [
        {
            "label": {"en": str(year), "zh": f"{year} 年"},
            "values": [
                share / peak
                for share, peak in zip(definitions(shared, values, year), peaks, strict=True)
            ],
        }
        for year in YEARS
    ]
    august = shared["august_2025"] / values["telecom_peak"]
    return {
        "kind": "bars",
        "title": {"en": "Spending over the peak of 2000", "zh": "支出与 2000 年峰值之比"},
        "unit": "1",
        "x": {"label": {"en": "definition", "zh": "定义"}, "unit": "", "values": NAMES},
        "series": series,
        "note": {
            "en": f"Above 1: passed. In the twelve months to August 2025 all of the four firms' "
            f"spending stood at {august:.2f}. 2026 is guidance.",
            "zh": f"大于 1 即超过。截至 2025 年 8 月的十二个月,四家企业全部支出之比为 "
            f"{august:.2f}。2026 年为指引。",
        },
        "source": "tradewind.capital: company reports, BEA by way of Bloomberg, WDI",
    }

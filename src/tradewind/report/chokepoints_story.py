"""The answer of ``tradewind chokepoints`` in a few sentences, for the page and the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from tradewind.report.chokepoints_contract import KINDS
from tradewind.report.chokepoints_tables import (
    ALL_SECTORS,
    MUTUAL_FACTOR,
    cuts_table,
    horizon_path,
    shown_loss,
    tested,
)
from tradewind.report.dated import is_rolled, money_year
from tradewind.report.language import REST, Catalogue
from tradewind.report.numbers import digits_for, income_digits, plain
from tradewind.report.story import choices

# What was never bought is not shown, and needs no word.
STATUS_WORDS = {
    "exact": "chokepoints_status_exact",
    "predicted": "chokepoints_status_predicted",
    "no equilibrium": "chokepoints_status_no_equilibrium",
}
VERDICT_WORDS = {
    "mutual": "chokepoints_verdict_mutual",
    "one-sided": "chokepoints_verdict_one_sided",
    "they lose more": "chokepoints_verdict_they_lose_more",
    "neither": "chokepoints_verdict_neither",
}
VERDICT_SENTENCES = {
    "mutual": "chokepoints_headline_mutual",
    "one-sided": "chokepoints_headline_one_sided",
    "they lose more": "chokepoints_headline_they_lose_more",
}
HORIZON_WORDS = {"short": "chokepoints_horizon_short", "long": "chokepoints_horizon_long"}

LISTED = 5
"""Cuts without an equilibrium that a sentence names; the rest it counts."""

GOOD, FAIR = 0.9, 0.7
"""Rank correlations from which prediction is called a good, and a fair, guide."""
ENOUGH = 20
"""Exact cuts from which a rank correlation says something."""
FELT = 0.01
"""Loss [% of real income] from which a cut counts in what is said of sizes."""
LARGE = 10.0
"""Loss [% of real income] beyond which a size is not to be quoted."""


@dataclass(frozen=True)
class Cuts:
    """The three tables of cuts of one answer; a kind that was not asked for is empty."""

    supplier: pd.DataFrame
    link: pd.DataFrame
    sector: pd.DataFrame

    @classmethod
    def of(cls, outputs: xr.Dataset, words: Catalogue) -> Cuts:
        """Lay out the cuts of each kind."""
        return cls(**{kind: cuts_table(outputs, kind, words.names) for kind in KINDS})

    @property
    def main(self) -> pd.DataFrame:
        """The finest cuts that were asked for, by which the prediction is judged."""
        tables = (self.link, self.supplier, self.sector)
        return next((table for table in tables if len(table)), self.link)


def name_of(line: pd.Series, words: Catalogue) -> str:
    """Name a cut: its supplier, and its sector where it is of one."""
    supplier = words.economy(str(line["supplier"]))
    sector = str(line["sector"])
    return supplier if sector == ALL_SECTORS else f"{supplier} · {words.sector(sector)}"


def capital(sentence: str) -> str:
    """Begin a sentence with a capital."""
    return sentence[0].upper() + sentence[1:]


def headline(outputs: xr.Dataset, cuts: Cuts, words: Catalogue) -> list[str]:
    """Say who and what would hurt most, whose dependence it is, and how it falls with time."""
    found = [
        *_supplier(outputs, cuts.supplier, words),
        _link(outputs, cuts.link, words),
        _sector(outputs, cuts.sector, words),
        _without_equilibrium(cuts, words),
        _caution(cuts, words),
        _time(outputs, words),
    ]
    said = [sentence for sentence in found if sentence]
    return said or [words.text("chokepoints_headline_none", **_economy(outputs, words))]


def settings(outputs: xr.Dataset, words: Catalogue) -> dict[str, str]:
    """Explain the choices behind the numbers and how well they were solved."""
    attrs = outputs.attrs
    said = choices(outputs, words)
    if "trade_elasticity_mean" in attrs:
        mean = f"{float(attrs['trade_elasticity_mean']):.2g}"
        said["elasticities"] = words.text(
            "chokepoints_elasticities", set=said["elasticities"], mean=mean
        )
    return said | {"horizon": horizon(outputs, words), "severances": str(int(attrs["severances"]))}


def horizon(outputs: xr.Dataset, words: Catalogue) -> str:
    """Name the time there is to adapt."""
    name = str(outputs.attrs["horizon"])
    if name in HORIZON_WORDS:
        return words.text(HORIZON_WORDS[name])
    years = outputs.attrs.get("horizon_years")
    if years is None or not math.isfinite(float(years)):
        return name
    return words.text("chokepoints_horizon_years", years=f"{float(years):g}")


def base_year_note(outputs: xr.Dataset, words: Catalogue) -> str:
    """Say of which year the economy and the money are."""
    table, year = int(outputs.attrs["base_year"]), money_year(outputs)
    if not is_rolled(outputs):
        return words.text("chokepoints_base_year", year=year)
    return words.text("chokepoints_rolled_forward", year=year, table=table)


def prediction(outputs: xr.Dataset, cuts: pd.DataFrame, words: Catalogue) -> list[str]:
    """Say how well the gradient foretells the exact loss; nothing if it was not tried."""
    said = []
    correlation = float(outputs.attrs.get("rank_correlation", math.nan))
    count = int(outputs.attrs.get("rank_correlation_count", len(tested(cuts))))
    if math.isfinite(correlation) and count >= ENOUGH:
        guide = "poor"
        if correlation >= FAIR:
            guide = "good" if correlation >= GOOD else "fair"
        meaning = {
            "good": "chokepoints_prediction_good",
            "fair": "chokepoints_prediction_fair",
            "poor": "chokepoints_prediction_poor",
        }
        # Cut off, not rounded: what is not 1 must not claim the very same order.
        digits = 2 if correlation < 0.99 else 5
        written = plain(math.floor(correlation * 10**digits) / 10**digits, digits)
        values = {"count": f"{count:,}", "correlation": written}
        said.append(words.text("chokepoints_prediction", **values))
        if (cuts["status"] == "predicted").any():
            said.append(words.text(meaning[guide]))
    both = comparable(cuts)
    both = both[both["severance_loss_percent"] >= FELT]
    if len(both) > 1:
        ratio = both["severance_loss_percent"] / both["predicted_loss_percent"]
        low, middle, high = (float(ratio.quantile(q)) for q in (0.1, 0.5, 0.9))
        numbers = {"low": plain(low), "middle": plain(middle), "high": plain(high)}
        said.append(words.text("chokepoints_prediction_ratio", **numbers))
    return said


def codes_in(tables: Sequence[pd.DataFrame], words: Catalogue) -> str:
    """Spell out the codes of the economies that some tables name."""
    found: set[str] = set()
    for table in tables:
        columns = [key for key in table if key == "supplier" or key in alternatives(table.columns)]
        found |= {str(code) for column in columns for code in table[column]} - {""}
    return ", ".join(f"{code} {words.economy(code)}" for code in sorted(found))


def alternatives(columns: pd.Index) -> list[str]:
    """List the columns that name the next-best suppliers."""
    return [
        str(key)
        for key in columns
        if str(key).startswith("alternative_") and not str(key).endswith("_percent")
    ]


def comparable(cuts: pd.DataFrame) -> pd.DataFrame:
    """Keep what was cut exactly and costs something by either reckoning."""
    exact = tested(cuts)
    return exact[(exact["severance_loss_percent"] > 0) & (exact["predicted_loss_percent"] > 0)]


def _economy(outputs: xr.Dataset, words: Catalogue) -> dict[str, str]:
    return {"economy": words.economy_in_sentence(str(outputs.attrs["economy"]))}


def _first(table: pd.DataFrame) -> pd.Series | None:
    """Take the cut that costs most among those that have a number and cost something."""
    known = table[table["status"].isin(["exact", "predicted"]) & (shown_loss(table) > 0)]
    return None if known.empty else known.iloc[0]


def _amounts(line: pd.Series) -> dict[str, str]:
    """Write a loss in percent and in money, exact where there is an exact one."""
    kind = "severance" if line["status"] == "exact" else "predicted"
    percent, money = float(line[f"{kind}_loss_percent"]), float(line[f"{kind}_loss_usd_billion"])
    return {
        "loss": plain(percent, income_digits([percent])),
        "money": plain(money, digits_for([money], 2)),
    }


def _supplier(outputs: xr.Dataset, table: pd.DataFrame, words: Catalogue) -> list[str]:
    """Say whose embargo costs most, and whose dependence that is."""
    line = _first(table)
    if line is None:
        return []
    supplier = words.economy_in_sentence(str(line["supplier"]))
    values = _economy(outputs, words) | _amounts(line) | {"supplier": supplier}
    exact = line["status"] == "exact"
    key = "chokepoints_headline_supplier" if exact else "chokepoints_headline_supplier_predicted"
    said = [capital(words.text(key, **values))]
    if line["mutual"] in VERDICT_SENTENCES:
        other = float(line["other_side_loss_percent"])
        values = _economy(outputs, words) | {"supplier": supplier}
        values["other"] = plain(other, income_digits([other]))
        said.append(capital(words.text(VERDICT_SENTENCES[str(line["mutual"])], **values)))
    return said


def _link(outputs: xr.Dataset, table: pd.DataFrame, words: Catalogue) -> str:
    line = _first(table)
    if line is None:
        return ""
    share = float(line["expenditure_share_percent"])
    values = _economy(outputs, words) | _amounts(line)
    values |= {
        "supplier": words.economy_in_sentence(str(line["supplier"])),
        "sector": words.sector(str(line["sector"])),
        "share": plain(share, digits_for([share], 2)),
    }
    exact = line["status"] == "exact"
    key = "chokepoints_headline_link" if exact else "chokepoints_headline_link_predicted"
    said = words.text(key, **values)
    best = next_best(line, words, names=True)
    if best:
        listed = (", " if words.language == "en" else "、").join(best)
        sentence = words.text("chokepoints_headline_next_best", suppliers=listed)
        said += (" " if words.language == "en" else "") + sentence
    return said


def _sector(outputs: xr.Dataset, table: pd.DataFrame, words: Catalogue) -> str:
    line = _first(table)
    if line is None:
        return ""
    values = _economy(outputs, words) | _amounts(line)
    values |= {
        "supplier": words.economy_in_sentence(str(line["supplier"])),
        "sector": words.sector(str(line["sector"])),
    }
    exact = line["status"] == "exact"
    key = "chokepoints_headline_sector" if exact else "chokepoints_headline_sector_predicted"
    return words.text(key, **values)


def next_best(line: pd.Series, words: Catalogue, *, names: bool) -> list[str]:
    """List the next-best suppliers with their shares [% of purchases of the sector]."""
    parts = []
    for key in alternatives(line.index):
        code, share = str(line[key]), float(line[f"{key}_share_percent"])
        if code:
            label = words.economy(code) if names else code
            parts.append(f"{label} {plain(share, 0 if share >= 10 else 1)}%")
    return parts


def _caution(cuts: Cuts, words: Catalogue) -> str:
    """Warn of losses too large to be sizes, and of a supplier that is many."""
    heads = [
        line for t in (cuts.supplier, cuts.link, cuts.sector) if (line := _first(t)) is not None
    ]
    said = []
    if any(float(shown_loss(line.to_frame().T).iloc[0]) > LARGE for line in heads):
        said.append(words.text("chokepoints_caution_large", most=f"{LARGE:g}"))
    if any(line["supplier"] == REST for line in heads):
        rest = capital(words.economy_in_sentence(REST))
        said.append(words.text("chokepoints_caution_rest", rest=rest))
    return (" " if words.language == "en" else "").join(said)


def _without_equilibrium(cuts: Cuts, words: Catalogue) -> str:
    """Own up to the cuts that have no number."""
    named = []
    for table in (cuts.supplier, cuts.link, cuts.sector):
        for _, line in table[table["status"] == "no equilibrium"].iterrows():
            named.append(name_of(line, words))
    if not named:
        return ""
    listed = ("; " if words.language == "en" else "；").join(named[:LISTED])
    more = " …" if len(named) > LISTED else ""
    return words.text(
        "chokepoints_headline_no_equilibrium", count=f"{len(named):,}", cuts=listed + more
    )


def _time(outputs: xr.Dataset, words: Catalogue) -> str:
    """Say what the costliest embargo costs at the first and at the last horizon."""
    path = horizon_path(outputs)
    if path is None:
        return ""
    whole = path.dropna()
    if whole.empty or len(whole.columns) < 2:
        return ""
    code = str(whole.iloc[:, 0].idxmax())
    ends = whole.loc[code].to_numpy()
    first, last = float(ends[0]), float(ends[-1])
    digits = income_digits([first, last])
    years = whole.columns.to_numpy().astype(float)
    start, end = float(years[0]), float(years[-1])
    values = {
        "supplier": words.economy_in_sentence(code),
        "first": plain(first, digits),
        "last": plain(last, digits),
        "end": f"{end:g}",
    }
    if start == 0:
        return capital(words.text("chokepoints_headline_time_none", **values))
    return capital(words.text("chokepoints_headline_time", **values, start=f"{start:g}"))


def solved(outputs: xr.Dataset, words: Catalogue) -> str:
    """Say in one line under which settings, and how well, the answer was found."""
    said = settings(outputs, words)
    keys = (
        "horizon",
        "closure",
        "labour",
        "elasticities",
        "substitution",
        "severances",
        "residual",
    )
    return words.text("chokepoints_settings", **{key: said[key] for key in keys})


def rule(words: Catalogue) -> str:
    """State the rule by which a dependence is called mutual."""
    return words.text("chokepoints_rule", factor=f"{MUTUAL_FACTOR:g}")

"""Do controls speed up the target's own chips and split the market into blocs?

Three runs of the chip market to 2030: American rules with China's own bars lifted, the same without
an answer of capacity to price, and no rules at all. Blocs are China with its makers, and all others
with American vendors. On the links that are permitted, sales within blocs are set against chance,

    B = (w - w0) / (1 - w0),

with w the share of sales within blocs, and w0 what it would be if every family sold in proportion
to what each bloc buys, with the same totals and nothing on denied links (iterative proportional
fitting): 0 is chance, 1 full separation. Where the law alone separates, there is nothing to add
and B is 0.

Source: Newman (2003, Phys. Rev. E 67, eq. 2; 2006, PNAS 103), denied links left out of chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tradewind.chips import path
from tradewind.chips.history import MADE_AT_HOME
from tradewind.chips.market import labels, pool_of
from tradewind.chips.path import LEAST_ACCESS
from tradewind.chips.programme import NONE, Floats
from tradewind.claims.experiments.chip_markets import ChipMarkets, chip_values
from tradewind.controls import Regime
from tradewind.controls.schema import NEVER

COST = 0.25
FIRST_YEAR, LAST_YEAR = 2026, 2030
CONTROLS, FREE = "controls", "free"
OWN_BARS = ("cn-2025-08-h20", "cn-2026-01-h200")
"""China's own rules against American chips."""
SWEEPS = 500
"""Of proportional fitting; a few dozen are enough."""
LEAST_ROOM = 1e-9
"""Share of sales below which the law leaves no choice between blocs."""


def prepare() -> ChipMarkets:
    """Ask the rules with and without controls."""
    controls = Regime.shipped().changed(
        change=[{"id": rule, "compliance": NEVER} for rule in OWN_BARS], name="American rules"
    )
    return ChipMarkets.of({CONTROLS: controls, FREE: Regime.none()}, LAST_YEAR)


def measure(
    shared: ChipMarkets, values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Compare what China makes and how far sales stay within blocs, with and without controls."""
    own = chip_values(values)
    silent = {**own, "response_elasticity": 0.0}
    own = silent if null else own
    market = shared.market(own)
    found = {name: shared.solve(name, own, market) for name in (CONTROLS, FREE)}
    made = {name: output(shared, each, own) for name, each in found.items()}
    unmoved = made[CONTROLS] if null else output(shared, shared.solve(CONTROLS, silent), silent)
    excess = {name: bloc_excess(*links(shared, name, each, own)) for name, each in found.items()}
    return {
        "home_output": 100.0 * (made[CONTROLS] / made[FREE] - 1.0),
        "home_answer": 100.0 * (made[CONTROLS] / unmoved - 1.0),
        "bloc_excess": excess[CONTROLS] - excess[FREE],
    }


def output(shared: ChipMarkets, found: path.Path, values: Mapping[str, float]) -> float:
    """Compute made in China over the years asked about [H100e]."""
    return float(shared.made_at_home(found, values)[shared.since(FIRST_YEAR)].sum())


def links(
    shared: ChipMarkets, regime: str, found: path.Path, values: Mapping[str, float]
) -> tuple[Floats, Floats]:
    """Sales by family to China and to all others, and which of them the rules permit.

    Returns
    -------
    sales : (family, 2) [H100e]
    permitted : (family, 2), 0 or 1
        Whether a family on sale may go to any buyer of the bloc at any time.
    """
    home = shared.observed.home
    others = np.arange(len(shared.observed.countries)) != home
    sold = shared.sold(found, values)[shared.since(FIRST_YEAR)].sum(axis=0)
    sales = np.column_stack([sold[:, home], sold[:, others].sum(axis=1)])
    late = np.array([start.year >= FIRST_YEAR for start in shared.calendar.starts])
    policy = shared.policies[regime]
    granted = np.where(policy["case_by_case"].to_numpy() > 0.0, values["granted_share"], 1.0)
    on_sale = pool_of(shared.calendar)[late] != NONE
    access = (policy["access"].to_numpy() * granted)[late] * on_sale[:, :, None]
    best = access.max(axis=0)
    allowed = np.column_stack([best[:, home], best[:, others].max(axis=1)])
    return sales, (allowed > LEAST_ACCESS).astype(float)


def bloc_excess(sales: Floats, permitted: Floats) -> float:
    """Sales within blocs beyond chance on permitted links, over their maximum [1].

    Parameters
    ----------
    sales : (family, 2) [H100e]
        To China and to all others.
    permitted : (family, 2), 0 or 1
    """
    share = sales / sales.sum()
    fitted = fit(share.sum(axis=1), share.sum(axis=0), permitted)
    within, chance = (float((each * own_bloc()).sum()) for each in (share, fitted))
    room = 1.0 - chance
    return (within - chance) / room if room > LEAST_ROOM else 0.0


def own_bloc() -> Floats:
    """1 where a family's maker and the buyer are of one bloc: (family, 2)."""
    home = np.array([name in MADE_AT_HOME for name in labels()], float)
    return np.column_stack([home, 1.0 - home])


def fit(makes: Floats, buys: Floats, permitted: Floats) -> Floats:
    """Shares by family and bloc with given totals, proportional wherever they are permitted."""
    fitted = np.outer(makes, buys) * permitted
    for _ in range(SWEEPS):
        total = fitted.sum(axis=1)
        fitted *= np.divide(makes, total, out=np.zeros_like(total), where=total > 0.0)[:, None]
        fitted *= buys / fitted.sum(axis=0)
    return fitted


def figure(shared: ChipMarkets, values: Mapping[str, float]) -> dict[str, Any]:
    """What China makes each year in the three runs."""
    own = chip_values(values)
    silent = {**own, "response_elasticity": 0.0}
    runs = (
        (CONTROLS, own, {"en": "controls", "zh": "有管制"}),
        (CONTROLS, silent, {"en": "controls, no answer to price", "zh": "有管制，产能不反应"}),
        (FREE, own, {"en": "no controls", "zh": "无管制"}),
    )
    years = list(shared.calendar.years)
    return {
        "kind": "lines",
        "title": {"en": "Compute that China makes", "zh": "中国自产算力"},
        "x": {"label": {"en": "year", "zh": "年份"}, "unit": "", "values": years},
        "series": [
            {
                "label": label,
                "values": (shared.made_at_home(shared.solve(name, drawn), drawn) / 1000.0).tolist(),
            }
            for name, drawn, label in runs
        ],
        "unit": "thousand H100e",
        "note": {
            "en": "American rules as enacted; China's own bars on the H20 and H200 are lifted.",
            "zh": "美国规则按已颁布；中国对 H20、H200 的限制取消。",
        },
        "source": "tradewind.chips, tradewind.controls",
    }

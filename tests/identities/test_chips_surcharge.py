"""A surcharge is paid on top of the list price, by those on whom it lies and nobody else."""

from __future__ import annotations

import numpy as np
import pytest

from tradewind.chips import central, open_policy
from tradewind.chips.block import calendar_of, history, rules_of
from tradewind.chips.market import market
from tradewind.chips.solve import solve

RATE = 0.25


def test_a_buyer_pays_price_surcharge_and_rent() -> None:
    policy = open_policy(last_year=2026)
    policy["surcharge"].loc[{"country": "CHN"}] = RATE
    observed, calendar, values = history(), calendar_of(policy), central()
    own = market(observed, calendar, values)
    found = solve(own, rules_of(policy, observed, calendar, values), calendar)
    checked = {"CHN": 0, "FRA": 0}
    for code in checked:
        country = observed.countries.index(code)
        rate = RATE if code == "CHN" else 0.0
        for p, f, u in np.argwhere(found.packages[:, :, country] > 100.0):
            y, pool = own.year_of[p], own.pool_of[p, f]
            worth = found.marginal_value[p, country, u] * own.effective[y, f, u]
            paid = own.price[y, f] * (1.0 + rate) + found.rent[p, pool] * own.pool_draw[y, f]
            assert worth == pytest.approx(paid, rel=1e-6), (code, p, f, u)
            checked[code] += 1
    assert min(checked.values()) > 10

"""The coupled year: nothing moves by itself, switches move what the wiring says, accounts close."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from tests.support.coupled import OFF, free, prepared, setting, years
from tradewind.coupling import accounts
from tradewind.coupling.contract import Values
from tradewind.coupling.variables import VARIABLES
from tradewind.coupling.wiring import YEAR

UNTIL = 2026


def moved(one: Values, other: Values, tolerance: float = 1e-8) -> set[str]:
    """Variables in which two years differ by more than a part of their largest value."""
    found = set()
    for name in VARIABLES:
        a, b = one[name].to_numpy(), other[name].to_numpy()
        finite = np.isfinite(a)
        assert np.array_equal(finite, np.isfinite(b)), name
        scale = np.abs(a[finite]).max(initial=1e-300)
        if np.abs(a[finite] - b[finite]).max(initial=0.0) > tolerance * scale:
            found.add(name)
    return found


def downstream(written: Iterable[str]) -> set[str]:
    """Every variable that the wiring lets depend on some, in the same year or the next ones."""
    reached = set(written)
    while True:
        before = len(reached)
        for step in YEAR:
            if reached & {*step.reads, *step.lagged, *step.base}:
                reached |= set(step.writes)
        if len(reached) == before:
            return reached


def test_with_everything_off_every_year_repeats_the_base_year() -> None:
    found = years(setting(years={"switches": OFF}), UNTIL)
    for year in range(2025, UNTIL + 1):
        assert moved(found[2024], found[year], 1e-8) == set(), year


@pytest.mark.parametrize(
    ("switch", "step"),
    [("automation", "automation"), ("adoption", "adoption")],
)
def test_a_switch_moves_only_what_its_step_reaches(switch: str, step: str) -> None:
    without = years(setting(years={"switches": {switch: False}}), UNTIL)
    changed = moved(free(UNTIL)[UNTIL], without[UNTIL], 1e-9)
    writes = next(each.writes for each in YEAR if each.name == step)
    assert changed & set(writes)
    assert changed <= downstream(writes)


def test_adoption_reaches_nothing_but_itself() -> None:
    writes = next(each.writes for each in YEAR if each.name == "adoption")
    assert downstream(writes) == set(writes)


def test_learning_alone_moves_chips_and_leaves_trade_growth_alone() -> None:
    only = years(setting(years={"switches": {**OFF, "learning": True}}), UNTIL)
    assert "chip_stock" in moved(only[2024], only[UNTIL])
    np.testing.assert_array_equal(only[UNTIL]["trend_hat"], 1.0)
    np.testing.assert_array_equal(only[UNTIL]["automation_hat"], 1.0)
    np.testing.assert_array_equal(only[UNTIL]["stack_share"], only[2024]["stack_share"])


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"closure": "proportional"},
        {
            "shocks": [
                {"type": "tariff", "mode": "add", "percent": 20, "importer": "EU27",
                 "exporter": "CHN", "sector": "goods", "source": "test"},
                {"type": "export_tax", "exporter": "ROW", "importer": "all", "sector": "B",
                 "percent": 10, "from_year": 2026, "source": "test"},
            ],
            "years": {
                "power": [{"economies": "EU27", "fuel": "gas", "fuel_price_percent": 200}],
                "pools": [{"economies": ["EU27", "GBR"]}],
                "shape": "acemoglu_2024",
            },
        },
    ],
)  # fmt: skip
def test_accounts_close_in_every_year(fields: dict[str, object]) -> None:
    own = setting(**fields)
    found, last = years(own, UNTIL), None
    for year, values in found.items():
        misses = accounts.misses(own, year, values, last)
        expected = set(accounts.ACCOUNTS) - (
            {"stock", "capital", "power"} if last is None else set()
        )
        assert set(misses) == expected
        assert max(misses.values()) < 1e-8, misses
        last = values


def test_chips_that_wait_ask_again() -> None:
    """With next to no connections chips wait, and the accounts hold what they ask for later."""
    own = setting(years={"power": [{"economies": "USA", "connection_percent": -99}]})
    found = years(own, UNTIL)
    waiting = [float(found[year]["idle_power"].sel(economy="USA")) for year in (2025, 2026)]
    assert 1.0 < waiting[0] < waiting[1]
    for year in (2025, 2026):
        misses = accounts.misses(own, year, found[year], found[year - 1])
        assert max(misses.values()) < 1e-8, misses
    assert float(found[2026]["running_share"].sel(economy="USA")) < 0.9


def test_gdp_counts_tariffs_and_export_taxes() -> None:
    base = free()[2024]
    added = base["gdp"].to_numpy() - base["value_added"].to_numpy()
    assert (added >= 0.0).all()
    assert added.max() > 1e3


def test_energy_is_what_the_chips_draw() -> None:
    """A second way: fleet times utilisation times the mean PUE, against what the plan serves."""
    own = prepared()
    for values in free().values():
        drawn = values["fleet_power"].to_numpy() * own.values["utilisation"]
        pue = own.areas.weight @ own.areas.pue / 1e3
        np.testing.assert_allclose(values["compute_energy"], drawn * pue, rtol=1e-12)


def test_a_year_is_entered_with_its_state_alone() -> None:
    """From the state of 2025 the year 2026 comes out bit for bit."""
    whole = free()
    (year, again), *rest = years(
        prepared(), UNTIL, base=whole[2024], state=whole[2025], after=2025
    ).items()
    assert (year, rest) == (2026, [])
    for name in VARIABLES:
        np.testing.assert_array_equal(again[name].to_numpy(), whole[2026][name].to_numpy())


def test_dearer_gas_makes_power_dearer_and_output_of_power_smaller() -> None:
    shock = {"years": {"power": [{"economies": "ITA", "fuel": "gas", "fuel_price_percent": 200}]}}
    before, after = free()[2025], years(setting(**shock), 2025)[2025]
    name = {"economy": "ITA"}
    assert after["power_price_economy"].sel(name) > 1.3 * before["power_price_economy"].sel(name)
    assert after["output_share"].sel(economy="ITA", sector="D35") < before["output_share"].sel(
        economy="ITA", sector="D35"
    )
    assert after["real_income_hat"].sel(name) < before["real_income_hat"].sel(name)


def test_a_pool_lets_chips_go_where_they_could_not() -> None:
    pool = {"years": {"pools": [{"economies": ["DEU", "NOR"]}]}}
    near = {"near_share": 0.95}
    apart = years(setting(years={"parameters": near}), 2025)[2025]["placed"]
    together = years(setting(years={**pool["years"], "parameters": near}), 2025)[2025]["placed"]
    place = {"economy": "DEU", "area": "Norway"}
    assert float(apart.sel(place)) == 0.0
    assert float(together.sel(place)) > 0.01

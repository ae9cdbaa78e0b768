"""From rules to a policy: what a dozen buyers may have on and around the days that matter."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.support.chips_scenarios import NAMES, case, policies
from tradewind.chip_run import compile_policy
from tradewind.chip_run.questions import CASE_BY_CASE, Asked
from tradewind.chips import Calendar
from tradewind.chips.block import POLICY, history
from tradewind.chips.families import families
from tradewind.controls import Regime, decide_table
from tradewind.controls.equations import POLICIES

ENACTED, FREE, KEPT = "chips-as-enacted", "chips-no-controls", "chips-diffusion-kept"


def on(name: str, day: str) -> xr.Dataset:
    """A policy's period that holds a day."""
    policy = policies()[name]
    before = policy["period"].values <= np.datetime64(day)
    return policy.isel(period=int(np.flatnonzero(before)[-1]))


def access(name: str, family: str, country: str, day: str) -> float:
    return float(on(name, day)["access"].sel(family=family, country=country))


@pytest.mark.parametrize(
    ("family", "country", "day", "expected"),
    [
        # Letters of 26 August 2022: A100 and H100 to China with Hong Kong, and to Russia.
        ("a100", "CHN", "2022-08-25", 1.0),
        ("a100", "CHN", "2022-08-26", 0.0),
        ("a100", "HKG", "2022-08-25", 1.0),
        ("a100", "HKG", "2022-08-26", 0.0),
        ("a100", "RUS", "2022-08-25", 1.0),
        ("a100", "RUS", "2022-08-26", 0.0),
        ("h100", "RUS", "2023-06-01", 0.0),
        # 88 FR 2821: Macau from 17 January 2023.
        ("a100", "MAC", "2023-01-16", 1.0),
        ("a100", "MAC", "2023-01-17", 0.0),
        # A800 and H800 were made for the rule of October 2022 and fell on 23 October 2023.
        ("a800", "CHN", "2022-10-21", 1.0),
        ("a800", "CHN", "2023-10-22", 1.0),
        ("a800", "CHN", "2023-10-23", 0.0),
        ("h800", "CHN", "2023-10-23", 0.0),
        # November 2023: Kazakhstan and the Emirates with a licence that is presumed.
        ("h100", "KAZ", "2023-11-17", 1.0),
        ("h100", "ARE", "2023-11-17", 1.0),
        ("h100", "CHN", "2023-11-17", 0.0),
        # H20: free until 8 April 2025, denied from the 9th.
        ("h20", "CHN", "2024-01-02", 1.0),
        ("h20", "CHN", "2025-04-08", 1.0),
        ("h20", "CHN", "2025-04-09", 0.0),
        ("h20", "MAC", "2025-04-09", 0.0),
        # Elsewhere and at home nothing is denied.
        ("h100", "IND", "2025-06-01", 1.0),
        ("h100", "FRA", "2023-11-17", 1.0),
        ("leading", "FRA", "2030-01-01", 1.0),
        ("leading", "CHN", "2030-01-01", 0.0),
        ("ascend", "CHN", "2024-06-01", 1.0),
    ],
)
def test_who_may_have_what_as_enacted(family: str, country: str, day: str, expected: float) -> None:
    assert access(ENACTED, family, country, day) == expected
    assert access(FREE, family, country, day) == 1.0


def test_duty_and_case_by_case_of_january_2026() -> None:
    before, after = (
        on("chips-h200-allowed", day).sel(family="h200", country="CHN")
        for day in ("2026-01-14", "2026-01-15")
    )
    assert (float(before["access"]), float(before["surcharge"])) == (0.0, 0.0)
    assert (float(after["access"]), float(after["surcharge"])) == (1.0, 0.25)
    assert float(after["case_by_case"]) == 0.0
    # The leading chip is above its bounds.
    assert access("chips-h200-allowed", "leading", "CHN", "2026-01-15") == 0.0
    # For a week in August 2025 the H20 was a matter of single licences.
    single = on(ENACTED, "2025-08-11").sel(family="h20", country="CHN")
    assert (float(single["access"]), float(single["case_by_case"])) == (1.0, 1.0)


def test_makers_at_home_lose_memory_and_then_foundries() -> None:
    for name, days in (
        ("memory_open", ("2024-12-30", "2024-12-31")),
        ("foundry_open", ("2025-01-30", "2025-01-31")),
    ):
        assert [float(on(ENACTED, day)[name]) for day in days] == [1.0, 0.0]
        assert (policies()[FREE][name] == 1.0).all()
    stopped = [
        float(on("chips-mineral-stop", d)["minerals_stopped"]) for d in ("2026-12-31", "2027-01-01")
    ]
    assert stopped == [0.0, 1.0]
    assert (policies()[ENACTED]["minerals_stopped"] == 0.0).all()


@pytest.mark.parametrize(
    ("country", "counted"), [("IND", 1.0), ("ARE", 1.0), ("CHE", 1.0), ("FRA", 0.0), ("TWN", 0.0)]
)
def test_allocations_of_the_diffusion_rule(country: str, counted: float) -> None:
    """790 million TPP for whoever is no partner, from 15 May 2025."""
    kept = policies()[KEPT]
    assert float(on(KEPT, "2025-05-14")["counted"].sel(family="h100", country=country)) == 0.0
    assert float(on(KEPT, "2025-05-15")["counted"].sel(family="h100", country=country)) == counted
    assert float(kept["quota"].sel(country=country)) == (790e6 if counted else np.inf)
    assert (policies()[ENACTED]["counted"] == 0.0).all()


def test_a_threshold_in_bandwidth_denies_what_was_let_through() -> None:
    """From 2027 on; the H20 and H200 are above 2,000 GB/s, as the ascend is, which no rule asks."""
    name = "chips-bandwidth-threshold"
    for family in ("h20", "h200", "leading"):
        assert access(name, family, "CHN", "2027-01-01") == 0.0
        assert access(name, family, "FRA", "2027-01-01") == access(
            ENACTED, family, "FRA", "2027-01-01"
        )
    assert access(name, "ascend", "CHN", "2027-01-01") == 1.0


@pytest.mark.parametrize("name", NAMES)
def test_policies_have_the_variables_and_periods_of_the_market(name: str) -> None:
    policy = policies()[name]
    assert set(policy.data_vars) == set(POLICY)
    for variable, dims in POLICY.items():
        assert policy[variable].dims == dims
        assert bool((policy[variable] >= 0.0).all())
    assert list(policy["country"].values) == history().countries
    # Case by case only where there is something to grant; a duty only where something is sold.
    assert not bool(((policy["case_by_case"] > 0.0) & (policy["access"] == 0.0)).any())


def test_periods_are_as_few_as_answers_allow() -> None:
    """Every period that no year or launch asks for differs from the one before, for some regime."""
    starts = policies()[ENACTED]["period"].values.astype("datetime64[D]").tolist()
    for p, start in enumerate(starts):
        if start in Calendar.cut().starts:
            continue
        assert any(
            not policy.isel(period=p)[name].equals(policy.isel(period=p - 1)[name])
            for policy in policies().values()
            for name in POLICY
            if "period" in POLICY[name]
        ), start


def test_one_regime_alone_says_the_same_on_its_own_periods() -> None:
    alone, among = compile_policy(), policies()[ENACTED]
    assert alone.attrs["regime"] == among.attrs["regime"]
    for day in alone["period"].values:
        for name in ("access", "case_by_case", "surcharge", "memory_open", "foundry_open"):
            one = alone[name].sel(period=day)
            other = on(ENACTED, str(day)[:10])[name]
            np.testing.assert_array_equal(one, other)


def test_representatives_answer_as_every_country_would() -> None:
    """A sample of families, countries and periods, each asked by itself."""
    policy = policies()[ENACTED]
    days = [day.date() for day in policy["period"].to_index()]
    calendar = case(ENACTED).calendar
    asked = Asked(calendar, [Regime.shipped()])
    countries = history().countries
    rng = np.random.default_rng(20)
    known = list(families().values())
    american = [f for f, family in enumerate(known) if family.american]
    picked = {"MAC", "CHN", "RUS", "KAZ", "ARE", *rng.choice(countries, 40)}
    # Hong Kong stands where China stands, in China's own bars as well.
    picked.discard("HKG")
    for name in ("access", "case_by_case", "surcharge"):
        np.testing.assert_array_equal(
            policy[name].sel(country="HKG"), policy[name].sel(country="CHN")
        )
    text = "".join(map(asked._text_of, Regime.shipped().rules))
    periods = list(range(0, len(days), 3))
    asked.countries = sorted(str(code) for code in picked)
    rows = asked._rows(american, periods, text)
    found = decide_table(rows, Regime.shipped())
    shape = (len(periods), len(american), len(picked))
    level = np.maximum(found.strictest, found.import_level).reshape(shape)
    own = policy.isel(period=periods, family=american).sel(country=asked.countries)
    different = (level <= CASE_BY_CASE) != (own["access"].to_numpy() > 0.0)
    assert not different.any(), {
        (str(days[periods[p]]), known[american[f]].name["en"], asked.countries[c])
        for p, f, c in zip(*np.nonzero(different), strict=True)
    }
    np.testing.assert_array_equal(level == CASE_BY_CASE, own["case_by_case"] > 0.0)
    duty = found.duty_percent.reshape(shape) / 100.0
    np.testing.assert_array_equal(duty, own["surcharge"])


def test_levels_are_in_order() -> None:
    assert POLICIES.index("presumption_of_approval") < CASE_BY_CASE
    assert POLICIES.index("presumption_of_denial") > CASE_BY_CASE
    assert POLICIES[CASE_BY_CASE] == "case_by_case"


def test_what_is_sold_is_what_the_rules_let_through() -> None:
    """Back from the market to the law: no American chip is bought where its rule denies it."""
    solved = case(ENACTED)
    bought = solved.found.packages.sum(axis=3)
    assert not (bought > 1.0)[solved.policy["access"].to_numpy() == 0.0].any()
    china = solved.observed.home
    sold = {list(families())[f] for f in np.flatnonzero(bought[:, :, china].sum(axis=0) > 1.0)}
    assert {"a100", "a800", "h800", "h20", "ascend", "cambricon"} <= sold
    assert not sold & {"blackwell", "leading", "cut", "tpu", "trainium"}

"""A list of shipments with the Diffusion rule kept: every cap, whole shipments, and order."""

from __future__ import annotations

import pytest

from tests.support.rules import small_regime
from tradewind.controls import Regime
from tradewind.controls.ledger import Ledger, Line, keep_ledger
from tradewind.controls.shipments import parse_shipments
from tradewind.errors import RuleError

KEPT = Regime.shipped().changed(change=[{"round": "us-2025-diffusion", "enforced_until": None}])
HEAD = (
    "date,item,quantity,destination,headquarters,consignee,company,certifications,claim,"
    "company_total"
)
H100 = 15832.0
ALLOCATION, SMALL = "us-2025-country-allocation", "us-2025-lpp-cap"


def kept(*rows: str, regime: Regime = KEPT) -> Ledger:
    return keep_ledger(parse_shipments("\n".join((HEAD, *rows)) + "\n", "list.csv"), regime)


def uses(line: Line) -> dict[str, tuple[float, float | None]]:
    return {use.quota: (use.uses, use.left) for use in line.uses}


def test_a_country_allocation_takes_49898_and_no_more() -> None:
    first, second, third = kept(
        "2025-06-01,h100,49898,IN,,,,,,",
        "2025-06-01,h100,1,IN,,,,,,",
        "2025-06-02,h100,49899,BR,,,,,,",
    ).lines
    left = 790_000_000 - 49_898 * H100
    assert (first.policy, first.goes) == ("presumption_of_approval", True)
    assert uses(first) == {ALLOCATION: (49_898 * H100, left)}
    assert (second.policy, second.goes) == ("denial", False)
    assert uses(second) == {ALLOCATION: (0.0, left)}
    # Another country has a cap of its own, and what does not fit whole does not go at all.
    assert (third.policy, third.goes) == ("denial", False)
    assert [use.units_that_fit for use in third.uses] == [49_898.0]
    assert uses(third) == {ALLOCATION: (0.0, 790_000_000.0)}


def test_low_performance_is_counted_by_consignee_and_calendar_year() -> None:
    rows = (
        "2025-06-01,h100,1699,IN,,one,,lpp,,",
        "2025-06-01,h100,1,IN,,one,,lpp,us-2025-lpp,",
        "2025-06-01,h100,1,IN,,one,,lpp,,",
        "2025-06-01,h100,1699,IN,,two,,lpp,,",
        "2026-01-01,h100,1699,IN,,one,,lpp,,",
    )
    ledger = kept(*rows)
    assert [line.rule for line in ledger.lines] == [
        "us-2025-lpp",
        # What claims the exception and does not fit goes on to a licence.
        "us-2025-diffusion-allocated",
        "us-2025-diffusion-allocated",
        "us-2025-lpp",
        "us-2025-lpp",
    ]
    balance = {(use.quota, *use.of): use.uses for use in ledger.balances}
    assert balance == {
        (SMALL, "one", "2025"): 1699 * H100,
        (SMALL, "two", "2025"): 1699 * H100,
        (SMALL, "one", "2026"): 1699 * H100,
        # The exception does not count against the country.
        (ALLOCATION, "IN"): 2 * H100,
    }


def test_a_licence_claimed_uses_the_country_and_not_the_exception() -> None:
    (line,) = kept("2025-06-01,h100,1,IN,,one,,lpp,licence,").lines
    assert line.rule == "us-2025-diffusion-allocated"
    assert uses(line) == {ALLOCATION: (H100, 790_000_000 - H100)}


def test_a_national_validated_end_user_follows_the_cumulative_path() -> None:
    ledger = kept(
        "2025-06-30,h100,59971,IN,,,acme,nveu,us-2025-nveu,",
        "2025-06-30,h100,20000,IN,,,acme,nveu,us-2025-nveu,",
        "2025-07-01,h100,19993,IN,,,acme,nveu,us-2025-nveu,",
        "2025-07-01,h100,1,BR,,,acme,nveu,us-2025-nveu,",
    )
    assert 59_971 * H100 <= 949_500_000 < 79_971 * H100
    goes = [line.rule == "us-2025-nveu" for line in ledger.lines]
    assert goes == [True, False, True, True]
    caps = {(use.quota, *use.of): use for use in ledger.balances}
    assert caps["us-2025-nveu-cap", "acme", "IN"].uses == 79_964 * H100
    assert caps["us-2025-nveu-cap", "acme", "IN"].left == 1_266_000_000 - 79_964 * H100
    assert caps["us-2025-nveu-cap", "acme", "BR"].uses == H100


def test_shares_of_a_universal_validated_end_user_grow_with_what_it_ships() -> None:
    share = "us-2025-uveu-country"
    ledger = kept(
        # A fourteenth of 93 is 7 % of 100: with 93 H100 at home it may place 7 in India.
        f"2025-06-01,h100,8,IN,JP,,acme,uveu,us-2025-uveu-other,{93 * H100}",
        f"2025-06-01,h100,7,IN,JP,,acme,uveu,us-2025-uveu-other,{93 * H100}",
        f"2025-06-01,h100,14,JP,JP,,acme,uveu,,{93 * H100}",
        f"2025-06-01,h100,1,IN,JP,,acme,uveu,us-2025-uveu-other,{93 * H100}",
    )
    told = [line.rule == "us-2025-uveu-other" for line in ledger.lines]
    assert told == [False, True, False, True]
    fits = [use.units_that_fit for line in ledger.lines for use in line.uses if use.quota == share]
    assert fits[:2] == [7.0, 7.0]
    assert ledger.lines[2].goes


def test_a_line_that_hangs_on_a_figure_uses_nothing() -> None:
    (line,) = kept("2025-06-01,h100,7,IN,JP,,acme,uveu,us-2025-uveu-other,").lines
    assert (line.policy, line.goes) == (None, None)
    assert line.missing == ("company_total",)
    assert all(use.uses == 0.0 for use in line.uses)


def test_a_cap_needs_to_know_for_whom_it_is_counted() -> None:
    with pytest.raises(RuleError, match="consignee is missing") as caught:
        kept("2025-06-01,h100,1,IN,,,,lpp,,")
    assert caught.value.where == "list.csv, line 2, consignee"


def test_without_caps_a_list_is_only_decided() -> None:
    ledger = kept(
        "2022-08-25,a100,10,CN,,,,,,",
        "2022-08-26,a100,10,CN,,,,,,",
        regime=Regime.shipped(),
    )
    assert [line.goes for line in ledger.lines] == [True, False]
    assert [line.policy for line in ledger.lines] == ["none", "presumption_of_denial"]
    assert ledger.balances == ()
    assert [line.line for line in ledger.lines] == [2, 3]
    plain = ledger.to_dict()
    assert plain["lines"][0]["date"] == "2022-08-25"


def test_a_requirement_that_is_not_lifted_keeps_the_cap_unused() -> None:
    regime = small_regime()
    (line,) = kept("2021-02-01,h20,1,CN,,one,,small,,", regime=regime).lines
    # The letter bars it although the other requirement would be lifted.
    assert line.policy == "presumption_of_denial"
    assert all(use.uses == 0.0 for use in line.uses)

"""What Python's door to chokepoints refuses, and what a kept job belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.chokepoints_fixture import make_chokepoints
from tradewind.chokepoint_question import Question, fingerprint, setting_at
from tradewind.chokepoint_run import ChokepointRun, find_chokepoints
from tradewind.errors import InputError
from tradewind.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World.default()


def test_a_kept_job_belongs_to_its_economy_and_its_assumptions(world: World) -> None:
    asked = Question("DEU")
    short, long = (setting_at(world, horizon) for horizon in ("short", "long"))
    known = fingerprint(world, asked, [short])
    assert known == fingerprint(world, replace(asked, exact=7), [short])
    assert known != fingerprint(world, replace(asked, economy="FRA"), [short])
    assert known != fingerprint(world, asked, [long])
    assert known != fingerprint(World.at(2024), asked, [short])


@pytest.mark.parametrize("kind", ["links", "", "LINK"])
def test_a_table_of_no_such_kind_is_refused(world: World, kind: Any) -> None:
    found = ChokepointRun(world, make_chokepoints(), {})
    assert len(found.table("link"))
    with pytest.raises(InputError, match="no cuts of this kind"):
        found.table(kind)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"by": []}, "unknown kind of cut"),
        ({"exact": 1.5}, "is no count"),
        ({"exact": -1}, "is no count"),
        ({"closure": "open"}, "unknown closure"),
    ],
)
def test_odd_arguments_are_refused(world: World, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        find_chokepoints(world, "DEU", **given)


def test_a_world_that_is_none() -> None:
    not_a_world: Any = "DEU"
    with pytest.raises(InputError, match="not a World"):
        find_chokepoints(not_a_world)

"""What the words of a selector stand for."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.scenario_world import ECONOMIES, SECTORS, small_world
from tradewind.errors import ScenarioError
from tradewind.scenario.groups import groups, territories
from tradewind.scenario.selectors import select, vocabularies
from tradewind.scenario.yaml_source import Source
from tradewind.world import names

WORLD = small_world()
WORDS = vocabularies(WORLD)


def economies(*items: str) -> tuple[str, ...]:
    return select(WORDS["economies"], items, Source("test"), "importer").codes


def sectors(*items: str) -> tuple[str, ...]:
    return select(WORDS["sectors"], items, Source("test"), "sector").codes


@pytest.mark.parametrize(
    "word", ["NOR", "nor", "NO", "no", "Norway", "norway", " NORWAY", "united_states", "US", "usa"]
)
def test_one_economy_by_many_words(word: str) -> None:
    assert economies(word) == (("USA",) if word.lower().startswith("u") else ("NOR",))


@pytest.mark.parametrize("word", ["UK", "GB", "GBR", "Great Britain", "united kingdom"])
def test_aliases(word: str) -> None:
    assert economies(word) == ("GBR",)


@pytest.mark.parametrize("word", ["rest", "ROW", "Rest of the world", "rest of world"])
def test_the_rest_of_the_world(word: str) -> None:
    assert economies(word) == ("ROW",)


def test_groups_take_the_members_of_the_world_in_its_order() -> None:
    assert economies("EU27") == ("DEU", "FRA")
    assert economies("eu-27", "G7") == ("DEU", "FRA", "GBR", "USA")
    assert economies("ASEAN") == ("IDN",)
    assert economies("BRICS") == ("CHN", "IDN", "RUS")
    assert economies("all") == tuple(ECONOMIES)


def test_exclusions_do_not_depend_on_order() -> None:
    expected = tuple(code for code in ECONOMIES if code not in ("USA", "DEU", "FRA"))
    assert economies("all", "-USA", "-EU27") == expected
    assert economies("-EU27", "all", "- USA") == expected


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("c26", ("C26",)),
        ("Motor Vehicles", ("C29",)),
        ("C28,C33", ("C28,C33",)),
        ("n", ("N",)),
        ("electronics", ("C26",)),
        ("energy", ("B", "C19", "D35")),
        ("Energy Intensive", ("C19",)),
        ("manufacturing", ("C19", "C26", "C27", "C28,C33", "C29")),
        ("services", ("N",)),
        ("all", tuple(SECTORS)),
    ],
)
def test_sectors(word: str, codes: tuple[str, ...]) -> None:
    assert sectors(word) == codes


def test_every_member_of_a_group_is_a_territory() -> None:
    for group in groups("economies").values():
        assert set(group.members) <= set(territories()), group.name
        assert len(set(group.members)) == len(group.members)
        assert group.source
        assert group.as_of


@pytest.mark.parametrize(
    ("group", "count"),
    [("EU27", 27), ("EU28", 28), ("EURO-AREA", 21), ("G7", 7), ("NATO", 32), ("ASEAN", 11),
     ("BRICS", 10), ("USMCA", 3), ("CHIP-PARTNERS", 18)],
)  # fmt: skip
def test_groups_are_complete(group: str, count: int) -> None:
    assert len(groups("economies")[group].members) == count


def test_groups_of_economies_are_nested_as_they_should_be() -> None:
    members = {name: set(group.members) for name, group in groups("economies").items()}
    assert members["EU28"] - members["EU27"] == {"GBR"}
    assert members["EURO-AREA"] < members["EU27"]
    assert members["G7"] < members["NATO"] | {"JPN"}


def test_iso_codes_are_complete_and_unique() -> None:
    table = territories().values()
    assert len(table) == 249
    assert len({territory.iso2 for territory in table}) == 249
    assert len({territory.names["en"] for territory in table}) == 249


def test_groups_of_sectors_use_the_codes_of_the_shipped_table() -> None:
    shipped = names.SECTORS
    for group in groups("sectors").values():
        assert set(group.members) <= set(shipped), group.name
        assert group.source
    sets = {name: set(group.members) for name, group in groups("sectors").items()}
    assert sets["goods"] == {code for code in shipped if code[0] in "ABC"}
    assert sets["manufacturing"] == {code for code in shipped if code[0] == "C"}
    assert sets["services"] == {code for code in shipped if code[0] in "GHIJKLMNOPQR"}


@given(st.lists(st.sampled_from(list(ECONOMIES)), min_size=1))
def test_a_list_of_codes_selects_exactly_these(codes: list[str]) -> None:
    assert set(economies(*codes)) == set(codes)
    assert list(economies(*codes)) == [code for code in ECONOMIES if code in codes]


@given(st.text(min_size=1, max_size=12))
def test_any_other_word_is_refused_and_nothing_else_raised(word: str) -> None:
    # Any other class of error would fail the test.
    with contextlib.suppress(ScenarioError):
        assert economies(word)


@pytest.mark.parametrize("word", ["EU", "eu"])
def test_eu_is_the_eu27(word: str) -> None:
    assert economies(word) == economies("EU27")
    assert economies(word) != economies("EU28")

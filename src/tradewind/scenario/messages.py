"""The sentences that tell a scenario, in English and Chinese.

Templates carry no full stop; `words.py` closes a sentence, after its source if it has one. English
sentences are in the passive, so that they read for one economy and for many.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from tradewind.scenario.yaml_source import read_table

Language = Literal["en", "zh"]


@cache
def _catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return read_table("messages.yaml")


def message(key: str, language: Language, **values: object) -> str:
    """A sentence or phrase of the catalogue with its places filled.

    >>> message("change_up", "en", size="25")
    'rises by 25 %'
    """
    return _catalogue()["sentences"][key][language].format(**values)


def sector_name(code: str, names: Mapping[str, str], language: Language) -> str:
    """Name of a sector with its code; the world's own name where the catalogue has none.

    >>> sector_name("C29", {"C29": "Motor Vehicles"}, "en")
    'Motor Vehicles (C29)'
    """
    translated = _catalogue()["sectors"].get(code, {}).get(language)
    return message("coded", language, name=translated or names.get(code, code).strip(), code=code)


def set_name(elasticity_set: str, language: Language) -> str:
    """The article behind a set of trade elasticities, or the set's own name."""
    return _catalogue()["elasticity_sets"].get(elasticity_set, {}).get(language, elasticity_set)


def listed(phrases: list[str], language: Language) -> str:
    """Join phrases as the language does.

    >>> listed(["a", "b", "c"], "en")
    'a, b and c'
    """
    if len(phrases) == 1:
        return phrases[0]
    head = message("comma", language).join(phrases[:-1])
    return head + message("and", language) + phrases[-1]

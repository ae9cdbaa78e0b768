"""Words: every sentence of a report in English and in Chinese, from one catalogue."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, get_args

from tradewind.errors import InputError
from tradewind.report.contract import Names
from tradewind.scenario.groups import territories

Language = Literal["en", "zh"]
HTML_LANGUAGE: dict[str, str] = {"en": "en", "zh": "zh-Hans"}

REST = "ROW"
"""Label of the rest of the world, which every country outside the table belongs to."""

WITH_ARTICLE = frozenset({"USA", "GBR", "NLD", REST})
"""Economies that take “the” inside an English sentence."""

LOWERED = {REST: "rest of the world"}
"""Names that are no proper names, as they stand inside an English sentence."""


@cache
def messages() -> dict[str, dict[str, str]]:
    """Read the catalogue: key, then language, then text with {placeholders}."""
    return _read("data/messages.toml")


@cache
def chinese_names() -> dict[str, dict[str, str]]:
    """Read the Chinese names of the shipped world's economies and sectors."""
    return _read("data/names_zh.toml")


def _read(path: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("tradewind.report").joinpath(path).read_text("utf-8"))


@dataclass(frozen=True)
class Catalogue:
    """The words of one language for one world.

    Parameters
    ----------
    language : {"en", "zh"}
        Language of the report.
    names : Names
        English names of the labels. A label of a user's own world that has no Chinese name in
        the catalogue keeps the name its world gives it.
    """

    language: Language
    names: Names

    def __post_init__(self) -> None:
        if self.language not in get_args(Language):
            raise InputError(
                "a report is not written in this language",
                where="language",
                value=self.language,
                bound=" or ".join(get_args(Language)),
            )

    def text(self, key: str, **values: object) -> str:
        """Look a sentence up and fill in its placeholders."""
        return messages()[key][self.language].format(**values)

    def has(self, key: str) -> bool:
        """Say whether the catalogue knows a key."""
        return key in messages()

    def economy(self, code: str) -> str:
        """Name an economy."""
        if self.language == "zh" and code in chinese_names()["economy"]:
            return chinese_names()["economy"][code]
        if self.language == "zh" and code in territories():
            return territories()[code].names["zh"]
        return self.names.economy_names[code].strip()

    def sector(self, code: str) -> str:
        """Name a sector."""
        if self.language == "zh" and code in chinese_names()["sector"]:
            return chinese_names()["sector"][code]
        return self.names.sector_names[code].strip()

    def economy_in_sentence(self, code: str) -> str:
        """Name an economy as it stands at the head of a sentence or inside one."""
        name = self.economy(code)
        if self.language != "en":
            return name
        return f"the {LOWERED.get(code, name)}" if code in WITH_ARTICLE else name

    def component(self, code: str) -> str:
        """Name a cause of the change of real income; one the catalogue lacks keeps its code."""
        key = f"component_{code}"
        return self.text(key) if self.has(key) else code.replace("_", " ")

    def setting(self, kind: str, code: str) -> str:
        """Explain a setting of the run (closure, labour, elasticity set)."""
        key = f"{kind}_{code}"
        return self.text(key) if self.has(key) else code

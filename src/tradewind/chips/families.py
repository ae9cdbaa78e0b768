"""The families of chips, as their table says.

Source: ``tables/families.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tradewind.scenario.forms import Frozen
from tradewind.scenario.yaml_source import read_table

Text = Annotated[str, Field(min_length=1)]
Quarter = Annotated[str, Field(pattern=r"^20\d\dQ[1-4]$")]
Positive = Annotated[float, Field(gt=0.0)]

H100_BANDWIDTH_TB_S = 3.35
"""Memory bandwidth of an H100 SXM5 [TB/s], the unit of bandwidth here (Epoch AI)."""
HOME = "CHN"
"""The economy whose own makers answer to what it is denied."""
ABROAD = "USA"
"""The economy whose price stands for the open market's."""
LEADING = "leading"
"""Family and pool of the leading package of 2026 and after."""


class Like(Frozen):
    """Figures of a package nobody has sold yet."""

    h100e: Positive
    """[H100e / package]"""
    bandwidth: Positive
    """Memory bandwidth [TB/s]."""


class Family(Frozen):
    """Chips that buyers and rules take for one; fields as the head of the table says."""

    name: Mapping[Literal["en", "zh"], Text]
    vendor: Text
    item: Text
    interconnect_gb_s: Positive | None = None
    certifications: tuple[Text, ...] = ()
    grows: bool = False
    chips: tuple[Text, ...]
    bandwidth_tb_s: Mapping[str, Positive] = {}
    dies: Mapping[str, Positive] = {}
    like: Like | None = None
    pool: Text
    pool_2026: Text | None = None
    sold_to: Literal["all"] | tuple[Text, ...]
    start: Quarter = Field(alias="from")
    until: Quarter | None = None
    price: Text
    times: Positive | None = None
    note: Text

    @model_validator(mode="after")
    def _has_figures(self) -> Family:
        if not self.chips and self.like is None:
            raise ValueError(f"{self.name['en']}: neither chips nor figures of its own")
        return self

    @property
    def american(self) -> bool:
        """Whether rules of the United States ask about it as its maker's own export."""
        return self.vendor in {"NVIDIA", "AMD", "Google", "Amazon"}

    def on_sale(self, quarter: str) -> bool:
        """Whether it is on sale in a quarter such as ``2024Q1``."""
        return self.start <= quarter and (self.until is None or quarter <= self.until)

    def pool_in(self, year: int) -> str:
        """Name the capacity it is cut from."""
        return self.pool_2026 if year >= 2026 and self.pool_2026 else self.pool


@cache
def families() -> Mapping[str, Family]:
    """Every family by its label, in the order of the table."""
    table = read_table("families.yaml", "tradewind.chips")
    return {label: Family.model_validate(entry) for label, entry in table.items()}


@cache
def pools() -> tuple[str, ...]:
    """Names of all pools, each where it first appears."""
    names = [name for family in families().values() for name in (family.pool, family.pool_2026)]
    return tuple(dict.fromkeys(name for name in names if name is not None))

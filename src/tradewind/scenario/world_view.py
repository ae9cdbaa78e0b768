"""What a scenario needs to know of a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import xarray as xr


class WorldView(Protocol):
    """The part of `tradewind.world.World` that scenarios read."""

    @property
    def data(self) -> xr.Dataset: ...

    @property
    def economies(self) -> Sequence[str]: ...

    @property
    def sectors(self) -> Sequence[str]: ...

    @property
    def economy_names(self) -> Mapping[str, str]: ...

    @property
    def sector_names(self) -> Mapping[str, str]: ...

    @property
    def base_year(self) -> int: ...

    @property
    def year(self) -> int: ...

    @property
    def schedules(self) -> Mapping[str, Sequence[str]]: ...

    def added_tariff(self, schedule: str, date: str | None = None) -> xr.DataArray: ...

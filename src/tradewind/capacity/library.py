"""PyPSA, opened: the one place that makes or reads networks, and silences what it says itself."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypsa


def new_network(file: Path | None = None) -> pypsa.Network:
    """Return an empty network, or the one in a netCDF file."""
    import pypsa

    with warnings.catch_warnings():
        # PyPSA announces, once, how its version 2 will treat text: nothing here depends on it.
        warnings.filterwarnings(
            "ignore", message="pandas infers the `str` dtype", category=FutureWarning
        )
        return pypsa.Network() if file is None else pypsa.Network(str(file))

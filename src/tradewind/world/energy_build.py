"""Make the shipped tables of power systems from the raw sources, one file a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from tradewind.errors import OutputError, SourceError
from tradewind.world.energy import write

READERS: Mapping[str, str] = {"china31": "energy_china", "world": "energy_world"}
"""Network to the module of ``world/sources`` whose ``read(sources)`` makes its table."""
Report = Callable[[str], None]


def silent(step: str) -> None:
    """Report nothing."""


def build_energy(
    sources: str | Path, folder: str | Path, *, force: bool = False, report: Report = silent
) -> dict[str, Path]:
    """Read the raw sources of every network and write their tables.

    Parameters
    ----------
    sources : path
        Folder that holds ``energy``.
    folder : path
        Where the tables go; it is made if it does not exist.
    force : bool
        Whether tables that stand there may be replaced.
    report : callable, optional
        Told the name of each step.

    Returns
    -------
    dict of Path
        The file of each network.

    Raises
    ------
    SourceError
        If a source is missing, cut or changed.
    OutputError
        If a table stands already and ``force`` is false, or cannot be written.
    """
    source = Path(sources)
    if not (source / "energy").is_dir():
        raise SourceError(
            "the folder of sources holds no energy/",
            where=str(source),
            remedy="point --sources at the folder that holds energy/",
        )
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "the folder of energy tables could not be made",
            where=str(target),
            value=str(error),
            remedy="choose a folder that you may write to",
        ) from error
    tables = {}
    for network, module in READERS.items():
        report(f"power system: {network}")
        tables[network] = import_module(f"tradewind.world.sources.{module}").read(source)
    return {
        network: write(table, target / f"{network}.nc", force=force)
        for network, table in tables.items()
    }

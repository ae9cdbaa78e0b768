"""Knock at the door: the command line in this process, exit code and both streams kept apart."""

from __future__ import annotations

import io
import json
import signal
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.support.baseline import random_baseline
from tradewind.cli import main
from tradewind.world import World

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ECONOMIES = ["CHN", "DEU", "ROW", "USA"]
SECTORS = ["A01", "B", "C26", "C29"]
SEED = 13
LINK = ("importer", "exporter", "sector")
SCENARIO = """\
name: small
title: A tariff in a small world
world: {world}
shocks:
  - {{type: tariff, mode: set, importer: USA, exporter: CHN, sector: C29, percent: 25}}
"""


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one document on stdout, which may hold no NaN."""
        return json.loads(self.out, parse_constant=pytest.fail)


def knock(*arguments: str | Path) -> Answer:
    """Run a command through `tradewind.cli.main`, as the installed script does."""
    out, err = io.StringIO(), io.StringIO()
    handlers = [signal.getsignal(number) for number in SIGNALS]
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
    finally:
        for number, handler in zip(SIGNALS, handlers, strict=True):
            signal.signal(number, handler)
    assert isinstance(left.value.code, int)
    return Answer(left.value.code, out.getvalue(), err.getvalue())


def assert_refused(answer: Answer, *said: str, code: int = 2) -> None:
    """One message on stderr that says these things, nothing on stdout, and the exit code."""
    assert answer.code == code, answer.err
    assert answer.out == ""
    assert answer.err.startswith("tradewind: ")
    assert answer.err.count("tradewind: ") == 1
    assert "Traceback" not in answer.err
    first, *rest = answer.err.rstrip("\n").split("\n")
    assert len(first) > len("tradewind: ") + 10
    assert all(line.startswith("  ") for line in rest), answer.err
    assert any(line.startswith("  try:    ") for line in rest), answer.err
    for words in said:
        assert words in answer.err, answer.err


def small_dataset(deficit_scale: float = 0.0) -> xr.Dataset:
    """A balanced world of four economies and four sectors, drawn at random.

    The United States produce no B: this seed is chosen for it. Trade is balanced unless deficits
    of some size, as a share of value added, are asked for.
    """
    rng = np.random.default_rng(SEED)
    drawn = random_baseline(
        rng, len(ECONOMIES), len(SECTORS), absent_fraction=0.15, deficit_scale=deficit_scale
    )
    dims = {
        "expenditure_share": LINK,
        "expenditure": ("importer", "sector"),
        "value_added_share": ("economy", "sector"),
        "input_share": ("economy", "input_sector", "sector"),
        "final_share": ("economy", "sector"),
        "tariff": LINK,
        "value_added": ("economy",),
        "deficit": ("economy",),
    }
    described = {"units": "1", "year": "2014", "source": "drawn at random", "licence": "CC0"}
    variables = {
        name: (names, getattr(drawn, name), {"long_name": name, **described})
        for name, names in dims.items()
    }
    elasticity = (("elasticity_set", "sector"), drawn.trade_elasticity[None, :], described)
    coords = dict.fromkeys(("economy", "importer", "exporter"), ECONOMIES)
    coords |= dict.fromkeys(("sector", "input_sector"), SECTORS)
    return xr.Dataset(
        {**variables, "trade_elasticity": elasticity},
        {**coords, "elasticity_set": ["fontagne_2022"]},
        {"name": "small", "base_year": 2014},
    )


def small_world(path: Path) -> Path:
    """Write the small world to a file."""
    return World(small_dataset()).save(path)


def small_scenario(folder: Path, text: str = SCENARIO) -> Path:
    """Write the small world and a scenario on it; return the scenario's file."""
    world, scenario = folder / "small.nc", folder / "small.yaml"
    if not world.exists():
        small_world(world)
    scenario.write_text(text.format(world="small.nc"), encoding="utf-8")
    return scenario

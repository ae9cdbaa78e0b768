"""Random worlds, shocks and closures for the property tests.

Hypothesis draws a seed, the sizes and the ways to close and to substitute; NumPy draws the rest
from the seed, so that a failing example is one short line. The examples are the same in every run
of the same code, but Hypothesis also tries numbers that it finds in the package's source: after a
change of source other examples may come up, so every property must hold for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
import xarray as xr
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.support.baseline import Baseline as PlainBaseline
from tests.support.baseline import FloatArray, random_baseline
from tradewind.trade import Baseline, Closure, Equilibrium, Labour, Shock, solve
from tradewind.trade.arrays import ProductivityKind

LINK = ("importer", "exporter", "sector")
CELL = ("economy", "sector")
NEST = ("economy", "input_sector", "sector")
# The solver's floor is near 1e-14; at 1e-13 the identities are free of its tolerance.
TIGHT = 1e-13


def examples(number: int) -> Callable[[Any], Any]:
    """Run a property on ``number`` examples, the same ones every time."""
    return settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow],
    )


@dataclass(frozen=True)
class Case:
    """One random question: which world, how it closes, how buyers substitute."""

    seed: int
    economies: int
    sectors: int
    labour: Labour
    closure: Closure
    sigma_value_added: float
    sigma_inputs: float
    sigma_final: float

    def rng(self) -> np.random.Generator:
        """Random numbers of this case."""
        return np.random.default_rng([self.seed, self.economies, self.sectors])

    def solve(self, baseline: Baseline, shock: Shock, **options: Any) -> Equilibrium:
        """Solve under this case's closure and elasticities, unless told otherwise."""
        chosen: dict[str, Any] = {
            "labour": self.labour,
            "closure": self.closure,
            "sigma_value_added": self.sigma_value_added,
            "sigma_inputs": self.sigma_inputs,
            "sigma_final": self.sigma_final,
            "tolerance": TIGHT,
        }
        return solve(baseline, shock, **(chosen | options))


# Exactly one, or far enough from one for formulas that use the naive power.
SIGMA = st.one_of(st.just(1.0), st.floats(0.2, 0.95), st.floats(1.05, 3.0))


def cases(
    closures: tuple[Closure, ...] = get_args(Closure),
    labours: tuple[Labour, ...] = get_args(Labour),
    sigma: st.SearchStrategy[float] = SIGMA,
) -> st.SearchStrategy[Case]:
    """Cases from 3 × 3 to 8 × 6."""
    return st.builds(
        Case,
        seed=st.integers(0, 2**31 - 1),
        economies=st.integers(3, 8),
        sectors=st.integers(3, 6),
        labour=st.sampled_from(labours),
        closure=st.sampled_from(closures),
        sigma_value_added=sigma,
        sigma_inputs=sigma,
        sigma_final=sigma,
    )


def plain_world(
    rng: np.random.Generator, economies: int, sectors: int, **choices: Any
) -> PlainBaseline:
    """A balanced world with zeros, absent industries, both taxes and deficits, as arrays."""
    given: dict[str, Any] = {
        "absent_fraction": 0.1,
        "input_zero_fraction": 0.2,
        "export_tax_high": 0.15,
        "deficit_scale": 0.08,
    }
    return random_baseline(rng, economies, sectors, **(given | choices))


def with_inventory(
    plain: PlainBaseline, rng: np.random.Generator
) -> tuple[PlainBaseline, FloatArray]:
    """Call part of final purchases changes in stocks, from −10 % to 30 %.

    The same goods are bought, so the accounts still balance: α' (I − ΣS) + S = α I. Stocks are
    fixed in money, so large draws on them may meet purchases that fall below them: no equilibrium.
    """
    bought = plain.final_share * plain.income[:, None]
    stocks = bought * rng.uniform(-0.1, 0.3, bought.shape)
    rest = bought - stocks
    return replace(plain, final_share=rest / rest.sum(axis=1, keepdims=True)), stocks


def names(baseline: Baseline | PlainBaseline) -> dict[str, list[str]]:
    """Labels of every dimension."""
    if isinstance(baseline, Baseline):
        economies, sectors = baseline.economies, baseline.sectors
    else:
        count, goods = baseline.final_share.shape
        economies = [f"E{number}" for number in range(count)]
        sectors = [f"S{number}" for number in range(goods)]
    return {
        **dict.fromkeys(("economy", "importer", "exporter"), economies),
        **dict.fromkeys(("sector", "input_sector"), sectors),
    }


def label(
    values: FloatArray, dims: tuple[str, ...], baseline: Baseline | PlainBaseline
) -> xr.DataArray:
    """An array with the labels of a baseline."""
    known = names(baseline)
    return xr.DataArray(values, dims=dims, coords={dim: known[dim] for dim in dims})


def dataset(plain: PlainBaseline, inventory: FloatArray | None = None) -> xr.Dataset:
    """The labelled dataset of a plain world."""
    variables = {
        "expenditure_share": LINK,
        "expenditure": ("importer", "sector"),
        "value_added_share": CELL,
        "input_share": NEST,
        "final_share": CELL,
        "tariff": LINK,
        "export_tax": LINK,
        "trade_elasticity": ("sector",),
        "value_added": ("economy",),
        "deficit": ("economy",),
    }
    data = xr.Dataset({name: (dims, getattr(plain, name)) for name, dims in variables.items()})
    if inventory is not None:
        data["inventory"] = (CELL, inventory)
    return data.assign_coords(names(plain))


def world(
    case: Case, rng: np.random.Generator, *, inventory: bool = True, **choices: Any
) -> Baseline:
    """A labelled random world of the case's size."""
    plain = plain_world(rng, case.economies, case.sectors, **choices)
    if not inventory:
        return Baseline(dataset(plain))
    return Baseline(dataset(*with_inventory(plain, rng)))


@dataclass(frozen=True)
class PlainShock:
    """A complete change in arrays, for solvers that know no labels."""

    tariff: FloatArray
    export_tax: FloatArray
    iceberg_hat: FloatArray
    productivity_hat: FloatArray
    productivity_kind: ProductivityKind
    input_requirement_hat: FloatArray

    def labelled(self, baseline: Baseline) -> Shock:
        """The same for the package."""
        return Shock(
            tariff=label(self.tariff, LINK, baseline),
            export_tax=label(self.export_tax, LINK, baseline),
            iceberg_hat=label(self.iceberg_hat, LINK, baseline),
            productivity_hat=label(self.productivity_hat, CELL, baseline),
            productivity_kind=self.productivity_kind,
            input_requirement_hat=label(self.input_requirement_hat, NEST, baseline),
        )


def plain_shock(
    rng: np.random.Generator,
    economies: int,
    sectors: int,
    *,
    ban_fraction: float = 0.1,
    size: float = 1.0,
) -> PlainShock:
    """New rates of both taxes, iceberg costs, bans, productivity of either kind, requirements."""
    foreign = np.broadcast_to(~np.eye(economies, dtype=bool)[:, :, None], (economies,) * 2 + (1,))
    foreign = np.repeat(foreign, sectors, axis=2)
    iceberg = np.where(foreign, np.exp(size * rng.uniform(-0.3, 0.4, foreign.shape)), 1.0)
    iceberg[foreign & (rng.random(foreign.shape) < ban_fraction)] = np.inf
    kinds: tuple[ProductivityKind, ...] = get_args(ProductivityKind)
    return PlainShock(
        tariff=np.where(foreign, rng.uniform(0.0, 0.6 * size, foreign.shape), 0.0),
        export_tax=np.where(foreign, rng.uniform(0.0, 0.3 * size, foreign.shape), 0.0),
        iceberg_hat=iceberg,
        productivity_hat=np.exp(size * rng.uniform(-0.2, 0.25, (economies, sectors))),
        productivity_kind=kinds[int(rng.integers(2))],
        input_requirement_hat=np.exp(
            size * rng.uniform(-0.15, 0.15, (economies, sectors, sectors))
        ),
    )


def shock(case: Case, rng: np.random.Generator, baseline: Baseline, **choices: Any) -> Shock:
    """A labelled shock to everything."""
    return plain_shock(rng, case.economies, case.sectors, **choices).labelled(baseline)


def world_and_shock(case: Case, rng: np.random.Generator) -> tuple[Baseline, Shock]:
    """Bans where everybody makes everything, or missing industries where nothing is banned.

    Together they may leave somebody without a good, which has no equilibrium (tested elsewhere).
    """
    missing = case.seed % 2 == 1
    baseline = world(case, rng, absent_fraction=0.15 if missing else 0.0)
    return baseline, shock(case, rng, baseline, ban_fraction=0.0 if missing else 0.1)

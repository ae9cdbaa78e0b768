"""What stays over the years of a run: labels, tables, prepared blocks, parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from tradewind import adoption, automation, capital
from tradewind.automation.labour import FACTORS
from tradewind.capacity.annual import AnnualPlanner
from tradewind.capacity.annual_tables import GROWING, PLANTS, AreaTables, area_tables
from tradewind.chip_run.policy import compile_policies
from tradewind.chips import parameters as chip_parameters
from tradewind.chips.results import economies as chip_economies
from tradewind.chips.yearly import ChipState, YearlyMarket
from tradewind.controls import Regime
from tradewind.coupling.parameters import central
from tradewind.errors import ScenarioError
from tradewind.scenario import Scenario
from tradewind.scenario.years import YearsSection
from tradewind.trade import Baseline
from tradewind.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

BASE_YEAR = 2024
LAST_YEAR = 2035
HOURS = 24
"""Hours of the yearly plan's world."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A scenario on a world, with everything prepared that does not change from year to year.

    Attributes
    ----------
    scenario : Scenario
    world : World
        Of the base year.
    baseline : Baseline
        The trade block's table of the base year.
    chips : YearlyMarket
    chip_policy : xarray.Dataset
        What the scenario's export rules say to the chip market.
    areas : AreaTables
    values : dict
        Parameters of the coupling.
    base_year : int
    """

    scenario: Scenario
    world: World
    baseline: Baseline
    chips: YearlyMarket
    chip_policy: xr.Dataset
    areas: AreaTables
    values: dict[str, float]
    base_year: int

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        *,
        base_year: int = BASE_YEAR,
        tell: Callable[[str], None] = lambda _: None,
    ) -> Setting:
        """Prepare a scenario.

        Parameters
        ----------
        scenario : Scenario
        base_year : int
            2022 to 2025: years that the chip market observed and the world can be rolled to.
        tell : callable

        Raises
        ------
        ScenarioError
            If it names what there is not, stands on a world of its own, or asks for other
            elasticities of substitution than the coupling can take.
        """
        if World.table_of(scenario.world) is None:
            raise ScenarioError(
                "a run over the years needs the shipped world, which is rolled to the base year",
                where=scenario.origin.where("world"),
                value=scenario.world,
                bound="`world: wiod2014`, or no world",
                remedy="leave `world` out, or run the single equilibrium: --static",
            )
        tell("reading the world")
        chosen = scenario.at(base_year)
        world = chosen.load_world()
        baseline = Baseline(world.data.assign(trade_elasticity=chosen.trade_elasticity(world)))
        tell("asking the export rules")
        regime = Regime.of(scenario.controls, scenario.origin, scenario.title)
        policy, enacted = compile_policies([regime, Regime.shipped()], LAST_YEAR)
        values = chip_parameters.central(scenario.chip_parameters)
        tell("reading the world's power")
        years = scenario.years or YearsSection()
        return cls(
            scenario,
            world,
            baseline,
            YearlyMarket(policy, enacted, values),
            policy,
            area_tables(HOURS),
            central(years.parameters),
            base_year,
        )

    def changed(
        self, scenario: Scenario, *, tell: Callable[[str], None] = lambda _: None
    ) -> Setting:
        """Return another scenario's setting; what the two have in common is not made again."""
        same = (
            "controls",
            "chip_parameters",
            "elasticity_set",
            "elasticity_overrides",
            "horizon",
            "horizon_years",
        )
        if any(getattr(scenario, name) != getattr(self.scenario, name) for name in same):
            return Setting.of(scenario, base_year=self.base_year, tell=tell)
        other = replace(
            self,
            scenario=scenario,
            values=central((scenario.years or YearsSection()).parameters),
        )
        # The planner comes from the tables alone; a frozen dataclass keeps it in its __dict__.
        other.__dict__["planner"] = self.planner
        return other

    @property
    def years(self) -> YearsSection:
        """The scenario's section for runs over the years."""
        return self.scenario.years or YearsSection()

    @cached_property
    def coords(self) -> dict[str, list[str]]:
        """Labels by dimension."""
        economies, sectors = self.baseline.economies, self.baseline.sectors
        return {
            "economy": economies,
            "importer": economies,
            "exporter": economies,
            "sector": sectors,
            "input_sector": sectors,
            "area": list(self.areas.areas),
            "plant": list(PLANTS),
            "growing": list(GROWING),
            "family": [str(x) for x in self.chip_policy["family"].values],
            "chip_economy": list(chip_economies()),
            "country": [str(x) for x in self.chip_policy["country"].values],
            "stack": list(adoption.STACKS),
            "measure": list(adoption.MEASURES),
            "factor": list(FACTORS),
            "asset": list(capital.ASSETS),
        }

    @cached_property
    def axes(self) -> dict[str, pd.Index]:
        """Labels by dimension as indices, made once: to make one takes longer than most steps."""
        return {dim: pd.Index(labels) for dim, labels in self.coords.items()}

    @cached_property
    def planner(self) -> AnnualPlanner:
        """The yearly plan of compute and power."""
        return AnnualPlanner(self.areas, tuple(self.coords["economy"]))

    @cached_property
    def owner_of(self) -> np.ndarray:
        """Trade economy of each of the chip market's: (economy, chip_economy), 0 or 1."""
        known = self.coords["economy"]
        member = np.zeros((len(known), len(self.coords["chip_economy"])))
        for i, code in enumerate(self.coords["chip_economy"]):
            member[known.index(code if code in known else "ROW"), i] = 1.0
        return member

    @cached_property
    def area_of(self) -> np.ndarray:
        """Whether an area lies in an economy: (economy, area), 0 or 1."""
        return self.planner.home

    @cached_property
    def capital_start(self) -> xr.Dataset:
        """The capital block's base year, on the order of the economies."""
        start = capital.start(capital.central(self.years.capital_parameters))
        return start.sel(economy=self.coords["economy"])

    @cached_property
    def compute_income(self) -> np.ndarray:
        """What compute services earn in the base year: (economy,) [USD million / year].

        The world's AI revenue, by the compute that serves production in each economy.
        """
        stock = self.owner_of @ self.chip_base["stock"].to_numpy().sum(axis=0)
        return np.asarray(float(self.capital_start["ai_revenue"]) * stock / stock.sum())

    @cached_property
    def factor_share(self) -> np.ndarray:
        """Shares of value added in the base year: (economy, factor) [1]."""
        share = self.compute_income / self.baseline.table.value_added
        economies = self.coords["economy"]
        array = xr.DataArray(share, {"economy": economies}, ("economy",))
        return automation.factor_share(economies, array).to_numpy()

    @cached_property
    def chip_state(self) -> ChipState:
        """The chip market as the year before the base year leaves it."""
        return self.chips.before(self.base_year)

    @cached_property
    def chip_base(self) -> xr.Dataset:
        """The chip market in the base year, with demand as it is."""
        still = np.ones(len(self.coords["chip_economy"]))
        return self.chips.step(self.base_year, self.chip_state, still)[0]

    def index(self, dim: str, label: str) -> int:
        """Position of a label."""
        return self.coords[dim].index(label)

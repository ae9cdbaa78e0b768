"""Every variable of a coupled year: its dimensions, unit, meaning, and the one step that writes it.

A variable that is not ``kept`` is handed on within the year and left out of the outputs: it follows
from the scenario alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LINK = ("importer", "exporter", "sector")
CELL = ("economy", "sector")


@dataclass(frozen=True)
class Variable:
    """One variable of the year.

    Attributes
    ----------
    dims : tuple of str
    unit : str
    meaning : str
    writer : str
        The step that writes it; no other may.
    kept : bool
        Whether it stands in the outputs.
    infinite : bool
        Whether infinity is a value of it (a ban, no quota); NaN never is.
    """

    dims: tuple[str, ...]
    unit: str
    meaning: str
    writer: str
    kept: bool = True
    infinite: bool = False


def _of(writer: str, **rows: tuple[tuple[str, ...], str, str]) -> dict[str, Variable]:
    return {name: Variable(*row, writer) for name, row in rows.items()}


VARIABLES: Mapping[str, Variable] = MappingProxyType(
    {
        **{
            name: Variable(dims, "1", meaning, "policies", kept=False, infinite=True)
            for name, dims, meaning in (
                ("tariff", LINK, "import tariff, rate"),
                ("iceberg_hat", LINK, "cost of the link over the base year's"),
                ("export_tax", LINK, "export tax, rate"),
                ("policy_productivity_hat", CELL, "productivity over the base year's, by policy"),
                ("input_requirement_hat", ("economy", "input_sector", "sector"), "input needed"),
            )
        },
        **{
            name: Variable(dims, unit, meaning, "policies", kept=False)
            for name, dims, unit, meaning in (
                ("fuel_price_factor", ("plant", "area"), "1", "price of fuel over the base year's"),
                ("carbon_price", ("area",), "USD / t", "price of carbon"),
                ("connection_factor", ("area",), "1", "what may be connected, over the central"),
                ("build_factor", ("area",), "1", "what may be built, over the central"),
                ("pooled", ("economy", "area"), "1", "whether chips may stand there at no cost"),
                ("chip_access", ("economy", "area"), "1", "whether chips may be put there"),
                ("stack_restriction", ("economy", "stack"), "1", "0 free to 1 banned"),
            )
        },
        **_of(
            "demand",
            chip_demand_factor=(("economy",), "1", "demand for chips over the chip market's own"),
        ),
        **_of(
            "chips",
            chip_packages=(("family", "chip_economy"), "package / year", "bought under the rules"),
            chip_leaked=(("family", "chip_economy"), "package / year", "smuggled"),
            chip_installed=(("family", "chip_economy"), "H100e / year", "bought and smuggled"),
            chip_stock=(("family", "chip_economy"), "H100e", "in use at the end of the year"),
            chip_level=((), "1", "capacity of China's makers over that at the open price"),
            chip_dies=((), "die", "in store in China"),
            chip_memory=((), "stack", "in store in China"),
            chip_dearer=((), "1", "open market's price for training over reference"),
            compute_installed=(("economy",), "H100e / year", "installed in the year"),
            compute_leaked=(("economy",), "H100e / year", "of it smuggled"),
            compute_stock=(("economy",), "H100e", "owned at the end of the year"),
            compute_rented=(("economy",), "H100e", "used of chips that stand abroad"),
            chip_price=((), "USD / H100e", "best open chip, list price and scarcity rent"),
            chip_spending=(("economy",), "USD million / year", "paid for chips, rents inside"),
            domestic_share=((), "1", "of H100e installed in China, made there"),
        ),
        "chip_quota": Variable(
            ("country",), "TPP", "left of each country's quota", "chips", infinite=True
        ),
        **_of(
            "power",
            plant_capacity=(("plant", "area"), "GW", "plants that stand at the end of the year"),
            battery_capacity=(("area",), "GW", "batteries that stand"),
            fleet_power=(("area",), "GW", "IT power of the chips that stand, by place"),
            fleet_owned=(("economy",), "GW", "IT power of the chips that run, by owner"),
            idle_power=(("economy",), "GW", "IT power of chips that wait for power"),
            shell_capacity=(("area",), "GW", "IT power that buildings hold"),
            connection_used=(("area",), "GW", "facility power connected since the base year"),
            placed=(("economy", "area"), "GW", "IT power of new chips by owner and place"),
            running_share=(("economy",), "1", "of an economy's chips, that have power"),
            power_price=(("area",), "USD / MWh", "marginal cost of power, mean by load"),
            power_price_economy=(("economy",), "USD / MWh", "the same by economy"),
            power_cost=(("economy",), "USD / MWh", "resources that power takes, mean"),
            compute_power_price=(("area",), "USD / MWh", "of a steady load, PUE on top"),
            generation=(("plant", "area"), "GWh / year", "output by plant"),
            power_emissions=(("area",), "Mt / year", "CO2 of power plants"),
            power_balance=((), "GW", "largest miss of any hour"),
            lost_load=(("area",), "TWh / year", "load that is not served"),
            compute_energy=(("area",), "TWh / year", "used by AI chips, facility"),
            data_centre_energy=(("economy",), "TWh / year", "used by all data centres, by place"),
            compute_placed_share=(("economy",), "1", "of the world's AI power, by place"),
        ),
        **_of(
            "automation",
            training_compute=((), "eFLOP", "effective compute of the largest training run"),
            runtime_compute=(("economy",), "H100e", "serving production"),
            automated_share=(("economy",), "1", "of tasks"),
            automation_hat=(CELL, "1", "value added per worker over the base year's"),
            factor_share=(("economy", "factor"), "1", "of value added"),
            labour_displaced=(CELL, "1", "of labour's tasks, automated since the base year"),
            compute_wanted=(("economy",), "H100e", "at which runtime compute would not bind"),
        ),
        **_of(
            "adoption",
            stack_share=(("measure", "economy", "stack"), "1", "of use"),
            chinese_share=(("measure", "economy"), "1", "of use, Chinese stacks"),
            world_stack_share=(("measure", "stack"), "1", "of use, by population"),
            model_quality=(("stack",), "ECI points", "of the best model"),
        ),
        **_of(
            "trade",
            value_added=(("economy",), "USD million / year", "GDP at factor cost"),
            gdp=(("economy",), "USD million / year", "from income: value added and net taxes"),
            gdp_output=(("economy",), "USD million / year", "from spending: final use and balance"),
            real_income_hat=(("economy",), "1", "real income over the base year's"),
            real_wage_hat=(("economy",), "1", "real wage of labour over the base year's"),
            output=(CELL, "USD million / year", "gross output"),
            output_share=(CELL, "1", "of the world's output of a sector, in quantities"),
            exports=(("economy",), "USD million / year", "exports"),
            imports=(("economy",), "USD million / year", "imports"),
            trend_hat=(("economy",), "1", "efficiency over the base year's, trend"),
            capital_hat=(("economy",), "1", "capital over the base year's"),
            value_added_hat=(CELL, "1", "what value added does, over the base year's, in all"),
            trade_residual=((), "1", "largest miss of any market"),
        ),
        **_of(
            "capital",
            capital_stock=(("economy", "asset"), "USD million", "at the end of the year"),
            allocation=(("economy", "asset"), "1", "of investable funds"),
            investment=(("economy", "asset"), "USD million / year", "capital formed"),
            expected_return=(("economy", "asset"), "1 / year", "what an asset earns"),
            net_flow=(("economy",), "USD million / year", "investment less own saving"),
            ai_revenue=((), "USD million / year", "what compute earns"),
            return_on_ai=((), "1 / year", "margin over annualised cost, less one"),
            break_even_revenue=((), "USD million / year", "at which compute pays"),
            break_even_utilisation=((), "1", "at which compute pays"),
        ),
        **_of(
            "pressure",
            strength=(("economy",), "1", "score of strength"),
            strength_rank=(("economy",), "1", "1 the strongest"),
            strength_rank_low=(("economy",), "1", "5 % of the draws"),
            strength_rank_high=(("economy",), "1", "95 % of the draws"),
            strength_dispersion=((), "1", "standard deviation of scores"),
        ),
    }
)


def writes(step: str) -> tuple[str, ...]:
    """Names of the variables that a step writes."""
    return tuple(name for name, variable in VARIABLES.items() if variable.writer == step)

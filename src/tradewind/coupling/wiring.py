"""The year: ten numbered steps in order, and what each may read.

What is ``lagged`` comes from last year, and is the whole state of a run: a year can be entered with
nothing else but the base year's variables, which hats are relative to.
"""

from __future__ import annotations

from tradewind.coupling.contract import Step
from tradewind.coupling.steps.adoption import adopt_stacks
from tradewind.coupling.steps.automation import automate_tasks
from tradewind.coupling.steps.capital import invest_returns
from tradewind.coupling.steps.chips import allocate_chips
from tradewind.coupling.steps.demand import ask_for_compute
from tradewind.coupling.steps.policies import put_policies_in_force
from tradewind.coupling.steps.power import place_and_power_compute
from tradewind.coupling.steps.pressure import weigh_pressure
from tradewind.coupling.steps.state import hand_on_state
from tradewind.coupling.steps.trade import find_trade_equilibrium
from tradewind.coupling.variables import writes

POWER_STATE = (
    "plant_capacity",
    "battery_capacity",
    "fleet_power",
    "fleet_owned",
    "idle_power",
    "shell_capacity",
    "connection_used",
)

YEAR: tuple[Step, ...] = (
    Step(1, "policies", put_policies_in_force),
    Step(
        2,
        "demand",
        ask_for_compute,
        lagged=("gdp", "expected_return", "running_share"),
        base=("gdp", "expected_return"),
    ),
    Step(
        3,
        "chips",
        allocate_chips,
        reads=("chip_demand_factor",),
        lagged=writes("chips"),
    ),
    Step(
        4,
        "power",
        place_and_power_compute,
        reads=(
            "fuel_price_factor",
            "carbon_price",
            "connection_factor",
            "build_factor",
            "pooled",
            "chip_access",
            "chip_installed",
        ),
        lagged=POWER_STATE,
    ),
    Step(
        5,
        "automation",
        automate_tasks,
        reads=("compute_stock", "compute_rented", "running_share"),
        base=("compute_stock", "training_compute", "runtime_compute"),
    ),
    Step(
        6,
        "adoption",
        adopt_stacks,
        reads=("compute_stock", "stack_restriction"),
        lagged=("stack_share",),
        base=("compute_stock",),
    ),
    Step(
        7,
        "trade",
        find_trade_equilibrium,
        reads=(
            "tariff",
            "iceberg_hat",
            "export_tax",
            "policy_productivity_hat",
            "input_requirement_hat",
            "automation_hat",
            "factor_share",
            "power_cost",
        ),
        lagged=("capital_stock",),
        base=("power_cost", "capital_stock"),
    ),
    Step(
        8,
        "capital",
        invest_returns,
        reads=("gdp", "runtime_compute", "automated_share", "chip_spending"),
        lagged=("capital_stock", "allocation"),
        base=("gdp", "runtime_compute", "automated_share", "chip_spending"),
    ),
    Step(
        9,
        "pressure",
        weigh_pressure,
        reads=(
            "compute_stock",
            "power_price_economy",
            "automated_share",
            "gdp",
            "net_flow",
            "output",
        ),
    ),
    Step(10, "state", hand_on_state),
)
"""The year in order. Step 10 writes nothing of its own: the year's variables are its state."""

STATE: tuple[str, ...] = tuple(dict.fromkeys(name for step in YEAR for name in step.lagged))
"""Variables that a year hands to the next."""
BASE: tuple[str, ...] = tuple(dict.fromkeys(name for step in YEAR for name in step.base))
"""Variables of the base year that later years are compared with."""

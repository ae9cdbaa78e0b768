"""The parameters of the plan: chips, buildings, cooling, capital, workloads, transfer, power.

Source: ``tables/*.yaml``, where each number has unit, source, date and range. Names are the table's
path: ``chips.h100.price``, ``cooling.air.slope``, ``shell_cost.USA``, ``wacc.USA``,
``transfer.asia``, ``power.solar.investment``, ``fuel.gas.europe``, ``carbon.coal``, and a bare name
for scalars (``chip_life``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.parameter import Parameter
from tradewind.scenario.yaml_source import read_table
from tradewind.world.accelerators import catalogue

H100_DENSE_8_BIT = 1979.0
"""Dense 8-bit operations of one H100 [10^12 / s]."""
EIGHT_BIT, SIXTEEN_BIT = ("fp8", "int8"), ("fp16_tensor", "fp16")
CHIP_FIELDS = {
    "price": ("price of one chip, servers and network apart", "USD"),
    "kw": ("power of IT per H100e, servers and network inside", "kW / H100e"),
}
COOLING_FIELDS = {
    "base": "PUE at or below 15 °C",
    "slope": "PUE per degree above 15 °C",
    "cap": "highest PUE",
    "water": "water per kWh of IT",
}


def table(name: str) -> Mapping[str, Any]:
    """One of the tables of this package, as it is written."""
    return read_table(f"{name}.yaml", "tradewind.capacity")


@cache
def registry() -> Mapping[str, Parameter]:
    """Every parameter by name, in the order of the tables."""
    entries = {
        **dict(scalar_entries()),
        **dict(family_entries()),
        **dict(country_entries()),
        **dict(power_entries()),
    }
    return MappingProxyType(
        {name: Parameter.model_validate(entry) for name, entry in entries.items()}
    )


def scalar_entries() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Scalars, and transfer by continent."""
    yield from table("parameters").items()
    transfers = table("transfer")
    for continent, row in transfers.items():
        if continent != "shared":
            yield f"transfer.{continent}", {**transfers["shared"], **row}


def family_entries() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Numbers of chip families and of types of cooling."""
    for family, row in table("chips").items():
        for field, (what, unit) in CHIP_FIELDS.items():
            yield f"chips.{family}.{field}", {"what": what, "unit": unit, **row[field]}
    coolings = table("cooling")
    for kind in cooling_types():
        for field, what in COOLING_FIELDS.items():
            shared = {"what": what, **coolings["shared"]}
            yield f"cooling.{kind}.{field}", {**shared, **coolings[kind][field]}


def country_entries() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Numbers by country; rows marked ``predicted`` take that part's source instead."""
    for name, part in table("countries").items():
        for country, row in part["rows"].items():
            own = {key: value for key, value in row.items() if key != "predicted"}
            other = part["predicted"] if row.get("predicted") else {}
            yield f"{name}.{country}", {**part["shared"], **other, **own}


def power_entries() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Plants, fuels and carbon of the world network."""
    power = table("power")
    for plant, fields in power["plants"].items():
        for field, row in fields.items():
            yield f"power.{plant}.{field}", {"what": f"{plant}: {field}", **power["shared"], **row}
    for fuel, row in power["carbon"].items():
        yield f"carbon.{fuel}", {"what": f"carbon of {fuel}", **power["shared"], **row}
    shared = {**power["shared"], **power["fuels"]["shared"]}
    for fuel, zones in power["fuels"].items():
        for zone, row in zones.items() if fuel != "shared" else ():
            yield f"fuel.{fuel}.{zone}", {"what": f"{fuel} in {zone}", **shared, **row}


def parameter(name: str) -> Parameter:
    """One parameter.

    Raises
    ------
    ScenarioError
        If there is none of this name.
    """
    if name not in registry():
        raise ScenarioError(
            "the plan has no parameter of this name",
            where=f"parameter {name!r}",
            value=name,
            bound="a name in docs/capacity-world.md or capacity/tables",
            remedy=suggestion(name, registry(), "give the number yourself, with its source"),
        )
    return registry()[name]


def value(name: str, given: Mapping[str, float] | None = None) -> float:
    """The value of a parameter, or the one given.

    Parameters
    ----------
    name : str
    given : mapping of str to float, optional
        Values to take instead, by parameter.

    Raises
    ------
    ScenarioError
        If there is no such parameter, or what is given is outside its range: the range holds what
        one could argue for, and a result beyond it would have no source.

    Examples
    --------
    >>> value("chip_life"), value("chip_life", {"chip_life": 4.0})
    (5.0, 4.0)
    """
    known = parameter(name)
    chosen = float((given or {}).get(name, known.value))
    if not known.low <= chosen <= known.high:
        raise ScenarioError(
            "a parameter is outside its range",
            where=f"parameter {name!r}",
            value=chosen,
            bound=f"{known.low:g} to {known.high:g} {known.unit}",
            remedy="choose a value within, or change the table with a source",
        )
    return chosen


def families() -> tuple[str, ...]:
    """Names of the chip families."""
    return tuple(table("chips"))


def family_h100e(family: str) -> float:
    """H100 equivalents of one chip: dense 8-bit operations of the catalogue over 1,979.

    A chip without an 8-bit figure counts by 16 bit, at twice its operations.

    Examples
    --------
    >>> family_h100e("h100"), round(family_h100e("h20"), 2)
    (1.0, 0.15)
    """
    tflops = catalogue()[table("chips")[family]["catalogue"]].tflops
    eight = max((tflops[name] for name in EIGHT_BIT if name in tflops), default=0.0)
    sixteen = max((tflops[name] for name in SIXTEEN_BIT if name in tflops), default=0.0)
    return (eight or 2.0 * sixteen) / H100_DENSE_8_BIT


def system_price(family: str, given: Mapping[str, float] | None = None) -> float:
    """Price of a family with servers and network [USD / H100e].

    Examples
    --------
    >>> round(system_price("b200"), -2)
    21800.0
    """
    price = value(f"chips.{family}.price", given) * value("system_factor", given)
    return price / family_h100e(family)


@dataclass(frozen=True)
class Cooling:
    """A type of cooling: PUE = base + slope · max(0, T − 15 °C), at most ``cap``.

    Attributes
    ----------
    base, cap : float
        PUE at or below 15 °C, and the highest.
    slope : float
        PUE per degree above 15 °C [1 / K].
    water_l_per_kwh : float
        Water at the site per energy of IT [L / kWh].
    """

    base: float
    slope: float
    cap: float
    water_l_per_kwh: float


def cooling_types() -> tuple[str, ...]:
    """Names of the types of cooling."""
    return tuple(name for name in table("cooling") if name != "shared")


def cooling(kind: str, given: Mapping[str, float] | None = None) -> Cooling:
    """A type of cooling.

    Examples
    --------
    >>> cooling("air").slope
    0.015
    """
    return Cooling(*(value(f"cooling.{kind}.{field}", given) for field in COOLING_FIELDS))


def shell_cost(country: str, given: Mapping[str, float] | None = None) -> float:
    """Cost of building with power and cooling inside [USD / W of IT], by ISO 3166 alpha-3."""
    return value(f"shell_cost.{country}", given)


def discount_rate(country: str, given: Mapping[str, float] | None = None) -> float:
    """Real cost of capital [share / year]: (1 + nominal) / (1 + inflation) − 1.

    Examples
    --------
    >>> round(discount_rate("USA"), 4)
    0.0496
    """
    return (1.0 + value(f"wacc.{country}", given)) / (1.0 + value("inflation", given)) - 1.0


def transfer_cost(one: str, other: str, given: Mapping[str, float] | None = None) -> float:
    """List price of moving data between two continents [USD / GB], the mean of both ends'.

    Examples
    --------
    >>> round(transfer_cost("north-america", "asia"), 4)
    0.0525
    """
    return (value(f"transfer.{one}", given) + value(f"transfer.{other}", given)) / 2.0

"""Do many weaker chips on cheap power come near to fewer and better ones?

Yearly cost of one effective H100 of a family at a place,

    c = [p (a_c + f) + k (s a_s + g) + k U 8760 e] / (m (b / h)^w),

with p the price of an H100e with servers [USD], a annuities at the place's real rate over the lives
of chips and building, f upkeep, k power of IT [kW / H100e], s the building [USD / kW], g the
connection, U the PUE, e the price of power [USD / kWh]; b / h memory bandwidth over operations, w
its weight, and m the use of weaker chips in a large cluster (1 for frontier chips). To 2030 prices
go as in the chip market, and power and building per effective chip fall as performance grows.

Source: parameters of ``tradewind.capacity`` and ``tradewind.chips``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewind.capacity import defaults, parameters
from tradewind.capacity.defaults import annuity
from tradewind.capacity.equations import YEAR_HOURS
from tradewind.chip_run.run import at_weight
from tradewind.chips.block import history
from tradewind.chips.calendar import Calendar
from tradewind.chips.families import H100_BANDWIDTH_TB_S
from tradewind.chips.history import LAST_OBSERVED, History
from tradewind.chips.market import labels, market
from tradewind.claims.experiments.chip_markets import chip_values
from tradewind.world.accelerators import catalogue

COST = 0.05
LAST_YEAR = 2030
OWN, FRONTIER = "ascend-910c", "b300"
GIVEN = {
    "ascend_kw": "chips.ascend-910c.kw",
    "b300_price": "chips.b300.price",
    "b300_kw": "chips.b300.kw",
    "chip_life": "chip_life",
    "wacc_china": "wacc.CHN",
    "wacc_usa": "wacc.USA",
}
"""What the claim calls parameters of the plan."""


@dataclass(frozen=True)
class Place:
    """A family of chips at a place.

    Parameters
    ----------
    chip, country : str
    price : float
        Of chips with servers and network [USD / H100e].
    power : float
        Price of power [USD / kWh].
    pue : float
    used : float
        Use of chips in a large cluster, over that of frontier chips [1].
    """

    chip: str
    country: str
    price: float
    power: float
    pue: float
    used: float


@dataclass(frozen=True)
class Cost:
    """Yearly cost of one effective H100, by part [USD / year]."""

    chips: float
    building: float
    power: float

    @property
    def total(self) -> float:
        """All parts."""
        return self.chips + self.building + self.power

    def later(self, dearer: float, better: float) -> Cost:
        """Cost once a package costs and does so much more."""
        return Cost(self.chips * dearer / better, self.building / better, self.power / better)


@dataclass(frozen=True, eq=False)
class Shared:
    """What all members use: counted sales, and the years of the market."""

    observed: History
    calendar: Calendar


def prepare() -> Shared:
    """Read the market's history."""
    return Shared(history(), Calendar.cut((), LAST_YEAR))


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Compare cost now, what cheap power takes off it, and how the gap goes on."""
    west = values["power_usa" if null else "power_west"]
    frontier = cost(at_home(values), values)
    own = cost(in_west(values, west), values)
    dear = cost(in_west(values, values["power_usa"]), values)
    ratio = own.total / frontier.total
    growth = growths(shared, values)
    then = own.later(*growth[OWN]).total / frontier.later(*growth[FRONTIER]).total
    years = LAST_YEAR - LAST_OBSERVED
    return {
        "cost_ratio": ratio,
        "power_saving": 100.0 * (1.0 - own.total / dear.total),
        "gap_growth": 100.0 * ((then / ratio) ** (1.0 / years) - 1.0),
    }


def in_west(values: Mapping[str, float], power: float) -> Place:
    """China's own chips in its west, at a price of power."""
    price = values["ascend_system_price"] / parameters.family_h100e(OWN)
    return Place(OWN, "CHN", price, power, values["pue_china"], values["cluster_penalty"])


def at_home(values: Mapping[str, float]) -> Place:
    """Frontier chips in the United States."""
    price = parameters.system_price(FRONTIER, plan_values(values))
    return Place(FRONTIER, "USA", price, values["power_usa"], values["pue_usa"], 1.0)


def plan_values(values: Mapping[str, float]) -> dict[str, float]:
    """Values under the names that the plan's parameters have."""
    return {name: values[key] for key, name in GIVEN.items()}


def cost(place: Place, values: Mapping[str, float]) -> Cost:
    """Yearly cost of one effective H100."""
    given = plan_values(values)
    rate = parameters.discount_rate(place.country, given)
    kw = parameters.value(f"chips.{place.chip}.kw", given)
    upkeep = parameters.value("chip_fixed_om", given)
    yearly = annuity(rate, parameters.value("chip_life", given)) + upkeep
    shell = 1000.0 * parameters.value(f"shell_cost.{place.country}", given)
    standing = shell * annuity(rate, parameters.value("shell_life", given))
    # The connection carries what the facility draws, not IT alone.
    wired = defaults.connection_cost(place.country, given) * place.pue
    effective = place.used * leverage(place.chip, values["bandwidth_weight"])
    return Cost(
        place.price * yearly / effective,
        kw * (standing + wired) / effective,
        kw * place.pue * YEAR_HOURS * place.power / effective,
    )


def leverage(chip: str, weight: float) -> float:
    """Effective H100 in one H100e of a family: bandwidth over operations, to its weight [1]."""
    key = parameters.table("chips")[chip]["catalogue"]
    speed = catalogue()[key].memory_bandwidth_gb_s
    if speed is None:
        raise ValueError(f"the catalogue has no memory bandwidth of {key}")
    bandwidth = speed / 1000.0 / H100_BANDWIDTH_TB_S
    return float((bandwidth / parameters.family_h100e(chip)) ** weight)


def growths(shared: Shared, values: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Growth of price and of effective chips of a package to 2030, of both families [1]."""
    own = at_weight(chip_values(values), values["bandwidth_weight"])
    found = market(shared.observed.at(own["sales_level"]), shared.calendar, own)
    first = shared.calendar.years.index(LAST_OBSERVED)
    grown = {}
    for chip, family in ((OWN, "ascend"), (FRONTIER, "leading")):
        f = labels().index(family)
        price, effective = found.price[:, f], found.effective[:, f, 0]
        # What the maker at home would forgo holds from first to last year, and drops out.
        grown[chip] = (float(price[-1] / price[first]), float(effective[-1] / effective[first]))
    return grown


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Parts of the cost of one effective H100, of three clusters."""
    clusters = {
        "Ascend 910C, west": in_west(values, values["power_west"]),
        "Ascend 910C, US price of power": in_west(values, values["power_usa"]),
        "B300, United States": at_home(values),
    }
    zh = ("昇腾 910C，西部电价", "昇腾 910C，美国电价", "B300，美国")
    costs = [cost(place, values) for place in clusters.values()]
    parts = {
        "chips": {"en": "chips and servers", "zh": "芯片与服务器"},
        "building": {"en": "building and connection", "zh": "机房与接入"},
        "power": {"en": "power", "zh": "电力"},
    }
    return {
        "kind": "bars",
        "title": {"en": "Cost of one effective H100", "zh": "每颗有效 H100 的成本"},
        "x": {
            "label": {"en": "cluster", "zh": "集群"},
            "unit": "",
            "values": [{"en": en, "zh": also} for en, also in zip(clusters, zh, strict=True)],
        },
        "series": [
            {"label": label, "values": [getattr(each, part) for each in costs]}
            for part, label in parts.items()
        ],
        "unit": "USD / year",
        "note": {
            "en": "At 2025 prices; without scarcity rents and smuggling.",
            "zh": "按 2025 年价格；不含稀缺租金与走私。",
        },
        "source": "tradewind.capacity",
    }

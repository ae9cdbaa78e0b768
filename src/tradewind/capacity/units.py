"""What a network's numbers are in, and the factors from prices in dollars to them."""

from __future__ import annotations

from dataclasses import dataclass

from tradewind.capacity.refusals import UnitsError


@dataclass(frozen=True)
class Units:
    """Units of a network. Compute is thousand H100e (kH100e) in every network.

    Parameters
    ----------
    power_mw : float [MW]
        One unit of the network's power; its unit of energy is this times an hour.
    money_usd : float [USD]
        One unit of its money.

    Raises
    ------
    UnitsError
        A unit that is not above zero.

    Examples
    --------
    >>> Units.own().kh100e_per_power(0.88)  # of one GW of IT at 0.88 kW per H100e
    1136.3636363636363
    """

    power_mw: float = 1.0
    money_usd: float = 1.0

    def __post_init__(self) -> None:
        for name, value in (("power_mw", self.power_mw), ("money_usd", self.money_usd)):
            if not 0.0 < value < float("inf"):
                raise UnitsError(
                    "A network's unit is not above zero.",
                    where=f"Units.{name}",
                    value=value,
                    bound="a finite number above 0",
                    remedy="Units(power_mw=1.0, money_usd=1.0) is MW and dollars.",
                )

    @classmethod
    def own(cls) -> Units:
        """Return the units of Tradewind's own networks: GW, GWh, USD million."""
        return cls(power_mw=1000.0, money_usd=1e6)

    def kh100e_per_power(self, kw_per_h100e: float) -> float:
        """Compute of one unit of IT power [kH100e]: MW per unit over MW per kH100e."""
        return self.power_mw / kw_per_h100e

    def per_kw(self, usd: float) -> float:
        """USD per kW as money per unit of power."""
        return usd * self.power_mw * 1e3 / self.money_usd

    def per_kh100e(self, usd: float) -> float:
        """USD per H100e as money per kH100e."""
        return usd * 1e3 / self.money_usd

    def per_mwh(self, usd: float) -> float:
        """USD per MWh as money per unit of energy."""
        return usd * self.power_mw / self.money_usd

"""Buyers that the rules treat alike are one buyer: their demands add up exactly.

All have the same elasticity and reference price, so that at one price the sum of their demands is
the demand of one with the sum of their bases. A class holds the countries whose columns of every
rule are equal; a country under a quota is a class of its own. What a class gets is shared out by
demand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tradewind.chips.path import TRAINING, Market, Path, Rules
from tradewind.chips.programme import Floats, Integers


@dataclass(frozen=True)
class Classes:
    """Which country belongs to which class.

    Parameters
    ----------
    of : (country,) int
    first : (class,) int, one country of each
    """

    of: Integers
    first: Integers

    @classmethod
    def found(cls, rules: Rules) -> Classes:
        """Put countries with equal rules together."""
        countries = rules.access.shape[2]
        apart = np.where(np.isfinite(rules.quota), np.arange(countries), -1)
        columns = np.vstack(
            [
                rules.access.reshape(-1, countries),
                rules.surcharge.reshape(-1, countries),
                rules.quota_draw.reshape(-1, countries),
                apart[None],
            ]
        )
        known: dict[bytes, int] = {}
        of = [known.setdefault(row.tobytes(), len(known)) for row in columns.T.copy()]
        return cls(np.array(of), np.unique(of, return_index=True)[1])

    def total(self, demand: Floats) -> Floats:
        """Sum over countries to classes: (period, country, workload) to (period, class, …)."""
        summed = np.zeros((demand.shape[0], self.first.size, demand.shape[2]))
        for country, to in enumerate(self.of):
            summed[:, to] += demand[:, country]
        return summed

    def market(self, market: Market) -> Market:
        """Return the market with classes for countries."""
        demand = self.total(market.demand)
        return market._replace(
            demand=demand, home=int(self.of[market.home]), abroad=int(self.of[market.abroad])
        )

    def rules(self, rules: Rules) -> Rules:
        """Return the rules with classes for countries."""
        return rules._replace(
            access=np.ascontiguousarray(rules.access[:, :, self.first]),
            surcharge=np.ascontiguousarray(rules.surcharge[:, :, self.first]),
            quota=rules.quota[self.first],
            quota_draw=np.ascontiguousarray(rules.quota_draw[:, :, self.first]),
        )

    def spread(self, path: Path, demand: Floats) -> Path:
        """Return a path on countries from one on classes.

        Parameters
        ----------
        path : Path
            On classes.
        demand : (period, country, workload)
        """
        share = demand / self.total(demand)[:, self.of]
        return path._replace(
            packages=path.packages[:, :, self.of] * share[:, None],
            leaked=path.leaked[:, :, self.of] * share[:, None, :, TRAINING],
            quota_rent=path.quota_rent[:, self.of],
            marginal_value=path.marginal_value[:, self.of],
        )

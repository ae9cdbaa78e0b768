"""Under which assumptions links are cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tradewind.trade import Baseline, Equilibrium, Shock, solve
from tradewind.trade.arrays import Options
from tradewind.trade.severance import Severance

BALANCING = 1e-13  # residual of a world brought to balanced trade before the cuts


@dataclass(frozen=True, eq=False)
class Setting:
    """Assumptions under which links are cut.

    Attributes
    ----------
    baseline : Baseline
        With the trade elasticities of these assumptions.
    options : Options
        Closure, labour and elasticities of substitution.
    years : float
        Time to adapt that they stand for [year]; infinite is the long run.
    """

    baseline: Baseline
    options: Options
    years: float

    def balanced(self) -> Setting:
        """The same from a world whose deficits are gone, if the closure is balanced trade.

        Otherwise the end of all deficits, which is far larger, would pass for the cut's effect.
        """
        if self.options.closure != "balanced":
            return self
        return replace(self, baseline=self.baseline.rebased(self.start(tolerance=BALANCING)))

    def start(self, tolerance: float = 1e-10) -> Equilibrium:
        """The equilibrium without any cut."""
        options = self.options
        return solve(
            self.baseline,
            Shock(),
            closure=options.closure,
            labour=options.labour,
            sigma_value_added=options.sigma_value_added,
            sigma_inputs=options.sigma_inputs,
            sigma_final=options.sigma_final,
            tolerance=tolerance,
        )

    def engine(self) -> Severance:
        """A solver of cuts under these assumptions."""
        return Severance(self.baseline.table, self.options, self.baseline.labels)


def step_name(step: Setting) -> str:
    """Name a step of the path over the horizon."""
    return f"{step.options.labour} labour, {step.years:g} years"

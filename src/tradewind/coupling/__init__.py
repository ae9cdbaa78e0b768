"""The coupled years: ten numbered steps that hand labelled variables from block to block."""

from tradewind.coupling.run import CoupledRun, run_years
from tradewind.coupling.start import Start, read_start

__all__ = ["CoupledRun", "Start", "read_start", "run_years"]

"""From a scenario's plan section to plans of compute and power: cases, comparisons, the folder."""

from tradewind.plan_run.run import PlanRun, run_plan

__all__ = ["PlanRun", "run_plan"]

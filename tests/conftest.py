"""Which files stay in one process when tests run in several, and how often garbage is sought."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: beside other work an example may take any time.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

TOGETHER = {
    "networks drawn and solved once": (
        "identities/test_plan_accounts.py",
        "identities/test_plan_again.py",
        "identities/test_plan_duals.py",
        "identities/test_plan_groundwork.py",
        "identities/test_plan_second_method.py",
        "identities/test_plan_structured.py",
    ),
    "scenarios of the chip market solved once": (
        "identities/test_chips_accounts.py",
        "identities/test_chips_allocation.py",
        "identities/test_chips_invariance.py",
        "unit/test_chip_run_policy.py",
        "unit/test_chips_parameters.py",
    ),
    "a setting of the years prepared once": (
        "identities/test_coupled_equations.py",
        "identities/test_coupled_years.py",
        "integration/test_run_years.py",
    ),
}
SHARED = {f"tests/{file}": what for what, files in TOGETHER.items() for file in files}


def pytest_collection_finish() -> None:
    """Seek garbage less often, and never among what was imported: a tenth of a plan's time."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out files whole, and files that share something to the same process."""
    from xdist.scheduler import LoadFileScheduling

    # xdist has no types, so that its class is Any to mypy.
    class Together(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return SHARED.get(file, file)

    return Together(config, log)

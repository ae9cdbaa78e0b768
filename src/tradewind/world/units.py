"""Units of the world's variables, read by pint.

Money carries its currency as a base unit and its year in the variable's ``year`` attribute, so that
USD of two years are never added by mistake of the unit alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

SHARE = "1"
FLOW = "USD million / year"


@lru_cache
def registry() -> pint.UnitRegistry[float]:
    """Return the registry with money, people and ``million`` as a word."""
    import pint  # a tenth of a second that only checks and exports need

    units: pint.UnitRegistry[float] = pint.UnitRegistry()
    units.define("USD = [money]")
    units.define("EUR = [euro]")
    units.define("person = [person]")
    units.define("million = 1e6")
    return units


def parses(text: str) -> bool:
    """Whether a unit can be read.

    >>> parses("USD million / year"), parses("bananas")
    (True, False)
    """
    from pint.errors import PintError

    try:
        registry().parse_expression(text)
    except (PintError, TypeError, ValueError, AttributeError, AssertionError):
        return False
    return True

"""Keep the backtest of the coupled years, which every report over the years shows.

Run with ``python tools/keep_backtest.py`` after a change to the model; a test says when it is due.
"""

from __future__ import annotations

from pathlib import Path

import tradewind.coupling
from tradewind.coupling.backtest import backtest
from tradewind.coupling.counted import FIELDS


def main() -> None:
    """Run from 2022 and write the table of the package."""
    table = backtest()[list(FIELDS)]
    path = Path(tradewind.coupling.__file__).parent / "tables" / "backtest.csv"
    table.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
    print(f"{len(table)} rows kept")


if __name__ == "__main__":
    main()

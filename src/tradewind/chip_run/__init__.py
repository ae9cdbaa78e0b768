"""From export-control rules to the chip market: policies, rounds, backtest, runs in folders."""

"""An index of one's own: six economies, three indicators, and how sure each rank is."""

import pandas as pd

from tradewind.pressure import index

table = pd.DataFrame(
    {
        "patents": [310.0, 150.0, 40.0, None, 95.0, 12.0],
        "graduates": [24.0, 31.0, 28.0, 19.0, 22.0, 11.0],
        "power_price": [0.19, 0.11, 0.08, 0.14, 0.21, 0.09],
    },
    index=["Alba", "Borea", "Corsa", "Doria", "Elva", "Fenn"],
)


def column(name, direction, reason, **more):
    said = {"title": name.replace("_", " "), "unit": "1", "source": "made up", "reason": reason}
    return {"name": name, "direction": direction, **said, **more}


spec = {
    "name": "mine",
    "title": "Industry ahead",
    "pillars": [
        {"name": "skill", "title": "Skill", "indicators": [
            column("patents", "up", "what is invented", transform="log"),
            column("graduates", "up", "who can invent"),
        ]},
        {"name": "power", "title": "Power", "indicators": [column("power_price", "down", "cost")]},
    ],
    "floor": 0.01,
    "missing": "regression",
    "uncertainty": {"normalisation": ["minmax", "rank"], "aggregation": ["geometric"]},
}  # fmt: skip
found = index(table, spec, draws=2000, seed=1)
print(found[["rung", "rank_median", "rank_low", "rank_high", "score"]].to_dataframe().round(2))
print(found["total_share"].to_series().sort_values(ascending=False).head(3).round(2).to_string())

"""Figures as inline SVG and HTML, drawn in Python.

Why not Plotly: its base map is fetched from outside, and its script is 4.6 MB in every report.
These draw at once, need no JavaScript, print as vectors, and their text is selectable and read
aloud. Each function takes a labelled table and gives back markup whose numbers are that table's.
"""

from tradewind.report.figures.bands import band_curves
from tradewind.report.figures.bars import dumbbell_bars, flow_bars, ranking_bars
from tradewind.report.figures.curves import horizon_curves, labour_legend
from tradewind.report.figures.heatmap import dependence_map, relocation_map
from tradewind.report.figures.legend import causes_legend, diverging_legend, loss_legend
from tradewind.report.figures.network import dependence_network
from tradewind.report.figures.pillars import parallel_plot
from tradewind.report.figures.ranks import choice_bars, rank_ladder
from tradewind.report.figures.scatter import prediction_scatter
from tradewind.report.figures.scores import score_lines
from tradewind.report.figures.stacks import parts_legend, price_bars
from tradewind.report.figures.waterfall import Step, steps
from tradewind.report.figures.worldmap import world_map

__all__ = [
    "Step",
    "band_curves",
    "causes_legend",
    "choice_bars",
    "dependence_map",
    "dependence_network",
    "diverging_legend",
    "dumbbell_bars",
    "flow_bars",
    "horizon_curves",
    "labour_legend",
    "loss_legend",
    "parallel_plot",
    "parts_legend",
    "prediction_scatter",
    "price_bars",
    "rank_ladder",
    "ranking_bars",
    "relocation_map",
    "score_lines",
    "steps",
    "world_map",
]

"""Figures as inline SVG and HTML, drawn in Python.

Why not Plotly: its base map is fetched from outside, and its script is 4.6 MB in every report.
These draw at once, need no JavaScript, print as vectors, and their text is selectable and read
aloud. Each function takes a labelled table and gives back markup whose numbers are that table's.
"""

from tradewind.report.figures.bands import band_curves
from tradewind.report.figures.bars import dumbbell_bars, flow_bars, ranking_bars
from tradewind.report.figures.curves import horizon_curves, labour_legend
from tradewind.report.figures.heatmap import dependence_map, relocation_map
from tradewind.report.figures.hours import Clock, colour_key, hour_areas, hour_lines
from tradewind.report.figures.legend import causes_legend, diverging_legend, loss_legend
from tradewind.report.figures.network import dependence_network
from tradewind.report.figures.parts import Range, part_bars, range_bars
from tradewind.report.figures.pillars import parallel_plot
from tradewind.report.figures.plots import draw_plot
from tradewind.report.figures.ranks import choice_bars, rank_ladder
from tradewind.report.figures.scatter import prediction_scatter
from tradewind.report.figures.scores import score_lines
from tradewind.report.figures.sitemap import site_map, size_key, step_key
from tradewind.report.figures.stacks import parts_legend, price_bars
from tradewind.report.figures.strip import threshold_strip
from tradewind.report.figures.waterfall import Step, steps
from tradewind.report.figures.worldmap import world_map

__all__ = [
    "Clock",
    "Range",
    "Step",
    "band_curves",
    "causes_legend",
    "choice_bars",
    "colour_key",
    "dependence_map",
    "dependence_network",
    "diverging_legend",
    "draw_plot",
    "dumbbell_bars",
    "flow_bars",
    "horizon_curves",
    "hour_areas",
    "hour_lines",
    "labour_legend",
    "loss_legend",
    "parallel_plot",
    "part_bars",
    "parts_legend",
    "prediction_scatter",
    "price_bars",
    "range_bars",
    "rank_ladder",
    "ranking_bars",
    "relocation_map",
    "score_lines",
    "site_map",
    "size_key",
    "step_key",
    "steps",
    "threshold_strip",
    "world_map",
]

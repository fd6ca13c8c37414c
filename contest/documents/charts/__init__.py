"""Charts as inline SVG for pages and PDFs alike: readable without colour, with their data in words, no style
attribute.

Every function returns a whole ``<svg class="chart …">``. Colours are ``currentColor`` and one accent, given
as attributes that a page's style sheet may override through the classes; sizes are in units of the view box,
640 wide.
"""

from contest.documents.charts.bars import Bar, bar_chart, funnel_chart
from contest.documents.charts.intervals import Interval, interval_chart
from contest.documents.charts.lines import Line, line_chart, s_curve
from contest.documents.charts.milestones import Point, milestone_chart
from contest.documents.charts.strips import Dot, Strip, strip_plot

__all__ = [
    "Bar",
    "Dot",
    "Interval",
    "Line",
    "Point",
    "Strip",
    "bar_chart",
    "funnel_chart",
    "interval_chart",
    "line_chart",
    "milestone_chart",
    "s_curve",
    "strip_plot",
]

"""Charts as SVG, drawn on the server for pages and reports alike; pure, so that a chart is a plain function.

    chart = stacked_bars("theo-muc", "Tình hình theo mục", [Bar("1 Phương thức lãnh đạo", {Mark.OVERDUE: 2})])
    {% include "components/chart.html" with chart=chart %}

Every function takes first a name, unique on the page (it begins the ids inside the drawing), and a title for
people. A drawing is as wide as its place: bars are in percent of it and words keep their size, so that it is
read at 320 px and on A4. An ``href`` makes the part that bears it a real link; all of it stands in ``table``.
"""

from baocao.charts.bullet import Bullet, bullets
from baocao.charts.draw import BROAD, WIDE
from baocao.charts.heat import HeatCell, HeatRow, heat_map
from baocao.charts.lines import Point, line
from baocao.charts.model import Chart, Table, TableCell
from baocao.charts.spans import Diamond, Span, timeline
from baocao.charts.stacked import Bar, stacked_bars

__all__ = [
    "BROAD",
    "WIDE",
    "Bar",
    "Bullet",
    "Chart",
    "Diamond",
    "HeatCell",
    "HeatRow",
    "Point",
    "Span",
    "Table",
    "TableCell",
    "bullets",
    "heat_map",
    "line",
    "stacked_bars",
    "timeline",
]

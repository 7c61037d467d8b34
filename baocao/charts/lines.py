"""A line of values by day, with what was planned, the target, and at most a plain extrapolation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from baocao.charts.draw import (
    CLEAR,
    EDGE,
    INK,
    LOOKS,
    MUTED,
    NARROW,
    PAPER,
    SMALL,
    Drawing,
    Entry,
    el,
    key,
    percent,
    width,
    words,
)
from baocao.charts.model import Chart, Markup, Table, TableCell
from nhiemvu.status import Mark

LEFT, RIGHT = 4.0, 96.0
TOP, BOTTOM = 22.0, 180.0
FORECAST = "Kéo dài đơn giản, không phải dự báo"
BLUE, GREEN = LOOKS[Mark.ON_TIME].edge, LOOKS[Mark.COMPLETED].fill


@dataclass(frozen=True, slots=True)
class Point:
    """``said`` is the value in words: "11,2%"."""

    on: date
    value: Decimal | float
    said: str


Place = Callable[[Point], tuple[float, float]]
Taken = tuple[float, float, float]  # left, right, baseline


def line(
    name: str,
    title: str,
    facts: Sequence[Point],
    *,
    unit: str = "",
    target: Point | None = None,
    target_high: Point | None = None,
    plan: Sequence[Point] = (),
    forecast: Sequence[Point] = (),
    at_most: bool = False,
) -> Chart:
    """``forecast`` goes on from the last fact. ``at_most``: the target is a ceiling."""
    drawing = Drawing(name)
    aims = [point for point in (target, target_high) if point]
    every = [*facts, *plan, *forecast, *aims]
    if not every:
        return Chart(
            name, title, "Chưa có số liệu.", drawing.finish(title, "Chưa có số liệu.", 1), _table([])
        )
    place, low = _scale(every)
    first, last = min(p.on for p in every), max(p.on for p in every)
    drawing.add(el("line", x1=percent(LEFT), x2=percent(RIGHT), y1=BOTTOM, y2=BOTTOM, stroke=EDGE))
    taken: list[Taken] = []
    for point in aims:
        _, y = place(point)
        drawing.add(
            el("line", x1=percent(LEFT), x2=percent(RIGHT), y1=y, y2=y, stroke=GREEN, stroke_width=1.5)
        )
    _join(drawing, place, plan, MUTED, 1.5, "6 3")
    if forecast and facts:
        _join(drawing, place, [facts[-1], *forecast], BLUE, 2, "1 5")
    _join(drawing, place, facts, BLUE, 2.5, None)
    for point in facts:
        drawing.add(_dot(*place(point), BLUE, BLUE))
    for point in forecast:
        drawing.add(_dot(*place(point), PAPER, BLUE))
    for point in _telling([*facts, *forecast]):
        x, y = place(point)
        _write(drawing, taken, point.said, x, y, INK)
    for point in aims:
        _, y = place(point)
        said = f"Mục tiêu {point.said}"
        for x in (RIGHT, LEFT):
            if _write(drawing, taken, said, x, y, GREEN):
                break
    ends = [first] if first == last else [first, last]
    for day in ends:
        x, _ = place(Point(day, every[0].value, ""))
        anchor = "middle" if first == last else "start" if day == first else "end"
        drawing.add(words(f"{day:%d/%m/%Y}", x, BOTTOM + 15, text_anchor=anchor, font_size=SMALL, fill=MUTED))
    entries = _entries(facts, plan, forecast, aims)
    if low:
        axis = el("line", x1=0, x2=14, y1=13, y2=13, stroke=EDGE)
        entries.append(([axis], f"Trục đứng bắt đầu từ {_in_words(low)}"))
    y = key(drawing, BOTTOM + 26, entries)
    description = _describe(facts, target, target_high, forecast, unit, at_most)
    rows = [("Thực hiện", facts), ("Kế hoạch", plan), ("Mục tiêu", aims), (FORECAST, forecast)]
    table = _table([(kind, point) for kind, points in rows for point in points])
    return Chart(name, title, description, drawing.finish(title, description, y), table)


def _scale(points: Sequence[Point]) -> tuple[Place, float]:
    """Where each point stands, and the value at the foot of the drawing: 0 unless all lie far above it."""
    values = [float(point.value) for point in points]
    low, high = min(values), max(values)
    low = 0.0 if 0 <= low < high * 0.6 else low
    spread = (high - low) or abs(high) or 1.0
    low, high = low - (spread * 0.1 if low else 0), high + spread * 0.1
    days = [point.on.toordinal() for point in points]
    first, total = min(days), max(days) - min(days)

    def place(point: Point) -> tuple[float, float]:
        share = (point.on.toordinal() - first) / total if total else 0.5
        rise = (float(point.value) - low) / (high - low)
        return LEFT + share * (RIGHT - LEFT), BOTTOM - rise * (BOTTOM - TOP)

    return place, low


def _in_words(value: float) -> str:
    text = f"{value:,.1f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))


def _join(
    drawing: Drawing, place: Place, points: Sequence[Point], stroke: str, thick: float, dashes: str | None
) -> None:
    for before, after in pairwise(points):
        (x1, y1), (x2, y2) = place(before), place(after)
        ends = {"x1": percent(x1), "y1": y1, "x2": percent(x2), "y2": y2}
        drawing.add(
            el(
                "line", **ends, stroke=stroke, stroke_width=thick, stroke_dasharray=dashes,
                stroke_linecap="round",
            )
        )  # fmt: skip


def _dot(x: float, y: float, fill: str, stroke: str) -> Markup:
    return el("circle", cx=percent(x), cy=y, r=4, fill=fill, stroke=stroke, stroke_width=2)


def _telling(points: Sequence[Point]) -> list[Point]:
    """The points in the order in which they may claim room for their words: ends, extremes, the others."""
    if not points:
        return []
    by_value = sorted(points, key=lambda point: float(point.value))
    order = [points[-1], points[0], by_value[0], by_value[-1], *reversed(points)]
    return list(dict.fromkeys(order))


def _write(drawing: Drawing, taken: list[Taken], text: str, x: float, y: float, fill: str) -> bool:
    """Above the point, or below it, unless other words are there at the narrowest; the table has them all."""
    room = width(text, SMALL)
    at = x / 100 * NARROW
    anchor = "start" if at < room / 2 else "end" if at > NARROW - room / 2 else "middle"
    left = at - {"start": 0, "middle": room / 2, "end": room}[anchor]
    for low in (y - 9, y + 17):
        if 10 <= low <= BOTTOM + 2 and all(
            left + room + 4 < other or left > end + 4 or abs(low - height) > 13
            for other, end, height in taken
        ):
            taken.append((left, left + room, low))
            drawing.add(words(text, x, low, text_anchor=anchor, font_size=SMALL, fill=fill, **CLEAR))
            return True
    return False


def _entries(
    facts: Sequence[Point], plan: Sequence[Point], forecast: Sequence[Point], aims: Sequence[Point]
) -> list[Entry]:
    def sign(stroke: str, dashes: str | None, thick: float) -> list[Markup]:
        ends = {"x1": 0, "x2": 14, "y1": 7, "y2": 7}
        return [el("line", **ends, stroke=stroke, stroke_width=thick, stroke_dasharray=dashes)]

    found: list[Entry] = []
    if facts:
        found.append(([*sign(BLUE, None, 2.5), el("circle", cx=7, cy=7, r=3.5, fill=BLUE)], "Thực hiện"))
    if plan:
        found.append((sign(MUTED, "6 3", 1.5), "Kế hoạch"))
    if aims:
        found.append((sign(GREEN, None, 1.5), "Mục tiêu"))
    if forecast:
        found.append((sign(BLUE, "1 4", 2), FORECAST))
    return found


def _describe(
    facts: Sequence[Point],
    target: Point | None,
    target_high: Point | None,
    forecast: Sequence[Point],
    unit: str,
    at_most: bool,
) -> str:
    told = [f"Đơn vị tính: {unit}"] if unit else []
    if facts:
        newest = facts[-1]
        told.append(f"{len(facts)} số liệu, mới nhất {newest.said} ngày {newest.on:%d/%m/%Y}")
    else:
        told.append("Chưa có số liệu")
    if target:
        upper = f" đến {target_high.said}" if target_high else ""
        told.append(f"mục tiêu {'không quá ' if at_most else ''}{target.said}{upper}")
    if forecast:
        told.append(f"kéo dài đơn giản đến {forecast[-1].on:%d/%m/%Y}: {forecast[-1].said}")
    return "; ".join(told) + "."


def _table(rows: Sequence[tuple[str, Point]]) -> Table:
    return Table(
        ("Ngày", "Số liệu", "Là"),
        tuple(
            (TableCell(f"{point.on:%d/%m/%Y}"), TableCell(point.said), TableCell(kind))
            for kind, point in rows
        ),
    )

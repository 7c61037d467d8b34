"""A line of values by day, with what was planned, the target, and at most a plain extrapolation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from baocao.charts.draw import (
    BROAD,
    CLEAR,
    EDGE,
    INK,
    LOOKS,
    MUTED,
    NARROW,
    PAPER,
    SMALL,
    WIDE,
    Drawing,
    el,
    entry,
    percent,
    width,
    words,
)
from baocao.charts.model import Chart, Entry, Markup, Table, TableCell
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


At = tuple[float, float]  # x in percent, y in pixels
Place = Callable[[Point], At]


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
    labels = _Labels(drawing)
    for point in aims:
        _, y = place(point)
        labels.avoid((LEFT, y), (RIGHT, y))
        drawing.add(
            el("line", x1=percent(LEFT), x2=percent(RIGHT), y1=y, y2=y, stroke=GREEN, stroke_width=1.5)
        )
    going_on = [facts[-1], *forecast] if forecast and facts else []
    _join(drawing, place, plan, MUTED, 1.5, "6 3")
    _join(drawing, place, going_on, BLUE, 2, "1 5")
    _join(drawing, place, facts, BLUE, 2.5, None)
    for points in (plan, going_on, facts):
        for before, after in pairwise(points):
            labels.avoid(place(before), place(after))
    for point in facts:
        drawing.add(_dot(*place(point), BLUE, BLUE))
    for point in forecast:
        drawing.add(_dot(*place(point), PAPER, BLUE))
    for point in _telling([*facts, *forecast]):
        x, y = place(point)
        room = width(point.said, SMALL)
        labels.write(point.said, [*_spots(x, y, room), *_beside(x, y, room)], INK)
    for point in aims:
        _, y = place(point)
        said = f"Mục tiêu {point.said}"
        room = width(said, SMALL)
        labels.write(said, [*_spots(RIGHT, y, room), *_spots(LEFT, y, room)], GREEN)
    ends = [first] if first == last else [first, last]
    for day in ends:
        x, _ = place(Point(day, every[0].value, ""))
        anchor = "middle" if first == last else "start" if day == first else "end"
        drawing.add(words(f"{day:%d/%m/%Y}", x, BOTTOM + 15, text_anchor=anchor, font_size=SMALL, fill=MUTED))
    entries = _entries(facts, plan, forecast, aims)
    if low:
        axis = el("line", x1=0, x2=14, y1=13, y2=13, stroke=EDGE)
        entries.append(entry(f"Trục đứng bắt đầu từ {_in_words(low)}", axis))
    description = _describe(facts, target, target_high, forecast, unit, at_most)
    rows = [("Thực hiện", facts), ("Kế hoạch", plan), ("Mục tiêu", aims), (FORECAST, forecast)]
    table = _table([(kind, point) for kind, points in rows for point in points])
    svg = drawing.finish(title, description, BOTTOM + 20)
    return Chart(name, title, description, svg, table, tuple(entries))


def _scale(points: Sequence[Point]) -> tuple[Place, float]:
    """Where each point stands, and the value at the foot of the drawing: 0 unless all lie far above it."""
    values = [float(point.value) for point in points]
    low, high = min(values), max(values)
    low = 0.0 if 0 <= low < high * 0.6 else low
    spread = (high - low) or abs(high) or 1.0
    low, high = low - (spread * 0.15 if low else 0), high + spread * 0.1
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


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where words would stand: ``anchor`` of theirs is ``dx`` pixels from ``x`` percent."""

    x: float
    low: float
    room: float
    anchor: str
    dx: float = 0

    def ends(self, wide: float) -> tuple[float, float]:
        """Left and right in pixels, in a drawing that is so wide."""
        left = self.x / 100 * wide + self.dx - self.room * _BEFORE[self.anchor]
        return left, left + self.room


@dataclass
class _Labels:
    """The words at the points: never over other words, and off the lines wherever there is such a spot."""

    drawing: Drawing
    lines: list[tuple[At, At]] = field(default_factory=list)
    taken: list[_Spot] = field(default_factory=list)

    def avoid(self, start: At, end: At) -> None:
        self.lines.append((start, end))

    def write(self, text: str, spots: Sequence[_Spot], fill: str) -> None:
        """Or leave it, if all is taken: the table has every value."""
        free = [spot for spot in spots if self._is_free(spot)]
        if not free:
            return
        spot = min(free, key=self._crossed)
        self.taken.append(spot)
        place = {"text_anchor": spot.anchor, "dx": spot.dx or None, "font_size": SMALL, "fill": fill}
        self.drawing.add(words(text, spot.x, spot.low, **place, **CLEAR))

    def _is_free(self, spot: _Spot) -> bool:
        left, right = spot.ends(NARROW)
        inside = left >= 0 and right <= NARROW and 10 <= spot.low <= BOTTOM - 1
        return inside and all(
            right + 4 < other.ends(NARROW)[0]
            or left > other.ends(NARROW)[1] + 4
            or abs(spot.low - other.low) > 13
            for other in self.taken
        )

    def _crossed(self, spot: _Spot) -> int:
        """How many lines run through the words, at several widths together."""
        found = 0
        for wide in (NARROW, WIDE, BROAD):
            left, right = (end / wide * 100 for end in spot.ends(wide))
            box = (left, right, spot.low - SMALL + 2, spot.low + 2)
            found += sum(_runs_through(box, *ends) for ends in self.lines)
        return found


def _spots(x: float, y: float, room: float) -> list[_Spot]:
    """Above and below a point, in the order in which they are liked."""
    at = x / 100 * NARROW
    usual = "start" if at < room / 2 else "end" if at > NARROW - room / 2 else "middle"
    sides = [usual, *(side for side in ("end", "start") if side != usual)]
    return [_Spot(x, low, room, side) for side in sides for low in (y - 9, y + 17)]


def _beside(x: float, y: float, room: float) -> list[_Spot]:
    return [_Spot(x, y + 4, room, "start", 8), _Spot(x, y + 4, room, "end", -8)]


_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How much of the words stands before the point they are anchored at."""


def _runs_through(box: tuple[float, float, float, float], start: At, end: At) -> bool:
    (x1, y1), (x2, y2) = sorted((start, end))
    left, right, top, bottom = box
    first, last = max(left, x1), min(right, x2)
    if first > last:
        return False
    slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0
    ends = [y1 + (x - x1) * slope for x in (first, last)] if x2 > x1 else [y1, y2]
    return min(ends) <= bottom and max(ends) >= top


def _entries(
    facts: Sequence[Point], plan: Sequence[Point], forecast: Sequence[Point], aims: Sequence[Point]
) -> list[Entry]:
    def sign(stroke: str, dashes: str | None, thick: float) -> Markup:
        ends = {"x1": 0, "x2": 14, "y1": 7, "y2": 7}
        return el("line", **ends, stroke=stroke, stroke_width=thick, stroke_dasharray=dashes)

    found: list[Entry] = []
    if facts:
        dot = el("circle", cx=7, cy=7, r=3.5, fill=BLUE)
        found.append(entry("Thực hiện", sign(BLUE, None, 2.5), dot))
    if plan:
        found.append(entry("Kế hoạch", sign(MUTED, "6 3", 1.5)))
    if aims:
        found.append(entry("Mục tiêu", sign(GREEN, None, 1.5)))
    if forecast:
        found.append(entry(FORECAST, sign(BLUE, "1 4", 2)))
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

"""Bullet bars: a value against its target, each row on a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from baocao.charts.draw import (
    EDGE,
    GRID,
    INK,
    LOOKS,
    NARROW,
    WIDE,
    Drawing,
    el,
    key,
    percent,
    row_height,
    words,
    wrapped,
)
from baocao.charts.model import Chart, Table, TableCell
from nhiemvu.status import Mark

LABEL = 37.0
ROOM = 100 - LABEL - 1
HEIGHT = 12


@dataclass(frozen=True, slots=True)
class Bullet:
    """``said`` and ``aim`` are the value and the target in words ("11,2%", "≥ 13%"), ``judged`` how it
    stands. A range has ``target_high`` too; ``at_most``: the less the better. No value yet is None."""

    label: str
    value: Decimal | float | None
    target: Decimal | float
    said: str
    aim: str
    mark: Mark
    judged: str
    target_high: Decimal | float | None = None
    at_most: bool = False
    href: str = ""


def bullets(name: str, title: str, rows: Sequence[Bullet], *, wide: int = WIDE) -> Chart:
    """``wide``: BROAD where the drawing has a page's whole width, for longer names."""
    drawing = Drawing(name, wide)
    y = 2.0
    for row in rows:
        figures = wrapped(f"{row.said or '–'} / {row.aim}", NARROW * ROOM / 100 - 4, 3)
        judged = f"{row.mark.icon} {row.judged}"
        lines = [f"{figures[0]} · {judged}"] if _one_line(figures, judged) else [*figures, judged]
        height = max(row_height(row.label, LABEL, 0), 14 * len(lines) + HEIGHT + 10)
        drawing.label(row.label, y, height, LABEL, row.href, f"{row.label}: {_sentence(row)}")
        for at, text in enumerate(lines):
            drawing.add(words(text, LABEL, y + 12 + 14 * at))
        _draw(drawing, row, y + 14 * len(lines) + 5)
        y += height + 6
    if rows:
        line = el("line", x1=7, x2=7, y1=0, y2=14, stroke=INK, stroke_width=2.5)
        y = key(drawing, y + 2, [([line], "Mục tiêu")])
    description = "; ".join(f"{row.label}: {_sentence(row)}" for row in rows) or "Chưa có chỉ tiêu."
    return Chart(name, title, description, drawing.finish(title, description, y), _table(rows))


def _one_line(figures: Sequence[str], judged: str) -> bool:
    text = f"{figures[0]} · {judged}"
    return len(figures) == 1 and wrapped(text, NARROW * ROOM / 100 - 4, 1) == [text]


def _sentence(row: Bullet) -> str:
    return f"{row.said or 'chưa có số liệu'}, mục tiêu {row.aim}, {row.judged.lower()}"


def _draw(drawing: Drawing, row: Bullet, top: float) -> None:
    ends = [float(row.target), float(row.target_high or row.target), float(row.value or 0), 0.0]
    low, high = min(ends), max(ends)
    high += (high - low) * 0.1 or 1.0

    def at(value: Decimal | float) -> float:
        return LABEL + (float(value) - low) / (high - low) * ROOM

    track = {"y": top, "height": HEIGHT, "rx": 2}
    drawing.add(el("rect", x=percent(LABEL), width=percent(ROOM), **track, fill="#f4f2ed", stroke=EDGE))
    aim, aim_high = at(row.target), at(row.target_high or row.target)
    if aim_high > aim:
        drawing.add(el("rect", x=percent(aim), width=percent(aim_high - aim), **track, fill=GRID))
    if row.value is not None:
        start, end = sorted((at(0), at(row.value)))
        drawing.add(drawing.block(LOOKS[row.mark], start, top + 2.5, max(end - start, 0.6), HEIGHT - 5, 0))
    for x in dict.fromkeys((aim, aim_high)):
        place = {"x1": percent(x), "x2": percent(x), "y1": top - 2, "y2": top + HEIGHT + 2}
        drawing.add(el("line", **place, stroke="#ffffff", stroke_width=5))
        drawing.add(el("line", **place, stroke=INK, stroke_width=2.5))


def _table(rows: Sequence[Bullet]) -> Table:
    return Table(
        ("", "Thực hiện", "Mục tiêu", "Đánh giá"),
        tuple(
            (
                TableCell(row.label, row.href),
                TableCell(row.said or "Chưa có số liệu"),
                TableCell(row.aim),
                TableCell(row.judged),
            )
            for row in rows
        ),
    )

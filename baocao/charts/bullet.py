"""Bullet bars: a value against its target, each row on a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from baocao.charts.draw import (
    EDGE,
    GRID,
    INK,
    LOOKS,
    NARROW,
    WIDE,
    Drawing,
    el,
    entry,
    percent,
    row_height,
    width,
    words_in_lines,
    wrapped,
)
from baocao.charts.model import Chart, Markup, Table, TableCell
from nhiemvu.status import Mark

LABEL = 37.0
ROOM = 100 - LABEL - 1
HEIGHT = 12
ON_PAPER = 540  # pixels: wider than one of two equal columns


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
    drawing = Drawing(name, wide, ON_PAPER)
    y = 2.0
    for row in rows:
        lines = _lines(row, NARROW)
        height = max(row_height(row.label, LABEL, 0), 14 * len(lines) + HEIGHT + 10)
        drawing.label(row.label, y, height, LABEL, row.href, f"{row.label}: {_sentence(row)}")
        top = y + 14 * len(lines) + 5  # the words end above the bar, in however many lines
        forms = drawing.forms(
            partial(_words, top=top),
            lines,
            _lines(row, wide, len(lines)),
            wrapped(_together(row), ON_PAPER * 2 / 3, 1),
        )
        drawing.add(*forms)
        _draw(drawing, row, top)
        y += height + 6
    line = el("line", x1=7, x2=7, y1=0, y2=14, stroke=INK, stroke_width=2.5)
    key = (entry("Mục tiêu", line),) if rows else ()
    description = "; ".join(f"{row.label}: {_sentence(row)}" for row in rows) or "Chưa có chỉ tiêu."
    return Chart(name, title, description, drawing.finish(title, description, y), _table(rows), key)


def _lines(row: Bullet, wide: float, most: int = 4) -> list[str]:
    """The figures and how they are judged, in one line where that has room."""
    room = wide * ROOM / 100 - 4
    if width(_together(row)) <= room:
        return [_together(row)]
    return [*wrapped(_figures(row), room, most - 1), _judged(row)]


def _figures(row: Bullet) -> str:
    return f"{row.said or '–'} / {row.aim}"


def _judged(row: Bullet) -> str:
    return f"{row.mark.icon} {row.judged}"


def _together(row: Bullet) -> str:
    return f"{_figures(row)} · {_judged(row)}"


def _words(lines: Sequence[str], top: float, **given: object) -> Markup:
    """Above the bar that begins at ``top``."""
    return words_in_lines(lines, top - 2 - 7 * len(lines), LABEL, **given)


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

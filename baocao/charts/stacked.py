"""Stacked bars: how many of each mark stand in every row, on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from baocao.charts.draw import (
    LOOKS,
    MUTED,
    NARROW,
    SMALL,
    Drawing,
    halo,
    mark_entries,
    row_height,
    width,
    words,
)
from baocao.charts.model import Chart, Table, TableCell
from nhiemvu.status import Mark

LABEL = 37.0
GAP = 0.4
HEIGHT = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """A row; ``href`` leads from its name and total, ``hrefs`` from each part."""

    label: str
    counts: Mapping[Mark, int]
    href: str = ""
    hrefs: Mapping[Mark, str] = field(default_factory=dict)

    @property
    def parts(self) -> list[tuple[Mark, int]]:
        return [(mark, self.counts[mark]) for mark in LOOKS if self.counts.get(mark)]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.parts)


def stacked_bars(name: str, title: str, rows: Sequence[Bar], *, what: str = "việc") -> Chart:
    """``what`` is counted. A part is never narrower than its number needs."""
    drawing = Drawing(name)
    label, room = _shares(rows)
    scale = _scale(rows, room)
    y = 2.0
    for row in rows:
        height = row_height(row.label, label)
        drawing.label(row.label, y, height, label, row.href, f"{row.label}: {row.total} {what}")
        x, top = label, y + (height - HEIGHT) / 2
        for mark, count in row.parts:
            look, length = LOOKS[mark], max(_least(count), count * scale)
            figure = words(
                str(count), x + (length - GAP) / 2, top + 16,
                text_anchor="middle", font_weight=600, fill=look.ink,
                font_size=SMALL if count > 99 else None, **halo(look),
            )  # fmt: skip
            drawing.add(
                drawing.block(look, x, top, length - GAP, HEIGHT),
                figure,
                href=row.hrefs.get(mark, ""),
                said=f"{row.label}, {mark.label.lower()}: {count} {what}",
            )
            x += length
        drawing.add(words(str(row.total), x, top + 16, dx=5 if row.total else 0, fill=MUTED))
        y += height + 2
    shown = {mark for row in rows for mark, _ in row.parts}
    key = mark_entries(drawing, shown)
    description = _describe(rows, shown, what)
    svg = drawing.finish(title, description, y)
    return Chart(name, title, description, svg, _table(rows, shown), tuple(key))


def _describe(rows: Sequence[Bar], shown: set[Mark], what: str) -> str:
    sums = [
        f"{mark.label.lower()} {sum(row.counts.get(mark, 0) for row in rows)}"
        for mark in LOOKS
        if mark in shown
    ]
    return (
        f"{len(rows)} dòng, {sum(row.total for row in rows)} {what}{': ' if sums else ''}{', '.join(sums)}."
    )


def _table(rows: Sequence[Bar], shown: set[Mark]) -> Table:
    marks = [mark for mark in LOOKS if mark in shown]
    return Table(
        ("", "Tổng", *(mark.label for mark in marks)),
        tuple(
            (
                TableCell(row.label),
                TableCell(str(row.total), row.href),
                *(TableCell(str(row.counts.get(mark, 0)), row.hrefs.get(mark, "")) for mark in marks),
            )
            for row in rows
        ),
    )


def _least(count: int) -> float:
    """The width in percent that the number needs where the drawing is narrowest."""
    digits = len(str(count))
    pixels = 22 if digits < 3 else 4 + 6.7 * digits
    return pixels / NARROW * 100 + GAP / 2


def _shares(rows: Sequence[Bar]) -> tuple[float, float]:
    """Percent for the names and for the bars: names give way where many large numbers need the room."""
    total = (width(str(max((row.total for row in rows), default=0))) + 8) / NARROW * 100
    needed = max((sum(_least(count) for _, count in row.parts) for row in rows), default=0)
    label = min(LABEL, 100 - total - needed)
    return label, 100 - total - label


def _scale(rows: Sequence[Bar], room: float) -> float:
    """Percent for one: the most with which every row still fits, its narrow parts widened."""
    low, high = 0.0, room
    for _ in range(40):
        middle = (low + high) / 2
        longest = max((sum(max(_least(n), n * middle) for _, n in row.parts) for row in rows), default=0)
        low, high = (middle, high) if longest <= room else (low, middle)
    return low

"""A heat map: rows by periods, each cell a mark with its sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baocao.charts.draw import (
    INK,
    LOOKS,
    MUTED,
    NARROW,
    SMALL,
    Drawing,
    Look,
    entry,
    halo,
    row_height,
    width,
    words,
)
from baocao.charts.model import Chart, Table, TableCell
from nhiemvu.status import Mark

LABEL = 37.0
HEIGHT = 24
CALM = Look("#e3f0ee", INK, "#00695c")
"""What is in order does not call for the eye: completed, in a lighter fill than in other charts."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """``text`` is the sign in the cell (one or two letters), ``said`` what it means: "Muộn, 2 việc"."""

    mark: Mark
    text: str
    said: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """None where nothing was asked."""

    label: str
    cells: Sequence[HeatCell | None]
    href: str = ""


def heat_map(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    *,
    legend: Sequence[tuple[Mark, str, str]] = (),
) -> Chart:
    """``legend`` names the marks: (mark, sign, word). Up to eight columns have room for a finger."""
    drawing = Drawing(name)
    step = (100 - LABEL) / max(1, len(columns))
    every = _every(columns, step)
    anchor, shift = ("middle", 0.5) if every == 1 else ("end", 1)
    for at, column in enumerate(columns):
        if at % every == (len(columns) - 1) % every:
            place = {"text_anchor": anchor, "font_size": SMALL, "fill": MUTED}
            drawing.add(words(column, LABEL + step * (at + shift), 12, **place))
    y = 18.0
    for row in rows:
        height = row_height(row.label, LABEL, 28)
        drawing.label(row.label, y, height, LABEL, row.href)
        top = y + (height - HEIGHT) / 2
        for at, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
            _draw(drawing, row, column, cell, LABEL + step * at, step, top)
        y += height
    told = legend if any(row.cells for row in rows) else ()
    key = [entry(f"{sign} {said}", drawing.sign(_look(mark))) for mark, sign, said in told]
    description = f"{len(rows)} dòng, {len(columns)} kỳ" + (
        f", từ {columns[0]} đến {columns[-1]}." if columns else "."
    )
    svg = drawing.finish(title, description, y)
    return Chart(name, title, description, svg, _table(columns, rows), tuple(key))


def _draw(
    drawing: Drawing, row: HeatRow, column: str, cell: HeatCell | None, x: float, step: float, top: float
) -> None:
    middle = x + step / 2
    if cell is None:
        drawing.add(words("–", middle, top + 16, text_anchor="middle", fill=MUTED))
        return
    look = _look(cell.mark)
    drawing.add(
        drawing.block(look, x + 0.4, top, step - 0.8, HEIGHT),
        words(cell.text, middle, top + 16, text_anchor="middle", fill=look.ink, **halo(look)),
        href=cell.href,
        said=f"{row.label}, {column}: {cell.said}",
    )


def _look(mark: Mark) -> Look:
    return CALM if mark is Mark.COMPLETED else LOOKS[mark]


def _every(columns: Sequence[str], step: float) -> int:
    """Each how many-th column can bear its name; the last one always does."""
    widest = max((width(column, SMALL) for column in columns), default=0) + 2
    pixels = step / 100 * NARROW
    return max(1, int(-(-widest // pixels)))


def _table(columns: Sequence[str], rows: Sequence[HeatRow]) -> Table:
    return Table(
        ("", *columns),
        tuple(
            (
                TableCell(row.label, row.href),
                *(TableCell(cell.said, cell.href) if cell else TableCell("–") for cell in row.cells),
            )
            for row in rows
        ),
    )

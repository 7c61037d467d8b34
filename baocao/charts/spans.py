"""A timeline: each row from its start to its present deadline, the original one, milestones, and the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from baocao.charts.draw import (
    BROAD,
    CLEAR,
    GRID,
    INK,
    LOOKS,
    MUTED,
    NARROW,
    PAPER,
    SMALL,
    TODAY,
    Drawing,
    el,
    entry,
    mark_entries,
    percent,
    row_height,
    width,
    words,
)
from baocao.charts.model import Chart, Entry, Markup, Table, TableCell
from nhiemvu.status import Mark

LABEL, FIGURE = 38.0, 10.0
ROOM = 100 - LABEL - FIGURE
HEIGHT = 14
ON_PAPER = 880  # pixels: the width of a sheet
NO_DAY = "chưa nhập thời hạn"
At = Callable[[date], float]


@dataclass(frozen=True, slots=True)
class Diamond:
    """A milestone: ``due`` is its present day, ``planned`` the first one, ``done`` when it was reached."""

    title: str
    due: date
    planned: date | None = None
    done: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A row. Without a start only the deadline is drawn; without either ``note`` says why."""

    label: str
    mark: Mark
    start: date | None = None
    due: date | None = None
    due_original: date | None = None
    percent: int | None = None
    milestones: Sequence[Diamond] = ()
    href: str = ""
    stale: bool = False
    note: str = ""

    @property
    def moved(self) -> bool:
        return bool(self.due and self.due_original and self.due != self.due_original)


def timeline(name: str, title: str, rows: Sequence[Span], *, first: date, last: date, today: date) -> Chart:
    """Between two days; ``today`` is the day that is shown. What lies outside stands at the edge."""
    drawing = Drawing(name, BROAD, ON_PAPER)
    total = max(1, (last - first).days)

    def at(day: date) -> float:
        return LABEL + min(1.0, max(0.0, (day - first).days / total)) * ROOM

    heights = [row_height(row.label, LABEL, 36 if row.note else 30) for row in rows]
    bottom = 20 + sum(heights)
    _grid(drawing, at, first, last, bottom)
    shown = first <= today <= last
    if shown:
        _day(drawing, at(today), today, bottom)
    y = 20.0
    for row, height in zip(rows, heights, strict=True):
        drawing.label(row.label, y, height, LABEL, row.href, f"{row.label}: {_sentence(row)}")
        _draw(drawing, row, at, y, height, today)
        y += height
    y += 18 if shown else 0
    key = tuple(_entries(drawing, rows, today))
    description = "; ".join(f"{row.label}: {_sentence(row)}" for row in rows) or "Chưa có dòng nào."
    return Chart(name, title, description, drawing.finish(title, description, y), _table(rows), key)


def _grid(drawing: Drawing, at: At, first: date, last: date, bottom: float) -> None:
    years = range(first.year, last.year + 1)
    step = max(1, -(-len(years) * 30 // int(NARROW * ROOM / 100)))
    for year in years:
        x = at(date(year, 1, 1))
        drawing.add(el("line", x1=percent(x), x2=percent(x), y1=16, y2=bottom, stroke=GRID))
        end = at(date(year, 12, 31))
        if (year - first.year) % step == 0 and (end - x) / 100 * NARROW * step >= width("2026", SMALL):
            drawing.add(words(str(year), x, 11, dx=2, font_size=SMALL, fill=MUTED))


def _day(drawing: Drawing, x: float, day: date, bottom: float) -> None:
    """The day that is shown, as a line behind the rows with its date below."""
    ends = {"x1": percent(x), "x2": percent(x), "y1": 16, "y2": bottom + 2}
    drawing.add(el("line", **ends, stroke=TODAY, stroke_width=1.5))
    anchor = "end" if x > 100 - FIGURE - 12 else "start" if x < LABEL + 12 else "middle"
    drawing.add(words(f"{day:%d/%m/%Y}", x, bottom + 14, text_anchor=anchor, fill=TODAY, font_size=SMALL))


def _draw(drawing: Drawing, row: Span, at: At, y: float, height: float, today: date) -> None:
    look, top = LOOKS[row.mark], y + (height - HEIGHT - (12 if row.note and row.due else 0)) / 2
    middle = top + HEIGHT / 2
    parts: list[Markup] = []
    if row.due:
        end, start = at(row.due), at(row.start) if row.start else None
        frame = {"y": top, "height": HEIGHT, "rx": 2, "stroke": look.edge}
        dashes = "4 2" if row.stale else None
        if start is None or start >= end:
            line = {"x1": percent(LABEL), "x2": percent(end), "y1": middle, "y2": middle}
            parts.append(el("line", **line, stroke=look.edge, stroke_dasharray="2 3"))
            parts.append(drawing.block(look, max(LABEL, end - 1.5), top, 1.5, HEIGHT))
        else:
            place = {"x": percent(start), "width": percent(end - start), **frame}
            parts.append(el("rect", **place, fill=PAPER, stroke_width=1.5, stroke_dasharray=dashes))
            if row.percent:
                parts.append(drawing.block(look, start, top, (end - start) * row.percent / 100, HEIGHT))
        if row.moved and row.due_original:
            x = at(row.due_original)
            line = {"x1": percent(x), "x2": percent(x), "y1": top - 3, "y2": top + HEIGHT + 3}
            parts.append(el("line", **line, stroke=INK, stroke_width=1.5, stroke_dasharray="3 2"))
    elif not row.milestones or row.note:
        said = row.note or ("↻ thường xuyên" if row.mark is Mark.CONTINUING else NO_DAY)
        low = 12 if row.milestones else 0
        now = at(today)  # the words stand beside the line of the day, not on it
        left = now if LABEL < now < LABEL + width(said, SMALL) / NARROW * 100 else LABEL
        parts.append(words(said, left, middle + 4 + low, dx=4, fill=MUTED, font_size=SMALL, **CLEAR))
    drawing.add(*parts)
    for stone in row.milestones:
        if stone.planned and stone.planned != stone.due:
            drawing.add(_diamond(at(stone.planned), middle, "none", MUTED, dashed=True))
        fill = INK if stone.done else TODAY if stone.due < today else PAPER
        drawing.add(_diamond(at(stone.done or stone.due), middle, fill, INK))
    if row.due and row.note:
        x = at(row.due)
        room = width(row.note, SMALL) / NARROW * 100
        place = {"text_anchor": "end"} if x + room > 100 - FIGURE else {"dx": 3}
        drawing.add(words(row.note, x, top + HEIGHT + 12, fill=MUTED, font_size=SMALL, **place, **CLEAR))
    if row.percent is not None:
        drawing.add(words(f"{row.percent}%", 100, middle + 4, text_anchor="end"))


def _diamond(x: float, y: float, fill: str, stroke: str, *, dashed: bool = False) -> Markup:
    shape = el(
        "path", d="M0-6L6 0L0 6L-6 0Z", fill=fill, stroke=stroke, stroke_dasharray="2 1.5" if dashed else None
    )
    return el("svg", shape, x=percent(x), y=y, width=1, height=1, overflow="visible")


def _stone(text: str, fill: str, stroke: str, *, dashed: bool = False) -> Entry:
    dashes = "2 1.5" if dashed else None
    return entry(text, el("path", d="M7 1L13 7L7 13L1 7Z", fill=fill, stroke=stroke, stroke_dasharray=dashes))


def _entries(drawing: Drawing, rows: Sequence[Span], today: date) -> list[Entry]:
    """Only what is drawn."""
    found = mark_entries(drawing, {row.mark for row in rows if row.due})
    if any(row.stale for row in rows if row.due):
        dashes = {"stroke": INK, "stroke_dasharray": "3 2"}
        found.append(entry("Chậm cập nhật", el("rect", x=1, y=2, width=12, height=10, fill=PAPER, **dashes)))
    if any(row.moved for row in rows):
        line = el("line", x1=7, x2=7, y1=0, y2=14, stroke=INK, stroke_width=1.5, stroke_dasharray="3 2")
        found.append(entry("Hạn ban đầu", line))
    stones = [stone for row in rows for stone in row.milestones]
    if any(not stone.done and stone.due >= today for stone in stones):
        found.append(_stone("Mốc", PAPER, INK))
    if any(not stone.done and stone.due < today for stone in stones):
        found.append(_stone("Mốc đã quá ngày", TODAY, INK))
    if any(stone.done for stone in stones):
        found.append(_stone("Mốc đã đạt", INK, INK))
    if any(stone.planned and stone.planned != stone.due for stone in stones):
        found.append(_stone("Mốc theo dự kiến ban đầu", "none", MUTED, dashed=True))
    return found


def _sentence(row: Span) -> str:
    told = [f"từ {row.start:%d/%m/%Y}"] if row.start else []
    if row.due:
        told.append(f"hạn {row.due:%d/%m/%Y}")
        if row.moved:
            told.append(f"hạn ban đầu {row.due_original:%d/%m/%Y}")
    else:
        told.append("thường xuyên" if row.mark is Mark.CONTINUING else NO_DAY)
    if row.percent is not None:
        told.append(f"đạt {row.percent}%")
    if row.stale:
        told.append("chậm cập nhật")
    told += [row.note] if row.note else []
    told += [_of_stone(stone) for stone in row.milestones]
    return ", ".join(told)


def _of_stone(stone: Diamond) -> str:
    told = f"mốc {stone.title} {stone.due:%d/%m/%Y}"
    if stone.planned and stone.planned != stone.due:
        told += f" (ban đầu {stone.planned:%d/%m/%Y})"
    return told + (f" (đạt {stone.done:%d/%m/%Y})" if stone.done else "")


def _table(rows: Sequence[Span]) -> Table:
    def day(value: date | None) -> TableCell:
        return TableCell(f"{value:%d/%m/%Y}" if value else "–")

    return Table(
        ("", "Tình trạng", "Bắt đầu", "Hạn ban đầu", "Hạn hiện nay", "Tiến độ", "Mốc"),
        tuple(
            (
                TableCell(row.label, row.href),
                TableCell(row.mark.label + (", chậm cập nhật" if row.stale else "")),
                day(row.start),
                day(row.due_original),
                day(row.due),
                TableCell("–" if row.percent is None else f"{row.percent}%"),
                TableCell("; ".join(_of_stone(stone) for stone in row.milestones) or "–"),
            )
            for row in rows
        ),
    )

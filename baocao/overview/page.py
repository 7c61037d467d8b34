"""What the overview shows, in the order in which the secretary reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from baocao.charts import Bar, Chart, HeatRow, TableCell, heat_map, stacked_bars
from baocao.directive_rows import Line, give_url, lines, live
from baocao.indicators import bullets_of
from baocao.keeping import KEY, brief, heat_cell
from baocao.overview.reading import Reading, Row
from baocao.overview.urgent import Urgent, pressing, worst_item
from baocao.standing import in_words
from chuongtrinh.models import Programme, Section
from nhiemvu.as_of import Day
from nhiemvu.list_filters import GAPS, NO_PRINCIPAL
from nhiemvu.meanings import Meaning, meanings
from nhiemvu.models import Task
from nhiemvu.moves import Move, moved_deadlines
from nhiemvu.project_page import Project, project_timeline
from nhiemvu.six_clear import Part, SixClear
from nhiemvu.status import Freshness, Mark, Status
from phancong.models import Unit
from phancong.permissions import visible_addressed
from phancong.workload import list_url

NAMED_AT_MOST = 8
"""So many rows that moved are named, two of each kind at least; the comparison names them all."""
_IN_LIST = {part: name for name, part in GAPS.items()}
_NO_ONE = "Chưa rõ đơn vị chủ trì chính"


@dataclass(frozen=True, slots=True)
class Figure:
    """A count with the list that holds exactly the rows it counts."""

    count: int
    label: str
    url: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A row that moved: ``change`` is what of it did, in words."""

    code: str
    title: str
    url: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """One kind of move: how many of the document's rows and of the year's items, and which."""

    move: Move
    figures: list[Figure]
    named: list[Named]
    shown: int = 2

    @property
    def first(self) -> list[Named]:
        return self.named[: self.shown]

    @property
    def more(self) -> bool:
        return len(self.named) > self.shown


@dataclass(frozen=True, slots=True)
class SixLine:
    """A unit, or all of them: how many of its rows lack each of the six."""

    name: str
    total: Figure
    cells: list[Figure]


class Overview:
    """The programme on a day as ``user`` sees it, beside the day ``since``; ``ct`` goes into every address.

    ``may_direct``: whether this person gives directives, and so finds the button for one."""

    def __init__(
        self,
        programme: Programme,
        user: Any,
        day: Day,
        since: date | None = None,
        ct: str = "",
        *,
        may_direct: bool = False,
    ) -> None:
        self.programme, self.user, self.day, self.ct = programme, user, day, ct
        self.may_direct = may_direct and not day.past
        self.reading = Reading.read(programme, user, day, since)
        self.rows, self.items = self.reading.rows, self.reading.items
        self.since = self.reading.since

    # -- the sentence on top -------------------------------------------------------------------------------

    @property
    def moment(self) -> str:
        """Of when the figures are: 17:00 thứ Bảy, 14/11/2026."""
        return f"hết ngày {self.day.on:%d/%m/%Y}" if self.day.past else in_words(timezone.now())

    @cached_property
    def handed_in(self) -> tuple[str, int, int] | None:
        """The period that is open: its name, how many units have sent everything, and of how many."""
        period = self.reading.discipline.running
        return (period.label, *self.reading.discipline.handed_in(period)) if period else None

    @property
    def total(self) -> Figure:
        return Figure(len(self.rows), "nhiệm vụ, đề án", self._list())

    @cached_property
    def standing(self) -> list[Figure]:
        """Of the document's rows: overdue, in danger, without news."""
        return self._standing(self.rows, {})

    @cached_property
    def standing_items(self) -> list[Figure]:
        return self._standing(self.items, self._of_items)

    @cached_property
    def movement(self) -> list[Figure]:
        """Of the document's rows, each kind of move that there was."""
        found = ((move, self._moved(move, self.rows, {})) for move in Move)
        return [replace(figure, label=move.label.lower()) for move, figure in found if figure.count]

    def _standing(self, rows: list[Row], asked: dict[str, Any]) -> list[Figure]:
        marks = Counter(row.stood.mark for row in rows)
        late = sum(row.stood.freshness is Freshness.LATE for row in rows)
        found = [
            self._figure(marks[Mark.OVERDUE], "quá hạn", Mark.OVERDUE, asked),
            self._figure(marks[Mark.WARNING], "sắp đến hạn hoặc có nguy cơ", Mark.WARNING, asked),
            Figure(late, "chậm cập nhật", self._list(**asked, **{"cap-nhat": Freshness.LATE.value})),
        ]
        return [figure for figure in found if figure.count]

    def _figure(self, count: int, label: str, mark: Mark, asked: dict[str, Any]) -> Figure:
        return Figure(count, label, self._list(**asked, **{"tinh-trang": mark.value}), mark.value)

    # -- red first -----------------------------------------------------------------------------------------

    @cached_property
    def overdue(self) -> int:
        return sum(row.stood.mark is Mark.OVERDUE for row in self.rows)

    @cached_property
    def urgent(self) -> list[Urgent]:
        directives = self._directives if self.may_direct else {}
        found = []
        for row in pressing(self.rows):
            code, item = row.task.code, worst_item(row, self._titles)
            told = directives.get(code) or (directives.get(item.code) if item else None)
            to_direct = give_url(self.ct, viec=[code]) if self.may_direct else ""
            found.append(Urgent(row, item, self._page(code), to_direct, told))
        return found

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {one.task.code: one.task.title for one in self.items}

    @cached_property
    def _directives(self) -> dict[str, Line]:
        """The open ones by what they are about, the most pressing of each."""
        rows = live(visible_addressed(self.user)).filter(directive__programme=self.programme)
        return {line.code: line for line in reversed(lines(rows, self.day))}

    # -- what moved ----------------------------------------------------------------------------------------

    @property
    def compare_url(self) -> str:
        asked = {"tu": self.since.isoformat(), "ngay": self.day.address}
        asked = {name: value for name, value in {**asked, "ct": self.ct}.items() if value}
        return f"{reverse('so-sanh')}?{urlencode(asked)}"

    @cached_property
    def moved(self) -> list[Moved]:
        found = []
        for move in Move:
            rows, items = ([row for row in held if move in row.moves] for held in (self.rows, self.items))
            figures = [self._moved(move, rows, {}), self._moved(move, items, self._of_items)]
            if rows or items:
                named = [self._named(move, row) for row in [*rows, *items]]
                found.append(Moved(move, [figure for figure in figures if figure.count], named))
        return [replace(one, shown=max(2, NAMED_AT_MOST // len(found))) for one in found]

    def _moved(self, move: Move, rows: Iterable[Row], asked: dict[str, Any]) -> Figure:
        count = sum(move in row.moves for row in rows)
        what = "việc cụ thể" if asked else "nhiệm vụ, đề án"
        wanted = {"bien-dong": move.value, "tu": self.since.isoformat()}
        return Figure(count, f"{what} {move.label.lower()}", self._list(**asked, **wanted), move.value)

    def _named(self, move: Move, row: Row) -> Named:
        code = row.task.code
        return Named(code, row.task.title, self._page(code), self._change(move, row.before, row.stood))

    @staticmethod
    def _change(move: Move, before: Status, after: Status) -> str:
        if move is Move.DEADLINE_MOVED:
            codes = moved_deadlines(before, after)
            if "" in codes:
                return f"{_day(before.due)} → {_day(after.due)}"
            return "ở việc " + ", ".join(codes)
        if move is Move.CONTRADICTED:
            new = [one.label for one in after.contradictions if one not in before.contradictions]
            return "; ".join(new)
        if move is Move.COMPLETED and after.completed_on:
            return f"ngày {_day(after.completed_on)}"
        if move is Move.NEWLY_LATE:
            return f"trễ {after.days_late} ngày" if after.days_late else ""
        if move is Move.RECOVERED:
            due = after.due or after.item_due
            return f"hạn nay {_day(due)}" if due else after.label.lower()
        return ""

    # -- by section, by unit -------------------------------------------------------------------------------

    @cached_property
    def by_section(self) -> Chart:
        """Each highest section that holds rows itself, with everything under it: every row once."""
        held: dict[int, Counter[Mark]] = {}
        own = {row.task.section_id for row in self.rows}
        for row in self.rows:
            pk = self._highest(row.task.section, own)
            held.setdefault(pk, Counter())[row.stood.mark] += 1
        bars = []
        for pk, section in sorted(self.reading.sections.items(), key=lambda pair: pair[1].ordinal):
            if pk in held:
                name = f"{section.number} {_heading(section.title)}"
                bars.append(self._bar(_short(name, 46), held[pk], {"muc": section.number}))
        return _light(stacked_bars("theo-muc", "Theo mục của Chương trình", bars))

    def _highest(self, section: Section, own: set[int]) -> int:
        found, above = section.pk, section.parent
        while above:
            if above.pk in own:
                found = above.pk
            above = above.parent
        return found

    @cached_property
    def by_unit(self) -> Chart:
        bars = [
            self._bar(unit.name if unit else _NO_ONE, Counter(row.stood.mark for row in rows), asked)
            for unit, rows, asked in self._units
        ]
        return _light(stacked_bars("theo-don-vi", "Theo đơn vị chủ trì chính", bars))

    @cached_property
    def _units(self) -> list[tuple[Unit | None, list[Row], dict[str, Any]]]:
        """The rows by the one unit in charge, most first; what no one unit is in charge of stands last."""
        units: dict[int, Unit] = {}
        held: dict[int, list[Row]] = {}
        for row in self.rows:
            unit = row.unit
            if unit:
                units[unit.pk] = unit
            held.setdefault(unit.pk if unit else 0, []).append(row)
        found: list[tuple[Unit | None, list[Row], dict[str, Any]]] = [
            (units.get(pk), rows, {"chu-tri": pk or NO_PRINCIPAL}) for pk, rows in held.items()
        ]
        return sorted(found, key=lambda one: (one[0] is None, -len(one[1]), one[0].name if one[0] else ""))

    def _bar(self, label: str, counts: Counter[Mark], asked: dict[str, Any]) -> Bar:
        hrefs = {mark: self._list(**asked, **{"tinh-trang": mark.value}) for mark in counts}
        return Bar(label, counts, self._list(**asked), hrefs)

    @cached_property
    def heat(self) -> Chart | None:
        """Units by periods: in time, late, or missing."""
        kept = self.reading.discipline
        if not kept.periods:
            return None
        rows = [
            HeatRow(
                unit.name,
                [heat_cell(kept.held.get((unit.pk, row.pk)), kept.now, self.ct) for row in kept.periods],
                f"{unit.get_absolute_url()}{self.kept}",
            )
            for unit in kept.units
        ]
        names = [brief(period.label) for period in kept.periods]
        return _light(heat_map("nen-nep", "Nền nếp cập nhật của từng đơn vị", names, rows, legend=KEY))

    # -- projects, indicators, 6 rõ --------------------------------------------------------------------------

    @cached_property
    def projects(self) -> Chart | None:
        rows = [self._project(row) for row in self.rows if row.task.kind == Task.Kind.PROJECT]
        if not rows:
            return None
        return _light(project_timeline("cac-de-an", "Các đề án", rows, self.day, self.kept))

    def _project(self, row: Row) -> Project:
        task = copy(row.task)  # to be named in short, and never saved
        task.programme, task.title = self.programme, _short(task.title, 56)
        return Project(
            task=task,
            status=row.stood,
            deadline=row.deadline,
            duties=list(row.duties),
            lead=row.unit,
            six=cast(SixClear, row.six),
            beside=self.reading.projects[row.task.pk],
            may_enter=False,
        )

    @cached_property
    def indicators(self) -> Chart | None:
        rows = self.reading.indicators
        if not rows:
            return None
        return _light(bullets_of("cac-chi-tieu", "Chỉ tiêu so với mục tiêu", rows, self.kept))

    @cached_property
    def six(self) -> list[SixLine]:
        """What of the 6 rõ is missing, by unit in charge, and of all rows together."""
        lines = [self._six(unit.name if unit else _NO_ONE, rows, asked) for unit, rows, asked in self._units]
        return [*lines, self._six("Cả Chương trình", self.rows, {})] if len(lines) > 1 else lines

    def _six(self, name: str, rows: list[Row], asked: dict[str, Any]) -> SixLine:
        missing = Counter(part for row in rows if row.six for part in row.six.missing)
        cells = [
            Figure(missing[part], part.label.lower(), self._list(**asked, thieu=_IN_LIST[part]))
            for part in Part
        ]
        return SixLine(name, Figure(len(rows), "số việc", self._list(**asked)), cells)

    @property
    def meanings(self) -> list[Meaning]:
        """How each figure of the page is counted."""
        marks = [mark for mark in Mark if any(row.stood.mark is mark for row in self.rows)]
        return meanings(["total", *marks, Freshness.LATE, *(one.move for one in self.moved)])

    # -- addresses -------------------------------------------------------------------------------------------

    @property
    def _of_items(self) -> dict[str, Any]:
        return {"loai": Task.Kind.PLAN_ITEM.value, "nam": self.day.on.year}

    @property
    def kept(self) -> str:
        """The query that every other page is asked with: the programme, and the day."""
        asked = {"ct": self.ct, "ngay": self.day.address}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"?{kept}" if kept else ""

    def _list(self, **wanted: Any) -> str:
        return list_url(self.ct, self.day, **wanted)

    def _page(self, code: str) -> str:
        return f"{reverse('nhiem-vu-chi-tiet', args=[code])}{self.kept}"


def _light(chart: Chart) -> Chart:
    """Its table without addresses: the drawing has them, and the page is to stay small."""
    rows = tuple(tuple(TableCell(cell.text) for cell in row) for row in chart.table.rows)
    return replace(chart, table=replace(chart.table, rows=rows))


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "không còn"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"


_OPENINGS = re.compile(r"^(Tiếp tục )?(triển khai |thực hiện )?(Về |Giao chi bộ, )?", re.IGNORECASE)


def _heading(title: str) -> str:
    """A section's title from the word that says what it is about: beside a bar there is little room."""
    rest = _OPENINGS.sub("", title)
    return f"{rest[:1].upper()}{rest[1:]}"

"""The 6 rõ of all rows by the unit in charge: what is missing where, and who can mend it.

Counts only; nothing is ever filled by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from chuongtrinh.models import Programme
from nhiemvu.list_filters import GAPS, NO_PRINCIPAL
from nhiemvu.models import Task
from nhiemvu.six_clear import Gap, Part, SixClear
from phancong.answerable import Answerability
from phancong.models import Unit
from phancong.permissions import visible_plans, visible_tasks
from phancong.workload import list_url
from phancong.year import in_charge, six_url

NAMED_AT_MOST = 150
"""With more incomplete rows than this the page names them one unit at a time."""
_NAME_OF = {part: name for name, part in GAPS.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    url: str
    label: str


@dataclass(slots=True)
class Same:
    """Rows of one unit that lack the same, in the same words: what is missing, who mends it, and where."""

    gaps: tuple[Gap, ...]
    tasks: list[Task] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One row of the matrix: a unit, or (None) the rows of which no one unit is in charge."""

    unit: Unit | None
    key: str
    total: Cell
    full: int
    cells: list[Cell]
    tasks: list[tuple[Task, SixClear]]
    url: str
    chosen: bool = False

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else "Chưa rõ đơn vị chủ trì chính"

    @property
    def lacking(self) -> int:
        return self.total.count - self.full

    @property
    def same(self) -> list[Same]:
        found: dict[tuple[Gap, ...], Same] = {}
        for task, six in self.tasks:
            if six.gaps:
                found.setdefault(six.gaps, Same(six.gaps)).tasks.append(task)
        return list(found.values())


class Matrix:
    """Unit × six of the document's rows, or with ``year`` of that year's plan items."""

    def __init__(
        self, programme: Programme, user: Any, today: date, *, year: int | None, ct: str, chosen: str = ""
    ) -> None:
        self.programme, self.user, self.today, self.year, self.ct = programme, user, today, year, ct
        rows = visible_tasks(user).filter(programme=programme)
        rows = rows.of_document() if year is None else rows.plan_items().filter(year=year)
        order = ("ordinal", "pk") if year is None else ("entry__plan__unit__name", "ordinal", "pk")
        self.tasks = list(
            rows.select_related("mirrors").order_by(*order).defer("search_key", "mirrors__search_key")
        )
        self.who = Answerability(programme, on=today, tasks=self.tasks)
        self._chosen = chosen

    @cached_property
    def years(self) -> list[int]:
        """The years of which this person may read a plan."""
        rows = visible_plans(self.user).filter(programme=self.programme).order_by("year")
        return list(rows.values_list("year", flat=True).distinct())

    @cached_property
    def lines(self) -> list[Line]:
        """Units with most rows first; what no one unit is in charge of stands last."""
        held: dict[int | None, list[tuple[Task, SixClear]]] = defaultdict(list)
        for task in self.tasks:
            unit = in_charge(self.who.duties(task))
            held[unit.pk if unit else None].append((task, self.who.six_clear(task)))
        units: dict[int | None, Unit | None] = {None: None, **{pk: self._unit(pk) for pk in held if pk}}
        found = [self._line(units[pk], rows) for pk, rows in held.items()]
        return sorted(found, key=lambda line: (line.unit is None, -line.total.count, line.name))

    @cached_property
    def foot(self) -> Line:
        """All rows together, opened without asking for a unit."""
        return self._line(None, [(task, six) for line in self.lines for task, six in line.tasks], whole=True)

    @cached_property
    def named(self) -> list[Line]:
        """The lines whose incomplete rows are named below the matrix."""
        lines = [line for line in self.lines if line.lacking]
        if any(line.chosen for line in lines):
            return [line for line in lines if line.chosen]
        return lines if self.foot.lacking <= NAMED_AT_MOST else []

    @property
    def added(self) -> int:
        """How many of the rows no clause of the document gives: they are counted along, and said."""
        return sum(task.kind != Task.Kind.PLAN_ITEM and task.clause_id is None for task in self.tasks)

    @property
    def chosen(self) -> Line | None:
        return next((line for line in self.lines if line.chosen), None)

    @property
    def query(self) -> dict[str, Any]:
        return {} if self.year is None else {"loai": Task.Kind.PLAN_ITEM, "nam": self.year}

    def _unit(self, pk: int) -> Unit:
        return self.who.units.get(pk) or Unit.objects.get(pk=pk)

    def _line(self, unit: Unit | None, rows: list[tuple[Task, SixClear]], *, whole: bool = False) -> Line:
        key = "" if whole else str(unit.pk) if unit else NO_PRINCIPAL
        asked = self.query | ({"chu-tri": key} if key else {})
        counted = Counter(part for _, six in rows for part in six.missing)
        cells = [
            Cell(counted[part], list_url(self.ct, **asked, thieu=_NAME_OF[part]), part.label.lower())
            for part in Part
        ]
        return Line(
            unit=unit,
            key=key,
            total=Cell(len(rows), list_url(self.ct, **asked), "Số việc"),
            full=sum(not six.missing for _, six in rows),
            cells=cells,
            tasks=rows,
            url=f"{six_url(self.ct, **asked)}#chi-tiet",
            chosen=bool(key) and key == self._chosen,
        )

"""What a member of the committee oversees by decision (IV.3): the units, what is late or at risk there, and
what they were urged to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from baocao.directive_rows import Line, give_url, lines, live
from baocao.urgency import Concern, Urgency
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Mark, Status, status
from phancong.answerable import Answerability
from phancong.models import Comrade, Oversight, Unit
from phancong.permissions import visible_addressed, visible_tasks

NAMED_AT_MOST = 10
_PRESSING = (Mark.OVERDUE, Mark.WARNING)


@dataclass(slots=True)
class Row:
    """One piece of work that is late or at risk; ``said``: what its unit was last told about it."""

    task: Task
    status: Status
    url: str
    said: Line | None = None


@dataclass(slots=True)
class UnitSeen:
    oversight: Oversight
    unit: Unit
    head: Comrade | None
    urgency: Urgency
    rows: list[Row]
    lines: list[Line]
    urge_url: str
    late_url: str
    late: int

    @property
    def shown(self) -> list[Row]:
        return self.rows[:NAMED_AT_MOST]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - NAMED_AT_MOST)


@dataclass(slots=True)
class Overseen:
    units: list[UnitSeen]
    fields: list[Oversight]
    """Fields of work (lĩnh vực), which no unit answers for alone."""

    @classmethod
    def read(cls, programme: Programme, user: Any, today: date, ct: str) -> Overseen:
        held = Oversight.objects.on(today).filter(comrade=user.comrade_id or 0)
        oversights = list(held.select_related("unit").order_by("unit__name", "pk"))
        fields = [row for row in oversights if row.unit_id is None]
        if len(fields) == len(oversights):
            return cls([], fields)
        given = Q(year=today.year, entry__given_on__isnull=False)
        tasks = list(
            visible_tasks(user)
            .filter(Q(year=None) | given, programme=programme)
            .select_related("mirrors")
            .order_by("ordinal", "pk")
            .defer("search_key", "mirrors__search_key")
        )
        who = Answerability(programme, on=today, tasks=tasks, overseers=False)
        leads = {task.pk: who.leading_unit(task) for task in tasks}
        stands = {pk: status(facts, today) for pk, facts in facts_of(tasks).items()}
        asked = live(visible_addressed(user)).filter(directive__programme=programme)
        urged = lines(asked, Day(today, today))
        units = []
        for oversight in oversights:
            unit = who.units.get(oversight.unit_id) if oversight.unit_id else None
            if unit:
                own = [line for line in urged if line.unit_pk == unit.pk]
                units.append(_unit(oversight, unit, who, leads, tasks, stands, own, today, ct))
        return cls(units, fields)


def _unit(
    oversight: Oversight,
    unit: Unit,
    who: Answerability,
    leads: dict[int, Unit | None],
    tasks: Sequence[Task],
    stands: dict[int, Status],
    urged: list[Line],
    today: date,
    ct: str,
) -> UnitSeen:
    mine = frozenset(task.pk for task in tasks if leads[task.pk] == unit)
    concern = Concern(f"{unit.name} chủ trì chính", {"chu-tri": unit.pk}, mine)
    document = [task for task in tasks if task.kind != Task.Kind.PLAN_ITEM]
    items = [task for task in tasks if task.kind == Task.Kind.PLAN_ITEM]
    told = {line.code: line for line in reversed(urged) if line.code}
    rows = [
        Row(task, stands[task.pk], give_url(ct, viec=[task.code]), told.get(task.code))
        for task in tasks
        if task.pk in mine and not task.mirrors_id and stands[task.pk].mark in _PRESSING
    ]
    rows.sort(key=lambda row: (_PRESSING.index(row.status.mark), -(row.status.days_late or 0)))
    late = [row.task.code for row in rows if row.status.mark is Mark.OVERDUE]
    return UnitSeen(
        oversight=oversight,
        unit=unit,
        head=who.head_of(unit.pk),
        urgency=Urgency(concern, document, items, stands, today, ct),
        rows=rows,
        lines=urged,
        urge_url=give_url(ct, **{"don-vi": [unit.short_name]}),
        late_url=give_url(ct, viec=late),
        late=len(late),
    )

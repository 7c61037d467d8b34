"""What the overview counts: the programme's rows as they stood at the end of a day and of an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from baocao.indicators import Shown, indicators_of
from baocao.overview.discipline import Discipline
from chuongtrinh.models import Programme, Section
from nhiemvu.as_of import Day, deadline_on, known_on, say_then, with_past_words
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.moves import Move, moves
from nhiemvu.projects import Beside, beside_projects
from nhiemvu.six_clear import SixClear
from nhiemvu.status import Deadline, Status, status
from phancong.answerable import WITH_SECTIONS, Duty, sections_of
from phancong.answered_then import AnsweredThen, answered_on
from phancong.models import Assignment, Plan, Unit
from phancong.permissions import visible_tasks
from phancong.year import in_charge


@dataclass(frozen=True, slots=True)
class Row:
    """One row with how it stands, how it stood, and who answers for it (of the document's rows alone)."""

    task: Task
    stood: Status
    before: Status
    moves: frozenset[Move]
    deadline: Deadline | None = None
    duties: tuple[Duty, ...] = ()
    six: SixClear | None = None

    @property
    def unit(self) -> Unit | None:
        """The one unit in charge."""
        return in_charge(self.duties)

    @property
    def directs(self) -> list[str]:
        """The comrades who direct, named."""
        return [duty.name for duty in self.duties if duty.role == Assignment.Role.DIRECT]

    @property
    def leads(self) -> list[Duty]:
        """The principal leads, or all leads where none is."""
        found = [duty for duty in self.duties if duty.role == Assignment.Role.LEAD]
        return [duty for duty in found if duty.principal] or found


@dataclass(frozen=True, slots=True)
class Reading:
    """``rows`` are the document's, ``items`` the given plan items of the day's year."""

    day: Day
    since: date
    since_label: str
    rows: list[Row]
    items: list[Row]
    sections: dict[int, Section]
    discipline: Discipline
    projects: dict[int, Beside]
    indicators: list[Shown]

    @classmethod
    def read(cls, programme: Programme, user: Any, day: Day, since: date | None) -> Reading:
        """As ``user`` may see it; ``since`` None: from the end of the last period that was locked."""
        tasks = _tasks(programme, user, day)
        who = answered_on(programme, day, tasks, overseers=False, lines=False)
        who.sections = sections = sections_of(tasks)
        facts = facts_of(tasks)
        deadlines = {task.pk: deadline_on(facts[task.pk], day.on) for task in tasks}
        for task in tasks:
            held = deadlines[task.pk]
            task.due, task.continuing = (held.due, held.continuing) if held else (None, False)
        now = day.known_at if day.past else timezone.now()
        units = who.known_units if isinstance(who, AnsweredThen) else {}
        discipline = Discipline.read(programme, day, now, facts, units)
        label = ""
        if since is None:
            since, label = discipline.default_since(day.on)
        rows, items = [], []
        for task in tasks:
            stood, before = status(facts[task.pk], day.on), status(facts[task.pk], since)
            moved = moves(before, stood)
            if task.kind == Task.Kind.PLAN_ITEM:
                items.append(Row(task, stood, before, moved))
            else:
                duties, six = tuple(who.duties(task)), who.six_clear(task)
                rows.append(Row(task, stood, before, moved, deadlines[task.pk], duties, six))
        projects = [row.task for row in rows if row.task.kind == Task.Kind.PROJECT]
        return cls(
            day,
            since,
            label,
            rows,
            items,
            sections,
            discipline,
            beside_projects(projects, day) if projects else {},
            indicators_of(programme, day, user),
        )


def _tasks(programme: Programme, user: Any, day: Day) -> list[Task]:
    """The document's rows and the year's given items, with the words of the day."""
    given = Q(kind=Task.Kind.PLAN_ITEM, year=day.on.year, entry__plan__state=Plan.State.GIVEN)
    found = (
        visible_tasks(user)
        .filter(known_on(day), ~Q(kind=Task.Kind.PLAN_ITEM) | given, programme=programme)
        .select_related(WITH_SECTIONS)
        .order_by("ordinal", "pk")
        .defer("search_key")
    )
    rows: list[Task] = list(with_past_words(found, day) if day.past else found)
    held = {row.pk: row for row in rows}
    for row in rows:
        say_then(row)
    for row in rows:
        if row.mirrors_id in held:
            row.mirrors = held[row.mirrors_id]
    return rows

"""What the screens of projects show: of all of them, or of one, as known at the end of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from baocao.charts import Chart, Diamond, Span, timeline
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day, deadline_on, known_on, say_then, with_past_words
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.projects import Beside, beside_projects
from nhiemvu.six_clear import SixClear
from nhiemvu.status import Deadline, Freshness, Status, status
from phancong.answerable import Answerability, Duty
from phancong.answered_then import answered_on
from phancong.models import Assignment, Unit
from phancong.permissions import can_enter_facts

Role = Assignment.Role


@dataclass(frozen=True, slots=True)
class Project:
    """A project with all that its card and its page say. ``may_enter``: whether this reader fills it in."""

    task: Task
    status: Status
    deadline: Deadline | None
    duties: list[Duty]
    lead: Unit | None
    six: SixClear
    beside: Beside
    may_enter: bool

    @property
    def work(self) -> Task:
        """Where time, product and authority are entered."""
        return self.task.mirrors or self.task

    @property
    def leads(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.role == Role.LEAD]

    @property
    def directs(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.role == Role.DIRECT]


def projects_of(
    tasks: QuerySet[Task], programme: Programme, day: Day, user: Any, *, code: str = ""
) -> list[Project]:
    """The projects among ``tasks`` that were known on the day, in the order of the document; ``code`` asks
    for that one alone. The number of queries does not grow with them."""
    found = tasks.filter(programme=programme, kind=Task.Kind.PROJECT).filter(known_on(day))
    found = found.filter(code=code) if code else found
    found = found.select_related("section", "mirrors", "programme").order_by("ordinal", "pk")
    rows = list(with_past_words(found, day) if day.past else found)
    if day.past:
        for row in rows:
            say_then(row)
    who = answered_on(programme, day, rows, overseers=False, lines=False)
    facts, beside = facts_of(rows), beside_projects(rows, day)
    return [_project(row, who, facts[row.pk], beside[row.pk], day, user) for row in rows]


def _project(task: Task, who: Answerability, facts: Any, beside: Beside, day: Day, user: Any) -> Project:
    lead = who.leading_unit(task)
    return Project(
        task=task,
        status=status(facts, day.on, known_at=day.known_at),
        deadline=deadline_on(facts, day.on, known_at=day.known_at),
        duties=who.duties(task),
        lead=lead,
        six=who.six_clear(task),
        beside=beside,
        may_enter=not day.past and task.mirrors is None and can_enter_facts(user, lead),
    )


def project_timeline(name: str, title: str, rows: Sequence[Project], day: Day, kept: str = "") -> Chart:
    """The projects from the signing to the end of the term; ``kept`` is what their links carry on."""
    programme = rows[0].task.programme
    drawn = [_span(row, kept) for row in rows]
    if len(rows) == 1:  # on its own page it needs neither its title again nor a link to itself
        drawn = [replace(drawn[0], label=rows[0].task.code, href="")]
    days = [step.due for row in drawn for step in row.milestones] + [row.due for row in drawn if row.due]
    signed = programme.issued_on or day.on
    last = date(programme.term_end or day.on.year, 12, 31)
    return timeline(
        name, title, drawn, first=min([signed, *days]), last=max([last, day.on, *days]), today=day.on
    )


def _span(row: Project, kept: str) -> Span:
    beside, due = row.beside, row.deadline.due if row.deadline else None
    return Span(
        label=f"{row.task.code} {row.task.title}",
        mark=row.status.mark,
        start=row.task.start,
        due=due,
        due_original=row.status.due_original,
        percent=row.status.percent,
        milestones=[
            Diamond(step.title, due=step.due, planned=step.planned_on, done=step.done_on)
            for step in beside.milestones
        ],
        href=f"{reverse('de-an-chi-tiet', args=[row.task.code])}{kept}",
        stale=row.status.freshness == Freshness.LATE,
    )

"""A programme with its work as JSON: what other systems read. Keys may be added, never renamed.

Enumerations stand as their English values, dates as YYYY-MM-DD, texts as shown to people.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from baocao.models import Update
from chuongtrinh.models import Clause, Programme
from nhiemvu.as_of import deadline_on
from nhiemvu.facts import facts_of
from nhiemvu.models import CONTINUING, Decision, Indicator, RelatedWork, Task
from nhiemvu.status import Facts, day_end, status
from phancong.answerable import Answerability
from phancong.models import Group

SCHEMA = 1
SIX = ("person", "work", "time", "responsibility", "product", "authority")
Json = dict[str, Any]


def programme_json(programme: Programme, as_of: date) -> Json:
    """The whole programme as it stands on ``as_of``, in a number of queries that does not grow with it.

    How work stood is told as it was known at the end of that day: what was reported, confirmed or decided
    later is not in it. Texts, people and plans are today's."""
    rows = Task.objects.filter(programme=programme).select_related("section", "clause", "mirrors")
    items = rows.plan_items().select_related("section", "parent", "entry__plan")
    tasks = [
        *rows.of_document().order_by("ordinal", "pk"),
        *items.order_by("year", "entry__plan__unit__short_name", "ordinal", "pk"),
    ]
    who = Answerability(programme, on=as_of, tasks=tasks)
    return {
        "schema": SCHEMA,
        "as_of": as_of.isoformat(),
        "programme": _programme(programme),
        "sections": _sections(programme, tasks),
        "tasks": _tasks(programme, tasks, who, as_of),
        "units": _units(who),
        "comrades": _comrades(programme, who),
        "groups": [{"name": g.name} for g in Group.objects.filter(committee=programme.committee_id)],
        "indicators": _indicators(programme),
        "reports": [],
    }


def _programme(programme: Programme) -> Json:
    return {
        "number": programme.number,
        "title": programme.title,
        "issued_on": _day(programme.issued_on),
        "place": programme.place,
        "term": [programme.term_start, programme.term_end] if programme.term_start else None,
        "committee": programme.committee.name,
        "signed_by": programme.signatory,
        "recipients": [recipient.name for recipient in programme.recipients.all()],
    }


def _sections(programme: Programme, tasks: list[Task]) -> list[Json]:
    codes = {task.clause_id: task.code for task in tasks if task.clause_id}
    clauses: dict[int, list[Json]] = defaultdict(list)
    rows = Clause.objects.filter(section__programme=programme).order_by("section__ordinal", "ordinal")
    for clause in rows:  # a clause stands before what is nested in it
        if clause.parent_id in codes:
            codes.setdefault(clause.pk, codes[clause.parent_id])
        clauses[clause.section_id].append(
            {
                "ordinal": clause.ordinal,
                "kind": clause.kind,
                "as_signed": clause.as_signed,
                "text": clause.text,
                "task": codes.get(clause.pk),
            }
        )
    return [
        {"number": section.number, "title": section.title, "clauses": clauses[section.pk]}
        for section in programme.sections.order_by("ordinal")
    ]


def _tasks(programme: Programme, tasks: list[Task], who: Answerability, as_of: date) -> list[Json]:
    related = _related(programme, tasks)
    facts = facts_of(tasks)
    history, updates = _due_history(programme, as_of), _updates(programme, as_of)
    return [
        _task(task, facts[task.pk], who, as_of, sorted(related[task.pk]))
        | {"due_history": history[task.pk], "updates": updates[task.mirrors_id or task.pk]}
        for task in tasks
    ]


def _updates(programme: Programme, as_of: date) -> dict[int, list[Json]]:
    """What had been submitted by the end of the day, in the state that it was in then; by its task."""
    end = day_end(as_of)
    rows: QuerySet[Update] = Update.objects.filter(task__programme=programme, recorded_at__lt=end)
    found: dict[int, list[Json]] = defaultdict(list)
    for row in rows.select_related("unit").order_by("effective_on", "recorded_at", "pk"):
        settled = row.settled_at is not None and row.settled_at < end
        found[row.task_id].append(
            {
                "effective_on": row.effective_on.isoformat(),
                "recorded_at": timezone.localtime(row.recorded_at).isoformat(),
                "unit": row.unit.name,
                "state": row.state if settled else Update.State.SUBMITTED.value,
                "percent": row.percent,
                "verdict": row.verdict or None,
                "content": row.content,
                "no_change": row.no_change,
            }
        )
    return found


def _due_history(programme: Programme, as_of: date) -> dict[int, list[Json]]:
    """What documents put in the place of each deadline, up to the day; a null deadline is thường xuyên."""
    rows = Decision.objects.filter(
        Q(task__programme=programme, subject=Decision.Subject.DUE),
        effective_on__lte=as_of,
        recorded_at__lt=day_end(as_of),
    )
    found: dict[int, list[Json]] = defaultdict(list)
    for row in rows.order_by("effective_on", "pk"):
        due = None if row.after == CONTINUING else row.after
        decided_on = row.effective_on.isoformat()
        found[row.task_id].append({"due": due, "decided_on": decided_on, "reason": row.reason})
    return found


def _related(programme: Programme, tasks: list[Task]) -> dict[int, set[str]]:
    """For each task the codes that it touches: linked by a person, or the same work in two places."""
    codes = {task.pk: task.code for task in tasks}
    pairs = list(
        RelatedWork.objects.filter(first__programme=programme, second__programme=programme).values_list(
            "first_id", "second_id"
        )
    )
    pairs += [(task.pk, task.mirrors_id) for task in tasks if task.mirrors_id in codes]
    related: dict[int, set[str]] = defaultdict(set)
    for first, second in pairs:
        related[first].add(codes[second])
        related[second].add(codes[first])
    return related


def _task(task: Task, facts: Facts, who: Answerability, as_of: date, related: list[str]) -> Json:
    stood, deadline = status(facts, as_of), deadline_on(facts, as_of)
    clear = who.six_clear(task)
    return {
        "code": task.code,
        "kind": task.kind,
        "parent": task.parent.code if task.parent else None,
        "section": task.section.number,
        "year": task.year,
        "title": task.title,
        "start": _day(task.start),
        "due": _day(stood.due),
        "due_original": _day(stood.due_original),
        "due_history": [],
        "continuing": deadline is not None and deadline.continuing,
        "completed_on": _day(stood.completed_on),
        "product": task.product or None,
        "authority": task.authority or None,
        "plan_state": task.entry.plan.state if task.kind == Task.Kind.PLAN_ITEM else None,
        "related": related,
        "mirrors": task.mirrors.code if task.mirrors else None,
        "assignments": [
            {
                "role": duty.role,
                "assignee_kind": duty.kind,
                "assignee": duty.name,
                "principal": duty.principal,
                "inherited": duty.inherited,
            }
            for duty in who.duties(task)
        ],
        "progress": stood.progress.value,
        "timeliness": stood.timeliness.value if stood.timeliness else None,
        "freshness": stood.freshness.value,
        "percent": stood.percent,
        "verdict": stood.verdict.value if stood.verdict else None,
        "six_clear": {name: getattr(clear, name) for name in SIX},
        "updates": [],
    }


def _units(who: Answerability) -> list[Json]:
    return [
        {
            "name": unit.name,
            "short_name": unit.short_name,
            "kind": unit.kind,
            "parent": parent.name if (parent := who.units.get(unit.parent_id or 0)) else None,
        }
        for unit in who.units.values()
    ]


def _comrades(programme: Programme, who: Answerability) -> list[Json]:
    posts: dict[int, list[Json]] = defaultdict(list)
    for post in who.posts:
        posts[post.comrade_id].append({"title": post.title, "unit": post.unit.name})
    people = programme.committee.comrades.order_by("sort_key", "pk")
    return [{"name": person.name, "posts": posts[person.pk]} for person in people]


def _indicators(programme: Programme) -> list[Json]:
    rows = Indicator.objects.filter(programme=programme).select_related("section")
    return [
        {
            "code": row.code,
            "name": row.name,
            "unit": row.unit,
            "target": _number(row.target),
            "target_high": _number(row.target_high),
            "direction": row.direction,
            "every_year": row.every_year,
            "section": row.section.number,
            "values": [],
        }
        for row in rows
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)

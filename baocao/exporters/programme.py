"""A programme with its work as JSON: what other systems read. Keys may be added, never renamed.

Enumerations stand as their English values, dates as YYYY-MM-DD, texts as shown to people.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from baocao.exporters.cycle import extensions_json, moment, periods_json
from baocao.exporters.directives import directives_json
from baocao.exporters.reviews import reviews_json
from baocao.indicators import confirmed_values
from baocao.models import Update
from chuongtrinh.models import Clause, Programme
from nhiemvu.as_of import Day, as_known, deadline_on, in_draft
from nhiemvu.facts import facts_of
from nhiemvu.models import CONTINUING, Decision, Indicator, RelatedWork, Task
from nhiemvu.projects import Beside, beside_projects
from nhiemvu.status import Facts, day_end, status
from phancong.answered_then import AnsweredThen, PlansThen

SCHEMA = 1
SIX = ("person", "work", "time", "responsibility", "product", "authority")
Json = dict[str, Any]


def programme_json(programme: Programme, as_of: date) -> Json:
    """The whole programme as it stands on ``as_of``, in a number of queries that does not grow with it.

    Everything is told as it was known at the end of that day: what was written, reported, decided, renamed or
    removed later is not in it. What was read from the signed text holds from the start. Corrections of the
    text and the list of recipients are today's."""
    found = as_known(Task, day_end(as_of), programme=programme.pk)
    who = AnsweredThen(programme, as_of, found)
    plans = PlansThen(programme, as_of)
    tasks = _in_order(found, who, plans)
    return {
        "schema": SCHEMA,
        "as_of": as_of.isoformat(),
        "programme": _programme(programme),
        "sections": _sections(programme, tasks),
        "tasks": _tasks(programme, tasks, who, plans),
        "units": _units(who),
        "comrades": _comrades(who),
        "groups": [{"name": group.name} for group in who.groups.values()],
        "indicators": _indicators(programme, who),
        "periods": periods_json(programme, who),
        "directives": directives_json(programme, who),
        "reports": reviews_json(programme, who),
    }


def _in_order(found: list[Task], who: AnsweredThen, plans: PlansThen) -> list[Task]:
    """The document's work in its order, then the items by year and unit, tied to each other as they were."""
    known = {task.pk: task for task in found}
    for task in found:
        task.section = who.sections[task.section_id]
        for name in ("parent", "mirrors"):
            if other := known.get(getattr(task, f"{name}_id")):
                setattr(task, name, other)

    def place(task: Task) -> tuple[int, str, int, int]:
        plan = plans.of(task, who) if task.year else None
        return task.year or 0, plan.unit.short_name if plan else "", task.ordinal, task.pk

    return sorted(found, key=place)


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


def _tasks(programme: Programme, tasks: list[Task], who: AnsweredThen, plans: PlansThen) -> list[Json]:
    as_of = who.on
    related = _related(programme, tasks, as_of)
    facts = facts_of(tasks)
    projects = [task for task in tasks if task.kind == Task.Kind.PROJECT]
    beside = beside_projects(projects, Day(as_of, as_of))
    for task in tasks:
        removed = not facts[task.pk].code
        if removed or (task.kind == Task.Kind.PLAN_ITEM and not plans.given(task)):
            facts[task.pk] = in_draft(facts[task.pk], task)
        held = deadline_on(facts[task.pk], as_of)
        task.due, task.continuing = (held.due, held.continuing) if held else (None, False)
    history, updates = _due_history(programme, as_of), _updates(programme, who)
    extensions = extensions_json(programme, who)
    return [
        _task(task, facts[task.pk], who, plans, sorted(related[task.pk]))
        | {"due_history": history[task.pk], "updates": updates[task.mirrors_id or task.pk]}
        | ({"project": _project(beside[task.pk])} if task.pk in beside else {})
        | {"extensions": extensions[task.pk]}
        for task in tasks
    ]


def _project(beside: Beside) -> Json:
    """What a project has beside its work: milestones, capital in million đồng, risks, profile."""
    return {
        "phase": beside.profile.phase or None,
        "location": beside.profile.location or None,
        "milestones": [
            {
                "title": row.title,
                "planned_on": _day(row.planned_on),
                "due": _day(row.due),
                "done_on": _day(row.done_on),
                "moved_because": row.moved_because or None,
            }
            for row in beside.milestones
        ],
        "funding": [
            {
                "source": row.source,
                "planned": _number(row.planned),
                "disbursed": _number(row.disbursed),
                "disbursed_on": _day(row.disbursed_on),
            }
            for row in beside.funding
        ],
        "risks": [
            {
                "text": row.text,
                "level": row.level,
                "response": row.response or None,
                "raised_on": _day(row.raised_on),
                "closed_on": _day(row.closed_on),
            }
            for row in beside.risks
        ],
    }


def _updates(programme: Programme, who: AnsweredThen) -> dict[int, list[Json]]:
    """What had been submitted by the end of the day, in the state that it was in then; by its task."""
    end = who.known_at
    rows: QuerySet[Update] = Update.objects.filter(task__programme=programme, recorded_at__lt=end)
    found: dict[int, list[Json]] = defaultdict(list)
    for row in rows.select_related("unit", "period").order_by("effective_on", "recorded_at", "pk"):
        settled = row.settled_at is not None and row.settled_at < end
        found[row.task_id].append(
            {
                "effective_on": row.effective_on.isoformat(),
                "recorded_at": moment(row.recorded_at),
                "period": row.period.key,
                "unit": who.known_units.get(row.unit_id, row.unit).name,
                "share": row.share,
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


def _related(programme: Programme, tasks: list[Task], as_of: date) -> dict[int, set[str]]:
    """For each task the codes that it touches: linked by a person, or the same work in two places."""
    codes = {task.pk: task.code for task in tasks}
    links = as_known(RelatedWork, day_end(as_of), first__in=[*codes])
    pairs = [(link.first_id, link.second_id) for link in links]
    pairs = [(first, second) for first, second in pairs if first in codes and second in codes]
    pairs += [(task.pk, task.mirrors_id) for task in tasks if task.mirrors_id in codes]
    related: dict[int, set[str]] = defaultdict(set)
    for first, second in pairs:
        related[first].add(codes[second])
        related[second].add(codes[first])
    return related


def _task(task: Task, facts: Facts, who: AnsweredThen, plans: PlansThen, related: list[str]) -> Json:
    as_of = who.on
    stood, deadline = status(facts, as_of), deadline_on(facts, as_of)
    clear = who.six_clear(task)
    plan = plans.of(task, who) if task.kind == Task.Kind.PLAN_ITEM else None
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
        "plan_state": plans.state(plan) if plan else None,
        "given_on": _day(plans.given_on(task)),
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


def _units(who: AnsweredThen) -> list[Json]:
    return [
        {
            "name": unit.name,
            "short_name": unit.short_name,
            "kind": unit.kind,
            "parent": parent.name if (parent := who.units.get(unit.parent_id or 0)) else None,
        }
        for unit in who.units.values()
    ]


def _comrades(who: AnsweredThen) -> list[Json]:
    posts: dict[int, list[Json]] = defaultdict(list)
    for post in who.posts:
        posts[post.comrade_id].append({"title": post.title, "unit": post.unit.name})
    return [{"name": person.name, "posts": posts[pk]} for pk, person in who.comrades.items()]


def _indicators(programme: Programme, who: AnsweredThen) -> list[Json]:
    """The numeric targets as they were known, with the values that were confirmed by the day."""
    rows = as_known(Indicator, who.known_at, programme=programme.pk)
    values = confirmed_values(programme, Day(who.on, who.on))
    return [
        {
            "code": row.code,
            "name": row.name,
            "unit": row.unit,
            "target": _number(row.target),
            "target_high": _number(row.target_high),
            "direction": row.direction,
            "every_year": row.every_year,
            "section": who.sections[row.section_id].number,
            "values": [
                {
                    "on": value.on.isoformat(),
                    "value": _number(value.value),
                    "source": value.source,
                    "reported_by": who.known_units.get(value.unit_id, value.unit).name,
                    "recorded_at": moment(value.recorded_at),
                    "confirmed_at": moment(value.settled_at),
                }
                for value in values.get(row.pk, ())
            ],
        }
        for row in sorted(rows, key=lambda row: row.code)
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)

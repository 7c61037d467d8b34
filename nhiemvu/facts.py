"""From rows to the plain facts that the status rule works on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Q

from nhiemvu.models import CONTINUING, Task
from nhiemvu.models import Decision as Recorded
from nhiemvu.status import FROM_THE_START, Deadline, Decision, DecisionKind, Facts, PlanItem

_START = FROM_THE_START.date()


@dataclass(slots=True)
class _Work:
    """One row of the work table with what was decided of it, in order."""

    code: str
    title: str
    due: date | None
    continuing: bool
    year: int | None
    given_on: date | None
    given_at: datetime | None
    parent: int | None
    decided: list[tuple[str, str, str, date, datetime, str, str]] = field(default_factory=list)


LISTED_AT_MOST = 400
"""More rows than this are read with their whole programme: SQLite refuses long lists of values."""


def facts_of(tasks: Iterable[Task]) -> dict[int, Facts]:
    """What is known of each task, by primary key, with its given plan items; in one query for them all."""
    tasks = list(tasks)
    return facts_by(
        {task.pk: task.mirrors_id for task in tasks}, programmes={task.programme_id for task in tasks}
    )


def facts_by(mirrors: Mapping[int, int | None], programmes: Collection[int]) -> dict[int, Facts]:
    """The same for rows known by key alone, with the row that each mirrors; all of these programmes."""
    wanted = mirrors.keys() | {pk for pk in mirrors.values() if pk}
    if not wanted:
        return {}
    works = _works(wanted, programmes)
    items: dict[int, list[PlanItem]] = defaultdict(list)
    for work in works.values():
        if work.parent and work.given_on and work.given_at and work.year:
            given = PlanItem(
                effective_on=work.given_on, recorded_at=work.given_at, facts=_facts(work), year=work.year
            )
            items[work.parent].append(given)
    whole = {pk: _facts(works[pk], tuple(items[pk])) for pk in {*mirrors.values()} if pk in works}
    return {
        pk: _facts(works[pk], tuple(items[pk]), whole.get(mirrored or 0)) for pk, mirrored in mirrors.items()
    }


def _works(wanted: Set[int], programmes: Collection[int]) -> dict[int, _Work]:
    asked = Q(pk__in=wanted) | Q(parent__in=wanted, entry__given_on__isnull=False)
    if len(wanted) > LISTED_AT_MOST:
        asked = Q(programme__in=programmes)
    rows = (
        Task.objects.filter(asked)
        .order_by("pk", "decisions__effective_on", "decisions__pk")
        .values_list(
            "pk",
            "code",
            "title",
            "due",
            "continuing",
            "year",
            "entry__given_on",
            "entry__given_at",
            "parent_id",
            "decisions__subject",
            "decisions__before",
            "decisions__after",
            "decisions__effective_on",
            "decisions__recorded_at",
            "decisions__document",
            "decisions__reason",
        )
    )
    found: dict[int, _Work] = {}
    for pk, *work, subject, before, after, effective_on, recorded_at, document, reason in rows:
        row = found.setdefault(pk, _Work(*cast(Any, work)))
        if subject:
            row.decided.append((subject, before, after, effective_on, recorded_at, document, reason))
    return found


def _facts(work: _Work, items: tuple[PlanItem, ...] = (), mirrors: Facts | None = None) -> Facts:
    return Facts(
        code=work.code,
        title=work.title,
        deadlines=_deadlines(work),
        decisions=tuple(
            Decision(
                effective_on=on, recorded_at=at, kind=DecisionKind.of(after), number=document, reason=reason
            )
            for subject, _, after, on, at, document, reason in work.decided
            if subject == Recorded.Subject.STATE
        ),
        items=items,
        mirrors=mirrors,
    )


def _deadlines(work: _Work) -> tuple[Deadline, ...]:
    """The deadline that stood first, and each that a decision put in its place."""
    decided = [row for row in work.decided if row[0] == Recorded.Subject.DUE]
    present = CONTINUING if work.continuing else work.due.isoformat() if work.due else ""
    first = decided[0][1] if decided else present
    known = [(first, _START, FROM_THE_START)] + [(after, on, at) for _, _, after, on, at, _, _ in decided]
    return tuple(
        Deadline(
            effective_on=on,
            recorded_at=at,
            due=None if value == CONTINUING else date.fromisoformat(value),
            continuing=value == CONTINUING,
        )
        for value, on, at in known
        if value
    )

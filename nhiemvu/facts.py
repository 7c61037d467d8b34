"""From rows to the plain facts that the status rule works on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Left, Trim
from django.utils import timezone

from baocao.models import Asked, PeriodAct
from baocao.models import Update as Submitted
from nhiemvu.models import CONTINUING, Task
from nhiemvu.models import Decision as Recorded
from nhiemvu.status import (
    FROM_THE_START,
    SOON_DAYS,
    Ask,
    Deadline,
    Decision,
    DecisionKind,
    Facts,
    PlanItem,
    Update,
    Verdict,
)

_START = FROM_THE_START.date()
_WORK, _UPDATE, _ASK = 0, 1, 2
_SHARE = Case(When(share=True, then=F("unit_id")))


@dataclass(slots=True)
class _Work:
    """One row of the work table with what was decided, reported and asked of it."""

    code: str = ""
    title: str = ""
    due: date | None = None
    continuing: bool = False
    soon_days: int = SOON_DAYS
    year: int | None = None
    given_on: date | None = None
    given_at: datetime | None = None
    parent: int | None = None
    decided: list[tuple[str, str, str, date, datetime, str, str]] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)


LISTED_AT_MOST = 400
"""More rows than this are read with their whole programme: SQLite refuses long lists of values."""


def facts_of(tasks: Iterable[Task]) -> dict[int, Facts]:
    """What is known of each task, by primary key, with its given plan items; in one query for them all."""
    tasks = list(tasks)
    return facts_by(
        {task.pk: task.mirrors_id for task in tasks}, programmes={task.programme_id for task in tasks}
    )


def facts_by(mirrors: Mapping[int, int | None], programmes: Collection[int]) -> dict[int, Facts]:
    """The same for rows known by key alone, with the row that each mirrors; all of these programmes. Of a row
    that has been removed nothing is known."""
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
        pk: _facts(works.get(pk, _Work()), tuple(items[pk]), whole.get(mirrored or 0))
        for pk, mirrored in mirrors.items()
    }


def _works(wanted: Set[int], programmes: Collection[int]) -> dict[int, _Work]:
    """The rows asked about and their given items, with all that was recorded of them: one UNION."""
    found: dict[int, _Work] = defaultdict(_Work)
    listed = wanted if len(wanted) <= LISTED_AT_MOST else None
    rows = _work_rows(listed, programmes).union(
        _update_rows(listed, programmes), _ask_rows(listed, programmes), all=True
    )
    # Text by text, day by day: the three kinds of rows share their columns.
    for kind, pk, t1, t2, t3, t4, t5, t6, t7, d1, d2, d3, m1, m2, n1, n2, n3, n4, b1, b2 in rows.order_by(
        "kind_", "pk_", "n3"
    ):
        work = found[pk]
        if kind == _UPDATE:
            settled, withdrawn = m2, t5 in (Submitted.State.RETURNED, Submitted.State.RECALLED)
            work.updates.append(
                Update(
                    effective_on=d1,
                    recorded_at=m1,
                    id=n3,
                    text=t1,
                    percent=n1,
                    verdict=Verdict.of(t2) if t2 else None,
                    reason=t3,
                    product=t4,
                    no_change=b1,
                    claims_completion=b2,
                    period=n2,
                    share=n4,
                    replaces=int(t6) if t6 else None,
                    confirmed_at=None if withdrawn else settled,
                    withdrawn_at=settled if withdrawn else None,
                )
            )
        elif kind == _ASK:
            closed = timezone.localtime(m2).date() if m2 else None
            submit_by = timezone.localtime(m1).date()
            ask = Ask(period=n2, share=n4, asked_on=d1, submit_by=submit_by, closed_on=closed)
            work.asks.append(ask)
        else:
            work.code, work.title, work.due, work.continuing = t1, t2, d1, b1
            work.given_on, work.given_at, work.year, work.parent = d2, m1, n1, n2
            work.soon_days = SOON_DAYS if n4 is None else n4
            if t3:
                work.decided.append((t3, t4, t5, d3, m2, t6, t7))
    for work in found.values():
        work.decided.sort(key=lambda row: row[3])
    return dict(found)


def _columns(rows: QuerySet, kind: int, pk: str, **values: Any) -> QuerySet:
    """The columns of the union, in order; what a kind of row does not have is NULL or empty."""
    empty: dict[str, tuple[Value, models.Field]] = {
        "t": (Value(""), models.TextField()),
        "d": (Value(None), models.DateField()),
        "m": (Value(None), models.DateTimeField()),
        "n": (Value(None), models.BigIntegerField()),
        "b": (Value(False), models.BooleanField()),
    }
    texts, numbers = (f"t{n}" for n in range(1, 8)), (f"n{n}" for n in range(1, 5))
    names = [*texts, "d1", "d2", "d3", "m1", "m2", *numbers, "b1", "b2"]
    columns = {
        name: Cast(values.get(name, empty[name[0]][0]), output_field=empty[name[0]][1]) for name in names
    }
    return (
        rows.order_by()
        .annotate(kind_=Value(kind, output_field=models.IntegerField()), pk_=F(pk), **columns)
        .values_list("kind_", "pk_", *names)
    )


def _asked(wanted: Set[int] | None, programmes: Collection[int], task: str, of: str) -> Q:
    """The rows asked about and their given items; ``task`` and ``of`` lead to a task and to its fields."""
    if wanted is None:
        return Q(**{f"{of}programme__in": programmes})
    return Q(**{f"{task}__in": wanted}) | Q(
        **{f"{of}parent__in": wanted, f"{of}entry__given_on__isnull": False}
    )


def _work_rows(wanted: Set[int] | None, programmes: Collection[int]) -> QuerySet:
    return _columns(
        Task.objects.filter(_asked(wanted, programmes, "pk", "")),
        _WORK,
        "pk",
        t1=F("code"),
        t2=F("title"),
        t3=F("decisions__subject"),
        t4=F("decisions__before"),
        t5=F("decisions__after"),
        t6=F("decisions__document"),
        t7=F("decisions__reason"),
        d1=F("due"),
        d2=F("entry__given_on"),
        d3=F("decisions__effective_on"),
        m1=F("entry__given_at"),
        m2=F("decisions__recorded_at"),
        n1=F("year"),
        n2=F("parent_id"),
        n3=F("decisions__pk"),
        n4=F("programme__committee__reporting_rules__soon_days"),
        b1=F("continuing"),
    )


def _update_rows(wanted: Set[int] | None, programmes: Collection[int]) -> QuerySet:
    """Long texts stay in the table: the rule only asks whether there are words."""
    return _columns(
        Submitted.objects.filter(_asked(wanted, programmes, "task", "task__")),
        _UPDATE,
        "task_id",
        t1=Left(Trim("content"), 1),
        t2=F("verdict"),
        t3=F("reason"),
        t4=Left(Trim("product"), 1),
        t5=F("state"),
        t6=F("replaces_id"),
        d1=F("effective_on"),
        m1=F("recorded_at"),
        m2=F("settled_at"),
        n1=F("percent"),
        n2=F("period_id"),
        n3=F("pk"),
        n4=_SHARE,
        b1=F("no_change"),
        b2=F("claims_completion"),
    )


def _ask_rows(wanted: Set[int] | None, programmes: Collection[int]) -> QuerySet:
    """A period that was locked and reopened asks again."""
    locks = PeriodAct.objects.filter(period=OuterRef("period"), act=PeriodAct.Act.LOCK).order_by("-pk")
    rows = Asked.objects.filter(_asked(wanted, programmes, "task", "task__")).annotate(
        locked_at=Case(When(period__state="locked", then=Subquery(locks.values("recorded_at")[:1])))
    )
    return _columns(
        rows,
        _ASK,
        "task_id",
        d1=F("asked_on"),
        m1=F("period__submit_by"),
        m2=F("locked_at"),
        n2=F("period_id"),
        n4=_SHARE,
    )


def _facts(work: _Work, items: tuple[PlanItem, ...] = (), mirrors: Facts | None = None) -> Facts:
    return Facts(
        code=work.code,
        title=work.title,
        deadlines=_deadlines(work),
        updates=tuple(work.updates),
        decisions=tuple(
            Decision(
                effective_on=on, recorded_at=at, kind=DecisionKind.of(after), number=number, reason=reason
            )
            for subject, _, after, on, at, number, reason in work.decided
            if subject == Recorded.Subject.STATE
        ),
        asks=tuple(work.asks),
        items=items,
        mirrors=mirrors,
        soon_days=work.soon_days,
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

"""Directives as lists show them: one line for each unit and row addressed, with how it stands on the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.http import urlencode

from baocao.answering import LIVE, Answered, Given, Stand, Standing, standing
from baocao.models import Addressed, Answer, Directive
from chuongtrinh.models import Programme, User
from nhiemvu.as_of import Day, account_then, name_then
from nhiemvu.models import Task
from phancong.models import Unit
from phancong.permissions import reads_directives, visible_addressed

Role = User.Role
SHORTENED = 400
_ORDER = {stand: place for place, stand in enumerate(Stand)}
_READ = (
    *("pk", "directive_id", "unit_id", "unit_then", "short_then", "task__code", "title_then"),
    *("directive__kind", "said", "directive__given_on", "directive__answer_by", "directive__recorded_at"),
    *("directive__withdrawn_at", "giver_then", "directive__given_by", "directive__given_by__role"),
    *(f"answers__{name}" for name in ("pk", "recorded_at", "settled_at", "state", "answer_by")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's part of a directive; ``code`` is "" where its work as a whole is meant."""

    pk: int
    directive: int
    kind: str
    text: str
    given_on: date
    given_by: str
    given_by_pk: int
    by_office: bool
    unit_pk: int
    unit: str
    unit_short: str
    code: str
    title: str
    standing: Standing

    @property
    def stand(self) -> Stand:
        return self.standing.stand

    @property
    def kind_label(self) -> str:
        return str(Directive.Kind(self.kind).label)

    @property
    def about(self) -> str:
        return f"{self.code} {self.title}" if self.code else "công việc của đơn vị"


def lines(rows: QuerySet[Addressed], day: Day) -> list[Line]:
    """These rows as they were known at the end of the day, most pressing first; in one query."""
    read = rows.annotate(
        said=Left("directive__text", SHORTENED),
        unit_then=name_then(Unit, "unit", day),
        short_then=name_then(Unit, "unit", day, "short_name"),
        title_then=name_then(Task, "task", day, "title"),
        giver_then=account_then("directive__given_by", day),
    ).order_by("pk", "answers__pk")
    found = [_line(list(same), day) for _, same in groupby(read.values(*_READ), key=lambda row: row["pk"])]
    known = [line for line in found if line]
    return sorted(known, key=lambda line: (_ORDER[line.stand], *_urgency(line)))


def _urgency(line: Line) -> tuple[int, int, int]:
    """What is live by its day, the longest waiting first; what is settled newest first."""
    if line.stand in LIVE:
        return line.standing.answer_by.toordinal(), line.directive, line.pk
    return -line.given_on.toordinal(), -line.directive, line.pk


def _line(same: list[dict[str, Any]], day: Day) -> Line | None:
    row = same[0]
    given = Given(
        recorded_at=row["directive__recorded_at"],
        answer_by=row["directive__answer_by"],
        withdrawn_at=row["directive__withdrawn_at"],
        answers=tuple(
            Answered(
                recorded_at=one["answers__recorded_at"],
                settled_at=one["answers__settled_at"],
                accepted=one["answers__state"] == Answer.State.ACCEPTED,
                answer_by=one["answers__answer_by"],
            )
            for one in same
            if one["answers__pk"]
        ),
    )
    stands = standing(given, day.on, known_at=day.known_at)
    if stands is None:
        return None
    return Line(
        pk=row["pk"],
        directive=row["directive_id"],
        kind=row["directive__kind"],
        text=row["said"],
        given_on=row["directive__given_on"],
        given_by=row["giver_then"],
        given_by_pk=row["directive__given_by"],
        by_office=row["directive__given_by__role"] == Role.OFFICE,
        unit_pk=row["unit_id"],
        unit=row["unit_then"],
        unit_short=row["short_then"],
        code=row["task__code"] or "",
        title=row["title_then"] or "",
        standing=stands,
    )


def live(rows: QuerySet[Addressed]) -> QuerySet[Addressed]:
    """Those of today that nobody has settled: for lists that show nothing else."""
    return rows.filter(directive__withdrawn_at=None).exclude(answers__state=Answer.State.ACCEPTED)


def wanting(programme: Programme, user: Any, today: date) -> list[Line]:
    """What this person has to act on today: a unit what it has to answer; whoever directs what was answered
    and waits for a word, and what is late."""
    if not reads_directives(user):
        return []
    rows = live(visible_addressed(user)).filter(directive__programme=programme)
    answers = user.role in (Role.HEAD, Role.INSPECTION)
    if answers:
        rows = rows.filter(unit=user.unit_id)
    found = lines(rows, Day(today, today))
    if answers:
        return [line for line in found if line.stand in (Stand.LATE, Stand.OPEN)]
    if user.role == Role.OFFICE:
        return [line for line in found if line.stand is Stand.LATE or _waits_for_office(line)]
    return [line for line in found if line.stand in (Stand.LATE, Stand.ANSWERED)]


def _waits_for_office(line: Line) -> bool:
    return line.stand is Stand.ANSWERED and line.by_office


def by_stand(found: Iterable[Line]) -> dict[Stand, int]:
    counted = dict.fromkeys(Stand, 0)
    for line in found:
        counted[line.stand] += 1
    return counted


def give_url(ct: str, **about: list[str]) -> str:
    """The form of a new directive about this work, or these units."""
    asked = {name: values for name, values in about.items() if values} | ({"ct": [ct]} if ct else {})
    return f"{reverse('chi-dao-moi')}?{urlencode(asked, doseq=True)}"

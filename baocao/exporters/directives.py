"""What was instructed and urged, as JSON: to whom, by when, what was answered and how it stood on the day."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from baocao.directives import stand_on
from baocao.exporters.cycle import moment
from baocao.models import Addressed, Answer, Directive
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day, account_then
from phancong.answered_then import AnsweredThen

Json = dict[str, Any]


def directives_json(programme: Programme, who: AnsweredThen) -> list[Json]:
    """Those given by the end of the day, oldest first, in four queries for them all. What was answered,
    accepted, asked again or withdrawn later is not in it."""
    day = Day(who.on, timezone.localdate())
    answers = Answer.objects.annotate(author_then=account_then("author", day)).prefetch_related("evidence")
    answered = Prefetch("answers", answers.order_by("pk"))
    addressed = Addressed.objects.select_related("task", "unit", "directive").prefetch_related(answered)
    rows = Directive.objects.filter(programme=programme, recorded_at__lt=who.known_at)
    rows = rows.annotate(giver_then=account_then("given_by", day)).prefetch_related(
        Prefetch("addressed", addressed.order_by("pk"))
    )
    return [_directive(row, who, day) for row in rows.order_by("given_on", "pk")]


def _directive(row: Any, who: AnsweredThen, day: Day) -> Json:
    withdrawn = row.withdrawn_at is not None and row.withdrawn_at < who.known_at
    return {
        "kind": row.kind,
        "text": row.text,
        "document": row.document or None,
        "given_on": row.given_on.isoformat(),
        "given_by": row.giver_then,
        "recorded_at": moment(row.recorded_at),
        "answer_by": row.answer_by.isoformat(),
        "withdrawn_at": moment(row.withdrawn_at) if withdrawn else None,
        "withdrawn_because": row.withdrawn_because if withdrawn else None,
        "to": [_part(part, who, day) for part in row.addressed.all()],
    }


def _part(row: Addressed, who: AnsweredThen, day: Day) -> Json:
    """One unit, on one row of work or (null) on its work as a whole; ``answer_by`` is the day in force."""
    stands = stand_on(row, day)
    return {
        "unit": who.known_units.get(row.unit_id, row.unit).name,
        "task": row.task.code if row.task else None,
        "state": stands.stand.value if stands else None,
        "answer_by": stands.answer_by.isoformat() if stands else None,
        "days_late": stands.days_late if stands else None,
        "answers": [_answer(one, who) for one in row.answers.all() if one.recorded_at < who.known_at],
    }


def _answer(row: Any, who: AnsweredThen) -> Json:
    settled = row.settled_at is not None and row.settled_at < who.known_at
    again = settled and row.state == Answer.State.ASKED_AGAIN
    return {
        "text": row.text,
        "author": row.author_then,
        "by_office": row.by_office,
        "recorded_at": moment(row.recorded_at),
        "state": row.state if settled else Answer.State.SUBMITTED.value,
        "settled_at": moment(row.settled_at) if settled else None,
        "asked_again_because": row.asked_again_because if again else None,
        "answer_by": row.answer_by.isoformat() if again and row.answer_by else None,
        "evidence": [str(proof) for proof in row.evidence.all()],
    }

"""The reporting cycle in a programme's JSON: its periods with the units' own words, and requests to extend.

As of a day: what was opened, sent, asked for or answered later is not in it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from baocao.models import Asked, ExtensionRequest, Period, PeriodAct, UnitReport
from baocao.unit_reports import WORDS
from chuongtrinh.models import Programme
from phancong.answered_then import AnsweredThen

Json = dict[str, Any]
_SENT = (UnitReport.State.SUBMITTED, UnitReport.State.CONFIRMED)


def periods_json(programme: Programme, who: AnsweredThen) -> list[Json]:
    """Each period in order of its last day, in four queries for them all."""
    end = who.known_at
    acts: dict[int, list[PeriodAct]] = defaultdict(list)
    known = PeriodAct.objects.filter(period__programme=programme, recorded_at__lt=end)
    for act in known.order_by("pk"):
        acts[act.period_id].append(act)
    reports, asked = _reports(programme, who), _asked(programme, who)
    periods = Period.objects.filter(pk__in=acts).order_by("end", "start", "pk")
    return [_period(period, acts[period.pk], asked[period.pk], reports[period.pk]) for period in periods]


def _period(period: Period, acts: list[PeriodAct], asked: list[Json], reports: list[Json]) -> Json:
    locked = acts[-1].act == PeriodAct.Act.LOCK
    return {
        "key": period.key,
        "kind": period.kind,
        "label": period.label,
        "state": (Period.State.LOCKED if locked else Period.State.OPEN).value,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "submit_by": moment(period.submit_by),
        "acts": [
            {"act": act.act, "recorded_at": moment(act.recorded_at), "reason": act.reason} for act in acts
        ],
        "asked": asked,
        "unit_reports": reports,
    }


def _asked(programme: Programme, who: AnsweredThen) -> dict[int, list[Json]]:
    """What each period asked of whom; what came of it stands with the tasks' updates."""
    rows = Asked.objects.filter(period__programme=programme, asked_on__lte=who.on)
    found: dict[int, list[Json]] = defaultdict(list)
    for row in rows.select_related("task", "unit").order_by("unit__name", "task__ordinal", "pk"):
        found[row.period_id].append(
            {
                "unit": who.known_units.get(row.unit_id, row.unit).name,
                "task": row.task.code,
                "share": row.share,
                "asked_on": row.asked_on.isoformat(),
            }
        )
    return found


def _reports(programme: Programme, who: AnsweredThen) -> dict[int, list[Json]]:
    """What units had said in their own words, by period; what one was still writing is its own."""
    known = UnitReport.history.filter(period__programme=programme, history_date__lt=who.known_at)
    newest = known.order_by().values("id").annotate(newest=Max("history_id")).values("newest")
    rows = UnitReport.history.filter(history_id__in=newest).exclude(history_type="-")
    found: dict[int, list[Json]] = defaultdict(list)
    for row in rows.exclude(state=UnitReport.State.DRAFT).select_related("unit").order_by("unit__name", "id"):
        words = {name: getattr(row, name) if row.state in _SENT else None for name in WORDS}
        found[row.period_id].append(
            {
                "unit": who.known_units.get(row.unit_id, row.unit).name,
                "state": row.state,
                "submitted_at": moment(row.submitted_at),
                "return_reason": row.return_reason or None,
                **words,
            }
        )
    return found


def extensions_json(programme: Programme, who: AnsweredThen) -> dict[int, list[Json]]:
    """The requests for a later deadline in the state that they were in at the end of the day, by task."""
    end = who.known_at
    rows = ExtensionRequest.objects.filter(task__programme=programme, asked_at__lt=end)
    found: dict[int, list[Json]] = defaultdict(list)
    for row in rows.select_related("unit", "decision").order_by("asked_at", "pk"):
        settled = row.decided_at is not None and row.decided_at < end
        found[row.task_id].append(
            {
                "unit": who.known_units.get(row.unit_id, row.unit).name,
                "due_before": row.due_before.isoformat(),
                "due_asked": row.due_asked.isoformat(),
                "reason": row.reason,
                "asked_at": moment(row.asked_at),
                "state": row.state if settled else ExtensionRequest.State.WAITING.value,
                "decided_at": moment(row.decided_at) if settled else None,
                "answer": row.answer or None if settled else None,
                "document": row.decision.document if settled and row.decision else None,
            }
        )
    return found


def moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None

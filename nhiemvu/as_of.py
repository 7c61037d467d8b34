"""A past day: which one a page is asked for, and what rows said at the end of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar, cast

from django.db.models import Max, Min, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from nhiemvu.models import Task
from nhiemvu.status import FROM_THE_START, Deadline, Facts, day_end

_WRITTEN = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>\d{4})"
)
_TEXTS = ("title", "product", "authority", "priority", "continuing")
_DAYS = ("start", "due")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Day:
    """The day that a page shows; ``note`` says why it is not the one that was asked for."""

    on: date
    today: date
    note: str = ""

    @property
    def past(self) -> bool:
        return self.on < self.today

    @property
    def known_at(self) -> datetime:
        """The end of the day in Hà Nội: what is recorded later is not known yet."""
        return day_end(self.on)


def asked_day(text: str, today: date) -> Day:
    """``?ngay=``: 2026-09-30, or 30/09/2026 as people type it. What cannot be shown is today, with a note."""
    text = text.strip()
    if not text:
        return Day(today, today)
    found = _WRITTEN.fullmatch(text) if text.isascii() else None
    try:
        y, m, d = (part for part in found.groups() if part) if found else ("", "", "")
        day = date(int(y), int(m), int(d)) if found and found["y"] else date(int(d), int(m), int(y))
    except ValueError:
        said = text if len(text) <= 20 else f"{text[:20]}…"
        return Day(today, today, f"Không có ngày “{said}”: ghi dạng 30/09/2026. Đang xem hôm nay.")
    if day > today:
        return Day(today, today, f"Ngày {day:%d/%m/%Y} chưa đến. Đang xem hôm nay.")
    if day.year < 1900:
        return Day(today, today, f"Ngày {day:%d/%m/%Y} quá xa. Đang xem hôm nay.")
    return Day(day, today)


def with_past_words(tasks: QuerySet[Task], day: Day) -> QuerySet[Task]:
    """The rows with what each said at the end of the day, for ``say_then``."""
    said = JSONObject(**{name: name for name in (*_TEXTS, *_DAYS)})
    versions = (
        Task.history.model.objects.filter(id=OuterRef("pk"), history_date__lt=day.known_at)
        .order_by("-history_id")
        .values(said=said)
    )
    return tasks.annotate(said_then=Subquery(versions[:1]))


def say_then(task: Task) -> None:
    """Put the words of the past day in the place of today's, on this copy alone (never to be saved)."""
    said: dict[str, Any] | None = getattr(task, "said_then", None)
    if not said:
        return
    for name in _TEXTS:
        setattr(task, name, said[name])
    task.continuing = bool(task.continuing)
    for name in _DAYS:
        setattr(task, name, date.fromisoformat(said[name]) if said[name] else None)


def as_known(model: type[M], known_at: datetime, **where: Any) -> list[M]:
    """All rows of a kind as they were known before the moment, those deleted since among them; copies under
    their own keys, by key, never to be saved. In one query, from the kind's history.

    What nobody entered was read from the signed text: it holds from the start, whenever it was loaded.
    """
    history = cast(Any, model).history.model.objects.filter(**where)
    chosen = (
        history.order_by()
        .values("id")
        .annotate(
            last=Max("history_id", filter=Q(history_date__lt=known_at)),
            read=Min("history_id", filter=Q(history_type="+", history_user=None)),
        )
        .values(chosen=Coalesce("last", "read"))
    )
    tracked = [field.attname for field in cast(Any, model).history.model.tracked_fields]
    versions = history.filter(history_id__in=chosen).exclude(history_type="-").order_by("id")
    return [model(**row) for row in versions.values(*tracked)]


def in_draft(facts: Facts, then: Task) -> Facts:
    """The facts of an item not yet given out on the day: its draft said so, no decision did."""
    start: dict[str, Any] = {"effective_on": FROM_THE_START.date(), "recorded_at": FROM_THE_START}
    due: dict[str, Any] = {"due": then.due, "continuing": then.continuing}
    deadlines = (Deadline(**start, **due),) if then.due or then.continuing else ()
    return replace(facts, code=then.code, title=then.title, deadlines=deadlines)


def deadline_on(facts: Facts, day: date) -> Deadline | None:
    """The deadline in force on the day as it was known then: the row's own, or else the mirrored one's."""
    for work in (facts, facts.mirrors):
        held = [
            row
            for row in (work.deadlines if work else ())
            if row.effective_on <= day and row.recorded_at < day_end(day)
        ]
        if held:
            return max(held, key=lambda row: (row.effective_on, row.recorded_at))
    return None

"""Work that groups alone lead: each unit tells its share, the office records one figure of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from baocao.models import Asked, Period, Update
from baocao.models.update import WRITTEN
from baocao.report_data import ReportData, last_confirmed
from baocao.reporting import STANDING, confirm, hold_open
from chuongtrinh.models import Programme
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Status, status
from phancong.answerable import Answerability
from phancong.models import Unit
from phancong.permissions import visible_updates

_COMPOSED = ("content", "product", "difficulties", "requests")


@dataclass(slots=True)
class Together:
    """The shares of one task in one period, counted; ``figured``: the office has recorded its figure;
    ``in_charge``: a unit was put in charge meanwhile and still is, so that the office no longer does."""

    task: Task
    figured: bool
    in_charge: bool = False
    asked: int = 0
    sent: int = 0
    confirmed: int = 0


def with_figures(asked: QuerySet[Asked]) -> QuerySet[Any]:
    """Asked rows with whether the office has recorded a figure of the whole."""
    return asked.annotate(figured=Exists(_figures(OuterRef("task")).filter(period=OuterRef("period"))))


def _figures(task: Any) -> QuerySet[Update]:
    """What was confirmed of the whole."""
    return Update.objects.filter(task=task, share=False, state=Update.State.CONFIRMED)


def units_in_charge(programme: Programme, asked: Iterable[Asked]) -> dict[int, Unit]:
    """By task, the unit that a period asks for the whole of what groups led, while it still leads it: it
    reports, and the office no longer does. Taken out again, it keeps nobody from the figure."""
    rows = list(asked)
    shared = {row.task_id for row in rows if row.share}
    whole = [row for row in rows if not row.share and row.task_id in shared]
    if not whole:
        return {}
    tasks = [row.task for row in whole]
    who = Answerability(programme, on=timezone.localdate(), tasks=tasks, overseers=False)
    return {row.task_id: row.unit for row in whole if who.leading_unit(row.task) == row.unit}


def together(programme: Programme, rows: Iterable[Any]) -> list[Together]:
    """The shares of each task, from ``standing.asked_rows`` ``with_figures``; in the rows' order."""
    rows = list(rows)
    led = units_in_charge(programme, rows)
    found: dict[int, Together] = {}
    for row in rows:
        if not row.share:
            continue
        one = found.setdefault(row.task_id, Together(row.task, row.figured, row.task_id in led))
        one.asked += 1
        one.sent += bool(row.standing)
        one.confirmed += row.standing == Update.State.CONFIRMED
    return list(found.values())


def next_to_figure(period: Period, task: Task) -> Task | None:
    """The work after this one, then from the first, of which the office still owes the figure."""
    rows = list(
        with_figures(Asked.objects.filter(period=period, task__in=_shared(period).values("task")))
        .exclude(task=task)
        .select_related("task", "unit")
    )
    led = units_in_charge(period.programme, rows)
    owed = [row.task for row in rows if row.share and not row.figured and row.task_id not in led]
    tasks = {row.pk: row for row in owed}
    after = sorted(
        tasks.values(), key=lambda one: ((one.ordinal, one.pk) < (task.ordinal, task.pk), one.ordinal, one.pk)
    )
    return after[0] if after else None


def _shared(period: Period) -> QuerySet[Asked]:
    return Asked.objects.filter(period=period, share=True)


def _asked(period: Period, task: Task) -> QuerySet[Any]:
    return (
        Asked.objects.filter(period=period, task=task).select_related("unit", "task").order_by("unit__name")
    )


@dataclass(frozen=True, slots=True)
class Share:
    """The newest that the reader may see of one unit's share; ``sent`` even where that is nothing."""

    unit: Unit
    update: Update | None
    sent: bool


@dataclass(slots=True)
class SharedWork:
    """One task's page of a period: every unit's share, and the figure of the whole."""

    period: Period
    task: Task
    shares: list[Share]
    figure: Update | None
    in_charge: Unit | None
    """A unit that was put in charge meanwhile and still is: it reports, and the office no longer does."""
    stands: Status
    earlier: Update | None = None
    _told: list[tuple[Unit, Update]] = field(default_factory=list)

    @classmethod
    def read(cls, period: Period, task: Task, user: Any) -> SharedWork | None:
        """None where the period asks nobody for a share of the task."""
        here = {"task": task, "period": period, "share": True, "state__in": STANDING}
        sent = Exists(Update.objects.filter(**here, unit=OuterRef("unit")))
        asked = list(_asked(period, task).annotate(sent=sent))
        ours = [row for row in asked if row.share]
        if not ours:
            return None
        rows = list(visible_updates(user).filter(**here).prefetch_related("evidence").order_by("pk"))
        newest = {row.unit_id: row for row in rows}
        agreed = {row.unit_id: row for row in rows if row.state == Update.State.CONFIRMED}
        figures = list(_figures(task).select_related("author").prefetch_related("evidence").order_by("pk"))
        today = timezone.localdate()
        until = min(period.end, today)
        before = [row for row in figures if row.period_id != period.pk and row.effective_on <= until]
        return cls(
            period,
            task,
            [Share(row.unit, newest.get(row.unit_id), row.sent) for row in ours],
            next((row for row in reversed(figures) if row.period_id == period.pk), None),
            units_in_charge(period.programme, asked).get(task.pk),
            status(facts_of([task])[task.pk], today),
            max(before, key=lambda row: (row.effective_on, row.pk), default=None),
            [(row.unit, agreed[row.unit_id]) for row in ours if row.unit_id in agreed],
        )

    @property
    def sent(self) -> int:
        return sum(share.sent for share in self.shares)

    @property
    def confirmed(self) -> int:
        return len(self._told)

    @property
    def open_to_office(self) -> bool:
        return self.period.is_open and self.in_charge is None

    @property
    def suggested(self) -> ReportData:
        """What the figure begins with: as recorded, or else the confirmed words of every unit."""
        if self.figure:
            return ReportData.of(self.figure)
        texts: dict[str, Any] = {name: _composed(name, self._told) for name in _COMPOSED}
        before = self.earlier
        on = min(self.period.end, timezone.localdate())
        return ReportData(
            **texts,
            percent=before.percent if before else None,
            verdict=before.verdict if before and before.verdict == "on_track" else "",
            effective_on=on,
        )


def _composed(name: str, told: list[tuple[Unit, Update]]) -> str:
    """Every unit's words under its name; of the results also that there were none."""
    lines = []
    for unit, update in told:
        words = " ".join(str(getattr(update, name)).split())
        if not words and name == "content" and update.no_change:
            words = "không phát sinh."
        if words:
            lines.append(f"- {unit.name}: {words}")
    return "\n".join(lines)


@transaction.atomic
def record_figure(period: Period, task: Task, user: Any, data: ReportData, *, seen: int | None) -> Update:
    """The office's one figure of what groups lead, confirmed with its recording; a later one replaces it.

    ``seen`` is the figure that its writer has seen. The same words again are the same figure. ValidationError
    by field, with code "changed_meanwhile" where somebody else has recorded one since.
    """
    period = hold_open(period)
    asked = list(_asked(period, task))
    if in_charge := units_in_charge(period.programme, asked).get(task.pk):
        raise ValidationError(f"Việc này nay do {in_charge.name} chủ trì và báo cáo.")
    if not asked:
        raise ValidationError("Kỳ này không hỏi phần việc của các đơn vị cho việc này.")
    present = _figures(task).filter(period=period).select_related("author").order_by("pk").last()
    if present and ReportData.of(present) == data:
        return present
    if present and present.pk != seen:
        raise ValidationError(
            f"{present.author} đã ghi số liệu chung của việc này lúc "
            f"{timezone.localtime(present.recorded_at):%H:%M %d/%m/%Y}. Những gì bạn nhập vẫn còn ở đây: bấm "
            "Ghi lần nữa nếu muốn thay bằng bản của bạn.",
            code="changed_meanwhile",
        )
    before = last_confirmed(_figures(task), data.effective_on)
    if faults := data.errors(period, confirmed=before):
        raise ValidationError(faults)
    made = Update.objects.create(
        task=task,
        period=period,
        unit=_speaks_for_all(period),
        author=user,
        by_office=True,
        replaces=present,
        **{name: getattr(data, name) for name in WRITTEN},
    )
    confirm([made], user)
    made.refresh_from_db()
    return made


def _speaks_for_all(period: Period) -> Unit:
    """The committee itself: the figure is no single unit's word."""
    held = Unit.objects.on(timezone.localdate()).filter(
        committee=period.programme.committee_id, kind=Unit.Kind.COMMITTEE
    )
    if unit := held.order_by("pk").first():
        return cast(Unit, unit)
    raise ValidationError("Chưa có đơn vị loại “Cấp ủy” để đứng tên số liệu chung: thêm rồi ghi lại.")

"""The reporting cycle: a period opens and asks, units draft and submit, the office confirms or returns.

Every change goes through here. What was submitted is never edited: it is confirmed, returned or recalled, and
a correction is a new row that names what it replaces. Errors are ValidationError with a message for people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from baocao import periods
from baocao.models import (
    Asked,
    DayOff,
    Draft,
    Evidence,
    Period,
    PeriodAct,
    ReportingRules,
    UnitReport,
    Update,
)
from baocao.models.update import WRITTEN
from chuongtrinh.models import Programme
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Progress, Verdict, status
from phancong.answerable import Answerability
from phancong.models import Assignment, Unit
from phancong.permissions import plans_for_another

QUIET_AT_MOST = 2
"""How many times running a row may be reported as "không phát sinh" without a word."""
_AT_REST = (Progress.COMPLETED, Progress.PAUSED, Progress.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """What a person writes of one row."""

    content: str = ""
    percent: int | None = None
    verdict: str = ""
    reason: str = ""
    product: str = ""
    difficulties: str = ""
    requests: str = ""
    no_change: bool = False
    claims_completion: bool = False
    effective_on: date

    @classmethod
    def of(cls, row: Draft | Update) -> ReportData:
        return cls(**{name: getattr(row, name) for name in WRITTEN})

    def errors(self, period: Period, *, quiet_before: int = 0) -> dict[str, str]:
        """What keeps it from being submitted, by field. ``quiet_before``: times running without a word."""
        found = {}
        said = bool(self.content.strip())
        if not (said or self.no_change or self.claims_completion or self.percent is not None):
            found["content"] = "Ghi kết quả thực hiện, hoặc chọn “Không phát sinh”."
        if self.no_change and self.claims_completion:
            found["no_change"] = "Đã báo hoàn thành thì không thể là “Không phát sinh”: bỏ một trong hai."
        if self.no_change and not said and quiet_before >= QUIET_AT_MOST:
            found["content"] = f"Đã {quiet_before} kỳ liền không phát sinh: kỳ này ghi rõ vì sao."
        if self.verdict not in ("", Verdict.ON_TRACK) and not self.reason.strip():
            found["reason"] = "Có nguy cơ hoặc chậm thì ghi lý do."
        if self.percent is not None and not 0 <= self.percent <= 100:
            found["percent"] = "Tiến độ từ 0 đến 100."
        if self.effective_on > min(period.end, timezone.localdate()):
            found["effective_on"] = "Ngày tính đến không thể sau hôm nay hoặc sau ngày chốt số liệu của kỳ."
        return found


# -- periods -----------------------------------------------------------------------------------------------


def rules_of(programme: Programme) -> periods.Rules:
    """The committee's rules of today, its days off included; the defaults where it has set none."""
    term = (programme.term_start or 2025, programme.term_end or 2030)
    own = DayOff.objects.filter(committee=programme.committee_id)
    off = {day for year in range(term[0] - 1, term[1] + 2) for day in periods.public_holidays(year)}
    worked = {row.day for row in own if row.worked}
    off = (off | {row.day for row in own if not row.worked}) - worked
    row = ReportingRules.objects.filter(committee=programme.committee_id).first() or ReportingRules()
    return periods.Rules(
        kinds=frozenset(periods.Kind.of(kind) for kind in row.kinds),
        cutoff_day=row.cutoff_day,
        cutoff_hour=row.cutoff_hour,
        submit_working_days=row.submit_working_days,
        holidays=frozenset(off),
        worked=frozenset(worked),
        term=term,
    )


@transaction.atomic
def open_period(programme: Programme, key: str, user: Any | None) -> Period:
    """Open the period and ask the units; an open one is handed back as it is, a locked one refused."""
    rules = rules_of(programme)
    try:
        span = periods.by_key(key, rules)
    except ValueError:
        raise ValidationError(f"Không có kỳ báo cáo “{key}”.") from None
    Programme.objects.select_for_update().only("pk").get(pk=programme.pk)
    period = Period.objects.filter(programme=programme, key=key).first()
    if period is None:
        period = Period.objects.create(
            programme=programme,
            kind=str(span.kind),
            key=span.key,
            label=span.label,
            start=span.start,
            end=span.end,
            submit_by=periods.submit_by(span, rules),
        )
        PeriodAct.objects.create(period=period, act=PeriodAct.Act.OPEN, by=user)
    elif not period.is_open:
        raise ValidationError(f"Kỳ {period.label} đã khóa: mở lại kỳ, kèm lý do, nếu cần.")
    ask(period)
    return period


@transaction.atomic
def ask(period: Period) -> int:
    """Ask for every row that a unit has to report on and that is not yet asked for; how many were added.

    A unit reports on its given items of the year, and on the tasks and projects that it leads in charge and
    that have none. Work that is completed, paused or dropped is not asked for.
    """
    today = timezone.localdate()
    known = set(period.asked.values_list("task", flat=True))
    new = [
        Asked(period=period, task=task, unit=unit, asked_on=today)
        for task, unit in rows_to_report(period.programme, min(period.end, today))
        if task.pk not in known
    ]
    Asked.objects.bulk_create(new)
    return len(new)


def rows_to_report(programme: Programme, on: date) -> list[tuple[Task, Unit]]:
    """Each row of work that somebody reports on, with the unit that does, in a constant number of queries."""
    rows = list(
        Task.objects.filter(programme=programme)
        .exclude(kind=Task.Kind.PLAN_ITEM, entry__given_on=None)
        .select_related("mirrors", "entry")
        .order_by("ordinal", "pk")
    )
    planned = {row.parent_id for row in rows if row.parent_id and row.year == on.year}
    who = Answerability(programme, on=on, tasks=rows)
    facts = facts_of(rows)
    found = []
    for row in rows:
        leaf = row.year == on.year if row.kind == Task.Kind.PLAN_ITEM else row.pk not in planned
        if row.mirrors_id or not leaf or status(facts[row.pk], on).progress in _AT_REST:
            continue
        leads = [d.target for d in who.duties(row) if d.role == Assignment.Role.LEAD and d.principal]
        units = [unit for unit in leads if isinstance(unit, Unit)]
        if len(units) == 1:
            found.append((row, units[0]))
    return found


# -- what units write --------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(asked: Asked, user: Any, data: ReportData, *, version: int | None) -> Draft:
    """Keep what a unit is writing of one row. ``version`` is the one that was read, None for the first time.

    Raises ValidationError with code "changed_meanwhile" where another save came in between; nothing is lost,
    because the caller still has what was typed and the row has what came before.
    """
    period = _open(asked.period)
    draft = Draft.objects.select_for_update().filter(task=asked.task_id, period=period).first()
    if draft is None:
        draft = Draft(task_id=asked.task_id, period=period, unit_id=asked.unit_id, version=0)
    elif version != draft.version:
        raise ValidationError(
            f"{draft.author} vừa lưu một bản khác lúc {timezone.localtime(draft.saved_at):%H:%M %d/%m/%Y}.",
            code="changed_meanwhile",
        )
    for name in WRITTEN:
        setattr(draft, name, getattr(data, name))
    draft.author, draft.version = user, draft.version + 1
    draft.save()
    return draft


@transaction.atomic
def send(period: Period, unit: Unit, user: Any, tasks: Iterable[int] | None = None) -> list[Update]:
    """Submit the unit's drafts of a period, all or none; those of ``tasks`` alone where they are named.

    A second submission finds no drafts and does nothing. Raises ValidationError whose message_dict is keyed
    by the task's code.
    """
    period = _open(period)
    drafts = Draft.objects.select_for_update().filter(period=period, unit=unit)
    if tasks is not None:
        drafts = drafts.filter(task__in=list(tasks))
    rows = sorted(drafts.select_related(None), key=lambda draft: draft.task_id)
    if not rows:
        return []
    before = _standing(unit, [draft.task_id for draft in rows])
    faults: dict[str, list[str]] = {}
    made = []
    for draft in rows:
        earlier = before.get(draft.task_id, [])
        same = [update for update in earlier if update.period_id == period.pk]
        quiet = 0
        for update in reversed([update for update in earlier if update.period_id != period.pk]):
            if not update.no_change or update.content.strip():
                break
            quiet += 1
        data = ReportData.of(draft)
        if errors := data.errors(period, quiet_before=quiet):
            faults[draft.task.code] = list(errors.values())
            continue
        made.append(
            Update(
                task_id=draft.task_id,
                period=period,
                unit=unit,
                author=user,
                by_office=plans_for_another(user),
                replaces=same[-1] if same else None,
                **{name: getattr(data, name) for name in WRITTEN},
            )
        )
    if faults:
        raise ValidationError(faults)
    for update in made:
        update.full_clean(validate_unique=False)
        update.save()
    sent = {update.task_id: update for update in made}
    for draft in rows:
        Evidence.objects.filter(draft=draft).update(draft=None, update=sent[draft.task_id])
    Draft.objects.filter(pk__in=[draft.pk for draft in rows]).delete()
    return made


@transaction.atomic
def recall(update: Update, user: Any) -> Draft:
    """Take back what was submitted, while the period is open; it lies again as a draft."""
    period = _open(update.period)
    _settle(update, user, Update.State.RECALLED)
    return _draft_again(update, period, user)


# -- what the office does ----------------------------------------------------------------------------------


@transaction.atomic
def confirm(updates: Iterable[Update], user: Any) -> int:
    """Confirm one or many; those that somebody has settled meanwhile are left as they are. How many were."""
    done = 0
    for update in sorted(updates, key=lambda row: row.pk):
        try:
            _settle(update, user, Update.State.CONFIRMED)
        except ValidationError:
            continue
        done += 1
    return done


@transaction.atomic
def send_back(update: Update, user: Any, reason: str) -> None:
    """Return it to the unit with a reason; while the period is open it lies there as a draft again."""
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do trả lại để đơn vị biết cần sửa gì."})
    _settle(update, user, Update.State.RETURNED, reason=reason.strip())
    period = Period.objects.get(pk=update.period_id)
    if period.is_open:
        _draft_again(update, period, update.author)


@transaction.atomic
def confirm_report(report: UnitReport, user: Any) -> None:
    """Confirm a unit's own words for a period. ValidationError where somebody has settled them first."""
    _settle_report(report, user, UnitReport.State.CONFIRMED)


@transaction.atomic
def send_back_report(report: UnitReport, user: Any, reason: str) -> None:
    """Return them to the unit with a reason, to be mended while the period is open."""
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do trả lại để đơn vị biết cần sửa gì."})
    _settle_report(report, user, UnitReport.State.RETURNED, reason=reason.strip())


# -- inside ------------------------------------------------------------------------------------------------


def _open(period: Period) -> Period:
    row = Period.objects.select_for_update(of=("self",)).select_related("programme").get(pk=period.pk)
    if not row.is_open:
        raise ValidationError(f"Kỳ {row.label} đã khóa, không gửi được nữa. Báo văn phòng nếu cần mở lại.")
    return row


def _settle(update: Update, user: Any, state: str, *, reason: str = "") -> None:
    row = Update.objects.select_for_update().get(pk=update.pk)
    if row.state != Update.State.SUBMITTED:
        raise ValidationError(f"Cập nhật này {row.get_state_display().lower()}. Hãy tải lại trang.")
    row.state, row.settled_at, row.settled_by, row.return_reason = state, timezone.now(), user, reason
    row.save(update_fields=["state", "settled_at", "settled_by", "return_reason"])
    update.refresh_from_db()


def _settle_report(report: UnitReport, user: Any, state: str, *, reason: str = "") -> None:
    row = UnitReport.objects.select_for_update().get(pk=report.pk)
    if row.state != UnitReport.State.SUBMITTED:
        raise ValidationError(f"Báo cáo này {row.get_state_display().lower()}. Hãy tải lại trang.")
    row.state, row.return_reason = state, reason
    vars(row)["_history_user"] = user
    row.save(update_fields=["state", "return_reason"])
    report.refresh_from_db()


def _draft_again(update: Update, period: Period, user: Any) -> Draft:
    """What came back lies as a draft with its proofs, unless the unit has already begun a new one."""
    draft, begun = Draft.objects.get_or_create(
        task_id=update.task_id,
        period=period,
        defaults={
            "unit_id": update.unit_id,
            "author": user,
            **{name: getattr(update, name) for name in WRITTEN},
        },
    )
    if begun:
        copy_evidence(update, draft)
    return draft


def copy_evidence(update: Update, draft: Draft) -> None:
    """The proofs of what was sent prove the next version too; those of the sent one stay with it."""
    kept = ("sha256", "name", "media_type", "size", "number", "issued_on", "issuer", "added_by_id")
    rows = update.evidence.all()
    Evidence.objects.bulk_create(
        Evidence(draft=draft, **{name: getattr(row, name) for name in kept}) for row in rows
    )


def _standing(unit: Unit, tasks: list[int]) -> dict[int, list[Update]]:
    """The unit's updates of each task that were neither returned nor recalled, oldest first."""
    found: dict[int, list[Update]] = {}
    rows = Update.objects.filter(task__in=tasks, unit=unit).exclude(
        state__in=(Update.State.RETURNED, Update.State.RECALLED)
    )
    for row in rows.select_related("period").order_by("period__end", "pk"):
        found.setdefault(row.task_id, []).append(row)
    return found

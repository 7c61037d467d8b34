"""The reporting cycle: a period opens and asks, units draft and submit, the office confirms or returns.

Every change goes through here. What was submitted is never edited: it is confirmed, returned or recalled, and
a correction is a new row that names what it replaces. Errors are ValidationError with a message for people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

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
from baocao.report_data import ReportData, last_confirmed, quiet_before
from chuongtrinh.models import Programme
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Progress, status
from phancong.answerable import Answerability
from phancong.models import Unit
from phancong.permissions import may_write_draft, plans_for_another, visible_drafts

STANDING = (Update.State.SUBMITTED, Update.State.CONFIRMED)
"""What was neither returned nor recalled."""


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
    that have none; of what groups alone lead, each unit that has planned nothing for it on its own share.
    A dropped item is no plan any more. Work that is completed, paused or dropped is not asked for.
    """
    today = timezone.localdate()
    asked = list(period.asked.values_list("task", "unit", "share"))
    known = {(task, unit if share else None) for task, unit, share in asked}
    new = [
        Asked(period=period, task=row.task, unit=row.unit, share=row.share, asked_on=today)
        for row in rows_to_report(period.programme, min(period.end, today))
        if (row.task.pk, row.unit.pk if row.share else None) not in known
    ]
    Asked.objects.bulk_create(new)
    return len(new)


class ToReport(NamedTuple):
    """A row of work and the unit that reports on it: on the whole, or on its share of a group's work."""

    task: Task
    unit: Unit
    share: bool = False


def rows_to_report(programme: Programme, on: date) -> list[ToReport]:
    """Each row of work that somebody reports on, with the units that do, in a constant number of queries."""
    rows = list(
        Task.objects.filter(programme=programme)
        .exclude(kind=Task.Kind.PLAN_ITEM, entry__given_on=None)
        .select_related("mirrors", "entry__plan")
        .order_by("ordinal", "pk")
    )
    who, facts = Answerability(programme, on=on, tasks=rows), facts_of(rows)
    stood = {row.pk: status(facts[row.pk], on) for row in rows}
    items = [row for row in rows if row.year == on.year and stood[row.pk].progress is not Progress.DROPPED]
    planned = {(item.parent_id, item.entry.plan.unit_id) for item in items}
    parents = {item.parent_id for item in items}
    found = []
    for row in rows:
        ours = row.year == on.year if row.kind == Task.Kind.PLAN_ITEM else not row.mirrors_id
        if not ours or stood[row.pk].at_rest:
            continue
        if row.pk not in parents and (unit := who.leading_unit(row)):
            found.append(ToReport(row, unit))
        shared = (unit for unit in who.sharing_units(row) if (row.pk, unit.pk) not in planned)
        found += [ToReport(row, unit, share=True) for unit in shared]
    return found


def row_of(one: Asked | Draft | Update) -> dict[str, Any]:
    """What names the drafts and updates of what a period asks a unit for."""
    return {
        "task_id": one.task_id,
        "period_id": one.period_id,
        "unit_id": one.unit_id,
        "share": one.share,
    }


# -- what units write --------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(asked: Asked, user: Any, data: ReportData, *, version: int | None) -> Draft:
    """Keep what a unit is writing of one row. ``version`` is the one that was read, None for the first time.

    Raises ValidationError with code "changed_meanwhile" where another save came in between; nothing is lost,
    because the caller still has what was typed and the row has what came before.
    """
    hold_open(asked.period)
    draft = Draft.objects.select_for_update().filter(**row_of(asked)).first()
    refuse_the_units_own(draft, user)
    if draft is None:
        draft = Draft(**row_of(asked), version=0)
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


def refuse_the_units_own(draft: Draft | None, user: Any) -> None:
    """What a unit is writing is not the office's to write over. ValidationError, code "units_own"."""
    if draft and not may_write_draft(user, draft):
        at = f"{timezone.localtime(draft.saved_at):%H:%M %d/%m/%Y}"
        raise ValidationError(
            f"Đơn vị đang viết việc này, lưu lúc {at}: văn phòng không ghi đè bản của đơn vị.",
            code="units_own",
        )


@transaction.atomic
def send(period: Period, unit: Unit, user: Any, only: Asked | None = None) -> list[Update]:
    """Submit the unit's drafts of a period, all or none; the one of what was asked where that is named. The
    office sends what it wrote for the unit, never what the unit itself is writing.

    A second submission finds no drafts and does nothing. Raises ValidationError whose message_dict is keyed
    by the task's code.
    """
    period = hold_open(period)
    drafts = Draft.objects.select_for_update().filter(period=period, unit=unit)
    if plans_for_another(user):
        drafts = drafts.filter(pk__in=visible_drafts(user).values("pk"))
    if only is not None:
        drafts = drafts.filter(**row_of(only))
    rows = sorted(drafts.select_related(None), key=lambda draft: draft.task_id)
    if not rows:
        return []
    before = _standing(unit, [draft.task_id for draft in rows])
    faults: dict[str, list[str]] = {}
    made = []
    for draft in rows:
        earlier = before.get((draft.task_id, draft.share), [])
        same = [update for update in earlier if update.period_id == period.pk]
        data, quiet = ReportData.of(draft), quiet_before(period, earlier)
        confirmed = last_confirmed(earlier, data.effective_on)
        if errors := data.errors(period, quiet_before=quiet, confirmed=confirmed):
            faults[draft.task.code] = list(errors.values())
            continue
        made.append(
            Update(
                **row_of(draft),
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
    for draft, update in zip(rows, made, strict=True):
        Evidence.objects.filter(draft=draft).update(draft=None, update=update)
    Draft.objects.filter(pk__in=[draft.pk for draft in rows]).delete()
    return made


@transaction.atomic
def recall(update: Update, user: Any) -> Draft:
    """Take back what was submitted, while the period is open; it lies again as a draft."""
    hold_open(update.period)
    _settle(update, user, Update.State.RECALLED)
    return _draft_again(update, user)


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
        _draft_again(update, update.author)


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


def hold_open(period: Period) -> Period:
    """The period, held until the transaction ends. ValidationError where it is locked."""
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


def _draft_again(update: Update, user: Any) -> Draft:
    """What came back lies as a draft with its proofs, unless the unit has already begun a new one."""
    written = {name: getattr(update, name) for name in WRITTEN}
    draft, begun = Draft.objects.get_or_create(**row_of(update), defaults={"author": user, **written})
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


def _standing(unit: Unit, tasks: list[int]) -> dict[tuple[int, bool], list[Update]]:
    """The unit's updates of each task, or of its share of it, that were neither returned nor recalled, oldest
    first."""
    found: dict[tuple[int, bool], list[Update]] = {}
    rows = Update.objects.filter(task__in=tasks, unit=unit).exclude(
        state__in=(Update.State.RETURNED, Update.State.RECALLED)
    )
    for row in rows.select_related("period").order_by("period__end", "pk"):
        found.setdefault((row.task_id, row.share), []).append(row)
    return found

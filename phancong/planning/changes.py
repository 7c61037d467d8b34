"""What changes given work: additions and decisions, each by a document on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nhiemvu.models import Decision, Task
from phancong.answerable import Answerability
from phancong.models import Assignment, Comrade, Plan, PlanAct, PlanEntry, Unit
from phancong.planning.items import ItemData, locked, write_rows


@transaction.atomic
def supplement(
    plan: Plan, user: Any, data: ItemData, *, document: str, reason: str, effective_on: date
) -> Task:
    """Add work to a plan that is already given: by a document on record, and with all of the six."""
    plan = locked(plan)
    if plan.state != Plan.State.GIVEN:
        raise ValidationError("Kế hoạch chưa giao: thêm việc thẳng vào kế hoạch.")
    given_on = plan.acts.filter(act=PlanAct.Act.GIVE).values_list("effective_on", flat=True).last()
    if effective_on > timezone.localdate():
        raise ValidationError({"effective_on": "Ngày của văn bản không thể sau hôm nay."})
    if given_on and effective_on < given_on:
        told = f"Kế hoạch giao ngày {given_on:%d/%m/%Y}: văn bản bổ sung phải từ ngày đó."
        raise ValidationError({"effective_on": told})
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do bổ sung."})
    (task,) = write_rows(plan, user, [(None, data)])
    lacking = Answerability(plan.programme, on=timezone.localdate(), tasks=[task]).six_clear(task)
    if lacking.missing:
        raise ValidationError([gap.sentence for gap in lacking.gaps])
    decision = Decision(
        task=task,
        subject=Decision.Subject.ADDED,
        after=task.title[:500],
        document=" ".join(document.split()),
        reason=reason.strip(),
        effective_on=effective_on,
        decided_by=user,
    )
    decision.full_clean()
    decision.save()
    PlanEntry.objects.filter(task=task).update(given_on=effective_on, given_at=decision.recorded_at)
    return task


@transaction.atomic
def decide(
    task: Task, user: Any, changes: dict[str, Any], *, document: str, effective_on: date, reason: str = ""
) -> list[Decision]:
    """Record what a document changes of work: of a given plan item everything, and it stays whole (6 rõ).

    Beside the subjects of Task.decide: ``direct`` (Comrade or None) and ``coordinate`` (a list of units);
    None or an empty list lets the task's or section's assignment hold again. The item's plan is held.
    """
    changes = dict(changes)
    people: dict[str, Any] = {name: changes.pop(name) for name in ("direct", "coordinate") if name in changes}
    if task.kind != Task.Kind.PLAN_ITEM:
        return task.decide(user, changes, document=document, effective_on=effective_on, reason=reason)
    plan = locked(task.entry.plan)
    entry = PlanEntry.objects.get(task=task)
    if entry.given_on is None:
        raise ValidationError("Việc này chưa được giao: sửa trong kế hoạch của đơn vị.")
    if effective_on < entry.given_on:
        told = f"Việc được giao ngày {entry.given_on:%d/%m/%Y}: quyết định thay đổi phải từ ngày đó."
        raise ValidationError({"effective_on": told})
    due = changes.get(Decision.Subject.DUE)
    if isinstance(due, date) and due < entry.given_on:
        told = f"Thời hạn trước ngày giao việc ({entry.given_on:%d/%m/%Y}): kiểm tra lại."
        raise ValidationError({"due": told})
    extra = _people_changed(task, people, effective_on)
    if changes or not extra:
        made = task.decide(user, changes, document=document, effective_on=effective_on, reason=reason)
    else:
        made = []
    for subject, before, after, rows in extra:
        row = Decision(
            task=task,
            subject=subject,
            before=before,
            after=after,
            document=" ".join(document.split()),
            reason=reason.strip(),
            effective_on=effective_on,
            decided_by=user,
        )
        if not row.reason:
            raise ValidationError({"reason": "Ghi lý do thay đổi."})
        if effective_on > timezone.localdate():
            raise ValidationError({"effective_on": "Ngày của văn bản không thể sau hôm nay."})
        row.full_clean()
        row.save()
        made.append(row)
        _replace_people(plan, task, user, subject, rows, row)
    task.refresh_from_db()
    lacking = Answerability(plan.programme, on=timezone.localdate(), tasks=[task]).six_clear(task)
    if lacking.missing:
        raise ValidationError([gap.sentence for gap in lacking.gaps])
    return made


def _people_changed(
    task: Task, people: dict[str, Any], on: date
) -> list[tuple[str, str, str, list[Comrade | Unit]]]:
    """(subject, names before, names after, who holds it from now on) of each role that differs."""
    found = []
    held = Assignment.objects.filter(task=task, valid_to=None).select_related("comrade", "unit")
    for subject, value in people.items():
        wanted = list(value) if isinstance(value, list | tuple) else [value] if value else []
        now = [row.assignee for row in held if row.role == subject and row.assignee]
        if {row.pk for row in now} != {row.pk for row in wanted}:
            before, after = (", ".join(str(row) for row in rows)[:500] for rows in (now, wanted))
            found.append((subject, before, after, wanted))
    return found


def _replace_people(
    plan: Plan, task: Task, user: Any, subject: str, rows: list[Comrade | Unit], decision: Decision
) -> None:
    """End the role's own lines the day before, and begin the new ones on the day, by the document."""
    day = decision.effective_on
    for old in Assignment.objects.filter(task=task, role=subject, valid_to=None):
        if old.valid_from and old.valid_from >= day:
            old.delete()
            continue
        old.valid_to = day - timedelta(days=1)
        old.save()
    for place, who in enumerate(rows, 1):
        Assignment(
            programme=plan.programme,
            task=task,
            role=subject,
            ordinal=place,
            valid_from=day,
            decided_by=f"{decision.document}, {day:%d/%m/%Y}",
            **{"comrade" if isinstance(who, Comrade) else "unit": who},
        ).save()

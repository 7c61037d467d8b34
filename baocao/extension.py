"""Asking for a later deadline: one request at a time, decided by a person, and then a decision on record.

The deadline itself moves only through ``Task.decide``. Whoever acts says which deadline he saw; where it has
changed since, nothing is kept and he is told. The task's row is always held first, so that two never wait for
each other. Errors are ValidationError with a message for people.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from baocao.models import ExtensionRequest
from nhiemvu.facts import facts_of
from nhiemvu.models import Decision, Task
from nhiemvu.status import AT_REST, Progress, status
from phancong.answerable import Answerability
from phancong.models import Unit
from phancong.permissions import can_update

State = ExtensionRequest.State


def leading_unit(task: Task, on: date) -> Unit | None:
    return Answerability(task.programme, on=on, tasks=[task], overseers=False).leading_unit(task)


def cannot_be_asked(task: Task, progress: Progress) -> str:
    """Why no later deadline can be asked for this work, or "" where it can."""
    if task.mirrors:
        return f"Việc này tính cùng {task.mirrors.code}: xin gia hạn ở đó, một lần."
    if task.kind == Task.Kind.PLAN_ITEM and task.entry.given_on is None:
        return "Việc chưa được giao: thời hạn còn sửa ngay trong kế hoạch."
    if progress in AT_REST:
        return f"Việc đang ở tình trạng “{progress.label}”: không xin gia hạn."
    if task.due is None:
        return "Việc thường xuyên thì không có thời hạn để gia hạn." if task.continuing else _NO_DUE
    return ""


_NO_DUE = "Việc chưa có thời hạn: văn phòng ghi thời hạn theo văn bản trước đã."


def waiting_for(task: Task) -> ExtensionRequest | None:
    rows = ExtensionRequest.objects.filter(task=task, state=State.WAITING)
    return rows.select_related("unit", "asked_by").first()


def may_extend(task: Task, progress: Progress, leads: list[Unit], user: Any) -> bool:
    """Whether to offer this person to ask. ``leads`` are the units in charge, as the page knows them."""
    return len(leads) == 1 and can_update(user, leads[0]) and not cannot_be_asked(task, progress)


@transaction.atomic
def ask(task: Task, user: Any, *, due: date, reason: str, due_seen: date | None) -> ExtensionRequest:
    """Ask for a later deadline on behalf of the unit that leads the work; one request waits at a time."""
    row = _held(task)
    today = timezone.localdate()
    unit = leading_unit(row, today)
    if unit is None or not can_update(user, unit):
        raise ValidationError("Chỉ đơn vị chủ trì của việc này xin gia hạn.")
    if told := cannot_be_asked(row, status(facts_of([row])[row.pk], today).progress):
        raise ValidationError(told)
    present = _same_deadline(row, due_seen)
    errors = {}
    if due <= max(present, today):
        errors["due"] = f"Chọn ngày sau thời hạn hiện nay ({_day(present)}) và sau hôm nay."
    if not reason.strip():
        errors["reason"] = "Ghi vì sao không kịp thời hạn hiện nay."
    if errors:
        raise ValidationError(errors)
    if known := waiting_for(row):
        raise ValidationError(
            f"{known.asked_by} đã xin gia hạn việc này đến {_day(known.due_asked)}, đang chờ quyết định."
        )
    request = ExtensionRequest(
        task=row,
        unit=unit,
        due_before=present,
        due_asked=due,
        reason=reason.strip(),
        asked_by=user,
    )
    request.full_clean(exclude=["task", "unit", "asked_by"])
    request.save()
    return request


@transaction.atomic
def withdraw(request: ExtensionRequest, user: Any) -> None:
    """Take the request back while nobody has decided it."""
    _held(request.task)
    _settle(_waiting(request), user, State.WITHDRAWN)


@transaction.atomic
def refuse(request: ExtensionRequest, user: Any, answer: str) -> None:
    _held(request.task)
    row = _waiting(request)
    if not answer.strip():
        raise ValidationError({"answer": "Ghi ý kiến để đơn vị biết vì sao không được gia hạn."})
    _settle(row, user, State.REFUSED, answer=answer.strip())


@transaction.atomic
def grant(
    request: ExtensionRequest,
    user: Any,
    *,
    document: str,
    effective_on: date,
    due_seen: date | None,
    due: date | None = None,
    answer: str = "",
) -> Decision:
    """Move the deadline by a decision: to the day that was asked for, or to another that it says."""
    task = _held(request.task)
    row = _waiting(request)
    due = due or row.due_asked
    if told := cannot_be_asked(task, status(facts_of([task])[task.pk], timezone.localdate()).progress):
        raise ValidationError(f"{told} Hãy trả lời không đồng ý, hoặc để đơn vị rút đề nghị.")
    present = _same_deadline(task, due_seen)
    if due <= present:
        raise ValidationError({"due": f"Thời hạn mới phải sau thời hạn hiện nay ({_day(present)})."})
    (decision,) = task.decide(
        user,
        {Decision.Subject.DUE: due},
        document=document,
        effective_on=effective_on,
        reason=row.reason,
    )
    _settle(row, user, State.GRANTED, answer=answer.strip(), decision=decision)
    return decision


# -- inside ------------------------------------------------------------------------------------------------


def _held(task: Task) -> Task:
    rows = Task.objects.select_for_update(of=("self",))
    return rows.select_related("mirrors", "entry", "programme", "section").get(pk=task.pk)


def _same_deadline(task: Task, seen: date | None) -> date:
    """The deadline that both the row and its reader have. ValidationError where they differ."""
    if task.due is not None and task.due == seen:
        return task.due
    last = task.decisions.filter(subject=Decision.Subject.DUE).select_related("decided_by").last()
    by = f" theo {last.document}, {last.decided_by} ghi" if last else ""
    now = "thường xuyên" if task.continuing else _day(task.due) if task.due else "chưa có"
    raise ValidationError(
        f"Thời hạn vừa đổi thành {now}{by}. Chưa ghi gì: đối chiếu rồi gửi lại nếu vẫn cần.",
        code="changed_meanwhile",
    )


def _waiting(request: ExtensionRequest) -> ExtensionRequest:
    """The request as it is now, held. ValidationError where it no longer waits."""
    rows = ExtensionRequest.objects.select_for_update(of=("self",)).select_related("decided_by")
    row = rows.get(pk=request.pk)
    if row.state != State.WAITING:
        at = f" lúc {timezone.localtime(row.decided_at):%H:%M ngày %d/%m/%Y}" if row.decided_at else ""
        done = {
            State.GRANTED: "đã đồng ý cho gia hạn",
            State.REFUSED: "đã trả lời không đồng ý gia hạn",
            State.WITHDRAWN: "đã rút đề nghị này",
        }[State(row.state)]
        raise ValidationError(f"{row.decided_by} {done}{at}. Chưa ghi gì thêm.", code="changed_meanwhile")
    return row


def _settle(row: ExtensionRequest, user: Any, state: State, **told: Any) -> None:
    row.state, row.decided_by, row.decided_at = state, user, timezone.now()
    for name, value in told.items():
        setattr(row, name, value)
    row.full_clean(exclude=["task", "unit", "asked_by", "decided_by"])
    row.save()


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")

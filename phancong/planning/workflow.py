"""A plan from draft to given, whole, in one act a step."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nhiemvu.models import Task
from nhiemvu.six_clear import SixClear
from phancong.answerable import Answerability
from phancong.models import Plan, PlanAct, PlanEntry
from phancong.planning.items import items_of, locked


def missing(plan: Plan, on: date | None = None) -> dict[int, SixClear]:
    """The items of a plan that lack any of the six, by primary key, in the plan's order."""
    items = list(items_of(plan))
    who = Answerability(plan.programme, on=on or timezone.localdate(), tasks=items)
    clear = {item.pk: who.six_clear(item) for item in items}
    return {pk: six for pk, six in clear.items() if six.missing}


@transaction.atomic
def submit(plan: Plan, user: Any) -> PlanAct:
    """Hand the whole plan in. What still lacks one of the six may be submitted: those who judge it see it."""
    if not locked(plan).entries.exists():
        raise ValidationError("Kế hoạch chưa có việc nào: thêm việc rồi trình.")
    return plan.record(PlanAct.Act.SUBMIT, user)


def recall(plan: Plan, user: Any) -> PlanAct:
    return plan.record(PlanAct.Act.RECALL, user)


def send_back(plan: Plan, user: Any, reason: str) -> PlanAct:
    return plan.record(PlanAct.Act.RETURN, user, reason=reason)


@transaction.atomic
def approve(plan: Plan, user: Any) -> PlanAct:
    """Approve the whole plan in one act. Raises ValidationError while any item lacks one of the six."""
    _whole(locked(plan), "duyệt")
    return plan.record(PlanAct.Act.APPROVE, user)


def _whole(plan: Plan, act: str) -> None:
    if lacking := missing(plan):
        codes = list(Task.objects.filter(pk__in=lacking).order_by("ordinal").values_list("code", flat=True))
        named = ", ".join(codes[:10]) + (f" và {len(codes) - 10} việc khác" if len(codes) > 10 else "")
        raise ValidationError(f"Chưa {act} được: {len(codes)} việc chưa đủ 6 rõ ({named}).")


@transaction.atomic
def give(plan: Plan, user: Any, *, document: str = "", on: date | None = None) -> PlanAct:
    """Hand the approved plan out: from that day its items count for their tasks and change by decision.

    What was whole when it was approved may have lost its head or director since: it is asked again.
    """
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise ValidationError({"effective_on": "Ngày giao không thể sau hôm nay."})
    if on.year < plan.year - 1:
        told = f"Kế hoạch năm {plan.year} không thể giao từ năm {on.year}: kiểm tra lại ngày."
        raise ValidationError({"effective_on": told})
    _whole(locked(plan), "giao")
    done = plan.record(PlanAct.Act.GIVE, user, document=document, effective_on=on)
    PlanEntry.objects.filter(plan=plan, given_on=None).update(given_on=on, given_at=done.recorded_at)
    return done

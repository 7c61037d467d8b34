"""From one year to the next: last year's items are taken or left by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nhiemvu.models import Task
from phancong.models import Assignment, CarryOver, Plan
from phancong.permissions import plans_for_another
from phancong.planning.items import ItemData, locked, write_rows


@transaction.atomic
def carry_over(plan: Plan, user: Any, chosen: Iterable[tuple[Task, bool, str]]) -> int:
    """Take last year's items into an open plan, or leave them out: (item, take it, reason for leaving it).

    Each is decided by a person, all of them or none; how many were taken. What is taken keeps its words,
    product and authority, its dates are to be set anew; work that is thường xuyên stays so. The work of a
    unit that is no more goes on in the plan of whichever unit the office gives it to.
    """
    plan = locked(plan, open_only=True)
    chosen = list(chosen)
    known = set(
        CarryOver.objects.filter(source__in=[s for s, _, _ in chosen]).values_list("source", flat=True)
    )
    for source, _, _ in chosen:
        own = source.entry.plan.unit_id == plan.unit_id
        here = source.programme_id == plan.programme_id and source.year == plan.year - 1
        if not here or not (own or _handed_on(source, user)):
            raise ValidationError("Chỉ chuyển việc của chính đơn vị từ năm liền trước.")
        if source.entry.given_on is None:
            raise ValidationError(f"{source.code} chưa được giao trong năm {source.year}.")
        if source.pk in known:
            raise ValidationError(f"{source.code} đã có người chọn chuyển hoặc không chuyển.")
    taken = [source for source, take, _ in chosen if take]
    held: dict[int, list[Assignment]] = {}
    for row in Assignment.objects.filter(task__in=taken, valid_to=None).select_related("comrade", "unit"):
        held.setdefault(row.task_id or 0, []).append(row)
    rows = [(None, _anew(ItemData.of(s, held.get(s.pk, ())), plan)) for s in taken]
    made = dict(zip([s.pk for s in taken], write_rows(plan, user, rows), strict=True)) if rows else {}
    CarryOver.objects.bulk_create(
        [
            CarryOver(source=source, plan=plan, into=made.get(source.pk), reason=reason.strip(), by=user)
            for source, _, reason in chosen
        ]
    )
    return len(taken)


def _handed_on(source: Task, user: Any) -> bool:
    """Whose unit has ended has nobody to choose for it: the office does."""
    unit = source.entry.plan.unit
    return plans_for_another(user) and unit.valid_to is not None and unit.valid_to < timezone.localdate()


def _anew(data: ItemData, plan: Plan) -> ItemData:
    """With its dates to be set anew; who now leads no longer helps."""
    helping = tuple(unit for unit in data.coordinators if unit.pk != plan.unit_id)
    return replace(data, start=None, due=None, coordinators=helping)


@transaction.atomic
def choose_again(plan: Plan, source: Task) -> None:
    """An item that was left out is open to be chosen once more, while the plan is open."""
    plan = locked(plan, open_only=True)
    CarryOver.objects.filter(plan=plan, source=source, into=None).delete()

"""What a unit writes: the items of a plan, while it is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError, QuerySet
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from chuongtrinh.models import Programme
from nhiemvu.models import Task
from nhiemvu.rules import deadline_fault, year_fault
from phancong.models import Assignment, Comrade, Plan, PlanEntry, Unit
from phancong.permissions import plans_for_another

Role = Assignment.Role
_WRITTEN = ("parent", "section", "title", "start", "due", "continuing", "product", "authority", "priority")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemData:
    """What a person writes of one item. ``direct`` and ``coordinators`` left empty follow the task above."""

    parent: Task
    title: str
    start: date | None = None
    due: date | None = None
    continuing: bool = False
    product: str = ""
    authority: str = ""
    priority: int = Task.Priority.NORMAL
    direct: Comrade | None = None
    coordinators: tuple[Unit, ...] = ()

    @classmethod
    def of(cls, task: Task, held: Iterable[Assignment]) -> ItemData:
        """An item as it stands; ``held`` are its own assignments with comrade and unit selected."""
        rows = list(held)
        return cls(
            parent=cast(Task, task.parent),
            title=task.title,
            start=task.start,
            due=task.due,
            continuing=task.continuing,
            product=task.product,
            authority=task.authority,
            priority=task.priority,
            direct=next((row.comrade for row in rows if row.role == Role.DIRECT and row.comrade), None),
            coordinators=tuple(row.unit for row in rows if row.role == Role.COORDINATE and row.unit),
        )

    def errors(self, plan: Plan) -> dict[str, str]:
        """What keeps this from being written, by field: an unfinished draft may lack any of the six but
        the work itself."""
        found = {}
        if not self.title.strip():
            found["title"] = "Ghi việc phải làm, bắt đầu bằng động từ."
        if self.parent.kind == Task.Kind.PLAN_ITEM or self.parent.programme_id != plan.programme_id:
            found["parent"] = "Chọn nhiệm vụ hoặc đề án của chương trình."
        elif self.parent.mirrors:
            found["parent"] = (
                f"{self.parent.code} là cùng một việc với {self.parent.mirrors.code}: nhập ở đó, một lần."
            )
        if self.continuing and self.due:
            found["due"] = "Việc thường xuyên thì không có thời hạn: bỏ một trong hai."
        if self.start and self.due and self.due < self.start:
            found["due"] = "Thời hạn phải từ ngày bắt đầu trở đi."
        if fault := year_fault(self.start, plan.programme):
            found["start"] = fault
        if fault := deadline_fault(self.due, plan.programme, plan_item=True):
            found["due"] = fault
        if self.direct and self.direct.committee_id != plan.programme.committee_id:
            found["direct"] = "Chọn đồng chí của cấp ủy này."
        for unit in self.coordinators:
            if unit.committee_id != plan.programme.committee_id:
                found["coordinators"] = "Chọn đơn vị của cấp ủy này."
            elif unit.pk == plan.unit_id:
                found["coordinators"] = "Đơn vị chủ trì không đồng thời là đơn vị phối hợp."
        return found


@transaction.atomic
def open_plan(programme: Programme, unit: Unit, year: int) -> Plan:
    """The unit's plan of the year, begun as a draft where there is none yet."""
    plan = Plan.objects.filter(programme=programme, unit=unit, year=year).first()
    if plan is None:
        if unit.valid_to and unit.valid_to < date(year, 1, 1):
            raise ValidationError(f"{unit.name} đã thôi hoạt động từ {unit.valid_to:%d/%m/%Y}.")
        plan = Plan(programme=programme, unit=unit, year=year)
        plan.full_clean(validate_unique=False)
        plan, _ = Plan.objects.get_or_create(programme=programme, unit=unit, year=year)
    return plan


def items_of(plan: Plan) -> QuerySet[Task]:
    """The items of a plan in their order, with what their rows show."""
    return (
        Task.objects.filter(entry__plan=plan)
        .select_related("entry", "parent__section", "section", "mirrors")
        .order_by("ordinal", "pk")
    )


@transaction.atomic
def write_items(plan: Plan, user: Any, rows: Sequence[tuple[Task | None, ItemData]]) -> list[Task]:
    """Write items into an open plan: those without a task are added at the end, the others changed.

    All or nothing, in a number of statements that does not grow with the rows. Raises ValidationError with
    the messages of the first row that has any.
    """
    return write_rows(locked(plan, open_only=True), user, rows)


def write_rows(plan: Plan, user: Any, rows: Sequence[tuple[Task | None, ItemData]]) -> list[Task]:
    for _, data in rows:
        if errors := data.errors(plan):
            raise ValidationError(errors)
    last = items_of(plan).aggregate(last=Max("ordinal"))["last"] or 0
    new, changed, written = [], [], []
    for task, data in rows:
        if task is None:
            plan.last_number += 1
            last += 1
            task = Task(
                programme=plan.programme,
                kind=Task.Kind.PLAN_ITEM,
                year=plan.year,
                code=f"{plan.year}-{plan.unit.short_name}-{plan.last_number:02}",
                ordinal=last,
            )
            new.append(task)
        else:
            changed.append(task)
        _fill(task, data)
        written.append(task)
    if new:
        bulk_create_with_history(new, Task, batch_size=200, default_user=user)
        office = plans_for_another(user)
        PlanEntry.objects.bulk_create([PlanEntry(plan=plan, task=task, by_office=office) for task in new])
        plan.save(update_fields=["last_number"])
    if changed:
        bulk_update_with_history(changed, Task, _touched(changed), batch_size=200, default_user=user)
        if plans_for_another(user):
            PlanEntry.objects.filter(task__in=changed).update(by_office=True)
    _assign(plan, user, [(task, data) for task, (_, data) in zip(written, rows, strict=True)])
    return written


def add_item(plan: Plan, user: Any, data: ItemData) -> Task:
    return write_items(plan, user, [(None, data)])[0]


def change_item(task: Task, user: Any, data: ItemData) -> Task:
    return write_items(task.entry.plan, user, [(task, data)])[0]


@transaction.atomic
def copy_item(task: Task, user: Any) -> Task:
    """The same work once more, right below: a new code, and a deadline still to be set."""
    data = ItemData.of(task, task.assignments.select_related("comrade", "unit"))
    copy = write_items(task.entry.plan, user, [(None, replace(data, start=None, due=None))])[0]
    place_item(copy, user, after=task)
    return copy


@transaction.atomic
def place_item(task: Task, user: Any, *, after: Task | None) -> None:
    """Move an item in its open plan: right below ``after``, or to the top."""
    plan = locked(task.entry.plan, open_only=True)
    rows = [row for row in items_of(plan) if row.pk != task.pk]
    at = next((place for place, row in enumerate(rows, 1) if after and row.pk == after.pk), 0)
    moved = []
    for ordinal, row in enumerate([*rows[:at], task, *rows[at:]], 1):
        if row.ordinal != ordinal:
            row.ordinal = ordinal
            moved.append(row)
    if moved:
        bulk_update_with_history(moved, Task, ["ordinal"], batch_size=200, default_user=user)


@transaction.atomic
def remove_item(task: Task, user: Any) -> None:
    """Take an item out of an open plan. Its code is not used again; what it carried over is offered anew."""
    locked(task.entry.plan, open_only=True)
    for row in task.assignments.all():
        row.delete()
    try:
        task.delete()
    except ProtectedError as error:
        held = ", ".join(sorted({str(row._meta.verbose_name) for row in error.protected_objects}))
        raise ValidationError(f"Chưa xóa được {task.code}: còn {held} gắn với việc này.") from None


def locked(plan: Plan, *, open_only: bool = False) -> Plan:
    """The plan as it is now, held until the transaction ends."""
    row = Plan.objects.select_for_update(of=("self",)).select_related("programme", "unit").get(pk=plan.pk)
    if open_only and not row.is_open:
        raise ValidationError(
            f"Kế hoạch đang ở tình trạng “{row.get_state_display()}”, không sửa được nữa. Hãy tải lại trang."
        )
    return row


def _fill(task: Task, data: ItemData) -> None:
    task.parent, task.section = data.parent, data.parent.section
    task.title = " ".join(data.title.split())
    task.start, task.due, task.continuing = data.start, data.due, data.continuing
    task.product, task.authority = data.product.strip(), data.authority.strip()
    task.priority = data.priority
    task.refresh_search_key()


def _touched(tasks: list[Task]) -> list[str]:
    """The fields in which any of the tasks differs from its row: a thousand rows with all of their fields in
    one statement after another cost several seconds."""
    rows = Task.objects.in_bulk([task.pk for task in tasks])
    pairs = [(task, rows[task.pk]) for task in tasks if task.pk in rows]
    differing = [
        name
        for name in _WRITTEN
        if any(task.serializable_value(name) != row.serializable_value(name) for task, row in pairs)
    ]
    return [*differing, "search_key"]


def _assign(plan: Plan, user: Any, rows: list[tuple[Task, ItemData]]) -> None:
    """The plan's unit leads its items; who directs and coordinates only where the item says so itself."""
    held: dict[int, list[Assignment]] = {}
    for row in Assignment.objects.filter(task__in=[task for task, _ in rows], valid_to=None):
        held.setdefault(row.task_id or 0, []).append(row)
    new, gone = [], []
    for task, data in rows:
        wanted: dict[tuple[str, int | None, int | None], bool] = {(Role.LEAD, None, plan.unit_id): True}
        if data.direct:
            wanted[Role.DIRECT, data.direct.pk, None] = False
        wanted |= {(Role.COORDINATE, None, unit.pk): False for unit in data.coordinators}
        for row in held.get(task.pk, ()):
            if wanted.pop((row.role, row.comrade_id, row.unit_id), None) is None:
                gone.append(row.pk)
        new += [
            Assignment(
                programme=plan.programme,
                task=task,
                role=role,
                comrade_id=comrade,
                unit_id=unit,
                principal=principal,
                ordinal=place,
            )
            for place, ((role, comrade, unit), principal) in enumerate(wanted.items(), 1)
        ]
    if gone:
        Assignment.objects.filter(pk__in=gone).delete()
    if new:
        bulk_create_with_history(new, Assignment, batch_size=200, default_user=user)

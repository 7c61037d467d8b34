"""Writing a unit's yearly plan and taking it from draft to given (IV.1).

Every change of a plan goes through here, in one transaction that holds the plan's row: an item is written
only while the plan is open, a plan is approved only with all of the six (6 rõ) of every item, and what is
given changes by decision alone. Errors are ValidationError with a message for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from chuongtrinh.models import Programme
from nhiemvu.models import Decision, Task
from nhiemvu.six_clear import SixClear
from phancong.answerable import Answerability
from phancong.models import Assignment, CarryOver, Comrade, Plan, PlanAct, PlanEntry, Unit
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
        if self.direct and self.direct.committee_id != plan.programme.committee_id:
            found["direct"] = "Chọn đồng chí của cấp ủy này."
        for unit in self.coordinators:
            if unit.committee_id != plan.programme.committee_id:
                found["coordinators"] = "Chọn đơn vị của cấp ủy này."
            elif unit.pk == plan.unit_id:
                found["coordinators"] = "Đơn vị chủ trì không đồng thời là đơn vị phối hợp."
        return found


# -- the plan and its items ------------------------------------------------------------------------------


@transaction.atomic
def open_plan(programme: Programme, unit: Unit, year: int) -> Plan:
    """The unit's plan of the year, begun as a draft where there is none yet."""
    plan = Plan.objects.filter(programme=programme, unit=unit, year=year).first()
    if plan is None:
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
    return _write(_locked(plan, open_only=True), user, rows)


def _write(plan: Plan, user: Any, rows: Sequence[tuple[Task | None, ItemData]]) -> list[Task]:
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
    plan = _locked(task.entry.plan, open_only=True)
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
    _locked(task.entry.plan, open_only=True)
    for row in task.assignments.all():
        row.delete()
    task.delete()


# -- from draft to given -----------------------------------------------------------------------------------


def missing(plan: Plan, on: date | None = None) -> dict[int, SixClear]:
    """The items of a plan that lack any of the six, by primary key, in the plan's order."""
    items = list(items_of(plan))
    who = Answerability(plan.programme, on=on or timezone.localdate(), tasks=items)
    clear = {item.pk: who.six_clear(item) for item in items}
    return {pk: six for pk, six in clear.items() if six.missing}


@transaction.atomic
def submit(plan: Plan, user: Any) -> PlanAct:
    """Hand the whole plan in. What still lacks one of the six may be submitted: those who judge it see it."""
    plan = _locked(plan)
    if not plan.entries.exists():
        raise ValidationError("Kế hoạch chưa có việc nào: thêm việc rồi trình.")
    return plan.record(PlanAct.Act.SUBMIT, user)


def recall(plan: Plan, user: Any) -> PlanAct:
    return plan.record(PlanAct.Act.RECALL, user)


def send_back(plan: Plan, user: Any, reason: str) -> PlanAct:
    return plan.record(PlanAct.Act.RETURN, user, reason=reason)


@transaction.atomic
def approve(plan: Plan, user: Any) -> PlanAct:
    """Approve the whole plan in one act. Raises ValidationError while any item lacks one of the six."""
    plan = _locked(plan)
    if lacking := missing(plan):
        codes = list(Task.objects.filter(pk__in=lacking).order_by("ordinal").values_list("code", flat=True))
        named = ", ".join(codes[:10]) + (f" và {len(codes) - 10} việc khác" if len(codes) > 10 else "")
        raise ValidationError(f"Chưa duyệt được: {len(codes)} việc chưa đủ 6 rõ ({named}).")
    return plan.record(PlanAct.Act.APPROVE, user)


@transaction.atomic
def give(plan: Plan, user: Any, *, document: str = "", on: date | None = None) -> PlanAct:
    """Hand the approved plan out: from that day its items count for their tasks and change by decision."""
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise ValidationError({"effective_on": "Ngày giao không thể sau hôm nay."})
    done = plan.record(PlanAct.Act.GIVE, user, document=document, effective_on=on)
    PlanEntry.objects.filter(plan=plan, given_on=None).update(given_on=on, given_at=done.recorded_at)
    return done


@transaction.atomic
def supplement(
    plan: Plan, user: Any, data: ItemData, *, document: str, reason: str, effective_on: date
) -> Task:
    """Add work to a plan that is already given: by a document on record, and with all of the six."""
    plan = _locked(plan)
    if plan.state != Plan.State.GIVEN:
        raise ValidationError("Kế hoạch chưa giao: thêm việc thẳng vào kế hoạch.")
    if effective_on > timezone.localdate():
        raise ValidationError({"effective_on": "Ngày của văn bản không thể sau hôm nay."})
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do bổ sung."})
    (task,) = _write(plan, user, [(None, data)])
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


# -- from one year to the next -----------------------------------------------------------------------------


@transaction.atomic
def carry_over(plan: Plan, user: Any, source: Task, *, take: bool, reason: str = "") -> Task | None:
    """Take last year's item into an open plan, or leave it out; each is decided once, by a person.

    What is taken keeps its words, product and authority; its dates are to be set anew. The deadline of work
    that is thường xuyên stays so.
    """
    plan = _locked(plan, open_only=True)
    if source.entry.plan.unit_id != plan.unit_id or source.year != plan.year - 1:
        raise ValidationError("Chỉ chuyển việc của chính đơn vị từ năm liền trước.")
    if source.entry.given_on is None:
        raise ValidationError(f"{source.code} chưa được giao trong năm {source.year}.")
    if CarryOver.objects.filter(source=source).exists():
        raise ValidationError(f"{source.code} đã có người chọn chuyển hoặc không chuyển.")
    into = None
    if take:
        data = ItemData.of(source, source.assignments.select_related("comrade", "unit"))
        into = write_items(plan, user, [(None, replace(data, start=None, due=None))])[0]
    CarryOver.objects.create(source=source, plan=plan, into=into, reason=reason.strip(), by=user)
    return into


# -- inside ------------------------------------------------------------------------------------------------


def _locked(plan: Plan, *, open_only: bool = False) -> Plan:
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
    for row in Assignment.objects.filter(task__in=[task for task, _ in rows]):
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

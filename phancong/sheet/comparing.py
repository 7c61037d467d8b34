"""What a table would change in a plan, row by row, and the change itself through the plan's own rules."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.db.models import Q
from django.utils import timezone

from chuongtrinh.vietnamese import text_sort_key
from nhiemvu.models import Task
from phancong.answerable import Answerability
from phancong.models import Assignment, Comrade, Plan, Unit
from phancong.planning import ItemData, items_of, open_plan, write_items
from phancong.sheet.shape import BY_KEY, COLUMNS, Fault, Row, Sheet, named, tidy
from phancong.sheet.writing import Guide, write

_FIELD_COLUMNS = {
    "parent": "task",
    "title": "title",
    "start": "start",
    "due": "due",
    "direct": "direct",
    "coordinators": "coordinators",
}


class Outcome(Enum):
    NEW = "new", "Việc mới"
    CHANGED = "changed", "Thay đổi"
    SAME = "same", "Giữ nguyên"
    ERROR = "error", "Có lỗi"

    @property
    def label(self) -> str:
        return self.value[1]

    def __str__(self) -> str:
        return self.value[0]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell: what stands in the plan and what would stand there."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the table would do. ``data`` is None where the row has faults."""

    number: int
    outcome: Outcome
    code: str
    title: str
    parent: str
    differences: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    task: Task | None = None
    data: ItemData | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What the whole table would do. ``seal`` changes with the plan and with what would be written."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    seal: str

    def of(self, outcome: Outcome) -> list[Line]:
        return [line for line in self.lines if line.outcome == outcome]

    @property
    def faults(self) -> list[Fault]:
        return [fault for line in self.lines for fault in line.faults]

    @property
    def changes(self) -> list[tuple[Task | None, ItemData]]:
        written = (Outcome.NEW, Outcome.CHANGED)
        return [(line.task, line.data) for line in self.lines if line.data and line.outcome in written]


def exported(plan: Plan) -> bytes:
    """The plan's file; a plan without items gives the empty form with the tasks that its unit leads."""
    known = _Known(plan)
    tasks = [task for task in known.tasks.values() if not task.mirrors_id]
    who = Answerability(plan.programme, on=timezone.localdate(), tasks=tasks)
    own = {
        task.pk
        for task in tasks
        for duty in who.duties(task)
        if duty.role == Assignment.Role.LEAD and isinstance(duty.target, Unit) and duty.target == plan.unit
    }
    tasks.sort(key=lambda task: task.pk not in own)
    rows = [_row(0, item.code, data) for item, data in known.items]
    rows = rows or [Row(number=0, task=task.code) for task in tasks if task.pk in own]
    guide = Guide(
        title=f"Kế hoạch năm {plan.year} - {plan.unit.name}",
        tasks=[(task.code, task.title, task.pk in own) for task in tasks],
        units=[(unit.short_name, unit.name) for unit in known.open_units if unit.pk != plan.unit_id],
        comrades=[comrade.name for comrade in known.comrades],
    )
    return write(rows, guide)


def compared(plan: Plan, sheet: Sheet) -> Preview:
    """Each row against the plan as it is now. Reads the same few queries, however long the table."""
    known = _Known(plan)
    faults: dict[int, list[Fault]] = defaultdict(list)
    for fault in sheet.faults:
        faults[int(fault.address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))].append(fault)
    matches = _matched(known, sheet, faults)
    lines = []
    for row in sheet.rows:
        task, before = matches.get(row.number, (None, None))
        wrong = faults[row.number]
        data, found = _data(known, sheet, row, before)
        seen = {fault.address for fault in wrong}
        wrong += [fault for fault in found if fault.address not in seen]
        if not wrong and data:
            by_key: dict[str, list[str]] = {}
            for name, message in data.errors(plan).items():
                by_key.setdefault(_FIELD_COLUMNS.get(name, "title"), []).append(message)
            wrong += [Fault(sheet.address(row.number, key), " ".join(said)) for key, said in by_key.items()]
        lines.append(_line(row, task, before, data, wrong))
    taken = {task.pk for task, _ in matches.values() if task}
    left = [item.code for item, _ in known.items if item.pk not in taken]
    notes = list(sheet.notes)
    if left:
        notes.append(f"{len(left)} việc không có trong tệp được giữ nguyên, không xóa: {named(left)}.")
    stands = [_row(0, item.code, data).shown() for item, data in known.items]
    would = [(line.number, str(line.outcome), line.code, _told(line.data)) for line in lines]
    seal = _seal([plan.state, stands, would])
    return Preview(tuple(lines), tuple(notes), seal)


def apply(plan: Plan, user: Any, preview: Preview) -> None:
    """Write what the preview showed: all of it, or nothing and a ValidationError."""
    if not plan.pk:
        plan = open_plan(plan.programme, plan.unit, plan.year)
    write_items(plan, user, preview.changes)


# -- inside ------------------------------------------------------------------------------------------------


class _Known:
    """What a row may name, and the plan's items as they stand."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        committee, today = plan.programme.committee_id, timezone.localdate()
        rows = Task.objects.filter(programme=plan.programme).exclude(kind=Task.Kind.PLAN_ITEM)
        self.tasks = {
            task.code.casefold(): task
            for task in rows.select_related("section", "mirrors").order_by("ordinal", "pk")
        }
        self.comrades = list(Comrade.objects.filter(committee=committee).order_by("sort_key", "pk"))
        self._comrades: dict[str, list[Comrade]] = defaultdict(list)
        for comrade in self.comrades:
            self._comrades[text_sort_key(comrade.name)].append(comrade)
        units = list(Unit.objects.filter(committee=committee).order_by("name"))
        self.open_units = [unit for unit in units if unit.holds_on(today)]
        self._units: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.open_units:
            self._units[text_sort_key(unit.name)].append(unit)
        for unit in self.open_units:
            self._units[unit.short_name.casefold()] = [unit]
        self.items: list[tuple[Task, ItemData]] = self._items() if plan.pk else []
        self.by_code = {item.code.casefold(): (item, data) for item, data in self.items}

    def _items(self) -> list[tuple[Task, ItemData]]:
        held: dict[int, list[Assignment]] = defaultdict(list)
        own = Assignment.objects.filter(task__entry__plan=self.plan).filter(
            Q(role=Assignment.Role.DIRECT) | Q(role=Assignment.Role.COORDINATE)
        )
        for row in own.select_related("comrade", "unit").order_by("ordinal", "pk"):
            held[row.task_id or 0].append(row)
        return [(item, ItemData.of(item, held[item.pk])) for item in items_of(self.plan)]

    def comrade(self, name: str, before: Comrade | None) -> Comrade:
        """Raises ValueError with a message."""
        key = text_sort_key(_without_title(name))
        if before and key == text_sort_key(before.name):
            return before
        found = self._comrades.get(key, []) if key else []
        if len(found) > 1:
            raise ValueError(
                f"có {len(found)} đồng chí tên “{name}”. Để trống ô này rồi chọn ở trang kế hoạch."
            )
        if not found:
            raise ValueError(f"không có đồng chí “{name}”. Ghi đủ họ tên như ở trang Đơn vị.")
        return found[0]

    def unit(self, name: str, before: Iterable[Unit]) -> Unit:
        """Raises ValueError with a message."""
        key = text_sort_key(name)
        for unit in before:
            if key == text_sort_key(unit.name) or name.casefold() == unit.short_name.casefold():
                return unit
        found = self._units.get(name.casefold()) or (self._units.get(key, []) if key else [])
        if len(found) != 1:
            hint = " Ngăn cách các đơn vị bằng dấu chấm phẩy." if "," in name else ""
            raise ValueError(
                f"không có đơn vị “{name}”. Ghi tên hoặc tên tắt như ở trang Hướng dẫn của tệp mẫu.{hint}"
            )
        return found[0]


def _without_title(name: str) -> str:
    lowered = name.casefold()
    for title in ("đồng chí ", "đ/c "):
        if lowered.startswith(title):
            return name[len(title) :].strip()
    return name


def _matched(known: _Known, sheet: Sheet, faults: dict[int, list[Fault]]) -> dict[int, tuple[Task, ItemData]]:
    """The item that each row means, by code, or without a code by its task and work."""
    matches: dict[int, tuple[Task, ItemData]] = {}
    codes: dict[str, int] = {}
    works: dict[tuple[str, str], int] = {}
    for row in (row for row in sheet.rows if row.code):
        code, at = row.code.casefold(), sheet.address(row.number, "code")
        if code in codes:
            faults[row.number].append(Fault(at, f"mã {row.code} đã có ở dòng {codes[code]}."))
        elif code not in known.by_code:
            faults[row.number].append(
                Fault(at, f"kế hoạch này không có việc {row.code}. Để trống ô mã nếu là việc mới.")
            )
        else:
            matches[row.number] = known.by_code[code]
        codes.setdefault(code, row.number)
        works.setdefault(_work(row.task, row.title), row.number)
    for row in (row for row in sheet.rows if not row.code and row.title):
        first = works.setdefault(_work(row.task, row.title), row.number)
        if first != row.number:
            said = f"trùng với dòng {first}: cùng nhiệm vụ, cùng việc. Gộp lại hoặc ghi rõ khác nhau."
            faults[row.number].append(Fault(sheet.address(row.number, "title"), said))
    taken = {item.pk for item, _ in matches.values()}
    free: dict[tuple[str, str], list[tuple[Task, ItemData]]] = defaultdict(list)
    for item, data in known.items:
        if item.pk not in taken:
            free[_work(data.parent.code, tidy(data.title))].append((item, data))
    for row in sheet.rows:
        found = [] if row.code else free.get(_work(row.task, row.title), [])
        if len(found) > 1:
            both = named(item.code for item, _ in found)
            faults[row.number].append(
                Fault(
                    sheet.address(row.number, "code"),
                    f"kế hoạch có {len(found)} việc giống dòng này ({both}). Ghi mã của việc muốn sửa.",
                )
            )
        elif found and not faults[row.number]:
            matches[row.number] = found[0]
    return matches


def _work(task: str, title: str) -> tuple[str, str]:
    return task.casefold(), title.casefold()


def _data(
    known: _Known, sheet: Sheet, row: Row, before: ItemData | None
) -> tuple[ItemData | None, list[Fault]]:
    """The row as an item; what the file has no column for stays as it is."""
    faults = []

    def at(key: str) -> str:
        return sheet.address(row.number, key)

    parent = known.tasks.get(row.task.casefold())
    if parent is None:
        said = (
            f"chương trình không có nhiệm vụ, đề án “{row.task}”." if row.task else "ghi mã nhiệm vụ, đề án."
        )
        faults.append(Fault(at("task"), f"{said} Xem danh sách mã ở trang Hướng dẫn của tệp mẫu."))
    if not row.title:
        faults.append(Fault(at("title"), "ghi việc phải làm, bắt đầu bằng động từ."))
    direct = before.direct if before else None
    if "direct" in sheet.letters:
        try:
            direct = known.comrade(row.direct, direct) if row.direct else None
        except ValueError as error:
            faults.append(Fault(at("direct"), str(error)))
    coordinators = before.coordinators if before else ()
    if "coordinators" in sheet.letters:
        units: list[Unit] = []
        for name in row.coordinators:
            try:
                unit = known.unit(name, coordinators)
            except ValueError as error:
                faults.append(Fault(at("coordinators"), str(error)))
            else:
                units += [] if unit in units else [unit]
        if {unit.pk for unit in units} != {unit.pk for unit in coordinators}:
            coordinators = tuple(units)
    if faults or parent is None:
        return None, faults

    def text(key: str, value: str, held: str) -> str:
        return held if key not in sheet.letters or tidy(held) == value else value

    old = before or ItemData(parent=parent, title="")
    dated = "due" in sheet.letters
    return ItemData(
        parent=parent,
        title=text("title", row.title, old.title),
        start=row.start if "start" in sheet.letters else old.start,
        due=row.due if dated else old.due,
        continuing=row.continuing if dated else old.continuing,
        product=text("product", row.product, old.product),
        authority=text("authority", row.authority, old.authority),
        priority=row.priority if "priority" in sheet.letters else old.priority,
        direct=direct,
        coordinators=coordinators,
    ), faults


def _line(
    row: Row, task: Task | None, before: ItemData | None, data: ItemData | None, faults: Sequence[Fault]
) -> Line:
    code = task.code if task else row.code
    if faults or data is None:
        return Line(row.number, Outcome.ERROR, code, row.title, row.task, faults=tuple(faults))
    now = _row(row.number, code, data).shown()
    then = _row(row.number, code, before).shown() if before else {}
    differences = tuple(
        Difference(BY_KEY[column.key].heading, then.get(column.key, ""), now[column.key])
        for column in COLUMNS
        if column.key != "code" and tidy(then.get(column.key, "")) != tidy(now[column.key])
    )
    outcome = Outcome.NEW if not before else Outcome.CHANGED if differences else Outcome.SAME
    return Line(
        row.number, outcome, code, tidy(data.title), data.parent.code, differences, task=task, data=data
    )


def _row(number: int, code: str, data: ItemData) -> Row:
    """An item as the row that stands for it."""
    return Row(
        number=number,
        code=code,
        task=data.parent.code,
        title=data.title,
        product=data.product,
        start=data.start,
        due=data.due,
        continuing=data.continuing,
        authority=data.authority,
        direct=data.direct.name if data.direct else "",
        coordinators=tuple(unit.name.replace(";", ",") for unit in data.coordinators),
        priority=data.priority,
    )


def _told(data: ItemData | None) -> list[Any]:
    if data is None:
        return []
    shown: list[Any] = list(_row(0, "", data).shown().values())
    return [*shown, data.direct.pk if data.direct else None, [unit.pk for unit in data.coordinators]]


def _seal(parts: list[Any]) -> str:
    text = json.dumps(parts, ensure_ascii=False, default=lambda value: date.isoformat(value))
    return hashlib.sha256(text.encode()).hexdigest()

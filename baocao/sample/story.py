"""The order of events: plans of 2026 given, changes by decision, plans of 2027 in work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from unittest import mock

from django.db import transaction
from django.utils import timezone

from baocao.sample.plans import ALWAYS, MENDED, PLANS, Line
from chuongtrinh.models import Programme, User
from nhiemvu.models import Task
from nhiemvu.status import HANOI, DecisionKind
from phancong import planning
from phancong.models import Comrade, Oversight, Plan, PlanEntry, Post, Unit
from phancong.planning import ItemData

HEADS = {
    "PKT": ("Trưởng phòng", "Trưởng phòng Kinh tế"),
    "VHXH": ("Trưởng phòng", "Trưởng phòng Văn hóa - Xã hội"),
    "VPUBND": ("Chánh Văn phòng", "Chánh Văn phòng HĐND & UBND"),
}
"""The post of each head, and the name that stands for the person who holds it."""
DIRECTORS = {
    "PKT": "Phó Chủ tịch UBND xã phụ trách kinh tế",
    "VHXH": "Phó Chủ tịch UBND xã phụ trách văn hóa - xã hội",
    "VPUBND": "Chủ tịch UBND xã",
}


@contextmanager
def clock(day: date, hour: int = 9) -> Iterator[None]:
    """The domain calls take the time from the clock: for the story it stands at a moment of the past."""
    moment = datetime.combine(day, time(hour), HANOI)
    with mock.patch.object(timezone, "now", lambda: moment):
        yield


@dataclass
class Story:
    """The programme's people and plans, and what happens by and by; events after ``until`` do not happen."""

    programme: Programme
    until: date
    directors: dict[str, Comrade] = field(default_factory=dict)

    def __post_init__(self) -> None:
        committee = self.programme.committee
        self.units = {unit.short_name: unit for unit in Unit.objects.filter(committee=committee)}
        self.tasks = {
            task.code: task
            for task in Task.objects.of_document()
            .filter(programme=self.programme)
            .select_related("section", "mirrors")
        }
        accounts = User.objects.filter(committee=committee).order_by("pk")
        self.office = accounts.filter(role=User.Role.OFFICE).first()
        self.secretary = accounts.filter(role=User.Role.SECRETARY).first()
        self.heads = {user.unit_id: user for user in accounts if user.unit_id}

    def happens(self, day: date, event: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if day > self.until:
            return None
        with clock(day):
            return event(*args, **named)

    def people(self) -> None:
        """Heads and those who direct, named by their post; one member oversees a unit by decision (IV.3)."""
        committee = self.programme.committee
        for short, (title, name) in HEADS.items():
            unit = self.units[short]
            comrade = Comrade.objects.create(committee=committee, name=name)
            Post.objects.create(comrade=comrade, unit=unit, title=title, is_head=True)
            self.directors[short] = Comrade.objects.create(committee=committee, name=DIRECTORS[short])
        member = Comrade.objects.create(committee=committee, name="Ủy viên phụ trách khối kinh tế")
        Oversight.objects.create(
            comrade=member,
            unit=self.units["PKT"],
            decision_number="03-QĐ/ĐUUB",
            decided_on=date(2026, 5, 12),
            valid_from=date(2026, 5, 12),
        )
        account = User.objects.filter(committee=committee, role=User.Role.MEMBER).first()
        if account:
            account.comrade = member
            account.save()

    def data(self, short: str, year: int, line: Line) -> ItemData:
        return ItemData(
            parent=self.tasks[line.parent],
            title=line.title,
            due=line.day(year),
            continuing=line.due == ALWAYS,
            product=line.product,
            authority=line.authority,
            priority=line.priority,
            direct=self.directors.get(short),
            coordinators=tuple(self.units[name] for name in line.coordinators),
        )

    def write(self, short: str, year: int) -> Plan:
        """A unit writes its plan; the products of ``MENDED`` items it first forgets."""
        unit = self.units[short]
        plan = planning.open_plan(self.programme, unit, year)
        rows = [self.data(short, year, line) for line in PLANS[year, short]]
        rows = [replace(row, product="") if row.title in MENDED else row for row in rows]
        planning.write_items(plan, self.heads[unit.pk], [(None, row) for row in rows])
        return plan

    def mend(self, short: str, year: int, plan: Plan) -> None:
        lines = {line.title: line for line in PLANS[year, short]}
        items = [item for item in planning.items_of(plan) if item.title in MENDED]
        rows = [(item, self.data(short, year, lines[item.title])) for item in items]
        planning.write_items(plan, self.heads[plan.unit_id], rows)

    def plans_of_2026(self) -> None:
        for short in ("PKT", "VHXH", "VPUBND", "UBKT"):
            plan = self.happens(date(2026, 5, 14), self.write, short, 2026)
            if plan is None:
                return
            head = self.heads[plan.unit_id]
            self.happens(date(2026, 5, 18), planning.submit, plan, head)
            if short == "VHXH":
                self.happens(
                    date(2026, 5, 20),
                    planning.send_back,
                    plan,
                    self.secretary,
                    "Hai việc chưa nêu sản phẩm: bổ sung để có căn cứ đánh giá cuối năm.",
                )
                self.happens(date(2026, 5, 22), self.mend, short, 2026, plan)
                self.happens(date(2026, 5, 25), planning.submit, plan, head)
            self.happens(date(2026, 5, 28), planning.approve, plan, self.secretary)
            self.happens(
                date(2026, 6, 1), planning.give, plan, self.office, document="05-KH/ĐUUB", on=date(2026, 6, 1)
            )

    def changes(self) -> None:
        """What was given changes by decision: one deadline moved, one work paused, one added."""
        economy = Plan.objects.filter(programme=self.programme, unit=self.units["PKT"], year=2026).first()
        if economy is None:
            return
        items = {item.title: item for item in planning.items_of(economy)}
        self.happens(
            date(2026, 9, 24),
            items["Lập nhiệm vụ quy hoạch chung xã"].decide,
            self.secretary,
            {"due": date(2026, 12, 10)},
            document="21-TB/ĐUUB",
            effective_on=date(2026, 9, 24),
            reason="Chờ thành phố ban hành định hướng quy hoạch chung.",
        )
        self.happens(
            date(2026, 10, 5),
            items["Xây dựng mô hình kinh tế tuần hoàn trong nuôi thủy sản"].decide,
            self.secretary,
            {"state": DecisionKind.PAUSED},
            document="24-TB/ĐUUB",
            effective_on=date(2026, 10, 5),
            reason="Chưa chọn được hộ tham gia mô hình.",
        )
        self.happens(
            date(2026, 10, 12),
            planning.supplement,
            economy,
            self.office,
            replace(
                self.data("PKT", 2026, PLANS[2026, "PKT"][0]),
                parent=self.tasks["II.3.1-01"],
                title="Khắc phục hạ tầng hư hỏng sau mưa lớn tháng 9",
                product="Biên bản nghiệm thu khắc phục",
                due=date(2026, 12, 15),
            ),
            document="26-KL/ĐUUB",
            reason="Kết luận họp giao ban tháng 10.",
            effective_on=date(2026, 10, 12),
        )

    def plans_of_2027(self) -> None:
        """In work: one submitted, one returned, two still drafts; a person carries over what goes on."""
        for short in ("PKT", "VHXH", "VPUBND", "UBKT"):
            plan = self.happens(date(2026, 11, 2), self.write, short, 2027)
            if plan is None:
                return
            head = self.heads[plan.unit_id]
            rows = [
                (item, place == 0, "" if place == 0 else "Gộp vào việc khác của năm 2027.")
                for place, item in enumerate(self.continuing(plan))
            ]
            self.happens(date(2026, 11, 4), planning.carry_over, plan, head, rows)
            if short in ("PKT", "UBKT"):
                self.happens(date(2026, 11, 16), planning.submit, plan, head)
            if short == "UBKT":
                self.happens(
                    date(2026, 11, 18),
                    planning.send_back,
                    plan,
                    self.secretary,
                    "Việc ký quy chế phối hợp chưa rõ ai ký: bổ sung thẩm quyền.",
                )

    def continuing(self, plan: Plan) -> list[Task]:
        """Last year's given work of the unit that goes on without end."""
        entries = PlanEntry.objects.filter(
            plan__unit=plan.unit_id, plan__year=plan.year - 1, given_on__isnull=False, task__continuing=True
        )
        return [entry.task for entry in entries.select_related("task__entry__plan", "task__parent__section")]


@transaction.atomic
def tell(programme: Programme, until: date) -> None:
    """Fill a freshly loaded programme, with its role accounts made, with the story up to a day."""
    story = Story(programme, until)
    with clock(date(2026, 5, 12)):
        story.people()
    story.plans_of_2026()
    story.changes()
    story.plans_of_2027()

"""A committee that plans: a programme of one section, its departments, and who judges their plans."""

from __future__ import annotations

from datetime import date
from typing import Any

from chuongtrinh.models import User
from nhiemvu.models import Task
from phancong import planning
from phancong.models import Assignment, Plan
from phancong.planning import ItemData
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory


class Planners:
    """``task`` and ``project`` stand in one section, led by the first of two departments."""

    def __init__(self) -> None:
        self.programme = ProgrammeFactory()
        self.committee = self.programme.committee
        self.unit = self._department("Phòng Kinh tế", "PKT")
        self.other_unit = self._department("Phòng Văn hóa - Xã hội", "VHXH")
        self.chief = ComradeFactory(committee=self.committee, name="Chủ tịch Mẫu")
        self.head = self._user(User.Role.HEAD, unit=self.unit)
        self.other_head = self._user(User.Role.HEAD, unit=self.other_unit)
        self.office = self._user(User.Role.OFFICE)
        self.secretary = self._user(User.Role.SECRETARY)
        self.viewer = self._user(User.Role.VIEWER)
        self.admin = self._user(User.Role.ADMIN)
        self.section = SectionFactory(programme=self.programme, number="II.3.2", title="Đất đai")
        self.task = TaskFactory(section=self.section, code="II.3.2-01", title="Lập quy hoạch")
        self.project = TaskFactory(
            section=self.section, code="DA-01", kind=Task.Kind.PROJECT, title="Đường liên xã"
        )
        Assignment.objects.create(
            programme=self.programme, section=self.section, role="lead", unit=self.unit, principal=True
        )

    def _department(self, name: str, short_name: str) -> Any:
        unit = UnitFactory(committee=self.committee, name=name, short_name=short_name)
        PostFactory(unit=unit, comrade__name=f"Trưởng {name}")
        return unit

    def _user(self, role: str, **more: Any) -> User:
        return UserFactory(committee=self.committee, role=role, **more)

    def data(self, **other: Any) -> ItemData:
        """A whole item under the task."""
        return ItemData(
            **{
                "parent": self.task,
                "title": "Khảo sát hiện trạng",
                "due": date(2026, 12, 20),
                "product": "Báo cáo khảo sát",
                "authority": "Chủ tịch UBND xã",
                "direct": self.chief,
                **other,
            }
        )

    def plan(self, *items: dict[str, Any], year: int = 2026, unit: Any = None) -> Plan:
        """A plan in draft with these items, in their order."""
        unit = unit or self.unit
        plan = planning.open_plan(self.programme, unit, year)
        planning.write_items(plan, self.head, [(None, self.data(**item)) for item in items])
        return plan

    def give(self, plan: Plan, on: date) -> Plan:
        planning.submit(plan, self.head)
        planning.approve(plan, self.secretary)
        planning.give(plan, self.office, document="12-QĐ/MAU", on=on)
        plan.refresh_from_db()
        return plan

    def item(self, code: str) -> Task:
        return Task.objects.get(programme=self.programme, code=code)

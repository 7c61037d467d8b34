"""A committee whose leaders instruct: an item given, late since 30 September; it is 5 October 2026."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import time_machine

from baocao import directives
from baocao.directives import Words
from baocao.models import Addressed, Answer, Directive
from chuongtrinh.models import User
from nhiemvu.status import HANOI
from phancong.models import Oversight, Unit
from phancong.permissions import visible_units
from tests.factories.people import ComradeFactory, UserFactory
from tests.factories.plans import Planners

TODAY, DUE = date(2026, 10, 5), date(2026, 10, 12)
Kind = Directive.Kind


def on(day: int, hour: int = 9) -> time_machine.travel:
    return time_machine.travel(datetime(2026, 10, day, hour, tzinfo=HANOI), tick=False)


class Directing(Planners):
    def __init__(self) -> None:
        super().__init__()
        self.deputy = UserFactory(committee=self.committee, role=User.Role.DEPUTY)
        comrade = ComradeFactory(committee=self.committee)
        Oversight.objects.create(
            comrade=comrade, unit=self.unit, decision_number="01-QĐ/MAU", decided_on=date(2026, 6, 1)
        )
        self.member = UserFactory(committee=self.committee, role=User.Role.MEMBER, comrade=comrade)
        self.inspector = UserFactory(committee=self.committee, role=User.Role.INSPECTION)
        items = {"title": "Khảo sát", "due": date(2026, 9, 30)}, {"title": "Cắm mốc"}
        self.give(self.plan(*items), on=date(2026, 3, 1))
        self.late, self.second = self.item("2026-PKT-01"), self.item("2026-PKT-02")

    def words(self, **other: Any) -> Words:
        said = {"kind": Kind.INSTRUCTION, "text": "Báo cáo nguyên nhân chậm", "given_on": TODAY}
        return Words(**{**said, "answer_by": DUE, **other})

    def whom(self, *tasks: Any, units: Any = (), user: Any = None) -> directives.Addresses:
        may = visible_units(user or self.secretary).values_list("pk", flat=True)
        return directives.addresses(self.programme, tasks, units, TODAY, may)

    def instruct(self, *tasks: Any, units: Any = (), user: Any = None, **other: Any) -> Directive:
        found = self.whom(*tasks, units=units).found
        return directives.give(self.programme, user or self.secretary, self.words(**other), found)

    def part(self, directive: Directive, unit: Unit | None = None) -> Addressed:
        return directive.addressed.get(unit=unit or self.unit)

    def answered(self, directive: Directive, text: str = "Do thời tiết", **more: Any) -> Answer:
        return directives.answer(self.part(directive), self.head, text, **more)

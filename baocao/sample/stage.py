"""Who acts in the sample story, the clock by which they act, and the moments in which they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from unittest import mock

from django.utils import timezone

from chuongtrinh.models import Programme, User
from nhiemvu.models import Task
from nhiemvu.status import HANOI
from phancong.models import Comrade, Oversight, Plan, Post, Unit

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
UNITS = ("PKT", "VHXH", "VPUBND", "UBKT")
"""The short names of the units that lead the programme's work."""
BEGIN = date(2026, 5, 12)


@contextmanager
def clock(moment: datetime) -> Iterator[None]:
    """The domain calls take the time from the clock: for the story it stands at a moment of the past."""
    with mock.patch.object(timezone, "now", lambda: moment):
        yield


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment; ``told`` is what a terminal says of it, if anything."""

    at: datetime
    run: Callable[[], Any]
    told: str = ""


def event(day: date, run: Callable[[], Any], *, hour: int = 9, minute: int = 0, told: str = "") -> Event:
    return Event(datetime.combine(day, time(hour, minute), HANOI), run, told)


@dataclass
class Stage:
    """The programme's people and units, found once."""

    programme: Programme
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
        self.member = accounts.filter(role=User.Role.MEMBER).first()
        self._heads = {user.unit_id: user for user in accounts if user.unit_id}

    def head(self, short: str) -> User:
        """The account that writes for a unit."""
        return self._heads[self.units[short].pk]

    def plan(self, short: str, year: int) -> Plan:
        return Plan.objects.select_related("unit").get(
            programme=self.programme, unit=self.units[short], year=year
        )

    def item(self, title: str, year: int = 2026) -> Task:
        return Task.objects.plan_items().get(programme=self.programme, title=title, year=year)

    def people(self) -> None:
        """Heads and those who direct, named by their post; one member oversees a unit by decision (IV.3).
        Accounts have addresses that lead nowhere (RFC 2606), so that reminders can be tried."""
        committee = self.programme.committee
        for user in User.objects.filter(committee=committee, email=""):
            user.email = f"{user.username}@lacphuong.example"
            user.save()
        for short, (title, name) in HEADS.items():
            comrade = Comrade.objects.create(committee=committee, name=name)
            Post.objects.create(comrade=comrade, unit=self.units[short], title=title, is_head=True)
            self.directors[short] = Comrade.objects.create(committee=committee, name=DIRECTORS[short])
        member = Comrade.objects.create(committee=committee, name="Ủy viên phụ trách khối kinh tế")
        Oversight.objects.create(
            comrade=member,
            unit=self.units["PKT"],
            decision_number="03-QĐ/ĐUUB",
            decided_on=BEGIN,
            valid_from=BEGIN,
        )
        if self.member:
            self.member.comrade = member
            self.member.save()

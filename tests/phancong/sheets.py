"""Plans, and files of every kind, for the tests of XLSX in and out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

from chuongtrinh.models import User
from phancong.models import Assignment, Plan
from phancong.planning import ItemData, write_items
from phancong.sheet.shape import COLUMNS
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

HEADINGS = [column.heading for column in COLUMNS]


def world() -> SimpleNamespace:
    """A department that leads a section of three tasks, another one, and who may plan, read or judge."""
    programme = ProgrammeFactory()
    committee = programme.committee
    room = UnitFactory(committee=committee, name="Phòng Đất đai", short_name="PDD")
    other = UnitFactory(committee=committee, name="Văn phòng HĐND và UBND", short_name="VPUB")
    section = SectionFactory(programme=programme, number="II.1", ordinal=1)
    elsewhere = SectionFactory(programme=programme, number="II.2", ordinal=2)
    Assignment.objects.create(programme=programme, section=section, role="lead", unit=room, principal=True)
    Assignment.objects.create(programme=programme, section=elsewhere, role="lead", unit=other, principal=True)
    tasks = [TaskFactory(section=section, ordinal=n, title=f"Nhiệm vụ {n}") for n in (1, 2, 3)]
    away = TaskFactory(section=elsewhere, ordinal=9, title="Nhiệm vụ khác")
    mirror = TaskFactory(section=elsewhere, ordinal=10, title="Cùng việc", mirrors=tasks[0])
    chief = ComradeFactory(committee=committee, name="Trần Thị Hòa")
    PostFactory(unit=room, comrade=chief)
    plan = Plan.objects.create(programme=programme, unit=room, year=2027)
    return SimpleNamespace(
        programme=programme, committee=committee, room=room, other=other, tasks=tasks, away=away,
        mirror=mirror, chief=chief, plan=plan,
        head=UserFactory(committee=committee, role=User.Role.HEAD, unit=room),
        office=UserFactory(committee=committee, role=User.Role.OFFICE),
        viewer=UserFactory(committee=committee, role=User.Role.VIEWER),
        secretary=UserFactory(committee=committee, role=User.Role.SECRETARY),
        stranger=UserFactory(role=User.Role.OFFICE),
    )  # fmt: skip


def fill(made: SimpleNamespace, count: int) -> None:
    """So many items of every kind in the plan."""
    write_items(
        made.plan,
        made.head,
        [
            (
                None,
                ItemData(
                    parent=made.tasks[n % 3],
                    title=f"Tổ chức lớp tập huấn số {n}",
                    start=date(2027, 1, 1 + n % 28) if n % 2 else None,
                    due=None if n % 5 == 0 else date(2027, 12, 1 + n % 28),
                    continuing=n % 5 == 0,
                    product=f"Báo cáo số {n}" if n % 3 else "",
                    authority="Chủ tịch UBND ký" if n % 4 else "",
                    priority=1 + n % 3,
                    direct=made.chief if n % 2 else None,
                    coordinators=(made.other,) if n % 2 else (),
                ),
            )
            for n in range(count)
        ],
    )


def book(
    *rows: list[Any], headings: list[Any] | None = None, more: Callable[[Any], None] | None = None
) -> bytes:
    """A file as a person's Excel would save it: headings, then the rows, in the cells' own types."""
    import openpyxl

    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Kế hoạch"
    for row in ([HEADINGS if headings is None else headings] if headings != [] else []) + list(rows):
        sheet.append(row)
    if more:
        more(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def row(task: str, title: str, **cells: Any) -> list[Any]:
    """One row in the order of the columns."""
    known = {"task": task, "title": title, **cells}
    return [known.get(column.key) for column in COLUMNS]


def repacked(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same file with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()

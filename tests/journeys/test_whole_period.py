"""One reporting period as it is lived: opened, reported on phones, returned and mended, forgotten and
reminded, confirmed, locked; and the export tells each day as it was."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from baocao.models import Asked, Draft
from chuongtrinh.loader import load
from chuongtrinh.models import Programme, User
from nhiemvu.models import Task
from nhiemvu.status import HANOI
from phancong import planning
from phancong.models import Assignment, Unit
from phancong.planning import ItemData
from tests.factories.people import ComradeFactory, PostFactory, UserFactory

PHONE = {"width": 390, "height": 844}
MINE = "/viec-cua-toi/"
PERIOD = "/ky-bao-cao/2026-06/"


@contextmanager
def at(day: int, hour: int = 8, *, month: int = 6) -> Iterator[None]:
    """That hour in Hà Nội, for the server and its database; the clock goes on from there."""
    with time_machine.travel(datetime(2026, month, day, hour, tzinfo=HANOI)):
        yield


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    """Loaded on the day after it was signed: the days that the export tells lie after that."""
    with at(6, month=5):
        return load().programme


@pytest.fixture
def departments(office: SimpleNamespace) -> list[SimpleNamespace]:
    """Three departments with two given items each, their heads' accounts with an address for mail."""
    programme = office.vanphong.committee.programmes.get()
    leads = Assignment.objects.filter(programme=programme, role="lead", principal=True, unit__isnull=False)
    kinds = (Unit.Kind.DEPARTMENT, Unit.Kind.OFFICE)
    units = list(Unit.objects.filter(pk__in=leads.values("unit"), kind__in=kinds).order_by("short_name"))[:3]
    assert len(units) == 3
    found = []
    with at(20, month=5):
        chief = ComradeFactory(committee=programme.committee)
        for unit in units:
            PostFactory(unit=unit, comrade=ComradeFactory(committee=programme.committee))
            head = User.objects.filter(unit=unit, role=User.Role.HEAD).first() or UserFactory(
                username=f"truong{unit.short_name.lower()}",
                role=User.Role.HEAD,
                committee=programme.committee,
                unit=unit,
            )
            head.email = f"{unit.short_name.lower()}@van-phong.example"
            head.save()
            plan = planning.open_plan(programme, unit, 2026)
            items = [
                ItemData(
                    parent=programme.tasks.get(code="II.3.2-01"), title=f"Việc {n} của {unit.short_name}",
                    due=date(2026, 9, 20 + n), product="Kế hoạch", authority="Chủ tịch UBND xã", direct=chief,
                )
                for n in (1, 2)
            ]  # fmt: skip
            planning.write_items(plan, head, [(None, item) for item in items])
            planning.submit(plan, head)
            planning.approve(plan, office.bithu)
            planning.give(plan, office.vanphong, document="12-QĐ/ĐUUB", on=date(2026, 5, 20))
            tasks = list(Task.objects.filter(entry__plan=plan).order_by("ordinal"))
            found.append(SimpleNamespace(unit=unit, head=head, tasks=tasks, codes=[t.code for t in tasks]))
    return found


def exported(day: date) -> dict[str, dict[str, Any]]:
    """The work in the programme's export as of the day, by code."""
    out = StringIO()
    call_command("export_programme", as_of=day.isoformat(), stdout=out)
    return {row["code"]: row for row in json.loads(out.getvalue())["tasks"]}


def mail_to(head: User, written: Path) -> list[str]:
    """The messages to this person among the files written so far."""
    return [text for path in written.glob("*") if f"To: {head.email}" in (text := path.read_text())]


def card(page: Page, task: Task) -> Locator:
    asked = Asked.objects.get(task=task, share=False)
    return page.locator(f"#v{asked.pk}")


def report(page: Page, task: Task, words: str, percent: int) -> None:
    """One card on the phone, until its draft lies with the server."""
    one = card(page, task)
    one.get_by_text("Đúng tiến độ", exact=True).click()
    one.get_by_label("Tiến độ %").fill(str(percent))
    one.get_by_label("Kết quả thực hiện").fill(words)
    expect(one.locator(".state")).to_contain_text("đã lưu nháp", timeout=10_000)


def test_a_whole_period(
    visit: Callable,
    office: SimpleNamespace,
    departments: list[SimpleNamespace],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    first, second, third = departments
    started = [code for unit in departments for code in unit.codes]

    with at(12, 8):  # a Friday; the period ends on Sunday the 14th, so units have until Monday, 17:00
        page = visit(user=office.vanphong).open("/ky-bao-cao/")
        page.get_by_role("button", name="Mở kỳ Tháng 6/2026").click()
        expect(page.locator("h1")).to_contain_text("Tháng 6/2026")
        Asked.objects.exclude(task__in=[one for unit in departments for one in unit.tasks]).delete()

    with at(12, 10):  # the first head, on a line that drops while typing
        phone = visit(user=first.head, **PHONE)
        page = phone.open(MINE)
        report(page, first.tasks[0], "Đã khảo sát ba thôn", 30)
        phone.context.set_offline(True)
        one = card(page, first.tasks[1])
        one.get_by_text("Có nguy cơ", exact=True).click()
        one.get_by_label("Kết quả thực hiện").fill("Đang lập danh sách")
        one.get_by_label("Lý do có nguy cơ, chậm").fill("Chờ vốn")
        expect(one.locator(".state")).to_contain_text("giữ trong máy này")
        assert Draft.objects.filter(task=first.tasks[1]).count() == 0
        phone.context.set_offline(False)
        expect(one.locator(".state")).to_contain_text("đã lưu nháp", timeout=10_000)
        page.get_by_role("button", name="Gửi tất cả").click()
        expect(page.locator(".messages")).to_contain_text("Đã gửi")
        phone.complaints.clear()  # the line was down: that requests failed is the point

    with at(15, 9):  # the second head, in time
        page = visit(user=second.head, **PHONE).open(MINE)
        for task in second.tasks:
            report(page, task, "Đã ban hành kế hoạch", 60)
        page.get_by_role("button", name="Gửi tất cả").click()
        expect(page.locator(".messages")).to_contain_text("Đã gửi")

    with at(15, 15):  # the office doubts one of them
        page = visit(user=office.vanphong).open(f"{PERIOD}?don-vi={second.unit.short_name}")
        entry = page.locator("li.entry").filter(has_text=second.codes[1])
        entry.get_by_text("Trả lại…").click()
        entry.get_by_label("Lý do trả lại").fill("Ghi rõ số văn bản")
        entry.get_by_role("button", name="Trả lại đơn vị").click()
        expect(page.locator("main")).to_contain_text("rả lại")

    with at(16, 7):  # the morning after: who still owes a report is reminded, once
        call_command("send_reminders", stdout=StringIO())
        call_command("send_reminders", stdout=StringIO())
        told = [len(mail_to(unit.head, tmp_path)) for unit in departments]
        assert told == [0, 1, 1]  # the second has one report to mend, the third has sent nothing

    with at(16, 9):  # the second head mends what came back, as it lies there
        page = visit(user=second.head, **PHONE).open(MINE)
        one = card(page, second.tasks[1])
        expect(one).to_contain_text("Ghi rõ số văn bản")
        one.get_by_label("Kết quả thực hiện").fill("Đã ban hành Kế hoạch số 12-KH/UBND")
        expect(one.locator(".state")).to_contain_text("đã lưu nháp", timeout=10_000)
        page.get_by_role("button", name="Gửi tất cả").click()
        expect(page.locator(".messages")).to_contain_text("Đã gửi")

    with at(16, 10):  # the third head follows the reminder
        page = visit(user=third.head, **PHONE).open("/nhac-viec/")
        page.locator(f"main a[href^='{MINE}']").first.click()
        for task in third.tasks:
            report(page, task, "Đã giao các bộ phận", 20)
        page.get_by_role("button", name="Gửi tất cả").click()
        expect(page.locator(".messages")).to_contain_text("Đã gửi")

    with at(17, 14):  # the office confirms all that waits, and locks
        page = visit(user=office.vanphong).open(PERIOD)
        page.get_by_label("Chọn tất cả trên trang này").check()
        page.get_by_role("button", name="Xác nhận các cập nhật đã chọn").click()
        page.get_by_text("Khóa kỳ…").click()
        page.get_by_role("button", name="Khóa kỳ Tháng 6/2026").click()
        expect(page.locator("h1")).to_contain_text("Đã khóa")

    with at(18, 8):
        page = visit(user=first.head, **PHONE).open(MINE)
        expect(page.get_by_role("button", name="Gửi tất cả")).to_have_count(0)
        days = {day: exported(date(2026, 6, day)) for day in (11, 12, 15, 16, 17, 18)}

    def told_of(code: str, key: str) -> list[Any]:
        return [days[day][code][key] for day in (11, 12, 15, 16, 17, 18)]

    a, b, c = first.codes[0], second.codes[1], third.codes[0]
    assert told_of(a, "freshness") == ["not_asked", *["updated"] * 3, "not_asked", "not_asked"]
    assert told_of(c, "freshness") == ["not_asked", "not_yet", "not_yet", "updated", "not_asked", "not_asked"]
    assert told_of(b, "freshness")[1:4] == ["not_yet", "not_yet", "updated"]  # returned is as if not sent
    for code in started:
        assert told_of(code, "progress")[0] == "not_started"
        assert told_of(code, "percent")[:4] == [None] * 4  # nothing is confirmed before the 17th
    assert told_of(a, "percent")[4:] == [30, 30]
    assert told_of(b, "percent")[4:] == [60, 60]
    assert told_of(c, "percent")[4:] == [20, 20]
    assert told_of(first.codes[1], "verdict") == [None] * 4 + ["at_risk"] * 2
    assert [len(updates) for updates in told_of(b, "updates")] == [0, 0, 1, 2, 2, 2]
    assert [one["state"] for one in days[15][b]["updates"]] == ["returned"]
    assert [one["state"] for one in days[16][b]["updates"]] == ["returned", "submitted"]
    assert [one["state"] for one in days[18][b]["updates"]] == ["returned", "confirmed"]
    assert days[18][b]["updates"][1]["content"] == "Đã ban hành Kế hoạch số 12-KH/UBND"
    assert {days[18][code]["progress"] for code in started} == {"in_progress"}

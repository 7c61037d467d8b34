"""A person's private calendar: who has the address reads it, until it is taken back."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from baocao import reporting
from baocao.models import CalendarFeed
from chuongtrinh.models import User
from nhiemvu.models import Task
from nhiemvu.status import HANOI
from tests.factories.plans import Planners
from tests.factories.programmes import TaskFactory


@pytest.fixture
def work(db):
    with time_machine.travel(datetime(2026, 9, 1, 9, tzinfo=HANOI), tick=False):
        world = Planners()
        world.director = world._user(User.Role.MEMBER, comrade=world.chief)
        plan = world.plan(
            {"title": "Khảo sát; rà soát, lập bản đồ\nBEGIN:VEVENT", "due": date(2026, 10, 8)},
            {"title": "Cắm mốc", "due": date(2027, 3, 1)},
        )
        world.give(plan, on=date(2026, 9, 1))
        reporting.open_period(world.programme, "2026-09", world.office)
        yield world


def form(client: Client, user: User) -> BeautifulSoup:
    client.force_login(user)
    return BeautifulSoup(client.get("/nhac-viec/").content, "html.parser")


def token(client: Client, user: User) -> str:
    return form(client, user).select_one("input[name=token]")["value"]


def address(client: Client, user: User, sent: str = "") -> str:
    response = client.post("/nhac-viec/lich/tao/", {"token": sent or token(client, user)})
    shown = BeautifulSoup(response.content, "html.parser").select_one("#dia-chi-lich")["value"]
    assert re.fullmatch(r"http://testserver/lich/[0-9a-f]{64}\.ics", shown)
    return shown.removeprefix("http://testserver")


def events(url: str) -> list[tuple[str, str]]:
    response = Client().get(url)
    assert response.status_code == 200
    return [
        (str(event["summary"]), str(event["dtstart"].dt))
        for event in Calendar.from_ical(response.content).walk("VEVENT")
    ]


WORK = [
    ("Hạn: 2026-PKT-01 Khảo sát; rà soát, lập bản đồ BEGIN:VEVENT", "2026-10-08"),
    ("Hạn: 2026-PKT-02 Cắm mốc", "2027-03-01"),
]


def test_the_calendar_holds_the_deadlines_that_one_leads_or_directs_and_the_periods(client, work):
    last_hour = ("Hạn gửi báo cáo kỳ Tháng 9/2026", "2026-09-14 10:00:00+00:00")
    assert [(" ".join(a.split()), b) for a, b in events(address(client, work.head))] == [*WORK, last_hour]
    assert [(" ".join(a.split()), b) for a, b in events(address(client, work.director))] == WORK
    assert events(address(client, work.office)) == [last_hour]
    assert events(address(client, work.other_head)) == []


def test_it_is_read_without_signing_in_and_kept_by_no_cache(client, work):
    url = address(client, work.head)
    response = Client().get(url)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"].startswith("private")
    assert b"\r\nURL:http://testserver/nhiem-vu/2026-PKT-01/\r\n" in response.content
    assert Client().head(url).status_code == 200
    assert Client().post(url).status_code == 405


def test_what_one_may_see_is_decided_at_every_reading(client, work):
    url = address(client, work.head)
    assert len(events(url)) == 3
    work.head.unit = work.other_unit
    work.head.save()
    assert events(url) == []
    Task.objects.filter(code="2026-PKT-02").update(due=date(2027, 4, 1))
    work.head.unit = work.unit
    work.head.save()
    assert ("Hạn: 2026-PKT-02 Cắm mốc", "2027-04-01") in events(url)


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(client, work):
    url = address(client, work.head)
    secret = url.removeprefix("/lich/").removesuffix(".ics")
    assert secret not in form(client, work.head).text
    assert secret not in str(form(client, work.head))
    assert secret not in str(CalendarFeed.objects.values().get())


def test_the_same_form_sent_twice_makes_one_address(client, work):
    sent = token(client, work.head)
    assert address(client, work.head, sent) == address(client, work.head, sent)
    assert CalendarFeed.objects.count() == 1
    # Another person's form with the same words makes another secret.
    ours = address(client, work.head, sent)
    client.force_login(work.other_head)
    assert address(client, work.other_head, sent) != ours


def test_a_new_address_takes_the_place_of_the_old_one(client, work):
    old, new = address(client, work.head), address(client, work.head)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_a_revoked_address_is_gone_and_does_not_come_back(client, work):
    sent = token(client, work.head)
    url = address(client, work.head, sent)
    assert client.post("/nhac-viec/lich/thu-hoi/").status_code == 302
    assert Client().get(url).status_code == 404
    again = client.post("/nhac-viec/lich/tao/", {"token": sent}, follow=True)
    assert "đã thu hồi" in again.content.decode()
    assert Client().get(url).status_code == 404
    assert "Không có địa chỉ lịch" in client.post("/nhac-viec/lich/thu-hoi/", follow=True).content.decode()


@pytest.mark.parametrize(
    "url", ["/lich/x.ics", f"/lich/{'0' * 64}.ics", "/lich/%00.ics", f"/lich/{'a' * 5000}.ics"]
)
def test_an_unknown_address_does_not_exist(work, url):
    assert Client().get(url).status_code in (400, 404)


def test_on_a_full_disk_it_is_still_read(transactional_db, client, work):
    url = address(client, work.head)

    def full(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        assert events(url)
    assert CalendarFeed.objects.get().read_at is None


def test_a_closed_account_has_no_calendar(client, work):
    url = address(client, work.head)
    work.head.is_active = False
    work.head.save()
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize("sent", ["", "x", "a" * 21 + "<", "a" * 500])
def test_a_broken_form_makes_no_address_and_says_so(client, work, sent):
    client.force_login(work.head)
    response = client.post("/nhac-viec/lich/tao/", {"token": sent}, follow=True)
    assert "Chưa tạo được địa chỉ lịch" in response.content.decode()
    assert not CalendarFeed.objects.exists()
    assert client.post("/nhac-viec/lich/khac/").status_code == 404


def test_the_calendar_costs_the_same_however_much_it_holds(client, work):
    url = address(client, work.head)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            Client().get(url)
        return len(queries)

    Client().get(url)
    few = cost()
    for n in range(6):
        task = TaskFactory(section=work.section, code=f"II.3.2-4{n}", due=date(2026, 12, n + 1))
        task.assignments.create(programme=work.programme, role="lead", unit=work.unit, principal=True)
    assert cost() == few <= 12
    assert len(events(url)) == 9

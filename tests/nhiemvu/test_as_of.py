"""/nhiem-vu/<code>/?ngay=: the page as it was known at the end of a past day, walked day by day."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup

from baocao import reporting
from nhiemvu.as_of import Day, asked_day
from nhiemvu.models import Task
from nhiemvu.status import HANOI
from tests.baocao.test_reporting import TODAY, at, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.phancong.test_planning import office as office

NOW = date(2026, 11, 23)
SENT, RETURNED, MENDED, CONFIRMED = (TODAY + timedelta(days=n) for n in (0, 1, 2, 4))
EXTENDED, RENAMED = date(2026, 6, 20), date(2026, 6, 25)


@pytest.fixture
def told(month):
    """Sent on the 10th, returned, mended, confirmed on the 14th; then extended, then renamed."""
    first = sent(month, percent=30)
    with at(RETURNED):
        reporting.send_back(first, month.vanphong, "Ghi rõ hơn")
    with at(MENDED):
        second = sent(month, percent=40, verdict="at_risk", reason="Chờ vốn")
    with at(CONFIRMED):
        reporting.confirm([second], month.vanphong)
    with at(EXTENDED):
        month.item.decide(
            month.bithu, {"due": date(2027, 2, 1)}, document="21-TB/ĐUUB", effective_on=EXTENDED, reason="Chờ"
        )
    with at(RENAMED):
        month.item.decide(
            month.bithu, {"title": "Tên mới"}, document="22-TB/ĐUUB", effective_on=RENAMED, reason="Gọn"
        )
    return month


@contextmanager
def in_november(client, user):
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=HANOI), tick=False):
        client.force_login(user)
        yield


def page(client, code, **asked) -> BeautifulSoup:
    response = client.get(f"/nhiem-vu/{code}/", asked)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_every_day_shows_what_was_known_at_its_end_and_no_more(client, told):
    with in_november(client, told.vanphong):
        day = TODAY - timedelta(days=3)
        while day <= RENAMED + timedelta(days=2):
            soup = page(client, told.item.code, ngay=day.isoformat())
            state, events = words(soup.select_one(".task-state")), soup.select(".timeline > li")
            assert ("40%" in state) == (day >= CONFIRMED), day
            assert ("có nguy cơ" in state.lower()) == (day >= CONFIRMED), day
            standing = SENT <= day < RETURNED or day >= MENDED
            assert ("Thực hiện: đang thực hiện" in state) == standing, day
            assert ("01/02/2027" in state) == (day >= EXTENDED), day
            assert "20/12/2026" in state, day  # the deadline, or the original beside the new one
            assert ("Tên mới" in words(soup.h1)) == (day >= RENAMED), day
            happened = (SENT, RETURNED, MENDED, CONFIRMED, EXTENDED, RENAMED)
            assert len(events) == 1 + sum(day >= one for one in happened), day
            if day >= TODAY:
                late, asked = day > date(2026, 6, 15), not standing
                assert ("Chậm cập nhật" in state) == (late and asked), day
            day += timedelta(days=1)


def test_it_says_so_and_leads_back_to_today(client, told):
    with in_november(client, told.vanphong):
        notice = page(client, told.item.code, ngay="2026-06-12").select_one(".as-of")
        assert "Như đã biết đến hết ngày 12/06/2026" in words(notice)
        assert notice.a["href"] == f"/nhiem-vu/{told.item.code}/"
        for same in ({}, {"ngay": "2026-11-23"}, {"ngay": ""}):
            assert page(client, told.item.code, **same).select_one(".as-of") is None


def test_a_past_day_is_for_reading_alone(client, told):
    with in_november(client, told.vanphong):
        for code in (told.item.code, told.task.code, "II.3.2-03"):
            soup = page(client, code, ngay="2026-06-12")
            assert not soup.select("main .page-actions a, main form[method=post], main .year-add a")


def test_the_task_counts_only_what_had_been_given(client, told):
    with in_november(client, told.vanphong):
        early = page(client, told.task.code, ngay="2026-01-31")
        late = page(client, told.task.code, ngay="2026-06-14")
        before = page(client, told.item.code, ngay="2026-01-31")
    assert told.item.code not in early.get_text()
    assert "trung bình của 1 việc" in late.get_text()
    assert "40%" in words(late.select_one(".task-state"))
    assert "Ngày ấy việc này chưa được giao" in words(before.select_one(".as-of"))


def test_who_acted_is_called_as_on_that_day(client, told):
    with at(EXTENDED):
        told.vanphong.full_name = "Văn phòng Đảng ủy mới"
        told.vanphong.save()
    with in_november(client, told.vanphong):
        then = page(client, told.item.code, ngay=CONFIRMED.isoformat()).select_one(".timeline")
        now = page(client, told.item.code).select_one(".timeline")
    assert "Văn phòng Đảng ủy mới" not in then.text
    assert "Văn phòng Đảng ủy mới" in now.text


def test_nothing_of_the_row_is_written_by_looking_at_a_past_day(client, told):
    before = Task.objects.values().get(pk=told.item.pk)
    versions = Task.history.count()
    with in_november(client, told.vanphong):
        page(client, told.item.code, ngay="2026-06-01")
    assert Task.objects.values().get(pk=told.item.pk) == before
    assert Task.history.count() == versions


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", NOW),
        ("2026-06-12", date(2026, 6, 12)),
        ("12/06/2026", date(2026, 6, 12)),
        (" 1/6/2026 ", date(2026, 6, 1)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_days_are_read_as_people_and_addresses_write_them(text, day):
    found = asked_day(text, NOW)
    assert (found.on, found.note) == (day, "")


@pytest.mark.parametrize(
    "text",
    [
        *("abc", "2026-13-01", "2026-02-30", "31/04/2026", "32/01/2026", "2026-06", "20260612", "0000-00-00"),
        *(
            "2026-06-12T00:00",
            "２０２６-06-12",
            "'; drop table",
            "9" * 500,
            "2030-01-01",
            "0001-01-01",
            "12/6/26",
        ),
    ],
)
def test_a_day_that_cannot_be_shown_is_today_with_a_note(client, text, month):
    found = asked_day(text, NOW)
    assert found.on == NOW
    assert found.note
    assert len(found.note) < 120
    client.force_login(month.nguoixem)
    notice = page(client, month.item.code, ngay=text).select_one("p.notice[role=alert]")
    assert "Đang xem hôm nay" in words(notice)


# -- a day by the knowledge of another moment ---------------------------------------------------------------


def test_the_address_of_a_day_names_the_moment_that_it_is_known_by():
    known = datetime(2026, 6, 27, 9, 0, 1, 45, tzinfo=HANOI)
    day = Day(date(2026, 6, 14), date(2026, 6, 14), known=known)
    assert day.address == "2026-06-14~20260627T020001000045"
    read = asked_day(day.address, date(2026, 11, 23))
    assert (read.on, read.known_at, read.past, read.note) == (day.on, known, True, "")
    assert read.said == "Ngày 14/06/2026, theo số liệu đã ghi đến 09:00 ngày 27/06/2026"
    assert read.address == day.address


def test_a_present_day_known_by_a_moment_is_a_past_one():
    today = date(2026, 6, 14)
    assert not Day(today, today).past and Day(today, today).address == ""
    assert asked_day("2026-06-14~20260614T020000000000", today).past


@pytest.mark.parametrize(
    "moment", ["", "x", "20260627", "99999999T999999999999", "99991231T235959999999", "~"]
)
def test_a_moment_that_is_none_is_left_out(moment):
    day = asked_day(f"2026-06-14~{moment}", date(2026, 11, 23))
    assert (day.on, day.known) == (date(2026, 6, 14), None)

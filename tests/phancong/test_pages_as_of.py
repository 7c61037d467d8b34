"""The pages of the organisation, of a unit and of a comrade as of a past day."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import reporting
from chuongtrinh.models import User
from phancong.models import Assignment, Comrade, Group, Oversight, Post, Unit
from tests.baocao.recorded_later import by_hand
from tests.baocao.test_reporting import at, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.factories.programmes import TaskFactory
from tests.nhiemvu.test_standing import soup_of, words
from tests.phancong.test_planning import office as office

THEN = "2026-06-20"
SENT, CONFIRMED, NOW = date(2026, 6, 12), date(2026, 6, 22), date(2026, 11, 23)


@pytest.fixture
def world(client, month):
    """Reported with a reason on the 12th; confirmed and the unit renamed after the day that is looked at."""
    month.comrade = Post.objects.get(unit=month.unit, is_head=True).comrade
    others = Comrade.objects.filter(committee=month.programme.committee).exclude(pk=month.comrade.pk)
    month.other = others.order_by("pk").first()
    with at(date(2026, 6, 11)):
        month.group = by_hand(
            Group(committee=month.programme.committee, name="Tổ giúp việc", rule=Group.Rule.LISTED),
            month.vanphong,
        )
        month.group.comrades.add(month.comrade)
        line = {"programme": month.programme, "section": month.task.section, "role": "coordinate"}
        by_hand(Assignment(**line, group=month.group), month.vanphong)
    with at(SENT):
        first = sent(month, percent=10, verdict="at_risk", reason="Chờ vốn")
    with at(CONFIRMED):
        reporting.confirm([first], month.vanphong)
        month.unit.name, month.comrade.name = "Phòng Kinh tế mới", "Tên mới"
        month.unit.save()
        month.comrade.save()
        month.group.comrades.set([month.other])
    with at(NOW):
        client.force_login(month.vanphong)
        yield month


def pages(world) -> list[str]:
    return ["/don-vi/", world.unit.get_absolute_url(), world.comrade.get_absolute_url()]


def counts(soup: BeautifulSoup) -> dict[str, int]:
    links = soup.select("a[href^='/nhiem-vu/?']")
    return {a["href"]: int(re.findall(r"\d+", a.get("aria-label") or a.text)[-1]) for a in links}


def test_names_are_those_of_the_day(client, world) -> None:
    for url in pages(world):
        then, now = words(soup_of(client, f"{url}?ngay={THEN}").main), words(soup_of(client, url).main)
        assert "Như đã biết đến hết ngày 20/06/2026" in then
        assert "Phòng Kinh tế mới" not in then and "Tên mới" not in then
        assert "Trưởng phòng Kinh tế" in then
        assert "Tên mới" in now


def test_who_was_on_a_list_made_by_hand(client, world) -> None:
    def listed(query: str) -> str:
        return words(soup_of(client, f"/don-vi/{query}").find(id="nhom").find_parent("section"))

    def mine(query: str) -> bool:
        return (
            "Trong nhóm “Tổ giúp việc”" in soup_of(client, f"{world.comrade.get_absolute_url()}{query}").text
        )

    assert "Trưởng phòng Kinh tế" in listed(f"?ngay={THEN}")
    assert world.other.name in listed("") and "Tên mới" not in listed("").split("Tổ giúp việc")[1]
    assert "Tổ giúp việc" not in listed("?ngay=2026-06-10")
    assert (mine(f"?ngay={THEN}"), mine(""), mine("?ngay=2026-06-10")) == (True, False, False)


@pytest.mark.parametrize("page", range(3), ids=["organisation", "unit", "comrade"])
def test_every_count_of_a_past_day_opens_just_these_rows_on_that_day(client, world, page) -> None:
    found = counts(soup_of(client, f"{pages(world)[page]}?ngay={THEN}"))
    assert found
    for url, count in found.items():
        assert f"ngay={THEN}" in url
        assert int(soup_of(client, url).select_one("[data-total]")["data-total"]) == count, url


def test_what_presses_and_how_the_periods_were_kept_is_as_known_then(client, world) -> None:
    def shown(day: str) -> tuple[str, str]:
        soup = soup_of(client, f"{world.unit.get_absolute_url()}?ngay={day}")
        table = soup.select_one("section:has(#nen-nep-ten) table")
        return words(soup.select_one("section:has(#can-luu-y)")), words(table) if table else ""

    assert "Chờ vốn" not in shown(THEN)[0]
    assert "Chờ vốn" in shown("2026-06-22")[0]
    assert "T6" not in shown("2026-06-09")[1]
    assert "Còn hạn, đã nộp 0/" in shown("2026-06-11")[1]
    assert "Còn hạn, đã nộp 1/" in shown("2026-06-12")[1]
    assert "Thiếu, đã nộp 1/" in shown(THEN)[1]


def test_links_to_what_has_a_day_keep_it_and_nothing_can_be_entered(client, world) -> None:
    for url in pages(world):
        main = soup_of(client, f"{url}?ngay={THEN}").main
        dated = ", ".join(f"a[href^='{start}']" for start in ("/don-vi/", "/nhiem-vu/", "/van-ban/"))
        hrefs = {a["href"] for a in main.select(dated)} - {url}
        assert [href for href in hrefs if f"ngay={THEN}" not in href] == []
        assert not main.select("a[href^='/quan-tri/'], a[href^='/chi-dao/moi/']")


def test_what_was_not_on_record_yet_says_so(client, world) -> None:
    with at(NOW):
        unit = by_hand(
            Unit(committee=world.programme.committee, name="Trung tâm mới", short_name="TTM", kind="centre"),
            world.vanphong,
        )
        person = by_hand(Comrade(committee=world.programme.committee, name="Người mới"), world.vanphong)
    for row in (unit, person):
        response = client.get(f"{row.get_absolute_url()}?ngay={THEN}")
        assert response.status_code == 404
        page = BeautifulSoup(response.content, "html.parser")
        assert "Ngày ấy chưa có trong danh sách" in page.h1.text and row.name not in page.main.text
        assert page.select_one(".as-of a")["href"] == row.get_absolute_url()
        assert client.get(row.get_absolute_url()).status_code == 200
    assert "Trung tâm mới" not in soup_of(client, f"/don-vi/?ngay={THEN}").main.text
    stranger = User.objects.create(username="la", committee=None)
    client.force_login(stranger)
    assert client.get(f"{unit.get_absolute_url()}?ngay={THEN}").status_code == 404


def test_a_dissolved_unit_keeps_its_page_of_the_day(client, world) -> None:
    with at(NOW):
        world.unit.valid_to = date(2026, 7, 1)
        world.unit.save()
    soup = soup_of(client, f"{world.unit.get_absolute_url()}?ngay={THEN}")
    assert "Hoạt động đến" not in soup.main.text
    assert "Hoạt động đến" in soup_of(client, world.unit.get_absolute_url()).main.text


@pytest.mark.parametrize("text", ["2026-02-30", "2030-01-01", "abc"])
def test_a_day_that_cannot_be_shown_is_today_with_a_note(client, world, text) -> None:
    for url in pages(world):
        notice = soup_of(client, f"{url}?ngay={text}").select_one("p.notice[role=alert]")
        assert "Đang xem hôm nay" in words(notice)


def test_either_day_takes_twelve_queries_at_most_however_much_there_is(client, world) -> None:
    """With lists made by hand that take part, overseers, and a unit without a head."""
    Oversight.objects.create(comrade=world.other, unit=world.unit, decision_number="1", decided_on=SENT)
    Oversight.objects.create(comrade=world.comrade, field="Đất đai", decision_number="2", decided_on=SENT)

    def queries() -> dict[str, int]:
        found = {}
        for url in (f"{url}{query}" for url in pages(world) for query in ("", f"?ngay={THEN}")):
            with CaptureQueriesContext(connection) as run:
                assert client.get(url).status_code == 200
            found[url] = len(run)
        return found

    few = queries()
    committee, section = world.programme.committee, world.task.section
    with at(SENT):
        for place in range(4):
            TaskFactory(section=section, clause=None, ordinal=900 + place)
            unit = by_hand(
                Unit(committee=committee, name=f"Tổ {place}", short_name=f"T{place}", kind="office"),
                world.vanphong,
            )
            group = Group(committee=committee, name=f"Nhóm {place}", rule=Group.Rule.LISTED)
            by_hand(group, world.vanphong).comrades.add(world.other)
            for whom in ({"unit": unit}, {"group": group}):
                line = Assignment(programme=world.programme, section=section, role="coordinate", **whom)
                by_hand(line, world.vanphong)
    assert queries() == few and max(few.values()) <= 12

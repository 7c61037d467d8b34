"""How work stands, beside each row: percent, verdict, what is not reported in time, and contradictions."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup

from baocao import reporting
from baocao.models import Asked
from nhiemvu.status import HANOI
from tests.baocao.test_reporting import TODAY, data, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.phancong.test_planning import office as office


@contextmanager
def on(client, user, day: date):
    with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=HANOI), tick=False):
        client.force_login(user)
        yield


def soup_of(client, url) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(tag) -> str:
    return " ".join(tag.get_text(" ").split())


def row(client, code):
    found = soup_of(client, f"/nhiem-vu/?q={code}&loai=plan_item").select(".work-table tbody tr")
    return next(tr for tr in found if code in tr.get_text()).select("td")[1]


@pytest.fixture
def confirmed(month):
    reporting.confirm([sent(month, percent=40, verdict="on_track")], month.vanphong)
    return month


def test_the_list_shows_percent_and_the_units_verdict(client, month):
    update = sent(month, percent=40, verdict="behind", reason="Chờ vốn")
    assert "40%" not in words(row_today(client, month))  # the office has not confirmed it
    reporting.confirm([update], month.vanphong)
    cell = words(row_today(client, month))
    assert "40%" in cell
    assert "▲ Chậm" in cell


def row_today(client, month):
    client.force_login(month.vanphong)
    return row(client, month.item.code)


def test_stale_is_a_dashed_edge_a_clock_and_words_on_the_same_colour(client, month):
    with on(client, month.vanphong, date(2026, 6, 15)):
        fresh = row(client, month.item.code)
    with on(client, month.vanphong, date(2026, 6, 16)):
        stale = row(client, month.item.code)
        task = soup_of(client, f"/nhiem-vu/{month.item.code}/").select_one(".task-head")
    assert "stale" not in fresh.select_one(".tag")["class"]
    assert fresh.select_one(".clock") is None
    assert set(stale.select_one(".tag")["class"]) == {*fresh.select_one(".tag")["class"], "stale"}
    assert stale.select_one(".tag .clock")
    assert "Chậm cập nhật" in words(stale)
    assert "Chậm cập nhật" in words(task)


def test_a_contradiction_is_said_in_words(client, confirmed):
    with on(client, confirmed.vanphong, date(2026, 12, 21)):
        assert "Khai đúng tiến độ nhưng quá hạn" in words(row(client, confirmed.item.code))
        head = words(soup_of(client, f"/nhiem-vu/{confirmed.item.code}/").select_one(".task-head"))
    assert "Mâu thuẫn Khai đúng tiến độ nhưng quá hạn." in head
    assert "trễ 1 ngày" in head


def test_completion_tells_its_day_and_lacks_its_product_aloud(client, month):
    reporting.confirm([sent(month, claims_completion=True, percent=None)], month.vanphong)
    client.force_login(month.vanphong)
    head = words(soup_of(client, f"/nhiem-vu/{month.item.code}/").select_one(".task-head"))
    assert "Thực hiện: hoàn thành ngày 10/06/2026" in head
    assert "Tiến độ: 100%" in head
    assert "Hoàn thành nhưng không có sản phẩm" in head


def test_every_percent_leads_to_how_it_is_reckoned(client, confirmed):
    client.force_login(confirmed.vanphong)
    soup = soup_of(client, f"/nhiem-vu/{confirmed.task.code}/")
    card = words(soup.select_one("section:has(#qua-cac-nam)"))
    assert f"trung bình của 1 việc: {confirmed.item.code} 40%" in card
    main = words(soup_of(client, soup.find("a", string="Cách tính")["href"]).main)
    assert "Tiến độ: 40%" in main
    assert "40% Theo việc cụ thể duy nhất đã giao trong kế hoạch năm 2026." in main
    assert f"{confirmed.item.code} Xây dựng phương án" in main
    in_list = row_today(client, confirmed).select_one("a.percent")
    own = words(soup_of(client, in_list["href"]).main)
    assert "10/06/2026 Tháng 6/2026 40% được lấy: đã xác nhận, mới nhất" in own


def test_a_row_without_reports_says_what_it_lacks(client, month):
    client.force_login(month.vanphong)
    main = words(soup_of(client, f"/nhiem-vu/{month.item.code}/cach-tinh/").main)
    assert "Tiến độ: chưa có số liệu" in main
    assert "Chưa có cập nhật nào khai tiến độ và được văn phòng xác nhận" in main


def test_a_past_day_is_reckoned_as_it_was_known(client, confirmed):
    with on(client, confirmed.vanphong, date(2026, 6, 20)):
        url = f"/nhiem-vu/{confirmed.item.code}/cach-tinh/?ngay=2026-06-09"
        main = words(soup_of(client, url).main)
        back = soup_of(client, url).select_one(".back a")["href"]
    assert "Tiến độ: chưa có số liệu" in main
    assert back == f"/nhiem-vu/{confirmed.item.code}/?ngay=2026-06-09"


def test_the_living_document_marks_percent_and_what_is_stale(client, month):
    asked = Asked.objects.get(period=month.period, task=month.project)
    reporting.save_draft(asked, month.head, data(percent=35), version=None)
    reporting.confirm(reporting.send(month.period, month.unit, month.head), month.vanphong)
    with on(client, month.vanphong, date(2026, 6, 20)):
        soup = soup_of(client, f"/van-ban/{month.programme.pk}/")
        marks = {a.select_one(".code").get_text(): a for a in soup.select("a.standing")}
    for code in ("DA-01", "II.3.2-02"):  # one entry of work, two places of the document
        assert "35%" in words(marks[code])
        assert not marks[code].select(".clock")
    assert "stale" in marks["II.3.2-03"].select_one(".tag")["class"]
    assert marks["II.3.2-03"].select_one(".clock")
    assert date(2026, 6, 20) > TODAY

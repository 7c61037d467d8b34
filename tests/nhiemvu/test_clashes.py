"""/nhiem-vu/<code>/cach-tinh/: each contradiction says why it is one, who mends it, and where."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from baocao import reporting
from baocao.models import Update
from nhiemvu.reckoning import mark_because
from phancong.models import Post
from tests.baocao.test_reporting import at, sent, stood
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.nhiemvu.test_standing import on
from tests.phancong.test_planning import office as office

LATE = date(2026, 12, 21)


def clashes(user, code: str, day: date, asked: str = "") -> tuple[str, dict[str, str]]:
    """What the page says of them, and its links."""
    client = Client()
    with on(client, user, day), CaptureQueriesContext(connection) as queries:
        page = BeautifulSoup(client.get(f"/nhiem-vu/{code}/cach-tinh/{asked}").content, "html.parser")
    assert len(queries) <= 12
    card = page.select_one("#mau-thuan")
    if card is None:
        return "", {}
    return " ".join(card.get_text(" ").split()), {link.text: link["href"] for link in card.select("a")}


def test_declared_on_track_but_overdue(month):
    reporting.confirm([sent(month, percent=40, verdict="on_track")], month.vanphong)
    code = month.item.code
    text, links = clashes(month.truongdonvi, code, LATE)
    assert "khai “đúng tiến độ”, mà hạn 20/12/2026 đã qua 1 ngày" in text
    assert "Đơn vị đánh giá lại ở lần cập nhật tới" in text
    assert links == {"Cập nhật ở Việc của tôi": "/viec-cua-toi/", "Xin gia hạn": f"/nhiem-vu/{code}/gia-han/"}
    _, of_office = clashes(month.vanphong, code, LATE)
    assert of_office == {
        "Ghi thời hạn theo văn bản": f"/nhiem-vu/{code}/quyet-dinh/",
        "Đôn đốc, chỉ đạo": f"/chi-dao/moi/?viec={code}",
    }
    assert clashes(month.nguoixem, code, LATE)[1] == {}
    past, links = clashes(month.nguoixem, code, date(2026, 12, 22), "?ngay=2026-12-21")
    assert text.startswith(past) and "qua 1 ngày" in past and links == {}


def test_what_the_unit_has_reported_done_waits_for_the_office_alone(month):
    reporting.confirm([sent(month, percent=40, verdict="on_track")], month.vanphong)
    sent(month, claims_completion=True, percent=None)
    text, links = clashes(month.vanphong, month.item.code, LATE)
    assert "Đơn vị đã báo hoàn thành: văn phòng xác nhận hoặc trả lại" in text
    assert "trễ 1 ngày; đơn vị đã báo hoàn thành, chờ" in mark_because(stood(month.item, LATE), 15)
    assert "Các kỳ báo cáo" in links and "Đôn đốc, chỉ đạo" not in links
    assert clashes(month.truongdonvi, month.item.code, LATE)[1] == {}


def test_an_update_that_waits_is_read_by_those_alone_who_may(month):
    sent(month, claims_completion=True, percent=None)
    path = f"/nhiem-vu/{month.item.code}/cach-tinh/"

    def told(user, day: date, asked: str = "") -> int:
        client = Client()
        with on(client, user, day):
            page = BeautifulSoup(client.get(path + asked).content, "html.parser")
        return len(page.select("th.when"))

    day = date(2026, 6, 20)
    assert (told(month.nguoixem, day), told(month.truongdonvi, day), told(month.bithu, day)) == (0, 1, 1)
    with at(date(2026, 6, 21)):
        reporting.confirm(list(Update.objects.all()), month.vanphong)
    later = date(2026, 6, 22)
    assert (told(month.nguoixem, later), told(month.nguoixem, later, "?ngay=2026-06-20")) == (1, 0)


def test_full_but_not_declared_and_then_completed_without_a_product(month):
    first = sent(month, percent=100)
    reporting.confirm([first], month.vanphong)
    text, links = clashes(month.bithu, month.item.code, date(2026, 6, 20))
    assert "khai 100%, mà đơn vị chưa báo hoàn thành" in text and "kèm sản phẩm" in text
    assert list(links) == ["Đôn đốc, chỉ đạo"]
    reporting.confirm([sent(month, claims_completion=True, percent=None)], month.vanphong)
    text, links = clashes(month.vanphong, month.item.code, date(2026, 6, 20))
    assert "mà chưa cập nhật nào ghi sản phẩm" in text
    assert links["Các kỳ báo cáo"] == "/ky-bao-cao/"


def test_a_lead_without_a_head(month):
    Post.objects.filter(unit=month.unit).delete()
    code = month.item.code
    text, links = clashes(month.vanphong, code, date(2026, 6, 20))
    assert "Phòng Kinh tế chủ trì việc này mà chưa ghi ai giữ chức vụ đứng đầu" in text
    assert links == {"Nhập chức vụ": f"/quan-tri/phancong/post/add/?unit={month.unit.pk}&is_head=1"}
    _, links = clashes(month.nguoixem, code, date(2026, 6, 20))
    assert links == {"Xem Phòng Kinh tế": f"/don-vi/{month.unit.pk}/"}


def test_a_row_in_which_everything_fits_has_no_such_part(month):
    assert clashes(month.vanphong, month.item.code, date(2026, 6, 20)) == ("", {})


def test_the_work_list_leads_there(month):
    Post.objects.filter(unit=month.unit).delete()
    client = Client()
    with on(client, month.vanphong, date(2026, 6, 20)):
        page = client.get("/nhiem-vu/?loai=plan_item&mau-thuan=lead_without_head").content
        [link] = BeautifulSoup(page, "html.parser").select(".clash a")
        assert BeautifulSoup(client.get(link["href"]).content, "html.parser").select_one("#mau-thuan")


@pytest.mark.parametrize("who", ["vanphong", "truongdonvi", "bithu", "nguoixem"])
def test_every_link_leads_to_a_page_that_this_person_has(month, who):
    reporting.confirm([sent(month, percent=40, verdict="on_track")], month.vanphong)
    Post.objects.filter(unit=month.unit).delete()
    user = getattr(month, who)
    _, links = clashes(user, month.item.code, LATE)
    client = Client()
    with on(client, user, LATE):
        assert {url: client.get(url).status_code for url in links.values()} == dict.fromkeys(
            links.values(), 200
        )

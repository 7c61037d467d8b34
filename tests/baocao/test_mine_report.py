"""The unit's own words for a period: written, sent, taken back; who may read them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from baocao import reporting
from baocao.models import Asked, UnitReport
from baocao.report_data import ReportData
from phancong.models import Unit
from tests.factories.people import UserFactory
from tests.phancong.test_planning import office as office  # the fixture

from .test_reporting import TODAY, at


@pytest.fixture
def words(office) -> Any:
    with at(TODAY):
        period = reporting.open_period(office.programme, "2026-06", office.vanphong)
        url = f"/ky-bao-cao/2026-06/{office.unit.short_name}/"
        yield SimpleNamespace(period=period, url=url, client=desk(office.head), **vars(office))


def desk(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def write(words, *, client: Client | None = None, act: str = "save", read: str | None = None, **texts: str):
    client = client or words.client
    if read is None:
        field = page_of(client.get(words.url)).select_one("[name=read_version]")
        read = str(field.get("value", "")) if field else ""
    return client.post(words.url, {"read_version": read, "act": act, **texts})


def report(words) -> UnitReport:
    return UnitReport.objects.get(unit=words.unit, period=words.period)


def test_the_unit_writes_sends_and_takes_back(words):
    assert write(words, results="Đã xong hai việc", causes="Mưa nhiều").status_code == 302
    assert (report(words).state, report(words).results) == ("draft", "Đã xong hai việc")
    assert write(words, act="submit", results="Đã xong ba việc").status_code == 302
    assert (report(words).state, report(words).results) == ("submitted", "Đã xong ba việc")
    assert report(words).submitted_at
    page = page_of(words.client.get(words.url))
    assert "Đã gửi" in page.select_one(".page-lead").get_text()
    assert not page.select("textarea")
    words.client.post(words.url, {"act": "recall"})
    assert report(words).state == "draft"
    assert report(words).history.first().history_user == words.head


def test_each_task_is_listed_with_what_was_reported_of_it(words):
    asked = Asked.objects.get(period=words.period, task__code="II.3.2-03")
    data = ReportData(content="Đã họp thôn", percent=40, verdict="on_track", effective_on=TODAY)
    reporting.save_draft(asked, words.head, data, version=None)
    reporting.send(words.period, words.unit, words.head)
    page = page_of(words.client.get(words.url))
    row = next(row for row in page.select(".told-rows li") if "II.3.2-03" in row.get_text())
    assert "Đã họp thôn" in row.get_text() and "40%" in row.get_text()
    assert "việc chưa gửi cập nhật" in page.get_text()
    assert "bí mật nhà nước" in page.select_one(".words-form").get_text()


def test_an_empty_report_is_not_sent_and_the_other_words_stay(words):
    response = write(words, act="submit", causes="Mưa nhiều")
    page = page_of(response)
    assert response.status_code == 409
    assert page.select_one(".error-summary a")["href"] == "#id_results"
    assert page.select_one("[name=causes]").get_text().strip() == "Mưa nhiều"


def test_who_saves_second_is_told_what_changed_and_keeps_the_text(words):
    write(words, client=desk(words.vanphong), results="Bản đầu")
    read = str(page_of(words.client.get(words.url)).select_one("[name=read_version]")["value"])
    write(words, client=desk(words.vanphong), results="Bản của văn phòng")
    response = write(words, read=read, results="Bản của tôi")
    page = page_of(response)
    assert response.status_code == 409
    assert "Bản của văn phòng" in page.select_one(".error-summary").get_text()
    assert page.select_one("[name=results]").get_text().strip() == "Bản của tôi"
    assert report(words).results == "Bản của văn phòng"
    read = str(page.select_one("[name=read_version]")["value"])
    assert write(words, read=read, results="Bản của tôi").status_code == 302


def test_two_who_begin_at_once_lose_nothing(words):
    write(words, client=desk(words.vanphong), results="Bản của văn phòng")
    response = write(words, read="", results="Bản của tôi")
    assert response.status_code == 409
    assert page_of(response).select_one("[name=results]").get_text().strip() == "Bản của tôi"


def test_a_submission_that_comes_twice_is_one(words):
    write(words, act="submit", results="Đã xong")
    sent = report(words).submitted_at
    read = str(report(words).history.first().history_id)
    assert write(words, act="submit", read=read, results="Đã xong").status_code == 302
    assert report(words).submitted_at == sent
    response = write(words, act="submit", read=read, results="Khác")
    assert response.status_code == 409
    assert report(words).results == "Đã xong"


def test_what_is_returned_shows_why_and_is_mended(words):
    write(words, act="submit", results="Đã xong")
    reporting.send_back_report(report(words), words.vanphong, "Nêu số liệu")
    assert "Nêu số liệu" in words.client.get(words.url).content.decode()
    write(words, act="submit", results="Đã xong 3 việc")
    assert (report(words).state, report(words).return_reason) == ("submitted", "")


def test_a_returned_task_is_shown_with_its_reason_and_not_as_sent(words):
    asked = words.period.asked.filter(unit=words.unit).first()
    said = ReportData(content="Đã làm", verdict="on_track", effective_on=TODAY)
    reporting.save_draft(asked, words.head, said, version=None)
    (update,) = reporting.send(words.period, words.unit, words.head, only=asked)
    assert "đã gửi 1/" in page_of(words.client.get(words.url)).get_text()
    reporting.send_back(update, words.vanphong, "Kèm số tờ trình")
    text = page_of(words.client.get(words.url)).get_text()
    assert "Văn phòng trả lại: Kèm số tờ trình" in text
    assert "đã gửi 0/" in text


def test_a_locked_period_refuses_and_keeps_the_text(words):
    words.period.record("lock", words.vanphong)
    response = write(words, read="", results="Gõ lúc vừa khóa")
    page = page_of(response)
    assert response.status_code == 409
    assert "đã khóa" in page.select_one(".error-summary").get_text()
    assert page.select_one("[name=results]").get_text().strip() == "Gõ lúc vừa khóa"
    assert not UnitReport.objects.exists()


def test_the_office_reads_and_writes_over_nothing_that_the_unit_is_writing(words):
    office = desk(words.vanphong)
    read = str(page_of(office.get(words.url)).select_one("[name=read_version]").get("value", ""))
    write(words, results="Của riêng đơn vị")
    page = page_of(office.get(words.url))
    assert "Đơn vị đang viết báo cáo, lưu lúc 09:00 10/06/2026" in page.get_text()
    assert "Của riêng đơn vị" not in page.get_text() and not page.select("textarea")
    response = write(words, client=office, read=read, act="submit", results="Của văn phòng")
    assert response.status_code == 409
    assert "Của riêng đơn vị" not in response.content.decode()
    assert page_of(response).select_one("[name=results]").get_text().strip() == "Của văn phòng"
    assert (report(words).state, report(words).results) == ("draft", "Của riêng đơn vị")
    period = page_of(office.get("/ky-bao-cao/2026-06/?don-vi=PKT")).get_text()
    assert "đang viết" in period and "Của riêng đơn vị" not in period
    assert "đang viết" not in page_of(desk(words.bithu).get("/ky-bao-cao/2026-06/")).get_text()


def test_what_the_office_began_the_unit_goes_on_with_and_then_has_alone(words):
    office = desk(words.vanphong)
    write(words, client=office, results="Văn phòng nhập thay")
    write(words, client=office, results="Văn phòng nhập thay, sửa")
    assert "Văn phòng nhập thay, sửa" in words.client.get(words.url).content.decode()
    write(words, results="Đơn vị viết tiếp")
    assert "Đơn vị viết tiếp" not in office.get(words.url).content.decode()
    write(words, act="submit", results="Đơn vị viết tiếp")
    assert "Đơn vị viết tiếp" in office.get(words.url).content.decode()
    reporting.send_back_report(report(words), words.vanphong, "Nêu số liệu")
    assert "Đơn vị viết tiếp" in office.get(words.url).content.decode()  # read before, returned as it was
    write(words, results="Đang sửa")
    assert "Đang sửa" not in office.get(words.url).content.decode()


def test_sending_while_tasks_lack_a_report_is_told_and_not_refused(words):
    lacking = words.period.asked.filter(unit=words.unit).count()
    url = words.url
    read = {"read_version": "", "act": "submit", "results": "Đã xong"}
    page = page_of(words.client.post(url, read, follow=True))
    assert f"còn {lacking} việc của kỳ chưa gửi cập nhật" in page.select_one(".message.warning").get_text()
    assert report(words).state == "submitted"


def test_a_draft_is_its_writers_alone(words):
    write(words, client=desk(words.vanphong), results="Nháp")
    other = Unit.objects.get(committee=words.programme.committee, short_name="VHXH")
    stranger = desk(UserFactory(role="head", committee=words.programme.committee, unit=other))
    readers = {"vanphong": 200, "bithu": 404, "uyvien": 404, "ubkt": 404, "nguoixem": 404, "ngoai": 404}
    assert {name: desk(getattr(words, name)).get(words.url).status_code for name in readers} == readers
    assert stranger.get(words.url).status_code == 404
    assert stranger.post(words.url, {"results": "x"}).status_code == 404
    write(words, act="submit", results="Đã xong")
    assert desk(words.bithu).get(words.url).status_code == 200
    assert desk(words.bithu).post(words.url, {"results": "x"}).status_code == 403
    assert stranger.get(words.url).status_code == 404
    reporting.confirm_report(report(words), words.vanphong)
    assert stranger.get(words.url).status_code == 200
    assert desk(words.nguoixem).get(words.url).status_code == 200


def test_the_page_costs_the_same_for_any_number_of_tasks(words, django_assert_max_num_queries):
    asked = list(Asked.objects.filter(period=words.period, unit=words.unit))
    assert len(asked) > 5
    write(words, results="Nháp")
    for row in asked:
        data = ReportData(content="Đã họp thôn", verdict="on_track", effective_on=TODAY)
        draft = reporting.save_draft(row, words.head, data, version=None)
        draft.evidence.create(number="12/BC", added_by=words.head)
    reporting.send(words.period, words.unit, words.head)
    with django_assert_max_num_queries(12):
        page = words.client.get(words.url)
    assert page.content.decode().count("12/BC") == len(asked)

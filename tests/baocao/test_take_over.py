"""What was sent for one period is begun with in another that speaks of the same days."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import drafting, reporting
from baocao.mine import Mine
from baocao.models import Asked, Draft, Period, Update
from baocao.report_data import ReportData
from baocao.reporting import row_of
from tests.phancong.test_planning import office as office  # the fixture

from .test_mine import PAGE, clerk, fields, on, page_of, post, told
from .test_mine import ten as ten  # the fixture
from .test_reporting import TODAY

YEAR = f"{PAGE}?ky=2026"


@pytest.fixture
def year(ten) -> Period:
    """The year is open beside the month and asks for the same ten items."""
    period = reporting.open_period(ten.programme, "2026", ten.vanphong)
    period.asked.exclude(task__in=[row.task_id for row in ten.asked]).delete()
    return period


def take(ten, client=None, query: str = "?ky=2026", **typed):
    client = client or ten.client
    data = fields(page_of(client.get(f"{PAGE}{query}")))
    return client.post(f"{PAGE}luu/{query}", {**data, "lay": "1", **typed})


def test_two_presses_report_the_whole_period(ten, year):
    for card in ten.asked:
        told(ten, card, content="Đã họp thôn", percent=40, verdict="on_track")
    button = page_of(ten.client.get(YEAR)).select_one("button[name=lay]")
    assert button.get_text() == "Lấy 10 cập nhật đã gửi ở kỳ khác"
    assert take(ten).status_code == 302
    assert Draft.objects.filter(period=year, author=ten.head, content="Đã họp thôn", percent=40).count() == 10
    page = page_of(ten.client.get(YEAR))
    assert "Đã lấy 10 cập nhật làm nháp" in page.select_one(".message").get_text()
    assert not page.select("button[name=lay]") and "10/10" in page.select_one(".send-bar").get_text()
    post(ten, "gui", query="?ky=2026")
    assert Update.objects.filter(period=year, state="submitted").count() == 10


def test_taken_twice_it_is_done_once_and_what_was_begun_stays(ten, year):
    for card in ten.asked[:3]:
        told(ten, card, content="Đã họp thôn", verdict="on_track")
    first, second, third = (Asked.objects.get(period=year, task=card.task) for card in ten.asked[:3])
    begun = ReportData(content="Viết riêng cho năm", effective_on=TODAY)
    reporting.save_draft(first, ten.head, begun, version=None)
    taken = Mine(ten.programme, ten.unit, year, ten.head).to_take_over
    assert {row.task for row, _ in taken} == {second.task, third.task}
    assert drafting.take_over(year, taken, ten.head) == 2
    assert drafting.take_over(year, taken, ten.head) == 0
    assert Draft.objects.get(**row_of(first)).content == "Viết riêng cho năm"
    assert set(Draft.objects.values_list("version", flat=True)) == {1}


def test_what_is_being_typed_is_kept_and_not_taken_over(ten, year):
    told(ten, ten.first, content="Của tháng", verdict="on_track")
    card = Asked.objects.get(period=year, task=ten.first.task)
    take(ten, **{f"v{card.pk}-choice": "dung", f"v{card.pk}-content": "Đang gõ cho năm"})
    assert Draft.objects.get().content == "Đang gõ cho năm"


def test_the_proofs_come_along_and_those_of_the_sent_one_stay_with_it(ten, year):
    said = {"first__choice": "dung", "first__content": "Đã họp", "first__number": "12/BC"}
    assert post(ten, "gui", query="?ky=2026-06", **said).status_code == 302
    take(ten)
    assert Draft.objects.get().evidence.get().number == "12/BC"
    assert Update.objects.get().evidence.get().number == "12/BC"


def test_a_claim_of_completion_is_taken_as_it_is_until_it_is_confirmed(ten, year):
    (claim,) = told(ten, ten.first, claims_completion=True, percent=100, product="Phương án")
    assert len(Mine(ten.programme, ten.unit, year, ten.head).to_take_over) == 1
    reporting.confirm([claim], ten.vanphong)
    page = Mine(ten.programme, ten.unit, year, ten.head)
    assert (page.to_take_over, page.total) == ([], 9)  # what is done is asked for no more


def test_words_come_before_no_change_and_returned_words_do_not_come(ten, year):
    told(ten, ten.first, content="Đã họp thôn", verdict="on_track")
    (update,) = told(ten, ten.second, content="Chưa rõ", verdict="on_track")
    reporting.send_back(update, ten.vanphong, "Nêu rõ")
    with on(ten, date(2026, 7, 10)):
        july = reporting.open_period(ten.programme, "2026-07", ten.vanphong)
        asked = Asked.objects.get(period=july, task=ten.first.task)
        quiet = ReportData(no_change=True, effective_on=date(2026, 7, 10))
        reporting.save_draft(asked, ten.head, quiet, version=None)
        reporting.send(july, ten.unit, ten.head)
        take(ten)
        assert Draft.objects.get(period=year).content == "Đã họp thôn"


def test_what_speaks_of_other_days_is_not_taken(ten):
    told(ten, ten.first, content="Của tháng sáu", verdict="on_track")
    with on(ten, date(2026, 7, 10)):
        july = reporting.open_period(ten.programme, "2026-07", ten.vanphong)
        assert Mine(ten.programme, ten.unit, july, ten.head).to_take_over == []


def test_a_locked_period_takes_nothing(ten, year):
    told(ten, ten.first, content="Đã họp", verdict="on_track")
    taken = Mine(ten.programme, ten.unit, year, ten.head).to_take_over
    year.record("lock", ten.vanphong)
    with pytest.raises(ValidationError, match="đã khóa"):
        drafting.take_over(year, taken, ten.head)
    response = take(ten)
    assert response.status_code == 409
    assert "đã khóa" in page_of(response).select_one(".error-summary").get_text()
    assert not page_of(ten.client.get(YEAR)).select("button[name=lay]")


def test_only_for_whom_one_reports(ten, year):
    told(ten, ten.first, content="Đã họp", verdict="on_track")
    assert clerk(ten.bithu).post(f"{PAGE}luu/?ky=2026", {"lay": "1"}).status_code == 403
    query = f"?ky=2026&don-vi={ten.unit.short_name}"
    assert take(ten, clerk(ten.vanphong), query).status_code == 302
    assert Draft.objects.get().author == ten.vanphong


def test_taking_costs_the_same_for_one_and_for_ten(ten, year):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ten.client.get(YEAR).status_code == 200
        return len(queries)

    told(ten, ten.first, content="Đã họp", verdict="on_track")
    few = cost()
    for card in ten.asked[1:]:
        told(ten, card, content="Đã họp", verdict="on_track")
    assert cost() <= few <= 12

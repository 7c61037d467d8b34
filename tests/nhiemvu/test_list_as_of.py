"""/nhiem-vu/?ngay=: the list as it was known at the end of a past day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao.models import Period, Update
from nhiemvu.models import Task
from nhiemvu.status import HANOI
from phancong.models import Assignment
from tests.factories.people import UnitFactory
from tests.factories.programmes import ClauseFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db
MAY, JUNE, OCTOBER = date(2026, 5, 10), date(2026, 6, 10), date(2026, 10, 10)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=HANOI)


@pytest.fixture
def past(planners, client, today):
    """A task of the document loaded in May, an item given in June; in October much of it changed."""
    today.move_to(at(MAY))
    section = SectionFactory(programme=planners.programme, number="II.1", title="Tổ chức")
    clause = ClauseFactory(section=section, as_signed="Rà soát.")
    task = TaskFactory(section=section, code="II.1-01", title="Tên cũ", clause=clause)
    for row in (planners.task, planners.project):
        row.clause = ClauseFactory(section=row.section, as_signed=row.title)
        row.save()
    today.move_to(at(JUNE))
    plan = planners.give(planners.plan({"title": "Khảo sát", "due": date(2026, 9, 1)}), on=JUNE)
    today.move_to(at(OCTOBER))
    task.title, task.product = "Tên mới", "Báo cáo"
    task.save()
    task.decide(planners.office, {"due": date(2026, 12, 1)}, document="20-QĐ/MAU", effective_on=OCTOBER)
    Assignment.objects.create(
        programme=planners.programme,
        task=task,
        role="lead",
        unit=planners.other_unit,
        principal=True,
        valid_from=OCTOBER,
    )
    today.move_to(datetime(2026, 11, 23, 9, 0, tzinfo=HANOI))
    client.force_login(planners.secretary)
    planners.item_code = plan.entries.get().task.code
    return planners


def page(client, day: date | str = "", **given: str) -> BeautifulSoup:
    asked = {"ngay": day if isinstance(day, str) else day.isoformat(), **given}
    asked = {name.replace("_", "-"): value for name, value in asked.items() if value}
    response = client.get("/nhiem-vu/", asked)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def codes(soup: BeautifulSoup) -> list[str]:
    found = [cell.text for cell in soup.select("td.code")]
    assert soup.select_one("[data-total]")["data-total"] == str(len(found))
    return found


def row(soup: BeautifulSoup, code: str) -> BeautifulSoup:
    return next(line for line in soup.select("tbody tr") if line.td.text == code)


def test_words_deadlines_and_assignments_are_those_of_the_day(client, past):
    then, now = row(page(client, JUNE), "II.1-01"), row(page(client), "II.1-01")
    assert "Tên cũ" in then.text and "Tên mới" in now.text
    assert "01/12/2026" not in then.text and "01/12/2026" in now.text
    assert "chưa giao" in then.text and past.other_unit.name in now.text


def test_whose_work_it_was_is_told_by_the_names_of_the_day(client, past):
    unit = past.other_unit
    old, unit.name = unit.name, "Phòng mang tên mới"
    unit.save()
    for day, name in ((OCTOBER, old), ("", unit.name)):
        soup = page(client, day, don_vi=str(unit.pk), chu_tri=str(unit.pk))
        assert codes(soup) == ["II.1-01"]
        assert name in row(soup, "II.1-01").text and name in soup.select_one(".active-filters").text
    Assignment.objects.get(unit=unit).delete()
    assert codes(page(client, OCTOBER, chu_tri=str(unit.pk))) == ["II.1-01"]
    assert codes(page(client, chu_tri=str(unit.pk))) == []


def test_words_are_sought_in_what_was_said_on_the_day(client, past):
    assert codes(page(client, JUNE, q="ten cu")) == codes(page(client, q="ten moi")) == ["II.1-01"]
    assert codes(page(client, JUNE, q="ten moi")) == codes(page(client, q="ten cu")) == []
    assert codes(page(client, JUNE, q="bao cao")) == [] and codes(page(client, q="bao cao")) == ["II.1-01"]
    assert codes(page(client, JUNE, q="ra soat")) == ["II.1-01"]


def test_what_was_loaded_later_says_what_the_text_said(client, past):
    """The signed text holds from the start: its first words, not what they were changed into since."""
    assert "Tên cũ" in row(page(client, MAY - timedelta(days=5)), "II.1-01").text


@pytest.mark.parametrize("asked", ["", "&q=ten", "&thieu=nguoi", "&tinh-trang=overdue&loai=plan_item"])
def test_the_list_alone_costs_six_queries_on_a_past_day_too(client, past, asked):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/nhiem-vu/?ngay={OCTOBER}{asked}", headers={"hx-request": "true"})
    assert response.status_code == 200 and len(queries) <= 6


def test_links_and_filters_stay_on_the_day(client, past):
    soup = page(client, JUNE, muc="II.1")
    assert soup.select_one("a.row-link")["href"] == f"/nhiem-vu/II.1-01/?ngay={JUNE.isoformat()}"
    assert "Như đã biết đến hết ngày 10/06/2026" in soup.select_one(".active-filters").text
    assert all("ngay=2026-06-10" in chip["href"] for chip in soup.select("a.chip"))
    assert soup.select_one("#ngay")["value"] == "10/06/2026"


@pytest.mark.parametrize("gap", ["san-pham", "thoi-gian"])
def test_what_was_missing_then_is_counted_as_missing(client, past, gap):
    assert "II.1-01" in codes(page(client, JUNE, thieu=gap))
    assert "II.1-01" not in codes(page(client, thieu=gap))


def test_plan_items_stand_in_the_list_from_the_day_they_were_given(client, past):
    before = codes(page(client, JUNE - timedelta(days=1), loai="plan_item"))
    assert before == []
    assert codes(page(client, JUNE, loai="plan_item")) == [past.item_code]


def test_what_the_office_added_later_was_not_there(client, past):
    TaskFactory(section=past.section, code="II.3.2-90", title="Bổ sung", clause=None)
    assert "II.3.2-90" in codes(page(client))
    assert "II.3.2-90" not in codes(page(client, OCTOBER))


def test_marks_are_those_of_the_day(client, past):
    overdue = {"tinh_trang": "overdue", "loai": "plan_item"}
    assert codes(page(client, date(2026, 9, 1), **overdue)) == []
    assert codes(page(client, date(2026, 9, 2), **overdue)) == [past.item_code]


def test_rows_that_moved_between_two_days(client, past):
    late = {"bien_dong": "newly_late", "loai": "plan_item"}
    assert codes(page(client, date(2026, 9, 5), tu="2026-08-20", **late)) == [past.item_code]
    assert codes(page(client, date(2026, 9, 20), tu="2026-09-05", **late)) == []
    soup = page(client, bien_dong="newly_late", tu="2026-08-20", loai="plan_item")
    assert "Mới quá hạn từ sau ngày 20/08/2026" in soup.select_one(".active-filters").text


def test_a_day_of_comparison_that_cannot_be_shown_is_said(client, past):
    soup = page(client, bien_dong="newly_late", tu="31/02/2026")
    assert "31/02/2026" in soup.select_one(".notice").text
    assert codes(soup) == []


def test_rows_by_how_fresh_they_are(client, past):
    period = Period.objects.create(
        programme=past.programme,
        kind="month",
        key="2026-11",
        label="Tháng 11/2026",
        start=date(2026, 10, 15),
        end=date(2026, 11, 14),
        submit_by=datetime(2026, 11, 14, 17, tzinfo=HANOI),
    )
    period.asked.create(task=past.task, unit=past.unit, asked_on=date(2026, 10, 15))
    late = {"cap_nhat": "late"}
    assert codes(page(client, **late)) == [past.task.code]
    assert codes(page(client, date(2026, 11, 14), **late)) == []
    assert codes(page(client, date(2026, 11, 14), cap_nhat="not_yet")) == [past.task.code]
    Update.objects.create(
        task=past.task,
        period=period,
        unit=past.unit,
        author=past.head,
        content="Đã làm",
        effective_on=date(2026, 11, 20),
    )
    assert codes(page(client, **late)) == []


def test_a_past_day_costs_no_more_queries_however_many_rows(client, past):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, OCTOBER, thieu="san-pham")
        return len(queries)

    before = count()
    unit = UnitFactory(committee=past.committee)
    for at_ in range(10):
        clause = ClauseFactory(section=past.section, as_signed=f"Việc {at_}.")
        one = TaskFactory(section=past.section, code=f"II.3.2-{at_ + 20}", clause=clause)
        Assignment.objects.create(programme=past.programme, task=one, role="lead", unit=unit, principal=True)
    assert count() == before <= 12
    assert Task.objects.count() > 12

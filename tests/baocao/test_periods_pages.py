"""The office's side of the reporting cycle: periods opened and locked, updates confirmed and returned."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from baocao import reporting, unit_reports
from baocao.models import Asked, Draft, Evidence, Period, ReportingRules, UnitReport, Update
from baocao.standing import due_periods
from chuongtrinh.models import User
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import DecisionKind
from tests.baocao.test_reporting import TODAY, at, data, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.baocao.test_reporting import office as office
from tests.factories.people import UserFactory

LIST = "/ky-bao-cao/"
PAGE = "/ky-bao-cao/2026-06/"
CONFIRM, RETURN = f"{PAGE}cap-nhat/confirm/", f"{PAGE}cap-nhat/return/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(response) -> str:
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join(soup.get_text(" ").split())


def read(user: User, url: str = PAGE) -> str:
    response = signed_in(user).get(url)
    assert response.status_code == 200
    return words(response)


def told(user: User, url: str, **form) -> str:
    """What the page says after the button was pressed."""
    response = signed_in(user).post(url, form, follow=True)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join(line.get_text(" ", strip=True) for line in soup.select(".message"))


# -- opening and locking -----------------------------------------------------------------------------------


def test_the_office_sees_which_periods_are_due_and_opens_one_with_a_button(month):
    text = read(month.vanphong, LIST)
    # 10/06/2026: what runs, and since the programme of 5/5 nothing but May's month has ended
    assert "Mở kỳ 6 tháng đầu năm 2026" in text
    assert "Mở kỳ Quý II/2026" in text
    assert "Mở kỳ Tháng 5/2026" in text
    assert "Mở kỳ Tháng 4/2026" not in text
    assert "Mở kỳ Tháng 6/2026" not in text  # open already
    assert "Mở kỳ" not in read(month.bithu, LIST)
    said = told(month.vanphong, f"{LIST}2026-Q2/buoc/open/")
    assert re.search(r"Đã mở kỳ Quý II/2026: [1-9][0-9]* việc phải cập nhật", said)
    act = Period.objects.get(key="2026-Q2").acts.get()
    assert (act.act, act.by) == ("open", month.vanphong)


def test_only_the_kinds_that_the_committee_uses_are_due(month):
    ReportingRules.objects.create(committee=month.programme.committee, kinds=["month"])
    keys = {due.span.key for due in due_periods(month.programme, TODAY, [])}
    assert keys == {"2026-05", "2026-06"}


def test_the_last_half_year_is_due_long_after_it_ended(month):
    keys = {due.span.key for due in due_periods(month.programme, date(2026, 11, 23), [])}
    assert {"2026-6T", "2026-9T", "2026", "2026-Q3", "2026-Q4", "2026-11", "2026-12"} == keys


def test_opening_twice_opens_once_and_says_so(month):
    assert "đã được mở từ trước" in told(month.vanphong, f"{PAGE}buoc/open/")
    assert month.period.acts.count() == 1


def test_a_period_that_does_not_exist_is_not_found(month):
    client = signed_in(month.vanphong)
    assert client.post(f"{LIST}2026-13/buoc/open/").status_code == 404
    assert client.get(f"{LIST}2026-07/").status_code == 404
    assert client.post(f"{PAGE}buoc/xoa/").status_code == 404


def test_the_office_finds_where_to_write_for_a_unit(month):
    assert "/viec-cua-toi/?ky=2026-06" in signed_in(month.vanphong).get(PAGE).content.decode()
    assert "Nhập thay đơn vị" not in read(month.head)


def test_work_given_meanwhile_is_asked_for_on_demand(month):
    Asked.objects.filter(period=month.period, task=month.item).delete()
    assert "Đã đưa thêm 1 việc" in told(month.vanphong, f"{PAGE}buoc/ask/")
    assert "Không có việc nào mới giao" in told(month.vanphong, f"{PAGE}buoc/ask/")


def test_a_locked_period_is_reopened_with_a_reason_only(month):
    assert "Đã khóa kỳ Tháng 6/2026" in told(month.vanphong, f"{PAGE}buoc/lock/")
    assert "Bạn đã khóa kỳ này lúc" in told(month.vanphong, f"{PAGE}buoc/lock/")
    assert "đã khóa" in told(month.vanphong, f"{PAGE}buoc/ask/")
    refused = signed_in(month.vanphong).post(f"{PAGE}buoc/reopen/", {"reason": " "})
    assert "Ghi lý do mở lại kỳ." in words(refused)
    assert not Period.objects.get().is_open
    assert "Đã mở lại" in told(month.vanphong, f"{PAGE}buoc/reopen/", reason="Đơn vị xin bổ sung")
    assert "“Đơn vị xin bổ sung”" in read(month.nguoixem)


def test_the_second_clerk_is_told_who_locked_first(month):
    month.period.record("lock", month.vanphong)
    other = UserFactory(committee=month.programme.committee, role=User.Role.OFFICE, full_name="Văn phòng Hai")
    assert f"{month.vanphong} đã khóa kỳ này lúc" in told(other, f"{PAGE}buoc/lock/")
    assert month.period.acts.filter(act="lock").count() == 1


@pytest.mark.parametrize("who", ["quantri", "bithu", "phobithu", "uyvien", "truongdonvi", "ubkt", "nguoixem"])
def test_only_the_office_acts(month, who):
    update = sent(month)
    client = signed_in(getattr(month, who))
    for url in (f"{PAGE}buoc/lock/", f"{PAGE}buoc/ask/", f"{LIST}2026-Q2/buoc/open/", CONFIRM, RETURN):
        assert client.post(url, {"viec": update.pk, "reason": "x"}).status_code == 403, url
    assert "Xác nhận các cập nhật đã chọn" not in words(client.get(PAGE))
    update.refresh_from_db()
    assert update.state == Update.State.SUBMITTED


def test_another_committee_finds_no_period(month):
    client = signed_in(month.ngoai)
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}buoc/lock/").status_code == 404


# -- who has reported --------------------------------------------------------------------------------------


def test_the_page_says_how_many_units_have_handed_in_everything(month):
    units = Asked.objects.filter(period=month.period).values("unit").distinct().count()
    assert f"0/{units} đơn vị đã nộp" in read(month.bithu)
    for asked in Asked.objects.filter(period=month.period, unit=month.unit):
        reporting.save_draft(asked, month.head, data(), version=None)
    reporting.send(month.period, month.unit, month.head)
    assert f"1/{units} đơn vị đã nộp" in read(month.bithu)
    assert f"1/{units} đơn vị đã nộp" in read(month.nguoixem, LIST)


def cell(user: User, unit) -> str:
    soup = BeautifulSoup(signed_in(user).get(LIST).content, "html.parser")
    row = next(row for row in soup.select(".discipline tbody tr") if unit.name in row.th.get_text())
    return " ".join(row.td.get_text(" ").split())


@pytest.fixture
def alone(month) -> SimpleNamespace:
    """The period asks for one item alone."""
    Asked.objects.filter(period=month.period).exclude(task=month.item).delete()
    return month


def test_a_unit_keeps_the_period_comes_late_or_is_missing(alone):
    assert "○ 0/1 Còn hạn" in cell(alone.bithu, alone.unit)
    with at(date(2026, 6, 15), hour=18):  # the hour was 17:00
        assert "■ 0/1 Thiếu" in cell(alone.bithu, alone.unit)
        update = sent(alone)
        assert "▲ Muộn" in cell(alone.bithu, alone.unit)
        reporting.recall(update, alone.head)
        assert "■ 0/1 Thiếu" in cell(alone.bithu, alone.unit)


def test_what_was_sent_in_time_and_mended_after_a_return_is_in_time(alone):
    update = sent(alone)
    assert "✔ Đúng kỳ" in cell(alone.bithu, alone.unit)
    with at(date(2026, 6, 16)):
        reporting.send_back(update, alone.vanphong, "Nêu rõ số liệu")
        assert "■ 0/1 Thiếu" in cell(alone.bithu, alone.unit)
        sent(alone, content="Đã họp với 12 thôn")
        assert "✔ Đúng kỳ" in cell(alone.bithu, alone.unit)


def test_a_row_asked_for_after_the_last_hour_makes_nobody_late(alone):
    with at(date(2026, 6, 20)):
        Asked.objects.update(asked_on=date(2026, 6, 20))
        sent(alone)
        assert "✔ Đúng kỳ" in cell(alone.bithu, alone.unit)


def test_what_was_paused_after_it_was_asked_for_is_missing_nowhere(alone):
    other = Task.objects.get(code="II.3.2-03")
    Asked.objects.create(period=alone.period, task=other, unit=alone.unit, asked_on=TODAY)
    alone.item.decide(
        alone.vanphong,
        {"state": DecisionKind.PAUSED},
        document="15-QĐ/MAU",
        effective_on=TODAY,
        reason="Chờ vốn",
    )
    assert "○ 0/1 Còn hạn" in cell(alone.bithu, alone.unit)
    mine = read(alone.head, "/viec-cua-toi/")
    assert (alone.item.code in mine, other.code in mine) == (False, True)
    with at(date(2026, 6, 17)):
        alone.period.record("lock", alone.vanphong)
    with at(date(2026, 6, 18)):  # resumed too late to be missing in what is closed
        alone.item.decide(
            alone.vanphong,
            {"state": DecisionKind.RESUMED},
            document="16-QĐ/MAU",
            effective_on=date(2026, 6, 18),
            reason="Đã có vốn",
        )
        assert "■ 0/1 Thiếu" in cell(alone.bithu, alone.unit)


# -- the inbox ---------------------------------------------------------------------------------------------


def test_the_inbox_shows_what_changed_since_the_last_confirmed_report(month):
    reporting.confirm([sent(month)], month.vanphong)
    update = sent(
        month,
        content="Đã trình phương án",
        percent=70,
        verdict="at_risk",
        reason="Chờ vốn",
        claims_completion=True,
    )
    Evidence.objects.create(update=update, number="45/BC-UBND", added_by=month.head)
    text = read(month.vanphong)
    assert "Tiến độ 40% → nay 70%" in text
    assert "Đánh giá Có nguy cơ" in text
    assert "Đã trình phương án" in text
    assert "Lần trước (Tháng 6/2026) Đã họp lấy ý kiến" in text
    assert "Báo hoàn thành ngày 10/06/2026" in text
    assert "Văn bản 45/BC-UBND" in text
    assert "Báo hoàn thành nhưng chưa ghi sản phẩm" in text


def test_what_is_not_confirmed_is_read_by_those_only_who_may(month):
    sent(month, content="Chưa ai ngoài văn phòng đọc")
    for who in ("vanphong", "bithu", "truongdonvi", "uyvien", "ubkt"):
        assert "Chưa ai ngoài văn phòng đọc" in read(getattr(month, who)), who
    assert "Chưa ai ngoài văn phòng đọc" not in read(month.nguoixem)
    reporting.confirm(Update.objects.all(), month.vanphong)
    assert "Chưa ai ngoài văn phòng đọc" in read(month.nguoixem)


def test_the_office_confirms_many_at_once_and_a_second_click_does_nothing(month):
    rows = list(Asked.objects.filter(period=month.period, unit=month.unit)[:3])
    for asked in rows:
        reporting.save_draft(asked, month.head, data(), version=None)
    updates = reporting.send(month.period, month.unit, month.head)
    chosen = [update.pk for update in updates]
    assert "Đã xác nhận 3 cập nhật." in told(month.vanphong, CONFIRM, viec=chosen)
    assert "Bạn đã xác nhận các cập nhật này từ trước." in told(month.vanphong, CONFIRM, viec=chosen)
    assert set(Update.objects.values_list("state", flat=True)) == {"confirmed"}
    assert "Chưa chọn cập nhật nào." in told(month.vanphong, CONFIRM)


def test_the_second_of_two_clerks_is_told_who_was_first(month):
    other = UserFactory(committee=month.programme.committee, role=User.Role.OFFICE, full_name="Văn phòng Hai")
    update = sent(month)
    reporting.send_back(update, month.vanphong, "Nêu rõ")
    said = told(other, CONFIRM, viec=[update.pk])
    assert f"{month.item.code}: {month.vanphong} đã trả lại lúc" in said
    assert f"{month.vanphong} đã trả lại lúc" in told(other, RETURN, viec=update.pk, reason="Khác")
    again = sent(month)
    reporting.confirm([again], other)
    assert "Văn phòng Hai đã xác nhận lúc" in told(month.vanphong, RETURN, viec=again.pk, reason="Sai số")
    again.refresh_from_db()
    assert (again.state, again.return_reason) == (Update.State.CONFIRMED, "")


def test_one_is_returned_with_a_reason_that_the_unit_reads(month):
    update = sent(month)
    refused = signed_in(month.vanphong).post(RETURN, {"viec": update.pk, "reason": "  "})
    assert "Ghi lý do trả lại để đơn vị biết cần sửa gì." in words(refused)
    summary = BeautifulSoup(refused.content, "html.parser").select_one(".error-summary a")
    assert summary["href"] == f"#tra-{update.pk}-reason"
    long = "Số liệu " * 200
    kept = signed_in(month.vanphong).post(RETURN, {"viec": update.pk, "reason": long})
    assert long.strip() in words(kept)
    assert f"Đã trả lại {month.item.code}" in told(
        month.vanphong, RETURN, viec=update.pk, reason="Nêu rõ với ai"
    )
    assert f"Bạn đã trả lại {month.item.code} từ trước." in told(
        month.vanphong, RETURN, viec=update.pk, reason="Nêu rõ với ai"
    )
    assert Draft.objects.get(task=month.item).content == "Đã họp lấy ý kiến"
    assert "“Nêu rõ với ai”" in read(month.truongdonvi, f"{PAGE}?xem=tra-lai")


def test_only_the_newest_report_of_a_row_waits(month):
    first = sent(month)
    second = sent(month, content="Đã họp lại")
    assert "Chờ xác nhận 1 " in read(month.vanphong)
    assert "Đã có bản mới thay" in read(month.vanphong, f"{PAGE}?xem=tat-ca")
    said = told(month.vanphong, CONFIRM, viec=[first.pk])
    assert "Đơn vị vừa gửi bản mới" in said
    first.refresh_from_db()
    assert first.state == Update.State.SUBMITTED
    assert "Đã xác nhận 1 cập nhật." in told(month.vanphong, CONFIRM, viec=[second.pk])


def test_another_periods_updates_cannot_be_settled_here(month):
    update = sent(month)
    reporting.open_period(month.programme, "2026-Q2", month.vanphong)
    assert "Chưa chọn" in told(month.vanphong, f"{LIST}2026-Q2/cap-nhat/confirm/", viec=[update.pk])
    update.refresh_from_db()
    assert update.state == Update.State.SUBMITTED


def test_after_an_act_one_is_where_one_was(month):
    update = sent(month)
    client = signed_in(month.vanphong)
    page = BeautifulSoup(client.get(f"{PAGE}?don-vi=PKT").content, "html.parser")
    action = page.select_one("#xac-nhan")["action"]
    assert client.post(action, {"viec": update.pk})["Location"] == f"{PAGE}?don-vi=PKT#hop-thu"


# -- a unit's own words ------------------------------------------------------------------------------------


@pytest.fixture
def report(month) -> UnitReport:
    return UnitReport.objects.create(
        period=month.period,
        unit=month.unit,
        results="Đã họp dân 12 thôn",
        state=UnitReport.State.SUBMITTED,
        submitted_at=timezone.now(),
    )


def test_the_office_confirms_a_units_report_once(month, report):
    assert "Đã họp dân 12 thôn" in read(month.vanphong)
    assert "Đã họp dân 12 thôn" not in read(month.nguoixem)
    assert "đã xác nhận." in told(month.vanphong, f"{PAGE}PKT/quyet/confirm/")
    assert "từ trước" in told(month.vanphong, f"{PAGE}PKT/quyet/confirm/")
    assert "Báo cáo này đã xác nhận" in told(month.vanphong, f"{PAGE}PKT/quyet/return/", reason="Sai")
    report.refresh_from_db()
    assert report.state == UnitReport.State.CONFIRMED
    assert report.history.first().history_user == month.vanphong
    assert "Đã họp dân 12 thôn" in read(month.nguoixem, f"{PAGE}?don-vi=PKT")


def test_a_units_report_goes_back_with_a_reason(month, report):
    refused = signed_in(month.vanphong).post(f"{PAGE}PKT/quyet/return/", {"reason": ""})
    assert "Ghi lý do trả lại" in words(refused)
    assert "đã trả lại." in told(month.vanphong, f"{PAGE}PKT/quyet/return/", reason="Thiếu nguyên nhân")
    report.refresh_from_db()
    assert (report.state, report.return_reason) == (UnitReport.State.RETURNED, "Thiếu nguyên nhân")


@pytest.mark.parametrize("act", ["confirm", "return"])
def test_what_the_unit_has_just_taken_back_is_told_in_words_and_stays_the_units(month, report, act):
    unit_reports.take(report, month.head, "recall")
    text = told(
        month.vanphong, f"{PAGE}PKT/quyet/{act}/", reason="Thiếu nguyên nhân" if act == "return" else ""
    )
    assert "Phòng Kinh tế đã thu hồi báo cáo để sửa" in text
    assert ("vừa nhập: “Thiếu nguyên nhân”" in text) == (act == "return")
    report.refresh_from_db()
    assert (report.state, report.results) == (UnitReport.State.DRAFT, "Đã họp dân 12 thôn")


def test_a_unit_without_a_report_has_none_to_settle(month):
    assert signed_in(month.vanphong).post(f"{PAGE}VHXH/quyet/confirm/").status_code == 404


# -- the start page, the frame, the size --------------------------------------------------------------------


def test_the_start_page_tells_each_role_what_the_period_wants(month):
    lacking = Asked.objects.filter(period=month.period, unit=month.unit).count()
    assert f"Cần cập nhật ({lacking})" in read(month.truongdonvi, "/")
    units = Asked.objects.filter(period=month.period).values("unit").distinct().count()
    assert f"0/{units} đơn vị đã nộp" in read(month.bithu, "/")
    sent(month)
    text = read(month.vanphong, "/")
    assert "1 cập nhật chờ xác nhận" in text
    assert f"{month.unit.name} (1/{lacking})" in text
    assert "còn 5 ngày" in text
    assert f"Cần cập nhật ({lacking - 1})" in read(month.truongdonvi, "/")


def test_heads_find_their_work_and_everybody_the_periods_in_the_frame(month):
    for who in ("truongdonvi", "ubkt"):
        assert "Việc của tôi" in read(getattr(month, who), LIST)
    assert "Việc của tôi" not in read(month.vanphong, LIST)
    assert "Kỳ báo cáo" in read(month.nguoixem, "/")


def counted(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def fill(month, number: int) -> None:
    """So many more rows asked for and reported, each with an earlier confirmed report and a proof."""
    section = month.task.section
    for at_ in range(number):
        task = Task.objects.create(
            programme=month.programme,
            section=section,
            kind=Task.Kind.TASK,
            code=f"X-{at_:03}",
            title="Việc thêm",
            ordinal=9000 + at_,
        )
        asked = Asked.objects.create(period=month.period, task=task, unit=month.unit, asked_on=TODAY)
        for percent in (10, 20):
            reporting.save_draft(asked, month.head, data(percent=percent), version=None)
            updates = reporting.send(month.period, month.unit, month.head)
            Evidence.objects.create(update=updates[0], number="1/BC", added_by=month.head)
            if percent == 10:
                reporting.confirm(updates, month.vanphong)


def test_the_pages_take_a_constant_number_of_queries(month):
    client = signed_in(month.vanphong)
    fill(month, 10)
    few = [counted(client, url) for url in (LIST, PAGE, f"{PAGE}?xem=tat-ca")]
    fill_more(month, 190)
    many = [counted(client, url) for url in (LIST, PAGE, f"{PAGE}?xem=tat-ca")]
    assert many == few
    assert max(many) <= 12
    assert len(client.get(PAGE).content) < 200_000
    assert "1–40 trong 200" in words(client.get(PAGE))


def fill_more(month, number: int) -> None:
    """The same again in bulk."""
    first = Task.objects.get(code="X-000")
    tasks = []
    for at_ in range(number):
        tasks.append(
            Task(
                programme=month.programme,
                section=first.section,
                kind=Task.Kind.TASK,
                code=f"Y-{at_:03}",
                title="Việc thêm",
                ordinal=9500 + at_,
            )
        )
    Task.objects.bulk_create(tasks)
    made = Task.objects.filter(code__startswith="Y-")
    Asked.objects.bulk_create(
        Asked(period=month.period, task=task, unit=month.unit, asked_on=TODAY) for task in made
    )
    Update.objects.bulk_create(
        Update(
            task=task,
            period=month.period,
            unit=month.unit,
            author=month.head,
            content="Đã họp",
            percent=20,
            effective_on=TODAY,
        )
        for task in made
    )


def test_who_counts_days_counts_whole_ones(month):
    assert "còn 5 ngày" in read(month.bithu)
    with at(date(2026, 6, 15)):
        assert "hạn hôm nay" in read(month.bithu)
    with at(date(2026, 6, 15), hour=18):
        assert "đã quá giờ hôm nay" in read(month.bithu)
    with at(date(2026, 6, 15) + timedelta(3)):
        assert "quá hạn 3 ngày" in read(month.bithu)


# -- the entry pages ---------------------------------------------------------------------------------------


def test_the_rules_are_entered_with_boxes_and_kept_with_their_history(month):
    client = signed_in(month.vanphong)
    add = "/quan-tri/baocao/reportingrules/add/"
    page = BeautifulSoup(client.get(add).content, "html.parser")
    assert len(page.select("input[type=checkbox][name=kinds]")) == 7
    assert len(page.select("input[name=kinds][checked]")) == 5  # those of the term are a wish of their own
    form = {
        "cutoff_day": "25",
        "cutoff_hour": "16",
        "submit_working_days": "2",
        "soon_days": "30",
        "read_version": "",
    }
    assert "Chọn ít nhất một kỳ" in words(client.post(add, form))
    assert client.post(add, {**form, "kinds": ["month", "year"]}).status_code == 302
    rules = ReportingRules.objects.get()
    assert (rules.committee, rules.kinds) == (month.programme.committee, ["month", "year"])
    assert client.get(add).status_code == 403  # a committee has one set
    assert reporting.rules_of(month.programme).cutoff_day == 25
    assert {facts.soon_days for facts in facts_of([month.task, month.item]).values()} == {30}


def test_periods_and_updates_are_read_and_never_edited_there(month):
    update = sent(month)
    client = signed_in(month.vanphong)
    for name, pk in (("period", month.period.pk), ("update", update.pk)):
        url = f"/quan-tri/baocao/{name}/{pk}/change/"
        page = BeautifulSoup(client.get(url).content, "html.parser")
        assert not page.select("#content-main input:not([type=hidden]), #content-main textarea")
        assert client.post(url, {"state": "locked"}).status_code == 403
        assert client.post(f"/quan-tri/baocao/{name}/{pk}/delete/").status_code == 403


def test_what_a_unit_is_still_writing_is_not_read_in_entry(month):
    report = UnitReport.objects.create(period=month.period, unit=month.unit, results="Chưa xong")
    url = f"/quan-tri/baocao/unitreport/{report.pk}/change/"
    assert signed_in(month.quantri).get(url).status_code == 404
    assert signed_in(month.vanphong).get(url).status_code == 404
    report.state = UnitReport.State.SUBMITTED
    report.save()
    assert "Chưa xong" in read(month.quantri, url)

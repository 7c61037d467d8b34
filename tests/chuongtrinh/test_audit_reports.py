"""The audit page on the reporting cycle: what was sent, what became of it, and the steps of periods."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import reporting
from baocao.models import UnitReport
from tests.baocao.test_reporting import data, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.chuongtrinh.test_audit import listed
from tests.entry import signed_in
from tests.phancong.test_planning import office as office


def test_a_report_and_what_became_of_it_are_lines_of_their_own(month):
    first = sent(month, claims_completion=True, percent=100)
    reporting.send_back(first, month.vanphong, "Ghi rõ hơn")
    second = sent(month)
    reporting.confirm([second], month.vanphong)
    sends, ends = listed(month.ubkt, loai="update"), listed(month.ubkt, loai="settled")
    assert "Gửi cập nhật" in sends[1]
    assert "kỳ Tháng 6/2026: báo hoàn thành, 100%" in sends[1]
    assert str(month.head) in sends[0]
    assert "Xác nhận cập nhật" in ends[0]
    assert str(month.vanphong) in ends[0]
    assert "Trả lại cập nhật" in ends[1]
    assert "Lý do: Ghi rõ hơn" in ends[1]
    assert any(month.item.code in line for line in listed(month.vanphong, q="Tháng 6/2026"))


def test_what_the_office_enters_for_a_unit_is_marked(month):
    reporting.save_draft(month.asked, month.vanphong, data(), version=None)
    reporting.send(month.period, month.unit, month.vanphong)
    assert "Gửi thay đơn vị" in listed(month.ubkt, loai="update")[0]


def test_the_steps_of_a_period_stand_in_it_with_their_reasons(month):
    month.period.record("lock", month.vanphong)
    month.period.record("reopen", month.vanphong, reason="Đơn vị xin bổ sung")
    lines = listed(month.ubkt, loai="periodact")
    assert ["Mở lại kỳ báo cáo" in lines[0], "Khóa kỳ báo cáo" in lines[1], "Mở kỳ báo cáo" in lines[2]] == [
        True
    ] * 3
    assert "Lý do: Đơn vị xin bổ sung" in lines[0]
    assert "Tháng 6/2026" in lines[0]


def test_a_period_that_the_clock_opened_is_the_systems(month):
    reporting.open_period(month.programme, "2026-05", None)
    assert "Hệ thống" in listed(month.ubkt, loai="periodact")[0]


def test_what_a_unit_is_still_writing_of_its_own_report_is_nobody_elses(month):
    report = UnitReport.objects.create(period=month.period, unit=month.unit, results="Chưa xong")
    assert listed_or_none(month.vanphong) == []
    assert listed_or_none(month.quantri) == []
    report.state = UnitReport.State.SUBMITTED
    report.save()
    assert len(listed_or_none(month.vanphong)) == 1


def listed_or_none(user) -> list[str]:
    return listed(user, loai="unitreport")


@pytest.mark.parametrize("times", [1, 8])
def test_the_page_takes_no_more_queries_for_more_reports(month, times):
    for _ in range(times):
        update = sent(month)
        reporting.send_back(update, month.vanphong, "Ghi rõ hơn")
    month.period.record("lock", month.vanphong)
    client = signed_in(month.ubkt)
    client.get("/nhat-ky/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/nhat-ky/")
    assert len(queries) <= 12

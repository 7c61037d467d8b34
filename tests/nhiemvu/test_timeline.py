"""Diễn biến on /nhiem-vu/<code>/: what happened, who and when, newest first, and only what one may see."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import extension, reporting
from baocao.models import Asked, Evidence, Update
from nhiemvu.models import Decision, Task
from nhiemvu.status import HANOI
from nhiemvu.timeline import PER_PAGE
from nhiemvu.timeline_rows import SHORTENED
from phancong import planning
from phancong.models import Assignment, Unit
from tests.baocao.test_reporting import TODAY, at, data, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.phancong.test_planning import office as office
from tests.phancong.test_planning import whole

LATER = date(2026, 6, 12)


def page(client, user, code, **asked) -> BeautifulSoup:
    client.force_login(user)
    response = client.get(f"/nhiem-vu/{code}/", asked)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def told(client, user, code, **asked) -> list[str]:
    """The events of the page as a reader has them."""
    events = page(client, user, code, **asked).select(".timeline > li")
    return [" ".join(event.get_text(" ").split()) for event in events]


def test_a_period_is_told_from_giao_to_confirmation_newest_first(client, month):
    first = sent(month)
    with at(LATER):
        reporting.send_back(first, month.vanphong, "Nêu rõ đã họp với ai")
    with at(LATER, 10):
        second = sent(
            month, content="Đã họp với 7 thôn", product="Biên bản họp", difficulties="Thiếu số liệu"
        )
    with at(LATER, 15):
        reporting.confirm([second], month.vanphong)
        events = told(client, month.vanphong, month.item.code)
    assert len(events) == 5
    confirmed, again, returned, sent_first, given = events
    assert "15:00 12/06/2026" in confirmed
    assert "Xác nhận cập nhật kỳ tháng 6/2026 của Phòng Kinh tế" in confirmed
    assert str(month.vanphong) in confirmed
    assert "10:00 12/06/2026" in again
    for words in ("✔ Đã xác nhận", "40%", "Đã họp với 7 thôn", "Biên bản", "Khó khăn, vướng mắc"):
        assert words in again
    assert str(month.head) in again
    assert "Trả lại cập nhật" in returned
    assert "Lý do: Nêu rõ đã họp với ai" in returned
    assert "Trả lại" in sent_first
    assert "Giao việc theo kế hoạch năm 2026" in given
    assert "Theo 12-QĐ/ĐUUB, ngày 01/02/2026" in given


def test_the_task_tells_of_its_items_by_their_codes(client, month):
    sent(month)
    events = told(client, month.vanphong, month.task.code)
    assert month.item.code in events[0]
    assert "Giao 1 việc theo kế hoạch năm 2026" in events[1]
    assert month.item.code in events[1]


def test_what_is_not_confirmed_is_for_its_unit_and_for_those_who_judge(client, month):
    update = sent(month, content="Số liệu chưa ai duyệt")
    for reader in (month.vanphong, month.bithu, month.ubkt, month.head, month.uyvien):  # who oversees it
        assert "Số liệu chưa ai duyệt" in told(client, reader, month.item.code)[0]
    assert not any("Số liệu" in line for line in told(client, month.nguoixem, month.item.code))
    with at(LATER):
        reporting.confirm([update], month.vanphong)
        lines = told(client, month.nguoixem, month.item.code)
    assert "Xác nhận cập nhật" in lines[0]
    assert "Số liệu chưa ai duyệt" in lines[1]


def test_a_day_before_the_confirmation_does_not_give_it_away(client, month):
    """Who reads only what is confirmed sees, for an earlier day, what was to be seen then."""
    update = sent(month, content="Số liệu chưa ai duyệt")
    with at(LATER):
        reporting.confirm([update], month.vanphong)
        assert not any(
            "Số liệu" in line for line in told(client, month.nguoixem, month.item.code, ngay="2026-06-11")
        )
        (waiting, _) = told(client, month.vanphong, month.item.code, ngay="2026-06-11")
    assert "○ Chờ xác nhận" in waiting
    assert "Đã xác nhận" not in waiting


def test_a_recall_and_what_replaces_what_are_told(client, month):
    recalled = sent(month, content="Gửi nhầm")
    reporting.recall(recalled, month.head)
    sent(month, content="Bản một")
    sent(month, content="Bản hai")
    lines = told(client, month.head, month.item.code)
    assert "thay cập nhật trước của kỳ này" in lines[1]
    assert "Bản hai" in lines[1]
    assert "Đã có bản thay" in lines[2]
    assert "Chờ xác nhận" not in lines[2]
    assert "Thu hồi cập nhật" in lines[0]  # the same minute: what became of a report stands above reports
    assert "Đã thu hồi" in lines[3]


def test_decisions_of_one_document_are_one_event(client, month):
    with at(LATER):
        month.item.decide(
            month.bithu,
            {"due": date(2027, 3, 1), "product": "Quy hoạch"},
            document="21-TB/ĐUUB",
            effective_on=LATER,
            reason="Chờ thành phố",
        )
        lines = told(client, month.nguoixem, month.item.code)
    assert "Theo 21-TB/ĐUUB, ngày 12/06/2026" in lines[0]
    assert "Thời hạn: 20/12/2026 → đổi thành 01/03/2027" in lines[0]
    assert "Sản phẩm: Phương án được phê duyệt → đổi thành Quy hoạch" in lines[0]
    assert "Lý do: Chờ thành phố" in lines[0]
    assert not any("Sửa nội dung" in line for line in lines)  # told once


def test_edits_of_texts_and_assignments_are_told_from_what_to_what(client, month):
    with at(LATER):
        task = Task.objects.get(pk=month.task.pk)
        task.title = "Tên gọi mới"
        task._history_user = month.vanphong
        task.save()
        other = Unit.objects.get(committee=month.programme.committee, short_name="VHXH")
        line = Assignment(programme=month.programme, task=task, role="coordinate", unit=other)
        line._history_user = month.vanphong
        line.save()
        lines = told(client, month.nguoixem, month.task.code)
    assert any(f"Tên gọi ngắn: {month.task.title} → đổi thành Tên gọi mới" in line for line in lines)
    assert any("Phân công" in line and "Phối hợp: Phòng Văn hóa" in line for line in lines)


def test_what_was_drafted_before_giao_and_what_was_loaded_stays_untold(client, month):
    lines = told(client, month.vanphong, month.item.code)
    assert len(lines) == 1  # giao
    assert not any("Đưa vào bảng việc" in line for line in told(client, month.vanphong, month.task.code))


def test_proofs_are_links_to_download_or_documents_by_number(client, month):
    update = sent(month)
    one = Evidence.objects.create(
        update=update, sha256="a" * 64, name="Biên bản.pdf", size=2048, added_by=month.head
    )
    Evidence.objects.create(
        update=update, number="15-TB/PKT", issued_on=TODAY, issuer="Phòng Kinh tế", added_by=month.head
    )
    proofs = page(client, month.vanphong, month.item.code).select(".proofs li")
    assert proofs[0].a["href"] == f"/minh-chung/{one.pk}/"
    assert "15-TB/PKT, ngày 10/06/2026, Phòng Kinh tế" in proofs[1].get_text()


def test_long_words_are_cut_until_they_are_asked_for(client, month):
    update = sent(month, content="Đã họp. " + "x" * SHORTENED + " hết.")
    soup = page(client, month.vanphong, month.item.code)
    assert "hết." not in soup.select_one(".event-text").get_text()
    more = soup.select_one(".event-text a")["href"]
    assert more == f"?cap-nhat={update.pk}#cap-nhat-{update.pk}"
    whole = page(client, month.vanphong, month.item.code, **{"cap-nhat": update.pk})
    assert "hết." in whole.select_one(".event-text").get_text()


def test_who_has_no_right_to_an_update_cannot_open_its_words_by_number(client, month):
    update = sent(month, content="Chỉ để văn phòng đọc")
    soup = page(client, month.nguoixem, month.item.code, **{"cap-nhat": update.pk})
    assert "Chỉ để văn phòng đọc" not in soup.get_text()


def many(month, count: int) -> None:
    """So many confirmed updates of the item, one an hour."""
    moment = datetime(2026, 6, 10, 9, tzinfo=HANOI)
    made = Update.objects.bulk_create(
        Update(
            task=month.item,
            period=month.period,
            unit=month.unit,
            author=month.head,
            content=f"Lần {n}",
            percent=n % 100,
            effective_on=TODAY,
            state=Update.State.CONFIRMED,
            settled_at=moment + timedelta(days=60),
            settled_by=month.vanphong,
        )
        for n in range(count)
    )
    for n, update in enumerate(made):
        Update.objects.filter(pk=update.pk).update(recorded_at=moment + timedelta(hours=n))
    Evidence.objects.bulk_create(
        Evidence(update=update, sha256="a" * 64, name="a.pdf", added_by=month.head) for update in made
    )


@pytest.mark.parametrize("count", [1, 300])
def test_the_page_takes_no_more_than_twelve_queries_however_much_was_reported(client, month, count):
    many(month, count)
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=HANOI), tick=False):
        for reader in (month.vanphong, month.nguoixem, month.head):
            for asked in ({}, {"ngay": "2026-06-20"}, {"trang": "2"}):
                for code in (month.item.code, month.task.code):
                    client.force_login(reader)
                    with CaptureQueriesContext(connection) as queries:
                        response = client.get(f"/nhiem-vu/{code}/", asked)
                    assert len(queries) <= 12
                    assert len(response.content) < 100_000


def test_older_events_are_a_page_away_and_nothing_is_skipped(client, month):
    many(month, 30)
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=HANOI), tick=False):
        seen, url = [], f"/nhiem-vu/{month.item.code}/"
        client.force_login(month.vanphong)
        while url:
            soup = BeautifulSoup(client.get(url).content, "html.parser")
            seen += [event.get_text(" ") for event in soup.select(".timeline > li")]
            assert len(seen) <= 4 * PER_PAGE
            link = soup.select_one("section.timeline-card a[rel=next]")
            url = f"/nhiem-vu/{month.item.code}/{link['href']}" if link else ""
    reports = [line for line in seen if "Lần " in line]
    assert len(reports) == 30
    assert len(seen) == 61  # 30 sent, 30 confirmed, giao


@pytest.mark.parametrize("asked", ["0", "-1", "x", "999999", "9" * 40, "²"])
def test_a_page_that_is_none_is_forgiven(client, month, asked):
    assert page(client, month.vanphong, month.item.code, trang=asked).select_one("#dien-bien")


def test_mirrored_work_tells_of_the_row_where_it_is_entered(client, month):
    asked = Asked.objects.get(period=month.period, task=month.project)
    reporting.save_draft(asked, month.head, data(content="Đã khảo sát tuyến"), version=None)
    reporting.send(month.period, month.unit, month.head)
    assert any("Đã khảo sát tuyến" in line for line in told(client, month.head, "II.3.2-02"))


def test_a_later_document_tells_of_work_added(client, month):
    with at(LATER):
        item = planning.supplement(
            month.plan,
            month.vanphong,
            whole(month, due=date(2026, 11, 1)),
            document="30-QĐ/ĐUUB",
            effective_on=LATER,
            reason="Theo chỉ đạo",
        )
        lines = told(client, month.vanphong, item.code)
    assert Decision.objects.filter(task=item, subject="added").exists()
    assert len(lines) == 1
    assert "Theo 30-QĐ/ĐUUB" in lines[0]
    assert "Bổ sung việc" in lines[0]


def test_requests_to_move_a_deadline_are_told_with_their_answer(client, month):
    first = extension.ask(
        month.item, month.head, due=date(2027, 3, 1), reason="Chờ vốn", due_seen=date(2026, 12, 20)
    )
    with at(LATER):
        extension.refuse(first, month.bithu, answer="Vẫn làm kịp")
    with at(LATER, 11):
        extension.ask(
            month.item, month.head, due=date(2027, 2, 1), reason="Chờ vốn", due_seen=date(2026, 12, 20)
        )
        lines = told(client, month.head, month.item.code)
        assert not any("gia hạn" in line for line in told(client, month.nguoixem, month.item.code))
    assert "Xin gia hạn đến 01/02/2027" in lines[0]
    assert "Không đồng ý gia hạn đến 01/03/2027" in lines[1]
    assert "Lý do: Vẫn làm kịp" in lines[1]
    assert "Lý do: Chờ vốn" in lines[2]

"""export_programme --as-of: what was reported, confirmed and decided, as it was known on each day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import reporting
from baocao.exporters.programme import programme_json
from baocao.models import Asked, Update
from nhiemvu.models import CONTINUING
from tests.baocao.test_reporting import TODAY, at, data, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.phancong.test_planning import office as office

SENT, RETURNED, MENDED, CONFIRMED = (TODAY + timedelta(days=n) for n in (0, 1, 2, 4))


def exported(month, code: str, day: date) -> dict:
    rows = programme_json(month.programme, day)["tasks"]
    return next(row for row in rows if row["code"] == code)


@pytest.fixture
def told(month):
    first = sent(month, percent=30)
    with at(RETURNED):
        reporting.send_back(first, month.vanphong, "Ghi rõ hơn")
    with at(MENDED):
        second = sent(month, claims_completion=True, percent=100, verdict="on_track", product="Phương án")
    with at(CONFIRMED):
        reporting.confirm([second], month.vanphong)
    return month


def test_every_day_holds_exactly_what_had_happened(told):
    day = TODAY - timedelta(days=2)
    while day <= CONFIRMED + timedelta(days=3):
        row = exported(told, told.item.code, day)
        states = []
        if day >= SENT:
            states.append("submitted" if day < RETURNED else "returned")
        if day >= MENDED:
            states.append("submitted" if day < CONFIRMED else "confirmed")
        assert [update["state"] for update in row["updates"]] == states, day
        assert row["percent"] == (100 if day >= CONFIRMED else None), day
        assert row["verdict"] == ("on_track" if day >= CONFIRMED else None), day
        # recorded when it was confirmed, in effect on the day that the unit named
        assert row["completed_on"] == (TODAY.isoformat() if day >= CONFIRMED else None), day
        progress = {SENT: "in_progress", RETURNED: "not_started"}.get(day)
        if day >= MENDED:
            progress = "completed" if day >= CONFIRMED else "completion_pending"
        assert row["progress"] == (progress or "not_started"), day
        answered = SENT <= day < RETURNED or day >= MENDED
        if day >= TODAY:
            assert row["freshness"] == ("updated" if answered else "not_yet"), day
        day += timedelta(days=1)


def test_an_update_is_told_in_the_agreed_keys(told):
    update = exported(told, told.item.code, CONFIRMED)["updates"][1]
    assert update == {
        "effective_on": "2026-06-10",
        "recorded_at": "2026-06-12T09:00:00+07:00",
        "period": "2026-06",
        "unit": "Phòng Kinh tế",
        "share": False,
        "state": "confirmed",
        "percent": 100,
        "verdict": "on_track",
        "content": "Đã họp lấy ý kiến",
        "no_change": False,
    }
    assert datetime.fromisoformat(update["recorded_at"]).tzinfo is not None


def test_mirrored_work_carries_the_updates_of_its_one_entry(month):
    asked = Asked.objects.get(period=month.period, task=month.project)
    reporting.save_draft(asked, month.head, data(no_change=True, content="", percent=None), version=None)
    reporting.confirm(reporting.send(month.period, month.unit, month.head), month.vanphong)
    project, mirror = (exported(month, code, TODAY) for code in ("DA-01", "II.3.2-02"))
    assert project["updates"] == mirror["updates"] != []
    assert project["updates"][0]["no_change"] is True
    assert project["updates"][0]["verdict"] is None
    assert project["freshness"] == mirror["freshness"] == "updated"


def test_a_draft_is_in_no_export(month):
    reporting.save_draft(month.asked, month.head, data(content="Chỉ là nháp"), version=None)
    assert exported(month, month.item.code, TODAY)["updates"] == []


def test_a_deadline_decided_later_was_not_known_yet(month):
    """Decided on the 20th by a document of the 10th: the 15th knew nothing of it."""
    with at(date(2026, 6, 20)):
        month.item.decide(
            month.bithu, {"due": CONTINUING}, document="9-QĐ", effective_on=TODAY, reason="Thường xuyên"
        )
    before, after = (exported(month, month.item.code, day) for day in (date(2026, 6, 19), date(2026, 6, 20)))
    assert (before["due"], before["continuing"], before["due_history"]) == ("2026-12-20", False, [])
    assert (after["due"], after["continuing"]) == (None, True)
    assert after["due_history"][0]["decided_on"] == "2026-06-10"


def test_the_number_of_queries_does_not_grow_with_reports(told):
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            programme_json(told.programme, date(2026, 11, 23))
        return len(made)

    few = queries()
    Update.objects.bulk_create(
        Update(
            task=told.item,
            period=told.period,
            unit=told.unit,
            author=told.head,
            content=f"Lần {n}",
            effective_on=TODAY,
        )
        for n in range(300)
    )
    assert queries() == few

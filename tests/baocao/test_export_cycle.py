"""export_programme --as-of: periods, the units' words and requests for extension, as each day knew them."""

from __future__ import annotations

from datetime import date, timedelta

from baocao import extension, reporting, unit_reports
from baocao.exporters.programme import programme_json
from baocao.models import UnitReport
from tests.baocao.test_reporting import TODAY, at
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.phancong.test_planning import office as office

DAY = timedelta(days=1)
LATER = date(2027, 1, 20)


def period_on(month, day: date) -> dict | None:
    return next(iter(programme_json(month.programme, day)["periods"]), None)


def test_a_period_is_told_as_each_day_knew_it(month):
    with at(TODAY + 2 * DAY):
        month.period.record("lock", month.vanphong)
    with at(TODAY + 3 * DAY):
        month.period.record("reopen", month.vanphong, reason="Đơn vị xin bổ sung")
    assert period_on(month, TODAY - DAY) is None
    states = [period_on(month, TODAY + n * DAY)["state"] for n in range(4)]
    assert states == ["open", "open", "locked", "open"]
    told = period_on(month, TODAY + 3 * DAY)
    assert (told["key"], told["kind"], told["start"], told["end"]) == (
        "2026-06",
        "month",
        "2026-05-15",
        "2026-06-14",
    )
    assert told["submit_by"] == "2026-06-15T17:00:00+07:00"
    assert [(act["act"], act["reason"]) for act in told["acts"]] == [
        ("open", ""),
        ("lock", ""),
        ("reopen", "Đơn vị xin bổ sung"),
    ]


def test_a_units_words_are_in_it_from_the_day_that_it_sent_them(month):
    report = UnitReport.objects.create(period=month.period, unit=month.unit, results="Đã xong quy hoạch")
    with at(TODAY + DAY):
        report = unit_reports.take(report, month.head, "submit")
    assert report.history.first().history_user == month.head
    with at(TODAY + 2 * DAY):
        reporting.send_back_report(report, month.vanphong, "Nêu rõ số liệu")
    seen = [period_on(month, TODAY + n * DAY)["unit_reports"] for n in range(3)]
    assert seen[0] == []
    assert (seen[1][0]["unit"], seen[1][0]["state"]) == (month.unit.name, "submitted")
    assert seen[1][0]["results"] == "Đã xong quy hoạch"
    assert (seen[2][0]["state"], seen[2][0]["return_reason"]) == ("returned", "Nêu rõ số liệu")
    assert seen[2][0]["results"] is None  # what is being mended is the unit's own
    with at(TODAY + 3 * DAY):
        month.unit.name = "Tên mới"
        month.unit.save()
    names = [period_on(month, TODAY + n * DAY)["unit_reports"][0]["unit"] for n in (2, 3)]
    assert names == ["Phòng Kinh tế", "Tên mới"]


def test_a_request_for_extension_waits_until_the_day_that_it_was_answered(month):
    due = month.item.due
    request = extension.ask(month.item, month.head, due=LATER, reason="Chờ vốn", due_seen=due)
    with at(TODAY + 2 * DAY):
        extension.grant(request, month.bithu, document="9-TB/MAU", effective_on=TODAY + 2 * DAY, due_seen=due)

    def extensions_on(day: date) -> list[dict]:
        rows = programme_json(month.programme, day)["tasks"]
        return next(row["extensions"] for row in rows if row["code"] == month.item.code)

    assert extensions_on(TODAY - DAY) == []
    (waiting,), (granted,) = extensions_on(TODAY + DAY), extensions_on(TODAY + 2 * DAY)
    assert (waiting["state"], waiting["decided_at"], waiting["document"]) == ("waiting", None, None)
    assert (waiting["due_before"], waiting["due_asked"]) == ("2026-12-20", "2027-01-20")
    assert (granted["state"], granted["document"]) == ("granted", "9-TB/MAU")

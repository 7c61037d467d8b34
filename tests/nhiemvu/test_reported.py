"""Silence claims nothing: what the pages say of progress and percent before any unit has reported."""

from dataclasses import replace
from datetime import date

from nhiemvu.status import Facts, PlanItem, Update, day_end, status

DAY = date(2026, 6, 15)
NOON = day_end(date(2026, 6, 1))


def item(code: str, *updates: Update) -> PlanItem:
    facts = Facts(code=code, updates=updates)
    return PlanItem(facts=facts, year=2026, effective_on=date(2026, 1, 5), recorded_at=NOON)


def said(**more) -> Update:
    return Update(id=1, effective_on=date(2026, 6, 2), recorded_at=NOON, **more)


def test_work_of_which_nobody_said_anything_has_no_report_and_no_percent():
    silent = status(Facts(items=(item("A"), item("B"))), DAY)
    assert (silent.reported, silent.progress_label, silent.percent_told) == (False, "Chưa có báo cáo", False)
    assert silent.percent == 0  # the rule itself, as exports state it


def test_who_reports_that_nothing_was_done_has_reported():
    stood = status(Facts(items=(item("A", said(no_change=True)), item("B"))), DAY)
    assert (stood.reported, stood.progress_label, stood.percent_told) == (True, "Chưa triển khai", False)


def test_one_reported_percent_gives_the_parent_its_own():
    reported = said(text="Đã làm", percent=40, confirmed_at=NOON)
    stood = status(Facts(items=(item("A", reported), item("B"))), DAY)
    assert (stood.percent, stood.percent_told, stood.progress_label) == (20, True, "Đang thực hiện")
    taken_back = replace(reported, withdrawn_at=NOON)
    assert not status(Facts(items=(item("A", taken_back), item("B"))), DAY).percent_told

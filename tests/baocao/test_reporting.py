"""The reporting cycle in the domain's own words: opened, drafted, sent, returned, confirmed, locked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from baocao import reporting
from baocao.models import Asked, Draft, Period, Update
from baocao.report_data import ReportData
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import HANOI, Freshness, Progress, Timeliness, Verdict, status
from tests.phancong.test_planning import given, whole
from tests.phancong.test_planning import office as office  # the fixture

TODAY = date(2026, 6, 10)


def at(day: date, hour: int = 9):
    return time_machine.travel(
        datetime.combine(day, datetime.min.time(), HANOI).replace(hour=hour), tick=False
    )


@pytest.fixture
def month(office) -> SimpleNamespace:
    """One item given in February; the month of June 2026 open on the 10th."""
    with at(date(2026, 2, 1)):
        item = given(office, due=date(2026, 12, 20))
    with at(TODAY):
        period = reporting.open_period(office.programme, "2026-06", office.vanphong)
        yield SimpleNamespace(
            item=item, period=period, asked=Asked.objects.get(period=period, task=item), **vars(office)
        )


def data(**other) -> ReportData:
    return ReportData(**{"content": "Đã họp lấy ý kiến", "percent": 40, "effective_on": TODAY, **other})


def stood(task: Task, day: date = TODAY, **named):
    return status(facts_of([task])[task.pk], day, **named)


def sent(month, **other) -> Update:
    known = Draft.objects.filter(task=month.item, period=month.period).first()
    reporting.save_draft(month.asked, month.head, data(**other), version=known.version if known else None)
    (update,) = reporting.send(month.period, month.unit, month.head)
    return update


def test_a_period_asks_for_given_items_and_for_work_without_items(month):
    rows = {row.task.code: row.unit for row in Asked.objects.select_related("task", "unit")}
    assert rows[month.item.code] == month.unit
    assert "II.3.2-01" not in rows  # it has an item this year, which reports for it
    assert "II.3.2-02" not in rows  # reported once, at DA-01
    assert rows["II.3.2-03"] == rows["DA-01"] == month.unit
    shares = set(month.period.asked.filter(share=True).values_list("task__code", flat=True))
    assert len(shares) == 12 and "II.1-01" in shares  # led by groups alone: each unit tells its share
    assert stood(month.item).freshness is Freshness.NOT_YET


def test_opening_twice_is_one_period_and_asks_what_is_new(month):
    before = month.period.asked.count()
    assert reporting.open_period(month.programme, "2026-06", month.vanphong) == month.period
    assert (month.period.asked.count(), month.period.acts.count()) == (before, 1)
    with pytest.raises(ValidationError, match="2026-13"):
        reporting.open_period(month.programme, "2026-13", month.vanphong)


def test_the_dates_of_the_period_are_those_of_the_rules(month):
    assert (month.period.start, month.period.end) == (date(2026, 5, 15), date(2026, 6, 14))
    assert timezone.localtime(month.period.submit_by) == datetime(
        2026, 6, 15, 17, tzinfo=HANOI
    )  # 14/6: Sunday


def test_a_draft_is_nobodys_fact_until_it_is_sent(month):
    reporting.save_draft(month.asked, month.head, data(), version=None)
    assert stood(month.item).progress is Progress.NOT_STARTED
    reporting.send(month.period, month.unit, month.head)
    now = timezone.now() + timedelta(minutes=1)
    assert (stood(month.item).progress, stood(month.item).percent) == (Progress.IN_PROGRESS, None)
    assert stood(month.item, known_at=now).freshness is Freshness.UPDATED
    assert not Draft.objects.exists()


def test_sending_twice_is_one_update(month):
    sent(month)
    assert reporting.send(month.period, month.unit, month.head) == []
    assert Update.objects.count() == 1


def test_the_office_confirms_and_the_percent_counts(month):
    update = sent(month, verdict=Verdict.AT_RISK, reason="Chờ vốn")
    assert reporting.confirm([update], month.vanphong) == 1
    found = stood(month.item)
    assert (found.percent, found.verdict, found.verdict_reason) == (40, Verdict.AT_RISK, "Chờ vốn")
    assert stood(month.task).percent == 40
    assert reporting.confirm([update], month.vanphong) == 0


def test_a_claim_of_completion_waits_for_the_office(month):
    update = sent(month, claims_completion=True, product="Phương án đã duyệt", percent=None)
    assert stood(month.item).progress is Progress.COMPLETION_PENDING
    reporting.confirm([update], month.vanphong)
    found = stood(month.item)
    assert (found.progress, found.timeliness) == (Progress.COMPLETED, Timeliness.COMPLETED_ON_TIME)
    assert found.completed_on == TODAY


def test_what_is_returned_lies_as_a_draft_again_and_counts_no_more(month):
    update = sent(month)
    with pytest.raises(ValidationError) as refused:
        reporting.send_back(update, month.vanphong, " ")
    assert "reason" in refused.value.message_dict
    reporting.send_back(update, month.vanphong, "Nêu rõ đã họp với ai")
    assert Draft.objects.get(task=month.item).content == "Đã họp lấy ý kiến"
    assert stood(month.item, known_at=timezone.now() + timedelta(1)).progress is Progress.NOT_STARTED
    again = sent(month, content="Đã họp với các thôn")
    assert again.replaces is None
    assert [row.state for row in Update.objects.order_by("pk")] == ["returned", "submitted"]


def test_a_second_report_in_the_period_replaces_the_first(month):
    first = sent(month)
    second = sent(month, content="Đã họp lại", percent=50)
    assert second.replaces == first
    reporting.confirm([second], month.vanphong)
    assert stood(month.item).percent == 50


def test_the_unit_recalls_while_the_period_is_open(month):
    update = sent(month)
    reporting.recall(update, month.head)
    assert Update.objects.get(pk=update.pk).state == Update.State.RECALLED
    assert Draft.objects.filter(task=month.item).exists()
    again = sent(month)
    month.period.record("lock", month.vanphong)
    with pytest.raises(ValidationError, match="đã khóa"):
        reporting.recall(again, month.head)


def test_a_locked_period_takes_nothing_until_it_is_reopened_with_a_reason(month):
    reporting.save_draft(month.asked, month.head, data(), version=None)
    month.period.record("lock", month.vanphong)
    with pytest.raises(ValidationError, match="đã khóa"):
        reporting.send(month.period, month.unit, month.head)
    assert Draft.objects.count() == 1
    with pytest.raises(ValidationError) as refused:
        month.period.record("reopen", month.vanphong)
    assert "reason" in refused.value.message_dict
    month.period.record("reopen", month.vanphong, reason="Đơn vị xin bổ sung")
    assert len(reporting.send(month.period, month.unit, month.head)) == 1
    assert [act.act for act in month.period.acts.all()] == ["open", "lock", "reopen"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"content": "", "percent": None}, "Không phát sinh"),
        ({"verdict": Verdict.BEHIND}, "lý do"),
        ({"percent": 101}, "100"),
        ({"no_change": True, "claims_completion": True}, "bỏ một trong hai"),
        ({"effective_on": TODAY + timedelta(1)}, "sau hôm nay"),
    ],
)
def test_what_cannot_be_sent_is_told_and_everything_stays_a_draft(month, wrong, said):
    other = Asked.objects.get(period=month.period, task__code="II.3.2-03")
    reporting.save_draft(other, month.head, data(), version=None)
    reporting.save_draft(month.asked, month.head, data(**wrong), version=None)
    with pytest.raises(ValidationError) as refused:
        reporting.send(month.period, month.unit, month.head)
    assert list(refused.value.message_dict) == [month.item.code]
    assert said in refused.value.message_dict[month.item.code][0]
    assert (Draft.objects.count(), Update.objects.count()) == (2, 0)


def test_nothing_to_report_is_said_twice_running_and_then_explained(month):
    quiet = {"content": "", "percent": None, "no_change": True}
    for number, day in ((6, TODAY), (7, date(2026, 7, 10)), (8, date(2026, 8, 10))):
        with at(day):
            period = reporting.open_period(month.programme, f"2026-{number:02}", month.vanphong)
            asked = Asked.objects.get(period=period, task=month.item)
            reporting.save_draft(asked, month.head, data(**quiet, effective_on=day), version=None)
            if number < 8:
                reporting.send(period, month.unit, month.head)
                continue
            with pytest.raises(ValidationError, match="ghi rõ vì sao"):
                reporting.send(period, month.unit, month.head)
            words = {**quiet, "content": "Chờ cấp trên cho ý kiến"}
            reporting.save_draft(asked, month.head, data(**words, effective_on=day), version=1)
            assert len(reporting.send(period, month.unit, month.head)) == 1


def test_what_was_said_of_the_same_days_twice_counts_once(month):
    quiet = {"content": "", "percent": None, "no_change": True}

    def say(key: str, day: date, **words) -> list[Update]:
        with at(day):
            period = reporting.open_period(month.programme, key, month.vanphong)
            asked = Asked.objects.get(period=period, task=month.item)
            draft = Draft.objects.filter(**reporting.row_of(asked)).first()
            told = data(**{**quiet, **words}, effective_on=day)
            reporting.save_draft(asked, month.head, told, version=draft.version if draft else None)
            return reporting.send(period, month.unit, month.head)

    assert say("2026-06", TODAY)
    assert say("2026-Q2", TODAY) and say("2026-6T", TODAY)  # the same days: one time without a word
    assert say("2026-07", date(2026, 7, 10))  # the second time
    with pytest.raises(ValidationError, match="Đã 2 kỳ liền"):
        say("2026-08", date(2026, 8, 10))
    assert say("2026-Q3", date(2026, 8, 10))  # before the third quarter: June, once
    assert say("2026-08", date(2026, 8, 10), content="Chờ tỉnh")


def test_a_lower_percent_than_confirmed_says_why(month):
    reporting.confirm([sent(month, percent=45)], month.vanphong)
    with pytest.raises(ValidationError) as refused:
        sent(month, percent=30)  # the same words as then say nothing of it
    assert "thấp hơn lần trước: 45% → 30%" in refused.value.message_dict[month.item.code][0]
    with pytest.raises(ValidationError, match="45% → 30%"):
        sent(month, percent=30, content=" ")
    assert sent(month, percent=30, content="Đo lại: hai thôn chưa xong").percent == 30
    assert sent(month, percent=50).percent == 50  # the lower one was never confirmed


def test_a_late_report_of_earlier_days_is_not_lower_than_a_later_one(month):
    with at(date(2026, 7, 10)):
        july = reporting.open_period(month.programme, "2026-07", month.vanphong)
        asked = Asked.objects.get(period=july, task=month.item)
        reporting.save_draft(
            asked, month.head, data(percent=60, effective_on=date(2026, 7, 10)), version=None
        )
        reporting.confirm(reporting.send(july, month.unit, month.head), month.vanphong)
        assert sent(month, percent=40).percent == 40


def test_who_saves_a_draft_second_is_told_and_overwrites_nothing(month):
    reporting.save_draft(month.asked, month.vanphong, data(), version=None)
    with pytest.raises(ValidationError) as refused:
        reporting.save_draft(month.asked, month.head, data(content="Khác"), version=None)
    assert refused.value.code == "changed_meanwhile"
    assert Draft.objects.get().content == "Đã họp lấy ý kiến"
    assert reporting.save_draft(month.asked, month.head, data(content="Mới"), version=1).version == 2


def test_a_report_is_late_from_the_day_after_the_last_day(month):
    assert stood(month.item, date(2026, 6, 15)).freshness is Freshness.NOT_YET
    assert stood(month.item, date(2026, 6, 16)).freshness is Freshness.LATE
    with at(date(2026, 6, 20)):
        month.period.record("lock", month.vanphong)
    assert stood(month.item, date(2026, 6, 20)).freshness is Freshness.NOT_ASKED


def test_any_past_day_shows_what_was_known_then(month):
    update = sent(month)
    with at(date(2026, 6, 12)):
        reporting.confirm([update], month.vanphong)
    assert stood(month.item, date(2026, 6, 11)).percent is None
    assert stood(month.item, date(2026, 6, 12)).percent == 40


def test_where_the_only_item_is_dropped_the_task_is_reported_itself(month):
    drop = {"document": "9-TB/ĐUUB", "effective_on": TODAY, "reason": "Trùng việc"}
    month.item.decide(month.bithu, {"state": "dropped"}, **drop)
    with at(date(2026, 7, 10)):
        july = reporting.open_period(month.programme, "2026-07", month.vanphong)
    codes = set(july.asked.values_list("task__code", flat=True))
    assert "II.3.2-01" in codes and month.item.code not in codes


def test_completed_and_stopped_work_is_not_asked_for_again(month):
    update = sent(month, claims_completion=True, percent=None)
    reporting.confirm([update], month.vanphong)
    with at(date(2026, 7, 10)):
        period = reporting.open_period(month.programme, "2026-07", month.vanphong)
        assert not Asked.objects.filter(period=period, task=month.item).exists()


def test_facts_of_a_whole_programme_are_one_query_however_much_was_reported(month, django_assert_num_queries):
    sent(month)
    sent(month, content="Nữa")
    tasks = list(Task.objects.select_related("mirrors"))
    with django_assert_num_queries(1):
        facts = facts_of(tasks)
    assert len(facts[month.item.pk].updates) == 2
    assert len(facts[month.item.pk].asks) == 1


def test_opening_a_period_takes_a_constant_number_of_queries(month, django_assert_max_num_queries):
    Period.objects.all()
    with at(date(2026, 7, 10)), django_assert_max_num_queries(25):
        reporting.open_period(month.programme, "2026-07", month.vanphong)
    assert whole(month).title

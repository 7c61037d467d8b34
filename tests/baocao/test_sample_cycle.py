"""What the sample holds on its last day: every way in which work goes, and the year of reporting."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from baocao.answering import Stand
from baocao.directive_rows import lines
from baocao.indicators import indicators_of
from baocao.models import (
    Addressed,
    Answer,
    Draft,
    Evidence,
    ExtensionRequest,
    Period,
    Review,
    UnitReport,
    Update,
)
from baocao.periods import by_key
from baocao.reporting import rules_of
from baocao.review.sealing import freeze, verify
from chuongtrinh.models import User
from nhiemvu.as_of import Day
from nhiemvu.facts import facts_of
from nhiemvu.models import Decision, Task
from nhiemvu.projects import beside_projects
from nhiemvu.status import Contradiction, Freshness, Mark, Progress, Timeliness, status
from nhiemvu.targets import Standing
from phancong import planning
from phancong.models import CarryOver, Plan, PlanAct, PlanEntry

UNTIL = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def test_it_holds_plans_of_two_years_of_the_four_leading_units(demo_record):
    plans = {(p.year, p.unit.short_name): p.state for p in Plan.objects.select_related("unit")}
    assert plans == {
        **{(2026, short): "given" for short in ("PKT", "VHXH", "VPUBND", "UBKT")},
        (2027, "PKT"): "submitted",
        (2027, "VHXH"): "draft",
        (2027, "VPUBND"): "draft",
        (2027, "UBKT"): "returned",
    }
    assert Task.objects.plan_items().count() >= 40
    assert {row.subject for row in Decision.objects.all()} == {"due", "state", "added"}
    assert CarryOver.objects.filter(into=None).exists() and CarryOver.objects.exclude(into=None).exists()


def test_the_plans_in_work_vary_in_quality_and_the_given_ones_are_whole(demo_record):
    lacking = {
        (plan.year, plan.unit.short_name): len(planning.missing(plan, UNTIL))
        for plan in Plan.objects.select_related("unit", "programme")
    }
    assert all(count == 0 for (year, _), count in lacking.items() if year == 2026)
    assert sum(lacking.values()) >= 5


def test_what_happened_bears_its_own_moment_and_not_todays(demo_record):
    assert {act.recorded_at.date() for act in PlanAct.objects.filter(act="give")} == {date(2026, 6, 1)}
    assert {entry.given_on for entry in PlanEntry.objects.filter(plan__year=2026)} == {
        date(2026, 6, 1),
        date(2026, 10, 12),
    }


def stands(title: str):
    """How an item of 2026 stands on the last day."""
    task = Task.objects.select_related("mirrors").get(title=title, year=2026)
    return status(facts_of([task])[task.pk], UNTIL)


def test_periods_open_lock_and_wait_as_the_calendar_says(demo_record):
    periods = {period.key: period for period in Period.objects.all()}
    months = [f"2026-{month:02}" for month in range(5, 13)]
    assert set(periods) == {*months, "2026-Q2", "2026-6T", "2026-Q3", "2026-9T"}
    assert [key for key, period in periods.items() if period.is_open] == ["2026-12", "2026-11"]
    for key, period in periods.items():
        span = by_key(key, rules_of(demo_record))
        acts = {act.act: act for act in period.acts.all()}
        assert acts["open"].recorded_at < period.submit_by, key
        assert acts["open"].recorded_at.date() <= span.end, key
        assert period.is_open or acts["lock"].recorded_at > period.submit_by, key


def test_the_last_open_periods_wait_with_drafts(demo_record):
    drafts = set(Draft.objects.values_list("period__key", "unit__short_name"))
    assert drafts == {("2026-11", "VHXH"), ("2026-11", "PKT"), ("2026-12", "PKT"), ("2026-12", "VHXH")}
    assert not Draft.objects.filter(period__state=Period.State.LOCKED).exists()


def test_units_report_on_time_late_and_not_at_all_and_once_by_the_office(demo_record):

    def sent(key: str, short: str):
        period = Period.objects.get(key=key)
        first = Update.objects.filter(period=period, unit__short_name=short).order_by("pk").first()
        return first and ("late" if first.recorded_at > period.submit_by else "in time")

    of = {key: sent(f"2026-{key}", "VPUBND") for key in ("06", "07", "08", "09", "10")}
    assert of == {"06": "in time", "07": "late", "08": None, "09": "in time", "10": "late"}
    assert sent("2026-11", "VHXH") is None
    assert sent("2026-12", "UBKT") == "in time"
    instead = [row for row in Update.objects.filter(by_office=True) if not row.is_figure]
    assert {(row.period.key, row.unit.short_name) for row in instead} == {("2026-10", "VPUBND")}


def test_work_stands_in_every_way_that_an_office_knows(demo_record):
    early = stands("Xây dựng kế hoạch cải cách hành chính năm")
    assert (early.progress, early.timeliness) == (Progress.COMPLETED, Timeliness.COMPLETED_ON_TIME)
    assert early.completed_on < early.due
    late = stands("Ký quy chế phối hợp với cơ quan tư pháp khu vực")
    assert (late.progress, late.timeliness) == (Progress.COMPLETED, Timeliness.COMPLETED_LATE)
    against = stands("Hoàn thiện hồ sơ các tiêu chí nông thôn mới nâng cao còn thiếu")
    assert Contradiction.ON_TRACK_BUT_OVERDUE in against.contradictions
    full = stands("Bồi dưỡng nghiệp vụ cho cấp ủy viên làm công tác kiểm tra")
    assert Contradiction.FULL_BUT_NOT_DECLARED in full.contradictions
    bare = stands("Tổ chức hội nghị đối thoại với hộ kinh doanh và doanh nghiệp trên địa bàn")
    assert Contradiction.COMPLETED_WITHOUT_PRODUCT in bare.contradictions
    stale = stands("Khảo sát vùng sản xuất rươi, cáy và lúa hữu cơ")
    assert (stale.timeliness, stale.freshness) == (Timeliness.OVERDUE, Freshness.LATE)
    claimed = stands("Giám sát chuyên đề việc thực hiện trách nhiệm nêu gương tại 02 chi bộ")
    assert claimed.progress is Progress.COMPLETION_PENDING
    assert stands("Xây dựng mô hình kinh tế tuần hoàn trong nuôi thủy sản").progress is Progress.PAUSED
    extended = stands("Lập nhiệm vụ quy hoạch chung xã")
    assert (extended.due_original, extended.due) == (date(2026, 9, 30), date(2026, 12, 10))


def test_what_was_returned_is_mended_and_confirmed_or_waits(demo_record):
    rows = Update.objects.filter(state=Update.State.RETURNED).select_related("task", "period").order_by("pk")
    mended, waiting = rows
    again = Update.objects.filter(task=mended.task, period=mended.period).last()
    assert again.state == Update.State.CONFIRMED and again.content != mended.content
    assert Draft.objects.filter(task=waiting.task, period=waiting.period).exists()


def test_one_extension_is_granted_one_refused_and_one_waits(demo_record):
    found = {row.state: row for row in ExtensionRequest.objects.all()}
    assert set(found) == {"granted", "refused", "waiting"} and ExtensionRequest.objects.count() == 3
    assert found["granted"].decision.document == "21-TB/ĐUUB"
    assert found["refused"].answer


def test_nothing_is_said_twice_running_and_then_a_word(demo_record):
    longest = 0
    running: Counter[tuple[int, int, bool]] = Counter()
    for update in Update.objects.order_by("pk"):
        row = (update.task_id, update.unit_id, update.share)
        running[row] = running[row] + 1 if update.no_change and not update.content else 0
        longest = max(longest, running[row])
    assert longest == 2


def test_units_write_reports_of_their_own_and_results_are_proved(demo_record):
    states = {(row.period.key, row.unit.short_name): row.state for row in UnitReport.objects.all()}
    assert states["2026-9T", "UBKT"] == "confirmed"
    assert states["2026-11", "PKT"] == "submitted"
    assert Evidence.objects.exclude(number="").filter(update__claims_completion=True).exists()


def test_it_holds_directives_in_every_standing_from_all_who_give_them(demo_record):
    found = lines(Addressed.objects.all(), Day(UNTIL, UNTIL))
    assert {line.stand for line in found} == set(Stand)
    assert {line.kind for line in found} == {"instruction", "urging", "conclusion"}
    assert len({line.given_by for line in found}) == 3
    assert Answer.objects.filter(by_office=True).exists() and Evidence.objects.exclude(answer=None).exists()
    (late,) = [line for line in found if line.stand is Stand.LATE]
    assert (late.unit_short, late.standing.days_late) == ("PKT", 3)


def test_some_projects_have_milestones_and_capital_and_the_others_stay_empty(demo_record):
    rows = list(Task.objects.filter(programme=demo_record, kind=Task.Kind.PROJECT))
    beside = beside_projects(rows, Day(UNTIL, UNTIL))
    filled = {row.code for row in rows if beside[row.pk].milestones}
    assert filled == {"DA-01", "DA-03", "DA-04", "DA-07", "DA-09"}
    assert all(one.changes == [] for row, one in ((r, beside[r.pk]) for r in rows) if row.code not in filled)
    steps = [step for one in beside.values() for step in one.steps]
    assert {mark for _, mark in steps} == {Mark.COMPLETED, Mark.OVERDUE, Mark.WARNING, Mark.ON_TIME}
    assert any(row.due != row.planned_on for row, _ in steps) and any(row.done_late for row, _ in steps)
    risks = [risk for one in beside.values() for risk in one.risks]
    assert {risk.closed_on is None for risk in risks} == {True, False}


def test_indicators_have_values_in_every_state_and_one_has_none(demo_record):
    office = User.objects.get(committee=demo_record.committee, role=User.Role.OFFICE)
    shown = {row.indicator.code: row for row in indicators_of(demo_record, Day(UNTIL, UNTIL), office)}
    assert {code for code, row in shown.items() if not row.values} == {"CT-06"}
    assert {row.state for one in shown.values() for row in one.values} == {
        "submitted",
        "confirmed",
        "returned",
    }
    assert [str(point.value.normalize()) for point in shown["CT-04"].points] == ["93.2", "94.6"]
    assert shown["CT-01"].judged.standing == Standing.MET and shown["CT-01"].forecast is None
    assert shown["CT-05"].reaches and len(shown["CT-05"].waiting) == 1


def test_units_report_their_shares_of_what_groups_lead_and_the_office_one_figure(demo_record):
    task = Task.objects.select_related("mirrors").get(code="II.1-04")
    shares = Update.objects.filter(task=task, share=True, period__key="2026-08")
    assert {row.unit.short_name for row in shares} == {"PKT", "VHXH"}  # the third missed the period
    figure = Update.objects.get(task=task, share=False, period__key="2026-09")
    assert figure.is_figure and "Phòng Kinh tế: " in figure.content
    found = status(facts_of([task])[task.pk], UNTIL)
    assert (found.percent, found.progress) == (50, Progress.IN_PROGRESS)
    assert found.freshness is Freshness.LATE  # VHXH has not sent its share of November


def test_the_six_months_were_issued_twice_and_the_last_report_is_a_draft(demo_record):
    rows = Review.objects.order_by("pk").values_list("period__key", "edition", "state", "number")
    assert list(rows) == [
        ("2026-6T", 1, "superseded", 1),
        ("2026-6T", 2, "issued", 2),
        ("2026-11", 1, "draft", None),
    ]
    old, new, draft = Review.objects.order_by("pk")
    assert [one.what for row in (old, new) for one in verify(row) if not one.ok] == []
    assert (old.draft_number, old.issued_on) == (2, date(2026, 6, 19))
    assert freeze(old).parts != freeze(new).parts and old.parts.get(key="III.2").own
    assert draft.missing

"""A report is written again as it was: whatever is recorded after the moment that it was read at, its
sentences, annexes, figures and sources are the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from baocao import directives, extension
from baocao.directives import Words
from baocao.models import (
    Addressed,
    Answer,
    Directive,
    ExtensionRequest,
    IndicatorValue,
    Period,
    PeriodAct,
    ReportingRules,
    UnitReport,
    Update,
)
from baocao.sealed.shape import Composed
from chuongtrinh.models import Programme, User
from nhiemvu.models import Funding, Indicator, Milestone, Task
from nhiemvu.status import HANOI, DecisionKind
from phancong.models import Assignment, Comrade, Group, Post, Unit
from tests.baocao.review.stage import READ, report, whole
from tests.record import NOW

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 2, 10, 9, tzinfo=HANOI)


class Later:
    """What people do with the sample's record after the reports were read."""

    def __init__(self, programme: Programme) -> None:
        self.programme, committee = programme, programme.committee
        self.office = User.objects.get(committee=committee, role=User.Role.OFFICE)
        self.secretary = User.objects.get(committee=committee, role=User.Role.SECRETARY)
        self.units = {unit.short_name: unit for unit in Unit.objects.filter(committee=committee)}

    def save(self, row: Any) -> None:
        """What nobody entered counts as read from the signed text."""
        row._history_user = self.office
        row.save()

    def task(self, code: str) -> Task:
        return Task.objects.get(programme=self.programme, code=code)

    def correct_updates(self) -> None:
        """Confirmed updates of items are replaced by others that say something else of the same day."""
        for old in Update.objects.filter(state="confirmed", task__kind="plan_item", replaced_by=None)[:60]:
            words = {"content": "Nội dung đính chính.", "product": "Sản phẩm khác", "percent": 1}
            values = {
                name: getattr(old, name) for name in ("task", "period", "unit", "author", "effective_on")
            }
            new = Update.objects.create(**values, **words, replaces=old)
            new.state, new.settled_at, new.settled_by = "confirmed", LATER, self.office
            new.save()

    def confirm_what_waited(self) -> None:
        for row in Update.objects.filter(state="submitted"):
            row.state, row.settled_at, row.settled_by = "confirmed", LATER, self.office
            row.save()

    def rename(self) -> None:
        trade = self.units["PKT"]
        trade.name = "Phòng Kinh tế - Hạ tầng"
        self.save(trade)
        for group in Group.objects.filter(committee=self.programme.committee):
            group.name = f"{group.name} (mới)"
            self.save(group)
        for person in Comrade.objects.filter(committee=self.programme.committee):
            person.name = "Tên mới đặt"
            self.save(person)
        committee = self.programme.committee
        committee.name = "Đảng ủy phường Mới"
        self.save(committee)
        self.programme.number, self.programme.title = "99-CTr/MOI", "Chương trình khác"
        self.save(self.programme)

    def dissolve(self) -> None:
        culture = self.units["VHXH"]
        culture.valid_to = date(2026, 6, 1)
        self.save(culture)

    def reassign(self) -> None:
        Post.objects.filter(is_head=True, unit=self.units["PKT"]).first().delete()
        Assignment.objects.filter(programme=self.programme, role="direct").first().delete()
        held = Assignment.objects.filter(programme=self.programme, role="lead", unit__isnull=False)
        lead = held.filter(section__isnull=False, principal=True).first()
        lead.unit = self.units["UBKT"]
        self.save(lead)
        row = Assignment(programme=self.programme, task=self.task("DA-04"), role="lead")
        row.unit, row.principal, row.valid_from = self.units["VHXH"], True, date(2026, 1, 1)
        self.save(row)
        own = Assignment.objects.get(task=self.task("2026-PKT-06"), role="lead")
        own.unit = self.units["UBKT"]
        self.save(own)

    def rewrite_work(self) -> None:
        for code in ("DA-04", "II.1-02", "2026-PKT-01"):
            task = self.task(code)
            task.title, task.product = "Tên việc mới", "Sản phẩm mới"
            self.save(task)
        moved = self.task("II.3.3-05")
        moved.section = self.task("II.4-01").section
        self.save(moved)
        undated = self.task("II.4-02")
        undated.due = date(2026, 1, 10)
        self.save(undated)
        extra = {"section": moved.section, "programme": self.programme, "kind": "task", "ordinal": 999}
        self.save(Task(**extra, code="II.4-99", title="Nhiệm vụ bổ sung"))

    def decide(self) -> None:
        back = {"document": "99-QĐ/MAU", "effective_on": date(2026, 6, 1)}
        self.task("DA-04").decide(self.secretary, {"due": date(2026, 6, 10)}, **back)
        item = self.task("2026-PKT-06")
        item.decide(self.secretary, {"state": DecisionKind.DROPPED}, reason="Không cần nữa", **back)
        waiting = ExtensionRequest.objects.filter(state="waiting").first()
        if waiting:
            told = {"document": "30-TB/MAU", "effective_on": date(2026, 11, 20)}
            extension.grant(waiting, self.secretary, **told, due_seen=waiting.due_before)

    def direct(self) -> None:
        unit = self.units["PKT"]
        words = Words(
            kind=Directive.Kind.INSTRUCTION,
            text="Chỉ đạo sau",
            given_on=date(2026, 6, 10),
            answer_by=LATER.date(),
        )
        directives.give(self.programme, self.secretary, words, [(unit, None)])
        for part in Addressed.objects.exclude(answers__state="submitted").exclude(answers__state="accepted"):
            Answer.objects.create(addressed=part, text="Trả lời sau", author=self.office)

    def write_reports_again(self) -> None:
        for row in UnitReport.objects.all():
            row.results, row.shortcomings, row.requests = "Kết quả khác.", "Hạn chế khác.", "Kiến nghị khác."
            row.state = UnitReport.State.CONFIRMED
            self.save(row)

    def measure(self) -> None:
        milestone = Milestone.objects.filter(done_on=None).first()
        milestone.done_on = date(2026, 6, 10)
        self.save(milestone)
        for row in Funding.objects.all():
            row.planned += 1
            self.save(row)
        for row in Indicator.objects.filter(programme=self.programme):
            row.target, row.name = row.target + 1, f"{row.name} mới"
            self.save(row)
        old = IndicatorValue.objects.filter(state="confirmed").first()
        IndicatorValue.objects.create(
            indicator=old.indicator, on=old.on, value=old.value + 5, source="Khác", unit=old.unit,
            author=self.office, replaces=old, state="confirmed", settled_at=LATER, settled_by=self.office,
        )  # fmt: skip

    def set_rules(self) -> None:
        rules = ReportingRules.objects.get_or_create(committee=self.programme.committee)[0]
        rules.soon_days = 60
        self.save(rules)
        for period in Period.objects.filter(programme=self.programme, state="locked"):
            period.record(PeriodAct.Act.REOPEN, self.office, reason="Bổ sung")


ACTS = [name for name in vars(Later) if not name.startswith("_") and name not in ("save", "task")]


@pytest.fixture(scope="module")
def first(told: Programme) -> dict[str, Composed]:
    """The reports as they were read, and what that of November would be now."""
    return {key: report(told, key) for key in READ} | {"now": report(told, "2026-11", known_at=NOW)}


@pytest.mark.parametrize("act", ACTS)
def test_what_is_recorded_later_changes_no_report(told, first, act):
    check(told, first, [act])


def test_all_of_it_together_changes_no_report(told, first):
    check(told, first, ACTS)


def check(programme: Programme, before: dict[str, Composed], acts: list[str]) -> None:
    with transaction.atomic():
        with time_machine.travel(LATER, tick=False):
            later = Later(Programme.objects.get(pk=programme.pk))
            for act in acts:
                getattr(later, act)()
            again = {key: report(Programme.objects.get(pk=programme.pk), key) for key in READ}
            since = report(Programme.objects.get(pk=programme.pk), "2026-11", known_at=LATER.replace(hour=23))
        transaction.set_rollback(True)
    for key in READ:
        assert whole(again[key]) == whole(before[key])
        assert again[key] == before[key]
    assert since != before["now"], "the act changes nothing that a report tells: it tests nothing"


def test_a_report_of_today_is_written_again_tomorrow(told):
    """As of the present day, at this moment: its links name the moment, and hold."""
    today = {"as_of": NOW.date(), "known_at": NOW}
    first = report(told, "2026-12", **today)
    with time_machine.travel(LATER, tick=False):
        assert report(told, "2026-12", **today) == first
    assert "(kỳ báo cáo kết thúc ngày 14/12/2026)" in whole(first)

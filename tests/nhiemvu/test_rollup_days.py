"""How a task stands from its plans, day by day: giao, deadlines changed, work dropped, a new year.

Each day is asked as it was known at its own end, with the clock going along: nothing later may show before.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from nhiemvu.facts import facts_of
from nhiemvu.models import CONTINUING, Task
from nhiemvu.status import DecisionKind, Progress, Timeliness, status
from phancong import planning
from tests.factories.plans import Planners

pytestmark = pytest.mark.django_db
T = Timeliness


class Calendar:
    """Goes through the days; what is done on a day is recorded at noon of it in Hà Nội."""

    def __init__(self, clock):
        self.clock = clock
        self.to(date(2026, 1, 5))
        self.planners = Planners()

    def to(self, day):
        self.day = day
        self.clock.move_to(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))

    def stands(self, task, day):
        row = Task.objects.select_related("mirrors").get(pk=task.pk)
        return status(facts_of([row])[row.pk], day)

    def timeline(self, task, first, last):
        """The stretches of days with the same timeliness, days from the deadline left out."""
        found, day = [], first
        while day <= last:
            stood = self.stands(task, day)
            key = stood.timeliness, stood.timing.worst_item
            if not found or found[-1][1:] != key:
                found.append((day, *key))
            day += timedelta(days=1)
        return found


@pytest.fixture
def calendar():
    with time_machine.travel(datetime(2026, 1, 5, tzinfo=ZoneInfo("UTC")), tick=False) as clock:
        yield Calendar(clock)


def decide(planners, task, changes, on, reason="theo yêu cầu"):
    task.decide(planners.secretary, changes, document="1-TB/MAU", effective_on=on, reason=reason)


def test_a_task_takes_the_worst_item_from_the_day_of_giao_and_follows_its_deadline(calendar):
    planners, task = calendar.planners, calendar.planners.task
    plan = planners.plan(
        {"title": "Một", "due": date(2026, 6, 30)}, {"title": "Hai", "due": date(2026, 9, 30)}
    )
    calendar.to(date(2026, 3, 2))
    planners.give(plan, on=date(2026, 3, 2))
    calendar.to(date(2026, 7, 6))
    decide(planners, planners.item("2026-PKT-01"), {"due": date(2026, 8, 31)}, date(2026, 7, 6))
    calendar.to(date(2026, 12, 31))
    one, two = "2026-PKT-01", "2026-PKT-02"
    assert calendar.timeline(task, date(2026, 2, 25), date(2026, 10, 3)) == [
        (date(2026, 2, 25), T.NO_DEADLINE, None),
        (date(2026, 3, 2), T.ON_TIME, one),
        (date(2026, 6, 23), T.DUE_SOON, one),
        (date(2026, 7, 1), T.OVERDUE, one),  # due on 30/6: late from the day after
        (date(2026, 7, 6), T.ON_TIME, one),
        (date(2026, 8, 24), T.DUE_SOON, one),
        (date(2026, 9, 1), T.OVERDUE, one),
    ]
    assert calendar.timeline(planners.item(two), date(2026, 9, 20), date(2026, 10, 2)) == [
        (date(2026, 9, 20), T.ON_TIME, None),
        (date(2026, 9, 23), T.DUE_SOON, None),
        (date(2026, 10, 1), T.OVERDUE, None),
    ]
    stood = calendar.stands(planners.item(one), date(2026, 9, 1))
    assert (stood.due_original, stood.due) == (date(2026, 6, 30), date(2026, 8, 31))


def test_giao_dated_back_shows_only_from_the_day_it_was_recorded(calendar):
    planners, task = calendar.planners, calendar.planners.task
    plan = planners.plan({"due": date(2026, 3, 10)})
    calendar.to(date(2026, 3, 20))
    planners.give(plan, on=date(2026, 3, 1))
    assert calendar.timeline(task, date(2026, 3, 1), date(2026, 3, 21)) == [
        (date(2026, 3, 1), T.NO_DEADLINE, None),
        (date(2026, 3, 20), T.OVERDUE, "2026-PKT-01"),
    ]


def test_dropped_and_paused_items_weigh_nothing_until_resumed(calendar):
    planners, task = calendar.planners, calendar.planners.task
    plan = planners.plan(
        {"title": "Một", "due": date(2026, 4, 30)}, {"title": "Hai", "due": date(2026, 12, 15)}
    )
    planners.give(plan, on=date(2026, 1, 5))
    one, two = planners.item("2026-PKT-01"), planners.item("2026-PKT-02")
    for day, kind in (
        (date(2026, 5, 11), DecisionKind.PAUSED),
        (date(2026, 5, 18), DecisionKind.RESUMED),
        (date(2026, 6, 1), DecisionKind.DROPPED),
    ):
        calendar.to(day)
        decide(planners, one, {"state": kind}, day)
    calendar.to(date(2026, 12, 31))
    assert calendar.timeline(task, date(2026, 4, 20), date(2026, 6, 5)) == [
        (date(2026, 4, 20), T.ON_TIME, one.code),
        (date(2026, 4, 23), T.DUE_SOON, one.code),
        (date(2026, 5, 1), T.OVERDUE, one.code),
        (date(2026, 5, 11), T.ON_TIME, two.code),
        (date(2026, 5, 18), T.OVERDUE, one.code),
        (date(2026, 6, 1), T.ON_TIME, two.code),
    ]
    counted = [facts.code for facts, _ in calendar.stands(task, date(2026, 5, 12)).counted]
    assert counted == [one.code, two.code]  # paused still counts towards the percent, dropped no longer
    assert [facts.code for facts, _ in calendar.stands(task, date(2026, 6, 1)).counted] == [two.code]
    assert calendar.stands(one, date(2026, 6, 1)).progress is Progress.DROPPED


def test_with_the_new_year_only_its_own_items_count(calendar):
    planners, task = calendar.planners, calendar.planners.task
    planners.give(planners.plan({"due": date(2026, 12, 15)}), on=date(2026, 1, 5))
    calendar.to(date(2026, 12, 28))
    after = planning.open_plan(planners.programme, planners.unit, 2027)
    late = planners.item("2026-PKT-01")
    planning.carry_over(after, planners.head, [(late, True, "")])
    taken = Task.objects.get(carried_from__source=late)
    planning.change_item(taken, planners.head, planners.data(due=date(2027, 1, 10)))
    planners.give(after, on=date(2026, 12, 28))
    calendar.to(date(2027, 1, 31))
    assert calendar.timeline(task, date(2026, 12, 14), date(2027, 1, 12)) == [
        (date(2026, 12, 14), T.DUE_SOON, late.code),
        (date(2026, 12, 16), T.OVERDUE, late.code),
        (date(2027, 1, 1), T.ON_TIME, taken.code),
        (date(2027, 1, 3), T.DUE_SOON, taken.code),
        (date(2027, 1, 11), T.OVERDUE, taken.code),
    ]
    old_year, new_year = (calendar.stands(task, day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert [facts.code for facts, _ in old_year.counted] == [late.code]
    assert [facts.code for facts, _ in new_year.counted] == [taken.code]
    assert calendar.stands(late, date(2027, 1, 1)).timeliness is T.OVERDUE  # the item itself stays late


def test_without_a_plan_for_the_new_year_a_task_has_no_deadline_again(calendar):
    planners, task = calendar.planners, calendar.planners.task
    planners.give(planners.plan({"due": None, "continuing": True}), on=date(2026, 1, 5))
    calendar.to(date(2027, 1, 31))
    assert calendar.timeline(task, date(2026, 12, 30), date(2027, 1, 2)) == [
        (date(2026, 12, 30), T.CONTINUING, "2026-PKT-01"),
        (date(2027, 1, 1), T.NO_DEADLINE, None),
    ]


def test_a_tasks_own_deadline_stands_before_its_items(calendar):
    planners, task = calendar.planners, calendar.planners.task
    planners.give(planners.plan({"due": date(2026, 4, 30)}), on=date(2026, 1, 5))
    calendar.to(date(2026, 5, 11))
    decide(planners, task, {"due": date(2026, 5, 20)}, date(2026, 5, 11))
    calendar.to(date(2026, 5, 28))
    decide(planners, task, {"due": CONTINUING}, date(2026, 5, 28))
    calendar.to(date(2026, 12, 31))
    assert calendar.timeline(task, date(2026, 5, 10), date(2026, 5, 29)) == [
        (date(2026, 5, 10), T.OVERDUE, "2026-PKT-01"),
        (date(2026, 5, 11), T.ON_TIME, None),
        (date(2026, 5, 13), T.DUE_SOON, None),
        (date(2026, 5, 21), T.OVERDUE, None),
        (date(2026, 5, 28), T.OVERDUE, "2026-PKT-01"),  # thường xuyên: again the worst item's
    ]


def test_work_added_after_giao_counts_from_its_documents_day(calendar):
    planners, task = calendar.planners, calendar.planners.task
    plan = planners.give(planners.plan({"due": date(2026, 12, 15)}), on=date(2026, 1, 5))
    calendar.to(date(2026, 6, 8))
    planning.supplement(
        plan,
        planners.secretary,
        planners.data(title="Thêm", due=date(2026, 6, 20)),
        document="20-TB/MAU",
        reason="bão",
        effective_on=date(2026, 6, 8),
    )
    calendar.to(date(2026, 12, 31))
    assert calendar.timeline(task, date(2026, 6, 5), date(2026, 6, 21)) == [
        (date(2026, 6, 5), T.ON_TIME, "2026-PKT-01"),
        (date(2026, 6, 8), T.ON_TIME, "2026-PKT-02"),
        (date(2026, 6, 13), T.DUE_SOON, "2026-PKT-02"),
        (date(2026, 6, 21), T.OVERDUE, "2026-PKT-02"),
    ]


def test_mirrored_work_stands_as_the_work_it_is_counted_with(calendar):
    planners = calendar.planners
    planners.give(planners.plan({"parent": planners.project, "due": date(2026, 4, 30)}), on=date(2026, 1, 5))
    Task.objects.filter(pk=planners.task.pk).update(mirrors=planners.project)
    assert calendar.timeline(planners.task, date(2026, 4, 29), date(2026, 5, 1)) == calendar.timeline(
        planners.project, date(2026, 4, 29), date(2026, 5, 1)
    )

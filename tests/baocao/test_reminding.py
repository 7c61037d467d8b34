"""On which day which step of a deadline is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baocao.periods import Rules, is_working_day, public_holidays
from baocao.reminding import (
    DIRECTOR_FROM,
    OFFICE_FROM,
    Kind,
    Part,
    Thing,
    in_days,
    newest_step,
    parted,
    step_day,
    step_to_say,
)

PLAIN = Rules()
TET = Rules(holidays=public_holidays(2027))
DAY = timedelta(days=1)


def thing(due: date, **other) -> Thing:
    given = {"about": f"due:1:{due}", "kind": Kind.WORK, "title": "Việc", "url": "/", "due": due}
    return Thing(**given | other)


def said_over(due: date, first: date, last: date, rules: Rules, **other) -> list[tuple[date, int]]:
    """What a run on every day from ``first`` to ``last`` says."""
    found: list[tuple[date, int]] = []
    day = first
    while day <= last:
        if is_working_day(day, rules):
            step = step_to_say(thing(due, **other), day, rules, found[-1][1] if found else None)
            if step is not None:
                found.append((day, step))
        day += DAY
    return found


def test_a_deadline_is_said_7_3_1_days_before_then_on_days_1_7_14_then_each_month():
    due = date(2026, 10, 8)  # a Thursday
    assert said_over(due, due - 30 * DAY, due + 110 * DAY, PLAIN) == [
        (date(2026, 10, 1), -7),
        (date(2026, 10, 5), -3),
        (date(2026, 10, 7), -1),
        (date(2026, 10, 9), 1),
        (date(2026, 10, 15), 7),
        (date(2026, 10, 22), 14),
        (date(2026, 11, 23), 44),  # day 44 is a Saturday
        (date(2026, 12, 21), 74),
        (date(2027, 1, 20), 104),
    ]


def test_a_step_on_a_day_off_moves_before_the_deadline_back_and_after_it_on():
    monday = date(2026, 10, 12)
    assert step_day(monday, -1, PLAIN) == date(2026, 10, 9)
    friday = date(2026, 10, 9)
    assert step_day(friday, 1, PLAIN) == monday


def test_steps_that_fall_together_are_said_once_as_the_newest():
    """Tết: every step around mồng 1 moves to the last working day before, or the first after."""
    due = date(2027, 2, 8)  # within Tết; 4 February is the last day worked before it, a Thursday
    assert not is_working_day(due, TET)
    said = said_over(due, date(2027, 1, 25), date(2027, 2, 20), TET)
    assert [step for _, step in said] == [-7, -1, 1, 7]
    assert said[1][0] < due < said[2][0]


def test_a_missed_run_is_caught_up_by_the_newest_step_alone():
    due = date(2026, 10, 8)
    late = date(2026, 10, 16)  # nobody ran it since the 30th
    assert step_to_say(thing(due), late, PLAIN) == 7
    assert step_to_say(thing(due), late, PLAIN, said=7) is None
    assert step_to_say(thing(due), late, PLAIN, said=14) is None  # an older day asked for later
    assert step_to_say(thing(due), date(2026, 10, 8), PLAIN, said=-3) == -1


def test_a_deadline_at_the_end_of_time_breaks_nothing():
    assert newest_step(date.max, date(2026, 10, 8), PLAIN) is None
    assert newest_step(date.min + 10 * DAY, date(2026, 10, 8), PLAIN) == 14 + 30 * 120


def test_what_comes_to_light_late_is_said_at_once():
    assert step_to_say(thing(date(2026, 10, 8)), date(2026, 10, 2), PLAIN) == -7
    assert step_to_say(thing(date(2025, 1, 6)), date(2026, 10, 2), PLAIN) == 14 + 30 * 20


@pytest.mark.parametrize(("since", "first"), [(OFFICE_FROM, 7), (DIRECTOR_FROM, 14), (0, 1)])
def test_who_hears_later_hears_no_earlier_step(since, first):
    due = date(2026, 10, 8)
    steps = [step for _, step in said_over(due, due - 30 * DAY, due + 60 * DAY, PLAIN, since=since)]
    assert steps == [step for step in (1, 7, 14, 44) if step >= first]


@given(
    due=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    runs=st.lists(st.integers(-20, 140), unique=True).map(sorted),
)
def test_however_runs_are_missed_a_step_is_said_once_and_never_backwards(due, runs):
    said: int | None = None
    for offset in runs:
        day = due + offset * DAY
        if not is_working_day(day, TET):
            continue
        step = step_to_say(thing(due), day, TET, said)
        assert step is None or said is None or step > said
        assert step is None or step_day(due, step, TET) <= day
        said = step if step is not None else said
        # After every run the newest step that is due has been said.
        assert newest_step(due, day, TET) in (None, said)


def test_a_list_is_parted_by_what_presses_most():
    today = date(2026, 10, 8)
    rows = [
        thing(today + 3 * DAY, title="mai kia"),
        thing(today, title="nay"),
        thing(today - 2 * DAY, title="trễ ít"),
        thing(today - 20 * DAY, title="trễ nhiều"),
        thing(today, kind=Kind.RETURNED, title="trả", since=0),
        thing(today - DAY, kind=Kind.PLAN, title="chờ", since=0),
    ]
    assert [(part, [row.title for row in held]) for part, held in parted(rows, today)] == [
        (Part.OVERDUE, ["trễ nhiều", "trễ ít"]),
        (Part.TODAY, ["nay"]),
        (Part.RETURNED, ["trả"]),
        (Part.WAITING, ["chờ"]),
        (Part.SOON, ["mai kia"]),
    ]
    assert [in_days(row, today) for row in rows] == [
        "hạn 11/10/2026, còn 3 ngày",
        "hạn hôm nay, 08/10/2026",
        "hạn 06/10/2026, quá 2 ngày",
        "hạn 18/09/2026, quá 20 ngày",
        "từ hôm nay",
        "từ 07/10/2026, đã 1 ngày",
    ]


def test_a_deadline_is_on_a_list_from_the_day_that_its_first_step_could_be_said():
    due = date(2026, 10, 8)
    assert not thing(due).concerns(due - 8 * DAY)
    assert thing(due).concerns(due - 7 * DAY)
    assert not thing(due, since=OFFICE_FROM).concerns(due + 6 * DAY)
    assert thing(due, since=OFFICE_FROM).concerns(due + 7 * DAY)

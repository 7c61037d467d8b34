"""The one status rule: boundaries walked day by day, precedence, roll-up, and what was known when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhiemvu.status import (
    FROM_THE_START,
    HANOI,
    Ask,
    Contradiction,
    Deadline,
    Decision,
    DecisionKind,
    Facts,
    Freshness,
    Mark,
    PlanItem,
    Progress,
    Status,
    Timeliness,
    Update,
    Verdict,
    day_end,
    status,
)

DAY = timedelta(days=1)
DUE = date(2026, 6, 15)
PAUSED, RESUMED, DROPPED = DecisionKind.PAUSED, DecisionKind.RESUMED, DecisionKind.DROPPED
_ids = count(1)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """An office hour in Hà Nội, as a UTC host records it."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HANOI).astimezone(UTC)


def deadline(due: date | None, on: date = date(2026, 1, 1)) -> Deadline:
    return Deadline(due=due, continuing=due is None, effective_on=on, recorded_at=at(on))


def update(on: date, *, confirmed: date | None = None, withdrawn: date | None = None, **fields) -> Update:
    fields.setdefault("id", next(_ids))
    fields.setdefault("recorded_at", at(on))
    return Update(
        effective_on=on,
        confirmed_at=at(confirmed, 10) if confirmed else None,
        withdrawn_at=at(withdrawn, 11) if withdrawn else None,
        **fields,
    )


def done(on: date, **fields) -> Update:
    return update(
        on, confirmed=fields.pop("confirmed", on), claims_completion=True, product="Báo cáo", **fields
    )


def decision(kind: DecisionKind, on: date) -> Decision:
    return Decision(kind=kind, effective_on=on, recorded_at=at(on), number="12-QĐ/ĐUUB", reason="lý do")


def item(code: str = "2026-PKT-01", *, year: int = 2026, on: date = date(2026, 1, 1), **facts) -> PlanItem:
    facts.setdefault("deadlines", (deadline(DUE),))
    given = Facts(code=code, title=f"Việc {code}", **facts)
    return PlanItem(facts=given, year=year, effective_on=on, recorded_at=at(on))


# --- timeliness ----------------------------------------------------------------------------------------


def test_deadline_is_walked_day_by_day():
    facts = Facts(deadlines=(deadline(DUE),))
    seen = [status(facts, DUE + n * DAY) for n in (-30, -8, -7, -1, 0, 1, 2)]
    on_time, soon, overdue = Timeliness.ON_TIME, Timeliness.DUE_SOON, Timeliness.OVERDUE
    assert [s.timeliness for s in seen] == [on_time, on_time, soon, soon, soon, overdue, overdue]
    assert [s.timing.days for s in seen] == [30, 8, 7, 1, 0, -1, -2]
    assert [s.days_late for s in seen] == [None] * 5 + [1, 2]


@pytest.mark.parametrize("due", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 28)])
def test_leap_day_and_year_end_are_ordinary_days(due):
    facts = Facts(deadlines=(deadline(due),))
    assert status(facts, due).timing.days == 0
    assert status(facts, due + DAY).days_late == 1
    assert status(facts, due - DAY).timing.days == 1


def test_how_soon_is_soon_is_a_setting():
    facts = Facts(deadlines=(deadline(DUE),), soon_days=10)
    assert status(facts, DUE - 10 * DAY).timeliness is Timeliness.DUE_SOON
    assert status(replace(facts, soon_days=0), DUE - DAY).timeliness is Timeliness.ON_TIME


def test_no_deadline_is_continuing_only_where_somebody_said_so():
    assert status(Facts(), DUE).timeliness is Timeliness.NO_DEADLINE
    assert status(Facts(deadlines=(deadline(None),)), DUE).timeliness is Timeliness.CONTINUING


@pytest.mark.parametrize("both", [{"due": DUE, "continuing": True}, {"due": None, "continuing": False}])
def test_a_deadline_is_a_day_or_continuing_never_both_or_neither(both):
    with pytest.raises(ValueError, match="either"):
        Deadline(effective_on=DUE, recorded_at=FROM_THE_START, **both)


@pytest.mark.parametrize(
    ("completed", "expected"),
    [
        (DUE - DAY, Timeliness.COMPLETED_ON_TIME),
        (DUE, Timeliness.COMPLETED_ON_TIME),
        (DUE + DAY, Timeliness.COMPLETED_LATE),
    ],
)
def test_completion_counts_on_the_claimed_day_not_on_the_day_of_confirmation(completed, expected):
    facts = Facts(deadlines=(deadline(DUE),), updates=(done(completed, confirmed=DUE + 20 * DAY),))
    stands = status(facts, DUE + 30 * DAY)
    assert (stands.progress, stands.completed_on, stands.timeliness) == (
        Progress.COMPLETED,
        completed,
        expected,
    )


def test_claim_that_waits_past_the_deadline_is_overdue_until_confirmed():
    facts = Facts(deadlines=(deadline(DUE),), updates=(done(DUE - 2 * DAY, confirmed=DUE + 5 * DAY),))
    walk = [status(facts, DUE + n * DAY) for n in (-2, 0, 1, 4, 5)]
    pending, completed = Progress.COMPLETION_PENDING, Progress.COMPLETED
    assert [s.progress for s in walk] == [pending, pending, pending, pending, completed]
    assert [s.mark for s in walk] == [Mark.WARNING] * 2 + [Mark.OVERDUE] * 2 + [Mark.COMPLETED]
    # The same day, with what was learnt since:
    learnt = status(facts, DUE + DAY, known_at=day_end(DUE + 5 * DAY))
    assert (learnt.progress, learnt.timeliness) == (completed, Timeliness.COMPLETED_ON_TIME)


def test_completion_is_judged_by_the_present_deadline_and_the_original_stays():
    extended = deadline(DUE + 30 * DAY, on=DUE - DAY)
    facts = Facts(deadlines=(extended, deadline(DUE)), updates=(done(DUE + 3 * DAY),))
    assert status(facts, DUE - 2 * DAY).due == DUE
    stands = status(facts, DUE + 3 * DAY)
    assert (stands.due_original, stands.due) == (DUE, DUE + 30 * DAY)
    assert stands.timeliness is Timeliness.COMPLETED_ON_TIME


def test_extension_recorded_after_the_day_does_not_undo_that_day():
    late_paper = Deadline(due=DUE + 30 * DAY, effective_on=DUE - DAY, recorded_at=at(DUE + 4 * DAY))
    facts = Facts(deadlines=(deadline(DUE), late_paper))
    assert status(facts, DUE + DAY).timeliness is Timeliness.OVERDUE
    assert status(facts, DUE + DAY, known_at=day_end(DUE + 4 * DAY)).timeliness is Timeliness.ON_TIME


# --- the clock of Hà Nội ---------------------------------------------------------------------------------


def test_the_day_ends_at_midnight_of_ha_noi_on_a_utc_host():
    assert day_end(DUE) == datetime(2026, 6, 15, 17, tzinfo=UTC)
    assert day_end(date(2028, 2, 28)) == datetime(2028, 2, 28, 17, tzinfo=UTC)  # 29/2 begins
    assert day_end(date(2026, 12, 31)) == datetime(2026, 12, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize(("minute", "known"), [(59, True), (60, False)])
def test_what_is_recorded_at_2359_belongs_to_the_day_and_at_midnight_to_the_next(minute, known):
    moment = datetime(2026, 6, 15, 16, tzinfo=UTC) + timedelta(minutes=minute)
    extended = Deadline(due=DUE + DAY, effective_on=DUE, recorded_at=moment)
    facts = Facts(updates=(update(DUE, recorded_at=moment, text="đã làm"),), deadlines=(extended,))
    assert (status(facts, DUE).progress is Progress.IN_PROGRESS) is known
    assert (status(facts, DUE).due is not None) is known
    assert status(facts, DUE + DAY).progress is Progress.IN_PROGRESS


def test_what_the_signed_text_says_was_known_from_the_start():
    signed = Deadline(due=DUE, effective_on=date(2026, 5, 5), recorded_at=FROM_THE_START)
    assert status(Facts(deadlines=(signed,)), date(2026, 5, 4)).due is None
    assert status(Facts(deadlines=(signed,)), date(2026, 5, 5)).due == DUE


def test_a_naive_moment_is_refused():
    with pytest.raises(TypeError):
        status(Facts(updates=(update(DUE),)), DUE, known_at=datetime(2026, 6, 15))


# --- progress --------------------------------------------------------------------------------------------


CLAIM = update(DUE, claims_completion=True, text="xong")
CONFIRMED = done(DUE, text="xong")
BEGUN = update(DUE, text="đang làm")
PRECEDENCE = [
    ((CONFIRMED, CLAIM, BEGUN), (PAUSED, DROPPED), Progress.DROPPED),
    ((CONFIRMED, CLAIM, BEGUN), (DROPPED, PAUSED), Progress.DROPPED),
    ((CONFIRMED, CLAIM, BEGUN), (PAUSED,), Progress.PAUSED),
    ((CONFIRMED, CLAIM, BEGUN), (PAUSED, RESUMED), Progress.COMPLETED),
    ((CONFIRMED, CLAIM, BEGUN), (DROPPED, RESUMED, PAUSED), Progress.PAUSED),
    ((CONFIRMED, CLAIM, BEGUN), (), Progress.COMPLETED),
    ((CLAIM, BEGUN), (), Progress.COMPLETION_PENDING),
    ((BEGUN,), (), Progress.IN_PROGRESS),
    ((update(DUE, percent=1),), (), Progress.IN_PROGRESS),
    ((update(DUE, percent=0),), (), Progress.NOT_STARTED),
    ((update(DUE, text="  "),), (), Progress.NOT_STARTED),
    ((update(DUE, text="Không phát sinh vì chưa có vốn", no_change=True),), (), Progress.NOT_STARTED),
    ((update(DUE, text="đang làm", withdrawn=DUE),), (), Progress.NOT_STARTED),
    ((done(DUE, withdrawn=DUE),), (), Progress.NOT_STARTED),
    ((), (), Progress.NOT_STARTED),
]


@pytest.mark.parametrize(("updates", "kinds", "expected"), PRECEDENCE)
def test_precedence_of_progress(updates, kinds, expected):
    decisions = tuple(decision(kind, DUE + n * DAY) for n, kind in enumerate(kinds))
    facts = Facts(deadlines=(deadline(DUE),), updates=updates, decisions=decisions)
    stands = status(facts, DUE + 9 * DAY)
    assert stands.progress is expected
    stopped = expected in (Progress.PAUSED, Progress.DROPPED)
    assert (stands.timeliness is None) is stopped is (stands.mark is Mark.STOPPED)
    assert (stands.completed_on is not None) is (expected is Progress.COMPLETED)


def test_pause_holds_from_its_day_until_resumed():
    facts = Facts(decisions=(decision(RESUMED, DUE + 5 * DAY), decision(PAUSED, DUE)))
    walk = [status(facts, DUE + n * DAY).progress is Progress.PAUSED for n in (-1, 0, 4, 5)]
    assert walk == [False, True, True, False]


def test_work_on_an_item_of_any_year_has_begun_its_task():
    facts = Facts(items=(item(year=2026, updates=(update(DUE, text="đang làm"),)),))
    assert status(facts, DUE).progress is Progress.IN_PROGRESS
    assert status(facts, date(2027, 1, 1)).progress is Progress.IN_PROGRESS
    assert status(Facts(items=(item(),)), DUE).progress is Progress.NOT_STARTED


def test_items_are_seen_with_the_same_knowledge_as_their_task():
    facts = Facts(items=(item(updates=(update(DUE, percent=60, confirmed=DUE + 5 * DAY),)),))
    assert status(facts, DUE).percent == 0
    assert status(facts, DUE, known_at=day_end(DUE + 5 * DAY)).percent == 60


def test_items_alone_never_complete_their_task():
    assert status(Facts(items=(item(updates=(done(DUE),)),)), DUE).progress is Progress.IN_PROGRESS


# --- corrections -----------------------------------------------------------------------------------------


def test_correction_replaces_a_confirmed_update_only_once_confirmed_itself():
    first = update(DUE, id=1001, percent=60, confirmed=DUE)
    second = update(DUE + DAY, id=1002, percent=40, replaces=1001, confirmed=DUE + 3 * DAY)
    percents = [status(Facts(updates=(second, first)), DUE + n * DAY).percent for n in (0, 1, 2, 3)]
    assert percents == [60, 60, 60, 40]


def test_a_second_claim_does_not_move_the_day_of_completion():
    assert status(Facts(updates=(done(DUE + 3 * DAY), done(DUE))), DUE + 5 * DAY).completed_on == DUE


def test_a_returned_correction_leaves_the_original_standing():
    first = done(DUE, id=1001)
    second = update(DUE + DAY, id=1002, percent=40, replaces=1001, withdrawn=DUE + 2 * DAY)
    assert status(Facts(updates=(first, second)), DUE + 3 * DAY).progress is Progress.COMPLETED


def test_a_correction_of_a_correction_replaces_both():
    first = done(DUE, id=1001)
    second = update(DUE + DAY, id=1002, percent=90, replaces=1001, withdrawn=DUE + 2 * DAY)
    third = update(DUE + 2 * DAY, id=1003, percent=80, replaces=1002, confirmed=DUE + 2 * DAY)
    stands = status(Facts(updates=(third, first, second)), DUE + 3 * DAY)
    assert (stands.progress, stands.percent) == (Progress.IN_PROGRESS, 80)


def test_completion_day_corrected_to_later_is_not_completed_before_it():
    first = done(DUE, id=1001)
    second = done(DUE + 9 * DAY, id=1002, replaces=1001, recorded_at=at(DUE + 9 * DAY))
    facts = Facts(deadlines=(deadline(DUE),), updates=(first, second))
    assert status(facts, DUE + DAY).progress is Progress.COMPLETED
    learnt = status(facts, DUE + DAY, known_at=day_end(DUE + 9 * DAY))
    assert (learnt.progress, learnt.timeliness) == (Progress.NOT_STARTED, Timeliness.OVERDUE)


def test_rows_that_name_each_other_do_not_hang():
    pair = (update(DUE, id=1001, replaces=1002), update(DUE, id=1002, replaces=1001))
    assert status(Facts(updates=pair), DUE).progress is Progress.NOT_STARTED


# --- parents ---------------------------------------------------------------------------------------------


ITEMS = {
    "overdue": item("a", deadlines=(deadline(DUE - 3 * DAY),)),
    "very overdue": item("b", deadlines=(deadline(DUE - 9 * DAY),)),
    "due soon": item("c", deadlines=(deadline(DUE + 2 * DAY),)),
    "on time": item("d", deadlines=(deadline(DUE + 40 * DAY),)),
    "continuing": item("e", deadlines=(deadline(None),)),
    "undetermined": item("f", deadlines=()),
    "completed": item("g", updates=(done(DUE),)),
    "completed late": item("h", deadlines=(deadline(DUE - 3 * DAY),), updates=(done(DUE),)),
    "dropped": item("i", deadlines=(deadline(DUE - 9 * DAY),), decisions=(decision(DROPPED, DUE),)),
    "paused": item("j", deadlines=(deadline(DUE - 9 * DAY),), decisions=(decision(PAUSED, DUE),)),
    "last year's": item("k", year=2025, deadlines=(deadline(DUE - 9 * DAY),)),
    "not yet given": item("l", on=DUE + DAY, deadlines=(deadline(DUE - 9 * DAY),)),
}


@pytest.mark.parametrize(
    ("names", "expected", "days", "worst"),
    [
        (["on time", "overdue", "very overdue", "due soon"], Timeliness.OVERDUE, -9, "b"),
        (["on time", "due soon", "completed late"], Timeliness.DUE_SOON, 2, "c"),
        (["on time", "continuing", "completed"], Timeliness.ON_TIME, 40, "d"),
        (["completed", "completed late"], Timeliness.ON_TIME, None, None),
        (["continuing", "undetermined"], Timeliness.CONTINUING, None, "e"),
        (["undetermined"], Timeliness.NO_DEADLINE, None, None),
        (["dropped", "paused", "last year's", "not yet given"], Timeliness.NO_DEADLINE, None, None),
        ([], Timeliness.NO_DEADLINE, None, None),
    ],
)
def test_parent_without_deadline_takes_the_worst_given_item_of_the_year(names, expected, days, worst):
    stands = status(Facts(items=tuple(ITEMS[name] for name in names)), DUE)
    assert (stands.timeliness, stands.timing.days, stands.timing.worst_item) == (expected, days, worst)


def test_parent_with_a_deadline_of_its_own_keeps_it():
    facts = Facts(deadlines=(deadline(DUE + 90 * DAY),), items=(ITEMS["overdue"],))
    assert status(facts, DUE).timeliness is Timeliness.ON_TIME


def test_continuing_parent_shows_its_overdue_item_and_else_its_own_word():
    continuing = Facts(deadlines=(deadline(None),))
    assert status(replace(continuing, items=(ITEMS["overdue"],)), DUE).mark is Mark.OVERDUE
    assert status(replace(continuing, items=(ITEMS["dropped"],)), DUE).mark is Mark.CONTINUING


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("completed", Timeliness.COMPLETED_ON_TIME),
        ("on time", Timeliness.COMPLETED_ON_TIME),
        ("completed late", Timeliness.COMPLETED_LATE),
        ("overdue", Timeliness.COMPLETED_LATE),
        ("dropped", Timeliness.NO_DEADLINE),
    ],
)
def test_finished_parent_without_deadline_is_never_overdue(name, expected):
    stands = status(Facts(updates=(done(DUE),), items=(ITEMS[name],)), DUE)
    assert (stands.timeliness, stands.mark) == (expected, Mark.COMPLETED)


def test_percent_of_a_parent_is_the_explained_average_of_its_items_not_dropped():
    def at_percent(code: str, percent: int | None, **more) -> PlanItem:
        return item(code, updates=(update(DUE, percent=percent, confirmed=DUE),), **more)

    facts = Facts(
        updates=(update(DUE, percent=90, confirmed=DUE),),
        items=(
            at_percent("2026-PKT-02", None),
            at_percent("2026-PKT-01", 50),
            at_percent("2026-PKT-03", 75),
            at_percent("2026-PKT-04", 1, decisions=(decision(DROPPED, DUE),)),
            at_percent("2026-PKT-05", 33, decisions=(decision(PAUSED, DUE),)),
            at_percent("2027-PKT-01", 1, year=2027),
        ),
    )
    stands = status(facts, DUE)
    assert stands.percent == 40  # 158 / 4 = 39.5
    assert stands.percent_formula == (
        "trung bình của 4 việc: 2026-PKT-01 50%, 2026-PKT-02 0%, 2026-PKT-03 75%, 2026-PKT-05 33%"
    )
    without_items = status(replace(facts, items=facts.items[3:4]), DUE)
    assert (without_items.percent, without_items.percent_formula) == (90, "")


def test_average_says_100_only_where_every_item_is_at_100():
    full, nearly = (
        item(c, updates=(update(DUE, percent=p, confirmed=DUE),)) for c, p in (("a", 100), ("b", 99))
    )
    assert status(Facts(items=(full, nearly)), DUE).percent == 99
    assert status(Facts(items=(full,)), DUE).percent == 100


# --- percent, verdict, mark ------------------------------------------------------------------------------


def test_leaf_percent_is_the_last_reported_and_confirmed():
    facts = Facts(
        updates=(
            update(DUE, percent=30, confirmed=DUE),
            update(DUE + DAY, no_change=True, confirmed=DUE + DAY),
            update(DUE + 2 * DAY, percent=70),
        )
    )
    assert status(facts, DUE - DAY).percent is None
    assert status(facts, DUE + 3 * DAY).percent == 30
    assert status(Facts(updates=(done(DUE),)), DUE).percent == 100


@pytest.mark.parametrize("percent", [-1, 101])
def test_percent_outside_0_to_100_is_refused(percent):
    with pytest.raises(ValueError, match="between 0 and 100"):
        update(DUE, percent=percent)


def judged(verdict: Verdict, **fields) -> Update:
    return update(DUE, verdict=verdict, reason="chậm vốn", text="đang làm", confirmed=DUE, **fields)


@pytest.mark.parametrize(
    ("facts", "icon", "label"),
    [
        (Facts(deadlines=(deadline(DUE),), updates=(done(DUE), judged(Verdict.BEHIND))), "✔", "Hoàn thành"),
        (Facts(deadlines=(deadline(DUE - DAY),), updates=(done(DUE),)), "✔", "trễ"),
        (Facts(deadlines=(deadline(DUE - DAY),), updates=(judged(Verdict.AT_RISK),)), "■", "Quá hạn"),
        (Facts(deadlines=(deadline(DUE),), updates=(judged(Verdict.AT_RISK),)), "▲", "Sắp đến hạn"),
        (Facts(deadlines=(deadline(DUE + 30 * DAY),), updates=(judged(Verdict.AT_RISK),)), "▲", "Có nguy cơ"),
        (Facts(updates=(judged(Verdict.BEHIND),)), "▲", "Chậm"),
        (Facts(deadlines=(deadline(DUE + 30 * DAY),), updates=(judged(Verdict.ON_TRACK),)), "▶", "Trong hạn"),
        (Facts(deadlines=(deadline(None),)), "↻", "Thường xuyên"),
        (Facts(), "○", "Chưa xác định"),
        (Facts(updates=(judged(Verdict.AT_RISK),), decisions=(decision(PAUSED, DUE),)), "×", "Tạm dừng"),
        (Facts(decisions=(decision(DROPPED, DUE),)), "×", "Thôi thực hiện"),
    ],
)
def test_one_mark_per_row_first_that_fits(facts, icon, label):
    stands = status(facts, DUE)
    assert (stands.mark.icon, stands.label) == (icon, label)


def test_verdict_is_the_last_confirmed_one_with_its_reason():
    facts = Facts(updates=(judged(Verdict.AT_RISK), update(DUE + DAY, verdict=Verdict.ON_TRACK)))
    stands = status(facts, DUE + 2 * DAY)
    assert (stands.verdict, stands.verdict_reason) == (Verdict.AT_RISK, "chậm vốn")


def test_what_the_unit_says_is_done_waits_for_the_office_also_by_its_item():
    declared = update(DUE, claims_completion=True)
    late = item("b", deadlines=(deadline(DUE - 9 * DAY),), updates=(declared,))
    assert status(Facts(updates=(declared,)), DUE + DAY).pending
    assert status(Facts(items=(late,)), DUE + DAY).pending
    assert not status(Facts(items=(late,)), DUE - DAY).pending
    done = replace(declared, confirmed_at=declared.recorded_at)
    assert not status(Facts(updates=(done,)), DUE + DAY).pending


def test_the_reason_is_the_rows_own_or_else_that_of_the_item_which_makes_it_late():
    late = item("b", deadlines=(deadline(DUE - 9 * DAY),), updates=(judged(Verdict.BEHIND),))
    other = item("c", deadlines=(deadline(DUE + 40 * DAY),), updates=(judged(Verdict.AT_RISK),))
    stands = status(Facts(items=(late, other)), DUE + DAY)
    assert (stands.verdict_reason, stands.reason) == ("", "chậm vốn")
    assert stands.worst and stands.worst[0].code == "b"
    assert status(Facts(items=(ITEMS["overdue"], other)), DUE + DAY).reason == ""
    own = replace(judged(Verdict.BEHIND), reason="chờ quy hoạch")
    assert status(Facts(updates=(own,), items=(late,)), DUE + DAY).reason == "chờ quy hoạch"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            Facts(deadlines=(deadline(DUE - DAY),), updates=(judged(Verdict.ON_TRACK),)),
            (Contradiction.ON_TRACK_BUT_OVERDUE,),
        ),
        (Facts(updates=(judged(Verdict.ON_TRACK, percent=100),)), (Contradiction.FULL_BUT_NOT_DECLARED,)),
        (Facts(updates=(judged(Verdict.ON_TRACK, percent=100, claims_completion=True, product="x"),)), ()),
        (
            Facts(updates=(judged(Verdict.ON_TRACK, claims_completion=True, product=" "),)),
            (Contradiction.COMPLETED_WITHOUT_PRODUCT,),
        ),
        (Facts(deadlines=(deadline(DUE),), updates=(judged(Verdict.ON_TRACK),)), ()),
        (Facts(items=(item(updates=(done(DUE),)),)), ()),
    ],
)
def test_contradictions_are_shown(facts, expected):
    assert status(facts, DUE).contradictions == expected


# --- freshness -------------------------------------------------------------------------------------------


def test_freshness_is_walked_through_a_period():
    ask = Ask(period=1, asked_on=DUE - 5 * DAY, submit_by=DUE, closed_on=DUE + 3 * DAY)
    facts = Facts(asks=(ask,))
    walk = [status(facts, DUE + n * DAY).freshness for n in (-6, -5, 0, 1, 2, 3)]
    none, not_yet, late = Freshness.NOT_ASKED, Freshness.NOT_YET, Freshness.LATE
    assert walk == [none, not_yet, not_yet, late, late, none]


@pytest.mark.parametrize(
    "rest",
    [
        {"decisions": (decision(PAUSED, DUE),)},
        {"decisions": (decision(DROPPED, DUE),)},
        {"updates": (done(DUE, period=0),)},
    ],
)
def test_work_that_comes_to_rest_while_a_period_asks_owes_it_nothing(rest):
    facts = Facts(asks=(Ask(period=1, asked_on=DUE - 5 * DAY, submit_by=DUE - DAY),), **rest)
    assert status(facts, DUE - DAY).freshness is Freshness.NOT_YET
    assert status(facts, DUE).freshness is Freshness.NOT_ASKED
    answered = replace(facts, updates=(*facts.updates, update(DUE - DAY, text="Đã làm", period=1)))
    assert status(answered, DUE).freshness is Freshness.UPDATED


def test_work_that_is_resumed_owes_its_update_again():
    ask = Ask(period=1, asked_on=DUE - 5 * DAY, submit_by=DUE)
    facts = Facts(asks=(ask,), decisions=(decision(PAUSED, DUE), decision(RESUMED, DUE + 2 * DAY)))
    seen = [status(facts, DUE + n * DAY).freshness for n in (-1, 1, 2)]
    assert seen == [Freshness.NOT_YET, Freshness.NOT_ASKED, Freshness.LATE]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"period": 1, "no_change": True}, Freshness.UPDATED),
        ({"period": 1, "text": "xong"}, Freshness.UPDATED),
        ({"period": 2, "text": "kỳ khác"}, Freshness.NOT_YET),
        ({"period": 1, "text": "bị trả lại", "withdrawn": DUE}, Freshness.NOT_YET),
    ],
)
def test_only_a_submitted_update_for_the_period_makes_it_fresh(fields, expected):
    ask = Ask(period=1, asked_on=DUE - DAY, submit_by=DUE + DAY)
    assert status(Facts(asks=(ask,), updates=(update(DUE, **fields),)), DUE).freshness is expected


def test_of_several_open_periods_the_worst_counts():
    month = Ask(period=1, asked_on=DUE - 9 * DAY, submit_by=DUE)
    quarter = Ask(period=2, asked_on=DUE - 9 * DAY, submit_by=DUE + 9 * DAY)
    facts = Facts(asks=(quarter, month), updates=(update(DUE, period=1, text="x"),))
    assert status(facts, DUE + DAY).freshness is Freshness.NOT_YET
    assert status(replace(facts, updates=()), DUE + DAY).freshness is Freshness.LATE


# --- the row that stands twice ---------------------------------------------------------------------------


def test_mirrored_row_takes_state_percent_and_updates_and_says_so():
    project = Facts(
        code="DA-01",
        deadlines=(deadline(DUE),),
        updates=(update(DUE, text="đang làm", percent=40, confirmed=DUE, period=1),),
        asks=(Ask(period=1, asked_on=DUE, submit_by=DUE),),
        items=(item("2027-PKT-01", year=2027),),
    )
    row = Facts(code="II.3.2-02", mirrors=project)
    expected = replace(status(project, DUE), mirrors="DA-01")
    assert status(row, DUE) == expected
    own = status(replace(row, deadlines=(deadline(DUE + 90 * DAY),)), DUE)
    assert (own.timeliness, own.percent) == (Timeliness.ON_TIME, 40)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (Progress, "not_started|in_progress|completion_pending|completed|paused|dropped"),
        (Timeliness, "overdue|due_soon|on_time|completed_late|completed_on_time|continuing|no_deadline"),
        (Freshness, "updated|not_yet|late|not_asked"),
        (Verdict, "on_track|at_risk|behind"),
        (Mark, "completed|overdue|warning|on_time|continuing|undetermined|stopped"),
    ],
)
def test_json_says_the_english_value_and_people_read_the_vietnamese_label(words, values):
    assert "|".join(words) == values
    assert all(word.label and word == word.value for word in words)


# --- properties ------------------------------------------------------------------------------------------

START = date(2026, 12, 20)  # year end lies within
days = st.integers(0, 30).map(lambda n: START + n * DAY)
moments = st.integers(0, 31 * 24).map(lambda n: datetime(2026, 12, 20, tzinfo=UTC) + timedelta(hours=n))
dated = {"effective_on": days, "recorded_at": moments}
texts = st.sampled_from(["", "đã làm"])
deadlines = st.builds(deadline, st.none() | days, days).flatmap(
    lambda d: moments.map(lambda moment: replace(d, recorded_at=moment))
)
updates = st.builds(
    Update,
    id=st.integers(1, 9),
    text=texts,
    product=texts,
    percent=st.none() | st.integers(0, 100),
    verdict=st.none() | st.sampled_from(Verdict),
    no_change=st.booleans(),
    claims_completion=st.booleans(),
    period=st.none() | st.integers(1, 2),
    replaces=st.none() | st.integers(1, 9),
    confirmed_at=st.none() | moments,
    withdrawn_at=st.none() | moments,
    **dated,
)
decisions = st.builds(Decision, kind=st.sampled_from(DecisionKind), **dated)
asks = st.builds(Ask, period=st.integers(1, 2), asked_on=days, submit_by=days, closed_on=st.none() | days)
leaf = {
    "code": st.sampled_from("abc"),
    "deadlines": st.lists(deadlines, max_size=2).map(tuple),
    "updates": st.lists(updates, max_size=4, unique_by=lambda u: u.id).map(tuple),
    "decisions": st.lists(decisions, max_size=2).map(tuple),
    "asks": st.lists(asks, max_size=2).map(tuple),
}
items = st.builds(PlanItem, facts=st.builds(Facts, **leaf), year=st.integers(2026, 2027), **dated)
parents = st.builds(
    Facts, **leaf, items=st.lists(items, max_size=3, unique_by=lambda i: i.facts.code).map(tuple)
)


def known_by(facts: Facts, moment: datetime) -> Facts:
    """What a database copied at that moment would have held: later rows absent, later acts not yet done."""

    def rows(all_rows):
        return tuple(row for row in all_rows if row.recorded_at < moment)

    def act(when: datetime | None) -> datetime | None:
        return when if when and when < moment else None

    return replace(
        facts,
        deadlines=rows(facts.deadlines),
        decisions=rows(facts.decisions),
        updates=tuple(
            replace(u, confirmed_at=act(u.confirmed_at), withdrawn_at=act(u.withdrawn_at))
            for u in rows(facts.updates)
        ),
        items=tuple(replace(i, facts=known_by(i.facts, moment)) for i in rows(facts.items)),
    )


def plain(stands: Status) -> Status:
    """Without the facts it was counted from, which a later copy of the database holds more of."""
    return replace(stands, counted=tuple((Facts(code=f.code), plain(s)) for f, s in stands.counted))


@settings(deadline=None, max_examples=150)
@given(parents, days)
def test_whatever_the_facts_the_answer_holds_together(facts, day):
    stands = status(facts, day)
    assert stands.percent is None or 0 <= stands.percent <= 100
    assert (stands.timeliness is None) is (stands.progress in (Progress.PAUSED, Progress.DROPPED))
    assert stands.mark in Mark
    assert stands.label
    finished = stands.progress is Progress.COMPLETED
    assert (stands.completed_on is not None) is finished is (stands.mark is Mark.COMPLETED)
    if stands.timeliness in (Timeliness.COMPLETED_LATE, Timeliness.COMPLETED_ON_TIME):
        assert finished
    if stands.timeliness in (Timeliness.OVERDUE, Timeliness.DUE_SOON, Timeliness.ON_TIME):
        assert not finished
    assert (stands.days_late is not None) <= (
        stands.timeliness in (Timeliness.OVERDUE, Timeliness.COMPLETED_LATE)
    )


@settings(deadline=None, max_examples=150)
@given(parents, days)
def test_what_is_recorded_later_never_changes_how_a_day_was_known(facts, day):
    assert plain(status(facts, day)) == plain(status(known_by(facts, day_end(day)), day))


@settings(deadline=None, max_examples=100)
@given(days, st.integers(0, 10), days)
def test_once_overdue_only_a_decision_or_a_completion_ends_it(due, soon, day):
    stands = status(Facts(deadlines=(deadline(due),), soon_days=soon), day)
    assert (stands.timeliness is Timeliness.OVERDUE) is (day > due)
    assert (stands.timeliness is Timeliness.DUE_SOON) is (0 <= (due - day).days <= soon)


def test_the_share_of_one_unit_begins_the_work_and_gives_it_no_figure():
    """What groups lead: units tell what they did, the figure is the office's own report."""
    on = date(2026, 3, 1)
    told = {"confirmed": on, "share": 4, "percent": 90, "verdict": Verdict.BEHIND, "product": "Sổ"}
    share = update(on, text="Đã học", claims_completion=True, **told)
    stood = status(Facts(updates=(share,)), on)
    assert (stood.progress, stood.reported) == (Progress.IN_PROGRESS, True)
    assert (stood.percent, stood.verdict, stood.completed_on, stood.has_product) == (None, None, None, False)
    figure = update(on, confirmed=on, percent=40, verdict=Verdict.ON_TRACK)
    both = status(Facts(updates=(share, figure)), on)
    assert (both.percent, both.verdict) == (40, Verdict.ON_TRACK)
    assert status(Facts(updates=(update(on, share=4, no_change=True),)), on).progress is Progress.NOT_STARTED


def test_a_period_is_answered_once_every_unit_asked_for_its_share_has_answered():
    opened, last = date(2026, 3, 1), date(2026, 3, 16)
    asks = tuple(Ask(period=1, share=unit, asked_on=opened, submit_by=last) for unit in (4, 5))

    def fresh(day: date, *updates: Update) -> Freshness:
        return status(Facts(asks=asks, updates=updates), day).freshness

    mine, theirs = (update(opened, period=1, share=unit, text="Đã học") for unit in (4, 5))
    assert fresh(last) is fresh(last, mine) is Freshness.NOT_YET
    assert fresh(last + DAY, mine) is Freshness.LATE
    assert fresh(last, update(opened, period=1, text="Cả việc")) is Freshness.NOT_YET  # the office's figure
    assert fresh(last, mine, theirs) is Freshness.UPDATED

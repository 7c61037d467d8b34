"""What moved between two days, from how a row stood on each."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nhiemvu.moves import Move, moved_deadlines, moves
from nhiemvu.status import (
    FROM_THE_START,
    HANOI,
    Deadline,
    Decision,
    DecisionKind,
    Facts,
    PlanItem,
    Status,
    Update,
    Verdict,
    status,
)

BEFORE, AFTER = date(2026, 9, 1), date(2026, 9, 30)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=HANOI)


def due(day: date, on: date | None = None) -> Deadline:
    recorded = at(on) if on else FROM_THE_START
    return Deadline(effective_on=on or date.min, recorded_at=recorded, due=day)


def update(on: date, **said: Any) -> Update:
    values = {"id": on.toordinal(), "text": "Đã làm", "confirmed_at": at(on), **said}
    return Update(effective_on=on, recorded_at=at(on), **values)


def both(facts: Facts) -> tuple[Status, Status]:
    return status(facts, BEFORE), status(facts, AFTER)


def moved(**known: Any) -> set[Move]:
    return set(moves(*both(Facts(code="II.1-01", **known))))


SOON, MIDDLE, FAR = BEFORE - timedelta(days=3), date(2026, 9, 15), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, set()),
        ({"deadlines": (due(FAR),)}, set()),
        ({"deadlines": (due(SOON),)}, set()),  # late then and now: nothing moved
        ({"deadlines": (due(MIDDLE),)}, {Move.NEWLY_LATE}),
        ({"deadlines": (due(SOON), due(FAR, MIDDLE))}, {Move.RECOVERED, Move.DEADLINE_MOVED}),
        ({"deadlines": (due(FAR, MIDDLE),)}, set()),  # a first deadline moves nothing
        (
            {"deadlines": (due(SOON),), "updates": (update(MIDDLE, claims_completion=True, product="BC"),)},
            {Move.COMPLETED},  # completed late: it has not "recovered"
        ),
        (
            {"deadlines": (due(FAR),), "updates": (update(MIDDLE, claims_completion=True),)},
            {Move.COMPLETED, Move.CONTRADICTED},  # no product
        ),
        (
            {"deadlines": (due(MIDDLE),), "updates": (update(SOON, verdict=Verdict.ON_TRACK),)},
            {Move.NEWLY_LATE, Move.CONTRADICTED},
        ),
        (
            {
                "deadlines": (due(SOON),),
                "decisions": (
                    Decision(effective_on=MIDDLE, recorded_at=at(MIDDLE), kind=DecisionKind.PAUSED),
                ),
            },
            {Move.RECOVERED},
        ),
    ],
)
def test_each_move_is_the_difference_of_two_days(known, expected):
    assert moved(**known) == expected


def test_a_deadline_moved_but_not_yet_known_then_is_no_move_of_that_day():
    late = Deadline(effective_on=BEFORE, recorded_at=at(AFTER + timedelta(days=2)), due=FAR)
    assert moved(deadlines=(due(SOON), late)) == set()


def test_the_deadline_of_an_item_moves_its_parent():
    def given(code: str, *deadlines: Deadline) -> PlanItem:
        facts = Facts(code=code, deadlines=deadlines)
        june = date(2026, 6, 1)
        return PlanItem(effective_on=june, recorded_at=at(june), facts=facts, year=2026)

    items = (given("2026-PKT-01", due(FAR), due(date(2026, 12, 1), MIDDLE)), given("2026-PKT-02", due(FAR)))
    before, after = both(Facts(code="II.1-01", items=items))
    assert moved_deadlines(before, after) == ("2026-PKT-01",)
    assert Move.DEADLINE_MOVED in moves(before, after)

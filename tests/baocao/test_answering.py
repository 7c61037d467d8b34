"""How a directive stands with a unit on a day, on both time axes. Nothing here touches the database."""

from datetime import date, datetime

import pytest

from baocao.answering import LIVE, Answered, Given, Stand, standing
from nhiemvu.status import HANOI

DUE, LATER = date(2026, 9, 10), date(2026, 9, 15)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=HANOI)


def given(*answers: Answered, withdrawn_at: datetime | None = None) -> Given:
    return Given(recorded_at=at(1), answer_by=DUE, withdrawn_at=withdrawn_at, answers=answers)


def stand_on(day: int, what: Given) -> tuple[Stand, int] | None:
    found = standing(what, date(2026, 9, day))
    return found and (found.stand, found.days_late)


def test_it_is_open_until_its_last_day_is_over_and_late_from_the_next():
    assert stand_on(1, given()) == (Stand.OPEN, 0)
    assert stand_on(10, given()) == (Stand.OPEN, 0)
    assert stand_on(11, given()) == (Stand.LATE, 1)
    assert stand_on(30, given()) == (Stand.LATE, 20)


def test_before_it_was_given_there_is_nothing():
    assert standing(given(), date(2026, 8, 31)) is None
    assert standing(given(), date(2026, 9, 1), known_at=at(1, 8)) is None


def test_an_answer_waits_and_is_then_accepted_each_from_its_own_moment():
    answered = given(Answered(recorded_at=at(8), settled_at=at(12), accepted=True))
    assert stand_on(7, answered) == (Stand.OPEN, 0)
    assert stand_on(8, answered) == (Stand.ANSWERED, 0)
    assert stand_on(11, answered) == (Stand.ANSWERED, 0)
    assert stand_on(12, answered) == (Stand.ACCEPTED, 0)
    assert standing(answered, date(2026, 9, 12)).answered_on == date(2026, 9, 8)


def test_an_answer_that_came_late_says_so_and_grows_no_later():
    answered = given(Answered(recorded_at=at(13), settled_at=at(20), accepted=True))
    assert stand_on(12, answered) == (Stand.LATE, 2)
    assert stand_on(14, answered) == (Stand.ANSWERED, 3)
    assert stand_on(29, answered) == (Stand.ACCEPTED, 3)


def test_asked_again_the_new_day_holds():
    again = given(Answered(recorded_at=at(8), settled_at=at(9), answer_by=LATER))
    found = standing(again, date(2026, 9, 12))
    assert (found.stand, found.answer_by, found.again) == (Stand.OPEN, LATER, True)
    assert stand_on(16, again) == (Stand.LATE, 1)
    before = standing(again, date(2026, 9, 8))
    assert (before.stand, before.answer_by, before.again) == (Stand.ANSWERED, DUE, False)


def test_the_order_of_the_answers_does_not_matter():
    first = Answered(recorded_at=at(8), settled_at=at(9), answer_by=LATER)
    second = Answered(recorded_at=at(14), settled_at=at(16), accepted=True)
    assert standing(given(second, first), date(2026, 9, 20)) == standing(
        given(first, second), date(2026, 9, 20)
    )
    assert stand_on(20, given(second, first)) == (Stand.ACCEPTED, 0)


def test_withdrawn_ends_what_is_live_and_leaves_what_was_accepted():
    assert stand_on(5, given(withdrawn_at=at(5))) == (Stand.WITHDRAWN, 0)
    assert stand_on(4, given(withdrawn_at=at(5))) == (Stand.OPEN, 0)
    assert stand_on(20, given(Answered(recorded_at=at(8)), withdrawn_at=at(9))) == (Stand.WITHDRAWN, 0)
    accepted = Answered(recorded_at=at(8), settled_at=at(9), accepted=True)
    assert stand_on(20, given(accepted, withdrawn_at=at(10))) == (Stand.ACCEPTED, 0)


def test_the_day_ends_in_ha_noi_whatever_the_clock_of_the_host():
    answered = given(Answered(recorded_at=datetime(2026, 9, 10, 23, 59, tzinfo=HANOI)))
    assert stand_on(10, answered) == (Stand.ANSWERED, 0)
    assert stand_on(11, given(Answered(recorded_at=datetime(2026, 9, 11, 0, 1, tzinfo=HANOI)))) == (
        Stand.ANSWERED,
        1,
    )


@pytest.mark.parametrize("stand", list(Stand))
def test_every_stand_has_a_word_an_icon_and_a_colour(stand):
    assert stand.label and stand.icon and stand.mark
    assert (stand in LIVE) == (stand not in (Stand.ACCEPTED, Stand.WITHDRAWN))

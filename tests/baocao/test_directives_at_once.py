"""Two hands on one directive at the same moment: one effect, and the other is told."""

from __future__ import annotations

from datetime import date

import pytest

from baocao import directives
from baocao.models import Answer, Directive
from tests.baocao.at_once import MARKS, together
from tests.baocao.directing import Directing, on

pytestmark = MARKS


@pytest.fixture
def work():
    with on(5):
        yield Directing()


def test_of_two_leaders_who_settle_an_answer_the_first_is_heard(work):
    answer = work.answered(work.instruct(work.late))
    acts = [
        lambda: directives.accept(answer, work.secretary),
        lambda: directives.ask_again(answer, work.deputy, "Chưa rõ", date(2026, 10, 20)),
    ]
    # each leader's four clicks are one: either all of the first's are done, or all of the other's
    assert [bool(told) for told in together(*acts * 4)] == [False] * 4 + [True] * 4
    answer.refresh_from_db()
    accepted = answer.state == Answer.State.ACCEPTED
    assert answer.settled_by == (work.secretary if accepted else work.deputy)
    assert bool(answer.asked_again_because) is not accepted


def test_of_two_who_answer_for_a_unit_one_does(work):
    part = work.part(work.instruct(work.late))
    acts = [
        lambda user=user, text=text: directives.answer(part, user, text)
        for user in (work.head, work.office)
        for text in ("Do thời tiết", "Do vốn")
    ]
    assert [bool(told) for told in together(*acts)] == [False, True, True, True]
    assert Answer.objects.count() == 1


def test_a_form_sent_six_times_at_once_is_one_directive(work):
    assert together(*[lambda: work.instruct(work.late)] * 6) == [""] * 6
    assert Directive.objects.count() == 1

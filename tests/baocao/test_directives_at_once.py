"""Two hands on one directive at the same moment: one effect, and the other is told."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from baocao import directives
from baocao.models import Answer, Directive
from tests.baocao.directing import Directing, on

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        os.environ.get("TEST_DATABASE") != "postgres",
        reason="SQLite keeps a test's tables in one memory, where a reader does not wait for a writer",
    ),
]


@pytest.fixture
def work():
    with on(5):
        yield Directing()


def together(*acts: Callable[[], Any]) -> list[str]:
    told: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait()
            act()
            told.append("done")
        except ValidationError:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_of_two_leaders_who_settle_an_answer_the_first_is_heard(work):
    answer = work.answered(work.instruct(work.late))
    acts = [
        lambda: directives.accept(answer, work.secretary),
        lambda: directives.ask_again(answer, work.deputy, "Chưa rõ", date(2026, 10, 20)),
    ]
    # each leader's four clicks are one: either all of the first's are done, or all of the other's
    assert together(*acts * 4) == ["done"] * 4 + ["refused"] * 4
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
    assert together(*acts) == ["done", "refused", "refused", "refused"]
    assert Answer.objects.count() == 1


def test_a_form_sent_six_times_at_once_is_one_directive(work):
    assert together(*[lambda: work.instruct(work.late)] * 6) == ["done"] * 6
    assert Directive.objects.count() == 1

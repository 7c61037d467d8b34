"""Directives among the reminders: who is told of an answer that is wanted, late, or waiting for a word."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from baocao import directives
from baocao.reminders import things_of
from baocao.reminding import Kind as Told
from chuongtrinh.models import User
from nhiemvu.status import HANOI
from tests.baocao.directing import DUE, TODAY, Directing, Kind, on

LATER = date(2026, 10, 20)
PEOPLE = ("head", "other_head", "secretary", "deputy", "office", "member", "inspector", "viewer", "admin")


@pytest.fixture
def work(db):
    with on(5):
        yield Directing()


def told(work, day: date) -> dict[str, list[str]]:
    """What each hears of directives on the day, by kind, with the days to go."""
    people = {getattr(work, name).pk: name for name in PEOPLE}
    found = things_of(work.programme, User.objects.filter(pk__in=people), day)
    kinds = (Told.ANSWER, Told.ANSWERED)
    heard = {
        people[pk]: sorted(
            f"{thing.kind.value} {thing.due:%d/%m}"
            for thing in things
            if thing.kind in kinds and thing.concerns(day)
        )
        for pk, things in found.items()
    }
    return {name: lines for name, lines in heard.items() if lines}


def october(day: int) -> date:
    return date(2026, 10, day)


def test_the_unit_hears_of_an_answer_before_its_day_and_who_wants_it_after(work):
    work.instruct(work.late)
    assert told(work, october(4)) == {}  # not given yet
    assert told(work, TODAY) == {"head": ["answer 12/10"]}
    assert told(work, DUE) == {"head": ["answer 12/10"]}
    assert told(work, october(13)) == {"head": ["answer 12/10"], "secretary": ["answer 12/10"]}


@pytest.mark.parametrize(
    "giver, hear", [("deputy", {"deputy"}), ("member", {"member"}), ("office", {"office"})]
)
def test_it_is_whoever_gave_it_that_waits(work, giver, hear):
    kind = Kind.URGING if giver == "office" else Kind.INSTRUCTION
    made = work.instruct(work.late, user=getattr(work, giver), kind=kind)
    assert set(told(work, october(13))) == {"head", *hear}
    work.answered(made)
    assert told(work, TODAY) == {name: ["answered 05/10"] for name in hear}
    directives.accept(made.addressed.get().answers.get(), getattr(work, giver))
    assert told(work, october(13)) == {}


def test_asked_again_wants_another_day_and_a_withdrawn_one_nothing(work):
    made = work.instruct(work.late)
    directives.ask_again(work.answered(made), work.secretary, "Chưa nêu ngày xong", LATER)
    assert told(work, october(13)) == {"head": ["answer 20/10"]}
    assert told(work, october(21)) == {"head": ["answer 20/10"], "secretary": ["answer 20/10"]}
    directives.withdraw(made, work.secretary, "Đã họp")
    assert told(work, october(21)) == {}


def test_a_long_text_of_many_lines_is_one_short_line(work):
    work.instruct(work.late, text="Báo cáo ngay.\n\n" + "🙂" * 5_000)
    things = things_of(work.programme, [work.head], DUE)[work.head.pk]
    [thing] = [thing for thing in things if thing.kind is Told.ANSWER]
    assert (
        "\n" not in thing.title
        and len(thing.title) < 200
        and thing.title.startswith("Ý kiến chỉ đạo: Báo cáo ngay. 🙂")
    )


def test_each_of_several_units_hears_of_its_own_and_a_disabled_account_nothing(work):
    work.instruct(units=[work.unit, work.other_unit])
    assert set(told(work, TODAY)) == {"head", "other_head"}
    work.head.is_active = False
    work.head.save()
    assert set(told(work, TODAY)) == {"other_head"}


def test_the_last_minute_of_the_day_is_still_that_day(work):
    made = work.instruct(work.late)
    with time_machine.travel(datetime(2026, 10, 12, 23, 59, 59, tzinfo=HANOI), tick=False):
        work.answered(made)
    assert told(work, DUE) == {"secretary": ["answered 12/10"]}


def test_the_page_costs_the_same_however_many_directives_there_are(work):
    def cost(user: User) -> int:
        client = Client()
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/nhac-viec/").status_code == 200
        return len(queries)

    people = (work.head, work.office, work.secretary, work.member)
    work.instruct(work.late)
    few = [cost(user) for user in people]
    for n in range(30):
        made = work.instruct(work.late, work.second, units=[work.other_unit], text=f"Ý kiến {n}")
        if n % 3 == 0:
            directives.answer(made.addressed.filter(unit=work.unit).first(), work.head, f"Trả lời {n}")
    assert few == [cost(user) for user in people]
    assert max(few) <= 12

"""export_programme --as-of: what was instructed, to whom, and what was answered, as each day knew it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import directives
from baocao.exporters.programme import programme_json
from tests.baocao.directing import DUE, TODAY, Directing, on

pytestmark = pytest.mark.django_db
LATER = date(2026, 10, 20)


def told(work: Directing, day: int) -> list[dict]:
    return programme_json(work.programme, date(2026, 10, day))["directives"]


def part(work: Directing, day: int) -> dict:
    [directive] = told(work, day)
    [found] = directive["to"]
    return found


@pytest.fixture
def work() -> Directing:
    with on(5):
        return Directing()


def test_a_directive_is_told_as_each_day_knew_it(work):
    with on(5):
        given = work.instruct(work.late, document="12-TB/MAU")
    with on(8):
        first = work.answered(given, "Do thời tiết")
    with on(9):
        directives.ask_again(first, work.secretary, "Nêu rõ ngày xong", LATER)
    with on(21):
        second = work.answered(given, "Xong ngày 25/10")
    with on(23):
        directives.accept(second, work.secretary)
        assert told(work, 4) == []
        [row] = told(work, 5)
        said = {name: row[name] for name in row if name not in ("to", "recorded_at")}
        assert said == {
            "kind": "instruction",
            "text": "Báo cáo nguyên nhân chậm",
            "document": "12-TB/MAU",
            "given_on": TODAY.isoformat(),
            "given_by": str(work.secretary),
            "answer_by": DUE.isoformat(),
            "withdrawn_at": None,
            "withdrawn_because": None,
        }
        open_ = {"unit": "Phòng Kinh tế", "task": "2026-PKT-01", "state": "open", "days_late": 0}
        assert part(work, 5) == {**open_, "answer_by": DUE.isoformat(), "answers": []}
        states = {day: part(work, day)["state"] for day in (7, 8, 9, 20, 21, 22, 23)}
    assert list(states.values()) == ["open", "answered", "open", "open", "answered", "answered", "accepted"]


def test_an_answer_waits_until_the_day_on_which_it_was_settled(work):
    with on(5):
        given = work.instruct(work.late)
    with on(8):
        first = work.answered(given, "Do thời tiết", papers=[directives.Paper("15-BC/MAU")])
    with on(9):
        directives.ask_again(first, work.secretary, "Nêu rõ ngày xong", LATER)
        [waiting], [again] = part(work, 8)["answers"], part(work, 9)["answers"]
    assert (waiting["state"], waiting["settled_at"], waiting["answer_by"]) == ("submitted", None, None)
    assert (waiting["text"], waiting["evidence"]) == ("Do thời tiết", ["15-BC/MAU"])
    assert (again["state"], again["asked_again_because"]) == ("asked_again", "Nêu rõ ngày xong")
    assert again["answer_by"] == part(work, 9)["answer_by"] == LATER.isoformat()


def test_one_that_nobody_answers_is_late_until_it_is_withdrawn(work):
    with on(5):
        given = work.instruct(units=[work.unit])
    with on(15):
        directives.withdraw(given, work.secretary, "Đã họp trực tiếp")
        late, [withdrawn] = part(work, 14), told(work, 15)
    assert (late["state"], late["days_late"], late["task"]) == ("late", 2, None)
    assert (withdrawn["withdrawn_because"], withdrawn["to"][0]["state"]) == ("Đã họp trực tiếp", "withdrawn")


def test_names_are_those_of_the_day(work):
    with on(5):
        work.instruct(work.late)
    with on(7):
        work.unit.name = "Phòng Kinh tế và Hạ tầng"
        work.unit.save()
        work.secretary.full_name = "Bí thư tên mới"
        work.secretary.save()
        before, after = told(work, 6), told(work, 7)
    assert [row[0]["to"][0]["unit"] for row in (before, after)] == [
        "Phòng Kinh tế",
        "Phòng Kinh tế và Hạ tầng",
    ]
    assert [row[0]["given_by"] == "Bí thư tên mới" for row in (before, after)] == [False, True]


def test_many_directives_take_no_more_queries(work):
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            told(work, 6)
        return len(made)

    with on(6):
        work.answered(work.instruct(work.late))
        few = queries()
        for _ in range(5):
            work.answered(work.instruct(work.second))
        assert queries() == few

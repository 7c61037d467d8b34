"""The programme as JSON, read back."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao.exporters.programme import programme_json
from chuongtrinh import loader
from nhiemvu.models import CONTINUING, Task
from tests.factories.plans import Planners


def export(*arguments: str, **options: str) -> dict:
    out = StringIO()
    call_command("export_programme", *arguments, stdout=out, **options)
    return json.loads(out.getvalue())


def test_what_was_signed_comes_back_whole(programme):
    data = export(as_of="2026-09-30")
    assert (data["schema"], data["as_of"]) == (1, "2026-09-30")
    head = data["programme"]
    assert (head["number"], head["issued_on"], head["term"]) == ("08-CTr/ĐUUB", "2026-05-05", [2025, 2030])
    assert len(head["recipients"]) == 9
    assert [section["number"] for section in data["sections"]] == [
        "0", "I", "I.1", "I.2", "II", "II.1", "II.2", "II.2.1", "II.2.2", "II.2.3", "II.3", "II.3.1",
        "II.3.2", "II.3.3", "II.4", "III", "III.1", "III.2", "IV", "IV.1", "IV.2", "IV.3",
    ]  # fmt: skip
    clauses = [clause for section in data["sections"] for clause in section["clauses"]]
    kinds = Counter(clause["kind"] for clause in clauses)
    assert (kinds["task"], kinds["project"], kinds["assignment"]) == (43, 10, 19)
    tied = [clause["task"] for clause in clauses if clause["task"]]
    assert sorted(tied) == sorted(task["code"] for task in data["tasks"])
    assert {clause["kind"] for clause in clauses if clause["task"]} == {"task", "project"}
    changed = sum(clause["as_signed"] != clause["text"] for clause in clauses)
    assert changed >= 15
    organic = next(clause for clause in clauses if clause["task"] == "DA-07")
    assert "tưới, cấy" in organic["as_signed"]
    assert "rươi, cáy" in organic["text"]
    assert len(data["indicators"]) == 6
    area = data["indicators"][5]
    assert (area["target"], area["target_high"]) == (20, 25)


def test_work_stands_with_its_status_and_those_who_answer(programme):
    tasks = {task["code"]: task for task in export()["tasks"]}
    assert len(tasks) == 53
    road = tasks["II.3.2-02"]
    assert (road["mirrors"], road["related"]) == ("DA-01", ["DA-01"])
    assert tasks["DA-01"]["related"] == ["II.3.2-02"]
    assert (road["progress"], road["timeliness"], road["freshness"]) == (
        "not_started",
        "no_deadline",
        "not_asked",
    )
    assert road["assignments"][0] == {
        "role": "lead", "assignee_kind": "unit", "assignee": "Phòng Kinh tế", "principal": True,
        "inherited": True,
    }  # fmt: skip
    assert set(road["six_clear"]) == {"person", "work", "time", "responsibility", "product", "authority"}
    assert tasks["II.1-01"]["six_clear"]["person"] is False
    assert not any(task["due"] or task["product"] for task in tasks.values())


@pytest.fixture
def planned(db):
    """A task with an item given in 2026, put off twice, and one in a draft of 2027."""
    with time_machine.travel(datetime(2026, 11, 23, 3, tzinfo=UTC), tick=False):
        planners = Planners()
        with time_machine.travel(datetime(2026, 3, 1, 3, tzinfo=UTC), tick=False):
            planners.give(planners.plan({"due": date(2026, 6, 30)}), on=date(2026, 3, 1))
        item = planners.item("2026-PKT-01")
        for due, on in ((date(2026, 9, 30), date(2026, 6, 20)), (CONTINUING, date(2026, 9, 20))):
            with time_machine.travel(datetime(on.year, on.month, on.day, 3, tzinfo=UTC), tick=False):
                item.decide(planners.secretary, {"due": due}, document="1", effective_on=on, reason="chờ vốn")
        planners.plan({"due": None, "direct": None}, year=2027)
        yield planners


def test_plan_items_follow_the_documents_rows_with_their_plan_and_their_own_six(planned):
    tasks = programme_json(planned.programme, date(2026, 11, 23))["tasks"]
    assert [task["code"] for task in tasks] == ["II.3.2-01", "DA-01", "2026-PKT-01", "2027-PKT-01"]
    given, draft = tasks[2:]
    assert (given["kind"], given["parent"], given["year"], given["section"], given["plan_state"]) == (
        "plan_item", "II.3.2-01", 2026, "II.3.2", "given",
    )  # fmt: skip
    assert all(given["six_clear"].values())
    assert {line["role"]: (line["assignee"], line["inherited"]) for line in given["assignments"]} == {
        "lead": ("Phòng Kinh tế", False),
        "direct": ("Chủ tịch Mẫu", False),
    }
    assert (draft["plan_state"], draft["given_on"], tasks[0]["given_on"]) == ("draft", None, None)
    assert date.fromisoformat(given["given_on"]).year == 2026
    assert [name for name, there in draft["six_clear"].items() if not there] == ["time", "responsibility"]
    assert tasks[0]["plan_state"] is tasks[0]["year"] is tasks[0]["parent"] is None
    assert tasks[0]["progress"] == "not_started" and tasks[0]["percent"] == 0


def test_the_history_of_a_deadline_ends_with_the_day(planned):
    def item(day):
        return programme_json(planned.programme, day)["tasks"][2]

    changes = [
        {"due": "2026-09-30", "decided_on": "2026-06-20", "reason": "chờ vốn"},
        {"due": None, "decided_on": "2026-09-20", "reason": "chờ vốn"},
    ]
    latest = item(date(2026, 11, 23))
    assert (latest["due"], latest["due_original"], latest["due_history"]) == (None, "2026-06-30", changes)
    assert item(date(2026, 6, 19))["due_history"] == []
    assert item(date(2026, 6, 20))["due_history"] == changes[:1]


def test_queries_do_not_grow_with_plans(planned):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            programme_json(planned.programme, date(2026, 9, 30))
        return len(queries)

    few = cost()
    planned.plan(*({"title": f"Việc {n}"} for n in range(20)), unit=planned.other_unit)
    assert cost() == few <= 26


def test_deadlines_count_as_of_the_day(programme):
    Task.objects.filter(code="DA-02").update(due=date(2026, 9, 30))
    on_the_day = {task["code"]: task for task in export(as_of="2026-09-30")["tasks"]}
    day_after = {task["code"]: task for task in export(as_of="2026-10-01")["tasks"]}
    assert on_the_day["DA-02"]["timeliness"] == "due_soon"
    assert day_after["DA-02"]["timeliness"] == "overdue"
    assert day_after["DA-02"]["due"] == "2026-09-30"


def test_queries_do_not_grow_with_the_programme(programme):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        programme_json(programme, date(2026, 9, 30))
    assert len(queries) <= 26


def test_a_number_is_found_however_it_is_spaced(programme):
    assert export("08 - CTr/ĐUUB")["programme"]["number"] == "08-CTr/ĐUUB"


def test_another_committees_programme_is_not_mixed_in(programme):
    loader.load(committee="Đảng ủy UBND xã Mẫu")
    data = export()
    assert data["programme"]["committee"] == programme.committee.name
    assert len(data["tasks"]) == 53
    assert len(data["units"]) == 8


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [(["99-CTr/ĐU"], {}, "Không có chương trình"), ([], {"as_of": "30/09/2026"}, "YYYY-MM-DD"),
     ([], {"as_of": "2026-02-30"}, "YYYY-MM-DD")],
)  # fmt: skip
def test_a_wrong_question_is_one_clear_line(programme, arguments, options, says):
    with pytest.raises(CommandError, match=says):
        export(*arguments, **options)


@pytest.mark.django_db
def test_before_the_first_load_it_says_what_to_do():
    with pytest.raises(CommandError, match="load_programme"):
        export()

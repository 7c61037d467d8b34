"""The programme as JSON, read back."""

import json
from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao.exporters.programme import programme_json
from chuongtrinh import loader
from nhiemvu.models import Task


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
    assert len(queries) <= 16


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

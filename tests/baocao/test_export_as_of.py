"""export_programme --as-of: texts, plans, people and assignments as they were known at the end of a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao.exporters.programme import programme_json
from nhiemvu.models import RelatedWork, Task
from phancong import planning
from phancong.models import Assignment, Comrade, Oversight, Plan, Post, Unit
from tests.baocao.test_reporting import at
from tests.factories.people import CommitteeFactory
from tests.phancong.test_planning import office as office  # the fixture
from tests.phancong.test_planning import whole

FEBRUARY, MARCH, APRIL, MAY, JUNE = (date(2026, month, 10) for month in range(2, 7))


def by(user: Any, row: Any) -> Any:
    """Save it as somebody's edit."""
    row._history_user = user
    row.save()
    return row


def told(office, day: date) -> dict:
    return programme_json(office.programme, day)


def task(office, code: str, day: date) -> dict | None:
    return next((row for row in told(office, day)["tasks"] if row["code"] == code), None)


@pytest.fixture
def planned(office) -> SimpleNamespace:
    """Written in February, submitted and given in March and April; one item removed again in February."""
    with at(FEBRUARY):
        kept = planning.add_item(
            office.plan, office.head, whole(office, title="Tên nháp", due=date(2026, 9, 1))
        )
        gone = planning.add_item(office.plan, office.head, whole(office, title="Việc bỏ", due=None))
    with at(FEBRUARY + timedelta(days=1)):
        planning.change_item(kept, office.head, whole(office, title="Tên sửa", product="Phương án mới"))
        planning.remove_item(gone, office.head)
    with at(MARCH):
        planning.submit(office.plan, office.head)
    with at(MARCH, 14):
        planning.approve(office.plan, office.bithu)
    with at(APRIL):
        planning.give(office.plan, office.vanphong, document="12-QĐ/ĐUUB", on=APRIL)
    with at(MAY):
        Task.objects.get(pk=kept.pk).decide(
            office.bithu,
            {"title": "Tên theo quyết định", "authority": "Bí thư", "due": date(2026, 12, 31)},
            document="21-TB/ĐUUB", effective_on=MAY, reason="Gọn",
        )  # fmt: skip
    return SimpleNamespace(**vars(office), kept=kept, gone=gone)


@pytest.mark.parametrize(
    ("day", "state", "title", "due", "product"),
    [
        (FEBRUARY, "draft", "Tên nháp", "2026-09-01", "Phương án được phê duyệt"),
        (FEBRUARY + timedelta(days=1), "draft", "Tên sửa", "2026-12-20", "Phương án mới"),
        (MARCH, "approved", "Tên sửa", "2026-12-20", "Phương án mới"),
        (APRIL - timedelta(days=1), "approved", "Tên sửa", "2026-12-20", "Phương án mới"),
        (APRIL, "given", "Tên sửa", "2026-12-20", "Phương án mới"),
        (MAY, "given", "Tên theo quyết định", "2026-12-31", "Phương án mới"),
    ],
)
def test_an_item_says_on_each_day_what_it_said_then(planned, day, state, title, due, product):
    row = task(planned, planned.kept.code, day)
    assert row
    found = (row["plan_state"], row["title"], row["due"], row["product"])
    assert found == (state, title, due, product)
    assert row["authority"] == ("Bí thư" if day >= MAY else "Chủ tịch UBND xã")
    assert row["due_original"] == (due if state != "given" else "2026-12-20")


def test_what_did_not_exist_yet_is_not_there_and_what_was_removed_since_is(planned):
    assert task(planned, planned.kept.code, FEBRUARY - timedelta(days=1)) is None
    row = task(planned, planned.gone.code, FEBRUARY)
    assert row and (row["title"], row["plan_state"], row["due"]) == ("Việc bỏ", "draft", None)
    assert row["parent"] == planned.task.code
    assert row["six_clear"]["time"] is False
    assert [duty["assignee"] for duty in row["assignments"] if duty["principal"]] == ["Phòng Kinh tế"]
    assert task(planned, planned.gone.code, FEBRUARY + timedelta(days=1)) is None
    assert len(told(planned, FEBRUARY - timedelta(days=1))["tasks"]) == 53


def test_a_plan_returned_and_recalled_tells_its_state_of_the_day(office):
    steps = {FEBRUARY: "draft", MARCH: "submitted", APRIL: "returned", MAY: "submitted", JUNE: "draft"}
    with at(FEBRUARY):
        item = planning.add_item(office.plan, office.head, whole(office))
    with at(MARCH):
        planning.submit(office.plan, office.head)
    with at(APRIL):
        planning.send_back(office.plan, office.bithu, "Thiếu")
    with at(MAY):
        planning.submit(Plan.objects.get(pk=office.plan.pk), office.head)
    with at(JUNE):
        planning.recall(Plan.objects.get(pk=office.plan.pk), office.head)
    for day, state in steps.items():
        row = task(office, item.code, day)
        assert row and row["plan_state"] == state, day


def test_units_comrades_and_posts_bear_the_names_and_dates_of_the_day(office):
    unit = Unit.objects.get(pk=office.unit.pk)
    head = Comrade.objects.get(name="Trưởng phòng Kinh tế")
    with at(MARCH):
        unit.name = "Phòng Kinh tế và Hạ tầng"
        by(office.vanphong, unit)
        head.name = "Nguyễn Thị Mới"
        by(office.vanphong, head)
        new = by(office.vanphong, Comrade(committee=office.programme.committee, name="Người đến sau"))
    with at(APRIL):
        post = Post.objects.get(comrade=head)
        post.valid_to = APRIL
        by(office.vanphong, post)
        by(office.vanphong, Post(comrade=new, unit=unit, title="Trưởng phòng", is_head=True, valid_from=MAY))

    def seen(day: date) -> tuple:
        data = told(office, day)
        names = {row["short_name"]: row["name"] for row in data["units"]}
        people = {row["name"]: [post["unit"] for post in row["posts"]] for row in data["comrades"]}
        lead = next(row for row in data["tasks"] if row["code"] == "II.3.2-01")
        who = lead["assignments"][0]["assignee"]
        return names["PKT"], who, people, lead["six_clear"]["person"]

    name, who, people, clear = seen(FEBRUARY)
    assert (name, who, clear) == ("Phòng Kinh tế", "Phòng Kinh tế", True)
    assert people["Trưởng phòng Kinh tế"] == ["Phòng Kinh tế"] and "Người đến sau" not in people
    name, who, people, clear = seen(MARCH)
    assert (name, who, clear) == ("Phòng Kinh tế và Hạ tầng", "Phòng Kinh tế và Hạ tầng", True)
    assert people["Nguyễn Thị Mới"] == [name] and people["Người đến sau"] == []
    between = seen(APRIL + timedelta(days=1))
    assert between[3] is False and between[2]["Nguyễn Thị Mới"] == []
    assert seen(MAY)[2]["Người đến sau"] == [name] and seen(MAY)[3] is True


def test_a_dissolved_unit_and_one_that_is_made_later_stand_on_their_days(office):
    with at(MARCH):
        culture = Unit.objects.get(short_name="VHXH", committee=office.programme.committee)
        culture.valid_to = MARCH
        by(office.vanphong, culture)
        made = {"name": "Phòng mới", "short_name": "PM", "kind": "department", "valid_from": APRIL}
        by(office.vanphong, Unit(committee=office.programme.committee, **made))
    days = (FEBRUARY, MARCH, MARCH + timedelta(days=1), APRIL)
    found = [{row["short_name"] for row in told(office, day)["units"]} for day in days]
    assert ["VHXH" in units for units in found] == [True, True, False, False]
    assert ["PM" in units for units in found] == [False, False, False, True]


def test_assignments_are_those_entered_by_then_and_in_force(office):
    with at(MARCH):
        row = by(
            office.vanphong,
            Assignment(programme=office.programme, task=office.task, role="direct", comrade=office.chief),
        )
        other = Unit.objects.get(short_name="VHXH", committee=office.programme.committee)
        by(
            office.vanphong,
            Oversight(
                comrade=office.chief, unit=other, decision_number="05-QĐ", decided_on=MARCH, valid_from=MARCH
            ),
        )
    with at(APRIL):
        row._history_user = office.vanphong
        row.delete()

    def directed(day: date) -> list[str]:
        data = task(office, office.task.code, day)
        assert data
        return [duty["assignee"] for duty in data["assignments"] if duty["role"] == "direct"]

    assert directed(FEBRUARY) == []
    assert directed(MARCH) == directed(APRIL - timedelta(days=1)) == [office.chief.name]
    assert directed(APRIL) == []


def test_work_added_and_linked_by_hand_is_there_from_its_day(office):
    with at(MARCH):
        fields = {
            "kind": "task",
            "code": "II.3.2-90",
            "ordinal": 900,
            "title": "Thêm",
            "section": office.task.section,
        }
        added = by(office.vanphong, Task(programme=office.programme, **fields))
        by(office.vanphong, RelatedWork(first=office.task, second=added))
    assert task(office, "II.3.2-90", FEBRUARY) is None
    assert "II.3.2-90" not in (task(office, office.task.code, FEBRUARY) or {})["related"]
    assert "II.3.2-90" in (task(office, office.task.code, MARCH) or {})["related"]


def test_work_added_by_hand_and_removed_since_keeps_its_deadline_of_the_day(office):
    with at(MARCH):
        fields = {"kind": "task", "code": "II.3.2-90", "ordinal": 900, "title": "Thêm", "due": MAY}
        added = by(office.vanphong, Task(programme=office.programme, section=office.task.section, **fields))
    with at(APRIL):
        added._history_user = office.vanphong
        added.delete()
    row = task(office, "II.3.2-90", MARCH)
    assert row and (row["title"], row["due"], row["timeliness"]) == ("Thêm", MAY.isoformat(), "on_time")
    assert task(office, "II.3.2-90", APRIL) is None


def test_what_is_written_at_23_59_is_of_that_day_and_at_00_00_of_the_next(office):
    for moment, name in (("2026-03-10T23:59:59", "Tên mười"), ("2026-03-11T00:00:00", "Tên mười một")):
        with time_machine.travel(datetime.fromisoformat(f"{moment}+07:00"), tick=False):
            unit = Unit.objects.get(pk=office.unit.pk)
            unit.name = name
            by(office.vanphong, unit)

    def name_on(day: date) -> str:
        return next(row["name"] for row in told(office, day)["units"] if row["short_name"] == "PKT")

    assert [name_on(MARCH + timedelta(days=n)) for n in (-1, 0, 1)] == [
        "Phòng Kinh tế", "Tên mười", "Tên mười một",
    ]  # fmt: skip


def test_people_of_other_committees_are_not_read(office):
    """Their histories may be thousands of times as long."""
    other = CommitteeFactory()
    unit = Unit.objects.create(committee=other, name="Nơi khác", short_name="NK", kind="department")
    someone = Comrade.objects.create(committee=other, name="Người nơi khác")
    Post.objects.create(comrade=someone, unit=unit, title="Trưởng phòng", is_head=True)
    with CaptureQueriesContext(connection) as queries:
        told(office, JUNE)
    posts = [row["sql"] for row in queries if "phancong_historicalpost" in row["sql"]]
    assert posts and all('"comrade_id" IN' in sql for sql in posts)


def test_today_is_the_last_of_the_days(planned):
    """What stands now is what is exported for today, row by row."""
    with at(JUNE):
        data = told(planned, JUNE)
    rows = {row["code"]: row for row in data["tasks"]}
    live = {row.code: row for row in Task.objects.filter(programme=planned.programme)}
    assert rows.keys() == live.keys()
    for code, row in live.items():
        assert (rows[code]["title"], rows[code]["product"] or "") == (row.title, row.product)
    assert [row["name"] for row in data["comrades"]] == [
        person.name for person in planned.programme.committee.comrades.order_by("sort_key", "pk")
    ]
    units = Unit.objects.filter(committee=planned.programme.committee)
    assert [row["name"] for row in data["units"]] == [unit.name for unit in units]


def test_a_past_day_takes_as_many_queries_with_ten_more_items(planned):
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(planned, JUNE)
        return len(queries)

    before = counted()
    with at(MAY):
        plan = planning.open_plan(planned.programme, planned.unit, 2027)
        for number in range(10):
            planning.add_item(
                plan, planned.head, whole(planned, title=f"Việc {number}", due=date(2027, 5, 1))
            )
    assert counted() == before <= 26

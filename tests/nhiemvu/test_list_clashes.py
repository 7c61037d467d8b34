"""/nhiem-vu/?mau-thuan=: what does not fit together, counted beside the list and opened from the count."""

from __future__ import annotations

from datetime import date

import pytest

from baocao import reporting
from phancong.models import Assignment, Post, Unit
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.baocao.test_reporting import sent
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory
from tests.factories.programmes import TaskFactory
from tests.nhiemvu.test_list_plans import chips, codes, count_of, page
from tests.nhiemvu.test_standing import on
from tests.phancong.test_planning import office as office

ITEMS = "loai=plan_item"
HEADLESS = "Đơn vị chủ trì chưa có người đứng đầu"


@pytest.fixture
def world(client, month):
    client.force_login(month.vanphong)
    led = Assignment.objects.filter(role=Assignment.Role.LEAD, unit__isnull=False).values("unit")
    for unit in Unit.objects.filter(pk__in=led).exclude(posts__is_head=True):
        PostFactory(unit=unit, comrade=ComradeFactory(committee=unit.committee), is_head=True)
    return month


def clash_chips(soup) -> dict[str, int]:
    listed = soup.select_one("[aria-label='Lọc theo mâu thuẫn']")
    return {name: count_of(chip) for name, chip in chips(listed).items()} if listed else {}


def test_work_declared_on_track_but_overdue_is_found(client, world) -> None:
    reporting.confirm([sent(world, percent=40, verdict="on_track")], world.vanphong)
    with on(client, world.vanphong, date(2026, 12, 21)):
        assert codes(page(client, f"?{ITEMS}&mau-thuan=on_track_but_overdue")) == [world.item.code]
        assert codes(page(client, f"?{ITEMS}&mau-thuan=full_but_not_declared")) == []
        assert codes(page(client, f"?{ITEMS}&mau-thuan=co")) == [world.item.code]
        assert clash_chips(page(client, f"?{ITEMS}")) == {"Khai đúng tiến độ nhưng quá hạn": 1}


def test_work_at_a_hundred_but_not_declared_complete_is_found(client, world) -> None:
    reporting.confirm([sent(world, percent=100)], world.vanphong)
    assert codes(page(client, f"?{ITEMS}&mau-thuan=full_but_not_declared")) == [world.item.code]


def test_work_completed_without_a_product_is_found(client, world) -> None:
    reporting.confirm([sent(world, claims_completion=True, percent=None)], world.vanphong)
    assert codes(page(client, f"?{ITEMS}&mau-thuan=completed_without_product")) == [world.item.code]


def test_work_whose_lead_has_no_head_is_found_by_its_own_line_and_by_its_sections(client, world) -> None:
    assert clash_chips(page(client)) == {}
    bare = UnitFactory(committee=world.programme.committee, name="Trạm Y tế", short_name="TYT")
    own = TaskFactory(section=world.task.section, ordinal=900, code="X-01", clause=None)
    Assignment.objects.create(
        programme=world.programme, task=own, role=Assignment.Role.LEAD, unit=bare, principal=True
    )
    assert codes(page(client, "?mau-thuan=lead_without_head")) == [own.code]
    assert clash_chips(page(client)) == {HEADLESS: 1}
    Post.objects.filter(unit=world.unit, is_head=True).delete()
    led = codes(page(client, f"?chu-tri={world.unit.pk}"))
    assert world.task.code in led
    assert codes(page(client, "?mau-thuan=lead_without_head")) == [*led, own.code]
    assert "Chủ trì chưa có người đứng đầu" in page(client).select_one(".work-table").text


def test_a_lead_that_gets_a_head_is_no_contradiction_from_that_day_on(client, world) -> None:
    for rows in (Post.objects, Post.history):  # as it was known all along
        rows.filter(unit=world.unit, is_head=True).update(valid_from=date(2026, 6, 1))
    with on(client, world.vanphong, date(2026, 6, 20)):
        assert codes(page(client, "?mau-thuan=lead_without_head&ngay=2026-05-31")) != []
        assert codes(page(client, "?mau-thuan=lead_without_head")) == []


def test_the_filter_is_kept_said_and_refused_in_words(client, world) -> None:
    soup = page(client, "?mau-thuan=co&loai=task")
    assert soup.select_one("input[name=mau-thuan][form=loc]")["value"] == "co"
    removals = {link.text.strip(" ✕"): link["href"] for link in soup.select(".active-filters a")}
    assert removals["Bỏ điều kiện: Mâu thuẫn: có mâu thuẫn"] == "?loai=task"
    assert "Không có mâu thuẫn" in page(client, "?mau-thuan=x").select_one(".notice").text

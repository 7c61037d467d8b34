"""The 6 rõ page: every count opens exactly those rows, and what is missing says who can mend it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from chuongtrinh.models import User
from phancong import planning
from phancong.models import Assignment, Plan
from tests.factories.people import UnitFactory
from tests.factories.programmes import SectionFactory, TaskFactory
from tests.phancong.test_year import page, put, words, world

Role = User.Role
ITEMS = "/6-ro/?loai=plan_item&nam=2027"


@pytest.fixture
def made(db) -> SimpleNamespace:
    """Beside the two rooms' sections: one that no unit leads, and one of which two are in charge."""
    found = world()
    programme = found.programme
    nobody = SectionFactory(programme=programme, number="II.3", ordinal=3)
    both = SectionFactory(programme=programme, number="II.4", ordinal=4)
    Assignment.objects.create(programme=programme, section=nobody, role="lead", text="Các phòng")
    for room, until in zip(found.rooms, (date(2100, 1, 1), None), strict=True):
        Assignment.objects.create(
            programme=programme, section=both, role="lead", unit=room, principal=True, valid_to=until
        )
    TaskFactory(section=nobody, ordinal=300)
    TaskFactory(section=both, ordinal=400)
    own = TaskFactory(section=both, ordinal=401, product="Nghị quyết", authority="Đảng ủy", continuing=True)
    Assignment.objects.create(programme=programme, task=own, role="lead", unit=found.rooms[1], principal=True)
    found.own = own
    return found


def check_matrix(client, soup: BeautifulSoup) -> int:
    links = soup.select(".matrix a[href^='/nhiem-vu/']")
    for a in links:
        listed = BeautifulSoup(client.get(a["href"]).content, "html.parser")
        assert listed.select_one("[data-total]")["data-total"] == a.text.strip(), a["href"]
    return len(links)


@pytest.mark.one_database
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("state", [Plan.State.DRAFT, Plan.State.SUBMITTED, Plan.State.GIVEN])
def test_every_count_of_items_opens_exactly_those_rows(client, made, role: str, state: str) -> None:
    put(made.plan, state)
    soup = page(client, made.accounts[role], ITEMS)
    assert check_matrix(client, soup) or not soup.select(".matrix")


def test_every_count_of_the_documents_rows_opens_exactly_those(client, made) -> None:
    assert check_matrix(client, page(client, made.accounts[Role.VIEWER], "/6-ro/"))


def test_the_signed_programmes_counts_open_its_rows(client, programme, personas) -> None:
    soup = page(client, personas.vanphong, "/6-ro/")
    assert check_matrix(client, soup) > 20
    assert soup.select_one(".matrix tfoot td").text.strip() == "53"


def test_every_row_of_the_document_stands_in_one_line(client, made) -> None:
    soup = page(client, made.accounts[Role.VIEWER], "/6-ro/")
    lines = {tr.th.text.strip(): int(tr.select("td")[0].text) for tr in soup.select(".matrix tbody tr")}
    assert lines == {"Phòng PDD": 2, "Phòng PTL": 3, "Chưa rõ đơn vị chủ trì chính": 2}
    assert soup.select_one(".matrix tfoot td").text.strip() == "7"


def test_what_is_missing_says_who_can_mend_it(client, made) -> None:
    soup = page(client, made.accounts[Role.VIEWER], "/6-ro/")
    cards = {card.h3.span.text: words(card) for card in soup.select(".six-unit")}
    assert "Có 2 đơn vị cùng được ghi là chủ trì chính" in cards["Chưa rõ đơn vị chủ trì chính"]
    assert "văn phòng cập nhật chức vụ trưởng" in cards["Phòng PTL"]
    own = next(li for li in soup.select(".six-tasks li") if made.own.code in li.text)
    gaps = words(own.find_parent(class_="six-same").select_one(".six-gaps"))
    assert "Sản phẩm" not in gaps
    assert "Thời gian" not in gaps
    assert "Trách nhiệm" in gaps


def test_every_incomplete_row_is_named_once(client, made) -> None:
    soup = page(client, made.accounts[Role.VIEWER], "/6-ro/")
    codes = [b.text for b in soup.select(".six-tasks b")]
    assert len(codes) == len(set(codes)) == 7


def test_a_units_line_opens_what_it_lacks_alone(client, made) -> None:
    soup = page(client, made.accounts[Role.VIEWER], f"/6-ro/?chu-tri={made.rooms[1].pk}")
    assert [h3.span.text for h3 in soup.select(".six-unit h3")] == ["Phòng PTL"]
    assert len(soup.select(".matrix tbody tr")) == 3


def test_items_of_plans_that_one_may_not_read_are_not_counted(client, made) -> None:
    assert page(client, made.accounts[Role.OFFICE], ITEMS).select_one(".matrix tbody td").text == "2"
    assert "Chưa có việc cụ thể nào" in words(page(client, made.accounts[Role.VIEWER], ITEMS))


def test_nothing_is_filled_by_looking(client, made) -> None:
    before = list(made.plan.entries.values_list("task__product", "task__due", "task__authority"))
    page(client, made.accounts[Role.OFFICE], ITEMS)
    assert list(made.plan.entries.values_list("task__product", "task__due", "task__authority")) == before


@pytest.mark.parametrize(
    "query", ["loai=plan_item&nam=1999", "loai=plan_item&nam=x", "loai=zzz", "chu-tri=x"]
)
def test_nonsense_in_the_address_fails_nothing(client, made, query: str) -> None:
    page(client, made.accounts[Role.OFFICE], f"/6-ro/?{query}")


@pytest.mark.parametrize("items", [10, 500])
def test_500_items_stay_light(client, db, django_assert_max_num_queries, items: int) -> None:
    made = world(items)
    for n in range(3):
        room = UnitFactory(committee=made.programme.committee, short_name=f"T{n}", name=f"Trung tâm {n}")
        plan = planning.open_plan(made.programme, room, 2027)
        planning.add_item(
            plan, made.accounts[Role.OFFICE], planning.ItemData(parent=made.tasks[0], title="x")
        )
    client.force_login(made.accounts[Role.OFFICE])
    for url in ("/6-ro/", ITEMS):
        with django_assert_max_num_queries(12):
            response = client.get(url)
        assert response.status_code == 200
        assert len(response.content) < 100_000

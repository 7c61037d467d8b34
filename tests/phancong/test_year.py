"""The planning year: who sees what of it, and that its figures open what they count."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from chuongtrinh.models import User
from nhiemvu.models import Task
from phancong import planning
from phancong.models import Assignment, Plan, Unit
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

Role = User.Role
State = Plan.State


def world(items: int = 2) -> SimpleNamespace:
    """Two rooms with a section each; the first has a plan for 2027, the second none."""
    programme = ProgrammeFactory()
    committee = programme.committee
    rooms, sections, tasks = [], [], []
    for number, short in enumerate(("PDD", "PTL"), 1):
        room = UnitFactory(committee=committee, name=f"Phòng {short}", short_name=short)
        section = SectionFactory(programme=programme, number=f"II.{number}", ordinal=number)
        Assignment.objects.create(
            programme=programme, section=section, role="lead", unit=room, principal=True
        )
        rooms.append(room)
        sections.append(section)
        tasks += [TaskFactory(section=section, ordinal=number * 100 + n) for n in range(2)]
    PostFactory(unit=rooms[0])
    accounts = {
        role: UserFactory(
            committee=committee,
            role=role,
            unit=rooms[0] if role in (Role.HEAD, Role.INSPECTION) else None,
            comrade=ComradeFactory(committee=committee),
        )
        for role in Role.values
    }
    made = SimpleNamespace(
        programme=programme, rooms=rooms, sections=sections, tasks=tasks, accounts=accounts, plan=None
    )
    made.plan = plan_of(made, rooms[0], tasks[0], items)
    return made


def plan_of(made: SimpleNamespace, room: Unit, task: Task, items: int, year: int = 2027) -> Plan:
    plan = planning.open_plan(made.programme, room, year)
    rows = [
        (None, planning.ItemData(parent=task, title=f"Việc {n}", due=date(year, 6, 30))) for n in range(items)
    ]
    planning.write_items(plan, made.accounts[Role.OFFICE], rows)
    return plan


def put(plan: Plan, state: str) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=state)
    if state == State.GIVEN:
        plan.entries.update(given_on=date(2026, 1, 1), given_at="2026-01-01T00:00:00Z")


@pytest.fixture
def made(db) -> SimpleNamespace:
    return world()


def page(client, user, url: str = "/ke-hoach/2027/") -> BeautifulSoup:
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


def words(soup) -> str:
    return " ".join(soup.text.split())


def check_figures(client, soup: BeautifulSoup) -> int:
    """Follow every link to the work list whose text is a figure; its list holds so many rows."""
    seen = 0
    for a in soup.select("main a[href^='/nhiem-vu/?']"):
        if figure := re.match(r"\d+", a.text.strip()):
            listed = BeautifulSoup(client.get(a["href"]).content, "html.parser")
            assert int(listed.select_one("[data-total]")["data-total"]) == int(figure[0]), a["href"]
            seen += 1
    return seen


def test_the_short_address_leads_to_the_newest_year_that_has_a_plan(client, made) -> None:
    client.force_login(made.accounts[Role.VIEWER])
    assert client.get("/ke-hoach/").headers["Location"] == "/ke-hoach/2027/"
    plan_of(made, made.rooms[0], made.tasks[0], 1, year=2029)
    assert client.get("/ke-hoach/").headers["Location"] == "/ke-hoach/2029/"


def test_without_plans_it_leads_to_this_year_as_far_as_the_term_goes(client, db) -> None:
    programme = ProgrammeFactory(term_start=2001, term_end=2005)
    client.force_login(UserFactory(committee=programme.committee))
    assert client.get("/ke-hoach/").headers["Location"] == "/ke-hoach/2005/"


def test_a_year_outside_the_term_is_not_found(client, made) -> None:
    client.force_login(made.accounts[Role.OFFICE])
    assert client.get("/ke-hoach/2024/").status_code == 404
    assert client.get("/ke-hoach/2031/").status_code == 404


def test_leading_units_and_units_with_a_plan_are_listed(client, made) -> None:
    other = UnitFactory(committee=made.programme.committee, name="Trung tâm Mẫu", short_name="TTM")
    UnitFactory(committee=made.programme.committee, name="Phòng Ngoài cuộc", short_name="PNC")
    plan_of(made, other, made.tasks[0], 1)
    soup = page(client, made.accounts[Role.VIEWER])
    names = [th.text.strip() for th in soup.select(".year-units tbody th")]
    assert sorted(names) == ["Phòng PDD", "Phòng PTL", "Trung tâm Mẫu"]


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("role", Role.values)
def test_of_a_plan_that_one_may_not_read_only_the_state_is_shown(client, made, role, state) -> None:
    put(made.plan, state)
    soup = page(client, made.accounts[role])
    row = soup.select_one(".year-units tbody tr")
    readable = state in (State.APPROVED, State.GIVEN) or role in (Role.OFFICE, Role.HEAD, Role.INSPECTION)
    if state == State.SUBMITTED and role in (Role.ADMIN, Role.SECRETARY, Role.DEPUTY):
        readable = True
    assert str(State(state).label) in words(row)
    assert bool(row.find("a", href=made.plan.get_absolute_url())) == readable
    assert ("Việc 0" in words(soup)) == readable
    assert ("Chưa xem được" in words(row)) != readable
    assert (client.get(made.plan.get_absolute_url()).status_code == 200) == readable


def test_whoever_may_plan_is_offered_to_begin(client, made) -> None:
    begun = "/ke-hoach/2027/PTL/"
    assert page(client, made.accounts[Role.OFFICE]).find("a", href=begun)
    assert not page(client, made.accounts[Role.HEAD]).find("a", href=begun)
    assert not page(client, made.accounts[Role.SECRETARY]).find("a", href=begun)
    head = UserFactory(committee=made.programme.committee, role=Role.HEAD, unit=made.rooms[1])
    assert page(client, head).find("a", href=begun)


def test_the_last_step_says_who_when_and_why(client, made) -> None:
    planning.submit(made.plan, made.accounts[Role.OFFICE])
    planning.send_back(made.plan, made.accounts[Role.SECRETARY], "Thiếu sản phẩm")
    row = words(page(client, made.accounts[Role.OFFICE]).select_one(".year-units tbody tr"))
    assert f"Trả lại: {made.accounts[Role.SECRETARY].full_name}" in row
    assert "Lý do: Thiếu sản phẩm" in row
    assert re.search(r"\d\d:\d\d \d\d/\d\d/\d{4}", row)


def test_tasks_stand_in_their_section_with_the_items_of_the_year(client, made) -> None:
    plan_of(made, made.rooms[0], made.tasks[1], 1, year=2028)
    soup = page(client, made.accounts[Role.OFFICE])
    bodies = soup.select(".year-table tbody")
    assert ["chưa có việc" in words(body) for body in bodies] == [False, True, True, True]
    assert len(bodies[0].select("tr")) == 3


def test_a_row_counted_with_another_is_planned_there(client, made) -> None:
    made.tasks[1].mirrors = made.tasks[0]
    made.tasks[1].save()
    soup = page(client, made.accounts[Role.OFFICE])
    assert f"lập ở {made.tasks[0].code}" in words(soup.select(".year-table tbody")[1])
    assert check_figures(client, soup)


@pytest.mark.one_database
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("state", State.values)
def test_every_figure_opens_what_it_counts(client, made, role, state) -> None:
    put(made.plan, state)
    assert check_figures(client, page(client, made.accounts[role]))


def test_only_given_items_have_a_status(client, made) -> None:
    assert page(client, made.accounts[Role.OFFICE]).select(".year-table .tag.plan-draft")
    put(made.plan, State.GIVEN)
    assert not page(client, made.accounts[Role.OFFICE]).select(".year-table .tag[class*=plan-]")


@pytest.mark.parametrize(
    ("query", "codes"),
    [("muc=II.2", 2), ("trong=1", 3), ("muc=II.1&trong=1", 1), ("muc=IX", 0)],
)
def test_filters_are_read_from_the_address(client, made, query: str, codes: int) -> None:
    soup = page(client, made.accounts[Role.OFFICE], f"/ke-hoach/2027/?{query}")
    assert len(soup.select(".year-table tbody")) == codes


def test_a_unit_shows_what_it_leads_and_what_it_plans(client, made) -> None:
    plan_of(made, made.rooms[1], made.tasks[0], 1)
    soup = page(client, made.accounts[Role.OFFICE], f"/ke-hoach/2027/?don-vi={made.rooms[1].pk}")
    assert len(soup.select(".year-table tbody")) == 3
    assert [a.text for a in soup.select(".year-table td.code a")] == ["2027-PTL-01"]


def test_the_year_switch_keeps_the_filters(client, made) -> None:
    soup = page(client, made.accounts[Role.OFFICE], "/ke-hoach/2027/?muc=II.2")
    years = soup.select("nav.chips a")
    assert [a.text for a in years] == [str(year) for year in range(2025, 2031)]
    assert years[0]["href"] == "/ke-hoach/2025/?muc=II.2"
    assert soup.select_one("nav.chips [aria-current]").text == "2027"


@pytest.mark.parametrize("query", ["don-vi=x", "don-vi=99999999999999999999", "muc=%F0", "trong=%F0"])
def test_nonsense_in_the_address_fails_nothing(client, made, query: str) -> None:
    page(client, made.accounts[Role.OFFICE], f"/ke-hoach/2027/?{query}")


@pytest.mark.parametrize("items", [10, 500])
@pytest.mark.parametrize("state", [State.DRAFT, State.GIVEN])
def test_a_year_of_500_items_stays_light(client, db, django_assert_max_num_queries, items, state) -> None:
    made = world(items)
    put(made.plan, state)
    client.force_login(made.accounts[Role.OFFICE])
    for url in ("/ke-hoach/2027/", f"/ke-hoach/2027/?don-vi={made.rooms[0].pk}"):
        with django_assert_max_num_queries(12):
            response = client.get(url)
        assert response.status_code == 200
    assert len(client.get("/ke-hoach/2027/").content) < 100_000


def test_another_committees_plans_are_not_shown(client, made) -> None:
    other = ProgrammeFactory()
    soup = page(client, UserFactory(committee=other.committee, role=Role.OFFICE))
    assert "PDD" not in words(soup)

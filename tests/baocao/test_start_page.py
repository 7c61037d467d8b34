"""The start page: each role finds what wants its attention, and every figure opens what it counts."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from chuongtrinh.models import UnplacedLine, User
from nhiemvu.models import DeadlineProposal
from phancong import planning
from phancong.models import Assignment, Oversight, Plan, Post, Unit
from tests.factories.people import PASSWORD, ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

Role = User.Role


def _world(size: int = 2) -> SimpleNamespace:
    programme = ProgrammeFactory()
    committee = programme.committee
    room = UnitFactory(committee=committee, name="Phòng Đất đai", short_name="PDD")
    other = UnitFactory(committee=committee, name="Phòng Thủy lợi", short_name="PTL")
    PostFactory(unit=room)
    member = ComradeFactory(committee=committee)
    tasks = []
    for number in range(1, size + 1):
        section = SectionFactory(programme=programme, number=f"II.{number}", ordinal=number)
        Assignment.objects.create(
            programme=programme, section=section, role="lead", unit=room, principal=True
        )
        Assignment.objects.create(programme=programme, section=section, role="coordinate", text="Ban Mẫu")
        for n in range(size):
            tasks.append(TaskFactory(section=section, ordinal=number * 100 + n))
        DeadlineProposal.objects.create(task=tasks[-1], as_written="trước năm 2027", due=date(2026, 12, 31))
        UnplacedLine.objects.create(programme=programme, line=number, text="Lạc", reason="không rõ")
    project = TaskFactory(section=section, ordinal=9000, kind="project", code="DA-01", product="Tuyến đường")
    return SimpleNamespace(
        programme=programme,
        committee=committee,
        room=room,
        other=other,
        member=member,
        tasks=tasks,
        project=project,
    )


@pytest.fixture
def world(db) -> SimpleNamespace:
    return _world()


def _start(client, user, query: str = "") -> BeautifulSoup:
    client.force_login(user)
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def _account(world: SimpleNamespace, role: str, **more: object) -> User:
    return UserFactory(committee=world.committee, role=role, **more)


def _words(soup: BeautifulSoup) -> str:
    return " ".join(soup.find("main").text.split())


@pytest.mark.one_database
@pytest.mark.parametrize("role", Role.values)
def test_every_link_of_every_role_leads_to_a_page(client, world, role: str) -> None:
    user = _account(world, role, unit=world.room, comrade=world.member)
    given = {"username": user.username, "password": PASSWORD}
    signed_in = client.post(reverse("dang-nhap"), given, follow=True)
    landing = BeautifulSoup(signed_in.content, "html.parser")
    pages = {signed_in.request["PATH_INFO"]: landing, "/": _start(client, user)}
    links = {urljoin(path, a["href"]) for path, page in pages.items() for a in page.select("a[href]")}
    assert len(links) > 10
    for url in {link.split("#")[0] for link in links}:
        assert client.get(url, follow=True).status_code == 200, url


@pytest.mark.parametrize("role", Role.values)
def test_every_figure_agrees_with_the_list_that_it_opens(client, world, role: str) -> None:
    Oversight.objects.create(
        comrade=world.member, unit=world.room, decision_number="1-QĐ", decided_on=date(2026, 6, 1)
    )
    soup = _start(client, _account(world, role, unit=world.room, comrade=world.member))
    figures = [
        (a["href"], int(found[-1]))
        for a in soup.select("main a[href^='/nhiem-vu/?']")
        if (found := re.findall(r"(?<![.\w])\d+(?![.\w])", a.text))
    ]
    assert figures
    for url, count in figures:
        listed = BeautifulSoup(client.get(url).content, "html.parser")
        assert int(listed.select_one("[data-total]")["data-total"]) == count, url


def test_the_sentence_counts_tasks_and_projects(client, world) -> None:
    assert "giao 5 nhiệm vụ, đề án: 4 nhiệm vụ và 1 đề án." in _words(
        _start(client, _account(world, Role.SECRETARY))
    )


def test_the_office_sees_what_waits_for_it(client, world) -> None:
    card = _start(client, _account(world, Role.OFFICE)).find(id="can-lam").find_parent("section")
    found = {
        " ".join(li.p.text.split()): int(li.select_one(".count").text)
        for li in card.select(".figure-rows > li")
    }
    assert found == {
        "thời hạn do văn bản nêu, chờ xác nhận": 2,
        "dòng phân công chưa rõ là đơn vị, đồng chí nào": 2,
        "dòng của văn bản chưa xếp được vào đâu. Xem từng dòng": 2,
        "đơn vị chưa nhập người đứng đầu. Nhập chức vụ": 1,
        "phòng, đơn vị chưa nhập ủy viên phụ trách (Phần IV, mục 3). Nhập theo quyết định": 2,
    }


def test_what_is_settled_leaves_the_offices_list(client, world) -> None:
    office = _account(world, Role.OFFICE)
    for proposal in DeadlineProposal.objects.all():
        proposal.decide(office, accept=False)
    UnplacedLine.objects.update(settled=True)
    words = _words(_start(client, office))
    assert "chờ xác nhận" not in words
    assert "chưa xếp được" not in words


@pytest.mark.parametrize(
    "role", [Role.SECRETARY, Role.DEPUTY, Role.MEMBER, Role.HEAD, Role.INSPECTION, Role.VIEWER]
)
def test_only_those_who_enter_are_led_to_entry(client, world, role: str) -> None:
    soup = _start(client, _account(world, role))
    assert not soup.select("main a[href^='/quan-tri/']")
    assert not soup.find(id="can-lam")


def test_accounts_are_the_administrators_alone(client, world) -> None:
    url = "/quan-tri/chuongtrinh/user/"
    assert _start(client, _account(world, Role.ADMIN)).find("a", href=url)
    assert not _start(client, _account(world, Role.OFFICE)).find("a", href=url)


def test_a_head_sees_the_work_of_the_unit(client, world) -> None:
    words = _words(_start(client, _account(world, Role.HEAD, unit=world.room)))
    assert "5 Chủ trì, tham mưu" in words


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.HEAD, "Tài khoản chưa gắn với đơn vị nào"),
        (Role.MEMBER, "Tài khoản chưa gắn với đồng chí nào"),
        (Role.INSPECTION, "Tài khoản chưa gắn với Ủy ban Kiểm tra"),
    ],
)
def test_an_account_that_names_nobody_says_how_to_mend_it(client, world, role: str, sentence: str) -> None:
    assert sentence in _words(_start(client, _account(world, role)))


def test_a_member_sees_the_units_overseen_by_decision(client, world) -> None:
    account = _account(world, Role.MEMBER, comrade=world.member)
    assert "Chưa nhập đơn vị đồng chí phụ trách" in _words(_start(client, account))
    Oversight.objects.create(
        comrade=world.member, unit=world.room, decision_number="1-QĐ", decided_on=date(2026, 6, 1)
    )
    assert "Phụ trách: Phòng Đất đai" in _words(_start(client, account))


def test_before_any_programme_the_page_says_what_to_do(client, db) -> None:
    assert "Chưa có chương trình hành động" in _words(_start(client, UserFactory()))
    assert "load_programme" in _words(_start(client, UserFactory(role=Role.ADMIN)))
    assert "chưa thuộc cấp ủy" in _words(_start(client, UserFactory(committee=None)))


def test_another_committees_programme_is_not_found(client, world) -> None:
    client.force_login(UserFactory())
    assert client.get(f"/?ct={world.programme.pk}").status_code == 404


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("role", Role.values)
def test_the_number_of_queries_does_not_grow(
    client, db, django_assert_max_num_queries, role: str, size: int
) -> None:
    world = _world(size)
    for _ in range(size):
        unit = UnitFactory(committee=world.committee, kind=Unit.Kind.CENTRE)
        Oversight.objects.create(
            comrade=world.member, unit=unit, decision_number="1-QĐ", decided_on=date(2026, 6, 1)
        )
    for year in (2026, 2027):
        for n in range(size):
            _plan(world, year, title=f"Việc {n}")
    client.force_login(_account(world, role, unit=world.room, comrade=world.member))
    with django_assert_max_num_queries(12):
        assert client.get("/").status_code == 200


# --- plans ----------------------------------------------------------------------------------------------


def _plan(world: SimpleNamespace, year: int, title: str = "Mở thầu", **more: object) -> Plan:
    office = User.objects.filter(committee=world.committee, role=Role.OFFICE).first()
    office = office or _account(world, Role.OFFICE)
    plan = planning.open_plan(world.programme, world.room, year)
    planning.add_item(plan, office, planning.ItemData(parent=world.tasks[0], title=title, **more))
    return plan


def _gaps(soup: BeautifulSoup) -> dict[str, list[int]]:
    return {
        tr.th.find(string=True).strip(): [int(td.text) for td in tr.select("td")]
        for tr in soup.select(".gap-table tbody tr")
    }


def test_the_office_sees_the_gaps_of_each_year_and_every_count_opens_its_rows(client, world) -> None:
    year = timezone.localdate().year
    Post.objects.filter(unit=world.room).delete()
    _plan(world, year, due=date(year, 6, 30), product="Hồ sơ")
    _plan(world, year + 1, due=date(year + 3, 6, 30))
    soup = _start(client, _account(world, Role.OFFICE))
    years = [int(a.text) for a in soup.select(".gap-table thead a")]
    assert years == [year, year + 1]
    assert _gaps(soup) == {
        "nhiệm vụ, đề án chưa có việc cụ thể": [4, 4],
        "việc có thời hạn ngoài năm kế hoạch hoặc ngoài nhiệm kỳ": [0, 1],
        "việc mà đơn vị chủ trì chưa có người đứng đầu": [1, 1],
        "việc chưa nêu sản phẩm": [0, 1],
    }
    for a in soup.select(".gap-table tbody a"):
        listed = BeautifulSoup(client.get(a["href"]).content, "html.parser")
        assert listed.select_one("[data-total]")["data-total"] == a.text, a["href"]


def test_units_without_a_plan_are_named_and_lead_to_the_year(client, world) -> None:
    soup = _start(client, _account(world, Role.OFFICE))
    row = next(tr for tr in soup.select(".gap-table tbody tr") if "chưa lập kế hoạch" in tr.text)
    assert "PDD" in row.th.text
    target = BeautifulSoup(client.get(row.a["href"]).content, "html.parser")
    assert "chưa lập" in target.select_one(".year-units tbody").text


def test_a_head_goes_on_with_the_units_plan_from_here(client, world) -> None:
    year = timezone.localdate().year
    head = _account(world, Role.HEAD, unit=world.room)
    card = _start(client, head).find(id="ke-hoach").find_parent("section")
    assert "chưa lập" in card.text
    assert card.find("a", href=f"/ke-hoach/{year}/PDD/").text.startswith("Lập kế hoạch")
    plan = _plan(world, year)
    planning.submit(plan, head)
    planning.send_back(plan, _account(world, Role.SECRETARY), "Thiếu sản phẩm")
    card = _start(client, head).find(id="ke-hoach").find_parent("section")
    assert "Thiếu sản phẩm" in card.text
    assert card.find("a", href=plan.get_absolute_url()).text.startswith("Soạn tiếp")


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DEPUTY])
def test_the_leaders_find_what_waits_for_their_approval(client, world, role: str) -> None:
    leader = _account(world, role)
    assert "Không có kế hoạch nào chờ duyệt" in _words(_start(client, leader))
    plan = _plan(world, 2027)
    planning.submit(plan, _account(world, Role.OFFICE))
    card = _start(client, leader).find(id="cho-duyet").find_parent("section")
    assert card.find("a", href=plan.get_absolute_url())
    Plan.objects.update(state=Plan.State.APPROVED)
    card = _start(client, leader).find(id="cho-duyet").find_parent("section")
    assert "Đã duyệt, chờ giao" in card.text


def test_the_office_finds_plans_that_wait_to_be_given(client, world) -> None:
    plan = _plan(world, 2027)
    Plan.objects.update(state=Plan.State.APPROVED)
    card = _start(client, _account(world, Role.OFFICE)).find(id="can-lam").find_parent("section")
    assert "kế hoạch năm đã duyệt, chờ giao" in card.text
    assert card.find("a", href=plan.get_absolute_url())


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER, Role.VIEWER])
def test_others_are_told_nothing_of_plans_in_work(client, world, role: str) -> None:
    _plan(world, 2027, title="Việc còn bàn")
    soup = _start(client, _account(world, role))
    assert not soup.select(".gap-table, .plan-rows")

"""The organisation, the page of a unit and the page of a comrade."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from chuongtrinh.models import Clause, User
from phancong.models import Assignment, Group, Oversight, Unit
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ClauseFactory, ProgrammeFactory, SectionFactory, TaskFactory

Role = Assignment.Role


def _world(sections: int = 2, tasks: int = 3) -> SimpleNamespace:
    """Sections led by a department and its cell, coordinated by the heads; one task is led elsewhere."""
    programme = ProgrammeFactory()
    committee = programme.committee
    office = UserFactory(committee=committee, role=User.Role.OFFICE)
    top = UnitFactory(committee=committee, name="Đảng ủy xã Mẫu", short_name="DU", kind=Unit.Kind.COMMITTEE)
    room = UnitFactory(committee=committee, name="Phòng Đất đai", short_name="PDD")
    cell = UnitFactory(
        committee=committee, name="Chi bộ Phòng Đất đai", short_name="CBDD", kind="party_cell", cell_of=room
    )
    other = UnitFactory(committee=committee, name="Phòng Thủy lợi", short_name="PTL")
    secretary = ComradeFactory(committee=committee, name="Trần Thị Bích")
    head = ComradeFactory(committee=committee, name="Nguyễn Văn An")
    PostFactory(unit=top, comrade=secretary, title="Bí thư")
    PostFactory(unit=room, comrade=head, title="Trưởng phòng", valid_from=date(2025, 7, 1))
    group = Group.objects.create(committee=committee, name="Trưởng các phòng", rule=Group.Rule.UNIT_HEADS)
    standing = SectionFactory(programme=programme, number="IV.2", ordinal=9000)
    duty = ClauseFactory(section=standing, kind=Clause.Kind.ORGANISATION, duty=Clause.Duty.HEADS,
                         as_signed="Người đứng đầu chịu trách nhiệm trước cấp trên.")  # fmt: skip
    ordinal, held = 0, []
    for number in range(1, sections + 1):
        section = SectionFactory(programme=programme, number=f"II.{number}", ordinal=number)
        line = ClauseFactory(
            section=section,
            ordinal=900,
            kind="assignment",
            as_signed=f"Giao chi bộ, Phòng Đất đai mục {number}.",
        )
        common = {"programme": programme, "section": section, "clause": line}
        Assignment.objects.create(**common, role=Role.DIRECT, comrade=secretary)
        Assignment.objects.create(**common, role=Role.LEAD, unit=room, principal=True)
        Assignment.objects.create(**common, role=Role.LEAD, unit=cell)
        Assignment.objects.create(**common, role=Role.COORDINATE, group=group)
        for _ in range(tasks):
            ordinal += 1
            held.append(TaskFactory(section=section, ordinal=ordinal))
    Assignment.objects.create(programme=programme, task=held[0], role=Role.LEAD, unit=other, principal=True)
    return SimpleNamespace(
        programme=programme, committee=committee, office=office, top=top, room=room, cell=cell, other=other,
        secretary=secretary, head=head, group=group, duty=duty, tasks=held,
    )  # fmt: skip


@pytest.fixture
def world(db) -> SimpleNamespace:
    return _world()


def _soup(client, user, url: str) -> BeautifulSoup:
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def _counts(soup: BeautifulSoup) -> dict[str, int]:
    """The address of each list that the page counts, with the count shown."""
    links = soup.select("a[href^='/nhiem-vu/?']")
    return {a["href"]: int(re.findall(r"\d+", a.get("aria-label") or a.text)[-1]) for a in links}


def test_each_unit_stands_with_its_head_and_its_cell_beside_it(client, world) -> None:
    soup = _soup(client, world.office, "/don-vi/")
    pair = next(li for li in soup.select("li.unit-pair") if li.find("a", string="Phòng Đất đai"))
    assert "Nguyễn Văn An" in pair.text
    assert "Chi bộ Phòng Đất đai" in pair.select_one(".unit-cells").text
    assert "Chưa nhập người đứng đầu" in pair.select_one(".unit-cells").text


def test_what_is_vacant_is_said_once_for_a_unit_and_counted_once_for_all(client, world) -> None:
    text = " ".join(_soup(client, world.office, "/don-vi/").main.text.split())
    vacant = Unit.objects.filter(committee=world.committee).exclude(pk__in=[world.room.pk, world.top.pk])
    assert text.count("Chưa nhập người đứng đầu") == vacant.count() == 2
    assert "2 trong 4 đơn vị chưa nhập người đứng đầu" in text


def test_the_form_for_a_vacant_post_opens_filled_with_the_unit(client, world) -> None:
    link = _soup(client, world.office, world.other.get_absolute_url()).find("a", string="Nhập chức vụ")
    form = _soup(client, world.office, link["href"])
    assert form.select_one("select[name=unit] option[selected]")["value"] == str(world.other.pk)
    assert form.select_one("input[name=is_head]").has_attr("checked")


def test_a_count_says_how_much_is_given_by_name_and_how_much_through_a_group(client, world) -> None:
    Assignment.objects.filter(section__number="II.2", unit=world.room).delete()
    section = world.programme.sections.get(number="II.2")
    Assignment.objects.create(programme=world.programme, section=section, role=Role.LEAD, group=world.group)
    soup = _soup(client, world.office, "/don-vi/")
    pair = next(li for li in soup.select("li.unit-pair") if li.find("a", string="Phòng Đất đai"))
    counts = [" ".join(li.text.split()) for li in pair.select_one(".unit .share-counts").select("li")]
    assert counts == [
        "Chủ trì, tham mưu 5 việc: 2 giao riêng, 3 giao chung qua nhóm",
        "Phối hợp 6 việc: giao chung qua nhóm",
    ]


@pytest.mark.parametrize("page", ["organisation", "room", "cell", "other", "secretary", "head"])
def test_every_count_agrees_with_the_list_that_it_opens(client, world, page: str) -> None:
    target = getattr(world, page, None)
    soup = _soup(client, world.office, target.get_absolute_url() if target else "/don-vi/")
    counts = _counts(soup)
    assert counts
    for url, count in counts.items():
        listed = _soup(client, world.office, url)
        assert int(listed.select_one("[data-total]")["data-total"]) == count, url


def test_a_unit_answers_only_for_what_no_nearer_line_gives_away(client, world) -> None:
    soup = _soup(client, world.office, world.room.get_absolute_url())
    lead = soup.find(id="vai-lead").find_parent("section")
    codes = [b.text for b in lead.select(".work-codes b")]
    assert world.tasks[0].code not in codes
    assert codes == [task.code for task in world.tasks[1:]]
    assert "Giao chi bộ, Phòng Đất đai mục 1." in lead.text
    assert "Chủ trì chính" in lead.text


def test_a_cell_leads_beside_its_department(client, world) -> None:
    soup = _soup(client, world.office, world.cell.get_absolute_url())
    assert "Cùng chủ trì" in soup.find(id="vai-lead").find_parent("section").text
    assert soup.find("dd", string="Phòng Đất đai") or "Là chi bộ của" in soup.text


def test_a_unit_coordinates_through_its_group(client, world) -> None:
    soup = _soup(client, world.office, world.other.get_absolute_url())
    assert "Trong nhóm “Trưởng các phòng”" in soup.find(id="vai-coordinate").find_parent("section").text


def test_the_standing_duty_of_heads_is_quoted_and_leads_to_its_place(client, world) -> None:
    soup = _soup(client, world.office, world.room.get_absolute_url())
    standing = soup.select_one(".standing")
    assert world.duty.text in standing.text
    assert standing.a["href"] == f"/van-ban/{world.programme.pk}/#{world.duty.anchor}"
    assert not _soup(client, world.office, world.top.get_absolute_url()).select(".standing")


def test_oversight_shows_its_decision_and_ends_with_it(client, world) -> None:
    row = Oversight.objects.create(
        comrade=world.secretary, unit=world.room, decision_number="05-QĐ/DU", decided_on=date(2026, 6, 1)
    )
    for url in ("/don-vi/", world.room.get_absolute_url(), world.secretary.get_absolute_url()):
        assert "05-QĐ/DU" in _soup(client, world.office, url).text
    row.valid_to = timezone.localdate() - timedelta(days=1)
    row.save()
    for url in ("/don-vi/", world.room.get_absolute_url(), world.secretary.get_absolute_url()):
        assert "05-QĐ/DU" not in _soup(client, world.office, url).text


def test_without_oversight_only_those_who_enter_are_led_to_the_form(client, world) -> None:
    viewer = UserFactory(committee=world.committee)
    assert _soup(client, world.office, "/don-vi/").find("a", href="/quan-tri/phancong/oversight/add/")
    soup = _soup(client, viewer, "/don-vi/")
    assert "Chưa nhập quyết định phân công phụ trách" in soup.text
    assert not soup.select("a[href^='/quan-tri/']")


def test_people_stand_by_given_name(client, world) -> None:
    ComradeFactory(committee=world.committee, name="Vũ Thị Ánh")
    names = [a.text for a in _soup(client, world.office, "/don-vi/").select("li.comrade h3 a")]
    assert names == ["Nguyễn Văn An", "Vũ Thị Ánh", "Trần Thị Bích"]


def test_a_group_names_its_members_of_today(client, world) -> None:
    members = _soup(client, world.office, "/don-vi/").find(id="nhom").find_parent("section").text
    assert "Nguyễn Văn An, Trưởng phòng, Phòng Đất đai" in members
    assert "Phòng Thủy lợi" in members


def test_a_past_post_stays_on_the_comrades_page(client, world) -> None:
    PostFactory(unit=world.other, comrade=world.head, title="Phó Trưởng phòng", is_head=False,
                valid_from=date(2020, 1, 1), valid_to=date(2025, 6, 30))  # fmt: skip
    text = _soup(client, world.office, world.head.get_absolute_url()).text
    assert "từ 01/01/2020 đến 30/06/2025" in text
    assert "không giữ hôm nay" in text


def test_another_committees_units_and_people_do_not_exist(client, world) -> None:
    stranger = UserFactory(role=User.Role.OFFICE)
    client.force_login(stranger)
    for url in (
        world.room.get_absolute_url(),
        world.secretary.get_absolute_url(),
        f"/don-vi/?ct={world.programme.pk}",
    ):
        assert client.get(url).status_code == 404
    client.force_login(world.office)
    assert client.get(UnitFactory().get_absolute_url()).status_code == 404
    assert client.get(ComradeFactory().get_absolute_url()).status_code == 404


def test_without_a_programme_the_page_says_what_to_do(client, db) -> None:
    user = UserFactory()
    assert "Chưa có chương trình hành động" in _soup(client, user, "/don-vi/").text
    user.committee = None
    user.save()
    assert "chưa thuộc cấp ủy" in _soup(client, user, "/don-vi/").text


def test_an_older_programme_stays_chosen_from_page_to_page(client, world) -> None:
    ProgrammeFactory(committee=world.committee, issued_on=date(2026, 9, 1))
    soup = _soup(client, world.office, f"{world.room.get_absolute_url()}?ct={world.programme.pk}")
    assert all(f"ct={world.programme.pk}" in a["href"] for a in soup.select("#main a[href^='/nhiem-vu/']"))


def test_a_programme_that_is_no_number_is_taken_as_none_named(client, world) -> None:
    for url in ("/don-vi/?ct=abc", f"{world.room.get_absolute_url()}?ct=%C2%B2"):
        links = [a["href"] for a in _soup(client, world.office, url).select("#main a[href^='/nhiem-vu/']")]
        assert links
        assert not [link for link in links if "ct=" in link]
    assert client.get("/don-vi/?ct=999999").status_code == 404


@pytest.mark.parametrize("size", [1, 8])
def test_the_number_of_queries_does_not_grow(client, db, django_assert_max_num_queries, size: int) -> None:
    world = _world(sections=size, tasks=size)
    for n in range(size):
        Oversight.objects.create(
            comrade=world.secretary, field=f"Lĩnh vực {n}", decision_number="1", decided_on=date(2026, 6, 1)
        )
        listed = Group.objects.create(committee=world.committee, name=f"Tổ {n}", rule=Group.Rule.LISTED)
        listed.comrades.add(world.head)
    client.force_login(world.office)
    for url in ("/don-vi/", world.room.get_absolute_url(), world.head.get_absolute_url()):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200

"""What is overdue stands first on the start page, and every count opens exactly its rows."""

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup

from chuongtrinh.models import User
from phancong.models import Oversight
from tests.factories.people import UserFactory
from tests.factories.plans import Planners
from tests.factories.programmes import TaskFactory


@pytest.fixture
def work(client, db):
    """Phòng Kinh tế has a late item and one due in two days; a row of the other department is late too."""
    with time_machine.travel("2026-11-23T09:00:00+07:00", tick=False):
        world = Planners()
        world.give(
            world.plan(
                {"title": "Khảo sát", "due": date(2026, 6, 30)},
                {"title": "Cắm mốc", "due": date(2026, 11, 25), "parent": world.project},
            ),
            on=date(2026, 6, 1),
        )
        world.plan({"title": "Còn nháp", "due": date(2026, 6, 30)}, unit=world.other_unit)
        world.late = TaskFactory(section=world.section, code="II.3.2-80", due=date(2026, 6, 30))
        world.late.assignments.create(
            programme=world.programme, role="lead", unit=world.other_unit, principal=True
        )
        yield world


def start(client, user):
    client.force_login(user)
    return BeautifulSoup(client.get("/").content, "html.parser")


def figures(client, user):
    card = start(client, user).select_one(".urgent")
    found = {}
    for li in card.select("li"):
        url = li.a["href"]
        rows = BeautifulSoup(client.get(url).content, "html.parser").select("td.code")
        assert len(rows) == int(li.a.text), url
        found[" ".join(li.p.text.split()).lstrip("■▲ ")] = [row.text for row in rows]
    return card.h2.text, found


EVERYTHING = {
    "nhiệm vụ, đề án quá hạn": ["II.3.2-01", "II.3.2-80"],
    "việc cụ thể năm 2026 quá hạn": ["2026-PKT-01"],
    "nhiệm vụ, đề án sắp đến hạn hoặc có nguy cơ": ["DA-01"],
    "việc cụ thể năm 2026 sắp đến hạn hoặc có nguy cơ": ["2026-PKT-02"],
}


@pytest.mark.parametrize("role", sorted(set(User.Role.values) - {"head"}))
def test_everyone_sees_first_what_is_overdue_then_what_is_due_soon(client, work, role):
    user = UserFactory(committee=work.committee, role=role)
    assert figures(client, user)[1] == EVERYTHING
    main = start(client, user).main
    assert main.select("section")[0] is main.select_one(".urgent")


def test_a_head_sees_what_the_own_unit_leads(client, work):
    title, found = figures(client, work.head)
    assert "Phòng Kinh tế chủ trì" in title
    assert found == {**EVERYTHING, "nhiệm vụ, đề án quá hạn": ["II.3.2-01"]}
    title, found = figures(client, work.other_head)
    assert found == {"nhiệm vụ, đề án quá hạn": ["II.3.2-80"]}


def test_a_member_sees_what_the_overseen_units_lead(client, work):
    member = UserFactory(committee=work.committee, role="member", comrade=work.chief)
    assert figures(client, member)[1] == EVERYTHING  # oversees nothing yet
    Oversight.objects.create(
        comrade=work.chief, unit=work.other_unit, decision_number="01", decided_on=date(2026, 6, 1)
    )
    title, found = figures(client, member)
    assert "các đơn vị phụ trách" in title and found == {"nhiệm vụ, đề án quá hạn": ["II.3.2-80"]}


def test_where_nothing_is_late_the_page_says_so_and_how_many_rows_have_no_deadline(client, work):
    viewer = UserFactory(committee=work.committee)
    with time_machine.travel("2026-06-01T09:00:00+07:00", tick=False):
        TaskFactory(section=work.section, code="II.3.2-81")
        card = start(client, viewer).select_one(".urgent")
        assert "Không có việc nào quá hạn." in card.text and not card.select("li")
        [link] = card.select("p a")
        assert link.text == "3 nhiệm vụ, đề án" and "tinh-trang=undetermined" in link["href"]


def test_what_was_added_by_hand_is_no_part_of_what_the_programme_gives(client, work):
    sentence = start(client, work.office).select_one(".lead-sentence")
    assert "giao 3 nhiệm vụ, đề án: 2 nhiệm vụ và 1 đề án." in sentence.text
    TaskFactory(section=work.section, code="II.3.2-82", clause=None)
    sentence = start(client, work.office).select_one(".lead-sentence")
    assert "2 nhiệm vụ và 1 đề án; và 1 việc bổ sung ngoài văn bản." in sentence.text
    for link in sentence.select("a"):
        listed = BeautifulSoup(client.get(link["href"]).content, "html.parser")
        assert listed.select_one("[data-total]")["data-total"] == link.text.split()[0], link["href"]


@pytest.mark.parametrize("role", ["secretary", "viewer", "head"])
def test_the_page_does_not_repeat_the_menu(client, work, role):
    soup = start(client, UserFactory(committee=work.committee, role=role, unit=work.unit))
    assert soup.find(id="doc") is None
    menu = {link["href"] for link in soup.select(".site-nav a")}
    repeated = [link["href"] for link in soup.main.select("a") if link["href"] in menu]
    assert set(repeated) <= {"/6-ro/", "/ke-hoach/"}  # the headings of their cards

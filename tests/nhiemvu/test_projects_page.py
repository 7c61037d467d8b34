"""/de-an/: the projects with who leads them and what is still to be entered."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nhiemvu.models import Task
from phancong.models import Assignment
from tests.factories.people import UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(client):
    programme = ProgrammeFactory()
    client.force_login(UserFactory(committee=programme.committee, role="office"))
    section = SectionFactory(programme=programme, number="III.1")
    unit = UnitFactory(committee=programme.committee, name="Phòng Kinh tế")
    Assignment.objects.create(programme=programme, section=section, role="lead", unit=unit, principal=True)
    return section


def project(section, n):
    return TaskFactory(section=section, kind=Task.Kind.PROJECT, code=f"DA-{n:02d}", title=f"Khu dân cư {n}")


def test_each_project_shows_its_lead_and_what_to_enter(client, section):
    project(section, 1)
    TaskFactory(section=section)
    soup = BeautifulSoup(client.get("/de-an/").content, "html.parser")
    [card] = soup.select(".project")
    assert card.select_one("a.row-link")["href"] == "/de-an/DA-01/"
    assert "Phòng Kinh tế" in card.text
    assert "nhập ngày hoàn thành" in card.text and "nhập ai ký hoặc phê duyệt" in card.text
    assert "Thiếu người" in card.text  # the unit has no head yet


def test_who_does_not_enter_is_told_what_is_missing_once_and_not_how_to_enter_it(client, section):
    Task.objects.filter(pk=project(section, 1).pk).update(product="Tuyến đường")
    client.force_login(UserFactory(committee=section.programme.committee))
    [card] = BeautifulSoup(client.get("/de-an/").content, "html.parser").select(".project")
    assert "nhập" not in card.text
    assert [term.text for term in card.select("dt")] == ["Chủ trì, tham mưu", "Sản phẩm", "6 rõ"]
    assert "Thiếu người, thời gian" in card.text


def test_a_project_counted_with_another_shows_what_is_written_there(client, section):
    road, same = project(section, 1), project(section, 2)
    Task.objects.filter(pk=road.pk).update(product="Tuyến đường")
    Task.objects.filter(pk=same.pk).update(mirrors=road, clause=None)
    soup = BeautifulSoup(client.get("/de-an/").content, "html.parser")
    assert [("Tuyến đường" in card.text) for card in soup.select(".project")] == [True, True]
    assert "1 đề án của" in soup.text and "và 1 đề án bổ sung ngoài văn bản" in soup.text


def test_the_number_of_queries_does_not_grow_with_the_projects(client, section):
    def count():
        with CaptureQueriesContext(connection) as run:
            assert client.get("/de-an/").status_code == 200
        return len(run)

    road = project(section, 1)
    few = count()
    for n in range(2, 12):
        Task.objects.filter(pk=project(section, n).pk).update(mirrors=road)
    assert count() == few <= 12


def test_without_projects_or_programme_the_page_says_what_to_do(client, section):
    assert "chưa có đề án" in client.get("/de-an/").content.decode()
    client.force_login(UserFactory())
    assert "Chưa có chương trình nào" in client.get("/de-an/").content.decode()

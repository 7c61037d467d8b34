"""The page of the signed document, with the bundled programme: what it shows and what it costs."""

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from chuongtrinh.living import living_document
from chuongtrinh.models import Clause, UnplacedLine
from nhiemvu.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, personas, programme):
    client.force_login(personas.nguoixem)

    def get(query="", status=200):
        answer = client.get(reverse("van-ban-chi-tiet", args=[programme.pk]) + query)
        assert answer.status_code == status
        return BeautifulSoup(answer.content, "html.parser")

    return get


def test_every_clause_of_the_programme_stands_on_the_page(page, programme):
    text = re.sub(r"\s+", " ", page().get_text())
    for clause in Clause.objects.filter(section__programme=programme):
        assert re.sub(r"\s+", " ", clause.text) in text


def test_the_signed_reading_shows_the_transcription(page, programme):
    text = re.sub(r"\s+", " ", page("?ban=ky").get_text())
    for clause in Clause.objects.filter(section__programme=programme):
        assert re.sub(r"\s+", " ", clause.as_signed) in text


def test_each_task_is_marked_with_a_link_to_it(page, programme):
    marks = page().select("a.standing")
    assert len(marks) == Task.objects.filter(programme=programme, clause__isnull=False).count() == 53


def test_the_marks_can_be_left_out(page):
    assert not page("?danh-dau=0").select(".margin")


def test_a_correction_shows_both_readings(page):
    notes = " ".join(note.get_text() for note in page().select(".note"))
    assert "chuyên đổi số" in notes
    assert "chuyển đổi số" in notes


def test_coverage_counts_what_is_followed_and_what_is_left(programme):
    covered = living_document(programme, on=date(2026, 11, 23)).coverage
    assert (covered.tasks_followed, covered.tasks) == (43, 43)
    assert (covered.projects_followed, covered.projects) == (10, 10)
    assert covered.clauses_without_row == covered.rows_without_clause == covered.unplaced == 0


def test_what_is_not_covered_is_said(programme):
    first = Task.objects.filter(programme=programme).order_by("ordinal").first()
    first.clause = None
    first.save()
    UnplacedLine.objects.create(programme=programme, line=1, text="x", reason="thử")
    covered = living_document(programme, on=date(2026, 11, 23)).coverage
    assert (covered.clauses_without_row, covered.rows_without_clause, covered.unplaced) == (1, 1, 1)


def test_the_heading_counts_its_tasks_and_names_who_leads(page):
    heading = page().find(id="muc-II.3.2").select_one(".heading .margin").get_text(" ", strip=True)
    assert "4 nhiệm vụ" in heading
    assert "Phòng Kinh tế" in heading


def test_each_section_and_clause_can_be_linked_to(page, programme):
    soup = page()
    for link in soup.select(".contents a"):
        assert soup.find(id=link["href"].removeprefix("#"))
    assert soup.find(id=Clause.objects.filter(section__programme=programme).first().anchor)
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_the_page_takes_few_queries(page, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page()


def test_another_committee_does_not_find_it(client, personas, programme):
    client.force_login(personas.ngoai)
    assert client.get(reverse("van-ban-chi-tiet", args=[programme.pk])).status_code == 404
    assert programme.number not in client.get("/van-ban/").content.decode()


def test_the_list_leads_to_the_document(client, personas, programme):
    client.force_login(personas.nguoixem)
    assert reverse("van-ban-chi-tiet", args=[programme.pk]) in client.get("/van-ban/").content.decode()

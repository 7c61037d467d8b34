"""The page of the signed document, with the bundled programme: what it shows and what it costs."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db.models import ProtectedError
from django.urls import reverse

from chuongtrinh.living import living_document
from chuongtrinh.models import Clause, Correction, Section, UnplacedLine
from nhiemvu.models import Task
from nhiemvu.status import DecisionKind
from tests.factories.plans import Planners
from tests.factories.programmes import ClauseFactory, ProgrammeFactory, TaskFactory

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


def test_the_reading_as_transcribed_shows_the_transcription(page, programme):
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


@pytest.fixture
def planned(client):
    """A clause with two items given this year, the last one dropped since, and a project without any."""
    with time_machine.travel(datetime(2026, 11, 23, 3, tzinfo=UTC), tick=False):
        planners = Planners()
        plan = planners.plan(
            {"due": date(2026, 6, 30)}, {"due": date(2026, 12, 15)}, {"due": None, "continuing": True}, {}
        )
        planners.give(plan, on=date(2026, 3, 1))
        planners.item("2026-PKT-04").decide(
            planners.secretary,
            {"state": DecisionKind.DROPPED},
            document="1",
            effective_on=date(2026, 11, 1),
            reason="trùng",
        )
        other = planners.plan({"parent": planners.project}, year=2027)
        assert other.state == "draft"
        TaskFactory(
            section=planners.section,
            code="DA-02",
            kind="project",
            clause=ClauseFactory(section=planners.section, kind="project"),
        )
        client.force_login(planners.viewer)
        yield planners


def test_a_clause_says_what_is_planned_this_year_by_whom_and_until_when(client, planned):
    def marks(query=""):
        answer = client.get(reverse("van-ban-chi-tiet", args=[planned.programme.pk]) + query)
        rows = BeautifulSoup(answer.content, "html.parser").select(".row-line .margin")
        return [" ".join(row.get_text(" ").split()) for row in rows if row.select_one("a.standing")]

    task, project, _ = marks()
    assert "Năm 2026: 3 việc · Phòng Kinh tế · hạn 30/06 – 15/12/2026" in task
    assert "chưa có việc năm 2026" in project and "2027" not in project
    assert marks("?danh-dau=0") == []
    soup = BeautifulSoup(
        client.get(reverse("van-ban-chi-tiet", args=[planned.programme.pk])).content, "html.parser"
    )
    assert [link["href"] for link in soup.select(".planned a")] == ["/nhiem-vu/II.3.2-01/#nam-2026"]
    items = soup.select(".planned-items li")
    assert [item.a["href"] for item in items] == [f"/nhiem-vu/2026-PKT-0{n}/" for n in (1, 2, 3)]
    assert [item.get_text().rsplit(", ", 1)[1] for item in items] == ["30/06", "15/12", "thường xuyên"]


def test_work_that_goes_on_all_year_has_no_day_and_mirrored_work_shows_where_it_is_planned(client, planned):
    planned.give(
        planned.plan({"parent": planned.project, "due": None, "continuing": True}, unit=planned.other_unit),
        on=date(2026, 11, 1),
    )
    Task.objects.filter(code="DA-02", programme=planned.programme).update(mirrors=planned.project)
    text = " ".join(
        client.get(reverse("van-ban-chi-tiet", args=[planned.programme.pk])).content.decode().split()
    )
    assert text.count("Năm 2026: 1 việc</a> · Phòng Văn hóa - Xã hội · thường xuyên") == 2


def test_plans_cost_the_page_no_more_queries(client, planned, django_assert_max_num_queries):
    planned.give(planned.plan(*({} for _ in range(20)), unit=planned.other_unit), on=date(2026, 11, 1))
    with django_assert_max_num_queries(12):
        client.get(reverse("van-ban-chi-tiet", args=[planned.programme.pk]))


def test_before_any_plan_is_given_no_clause_is_said_to_lack_one(page):
    assert "chưa có việc năm" not in page().get_text()


def test_the_page_takes_few_queries(page, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page()


def test_the_date_is_written_as_the_party_writes_it(page, programme):
    """HD 05-HD/VPTW: a 0 before days under 10 and months under 3."""
    programme.issued_on = date(2026, 1, 5)
    programme.save()
    assert "ngày 05 tháng 01 năm 2026" in page().get_text()


def test_another_committee_does_not_find_it(client, personas, programme):
    client.force_login(personas.ngoai)
    assert client.get(reverse("van-ban-chi-tiet", args=[programme.pk])).status_code == 404
    assert programme.number not in client.get("/van-ban/").content.decode()


def test_the_transcription_is_not_called_what_was_signed(page):
    for query, chosen in (("", "Đã đính chính"), ("?ban=ky", "Như bản chép")):
        switch = page(query).select_one(".switch")
        assert switch.b.text == chosen
        assert "bản ký" not in switch.text


def test_an_only_programme_opens_at_once(client, personas, programme):
    client.force_login(personas.nguoixem)
    answer = client.get("/van-ban/")
    assert (answer.status_code, answer.headers["Location"]) == (302, programme.get_absolute_url())
    assert client.get("/van-ban/?ngay=2026-06-01").headers["Location"].endswith("/?ngay=2026-06-01")


def test_of_several_programmes_the_list_leads_to_each(client, personas, programme):
    other = ProgrammeFactory(committee=programme.committee, issued_on=date(2031, 5, 5))
    client.force_login(personas.nguoixem)
    body = client.get("/van-ban/").content.decode()
    for one in (programme, other):
        assert f'href="{one.get_absolute_url()}?ct={one.pk}"' in body


def test_the_margin_of_a_past_day_is_as_it_was_known_then(client, planned):
    path = reverse("van-ban-chi-tiet", args=[planned.programme.pk])

    def margin(query=""):
        soup = BeautifulSoup(client.get(path + query).content, "html.parser")
        return soup, " ".join(soup.select_one("a.standing").find_parent(class_="margin").text.split())

    with time_machine.travel(datetime(2026, 11, 27, 3, tzinfo=UTC), tick=False):
        due = {"due": date(2026, 11, 25)}
        planned.task.decide(planned.office, due, document="2-QĐ/MAU", effective_on=date(2026, 11, 25))
    with time_machine.travel(datetime(2026, 11, 28, 3, tzinfo=UTC), tick=False):
        client.force_login(planned.viewer)
        soup, now = margin()
        assert "hạn 25/11/2026" in now or "trễ 3 ngày" in now
        soup, then = margin("?ngay=2026-11-24")
        assert "25/11/2026" not in then and "trễ 3 ngày" not in then and "Năm 2026: 3 việc" in then
        assert "Như đã biết đến hết ngày 24/11/2026" in soup.select_one(".as-of").text
        links = [a["href"] for a in soup.select(".margin a.standing")]
        assert links and all(url.endswith("?ngay=2026-11-24") for url in links)
        # The plan was given in March and entered on the 23rd: until then nobody knew of it.
        assert "Năm 2026" not in margin("?ngay=2026-11-22")[1]


@pytest.mark.parametrize("model", [Section, Clause, Correction])
def test_what_was_signed_is_never_written_again(programme, model):
    """So titles and corrections are the same on every day."""
    row = model.objects.first()
    with pytest.raises(ProtectedError):
        row.save()

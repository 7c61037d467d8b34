"""/nhiem-vu/<code>/: the signed clause, who answers for it and why, and the deadline that the text states."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao.models import Addressed, Directive
from chuongtrinh.models import Citation, CitedDocument, Clause, Correction, Section, User
from nhiemvu.models import DeadlineProposal, Indicator, RelatedWork, Task
from phancong.models import Assignment, Group, Oversight
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ClauseFactory, ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(client):
    class Work:
        programme = ProgrammeFactory()
        committee = programme.committee
        office = UserFactory(committee=committee, role=User.Role.OFFICE)
        viewer = UserFactory(committee=committee, role=User.Role.VIEWER)
        unit = UnitFactory(committee=committee, name="Phòng Kinh tế")
        head = PostFactory(unit=unit).comrade
        section = SectionFactory(programme=programme, number="II.3.2", title="Đất đai")
        before = TaskFactory(section=section, code="II.3.2-01")
        clause = ClauseFactory(section=section, as_signed="Số hoá 100% hồ xơ.", text="Số hoá 100% hồ sơ.")
        task = TaskFactory(section=section, code="II.3.2-02", title="Số hoá hồ sơ", clause=clause)
        after = TaskFactory(section=section, code="II.3.2-03")
        line = ClauseFactory(
            section=section, kind=Clause.Kind.ASSIGNMENT, as_signed="Giao Phòng Kinh tế tham mưu."
        )

    Assignment.objects.create(
        programme=Work.programme,
        section=Work.section,
        role="lead",
        unit=Work.unit,
        principal=True,
        clause=Work.line,
    )
    client.force_login(Work.office)
    return Work


def page(client, code="II.3.2-02"):
    response = client.get(f"/nhiem-vu/{code}/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def fill(work):
    """Hang two of everything beside the task."""
    heads = SectionFactory(programme=work.programme, number="IV.2")
    ClauseFactory(
        section=heads, kind="organisation", duty="heads", as_signed="Người đứng đầu chịu trách nhiệm."
    )
    group = Group.objects.create(
        committee=work.committee, name="Trưởng các phòng", rule=Group.Rule.UNIT_HEADS
    )
    Assignment.objects.create(
        programme=work.programme, section=work.section, role="coordinate", group=group, clause=work.line
    )
    member = ComradeFactory(committee=work.committee)
    Oversight.objects.create(
        comrade=member, unit=work.unit, decision_number="09-QĐ/MAU", decided_on=date(2026, 6, 1)
    )
    for n in (1, 2):
        Correction.objects.create(
            programme=work.programme,
            ordinal=n,
            line=n,
            original=f"xơ {n}",
            corrected=f"sơ {n}",
            reason="lỗi gõ",
            clause=work.clause,
        )
        document = CitedDocument.objects.create(
            programme=work.programme, kind="Nghị quyết", number=f"{n}-NQ/TW", issued_on=date(2024, 12, 22)
        )
        Citation.objects.create(document=document, clause=work.clause, as_written="Nghị quyết")
        Indicator.objects.create(
            programme=work.programme,
            code=f"CT-{n}",
            name=f"Chỉ tiêu {n}",
            unit="%",
            target=100,
            direction="equal",
            task=work.task,
            section=work.section,
        )
        DeadlineProposal.objects.create(task=work.task, as_written=f"trong năm 202{n}", due=date(2027, 12, n))
        other = TaskFactory(section=work.section, code=f"LQ-1{n}")
        RelatedWork.objects.create(first=work.task, second=other, note=f"chung {n}")
        RelatedWork.objects.create(first=TaskFactory(section=work.section), second=work.task)
        TaskFactory(section=work.section, mirrors=work.task)


def test_the_page_shows_the_signed_clause_and_who_answers_for_it_by_which_line(client, work):
    soup = page(client)
    assert soup.select_one(".signed-clause").text == "Số hoá 100% hồ sơ."
    duty = soup.select_one(".duty")
    assert duty.h3.text == "Chủ trì, tham mưu"
    assert "Phòng Kinh tế" in duty.text and "chịu trách nhiệm chính" in duty.text
    assert work.head.name in duty.text
    assert "Phân công chung cho mục II.3.2" in duty.text
    line = duty.select_one("blockquote")
    assert "Giao Phòng Kinh tế tham mưu." in line.text
    assert line.a["href"] == f"/van-ban/{work.programme.pk}/#doan-{work.line.pk}"
    gaps = soup.select_one(".six-list").text
    assert "Chưa rõ thời gian" in gaps and "văn phòng bổ sung phân công chỉ đạo" in gaps
    assert soup.select_one("a[rel=prev]")["href"] == "/nhiem-vu/II.3.2-01/"
    assert soup.select_one("a[rel=next]")["href"] == "/nhiem-vu/II.3.2-03/"


def test_a_heading_that_assigns_is_quoted_as_the_line(client, work):
    title = "Giao chi bộ, Phòng Kinh tế tham mưu triển khai thực hiện"
    Section.objects.filter(pk=work.section.pk).update(title=title)
    Assignment.objects.update(clause=None)
    soup = page(client)
    line = next(q for q in soup.select("blockquote") if title in q.text)
    assert line.a["href"] == f"/van-ban/{work.programme.pk}/#{work.section.anchor}"
    Section.objects.filter(pk=work.section.pk).update(title="Đất đai")
    assert not [q for q in page(client).select("blockquote") if "Đất đai" in q.text]


def test_the_principal_among_several_is_said_to_be_our_reading_of_the_line(client, work):
    said = "cách phần mềm hiểu câu giao việc"
    assert said not in page(client).text
    beside = Assignment.objects.create(
        programme=work.programme, section=work.section, role="lead", clause=work.line,
        unit=UnitFactory(committee=work.committee, name="Chi bộ Phòng Kinh tế"),
    )  # fmt: skip
    assert said in page(client).text
    Assignment.objects.update(decided_by="12-QĐ/DU, 01/06/2026")
    assert beside.unit.name in page(client).text
    assert said not in page(client).text


def test_own_assignments_are_said_to_be_the_tasks_own(client, work):
    own = UnitFactory(committee=work.committee, name="Phòng Riêng")
    Assignment.objects.create(programme=work.programme, task=work.task, role="lead", unit=own)
    text = page(client).select_one(".duty").text
    assert "Phòng Riêng" in text and "Phòng Kinh tế" not in text and "Phân công riêng" in text


def test_everything_beside_the_task_is_shown_once(client, work):
    fill(work)
    soup = page(client)
    text = soup.select_one("main").text
    for words in (
        "xơ 1",
        "sơ 2",
        "1-NQ/TW, ngày 22/12/2024",
        "2-NQ/TW",
        "Chỉ tiêu 1",
        "Chỉ tiêu 2: đúng 100 %",
        "chung 1",
        "LQ-12",
        "Người đứng đầu chịu trách nhiệm.",
        "09-QĐ/MAU",
    ):
        assert text.count(words) == 1, words
    assert "Số hoá 100% hồ xơ." in soup.select_one(".readings details").text
    assert len(soup.select(".proposal")) == 2
    assert text.count("Việc này cũng được nêu ở") == 2
    assert len(soup.select("[aria-labelledby=lien-quan] li")) == 4
    assert "Theo dõi, đôn đốc" in text and "gồm 1 đầu mối" in text


def test_mirrored_work_names_the_row_where_it_is_entered(client, work):
    Task.objects.filter(pk=work.task.pk).update(mirrors=work.after, product="", authority="Ban riêng")
    Task.objects.filter(pk=work.after.pk).update(due=date(2027, 6, 30), product="Hồ sơ số")
    soup = page(client)
    assert "Tính cùng II.3.2-03" in soup.select_one(".notice").text
    assert "Thời hạn: 30/06/2027 (theo II.3.2-03)" in " ".join(soup.select_one(".task-state").text.split())
    six = soup.select_one("[aria-labelledby=sau-ro]")
    assert six.select_one("a")["href"] == "/nhiem-vu/II.3.2-03/"
    text = six.text
    assert "Rõ thời gian" in text and "Hồ sơ số" in text
    assert "Chưa rõ thẩm quyền" in text and "Ban riêng" not in text
    assert [link.text for link in soup.select(".page-actions a")] == ["Đôn đốc", "Sửa"]
    response = client.get("/nhiem-vu/II.3.2-02/quyet-dinh/", follow=True)
    assert response.redirect_chain == [("/nhiem-vu/II.3.2-02/", 302)]
    assert "tính cùng II.3.2-03: ghi ở đó" in response.content.decode()


def test_the_signed_line_stands_first_then_what_is_short_then_years_and_who_answers(client, work):
    order = [card["aria-labelledby"] for card in page(client).select(".task-grid section")]
    assert order == ["van-ban", "sau-ro", "qua-cac-nam", "ai-chiu-trach-nhiem"]


def test_a_page_with_much_beside_it_takes_no_more_queries(client, work):
    def count():
        with CaptureQueriesContext(connection) as run:
            page(client)
        return len(run)

    bare = count()
    fill(work)
    once = count()
    for _ in range(5):
        unit = UnitFactory(committee=work.committee)
        PostFactory(unit=unit)
        Assignment.objects.create(programme=work.programme, section=work.section, role="lead", unit=unit)
        RelatedWork.objects.create(first=work.task, second=TaskFactory(section=work.section))
    assert bare <= once <= 12, once
    assert count() == once


def test_a_directive_a_group_of_listed_members_and_an_overseer_together_stay_within_twelve(client, work):
    fill(work)
    comrade = ComradeFactory(committee=work.committee)
    listed = Group.objects.create(committee=work.committee, name="Tổ giúp việc", rule=Group.Rule.LISTED)
    listed.comrades.add(comrade)
    Assignment.objects.create(programme=work.programme, section=work.section, role="coordinate", group=listed)
    day = date(2026, 6, 1)
    given = Directive.objects.create(
        programme=work.programme,
        kind="urging",
        text="Báo cáo",
        given_on=day,
        answer_by=day,
        given_by=work.office,
    )
    Addressed.objects.create(directive=given, unit=work.unit, task=work.task)
    for url in ("/nhiem-vu/II.3.2-02/", "/nhiem-vu/II.3.2-02/?ngay=2026-06-30"):
        with CaptureQueriesContext(connection) as run:
            client.get(url)
        assert len(run) <= 12, url
    assert comrade.name in page(client).text and "Báo cáo" in page(client).text


def test_the_office_can_correct_and_others_cannot(client, work):
    edit = [link["href"].split("?")[0] for link in page(client).select(".page-actions a")]
    assert f"/quan-tri/nhiemvu/task/{work.task.pk}/change/" in edit
    client.force_login(work.viewer)
    assert page(client).select_one(".page-actions") is None


def test_unknown_codes_and_other_committees_are_404(client, work):
    assert client.get("/nhiem-vu/II.9.9-99/").status_code == 404
    client.force_login(UserFactory(role=User.Role.OFFICE))
    assert client.get("/nhiem-vu/II.3.2-02/").status_code == 404
    assert client.get(f"/nhiem-vu/II.3.2-02/?ct={work.programme.pk}").status_code == 404


def decide(client, proposal, decision):
    return client.post(f"/nhiem-vu/thoi-han/{proposal.pk}/", {"quyet-dinh": decision})


def test_the_office_takes_or_leaves_a_deadline_that_the_text_states(client, work):
    taken = DeadlineProposal.objects.create(
        task=work.task, as_written="trong năm 2027", due=date(2027, 12, 31)
    )
    left = DeadlineProposal.objects.create(task=work.after, as_written="hằng năm", continuing=True)
    assert "Ghi làm thời hạn" in page(client).select_one(".proposal").text
    response = decide(client, taken, "accept")
    assert response["Location"] == f"/nhiem-vu/II.3.2-02/?ct={work.programme.pk}"
    assert "Đã ghi thời hạn theo văn bản" in client.get(response["Location"]).content.decode()
    decide(client, left, "decline")
    work.task.refresh_from_db()
    work.after.refresh_from_db()
    assert (work.task.due, work.after.continuing) == (date(2027, 12, 31), False)
    taken.refresh_from_db()
    assert (taken.state, taken.decided_by) == ("accepted", work.office)
    assert page(client).select_one(".proposal") is None


def test_a_decision_is_refused_where_it_is_not_ones_to_make(client, work):
    proposal = DeadlineProposal.objects.create(
        task=work.task, as_written="trong năm 2027", due=date(2027, 12, 31)
    )
    url = f"/nhiem-vu/thoi-han/{proposal.pk}/"
    assert client.get(url).status_code == 405
    client.force_login(work.viewer)
    assert decide(client, proposal, "accept").status_code == 403
    assert page(client).select_one(".proposal form") is None
    client.force_login(UserFactory(role=User.Role.OFFICE))
    assert decide(client, proposal, "accept").status_code == 404
    proposal.refresh_from_db()
    assert proposal.state == "pending"


def test_a_second_or_unclear_decision_changes_nothing(client, work):
    proposal = DeadlineProposal.objects.create(task=work.task, as_written="sớm", due=None)
    for decision, said in (("", "Chưa rõ quyết định"), ("accept", "Văn bản không nêu rõ ngày")):
        assert said in client.get(decide(client, proposal, decision)["Location"]).content.decode()
    decide(client, proposal, "decline")
    again = client.get(decide(client, proposal, "decline")["Location"]).content.decode()
    assert "đã có người quyết định" in again

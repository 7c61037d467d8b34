"""/phu-trach/ (IV.3): what a member oversees, whose numbers open exactly their rows, and urging there."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from baocao import reporting
from baocao.models import Update
from phancong.models import Assignment, Oversight
from tests.baocao.directing import Directing, on
from tests.factories.people import ComradeFactory, UserFactory
from tests.factories.programmes import TaskFactory


@pytest.fixture
def work(db, client):
    with on(5):
        made = Directing()
        client.force_login(made.member)
        yield made


def opened(client, user=None) -> BeautifulSoup:
    if user:
        client.force_login(user)
    response = client.get("/phu-trach/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_late_work_of_the_units_overseen_comes_with_a_button_to_urge(client, work):
    page = opened(client)
    assert [h.select_one("a").text for h in page.select(".overseen h2")] == ["Phòng Kinh tế"]
    rows = page.select(".overseen-rows > li")
    assert {row.select_one(".code").text for row in rows} == {"2026-PKT-01", "II.3.2-01"}
    assert "trễ 5 ngày" in rows[0].text
    form = client.get(rows[0].select_one(".btn")["href"]).content.decode()
    assert "Đề nghị báo cáo nguyên nhân" in form
    together = page.find("a", string="Đôn đốc cùng lúc 2 việc quá hạn")
    assert together["href"].count("viec=") == 2


def test_a_row_says_why_it_is_late_or_at_risk_in_the_words_of_its_item(client, work):
    told(work, work.late, verdict="behind", reason="Chờ mặt bằng")
    rows = {row.select_one(".code").text: " ".join(row.text.split()) for row in overseen(client)}
    assert "Lý do: Chờ mặt bằng" in rows["2026-PKT-01"]
    assert "Lý do ở 2026-PKT-01: Chờ mặt bằng" in rows["II.3.2-01"]


def test_a_late_row_of_which_nobody_said_why_says_so(client, work):
    assert all("Chưa nêu lý do." in row.text for row in overseen(client))


def test_what_the_unit_reports_done_is_said_to_wait_for_the_office(client, work):
    told(work, work.late, state="submitted", settled_at=None, settled_by=None, claims_completion=True)
    waits = "Đã báo hoàn thành, chờ văn phòng xác nhận."
    rows = {row.select_one(".code").text: waits in row.text for row in overseen(client)}
    assert rows["2026-PKT-01"] and rows["II.3.2-01"]


def overseen(client) -> list:
    return opened(client).select(".overseen-rows > li")


def told(work, task, **words) -> None:
    """A report of the unit; the office has confirmed it, unless the words say otherwise."""
    period = reporting.open_period(work.programme, "2026-10", work.office)
    settled = {"state": "confirmed", "settled_at": timezone.now(), "settled_by": work.office}
    Update.objects.create(
        task=task,
        period=period,
        unit=work.unit,
        author=work.head,
        effective_on=date(2026, 10, 1),
        content="Đang làm",
        **{**settled, **words},
    )


def test_each_number_opens_its_rows(client, work):
    page = opened(client)
    numbers = page.select(".urgent-figures a.count")
    assert numbers
    for link in numbers:
        listed = BeautifulSoup(client.get(link["href"]).content, "html.parser")
        assert listed.select_one("[data-total]")["data-total"] == link.text, link["href"]


def test_work_that_another_unit_is_in_charge_of_is_left_out(client, work):
    other = TaskFactory(section=work.section, code="II.3.2-09", due=date(2026, 9, 1))
    Assignment.objects.create(
        programme=work.programme, task=other, role="lead", unit=work.other_unit, principal=True
    )
    Assignment.objects.create(programme=work.programme, task=other, role="lead", unit=work.unit)
    assert "II.3.2-09" not in opened(client).main.text


def test_what_was_urged_already_is_said_beside_the_row(client, work):
    work.instruct(work.late, user=work.member)
    page = opened(client)
    row = next(row for row in page.select(".overseen-rows > li") if "2026-PKT-01" in row.text)
    assert "Đã chỉ đạo, đôn đốc 05/10/2026" in " ".join(row.text.split())
    assert len(page.select(".directive-lines > li")) == 1


def test_an_oversight_that_has_ended_shows_nothing(client, work):
    Oversight.objects.get().delete()
    assert "Chưa nhập đơn vị đồng chí phụ trách" in opened(client).text
    field = Oversight(
        comrade=work.member.comrade, field="An sinh", decision_number="1-QĐ/MAU", decided_on=date(2026, 6, 1)
    )
    field.save()
    assert "An sinh" in opened(client).select_one("section[aria-labelledby=linh-vuc]").text


def test_leaders_have_the_page_and_others_do_not(client, work):
    assert "Tài khoản chưa gắn với đồng chí nào" in opened(client, work.secretary).text
    for user in (work.head, work.office, work.admin, work.inspector, work.viewer):
        client.force_login(user)
        assert client.get("/phu-trach/").status_code == 403, user.role


def test_many_units_and_rows_take_no_more_queries(client, work):
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            opened(client)
        assert len(made) <= 12
        return len(made)

    few = queries()
    Oversight.objects.create(
        comrade=work.member.comrade,
        unit=work.other_unit,
        decision_number="2-QĐ/MAU",
        decided_on=date(2026, 6, 1),
    )
    for number in range(20):
        TaskFactory(section=work.section, code=f"II.3.2-{20 + number}", due=date(2026, 9, 1))
    work.instruct(work.late, units=[work.other_unit])
    assert queries() == few


def test_the_programme_of_another_committee_is_not_overseen(client, work):
    stranger = UserFactory(role="member", comrade=ComradeFactory())
    stranger.committee = stranger.comrade.committee
    stranger.save()
    client.force_login(stranger)
    assert "Phòng Kinh tế" not in client.get("/phu-trach/").content.decode()

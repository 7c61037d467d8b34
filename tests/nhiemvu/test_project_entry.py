"""A project's own page: what is entered of it, by whom, and what was known of it on a past day."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nhiemvu import projects
from nhiemvu.as_of import Day
from nhiemvu.models import Funding, Milestone, ProjectProfile, Risk, Task
from nhiemvu.status import HANOI, Mark
from phancong.models import Assignment
from tests.factories.people import UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db
PAGE = "/de-an/DA-01/"


@pytest.fixture
def project(today):
    section = SectionFactory(programme=ProgrammeFactory(), number="III.1")
    unit = UnitFactory(committee=section.programme.committee, name="Phòng Kinh tế")
    Assignment.objects.create(
        programme=section.programme, section=section, role="lead", unit=unit, principal=True
    )
    task = TaskFactory(section=section, kind=Task.Kind.PROJECT, code="DA-01", title="Khu dân cư")
    task.lead = unit
    return task


def account(project, role, **more):
    return UserFactory(committee=project.programme.committee, role=role, **more)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def head(project):
    return signed_in(account(project, "head", unit=project.lead))


def soup(client, url=PAGE):
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def fill(client, url, **typed):
    """The form as its page shows it, with what is typed."""
    form = soup(client, url).select_one("main form")
    data = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    data |= {
        one["name"]: (one.select_one("option[selected]") or {"value": ""})["value"]
        for one in form.select("select")
    }
    return client.post(url, data | typed)


def milestone(project, title="Khởi công", due=date(2027, 3, 31), **more):
    return Milestone.objects.create(task=project, title=title, planned_on=due, due=due, **more)


# -- entering ----------------------------------------------------------------------------------------------


def test_the_leading_unit_enters_each_kind_of_row(project, head):
    assert fill(head, f"{PAGE}moc/", title="Khởi công", due="31/03/2027").status_code == 302
    assert (
        fill(head, f"{PAGE}von/", source="Ngân sách xã", planned="1.200,5", disbursed="0").status_code == 302
    )
    assert fill(head, f"{PAGE}rui-ro/", text="Mặt bằng", level="high").status_code == 302
    assert fill(head, f"{PAGE}ho-so/", phase="preparing", location="Thôn Hàm Hy").status_code == 302
    page = soup(head)
    said = " ".join(page.get_text(" ").split())
    for words in ("Khởi công", "31/03/2027", "1.200,5", "Mặt bằng", "Chuẩn bị", "Thôn Hàm Hy"):
        assert words in said
    row = Milestone.objects.get()
    assert (row.planned_on, row.due) == (date(2027, 3, 31), date(2027, 3, 31))
    assert Risk.objects.get().raised_on == date(2026, 11, 23)


def test_an_empty_project_says_what_to_enter_and_invents_nothing(project, head):
    said = soup(head).get_text()
    assert "Nhập những bước chính" in said and "chưa ghi: chọn giai đoạn" in said
    assert "chưa nhập thời hạn" in soup(head, "/de-an/").get_text()
    reader = soup(signed_in(account(project, "viewer")))
    assert "Chưa có mốc nào" in reader.get_text() and "Nhập" not in reader.select_one("main").get_text()


def test_a_move_asks_for_its_reason_and_the_first_day_stays(project, head):
    row = milestone(project)
    url = f"{PAGE}moc/{row.pk}/"
    page = fill(head, url, due="30/06/2027").content.decode()
    assert "Ghi vì sao đổi ngày." in page and 'value="30/06/2027"' in page
    assert 'href="#id_moved_because"' in page
    assert fill(head, url, due="30/06/2027", moved_because="Chờ vốn").status_code == 302
    again = fill(head, url, due="31/07/2027").content.decode()
    assert "không dùng lại lý do trước" in again
    assert fill(head, url, due="31/07/2027", moved_because="Chờ thẩm định").status_code == 302
    row.refresh_from_db()
    assert (row.planned_on, row.due, row.moved_because) == (
        date(2027, 3, 31),
        date(2027, 7, 31),
        "Chờ thẩm định",
    )
    told = soup(head).select_one("#thay-doi").parent.get_text(" ")
    assert "Chờ vốn" in told and "30/06/2027" in told


@pytest.mark.parametrize(
    ("what", "typed", "told"),
    [
        ("moc", {"title": "Khởi công", "due": ""}, "Ghi ngày dự kiến của mốc."),
        ("moc", {"title": "Khởi công", "due": "31/03/2072"}, "chắc là gõ nhầm"),
        ("moc", {"title": "Xong", "due": "30/11/2026", "done_on": "24/11/2026"}, "Ngày này chưa đến"),
        ("von", {"source": "Xã", "planned": "13.5", "disbursed": "0"}, "dấu phẩy cho phần thập phân"),
        ("von", {"source": "Xã", "planned": "-1", "disbursed": "0"}, "không được nhỏ hơn 0"),
        ("von", {"source": "Xã", "planned": "10", "disbursed": "5"}, "tính đến ngày nào"),
        (
            "von",
            {"source": "Xã", "planned": "10", "disbursed": "11", "disbursed_on": "01/11/2026"},
            "lớn hơn kế hoạch vốn",
        ),
        ("rui-ro", {"text": "", "level": "low"}, "Ghi rủi ro là gì."),
        ("rui-ro", {"text": "Lũ", "level": "low", "raised_on": "24/11/2026"}, "Ngày này chưa đến"),
        (
            "rui-ro",
            {"text": "Lũ", "level": "low", "raised_on": "20/11/2026", "closed_on": "19/11/2026"},
            "từ ngày nêu trở đi",
        ),
    ],
)
def test_a_slip_is_told_and_what_was_typed_stays(project, head, what, typed, told):
    response = fill(head, f"{PAGE}{what}/", **typed)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert told in page.select_one(".error-summary").get_text()
    for name, value in typed.items():
        box = page.select_one(f'main form [name="{name}"]')
        assert box.name == "select" or box.get("value", "") == value
    assert not (Milestone.objects.exists() or Funding.objects.exists() or Risk.objects.exists())


def test_a_form_sent_twice_has_one_effect(project, head):
    for what, typed in (
        ("moc", {"title": "Khởi công", "due": "31/03/2027"}),
        ("von", {"source": "Ngân sách xã", "planned": "10", "disbursed": "0"}),
        ("rui-ro", {"text": "Mặt bằng", "level": "high"}),
        ("ho-so", {"phase": "preparing"}),
    ):
        fill(head, f"{PAGE}{what}/", **typed)
        fill(head, f"{PAGE}{what}/", **typed)
    counts = [model.objects.count() for model in (Milestone, Funding, Risk, ProjectProfile)]
    assert counts == [1, 1, 1, 1]
    assert ProjectProfile.history.count() == 1


def test_who_saves_second_is_told_and_overwrites_only_by_saving_again(project, head):
    row = milestone(project)
    url = f"{PAGE}moc/{row.pk}/"
    stale = soup(head, url).select_one('[name="read_version"]')["value"]
    fill(head, url, title="Khởi công đoạn 1")
    typed = {"title": "Động thổ", "due": "31/03/2027", "read_version": stale}
    page = head.post(url, typed)
    assert "đã sửa mục này" in page.content.decode() and "Động thổ" in page.content.decode()
    assert Milestone.objects.get().title == "Khởi công đoạn 1"
    version = BeautifulSoup(page.content, "html.parser").select_one('[name="read_version"]')["value"]
    assert head.post(url, typed | {"read_version": version}).status_code == 302
    assert Milestone.objects.get().title == "Động thổ"


def test_others_neither_enter_nor_are_offered_to(project):
    row = milestone(project)
    other = UnitFactory(committee=project.programme.committee)
    for user in (
        account(project, "head", unit=other),
        account(project, "secretary"),
        account(project, "viewer"),
    ):
        client = signed_in(user)
        assert client.get(f"{PAGE}moc/").status_code == client.post(f"{PAGE}moc/{row.pk}/").status_code == 403
        assert not soup(client).select('main a[href*="/moc/"]')
    elsewhere = UserFactory(role="office")
    ProgrammeFactory(committee=elsewhere.committee)
    stranger = signed_in(elsewhere)
    assert stranger.get(PAGE).status_code == stranger.get(f"{PAGE}moc/{row.pk}/").status_code == 404


def test_a_row_of_another_project_or_kind_is_not_found(project, head):
    other = TaskFactory(section=project.section, kind=Task.Kind.PROJECT, code="DA-02")
    row = milestone(other)
    for address in (f"moc/{row.pk}/", "moc/999/", "khac/", "ho-so/1/"):
        assert head.get(f"{PAGE}{address}").status_code == 404
    TaskFactory(section=project.section, code="III.1-01")
    assert head.get("/de-an/III.1-01/").status_code == head.get("/de-an/III.1-01/moc/").status_code == 404


def test_only_projects_have_such_rows(project):
    task = TaskFactory(section=project.section)
    day = date(2027, 3, 31)
    with pytest.raises(ValidationError, match="Chỉ đề án"):
        projects.record(Milestone(task=task, title="Khởi công", planned_on=day, due=day), None)


def test_what_is_entered_elsewhere_is_entered_there(project, head):
    same = TaskFactory(section=project.section, kind=Task.Kind.PROJECT, code="DA-02")
    Task.objects.filter(pk=same.pk).update(mirrors=project)
    assert head.get("/de-an/DA-02/moc/").status_code == 302
    assert "Tính cùng" in soup(head, "/de-an/DA-02/").get_text()


# -- any past day ------------------------------------------------------------------------------------------


def at(day: int):
    return time_machine.travel(datetime(2026, 11, day, 9, tzinfo=HANOI), tick=False)


def beside(project, day: int):
    return projects.beside_projects([project], Day(date(2026, 11, day), date(2026, 11, 23)))[project.pk]


def test_a_past_day_shows_what_was_known_then(project):
    user = account(project, "office")
    with at(2):
        row = projects.record(
            Milestone(task=project, title="Khởi công", planned_on=date(2026, 11, 10), due=date(2026, 11, 10)),
            user,
        )
    with at(12):
        row.due, row.moved_because = date(2026, 11, 25), "Mưa"
        projects.record(row, user)
    with at(20):
        row.done_on = date(2026, 11, 19)
        projects.record(row, user)
    stood = {day: beside(project, day) for day in (1, 2, 11, 12, 19, 20)}
    assert stood[1].milestones == [] and stood[1].changes == []
    marks = {day: one.steps[0][1] for day, one in stood.items() if one.milestones}
    assert marks == {
        2: Mark.ON_TIME,  # eight days before
        11: Mark.OVERDUE,
        12: Mark.ON_TIME,
        19: Mark.WARNING,
        20: Mark.COMPLETED,
    }
    assert [len(one.changes) for one in stood.values()] == [0, 1, 1, 2, 2, 3]
    assert stood[20].changes[1].changes == [
        ("Ngày dự kiến hiện nay", "10/11/2026", "25/11/2026"),
        ("Lý do đổi ngày", "", "Mưa"),
    ]


def test_what_happened_after_the_day_is_left_out_though_a_later_moment_knows_of_it(project):
    """A report speaks of its day by what was recorded until it was written."""
    with at(5):
        fund = Funding(task=project, source="Ngân sách xã", planned=900, disbursed=200)
        fund.disbursed_on = date(2026, 11, 4)
        projects.record(fund, None)
        step = {"title": "Khởi công", "planned_on": date(2026, 11, 10), "due": date(2026, 11, 10)}
        step = projects.record(Milestone(task=project, **step), None)
        risk = projects.record(Risk(task=project, text="Mặt bằng", raised_on=date(2026, 11, 1)), None)
    with at(15):
        fund.disbursed, fund.disbursed_on = Decimal(500), date(2026, 11, 14)
        step.done_on = risk.closed_on = date(2026, 11, 12)
        for row in (fund, step, risk):
            projects.record(row, None)
        projects.record(Risk(task=project, text="Mưa bão", raised_on=date(2026, 11, 13)), None)
        projects.record(Funding(task=project, source="Vốn huyện", planned=100), None)
    on, known = date(2026, 11, 11), datetime(2026, 11, 20, tzinfo=HANOI)
    found = projects.beside_projects([project], Day(on, date(2026, 11, 23), known=known))[project.pk]
    assert (found.planned, found.disbursed, found.capital.disbursed_on) == (1000, 200, date(2026, 11, 4))
    assert [mark for _, mark in found.steps] == [Mark.OVERDUE]
    assert [risk.text for risk in found.open_risks] == ["Mặt bằng"] and len(found.risks) == 1
    assert beside(project, 15).disbursed == 500 and beside(project, 15).open_risks[0].text == "Mưa bão"


def test_what_was_taken_out_is_still_seen_on_the_days_before(project):
    with at(2):
        row = projects.record(Risk(task=project, text="Mặt bằng", raised_on=date(2026, 11, 1)), None)
    with at(12):
        row.delete()
    assert [risk.text for risk in beside(project, 11).risks] == ["Mặt bằng"]
    assert beside(project, 12).risks == []
    assert beside(project, 12).changes[0].heading == "Rủi ro “Mặt bằng”: xóa"


def test_the_page_of_a_past_day_offers_no_entry(project, head):
    with at(2):
        projects.record(
            Funding(
                task=project, source="Ngân sách xã", planned=100, disbursed=33, disbursed_on=date(2026, 11, 1)
            ),
            None,
        )
    page = soup(head, f"{PAGE}?ngay=2026-11-05")
    assert "Như đã biết đến hết ngày 05/11/2026" in page.get_text() and "33%" in page.get_text()
    assert not page.select('main a[href*="/von/"]')
    before = soup(head, f"{PAGE}?ngay=2026-11-01")
    assert "Chưa ghi nguồn vốn đến ngày ấy" in before.get_text()
    assert "/de-an/DA-01/?ngay=2026-11-05" in {
        a["href"] for a in soup(head, "/de-an/?ngay=05/11/2026").select("a")
    }


def test_disbursed_is_rounded_down(project):
    assert Funding(planned=10_000, disbursed=9_999).percent == Decimal("99.9")
    assert Funding(planned=54_000, disbursed=1_600).percent == Decimal("2.9")
    assert Funding(planned=0, disbursed=0).percent is None


# -- cost --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PAGE, "/de-an/", f"{PAGE}?ngay=2026-11-20", "/de-an/?ngay=2026-11-20"])
def test_queries_do_not_grow_with_what_is_entered(project, head, address):
    def count():
        with CaptureQueriesContext(connection) as run:
            assert head.get(address).status_code == 200
        return len(run)

    with at(2):
        milestone(project)
    few = count()
    with at(3):
        for n in range(20):
            milestone(project, title=f"Mốc {n}")
            Funding.objects.create(task=project, source=f"Nguồn {n}", planned=1)
            Risk.objects.create(task=project, text=f"Rủi ro {n}", raised_on=date(2026, 11, 1))
    assert count() == few <= 12


# -- the entry pages and the audit -------------------------------------------------------------------------


def test_the_office_puts_a_milestone_right_in_the_entry_pages(project):
    office = signed_in(account(project, "office"))
    add = "/quan-tri/nhiemvu/milestone/add/"
    assert not soup(office, add).select_one('[name="planned_on"]')
    typed = {"task": project.pk, "title": "Khởi công", "due": "31/03/2027"}
    assert office.post(add, typed).status_code == 302
    row = Milestone.objects.get()
    assert row.planned_on == date(2027, 3, 31)
    change = f"/quan-tri/nhiemvu/milestone/{row.pk}/change/"
    version = soup(office, change).select_one('[name="read_version"]')["value"]
    refused = office.post(change, {"title": "Khởi công", "due": "30/06/2027", "read_version": version})
    assert "Ghi vì sao đổi ngày." in refused.content.decode()
    task = TaskFactory(section=project.section)
    wrong = office.post(add, {"task": task.pk, "title": "Khởi công", "due": "31/03/2027"})
    assert "Chỉ đề án mới có mốc" in wrong.content.decode()


def test_what_was_changed_of_a_project_is_in_the_audit(project, head):
    fill(head, f"{PAGE}von/", source="Ngân sách xã", planned="1.200,5", disbursed="0")
    row = Funding.objects.get()
    fill(head, f"{PAGE}von/{row.pk}/", planned="1.300")
    page = soup(signed_in(account(project, "office")), "/nhat-ky/?loai=funding")
    lines = [" ".join(one.get_text(" ").split()) for one in page.select(".audit-table tbody tr")]
    assert len(lines) == 2
    assert "DA-01 Khu dân cư · Ngân sách xã" in lines[0] and "1.200,5 → thành 1.300" in lines[0]

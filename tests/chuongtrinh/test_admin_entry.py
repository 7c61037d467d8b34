"""What the entry pages tell whoever enters: why something stands fixed, what is wrong and where, what goes
with a row, who was meant, and where one comes out again."""

from datetime import date

import pytest
from axes.models import AccessAttempt
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from chuongtrinh.models import Programme, Section, User
from nhiemvu.models import Task
from phancong.models import Assignment, Comrade, Post, Unit
from phancong.planning import ItemData, add_item, open_plan
from tests.entry import resend, shown, signed_in, url, words
from tests.factories.people import ComradeFactory, UnitFactory, UserFactory
from tests.factories.programmes import ClauseFactory, ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db
SECRET = "Song-dai-4812"


@pytest.fixture
def office():
    return UserFactory(role=User.Role.OFFICE)


@pytest.fixture
def chief(office):
    return UserFactory(role=User.Role.ADMIN, committee=office.committee)


@pytest.fixture
def section(office):
    programme = ProgrammeFactory(
        committee=office.committee, issued_on=date(2026, 1, 20), term_start=2025, term_end=2030
    )
    return SectionFactory(programme=programme, number="II.3.2", title="Hạ tầng")


@pytest.fixture
def room(office):
    return UnitFactory(committee=office.committee, name="Phòng Kinh tế", short_name="PKT")


def soup(response):
    assert response.status_code == 200, response.status_code
    return BeautifulSoup(response.content, "html.parser")


# --- the signed header ----------------------------------------------------------------------------------


def test_the_signed_header_is_read_and_the_page_says_how_its_faults_are_mended(programme, personas):
    page = url("chuongtrinh.programme", "change", programme.pk)
    client = signed_in(personas.vanphong)
    found = soup(client.get(page))
    assert not found.select("#programme_form input:not([type=hidden]), #programme_form textarea")
    assert "đính chính khi nạp văn bản" in " ".join(words(client.get(page)).split())
    before = Programme.objects.filter(pk=programme.pk).values().get()
    recipients = list(programme.recipients.values())
    forged = {"number": "99-CTr", "signatory": "Ai đó", "term_end": "2040", "recipients-0-name": "Chỗ khác"}
    client.post(page, shown(client.get(page)) | forged)
    assert Programme.objects.filter(pk=programme.pk).values().get() == before
    assert list(programme.recipients.values()) == recipients


def test_a_term_that_the_text_does_not_state_is_entered_and_nothing_else_is(office):
    programme = ProgrammeFactory(committee=office.committee, term_start=None, term_end=None)
    page, client = url("chuongtrinh.programme", "change", programme.pk), signed_in(office)
    assert resend(client, page, term_start="2025", term_end="2030", number="7").status_code == 302
    assert resend(client, page, term_start="2026", term_end="2031").status_code == 302
    again = Programme.objects.get(pk=programme.pk)
    assert (again.term_start, again.term_end, again.number) == (2026, 2031, programme.number)


# --- added work -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "told"),
    [
        ("task", "ABC", "ở mục này là II.3.2-"),
        ("task", "DA-11", "ở mục này là II.3.2-"),
        ("task", "II.3.20-01", "ở mục này là II.3.2-"),
        ("project", "II.3.2-09", "bắt đầu bằng DA-"),
        ("task", "II.3.2-20", ""),
        ("project", "DA-11", ""),
    ],
)
def test_the_code_of_added_work_tells_its_section_or_that_it_is_a_project(office, section, kind, code, told):
    sent = {"code": code, "kind": kind, "section": section.pk, "title": "Việc mới"}
    answer = resend(signed_in(office), url("nhiemvu.task", "add"), **sent)
    assert Task.objects.filter(code=code).exists() is not bool(told)
    assert told in words(answer)


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ("31/12/2025", "trước ngày ký chương trình (20/01/2026)"),
        ("01/01/2031", "sau khi hết nhiệm kỳ (2030)"),
        ("31/12/1926", "Năm 1926 chắc là gõ nhầm"),
        ("20/01/2026", ""),
        ("31/12/2030", ""),
    ],
)
def test_a_deadline_stands_between_the_signing_and_the_end_of_the_term(office, section, due, told):
    sent = {"code": "II.3.2-20", "kind": "task", "section": section.pk, "title": "Việc mới", "due": due}
    answer = resend(signed_in(office), url("nhiemvu.task", "add"), **sent)
    assert Task.objects.filter(code="II.3.2-20").exists() is not bool(told)
    assert told in words(answer)


def test_the_task_form_tells_todays_duties_and_hides_empty_tables(office, section, room):
    task = TaskFactory(section=section, clause=ClauseFactory(section=section))
    Assignment.objects.create(
        programme=task.programme, section=section, role="lead", unit=room, principal=True
    )
    Assignment.objects.create(
        programme=task.programme, section=section, role="coordinate", text="ai đó", valid_to=date(2026, 1, 1)
    )
    found = soup(signed_in(office).get(url("nhiemvu.task", "change", task.pk)))
    told = " ".join(found.select_one(".field-answer_today li").get_text().split())
    assert told == "Chủ trì, tham mưu: Phòng Kinh tế (chịu trách nhiệm chính, theo phân công của mục II.3.2)"
    assert len(found.select(".field-answer_today li")) == 1, "what has ended is not told"
    assert not found.select("#deadline_proposals-group, #decisions-group")


def test_saving_returns_to_the_page_one_came_from_and_nowhere_else(office, section):
    task = TaskFactory(section=section, clause=ClauseFactory(section=section))
    client = signed_in(office)
    read = soup(client.get(reverse("nhiem-vu-chi-tiet", args=[task.code])))
    link = next(a["href"] for a in read.select("a[href^='/quan-tri/nhiemvu/task/']"))
    saved = resend(client, link, title="Tên mới")
    assert saved["Location"] == reverse("nhiem-vu-chi-tiet", args=[task.code])
    page = url("nhiemvu.task", "change", task.pk)
    for foreign in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        assert resend(client, f"{page}?ve={foreign}", title=foreign)["Location"].startswith("/quan-tri/")


# --- people ---------------------------------------------------------------------------------------------


def test_a_second_comrade_of_one_name_is_entered_only_as_somebody_else(office, room):
    first = ComradeFactory(committee=office.committee, name="Vũ Duy Sỹ")
    Post.objects.create(comrade=first, unit=room, title="Trưởng phòng", is_head=True)
    client, page = signed_in(office), url("phancong.comrade", "add")
    assert not soup(client.get(page)).select("input[type=checkbox][name=another]")
    refused = resend(client, page, name="vũ  duy sỹ")
    assert "Đã có đồng chí Vũ Duy Sỹ (Trưởng phòng, Phòng Kinh tế)" in words(refused)
    assert soup(refused).select("input[type=checkbox][name=another]")
    assert Comrade.objects.count() == 1
    assert client.post(page, {**shown(refused), "another": "on"}).status_code == 302
    assert Comrade.objects.count() == 2
    edit = url("phancong.comrade", "change", first.pk)
    assert resend(client, edit, contact="0912").status_code == 302, "an unchanged name is no question"


def test_boxes_tell_comrades_apart_by_their_present_post(office, room):
    for at, title in enumerate(("Trưởng phòng", "Phó phòng")):
        comrade = ComradeFactory(committee=office.committee, name="Lê Văn Ba")
        Post.objects.create(comrade=comrade, unit=room, title=title, is_head=not at)
        Post.objects.create(comrade=comrade, unit=room, title="Cũ", valid_to=date(2020, 1, 1))
    query = {"app_label": "phancong", "model_name": "post", "field_name": "comrade", "term": "le van ba"}
    found = signed_in(office).get(reverse("admin:autocomplete"), query).json()["results"]
    assert [one["text"] for one in found] == [
        "Lê Văn Ba (Trưởng phòng, Phòng Kinh tế)",
        "Lê Văn Ba (Phó phòng, Phòng Kinh tế)",
    ]


def test_boxes_are_plain_lists_without_scripts_up_to_two_hundred_rows(office, room):
    client = signed_in(office)
    comrades = ComradeFactory.create_batch(3, committee=office.committee)
    page = soup(client.get(url("phancong.post", "add")))
    offered = {option["value"] for option in page.select("#id_comrade option")}
    assert offered == {"", *(str(one.pk) for one in comrades)}
    assert "JavaScript" in page.select_one("noscript").get_text()
    Comrade.objects.bulk_create(
        Comrade(committee=office.committee, name=f"Người {at}", search_key="x", sort_key="x")
        for at in range(200)
    )
    post = Post.objects.create(comrade=comrades[0], unit=room, title="Phó phòng")
    page = soup(client.get(url("phancong.post", "change", post.pk)))
    assert {option["value"] for option in page.select("#id_comrade option")} == {str(comrades[0].pk)}


def test_another_committees_rows_are_not_among_the_plain_options(office):
    ComradeFactory(name="Người Bên Kia")
    ComradeFactory(committee=office.committee, name="Người Bên Này")
    page = signed_in(office).get(url("phancong.post", "add")).content.decode()
    assert "Người Bên Này" in page and "Người Bên Kia" not in page


# --- what is wrong, and where ---------------------------------------------------------------------------


def test_a_unit_without_a_name_is_told_once(office):
    answer = resend(signed_in(office), url("phancong.unit", "add"), kind="department")
    assert [link["href"] for link in soup(answer).select(".error-summary a")] == ["#id_name"]


def test_faults_are_listed_on_top_with_links_to_their_fields(office, room):
    comrade = ComradeFactory(committee=office.committee)
    Post.objects.create(comrade=comrade, unit=room, title="Phó phòng")
    sent = {"name": "", "posts-0-title": ""}
    page = soup(resend(signed_in(office), url("phancong.unit", "change", room.pk), **sent))
    links = page.select(".error-summary a")
    assert [link["href"] for link in links] == ["#id_name", "#id_posts-0-title"]
    assert "Chức vụ 1, chức vụ:" in links[1].text
    for link in links:
        assert page.select_one(link["href"])


# --- deleting -------------------------------------------------------------------------------------------


def test_the_delete_page_names_what_goes_only_where_something_does(office, section, room):
    task = TaskFactory(section=section)
    own = Assignment.objects.create(programme=task.programme, task=task, role="lead", unit=room)
    client = signed_in(office)
    page = soup(client.get(url("phancong.assignment", "delete", own.pk)))
    assert f"Chủ trì, tham mưu: Phòng Kinh tế – {task}" in page.select_one("#content").get_text()
    assert not page.select("#deleted-objects")
    assert page.select_one("a.cancel-link")["href"] == url("phancong.assignment", "change", own.pk)
    refused = words(client.get(url("phancong.unit", "delete", room.pk)))
    assert f"Chủ trì, tham mưu: Phòng Kinh tế – {task}" in refused and "đến ngày" in refused
    assert client.post(url("phancong.assignment", "delete", own.pk), {"post": "yes"}).status_code == 302


@pytest.mark.parametrize("heading", [False, True], ids=["by a clause", "by the section's heading"])
def test_a_signed_assignment_ends_by_a_date_and_is_never_deleted(office, section, room, heading):
    if heading:
        Section.objects.update(title="Giao chi bộ, Phòng Kinh tế tham mưu triển khai")
    signed = Assignment.objects.create(
        programme=section.programme, section=section, role="lead", unit=room,
        clause=None if heading else ClauseFactory(section=section),
    )  # fmt: skip
    client = signed_in(office)
    assert client.post(url("phancong.assignment", "delete", signed.pk), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [signed.pk], "post": "yes"}
    client.post(url("phancong.assignment", "changelist"), bulk)
    page = url("chuongtrinh.section", "change", section.pk)
    assert not soup(client.get(page)).select("input[type=checkbox][name$=DELETE]")
    assert resend(client, page, **{"assignments-0-DELETE": "on"}).status_code == 302
    assert Assignment.objects.filter(pk=signed.pk).exists()
    assert resend(client, page, **{"assignments-0-valid_to": "01/06/2026"}).status_code == 302
    signed.refresh_from_db()
    assert signed.valid_to == date(2026, 6, 1)


@pytest.mark.parametrize("who", ["office", "chief"])
def test_whoever_has_an_account_is_not_deleted_and_the_page_says_what_to_do(request, office, room, who):
    comrade = ComradeFactory(committee=office.committee)
    UserFactory(committee=office.committee, unit=room, username="taikhoan1")
    UserFactory(committee=office.committee, comrade=comrade)
    client = signed_in(request.getfixturevalue(who))
    for label, row in (("phancong.unit", room), ("phancong.comrade", comrade)):
        told = words(client.get(url(label, "delete", row.pk)))
        assert "Không xóa được" in told and "Tài khoản" in told and "ghi “đến ngày”" in told
        assert "không được xóa" not in told
        assert ("taikhoan1" in told) is (who == "chief" and label == "phancong.unit")


def test_assignments_of_unread_plan_items_are_not_in_the_administrators_list(programme, personas):
    unit = personas.truongdonvi.unit
    parent = Task.objects.get(code="II.3.2-01", programme=programme)
    plan = open_plan(programme, unit, 2027)
    comrade = ComradeFactory(committee=programme.committee, name="Lê Văn Ba")
    add_item(plan, personas.truongdonvi, ItemData(parent=parent, title="Việc còn nháp", direct=comrade))
    row = Assignment.objects.get(comrade=comrade)
    page = url("phancong.assignment", "changelist")
    assert "Việc còn nháp" in words(signed_in(personas.vanphong).get(page, {"q": "Lê Văn Ba"}))
    client = signed_in(personas.quantri)
    assert "Việc còn nháp" not in words(client.get(page, {"q": "Lê Văn Ba"}))
    assert client.get(url("phancong.assignment", "change", row.pk)).status_code == 404
    blocked = words(client.get(url("phancong.comrade", "delete", comrade.pk)))
    assert "Phân công: 1 mục" in blocked and "Việc còn nháp" not in blocked


# --- accounts -------------------------------------------------------------------------------------------


def test_a_password_reset_lets_a_locked_account_in_at_once(chief):
    locked = UserFactory(committee=chief.committee, role=User.Role.VIEWER, username="khoa")
    other = {"username": "ai-khac", "password": "sai"}
    Client().post("/dang-nhap/", other)
    for _ in range(5):
        refused = Client().post("/dang-nhap/", {"username": "khoa", "password": "sai"})
    assert refused.status_code == 429
    page = url("chuongtrinh.user", "change", locked.pk)
    assert resend(signed_in(chief), page, full_name="Tên khác").status_code == 302
    assert AccessAttempt.objects.filter(username="khoa").exists(), "another edit leaves the lock as it is"
    assert resend(signed_in(chief), page, new_password=SECRET, repeated=SECRET).status_code == 302
    entered = Client().post("/dang-nhap/", {"username": "khoa", "password": SECRET})
    assert entered.status_code == 302
    assert AccessAttempt.objects.filter(username="ai-khac").exists()


def test_a_password_reset_stands_on_its_own_line_of_the_history(chief):
    account = UserFactory(committee=chief.committee, role=User.Role.VIEWER, full_name="Cũ")
    page, client = url("chuongtrinh.user", "change", account.pk), signed_in(chief)
    assert resend(client, page, full_name="Mới", new_password=SECRET, repeated=SECRET).status_code == 302
    own = Client()
    own.force_login(User.objects.get(pk=account.pk))
    typed = {"old_password": SECRET, "new_password1": "Khac-han-99", "new_password2": "Khac-han-99"}
    own.post("/doi-mat-khau/", typed)
    rows = soup(client.get(url("chuongtrinh.user", "history", account.pk))).select("#change-history tbody tr")
    acts = [row.select("td")[1].get_text(strip=True) for row in rows]
    assert acts == ["Đổi mật khẩu", "Đặt lại mật khẩu", "Sửa", "Thêm"]
    assert "Cũ" in rows[2].get_text() and "Mới" in rows[2].get_text()
    audit = soup(client.get(reverse("nhat-ky"), {"loai": "user"})).select(".audit-table tbody tr")
    assert [row.select_one(".what b").text for row in audit][:2] == ["Đổi mật khẩu", "Đặt lại mật khẩu"]
    assert "Lý do" not in audit[0].get_text()


# --- words ----------------------------------------------------------------------------------------------


def test_the_history_tells_long_texts_whole(office, section):
    task = TaskFactory(section=section, title="Cũ " * 60)
    client = signed_in(office)
    page = url("nhiemvu.task", "change", task.pk)
    assert resend(client, page, code="II.3.2-20", title="Mới " * 60).status_code == 302
    told = words(client.get(url("nhiemvu.task", "history", task.pk)))
    assert "Mới " * 59 in told and "chars]" not in told


def test_filters_and_paths_are_named_in_plain_words(office, section, room):
    comrade = ComradeFactory(committee=office.committee)
    Post.objects.create(comrade=comrade, unit=room, title="Trưởng phòng", is_head=True)
    Unit.objects.create(committee=office.committee, name="Phòng Trống", short_name="PT", kind="department")
    Assignment.objects.create(programme=section.programme, section=section, role="lead", unit=room)
    Assignment.objects.create(programme=section.programme, section=section, role="direct", comrade=comrade)
    client = signed_in(office)
    posts = soup(client.get(url("phancong.post", "changelist")))
    assert "Là người đứng đầu" in [one.get_text(strip=True) for one in posts.select("details summary")]
    rows = soup(client.get(url("phancong.assignment", "changelist")))
    choices = [one.get_text(strip=True) for one in rows.select("#changelist-filter li")]
    assert "chưa ghi" in choices and "–" not in choices
    assert "Phòng Kinh tế" in choices and "Phòng Trống" not in choices
    path = [part.strip() for part in rows.select_one(".breadcrumbs").get_text(" ").split("›")]
    assert path == ["Nhập liệu", "Phân công"]
    links = [link.get_text() for link in rows.select("#result_list tbody th a")]
    assert links == ["Chủ trì, tham mưu: Phòng Kinh tế", f"Chỉ đạo: {comrade.name}"]

"""/nhiem-vu/ as people use it: filters, search, paging, addresses that can be shared."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuongtrinh.models import User
from nhiemvu.models import Task
from phancong.models import Assignment, Group
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ClauseFactory, ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "ket-qua"}


@pytest.fixture
def work(client):
    """Section II.1 led by a department with a head, II.2 with two subsections led by nobody, one project."""

    class Work:
        programme = ProgrammeFactory()
        committee = programme.committee
        user = UserFactory(committee=committee, role=User.Role.OFFICE)
        unit = UnitFactory(committee=committee, name="Phòng Kinh tế", short_name="PKT")
        comrade = ComradeFactory(committee=committee)
        land = SectionFactory(programme=programme, number="II.1", title="Quản lý quy hoạch")
        culture = SectionFactory(programme=programme, number="II.2", title="Văn hóa - xã hội")
        below = SectionFactory(programme=programme, number="II.2.1", title="Y tế", parent=culture)
        records = TaskFactory(
            section=land,
            code="II.1-01",
            title="Chỉnh lý hồ sơ",
            clause=ClauseFactory(section=land, as_signed="Số hóa cơ sở dữ liệu đất đai."),
        )
        health = TaskFactory(
            section=below, code="II.2.1-01", title="Nâng cấp trạm y tế", product="Trạm đạt chuẩn"
        )
        road = TaskFactory(
            section=land, code="DA-01", kind=Task.Kind.PROJECT, title="Đường do Ủy ban nhân dân xã đầu tư"
        )

    PostFactory(unit=Work.unit)
    Assignment.objects.create(
        programme=Work.programme, section=Work.land, role="lead", unit=Work.unit, principal=True
    )
    client.force_login(Work.user)
    return Work


def page(client, **given):
    response = client.get("/nhiem-vu/", {name.replace("_", "-"): value for name, value in given.items()})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def codes(soup):
    found = [cell.text for cell in soup.select("td.code")]
    assert soup.select_one("[data-total]")["data-total"] == str(len(found))
    return found


def test_the_list_shows_everything_in_the_order_of_the_document(client, work):
    soup = page(client)
    assert codes(soup) == ["II.1-01", "II.2.1-01", "DA-01"]
    links = [link["href"] for link in soup.select("a.row-link")]
    assert links == ["/nhiem-vu/II.1-01/", "/nhiem-vu/II.2.1-01/", "/nhiem-vu/DA-01/"]
    assert "Phòng Kinh tế" in soup.select_one("td.leads").text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("dat dai", ["II.1-01"]),
        ("ĐẤT ĐAI", ["II.1-01"]),
        ("uỷ ban", ["DA-01"]),
        ("ủy ban nhan", ["DA-01"]),
        ("ii.2.1", ["II.2.1-01"]),
        ("da-01", ["DA-01"]),
        ("quy hoach", ["II.1-01", "DA-01"]),
        ("kinh te", ["II.1-01", "DA-01"]),
        ("kinh te duong", ["DA-01"]),
        ("tram dat chuan", ["II.2.1-01"]),
        ("100%_", []),
        ("khong co chu nay", []),
        ("… –", ["II.1-01", "II.2.1-01", "DA-01"]),
    ],
)
def test_search_needs_no_diacritics_and_every_word(client, work, words, expected):
    assert codes(page(client, q=words)) == expected


def test_filters_narrow_the_list_and_can_be_taken_back_one_by_one(client, work):
    assert codes(page(client, muc="II.2")) == ["II.2.1-01"]
    assert codes(page(client, loai="project")) == ["DA-01"]
    assert codes(page(client, thieu="nguoi")) == ["II.2.1-01"]
    assert codes(page(client, thieu=["san-pham", "nguoi"])) == []
    assert codes(page(client, don_vi=work.unit.pk, vai_tro="lead")) == ["II.1-01", "DA-01"]
    assert codes(page(client, don_vi=work.unit.pk, vai_tro="coordinate")) == []
    soup = page(client, muc="II.1", loai="project")
    removals = {link.text.strip(" ✕"): link["href"] for link in soup.select(".active-filters a")}
    assert removals["Bỏ điều kiện: Mục II.1"] == "?loai=project"
    assert removals["Bỏ điều kiện: Đề án"] == "?muc=II.1"


def test_a_unit_finds_the_work_of_the_groups_that_mean_it(client, work):
    heads = Group.objects.create(
        committee=work.committee, name="Trưởng các phòng", rule=Group.Rule.UNIT_HEADS
    )
    Assignment.objects.create(programme=work.programme, section=work.culture, role="coordinate", group=heads)
    assert codes(page(client, don_vi=work.unit.pk, vai_tro="coordinate")) == ["II.2.1-01"]
    head = work.unit.posts.get().comrade
    assert codes(page(client, dong_chi=head.pk)) == ["II.2.1-01"]
    assert codes(page(client, dong_chi=work.comrade.pk)) == []


def test_chips_count_what_a_click_would_leave(client, work):
    soup = page(client, loai="task")
    chips = {chip.contents[0].strip(): chip for chip in soup.select("a.chip")}
    assert chips["Đề án"].select_one(".count").text == "1"
    assert chips["Thiếu người"].select_one(".count").text == "1"
    assert chips["Thiếu thời gian"].select_one(".count").text == "2"
    for label in ("Đề án", "Thiếu người", "Thiếu sản phẩm"):
        found = BeautifulSoup(client.get("/nhiem-vu/" + chips[label]["href"]).content, "html.parser")
        assert len(codes(found)) == int(chips[label].select_one(".count").text)


@pytest.mark.parametrize(
    "query",
    [
        "muc=IX",
        "don-vi=abc",
        "don-vi=999999",
        "don-vi=99999999999999999999999",
        "dong-chi=-1",
        "vai-tro=chu-tri",
        "loai=x",
        "thieu=gi",
        "trang=0",
        "trang=-1",
        "trang=x",
        "trang=99999999999999999999",
        "trang=²",
        "trang=7",
    ],
)
def test_a_filter_that_names_nothing_is_said_and_left_out(client, work, query):
    response = client.get(f"/nhiem-vu/?{query}")
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one(".notice").text.startswith("Không có")
    assert len(codes(soup)) == 3


def test_odd_characters_do_no_harm(client, work):
    for query in ("q=%F0%9F%98%80", "q=" + "a" * 5000, "muc=%F0", "q=%27%22%3E%3Cscript%3E"):
        response = client.get(f"/nhiem-vu/?{query}")
        assert response.status_code == 200
        assert b"<script>" not in response.content.replace(b"<script src", b"")


def test_pages_hold_fifty_rows_and_keep_the_filters(client, work):
    for _ in range(60):
        TaskFactory(section=work.land, clause=None)
    soup = page(client, muc="II.1")
    assert len(soup.select("td.code")) == 50
    assert soup.select_one("[data-total]")["data-total"] == "62"
    following = soup.select_one("a[rel=next]")["href"]
    assert following == "?muc=II.1&trang=2"
    rest = BeautifulSoup(client.get(f"/nhiem-vu/{following}").content, "html.parser")
    assert len(rest.select("td.code")) == 12


def test_htmx_gets_the_list_alone_and_everyone_else_the_whole_page(client, work):
    part = client.get("/nhiem-vu/?q=dat+dai", **HTMX)
    assert b"<html" not in part.content
    assert b'data-total="1"' in part.content
    assert "HX-Request" in part["Vary"]
    assert (
        b"<html"
        in client.get(
            "/nhiem-vu/?q=dat+dai", HTTP_HX_REQUEST="true", HTTP_HX_HISTORY_RESTORE_REQUEST="true"
        ).content
    )
    form = page(client, q="dat dai").select_one("form#loc")
    assert (form["method"], form["action"], form["hx-get"]) == ("get", "/nhiem-vu/", "/nhiem-vu/")
    assert form.select_one("button[type=submit]").text == "Lọc"
    assert form.select_one("input[name=q]")["value"] == "dat dai"


def queries(client, url, **headers):
    with CaptureQueriesContext(
        connection,
    ) as run:
        assert client.get(url, **headers).status_code == 200
    return len(run)


def test_the_number_of_queries_does_not_grow_with_the_rows(client, work):
    filters = f"/nhiem-vu/?don-vi={work.unit.pk}&dong-chi={work.comrade.pk}&muc=II.1&q=dat&thieu=thoi-gian"
    few = [
        queries(client, "/nhiem-vu/"),
        queries(client, "/nhiem-vu/?q=dat", **HTMX),
        queries(client, filters),
    ]
    for _ in range(45):
        task = TaskFactory(section=work.land, clause=None, mirrors=work.road)
        Assignment.objects.create(programme=work.programme, task=task, role="lead", comrade=work.comrade)
    many = [
        queries(client, "/nhiem-vu/"),
        queries(client, "/nhiem-vu/?q=dat", **HTMX),
        queries(client, filters),
    ]
    assert few == many
    assert many[0] <= 12 and many[1] <= 6 and many[2] <= 12, many


def test_fifty_rows_are_a_small_page(client, work):
    for _ in range(60):
        TaskFactory(section=work.land, clause=None, title="Làm đường liên thôn của xã Mẫu " * 4)
    assert len(client.get("/nhiem-vu/").content) < 60_000


def test_another_committee_sees_nothing_of_it(client, work):
    client.force_login(UserFactory(role=User.Role.OFFICE))
    assert b"data-total" not in client.get("/nhiem-vu/").content
    assert client.get(f"/nhiem-vu/?ct={work.programme.pk}").status_code == 404


def test_a_second_programme_keeps_its_own_list_in_every_link(client, work):
    other = ProgrammeFactory(committee=work.committee, issued_on="2020-05-05")
    TaskFactory(section=SectionFactory(programme=other, number="II.9"), code="II.9-01")
    soup = page(client, ct=other.pk)
    assert codes(soup) == ["II.9-01"]
    assert soup.select_one("a.row-link")["href"] == f"/nhiem-vu/II.9-01/?ct={other.pk}"
    assert all(f"ct={other.pk}" in chip["href"] for chip in soup.select("a.chip"))
    assert soup.select_one("form#loc input[name=ct]")["value"] == str(other.pk)


def test_a_list_without_rows_says_what_to_do(client, work):
    assert "Hãy bỏ bớt điều kiện" in page(client, q="khong co chu nay").text
    work.programme.tasks.all().delete()
    assert "chưa có nhiệm vụ" in page(client).text

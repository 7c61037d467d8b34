"""The page of a unit's yearly plan: who reads it, who writes it, and what takes it from draft to given."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuongtrinh.models import User
from nhiemvu.models import Decision, Task
from phancong import planning
from phancong.models import Assignment, Group, Plan, PlanAct
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

Role = Assignment.Role
URL = "/ke-hoach/2027/PDD/"
HTMX = {"HX-Request": "true"}


def _world() -> SimpleNamespace:
    """Two departments; the first leads three tasks and, in a group with the other, a fourth."""
    programme = ProgrammeFactory(term_start=2025, term_end=2030)
    committee = programme.committee
    room = UnitFactory(committee=committee, name="Phòng Đất đai", short_name="PDD")
    other = UnitFactory(committee=committee, name="Phòng Thủy lợi", short_name="PTL")
    secretary = ComradeFactory(committee=committee, name="Trần Thị Bích")
    head = ComradeFactory(committee=committee, name="Nguyễn Văn An")
    post = PostFactory(unit=room, comrade=head, title="Trưởng phòng")
    section = SectionFactory(programme=programme, number="II.1", ordinal=1)
    apart = SectionFactory(programme=programme, number="II.2", ordinal=2)
    group = Group.objects.create(committee=committee, name="Trưởng các phòng", rule=Group.Rule.UNIT_HEADS)
    common = {"programme": programme, "section": section}
    Assignment.objects.create(**common, role=Role.DIRECT, comrade=secretary)
    Assignment.objects.create(**common, role=Role.LEAD, unit=room, principal=True)
    Assignment.objects.create(programme=programme, section=apart, role=Role.LEAD, group=group)
    tasks = [TaskFactory(section=section, ordinal=at, code=f"II.1-0{at}") for at in (1, 2, 3)]
    shared = TaskFactory(section=apart, ordinal=4, code="II.2-01")
    accounts = {
        "head": UserFactory(committee=committee, role=User.Role.HEAD, unit=room),
        "rival": UserFactory(committee=committee, role=User.Role.HEAD, unit=other),
        "office": UserFactory(committee=committee, role=User.Role.OFFICE),
        "chief": UserFactory(committee=committee, role=User.Role.SECRETARY),
        "deputy": UserFactory(committee=committee, role=User.Role.DEPUTY),
        "viewer": UserFactory(committee=committee, role=User.Role.VIEWER),
    }
    return SimpleNamespace(
        programme=programme, committee=committee, room=room, other=other, secretary=secretary, comrade=head,
        post=post, tasks=tasks, shared=shared, **accounts,
    )  # fmt: skip


@pytest.fixture
def world(db) -> SimpleNamespace:
    return _world()


@pytest.fixture
def plan(world) -> Plan:
    return planning.open_plan(world.programme, world.room, 2027)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def soup(client: Client, url: str = URL, **headers: str) -> BeautifulSoup:
    response = client.get(url, headers=headers or None)
    assert response.status_code == 200, (url, response.status_code)
    return BeautifulSoup(response.content, "html.parser")


def whole(world, **more: Any) -> dict[str, Any]:
    """What a complete item needs, as typed."""
    return {
        "parent": world.tasks[0].code,
        "title": "Ban hành kế hoạch đo đạc",
        "product": "Kế hoạch",
        "due": "30/06/2027",
        "authority": "Chủ tịch UBND xã",
        "priority": "2",
        **more,
    }


def data(world, **more: Any) -> planning.ItemData:
    given = {"title": "Đo đạc", "product": "Bản đồ", "authority": "UBND xã", "due": date(2027, 6, 30)}
    return planning.ItemData(parent=more.pop("parent", world.tasks[0]), **{**given, **more})


def add(world, plan: Plan, **more: Any) -> Task:
    return planning.add_item(plan, world.head, data(world, **more))


def typed(page: BeautifulSoup) -> dict[str, Any]:
    """The form of the page as a browser would send it unchanged."""
    form = page.select_one("form.item-form")
    found: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        if one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            found[one["name"]] = chosen.get("value", "")
        elif one.get("type") == "checkbox":
            if one.has_attr("checked"):
                found.setdefault(one["name"], []).append(one.get("value", "on"))
        else:
            found[one["name"]] = one.get("value", "") if one.name == "input" else one.text.lstrip("\n")
    return found


def submitted(world, plan: Plan) -> Plan:
    add(world, plan)
    planning.submit(plan, world.head)
    return Plan.objects.get(pk=plan.pk)


def given(world, plan: Plan) -> Plan:
    plan = submitted(world, plan)
    planning.approve(plan, world.chief)
    planning.give(plan, world.office, document="12-QĐ/ĐU", on=timezone.localdate())
    return Plan.objects.get(pk=plan.pk)


# -- reading ---------------------------------------------------------------------------------------------


def test_items_stand_under_their_tasks_in_the_documents_order(world, plan) -> None:
    late = add(world, plan, parent=world.tasks[1], title="Sau")
    early = add(world, plan, title="Trước")
    page = soup(as_user(world.head))
    heads = [row.select_one(".code").text for row in page.select("tr.branch")]
    assert heads == [world.tasks[0].code, world.tasks[1].code]
    assert [row["id"] for row in page.select("tr.item")] == [f"viec-{early.code}", f"viec-{late.code}"]
    assert [cell.text for cell in page.select("tr.item td:first-child")] == ["1", "2"]


def test_a_row_shows_who_directs_from_above_quietly_and_its_own_in_full(world, plan) -> None:
    deputy = ComradeFactory(committee=world.committee, name="Lê Văn Cường")
    above = add(world, plan, coordinators=(world.other,))
    own = add(world, plan, title="Khác", direct=deputy)
    page = soup(as_user(world.head))
    quiet = page.find(id=f"viec-{above.code}").select_one("td:nth-child(8)")
    assert (quiet.text, quiet["class"]) == ("Trần Thị Bích", ["muted"])
    said = page.find(id=f"viec-{own.code}").select_one("td:nth-child(8)")
    assert (said.text, said.get("class")) == ("Lê Văn Cường", None)
    assert page.find(id=f"viec-{above.code}").select_one("td:nth-child(4)").text.strip() == "Phòng Thủy lợi"


def test_what_is_missing_leads_to_its_field(world, plan) -> None:
    item = add(world, plan, product="", due=None)
    page = soup(as_user(world.head))
    row = page.find(id=f"viec-{item.code}")
    links = {a.text: a["href"] for a in row.select("a.missing")}
    assert links == {
        "Thiếu thời gian": f"{item.code}/#id_due",
        "Thiếu sản phẩm": f"{item.code}/#id_product",
    }
    assert [a["href"] for a in page.select(".mend li a")][1:] == list(links.values())
    form = soup(as_user(world.head), f"{URL}{item.code}/")
    assert form.find(id="id_due")
    assert form.find(id="id_product")
    assert [a["href"] for a in form.select(".notice a")] == ["#id_due", "#id_product"]


def test_a_unit_without_a_head_is_told_what_to_do(world, plan) -> None:
    item = add(world, plan)
    world.post.delete()
    page = soup(as_user(world.head))
    top = page.find(id="nguoi-dung-dau").find_next("dd")
    assert "Chưa ghi người đứng đầu" in top.text
    assert "Báo văn phòng" in top.text
    assert page.find(id=f"viec-{item.code}").select_one("a.missing")["href"] == "#nguoi-dung-dau"
    office = soup(as_user(world.office)).find(id="nguoi-dung-dau").find_next("dd")
    assert f"unit={world.room.pk}" in office.a["href"]


def test_tasks_that_the_unit_leads_wait_for_their_first_item(world, plan) -> None:
    add(world, plan)
    page = soup(as_user(world.head))
    by_name, in_group = page.select(".waiting")
    assert [a["href"] for a in by_name.select("a.btn")] == [f"{URL}them/?viec=II.1-0{at}" for at in (2, 3)]
    assert [a["href"] for a in in_group.select("a.btn")] == [f"{URL}them/?viec=II.2-01"]


@pytest.mark.parametrize("count", [10, 500])
@pytest.mark.parametrize("who", ["head", "chief", "office"])
def test_the_page_asks_no_more_for_more_items(world, plan, count: int, who: str) -> None:
    rows = [(None, data(world, title=f"Việc {at}", parent=world.tasks[at % 3])) for at in range(count)]
    planning.write_items(plan, world.head, rows)
    planning.submit(plan, world.head)
    if who == "office":
        planning.approve(plan, world.chief)
        planning.give(plan, world.office, document="1-QĐ", on=timezone.localdate())
    client = as_user(getattr(world, who))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL)
    assert response.status_code == 200
    assert len(queries) <= 12, "\n".join(query["sql"][:150] for query in queries.captured_queries)


def test_the_writing_page_is_light(world, plan) -> None:
    """With texts as long as offices write them."""
    title = "Phối hợp rà soát, thống kê hiện trạng đất đai, công trình hạ tầng kỹ thuật trên địa bàn thôn "
    product = "Báo cáo rà soát, danh mục công trình được Đảng ủy UBND xã thông qua"
    rows = [
        (None, data(world, title=f"{title}{at}", product=product, parent=world.tasks[at % 3]))
        for at in range(100)
    ]
    planning.write_items(plan, world.head, rows)
    client = as_user(world.head)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL)
    assert len(queries) <= 12
    assert len(response.content) <= 100_000


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("draft", {"head", "office"}),
        ("submitted", {"head", "office", "chief", "deputy"}),
        ("given", {"head", "office", "chief", "deputy", "rival", "viewer"}),
    ],
)
def test_who_may_read_a_plan(world, plan, state: str, readers: set[str]) -> None:
    add(world, plan)
    Plan.objects.update(state=state)
    stranger = UserFactory(role=User.Role.OFFICE)
    for who in ("head", "office", "chief", "deputy", "rival", "viewer"):
        got = as_user(getattr(world, who)).get(URL).status_code
        assert got == (200 if who in readers else 404), who
    assert as_user(stranger).get(URL).status_code == 404


@pytest.mark.parametrize("year", [2024, 2031, 99999])
def test_years_outside_the_term_are_not_found(world, year: int) -> None:
    assert as_user(world.head).get(f"/ke-hoach/{year}/PDD/").status_code == 404
    assert as_user(world.head).post(f"/ke-hoach/{year}/PDD/").status_code == 404


def test_a_unit_that_does_not_exist_is_not_found(world) -> None:
    assert as_user(world.office).get("/ke-hoach/2027/KHONGCO/").status_code == 404


# -- beginning -------------------------------------------------------------------------------------------


def test_a_unit_begins_its_plan_once(world) -> None:
    client = as_user(world.head)
    assert "Lập kế hoạch năm 2027" in soup(client).text
    assert not Plan.objects.exists()
    for _ in range(2):
        assert client.post(URL).status_code == 302
    assert Plan.objects.get().unit == world.room
    assert "Kế hoạch chưa có việc nào" in soup(client).text


@pytest.mark.parametrize("who", ["rival", "viewer", "chief"])
def test_others_neither_see_that_there_is_no_plan_nor_begin_it(world, who: str) -> None:
    client = as_user(getattr(world, who))
    assert client.get(URL).status_code == 404
    assert client.post(URL).status_code == 404
    assert not Plan.objects.exists()


# -- adding ----------------------------------------------------------------------------------------------


def test_a_complete_item_is_written_as_typed(world, plan) -> None:
    client = as_user(world.head)
    more = {"coordinators": [world.other.pk], "direct": world.comrade.pk, "start": "01/02/2027"}
    response = client.post(f"{URL}them/", whole(world, priority="1", **more))
    item = Task.objects.plan_items().get()
    assert response["Location"] == f"{URL}#viec-{item.code}"
    assert (item.code, item.title, item.due) == (
        "2027-PDD-01",
        "Ban hành kế hoạch đo đạc",
        date(2027, 6, 30),
    )
    assert (item.start, item.priority, item.parent) == (date(2027, 2, 1), 1, world.tasks[0])
    roles = {(row.role, row.assignee_name) for row in item.assignments.all()}
    assert roles == {
        ("lead", "Phòng Đất đai"),
        ("direct", "Nguyễn Văn An"),
        ("coordinate", "Phòng Thủy lợi"),
    }
    assert not item.entry.by_office


def test_a_new_items_form_names_nobody_and_starts_in_the_work(world, plan) -> None:
    page = soup(as_user(world.head), f"{URL}them/?viec=II.1-02")
    assert page.select_one("#id_parent option[selected]")["value"] == "II.1-02"
    assert page.select_one("[autofocus]")["id"] == "id_title"
    assert not page.select_one("#id_direct option[selected][value]:not([value=''])")
    assert "Trần Thị Bích" in page.find(id="id_direct_helptext").text


def test_a_complete_item_takes_at_most_ten_keys_beyond_its_texts(world, plan) -> None:
    """From the work field each Tab is one key; the last opens the next item too."""
    page = soup(as_user(world.head), f"{URL}them/?viec=II.1-02")
    form = page.select_one("form.item-form")
    stops = [
        one
        for one in form.select("input, textarea, select, button, a[href], summary")
        if one.get("type") != "hidden" and not (one.find_parent("details") and one.name != "summary")
    ]
    ids = [one.get("id") or one.get("name") or one.name for one in stops]
    start = ids.index("id_title")
    assert ids[start : start + 6] == [
        "id_title",
        "id_product",
        "id_due",
        "id_continuing",
        "id_authority",
        "id_direct",
    ]
    save_and_next = next(at for at, one in enumerate(stops) if one.get("name") == "tiep")
    assert save_and_next - start + 1 <= 10


def test_save_and_add_another_stays_with_the_task(world, plan) -> None:
    response = as_user(world.head).post(f"{URL}them/", whole(world, tiep="1"))
    assert response["Location"] == f"{URL}them/?viec={world.tasks[0].code}"


def test_a_form_sent_twice_adds_one_item(world, plan) -> None:
    client = as_user(world.head)
    for _ in range(2):
        response = client.post(f"{URL}them/", whole(world), follow=True)
    assert Task.objects.plan_items().count() == 1
    assert "đã có trong kế hoạch, mã 2027-PDD-01" in response.content.decode()


def test_a_task_that_is_counted_elsewhere_leads_there(world, plan) -> None:
    Task.objects.filter(pk=world.tasks[1].pk).update(mirrors=world.tasks[2])
    page = soup(as_user(world.head), f"{URL}them/?viec=II.1-02")
    assert page.select_one("#id_parent option[selected]")["value"] == "II.1-03"
    assert "cùng một việc" in page.select_one(".messages").text
    answer = as_user(world.head).post(f"{URL}them/", whole(world, parent="II.1-02"))
    assert "nhập ở đó, một lần" in answer.content.decode()
    assert not Task.objects.plan_items().exists()


BAD = {
    "title": ["", "   ", "x" * 5000, "a\x00b"],
    "due": ["31/02/2027", "2027/06/30", "hôm nay", "30-6", "99/99/9999", "0" * 500],
    "start": ["abc", "31/12/2027"],
    "parent": ["", "KHONG-CO", "2027-PDD-01"],
    "direct": ["0", "abc", "999999999999999999999"],
    "coordinators": ["0", "abc", "9" * 30],
    "priority": ["9", "abc"],
    "product": ["x" * 501],
    "authority": ["x" * 301],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_bad_input_is_told_and_kept(world, plan, name: str, value: str) -> None:
    response = as_user(world.head).post(f"{URL}them/", whole(world, **{name: value}))
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    summary = page.select_one(".error-summary")
    assert summary, (name, value)
    assert not Task.objects.plan_items().exists()
    if name != "title":
        assert page.find(id="id_title").text.strip() == "Ban hành kế hoạch đo đạc"
    elif "\x00" not in value:
        assert page.find(id="id_title").text.strip() == value.strip()


def test_another_committees_people_cannot_be_named(world, plan) -> None:
    stranger, far = ComradeFactory(), UnitFactory()
    for more in ({"direct": stranger.pk}, {"coordinators": [far.pk]}, {"coordinators": [world.room.pk]}):
        response = as_user(world.head).post(f"{URL}them/", whole(world, **more))
        assert response.status_code == 200, more
    assert not Task.objects.plan_items().exists()


def test_markup_in_texts_stays_text(world, plan) -> None:
    nasty = "<script>alert(1)</script><b>đậm</b>"
    as_user(world.head).post(f"{URL}them/", whole(world, title=nasty, product=nasty, authority=nasty))
    page = soup(as_user(world.head))
    assert nasty in page.select_one("tr.item th").text
    assert not [
        tag for tag in page.select("tr.item b, tr.item script") if "đậm" in tag.text or tag.name == "script"
    ]


def test_what_the_office_enters_is_marked(world, plan) -> None:
    as_user(world.office).post(f"{URL}them/", whole(world))
    assert "văn phòng nhập thay" in soup(as_user(world.head)).select_one("tr.item").text


@pytest.mark.parametrize(("who", "code"), [("rival", 404), ("viewer", 404), ("chief", 404)])
def test_another_units_draft_cannot_be_written(world, plan, who: str, code: int) -> None:
    item = add(world, plan)
    client = as_user(getattr(world, who))
    assert client.get(f"{URL}them/").status_code == code
    assert client.post(f"{URL}them/", whole(world)).status_code == code
    assert client.post(f"{URL}{item.code}/", whole(world)).status_code == code
    assert client.post(f"{URL}{item.code}/remove/", {"xac-nhan": "1"}).status_code == code
    assert client.post(f"{URL}buoc/submit/").status_code == code


def test_reading_a_submitted_plan_is_not_writing_it(world, plan) -> None:
    item = Task.objects.get(entry__plan=submitted(world, plan))
    client = as_user(world.chief)
    assert client.get(f"{URL}them/").status_code == 403
    assert client.post(f"{URL}{item.code}/", whole(world)).status_code == 403
    assert client.post(f"{URL}{item.code}/copy/").status_code == 403
    assert client.post(f"{URL}buoc/submit/").status_code == 403
    assert not soup(client).select("tr.item td.acts")


# -- changing --------------------------------------------------------------------------------------------


def test_an_item_is_changed_on_its_own_page(world, plan) -> None:
    item = add(world, plan, coordinators=(world.other,))
    client = as_user(world.head)
    sent = typed(soup(client, f"{URL}{item.code}/"))
    assert sent["coordinators"] == [str(world.other.pk)]
    assert sent["due"] == "30/06/2027"
    response = client.post(f"{URL}{item.code}/", {**sent, "title": "Đo đạc lại", "parent": "II.1-03"})
    assert response["Location"] == f"{URL}#viec-{item.code}"
    item.refresh_from_db()
    assert (item.title, item.parent) == ("Đo đạc lại", world.tasks[2])
    assert item.assignments.filter(role=Role.COORDINATE).count() == 1


def test_the_second_writer_is_told_and_keeps_what_was_typed(world, plan) -> None:
    item = add(world, plan)
    url = f"{URL}{item.code}/"
    first, second = as_user(world.head), as_user(world.office)
    sent = typed(soup(second, url))
    first.post(url, {**typed(soup(first, url)), "product": "Bản đồ số"})
    response = second.post(url, {**sent, "title": "Bản của văn phòng"})
    page = BeautifulSoup(response.content, "html.parser")
    told = page.select_one(".error-summary").text
    assert "đã sửa mục này" in told
    assert "“Bản đồ” → “Bản đồ số”" in told
    assert page.find(id="id_title").text.strip() == "Bản của văn phòng"
    item.refresh_from_db()
    assert item.title == "Đo đạc"
    assert second.post(url, typed(page)).status_code == 302
    item.refresh_from_db()
    assert item.title == "Bản của văn phòng"


def test_the_second_writer_is_told_of_changed_coordinators(world, plan) -> None:
    item = add(world, plan)
    url = f"{URL}{item.code}/"
    first, second = as_user(world.head), as_user(world.office)
    sent = typed(soup(second, url))
    first.post(url, {**typed(soup(first, url)), "coordinators": [world.other.pk]})
    response = second.post(url, {**sent, "title": "Bản của văn phòng"})
    page = BeautifulSoup(response.content, "html.parser")
    assert "phối hợp: Phòng Thủy lợi" in page.select_one(".error-summary").text
    assert item.assignments.filter(role=Role.COORDINATE).exists()
    second.post(url, typed(page))
    assert not item.assignments.filter(role=Role.COORDINATE).exists()


@pytest.mark.parametrize("read", ["", "x", "0", "9" * 40, "\u0663"])
def test_a_version_that_never_was_is_a_conflict_not_a_fault(world, plan, read: str) -> None:
    item = add(world, plan)
    url = f"{URL}{item.code}/"
    client = as_user(world.head)
    sent = {**typed(soup(client, url)), "title": "Khác", "read_version": read, "read_people": read}
    response = client.post(url, sent)
    assert response.status_code == 200
    assert "đã sửa mục này" in response.content.decode()


def test_a_row_that_only_moved_is_no_conflict(world, plan) -> None:
    first, second = add(world, plan), add(world, plan, title="Hai")
    client = as_user(world.head)
    sent = typed(soup(client, f"{URL}{second.code}/"))
    client.post(f"{URL}{second.code}/up/")
    assert client.post(f"{URL}{second.code}/", {**sent, "title": "Hai sửa"}).status_code == 302
    second.refresh_from_db()
    assert (second.title, first.title) == ("Hai sửa", "Đo đạc")


def test_what_was_typed_for_a_removed_item_is_kept(world, plan) -> None:
    item = add(world, plan)
    client = as_user(world.head)
    sent = typed(soup(client, f"{URL}{item.code}/"))
    planning.remove_item(item, world.head)
    page = BeautifulSoup(client.post(f"{URL}{item.code}/", sent).content, "html.parser")
    assert "không còn trong kế hoạch" in page.select_one(".error-summary").text
    assert page.find(id="id_title").text.strip() == "Đo đạc"
    assert client.post(page.select_one("form.item-form")["action"], typed(page)).status_code == 302
    assert Task.objects.plan_items().get().code == "2027-PDD-02"


def test_a_tab_left_open_over_submission_keeps_what_was_typed(world, plan) -> None:
    item = add(world, plan)
    client = as_user(world.head)
    sent = typed(soup(client, f"{URL}{item.code}/"))
    planning.submit(plan, world.head)
    response = client.post(f"{URL}{item.code}/", {**sent, "title": "Sửa muộn"})
    assert response.status_code == 200
    assert "Đã trình" in response.content.decode()
    assert "Sửa muộn" in response.content.decode()
    item.refresh_from_db()
    assert item.title == "Đo đạc"
    assert client.get(f"{URL}{item.code}/").status_code == 302
    assert client.post(f"{URL}them/", whole(world)).status_code == 200
    assert Task.objects.plan_items().count() == 1


def test_rows_change_places_within_their_task(world, plan) -> None:
    one, apart, two = add(world, plan), add(world, plan, parent=world.tasks[1]), add(world, plan, title="Hai")
    client = as_user(world.head)

    def order() -> list[str]:
        return [row["id"].removeprefix("viec-") for row in soup(client).select("tr.item")]

    assert order() == [one.code, two.code, apart.code]
    client.post(f"{URL}{two.code}/up/")
    assert order() == [two.code, one.code, apart.code]
    client.post(f"{URL}{two.code}/up/")
    assert order() == [two.code, one.code, apart.code]
    client.post(f"{URL}{two.code}/down/")
    assert order() == [one.code, two.code, apart.code]


def test_a_move_sent_twice_moves_once(world, plan) -> None:
    rows = [add(world, plan, title=f"Việc {at}") for at in range(3)]
    client = as_user(world.head)
    for _ in range(2):
        client.post(f"{URL}{rows[2].code}/up/", {"cho": "3"})
    assert [row.pk for row in planning.items_of(plan)] == [rows[0].pk, rows[2].pk, rows[1].pk]


def test_a_copy_stands_below_and_is_made_once(world, plan) -> None:
    item, _ = add(world, plan), add(world, plan, title="Sau cùng")
    client = as_user(world.head)
    for _ in range(2):
        client.post(f"{URL}{item.code}/copy/", {"so": "2"})
    assert [row.title for row in planning.items_of(plan)] == ["Đo đạc", "Đo đạc", "Sau cùng"]


def test_removal_asks_by_name_first(world, plan) -> None:
    item = add(world, plan)
    client = as_user(world.head)
    asked = client.post(f"{URL}{item.code}/remove/")
    assert f"{item.code} “Đo đạc”" in asked.content.decode()
    assert Task.objects.filter(pk=item.pk).exists()
    for _ in range(2):
        assert client.post(f"{URL}{item.code}/remove/", {"xac-nhan": "1"}).status_code == 302
    assert not Task.objects.filter(pk=item.pk).exists()


# -- within the page (htmx) ------------------------------------------------------------------------------


def test_forms_open_within_the_table_in_few_queries(world, plan) -> None:
    item = add(world, plan)
    client = as_user(world.head)
    for url in (f"{URL}{item.code}/", f"{URL}them/?viec=II.1-01"):
        with CaptureQueriesContext(connection) as queries:
            page = BeautifulSoup(client.get(url, headers=HTMX).content, "html.parser")
        assert page.select_one("tr.form-row form.item-form")
        assert page.select_one("[autofocus]")
        assert len(queries) <= 6, "\n".join(query["sql"][:150] for query in queries.captured_queries)
        assert typed(page)["parent"] == "II.1-01"


def test_saving_within_the_page_brings_the_plan_as_it_is_now(world, plan) -> None:
    item = add(world, plan)
    client = as_user(world.head)
    sent = typed(BeautifulSoup(client.get(f"{URL}{item.code}/", headers=HTMX).content, "html.parser"))
    wrong = client.post(f"{URL}{item.code}/", {**sent, "due": "x"}, headers=HTMX)
    assert "HX-Retarget" not in wrong
    assert "error-summary" in wrong.content.decode()
    right = client.post(f"{URL}{item.code}/", {**sent, "title": "Đo lại"}, headers=HTMX)
    assert right["HX-Retarget"] == "#ke-hoach"
    assert f"viec-{item.code}" in right["HX-Trigger-After-Settle"]
    assert "<html" not in right.content.decode()
    assert "Đo lại" in right.content.decode()
    again = client.post(f"{URL}them/", whole(world, tiep="1"), headers=HTMX)
    page = BeautifulSoup(again.content, "html.parser")
    assert page.select_one("tr.form-row input[name=parent]")["value"] == "II.1-01"
    assert page.select_one("#lam input[name=so]")["value"] == "2"
    assert "Ban hành kế hoạch đo đạc" in page.text


def test_a_page_that_still_shows_an_open_plan_is_brought_up_to_date(world, plan) -> None:
    item = add(world, plan)
    planning.submit(plan, world.head)
    client = as_user(world.head)
    asked = (
        client.get(f"{URL}{item.code}/", headers=HTMX),
        client.get(f"{URL}them/?viec=II.1-01", headers=HTMX),
        client.post(f"{URL}{item.code}/copy/", headers=HTMX),
    )
    assert [response.headers.get("HX-Refresh") for response in asked] == ["true"] * 3
    assert "Rút lại rồi sửa" in soup(client).select_one(".messages").text


def test_removal_asks_in_the_place_of_the_row(world, plan) -> None:
    item = add(world, plan)
    asked = as_user(world.head).post(f"{URL}{item.code}/remove/", headers=HTMX)
    assert asked["HX-Retarget"] == f"#viec-{item.code}"
    assert "Đo đạc" in asked.content.decode()


# -- steps -----------------------------------------------------------------------------------------------


def test_a_plan_goes_from_draft_to_given_as_a_whole(world, plan) -> None:
    items = [add(world, plan, title=f"Việc {at}") for at in range(3)]
    head, chief, office = as_user(world.head), as_user(world.chief), as_user(world.office)

    def seen(client: Client) -> str:
        return soup(client).select_one(".step input[name=seen]")["value"]

    head.post(f"{URL}buoc/submit/", {"seen": seen(head)})
    head.post(f"{URL}buoc/recall/", {"seen": seen(head)})
    head.post(f"{URL}buoc/submit/", {"seen": seen(head)})
    chief.post(f"{URL}buoc/approve/", {"seen": seen(chief)})
    today = f"{timezone.localdate():%d/%m/%Y}"
    sent = {"seen": seen(office), "document": "12-QĐ/ĐU", "effective_on": today}
    assert office.post(f"{URL}buoc/give/", sent).status_code == 302
    plan.refresh_from_db()
    assert plan.state == Plan.State.GIVEN
    assert plan.entries.exclude(given_on=None).count() == len(items)
    page = soup(as_user(world.viewer))
    steps = page.select_one(".acts-list").text
    for words in ("Trình", "Rút lại", "Duyệt", "Giao", "12-QĐ/ĐU", str(world.chief)):
        assert words in steps
    assert not page.select("button[form=lam], .add-row, a.edit, .waiting")


def test_a_return_says_why_and_opens_the_plan_again(world, plan) -> None:
    submitted(world, plan)
    chief = as_user(world.chief)
    refused = chief.post(f"{URL}buoc/return/", {"reason": "  "})
    page = BeautifulSoup(refused.content, "html.parser")
    assert page.select_one(".error-summary a")["href"] == "#id_reason"
    assert page.select_one("details.step")["open"] == ""
    done = chief.post(f"{URL}buoc/return/", {"reason": "Thiếu sản phẩm ở việc 01"}, follow=True)
    assert done.status_code == 200
    assert done.redirect_chain[-1][0] == "/ke-hoach/2027/"
    page = soup(as_user(world.head))
    assert "“Thiếu sản phẩm ở việc 01”" in page.select_one(".acts-list").text
    assert page.select(".add-row")


def test_approval_is_refused_while_one_of_the_six_is_missing(world, plan) -> None:
    item = add(world, plan, product="")
    planning.submit(plan, world.head)
    chief = as_user(world.chief)
    response = chief.post(f"{URL}buoc/approve/", follow=True)
    page = BeautifulSoup(response.content, "html.parser")
    assert item.code in page.select_one(".message.error").text
    links = [a["href"] for a in page.select(".mend a")]
    assert links
    assert all(page.select_one(f"[id='{link[1:]}']") for link in links)
    plan.refresh_from_db()
    assert plan.state == Plan.State.SUBMITTED


@pytest.mark.parametrize(
    ("act", "state", "may"),
    [
        ("submit", "draft", {"head", "office"}),
        ("recall", "submitted", {"head", "office"}),
        ("return", "submitted", {"chief", "deputy", "office"}),
        ("approve", "submitted", {"chief", "deputy"}),
        ("give", "approved", {"chief", "deputy", "office"}),
    ],
)
def test_each_step_is_for_those_whose_it_is(world, plan, act: str, state: str, may: set[str]) -> None:
    add(world, plan)
    sent = {"reason": "x", "document": "1-QĐ", "effective_on": f"{timezone.localdate():%d/%m/%Y}"}
    for who in ("head", "rival", "office", "chief", "deputy", "viewer"):
        Plan.objects.update(state=state)
        response = as_user(getattr(world, who)).post(f"{URL}buoc/{act}/", sent)
        plan.refresh_from_db()
        assert (plan.state != state) == (who in may), who
        assert response.status_code == 302 if who in may else response.status_code in (403, 404), who


def test_two_who_approve_at_once_approve_once_and_the_second_is_told(world, plan) -> None:
    submitted(world, plan)
    chief, deputy = as_user(world.chief), as_user(world.deputy)
    seen = soup(deputy).select_one(".step input[name=seen]")["value"]
    chief.post(f"{URL}buoc/approve/", {"seen": seen})
    told = deputy.post(f"{URL}buoc/approve/", {"seen": seen}, follow=True).content.decode()
    assert f"{world.chief} đã duyệt kế hoạch này" in told
    assert PlanAct.objects.filter(act=PlanAct.Act.APPROVE).count() == 1


def test_a_step_sent_twice_is_taken_once(world, plan) -> None:
    add(world, plan)
    head = as_user(world.head)
    for _ in range(2):
        answer = head.post(f"{URL}buoc/submit/", {"seen": "0"}, follow=True)
    assert "Bạn đã trình kế hoạch này" in answer.content.decode()
    assert PlanAct.objects.count() == 1


def test_nobody_approves_what_was_changed_since_they_looked(world, plan) -> None:
    plan = submitted(world, plan)
    chief = as_user(world.chief)
    seen = soup(chief).select_one(".step input[name=seen]")["value"]
    planning.recall(plan, world.head)
    planning.submit(plan, world.head)
    told = chief.post(f"{URL}buoc/approve/", {"seen": seen}, follow=True).content.decode()
    assert "Hãy xem lại rồi quyết định" in told
    plan.refresh_from_db()
    assert plan.state == Plan.State.SUBMITTED


@pytest.mark.parametrize("day", ["", "x", "31/02/2027", "tomorrow"])
def test_giving_needs_a_document_and_a_day_that_has_come(world, plan, day: str) -> None:
    plan = submitted(world, plan)
    planning.approve(plan, world.chief)
    if day == "tomorrow":
        day = f"{timezone.localdate() + timedelta(days=1):%d/%m/%Y}"
    response = as_user(world.office).post(f"{URL}buoc/give/", {"document": "12-QĐ/ĐU", "effective_on": day})
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".error-summary a")["href"] == "#id_effective_on"
    assert page.find(id="id_document")["value"] == "12-QĐ/ĐU"
    plan.refresh_from_db()
    assert plan.state == Plan.State.APPROVED


def test_an_empty_plan_is_not_submitted(world, plan) -> None:
    answer = as_user(world.head).post(f"{URL}buoc/submit/", follow=True).content.decode()
    assert "chưa có việc nào" in answer
    assert not PlanAct.objects.exists()


@pytest.mark.parametrize("url", [f"{URL}buoc/khac/", f"{URL}2027-PDD-01/khac/", f"{URL}2027-PDD-99/copy/x/"])
def test_acts_that_do_not_exist_are_not_found(world, plan, url: str) -> None:
    add(world, plan)
    assert as_user(world.head).post(url).status_code == 404


# -- after giao ------------------------------------------------------------------------------------------


def test_given_work_changes_by_decision_only(world, plan) -> None:
    item = Task.objects.get(entry__plan=given(world, plan))
    page = soup(as_user(world.office))
    assert page.select_one("tr.item td.acts a")["href"] == f"/nhiem-vu/{item.code}/quyet-dinh/"
    assert not soup(as_user(world.head)).select("tr.item td.acts a")
    assert as_user(world.head).get(f"{URL}them/").status_code == 302
    for client in (as_user(world.head), as_user(world.office)):
        client.post(f"{URL}{item.code}/", whole(world, title="Sửa lén"))
        client.post(f"{URL}{item.code}/copy/")
        client.post(f"{URL}{item.code}/remove/", {"xac-nhan": "1"})
    assert [row.title for row in planning.items_of(plan)] == ["Đo đạc"]


def test_work_is_added_to_a_given_plan_by_document(world, plan) -> None:
    given(world, plan)
    office = as_user(world.office)
    url = f"{URL}them/"
    assert "Bổ sung việc theo văn bản" in soup(office).select_one(".page-actions").text
    today = f"{timezone.localdate():%d/%m/%Y}"
    sent = whole(world, document="15-CV/ĐU", effective_on=today, reason="Theo chỉ đạo của cấp trên")
    for lacking in ("document", "effective_on", "reason", "product"):
        page = BeautifulSoup(office.post(url, {**sent, lacking: ""}).content, "html.parser")
        assert page.select_one(".error-summary"), lacking
        assert Task.objects.plan_items().count() == 1
    for _ in range(2):
        assert office.post(url, sent).status_code == 302
    item = Task.objects.plan_items().get(title="Ban hành kế hoạch đo đạc")
    assert item.entry.given_on == timezone.localdate()
    assert Decision.objects.get(task=item).document == "15-CV/ĐU"
    assert re.search(
        r"bổ sung \d\d/\d\d/\d{4}", soup(as_user(world.viewer)).find(id=f"viec-{item.code}").text
    )
    assert as_user(world.viewer).post(url, sent).status_code == 403

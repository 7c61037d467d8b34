"""What the entry pages accept and refuse: one spelling, one head, one principal, nothing twice."""

import unicodedata

import pytest
from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chuongtrinh.models import CitedDocument, Programme, User
from nhiemvu.models import Task
from phancong.models import Assignment, Post, Unit
from tests.entry import resend, shown, signed_in, url, words
from tests.factories.people import ComradeFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return UserFactory(role=User.Role.OFFICE)


@pytest.fixture
def section(office):
    return SectionFactory(programme=ProgrammeFactory(committee=office.committee))


@pytest.fixture
def room(office):
    return UnitFactory(committee=office.committee, name="Phòng Kinh tế", short_name="PKT")


def lines(prefix: str, *rows: dict, saved: int = 0) -> dict:
    data = {f"{prefix}-TOTAL_FORMS": str(saved + len(rows)), f"{prefix}-INITIAL_FORMS": str(saved)}
    return data | {
        f"{prefix}-{at}-{name}": str(value)
        for at, row in enumerate(rows, saved)
        for name, value in row.items()
    }


# --- addresses ------------------------------------------------------------------------------------------


def test_every_link_of_the_entry_pages_leads_somewhere(programme, personas):
    """From the start page on, each list, each first row, the add forms and their breadcrumbs."""
    client = signed_in(personas.quantri)
    waiting, seen, kinds = [reverse("admin:index")], set(), set()
    while waiting:
        page = waiting.pop()
        response = client.get(page, follow=True)
        assert response.status_code == 200, page
        found = BeautifulSoup(response.content, "html.parser")
        for link in found.select("#content a[href], .breadcrumbs a[href]"):
            target = link["href"].split("#")[0].split("?")[0] or page
            target = target if target.startswith("/") else f"{page.split('?')[0]}{target}"
            kind = tuple(part for part in target.split("/") if not part.isdigit())
            if target.startswith("/quan-tri/") and target not in seen and kind not in kinds:
                seen.add(target)
                kinds.add(kind)
                waiting.append(target)
    assert {"/quan-tri/nhiemvu/", "/quan-tri/phancong/", "/quan-tri/chuongtrinh/"} <= seen
    assert len(seen) > 40


def test_a_rooms_own_page_lists_its_models_alone(office):
    page = signed_in(office).get("/quan-tri/phancong/")
    links = [link["href"] for link in BeautifulSoup(page.content, "html.parser").select(".start-link")]
    assert links
    assert all(link.startswith("/quan-tri/phancong/") for link in links)
    assert signed_in(office).get("/quan-tri/axes/").status_code == 404


def test_no_address_leads_on_to_any_row_and_tells_its_code(office):
    """Django's r/<type>/<pk>/ would answer with the address of another committee's task."""
    task = TaskFactory(code="BIMAT-77")
    kind = ContentType.objects.get_for_model(Task)
    response = signed_in(office).get(f"/quan-tri/r/{kind.pk}/{task.pk}/")
    assert response.status_code == 404
    assert "BIMAT" not in response.content.decode()


def test_no_entry_page_reads_the_transcription(programme, personas):
    client = signed_in(personas.vanphong)
    task = Task.objects.filter(programme=programme).first()
    pages = [
        *(url(label, "changelist") for label in ("nhiemvu.task", "nhiemvu.indicator", "chuongtrinh.section")),
        *(url(label, "changelist") for label in ("phancong.assignment", "chuongtrinh.programme")),
        url("nhiemvu.task", "change", task.pk),
        url("chuongtrinh.section", "change", task.section_id),
        url("chuongtrinh.programme", "change", programme.pk),
    ]
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        assert not [one["sql"][:200] for one in queries if '"source"' in one["sql"]], page


# --- units ----------------------------------------------------------------------------------------------


def test_what_the_reader_makes_satisfies_the_rules_of_the_forms(programme):
    cells = Unit.objects.filter(kind=Unit.Kind.PARTY_CELL, short_name__startswith="CB-")
    assert cells.count() == 3
    for row in (*Unit.objects.all(), *Post.objects.all(), *Assignment.objects.all()):
        row.full_clean()


@pytest.mark.parametrize("short", ["P KT", "P_KT", "-PKT", "PKT-", "PHÒNG", "A" * 21, "PKT/1"])
def test_a_short_name_that_would_break_a_code_is_refused(office, room, short):
    page = url("phancong.unit", "change", room.pk)
    assert resend(signed_in(office), page, short_name=short).status_code == 200


def test_a_short_name_is_set_in_capitals(office, room):
    assert (
        resend(signed_in(office), url("phancong.unit", "change", room.pk), short_name="cb-pkt").status_code
        == 302
    )
    room.refresh_from_db()
    assert room.short_name == "CB-PKT"


@pytest.mark.parametrize(
    "spelling",
    [unicodedata.normalize("NFD", "Phòng Kinh tế"), "phòng kinh tế", "Phòng  Kinh tế", "Phòng Kinh tế "],
)
def test_another_spelling_is_no_other_unit(office, room, spelling):
    data = {"name": spelling, "short_name": "KHAC", "kind": "department", **lines("posts")}
    assert "Đơn vị này đã có, ghi là “Phòng Kinh tế”." in words(
        signed_in(office).post(url("phancong.unit", "add"), data)
    )


def test_names_are_kept_composed_and_with_single_blanks(office):
    typed = unicodedata.normalize("NFD", "Phòng  Tư   pháp")
    data = {"name": typed, "short_name": "", "kind": "department", **lines("posts")}
    assert signed_in(office).post(url("phancong.unit", "add"), data).status_code == 302
    assert Unit.objects.get().name == "Phòng Tư pháp"


# --- posts ----------------------------------------------------------------------------------------------


def test_a_post_without_dates_is_held_once(office, room):
    comrade = ComradeFactory(committee=office.committee)
    Post.objects.create(unit=room, comrade=comrade, title="Phó phòng")
    data = {"comrade": comrade.pk, "unit": room.pk, "title": "Phó  phòng"}
    assert "Chức vụ này đã có." in words(signed_in(office).post(url("phancong.post", "add"), data))
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(unit=room, comrade=comrade, title="Phó phòng")


def test_a_unit_has_one_head_at_a_time(office, room):
    old, new = (ComradeFactory(committee=office.committee) for _ in range(2))
    Post.objects.create(unit=room, comrade=old, title="Trưởng phòng", is_head=True)
    data = {"comrade": new.pk, "unit": room.pk, "title": "Quyền Trưởng phòng", "is_head": "on"}
    client = signed_in(office)
    assert "Đơn vị này đã có người đứng đầu" in words(client.post(url("phancong.post", "add"), data))
    on_the_comrade = {**lines("posts", {k: v for k, v in data.items() if k != "comrade"})}
    refused = resend(client, url("phancong.comrade", "change", new.pk), **on_the_comrade)
    assert "Đơn vị này đã có người đứng đầu" in words(refused)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(unit=room, comrade=new, title="Quyền Trưởng phòng", is_head=True)


def test_a_head_hands_over_in_one_save(office, room):
    old, new = (ComradeFactory(committee=office.committee) for _ in range(2))
    Post.objects.create(unit=room, comrade=old, title="Trưởng phòng", is_head=True)
    client, page = signed_in(office), url("phancong.unit", "change", room.pk)
    two = lines("posts", {"comrade": new.pk, "title": "Trưởng phòng", "is_head": "on"}, saved=1)
    assert "Đơn vị này đã có người đứng đầu" in words(resend(client, page, **two))
    assert resend(client, page, **two, **{"posts-0-valid_to": "31/08/2026"}).status_code == 302
    assert Post.objects.get(is_head=True, valid_to=None).comrade == new


def test_the_one_who_steps_down_is_saved_first(office, room):
    """Two saved lines change places, the later one stepping down."""
    for title, is_head in (("Phó phòng", False), ("Trưởng phòng", True)):
        comrade = ComradeFactory(committee=office.committee, name=f"Đồng chí {title}")
        Post.objects.create(unit=room, comrade=comrade, title=title, is_head=is_head)
    client, page = signed_in(office), url("phancong.unit", "change", room.pk)
    data = shown(client.get(page))
    at = {data["posts-0-title"]: 0, data["posts-1-title"]: 1}
    for up in ("Phó phòng", "Trưởng phòng"):
        down = next(title for title in at if title != up)
        turned = {f"posts-{at[up]}-is_head": "on", f"posts-{at[down]}-is_head": None}
        assert resend(client, page, **turned).status_code == 302
        assert Post.objects.get(is_head=True).title == up


# --- assignments ----------------------------------------------------------------------------------------


def test_a_new_task_takes_its_assignments_in_the_same_save(office, section, room):
    data = {"code": "II.1-09", "kind": "task", "section": section.pk, "title": "Xây chợ", "ordinal": ""}
    given = {"role": "lead", "unit": room.pk, "principal": "on"}
    client, page = signed_in(office), url("nhiemvu.task", "add")
    nobody = resend(client, page, **data, **lines("assignments", {"role": "lead"}))
    assert "Chọn đúng một: đồng chí, đơn vị, nhóm" in words(nobody)
    assert resend(client, page, **data, **lines("assignments", given)).status_code == 302
    made = Assignment.objects.get()
    assert (made.task.code, made.unit, made.programme) == ("II.1-09", room, section.programme)


def test_a_new_task_has_one_principal(office, section, room):
    other = UnitFactory(committee=office.committee)
    data = {"code": "II.1-09", "kind": "task", "section": section.pk, "title": "Xây chợ", "ordinal": ""}
    two = [{"role": "lead", "unit": unit.pk, "principal": "on"} for unit in (room, other)]
    refused = resend(signed_in(office), url("nhiemvu.task", "add"), **data, **lines("assignments", *two))
    assert refused.status_code == 200
    assert "chỉ có một nơi chịu trách nhiệm chính" in words(refused)


def test_an_assignment_stands_once_and_a_section_has_one_principal(office, section, room):
    common = {"programme": section.programme, "section": section, "role": "lead"}
    held = Assignment.objects.create(**common, unit=room, principal=True)
    other = UnitFactory(committee=office.committee)
    client, page = signed_in(office), url("phancong.assignment", "add")
    again = {"section": section.pk, "role": "lead", "unit": room.pk}
    assert "Phân công này đã có." in words(client.post(page, again))
    second = {"section": section.pk, "role": "lead", "unit": other.pk, "principal": "on"}
    assert "chỉ có một nơi chịu trách nhiệm chính" in words(client.post(page, second))
    on_section = resend(
        client,
        url("chuongtrinh.section", "change", section.pk),
        **lines("assignments", {**second, "section": ""}, saved=1),
    )
    assert "chỉ có một nơi chịu trách nhiệm chính" in words(on_section)
    for row in (Assignment(**common, unit=room), Assignment(**common, unit=other, principal=True)):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    held.valid_to = "2026-08-31"
    held.save()
    assert client.post(page, second).status_code == 302


# --- documents, accounts --------------------------------------------------------------------------------


def test_a_document_without_a_day_stands_once(office, section):
    programme = section.programme
    Programme.objects.filter(pk=programme.pk).update(issued_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeFactory(committee=office.committee, number=programme.number, issued_on=None)
    cited = {"programme": programme, "kind": "Nghị quyết", "number": "05-NQ"}
    CitedDocument.objects.create(**cited)
    with pytest.raises(IntegrityError), transaction.atomic():
        CitedDocument.objects.create(**cited)


def test_an_overseeing_members_account_names_the_comrade():
    chief = UserFactory(role=User.Role.ADMIN)
    data = {"username": "uyvien9", "role": "member", "is_active": "on", "new_password": "Song-dai-4812",
            "repeated": "Song-dai-4812"}  # fmt: skip
    client, page = signed_in(chief), url("chuongtrinh.user", "add")
    assert "phải ghi đồng chí" in words(client.post(page, data))
    comrade = ComradeFactory(committee=chief.committee)
    assert client.post(page, {**data, "comrade": comrade.pk}).status_code == 302

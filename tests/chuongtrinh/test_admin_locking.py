"""Two people at one form: nothing that either wrote is lost unseen, on the page's own row and its lines."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuongtrinh.models import User
from nhiemvu.models import Task
from phancong.models import Assignment, Comrade, Group, Post, Unit
from tests.entry import resend, shown, signed_in, url, words
from tests.factories.people import ComradeFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return UserFactory(role=User.Role.OFFICE, full_name="Nguyễn Thị Một")


@pytest.fixture
def second(first):
    return UserFactory(role=User.Role.OFFICE, full_name="Trần Văn Hai", committee=first.committee)


@pytest.fixture
def unit(first):
    return UnitFactory(committee=first.committee, name="Phòng Kinh tế", short_name="PKT")


@pytest.fixture
def task(first):
    programme = ProgrammeFactory(committee=first.committee)
    return TaskFactory(section=SectionFactory(programme=programme), title="Xây chợ xã")


def test_the_second_of_two_writers_is_told_and_keeps_what_was_typed(first, second, task):
    page = url("nhiemvu.task", "change", task.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    assert resend(signed_in(first), page, title="Xây chợ trung tâm xã").status_code == 302
    refused = theirs.post(page, {**stale, "title": "Xây chợ đầu mối"})
    told = words(refused)
    assert "Nguyễn Thị Một đã sửa mục này" in told
    assert "tên gọi ngắn: “Xây chợ xã” → “Xây chợ trung tâm xã”" in told
    assert shown(refused)["title"] == "Xây chợ đầu mối"
    task.refresh_from_db()
    assert task.title == "Xây chợ trung tâm xã"
    assert theirs.post(page, shown(refused)).status_code == 302
    task.refresh_from_db()
    assert task.title == "Xây chợ đầu mối"


def test_a_form_without_its_version_saves_nothing(first, unit):
    page = url("phancong.unit", "change", unit.pk)
    assert resend(signed_in(first), page, name="Phòng Khác", read_version=None).status_code == 200
    unit.refresh_from_db()
    assert unit.name == "Phòng Kinh tế"


def test_a_change_that_was_taken_back_is_no_clash(first, second, unit):
    page = url("phancong.unit", "change", unit.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    for name in ("Phòng Tài chính", "Phòng Kinh tế"):
        resend(signed_in(first), page, name=name)
    assert theirs.post(page, {**stale, "name": "Phòng Kinh tế xã"}).status_code == 302


def test_who_changed_nothing_overwrites_nothing(first, second, unit):
    page = url("phancong.unit", "change", unit.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    resend(signed_in(first), page, name="Phòng Tài chính")
    assert "Không có gì thay đổi." in words(theirs.post(page, stale, follow=True))
    unit.refresh_from_db()
    assert unit.name == "Phòng Tài chính"


def test_a_line_on_its_parents_page_is_not_overwritten_unseen(first, second, unit):
    comrade = ComradeFactory(committee=first.committee, name="Lê Văn Ba")
    post = Post.objects.create(unit=unit, comrade=comrade, title="Phó phòng")
    page = url("phancong.unit", "change", unit.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    assert resend(signed_in(first), page, **{"posts-0-title": "Quyền Trưởng phòng"}).status_code == 302
    refused = theirs.post(page, {**stale, "posts-0-title": "Trưởng phòng"})
    assert "chức vụ: “Phó phòng” → “Quyền Trưởng phòng”" in words(refused)
    assert shown(refused)["posts-0-title"] == "Trưởng phòng"
    post.refresh_from_db()
    assert post.title == "Quyền Trưởng phòng"
    assert theirs.post(page, shown(refused)).status_code == 302
    post.refresh_from_db()
    assert post.title == "Trưởng phòng"


def test_two_may_change_different_lines_of_one_page(first, second, unit):
    for title in ("Phó phòng", "Chuyên viên"):
        comrade = ComradeFactory(committee=first.committee)
        Post.objects.create(unit=unit, comrade=comrade, title=title)
    page = url("phancong.unit", "change", unit.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    at = {stale["posts-0-title"]: 0, stale["posts-1-title"]: 1}
    resend(signed_in(first), page, **{f"posts-{at['Phó phòng']}-title": "Phó Trưởng phòng"})
    stale[f"posts-{at['Chuyên viên']}-title"] = "Văn thư"
    assert theirs.post(page, stale).status_code == 302
    assert {*Post.objects.values_list("title", flat=True)} == {"Phó Trưởng phòng", "Văn thư"}


def test_who_deletes_a_line_has_seen_it_as_it_is(first, second, unit):
    post = Post.objects.create(
        unit=unit, comrade=ComradeFactory(committee=first.committee), title="Phó phòng"
    )
    page = url("phancong.unit", "change", unit.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    resend(signed_in(first), page, **{"posts-0-title": "Trưởng phòng"})
    refused = theirs.post(page, {**stale, "posts-0-DELETE": "on"})
    assert "mà bạn định xóa" in words(refused)
    assert Post.objects.filter(pk=post.pk).exists()
    assert theirs.post(page, shown(refused)).status_code == 302
    assert not Post.objects.filter(pk=post.pk).exists()


def test_a_line_that_is_gone_is_told_on_the_page(first, second, unit):
    Post.objects.create(unit=unit, comrade=ComradeFactory(committee=first.committee), title="Phó phòng")
    page = url("phancong.unit", "change", unit.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    resend(signed_in(first), page, **{"posts-0-DELETE": "on"})
    refused = theirs.post(page, {**stale, "posts-0-title": "Trưởng phòng"})
    assert refused.status_code == 200
    assert "Một dòng vừa bị người khác xóa" in words(refused)


def test_a_list_of_comrades_is_not_overwritten_unseen(first, second):
    people = [ComradeFactory(committee=first.committee, name=name) for name in ("Lê Văn Ba", "Vũ Thị Tư")]
    group = Group.objects.create(committee=first.committee, name="Tổ công tác", rule="listed")
    group.comrades.set(people)
    page = url("phancong.group", "change", group.pk)
    theirs = signed_in(second)
    stale = shown(theirs.get(page))
    assert resend(signed_in(first), page, comrades=[str(people[0].pk)]).status_code == 302
    refused = theirs.post(page, {**stale, "name": "Tổ giúp việc"})
    assert re.search(r"“(Lê Văn Ba, Vũ Thị Tư|Vũ Thị Tư, Lê Văn Ba)” → “Lê Văn Ba”", words(refused))
    assert list(group.comrades.all()) == people[:1]


def test_the_versions_of_all_lines_come_in_one_query(first, unit):
    for _ in range(9):
        Post.objects.create(unit=unit, comrade=ComradeFactory(committee=first.committee), title="Cán bộ")
    client, page = signed_in(first), url("phancong.unit", "change", unit.pk)
    with CaptureQueriesContext(connection) as queries:
        data = shown(client.get(page))
    assert len([key for key in data if key.endswith("-read_version") and data[key]]) == 9
    assert len([one for one in queries if "historicalpost" in one["sql"]]) == 1


def test_saving_what_was_not_changed_writes_no_history(first, unit):
    Post.objects.create(unit=unit, comrade=ComradeFactory(committee=first.committee), title="Phó phòng")
    page = url("phancong.unit", "change", unit.pk)
    client = signed_in(first)
    saved = client.post(page, shown(client.get(page)), follow=True)
    assert "Không có gì thay đổi." in words(saved)
    assert "thành công" not in words(saved)
    assert (unit.history.count(), Post.history.count()) == (1, 1)


def test_changing_a_list_alone_writes_one_entry(first):
    group = Group.objects.create(committee=first.committee, name="Tổ công tác", rule="listed")
    comrade = ComradeFactory(committee=first.committee)
    page = url("phancong.group", "change", group.pk)
    assert resend(signed_in(first), page, comrades=[str(comrade.pk)]).status_code == 302
    assert group.history.count() == 2
    assert list(group.comrades.all()) == [comrade]


def test_signing_in_is_no_edit_of_the_account(client, first):
    first.set_password("Song-dai-4812")
    first.save()
    before = first.history.count()
    client.post("/dang-nhap/", {"username": first.username, "password": "Song-dai-4812"})
    first.refresh_from_db()
    assert first.last_login is not None
    assert first.history.count() == before


@pytest.mark.parametrize(
    "model", [Unit, Comrade, Post, Group, Assignment, Task, User], ids=lambda one: one.__name__
)
def test_every_loaded_row_opens_and_saves_as_it_is(model, programme, personas):
    """Nothing of the real programme is refused or altered by its own entry page."""
    client = signed_in(personas.quantri)
    label = model._meta.label_lower
    rows = model._default_manager.all()
    rows = list(rows.exclude(username="ngoai") if model is User else rows)
    assert rows
    before = model.history.count()
    values = list(model._base_manager.order_by("pk").values())
    for row in rows:
        page = url(label, "change", row.pk)
        saved = client.post(page, shown(client.get(page)))
        assert saved.status_code == 302, (row, words(saved))
    assert model.history.count() == before
    after = list(model._base_manager.order_by("pk").values())
    for old, new in zip(values, after, strict=True):
        old.pop("last_login", None), new.pop("last_login", None)
        assert old == new

"""The entry pages under /quan-tri/: who may enter, what one sees, what one may change."""

import re
from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from baocao.models import (
    Addressed,
    DayOff,
    Digest,
    Directive,
    Evidence,
    ExtensionRequest,
    IndicatorValue,
    Letterhead,
    Period,
    PeriodAct,
    ReportingRules,
    Review,
    ReviewAct,
    UnitReport,
    Update,
)
from chuongtrinh.entry_site import GROUPS
from chuongtrinh.forms import LocalDecimalField
from chuongtrinh.models import Citation, CitedDocument, Correction, Recipient, UnplacedLine, User
from nhiemvu.models import (
    DeadlineProposal,
    Funding,
    Indicator,
    Milestone,
    ProjectProfile,
    RelatedWork,
    Risk,
    Task,
)
from phancong.models import Assignment, Comrade, Group, Oversight, Post, Unit
from tests.entry import resend, signed_in, url, words
from tests.factories.people import CommitteeFactory, ComradeFactory, UnitFactory, UserFactory
from tests.factories.programmes import ClauseFactory, ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db
LABELS = [label for *_, labels in GROUPS for label in labels]
ADMIN_ONLY = {"chuongtrinh.user", "chuongtrinh.committee"}
ENGLISH = re.compile(
    r"\b(?:the|this|that|please|save|delete|add|change|view|home|search|filter|select|error|history|user|and|"
    r"enter|all|yes|no|none|is|your|with|password|log ?out|site|django|object|field|required|choose)\b",
    re.IGNORECASE,
)


def fill(committee, rows: int):
    """Some rows of everything for one committee; the first of each by its model's label."""
    programme = ProgrammeFactory(committee=committee)
    section = SectionFactory(programme=programme, title="Phát triển kinh tế")
    clause = ClauseFactory(section=section)
    task = TaskFactory(section=section, clause=clause, title="Nhiệm vụ đầu tiên")
    group = Group.objects.create(committee=committee, name="Nhóm bí thư xóm Mẫu", rule="cell_secretaries")
    for at in range(1, rows + 1):
        unit = UnitFactory(committee=committee)
        comrade = ComradeFactory(committee=committee)
        Post.objects.create(unit=unit, comrade=comrade, title="Trưởng phòng", is_head=True)
        first = at == 1
        other = TaskFactory(section=section, clause=ClauseFactory(section=section))
        for where in ({"section": section}, {"task": task}):
            Assignment.objects.create(programme=programme, role="coordinate", unit=unit, ordinal=at, **where)
        Assignment.objects.create(programme=programme, role="direct", comrade=comrade, section=section)
        Post.objects.create(
            unit=Unit.objects.filter(committee=committee).first(), comrade=comrade, title=f"Chức {at}"
        )
        Post.objects.create(
            unit=unit,
            comrade=Comrade.objects.filter(committee=committee).order_by("pk").first(),
            title=f"Vụ {at}",
        )
        Oversight.objects.create(
            comrade=comrade, unit=unit, decision_number="1-QĐ", decided_on=date(2026, 6, 1)
        )
        Recipient.objects.create(programme=programme, ordinal=at, name="Lưu")
        Correction.objects.create(
            programme=programme,
            ordinal=at,
            line=at,
            original="a",
            corrected="b",
            reason="Gõ sai",
            clause=clause,
        )
        cited = CitedDocument.objects.create(programme=programme, kind="Nghị quyết", number=f"{at}-NQ")
        Citation.objects.create(document=cited, clause=clause, as_written=f"Nghị quyết {at}")
        UnplacedLine.objects.create(programme=programme, line=at, text="?", reason="Chưa rõ")
        DeadlineProposal.objects.create(task=task, as_written=f"trong năm {2026 + at}", due=date(2027, 1, 1))
        Indicator.objects.create(
            programme=programme, section=section, code=f"CT-{at}", name="Thu nhập", unit="triệu đồng",
            target=Decimal("13"), direction="at_least", task=task,
        )  # fmt: skip
        RelatedWork.objects.create(first=task, second=other)
        project = TaskFactory(section=section, kind="project")
        ProjectProfile.objects.create(task=project, phase="preparing")
        Milestone.objects.create(
            task=project, title="Khởi công", planned_on=date(2027, 3, 31), due=date(2027, 3, 31)
        )
        Funding.objects.create(task=project, source="Ngân sách xã", planned=900)
        Risk.objects.create(task=project, text="Chờ mặt bằng", raised_on=date(2026, 9, 10))
        if not first:
            UserFactory(committee=committee, unit=unit, comrade=comrade)
    group.comrades.set(Comrade.objects.filter(committee=committee))
    report(task, rows)
    return task


def report(task: Task, rows: int) -> None:
    """Rules, days off, and as many periods with an update and its proof."""
    committee = task.programme.committee
    ReportingRules.objects.create(committee=committee)
    Letterhead.objects.create(committee=committee, issuer="ĐẢNG ỦY MẪU", symbol="BC/MAU")
    for at in range(1, rows + 1):
        unit = UnitFactory(committee=committee)
        head = UserFactory(committee=committee, unit=unit)
        DayOff.objects.create(committee=committee, day=date(2026, 5, at), name="Hoán đổi")
        period = Period.objects.create(
            programme=task.programme, kind="month", key=f"2026-{at:02}", label=f"Tháng {at}/2026",
            start=date(2026, at, 1), end=date(2026, at, 14), submit_by=timezone.now(),
        )  # fmt: skip
        PeriodAct.objects.create(period=period, act="open", by=head)
        update = Update.objects.create(
            task=task, period=period, unit=unit, author=head, content="Đã họp", effective_on=period.end
        )
        Evidence.objects.create(update=update, number=f"{at}/BC", added_by=head)
        UnitReport.objects.create(period=period, unit=unit, results="Đã họp", state="submitted")
        ExtensionRequest.objects.create(
            task=TaskFactory(section=task.section), unit=unit, due_before=period.start, due_asked=period.end,
            reason="Chờ vốn", asked_by=head,
        )  # fmt: skip
        directive = Directive.objects.create(
            programme=task.programme, kind="urging", text="Báo cáo", given_by=head,
            given_on=period.start, answer_by=period.end,
        )  # fmt: skip
        Addressed.objects.create(directive=directive, unit=unit, task=task)
        IndicatorValue.objects.create(
            indicator=Indicator.objects.get(programme=task.programme, code=f"CT-{at}"),
            on=period.end, value=13, source="Báo cáo", unit=unit, author=head,
        )  # fmt: skip
        Digest.objects.create(user=head, day=period.end, subject="Việc cần làm", body="1 việc")
        review = Review.objects.create(
            programme=task.programme, committee=committee, period=period, as_of=period.end,
            known_at=timezone.now(), rules="1", subject="Kết quả", recipients="Lưu.", state="submitted",
        )  # fmt: skip
        ReviewAct.objects.create(review=review, act="draft", by=head)


@pytest.fixture
def office():
    return UserFactory(role=User.Role.OFFICE)


def model_of(label: str):
    return next(model for model in admin.site._registry if model._meta.label_lower == label)


def first_row(label: str, user):
    model = model_of(label)
    rows = model._default_manager.filter(**{admin.site._registry[model].committee_path: user.committee_id})
    return rows.order_by("pk").first()


def test_the_start_page_lists_every_registered_model_once():
    assert sorted(LABELS) == sorted(model._meta.label_lower for model in admin.site._registry)


@pytest.mark.parametrize("rows", [pytest.param(1, marks=pytest.mark.one_database), 12])
@pytest.mark.parametrize("label", LABELS)
def test_pages_open_in_vietnamese_within_fifteen_queries(label, rows):
    user = UserFactory(role=User.Role.ADMIN)
    fill(user.committee, rows)
    client = signed_in(user)
    obj = first_row(label, user)
    pages = [url(label, "changelist"), url(label, "change", obj.pk), url(label, "history", obj.pk)]
    pages.append(url(label, "changelist") + "?q=mau")
    if admin.site._registry[model_of(label)].has_add_permission(type("R", (), {"user": user})()):
        pages.append(url(label, "add"))
    for page in pages:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(page)
        assert response.status_code == 200, page
        assert len(queries) <= 15, (page, len(queries), [q["sql"][:120] for q in queries])
        assert not ENGLISH.findall(words(response)), (page, ENGLISH.findall(words(response)))
        assert "style=" not in response.content.decode() and "onclick" not in response.content.decode()


@pytest.mark.parametrize("label", LABELS)
def test_the_office_enters_everything_but_accounts(label, office):
    fill(office.committee, 1)
    client = signed_in(office)
    expected = 403 if label in ADMIN_ONLY else 200
    assert client.get(url(label, "changelist")).status_code == expected
    assert client.get(url(label, "change", first_row(label, office).pk)).status_code == expected


@pytest.mark.parametrize("role", [r for r in User.Role if r not in (User.Role.ADMIN, User.Role.OFFICE)])
def test_others_are_refused_everywhere(role):
    client = signed_in(UserFactory(role=role))
    for page in ["/quan-tri/", *(url(label, "changelist") for label in LABELS), reverse("admin:login")]:
        assert client.get(page).status_code == 403, page


def test_strangers_are_sent_to_the_one_sign_in_page():
    response = Client().get("/quan-tri/nhiemvu/task/?q=a&p=2")
    assert response["Location"] == "/dang-nhap/?next=/quan-tri/nhiemvu/task/%3Fq%3Da%26p%3D2"


@pytest.mark.parametrize("label", LABELS)
def test_another_committee_does_not_exist(label):
    stranger = UserFactory(role=User.Role.ADMIN)
    other = UserFactory(role=User.Role.ADMIN)
    fill(other.committee, 1)
    client = signed_in(stranger)
    row = first_row(label, other)
    for page in ("change", "history", "delete"):
        assert client.get(url(label, page, row.pk)).status_code == 404, page
    listed = client.get(url(label, "changelist"))
    assert url(label, "change", row.pk) not in listed.content.decode()


def test_choices_of_another_committee_are_neither_offered_nor_taken(office):
    fill(office.committee, 1)
    theirs = UnitFactory(name="Phòng Bên Kia")
    client = signed_in(office)
    query = {"app_label": "phancong", "model_name": "unit", "field_name": "parent", "term": "ben kia"}
    assert client.get(reverse("admin:autocomplete"), query).json()["results"] == []
    data = {
        "name": "Phòng Mới",
        "short_name": "PMOI",
        "kind": "department",
        "parent": theirs.pk,
        **no_rows("posts"),
    }
    assert client.post(url("phancong.unit", "add"), data).status_code == 200
    assert not Unit.objects.filter(name="Phòng Mới").exists()
    assert "Phòng Bên Kia" not in client.get(url("phancong.assignment", "changelist")).content.decode()


def no_rows(*prefixes: str) -> dict:
    return {f"{p}-{k}": v for p in prefixes for k, v in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}


def test_search_needs_no_diacritics(office):
    fill(office.committee, 2)
    client = signed_in(office)
    for label, term in (
        ("chuongtrinh.section", "phat trien KINH te"),
        ("phancong.group", "bi thu"),
        ("phancong.post", "truong phong"),
        ("nhiemvu.task", "nhiem vu dau tien"),
    ):
        found = client.get(url(label, "changelist"), {"q": term}).context["cl"].result_count
        assert found > 0, label
    # An assignment is found by who and what, not by its role: that is a filter beside the list.
    assert (
        client.get(url("phancong.assignment", "changelist"), {"q": "phoi hop"}).context["cl"].result_count
        == 0
    )
    assert client.get(url("phancong.group", "changelist"), {"q": "%%%"}).context["cl"].result_count == 0


def test_a_unit_gets_its_committee_and_short_name_by_itself(office):
    data = {"name": "Phòng Kinh tế", "short_name": "", "kind": "department", **no_rows("posts")}
    assert signed_in(office).post(url("phancong.unit", "add"), data).status_code == 302
    unit = Unit.objects.get(name="Phòng Kinh tế")
    assert (unit.committee, unit.short_name) == (office.committee, "PKT")
    assert unit.history.get().history_user == office


def test_rules_of_unseen_fields_are_told_in_vietnamese(office):
    UnitFactory(committee=office.committee, name="Phòng Kinh tế", short_name="PKT")
    data = {"name": "Phòng Kinh tế", "short_name": "PKT2", "kind": "department", "valid_from": "02/01/2026",
            "valid_to": "01/01/2026", **no_rows("posts")}  # fmt: skip
    page = words(signed_in(office).post(url("phancong.unit", "add"), data))
    assert "Đơn vị này đã có, ghi là “Phòng Kinh tế”." in page
    assert "Ngày kết thúc phải từ ngày bắt đầu trở đi." in page


def test_an_assignment_takes_its_programme_and_needs_one_assignee(office):
    task = fill(office.committee, 1)
    unit = Unit.objects.filter(committee=office.committee).first()
    client = signed_in(office)
    data = {"task": task.pk, "role": "lead", "unit": unit.pk, "principal": "on"}
    refused = client.post(url("phancong.assignment", "add"), {**data, "text": "ai đó"})
    assert "Chọn đúng một: đồng chí, đơn vị, nhóm" in words(refused)
    assert client.post(url("phancong.assignment", "add"), data).status_code == 302
    assert Assignment.objects.get(principal=True).programme == task.programme


def test_an_assignment_is_entered_on_its_section(office):
    task = fill(office.committee, 1)
    unit = Unit.objects.filter(committee=office.committee).first()
    data = {"assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 0, "assignments-0-role": "lead",
            "assignments-0-unit": unit.pk, "assignments-0-text": "ai đó"}  # fmt: skip
    Assignment.objects.filter(section=task.section).delete()
    page = url("chuongtrinh.section", "change", task.section.pk)
    refused = signed_in(office).post(page, data)
    assert "Chọn đúng một: đồng chí, đơn vị, nhóm" in words(refused)
    data.pop("assignments-0-text")
    assert signed_in(office).post(page, data).status_code == 302
    assert Assignment.objects.get(section=task.section).programme == task.programme


@pytest.mark.parametrize("label", ["chuongtrinh.programme", "chuongtrinh.section", "chuongtrinh.clause"])
def test_the_signed_text_is_neither_deleted_nor_added_nor_changed(label):
    user = UserFactory(role=User.Role.ADMIN)
    fill(user.committee, 1)
    row, client = first_row(label, user), signed_in(user)
    assert client.post(url(label, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(url(label, "add")).status_code == 403
    page = BeautifulSoup(client.get(url(label, "change", row.pk)).content, "html.parser")
    for name in ("source", "as_signed", "text", "title_as_signed"):
        assert not page.select(f"[name={name}]")


def test_a_task_of_the_text_keeps_code_and_section(office):
    task = fill(office.committee, 1)
    page = BeautifulSoup(signed_in(office).get(url("nhiemvu.task", "change", task.pk)).content, "html.parser")
    assert not page.select("[name=code], [name=section], [name=kind]")
    assert page.select("[name=title]")
    # What holds of it changes by a document on record, on the task's own page.
    assert not page.select("[name=due], [name=product], [name=authority]")
    assert page.select(f'a[href^="/nhiem-vu/{task.code}/quyet-dinh/"]')
    assert signed_in(office).post(url("nhiemvu.task", "delete", task.pk), {"post": "yes"}).status_code == 403


def test_edits_are_kept_and_shown_with_who_and_what(office):
    task = fill(office.committee, 1)
    client = signed_in(office)
    changed = resend(client, url("nhiemvu.task", "change", task.pk), title="Tên khác")
    assert changed.status_code == 302
    page = words(client.get(url("nhiemvu.task", "history", task.pk)))
    assert "Tên gọi ngắn" in page
    assert "Nhiệm vụ đầu tiên" in page
    assert "Tên khác" in page
    assert str(office) in page
    assert client.get(f"/quan-tri/nhiemvu/task/{task.pk}/history/{task.history.first().pk}/").status_code in (
        302,
        404,
    )


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("13", "13"),
        ("13,5", "13.5"),
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.234", "1234"),
        ("-0,5", "-0.5"),
    ],
)
def test_numbers_are_read_as_offices_type_them(typed, value):
    assert LocalDecimalField(max_digits=18, decimal_places=4).clean(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["13.5", "1,234.5", "1.23", "0.123", "12.34.567", "1e3", "NaN", "x", "1 234", "١٢"]
)
def test_unclear_numbers_are_refused(typed):
    with pytest.raises(ValidationError, match="dấu phẩy cho phần thập phân"):
        LocalDecimalField(max_digits=18, decimal_places=4).clean(typed)


def test_an_indicator_shows_its_target_without_zeros(office):
    fill(office.committee, 1)
    row = Indicator.objects.get()
    page = BeautifulSoup(
        signed_in(office).get(url("nhiemvu.indicator", "change", row.pk)).content, "html.parser"
    )
    assert page.select_one("[name=target]")["value"] == "13"


def test_an_account_is_made_with_a_password_and_ends_when_disabled():
    chief = UserFactory(role=User.Role.ADMIN)
    client = signed_in(chief)
    secret = "Song-dai-4812"
    data = {"username": "moi", "full_name": "Người mới", "role": "office", "is_active": "on"}
    short = client.post(url("chuongtrinh.user", "add"), {**data, "new_password": "1", "repeated": "2"})
    assert "không giống nhau" in words(short)
    assert (
        client.post(
            url("chuongtrinh.user", "add"), {**data, "new_password": secret, "repeated": secret}
        ).status_code
        == 302
    )
    account = User.objects.get(username="moi")
    assert account.check_password(secret) and account.committee == chief.committee
    theirs = signed_in(account)
    assert resend(client, url("chuongtrinh.user", "change", account.pk), is_active=None).status_code == 302
    account.refresh_from_db()
    assert account.check_password(secret) and not account.is_active
    assert theirs.get("/quan-tri/nhiemvu/task/")["Location"].startswith("/dang-nhap/")
    assert Session.objects.count() == 1


def test_nobody_takes_their_own_role_away():
    chief = UserFactory(role=User.Role.ADMIN)
    page = url("chuongtrinh.user", "change", chief.pk)
    assert resend(signed_in(chief), page, full_name="Tôi", role="viewer").status_code == 302
    chief.refresh_from_db()
    assert (chief.role, chief.is_active) == (User.Role.ADMIN, True)


def test_a_head_needs_a_unit():
    chief = UserFactory(role=User.Role.ADMIN)
    data = {"username": "truong", "role": "head", "is_active": "on", "new_password": "Song-dai-4812",
            "repeated": "Song-dai-4812"}  # fmt: skip
    assert "phải ghi đơn vị" in words(signed_in(chief).post(url("chuongtrinh.user", "add"), data))


def test_another_committees_history_is_not_shown_after_deletion(office):
    theirs = ComradeFactory(committee=CommitteeFactory())
    pk = theirs.pk
    theirs.delete()
    assert signed_in(office).get(url("phancong.comrade", "history", pk)).status_code == 404


def test_a_task_by_hand_gets_its_place_and_programme(office):
    task = fill(office.committee, 1)
    data = {"code": "ii.1-09", "kind": "task", "section": task.section.pk, "title": "Thêm", "ordinal": ""}
    client, page = signed_in(office), url("nhiemvu.task", "add")
    assert resend(client, page, **data).status_code == 302
    made = Task.objects.get(code="II.1-09")
    assert made.programme == task.programme and made.ordinal > task.ordinal
    both = resend(client, page, **{**data, "code": "II.1-10", "due": "01/01/2027", "continuing": "on"})
    assert "Việc thường xuyên thì không có thời hạn" in words(both)


def test_deleting_several_at_once_asks_first_and_stays_in_the_history(office):
    rows = [ComradeFactory(committee=office.committee) for _ in range(3)]
    theirs = ComradeFactory()
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in (*rows, theirs)]}
    client, page = signed_in(office), url("phancong.comrade", "changelist")
    asked = client.post(page, chosen)
    assert not ENGLISH.findall(words(asked))
    assert client.post(page, {**chosen, "post": "yes"}).status_code == 302
    assert list(Comrade.objects.all()) == [theirs]
    assert Comrade.history.filter(history_type="-", history_user=office).count() == 3


def test_who_still_has_work_is_not_deleted(office):
    fill(office.committee, 1)
    unit = Unit.objects.filter(committee=office.committee).first()
    response = signed_in(office).post(url("phancong.unit", "delete", unit.pk), {"post": "yes"})
    assert response.status_code == 200
    assert not ENGLISH.findall(words(response))
    assert Unit.objects.filter(pk=unit.pk).exists()

"""The audit page: every edit of everything that is kept, for those who supervise, and for nobody else."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from baocao.models import Answer, Directive, ExtensionRequest, IndicatorValue, PeriodAct, ReviewAct, Update
from chuongtrinh.audit import KINDS, PER_PAGE
from chuongtrinh.models import Recipient, UnplacedLine, User
from nhiemvu.models import DeadlineProposal, Decision, Indicator, RelatedWork, Task
from phancong import planning
from phancong.models import Assignment, CarryOver, Group, Oversight, Plan, PlanAct, Post, Unit
from tests.entry import resend, signed_in, url
from tests.factories.people import ComradeFactory, UnitFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return UserFactory(role=User.Role.OFFICE, full_name="Nguyễn Thị Một")


@pytest.fixture
def ubkt(office):
    return UserFactory(role=User.Role.INSPECTION, committee=office.committee, full_name="Kiểm tra viên")


@pytest.fixture
def task(office):
    programme = ProgrammeFactory(committee=office.committee)
    return TaskFactory(section=SectionFactory(programme=programme), title="Xây chợ xã")


def listed(user, **asked) -> list[str]:
    """The lines of the page as a reader has them."""
    response = signed_in(user).get(reverse("nhat-ky"), asked)
    assert response.status_code == 200
    rows = BeautifulSoup(response.content, "html.parser").select(".audit-table tbody tr")
    return [" ".join(row.get_text(" ").split()) for row in rows]


def test_every_tracked_and_every_append_only_table_is_in_the_audit():
    tracked = {
        model
        for model in apps.get_models()
        if hasattr(model, "history") and not model.__name__.startswith("Historical")
    }
    assert {kind.model for kind in KINDS if kind.tracked} == tracked
    assert {kind.model for kind in KINDS if not kind.tracked} == {
        Decision,
        PlanAct,
        CarryOver,
        Update,
        ExtensionRequest,
        PeriodAct,
        ReviewAct,
        Directive,
        Answer,
        IndicatorValue,
    }


def test_it_tells_who_changed_what_from_what_to_what(office, ubkt, task):
    page = url("nhiemvu.task", "change", task.pk)
    assert resend(signed_in(office), page, title="Xây chợ trung tâm").status_code == 302
    newest = listed(ubkt)[0]
    assert "Nguyễn Thị Một" in newest
    assert "Sửa nhiệm vụ" in newest
    assert "Tên gọi ngắn: Xây chợ xã → thành Xây chợ trung tâm" in newest
    assert timezone.localdate().strftime("%d/%m/%Y") in newest


def test_a_deleted_row_stays_in_it_with_its_names(office, ubkt, task):
    unit = UnitFactory(committee=office.committee, name="Phòng Kinh tế")
    Assignment.objects.create(programme=task.programme, section=task.section, role="lead", unit=unit)
    page = url("chuongtrinh.section", "change", task.section.pk)
    assert resend(signed_in(office), page, **{"assignments-0-DELETE": "on"}).status_code == 302
    assert "Nguyễn Thị Một Xóa phân công Chủ trì, tham mưu · Phòng Kinh tế" in listed(ubkt)[0]
    unit.delete()
    lines = listed(ubkt, loai="assignment")
    assert len(lines) == 2
    assert all("Phòng Kinh tế" in line for line in lines)


def test_values_are_told_in_words(office, ubkt, task):
    comrade = ComradeFactory(committee=office.committee, name="Lê Văn Ba")
    unit = UnitFactory(committee=office.committee)
    post = Post.objects.create(unit=unit, comrade=comrade, title="Phó phòng", valid_from=date(2026, 1, 5))
    post.comrade = ComradeFactory(committee=office.committee, name="Vũ Thị Tư")
    post.is_head, post.valid_from = True, date(2026, 6, 1)
    post.save()
    changed = listed(ubkt, loai="post")[0]
    assert "Đồng chí: Lê Văn Ba → thành Vũ Thị Tư" in changed
    assert "Là người đứng đầu: Không → thành Có" in changed
    assert "Từ ngày: 05/01/2026 → thành 01/06/2026" in changed
    indicator = Indicator.objects.create(
        programme=task.programme, section=task.section, code="CT-01", name="Thu nhập", unit="triệu đồng",
        target="13.5", direction="at_least",
    )  # fmt: skip
    indicator.target = "1200"
    indicator.save()
    assert "Mục tiêu: 13,5 → thành 1.200" in listed(ubkt, loai="indicator")[0]


def test_the_members_of_a_group_are_told_by_name(office, ubkt):
    people = [ComradeFactory(committee=office.committee, name=name) for name in ("Lê Văn Ba", "Vũ Thị Tư")]
    group = Group.objects.create(committee=office.committee, name="Tổ công tác", rule="listed")
    group.comrades.set(people)
    group.comrades.remove(people[1])
    assert "Danh sách đồng chí: Lê Văn Ba, Vũ Thị Tư → thành Lê Văn Ba" in listed(ubkt, loai="group")[0]


def test_what_had_no_history_before_has_one(office, ubkt, task):
    other = TaskFactory(section=task.section)
    line = UnplacedLine.objects.create(programme=task.programme, line=7, text="Dòng lạ", reason="Chưa rõ")
    line.settled = True
    line.save()
    Recipient.objects.create(programme=task.programme, ordinal=1, name="Lưu Văn phòng")
    RelatedWork.objects.create(first=task, second=other)
    proposal = DeadlineProposal.objects.create(task=task, as_written="trong năm 2027", due=date(2027, 12, 31))
    proposal.decide(office, accept=False)
    lines = "\n".join(listed(ubkt))
    assert "Đã xem xét: Không → thành Có" in lines
    assert "Thêm nơi nhận Lưu Văn phòng" in lines
    assert f"Thêm việc liên quan {task} · {other}" in lines
    assert "Tình trạng: Chờ xác nhận → thành Không dùng" in lines


def given_plan(programme, unit, head) -> Plan:
    plan = Plan.objects.create(programme=programme, unit=unit, year=2027)
    parent = Task.objects.get(programme=programme, code="DA-04")
    planning.add_item(plan, head, planning.ItemData(parent=parent, title="Mở thầu bí mật"))
    return plan


def test_the_steps_of_plans_and_decisions_are_in_it(programme, personas):
    plan = given_plan(programme, personas.truongdonvi.unit, personas.truongdonvi)
    plan.record("submit", personas.truongdonvi)
    plan.record("return", personas.bithu, reason="Thiếu sản phẩm")
    task = Task.objects.get(programme=programme, code="DA-01")
    task.decide(
        personas.bithu, {"due": date(2028, 6, 30)}, document="12-QĐ/ĐU", effective_on=date(2026, 6, 1)
    )
    steps = listed(personas.vanphong, loai="planact")
    assert "Trả lại" in steps[0]
    assert "Lý do: Thiếu sản phẩm" in steps[0]
    assert "Kế hoạch năm 2027" in steps[1]
    decided = listed(personas.ubkt, loai="decision")
    assert len(decided) == 1
    assert "Thời hạn: chưa có → thành 30/06/2028" in decided[0]
    assert "Theo 12-QĐ/ĐU, ngày 01/06/2026" in decided[0]


def test_what_a_unit_is_still_writing_is_shown_to_the_office_alone(programme, personas):
    plan = given_plan(programme, personas.truongdonvi.unit, personas.truongdonvi)
    item = plan.entries.get().task
    RelatedWork.objects.create(first=item, second=Task.objects.get(programme=programme, code="DA-01"))

    def seen(who) -> bool:
        return any("Mở thầu bí mật" in line for line in listed(getattr(personas, who), q="mở thầu"))

    assert seen("vanphong")
    assert not seen("ubkt")
    assert not seen("quantri")
    plan.record("submit", personas.truongdonvi)
    assert seen("ubkt")
    assert seen("quantri")


def test_another_committees_edits_do_not_exist(office, task):
    stranger = UserFactory(role=User.Role.OFFICE, full_name="Người Bên Kia")
    theirs = UnitFactory(committee=stranger.committee, name="Phòng Bên Kia")
    Post.objects.create(unit=theirs, comrade=ComradeFactory(committee=stranger.committee), title="Vụ lạ")
    assert not [line for line in listed(office) if "Bên Kia" in line or "Vụ lạ" in line]
    assert not [line for line in listed(stranger) if task.title in line]
    assert listed(office, nguoi=stranger.pk) == []


def test_the_list_is_narrowed_by_person_kind_day_and_words(office, ubkt, task):
    unit = UnitFactory(committee=office.committee, name="Phòng Kinh tế")
    Oversight.objects.create(
        comrade=ComradeFactory(committee=office.committee), unit=unit, decision_number="5-QĐ",
        decided_on=date(2026, 6, 1),
    )  # fmt: skip
    resend(signed_in(office), url("phancong.unit", "change", unit.pk), valid_from="01/07/2025")
    assert len(listed(ubkt, nguoi=office.pk)) == 1
    assert "Hệ thống" in listed(ubkt, nguoi="he-thong")[0]
    assert all("đơn vị Phòng Kinh tế" in line for line in listed(ubkt, loai="unit"))
    found = listed(ubkt, q="phong KINH te")
    assert any("đơn vị" in line for line in found)
    assert any("phân công phụ trách" in line for line in found)
    assert not any("Xây chợ" in line for line in found)
    assert listed(ubkt, q="không có gì như thế") == []
    today = timezone.localdate()
    assert listed(ubkt, tu=f"{today + timedelta(days=1):%d/%m/%Y}") == []
    assert listed(ubkt, den=f"{today - timedelta(days=1):%d/%m/%Y}") == []
    assert len(listed(ubkt, tu=f"{today:%d/%m/%Y}", den=f"{today:%d/%m/%Y}")) == len(listed(ubkt))


@pytest.mark.parametrize(
    "asked", [{"tu": "mai"}, {"loai": "x"}, {"nguoi": "x"}, {"trang": "x"}, {"trang": "99"}, {"q": "%_'\""}]
)
def test_odd_questions_are_answered(ubkt, task, asked):
    assert signed_in(ubkt).get(reverse("nhat-ky"), asked).status_code == 200


def test_it_has_pages_and_keeps_what_was_asked(office, ubkt):
    for _ in range(PER_PAGE + 3):
        UnitFactory(committee=office.committee)
    first = signed_in(ubkt).get(reverse("nhat-ky"), {"loai": "unit"})
    assert len(listed(ubkt, loai="unit")) == PER_PAGE
    onward = BeautifulSoup(first.content, "html.parser").select_one("a[rel=next]")
    assert onward is not None
    assert "loai=unit" in onward["href"]
    assert len(listed(ubkt, loai="unit", trang=2)) == 3


def test_its_queries_do_not_grow(programme, personas):
    """With an entry of every kind on one page, and with more of them."""

    def count() -> int:
        client = signed_in(personas.ubkt)
        client.get(reverse("nhat-ky"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("nhat-ky")).status_code == 200
        return len(queries)

    plan = given_plan(programme, personas.truongdonvi.unit, personas.truongdonvi)
    plan.record("submit", personas.truongdonvi)
    tasks = list(Task.objects.filter(programme=programme).of_document()[:6])
    group = Group.objects.create(committee=programme.committee, name="Tổ", rule="listed")
    group.comrades.set([personas.uyvien.comrade])
    CarryOver.objects.create(source=plan.entries.get().task, plan=plan, by=personas.vanphong, reason="Thôi")
    for task in tasks:
        task.decide(
            personas.bithu, {"priority": 1}, document="12-QĐ/ĐU", effective_on=date(2026, 6, 1), reason="Gấp"
        )
    few = count()
    assert few <= 12
    for unit in Unit.objects.filter(committee=programme.committee)[:10]:
        unit.valid_from = date(2025, 7, 1)
        unit.save()
    assert count() <= few


def test_a_decision_stands_there_once_and_not_as_an_edit_too(office, ubkt, task):
    before = len(listed(ubkt))
    task.decide(office, {"due": date(2027, 6, 30)}, document="9-QĐ/MAU", effective_on=date(2026, 5, 1))
    lines = listed(ubkt)
    assert len(lines) == before + 1
    assert "quyết định thay đổi" in lines[0] and "30/06/2027" in lines[0]
    told = signed_in(office).get(url("nhiemvu.task", "history", task.pk)).content.decode()
    assert "Theo quyết định: 9-QĐ/MAU" in told, "the task's own history still tells it"

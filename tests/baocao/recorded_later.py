"""What is entered today about the sample story, back-dated where it can be, and the pages on which none of it
may show as of a past day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from baocao import directives, extension, indicator_values, reporting
from baocao.directives import Words
from baocao.models import Addressed, Answer, Directive, IndicatorValue, Update
from chuongtrinh.models import Programme, UnplacedLine, User
from nhiemvu import projects
from nhiemvu.models import Funding, Indicator, Milestone, ProjectProfile, RelatedWork, Risk, Task
from nhiemvu.status import DecisionKind
from phancong.models import Assignment, Comrade, Group, Oversight, Post, Unit

BACK = date(2026, 6, 1)
WORK, ITEM = ("DA-04", "DA-09", "II.3.1-01"), "2026-PKT-06"
LISTED = "Tổ giúp việc Ban Chỉ đạo"


def pages(programme: Programme, day: date) -> list[str]:
    """Every page that takes a day, as of this one."""
    unit = unit_of(programme, "PKT")
    people = Comrade.objects.filter(committee=programme.committee).order_by("pk")[:3]
    asked = ["", "loai=plan_item", "thieu=nguoi", "mau-thuan=co", f"don-vi={unit.pk}", f"chu-tri={unit.pk}"]
    asked += [f"dong-chi={people[0].pk}"]
    given = Directive.objects.filter(programme=programme, recorded_at__date__lte=day)
    paths = [
        "/tong-quan/?tu=2026-06-15",
        "/tong-quan/so-sanh/?tu=2026-06-15",
        *(f"/nhiem-vu/?{more}" for more in asked),
        *(f"/nhiem-vu/{code}/" for code in (*WORK, ITEM)),
        *(f"/nhiem-vu/{code}/cach-tinh/" for code in (*WORK, ITEM)),
        f"/van-ban/{programme.pk}/",
        "/de-an/",
        *(f"/de-an/{code}/" for code in ("DA-01", "DA-04", "DA-09")),
        "/chi-tieu/",
        *(f"/chi-tieu/{code}/" for code in ("CT-01", "CT-05")),
        "/chi-dao/?xem=dang",
        "/chi-dao/?xem=xong",
        *(f"/chi-dao/{pk}/" for pk in given.order_by("pk").values_list("pk", flat=True)),
        "/don-vi/",
        *(unit_of(programme, short).get_absolute_url() for short in ("PKT", "VHXH", "CB-PKT", "DUUB")),
        *(person.get_absolute_url() for person in people),
    ]
    return [f"{path}{'&' if '?' in path else '?'}ngay={day}" for path in paths]


def unit_of(programme: Programme, short: str) -> Unit:
    return Unit.objects.get(committee=programme.committee, short_name=short)


def account_of(programme: Programme, role: str) -> User:
    return User.objects.get(committee=programme.committee, role=role)


def by_hand(row: Any, user: User) -> Any:
    """What nobody entered counts as read from the signed text."""
    row._history_user = user
    row.save()
    return row


def recorded_before(programme: Programme) -> None:
    """What the sample story lacks: a group listed by hand, a field overseen, a line to be looked at."""
    office = account_of(programme, User.Role.OFFICE)
    people = list(Comrade.objects.filter(committee=programme.committee).order_by("pk"))
    group = by_hand(Group(committee=programme.committee, name=LISTED, rule=Group.Rule.LISTED), office)
    group.comrades.set(people[:2])
    task = Task.objects.get(programme=programme, code="II.3.1-01")
    by_hand(Assignment(programme=programme, section=task.section, role="coordinate", group=group), office)
    by_hand(
        Oversight(comrade=people[0], field="Xây dựng Đảng", decision_number="03-QĐ/ĐU", decided_on=BACK),
        office,
    )
    UnplacedLine.objects.create(programme=programme, line=1, text="Dòng lạ", reason="chưa hiểu")


def recorded_today(programme: Programme) -> None:
    _names(programme)
    _who_answers(programme)
    _work(programme)
    _reports(programme)
    _beside(programme)
    _told(programme)


def _names(programme: Programme) -> None:
    """Of units, people, posts, groups and accounts."""
    for row in (
        *Unit.objects.filter(committee=programme.committee),
        *Comrade.objects.filter(committee=programme.committee),
        *Group.objects.filter(committee=programme.committee),
    ):
        row.name = f"{row.name} (tên mới)"
        row.save()
    for account in User.objects.filter(committee=programme.committee):
        account.full_name = f"{account.full_name} (tên mới)"
        account.save()
    for post in Post.objects.filter(unit__committee=programme.committee):
        post.title = f"{post.title} (mới)"
        post.save()
    trade, culture = unit_of(programme, "PKT"), unit_of(programme, "VHXH")
    trade.short_name, trade.parent, culture.valid_to = "KTHT", culture, date(2026, 7, 1)
    trade.save()
    culture.save()


def _who_answers(programme: Programme) -> None:
    office = account_of(programme, User.Role.OFFICE)
    trade, culture = unit_of(programme, "KTHT"), unit_of(programme, "VHXH")
    people = list(Comrade.objects.filter(committee=programme.committee).order_by("pk"))
    head = Post.objects.get(unit=trade, is_head=True)
    head.valid_to, head.comrade.contact = BACK, "Điện thoại mới"
    head.save()
    head.comrade.save()
    by_hand(Post(unit=trade, comrade=people[2], title="Quyền Trưởng phòng", is_head=True), office)
    Group.objects.get(committee=programme.committee, name__startswith=LISTED).comrades.set(people[1:])
    led = Assignment.objects.filter(programme=programme, role="lead", unit=trade, section__isnull=False)
    line = led.first()
    line.unit = by_hand(
        Unit(committee=programme.committee, name="Phòng mới", short_name="PM", kind="office"), office
    )
    line.save()
    Assignment.objects.filter(programme=programme, role="direct").first().delete()
    task = Task.objects.get(programme=programme, code="DA-04")
    lead = {"role": "lead", "unit": culture, "principal": True, "valid_from": BACK}
    by_hand(Assignment(programme=programme, task=task, **lead), office)
    decided = {"decision_number": "99-QĐ/ĐU", "decided_on": BACK, "valid_from": BACK}
    by_hand(Oversight(comrade=people[1], unit=trade, **decided), office)
    for row in Oversight.objects.filter(comrade__committee=programme.committee)[:2]:
        row.decision_number = f"{row.decision_number}-m"
        row.save()


def _work(programme: Programme) -> None:
    """Words, deadlines and states of work, work added and joined by hand, and lines looked at."""
    office = account_of(programme, User.Role.OFFICE)
    item = Task.objects.get(programme=programme, code=ITEM)
    document: dict[str, Any] = {"document": "99-QĐ/MAU", "effective_on": BACK, "reason": "Chờ vốn"}
    for task in Task.objects.filter(programme=programme).exclude(kind=Task.Kind.PLAN_ITEM):
        task.title = f"{task.title} (chữ mới)"
        task.save()
    task = Task.objects.get(programme=programme, code="DA-04")
    task.decide(office, {"due": date(2026, 6, 30)}, **document)
    for code in (ITEM, "2026-VHXH-01"):
        Task.objects.get(programme=programme, code=code).decide(office, {"title": "Tên việc mới"}, **document)
    item.refresh_from_db()
    item.decide(office, {"state": DecisionKind.PAUSED}, **document)
    by_hand(
        Task(
            programme=programme, kind=Task.Kind.TASK, code="II.3.1-90", title="Việc bổ sung", ordinal=9000,
            section=Task.objects.get(programme=programme, code="II.3.1-01").section,
        ),
        office,
    )  # fmt: skip
    other = Task.objects.get(programme=programme, code="DA-07")
    by_hand(RelatedWork(first=task, second=other, note="Cùng địa bàn"), office)
    for line in UnplacedLine.objects.filter(programme=programme):
        line.settled = True
        line.save()


def _reports(programme: Programme) -> None:
    """What waited is confirmed or returned, and a deadline asked to be moved."""
    office = account_of(programme, User.Role.OFFICE)
    waiting = list(Update.objects.filter(task__programme=programme, state=Update.State.SUBMITTED))
    assert len(waiting) > 1
    reporting.send_back(waiting[0], office, "Ghi rõ hơn")
    reporting.confirm(waiting[1:], office)
    asked = extension.ExtensionRequest.objects.filter(task__programme=programme, state="submitted").first()
    if asked:
        extension.refuse(asked, account_of(programme, User.Role.SECRETARY), "Không lùi")


def _beside(programme: Programme) -> None:
    """What projects have beside their work, and the indicators with their values."""
    office = account_of(programme, User.Role.OFFICE)
    words = {Milestone: "title", Funding: "source", Risk: "text", ProjectProfile: "location"}
    for model, name in words.items():
        for row in model.objects.filter(task__programme=programme):
            setattr(row, name, f"{getattr(row, name)} (mới)")
            projects.record(row, office)
    task = Task.objects.get(programme=programme, code="DA-04")
    projects.record(Milestone(task=task, title="Mốc thêm", planned_on=BACK, due=BACK), office)
    for row in Indicator.objects.filter(programme=programme):
        row.name, row.target = f"{row.name} (mới)", row.target + Decimal(5)
        row.save()
    for value in IndicatorValue.objects.filter(indicator__programme=programme, state="submitted"):
        indicator_values.confirm(value, office)


def _told(programme: Programme) -> None:
    """Directives given, answered, accepted, asked again and withdrawn."""
    leader, office = (account_of(programme, role) for role in (User.Role.SECRETARY, User.Role.OFFICE))
    trade, today = unit_of(programme, "KTHT"), date(2026, 11, 23)
    words = Words(
        kind=Directive.Kind.INSTRUCTION, text="Ý kiến hôm nay", document="",
        given_on=today, answer_by=today + timedelta(days=3),
    )  # fmt: skip
    item = Task.objects.get(programme=programme, code=ITEM)
    directives.give(programme, leader, words, [(trade, item), (trade, None)])
    ours = Addressed.objects.filter(directive__programme=programme)
    for row in ours.filter(answers=None, directive__withdrawn_at=None):
        directives.answer(row, office, "Trả lời hôm nay")
    waiting = Answer.objects.filter(addressed__in=ours, state=Answer.State.SUBMITTED).order_by("pk")
    first, *others = waiting
    directives.accept(first, leader)
    directives.ask_again(others[0], leader, "Chưa đủ", today + timedelta(days=3))
    directives.withdraw(others[1].addressed.directive, leader, "Không cần nữa")

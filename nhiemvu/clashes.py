"""What does not fit together in a row: why it is said, who mends it, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from baocao.directive_rows import give_url
from nhiemvu.as_of import Day
from nhiemvu.meanings import CONTRADICTIONS, NO_HEAD
from nhiemvu.models import Task
from nhiemvu.reckoning import clash_because
from nhiemvu.status import Contradiction, Status
from phancong.answerable import Answerability
from phancong.models import Assignment, Unit
from phancong.permissions import can_decide_work, can_enter, can_run_periods, can_update, directed_units

_MENDED = {
    Contradiction.ON_TRACK_BUT_OVERDUE: "Đơn vị đánh giá lại ở lần cập nhật tới, hoặc xin gia hạn; đã có "
    "văn bản đổi thời hạn thì văn phòng ghi.",
    Contradiction.FULL_BUT_NOT_DECLARED: "Đơn vị báo hoàn thành, kèm sản phẩm, hoặc ghi lại tiến độ.",
    Contradiction.COMPLETED_WITHOUT_PRODUCT: "Đơn vị gửi lại cập nhật có ghi sản phẩm, văn phòng xác nhận; "
    "kỳ đã khóa thì văn phòng mở lại kỳ.",
}
_CONFIRMED = "Đơn vị đã báo hoàn thành: văn phòng xác nhận hoặc trả lại cập nhật ấy."


@dataclass(frozen=True, slots=True)
class Clash:
    """``mended``: who does what about it; ``links``: where this reader can, by what the link says."""

    label: str
    because: str
    mended: str
    links: list[tuple[str, str]] = field(default_factory=list)


def clashes_of(
    task: Task, stood: Status, who: Answerability, user: Any, day: Day, kept: str, ct: str
) -> list[Clash]:
    """Of a past day without links: what was wrong then is not mended there. ``kept`` is what links carry on
    of the address, ``ct`` the programme that was asked for."""
    lead = who.leading_unit(task)
    urge = [] if day.past or stood.pending else _urge(task, lead, user, day, ct)
    found = [
        Clash(
            one.label,
            clash_because(one, stood),
            _CONFIRMED if stood.pending else _MENDED[one],
            [] if day.past else [*_links(one, task, stood, lead, user, kept), *urge],
        )
        for one in stood.contradictions
    ]
    return found + [
        Clash(
            CONTRADICTIONS[NO_HEAD].word,
            f"{unit.name} chủ trì việc này mà chưa ghi ai giữ chức vụ đứng đầu vào ngày {day.on:%d/%m/%Y}.",
            f"Văn phòng nhập chức vụ trưởng của {unit.name}.",
            _to_head(unit, user, day, kept),
        )
        for unit in _headless(task, who)
    ]


def _headless(task: Task, who: Answerability) -> list[Unit]:
    leads = [duty for duty in who.duties(task) if duty.role == Assignment.Role.LEAD and duty.principal]
    return [duty.target for duty in leads if isinstance(duty.target, Unit) and duty.head is None]


def _to_head(unit: Unit, user: Any, day: Day, kept: str) -> list[tuple[str, str]]:
    if day.past:
        return []
    if can_enter(user):
        return [("Nhập chức vụ", f"{reverse('admin:phancong_post_add')}?unit={unit.pk}&is_head=1")]
    return [(f"Xem {unit.name}", f"{unit.get_absolute_url()}{kept}")]


def _urge(task: Task, lead: Unit | None, user: Any, day: Day, ct: str) -> list[tuple[str, str]]:
    if lead is None or not directed_units(user, day.on).filter(pk=lead.pk).exists():
        return []
    return [("Đôn đốc, chỉ đạo", give_url(ct, viec=[(task.mirrors or task).code]))]


def _links(
    found: Contradiction, task: Task, stood: Status, lead: Unit | None, user: Any, kept: str
) -> list[tuple[str, str]]:
    work = task.mirrors or task
    late = found is Contradiction.ON_TRACK_BUT_OVERDUE
    links = []
    if late and stood.worst:
        code = stood.worst[0].code
        links.append((f"Xem {code} quá hạn", f"{reverse('cach-tinh', args=[code])}{kept}"))
    if (stood.pending or found is Contradiction.COMPLETED_WITHOUT_PRODUCT) and can_run_periods(user):
        links.append(("Các kỳ báo cáo", f"{reverse('ky-bao-cao')}{kept}"))
    if not stood.pending and lead and lead.pk == user.unit_id and can_update(user, lead):
        links.append(("Cập nhật ở Việc của tôi", f"{reverse('viec-cua-toi')}{kept}"))
        if late and stood.due:
            links.append(("Xin gia hạn", f"{reverse('gia-han', args=[work.code])}{kept}"))
    if late and can_decide_work(user):
        links.append(("Ghi thời hạn theo văn bản", f"{reverse('quyet-dinh', args=[work.code])}{kept}"))
    return links

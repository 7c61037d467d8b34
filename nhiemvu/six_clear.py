"""6 rõ (IV.1): is it clear who, what, by when, under whom, with what product and on whose authority?

Pure: `six_clear(facts)` says which of the six are present and, for each missing one, what is missing and who
can mend it. It only counts: nothing is ever filled in by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nhiemvu.status import Word


class Part(Word):
    PERSON = "person", "Người"
    WORK = "work", "Việc"
    TIME = "time", "Thời gian"
    RESPONSIBILITY = "responsibility", "Trách nhiệm"
    PRODUCT = "product", "Sản phẩm"
    AUTHORITY = "authority", "Thẩm quyền"


class AssigneeKind(StrEnum):
    """As in the export. A group is a standing one ("Bí thư chi bộ"); text fits nobody known."""

    COMRADE = "comrade"
    UNIT = "unit"
    GROUP = "group"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """One who is assigned on the day asked about; `has_head`: a unit whose headship is held that day."""

    kind: AssigneeKind
    name: str
    principal: bool = False
    has_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SixFacts:
    """The resolved assignments (own or inherited) and fields of one row on one day; `planned`: a plan item.

    Coordinators are no part of it: pages show them, but their absence alone leaves "người" filled. Nor is
    the standing duty of heads (IV.2): it is shown, and does not fill "trách nhiệm".
    """

    title: str = ""
    due: date | None = None
    continuing: bool = False
    product: str = ""
    authority: str = ""
    leads: tuple[Assignee, ...] = ()
    directs: tuple[Assignee, ...] = ()
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    part: Part
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SixClear:
    """True where present; `gaps` says, in the order of the six, what is missing and who mends it."""

    person: bool
    work: bool
    time: bool
    responsibility: bool
    product: bool
    authority: bool
    gaps: tuple[Gap, ...]

    @property
    def missing(self) -> tuple[Part, ...]:
        return tuple(gap.part for gap in self.gaps)


_MISSING = {
    Part.WORK: "Chưa ghi nội dung việc phải làm",
    Part.TIME: "Chưa có thời hạn và cũng chưa ghi là thường xuyên",
    Part.RESPONSIBILITY: "Chưa có đồng chí chỉ đạo được nêu tên",
    Part.PRODUCT: "Chưa nêu sản phẩm (văn bản, công trình hoặc số liệu chứng minh kết quả)",
    Part.AUTHORITY: "Chưa rõ ai ký hoặc phê duyệt",
}
_OFFICE_MENDS = {
    Part.RESPONSIBILITY: "văn phòng bổ sung phân công chỉ đạo.",
}
_BY_DOCUMENT = "văn phòng ghi theo văn bản quy định."
_IN_PLAN = "đơn vị ghi trong kế hoạch năm."
"""What the document's own rows lack is fixed by a document; plan items never fill it by themselves."""


def _sentence(part: Part, planned: bool) -> str:
    return f"{_MISSING[part]}: {_IN_PLAN if planned else _OFFICE_MENDS.get(part, _BY_DOCUMENT)}"


def six_clear(facts: SixFacts) -> SixClear:
    """Which of the six are present. Blank text (only spaces) counts as missing."""
    person_gap = _person_gap(facts.leads)
    present = {
        Part.PERSON: not person_gap,
        Part.WORK: bool(facts.title.strip()),
        Part.TIME: facts.due is not None or facts.continuing,
        Part.RESPONSIBILITY: any(a.kind is AssigneeKind.COMRADE for a in facts.directs),
        Part.PRODUCT: bool(facts.product.strip()),
        Part.AUTHORITY: bool(facts.authority.strip()),
    }
    gaps = tuple(
        Gap(part, person_gap if part is Part.PERSON else _sentence(part, facts.planned))
        for part, there in present.items()
        if not there
    )
    return SixClear(**{part.value: there for part, there in present.items()}, gaps=gaps)


def _person_gap(leads: tuple[Assignee, ...]) -> str:
    """What keeps "người" from being clear; empty where a named comrade or one unit with a head leads."""
    if any(a.principal and a.kind is AssigneeKind.COMRADE for a in leads):
        return ""
    units = [a for a in leads if a.principal and a.kind is AssigneeKind.UNIT]
    if len(units) == 1:
        return (
            ""
            if units[0].has_head
            else (f"{units[0].name} chưa có người đứng đầu: văn phòng cập nhật chức vụ trưởng của đơn vị.")
        )
    if units:
        names = ", ".join(a.name for a in units)
        return f"Có {len(units)} đơn vị cùng được ghi là chủ trì chính ({names}): văn phòng chọn một."
    if not leads:
        return "Chưa giao đơn vị nào chủ trì: văn phòng phân công đơn vị chủ trì chính."
    names = ", ".join(a.name for a in leads)
    if all(a.kind is AssigneeKind.TEXT for a in leads):
        return f"Chưa rõ “{names}” là đơn vị hay đồng chí nào: văn phòng đối chiếu và chọn đúng tên."
    if all(a.kind in (AssigneeKind.GROUP, AssigneeKind.TEXT) for a in leads):
        return f"Mới giao chung cho {names}: văn phòng chỉ định một đơn vị hoặc đồng chí chủ trì chính."
    return f"Chưa rõ ai chủ trì chính trong số {names}: văn phòng chọn một đơn vị hoặc đồng chí."

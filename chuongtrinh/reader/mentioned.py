"""Bodies and comrades that running text names, and those whose duty there was not understood.

The reader of duties takes only what it understands. This is the other half of that bargain: whoever stands
beside a word such as "chủ trì" or "phối hợp" and was given no duty is handed to a person, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from .document import Assigned
from .names import LOW, UP, squeeze

_BODY = re.compile(
    rf"(?<!\w)(?<![Đđ]ại )(?<!xã )(?<!quốc )(?:(?:(?i:phòng|ban|văn phòng|trung tâm|trạm|trường|hội|đoàn|"
    r"đội|tổ|công an|quân sự|chi bộ|[ủu][ỷy] ban|mặt trận|liên đoàn|công đoàn|hợp tác xã|thuế|kho bạc|"
    r"ngân hàng|đài|quỹ|hạt|chi cục|công ty|bệnh viện|bưu điện|điện lực|hội đồng|ban chỉ huy|ban quản lý)"
    rf"\s+(?=[{UP}]|xã\b|phường\b))|(?:UBKT|UBMTTQ|MTTQ|BCHQS|Công an|Thuế|Kho bạc|Quân sự|HTX)\b)"
    r"(?!Thường vụ|Chấp hành|Nhân dân)"
)
_COMRADE = re.compile(rf"(?<!\w)(?i:đồng chí|đ/c)\s*:?\s+(?P<name>[{UP}][{LOW}]*)")
# a plural right where a duty is given; anywhere else it is prose
_MANY = (
    r"(?:các|mỗi|tất cả các)\s+"
    r"(?:phòng|ban|cơ quan|đơn vị|ngành|đoàn thể|thôn|xóm|tổ dân phố|trường|chi bộ|hội)"
)
_MANY_WITH_DUTY = re.compile(
    rf"(?<!\w)(?<!được )(?<!bàn )(?<!chuyển )(?:giao|phân công)\s+(?:(?:nhiệm vụ|trách nhiệm)\s+)?(?:cho\s+)?"
    rf"(?P<given>{_MANY})\b|(?P<does>{_MANY}(?:(?:,|\s+và)\s+(?:phòng|ban|cơ quan|đơn vị|ngành|đoàn thể))*)"
    rf"\s+\(?(?:chủ trì|tham mưu|phối hợp|làm đầu mối)\b|"
    rf"(?:chủ trì|phối hợp|đầu mối|chỉ đạo)\s+là\s+(?P<named>{_MANY})\b",
    re.IGNORECASE,
)
_FRAGMENT_END = re.compile(r"[;.](?:\s+|$)")
_GIVING = re.compile(
    r"(?<!\w)(?<!được )(?<!bàn )(?<!chuyển )(?:giao|phân công)\s+(?:(?:nhiệm vụ|trách nhiệm)\s+)?"
    r"(?:cho\s+)?$",
    re.IGNORECASE,
)
_LEADS = re.compile(r"(?<!\w)(?:chủ trì|tham mưu|(?:làm )?đầu mối)(?!\w)", re.IGNORECASE)
_DIRECTS = re.compile(r"(?<!\w)(?<!ban )(?:chỉ đạo|phụ trách)(?!\w)", re.IGNORECASE)
_HELPS = re.compile(r"(?<!\w)phối hợp(?!\w)", re.IGNORECASE)
_REACH = 100
_MOST = 200


def mentions(text: str) -> Iterator[int]:
    """Where a unit or a comrade is named by a proper name, in order."""
    yield from (match.start() for match in islice(_BODY.finditer(text), _MOST))
    yield from (match.start("name") for match in islice(_COMRADE.finditer(text), _MOST))


def not_understood(text: str, assigned: Sequence[Assigned], *, everyone: bool = False) -> bool:
    """Whether a body without a part in `assigned` stands beside a word of duty (`everyone`: or at all)."""
    text = squeeze(text)
    taken = list(_taken(text, assigned))
    for match in islice(_MANY_WITH_DUTY.finditer(text), _MOST):
        place = match.start(match.lastgroup or 0)
        if not any(start <= place < stop for start, stop in taken):
            return True
    at = 0
    for end in [*(match.start() for match in islice(_FRAGMENT_END.finditer(text), _MOST)), len(text)]:
        fragment = text[at:end]
        for place in mentions(fragment):
            if any(start <= at + place < stop for start, stop in taken):
                continue
            if everyone or _has_duty(fragment, place):
                return True
        at = end
    return False


def _has_duty(fragment: str, place: int) -> bool:
    before, after = fragment[max(0, place - _REACH) : place], fragment[place : place + _REACH]
    plain = re.sub(r"(?:đồng chí|đ/c)\s*:?\s*$", "", before, flags=re.IGNORECASE)
    return bool(
        _GIVING.search(plain)
        or _LEADS.search(after)
        or _DIRECTS.search(after)
        or _HELPS.search(after)
        or _HELPS.search(before)
        or re.search(r"(?:chủ trì|chỉ đạo|đầu mối|phụ trách)(?:\s+là|:)?\s+$", plain, re.IGNORECASE)
    )


def _taken(text: str, assigned: Sequence[Assigned]) -> Iterator[tuple[int, int]]:
    """Every place where one of the assignees, or the unit of a post, is named."""
    lowered = text.lower()
    names = {
        name.lower()
        for each in assigned
        for item in each.assignees
        for name in (item.name, item.host, *(f"{post.unit}" for post in item.posts))
        if name
    }
    if len(lowered) != len(text):
        lowered = text
    for name in names:
        for match in islice(re.finditer(re.escape(name), lowered), _MOST):
            yield match.start(), match.end()

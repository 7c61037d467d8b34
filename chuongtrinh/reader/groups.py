"""Standing groups: a plural that a rule can fill ("Trưởng các phòng, đơn vị"), and one that nothing fills.

A rule may only stand for a plural that it covers whole: read too widely, it would give work to every office
of the commune without a word of the text behind it. Any other plural is "listed": kept as a group that has
nobody in it until the office says who is meant.
"""

from __future__ import annotations

import re

from .document import GroupRule
from .names import UP

_COMRADES = r"(?:các\s+)?(?:(?:đồng chí|đ/c)\s+)?"
_ALL = r"(?:các|mỗi|toàn thể|tất cả các|những)"
# bodies of the commune itself: its whole, or the bodies directly under it
_OF_COMMUNE = (
    r"(?:\s+(?:chuyên môn|trực thuộc|thuộc|của))*(?:\s+(?:(?:đảng [ủu][ỷy]|đảng uỷ|đảng bộ)\s+)?(?:UBND\s+|"
    rf"[ủu][ỷy] ban nhân dân\s+|uỷ ban nhân dân\s+)?(?:xã|phường|thị trấn|đặc khu)(?:\s+(?-i:[{UP}]).*)?|"
    r"\s+(?:UBND|đảng [ủu][ỷy]|đảng uỷ|đảng bộ))?"
)
_OFFICES = r"(?:phòng|ban|cơ quan|đơn vị)(?:(?:,|\s+và)\s+(?:các\s+)?(?:phòng|ban|cơ quan|đơn vị))*"
_CELL = r"(?:chi bộ|chi, đảng bộ|chi đảng bộ|tổ chức (?:cơ sở )?đảng|cấp [ủu][ỷy]|cấp uỷ|chi [ủu][ỷy]|chi uỷ)"
_OF_PARTY = (
    r"(?:\s+(?:cơ sở|trực thuộc|thuộc))*(?:\s+(?:đảng [ủu][ỷy]|đảng uỷ|đảng bộ)(?:\s+.*)?"
    r"|\s+(?:xã|phường|đặc khu))?"
)
_MEMBER = r"(?:[ủu][ỷy] viên|uỷ viên)"

_RULES: tuple[tuple[re.Pattern[str], GroupRule], ...] = (
    (re.compile(rf"{_COMRADES}bí thư\s+(?:các\s+)?{_CELL}{_OF_PARTY}", re.IGNORECASE), "cell_secretaries"),
    (
        re.compile(
            rf"{_COMRADES}(?:(?:thủ trưởng|lãnh đạo|(?:người|cán bộ) đứng đầu)\s+(?:các\s+)?|"
            rf"trưởng\s+các\s+|trưởng\s+(?=phòng, |ban, )){_OFFICES}{_OF_COMMUNE}",
            re.IGNORECASE,
        ),
        "unit_heads",
    ),
    (
        re.compile(
            rf"{_COMRADES}(?:trong\s+)?(?:(?:đảng [ủu][ỷy]|đảng uỷ|cấp [ủu][ỷy]|cấp uỷ) viên|{_MEMBER}|"
            rf"(?:(?:{_MEMBER}|thành viên)\s+)?(?:ban chấp hành|BCH))"
            r"(?:\s+(?:đảng [ủu][ỷy]|đảng uỷ|đảng bộ)(?:\s+.*)?)?"
            r"(?:,?\s+(?:được phân công|phụ trách)\b.*)?",
            re.IGNORECASE,
        ),
        "committee_members",
    ),
    (re.compile(rf"{_ALL}\s+{_CELL}{_OF_PARTY}", re.IGNORECASE), "party_cells"),
    (re.compile(rf"(?:{_ALL}\s+{_OFFICES}|(?:cơ quan|phòng), (?:đơn vị|ban)){_OF_COMMUNE}", re.IGNORECASE),
     "units"),
)  # fmt: skip
# many, but nobody can tell from the text alone who they are
_PLURAL = re.compile(
    rf"(?:{_ALL}\s+(?!đồng chí\b|đ/c\b)|{_COMRADES}(?:thủ trưởng|lãnh đạo|trưởng)\s+"
    r"(?:các\s+)?(?=phòng,|ban,|cơ quan|đơn vị|ngành|đoàn thể|bộ phận|thôn|tổ)|"
    rf"{_COMRADES}(?:người|cán bộ) đứng đầu\s|{_COMRADES}(?:phó )?bí thư(?:, phó bí thư)?\s+(?:các\s+)?"
    rf"(?:{_CELL})\s|{_COMRADES}bí thư, phó bí thư\s|{_COMRADES}chi ủy viên|"
    r"(?:các\s+)?(?:đồng chí\s+)?(?:[ủu][ỷy] viên|uỷ viên)\s|"
    r"(?:cơ quan|đơn vị|ban, ngành|phòng, ban|ban ngành|ngành, đoàn thể|đoàn thể)(?=\s|,|$))[^:]*",
    re.IGNORECASE,
)
_PLURAL_OF = re.compile(
    rf"{_ALL}\s+(?:phòng|ban|cơ quan|đơn vị|ngành|đoàn|tổ|thôn|xóm|khu|trường|hội|bộ phận|địa phương|"
    r"doanh nghiệp|cụm|chi|cấp|hộ|hợp tác xã|HTX|trạm|trung tâm|công ty|lực lượng|nhà trường|chủ đầu tư)\b",
    re.IGNORECASE,
)


def group_rule(token: str) -> GroupRule:
    """The rule that fills the group which `token` names, "listed" where none does, "" for no group."""
    for pattern, rule in _RULES:
        if pattern.fullmatch(token):
            return rule
    match = _PLURAL.fullmatch(token)
    if not match:
        return ""
    begins_with_all = re.match(rf"{_ALL}\s", token, re.IGNORECASE)
    if begins_with_all and not _PLURAL_OF.match(token):
        return ""
    return "listed"

"""What a part or section is about, from its heading: tasks, projects, purpose, requirements or
organisation.
"""

from __future__ import annotations

import re
from typing import Literal

from .document import ClauseKind

Subject = Literal["task", "project", "mixed", "purpose", "requirement", "aims", "organisation", "other"]

_PURPOSE = re.compile(r"mục đích|mục tiêu|quan điểm|chỉ tiêu|phương châm|phương hướng|ý nghĩa")
_REQUIREMENT = re.compile(r"yêu cầu|nguyên tắc")
_TASK = re.compile(r"nhiệm vụ|giải pháp|nội dung")
_PROJECT = re.compile(r"đề án|dự án|công trình|chương trình trọng điểm")
_ORGANISES = re.compile(
    r"(?:công tác\s+)?(?:tổ chức thực hiện|tổ chức triển khai|tổ chức, thực hiện|phân công|"
    r"tổ chức phân công|triển khai thực hiện$|điều khoản thi hành)"
)
_ORGANISATION = re.compile(
    r"tổ chức thực hiện|tổ chức triển khai|phân công|trách nhiệm thực hiện|"
    r"chế độ (?:thông tin,? )?báo cáo"
)
_OTHER = re.compile(
    r"(?:đánh giá\s|khái quát|đặc điểm|tình hình|thực trạng|kết quả|bối cảnh|sự cần thiết|căn cứ|cơ sở|"
    r"kinh phí|nguồn kinh phí|thời gian|"
    r"đối tượng|phạm vi|khen thưởng|dự báo)"
)
_SUB_PURPOSE = re.compile(r"(?:về\s+|các\s+|một số\s+)?(?:mục đích|mục tiêu|quan điểm|chỉ tiêu|phương châm)")
_SUB_REQUIREMENT = re.compile(r"(?:về\s+|các\s+)?(?:yêu cầu|nguyên tắc)")
_SUB_ORGANISATION = re.compile(r"(?:công tác\s+)?tổ chức (?:và triển khai )?(?:triển khai )?thực hiện")
_SUB_PROJECT = re.compile(
    r"(?:về\s+)?(?:các|danh mục|những)\s+(?:đề án|dự án|công trình|chương trình, đề án)"
)
_SUB_TASK = re.compile(
    r"(?:về\s+)?(?:các\s+)?(?:nhiệm vụ|giải pháp)(?:\s+(?:chủ yếu|trọng tâm|cụ thể|chung)|,| và |$)"
)
_ASKS = re.compile(r"yêu cầu|phải|bám sát|đảm bảo|bảo đảm|xác định rõ")


def part_subject(title: str) -> Subject:
    """The subject of a Roman part."""
    name = title.lower()
    task, project = bool(_TASK.search(name)), bool(_PROJECT.search(name))
    purpose, requirement = bool(_PURPOSE.search(name)), bool(_REQUIREMENT.search(name))
    if _ORGANISES.match(name):
        return "organisation"
    if task or project:
        return "mixed" if task and project else "task" if task else "project"
    if _ORGANISATION.search(name):
        return "organisation"
    if purpose or requirement:
        return "aims" if purpose and requirement else "purpose" if purpose else "requirement"
    return "other" if _OTHER.match(name) else "task"


def section_subject(title: str, inherited: Subject | None) -> Subject:
    """The subject of a numbered section: its own where the heading says so, otherwise its part's."""
    if inherited is None:
        return part_subject(title)
    name = title.lower().strip(" :.")
    if inherited in ("organisation", "other"):
        return inherited
    purpose, requirement = _SUB_PURPOSE.match(name), _SUB_REQUIREMENT.match(name)
    short = len(name.split()) <= 12
    if purpose and short and not _TASK.search(name):
        return "aims" if _REQUIREMENT.search(name) else "purpose"
    if requirement and short and not _TASK.search(name):
        return "requirement"
    if _SUB_ORGANISATION.fullmatch(name):
        return "organisation"
    if short and inherited in ("task", "mixed") and _SUB_PROJECT.match(name) and not _TASK.search(name):
        return "project"
    if short and _SUB_TASK.match(name):
        return "mixed" if _PROJECT.search(name) else "task"
    return inherited


def clause_kind(subject: Subject, family: str, text: str, among_items: bool) -> ClauseKind:
    """The kind of a top-level clause. `family` is its bullet's, "" for a plain paragraph; `among_items` says
    that the section has bullets, letters or items, so that a plain paragraph beside them is no task."""
    if subject == "aims":
        return "requirement" if _ASKS.search(text[:60].lower()) else "purpose"
    if subject == "task" or subject == "project" or subject == "mixed":
        if not family and among_items:
            return "other"
        if subject == "mixed":
            return "project" if family == "(1)" else "task"
        return "project" if subject == "project" else "task"
    return subject

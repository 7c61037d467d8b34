"""Sections and clauses in the making."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .assignments import is_note
from .document import ClauseKind
from .kinds import Subject
from .labels import starts_with_label
from .paragraphs import Paragraph

KNOWN_TITLE = re.compile(
    r"(?:Mục đích, yêu cầu|Mục đích|Yêu cầu|Mục tiêu chung|Mục tiêu tổng quát|Mục tiêu cụ thể|Mục tiêu|"
    r"Quan điểm)\s*[:.]\s+(?=\S)",
    re.IGNORECASE,
)
# what a plan says about one task beside its labels; with labels around them they are parts of that task
_FACET = re.compile(
    r"(?:Nội dung|Mục tiêu|Yêu cầu|Giải pháp|Kinh phí|Nguồn kinh phí|Nguồn lực|Địa điểm|Quy mô|Phạm vi|"
    r"Đối tượng|"
    r"Ghi chú|Tên nhiệm vụ)(?: (?:thực hiện|công việc|chủ yếu|cần đạt))?\s*:",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Node:
    """A clause in the making."""

    paragraph: Paragraph
    kind: ClauseKind = "other"
    in_block: bool = False
    family: str = ""
    block_tail: str | None = None
    given_by: Node | None = None
    gives: bool = False
    corrected: str = ""
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class SectionDraft:
    """A section in the making. `heading` is None where the numbered item is itself a paragraph."""

    number: str
    label: str
    parent: str | None
    heading: Paragraph | None
    line: int
    line_to: int
    is_part: bool = False
    subject: Subject = "task"
    nodes: list[Node] = field(default_factory=list)
    has_subsections: bool = False
    is_block: bool = False


def says_about_heading(node: Node) -> bool:
    text = node.paragraph.as_signed
    return starts_with_label(text) or is_note(text) or _FACET.match(text) is not None

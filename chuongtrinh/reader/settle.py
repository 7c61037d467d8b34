"""Which numbered items are headings and which are work, and of what kind each clause is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .assignments import is_note, only_assigns, read_phrases
from .document import ClauseKind
from .drafts import KNOWN_TITLE, Node, SectionDraft, says_about_heading
from .kinds import clause_kind
from .labels import read_labels, starts_with_label

_TITLE_WORDS = 60
_SINGLE_PROJECT = re.compile(r"(?:Đề án|Dự án|Công trình|Kế hoạch|Chương trình)\s", re.IGNORECASE)


def settle(sections: Sequence[SectionDraft]) -> None:
    """Decides which numbered items are headings, and every clause's kind."""
    for section in sections:
        if section.number != "0":
            _settle_heading(section)
            _settle_kinds(section)


def _settle_heading(section: SectionDraft) -> None:
    heading = section.heading
    if heading is None or section.is_block:
        return
    text = heading.as_signed
    body = [node for node in section.nodes if not node.in_block]
    labels_only = all(says_about_heading(node) for node in body) and any(
        starts_with_label(node.paragraph.as_signed) or is_note(node.paragraph.as_signed) for node in body
    )
    if not text:
        return
    ends = text.rstrip(" ”\"')")[-1:]
    is_work = section.subject in ("task", "project", "mixed")
    if section.has_subsections or (section.is_part and len(text.split()) <= _TITLE_WORDS):
        is_heading = True
    elif labels_only and is_work:
        is_heading = False
    elif section.subject == "project" and not section.is_part and body and _SINGLE_PROJECT.match(text):
        is_heading = only_assigns(text)
    elif not body:
        is_heading = ends == ":" or KNOWN_TITLE.match(text + ": x") is not None
    elif ends == ":" or heading.strong:
        is_heading = True
    elif ends in ".;/":
        bulleted = any(node.family for node in body)
        is_heading = bulleted and len(text.split()) <= 45 and not re.search(r"[.;]\s+\S", text)
    else:
        is_heading = len(text.split()) <= 2 * _TITLE_WORDS
    if is_heading:
        return
    section.heading = None
    own = Node(heading, family="" if section.is_part else heading.mark.family)
    if is_work and (labels_only or section.subject == "project"):
        own.children = body
        section.nodes = [own, *(node for node in section.nodes if node.in_block)]
    else:
        section.nodes.insert(0, own)


def _settle_kinds(section: SectionDraft) -> None:
    is_work = section.subject in ("task", "project", "mixed")
    among_items = any(node.family and not node.in_block for node in section.nodes)
    giver: Node | None = None
    for node in section.nodes:
        text = node.paragraph.as_signed
        if is_work and node.family and not node.in_block:
            node.given_by = giver
        if node.block_tail is not None:
            node.kind = "assignment" if node.block_tail else "other"
        elif node.in_block:
            assigns = node.family or starts_with_label(text) or read_phrases(text[:2000], strict=False)
            node.kind = "assignment" if assigns else "other"
        elif is_work and node.family and starts_with_label(text):
            node.kind = "assignment" if read_labels(text[:2000]).assigned else "other"
        elif is_work and only_assigns(text[:2000]):
            # "Giao Phòng A tham mưu thực hiện:" above some of a section's items holds for these alone
            heads_items = among_items and not node.family and text.endswith(":")
            node.kind = "other" if heads_items else "assignment"
            giver = node if heads_items else giver
            node.gives = heads_items
        else:
            node.kind = clause_kind(section.subject, node.family, text, among_items)
            if (
                node.kind == "task"
                and not node.family
                and text.endswith(":")
                and node.paragraph.mark.kind == "plain"
            ):
                node.kind = "other"
        for child in node.children:
            _settle_nested(child, node.kind)


def _settle_nested(node: Node, kind: ClauseKind) -> None:
    node.kind = "other" if kind in ("task", "project") else kind
    for child in node.children:
        _settle_nested(child, kind)

"""The whole way from bytes to a Document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from .assignments import is_note, only_assigns, read_duties, read_phrases
from .bodies import read_assignees, with_principal
from .corrections import Overlay
from .document import (
    AppliedCorrection,
    Assigned,
    Citation,
    Clause,
    CorrectionRow,
    Document,
    Section,
    Span,
    StatedDeadline,
    Target,
    Unplaced,
)
from .drafts import Node, SectionDraft
from .frame import closing_start, head_end, read_closing, read_letterhead
from .labels import Statement, block_header, read_labels, starts_with_label
from .mentioned import not_understood
from .mentions import find_citations, find_deadlines
from .outline import Outline, first_section_line
from .paragraphs import gather
from .settle import settle
from .targets import find_targets, unread_figures
from .text import decode, unescape_markdown

# beyond these a text is no programme; it is still kept whole, only not searched for what it mentions
_LONGEST_SEARCHED = 10_000
_MOST_SEARCHED = 5_000
_WORK = ("task", "project")
_MAY_ASSIGN = ("assignment", *_WORK, "organisation")
_T = TypeVar("_T")
FIGURE_UNREAD = "Có con số chưa lập được chỉ tiêu: nếu là chỉ tiêu thì thêm vào mục Chỉ tiêu."
NOT_UNDERSTOOD = "Có lời phân công chưa hiểu: xem ai được giao việc gì, ghi vào mục Phân công."


def read_document(data: bytes, corrections: Sequence[CorrectionRow] = (), *, filename: str = "") -> Document:
    """Reads one action programme. `filename` only tells Markdown (".md") from plain text.

    Raises UnreadableDocument for bytes that are no such text. Every non-blank line of the source is in the
    result: see `Document.places()`.
    """
    text = decode(data)
    lines = text.split("\n")
    if filename.lower().endswith((".md", ".markdown")):
        lines = [unescape_markdown(line) for line in lines]
    return _Reading(lines, Overlay(corrections), hashlib.sha256(data).hexdigest()).document()


class _Reading:
    def __init__(self, lines: list[str], overlay: Overlay, sha256: str) -> None:
        self.lines, self.overlay, self.sha256 = lines, overlay, sha256
        self.unplaced: list[Unplaced] = []
        self.searched = 0
        self.last_project = 0
        self.subject = "other"

    def document(self) -> Document:
        lines = self.lines
        first = first_section_line(lines)
        closing_from = closing_start(lines, first)
        head_to = head_end(lines, first)
        paragraphs, skipped = gather(lines, head_to + 1, closing_from - 1, self.overlay.page_breaks)
        self.unplaced += skipped
        outline = Outline()
        for paragraph in paragraphs:
            outline.add(paragraph)
        settle(outline.sections)
        self.unplaced += outline.unplaced
        sections = tuple(self._section(draft) for draft in outline.sections)
        prose = " ".join(line.strip() for line in lines[head_to : head_to + 60])
        letterhead = read_letterhead(lines, head_to, self.overlay, prose)
        closing, beyond = read_closing(lines, closing_from, self.overlay)
        self.unplaced += (
            Unplaced(line, lines[line - 1].strip(), "Nằm sau phần ký của văn bản.") for line in beyond
        )
        self.unplaced += self.overlay.left_over()
        return Document(
            letterhead=letterhead,
            sections=_with_blocks(sections),
            closing=closing,
            corrections=self.overlay.rows,
            unplaced=tuple(sorted(self.unplaced, key=lambda item: item.line)),
            source_sha256=self.sha256,
            lines=len(lines) - (not lines[-1]),
        )

    def _section(self, draft: SectionDraft) -> Section:
        self.subject = draft.subject
        title = title_as_signed = ""
        applied: tuple[AppliedCorrection, ...] = ()
        emphasis: tuple[Span, ...] = ()
        assigned: tuple[Assigned, ...] = ()
        if draft.heading is not None:
            title_as_signed, emphasis = draft.heading.as_signed, draft.heading.emphasis
            corrected, applied = self.overlay.lay(title_as_signed, draft.heading.segments)
            title = re.sub(r"\s*[:.]$", "", corrected.strip())
            assigned = _heading_assigns(title)
            if self.subject in (*_WORK, "mixed") and not_understood(title[:_LONGEST_SEARCHED], assigned):
                self._report(draft.line, title, NOT_UNDERSTOOD)
        return Section(
            number=draft.number,
            label=draft.label,
            title=title,
            title_as_signed=title_as_signed,
            line=draft.line,
            line_to=draft.line_to,
            parent=draft.parent,
            clauses=tuple(self._clause(node, ordinal) for ordinal, node in enumerate(draft.nodes, start=1)),
            assigned=assigned,
            corrections=applied,
            emphasis=emphasis,
        )

    def _clause(self, node: Node, ordinal: int, *, owner: str = "") -> Clause:
        paragraph = node.paragraph
        text, applied = self.overlay.lay(paragraph.as_signed, paragraph.segments)
        kind = node.kind
        node.corrected = text
        stated = Statement()
        citations: tuple[Citation, ...] = ()
        targets: tuple[Target, ...] = ()
        deadlines: tuple[StatedDeadline, ...] = ()
        searched = self._may_search(text, paragraph.line_from)
        if searched:
            citations = find_citations(text)
            stated = self._statement(text, node, kind, owner)
            if kind in ("task", "project", "organisation", "purpose", "requirement") or owner in _WORK:
                targets = find_targets(text, citations) if not stated.is_label or not owner else ()
                unread = unread_figures(text, citations, targets)
                if unread and not stated.is_label and (kind in _WORK or owner in _WORK):
                    self._report(paragraph.line_from, text, FIGURE_UNREAD)
            if not stated.is_label and (kind in (*_WORK, "organisation", "assignment") or owner in _WORK):
                deadlines = find_deadlines(text, citations)
            elif stated.is_label and kind in _WORK:
                said = {item.as_written for item in stated.deadlines}
                deadlines = tuple(
                    item
                    for item in find_deadlines(text, citations)
                    if not any(item.as_written in written for written in said)
                )
        if node.given_by:
            own = {item.role for item in stated.assigned}
            given = read_phrases(node.given_by.corrected, strict=True)
            stated = replace(
                stated, assigned=(*stated.assigned, *(item for item in given if item.role not in own))
            )
        if searched:
            self._ask(paragraph.line_from, text, node, kind, owner, stated)
        if (
            owner in _WORK
            and stated.assigned
            and (starts_with_label(text) or only_assigns(text) or is_note(text))
        ):
            kind = "assignment"
        clause = Clause(
            ordinal=ordinal,
            kind=kind,
            marker=paragraph.mark.label if paragraph.mark.kind == "item" or node.family == "1." else "",
            as_signed=paragraph.as_signed,
            text=text,
            line_from=paragraph.line_from,
            line_to=paragraph.line_to,
            emphasis=paragraph.emphasis,
            corrections=applied,
            assigned=stated.assigned,
            citations=citations,
            targets=targets,
            deadlines=(*deadlines, *stated.deadlines),
            product=stated.product,
            authority=stated.authority,
            project_number=self._project_number(node) if kind == "project" else None,
        )
        return self._with_nested(clause, node, owner or kind)

    def _with_nested(self, clause: Clause, node: Node, owner: str) -> Clause:
        if not node.children:
            return clause
        nested = tuple(
            self._clause(child, at, owner=owner) for at, child in enumerate(node.children, start=1)
        )
        return replace(
            clause,
            nested=nested,
            assigned=_each_once(clause.assigned, *(item.assigned for item in nested)),
            targets=_each_once(clause.targets, *(item.targets for item in nested)),
            deadlines=_each_once(clause.deadlines, *(item.deadlines for item in nested)),
            product="; ".join(filter(None, (clause.product, *(item.product for item in nested)))),
            authority="; ".join(filter(None, (clause.authority, *(item.authority for item in nested)))),
        )

    def _statement(self, text: str, node: Node, kind: str, owner: str) -> Statement:
        if kind not in _MAY_ASSIGN and owner not in _WORK:
            return Statement()
        body = text
        if node.block_tail:
            body = block_header(text) or text
        stated = read_labels(body)
        if stated.is_label:
            spoken = read_duties(body[: stated.before], stated=False)
            return replace(stated, assigned=_each_once(spoken, stated.assigned))
        phrases = read_duties(body, stated=kind == "assignment")
        if kind == "assignment" and not phrases:
            phrases = _named_without_duty(body)
            if not phrases:
                self.unplaced.append(
                    Unplaced(
                        node.paragraph.line_from,
                        text,
                        "Dòng phân công chưa nhận ra giao cho ai, làm việc gì.",
                    )
                )
        return Statement(assigned=phrases)

    def _ask(self, line: int, text: str, node: Node, kind: str, owner: str, stated: Statement) -> None:
        """Hands to a person what gives work to somebody and was not understood."""
        beside_work = kind == "other" and self.subject in (*_WORK, "mixed") and not node.gives
        if kind not in _MAY_ASSIGN and owner not in _WORK and not beside_work:
            return
        if kind == "assignment" and not (stated.assigned or stated.is_label):
            return  # reported as a whole
        everyone = node.in_block and kind == "other"
        if stated.unclear or not_understood(text, stated.assigned, everyone=everyone):
            self._report(line, text, NOT_UNDERSTOOD)

    def _report(self, line: int, text: str, reason: str) -> None:
        self.unplaced.append(Unplaced(line, text, reason))

    def _may_search(self, text: str, line: int) -> bool:
        self.searched += 1
        if len(text) <= _LONGEST_SEARCHED and self.searched <= _MOST_SEARCHED:
            return True
        if len(text) > _LONGEST_SEARCHED or self.searched == _MOST_SEARCHED + 1:
            reason = (
                "Đoạn quá dài" if len(text) > _LONGEST_SEARCHED else "Văn bản quá nhiều đoạn; từ dòng này"
            )
            self.unplaced.append(
                Unplaced(
                    line, text[:200], f"{reason}, chỉ giữ chữ, không tìm người được giao, chỉ tiêu, thời hạn."
                )
            )
        return False

    def _project_number(self, node: Node) -> int:
        label = node.paragraph.mark.label.strip("()")
        printed = int(label) if label.isascii() and label.isdecimal() else 0
        self.last_project = printed if printed > self.last_project else self.last_project + 1
        return self.last_project


def _heading_assigns(title: str) -> tuple[Assigned, ...]:
    """Duties that a heading states: as a whole, in a bracket, or after its own words."""
    if len(title) > 1000:
        return ()
    if only_assigns(title):
        return read_phrases(title, strict=True)
    stated = read_labels(title)
    return (
        *read_duties(title[: stated.before] if stated.is_label else title, stated=False),
        *stated.assigned,
    )


def _named_without_duty(text: str) -> tuple[Assigned, ...]:
    """A line of a "Phân công" block that only names somebody: a comrade directs, anyone else leads."""
    assignees = read_assignees(text) if len(text) < 400 else ()
    if not assignees or any(item.kind == "text" and not item.posts for item in assignees):
        return ()
    if all(item.kind == "comrade" or item.posts for item in assignees):
        return (Assigned("direct", assignees, text),)
    return (Assigned("lead", with_principal(assignees), text),)


def _each_once(*groups: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _with_blocks(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """What a subsection called "Phân công thực hiện" states holds for the section it stands in."""
    extra: dict[str, list[Assigned]] = {}
    for section in sections:
        if section.parent and section.title and block_header(section.title + ":") == "":
            stated = [
                item for clause in section.clauses if clause.kind == "assignment" for item in clause.assigned
            ]
            extra.setdefault(section.parent, []).extend(stated)
    return tuple(
        replace(section, assigned=_each_once(section.assigned, tuple(extra[section.number])))
        if section.number in extra
        else section
        for section in sections
    )

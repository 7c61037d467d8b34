"""What the reader gives back: frozen facts about one programme document, and nothing that can change.

Coordinates: `Span` and `AppliedCorrection` count characters of `as_signed`; `Citation` counts characters of
`text` (as_signed with the corrections applied). Lines are counted from 1 in the source file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

ClauseKind = Literal[
    "task", "assignment", "project", "purpose", "requirement", "organisation", "preamble", "other"
]
Role = Literal["direct", "lead", "coordinate", "as_decided", "oversee"]
AssigneeKind = Literal["comrade", "unit", "group", "text"]
UnitKind = Literal["department", "office", "centre", "party_cell", "inspection", "committee", "other", ""]
GroupRule = Literal[
    "cell_secretaries", "unit_heads", "committee_members", "party_cells", "units", "listed", ""
]
Direction = Literal["at_least", "at_most", "equal", "between"]
Place = Literal["head", "heading", "clause", "closing", "unplaced"]


class UnreadableDocument(ValueError):
    """The bytes cannot be read as a programme. `str()` is one Vietnamese line: what is wrong, how to mend
    it.
    """


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One row of the corrections overlay; `[page break]` in `original` stands for a blank line of the
    source.
    """

    line: int
    original: str
    corrected: str
    note: str


@dataclass(frozen=True, slots=True)
class Span:
    """Emphasised characters `[start, end)` of `as_signed`."""

    start: int
    end: int
    style: Literal["em", "strong"]


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """Correction number `row` (index into `Document.corrections`) replaces `[start, end)` of `as_signed`."""

    row: int
    start: int
    end: int
    corrected: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document that the text names by number and symbol, or by its date alone (then `number` is
    "").
    """

    kind: str
    number: str
    issued_on: date | None
    issuer: str
    as_written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Target:
    """A figure to be reached.

    A bare percentage ("đạt 100%") is at_least, since more is never worse; a bare count ("05 mô hình") is
    equal. Words such as "trở lên", "không quá", "từ … đến …" decide otherwise.
    """

    name: str
    unit: str
    target: Decimal
    target_high: Decimal | None
    direction: Direction
    every_year: bool
    as_written: str


@dataclass(frozen=True, slots=True)
class StatedDeadline:
    """A deadline as the text states it: a proposal for a person to confirm. A period ends on its last day."""

    as_written: str
    due: date | None
    continuing: bool


@dataclass(frozen=True, slots=True)
class PostHeld:
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Assignee:
    """One comrade, unit or standing group; kind "text" is what the reader did not know, kept as written.

    `principal` marks the first leading unit of a phrase, the one that reports. `host` is set for the party
    cell of a department. `posts` is filled for a named comrade and for a post named without its holder (kind
    "text").
    """

    kind: AssigneeKind
    name: str
    principal: bool = False
    posts: tuple[PostHeld, ...] = ()
    unit_kind: UnitKind = ""
    host: str = ""
    group_rule: GroupRule = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    role: Role
    assignees: tuple[Assignee, ...]
    as_written: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One paragraph or bullet. `ordinal` counts a section's clauses (or a clause's nested ones) from 1.

    `assigned`, `targets`, `deadlines`, `product` and `authority` include what the nested lines state;
    citations, emphasis and corrections are each line's own, because they carry coordinates.
    Lines nested under a task or project are of kind "other" ("assignment" where they name duty-holders).
    """

    ordinal: int
    kind: ClauseKind
    marker: str
    as_signed: str
    text: str
    line_from: int
    line_to: int
    emphasis: tuple[Span, ...] = ()
    corrections: tuple[AppliedCorrection, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    citations: tuple[Citation, ...] = ()
    targets: tuple[Target, ...] = ()
    deadlines: tuple[StatedDeadline, ...] = ()
    product: str = ""
    authority: str = ""
    nested: tuple[Clause, ...] = ()
    project_number: int | None = None

    def walk(self) -> Iterator[Clause]:
        """This clause and everything nested in it, in document order."""
        waiting = [self]
        while waiting:
            clause = waiting.pop()
            yield clause
            waiting.extend(reversed(clause.nested))


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading with its clauses; "0" is the preamble.

    `assigned` is what the heading itself states ("1. Giao … tham mưu triển khai thực hiện:"), or what a
    subsection called "Phân công thực hiện" states for this whole section.
    `title` is "" where the numbered item is itself a paragraph; the paragraph is then the first clause.
    """

    number: str
    label: str
    title: str
    title_as_signed: str
    line: int
    line_to: int
    parent: str | None
    clauses: tuple[Clause, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    corrections: tuple[AppliedCorrection, ...] = ()
    emphasis: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    line: int
    text: str
    reason_vi: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Everything above the preamble. `as_signed` holds its non-blank lines, one a line.

    `committee` is the issuing body's full name in natural case, "" where the head is lost.
    """

    as_signed: str = ""
    text: str = ""
    lines: tuple[int, ...] = ()
    corrections: tuple[AppliedCorrection, ...] = ()
    parent_name: str = ""
    issuer: str = ""
    committee: str = ""
    number: str = ""
    issued_on: date | None = None
    place: str = ""
    kind: str = ""
    subject: str = ""
    term: tuple[int, int] | None = None

    @property
    def title(self) -> str:
        """Kind and subject as one sentence: "Chương trình hành động thực hiện Nghị quyết …"."""
        kind = self.kind.capitalize() if self.kind.isupper() else self.kind
        subject = self.subject
        if kind and subject[:1].isupper() and not subject[:2].isupper():
            subject = subject[:1].lower() + subject[1:]
        return f"{kind} {subject}".strip()


@dataclass(frozen=True, slots=True)
class Closing:
    """Recipients and signature. `as_signed` holds the closing's non-blank lines, one a line."""

    as_signed: str = ""
    text: str = ""
    lines: tuple[int, ...] = ()
    corrections: tuple[AppliedCorrection, ...] = ()
    recipients: tuple[str, ...] = ()
    signed_for: str = ""
    signatory_post: str = ""
    signatory: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One programme as read. `sections` is flat, in document order; `source_sha256` is of the bytes given."""

    letterhead: Letterhead
    sections: tuple[Section, ...]
    closing: Closing
    corrections: tuple[CorrectionRow, ...]
    unplaced: tuple[Unplaced, ...]
    source_sha256: str
    lines: int

    @property
    def recipients(self) -> tuple[str, ...]:
        return self.closing.recipients

    @property
    def signed_for(self) -> str:
        return self.closing.signed_for

    @property
    def signatory_post(self) -> str:
        return self.closing.signatory_post

    @property
    def signatory(self) -> str:
        return self.closing.signatory

    def tasks(self) -> Iterator[tuple[Section, Clause]]:
        """Tasks and projects, in document order."""
        for section in self.sections:
            for clause in section.clauses:
                if clause.kind in ("task", "project"):
                    yield section, clause

    def clauses(self) -> Iterator[tuple[Section, Clause]]:
        """Every clause with its section, nested ones after the clause they belong to."""
        for section in self.sections:
            for top in section.clauses:
                for clause in top.walk():
                    yield section, clause

    def applied(self) -> Iterator[AppliedCorrection]:
        """Every correction that found its place."""
        yield from self.letterhead.corrections
        for section in self.sections:
            yield from section.corrections
        for _, clause in self.clauses():
            yield from clause.corrections
        yield from self.closing.corrections

    def places(self) -> dict[int, Place]:
        """Where each line went. Every non-blank line of the source is a key: nothing is dropped silently."""
        found: dict[int, Place] = {}
        for section in self.sections:
            found.update((line, "heading") for line in range(section.line, section.line_to + 1))
        for _, clause in self.clauses():
            found.update((line, "clause") for line in range(clause.line_from, clause.line_to + 1))
        found.update((line, "head") for line in self.letterhead.lines)
        found.update((line, "closing") for line in self.closing.lines)
        found.update((item.line, "unplaced") for item in self.unplaced if item.line not in found)
        return found

"""The rows of one document: sections, clauses, work, assignments, targets, citations, findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeVar

from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from chuongtrinh import reader
from chuongtrinh.loader.bodies import Bodies, given_by
from chuongtrinh.loader.naming import clip, once, short_title, work_codes
from chuongtrinh.loader.sources import Source
from chuongtrinh.models import (
    Citation,
    CitedDocument,
    Clause,
    Committee,
    Correction,
    Programme,
    Recipient,
    Section,
    UnplacedLine,
)
from chuongtrinh.vietnamese import fold
from nhiemvu.models import DeadlineProposal, Indicator, Task
from phancong.models import Assignment, Comrade, Group, Unit

M = TypeVar("M", bound=Model)

_TOO_GREAT = Decimal(10) ** 14


def standing_duty(clause: reader.Clause) -> str:
    """Which standing duty an organisation clause lays down for all (IV.2, IV.3); "" for none."""
    key = fold(clause.text)
    if clause.kind != "organisation" or "chiu trach nhiem" not in key:
        return ""
    checks = any(word in key for word in ("kiem tra", "don doc", "theo doi", "giam sat"))
    if "duoc phan cong phu trach" in key and checks and ("uy vien" in key or "cap uy" in key):
        return Clause.Duty.OVERSIGHT
    if "nguoi dung dau" in key and "chiu trach nhiem truoc" in key:
        return Clause.Duty.HEADS
    return ""


class Rows:
    """Makes one programme's rows, level by level so that every insert is a bulk insert."""

    def __init__(self, source: Source, committee: Committee, bodies: Bodies) -> None:
        self.source, self.document = source, source.document
        self.committee, self.bodies = committee, bodies
        self.sections: dict[str, Section] = {}
        self.clauses: dict[int, Clause] = {}  # by the identity of the reader's clause
        self.tasks: dict[int, Task] = {}
        self.findings: list[UnplacedLine] = []
        self._read = {section.number: section for section in self.document.sections}

    def create(self) -> Programme:
        self.programme = self._programme()
        self._recipients()
        self._sections()
        self._clauses()
        self._corrections()
        self._tasks()
        self._assignments()
        self._deadlines()
        self._indicators()
        self._citations()
        for item in self.document.unplaced:
            self._find(item.line, item.text, item.reason_vi)
        UnplacedLine.objects.bulk_create(sorted(self.findings, key=lambda item: item.line))
        return self.programme

    def _find(self, line: int, text: str, reason: str) -> None:
        self.findings.append(
            UnplacedLine(programme=self.programme, line=line, text=text, reason=clip(reason, 300))
        )

    def _programme(self) -> Programme:
        head, closing = self.document.letterhead, self.document.closing
        term = head.term if head.term and 0 < head.term[0] <= head.term[1] < 10_000 else (None, None)
        return Programme.objects.create(
            committee=self.committee,
            number=head.number[:60],
            kind=clip(head.kind, 100),
            title=clip(head.title or f"Văn bản số {head.number}", 500),
            issued_on=head.issued_on,
            place=clip(head.place, 100),
            term_start=term[0],
            term_end=term[1],
            letterhead_parent=clip(head.parent_name, 200),
            letterhead_issuer=clip(head.issuer, 200),
            signed_for=clip(closing.signed_for, 100),
            signatory_post=clip(closing.signatory_post, 100),
            signatory=clip(closing.signatory, 100),
            source=self.source.data,
            source_name=clip(self.source.name, 255),
            source_sha256=self.document.source_sha256,
        )

    def _recipients(self) -> None:
        Recipient.objects.bulk_create(
            Recipient(programme=self.programme, ordinal=ordinal, name=clip(name, 300))
            for ordinal, name in enumerate(self.document.recipients[:30_000], start=1)
        )

    def _sections(self) -> None:
        taken: set[str] = set()
        waiting: list[tuple[str | None, Section]] = []
        for ordinal, section in enumerate(self.document.sections, start=1):
            row = Section(
                programme=self.programme,
                number=once(section.number, taken, 30),
                label=clip(section.label, 30),
                title=section.title,
                title_as_signed=section.title_as_signed,
                ordinal=ordinal,
                line=section.line,
            )
            self.sections.setdefault(section.number, row)
            waiting.append((section.parent, row))
        _by_level(waiting, self.sections, Section.objects.bulk_create)

    def _clauses(self) -> None:
        waiting: list[tuple[int | None, Clause]] = []
        for section in self.document.sections:
            ordinal = 0
            for top in section.clauses:
                parents = {id(nested): id(clause) for clause in top.walk() for nested in clause.nested}
                for clause in top.walk():
                    ordinal += 1
                    self.clauses[id(clause)] = row = Clause(
                        section=self.sections[section.number],
                        ordinal=ordinal,
                        kind=clause.kind,
                        duty=standing_duty(clause),
                        marker=clause.marker[:10],
                        as_signed=clause.as_signed,
                        text=clause.text,
                        line_from=clause.line_from,
                        line_to=clause.line_to,
                        emphasis=[[span.start, span.end, span.style] for span in clause.emphasis],
                    )
                    waiting.append((parents.get(id(clause)), row))
        _by_level(waiting, self.clauses, Clause.objects.bulk_create)

    def _corrections(self) -> None:
        places = {
            item.row: (self.clauses[id(clause)], item.start, item.end)
            for _, clause in self.document.clauses()
            for item in clause.corrections
        }
        rows = []
        for index, row in enumerate(self.document.corrections):
            clause, start, end = places.get(index, (None, None, None))
            rows.append(
                Correction(
                    programme=self.programme,
                    ordinal=index + 1,
                    line=row.line,
                    original=row.original,
                    corrected=row.corrected,
                    reason=row.note[:300],
                    clause=clause,
                    start=start,
                    end=end,
                )
            )
        Correction.objects.bulk_create(rows)

    def _tasks(self) -> None:
        codes = work_codes(self.document)
        projects: list[tuple[reader.Clause, Task]] = []
        tasks: list[tuple[reader.Clause, Task]] = []
        for ordinal, (section, clause) in enumerate(self.document.tasks(), start=1):
            row = Task(
                programme=self.programme,
                kind=clause.kind,
                code=codes[id(clause)],
                ordinal=ordinal,
                section=self.sections[section.number],
                clause=self.clauses[id(clause)],
                title=short_title(clause.text),
                product=clip(clause.product, 500),
                authority=clip(clause.authority, 300),
            )
            row.refresh_search_key()
            self.tasks[id(clause)] = row
            (projects if clause.kind == "project" else tasks).append((clause, row))
        _save([row for _, row in projects], Task)
        pairs = reader.mirrored([clause for clause, _ in tasks], [clause for clause, _ in projects])
        for task, project in pairs:
            tasks[task][1].mirrors = projects[project][1]
        _save([row for _, row in tasks], Task)

    def _assignments(self) -> None:
        rows: list[Assignment] = []
        self._given: dict[tuple[str, int], set[tuple]] = defaultdict(set)
        for section in self.document.sections:
            target = self.sections[section.number]
            parent = self._document_section(section.parent)
            for clause in section.clauses:
                for assigned in given_by(clause):
                    line = self.clauses[id(_innermost(clause, assigned))]
                    if clause.kind == "assignment":
                        # a subsection "Phân công thực hiện" speaks for the section that it stands in
                        above = parent is not None and assigned in parent.assigned
                        where = target.parent if above and target.parent else target
                        rows += self._assign(assigned, line, section=where)
                    else:
                        rows += self._assign(assigned, line, task=self.tasks[id(clause)])
        for section in self.document.sections:
            for assigned in section.assigned:
                rows += self._assign(assigned, None, section=self.sections[section.number], at=section.line)
        for ordinal, row in enumerate(rows, start=1):
            row.ordinal = ordinal
        _save(rows, Assignment)

    def _document_section(self, number: str | None) -> reader.Section | None:
        return self._read.get(number) if number else None

    def _assign(
        self,
        assigned: reader.Assigned,
        clause: Clause | None,
        *,
        section: Section | None = None,
        task: Task | None = None,
        at: int = 0,
    ) -> Iterable[Assignment]:
        line = clause.line_from if clause else at
        if assigned.role == "oversee":
            self._find(
                line,
                assigned.as_written,
                "Giao theo dõi, đôn đốc: cần quyết định phân công phụ trách (IV.3); văn phòng nhập khi có.",
            )
            return
        given = self._given["section" if section else "task", (section or task).pk]  # type: ignore[union-attr]
        for assignee in assigned.assignees:
            target = self.bodies.row_of(assignee)
            known = (assigned.role, type(target).__name__, target.pk if target else fold(assignee.name))
            if known in given or not (target or assignee.name.strip()):
                continue
            given.add(known)
            if target is None:
                self._find(
                    line,
                    assignee.name,
                    "Chưa rõ là đồng chí, đơn vị hay nhóm nào: giữ nguyên lời, chọn lại ở mục Phân công.",
                )
            elif isinstance(target, Group) and self._is_empty(target):
                self._find(
                    line,
                    assignee.name,
                    "Nhóm chưa rõ gồm những ai: ghi danh sách của nhóm, hoặc chọn lại ở mục Phân công.",
                )
            # one principal for a section or task: the first that is named; later ones lead beside it
            principal = assignee.principal and assigned.role == "lead" and isinstance(target, Unit | Comrade)
            if principal and ("principal",) in given:
                principal = False
            elif principal:
                given.add(("principal",))
            yield Assignment(
                programme=self.programme,
                section=section,
                task=task,
                role=assigned.role,
                unit=target if isinstance(target, Unit) else None,
                comrade=target if isinstance(target, Comrade) else None,
                group=target if isinstance(target, Group) else None,
                text="" if target else clip(assignee.name, 300),
                principal=principal,
                clause=clause,
            )

    @staticmethod
    def _is_empty(group: Group) -> bool:
        """No rule fills a listed group, and nobody has yet said who belongs to it."""
        return group.rule == Group.Rule.LISTED and not group.comrades.exists()

    def _deadlines(self) -> None:
        rows = []
        for _, clause in self.document.tasks():
            for written, item in {
                clip(item.as_written, 300): item for item in reversed(clause.deadlines)
            }.items():
                rows.append(
                    DeadlineProposal(
                        task=self.tasks[id(clause)],
                        as_written=written,
                        due=item.due,
                        continuing=item.continuing,
                    )
                )
        DeadlineProposal.objects.bulk_create(reversed(rows))

    def _indicators(self) -> None:
        rows: list[Indicator] = []
        for section, clause in (
            (holder, clause) for holder in self.document.sections for clause in holder.clauses
        ):
            for target in dict.fromkeys(clause.targets):
                if not _storable(target):
                    self._find(
                        clause.line_from, target.as_written, "Con số không hợp lệ nên chưa lập chỉ tiêu."
                    )
                    continue
                row = Indicator(
                    programme=self.programme,
                    code=f"CT-{len(rows) + 1:02d}",
                    name=clip(target.name, 300),
                    unit=clip(target.unit, 50),
                    target=target.target,
                    target_high=target.target_high,
                    direction=target.direction,
                    every_year=target.every_year,
                    task=self.tasks.get(id(clause)),
                    section=self.sections[section.number],
                    as_written=clip(target.as_written, 500),
                )
                row.refresh_search_key()
                rows.append(row)
        _save(rows, Indicator)

    def _citations(self) -> None:
        documents: dict[tuple, CitedDocument] = {}
        places: dict[tuple, tuple[CitedDocument, Clause, str]] = {}
        found = [(clause, cited) for _, clause in self.document.clauses() for cited in clause.citations]
        dates = {_cited(cited): cited.issued_on for _, cited in reversed(found) if cited.issued_on}
        for clause, cited in found:
            # a later mention often leaves the date out: the same number is then the same document
            issued_on = cited.issued_on or (dates.get(_cited(cited)) if cited.number else None)
            key = (*_cited(cited), issued_on, "" if cited.number else fold(cited.issuer or cited.as_written))
            document = documents.setdefault(
                key if cited.number or not issued_on else (*_cited(cited), issued_on),
                CitedDocument(
                    programme=self.programme,
                    kind=clip(cited.kind, 100),
                    number=cited.number[:60],
                    issued_on=issued_on,
                    issuer=clip(cited.issuer, 200),
                ),
            )
            written = clip(cited.as_written, 500)
            row = self.clauses[id(clause)]
            places.setdefault((id(document), row.pk, written), (document, row, written))
        CitedDocument.objects.bulk_create(documents.values())
        Citation.objects.bulk_create(
            Citation(document=document, clause=clause, as_written=written)
            for document, clause, written in places.values()
        )


def _cited(cited: reader.Citation) -> tuple[str, str]:
    return clip(cited.kind, 100), cited.number[:60]


def _storable(target: reader.Target) -> bool:
    high = target.target_high
    fits = (high is not None and high >= target.target) if target.direction == "between" else high is None
    return fits and all(n.is_finite() and abs(n) < _TOO_GREAT for n in (target.target, high or Decimal(0)))


def _innermost(clause: reader.Clause, assigned: reader.Assigned) -> reader.Clause:
    """The line that states it: a clause's `assigned` includes what its nested lines state."""
    return next((item for item in reversed(list(clause.walk())) if assigned in item.assigned), clause)


def _by_level(waiting: list[tuple], parents: dict, create: Callable[[list], object]) -> None:
    """Save rows whose parents are saved, then those under them: a bulk insert for each level."""
    while waiting:
        ready = [(up, row) for up, row in waiting if up is None or up not in parents or parents[up].pk]
        if not ready:  # a ring of parents cannot be read from a text; nothing may be lost all the same
            ready = [(None, row) for _, row in waiting]
        for up, row in ready:
            row.parent = parents.get(up) if up is not None else None
        create([row for _, row in ready])
        waiting = [pair for pair in waiting if pair[1].pk is None]


def _save(rows: list[M], model: type[M]) -> None:
    if rows:
        bulk_create_with_history(rows, model)

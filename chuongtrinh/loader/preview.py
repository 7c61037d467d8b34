"""What a load would find, as a tree to read before anything is written. It asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chuongtrinh.loader.bodies import given_by
from chuongtrinh.loader.naming import short_title, work_codes
from chuongtrinh.loader.sources import Source
from chuongtrinh.reader import Assigned, Target
from chuongtrinh.vietnamese import format_number

_ROLES = {
    "direct": "Chỉ đạo",
    "lead": "Chủ trì",
    "coordinate": "Phối hợp",
    "as_decided": "Theo quyết định phân công",
    "oversee": "Theo dõi, đôn đốc",
}
_WIDTH = 90


def preview(source: Source, committee: str = "") -> Iterator[str]:
    """Lines that show the document as a load would place it: sections, work with codes, what is unclear."""
    document = source.document
    head = document.letterhead
    issued = f"{head.issued_on:%d/%m/%Y}" if head.issued_on else "không rõ"
    yield f"Số, ký hiệu: {head.number or 'KHÔNG THẤY'}   Ngày: {issued}   Nơi: {head.place or 'không rõ'}"
    yield f"Cấp ủy: {committee or head.committee or 'KHÔNG THẤY (cần --committee)'}"
    yield f"Tên: {head.title or 'không rõ'}"
    yield f"Người ký: {document.signatory_post} {document.signatory}".rstrip()
    codes = work_codes(document)
    tasks = projects = indicators = 0
    for section in document.sections:
        depth = "  " * section.number.count(".")
        yield f"{depth}{section.number} {_short(section.title)}".rstrip()
        yield from _assigned(section.assigned, depth)
        for clause in section.clauses:
            if code := codes.get(id(clause)):
                tasks += clause.kind == "task"
                projects += clause.kind == "project"
                yield f"{depth}  [{code}] {_short(short_title(clause.text))}"
            yield from _assigned(given_by(clause), depth)
            for target in dict.fromkeys(clause.targets):
                indicators += 1
                yield f"{depth}    CT-{indicators:02d} {_short(target.name)}: {_figure(target)}"
            for deadline in dict.fromkeys(clause.deadlines):
                yield f"{depth}    Thời hạn văn bản nêu: {_short(deadline.as_written)}"
    applied = sum(1 for _ in document.applied())
    yield (
        f"Cộng: {tasks} nhiệm vụ, {projects} đề án, {indicators} chỉ tiêu, "
        f"{applied}/{len(document.corrections)} chỗ đính chính áp dụng được, "
        f"{len(document.recipients)} nơi nhận."
    )
    if document.unplaced:
        yield f"Chưa xếp được {len(document.unplaced)} dòng:"
        for item in document.unplaced:
            yield f"  dòng {item.line}: {_short(item.text)} - {item.reason_vi}"
    yield "Chỉ xem thử: chưa ghi gì vào cơ sở dữ liệu."


def _assigned(stated: Iterable[Assigned], depth: str) -> Iterator[str]:
    for assigned in stated:
        names = "; ".join(
            f"{item.name} (chưa rõ là ai)"
            if item.kind == "text"
            else f"{item.name} (chưa có danh sách)"
            if item.group_rule == "listed"
            else item.name
            for item in assigned.assignees
        )
        yield f"{depth}    {_ROLES[assigned.role]}: {names}"


def _figure(target: Target) -> str:
    high = f" - {format_number(target.target_high)}" if target.target_high is not None else ""
    return f"{format_number(target.target)}{high} {target.unit}".rstrip()


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"

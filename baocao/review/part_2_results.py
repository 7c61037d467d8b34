"""Part II: what was done, by section of the programme, by project and by indicator."""

from __future__ import annotations

from decimal import Decimal

from baocao.review.part_2_projects import indicators, projects
from baocao.review.parts_shared import (
    SPLIT,
    alike,
    counted,
    item,
    plain,
    results,
    without_results,
)
from baocao.review.record import Record, Row
from baocao.review.sources import Pages
from baocao.review.wording import (
    cut,
    day,
    line,
    number,
    percent,
    sentence,
)
from baocao.sealed.shape import Block, Part, Sentence
from chuongtrinh.models import Section
from nhiemvu.models import Task
from nhiemvu.split import DONE, Split, split


def done(record: Record, pages: Pages) -> list[Part]:
    parts = [Part("II", 1, "II- KẾT QUẢ THỰC HIỆN", tuple(_opening(record, pages)))]
    for place, (section, rows) in enumerate(by_section(record), 1):
        title = line(section.title) or f"Mục {section.number}"
        heading = f"{place}. {title}"
        parts.append(Part(f"II.{section.number}", 2, heading, tuple(_section(section, rows, record, pages))))
    at = len(parts)
    parts.append(Part("II.de-an", 2, f"{at}. Kết quả triển khai các đề án", tuple(projects(record, pages))))
    parts.append(
        Part("II.chi-tieu", 2, f"{at + 1}. Kết quả thực hiện các chỉ tiêu", tuple(indicators(record, pages)))
    )
    return parts


def by_section(record: Record) -> list[tuple[Section, list[Row]]]:
    """The highest sections that hold tasks themselves, each with everything under it: every task once."""
    rows = [row for row in record.rows if row.task.kind == Task.Kind.TASK]
    own = {row.task.section_id for row in rows}
    found: dict[int, list[Row]] = {}
    for row in rows:
        highest = row.task.section_id
        above: Section | None = row.task.section
        while above is not None:
            if above.pk in own:
                highest = above.pk
            above = record.sections.get(above.parent_id or 0)
        found.setdefault(highest, []).append(row)
    sections = sorted(found, key=lambda pk: record.sections[pk].ordinal)
    return [(record.sections[pk], found[pk]) for pk in sections]


# -- all together ------------------------------------------------------------------------------------------


def _opening(record: Record, pages: Pages) -> list[Block]:
    rows, items, year = record.rows, record.items, record.as_of.year
    if not rows:
        return [plain("Chưa có nhiệm vụ, đề án nào để tổng hợp kết quả.")]
    text, sources = counted(rows, "nội dung", pages)
    total = pages.rows(len(rows), "nhiệm vụ, đề án")
    finished = sum(row.split in DONE for row in rows)
    share = f"; tỷ lệ hoàn thành {percent(_share(finished, len(rows)))}" if finished else ""
    none = "" if finished else "chưa có nội dung nào hoàn thành; "
    whole = f"trong {number(len(rows))} nhiệm vụ, đề án của Chương trình"
    said = f"Tính đến ngày {day(record.as_of)}, {whole} {none}có {text}{share}."
    blocks = [plain(said, total, *sources)]
    if items:
        asked = {"loai": Task.Kind.PLAN_ITEM.value, "nam": year}
        text, sources = counted(items, "việc", pages, asked)
        every = pages.rows(len(items), f"việc cụ thể năm {year}", asked)
        blocks.append(
            plain(f"Trong {number(len(items))} việc cụ thể đã giao năm {year} có {text}.", every, *sources)
        )
    blocks.append(_compared(record, pages))
    told = [one for one in record.reports if sentence(one.results)]
    if told:
        blocks.append(plain("Kết quả nổi bật theo báo cáo của các đơn vị:"))
        for one in told:
            source = pages.unit_report(one.unit.name, record.period.key, one.unit.short_name)
            blocks.append(item(Sentence(f"{one.unit.name}: {cut(sentence(one.results))}", (source,))))
    return blocks


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"))


_COMPARED = (
    (DONE, "done", "đã hoàn thành", "số nội dung đã hoàn thành"),
    ((Split.OVERDUE,), "overdue", "quá hạn", "số nội dung quá hạn"),
    ((Split.NO_DEADLINE,), "no_deadline", "chưa xác định thời hạn", "số nội dung chưa xác định thời hạn"),
)


def _compared(record: Record, pages: Pages) -> Block:
    before = record.before
    if before is None:
        return plain(
            "Đây là kỳ báo cáo đầu tiên cùng loại kể từ khi ban hành Chương trình nên "
            "chưa có số liệu kỳ trước để so sánh."
        )
    told, sources = [], []
    for kinds, group, label, words in _COMPARED:
        now = sum(row.split in kinds for row in record.rows)
        then = sum(row.before is not None and split(row.before) in kinds for row in record.rows)
        if now == then == 0:
            continue
        if now == then:
            told.append(f"{words} giữ nguyên là {number(now)}")
        else:
            moved, to = ("tăng", "lên") if now > then else ("giảm", "xuống")
            detail = f"từ {number(then)} {to} {number(now)}"
            if not then or not now:
                detail = "nay không còn" if then else "kỳ trước không có"
            told.append(f"{words} {moved} {number(abs(now - then))} ({detail})")
        sources += [
            pages.rows(now, f"nhiệm vụ, đề án {label}", {SPLIT: group}),
            pages.rows(
                then,
                f"nhiệm vụ, đề án {label}, kỳ trước",
                {SPLIT: group},
                day=before,
            ),
        ]
    changes = "; ".join(told) or "không có thay đổi về số hoàn thành, quá hạn, chưa xác định thời hạn"
    return plain(f"So với cuối kỳ trước (ngày {day(before.on)}): {changes}.", *sources)


# -- by section --------------------------------------------------------------------------------------------


def _section(section: Section, rows: list[Row], record: Record, pages: Pages) -> list[Block]:
    asked = {"muc": section.number, "loai": Task.Kind.TASK.value}
    text, sources = counted(rows, "nhiệm vụ", pages, asked)
    total = pages.rows(len(rows), f"nhiệm vụ của mục {section.number}", asked)
    if same := alike(rows):
        said = f"Cả {number(len(rows))} nhiệm vụ của mục này đều {same}."
    else:
        said = f"Mục này có {number(len(rows))} nhiệm vụ, gồm {text}."
    blocks = [plain(said, total, *sources)]
    blocks += [block for row in rows if not row.task.mirrors_id for block in results(row, record, pages)]
    return [*blocks, *without_results(rows, record, pages)]

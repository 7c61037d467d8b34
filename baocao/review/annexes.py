"""The three annexes: work with deadlines, continuing work and work without a deadline, the projects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from baocao.review.part_2_projects import beside_words
from baocao.review.part_2_results import by_section
from baocao.review.parts_shared import shared_with, words_of
from baocao.review.record import Record, Row
from baocao.review.sources import Pages
from baocao.review.wording import ANNEX, capital, cut, day, line, sentence
from baocao.sealed.shape import Annex, Line
from nhiemvu.models import CONTINUING, Task
from nhiemvu.split import Split
from nhiemvu.status import Progress

COLUMNS = (
    "TT",
    "Nội dung nhiệm vụ",
    "Chủ trì",
    "Phối hợp",
    "Sản phẩm",
    "Thời hạn",
    "Tiến độ",
    "Kết quả",
    "Khó khăn, vướng mắc",
    "Ghi chú",
)
WIDTHS = (4, 16, 9, 12, 9, 8, 9, 18, 9, 6)


def annexes(record: Record, pages: Pages) -> tuple[Annex, ...]:
    titles = (
        "Các nhiệm vụ có thời hạn hoàn thành",
        "Các nhiệm vụ thường xuyên, nhiệm vụ chưa xác định thời hạn",
        "Các đề án của Chương trình",
    )
    lines = (
        _by_section(record, pages, lambda row: _timed(row, record)),
        _by_section(record, pages, lambda row: not _timed(row, record)),
        _projects(record, pages),
    )
    return tuple(
        Annex(number, title, COLUMNS, WIDTHS, held, "" if held else "Không có.")
        for number, (title, held) in enumerate(zip(titles, lines, strict=True), 1)
    )


def _timed(row: Row, record: Record) -> bool:
    """Whether it, or an item given under it, is to be done by a day."""
    return any(one.stood.due for one in (row, *record.items_of(row)))


def _by_section(record: Record, pages: Pages, which: Callable[[Row], bool]) -> tuple[Line, ...]:
    found: list[Line] = []
    place = 0
    for section, rows in by_section(record):
        held = [row for row in rows if which(row)]
        if held:
            found.append(Line((f"{section.number}. {line(section.title)}".rstrip(". "),), band=True))
        for row in held:
            place += 1
            found += _lines(row, str(place), record, pages)
    return tuple(found)


def _projects(record: Record, pages: Pages) -> tuple[Line, ...]:
    rows = [row for row in record.rows if row.task.kind == Task.Kind.PROJECT]
    found: list[Line] = []
    section = None
    for place, row in enumerate(rows, 1):
        if row.task.section_id != section:
            section = row.task.section_id
            above = record.sections[section]
            found.append(Line((f"{above.number}. {line(above.title)}".rstrip(". "),), band=True))
        found += _lines(row, str(place), record, pages)
    return tuple(found)


def _lines(row: Row, place: str, record: Record, pages: Pages) -> list[Line]:
    """The row, then its given items beneath it."""
    found = [_line(row, place, record, pages)]
    if not row.task.mirrors_id:
        for at, one in enumerate(record.items_of(row), 1):
            found.append(_line(one, f"{place}.{at}", record, pages))
    return found


def _line(row: Row, place: str, record: Record, pages: Pages) -> Line:
    work = row.task.mirrors or row.task
    source = pages.project(row.task) if row.task.kind == Task.Kind.PROJECT else pages.task(row.task)
    cells = (
        place,
        capital(line(row.task.title)),
        "; ".join(row.leads),
        "; ".join(row.beside),
        line(work.product),
        _due(row, record),
        _progress(row),
        _results(row, record),
        _difficulties(row),
        _notes(row),
    )
    return Line(cells, sources=(source,))


def _due(row: Row, record: Record) -> str:
    stood = row.stood
    if stood.due:
        moved = stood.due_original and stood.due_original != stood.due
        return (
            f"{day(stood.due)} (ban đầu: {day(stood.due_original)})"
            if moved and stood.due_original
            else day(stood.due)
        )
    if row.split is Split.CONTINUING and not stood.timing.worst_item:
        return "Thường xuyên"
    if any(one.stood.due for one in record.items_of(row)):
        return "Theo các việc cụ thể"
    return "Chưa xác định"


def _progress(row: Row) -> str:
    stood = row.stood
    told = f", {stood.percent}%" if stood.percent_told and stood.progress is not Progress.COMPLETED else ""
    state = f"{stood.progress_label}{told}"
    if stood.progress is Progress.COMPLETED and stood.completed_on:
        late = {Split.DONE_LATE: ", quá hạn", Split.DONE_ON_TIME: ", đúng hạn"}.get(row.split, "")
        return f"Hoàn thành ngày {day(stood.completed_on)}{late}"
    if row.split is Split.OVERDUE:
        days = f" {stood.days_late} ngày" if stood.days_late else ""
        return f"{state}; quá hạn{days}"
    return f"{state}; sắp đến hạn" if row.split is Split.DUE_SOON else state


def _results(row: Row, record: Record) -> str:
    if row.task.mirrors_id:
        return f"Thực hiện cùng {shared_with(row.task.mirrors)}, kết quả nêu tại đó."
    prefix = (lambda one: f"{one.unit}: ") if row.sharing else (lambda one: "")
    told = [f"{prefix(one)}{text}" for one in row.told if (text := words_of(one, ANNEX))]
    if row.task.kind == Task.Kind.PROJECT:
        told += beside_words(row, record)
    if told:
        return cut(" ".join(told), ANNEX)
    if any(one.done for one in record.items_of(row)):
        return "Nêu ở các việc cụ thể."
    return "Không phát sinh kết quả mới." if row.told else "Chưa có cập nhật được xác nhận."


def _difficulties(row: Row) -> str:
    told = [text for one in row.told if (text := sentence(one.difficulties))]
    if reason := sentence(row.stood.verdict_reason):
        told.insert(0, reason)
    return cut(" ".join(dict.fromkeys(told)), ANNEX)


def _notes(row: Row) -> str:
    notes = []
    for moved in row.moved:
        days = f"từ {_moved_day(moved.before)} sang {_moved_day(moved.after)}"
        notes.append(f"Điều chỉnh thời hạn {days} theo {line(moved.document)}")
    notes += [one.label for one in row.stood.contradictions]
    return "; ".join(notes)


def _moved_day(text: str) -> str:
    return "thường xuyên" if text == CONTINUING else day(date.fromisoformat(text))

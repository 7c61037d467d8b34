"""From rows to a file for Excel. Pure; XlsxWriter only when asked.

Whatever a person once typed stays text: nothing becomes a formula, a link or a number, and cells for text
have the format for text, so that Excel leaves "=1+1" and "3/2" alone when someone types there again.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from phancong.sheet.shape import (
    COLUMNS,
    CONTINUING,
    GUIDE_TITLE,
    MAX_ROWS,
    PLAN_TITLE,
    PRIORITIES,
    READ_ONLY_HEADING,
    Row,
    tidy,
)

_MADE = datetime(2026, 1, 1)  # the same plan gives the same bytes, whenever it is asked for
_HOW = (
    "Ghi vào trang “Kế hoạch”, mỗi dòng một việc. Không đổi tên các cột; dòng trống được bỏ qua.",
    "Tải tệp lên ở trang kế hoạch của đơn vị, mục Nhập từ bảng tính: được xem trước từng dòng rồi mới ghi.",
    "Dòng có mã việc: sửa việc ấy; ô để trống thì xóa nội dung của ô. Dòng không có mã: thêm việc mới.",
    "Xóa một dòng trong tệp không xóa việc trong kế hoạch; muốn xóa việc, vào trang kế hoạch.",
    "Ghi giá trị, không dùng công thức. Nhiều nhất 2.000 dòng, tệp không quá 5 MB.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What the file says beside the rows: codes with titles, the unit's own first; units and comrades."""

    title: str
    tasks: Sequence[tuple[str, str, bool]]
    units: Sequence[tuple[str, str]] = ()
    comrades: Sequence[str] = ()


def write(rows: Sequence[Row], guide: Guide) -> bytes:
    """The file of a plan. A row's ``number`` is not used: rows stand in the order given."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True} | dict.fromkeys(
        ("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False
    )
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": guide.title, "created": _MADE})
    plan, help_sheet = book.add_worksheet(PLAN_TITLE), book.add_worksheet(GUIDE_TITLE)
    formats = _Formats(book)
    first_code = _write_guide(help_sheet, guide, formats)
    _write_plan(plan, rows, guide, formats)
    last_row = max(MAX_ROWS, len(rows))
    if guide.tasks:
        codes = f"='{GUIDE_TITLE}'!$A${first_code}:$A${first_code + len(guide.tasks) - 1}"
        plan.data_validation(1, 1, last_row, 1, _choice(codes, "Chọn mã nhiệm vụ, đề án có trong danh sách."))
    priorities = _choice(list(PRIORITIES.values()), "Chọn Cao, Bình thường hoặc Thấp.")
    plan.data_validation(1, 9, last_row, 9, priorities)
    book.close()
    return out.getvalue()


class _Formats:
    def __init__(self, book: Any) -> None:
        base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
        boxed = base | {"text_wrap": True, "border": 1, "border_color": "#BFBFBF"}
        head = boxed | {"bold": True, "valign": "vcenter", "align": "center", "bg_color": "#F1EEE6"}
        self.head = book.add_format(head)
        self.read_only_head = book.add_format(head | {"italic": True, "font_color": "#5A606B"})
        self.text = book.add_format(boxed | {"num_format": "@"})
        self.date = book.add_format(boxed | {"num_format": "dd/mm/yyyy", "align": "center"})
        self.read_only = book.add_format(boxed | {"num_format": "@", "italic": True, "font_color": "#5A606B"})
        self.title = book.add_format(base | {"bold": True, "font_size": 14})
        self.bold = book.add_format(base | {"bold": True})
        self.plain = book.add_format(base | {"num_format": "@"})


def _choice(source: Any, message: str) -> dict[str, Any]:
    return {"validate": "list", "source": source, "error_title": "Không có trong danh sách",
            "error_message": message}  # fmt: skip


def _write_plan(page: Any, rows: Sequence[Row], guide: Guide, formats: _Formats) -> None:
    titles: Mapping[str, str] = {code: title for code, title, _ in guide.tasks}
    for place, column in enumerate(COLUMNS):
        format_ = formats.date if column.key in ("start", "due") else formats.text
        page.set_column(place, place, column.width, format_)
        page.write_string(0, place, column.heading, formats.head)
    last = len(COLUMNS)
    page.set_column(last, last, 42, formats.read_only)
    page.write_string(0, last, READ_ONLY_HEADING, formats.read_only_head)
    page.set_row(0, 36)
    for line, row in enumerate(rows, 1):
        shown = row.shown()
        for place, column in enumerate(COLUMNS):
            value = row.start if column.key == "start" else row.due if column.key == "due" else None
            if value:
                page.write_datetime(line, place, value, formats.date)
            elif column.key == "due":
                page.write_string(line, place, CONTINUING if row.continuing else "", formats.date)
            elif column.key == "start":
                page.write_blank(line, place, None, formats.date)
            elif column.key == "priority" and row.is_unfilled:
                page.write_blank(line, place, None, formats.text)
            else:
                page.write_string(line, place, tidy(shown[column.key]), formats.text)
        page.write_string(line, last, tidy(titles.get(row.task, "")), formats.read_only)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(rows), 1), last)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
    page.set_header(f'&C&"Times New Roman,Bold"&13{guide.title[:120].replace("&", "&&")}')
    page.set_footer("&CTrang &P/&N")


def _write_guide(page: Any, guide: Guide, formats: _Formats) -> int:
    """Returns the number of the row in which the first code stands."""
    page.set_column(0, 0, 24, formats.plain)
    page.set_column(1, 1, 100, formats.plain)
    page.set_column(2, 2, 18, formats.plain)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, tidy(guide.title), formats.title)
    line = 1
    for text in _HOW:
        page.write_string(line, 0, text, formats.plain)
        line += 1

    def table(*headings: str) -> int:
        for place, heading in enumerate(headings):
            page.write_string(line + 1, place, heading, formats.head)
        return line + 2

    line = table("Cột", "Cách ghi")
    for column in COLUMNS:
        page.write_string(line, 0, column.heading, formats.text)
        page.write_string(line, 1, column.help, formats.text)
        line += 1
    line = table("Mã nhiệm vụ", "Tên", "Đơn vị chủ trì")
    first_code = line + 1
    for code, title, own in guide.tasks:
        page.write_string(line, 0, tidy(code), formats.text)
        page.write_string(line, 1, tidy(title), formats.text)
        page.write_string(line, 2, "có" if own else "", formats.text)
        line += 1
    line = table("Tên tắt", "Đơn vị (để ghi cột Phối hợp)")
    for short, name in guide.units:
        page.write_string(line, 0, tidy(short), formats.text)
        page.write_string(line, 1, tidy(name), formats.text)
        line += 1
    if guide.comrades:
        line = table("", "Đồng chí (để ghi cột Đồng chí chỉ đạo)")
        for name in guide.comrades:
            page.write_string(line, 1, tidy(name), formats.text)
            line += 1
    return first_code

"""A report's head and annexes as a workbook, to filter and reckon on. All words are words, no formulas."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from baocao.sealed.container import repacked
from baocao.sealed.figures import named
from baocao.sealed.frozen import Frozen
from baocao.sealed.layout import PARTY, VERSION, Layout, lines_of
from baocao.sealed.shape import Annex
from baocao.sealed.text import annex_label, clean, day, mark, moment, note_beneath, nothing_in

MADE_WITH = f"XlsxWriter {xlsxwriter.__version__}, bố cục {VERSION}"
MOST = 32_767
"""Characters in a cell of Excel."""
_CUT = "… (đã cắt, xem toàn văn trong DOCX hoặc PDF)"
_A4 = 9
_WORDS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class _Book:
    """The open workbook with its few formats."""

    def __init__(self, kept: io.BytesIO, layout: Layout) -> None:
        self.book = xlsxwriter.Workbook(kept, {"in_memory": True, **_WORDS})
        base = {"font_name": layout.font, "font_size": layout.cell, "valign": "top", "text_wrap": True}
        add = self.book.add_format
        add(base)
        self.text: Format = add(base)
        self.bold: Format = add(base | {"bold": True})
        self.title: Format = add(base | {"bold": True, "font_size": layout.body, "text_wrap": False})
        self.heading: Format = add(base | {"bold": True, "font_size": layout.body})
        self.note: Format = add(base | {"italic": True, "text_wrap": False})
        ruled = base | {"border": 1}
        self.cell: Format = add(ruled)
        self.count: Format = add(ruled | {"align": "left"})
        self.cells: tuple[Format, Format] = (add(ruled | {"align": "center"}), self.cell)
        self.column: Format = add(ruled | {"bold": True, "align": "center", "valign": "vcenter"})
        self.band: Format = add(base | {"bold": True, "text_wrap": False, "top": 1, "bottom": 1})


def render(frozen: Frozen, layout: Layout = PARTY) -> bytes:
    kept = io.BytesIO()
    made = _Book(kept, layout)
    made.book.set_properties(
        {
            "title": _cell(f"{frozen.title} {frozen.subject}")[:255],
            "author": _cell(frozen.head["issuer"])[:255],
            "created": moment(frozen).replace(tzinfo=None),
        }
    )
    _about(made, frozen, layout)
    for annex in frozen.annexes:
        _annex(made, annex, frozen, layout)
    made.book.close()
    return repacked(kept.getvalue())


def _about(made: _Book, frozen: Frozen, layout: Layout) -> None:
    sheet = made.book.add_worksheet("Báo cáo")
    widths = (48, 60)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    _print(sheet, turned=False)
    replaced = frozen.replaces
    rows: list[tuple[str, str | int]] = [
        ("Cơ quan ban hành", frozen.head["issuer"]),
        ("Số", _numbered(frozen.head["number"], None) if frozen.number else "Chưa có"),
        ("Ngày ban hành", day(frozen.issued_on) if frozen.issued_on else "Chưa ban hành"),
        ("Trích yếu", frozen.subject),
        ("Chương trình", _numbered(frozen.programme["number"], frozen.programme["issued_on"])),
        ("Kỳ báo cáo", frozen.period["label"]),
        ("Từ ngày", day(frozen.period["start"])),
        ("Đến ngày", day(frozen.period["end"])),
        ("Số liệu tính đến ngày", day(frozen.as_of)),
        ("Bản phát hành lần", frozen.edition),
    ]
    if marked := mark(frozen):
        rows.insert(2, ("Lưu ý", marked))
    if replaced:
        rows.append(("Thay cho báo cáo", _numbered(replaced["number"], replaced["issued_on"])))
        rows.append(("Lý do", frozen.because))
    rows += [
        ("Đơn vị được hỏi", frozen.asked),
        ("Đơn vị chưa nộp", "; ".join(frozen.missing) or "Không có"),
        ("SHA-256 của nội dung", frozen.digest),
    ]
    title = _cell(f"{frozen.title} {frozen.subject}")
    sheet.merge_range(0, 0, 0, 1, title, made.heading)
    sheet.set_row(0, _height([title], [sum(widths)], layout.body))
    for row, (_name, value) in enumerate(rows, start=2):
        sheet.set_row(row, _height([str(value)], widths[1:], layout.cell))
    at = _pairs(made, sheet, 2, rows)
    if frozen.figures:
        _put(sheet, at + 1, 0, "Số liệu", made.bold)
        _pairs(made, sheet, at + 2, named(frozen.figures))


def _numbered(number: str, issued_on: str | None) -> str:
    plain = number.removeprefix("Số").strip()
    return f"{plain}, ngày {day(issued_on)}" if issued_on else plain


def _pairs(made: _Book, sheet: Worksheet, at: int, rows: Sequence[tuple[str, str | int]]) -> int:
    for name, value in rows:
        _put(sheet, at, 0, name, made.cell)
        if isinstance(value, int):
            sheet.write_number(at, 1, value, made.count)
        else:
            _put(sheet, at, 1, value, made.cell)
        at += 1
    return at


def _annex(made: _Book, annex: Annex, frozen: Frozen, layout: Layout) -> None:
    sheet = made.book.add_worksheet(f"Phụ lục {annex.number}")
    last = len(annex.columns) - 1
    # A column is measured in digits, 2 mm each on paper; a screen has room for half as much again.
    widths = [max(6, round(width * 0.75)) for width in layout.column_widths(annex)]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    _put(sheet, 0, 0, f"{annex_label(annex)}. {annex.title}", made.title)
    sheet.set_row(0, 22)
    _put(sheet, 1, 0, frozen.annex_reference, made.note)
    top = row = 3
    for at, column in enumerate(annex.columns):
        _put(sheet, top, at, column, made.column)
    sheet.set_row(top, _height(annex.columns, widths, layout.cell))
    for row, line in enumerate(annex.lines, start=top + 1):
        # A band is not merged: merged cells stand in the way of sorting and filtering.
        cells = line.cells + ("",) * last if line.band else line.cells
        if not line.band:
            sheet.set_row(row, _height(cells, widths, layout.cell))
        for at, text in enumerate(cells):
            _put(sheet, row, at, text, made.band if line.band else made.cells[bool(at)])
    sheet.autofilter(top, 0, row, last)
    # "1.10" is a number in the document's order, not one and a tenth.
    sheet.ignore_errors({"number_stored_as_text": xl_range(top, 0, row, last)})
    beneath = nothing_in(annex) or note_beneath(annex)
    if beneath:
        _put(sheet, row + 1, 0, beneath, made.note)
    sheet.print_area(0, 0, row + 1 if beneath else row, last)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    _print(sheet, turned=True)


def _print(sheet: Worksheet, *, turned: bool) -> None:
    sheet.set_paper(_A4)
    if turned:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&C&P")


def _height(cells: Sequence[str], widths: Sequence[int], size: int) -> float:
    """Of a row, in points: not every program makes a row as high as its wrapped text."""
    # A digit is 7 pixels of 0.75 points wide; what is bold or set in another font needs some room more.
    lines = (lines_of(_cell(text), 5 * width, size) for text, width in zip(cells, widths, strict=True))
    return min(409, max(lines) * size * 1.3 + 4)


def _put(sheet: Worksheet, row: int, column: int, text: str, kept: Format) -> None:
    if said := _cell(text):
        sheet.write_string(row, column, said, kept)
    else:  # not an empty word: a band's words run on over blank cells only
        sheet.write_blank(row, column, None, kept)


def _cell(text: str) -> str:
    """What a cell can hold of a text. Excel counts in UTF-16: a letter beyond the first plane is two."""
    counted = clean(text).encode("utf-16-le")
    if len(counted) <= 2 * MOST:
        return clean(text)
    return counted[: 2 * (MOST - len(_CUT))].decode("utf-16-le", "ignore") + _CUT

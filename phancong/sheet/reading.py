"""From a file's bytes to the rows of a plan, with every fault at its cell. Pure; openpyxl only when asked."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any

from chuongtrinh.vietnamese import fold
from phancong.sheet import container
from phancong.sheet.shape import (
    BY_KEY,
    COLUMNS,
    GUIDE_TITLE,
    HEADINGS,
    MAX_ROWS,
    NORMAL,
    PLAN_TITLE,
    READ_ONLY_HEADING,
    REQUIRED,
    Fault,
    Row,
    Sheet,
    SheetError,
    date_of,
    is_continuing,
    parted,
    priority_of,
    text_of,
)

_HEADER_WITHIN = 30
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_KNOWN_ELSEWHERE = fold(READ_ONLY_HEADING)
Cell = tuple[str, Any]
"""A cell's kind as openpyxl names it (f formula, e error, …) and its value."""
Line = tuple[int, dict[int, Cell]]


def read(data: bytes) -> Sheet:
    """The rows of the plan in a file. Raises SheetError where the file as a whole is refused."""
    container.check(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of every extension that it leaves out
            return _read(data)
    except SheetError:
        raise
    except Exception as error:  # what is broken inside fails anywhere in openpyxl
        raise SheetError(container.BROKEN) from error


def _read(data: bytes) -> Sheet:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        found = []
        for sheet in book.worksheets:
            heading = _heading(_lines(book, sheet))
            if heading:
                found.append((sheet, heading))
        whole = [one for one in found if not _missing(one[1][1])]
        if len(whole) > 1:
            titles = ", ".join(f"“{sheet.title}”" for sheet, _ in whole)
            raise SheetError(
                f"Có {len(whole)} trang tính cùng dạng kế hoạch ({titles}). Chỉ giữ lại một trang."
            )
        if not found:
            raise SheetError(
                "Không thấy dòng tiêu đề của bảng. Trong 30 dòng đầu phải có một dòng ghi: "
                f"{', '.join(column.heading for column in COLUMNS)}. Hãy dùng tệp mẫu tải từ trang này."
            )
        if not whole:
            lacking = ", ".join(f"“{BY_KEY[key].heading}”" for key in _missing(found[0][1][1]))
            raise SheetError(f"Trang tính “{found[0][0].title}” thiếu cột {lacking}. Hãy dùng tệp mẫu.")
        sheet, (number, cells) = whole[0]
        usual = (sheet.title, number) == (PLAN_TITLE, 1)
        notes = [] if usual else [f"Đọc trang tính “{sheet.title}”, dòng tiêu đề là dòng {number}."]
        others = [
            f"“{one.title}”" for one in book.worksheets if one is not sheet and one.title != GUIDE_TITLE
        ]
        if others:
            notes.append(f"Không đọc các trang tính khác: {', '.join(others)}.")
        return _sheet(_lines(book, sheet), number, cells, notes)
    finally:
        book.close()


def _lines(book: Any, sheet: Any) -> Iterator[Line]:
    """The rows that a sheet's XML really holds, whatever dimensions it declares.

    Goes past openpyxl's worksheet to its parser: that fills every gap up to a declared or far-away cell, and
    works out shared formulas that nobody asks for.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_formula(self, element: Any) -> str:
            return "="

    with sheet._get_source() as source:
        parser = Parser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if not 0 < number <= _LAST_ROW:
                raise ValueError("a row outside the sheet")
            line = {}
            for cell in cells:
                if not 0 < cell["column"] <= _LAST_COLUMN:
                    raise ValueError("a column outside the sheet")
                if cell["value"] is not None and cell["value"] != "":
                    line[cell["column"]] = cell["data_type"], cell["value"]
            yield number, line


def _heading(lines: Iterator[Line]) -> tuple[int, dict[int, str]] | None:
    """The row of headings, its number and texts; None where the sheet is none of ours."""
    for number, cells in islice(lines, _HEADER_WITHIN):
        texts = {
            column: value.strip()
            for column, (_, value) in cells.items()
            if isinstance(value, str) and len(value) <= 200 and value.strip()
        }
        if len({HEADINGS.get(fold(text)) for text in texts.values()} - {None}) >= 2:
            return number, texts
    return None


def _missing(texts: dict[int, str]) -> list[str]:
    present = {HEADINGS.get(fold(text)) for text in texts.values()}
    return [key for key in REQUIRED if key not in present]


def _sheet(lines: Iterator[Line], header: int, texts: dict[int, str], notes: list[str]) -> Sheet:
    from openpyxl.utils import get_column_letter

    places: dict[str, int] = {}
    for column, text in sorted(texts.items()):
        key = HEADINGS.get(fold(text))
        if key is None:
            if fold(text) != _KNOWN_ELSEWHERE:
                notes.append(f"Cột {get_column_letter(column)} “{text[:60]}” không thuộc mẫu: bỏ qua.")
        elif key in places:
            both = f"{get_column_letter(places[key])} và {get_column_letter(column)}"
            raise SheetError(
                f"Có hai cột cùng tên “{BY_KEY[key].heading}” ({both}). Xóa hoặc đổi tên một cột."
            )
        else:
            places[key] = column
    absent = [column.heading for column in COLUMNS if column.key not in places]
    if absent:
        notes.append(
            f"Tệp không có cột {', '.join(f'“{name}”' for name in absent)}: việc đã có giữ nguyên phần này, "
            "việc mới để trống."
        )
    letters = {key: get_column_letter(column) for key, column in places.items()}
    rows: list[Row] = []
    faults: list[Fault] = []
    filled = unfilled = 0
    for number, cells in lines:
        known = {key: cells[column] for key, column in places.items() if column in cells}
        if number <= header or not known:
            continue
        filled += 1
        if filled > MAX_ROWS:
            raise SheetError("Tệp có hơn 2.000 dòng. Chia thành nhiều tệp, hoặc xóa các dòng thừa.")
        row, found = _row(number, known, letters)
        faults += found
        if row.is_unfilled and not found:
            unfilled += 1
        else:
            rows.append(row)
    if unfilled:
        notes.append(f"{unfilled} dòng chưa ghi việc phải làm: bỏ qua.")
    return Sheet(letters=letters, rows=tuple(rows), faults=tuple(faults), notes=tuple(notes))


def _row(number: int, cells: dict[str, Cell], letters: dict[str, str]) -> tuple[Row, list[Fault]]:
    values: dict[str, Any] = {}
    faults = []
    for key, (kind, value) in cells.items():
        try:
            if kind == "f":
                raise ValueError("là công thức. Chép ô rồi dán lại dạng giá trị (Paste Values).")
            if kind == "e":
                raise ValueError(f"đang báo lỗi {str(value)[:20]} của Excel. Ghi lại nội dung ô.")
            if key == "due" and is_continuing(value):
                values["continuing"] = True
            elif key in ("start", "due"):
                values[key] = date_of(value)
            elif key == "priority":
                values[key] = priority_of(value)
            else:
                text, limit = text_of(value), BY_KEY[key].limit
                if len(text) > limit:
                    raise ValueError(f"dài {len(text)} ký tự, nhiều nhất {limit}. Rút gọn lại.")
                values[key] = parted(text) if key == "coordinators" else text
        except ValueError as error:
            faults.append(Fault(f"{letters[key]}{number}", str(error)))
    if values.get("priority") is None:
        values["priority"] = NORMAL
    return Row(number=number, **values), faults

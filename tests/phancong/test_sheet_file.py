"""The file of a plan: written, read back, and refused where it is hostile or no plan."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phancong.sheet import container
from phancong.sheet.reading import read
from phancong.sheet.shape import COLUMNS, Row, Sheet, SheetError, tidy
from phancong.sheet.writing import Guide, write
from tests.phancong.sheets import HEADINGS, book, repacked, row

GUIDE = Guide(
    title="Kế hoạch năm 2027 - Phòng Đất đai & Môi trường",
    tasks=[("II.1-01", "Làm đường", True), ("DA-04", "Đề án", False)],
    units=[("VPUB", "Văn phòng")],
    comrades=["Trần Thị Hòa"],
)
INERT = ["=1+1", "+x", "-x", "@x", "=HYPERLINK(\"http://x\")", "http://example.vn", "=cmd|' /C calc'!A0",
         "0012", "3/2", "1e5", "_x0041_", "a & b <c>", "{=SUM(A1)}", "'nháy"]  # fmt: skip


def faults(data: bytes) -> list[str]:
    return [str(fault) for fault in read(data).faults]


def opened(data: bytes) -> Any:
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(data))


# --- out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", INERT)
def test_what_a_person_typed_stays_text(text: str) -> None:
    data = write([Row(number=2, task="II.1-01", title=text, product=text)], GUIDE)
    cell = opened(data)["Kế hoạch"]["C2"]
    assert (cell.data_type, cell.number_format, cell.hyperlink) == ("s", "@", None)
    assert read(data).rows[0].title == text


def test_the_file_is_laid_out_for_work() -> None:
    whole = Row(number=2, code="2027-PDD-01", task="II.1-01", title="Mở lớp", start=date(2027, 1, 5),
                due=date(2027, 12, 31), priority=1)  # fmt: skip
    found = opened(write([whole, Row(number=3, task="DA-04", title="Trực", continuing=True)], GUIDE))
    plan, guide = found["Kế hoạch"], found["Hướng dẫn"]
    assert [cell.value for cell in plan[1]][:10] == HEADINGS
    assert plan.freeze_panes == "A2"
    assert plan.auto_filter.ref == "A1:K3"
    assert (plan["F2"].value, plan["F2"].number_format) == (datetime(2027, 12, 31), "dd/mm/yyyy")
    assert plan["F3"].value == "thường xuyên"
    rules = {str(rule.sqref): rule.formula1 for rule in plan.data_validations.dataValidation}
    assert rules["J2:J2001"] == '"Cao,Bình thường,Thấp"'
    first, last = (int(part.rpartition("$")[2]) for part in rules["B2:B2001"].split(":"))
    assert [guide.cell(line, 1).value for line in range(first, last + 1)] == ["II.1-01", "DA-04"]
    assert all(plan.column_dimensions[letter].width > 10 for letter in "ABCDEFGHIJ")


def test_the_same_plan_gives_the_same_bytes() -> None:
    rows = [Row(number=2, task="II.1-01", title="Mở lớp")]
    assert write(rows, GUIDE) == write(rows, GUIDE)


def test_nothing_for_office_files_is_imported_until_asked() -> None:
    code = (
        "import sys, phancong.sheet.reading, phancong.sheet.writing;"
        "sys.exit(any(name.split('.')[0] in ('openpyxl', 'xlsxwriter', 'django') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
ROWS = st.builds(
    Row,
    number=st.just(0),
    code=TEXT.filter(lambda text: len(tidy(text)) <= 40).map(lambda text: tidy(text)[:40]),
    task=st.just("II.1-01"),
    title=TEXT.map(tidy).filter(bool),
    product=TEXT.map(tidy),
    start=st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    due=st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    authority=TEXT.map(tidy),
    direct=TEXT.map(tidy),
    coordinators=st.lists(
        TEXT.map(lambda text: tidy(text.replace(";", " "))).filter(bool), max_size=3, unique=True
    ).map(tuple),
    priority=st.sampled_from([1, 2, 3]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROWS, max_size=4))
def test_what_is_written_is_read_back(rows: list[Row]) -> None:
    found = read(write(rows, GUIDE))
    assert found.faults == ()
    assert [one.shown() for one in found.rows] == [one.shown() for one in rows]
    assert Sheet.unpacked(found.packed()).rows == found.rows


# --- in: cells ------------------------------------------------------------------------------------------

GOOD_DATES = [
    (date(2027, 12, 31), "31/12/2027"), (datetime(2027, 12, 31, 8, 30), "31/12/2027"), ("31/12/2027",) * 2,
    ("1/2/2027", "01/02/2027"), ("31-12-2027", "31/12/2027"), ("31.12.2027", "31/12/2027"),
    ("2027-12-31", "31/12/2027"), (" 31/12/2027 ", "31/12/2027"), ("Thường xuyên", "thường xuyên"),
    ("THƯỜNG  XUYÊN", "thường xuyên"), ("thuong xuyen", "thường xuyên"), ("", ""), (None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "shown"), GOOD_DATES)
def test_deadlines_as_people_write_them(cell: Any, shown: str) -> None:
    found = read(book(row("II.1-01", "Mở lớp", due=cell)))
    assert found.faults == ()
    assert found.rows[0].shown()["due"] == shown


BAD_CELLS = [
    ("due", "12/31/2027", "Ô F2: “12/31/2027” không có trong lịch"),
    ("due", "30/02/2027", "không có trong lịch"),
    ("due", "31/12/27", "Ghi đủ ngày, tháng, năm"),
    ("due", "quý IV", "Ô F2: “quý IV” không phải ngày."),
    ("due", 2027, "mới có năm 2027"),
    ("due", 46752, "là số 46752, không phải ngày. Nếu muốn ghi 31/12/2027"),
    ("due", 12.5, "là một con số"),
    ("due", True, "không phải ngày"),
    ("due", date(1999, 1, 1), "năm 1999 không hợp lý"),
    ("start", "thường xuyên", "Ô E2: “thường xuyên” không phải ngày."),
    ("title", "x" * 301, "Ô C2: dài 301 ký tự, nhiều nhất 300."),
    ("product", "x" * 501, "Ô D2: dài 501 ký tự, nhiều nhất 500."),
    ("authority", "x" * 9000, "Ô G2: dài 9000 ký tự"),
    ("code", "x" * 41, "Ô A2: dài 41 ký tự"),
    ("title", date(2027, 2, 3), "Excel đã đổi thành ngày giờ (03/02/2027)"),
    ("title", "=1+1", "Ô C2: là công thức"),
    ("due", "=TODAY()", "Ô F2: là công thức"),
    ("product", "#REF!", "Ô D2: đang báo lỗi #REF!"),
    ("title", True, "giá trị đúng/sai"),
    ("priority", "Gấp", "Ô J2: ưu tiên chỉ ghi"),
]


@pytest.mark.parametrize(("key", "cell", "said"), BAD_CELLS)
def test_a_cell_that_cannot_be_taken_is_named(key: str, cell: Any, said: str) -> None:
    cells = {"task": "II.1-01", "title": "Mở lớp"} | {key: cell}
    found = faults(book([cells.get(column.key) for column in COLUMNS]))
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("cell", "priority"), [("Cao", 1), ("cao", 1), ("thấp", 3), (1, 1), ("2", 2), (None, 2)]
)
def test_priorities_as_people_write_them(cell: Any, priority: int) -> None:
    assert read(book(row("II.1-01", "Mở lớp", priority=cell))).rows[0].priority == priority


def test_numbers_and_spaces_become_plain_text() -> None:
    found = read(book(row("II.1-01", "  Mở\n lớp \t x ", product=2027, authority=2027.0)))
    assert (found.rows[0].title, found.rows[0].product, found.rows[0].authority) == (
        "Mở lớp x",
        "2027",
        "2027",
    )


# --- in: the shape --------------------------------------------------------------------------------------


def test_columns_stand_in_any_order_and_any_spelling() -> None:
    found = read(
        book(["Mở lớp", "II.1-01", "31/12/2027"], headings=["VIỆC PHẢI LÀM", "thuoc nhiem vu", "Thời hạn"])
    )
    assert (found.rows[0].task, found.rows[0].title, found.rows[0].due) == (
        "II.1-01",
        "Mở lớp",
        date(2027, 12, 31),
    )
    assert "không có cột “Mã việc”, “Sản phẩm”" in " ".join(found.notes)


def test_a_fault_in_moved_columns_is_named_where_it_stands() -> None:
    headings = ["Thời hạn", "Thuộc nhiệm vụ", "Việc phải làm"]
    assert faults(book(["sai", "II.1-01", "Mở lớp"], headings=headings))[0].startswith("Ô A2:")


def test_headings_below_a_title_and_empty_rows_are_found() -> None:
    found = read(book(["KẾ HOẠCH NĂM 2027"], [], HEADINGS, [], row("II.1-01", "Mở lớp"), headings=[]))
    assert [(one.number, one.title) for one in found.rows] == [(5, "Mở lớp")]


def test_further_columns_and_sheets_are_left_out_and_said() -> None:
    def more(made: Any) -> None:
        made.create_sheet("Nháp").append(["gì đó"])

    data = book([*row("II.1-01", "Mở lớp"), "x"], headings=[*HEADINGS, "Ghi chú"], more=more)
    notes = " ".join(read(data).notes)
    assert "Cột K “Ghi chú” không thuộc mẫu" in notes
    assert "Không đọc các trang tính khác: “Nháp”" in notes


def test_lines_of_the_empty_form_are_passed_over() -> None:
    found = read(write([Row(number=0, task="II.1-01"), Row(number=0, task="DA-04")], GUIDE))
    assert found.rows == ()
    assert "2 dòng chưa ghi việc phải làm: bỏ qua." in found.notes


# --- refused --------------------------------------------------------------------------------------------

PLAIN = book(row("II.1-01", "Mở lớp"))
SHEET = "xl/worksheets/sheet1.xml"


def part(name: str, content: bytes) -> bytes:
    return repacked(PLAIN, lambda parts: parts.__setitem__(name, content))


def edited(old: bytes, new: bytes, name: str = SHEET) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return repacked(PLAIN, change)


def twice(made: Any) -> None:
    made.create_sheet("Bản hai").append(HEADINGS)


def many(made: Any) -> None:
    for number in range(25):
        made.create_sheet(f"T{number}")


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def parts_by_the_thousand() -> bytes:
    return archive(**{f"xl__p{number}": b"" for number in range(2000)})


def flagged_as_encrypted() -> bytes:
    data = bytearray(PLAIN)
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying_about_its_size() -> bytes:
    """Declares the sheet as one byte long."""
    data = bytearray(PLAIN)
    name = data.rfind(SHEET.encode())
    data[name - 22 : name - 18] = (1).to_bytes(4, "little")
    return bytes(data)


def with_lzma() -> bytes:
    out = io.BytesIO(PLAIN)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_LZMA) as package:
        package.writestr("xl/media/x.bin", b"x" * 1000)
    return out.getvalue()


BOMB = b"<x>" + b" " * (container.MAX_UNPACKED + 1)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
DTD = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
NO_STRING = b'<row r="3"><c r="C3" t="s"><v>99</v></c></row></sheetData>'
HOSTILE: dict[str, tuple[Callable[[], bytes] | bytes, str]] = {
    "empty": (b"", "Tệp trống"),
    "huge": (b"PK" + b"\0" * container.MAX_BYTES, "lớn hơn 5 MB"),
    "text": ("Mã việc,Thuộc nhiệm vụ".encode(), "không phải bảng tính Excel"),
    "html": (b"<html><table></table></html>", "không phải bảng tính Excel"),
    "pdf": (b"%PDF-1.7", "tệp PDF"),
    "old xls": (OLD, "kiểu cũ (.xls)"),
    "with a password": (OLD + "EncryptedPackage".encode("utf-16-le"), "có mật khẩu"),
    "encrypted zip": (flagged_as_encrypted, "có mật khẩu"),
    "half a file": (PLAIN[: len(PLAIN) // 2], "bị hỏng"),
    "only a signature": (b"PK\x03\x04", "bị hỏng"),
    "word": (lambda: archive(word__document=b"<x/>"), "tệp Word"),
    "ods": (lambda: archive(mimetype=b"application/vnd.oasis"), "OpenDocument"),
    "any zip": (lambda: archive(anh=b"x"), "tệp nén"),
    "xlsb": (lambda: part("xl/workbook.bin", b"x"), ".xlsb"),
    "zip bomb": (lambda: part("xl/media/bomb.xml", BOMB), "phình ra quá lớn"),
    "many parts": (parts_by_the_thousand, "quá nhiều phần"),
    "lying size": (lying_about_its_size, "bị hỏng"),
    "lzma": (with_lzma, "bị hỏng"),
    "macro": (lambda: part("xl/vbaProject.bin", b"x"), "có macro"),
    "macro by type": (lambda: edited(b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml",
                                     "[Content_Types].xml"), "có macro"),
    "external link": (lambda: part("xl/externalLinks/externalLink1.xml", b"<x/>"), "liên kết sang tệp khác"),
    "embedded": (lambda: part("xl/embeddings/oleObject1.bin", b"x"), "đối tượng nhúng"),
    "entities": (lambda: edited(b"<worksheet", DTD + b"<worksheet"), "DOCTYPE"),
    "entities in utf-16": (lambda: part("xl/x.xml", DTD.decode().encode("utf-16")), "DOCTYPE"),
    "a million tags": (lambda: part("xl/x.xml", b"<a/>" * 1_300_000), "quá nhiều ô"),
    "broken xml": (lambda: edited(b"</sheetData>", b""), "bị hỏng"),
    "no such string": (lambda: edited(b"</sheetData>", NO_STRING),
                       "bị hỏng"),
    "row beyond the sheet": (lambda: edited(b'<row r="2"', b'<row r="99999999999"'), "bị hỏng"),
    "row below zero": (lambda: edited(b'<row r="2"', b'<row r="-5"'), "bị hỏng"),
    "no workbook": (lambda: repacked(PLAIN, lambda parts: parts.pop("xl/workbook.xml")), "bị hỏng"),
    "no heading": (lambda: book(row("II.1-01", "Mở lớp"), headings=[]), "Không thấy dòng tiêu đề"),
    "nothing in it": (lambda: book(headings=[]), "Không thấy dòng tiêu đề"),
    "no work column": (lambda: book(headings=[h for h in HEADINGS if h != "Việc phải làm"]),
                       "thiếu cột “Việc phải làm”"),
    "a column twice": (lambda: book(headings=[*HEADINGS, "Sản phẩm"]), "hai cột cùng tên “Sản phẩm” (D"),
    "two plans": (lambda: book(more=twice), "Có 2 trang tính cùng dạng kế hoạch"),
    "many sheets": (lambda: book(more=many), "quá nhiều trang tính"),
    "too many rows": (lambda: book(*(row("II.1-01", f"Việc {n}") for n in range(2001))), "hơn 2.000 dòng"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_foreign_file_is_refused_with_its_reason(name: str) -> None:
    made, reason = HOSTILE[name]
    data = made() if callable(made) else made
    started = time.perf_counter()
    with pytest.raises(SheetError, match=r"\.$") as refused:
        read(data)
    assert reason in str(refused.value)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("dimension", [b"A1:XFD1048576", b"A1:A1", b"J9:J9"])
def test_dimensions_that_lie_change_nothing(dimension: bytes) -> None:
    data = edited(b'<dimension ref="A1:J2"', b'<dimension ref="' + dimension + b'"')
    started = time.perf_counter()
    assert [one.title for one in read(data).rows] == ["Mở lớp"]
    assert time.perf_counter() - started < 1


def test_a_cell_at_the_far_end_of_the_sheet_costs_nothing() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    data = edited(b"</sheetData>", far)
    started = time.perf_counter()
    assert [one.title for one in read(data).rows] == ["Mở lớp"]
    assert time.perf_counter() - started < 1


def test_the_worst_file_that_is_opened_stays_within_its_memory() -> None:
    """In a process of its own: tags up to the limit, none of which openpyxl lets go of."""
    code = (
        "import resource, sys; from tests.phancong.test_sheet_file import part, read, SheetError;"
        "from phancong.sheet.container import MAX_MARKS;"
        "data = part('xl/worksheets/sheet1.xml', b'<a>' + b'<b/>' * (MAX_MARKS - 3000));"
        "import openpyxl; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: read(data)\n"
        "except SheetError: pass\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    setup = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; django.setup();"
    )
    done = subprocess.run([sys.executable, "-c", setup + code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 150


# --- fuzz -----------------------------------------------------------------------------------------------


def survives(data: bytes) -> None:
    try:
        read(data)
    except SheetError as error:
        assert str(error).endswith(".")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
@example(b"PK\x05\x06" + b"\0" * 18)
@example(b"PK\x03\x04" + b"\xff" * 60)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    survives(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(draw: st.DataObject) -> None:
    data = bytearray(PLAIN)
    for place, byte in draw.draw(
        st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), min_size=1, max_size=8)
    ):
        data[place] = byte
    survives(bytes(data[: draw.draw(st.integers(1, len(data)))] if draw.draw(st.booleans()) else data))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_sheet_damaged_inside_is_read_or_refused(draw: st.DataObject) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = draw.draw(st.sampled_from(sorted(parts)))
        content = bytearray(parts[name])
        for place, bit in draw.draw(
            st.lists(
                st.tuples(st.integers(0, len(content) - 1), st.binary(max_size=6)), min_size=1, max_size=6
            )
        ):
            content[place : place + 1] = bit
        parts[name] = bytes(content)

    survives(repacked(PLAIN, change))


PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc"])
CELLS = (
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(PRINTABLE, max_size=50)
    | st.floats(allow_nan=False, allow_infinity=False) | st.datetimes(datetime(1901, 1, 1)) | st.times()
    | st.timedeltas() | st.sampled_from([*INERT, "31/12/2027", "thường xuyên", "#N/A"])
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, max_size=12), max_size=4))
def test_any_cells_are_rows_or_faults(rows: list[list[Any]]) -> None:
    try:
        data = book(*rows)
    except (ValueError, OverflowError):
        return  # openpyxl itself cannot write it
    survives(data)

"""The workbook, opened again: words as words, numbers as numbers, ready to filter and to print."""

import io
from datetime import datetime

import openpyxl
import pytest

from baocao.sealed.xlsx import MOST, render
from tests.baocao.sealed.reports import DRAFT, REPLACING, golden, report, small


def opened(frozen):
    return openpyxl.load_workbook(io.BytesIO(render(frozen)))


@pytest.fixture(scope="module")
def frozen():
    return golden()


@pytest.fixture(scope="module")
def book(frozen):
    return opened(frozen)


def test_one_sheet_tells_of_the_report_and_one_each_annex(book):
    assert book.sheetnames == ["Báo cáo", "Phụ lục 1", "Phụ lục 2", "Phụ lục 3"]


def pairs(book):
    return {row[0].value: row[1].value for row in book["Báo cáo"].iter_rows(min_row=2) if row[0].value}


def test_the_first_sheet_has_the_head_and_the_figures_as_numbers(frozen, book):
    said = pairs(book)
    assert book["Báo cáo"]["A1"].value == f"BÁO CÁO {frozen.subject}"
    assert said["Số"] == "01-BC/ĐUUB" and said["Ngày ban hành"] == "18/6/2026"
    assert said["Kỳ báo cáo"] == "6 tháng đầu năm 2026" and said["Số liệu tính đến ngày"] == "14/6/2026"
    assert said["SHA-256 của nội dung"] == frozen.digest
    assert said["Nhiệm vụ, đề án: tổng số"] == 53 and said["Chỉ tiêu"] == 12
    assert said["Đơn vị chưa nộp"] == "Trung tâm Phục vụ hành chính công"
    assert [name for name in said if name in frozen.figures] == []


def test_a_draft_and_an_edition_that_replaces_another_say_so():
    said = pairs(opened(report(**DRAFT | REPLACING)))
    assert (said["Số"], said["Ngày ban hành"]) == ("Chưa có", "Chưa ban hành")
    assert said["Lưu ý"] == "Dự thảo lần 2"
    assert said["Thay cho báo cáo"] == "01-BC/ĐUUB, ngày 05/02/2026"
    assert said["Lý do"] == "Số liệu chi ngân sách ghi nhầm."


def test_invented_data_say_so():
    said = pairs(opened(report(sample=True)))
    assert (said["Số"], said["Lưu ý"]) == ("01-BC/ĐUUB", "Dữ liệu minh họa")


def test_each_annex_has_all_its_cells_as_words(frozen, book):
    for annex in frozen.annexes:
        sheet = book[f"Phụ lục {annex.number}"]
        rows = list(sheet.iter_rows(min_row=4, max_row=4 + len(annex.lines), max_col=len(annex.columns)))
        said = [[cell.value or "" for cell in row] for row in rows]
        blank = [""] * (len(annex.columns) - 1)
        lines = [[*line.cells, *blank] if line.band else list(line.cells) for line in annex.lines]
        assert said == [list(annex.columns), *lines]
        assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}


def test_an_annex_filters_scrolls_and_prints_well(frozen, book):
    for annex in frozen.annexes:
        sheet = book[f"Phụ lục {annex.number}"]
        assert sheet.auto_filter.ref == f"A4:J{4 + len(annex.lines)}"
        assert sheet.freeze_panes == "A5"
        assert sheet.print_title_rows == "$4:$4"
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide, which is what a file says by not saying it, and as many as it takes high.
        assert (sheet.page_setup.fitToWidth, int(sheet.page_setup.fitToHeight)) == (None, 0)
        assert all(sheet.column_dimensions[letter].width > 5 for letter in "ABCDEFGHIJ")
        assert all(cell.alignment.wrap_text for cell in sheet[5 + annex.lines[0].band])


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", "https://a.vn", "007", "1.5"]
)
def test_nothing_that_people_write_becomes_a_formula_a_link_or_a_number(text):
    sheet = opened(small(cells=(text,)))["Phụ lục 1"]
    assert (sheet["B5"].value, sheet["B5"].data_type, sheet["B5"].hyperlink) == (text, "s", None)


@pytest.mark.parametrize("letter", ["a", "ư", "😀"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(letter):
    value = opened(small(cells=(letter * 40_000,)))["Phụ lục 1"]["B5"].value
    assert len(value.encode("utf-16-le")) // 2 <= MOST
    assert value.startswith(letter * 16_000) and value.endswith(
        "… (đã cắt, xem toàn văn trong DOCX hoặc PDF)"
    )
    kept = "a" * MOST
    assert opened(small(cells=(kept,)))["Phụ lục 1"]["B5"].value == kept


def test_a_row_is_as_high_as_its_words():
    sheet = opened(small(cells=("Nội dung dài. " * 40, "ngắn")))["Phụ lục 1"]
    short = opened(small(cells=("một dòng", "ngắn")))["Phụ lục 1"]
    assert 0 < short.row_dimensions[5].height < 20 < 60 < sheet.row_dimensions[5].height <= 409
    # Excel makes no row higher than 409 points.
    assert 400 < opened(small(cells=("dài " * 8_000,)))["Phụ lục 1"].row_dimensions[5].height <= 409


def test_the_file_is_dated_by_the_report(book):
    assert book.properties.created == datetime(2026, 6, 18)
    assert book.properties.creator == "ĐẢNG ỦY UBND XÃ"


def test_an_annex_without_lines_says_so():
    sheet = opened(report(annexes=(small().annexes[0].__class__(1, "Trống", ("TT",), (1,)),)))["Phụ lục 1"]
    assert [sheet["A4"].value, sheet["A5"].value] == ["TT", "Không có."]

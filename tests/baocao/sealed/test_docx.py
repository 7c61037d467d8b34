"""The Word file, opened again: every text of the frozen form and every measure of a Party document."""

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime

import docx
import pypdf
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from baocao.sealed.docx import render
from baocao.sealed.fonts import BOLD, width
from tests.baocao.sealed.reports import DRAFT, REPLACING, golden, part, report, small


def opened(frozen):
    return docx.Document(io.BytesIO(render(frozen)))


@pytest.fixture(scope="module")
def frozen():
    return golden()


@pytest.fixture(scope="module")
def document(frozen):
    return opened(frozen)


def near(length, expected):
    """Word measures in twentieths of a point, a hundredth of a millimetre more or less."""
    return abs(length - expected) < Mm(0.02)


def inherited(paragraph, name, of="paragraph_format"):
    """A property as it holds: the paragraph's own, else its style's, else of the style beneath."""
    here = getattr(paragraph, of) if of == "paragraph_format" else None
    if here is not None and getattr(here, name) is not None:
        return getattr(here, name)
    style = paragraph.style
    while style is not None:
        found = getattr(getattr(style, of), name)
        if found is not None:
            return found
        style = style.base_style
    return None


def test_the_page_is_a4_with_its_margins(document):
    first, *annexes = document.sections
    assert first.orientation == WD_ORIENT.PORTRAIT
    assert near(first.page_width, Mm(210)) and near(first.page_height, Mm(297))
    assert len(annexes) == 3
    for section in annexes:
        assert section.orientation == WD_ORIENT.LANDSCAPE
        assert near(section.page_width, Mm(297)) and near(section.page_height, Mm(210))
    for section in document.sections:
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert all(near(side, Mm(asked)) for side, asked in zip(sides, (20, 20, 30, 15), strict=True))


def test_pages_are_numbered_in_the_top_margin_and_the_first_is_not(document):
    first, *annexes = document.sections
    number = first.header.paragraphs[0]
    assert "PAGE" in "".join(number._p.itertext())
    assert inherited(number, "alignment") == ALIGN.CENTER
    assert inherited(number, "size", "font") == Pt(14)
    assert near(first.header_distance, Mm(10))
    assert all(section.different_first_page_header_footer for section in document.sections)
    assert "".join(first.first_page_header._element.itertext()) == ""
    for section in annexes:  # the same headers, counted from 1 again
        assert section.header.is_linked_to_previous and section.first_page_header.is_linked_to_previous
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_everything_is_in_times_new_roman_and_black(document):
    defaults = document.styles.element.find(qn("w:docDefaults"))
    fonts = defaults.find(".//" + qn("w:rFonts"))
    assert {fonts.get(qn(f"w:{one}")) for one in ("ascii", "hAnsi", "cs", "eastAsia")} == {"Times New Roman"}
    assert defaults.find(".//" + qn("w:color")).get(qn("w:val")) == "000000"
    assert defaults.find(".//" + qn("w:sz")).get(qn("w:val")) == "28"
    for piece in (document.element, document.styles.element, document.part.numbering_part.element):
        names = {one.get(qn("w:ascii")) for one in piece.iter(qn("w:rFonts"))}
        assert names <= {"Times New Roman"}
        assert {one.get(qn("w:val")) for one in piece.iter(qn("w:color"))} <= {"000000"}
        assert not any("Theme" in name or "theme" in name for one in piece.iter() for name in one.attrib)
    assert defaults.find(".//" + qn("w:lang")).get(qn("w:val")) == "vi-VN"


def cell_lines(cell):
    return [(p.text, p.runs[0] if p.runs else None, p) for p in cell.paragraphs]


def test_the_head_stands_in_two_columns(frozen, document):
    head = document.tables[0]
    assert len(head.columns) == 2 and len(head.rows) == 2
    parent, issuer, star = cell_lines(head.cell(0, 0))
    assert parent[0] == "ĐẢNG BỘ XÃ LẠC PHƯỢNG" and parent[1].font.size == Pt(14) and not parent[1].bold
    assert issuer[0] == "ĐẢNG ỦY UBND XÃ" and issuer[1].font.size == Pt(14) and issuer[1].bold
    assert star[0] == "*"
    [number] = cell_lines(head.cell(1, 0))
    assert number[0] == "Số 01-BC/ĐUUB" and number[1].font.size == Pt(14) and not number[1].bold
    party, rule = cell_lines(head.cell(0, 1))
    assert party[0] == "ĐẢNG CỘNG SẢN VIỆT NAM" and party[1].font.size == Pt(15) and party[1].bold
    [place] = cell_lines(head.cell(1, 1))
    assert place[0] == frozen.head["place_date"]
    assert place[1].font.size == Pt(14) and place[1].italic and not place[1].bold
    for _text, _run, paragraph in (parent, issuer, star, number, party, place):
        assert inherited(paragraph, "alignment") == ALIGN.CENTER
    # The rule beneath the Party's name is as long as the name: what its paragraph is not drawn in.
    edge = rule[2]._p.pPr.find(qn("w:pBdr")).find(qn("w:top"))
    assert edge.get(qn("w:val")) == "single"
    drawn = (
        head.columns[1].width - rule[2].paragraph_format.left_indent - rule[2].paragraph_format.right_indent
    )
    assert abs(drawn - Pt(width(party[0], 15, BOLD))) < Mm(0.2)
    assert no_borders(head)


def no_borders(table):
    borders = table._tbl.tblPr.find(qn("w:tblBorders"))
    return {one.get(qn("w:val")) for one in borders} == {"none"}


def test_a_draft_says_so_under_its_number():
    lines = cell_lines(opened(report(**DRAFT)).tables[0].cell(1, 0))
    assert [text for text, _run, _p in lines] == ["Số 01-BC/ĐUUB", "Dự thảo lần 2"]
    assert lines[1][1].italic and lines[1][1].font.size == Pt(14)
    assert "Dự thảo" not in opened(golden()).tables[0].cell(1, 0).text


def test_invented_data_say_so_beneath_the_number():
    assert opened(report(sample=True)).tables[0].cell(1, 0).text.endswith("\nDữ liệu minh họa")
    assert (
        opened(report(sample=True, **DRAFT))
        .tables[0]
        .cell(1, 0)
        .text.endswith("\nDự thảo lần 2, dữ liệu minh họa")
    )


def test_the_title_and_the_subject(frozen, document):
    title, subject, rule = document.paragraphs[:3]
    assert (title.text, subject.text, rule.text) == ("BÁO CÁO", frozen.subject, "-----")
    assert (title.style.name, subject.style.name) == ("Title", "Subtitle")
    assert inherited(title, "size", "font") == Pt(16) and inherited(title, "bold", "font")
    assert inherited(subject, "size", "font") == Pt(15) and inherited(subject, "bold", "font")
    assert {inherited(one, "alignment") for one in (title, subject, rule)} == {ALIGN.CENTER}


def test_an_edition_names_the_one_that_it_replaces():
    lines = [one.text for one in opened(report(**REPLACING)).paragraphs]
    assert lines[2] == "(Thay cho Báo cáo số 01-BC/ĐUUB ngày 05/02/2026)"


def body_of(document):
    lines = document.paragraphs[3:]
    return lines[: next(at for at, one in enumerate(lines) if one.style.name == "Hết phần")]


def test_the_body_says_all_parts_in_their_order(frozen, document):
    said = []
    for one in frozen.parts:
        said += [(f"Heading {one.level}", one.heading)] if one.level else []
        for block in one.blocks:
            mark = block.text[:2] if block.text.startswith(("- ", "+ ")) else ""
            kinds = {"paragraph": "Body Text", "item": "List Bullet 2" if mark == "+ " else "List Bullet"}
            said.append(
                (kinds[block.kind], block.text.removeprefix(mark) if block.kind == "item" else block.text)
            )
    assert [(one.style.name, one.text) for one in body_of(document)] == said
    assert {style for style, _text in said} == {
        "Heading 1", "Heading 2", "Heading 3", "Body Text", "List Bullet", "List Bullet 2",
    }  # fmt: skip


def test_the_body_has_the_measures_of_a_party_document(document):
    for one in body_of(document):
        assert inherited(one, "alignment") == ALIGN.JUSTIFY
        assert near(inherited(one, "first_line_indent"), Mm(10))
        assert inherited(one, "line_spacing_rule") == WD_LINE_SPACING.EXACTLY
        assert Pt(18) <= inherited(one, "line_spacing") <= Pt(22)
        assert inherited(one, "space_after") >= Pt(6)
        assert inherited(one, "size", "font") in (None, Pt(14))  # None: the document's own, 14
        assert bool(inherited(one, "bold", "font")) == one.style.name.startswith("Heading")


def test_headings_have_outline_levels_and_stay_with_their_text(document):
    for level in (1, 2, 3):
        style = document.styles[f"Heading {level}"]
        outline = style.element.pPr.find(qn("w:outlineLvl"))
        assert outline.get(qn("w:val")) == str(level - 1)
        assert style.paragraph_format.keep_with_next
        assert style.font.color.rgb in (None, RGBColor(0, 0, 0))


def test_items_are_items_of_a_real_list(document):
    marks = {
        level.find(qn("w:lvlText")).get(qn("w:val")): level.find(qn("w:pStyle")).get(qn("w:val"))
        for level in document.part.numbering_part.element.iter(qn("w:lvl"))
    }
    assert marks == {"-": "ListBullet", "+": "ListBullet2"}
    assert document.styles["List Bullet"].element.pPr.numPr.numId.val == 1


def test_the_signature_and_the_recipients_stay_together(frozen, document):
    foot = document.tables[1]
    [row] = foot.rows
    received, signed = (cell_lines(cell) for cell in row.cells)
    label = received[0]
    assert label[0] == "Nơi nhận:" and label[1].font.underline
    assert inherited(label[2], "size", "font") == Pt(14)
    assert [text for text, _run, _p in received[1:]] == list(frozen.recipients)
    assert {inherited(p, "size", "font") for _text, _run, p in received[1:]} == {Pt(12)}
    sign = frozen.signature
    assert [text for text, _run, _p in signed] == [sign["for"], sign["post"], "", "", "", "", sign["name"]]
    assert signed[0][1].bold and not signed[1][1].bold and signed[6][1].bold
    assert {inherited(p, "size", "font") for _text, _run, p in signed} == {Pt(14)}
    assert {inherited(p, "alignment") for _text, _run, p in signed} == {ALIGN.CENTER}
    assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    assert no_borders(foot)
    assert body_of(document)[-1].paragraph_format.keep_with_next


def test_each_annex_says_all_its_lines(frozen, document):
    tables = document.tables[2:]
    assert len(tables) == len(frozen.annexes) == 3
    titles = [one for one in document.paragraphs if one.style.name == "Tên phụ lục"]
    references = [one for one in document.paragraphs if one.text == frozen.annex_reference]
    assert [one.text for one in titles] == [f"PHỤ LỤC {a.number}\n{a.title}" for a in frozen.annexes]
    assert len(references) == 3
    assert all(inherited(one, "italic", "font") for one in references)
    assert all(inherited(one, "bold", "font") for one in titles)
    assert {inherited(one, "alignment") for one in titles + references} == {ALIGN.CENTER}
    for annex, table in zip(frozen.annexes, tables, strict=True):
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        wide = len(annex.columns)
        expected = [list(line.cells) * (wide if line.band else 1) for line in annex.lines]
        assert rows == [list(annex.columns), *expected]
    assert [one.text for one in document.paragraphs if one.style.name == "Ghi chú phụ lục"] == [
        frozen.annexes[0].note
    ]


def test_annex_tables_repeat_their_head_and_keep_rows_whole(frozen, document):
    for annex, table in zip(frozen.annexes, document.tables[2:], strict=True):
        head, *rows = table.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert not any(row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert all(run.bold for cell in head.cells for p in cell.paragraphs for run in p.runs)
        for line, row in zip(annex.lines, rows, strict=True):
            cells = row._tr.tc_lst
            assert len(cells) == (1 if line.band else len(annex.columns))
            if line.band:
                assert cells[0].grid_span == len(annex.columns)
                assert row.cells[0].paragraphs[0].runs[0].bold
        sizes = {inherited(p, "size", "font") for row in rows for cell in row.cells for p in cell.paragraphs}
        assert sizes == {Pt(11)}
        assert abs(sum(column.width for column in table.columns) - Mm(252)) < Mm(0.1)


def test_a_row_taller_than_a_third_of_a_page_may_split():
    rows = opened(small(cells=("Nội dung dài. " * 300, "ngắn"))).tables[2].rows
    assert rows[1]._tr.trPr is None or rows[1]._tr.trPr.find(qn("w:cantSplit")) is None


def test_an_annex_without_lines_says_so(frozen):
    [first, *_rest] = frozen.annexes
    table = opened(report(annexes=(replace(first, lines=(), note=""),))).tables[2]
    assert [row.cells[0].text for row in table.rows] == ["TT", "Không có."]
    assert len(opened(report(annexes=())).sections) == 1


def test_the_file_says_who_made_it_when_and_nothing_of_the_template(frozen):
    raw = render(frozen)
    about = docx.Document(io.BytesIO(raw)).core_properties
    assert about.author == about.last_modified_by == "ĐẢNG ỦY UBND XÃ"
    assert about.title == f"BÁO CÁO {frozen.subject}"
    assert about.created.replace(tzinfo=None) == about.modified.replace(tzinfo=None) == datetime(2026, 6, 18)
    assert about.identifier == f"sha256:{frozen.digest}"
    assert about.language == "vi-VN" and about.comments == ""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert sorted(packed.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/header1.xml",
            "word/header2.xml",
            "word/numbering.xml",
            "word/settings.xml",
            "word/styles.xml",
        ]
        assert not any(b"python-docx" in packed.read(name) for name in packed.namelist())
        settings = etree.fromstring(packed.read("word/settings.xml"))
    modes = {one.get(qn("w:name")): one.get(qn("w:val")) for one in settings.iter(qn("w:compatSetting"))}
    assert modes["compatibilityMode"] == "15"


def test_a_draft_is_dated_by_the_moment_at_which_the_record_was_read():
    about = opened(report(**DRAFT)).core_properties
    assert about.created.replace(tzinfo=None) == datetime(2026, 6, 16, 2, 30)


def test_letters_that_xml_forbids_are_left_out_and_the_rest_stays():
    text = "a\x00b\x01c\x0bd\ufffee & <b> \"'> 😀 \r\nhai\tba"
    frozen = report(parts=(part(text),))
    assert body_of(opened(frozen))[-1].text == "abc\nde & <b> \"'> 😀 \nhai ba"


def test_spaces_left_for_a_hand_to_fill_stay():
    head = golden().head | {"number": "Số      -BC/ĐUUB"}
    assert opened(report(head=head, **DRAFT)).tables[0].cell(1, 0).paragraphs[0].text == "Số      -BC/ĐUUB"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_shows_every_section(frozen, tmp_path):
    (tmp_path / "bao-cao.docx").write_bytes(render(frozen))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    asked = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run([*asked, tmp_path / "bao-cao.docx"], check=True, capture_output=True, timeout=120)
    pages = pypdf.PdfReader(tmp_path / "bao-cao.pdf").pages
    upright = [page.mediabox.width < page.mediabox.height for page in pages]
    assert upright == sorted(upright, reverse=True) and upright.count(False) >= 3

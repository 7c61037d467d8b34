"""The PDF, opened again: every text of the frozen form, for eyes, ears and the archive."""

import io
import re
import unicodedata

import pypdf
import pytest

from baocao.sealed import fonts, pdf
from baocao.sealed.shape import Annex, Line
from tests.baocao.sealed.reports import DRAFT, REPLACING, golden, report, small

MM = 72 / 25.4


def opened(frozen):
    return pypdf.PdfReader(io.BytesIO(pdf.render(frozen)))


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFC", text))


def words(reader):
    return squeezed("".join(page.extract_text() for page in reader.pages))


@pytest.fixture(scope="module")
def frozen():
    return golden()


@pytest.fixture(scope="module")
def reader(frozen):
    return opened(frozen)


def test_every_text_of_the_report_can_be_read_and_copied(frozen, reader):
    found = words(reader)
    said = [
        *frozen.head.values(),
        frozen.title,
        frozen.subject,
        *frozen.recipients,
        *frozen.signature.values(),
    ]
    said += [one.heading for one in frozen.parts]
    said += [block.text for one in frozen.parts for block in one.blocks]
    for annex in frozen.annexes:
        said += [annex.title, annex.note, *annex.columns]
        said += [cell for line in annex.lines for cell in line.cells]
    assert [text for text in said if squeezed(text) not in found] == []
    assert found.count(squeezed(frozen.annex_reference)) == 3


def test_pages_are_a4_upright_and_annexes_lie_on_their_side(reader):
    sizes = [(round(p.mediabox.width / MM), round(p.mediabox.height / MM)) for p in reader.pages]
    turned = sizes.index((297, 210))
    assert set(sizes[:turned]) == {(210, 297)} and set(sizes[turned:]) == {(297, 210)}


def sections(reader):
    """Pages as lists of their texts: the body, then each annex."""
    made = [[]]
    for page in reader.pages:
        text = page.extract_text()
        if "PHỤ LỤC" in text.split("\n")[0]:
            made.append([])
        made[-1].append(text)
    return made


def test_every_section_counts_its_pages_from_1_and_shows_no_1(frozen, reader):
    body, *annexes = sections(reader)
    assert len(body) > 1 and len(annexes) == 3
    for pages in (body, *annexes):
        firsts = [page.split("\n")[0].strip() for page in pages]
        assert firsts[1:] == [str(at) for at in range(2, len(pages) + 1)]
        assert firsts[0] != "1"
    labels = [str(at + 1) for pages in (body, *annexes) for at in range(len(pages))]
    assert reader.page_labels == labels


def test_the_head_of_a_table_is_on_each_of_its_pages(frozen, reader):
    for annex, pages in zip(frozen.annexes, sections(reader)[1:], strict=True):
        assert len(pages) > 1
        head = squeezed("".join(annex.columns))
        assert all(head in squeezed(page) for page in pages)


def test_headings_and_annexes_are_bookmarks(frozen, reader):
    def flat(rows, depth=1):
        for row in rows:
            if isinstance(row, list):
                yield from flat(row, depth + 1)
            else:
                yield depth, squeezed(row.title)

    said = [(one.level, squeezed(one.heading)) for one in frozen.parts if one.level]
    said += [(1, squeezed(f"PHỤ LỤC {annex.number}{annex.title}")) for annex in frozen.annexes]
    assert list(flat(reader.outline)) == said


def test_it_is_an_archive_file_that_speaks_vietnamese(frozen, reader):
    root = reader.trailer["/Root"]
    assert root["/Lang"].lower().startswith("vi")
    assert root["/MarkInfo"]["/Marked"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp and "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    about = reader.metadata
    assert about.title == f"BÁO CÁO {frozen.subject}" and about.author == "ĐẢNG ỦY UBND XÃ"
    assert about.creation_date.date().isoformat() == "2026-06-18"


def test_only_tinos_is_used_and_it_is_in_the_file(reader):
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            [real] = font.get_object()["/DescendantFonts"]
            assert "Tinos" in real.get_object()["/BaseFont"]
            assert {"/FontFile2", "/FontFile3"} & set(real.get_object()["/FontDescriptor"])


def test_a_draft_and_an_edition_that_replaces_another_say_so():
    found = words(opened(report(**DRAFT | REPLACING)))
    assert squeezed("Dự thảo lần 2") in found
    assert squeezed("(Thay cho Báo cáo số 01-BC/ĐUUB ngày 05/02/2026)") in found


def test_invented_data_say_so():
    assert squeezed("Dữ liệu minh họa") in words(opened(report(sample=True)))


def test_what_people_write_is_never_markup():
    said = '#let x = 1 $a^2$ *b* _c_ `d` \\ [e] #panic("no") <f> @g // h -- "i" ... https://a.vn/b~c = d'
    assert squeezed(said) in words(opened(small(said, cells=(said,))))


@pytest.mark.parametrize("odd", ["😀", "👨‍👩‍👧", "中文", "\ue123", "\u0378", "☑"])
def test_a_letter_that_the_font_lacks_is_a_box(odd):
    found = words(opened(small(f"trước {odd} sau", cells=(odd,), subject=odd)))
    assert re.search("trước□+sau", found)


def test_a_long_word_is_broken_within_its_column():
    letters = "W" * 400
    pages = opened(small(letters, cells=(letters, "ngắn"))).pages
    for page in pages:
        edges = []
        page.extract_text(visitor_text=lambda _t, cm, tm, _f, _s, edges=edges: edges.append(cm[4] + tm[4]))
        assert max(edges) < page.mediabox.width - 15 * MM
    assert sum(squeezed(page.extract_text()).count("W") for page in pages) == 800


def test_the_title_of_a_section_never_stands_last_on_a_page():
    for above in (24, 25, 26):
        lines = (*(Line((str(at), "việc")) for at in range(above)), Line(("Mục sau",), band=True))
        annex = Annex(1, "Thử", ("TT", "Nội dung"), (1, 9), (*lines, Line(("1", "việc của mục sau"))))
        pages = [page.extract_text() for page in opened(report(annexes=(annex,))).pages]
        assert all("việc của mục sau" in page for page in pages if "Mục sau" in page)


def test_the_fonts_are_there_and_as_wide_as_times_new_roman():
    assert fonts.missing() == []
    # Times New Roman: digits are half as wide as high, A and W in bold 722 and 1000 thousandths.
    assert fonts.width("0123456789", 10) == 50
    assert round(fonts.width("A", 1000, fonts.BOLD)) == 722
    assert round(fonts.width("W", 1000, fonts.BOLD)) == 1000
    assert {"Đ", "ắ", "ỹ", "Ự", "…", "–", "□"} <= fonts.letters()


def test_a_font_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    assert fonts.missing() == [f"{face}.ttf" for face in fonts.FACES]

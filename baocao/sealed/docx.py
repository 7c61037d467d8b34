"""A report as a Word document, drawn from its frozen form alone: the same bytes at every drawing."""

from __future__ import annotations

import io
from copy import deepcopy

import docx
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from baocao.sealed.container import repacked
from baocao.sealed.docx_package import describe, prepare
from baocao.sealed.fonts import BOLD, width
from baocao.sealed.frozen import Frozen
from baocao.sealed.layout import PARTY, VERSION, Layout
from baocao.sealed.shape import Annex
from baocao.sealed.text import (
    RULE,
    annex_label,
    clean,
    instead_of,
    item_of,
    mark,
    note_beneath,
    nothing_in,
)
from baocao.sealed.word import cell, centred, keep_next, mm, paragraph, pt, row, run, table, w

MADE_WITH = f"python-docx {docx.__version__}, bố cục {VERSION}"


def render(frozen: Frozen, layout: Layout = PARTY) -> bytes:
    document = docx.Document()
    prepare(document, layout)
    describe(document, frozen)
    body = document.element.body
    headers = [one for one in body.sectPr if one.tag == w("headerReference").tag]
    for old in list(body):
        body.remove(old)
    body.extend([*_head(frozen, layout), *_title(frozen), *_parts(frozen), _foot(frozen, layout)])
    ending = _section(layout, headers, turned=False)
    for annex in frozen.annexes:
        # Word keeps a section's measures in its last paragraph, the last section's at the end of all.
        body.append(paragraph("SectionEnd", extra=[ending]))
        body.extend(_annex(annex, frozen, layout))
        ending = _section(layout, [], turned=True)
    body.append(paragraph("SectionEnd"))
    body.append(ending)
    kept = io.BytesIO()
    document.save(kept)
    return repacked(kept.getvalue())


def _section(layout: Layout, headers: list[Element], *, turned: bool) -> Element:
    """One section of A4. Its pages count from 1, and the first shows no number."""
    wide, high = layout.page_width, layout.page_height
    size = (
        w("pgSz", w=mm(high), h=mm(wide), orient="landscape") if turned else w("pgSz", w=mm(wide), h=mm(high))
    )
    sides = {"top": layout.top, "right": layout.right, "bottom": layout.bottom, "left": layout.left}
    sides |= {"header": layout.page_number_from_edge, "footer": layout.page_number_from_edge}
    return w(
        "sectPr",
        *headers,
        w("type", val="nextPage"),
        size,
        w("pgMar", **{side: mm(length) for side, length in sides.items()}, gutter=0),
        w("pgNumType", start=1),
        w("cols", space=0),
        w("titlePg"),
    )


def _head(frozen: Frozen, layout: Layout) -> list[Element]:
    left, right = layout.head_left, layout.text_width - layout.head_left
    head = frozen.head

    def line(text: str, size: int, *, bold: bool = False, italic: bool = False) -> Element:
        return paragraph("HeadLine", run(text, bold=bold, italic=italic, size=size))

    number = [line(head["number"], layout.number)]
    if marked := mark(frozen):
        number.append(line(marked, layout.number, italic=True))
    rows = [
        (
            [
                line(head["parent"].upper(), layout.parent),
                line(head["issuer"].upper(), layout.issuer, bold=True),
                line("*", layout.number),
            ],
            [line(head["party"], layout.party, bold=True), _rule(head["party"], right, layout)],
        ),
        (number, [line(head["place_date"], layout.place_date, italic=True)]),
    ]
    return [
        table((left, right), [row(cell(left, *one), cell(right, *two)) for one, two in rows], ruled=False)
    ]


def _rule(text: str, room: float, layout: Layout) -> Element:
    """A line as long as the text above it: the edge of an empty paragraph that is drawn in on both sides."""
    beside = max(0, round((mm(room) - 20 * width(text, layout.party, BOLD)) / 2))
    edge = w("pBdr", w("top", val="single", sz=6, space=1, color="000000"))
    return paragraph("HeadRule", extra=[edge, w("ind", left=beside, right=beside)])


def _title(frozen: Frozen) -> list[Element]:
    instead = instead_of(frozen)
    return [
        paragraph("Title", run(frozen.title)),
        paragraph("Subtitle", run(frozen.subject)),
        *([paragraph("AnnexReference", run(instead))] if instead else []),
        paragraph("TitleRule", run(RULE)),
    ]


def _parts(frozen: Frozen) -> list[Element]:
    made = []
    for part in frozen.parts:
        if part.level and clean(part.heading).strip():
            made.append(paragraph(f"Heading{part.level}", run(part.heading)))
        for block in part.blocks:
            if block.kind == "item":
                mark, text = item_of(block)
                made.append(paragraph("ListBullet" if mark == "-" else "ListBullet2", run(text)))
            else:
                made.append(paragraph("BodyText", run(block.text)))
    if made:
        # The signature never stands alone on a page.
        made[-1].pPr.keepNext_val = True
    return made


def _foot(frozen: Frozen, layout: Layout) -> Element:
    left, right = layout.recipients_width, layout.text_width - layout.recipients_width
    sign = frozen.signature
    above = [w("spacing", before=pt(layout.before_sign))]
    received = [
        paragraph("RecipientsLabel", run("Nơi nhận", underline=True), run(":"), extra=above),
        *(paragraph("Recipients", run(one)) for one in frozen.recipients),
    ]
    signed = [
        paragraph("Signature", run(sign["for"], bold=True), extra=deepcopy(above)),
        paragraph("Signature", run(sign["post"])),
        *(paragraph("Signature") for _ in range(layout.sign_gap)),
        paragraph("Signature", run(sign["name"], bold=True)),
    ]
    return table((left, right), [row(cell(left, *received), cell(right, *signed))], ruled=False)


def _annex(annex: Annex, frozen: Frozen, layout: Layout) -> list[Element]:
    made = [
        paragraph("AnnexTitle", run(f"{annex_label(annex)}\n{annex.title}")),
        paragraph("AnnexReference", run(frozen.annex_reference)),
    ]
    widths = layout.column_widths(annex)
    heads = [
        cell(wide, paragraph("Cell", run(name, bold=True), extra=[keep_next(), centred()]), align="center")
        for name, wide in zip(annex.columns, widths, strict=True)
    ]
    rows = [row(*heads, header=True)]
    for line in annex.lines:
        whole = not layout.may_split(line, widths)
        if line.band:
            said = paragraph("Cell", run(line.cells[0], bold=True), extra=[keep_next()])
            rows.append(row(cell(sum(widths), said, span=len(widths)), whole=whole))
        else:
            cells = [
                cell(wide, paragraph("Cell", run(text), extra=[] if at else [centred()]))
                for at, (text, wide) in enumerate(zip(line.cells, widths, strict=True))
            ]
            rows.append(row(*cells, whole=whole))
    if nothing := nothing_in(annex):
        said = paragraph("Cell", run(nothing), extra=[centred()])
        rows.append(row(cell(sum(widths), said, span=len(widths))))
    made.append(
        table(
            widths,
            rows,
            ruled=True,
            beside=layout.cell_beside,
            above=layout.cell_above,
            about=f"{annex_label(annex)}. {annex.title}",
        )
    )
    if note := note_beneath(annex):
        made.append(paragraph("AnnexNote", run(note)))
    return made

"""WordprocessingML in small: elements, paragraphs and tables, measured in millimetres and points."""

from __future__ import annotations

from collections.abc import Iterable

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from baocao.sealed.text import clean

Value = str | int


def w(tag: str, *children: Element | None, **attributes: Value) -> Element:
    """An element of the namespace ``w`` with its children; a child that is None is left out."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(child for child in children if child is not None)
    return made


def mm(length: float) -> int:
    """In twentieths of a point, which Word measures a page in."""
    return round(length * 1440 / 25.4)


def pt(length: float) -> int:
    return round(length * 20)


def run(
    text: str, *, bold: bool = False, italic: bool = False, underline: bool = False, size: int = 0
) -> Element:
    """Text with its spaces and line ends as they stand. What is not said is as the style says."""
    kept = [
        w("b") if bold else None,
        w("i") if italic else None,
        w("sz", val=2 * size) if size else None,
        w("szCs", val=2 * size) if size else None,
        w("u", val="single") if underline else None,
    ]
    made = w("r")
    if any(one is not None for one in kept):
        made.append(w("rPr", *kept))
    for at, line in enumerate(clean(text).split("\n")):
        if at:
            made.append(w("br"))
        words = w("t")
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        words.text = line
        made.append(words)
    return made


def paragraph(style: str, *runs: Element, extra: Iterable[Element] = ()) -> Element:
    """``extra`` are properties beside the style, in the order that the schema asks for."""
    return w("p", w("pPr", w("pStyle", val=style), *extra), *runs)


def centred() -> Element:
    return w("jc", val="center")


def keep_next() -> Element:
    return w("keepNext")


def cell(
    width: float, *content: Element, span: int = 1, align: str = "top", borders: Element | None = None
) -> Element:
    return w(
        "tc",
        w(
            "tcPr",
            w("tcW", w=mm(width), type="dxa"),
            w("gridSpan", val=span) if span > 1 else None,
            borders,
            w("vAlign", val=align),
        ),
        *content,
    )


def row(*cells: Element, whole: bool = True, header: bool = False) -> Element:
    about = [w("cantSplit")] * whole + [w("tblHeader")] * header
    return w("tr", w("trPr", *about) if about else None, *cells)


def table(
    widths: Iterable[float],
    rows: Iterable[Element],
    *,
    ruled: bool,
    beside: float = 0,
    above: float = 0,
    about: str = "",
) -> Element:
    """A table of fixed columns. ``beside`` (mm) and ``above`` (pt) stand between the rules and the text."""
    widths = list(widths)
    edge: dict[str, Value] = (
        {"val": "single", "sz": 4, "space": 0, "color": "000000"} if ruled else {"val": "none"}
    )
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    room: dict[str, int] = {"top": pt(above), "left": mm(beside), "bottom": pt(above), "right": mm(beside)}
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblW", w=sum(mm(width) for width in widths), type="dxa"),
            w("tblInd", w=0, type="dxa"),
            w("tblBorders", *(w(side, **edge) for side in sides)),
            w("tblLayout", type="fixed"),
            w("tblCellMar", *(w(side, w=wide, type="dxa") for side, wide in room.items())),
            w("tblCaption", val=clean(about).replace("\n", " ")) if about else None,
        ),
        w("tblGrid", *(w("gridCol", w=mm(width)) for width in widths)),
        *rows,
    )

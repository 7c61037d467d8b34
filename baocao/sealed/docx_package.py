"""What a Word file has beside its text: styles, lists, settings, headers, and what it says of itself.

python-docx's template is emptied of all that it brings: no other font, colour, language or author is left.
"""

from __future__ import annotations

from collections.abc import Iterable

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from baocao.sealed.frozen import Frozen
from baocao.sealed.layout import Layout
from baocao.sealed.text import clean, moment
from baocao.sealed.word import Value, centred, mm, paragraph, pt, w

_LANGUAGE = "vi-VN"
_LEFT_OUT = (
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    RT.WEB_SETTINGS,
    RT.FONT_TABLE,
    RT.THEME,
    RT.CUSTOM_XML,
)
_LEFT_OUT_OF_PACKAGE = (RT.EXTENDED_PROPERTIES, RT.THUMBNAIL)
_LISTS = (("-", "ListBullet"), ("+", "ListBullet2"))


def prepare(document: Document, layout: Layout) -> None:
    _leave_out(document.part.rels, _LEFT_OUT)
    if package := document.part.package:
        _leave_out(package.rels, _LEFT_OUT_OF_PACKAGE)
    _fill(document.styles.element, _styles(layout))
    _fill(document.part.numbering_part.element, _lists(layout))
    _fill(document.settings.element, _settings())
    section = document.sections[0]
    section.different_first_page_header_footer = True
    _fill(section.first_page_header._element, [paragraph("Header")])
    _fill(section.header._element, [paragraph("Header", *_page_field())])


def describe(document: Document, frozen: Frozen) -> None:
    about = document.core_properties
    about.author = about.last_modified_by = clean(frozen.head["issuer"])[:255]
    about.title = clean(f"{frozen.title} {frozen.subject}").replace("\n", " ")[:255]
    about.subject = clean(frozen.period["label"])[:255]
    about.created = about.modified = moment(frozen).replace(tzinfo=None)
    about.identifier = f"sha256:{frozen.digest}"
    about.language = _LANGUAGE
    about.revision = 1
    about.comments = about.keywords = about.category = ""


def _leave_out(relations: dict, kinds: Iterable[str]) -> None:
    for name in [name for name, one in relations.items() if one.reltype in kinds]:
        del relations[name]


def _fill(element: Element, children: Iterable[Element]) -> None:
    for old in list(element):
        element.remove(old)
    element.extend(children)


def _page_field() -> list[Element]:
    word = w("instrText")
    word.text = " PAGE "
    shown = w("t")
    shown.text = "2"
    return [
        w("r", w("fldChar", fldCharType="begin")),
        w("r", word),
        w("r", w("fldChar", fldCharType="separate")),
        w("r", shown),
        w("r", w("fldChar", fldCharType="end")),
    ]


def _settings() -> list[Element]:
    office = "http://schemas.microsoft.com/office/word"
    return [
        w("zoom", percent=100),
        w("defaultTabStop", val=720),
        w("characterSpacingControl", val="doNotCompress"),
        w(
            "compat",
            w("doNotExpandShiftReturn"),
            # 15: what Word 2013 and later write. Without it a file opens in "compatibility mode".
            w("compatSetting", name="compatibilityMode", uri=office, val=15),
            w("compatSetting", name="overrideTableStyleFontSizeAndJustification", uri=office, val=1),
            w("compatSetting", name="enableOpenTypeFeatures", uri=office, val=1),
            w("compatSetting", name="doNotFlipMirrorIndents", uri=office, val=1),
            w("compatSetting", name="differentiateMultirowTableHeaders", uri=office, val=1),
        ),
        w("themeFontLang", val=_LANGUAGE),
        w("decimalSymbol", val=","),
        w("listSeparator", val=";"),
    ]


def _lists(layout: Layout) -> list[Element]:
    levels = [
        w(
            "lvl",
            w("start", val=1),
            w("numFmt", val="bullet"),
            w("pStyle", val=style),
            w("suff", val="space"),
            w("lvlText", val=mark),
            w("lvlJc", val="left"),
            w("pPr", w("ind", left=0, firstLine=mm(layout.indent))),
            w("rPr", _fonts(layout)),
            ilvl=at,
        )
        for at, (mark, style) in enumerate(_LISTS)
    ]
    return [
        w("abstractNum", w("multiLevelType", val="hybridMultilevel"), *levels, abstractNumId=0),
        w("num", w("abstractNumId", val=0), numId=1),
    ]


def _fonts(layout: Layout) -> Element:
    name = layout.font
    return w("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def _styles(layout: Layout) -> list[Element]:
    body, line, gap = layout.body, layout.line, layout.gap
    just = w("jc", val="both")
    return [
        w(
            "docDefaults",
            w(
                "rPrDefault",
                w(
                    "rPr",
                    _fonts(layout),
                    w("color", val="000000"),
                    w("sz", val=2 * body),
                    w("szCs", val=2 * body),
                    w("lang", val=_LANGUAGE, eastAsia=_LANGUAGE, bidi="ar-SA"),
                ),
            ),
            w("pPrDefault", w("pPr", w("spacing", before=0, after=0, line=pt(line), lineRule="exact"))),
        ),
        _style("Normal", "Normal", default=True),
        _style("DefaultParagraphFont", "Default Paragraph Font", kind="character", default=True),
        _style("TableNormal", "Normal Table", kind="table", default=True),
        _style("NoList", "No List", kind="numbering", default=True),
        _style("BodyText", "Body Text", _spacing(line, gap), _indent(layout), just),
        *(_heading(level, layout) for level in (1, 2, 3)),
        *(
            _style(
                style,
                name,
                w("numPr", w("ilvl", val=at), w("numId", val=1)),
                _indent(layout),
                based_on="BodyText",
            )
            for at, (style, name) in enumerate(
                (("ListBullet", "List Bullet"), ("ListBullet2", "List Bullet 2"))
            )
        ),
        _style(
            "Title",
            "Title",
            w("keepNext"),
            _spacing(layout.title_line, 0, layout.before_title),
            centred(),
            size=layout.title,
            bold=True,
        ),
        _style(
            "Subtitle",
            "Subtitle",
            w("keepNext"),
            _spacing(layout.title_line, 0),
            w("ind", left=mm(layout.subject_beside), right=mm(layout.subject_beside)),
            centred(),
            size=layout.subject,
            bold=True,
        ),
        _style("TitleRule", "Gạch dưới trích yếu", _spacing(layout.title_line, 2 * gap), centred()),
        _style("Header", "header", _spacing(layout.page_number + 2, 0), centred(), size=layout.page_number),
        _style("HeadLine", "Đầu văn bản", _spacing(layout.head_line, 0), centred()),
        _style("HeadRule", "Gạch dưới tên Đảng", _spacing(4, 0), size=1),
        _style(
            "Signature",
            "Signature",
            w("keepNext"),
            w("keepLines"),
            _spacing(layout.line, 0),
            centred(),
            size=layout.sign,
        ),
        _style(
            "RecipientsLabel", "Nơi nhận (nhãn)", w("keepNext"), w("keepLines"), size=layout.recipients_label
        ),
        _style(
            "Recipients",
            "Nơi nhận",
            w("keepNext"),
            w("keepLines"),
            _spacing(layout.recipients_line, 0),
            size=layout.recipients,
        ),
        _style("AnnexTitle", "Tên phụ lục", _indent(layout, 0), centred(), based_on="Heading1"),
        _style(
            "AnnexReference", "Kèm theo văn bản", w("keepNext"), _spacing(line, gap), centred(), italic=True
        ),
        _style(
            "AnnexNote",
            "Ghi chú phụ lục",
            _spacing(layout.recipients_line, 0, gap),
            size=layout.recipients,
            italic=True,
        ),
        _style("Cell", "Ô bảng", _spacing(layout.cell_line, 0), size=layout.cell),
        _style("SectionEnd", "Hết phần", _spacing(1, 0), size=1),
    ]


def _heading(level: int, layout: Layout) -> Element:
    return _style(
        f"Heading{level}",
        f"heading {level}",
        w("keepNext"),
        w("keepLines"),
        _spacing(layout.line, layout.gap),
        _indent(layout),
        w("jc", val="both"),
        w("outlineLvl", val=level - 1),
        bold=True,
        following="BodyText",
    )


def _style(
    style: str,
    name: str,
    *properties: Element,
    kind: str = "paragraph",
    based_on: str = "Normal",
    following: str = "",
    size: int = 0,
    bold: bool = False,
    italic: bool = False,
    default: bool = False,
) -> Element:
    about: dict[str, Value] = {"type": kind, "styleId": style}
    if default:
        about["default"] = 1
    type_ = [
        w("b") if bold else None,
        w("bCs") if bold else None,
        w("i") if italic else None,
        w("iCs") if italic else None,
        w("sz", val=2 * size) if size else None,
        w("szCs", val=2 * size) if size else None,
    ]
    return w(
        "style",
        w("name", val=name),
        None if default else w("basedOn", val=based_on),
        w("next", val=following) if following else None,
        w("uiPriority", val=99) if kind == "table" else None,
        w("qFormat") if kind == "paragraph" else None,
        w("pPr", *properties) if properties else None,
        w("rPr", *type_) if any(one is not None for one in type_) else None,
        _no_cell_room() if kind == "table" else None,
        **about,
    )


def _no_cell_room() -> Element:
    sides = ("top", "left", "bottom", "right")
    return w("tblPr", w("tblInd", w=0, type="dxa"), w("tblCellMar", *(w(s, w=0, type="dxa") for s in sides)))


def _spacing(line: int, after: int, before: int = 0) -> Element:
    return w("spacing", before=pt(before), after=pt(after), line=pt(line), lineRule="exact")


def _indent(layout: Layout, first: int | None = None) -> Element:
    return w("ind", left=0, right=0, firstLine=mm(layout.indent if first is None else first))

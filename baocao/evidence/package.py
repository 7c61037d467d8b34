"""Whether a zip is a Word, Excel or OpenDocument text file that only shows something. Pure.

Every part is unpacked once, in pieces, and dropped; the few parts that say what the file is are parsed, with
DTDs forbidden.
"""

from __future__ import annotations

import io
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from baocao.evidence.allowed import DOCX, ODT, XLSX, Kind, Refused
from baocao.evidence.archive import BOMB, BROKEN, LOCKED, POLYGLOT, Budget, Entry, entries_of, unpack
from baocao.evidence.source import Source

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AS_PDF = "lưu thành PDF rồi chọn lại"
_AGAIN = "mở lại bằng Word hoặc Excel, lưu thành tệp mới rồi chọn lại"
MACRO = "Tệp có macro nên không nhận; mở ra, lưu thành .docx, .xlsx, .odt không macro hoặc PDF rồi chọn lại."
EMBEDDED = f"Bên trong tệp có đối tượng nhúng, tệp nén hoặc chương trình; bỏ phần ấy hoặc {_AS_PDF}."
DECLARED = f"Tệp có khai báo lạ (DOCTYPE, ENTITY) mà Word và Excel không ghi; {_AGAIN}."
REMOTE = f"Tệp tự nạp nội dung từ máy khác khi mở; bỏ liên kết ấy hoặc {_AS_PDF}."
ARCHIVE = "Đây là tệp nén (ZIP), không phải tài liệu; giải nén rồi chọn từng tệp bên trong."
UNTYPED = f"Tệp thiếu phần khai báo loại nội dung nên không mở được; {_AGAIN}."
TEMPLATE = "Đây là tệp mẫu Word hoặc Excel; mở ra, lưu thành .docx, .xlsx hoặc PDF rồi chọn lại."
BINARY_SHEET = "Đây là bảng tính Excel nhị phân (.xlsb); mở ra, lưu thành .xlsx hoặc PDF rồi chọn lại."
SLIDES = f"Không nhận tệp trình chiếu; {_AS_PDF}."
OTHER_ODF = "Không nhận loại tệp OpenDocument này; mở ra, lưu thành .odt, .xlsx hoặc PDF rồi chọn lại."

_TYPES = "[content_types].xml"
_MANIFEST = "meta-inf/manifest.xml"
_ODF = b"application/vnd.oasis.opendocument."
_WORDPROCESSING = ".wordprocessingml.document.main+xml"
_SPREADSHEET = ".spreadsheetml.sheet.main+xml"
_READ = 4 * 1024 * 1024
_TAGS, _ATTRIBUTES = 70_000, 300_000
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_MACROS = re.compile(
    r"(?:^|/)(?:vbaproject\w*\.bin|vbadata\.xml)$|/(?:macrosheets|activex|dialogsheets)/|^(?:basic|scripts)/"
)
_LOADED = {"attachedTemplate", "oleObject", "frame", "subDocument"}
_ELSEWHERE = re.compile(r"(?i)^\s*(?:https?:|ftp:|mhtml:|\\\\|//|file:/*(?![a-z]:|/)[^/]*[/\\]|file:\\\\)")


def check(source: Source) -> Kind:
    return _check(source, Budget(source.size), nested=False)


def _check(source: Source, budget: Budget, *, nested: bool) -> Kind:
    entries = entries_of(source, budget)
    names = {entry.name.lower() for entry in entries}
    if any(_MACROS.search(name) for name in names):
        raise Refused(MACRO)
    is_office, is_odf = _TYPES in names, "mimetype" in names
    if is_office and is_odf:
        raise Refused(POLYGLOT)
    if not is_office and not is_odf:
        raise Refused(UNTYPED if any(name.startswith(("word/", "xl/")) for name in names) else ARCHIVE)
    parts = {}
    for entry in entries:
        content = _check_part(source, entry, budget, nested=nested)
        if content is not None:
            parts[entry.name.lower()] = content
    return _office_kind(parts, names) if is_office else _odf_kind(parts, names)


# --- one part -------------------------------------------------------------------------------------------


def _check_part(source: Source, entry: Entry, budget: Budget, *, nested: bool) -> bytes | None:
    """The content of a part that says what the file is; nothing of the others."""
    name = entry.name.lower()
    wanted = name in (_TYPES, _MANIFEST, "mimetype") or name.endswith(".rels")
    embedded = not nested and "/embeddings/" in name and name.endswith((".docx", ".xlsx"))
    if entry.unpacked > _READ and (wanted or embedded):
        raise Refused(BOMB if wanted else EMBEDDED)
    kept = bytearray()
    head = before = b""
    is_xml = name.endswith((".xml", ".rels", ".vml", ".rdf"))
    for piece in unpack(source, entry):
        if len(head) < 1024:
            head += piece[: 1024 - len(head)]
            is_xml = is_xml or (_looks_like_xml(head) and not name.endswith(".svg"))
        if wanted or embedded:
            kept += piece
        if is_xml:
            window = before + piece.replace(b"\x00", b"")  # UTF-16 hides nothing
            if _DTD.search(window):
                raise Refused(DECLARED)
            before = window[-16:]
    if is_xml and head and not _looks_like_xml(head):
        raise Refused(BROKEN)  # an encoding that could hide a declaration
    if embedded and head.startswith(b"PK"):
        try:
            _check(Source(io.BytesIO(kept)), budget, nested=True)
        except Refused as refused:
            raise refused if str(refused) in (BOMB, MACRO) else Refused(EMBEDDED) from None
    elif head.startswith((OLD_OFFICE, b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf", b"\x7fELF")) or (
        head.startswith(b"MZ") and (b"This program" in head or b"PE\x00\x00" in head)
    ):
        raise Refused(EMBEDDED)
    return bytes(kept) if wanted else None


def _looks_like_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def _parse(data: bytes) -> Element:
    if data.count(b"<") > _TAGS or data.count(b"=") > _ATTRIBUTES:
        raise Refused(BOMB)
    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise Refused(DECLARED) from None
    except (ParseError, ValueError, LookupError):
        raise Refused(BROKEN) from None


# --- Word and Excel -------------------------------------------------------------------------------------


def _office_kind(parts: dict[str, bytes], names: set[str]) -> Kind:
    main = ""
    for name, data in parts.items():
        if name.endswith(".rels"):
            for relation in _parse(data):
                kind = relation.get("Type", "").rpartition("/")[2]
                target = relation.get("Target", "")
                if relation.get("TargetMode", "").lower() == "external":
                    if kind in _LOADED and _ELSEWHERE.match(target):
                        raise Refused(REMOTE)
                elif name == "_rels/.rels" and kind == "officeDocument":
                    if main:
                        raise Refused(BROKEN)
                    main = target.lstrip("/").lower()
    overrides, defaults = {}, {}
    for element in _parse(parts[_TYPES]):
        content_type = element.get("ContentType", "").lower()
        if ("macroenabled" in content_type and "binary" not in content_type) or "vbaproject" in content_type:
            raise Refused(MACRO)
        if element.tag.endswith("}Override"):
            overrides[element.get("PartName", "").lstrip("/").lower()] = content_type
        else:
            defaults[element.get("Extension", "").lower()] = content_type
    if main not in names:
        raise Refused(BROKEN)
    content_type = overrides.get(main) or defaults.get(main.rpartition(".")[2], "")
    if content_type.endswith(_WORDPROCESSING):
        return DOCX
    if content_type.endswith(_SPREADSHEET):
        return XLSX
    if "sheet.binary" in content_type:
        raise Refused(BINARY_SHEET)
    if "presentationml" in content_type:
        raise Refused(SLIDES)
    if ".template." in content_type:
        raise Refused(TEMPLATE)
    raise Refused(BROKEN)


# --- OpenDocument ---------------------------------------------------------------------------------------


def _odf_kind(parts: dict[str, bytes], names: set[str]) -> Kind:
    mimetype = parts["mimetype"].strip()
    if not mimetype.startswith(_ODF):
        raise Refused(ARCHIVE)
    if mimetype != ODT.mime.encode():
        raise Refused(OTHER_ODF)
    if _MANIFEST not in names or "content.xml" not in names:
        raise Refused(BROKEN)
    for element in _parse(parts[_MANIFEST]).iter():
        if element.tag.endswith("}encryption-data"):
            raise Refused(LOCKED)
        if element.get("{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}media-type", "").startswith(
            "application/vnd.sun.star.basic"
        ):
            raise Refused(MACRO)
    return ODT

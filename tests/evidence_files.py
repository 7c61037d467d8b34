"""Minimal whole files of each kind that is taken as evidence, made from nothing."""

import io
import struct
import zipfile
import zlib

import xlsxwriter

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"

Parts = dict[str, bytes]


def zipped(parts: Parts, *, stored: tuple[str, ...] = (), method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return out.getvalue()


def streamed(parts: Parts) -> bytes:
    """A zip as programs write it that cannot go back: each part's lengths follow its content."""

    class Forward(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.written += data
            return len(data)

    out = Forward()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return bytes(out.written)


# --- office files ---------------------------------------------------------------------------------------


def relations(*rows: tuple[str, str, str]) -> bytes:
    """A .rels part of (type, target, mode)."""
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for n, (kind, target, mode) in enumerate(rows)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'.encode()


def content_types(main: str = _WORD, part: str = "/word/document.xml") -> bytes:
    return (
        f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="{part}" ContentType="{main}"/></Types>'
    ).encode()


def docx_parts(**more: bytes) -> Parts:
    return {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", "Internal")),
        "word/document.xml": "<?xml version='1.0'?><w>Báo cáo kết quả thực hiện</w>".encode(),
        **more,
    }


def docx(**more: bytes) -> bytes:
    return zipped(docx_parts() | more)


def xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Kết quả").write(0, 0, "Đã hoàn thành 12/15 chỉ tiêu")
    return out.getvalue()


def odt_parts(mimetype: str = "application/vnd.oasis.opendocument.text", inner: str = "") -> Parts:
    return {
        "mimetype": mimetype.encode(),
        "content.xml": "<?xml version='1.0'?><office>Báo cáo</office>".encode(),
        "META-INF/manifest.xml": (
            f'<m:manifest xmlns:m="{_ODF}:manifest:1.0"><m:file-entry m:full-path="/" '
            f'm:media-type="{mimetype}">{inner}</m:file-entry></m:manifest>'
        ).encode(),
    }


def odt(parts: Parts | None = None) -> bytes:
    return zipped(parts or odt_parts(), stored=("mimetype",))


# --- PDF ------------------------------------------------------------------------------------------------


def pdf(catalog: bytes = b"/Pages 2 0 R", more: bytes = b"", header: bytes = b"%PDF-1.7\n") -> bytes:
    body = header + b"1 0 obj\n<< /Type /Catalog " + catalog + b" >>\nendobj\n"
    body += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" + more
    trailer = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 3 >>\nstartxref\n"
    return body + trailer + str(len(body)).encode() + b"\n%%EOF\n"


def object_stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    head = b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(
        packed
    )
    return head + packed + b"\nendstream\nendobj\n"


# --- pictures -------------------------------------------------------------------------------------------


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def png(width: int = 2, height: int = 2, *, more: bytes = b"", data: bytes | None = None) -> bytes:
    pixels = zlib.compress(b"".join(b"\0" + b"\xc0\x20\x20" * 2 for _ in range(2))) if data is None else data
    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(width: int = 8, height: int = 8, *, more: bytes = b"", end: bytes = b"\xff\xd9") -> bytes:
    tables = segment(0xDB, bytes(65)) + segment(0xC4, b"\0" * 17) + segment(0xC4, b"\x10" + b"\0" * 16)
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34"
    start = b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    return start + more + tables + frame + scan + end


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data) + 8) + name + data


def heic(
    major: bytes = b"heic",
    brands: tuple[bytes, ...] = (b"mif1", b"heic"),
    size: tuple[int, int] = (4032, 3024),
    more: bytes = b"",
) -> bytes:
    sizes = box(b"ispe", struct.pack(">LLL", 0, *size))
    meta = box(b"meta", b"\0" * 4 + box(b"iprp", box(b"ipco", sizes)))
    return box(b"ftyp", major + b"\0" * 4 + b"".join(brands)) + meta + more + box(b"mdat", b"\x26\x01" * 20)


GOOD = {
    "pdf": pdf(),
    "docx": docx(),
    "xlsx": xlsx(),
    "odt": odt(),
    "jpg": jpeg(),
    "png": png(),
    "heic": heic(),
}

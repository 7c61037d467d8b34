"""What an uploaded file is: its content decides, its name may only agree. Pure.

``kind_of`` reads in pieces and never holds the file; nothing is rendered. What it does not see: scripts in
a PDF under encryption or an unusual filter, harm inside a picture's coded data, viruses. So evidence is only
ever sent as an attachment, with ``nosniff`` and the type named here.
"""

from __future__ import annotations

import struct
import zlib
from typing import IO

from baocao.evidence import names, package, pdf, pictures
from baocao.evidence.allowed import ALLOWED, ALLOWED_IN_WORDS, Kind, Refused
from baocao.evidence.names import kept_name
from baocao.evidence.source import Source

__all__ = ["ALLOWED", "ALLOWED_IN_WORDS", "DEFAULT_LIMIT", "Kind", "Refused", "kept_name", "kind_of"]

DEFAULT_LIMIT = 20 * 1024 * 1024
_PDF_OR_PICTURE = "lưu thành PDF hoặc chụp ảnh rồi chọn tệp ấy"
_SAVE_PICTURE = "mở ảnh, lưu lại thành JPG hoặc PNG rồi chọn lại"
_PROGRAM = f"Đây là chương trình chạy trên máy, không phải minh chứng; hãy chọn tệp {ALLOWED_IN_WORDS}."
_ARCHIVE = "Đây là tệp nén; giải nén rồi chọn từng tệp bên trong."
_OLD_OFFICE = "Đây là tệp Word hoặc Excel kiểu cũ; mở ra, lưu thành .docx, .xlsx hoặc PDF rồi chọn lại."
_LOCKED = "Tệp có mật khẩu nên người xác nhận không mở được; bỏ mật khẩu trong Word hoặc Excel rồi chọn lại."
_WEB = f"Đây là trang web hoặc hình SVG, không phải tài liệu; mở ra, {_PDF_OR_PICTURE}."
_OTHERS = (  # how a file starts, and what is said of it
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"#!", _PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _PROGRAM),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\x00", _ARCHIVE),
    (b"PK", _ARCHIVE),
    (b"{\\rtf", "Đây là tệp RTF; mở bằng Word, lưu thành .docx hoặc PDF rồi chọn lại."),
    (b"%!PS", f"Đây là tệp PostScript; mở ra, {_PDF_OR_PICTURE}."),
    (b"GIF8", f"Không nhận ảnh GIF; {_SAVE_PICTURE}."),
    (b"BM", f"Không nhận ảnh BMP; {_SAVE_PICTURE}."),
    (b"II*\x00", f"Không nhận ảnh TIFF; {_SAVE_PICTURE}, hoặc lưu thành PDF."),
    (b"MM\x00*", f"Không nhận ảnh TIFF; {_SAVE_PICTURE}, hoặc lưu thành PDF."),
    (b"RIFF", f"Không nhận ảnh WebP, phim hay ghi âm; {_SAVE_PICTURE}."),
)


def kind_of(file: IO[bytes], name: str, *, limit: int = DEFAULT_LIMIT) -> Kind:
    """What the file is, by its content. Raises Refused with the reason; leaves the file at its start."""
    names.check(name)
    source = Source(file)
    try:
        if not source.size:
            raise Refused("Tệp trống, không có gì bên trong; mở lại tệp gốc, lưu rồi chọn lại.")
        if source.size > limit:
            most = f"{limit / 1024 / 1024:.3g}".replace(".", ",")
            raise Refused(f"Tệp lớn hơn {most} MB; giảm cỡ ảnh hoặc chia nhiều tệp rồi chọn lại.")
        kind = _by_content(source, name)
    except (ArithmeticError, LookupError, ValueError, SyntaxError, struct.error, zlib.error) as error:
        raise names.unknown_content(name) from error  # a damaged file fails in as many ways as it has bytes
    finally:
        file.seek(0)
    names.check_ending(name, kind)
    return kind


def _by_content(source: Source, name: str) -> Kind:
    head = source.at(0, 1024)
    if head.startswith(b"%PDF-"):
        return pdf.check(source)
    if b"%PDF-" in head:
        raise Refused(
            "Tệp có phần lạ đứng trước nội dung PDF; mở bằng trình đọc PDF, in thành PDF mới rồi chọn lại."
        )
    if head.startswith(pictures.PNG_START):
        return pictures.check_png(source)
    if head.startswith(b"\xff\xd8\xff"):
        return pictures.check_jpeg(source)
    if head[4:8] == b"ftyp":
        return pictures.check_heic(source)
    if head.startswith(b"PK\x03\x04"):
        return package.check(source)
    if head.startswith(package.OLD_OFFICE):
        locked = any("EncryptedPackage".encode("utf-16-le") in piece for piece in source.pieces())
        raise Refused(_LOCKED if locked else _OLD_OFFICE)
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if text.startswith(b"<"):
        raise Refused(_WEB)
    for start, reason in _OTHERS:
        if head.startswith(start):
            raise Refused(reason)
    raise names.unknown_content(name)

"""Whether a file may be opened at all: judged from its bytes, before anything in it is parsed. Pure.

An .xlsx is a zip of XML parts. What is bounded here (size unpacked, number of parts, of tags and attributes,
of sheets) bounds the memory and the time of everything that is done with the file afterwards.
"""

from __future__ import annotations

import io
import zipfile

from phancong.sheet.shape import SheetError

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 16 * 1024 * 1024
MAX_PARTS = 300
MAX_SHEETS = 20
MAX_MARKS = 800_000
"""Tags and attributes in all parts together; 2,000 full rows have 200,000."""

BROKEN = "Tệp bị hỏng hoặc không đúng dạng .xlsx. Mở bằng Excel, lưu lại thành .xlsx rồi chọn lại."
_RESAVE = "Mở bằng Excel, chọn Lưu thành (Save As), loại Excel Workbook (.xlsx), rồi chọn lại."
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_STARTS = (
    (b"%PDF", "Đây là tệp PDF, không phải bảng tính Excel (.xlsx)."),
    (b"{\\rtf", "Đây là tệp văn bản, không phải bảng tính Excel (.xlsx)."),
)


def check(data: bytes) -> None:
    """Raises SheetError with the reason why a file is not opened."""
    if not data:
        raise SheetError("Tệp trống, không có gì để đọc.")
    if len(data) > MAX_BYTES:
        raise SheetError("Tệp lớn hơn 5 MB. Bỏ hình ảnh và các trang tính thừa, hoặc chia thành nhiều tệp.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetError("Tệp có mật khẩu, không đọc được. Bỏ mật khẩu trong Excel rồi chọn lại.")
        raise SheetError(f"Đây là tệp Excel kiểu cũ (.xls). {_RESAVE}")
    for start, reason in _STARTS:
        if data.startswith(start):
            raise SheetError(reason)
    if not data.startswith(b"PK"):
        raise SheetError("Đây không phải bảng tính Excel (.xlsx), dù tên tệp có thể ghi như vậy.")
    if data.count(b"PK\x01\x02") > MAX_PARTS:
        raise SheetError("Tệp gồm quá nhiều phần, không giống một bảng kế hoạch.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package)
            _check_contents(package)
    except SheetError:
        raise
    except Exception as error:  # a damaged package fails in as many ways as there are bytes
        raise SheetError(BROKEN) from error


def _check_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise SheetError("Tệp có mật khẩu, không đọc được. Bỏ mật khẩu rồi chọn lại.")
    if len(parts) > MAX_PARTS:
        raise SheetError("Tệp gồm quá nhiều phần, không giống một bảng kế hoạch.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise SheetError("Tệp phình ra quá lớn khi mở, không giống một bảng kế hoạch. Không đọc.")
    if any(part.compress_type not in _PACKED for part in parts) or len(set(names)) < len(names):
        raise SheetError(BROKEN)
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in names):
        raise SheetError(f"Tệp có macro (.xlsm), không nhận. {_RESAVE}")
    if any("/externallinks/" in name for name in names):
        raise SheetError(
            "Tệp có liên kết sang tệp khác. Trong Excel, vào Dữ liệu (Data), Sửa liên kết (Edit Links), "
            "ngắt các liên kết rồi lưu lại."
        )
    if any("/embeddings/" in name or "/activex/" in name for name in names):
        raise SheetError("Tệp có đối tượng nhúng bên trong, không nhận. Bỏ các đối tượng ấy rồi lưu lại.")
    if "xl/workbook.bin" in names:
        raise SheetError(f"Đây là tệp Excel nhị phân (.xlsb). {_RESAVE}")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        if any(name.startswith("word/") for name in names):
            raise SheetError("Đây là tệp Word, không phải bảng tính Excel (.xlsx).")
        if "mimetype" in names:
            raise SheetError(f"Đây là tệp OpenDocument (.ods). {_RESAVE}")
        raise SheetError("Đây là tệp nén, không phải bảng tính Excel (.xlsx).")


def _check_contents(package: zipfile.ZipFile) -> None:
    """Reads each part once, no further than the size that it declares."""
    marks = sheets = 0
    for part in package.infolist():
        content = package.read(part).replace(b"\x00", b"")  # UTF-16 hides nothing
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise SheetError("Tệp có khai báo lạ (DOCTYPE, ENTITY) mà Excel không bao giờ ghi. Không đọc.")
        if part.filename.lower() == "[content_types].xml" and b"macroEnabled" in content:
            raise SheetError(f"Tệp có macro (.xlsm), không nhận. {_RESAVE}")
        marks += content.count(b"<") + content.count(b"=")
        sheets += content.count(b"sheetId")
        if marks > MAX_MARKS:
            raise SheetError(
                "Tệp có quá nhiều ô. Xóa các dòng, cột và trang tính thừa (kể cả ô trống đã định dạng)."
            )
    if sheets > MAX_SHEETS:
        raise SheetError(f"Tệp có quá nhiều trang tính (nhiều nhất {MAX_SHEETS}). Chỉ giữ trang kế hoạch.")

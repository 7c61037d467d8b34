"""A zip, read by its central directory within bounds and unpacked piece by piece. Pure.

Every length that the directory claims is held against the bytes: entries may not overlap, leave gaps, unpack
to another size than declared, or be told otherwise by their own headers. So two programs that open the file
see the same contents. The standard library's reader takes any number of entries into memory and is not used.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from baocao.evidence.allowed import Refused
from baocao.evidence.source import PIECE, Source

MAX_ENTRIES = 5_000
MAX_DIRECTORY = 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 150
_RATIO_FROM = 10 * 1024 * 1024
"""Small files may be as repetitive as they like."""

_AGAIN = "mở lại bằng Word, Excel hoặc LibreOffice, lưu thành tệp mới rồi chọn lại"
BROKEN = f"Tệp bị hỏng hoặc tải lên chưa trọn; {_AGAIN}."
BOMB = (
    "Tệp phình ra quá lớn khi mở nên không nhận; xóa ảnh, dòng và cột thừa hoặc lưu thành PDF rồi chọn lại."
)
CROWDED = "Tệp gồm quá nhiều phần nên không nhận; lưu thành PDF rồi chọn lại."
LOCKED = "Tệp có mật khẩu nên người xác nhận không mở được; bỏ mật khẩu rồi chọn lại."
PATHS = f"Bên trong tệp có tên phần không hợp lệ, có thể ghi đè tệp khác trên máy; {_AGAIN}."
POLYGLOT = f"Tệp có lẫn nội dung loại khác; {_AGAIN}."

_ENCRYPTED = 0x1 | 0x40 | 0x2000
_LENGTHS_FOLLOW = 0x8
_UTF8 = 0x800
_ZIP64 = 0xFFFFFFFF
"""Some programs write their lengths as those of a large file."""
_LINK = 0o120000
_STORED, _DEFLATED = 0, 8
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f\\:]|^/|(?:^|/)\.\.?(?:/|$)|//|[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Entry:
    name: str
    raw: bytes
    flags: int
    method: int
    check: int
    packed: int
    unpacked: int
    offset: int


class Budget:
    """What may still be unpacked, an archive within an archive included."""

    def __init__(self, packed: int) -> None:
        self.entries = MAX_ENTRIES
        self.bytes = min(MAX_UNPACKED, max(_RATIO_FROM, packed * MAX_RATIO))

    def take(self, entries: list[Entry]) -> None:
        self.entries -= len(entries)
        self.bytes -= sum(entry.unpacked for entry in entries)
        if self.entries < 0:
            raise Refused(CROWDED)
        if self.bytes < 0:
            raise Refused(BOMB)


def entries_of(source: Source, budget: Budget) -> list[Entry]:
    """The directory, checked. Raises Refused."""
    end = source.end_record()
    if end is None:
        raise Refused(BROKEN)
    disk, first_disk, here, count, length, start = struct.unpack("<4H2L", source.at(end + 4, 16))
    if disk or first_disk or here != count or not count:
        raise Refused(BROKEN)
    if count > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise Refused(CROWDED)
    if start + length != end:
        raise Refused(POLYGLOT)
    entries = list(_read_directory(source.at(start, length), count))
    if any(entry.flags & _ENCRYPTED for entry in entries):
        raise Refused(LOCKED)
    if len({entry.name.casefold() for entry in entries}) < count:
        raise Refused(BROKEN)
    budget.take(entries)
    _check_layout(source, entries, start)
    return entries


def _read_directory(data: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _ in range(count):
        if data[at : at + 4] != b"PK\x01\x02" or len(data) < at + 46:
            raise Refused(BROKEN)
        flags, method, _time, check, packed, unpacked, name, extra, comment, _disk, _inner, outer, offset = (
            struct.unpack("<2HL3L5H2L", data[at + 8 : at + 46])
        )
        raw = data[at + 46 : at + 46 + name]
        at += 46 + name + extra + comment
        try:
            text = raw.decode("utf-8" if flags & _UTF8 else "cp437")
        except UnicodeDecodeError:
            raise Refused(PATHS) from None
        if not text or len(text) > 255 or _BAD_NAME.search(text) or outer >> 16 & 0o170000 == _LINK:
            raise Refused(PATHS)
        if method not in (_STORED, _DEFLATED) or (method == _STORED and packed != unpacked):
            raise Refused(BROKEN)
        yield Entry(text, raw, flags, method, check, packed, unpacked, offset)
    if at != len(data):
        raise Refused(BROKEN)


def _content_start(source: Source, entry: Entry) -> int:
    header = source.at(entry.offset, 30 + len(entry.raw))
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Refused(BROKEN)
    flags, method, _time, _check, packed, unpacked, name, extra = struct.unpack("<2HL3L2H", header[6:30])
    if method != entry.method or name != len(entry.raw) or header[30:] != entry.raw:
        raise Refused(BROKEN)
    if not flags & _LENGTHS_FOLLOW and (
        packed not in (entry.packed, _ZIP64) or unpacked not in (entry.unpacked, _ZIP64)
    ):
        raise Refused(BROKEN)
    return entry.offset + 30 + name + extra


def _check_layout(source: Source, entries: list[Entry], directory: int) -> None:
    """From the first byte to the directory there is nothing but entries, one after the other."""
    expected, slack = 0, 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if not expected <= entry.offset <= expected + slack:
            raise Refused(POLYGLOT if entry.offset > expected else BOMB)
        expected = _content_start(source, entry) + entry.packed
        slack = 24 if entry.flags & _LENGTHS_FOLLOW else 0  # the lengths that follow the content
    if not expected <= directory <= expected + slack:
        raise Refused(POLYGLOT if directory > expected else BOMB)


def unpack(source: Source, entry: Entry) -> Iterator[bytes]:
    """The content in pieces; refused as soon as it is longer than declared."""
    start = _content_start(source, entry)
    unpacker = zlib.decompressobj(-15) if entry.method == _DEFLATED else None
    length = check = 0
    for packed in source.pieces(start, start + entry.packed):
        while packed:
            try:
                piece = unpacker.decompress(packed, PIECE) if unpacker else packed
            except zlib.error:
                raise Refused(BROKEN) from None
            packed = unpacker.unconsumed_tail if unpacker else b""
            length += len(piece)
            if length > entry.unpacked:
                raise Refused(BOMB)
            check = zlib.crc32(piece, check)
            yield piece
            if unpacker and unpacker.unused_data:
                raise Refused(BROKEN)
    if unpacker and entry.packed:
        while piece := unpacker.decompress(unpacker.unconsumed_tail, PIECE):
            length += len(piece)
            if length > entry.unpacked:
                raise Refused(BOMB)
            check = zlib.crc32(piece, check)
            yield piece
        if not unpacker.eof:
            raise Refused(BROKEN)
    if length != entry.unpacked or check != entry.check:
        raise Refused(BROKEN)

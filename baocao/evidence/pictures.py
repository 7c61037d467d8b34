"""Whether a picture is whole, of a size that can be opened, and nothing but a picture. Pure.

Phones append films and second pictures after a JPEG's end, so trailing bytes are taken there unless they
close as a zip or hold markup; a PNG ends where it says.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from baocao.evidence.allowed import HEIC, JPG, PNG, Kind, Refused
from baocao.evidence.source import Source

MAX_PIXELS = 200_000_000
PNG_START = b"\x89PNG\r\n\x1a\n"
_AGAIN = "chụp lại, hoặc mở ảnh rồi lưu thành tệp mới và chọn lại"
BROKEN = f"Ảnh bị hỏng hoặc tải lên chưa trọn; {_AGAIN}."
TOO_WIDE = "Ảnh có quá nhiều điểm ảnh (hơn 200 triệu) nên không nhận; thu nhỏ ảnh rồi chọn lại."
POLYGLOT = f"Ảnh có lẫn nội dung loại khác (trang web, mã lệnh hoặc tệp nén); {_AGAIN}."
VIDEO = "Đây là đoạn phim, không phải ảnh; chụp ảnh hoặc chụp màn hình rồi chọn lại."
AVIF = "Không nhận ảnh AVIF; mở ảnh, lưu lại thành JPG hoặc PNG rồi chọn lại."
_MAX_PARTS = 20_000
_MAX_META = 4 * 1024 * 1024
_HEIC_MAJOR = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MARKUP = re.compile(rb"(?i)<(?:script[\s>/]|html[\s>]|svg[\s>]|\?php\s)")
_JPEG_END = re.compile(rb"\xff\xd9")


def check_png(source: Source) -> Kind:
    offset, parts, data = len(PNG_START), 0, False
    while True:
        header = source.at(offset, 8)
        parts += 1
        if len(header) < 8 or parts > _MAX_PARTS:
            raise Refused(BROKEN)
        length, name = struct.unpack(">L4s", header)
        end = offset + 8 + length
        if not name.isalpha() or end + 4 > source.size or (name == b"IHDR") != (parts == 1):
            raise Refused(BROKEN)
        if name == b"IHDR":
            if length != 13:
                raise Refused(BROKEN)
            _check_pixels(*struct.unpack(">LL", source.at(offset + 8, 8)))
        check = zlib.crc32(name)
        for piece in source.pieces(offset + 8, end):
            check = zlib.crc32(piece, check)
        if source.at(end, 4) != struct.pack(">L", check):
            raise Refused(BROKEN)
        data = data or (name == b"IDAT" and length > 0)
        offset = end + 4
        if name == b"IEND":
            break
    if not data:
        raise Refused(BROKEN)
    if offset != source.size:
        raise Refused(POLYGLOT)
    _check_nothing_else(source)
    return PNG


def check_jpeg(source: Source) -> Kind:
    offset, framed = 2, False
    for _ in range(_MAX_PARTS):
        header = source.at(offset, 4)
        if len(header) < 4 or header[0] != 0xFF:
            raise Refused(BROKEN)
        marker, length = header[1], int.from_bytes(header[2:], "big")
        if marker == 0xFF:  # filling
            offset += 1
            continue
        if length < 2 or marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD9:
            raise Refused(BROKEN)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            frame = source.at(offset + 4, 5)
            if len(frame) < 5:
                raise Refused(BROKEN)
            height, width = struct.unpack(">HH", frame[1:])
            _check_pixels(width, height)
            framed = True
        offset += 2 + length
        if marker == 0xDA:
            break
    else:
        raise Refused(BROKEN)
    # Within coded data FF is never followed by D9, so the first one is the picture's end.
    if not framed or source.first(_JPEG_END, offset) is None:
        raise Refused(BROKEN)
    _check_nothing_else(source)
    return JPG


def check_heic(source: Source) -> Kind:
    length = int.from_bytes(source.at(0, 4), "big")
    brands = source.at(8, min(length - 8, 1024))
    major, rest = brands[:4], {brands[at : at + 4] for at in range(8, len(brands), 4)}
    if b"avif" in rest | {major} or b"avis" in rest | {major}:
        raise Refused(AVIF)
    if major not in _HEIC_MAJOR:
        raise Refused(VIDEO)
    names, sizes = set(), []
    for name, start, end in _boxes(source, 0, source.size):
        names.add(name)
        if name == b"meta":
            if end - start > _MAX_META:
                raise Refused(BROKEN)
            sizes += _picture_sizes(source, start + 4, end)
    if b"mdat" not in names or not names & {b"meta", b"moov"} or (b"moov" not in names and not sizes):
        raise Refused(BROKEN)
    for width, height in sizes:
        _check_pixels(width, height)
    _check_nothing_else(source)
    return HEIC


def _boxes(source: Source, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box as (name, start of its content, end)."""
    for _ in range(_MAX_PARTS):
        if start == end:
            return
        header = source.at(start, 16)
        if len(header) < 8:
            raise Refused(BROKEN)
        length, skip = int.from_bytes(header[:4], "big"), 8
        if length == 1:
            length, skip = int.from_bytes(header[8:], "big"), 16
        elif length == 0:
            length = end - start
        if length < skip or start + length > end:
            raise Refused(BROKEN)
        yield header[4:8], start + skip, start + length
        start += length
    raise Refused(BROKEN)


def _picture_sizes(source: Source, start: int, end: int, within: bytes = b"meta") -> list[tuple[int, int]]:
    """The sizes that meta/iprp/ipco/ispe declare, tiles and thumbnails among them."""
    sizes = []
    for name, inner, stop in _boxes(source, start, end):
        if (within, name) in ((b"meta", b"iprp"), (b"iprp", b"ipco")):
            sizes += _picture_sizes(source, inner, stop, name)
        elif (within, name) == (b"ipco", b"ispe"):
            sizes.append(struct.unpack(">LL", source.at(inner + 4, 8)))
    return sizes


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise Refused(BROKEN)
    if width * height > MAX_PIXELS:
        raise Refused(TOO_WIDE)


def _check_nothing_else(source: Source) -> None:
    if source.end_record() is not None or source.first(_MARKUP) is not None:
        raise Refused(POLYGLOT)

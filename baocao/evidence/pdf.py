"""Whether a PDF is whole and does nothing when opened. Pure.

A textual check, object streams included (bounded, Flate only). An encrypted PDF is taken: most are only
locked against copying and open for everybody; what its object streams hide is not seen.
"""

from __future__ import annotations

import re
import zlib

from baocao.evidence.allowed import PDF, Kind, Refused
from baocao.evidence.source import OVERLAP, PIECE, Source

MAX_OBJECT_STREAMS = 3_000
MAX_UNPACKED = 32 * 1024 * 1024
_ONE_STREAM = 4 * 1024 * 1024
_PRINT = "mở bằng trình đọc PDF, in thành PDF mới rồi chọn lại"
BROKEN = f"Tệp PDF bị hỏng hoặc tải lên chưa trọn; {_PRINT}."
ACTIVE = f"Tệp PDF có mã lệnh hoặc lệnh mở chương trình nên không nhận; {_PRINT}."
POLYGLOT = f"Tệp PDF có lẫn nội dung loại khác; {_PRINT}."
COMPLEX = f"Tệp PDF quá phức tạp để kiểm tra; {_PRINT}."


def _name(word: str) -> str:
    """A PDF name, each letter plain or written as #xx."""
    return "/" + "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in word)


_DELIMITER = r"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_ACTIONS = re.compile(
    f"(?:{'|'.join(_name(word) for word in ('JavaScript', 'Launch', 'RichMedia'))}){_DELIMITER}".encode()
)
_OBJECT_STREAM = re.compile((_name("ObjStm") + _DELIMITER).encode())
_STREAM = re.compile(rb"stream\r?\n")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF")
_MARKUP = re.compile(rb"(?i)<(?:html|script|svg|!doctype|\?php|body|iframe)")
_OBJECT = re.compile(rb"\d\s+obj\b")


def check(source: Source) -> Kind:
    if not re.match(rb"%PDF-[12]\.\d", source.at(0, 8)):
        raise Refused(BROKEN)
    ends = _END.findall(source.tail(2048))
    if not ends or int(ends[-1]) >= source.size or source.first(_OBJECT) is None:
        raise Refused(BROKEN)
    if _MARKUP.search(source.at(0, 1024)) or source.end_record() is not None:
        raise Refused(POLYGLOT)
    if source.first(_ACTIONS) is not None or _hidden_action(source):
        raise Refused(ACTIVE)
    return PDF


def _hidden_action(source: Source) -> bool:
    left = MAX_UNPACKED
    places = []
    for place in source.matches(_OBJECT_STREAM):
        places.append(place)
        if len(places) > MAX_OBJECT_STREAMS:
            raise Refused(COMPLEX)
    for place in places:
        start = _STREAM.search(source.at(place, 4096))
        if start is None:
            continue
        unpacker, before, unpacked = zlib.decompressobj(), b"", 0
        for packed in source.pieces(place + start.end()):
            try:
                while packed and not unpacker.eof and unpacked < _ONE_STREAM:
                    text = unpacker.decompress(packed, PIECE)
                    packed = unpacker.unconsumed_tail
                    unpacked += len(text)
                    if _ACTIONS.search(before + text):
                        return True
                    before = text[-OVERLAP:]
            except zlib.error:
                break  # encrypted or another filter: see the module's docstring
            if unpacker.eof or unpacked >= _ONE_STREAM:
                break
        left -= unpacked
        if left < 0 or unpacked >= _ONE_STREAM:
            raise Refused(COMPLEX)
    return False

"""From bytes to clean characters: what kind of file this is, its encoding, and the marks of emphasis."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from .document import Span, UnreadableDocument

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 100_000
SAVE_AS_TEXT = "Hãy mở tệp, chép toàn văn sang tệp .txt hoặc .md, lưu với bảng mã UTF-8 rồi nạp lại."

_MAGIC = (
    (b"%PDF", "tệp PDF"),
    (b"\xd0\xcf\x11\xe0", "tệp Word/Excel đời cũ (.doc, .xls)"),
    (b"{\\rtf", "tệp RTF"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"GIF8", "ảnh GIF"),
    (b"II*\x00", "ảnh TIFF"),
    (b"MM\x00*", "ảnh TIFF"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén GZIP"),
)
_ZIP_KINDS = (
    (b"word/", "tệp Word (.docx)"),
    (b"xl/", "tệp Excel (.xlsx)"),
    (b"ppt/", "tệp PowerPoint (.pptx)"),
    (b"opendocument", "tệp OpenDocument (.odt)"),
)
_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def decode(data: bytes) -> str:
    """The text in NFC with "\\n" line ends. Raises UnreadableDocument for what is not a UTF-8 text."""
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1024 / 1024:.1f}".replace(".", ",")
        raise UnreadableDocument(
            f"Tệp quá lớn ({size} MB), vượt giới hạn 5 MB. "
            "Hãy chỉ giữ lại phần chữ của chương trình, bỏ hình ảnh và phụ lục, rồi nạp lại."
        )
    if kind := _recognise(data):
        raise UnreadableDocument(f"Đây là {kind}, không phải tệp chữ thuần. {SAVE_AS_TEXT}")
    for bom, name in _BOMS:
        if data.startswith(bom):
            raise _wrong_encoding(name)
    if b"\x00" in data:
        sample = data[:4096]
        nulls_even, nulls_odd = sample[::2].count(0), sample[1::2].count(0)
        if max(nulls_even, nulls_odd) > len(sample) // 8 and min(nulls_even, nulls_odd) * 8 < len(sample):
            raise _wrong_encoding("UTF-16")
        raise UnreadableDocument(
            f"Đây là tệp nhị phân (có ký tự rỗng NUL), không phải tệp chữ thuần. {SAVE_AS_TEXT}"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(_guess_encoding(data), data.count(b"\n", 0, error.start) + 1) from None
    if not text.strip():
        raise UnreadableDocument(
            "Tệp rỗng, không có chữ nào để đọc. Hãy chọn tệp .txt hoặc .md chứa toàn văn chương trình."
        )
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        raise UnreadableDocument(
            "Tệp có hơn 100.000 dòng, không phải toàn văn một chương trình. Hãy kiểm tra lại tệp đã chọn."
        )
    return text


def _recognise(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        head = data[:65536] + data[-65536:]
        return next((name for mark, name in _ZIP_KINDS if mark in head), "tệp nén ZIP")
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "trang HTML" if start.startswith((b"<!doctype html", b"<html")) else ""


def _wrong_encoding(name: str, line: int = 0) -> UnreadableDocument:
    where = f" (từ dòng {line})" if line else ""
    seen = f"nhận ra {name}" if name else "không nhận ra bảng mã nào quen thuộc"
    return UnreadableDocument(
        f"Tệp không ở bảng mã UTF-8{where}; {seen}. Hãy chuyển mã (Unikey, Word hoặc Notepad: "
        "Lưu thành, chọn Mã hóa UTF-8) rồi nạp lại."
    )


def _guess_encoding(data: bytes) -> str:
    """The legacy Vietnamese encoding whose own bytes are most frequent, by the bytes the others do not
    use.
    """
    vowels = rb"[aeiouyAEIOUY\xe2\xea\xf4\xe3\xf5\xfd\xc2\xca\xd4\xc3\xd5\xdd]"
    vni_vowels = rb"[aeiouyAEIOUY\xf4\xf6\xd4\xd6]"
    scores = {
        "bảng mã TCVN3 (ABC)": len(re.findall(rb"[\xa8-\xbe]", data)),
        "bảng mã VNI": len(re.findall(vni_vowels + rb"[\xf8\xf9\xfb\xef\xd8\xd9\xdb\xcf]|\xf1", data)),
        "bảng mã Windows-1258": len(re.findall(vowels + rb"[\xcc\xd2\xde\xec\xf2]|[\xf0\xfd]", data)),
    }
    name, score = max(scores.items(), key=lambda pair: pair[1])
    return f"có vẻ là {name}" if score else ""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text without emphasis marks. `removed` are the raw positions that were taken out, in order."""

    text: str
    spans: tuple[Span, ...]
    removed: tuple[int, ...]

    def position(self, raw: int) -> int:
        """Where raw position `raw` stands in the clean text."""
        return raw - bisect_left(self.removed, raw)


# a paragraph with more marks than this is no prose; it is left as it is
_MOST_MARKS = 10_000
_RUN = re.compile(r"\*+|_+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>|~])")


def unescape_markdown(line: str) -> str:
    """A Markdown line without the backslashes that protect punctuation ("1\\." → "1.")."""
    return _ESCAPE.sub(r"\1", line) if "\\" in line else line


def strip_emphasis(raw: str) -> Cleaned:
    """Takes out `*`, `**`, `***`, `_` and `__` around words, in one pass.

    A mark that stands free ("5 * 3"), an underscore within a word and a run of four or more stay as they are.
    A `**` that lost its partner, and a lone `*` at either end of the paragraph, are marks all the same.
    """
    if not 0 < raw.count("*") + raw.count("_") <= _MOST_MARKS:
        return Cleaned(raw, (), ())
    removed: set[int] = set()
    pairs: list[tuple[int, int, bool]] = []
    open_runs: dict[str, list[list[int]]] = {"*": [], "_": []}
    strong_open = {"*": 0, "_": 0}
    stray: list[tuple[int, int]] = []

    def give_up(sign: str, run: list[int]) -> None:
        if run[1] >= 2:
            strong_open[sign] -= 1
        if sign == "*":
            stray.append((run[0], run[1]))

    text_start = len(raw) - len(raw.lstrip())
    text_end = len(raw.rstrip())
    for match in _RUN.finditer(raw):
        start, size, sign = match.start(), len(match.group()), match.group()[0]
        if size > 3 or (sign == "_" and size > 2):
            continue
        before = raw[start - 1] if start else " "
        after = raw[start + size] if start + size < len(raw) else " "
        can_close, can_open = not before.isspace(), not after.isspace() or start == text_start
        if sign == "_":
            can_close, can_open = can_close and not after.isalnum(), can_open and not before.isalnum()
        stack, at, left = open_runs[sign], start, size
        while can_close and left and stack:
            run = stack[-1]
            if left >= 2 and run[1] == 1 and strong_open[sign]:
                give_up(sign, stack.pop())
                continue
            width = 2 if left >= 2 and run[1] >= 2 else 1
            if run[1] >= 2 > run[1] - width:
                strong_open[sign] -= 1
            run[1] -= width
            opened = run[0] + run[1]
            removed.update(range(opened, opened + width))
            removed.update(range(at, at + width))
            pairs.append((opened + width, at, width == 2))
            at, left = at + width, left - width
            if not run[1]:
                stack.pop()
        if left and can_open:
            stack.append([at, left])
            strong_open[sign] += left >= 2
        elif left and sign == "*":
            stray.append((at, left))
    stray.extend((run[0], run[1]) for run in open_runs["*"])
    for at, left in stray:
        free = (at == 0 or raw[at - 1].isspace()) and (at + left >= len(raw) or raw[at + left].isspace())
        at_edge = at == text_start or at + left == text_end
        if not free and (left >= 2 or at_edge):
            removed.update(range(at, at + left))
    order = tuple(sorted(removed))
    text = "".join(raw[i + 1 : j] for i, j in zip((-1, *order), (*order, len(raw)), strict=True))
    cleaned = Cleaned(text, (), order)
    spans = (
        Span(cleaned.position(start), cleaned.position(end), "strong" if strong else "em")
        for start, end, strong in pairs
    )
    kept = sorted((span for span in spans if span.end > span.start), key=lambda span: (span.start, -span.end))
    return Cleaned(text, tuple(kept), order)

"""The corrections overlay: reading its rows, and laying them over the text without touching the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from .document import AppliedCorrection, CorrectionRow, Unplaced, UnreadableDocument
from .text import decode, strip_emphasis

PAGE_BREAK = "[page break]"
COLUMNS = ("line", "original", "corrected", "note")


def read_corrections(data: bytes) -> tuple[CorrectionRow, ...]:
    """Rows of a tab-separated table with the columns line, original, corrected and (optional) note."""
    lines = decode(data).split("\n")
    if tuple(cell.strip().lower() for cell in lines[0].split("\t"))[:3] != COLUMNS[:3]:
        raise UnreadableDocument(
            "Bảng đính chính thiếu dòng đầu. Dòng đầu phải là: line, original, corrected, note, cách "
            "nhau bằng dấu tab."
        )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) not in (3, 4):
            raise UnreadableDocument(
                f"Bảng đính chính, dòng {number}: có {len(cells)} cột. Mỗi dòng cần 4 cột cách nhau bằng "
                f"dấu tab."
            )
        # isdecimal alone would admit other scripts' digits and numbers of any length
        if not (cells[0].isascii() and cells[0].isdecimal() and len(cells[0]) <= 7 and int(cells[0]) > 0):
            raise UnreadableDocument(
                f"Bảng đính chính, dòng {number}: “{cells[0][:40]}” không phải số dòng. Cột đầu phải là "
                f"số dòng của văn bản."
            )
        if not cells[1]:
            raise UnreadableDocument(
                f"Bảng đính chính, dòng {number}: cột “original” trống. Hãy chép vào đó đúng chữ cần sửa."
            )
        rows.append(CorrectionRow(int(cells[0]), cells[1], cells[2], cells[3] if len(cells) == 4 else ""))
    return tuple(rows)


class Overlay:
    """The rows by source line, and which of them have found their place."""

    def __init__(self, rows: Sequence[CorrectionRow]) -> None:
        self.rows = tuple(rows)
        self._by_line: dict[int, list[int]] = {}
        self._failed: dict[int, str] = {}
        self._applied: set[int] = set()
        for index, row in enumerate(self.rows):
            self._by_line.setdefault(row.line, []).append(index)
        self.page_breaks = frozenset(row.line for row in self.rows if PAGE_BREAK in row.original)

    def lay(
        self, as_signed: str, segments: Iterable[tuple[int, int, int]], *, keeps_lines: bool = False
    ) -> tuple[str, tuple[AppliedCorrection, ...]]:
        """The corrected text and what was applied, sorted by place.

        `segments` are (line, start, end) of `as_signed`. A row is looked for from its own line's start; it
        may run on past the line's end only across a page break. With `keeps_lines` (letterhead, closing) a "
        / " in the corrected words is a line end, as in a letterhead that lost several lines.
        """
        found: list[AppliedCorrection] = []
        taken: list[tuple[int, int]] = []
        for line, start, end in segments:
            for index in self._by_line.get(line, ()):
                row = self.rows[index]
                place = self._find(as_signed, row, start, end, taken)
                if place is None:
                    continue
                corrected = unicodedata.normalize("NFC", row.corrected)
                if keeps_lines:
                    corrected = corrected.replace(" / ", "\n")
                taken.append(place)
                found.append(AppliedCorrection(index, *place, corrected))
                self._applied.add(index)
        found.sort(key=lambda item: item.start)
        text, at = [], 0
        for item in found:
            text += [as_signed[at : item.start], item.corrected]
            at = item.end
        return "".join([*text, as_signed[at:]]), tuple(found)

    def _find(
        self, as_signed: str, row: CorrectionRow, start: int, end: int, taken: list[tuple[int, int]]
    ) -> tuple[int, int] | None:
        original = unicodedata.normalize("NFC", row.original)
        if PAGE_BREAK in original:
            original = " ".join(part.strip() for part in original.split(PAGE_BREAK))
            end = min(len(as_signed), end + len(original))
        for wanted in dict.fromkeys((original, strip_emphasis(original).text)):
            at = as_signed.find(wanted, start, end)
            while wanted and at != -1:
                if all(at >= used_end or at + len(wanted) <= used for used, used_end in taken):
                    return at, at + len(wanted)
                at = as_signed.find(wanted, at + 1, end)
        return None

    def left_over(self) -> tuple[Unplaced, ...]:
        """A finding for every row that was not applied."""
        return tuple(
            Unplaced(
                row.line,
                row.original,
                f"Dòng đính chính chưa áp dụng được: không thấy đúng chữ này ở dòng {row.line} của văn bản "
                f"(sửa thành “{row.corrected}”).",
            )
            for index, row in enumerate(self.rows)
            if index not in self._applied
        )

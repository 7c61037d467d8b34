"""Bounded reading of an upload: by offset and in pieces, never the whole file at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

PIECE = 256 * 1024
OVERLAP = 256
"""No pattern searched for matches more bytes than this."""
_END_RECORD = b"PK\x05\x06"


class Source:
    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = file.seek(0, 2) or file.tell()  # some wrappers return nothing from seek

    def at(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes; fewer at the end of the file."""
        if not 0 <= offset < self.size or length <= 0:
            return b""
        self.file.seek(offset)
        return self.file.read(min(length, self.size - offset))

    def tail(self, length: int) -> bytes:
        return self.at(max(0, self.size - length), length)

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        end = self.size if end is None else min(end, self.size)
        while start < end:
            piece = self.at(start, min(PIECE, end - start))
            if not piece:
                return
            yield piece
            start += len(piece)

    def matches(self, pattern: re.Pattern[bytes], start: int = 0) -> Iterator[int]:
        """Where ``pattern`` occurs, each place once."""
        before, last, offset = b"", -1, start
        for piece in self.pieces(start):
            window, base = before + piece, offset - len(before)
            for match in pattern.finditer(window):
                if base + match.start() > last:
                    last = base + match.start()
                    yield last
            offset += len(piece)
            before = window[-OVERLAP:]

    def first(self, pattern: re.Pattern[bytes], start: int = 0) -> int | None:
        return next(self.matches(pattern, start), None)

    def end_record(self) -> int | None:
        """Where a zip's closing record stands, if one closes this file exactly."""
        tail = self.tail(22 + 0xFFFF)
        base, place = self.size - len(tail), len(tail)
        while (place := tail.rfind(_END_RECORD, 0, place)) >= 0:
            comment = int.from_bytes(tail[place + 20 : place + 22], "little")
            if len(tail) - place == 22 + comment:
                return base + place
        return None

"""The fonts that PDF reports are set in: Tinos, its letters as wide as those of Times New Roman."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "static" / "vendor" / "tinos-ttf"
REGULAR, ITALIC, BOLD, BOLD_ITALIC = FACES = (
    "Tinos_400Regular",
    "Tinos_400Regular_Italic",
    "Tinos_700Bold",
    "Tinos_700Bold_Italic",
)


def missing() -> list[str]:
    """Names of the font files that are not there."""
    return [f"{face}.ttf" for face in FACES if not (FOLDER / f"{face}.ttf").is_file()]


@cache
def letters() -> frozenset[str]:
    """The characters that every face can draw. PDF/A refuses a text with any other."""
    return frozenset.intersection(*(frozenset(_advances(face)) for face in FACES))


def width(text: str, size: float, face: str = REGULAR) -> float:
    """How long a line of text is, in points."""
    advances = _advances(face)
    return sum(advances.get(letter, 1.0) for letter in text) * size


@cache
def _advances(face: str) -> dict[str, float]:
    """Each character with its width in parts of the font's size, as the file's tables tell."""
    font = (FOLDER / f"{face}.ttf").read_bytes()
    tables = {
        tag: offset
        for tag, _sum, offset, _length in (
            struct.unpack_from(">4sLLL", font, 12 + 16 * at)
            for at in range(struct.unpack_from(">H", font, 4)[0])
        )
    }
    unit = struct.unpack_from(">H", font, tables[b"head"] + 18)[0]
    measured = struct.unpack_from(">H", font, tables[b"hhea"] + 34)[0]
    wide = struct.unpack_from(f">{'Hh' * measured}", font, tables[b"hmtx"])[::2]
    return {
        chr(code): wide[min(glyph, measured - 1)] / unit
        for code, glyph in _glyphs(font, tables[b"cmap"])
        if glyph
    }


def _glyphs(font: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Codes and their glyphs, by the subtables of format 4: 16 bits, which is all that Tinos has."""
    for at in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">L", font, cmap + 8 + 8 * at)[0]
        if struct.unpack_from(">H", font, start)[0] == 4:
            yield from _runs(font, start)


def _runs(font: bytes, start: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    places = [start + 14, *(start + 16 + 2 * count * row for row in (1, 2, 3))]
    rows = (struct.unpack_from(f">{count}{kind}", font, at) for at, kind in zip(places, "HHhH", strict=True))
    for piece, (last, first, delta, offset) in enumerate(zip(*rows, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                at = places[3] + 2 * piece + offset + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, at)[0]
            yield code, (glyph + delta) & 0xFFFF if glyph or not offset else 0

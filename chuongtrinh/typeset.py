"""The signed text set as on paper, in either reading: as transcribed, or with the corrections laid over it.

Nothing here changes a word, and nothing of it depends on a day: what was signed, and what was found wrong in
its transcription when it was loaded, is kept as it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chuongtrinh.models import Correction, Programme, Section
from chuongtrinh.vietnamese import long_date

PAGE_BREAK = "[page break]"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters set in one style; ``fix`` is the correction that they belong to."""

    text: str
    em: bool = False
    strong: bool = False
    fix: Correction | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A correction as its margin note tells it: the transcription, the reading now shown, and why."""

    number: int
    original: str
    corrected: str
    reason: str

    @classmethod
    def of(cls, row: Correction) -> Note:
        return cls(row.ordinal, row.original.replace(PAGE_BREAK, "(sang trang)"), row.corrected, row.reason)


@dataclass(frozen=True, slots=True)
class Head:
    """The letterhead: two columns, number and date, as the chosen reading has them."""

    parent: str
    issuer: str
    party: str
    number: str
    date: str
    notes: list[Note]


def runs_of(
    text: str, emphasis: Iterable[Sequence], fixes: Iterable[Correction], *, as_signed: bool
) -> list[Run]:
    """Cut the transcription into runs of one style, each correction being a run of its own.

    `emphasis` and the corrections count characters of `text`. A correction without a place, or one that
    overlaps an earlier one, leaves the text as transcribed: the margin note still tells it.
    """
    spans = [(int(start), int(end), str(style)) for start, end, style in emphasis]
    placed: list[tuple[int, int, Correction]] = []
    for fix in sorted(
        (f for f in fixes if f.start is not None and f.end is not None), key=lambda f: f.start or 0
    ):
        start, end = fix.start or 0, fix.end or 0
        if end <= len(text) and (not placed or start >= placed[-1][1]):
            placed.append((start, end, fix))
    inside = [cut for start, end, _ in spans for cut in (start, end)]
    cuts = {0, len(text)} | {cut for cut in inside if not any(s < cut < e for s, e, _ in placed)}
    cuts |= {cut for start, end, _ in placed for cut in (start, end)}
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(text))
    fixed = {(start, end): fix for start, end, fix in placed}
    runs = []
    for start, end in pairwise(edges):
        styles = {style for s, e, style in spans if s <= start < e}
        over = fixed.get((start, end))
        words = text[start:end] if over is None or as_signed else over.corrected
        runs.append(Run(words, "em" in styles, "strong" in styles, over))
    return runs


def level_of(section: Section, sections: dict[int, Section]) -> int:
    level, parent = 2, section.parent_id
    while parent and level < 6:
        level, parent = level + 1, sections[parent].parent_id
    return level


def title_of(section: Section, as_signed: bool) -> str:
    if as_signed and section.title_as_signed:
        return section.title_as_signed
    return section.title + (":" if section.title_as_signed.rstrip().endswith(":") else "")


def head_of(programme: Programme, fixes: list[Correction], as_signed: bool) -> Head:
    """Read as transcribed, the letterhead lacks what only a correction restores."""
    restored = [
        row for row in fixes if programme.letterhead_issuer and programme.letterhead_issuer in row.corrected
    ]
    renumbered = [row for row in fixes if programme.number in row.corrected]
    lost = as_signed and bool(restored)
    number = renumbered[0].original if as_signed and renumbered else f"Số {programme.number}"
    return Head(
        parent="" if lost else programme.letterhead_parent,
        issuer="" if lost else programme.letterhead_issuer,
        party="" if lost else "ĐẢNG CỘNG SẢN VIỆT NAM",
        number=number,
        date=long_date(programme.issued_on) if programme.issued_on else "",
        notes=[Note.of(row) for row in fixes],
    )

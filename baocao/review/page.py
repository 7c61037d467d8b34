"""A report as its page shows it: what is frozen and, while it is a draft, what may be done with its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from baocao.models import Review, ReviewPart
from baocao.review import drafting
from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Annex, Block, Line, Sentence, Source, blocks_of


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the number under which its sources are opened; 0 where it has none."""

    text: str
    note: int = 0
    sources: tuple[Source, ...] = ()

    @property
    def beginning(self) -> str:
        """All but the last word, from which the number must not part at the end of a line."""
        return self.text[: len(self.text) - len(self.last)]

    @property
    def last(self) -> str:
        return self.text.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One part. ``row`` is there while it is a draft, ``changed`` what the record says otherwise since the
    office wrote: the sentence before and now."""

    key: str
    level: int
    heading: str
    paragraphs: tuple[Paragraph, ...]
    row: ReviewPart | None = None
    changed: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        return f"phan-{self.key}"

    @property
    def rank(self) -> int:
        """Of its heading: the report's title is the first."""
        return self.level + 1


def shown(frozen: Frozen, rows: Iterable[ReviewPart] = ()) -> list[Shown]:
    held: Mapping[str, ReviewPart] = {row.key: row for row in rows}
    found, note = [], 0
    for part in frozen.parts:
        paragraphs, note = numbered(part.blocks, note)
        row = held.get(part.key)
        changed = tuple(drafting.changed_figures(row)) if row and row.own else ()
        found.append(Shown(part.key, part.level, part.heading, tuple(paragraphs), row, changed))
    return found


def numbered(blocks: Iterable[Block], note: int = 0) -> tuple[list[Paragraph], int]:
    """The paragraphs with their sentences' sources, numbered on from ``note``; and the last number."""
    found = []
    for block in blocks:
        said = []
        for sentence in block.sentences:
            sources = sources_of(sentence)
            note += bool(sources)
            said.append(Said(sentence.text, note if sources else 0, sources))
        found.append(Paragraph(block.kind, tuple(said)))
    return found, note


def sources_of(said: Sentence | Line) -> tuple[Source, ...]:
    """The pages behind a sentence or a line, of this site alone."""
    return tuple(
        one for one in said.sources if one.url.startswith("/") and not one.url.startswith(("//", "/\\"))
    )


def running(review: Review) -> bool:
    """Whether the period of a draft was not over on the day that it speaks of."""
    return not review.is_sealed and review.as_of < review.period.end


def as_text(composed: Iterable[dict[str, Any]]) -> str:
    """What is composed as people would type it: one paragraph a line."""
    return "\n".join(block.text for block in blocks_of(composed))


@dataclass(frozen=True, slots=True)
class Cell:
    """``label`` is its column's name, where a narrow screen needs it; ``url`` the row's own page."""

    text: str
    label: str = ""
    url: str = ""


TITLED = 2
"""The first columns, the number and the work itself, need no name beside what they say."""


def cells_of(annex: Annex, line: Line) -> list[Cell]:
    source = next(iter(sources_of(line)), None)
    return [
        Cell(
            text,
            annex.columns[at] if at >= TITLED else "",
            source.url if source and at == TITLED - 1 and text else "",
        )
        for at, text in enumerate(line.cells)
    ]


def widths_of(annex: Annex) -> list[int]:
    """Of its columns, in percent; never more than the whole."""
    return [100 * width // sum(annex.widths) for width in annex.widths]


def lines_of(annex: Annex) -> int:
    return sum(not line.band for line in annex.lines)

"""What a report is made of, from the composer to the frozen form: plain text, ready to be shown.

Nothing here is computed by a reader or a renderer. A sentence knows the pages that it was written from; what
people wrote themselves has no sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Source:
    """A page that shows what a sentence or figure was taken from: ``url`` is a path within the site."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or an item of a list ("- …"), as its sentences."""

    sentences: tuple[Sentence, ...]
    kind: str = "paragraph"  # or "item"

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @classmethod
    def read(cls, said: dict[str, Any]) -> Self:
        """From what ``as_json`` wrote. KeyError or TypeError for anything else."""
        sentences = tuple(
            Sentence(one["text"], tuple(Source(**source) for source in one["sources"]))
            for one in said["sentences"]
        )
        return cls(sentences, said["kind"])

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the outline with its heading. ``key`` is ASCII ("II.3.2"); ``level`` 1 is "I- …", 2 "1. …",
    3 "1.1. …", 0 has no heading (the opening)."""

    key: str
    level: int
    heading: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an annex: its cells, one for each column; ``band`` rows hold a single text across all."""

    cells: tuple[str, ...]
    band: bool = False
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """``widths`` are shares of the page's width, one for each column."""

    number: int
    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    lines: tuple[Line, ...] = ()
    note: str = ""

    @classmethod
    def read(cls, said: dict[str, Any]) -> Self:
        """From what ``as_json`` wrote. KeyError or TypeError for anything else."""
        lines = tuple(
            Line(tuple(one["cells"]), one["band"], tuple(Source(**source) for source in one["sources"]))
            for one in said["lines"]
        )
        return cls(
            said["number"], said["title"], tuple(said["columns"]), tuple(said["widths"]), lines, said["note"]
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Composed:
    """A whole report as the rules write it. ``figures`` are its counts by name; ``asked`` units were asked by
    the period, ``missing`` are those that have not handed in, by name."""

    rules: str
    parts: tuple[Part, ...]
    annexes: tuple[Annex, ...]
    figures: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    missing: tuple[str, ...] = ()


def blocks_of(said: Iterable[dict[str, Any]]) -> tuple[Block, ...]:
    """Blocks as a row keeps them."""
    return tuple(Block.read(one) for one in said)


def own_blocks(text: str) -> tuple[Block, ...]:
    """What people wrote, one paragraph a line; a line that begins with "- " or "+ " is an item of a list."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(
        Block((Sentence(line),), "item" if line.startswith(("- ", "+ ")) else "paragraph")
        for line in lines
        if line
    )

"""A sealed report as a file: realistic, with all parts and three annexes, and its variations."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Annex, Block, Line, Part, Sentence

GOLDEN = Path(__file__).with_name("golden.json")
DRAFT = {"draft": 2, "number": None, "issued_on": None}
REPLACING = {
    "edition": 2,
    "because": "Số liệu chi ngân sách ghi nhầm.",
    "replaces": {"number": "Số 01-BC/ĐUUB", "issued_on": "2026-02-05", "edition": 1, "sha256": "a" * 64},
}


def golden() -> Frozen:
    return Frozen.from_bytes(GOLDEN.read_bytes())


def report(**changes: Any) -> Frozen:
    return replace(golden(), **changes)


def part(
    *texts: str, key: str = "I", level: int = 1, heading: str = "I- PHẦN", kind: str = "paragraph"
) -> Part:
    return Part(key, level, heading, tuple(Block((Sentence(text),), kind) for text in texts))


def small(*texts: str, cells: tuple[str, ...] = (), **changes: Any) -> Frozen:
    """Of one part with these paragraphs and one annex whose one row has these cells beside its number."""
    columns = ("TT", *(f"Cột {at}" for at in range(1, len(cells) + 1)))
    annex = Annex(1, "Phụ lục thử", columns, (1,) + (4,) * len(cells), (Line(("1", *cells)),))
    return report(**{"parts": (part(*texts),), "annexes": (annex,)} | changes)

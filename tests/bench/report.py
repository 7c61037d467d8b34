"""A row of a measure: what was measured, what must hold, what was found."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    must: str
    found: str
    held: bool
    more: dict[str, float] | None = None


def progress(text: str) -> None:
    """How far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{text[:100]:<100}", end="\r", file=sys.stderr, flush=True)

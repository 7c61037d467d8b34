"""What the tests of composed reports share: the sample story, and what a report says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from baocao.models import Period
from baocao.review.compose import compose
from baocao.sealed.shape import Composed, Sentence, Source
from chuongtrinh.models import Programme
from nhiemvu.status import HANOI
from tests.record import NOW

READ: dict[str, tuple[date, datetime]] = {
    "2026-6T": (date(2026, 6, 14), datetime(2026, 6, 27, 9, tzinfo=HANOI)),
    "2026-9T": (date(2026, 9, 14), datetime(2026, 9, 29, 9, tzinfo=HANOI)),
    "2026-11": (date(2026, 11, 14), datetime(2026, 11, 21, 10, 20, 30, 456, tzinfo=HANOI)),
}
"""Of the sample's periods: the day of the report, and the moment up to which it reads the record."""


def report(programme: Programme, key: str, **other: Any) -> Composed:
    period = Period.objects.get(programme=programme, key=key)
    as_of, known_at = READ.get(key, (period.end, NOW))
    return compose(programme, period, **{"as_of": as_of, "known_at": known_at, **other})


def sentences(composed: Composed) -> list[Sentence]:
    return [one for part in composed.parts for block in part.blocks for one in block.sentences]


def sources(composed: Composed) -> set[Source]:
    said = {source for one in sentences(composed) for source in one.sources}
    return said | {source for annex in composed.annexes for one in annex.lines for source in one.sources}


def text_of(composed: Composed, key: str) -> str:
    """One part as plain text, a block a line."""
    return "\n".join(block.text for part in composed.parts if part.key == key for block in part.blocks)


def whole(composed: Composed) -> str:
    return "\n".join(text_of(composed, part.key) for part in composed.parts)

"""How a directive stands with one unit that it addresses, on a day: one pure function, ``standing``.

Two time axes, as in nhiemvu.status: ``as_of`` is held against the days by which an answer is wanted, and
``known_at`` bounds the clock's moments, so that any past day shows what was known then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from nhiemvu.status import HANOI, Mark, Word, day_end


class Stand(Word):
    """In the order in which they want somebody's attention; as text and icon."""

    LATE = "late", "Quá hạn trả lời", "■"
    ANSWERED = "answered", "Đã trả lời, chờ ý kiến", "▲"
    OPEN = "open", "Chờ trả lời", "○"
    ACCEPTED = "accepted", "Đạt yêu cầu", "✔"
    WITHDRAWN = "withdrawn", "Đã rút", "↶"

    @property
    def mark(self) -> Mark:
        """The colour in which it stands beside its word."""
        return _MARKS[self]


_MARKS = {
    Stand.LATE: Mark.OVERDUE,
    Stand.ANSWERED: Mark.WARNING,
    Stand.OPEN: Mark.UNDETERMINED,
    Stand.ACCEPTED: Mark.COMPLETED,
    Stand.WITHDRAWN: Mark.STOPPED,
}

LIVE = (Stand.LATE, Stand.ANSWERED, Stand.OPEN)
"""What somebody still has to do something about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer and what became of it: accepted, or asked again by another day."""

    recorded_at: datetime
    settled_at: datetime | None = None
    accepted: bool = False
    answer_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was asked of one unit; its answers in any order."""

    recorded_at: datetime
    answer_by: date
    withdrawn_at: datetime | None = None
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """``answer_by`` is the day in force, ``days_late`` how long it is past (of an answer: how late it came),
    ``again``: it was asked again at least once, ``answered_on``: the day of the answer that stands."""

    stand: Stand
    answer_by: date
    days_late: int = 0
    again: bool = False
    answered_on: date | None = None


def standing(given: Given, as_of: date, *, known_at: datetime | None = None) -> Standing | None:
    """None where it was not yet given."""
    end = known_at or day_end(as_of)
    if given.recorded_at >= end:
        return None
    due, last, again = given.answer_by, None, False
    for one in sorted(_known(given.answers, end), key=lambda one: one.recorded_at):
        last = one
        if _before(one.settled_at, end) and not one.accepted:
            due, last, again = one.answer_by or due, None, True
    day = last.recorded_at.astimezone(HANOI).date() if last else None
    late = _late(day or as_of, due)
    if last and _before(last.settled_at, end):
        return Standing(Stand.ACCEPTED, due, late, again, day)
    if _before(given.withdrawn_at, end):
        return Standing(Stand.WITHDRAWN, due, 0, again, day)
    if last:
        return Standing(Stand.ANSWERED, due, late, again, day)
    return Standing(Stand.LATE if late else Stand.OPEN, due, late, again)


def _known(answers: Iterable[Answered], end: datetime) -> Iterable[Answered]:
    return (one for one in answers if one.recorded_at < end)


def _before(moment: datetime | None, end: datetime) -> bool:
    return moment is not None and moment < end


def _late(day: date, due: date) -> int:
    return max(0, (day - due).days)

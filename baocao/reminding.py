"""When a deadline is spoken of: 7, 3 and 1 days before, on days 1, 7 and 14 after, then every month. Pure.

A step that falls on a day off moves to the last working day before it, or after the deadline to the first
after it. What a missed run left out is caught up by the newest step alone: older ones are never said later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from baocao.periods import Rules, add_working_days, is_working_day
from nhiemvu.status import Word

BEFORE = (-7, -3, -1)
AFTER = (1, 7, 14)
MONTH, MONTHS = 30, 120
"""After day 14 every month, for ten years at most: what is older is a mistyped year."""
OFFICE_FROM, DIRECTOR_FROM = 7, 14
"""From which step on the office hears of what a unit owes, and then the comrade who directs the work."""


class Kind(Word):
    """What is spoken of, in the order of a digest."""

    RETURNED = "returned", "Bị trả lại"
    REPORT = "report", "Báo cáo kỳ"
    WORK = "work", "Thời hạn công việc"
    ANSWER = "answer", "Trả lời ý kiến chỉ đạo"
    CONFIRM = "confirm", "Chờ xác nhận"
    ANSWERED = "answered", "Trả lời chờ ý kiến"
    PLAN = "plan", "Kế hoạch chờ duyệt"
    EXTENSION = "extension", "Đề nghị gia hạn chờ quyết định"

    @property
    def waits(self) -> bool:
        """Whether it has no deadline of its own but waits for an answer since a day."""
        return self not in (Kind.REPORT, Kind.WORK, Kind.ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that one person is to do or to look after.

    ``about`` names it together with its deadline: moved, it is another thing. ``due`` is the deadline, or the
    day since when it waits. ``since`` is the first step that this person hears. ``own``: this person's own
    deadline, and no escalation.
    """

    about: str
    kind: Kind
    title: str
    detail: str = ""
    url: str
    due: date
    since: int = BEFORE[0]
    own: bool = True

    def days_over(self, day: date) -> int:
        """Days since the deadline, below 0 before it."""
        return (day - self.due).days

    def concerns(self, day: date) -> bool:
        """Whether it is on this person's list of the day."""
        return self.days_over(day) >= self.since


def step_day(due: date, step: int, rules: Rules) -> date:
    """The working day on which a step is said."""
    day = due + timedelta(days=step)
    if is_working_day(day, rules):
        return day
    return add_working_days(day, -1 if step < 0 else 1, rules)


def newest_step(due: date, day: date, rules: Rules) -> int | None:
    """The last step whose day has come; None before the first."""
    over = (day - due).days
    months = min(MONTHS, max(0, over - AFTER[-1]) // MONTH)
    later = [AFTER[-1] + MONTH * months] if months else []
    passed = [step for step in (*AFTER, *later) if step <= over]  # a day off only makes them later
    reached = (step for step in (*BEFORE, *passed) if step_day(due, step, rules) <= day)
    return max(reached, default=None)


def step_to_say(thing: Thing, day: date, rules: Rules, said: int | None = None) -> int | None:
    """The step to say of a thing on a working day; ``said``: the newest one that this person has heard."""
    step = newest_step(thing.due, day, rules)
    if step is None or step < thing.since or (said is not None and step <= said):
        return None
    return step


# -- how a list and a digest show them ---------------------------------------------------------------------


class Part(Word):
    """The parts of a person's list, most pressing first."""

    OVERDUE = "overdue", "Quá hạn", "■"
    TODAY = "today", "Hôm nay", "▲"
    RETURNED = "returned", "Bị trả lại", "↩"
    WAITING = "waiting", "Chờ giải quyết", "○"
    SOON = "soon", "Sắp tới", "▶"


def part_of(thing: Thing, day: date) -> Part:
    if thing.kind is Kind.RETURNED:
        return Part.RETURNED
    if thing.kind.waits:
        return Part.WAITING
    over = thing.days_over(day)
    return Part.OVERDUE if over > 0 else Part.SOON if over < 0 else Part.TODAY


def parted(things: Iterable[Thing], day: date) -> list[tuple[Part, list[Thing]]]:
    """The parts that hold something, each with its things, the oldest deadline first."""
    ordered = sorted(things, key=lambda thing: (thing.due, list(Kind).index(thing.kind), thing.title))
    held = [(part, [thing for thing in ordered if part_of(thing, day) is part]) for part in Part]
    return [(part, rows) for part, rows in held if rows]


def in_days(thing: Thing, day: date) -> str:
    """How the deadline stands to the day, in words."""
    over = thing.days_over(day)
    if thing.kind.waits:
        return f"từ {thing.due:%d/%m/%Y}, đã {over} ngày" if over else "từ hôm nay"
    if over > 0:
        return f"hạn {thing.due:%d/%m/%Y}, quá {over} ngày"
    return f"hạn {thing.due:%d/%m/%Y}, còn {-over} ngày" if over else f"hạn hôm nay, {thing.due:%d/%m/%Y}"

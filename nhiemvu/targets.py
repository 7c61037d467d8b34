"""Whether an indicator's values meet its target, and where they would lead if they went on as they did.

Pure: values and days in, a judgement out. A forecast is a straight line through the first and the last value
and nothing more; whoever shows it says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from nhiemvu.status import Mark, Word

AT_LEAST, AT_MOST, EQUAL, BETWEEN = "at_least", "at_most", "equal", "between"


class Standing(Word):
    """How the newest value stands to the target."""

    UNKNOWN = "unknown", "Chưa có số liệu", "○"
    MET = "met", "Đạt", "✔"
    BELOW = "below", "Chưa đạt", "▲"
    ABOVE = "above", "Vượt mức", "▲"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: ``high`` is the upper end of "between". ``every_year``: each year by itself."""

    direction: str
    low: Decimal
    high: Decimal | None = None
    every_year: bool = False

    @property
    def most(self) -> Decimal | None:
        """What the value must not exceed, if anything."""
        if self.direction == BETWEEN:
            return self.high
        return self.low if self.direction in (AT_MOST, EQUAL) else None

    def judge(self, value: Decimal | None) -> Standing:
        if value is None:
            return Standing.UNKNOWN
        if self.most is not None and value > self.most:
            return Standing.ABOVE
        if self.direction != AT_MOST and value < self.low:
            return Standing.BELOW
        return Standing.MET


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A confirmed value, as of a day."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Judged:
    """``point`` is the newest value; ``old``: a yearly target that has no value of the day's own year yet."""

    standing: Standing
    point: Point | None = None
    old: bool = False


def judged(target: Target, points: Iterable[Point], day: date) -> Judged:
    """How the target stands on a day. A yearly one is judged by the newest value, which tells of its year."""
    known = sorted(point for point in points if point.on <= day)
    if not known:
        return Judged(Standing.UNKNOWN)
    newest = known[-1]
    return Judged(target.judge(newest.value), newest, old=target.every_year and newest.on.year != day.year)


def mark(target: Target, found: Judged, day: date, end: date) -> Mark:
    """The colour: a target that is not yet reached is late only when its time is over."""
    if found.point is None:
        return Mark.UNDETERMINED
    if found.standing == Standing.BELOW:
        over = date(found.point.on.year, 12, 31) if target.every_year else end
        return Mark.OVERDUE if day > over else Mark.ON_TIME
    return Mark.COMPLETED if found.standing == Standing.MET else Mark.WARNING


def forecast(target: Target, points: Iterable[Point], day: date, end: date) -> Point | None:
    """Where the line through the first and the last value leads: to the day on which it reaches the target,
    or where it stands on ``end``, to two decimals; what never fell below nothing does not.

    None where it would say nothing: under two days with a value, an end that is past, a target that is
    reached already, or a yearly one, whose years do not add up.
    """
    known = sorted(point for point in points if point.on <= day)
    if target.every_year or len(known) < 2 or known[0].on == known[-1].on or end <= known[-1].on:
        return None
    first, last = known[0], known[-1]
    aims = target.direction != AT_MOST
    if aims and target.judge(last.value) != Standing.BELOW:
        return None
    step = (last.value - first.value) / (last.on - first.on).days
    if aims and step > 0:
        days = int(((target.low - last.value) / step).to_integral_value(ROUND_CEILING))
        if days <= (end - last.on).days:
            return Point(last.on + timedelta(days=days), target.low)
    value = last.value + step * (end - last.on).days
    if min(point.value for point in known) >= 0:
        value = max(value, Decimal(0))
    return Point(end, value.quantize(Decimal("0.01"), ROUND_HALF_UP))

"""Whether values meet a target, and what a plain line through them says."""

from datetime import date
from decimal import Decimal

import pytest

from nhiemvu.status import Mark
from nhiemvu.targets import Point, Standing, Target, forecast, judged, mark

DAY, END = date(2026, 11, 23), date(2030, 12, 31)


def points(*values: tuple[date, str]) -> list[Point]:
    return [Point(on, Decimal(value)) for on, value in values]


def at_least(value: str, *, every_year: bool = False) -> Target:
    return Target("at_least", Decimal(value), every_year=every_year)


@pytest.mark.parametrize(
    ("target", "value", "standing"),
    [
        (at_least("13"), "13", Standing.MET),
        (at_least("13"), "12.9999", Standing.BELOW),
        (Target("at_most", Decimal(3)), "3", Standing.MET),
        (Target("at_most", Decimal(3)), "3.0001", Standing.ABOVE),
        (Target("at_most", Decimal(3)), "0", Standing.MET),
        (Target("equal", Decimal(5)), "4", Standing.BELOW),
        (Target("equal", Decimal(5)), "5.0", Standing.MET),
        (Target("equal", Decimal(5)), "6", Standing.ABOVE),
        (Target("between", Decimal(20), Decimal(25)), "19.9", Standing.BELOW),
        (Target("between", Decimal(20), Decimal(25)), "20", Standing.MET),
        (Target("between", Decimal(20), Decimal(25)), "25", Standing.MET),
        (Target("between", Decimal(20), Decimal(25)), "25.1", Standing.ABOVE),
    ],
)
def test_a_value_is_judged_by_direction(target: Target, value: str, standing: Standing) -> None:
    assert target.judge(Decimal(value)) == standing


def test_the_newest_value_up_to_the_day_counts() -> None:
    known = points((date(2026, 9, 30), "14"), (date(2026, 6, 30), "12"), (date(2026, 12, 31), "15"))
    found = judged(at_least("13"), known, DAY)
    assert (found.standing, found.point) == (Standing.MET, known[0])
    assert judged(at_least("13"), known, date(2026, 7, 1)).standing == Standing.BELOW
    assert judged(at_least("13"), known, date(2026, 6, 29)).standing == Standing.UNKNOWN


def test_a_yearly_target_says_that_its_value_is_of_another_year() -> None:
    known = points((date(2025, 12, 31), "11.8"))
    assert judged(at_least("13", every_year=True), known, DAY).old
    assert not judged(at_least("13", every_year=True), known, date(2025, 12, 31)).old
    assert not judged(at_least("13"), known, DAY).old


@pytest.mark.parametrize(
    ("target", "known", "day", "colour"),
    [
        (at_least("100"), [], DAY, Mark.UNDETERMINED),
        (at_least("100"), points((date(2026, 9, 30), "62")), DAY, Mark.ON_TIME),
        (at_least("100"), points((date(2026, 9, 30), "62")), date(2031, 1, 1), Mark.OVERDUE),
        (at_least("100"), points((date(2026, 9, 30), "100")), DAY, Mark.COMPLETED),
        (at_least("13", every_year=True), points((date(2025, 12, 31), "11.8")), DAY, Mark.OVERDUE),
        (at_least("13", every_year=True), points((date(2026, 6, 30), "11.8")), DAY, Mark.ON_TIME),
        (Target("at_most", Decimal(3)), points((date(2026, 9, 30), "4")), DAY, Mark.WARNING),
    ],
)
def test_what_is_not_reached_is_late_only_when_its_time_is_over(target, known, day, colour) -> None:
    assert mark(target, judged(target, known, day), day, END) == colour


def test_the_line_ends_where_it_reaches_the_target() -> None:
    known = points((date(2026, 6, 30), "60"), (date(2026, 7, 10), "70"))
    assert forecast(at_least("100"), known, DAY, END) == Point(date(2026, 8, 9), Decimal(100))


def test_a_slow_line_is_told_at_the_end() -> None:
    known = points((date(2026, 1, 1), "10"), (date(2026, 1, 11), "11"))
    assert forecast(at_least("100"), known, DAY, date(2026, 1, 16)) == Point(
        date(2026, 1, 16), Decimal("11.50")
    )


def test_a_falling_line_does_not_fall_below_nothing() -> None:
    known = points((date(2026, 1, 1), "10"), (date(2026, 1, 11), "1"))
    assert forecast(at_least("100"), known, DAY, END) == Point(END, Decimal("0.00"))


@pytest.mark.parametrize(
    ("target", "known", "end"),
    [
        (at_least("100"), points((date(2026, 6, 30), "60")), END),
        (at_least("100"), points((date(2026, 6, 30), "60"), (date(2026, 6, 30), "62")), END),
        (at_least("100"), points((date(2026, 6, 30), "60"), (date(2027, 6, 30), "70")), END),
        (at_least("13", every_year=True), points((date(2026, 1, 1), "1"), (date(2026, 6, 30), "2")), END),
        (at_least("50"), points((date(2026, 1, 1), "1"), (date(2026, 6, 30), "60")), END),
        (at_least("100"), points((date(2026, 1, 1), "1"), (date(2026, 6, 30), "60")), date(2026, 6, 30)),
    ],
)
def test_nothing_is_foretold_where_a_line_says_nothing(target, known, end) -> None:
    assert forecast(target, known, DAY, end) is None

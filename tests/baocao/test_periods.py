"""Reporting periods walked day by day: five years that tile, every boundary, and the working calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baocao import periods
from baocao.periods import (
    Kind,
    Rules,
    Span,
    add_working_days,
    by_key,
    fixed_holidays,
    is_working_day,
    lunar_holidays,
    public_holidays,
    span_of,
    spans_on,
    submit_by,
)
from nhiemvu.status import HANOI

DAY = timedelta(days=1)
DEFAULT = Rules()
FIVE_YEARS = [date(2025, 6, 15) + DAY * n for n in range(5 * 365 + 1)]  # the term: 29/2/2028 is in it
TILING = [Kind.MONTH, Kind.QUARTER, Kind.YEAR, Kind.TERM]

HOLIDAYS = frozenset().union(*(public_holidays(year) for year in range(2025, 2032)))
OFFICE = Rules(holidays=HOLIDAYS)

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    opens, years = draw(st.integers(2000, 2030)), draw(st.integers(1, 6))
    return Rules(
        kinds=draw(st.frozensets(st.sampled_from(list(Kind)))),
        cutoff_day=draw(st.integers(1, 28)),
        cutoff_hour=draw(st.integers(0, 23)),
        submit_working_days=draw(st.integers(0, 15)),
        holidays=draw(st.frozensets(days, max_size=20)) | HOLIDAYS,
        worked=draw(st.frozensets(days, max_size=5)),
        term=(opens, opens + years),
        term_month=draw(st.integers(1, 12)),
        mid_term_months=draw(st.integers(1, 12 * years - 1)),
    )


def the(kind: Kind, day: date, by: Rules = DEFAULT) -> Span:
    span = span_of(kind, day, by)
    assert span is not None
    return span


# --- what each kind is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "label", "start", "end"),
    [
        ("2026-06", "Tháng 6/2026", date(2026, 5, 15), date(2026, 6, 14)),
        ("2026-01", "Tháng 1/2026", date(2025, 12, 15), date(2026, 1, 14)),
        ("2026-12", "Tháng 12/2026", date(2026, 11, 15), date(2026, 12, 14)),
        ("2026-Q1", "Quý I/2026", date(2025, 12, 15), date(2026, 3, 14)),
        ("2026-Q2", "Quý II/2026", date(2026, 3, 15), date(2026, 6, 14)),
        ("2026-Q3", "Quý III/2026", date(2026, 6, 15), date(2026, 9, 14)),
        ("2026-Q4", "Quý IV/2026", date(2026, 9, 15), date(2026, 12, 14)),
        ("2026-6T", "6 tháng đầu năm 2026", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026-9T", "9 tháng năm 2026", date(2025, 12, 15), date(2026, 9, 14)),
        ("2026", "Năm 2026", date(2025, 12, 15), date(2026, 12, 14)),
        ("2025-2030-GK", "Giữa nhiệm kỳ 2025-2030", date(2025, 6, 15), date(2027, 12, 14)),
        ("2025-2030-TK", "Tổng kết nhiệm kỳ 2025-2030", date(2025, 6, 15), date(2030, 6, 14)),
    ],
)
def test_a_period_runs_as_the_decree_cuts_it(key: str, label: str, start: date, end: date) -> None:
    span = by_key(key, DEFAULT)
    assert (span.key, span.label, span.start, span.end) == (key, label, start, end)
    assert span_of(span.kind, start, DEFAULT) == span_of(span.kind, end, DEFAULT) == span
    assert span_of(span.kind, start - DAY, DEFAULT) != span != span_of(span.kind, end + DAY, DEFAULT)
    assert start in span and end in span and start - DAY not in span and end + DAY not in span


def test_what_is_numbered_tells_its_number() -> None:
    found = {span.kind: (span.year, span.number) for span in spans_on(date(2026, 5, 20), DEFAULT)}
    assert found == {
        Kind.MONTH: (2026, 6),
        Kind.QUARTER: (2026, 2),
        Kind.HALF_YEAR: (2026, 1),
        Kind.NINE_MONTHS: (2026, 1),
        Kind.YEAR: (2026, 1),
        Kind.MID_TERM: (2025, 2030),
        Kind.TERM: (2025, 2030),
    }


@pytest.mark.parametrize(
    ("day", "ending"),
    [
        (date(2026, 3, 14), ["2026-03", "2026-Q1"]),
        (date(2026, 5, 14), ["2026-05"]),
        (date(2026, 6, 13), []),
        (date(2026, 6, 14), ["2026-06", "2026-Q2", "2026-6T"]),
        (date(2026, 6, 15), []),
        (date(2026, 9, 14), ["2026-09", "2026-Q3", "2026-9T"]),
        (date(2026, 12, 14), ["2026-12", "2026-Q4", "2026"]),
        (date(2027, 12, 14), ["2027-12", "2027-Q4", "2027", "2025-2030-GK"]),
        (date(2030, 6, 14), ["2030-06", "2030-Q2", "2030-6T", "2025-2030-TK"]),
    ],
)
def test_several_kinds_end_on_one_day(day: date, ending: list[str]) -> None:
    assert [span.key for span in spans_on(day, DEFAULT) if span.end == day] == ending


def test_the_reporting_year_turns_in_mid_december() -> None:
    assert [span.key for span in spans_on(date(2026, 12, 14), DEFAULT)][:3] == ["2026-12", "2026-Q4", "2026"]
    for day in (date(2026, 12, 15), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 14)):
        keys = [span.key for span in spans_on(day, DEFAULT)]
        assert keys[:5] == ["2027-01", "2027-Q1", "2027-6T", "2027-9T", "2027"]


def test_half_year_and_nine_months_end_and_do_not_come_again_that_year() -> None:
    assert span_of(Kind.HALF_YEAR, date(2026, 6, 15), DEFAULT) is None
    assert span_of(Kind.HALF_YEAR, date(2026, 12, 14), DEFAULT) is None
    assert span_of(Kind.NINE_MONTHS, date(2026, 9, 15), DEFAULT) is None
    assert the(Kind.HALF_YEAR, date(2026, 12, 15)).key == "2027-6T"


def test_terms_follow_each_other_and_the_second_half_has_no_mid_term_report() -> None:
    assert the(Kind.TERM, date(2025, 6, 14)).key == "2020-2025-TK"
    assert the(Kind.TERM, date(2025, 6, 15)).key == "2025-2030-TK"
    assert the(Kind.TERM, date(2030, 6, 15)).key == "2030-2035-TK"
    assert span_of(Kind.MID_TERM, date(2027, 12, 15), DEFAULT) is None
    assert the(Kind.MID_TERM, date(2030, 6, 15)).key == "2030-2035-GK"


def test_only_the_kinds_that_a_committee_uses_are_asked_but_any_can_be_looked_up() -> None:
    few = Rules(kinds=frozenset({Kind.QUARTER, Kind.YEAR}))
    day = date(2026, 6, 14)
    assert [span.kind for span in spans_on(day, few)] == [Kind.QUARTER, Kind.YEAR]
    assert spans_on(day, Rules(kinds=frozenset())) == ()
    assert the(Kind.MONTH, day, few) == by_key("2026-06", few)


@pytest.mark.parametrize(
    ("cutoff", "start", "end"),
    [
        (1, date(2028, 2, 2), date(2028, 3, 1)),
        (19, date(2028, 2, 20), date(2028, 3, 19)),
        (28, date(2028, 2, 29), date(2028, 3, 28)),  # a leap day belongs to March
    ],
)
def test_another_cut_off_day_moves_every_period(cutoff: int, start: date, end: date) -> None:
    by = Rules(cutoff_day=cutoff)
    march, quarter = by_key("2028-03", by), by_key("2028-Q1", by)
    assert (march.start, march.end) == (start, end)
    assert (quarter.start, quarter.end) == (date(2027, 12, cutoff) + DAY, end)
    assert periods.previous(march).end == start - DAY


def test_after_a_late_cut_off_march_begins_on_the_first_or_on_the_leap_day() -> None:
    march = by_key("2027-03", Rules(cutoff_day=28))
    assert march.start == date(2027, 3, 1)
    year_later = march
    for _ in range(12):
        year_later = periods.next(year_later)
    assert (year_later.key, year_later.start) == ("2028-03", date(2028, 2, 29))


def test_the_leap_day_lies_in_march_and_the_first_quarter() -> None:
    keys = [span.key for span in spans_on(date(2028, 2, 29), DEFAULT)]
    assert keys == ["2028-03", "2028-Q1", "2028-6T", "2028-9T", "2028", "2025-2030-TK"]


# --- walked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TILING)
def test_every_day_of_five_years_lies_in_exactly_one_span(kind: Kind) -> None:
    spans = list(dict.fromkeys(the(kind, day) for day in FIVE_YEARS))
    for day in FIVE_YEARS:
        assert [span for span in spans if day in span] == [the(kind, day)]
    for earlier, later in pairwise(spans):
        assert later.start == earlier.end + DAY
    expected = {Kind.MONTH: 60, Kind.QUARTER: 20, Kind.YEAR: 6, Kind.TERM: 1}
    assert len(spans) == expected[kind]
    assert (spans[0].start <= FIVE_YEARS[0]) and (FIVE_YEARS[-1] <= spans[-1].end)


@pytest.mark.parametrize("kind", list(Kind))
def test_over_five_years_a_span_changes_only_the_day_after_it_ends(kind: Kind) -> None:
    for today, tomorrow in pairwise(FIVE_YEARS):
        now, then = span_of(kind, today, DEFAULT), span_of(kind, tomorrow, DEFAULT)
        if now != then:
            assert now is None or now.end == today
            assert then is None or then.start == tomorrow


def test_over_five_years_keys_and_neighbours_round_trip() -> None:
    for day in FIVE_YEARS:
        for span in spans_on(day, DEFAULT):
            assert day in span
            assert by_key(span.key, DEFAULT) == span
            assert periods.next(periods.previous(span)) == periods.previous(periods.next(span)) == span


@given(rules(), days)
def test_whatever_the_rules_spans_tile_and_round_trip(by: Rules, day: date) -> None:
    spans = {kind: span for kind in Kind if (span := span_of(kind, day, by))}
    assert set(TILING) <= set(spans)
    assert spans_on(day, by) == tuple(span for kind, span in spans.items() if kind in by.kinds)
    for kind, span in spans.items():
        after, before = periods.next(span), periods.previous(span)
        assert day in span and span.kind is kind and span.end.day == by.cutoff_day
        assert by_key(span.key, by) == span and span.key.isascii()
        assert after == span_of(kind, after.start, by) == by_key(after.key, by)
        assert before == span_of(kind, before.end, by) == by_key(before.key, by)
        assert periods.previous(after) == periods.next(before) == span
        if kind in TILING:
            assert before.end + DAY == span.start and span.end + DAY == after.start
        else:
            assert before.end < span.start and span.end < after.start
            assert span_of(kind, span.end + DAY, by) in (None, after)


@given(rules(), days)
def test_whatever_the_rules_a_year_is_its_months_and_its_quarters(by: Rules, day: date) -> None:
    year = the(Kind.YEAR, day, by)
    months = [by_key(f"{year.key}-{n:02}", by) for n in range(1, 13)]
    quarters = [by_key(f"{year.key}-Q{n}", by) for n in range(1, 5)]
    assert (months[0].start, months[-1].end) == (year.start, year.end)
    assert [(q.start, q.end) for q in quarters] == [
        (months[n].start, months[n + 2].end) for n in range(0, 12, 3)
    ]
    half, nine = by_key(f"{year.key}-6T", by), by_key(f"{year.key}-9T", by)
    assert (half.start, half.end) == (year.start, quarters[1].end)
    assert (nine.start, nine.end) == (year.start, quarters[2].end)
    term, mid = the(Kind.TERM, day, by), by_key(the(Kind.TERM, day, by).key.replace("TK", "GK"), by)
    assert mid.start == term.start and mid.end < term.end


@pytest.mark.parametrize(
    "key",
    [
        *("", "06", "2026-00", "2026-13", "2026-6", "2026-Q0", "2026-Q5", "2026-3T", "2026-6t", "2026-06-14"),
        *("2025-2031-GK", "2026-2031-TK", "2025-2030", "2025-2030-XX"),
        *("0000", "0001", "٢٠٢٦", " 2026", "2026\n"),
    ],
)
def test_a_key_that_names_no_period_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        by_key(key, DEFAULT)


@given(st.text() | st.from_regex(r"[0-9]{4}(-[0-9QTGK]{1,4}){0,2}", fullmatch=True))
def test_any_text_is_a_period_of_that_key_or_refused(text: str) -> None:
    try:
        span = by_key(text, DEFAULT)
    except ValueError:
        return
    assert span.key == text


@pytest.mark.parametrize(
    "wrong",
    [
        {"cutoff_day": 0},
        {"cutoff_day": 29},
        {"cutoff_hour": 24},
        {"cutoff_hour": -1},
        {"submit_working_days": -1},
        {"term": (2030, 2030)},
        {"term_month": 0},
        {"term_month": 13},
        {"mid_term_months": 0},
        {"mid_term_months": 60},
    ],
)
def test_rules_that_make_no_calendar_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError):
        Rules(**wrong)


def test_a_congress_in_another_month_and_another_half_time() -> None:
    by = Rules(term=(2025, 2030), term_month=12, mid_term_months=24)
    term, mid = by_key("2025-2030-TK", by), by_key("2025-2030-GK", by)
    assert (term.start, term.end) == (date(2025, 12, 15), date(2030, 12, 14))
    assert (mid.start, mid.end) == (date(2025, 12, 15), date(2027, 12, 14))


# --- by when to submit ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "working_days", "last"),
    [
        ("2026-07", 0, date(2026, 7, 14)),  # a Tuesday
        ("2026-07", 1, date(2026, 7, 15)),
        ("2026-07", 3, date(2026, 7, 17)),
        ("2026-07", 4, date(2026, 7, 20)),  # over a weekend
        ("2026-06", 0, date(2026, 6, 15)),  # the 14th is a Sunday: the next working day
        ("2026-06", 1, date(2026, 6, 15)),
        ("2026-11", 0, date(2026, 11, 16)),  # the 14th is a Saturday
        ("2026-02", 0, date(2026, 2, 23)),  # Saturday before Tết, and all of its week
        ("2026-02", 2, date(2026, 2, 24)),
    ],
)
def test_submitting_ends_on_a_working_day_at_the_set_hour(key: str, working_days: int, last: date) -> None:
    by = Rules(submit_working_days=working_days, holidays=HOLIDAYS)
    moment = submit_by(by_key(key, by), by)
    assert moment == datetime(last.year, last.month, last.day, 17, tzinfo=HANOI)
    assert moment.tzinfo is HANOI and moment.astimezone(UTC).hour == 10


def test_the_hour_is_a_rule() -> None:
    by = Rules(cutoff_hour=9)
    assert submit_by(by_key("2026-07", by), by) == datetime(2026, 7, 14, 9, tzinfo=HANOI)


@given(rules(), days)
def test_a_unit_never_has_to_submit_before_the_cut_off_or_on_a_day_off(by: Rules, day: date) -> None:
    span = the(Kind.MONTH, day, by)
    last = submit_by(span, by).date()
    assert last >= span.end and is_working_day(last, by)
    assert submit_by(span, by) <= submit_by(periods.next(span), by)


# --- working days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 11, 18), 0, date(2026, 11, 18)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),  # Saturday: the next working day
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), -1, date(2026, 11, 20)),
        (date(2026, 11, 23), 1, date(2026, 11, 25)),  # over 24/11
        (date(2026, 2, 23), -1, date(2026, 2, 13)),  # back over Tết
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year's Day is a Friday
    ],
)
def test_working_days_are_counted_forwards_and_backwards(day: date, n: int, expected: date) -> None:
    assert add_working_days(day, n, OFFICE) == expected


def test_a_saturday_worked_in_exchange_is_a_working_day() -> None:
    """31/8/2026 was off, and Saturday 22/8/2026 worked for it."""
    by = Rules(holidays=HOLIDAYS | {date(2026, 8, 31)}, worked=frozenset({date(2026, 8, 22)}))
    assert is_working_day(date(2026, 8, 22), by) and not is_working_day(date(2026, 8, 23), by)
    assert add_working_days(date(2026, 8, 21), 1, by) == date(2026, 8, 22)
    assert add_working_days(date(2026, 8, 28), 1, by) == date(2026, 9, 3)


@given(rules(), days, st.integers(-40, 40))
def test_counting_working_days_can_be_counted_back(by: Rules, day: date, n: int) -> None:
    there = add_working_days(day, n, by)
    low, high = sorted((day, there))
    between = sum(is_working_day(low + DAY * i, by) for i in range((high - low).days + 1))
    assert is_working_day(there, by)
    assert (there >= day) if n >= 0 else (there < day)
    if is_working_day(day, by):
        assert between == abs(n) + 1
        assert add_working_days(there, -n, by) == day
    else:
        assert between == max(abs(n), 1)


# --- holidays -------------------------------------------------------------------------------------------


def on(year: int, *spans: str) -> set[date]:
    """ "27/1-31/1" and single days, as the announcements write them."""
    found = set()
    for span in spans:
        first, _, last = span.partition("-")
        start, end = (
            date(year, int(month), int(day)) for day, month in (x.split("/") for x in (first, last or first))
        )
        found |= {start + DAY * n for n in range((end - start).days + 1)}
    return found


@pytest.mark.parametrize(
    ("year", "spans"),
    [
        # As announced.
        (2025, ["1/1", "27/1-31/1", "7/4", "30/4", "1/5", "1/9", "2/9"]),
        (2026, ["1/1", "16/2-20/2", "26/4", "27/4", "30/4", "1/5", "1/9", "2/9", "24/11"]),
        # As the law and the habit of the announcements have it.
        (2027, ["1/1", "4/2-10/2", "16/4", "30/4", "1/5", "3/5", "2/9", "3/9", "24/11"]),
        (2028, ["1/1", "3/1", "24/1-28/1", "4/4", "30/4", "1/5", "2/5", "1/9", "2/9", "4/9", "24/11"]),
        (2029, ["1/1", "12/2-16/2", "23/4", "30/4", "1/5", "2/9", "3/9", "4/9", "24/11", "26/11"]),
        (2030, ["1/1", "31/1-6/2", "12/4", "30/4", "1/5", "2/9", "3/9", "24/11", "25/11"]),
        (2031, ["1/1", "21/1-25/1", "27/1", "1/4", "30/4", "1/5", "1/9", "2/9", "24/11"]),
    ],
)
def test_the_public_holidays_of_a_year(year: int, spans: list[str]) -> None:
    assert public_holidays(year) == on(year, *spans)


@pytest.mark.parametrize(
    ("year", "beside"), [(2021, 3), (2022, 1), (2023, 1), (2024, 3), (2025, 1), (2026, 1), (2027, 3)]
)
def test_national_day_has_the_day_beside_it(year: int, beside: int) -> None:
    assert {day for day in fixed_holidays(year) if day.month == 9} == on(year, "2/9", f"{beside}/9")


def test_a_year_of_unknown_lunar_dates_has_its_fixed_days_only() -> None:
    assert lunar_holidays(2032) == frozenset()
    assert public_holidays(2032) >= fixed_holidays(2032)
    assert date(2025, 11, 24) not in fixed_holidays(2025)


def test_every_year_has_its_legal_days_off_once_weekends_are_given_back() -> None:
    """Eleven days of the Labour Code, twelve with 24/11: as many weekdays are off."""
    for year in range(2025, 2032):
        off = [day for day in public_holidays(year) if day.weekday() < 5]
        assert len(off) == (12 if year >= 2026 else 11)

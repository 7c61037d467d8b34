"""Reporting periods: which month, quarter, half-year … a day belongs to, and by when a unit submits. Pure.

A period is cut by day, after NĐ 09/2019: month 6 runs from the day after the cut-off day of month 5 to the
cut-off day of month 6. So every span is a run of reporting months, and the year is twelve of them. The two
spans of a term have no rule of law: where they begin and end is a setting of the committee.

Nothing is remembered here: `Rules` are today's. A period on record keeps the dates that it was opened with,
so that a later change of rules moves no past period.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from nhiemvu.status import HANOI, Word

DAY = timedelta(days=1)
MONDAY, TUESDAY, THURSDAY, SATURDAY, SUNDAY = 0, 1, 3, 5, 6
LAST_CUTOFF_DAY = 28  # every month has it, so a cut-off never moves for the length of February


class Kind(Word):
    """Shortest first, as lists show them. Half-year and nine months grow from the start of the year."""

    MONTH = "month", "Tháng"
    QUARTER = "quarter", "Quý"
    HALF_YEAR = "half_year", "6 tháng"
    NINE_MONTHS = "nine_months", "9 tháng"
    YEAR = "year", "Năm"
    MID_TERM = "mid_term", "Giữa nhiệm kỳ"
    TERM = "term", "Tổng kết nhiệm kỳ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a committee sets. The defaults are those of NĐ 09/2019, except for the term.

    `submit_working_days` counts from the cut-off day, `cutoff_hour` is the hour of the last day to submit.
    `worked` are weekend days worked in exchange for a day off (hoán đổi); the day off is in `holidays`.
    Both reports of a term begin with the term, which changes after the cut-off of `term_month` (commune
    congresses sit around June); the mid-term one covers its first `mid_term_months`, half of five years.
    ValueError for rules that make no calendar."""

    kinds: frozenset[Kind] = frozenset(Kind)
    cutoff_day: int = 14
    cutoff_hour: int = 17
    submit_working_days: int = 0
    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    term: tuple[int, int] = (2025, 2030)
    term_month: int = 6
    mid_term_months: int = 30

    def __post_init__(self) -> None:
        if not 1 <= self.cutoff_day <= LAST_CUTOFF_DAY:
            raise ValueError(f"cutoff_day must lie between 1 and {LAST_CUTOFF_DAY}")
        if not 0 <= self.cutoff_hour <= 23:
            raise ValueError("cutoff_hour must lie between 0 and 23")
        if self.submit_working_days < 0:
            raise ValueError("a unit cannot be asked to submit before the cut-off")
        if self.term[0] >= self.term[1]:
            raise ValueError("a term must end in a later year than it begins")
        if not 1 <= self.term_month <= 12:
            raise ValueError("term_month must be a month")
        if not 1 <= self.mid_term_months < 12 * (self.term[1] - self.term[0]):
            raise ValueError("mid-term must lie within the term")


@dataclass(frozen=True, slots=True)
class Span:
    """One period, both days included. `number` is the month or quarter of `year`, the closing year of a
    term that opens in `year`, and 1 for what comes once a year."""

    kind: Kind
    year: int
    number: int
    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def label(self) -> str:
        match self.kind:
            case Kind.MONTH:
                return f"Tháng {self.number}/{self.year}"
            case Kind.QUARTER:
                return f"Quý {('I', 'II', 'III', 'IV')[self.number - 1]}/{self.year}"
            case Kind.HALF_YEAR:
                return f"6 tháng đầu năm {self.year}"
            case Kind.NINE_MONTHS:
                return f"9 tháng năm {self.year}"
            case Kind.YEAR:
                return f"Năm {self.year}"
        return f"{self.kind.label} {self.year}-{self.number}"

    @property
    def key(self) -> str:
        """ASCII, for addresses, file names and rows; `by_key` reads it back."""
        tail = {
            Kind.MONTH: f"-{self.number:02}",
            Kind.QUARTER: f"-Q{self.number}",
            Kind.HALF_YEAR: "-6T",
            Kind.NINE_MONTHS: "-9T",
            Kind.YEAR: "",
            Kind.MID_TERM: f"-{self.number:04}-GK",
            Kind.TERM: f"-{self.number:04}-TK",
        }
        return f"{self.year:04}{tail[self.kind]}"


# --- spans ----------------------------------------------------------------------------------------------
# Months are counted through (year * 12 + month - 1), so that a run of them needs no care at New Year.

CYCLE = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF_YEAR: 12, Kind.NINE_MONTHS: 12, Kind.YEAR: 12}
LENGTH = CYCLE | {Kind.HALF_YEAR: 6, Kind.NINE_MONTHS: 9}


def spans_on(day: date, rules: Rules) -> tuple[Span, ...]:
    """The periods that the committee uses and that contain the day, shortest first."""
    found = (span_of(kind, day, rules) for kind in Kind if kind in rules.kinds)
    return tuple(span for span in found if span)


def span_of(kind: Kind, day: date, rules: Rules) -> Span | None:
    """The span of this kind that contains the day, whether or not the committee uses the kind. None after
    the end of a growing one: no half-year holds 1 August. Terms follow each other at the set length."""
    month = _count(day) + (day.day > rules.cutoff_day)
    cycle, length, anchor = _shape(kind, rules)
    into = (month - anchor) % cycle
    return _span(kind, month - into, rules) if into < length else None


def by_key(key: str, rules: Rules) -> Span:
    """The span that the key names, cut by these rules. ValueError where there is none."""
    read = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})|-Q([1-4])|-([69])T|-[0-9]{4}-(GK|TK))?", key)
    if not read:
        raise ValueError(f"{key!r} names no period")
    year, month, quarter, growing, term = read.groups()
    first, kind = 12 * int(year), Kind.YEAR
    if month:
        first, kind = first + int(month) - 1, Kind.MONTH
    elif quarter:
        first, kind = first + 3 * (int(quarter) - 1), Kind.QUARTER
    elif growing:
        kind = Kind.HALF_YEAR if growing == "6" else Kind.NINE_MONTHS
    elif term:
        first, kind = first + rules.term_month, Kind.MID_TERM if term == "GK" else Kind.TERM
    span = _span(kind, first, rules)
    # Month 13, or a term that is not one of the committee's.
    if span.key != key or span_of(kind, span.end, rules) != span:
        raise ValueError(f"{key!r} names no period")
    return span


def previous(span: Span) -> Span:
    """The one before, of the same kind and the same cut: months before a change of rules may differ."""
    return _moved(span, -1)


def next(span: Span) -> Span:
    return _moved(span, 1)


def _shape(kind: Kind, rules: Rules) -> tuple[int, int, int]:
    """Every how many months a span of the kind begins, how many it lasts, and a month that begins one."""
    if kind in CYCLE:
        return CYCLE[kind], LENGTH[kind], 0
    term = 12 * (rules.term[1] - rules.term[0])
    length = rules.mid_term_months if kind is Kind.MID_TERM else term
    return term, length, 12 * rules.term[0] + rules.term_month


def _span(kind: Kind, first: int, rules: Rules) -> Span:
    cycle, length, _ = _shape(kind, rules)
    start = _day(first - 1, rules.cutoff_day) + DAY
    end = _day(first + length - 1, rules.cutoff_day)
    if kind in CYCLE:
        return Span(kind, first // 12, first % 12 // cycle + 1, start, end)
    opens = (first - rules.term_month) // 12
    return Span(kind, opens, opens + cycle // 12, start, end)


def _moved(span: Span, steps: int) -> Span:
    """Its own days tell the cut, so no rules are asked: a start follows a cut-off day, an end is one."""
    before, day = span.start - DAY, span.end.day
    months = steps * CYCLE.get(span.kind, 12 * (span.number - span.year))
    start, end = _day(_count(before) + months, day) + DAY, _day(_count(span.end) + months, day)
    if span.kind not in CYCLE:
        return Span(span.kind, span.year + months // 12, span.number + months // 12, start, end)
    cycle = CYCLE[span.kind]
    first = 12 * span.year + cycle * (span.number - 1) + months
    return Span(span.kind, first // 12, first % 12 // cycle + 1, start, end)


def _count(day: date) -> int:
    return 12 * day.year + day.month - 1


def _day(month: int, day: int) -> date:
    return date(month // 12, month % 12 + 1, day)


# --- the working calendar -------------------------------------------------------------------------------


def submit_by(span: Span, rules: Rules) -> datetime:
    """The last moment to submit in time, in Hà Nội: the set hour of the set working day after the cut-off.

    With 0 days that is the cut-off day itself or, where the office is closed then, the next working day:
    so the Civil Code has it (BLDS 2015, Điều 148 khoản 5), nobody can receive a report earlier, and a
    unit is never asked to report days that have not passed yet."""
    last = add_working_days(span.end, rules.submit_working_days, rules)
    return datetime.combine(last, time(rules.cutoff_hour), HANOI)


def is_working_day(day: date, rules: Rules) -> bool:
    return day in rules.worked or (day.weekday() < SATURDAY and day not in rules.holidays)


def add_working_days(day: date, n: int, rules: Rules) -> date:
    """The n-th working day after `day`, or before it for n < 0. 0 is the day itself, or else the next."""
    if n == 0 and not is_working_day(day, rules):
        n = 1
    step = DAY if n > 0 else -DAY
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(day, rules)
    return day


# Mồng 1 Tết and Giỗ Tổ (10/3 âm lịch) in the Vietnamese calendar (UTC+7). Two sources agree on each day:
# Hồ Ngọc Đức's published algorithm, and the Vietnamese calendar of the package `holidays` 0.109. Tết 2030
# is a day before the Chinese one. Years that are not here: the committee enters them.
LUNAR_HOLIDAYS: Mapping[int, tuple[date, date]] = MappingProxyType(
    {
        2025: (date(2025, 1, 29), date(2025, 4, 7)),
        2026: (date(2026, 2, 17), date(2026, 4, 26)),
        2027: (date(2027, 2, 6), date(2027, 4, 16)),
        2028: (date(2028, 1, 26), date(2028, 4, 4)),
        2029: (date(2029, 2, 13), date(2029, 4, 23)),
        2030: (date(2030, 2, 2), date(2030, 4, 12)),
        2031: (date(2031, 1, 23), date(2031, 4, 1)),
    }
)


def public_holidays(year: int) -> frozenset[date]:
    """What to offer a committee for a year: fixed and lunar days, and the days off in lieu of weekends
    (Bộ luật Lao động 2019, Điều 111-112). The government settles Tết, Quốc khánh and the exchange of
    working days each year by announcement: the committee then corrects its list."""
    days = fixed_holidays(year) | lunar_holidays(year)
    for lost in sorted(day for day in days if day.weekday() >= SATURDAY):
        days |= {add_working_days(lost, 1, Rules(holidays=days))}
    return days


def fixed_holidays(year: int) -> frozenset[date]:
    """Those on fixed dates. Beside 2/9 one more day is off: the side that joins the nearer weekend, as
    every announcement since 2021 had it. 24/11 (Ngày Văn hóa Việt Nam) since NQ 80-NQ/TW of 7/1/2026."""
    national = date(year, 9, 2)
    beside = DAY if national.weekday() in (MONDAY, THURSDAY, SUNDAY) else -DAY
    days = {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), national, national + beside}
    return frozenset(days | {date(year, 11, 24)} if year >= 2026 else days)


def lunar_holidays(year: int) -> frozenset[date]:
    """Five days of Tết and Giỗ Tổ; nothing for a year without known dates. Tết begins two days before
    mồng 1, or one where that makes Monday to Friday, as every announcement from 2020 to 2026 had it."""
    if year not in LUNAR_HOLIDAYS:
        return frozenset()
    tet, ancestors = LUNAR_HOLIDAYS[year]
    eve = tet - DAY * (1 if tet.weekday() == TUESDAY else 2)
    return frozenset({eve + DAY * n for n in range(5)} | {ancestors})

"""Who has reported: for each unit and period how many rows were asked, came, wait or are missing.

These are figures of the whole committee: that a unit has reported is no secret, what it wrote may be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from baocao import periods
from baocao.models import Asked, Period, PeriodAct, Update
from baocao.reporting import STANDING, rules_of
from chuongtrinh.models import Programme
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Facts, Word, status
from phancong.models import Unit

State = Update.State


class Discipline(Word):
    """How a unit kept a period, as text and icon."""

    IN_TIME = "completed", "Đúng kỳ", "✔"
    LATE = "warning", "Muộn", "▲"
    MISSING = "overdue", "Thiếu", "■"
    RUNNING = "undetermined", "Còn hạn", "○"


@dataclass(slots=True)
class Tally:
    """One unit in one period, counted in rows of work; ``late``: first came after the period's last hour."""

    unit: Unit
    period: Period
    asked: int = 0
    waiting: int = 0
    confirmed: int = 0
    returned: int = 0
    late: int = 0
    missing: list[Task] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return self.waiting + self.confirmed

    @property
    def complete(self) -> bool:
        return self.sent == self.asked

    @property
    def lacking(self) -> int:
        """Rows that have nothing standing: never sent, taken back, or returned and not mended."""
        return self.asked - self.sent

    def discipline(self, now: datetime) -> Discipline:
        if self.complete:
            return Discipline.LATE if self.late else Discipline.IN_TIME
        running = self.period.is_open and now <= self.period.submit_by
        return Discipline.RUNNING if running else Discipline.MISSING


def asked_rows(asked: QuerySet[Asked]) -> QuerySet[Any]:
    """Each asked row with what stands of it now and when its first report came, in one query.

    A row that was returned and sent again counts by its first day: what took the office long to read makes
    no unit late. What the unit itself took back does not count.
    """
    of_row = Update.objects.filter(**{name: OuterRef(name) for name in ("task", "period", "unit", "share")})
    kept = of_row.exclude(state=State.RECALLED)
    return asked.select_related("unit", "period", "task").only(
        "asked_on", "unit", "period", "task", "share",
        "unit__name", "unit__short_name", "unit__committee", "unit__kind",
        "period__key", "period__label", "period__start", "period__end", "period__submit_by", "period__state",
        "task__code", "task__title", "task__kind", "task__mirrors", "task__programme", "task__section",
        "task__parent",
    ).annotate(
        standing=Subquery(of_row.filter(state__in=STANDING).order_by("-pk").values("state")[:1]),
        first_at=Subquery(kept.order_by("pk").values("recorded_at")[:1]),
        returned=Exists(of_row.filter(state=State.RETURNED)),
    ).order_by("task__ordinal", "task")  # fmt: skip


def rows_known(asked: QuerySet[Asked], moment: datetime) -> list[Any]:
    """``asked_rows`` as they stood at a moment, each period as open or locked as it was then; one query."""
    of_row = {name: OuterRef(name) for name in ("task", "period", "unit", "share")}
    sent = Update.objects.filter(**of_row, recorded_at__lt=moment)
    settled = Q(settled_at__lt=moment)
    standing = sent.exclude(settled & Q(state__in=(State.RETURNED, State.RECALLED)))
    state = Case(
        When(settled & Q(state=State.CONFIRMED), then=Value(State.CONFIRMED.value)),
        default=Value(State.SUBMITTED.value),
        output_field=CharField(),
    )
    first = sent.exclude(settled & Q(state=State.RECALLED)).order_by("pk")
    acts = PeriodAct.objects.filter(period=OuterRef("period"), recorded_at__lt=moment).order_by("-pk")
    locked = Case(
        When(act=PeriodAct.Act.LOCK, then=Value(Period.State.LOCKED.value)),
        default=Value(Period.State.OPEN.value),
        output_field=CharField(),
    )
    rows = asked_rows(asked).annotate(
        standing=Subquery(standing.annotate(then=state).order_by("-pk").values("then")[:1]),
        first_at=Subquery(first.values("recorded_at")[:1]),
        returned=Exists(sent.filter(settled, state=State.RETURNED)),
        period_state=Subquery(acts.annotate(then=locked).values("then")[:1]),
    )
    found = list(rows)
    for row in found:
        row.period.state = row.period_state or Period.State.OPEN
    return found


def counted(asked: QuerySet[Asked], known: Mapping[int, Facts] | None = None) -> dict[tuple[int, int], Tally]:
    """The figures of all these rows by period and unit, in two queries; one where all the facts are known."""
    rows, facts = list(asked_rows(asked)), dict(known or {})
    facts |= facts_of({row.task for row in rows if not row.standing and row.task_id not in facts})
    return tallies(rows, facts)


def tallies(
    rows: Iterable[Any], facts: Mapping[int, Facts], on: date | None = None
) -> dict[tuple[int, int], Tally]:
    """The figures by period and unit on a day, by default today, from ``asked_rows`` and the facts of what is
    missing. What came to rest after it was asked for does not count, unless it was reported."""
    today = on or timezone.localdate()
    found: dict[tuple[int, int], Tally] = {}
    for row in rows:
        if not row.standing and rested(facts[row.task_id], row.period_id, today):
            continue
        key = (row.period_id, row.unit_id)
        tally = found.get(key) or found.setdefault(key, Tally(row.unit, row.period))
        tally.asked += 1
        if row.standing:
            tally.waiting += row.standing == State.SUBMITTED
            tally.confirmed += row.standing == State.CONFIRMED
            tally.late += _came_late(row)
        elif row.returned:
            tally.returned += 1
        else:
            tally.missing.append(row.task)
    return found


def rested(facts: Facts, period: int, today: date) -> bool:
    """Whether the work was completed, paused or dropped when the period closed, or is today. On a past day
    nothing is known yet of a later closing."""
    closed = next((ask.closed_on for ask in facts.asks if ask.period == period), None)
    return status(facts, min(closed or today, today)).at_rest


def _came_late(row: Any) -> bool:
    last: datetime = row.period.submit_by
    if row.asked_on > timezone.localtime(last).date():
        return False  # asked when the hour had already struck: nobody could have kept it
    return bool(row.first_at > last)


def superseded() -> Exists:
    """Whether a newer report of the same row stands in an update's place."""
    return Exists(Update.objects.filter(replaces=OuterRef("pk"), state__in=STANDING))


_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def in_words(moment: datetime) -> str:
    """17:00 thứ Hai, 14/12/2026."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M} {_WEEKDAYS[local.weekday()]}, {local:%d/%m/%Y}"


@dataclass(slots=True)
class Round:
    """One period with the figures of its units; ``own``: those of the unit of whoever looks."""

    period: Period
    units: list[Tally]
    now: datetime
    own: Tally | None = None
    counted: bool = True

    @property
    def last_hour(self) -> str:
        return in_words(self.period.submit_by)

    @property
    def complete(self) -> int:
        return sum(tally.complete for tally in self.units)

    @property
    def waiting(self) -> int:
        return sum(tally.waiting for tally in self.units)

    @property
    def lacking(self) -> list[Tally]:
        return [tally for tally in self.units if not tally.complete]

    @property
    def days_left(self) -> int:
        """Whole days until the last day to submit; below 0 when it has passed."""
        last = timezone.localtime(self.period.submit_by).date()
        return (last - timezone.localtime(self.now).date()).days

    @property
    def overdue(self) -> bool:
        return self.now > self.period.submit_by

    @property
    def days_over(self) -> int:
        return -self.days_left


def rounds(programme: Programme, now: datetime, newest: int) -> list[Round]:
    """The programme's periods, newest end first, in three queries. The newest and the open ones with figures:
    years of others would have to be read row by row."""
    held = list(Period.objects.filter(programme=programme).order_by("-end", "-start"))
    shown = [row for at, row in enumerate(held) if at < newest or row.is_open]
    figures = counted(Asked.objects.filter(period__in=shown)) if shown else {}
    found = _rounds(held, figures, now)
    for one in found:
        one.counted = one.period in shown
    return found


def open_rounds(programme: Programme, now: datetime, known: Mapping[int, Facts]) -> list[Round]:
    """The open periods that ask somebody, the one to be handed in first on top; in one query, and another
    where they ask for work whose facts are not ``known``."""
    asked = Asked.objects.filter(period__programme=programme, period__state=Period.State.OPEN)
    figures = counted(asked, known)
    held = {tally.period.pk: tally.period for tally in figures.values()}
    return _rounds(sorted(held.values(), key=lambda row: row.submit_by), figures, now)


def _rounds(held: list[Period], figures: dict[tuple[int, int], Tally], now: datetime) -> list[Round]:
    found: dict[int, list[Tally]] = {row.pk: [] for row in held}
    for (period, _), tally in figures.items():
        found[period].append(tally)
    return [Round(row, sorted(found[row.pk], key=lambda one: one.unit.name), now) for row in held]


@dataclass(frozen=True, slots=True)
class Due:
    """A period that the committee's rules know and that was never opened."""

    span: periods.Span
    submit_by: datetime
    running: bool

    @property
    def last_hour(self) -> str:
        return in_words(self.submit_by)


def due_periods(programme: Programme, today: date, opened: Iterable[str]) -> list[Due]:
    """The spans of today, and of each kind the last one that ended since the programme, if not opened."""
    rules, known = rules_of(programme), set(opened)
    spans = {span.key: span for span in periods.spans_on(today, rules)}
    for kind in rules.kinds:
        if (past := _last_ended(kind, today, rules)) and past.end >= (programme.issued_on or date.min):
            spans[past.key] = past
    found = [
        Due(span, periods.submit_by(span, rules), today in span)
        for span in spans.values()
        if span.key not in known
    ]
    order = list(periods.Kind)
    return sorted(found, key=lambda due: (due.submit_by, order.index(due.span.kind)))


def _last_ended(kind: periods.Kind, today: date, rules: periods.Rules) -> periods.Span | None:
    if here := periods.span_of(kind, today, rules):
        return periods.previous(here)
    day = today  # after a growing one: back by half months until its own days
    for _ in range(2 * 12 * (rules.term[1] - rules.term[0])):
        day -= 15 * periods.DAY
        if found := periods.span_of(kind, day, rules):
            return found
    return None

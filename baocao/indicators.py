"""The indicators of a programme as of a day: target, confirmed values, how they stand and where they lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from baocao import charts
from baocao.indicator_values import led_by
from baocao.models import IndicatorValue
from chuongtrinh.models import Programme
from chuongtrinh.vietnamese import format_number
from nhiemvu.as_of import Day, account_then, name_then, said_by
from nhiemvu.beside import indicator_aim
from nhiemvu.models import Indicator, Task
from nhiemvu.status import Mark
from nhiemvu.targets import AT_MOST, Judged, Point, Standing, Target, forecast, judged, mark
from phancong.answerable import Answerability
from phancong.models import Unit
from phancong.permissions import visible_values

State = IndicatorValue.State
_THEN = (
    *("name", "unit", "target", "target_high", "direction", "every_year", "as_written"),
    *("task_id", "section_id"),
)


@dataclass
class Shown:
    """An indicator on a day. ``values`` are all that its reader may see, newest first; ``points`` those that
    were confirmed by then and that no confirmed one had replaced."""

    indicator: Indicator
    day: Day
    end: date
    lead: Unit | None = None
    values: list[IndicatorValue] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @property
    def target(self) -> Target:
        row = self.indicator
        return Target(row.direction, row.target, row.target_high, row.every_year)

    @property
    def aim(self) -> str:
        return indicator_aim(vars(self.indicator))

    @property
    def judged(self) -> Judged:
        return judged(self.target, self.points, self.day.on)

    @property
    def mark(self) -> Mark:
        return mark(self.target, self.judged, self.day.on, self.end)

    @property
    def judged_words(self) -> str:
        """ "Chưa đạt"; of a yearly target also which year its newest value tells of."""
        found = self.judged
        year = f" (năm {found.point.on.year})" if found.point and self.target.every_year else ""
        return f"{found.standing.label}{year}"

    def said(self, value: Decimal) -> str:
        """A value with its unit of measure: "11,2 %"."""
        return f"{format_number(value)} {self.indicator.unit}"

    @property
    def newest(self) -> IndicatorValue | None:
        """The row behind the newest point: its source is told with it."""
        point = self.judged.point
        return next((row for row in self.holding if point and row.on == point.on), None)

    @property
    def newest_said(self) -> str:
        return self.said(self.newest.value) if self.newest else ""

    @property
    def holding(self) -> list[IndicatorValue]:
        return [row for row in self.values if holds(row, self.values, self.day)]

    @property
    def waiting(self) -> list[IndicatorValue]:
        """Sent and not yet settled on the day."""
        return [row for row in self.values if state_on(row, self.day) == State.SUBMITTED]

    @property
    def forecast(self) -> Point | None:
        return forecast(self.target, self.points, self.day.on, self.end)

    @property
    def reaches(self) -> bool:
        """Whether the plain line comes to the target before the end."""
        return self.forecast is not None and self.target.judge(self.forecast.value) == Standing.MET


def state_on(row: IndicatorValue, day: Day) -> str:
    """What had become of it by the end of the day."""
    settled = row.settled_at is not None and row.settled_at < day.known_at
    return row.state if settled else State.SUBMITTED


def holds(row: IndicatorValue, rows: Iterable[IndicatorValue], day: Day) -> bool:
    """Confirmed by the end of the day, and not replaced by one that was."""
    if state_on(row, day) != State.CONFIRMED:
        return False
    return not any(other.replaces_id == row.pk and state_on(other, day) == State.CONFIRMED for other in rows)


def indicators_of(
    programme: Programme, day: Day, user: Any, *, code: str = "", who: Answerability | None = None
) -> list[Shown]:
    """Every indicator of the programme, or the one with this code, with its values. ``who``: the programme's
    assignments on the day, where the page shows who leads."""
    found: QuerySet[Indicator] = Indicator.objects.filter(programme=programme)
    found = found.filter(code=code) if code else found
    rows = list(found.select_related("task", "section").order_by("code"))
    if day.past:
        _say_then(rows, day)
    read = visible_values(user, known_at=day.known_at).filter(
        indicator__in=rows, recorded_at__lt=day.known_at
    )
    values: dict[int, list[IndicatorValue]] = defaultdict(list)
    named = read.annotate(
        unit_then=name_then(Unit, "unit", day),
        author_then=account_then("author", day),
        settler_then=account_then("settled_by", day),
    )
    for value in named.order_by("-on", "-pk"):
        values[value.indicator_id].append(value)
    end = date(programme.term_end or day.on.year, 12, 31)
    return [
        Shown(
            indicator=row,
            day=day,
            end=end,
            lead=led_by(who, row) if who else None,
            values=values[row.pk],
            points=points_of(values[row.pk], day),
        )
        for row in rows
    ]


def bullets_of(
    name: str, title: str, rows: Sequence[Shown], kept: str = "", wide: int = charts.WIDE
) -> charts.Chart:
    """Each indicator's newest value against its target; ``kept`` is what the links carry on."""
    return charts.bullets(
        name,
        title,
        [
            charts.Bullet(
                label=f"{row.indicator.code} {row.indicator.name}",
                value=row.judged.point.value if row.judged.point else None,
                target=row.target.low,
                target_high=row.target.high,
                said=row.said(row.judged.point.value) if row.judged.point else "",
                aim=row.aim,
                mark=row.mark,
                judged=row.judged_words,
                at_most=row.target.direction == AT_MOST,
                href=f"{reverse('chi-tieu-chi-tiet', args=[row.indicator.code])}{kept}",
            )
            for row in rows
        ],
        wide=wide,
    )


def line_of(name: str, title: str, row: Shown) -> charts.Chart:
    """The confirmed values, the target, and where they would lead."""
    end = row.end if row.points else row.day.on
    aims = [charts.Point(end, value, row.said(value)) for value in (row.target.low, row.target.high) if value]
    return charts.line(
        name,
        title,
        [charts.Point(point.on, point.value, row.said(point.value)) for point in row.points],
        unit=row.indicator.unit,
        target=aims[0] if aims else None,
        target_high=aims[1] if len(aims) > 1 else None,
        forecast=[charts.Point(row.forecast.on, row.forecast.value, row.said(row.forecast.value))]
        if row.forecast
        else [],
        at_most=row.target.direction == AT_MOST,
    )


def points_of(values: list[IndicatorValue], day: Day) -> list[Point]:
    """The confirmed values up to the day, oldest first."""
    return sorted(Point(row.on, Decimal(row.value)) for row in _confirmed(values, day))


def confirmed_values(programme: Programme, day: Day) -> dict[int, list[IndicatorValue]]:
    """The values behind these points for all indicators of a programme, by primary key, whoever reads."""
    values: dict[int, list[IndicatorValue]] = defaultdict(list)
    rows = IndicatorValue.objects.filter(indicator__programme=programme, state=State.CONFIRMED)
    for row in rows.select_related("unit").order_by("on", "value", "pk"):
        values[row.indicator_id].append(row)
    return {pk: _confirmed(rows, day) for pk, rows in values.items()}


def _confirmed(values: list[IndicatorValue], day: Day) -> list[IndicatorValue]:
    return [row for row in values if row.on <= day.on and holds(row, values, day)]


def _say_then(rows: list[Indicator], day: Day) -> None:
    """Put what each said at the end of the day in the place of today's, on these copies alone."""
    versions = Indicator.history.filter(said_by(day.known_at), id__in=[row.pk for row in rows])
    read = versions.annotate(of_work=name_then(Task, "task", day, "title")).order_by("history_id")
    then = {version["id"]: version for version in read.values("id", "of_work", *_THEN)}
    for row in rows:
        if row.pk not in then:
            continue
        for name in _THEN:
            setattr(row, name, then[row.pk][name])
        if row.task:
            row.task.title = then[row.pk]["of_work"]

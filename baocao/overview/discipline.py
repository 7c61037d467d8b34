"""How the units kept the reporting periods, as it was known at the end of a day; one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from baocao.keeping import PERIODS
from baocao.models import Asked, Period
from baocao.standing import Tally, rows_known, tallies
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day
from nhiemvu.facts import facts_of
from nhiemvu.status import Facts
from phancong.models import Unit


@dataclass(frozen=True, slots=True)
class Discipline:
    """Units and periods in their order; ``held``: the figures by unit and period, where it was asked."""

    periods: list[Period]
    units: list[Unit]
    held: dict[tuple[int, int], Tally]
    now: datetime

    @classmethod
    def read(
        cls,
        programme: Programme,
        day: Day,
        now: datetime,
        facts: Mapping[int, Facts],
        named: Mapping[int, Unit] | None = None,
    ) -> Discipline:
        """``now`` is the moment that the day is looked at: its end, or on the present day this moment.
        ``facts``: of the document's rows, and within these of every given item. ``named``: the units by the
        names of that day."""
        newest = Period.objects.filter(programme=programme, start__lte=day.on).order_by("-end", "-start")
        asked = Asked.objects.filter(period__in=newest.values("pk")[:PERIODS], asked_on__lte=day.on)
        rows = rows_known(asked, now)
        counted = tallies(rows, _with_items(rows, facts), day.on)
        periods = {tally.period.pk: tally.period for tally in counted.values()}
        for tally in counted.values():
            tally.unit = (named or {}).get(tally.unit.pk, tally.unit)
        units = {tally.unit.pk: tally.unit for tally in counted.values()}
        return cls(
            sorted(periods.values(), key=lambda row: (row.end, row.start)),
            sorted(units.values(), key=lambda row: row.name),
            {(unit, period): tally for (period, unit), tally in counted.items()},
            now,
        )

    @property
    def last_locked(self) -> Period | None:
        """The period that ended last among those locked by then and over before the day."""
        over = [row for row in self.periods if not row.is_open]
        return max(over, key=lambda row: (row.end, row.end - row.start), default=None)

    def default_since(self, day: date) -> tuple[date, str]:
        """The day that one compares with unless another is asked for, and what it is."""
        period = self.last_locked
        if period and period.end < day:
            return period.end, f"hết kỳ {period.label}"
        return day - timedelta(days=30), ""

    def handed_in(self, period: Period) -> tuple[int, int]:
        """How many of the units that a period asks have sent everything."""
        asked = [tally for (_, pk), tally in self.held.items() if pk == period.pk]
        return sum(tally.complete for tally in asked), len(asked)

    @property
    def running(self) -> Period | None:
        """The open period that is to be handed in next, or last was."""
        found = [row for row in self.periods if row.is_open]
        return min(found, key=lambda row: row.submit_by, default=None)


def _with_items(rows: Iterable[Any], facts: Mapping[int, Facts]) -> dict[int, Facts]:
    """The facts of the asked rows that lack a report, those of items found within their parents'."""
    by_code = {item.facts.code: item.facts for known in facts.values() for item in known.items}
    lacking = {row.task for row in rows if not row.standing and row.task_id not in facts}
    found = {task.pk: by_code[task.code] for task in lacking if task.code in by_code}
    return {**facts, **found, **facts_of(task for task in lacking if task.pk not in found)}

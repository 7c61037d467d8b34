"""How units kept the reporting periods up to a day, as a chart: one row a unit, one cell a period."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from baocao.charts import Chart, HeatCell, HeatRow, heat_map
from baocao.inbox import period_url
from baocao.models import Asked, Period
from baocao.standing import Discipline, Tally, rows_known, tallies
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day
from nhiemvu.models import Task
from nhiemvu.status import Facts, Mark
from phancong.models import Unit

PERIODS = 8
"""So many stand beside each other: room for a finger on each."""
KEY = [(Mark.of(word), word.icon, word.label) for word in Discipline]


def heat_cell(tally: Tally | None, now: datetime, ct: str = "") -> HeatCell | None:
    """A unit in a period; it leads to what the unit handed in unless that was all and in time."""
    if tally is None:
        return None
    word = tally.discipline(now)
    said = f"{word.label}, đã nộp {tally.sent}/{tally.asked} việc"
    if word is Discipline.IN_TIME:
        return HeatCell(Mark.of(word), word.icon, said)
    url = period_url(tally.period, ct, **{"don-vi": tally.unit.short_name, "xem": "tat-ca"})
    return HeatCell(Mark.of(word), word.icon, said, url)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the newest periods of a day asked of some units, and what had come by then."""

    units: Collection[Unit]
    day: Day
    now: datetime
    rows: list[Any]

    @classmethod
    def read(cls, programme: Programme, units: Collection[Unit], day: Day) -> Kept:
        """The newest periods that had asked any of these units; in one query."""
        now = day.known_at if day.past else timezone.now()
        asked = Asked.objects.filter(unit__in=[unit.pk for unit in units], asked_on__lte=day.on)
        theirs = Exists(asked.filter(period=OuterRef("pk")))
        newest = Period.objects.filter(theirs, programme=programme, start__lte=day.on)
        newest = newest.order_by("-end", "-start")
        asked = asked.filter(period__in=newest.values("pk")[:PERIODS])
        return cls(units, day, now, rows_known(asked, day.known_at))

    @property
    def lacking(self) -> set[Task]:
        """The rows without a report: how these stand is to be known."""
        return {row.task for row in self.rows if not row.standing}

    def chart(self, facts: Mapping[int, Facts], ct: str = "") -> Chart | None:
        """A row a unit, a cell a period; None where no period asked. ``facts``: at least of ``lacking``."""
        held = tallies(self.rows, facts, self.day.on)
        if not held:
            return None
        found = {tally.period.pk: tally.period for tally in held.values()}
        periods = sorted(found.values(), key=lambda row: (row.end, row.start))
        rows = [
            HeatRow(unit.name, [heat_cell(held.get((row.pk, unit.pk)), self.now, ct) for row in periods])
            for unit in sorted(self.units, key=lambda unit: unit.name)
            if any((row.pk, unit.pk) in held for row in periods)
        ]
        names = [brief(row.label) for row in periods]
        return heat_map("nen-nep", "Nền nếp cập nhật qua các kỳ", names, rows, legend=KEY)


def brief(label: str) -> str:
    """Tháng 11/2026 as T11, Quý III/2026 as QIII, 6 tháng đầu năm 2026 as 6T."""
    words = label.split("/")[0].split()
    if len(words) > 1 and words[1].lower() == "tháng":
        return f"{words[0]}T"
    return f"{words[0][0]}{words[1]}" if len(words) == 2 else words[0]

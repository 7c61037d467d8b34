"""How units kept the reporting periods, as a chart: one row a unit, one cell a period."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from baocao.charts import Chart, HeatCell, HeatRow, heat_map
from baocao.inbox import period_url
from baocao.models import Asked, Period
from baocao.standing import Discipline, Tally, counted
from chuongtrinh.models import Programme
from nhiemvu.status import Mark
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


def kept_by(programme: Programme, units: Collection[Unit], now: datetime, ct: str = "") -> Chart | None:
    """The newest periods that asked any of these units; None where none did. Two queries."""
    theirs = Exists(Asked.objects.filter(period=OuterRef("pk"), unit__in=units))
    newest = Period.objects.filter(theirs, programme=programme).order_by("-end", "-start")
    asked = Asked.objects.filter(unit__in=units, period__in=newest.values("pk")[:PERIODS])
    held = counted(asked)
    if not held:
        return None
    found = {tally.period.pk: tally.period for tally in held.values()}
    periods = sorted(found.values(), key=lambda row: (row.end, row.start))
    rows = [
        HeatRow(unit.name, [heat_cell(held.get((row.pk, unit.pk)), now, ct) for row in periods])
        for unit in sorted(units, key=lambda unit: unit.name)
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

"""What was confirmed of a period in words: of rows of work, and the units' own reports; one query each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models.functions import Left
from django.utils import timezone

from baocao.models import Asked, Period, UnitReport, Update
from baocao.unit_reports import WORDS
from nhiemvu.as_of import Day, versions_known
from nhiemvu.facts import LISTED_AT_MOST
from nhiemvu.models import Decision
from nhiemvu.status import Facts, standing_updates, status
from nhiemvu.status import Update as Fact
from phancong.models import Unit

READ = 2_000
"""So much of a long text is read: more than a report shows of it."""
_TEXTS = ("content", "product", "difficulties", "requests")


@dataclass(frozen=True, slots=True)
class Told:
    """A confirmed update in words, by the unit's name of that moment."""

    unit: str
    on: date
    no_change: bool
    content: str
    product: str
    difficulties: str
    requests: str

    @property
    def done(self) -> bool:
        """Whether the unit says that something was done: in words, by a product or by a percent."""
        return not self.no_change


@dataclass(frozen=True, slots=True)
class Own:
    """A unit's own confirmed report on the period."""

    unit: Unit
    results: str
    shortcomings: str
    causes: str
    next_period: str
    requests: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline put in the place of another by a document; days as the log has them."""

    before: str
    after: str
    document: str
    effective_on: date


def words(
    programme: int, period: Period, day: Day, facts: Mapping[int, Facts], units: Mapping[int, Unit]
) -> dict[tuple[int, int | None], Told]:
    """For each row, and each unit's share of one, the confirmed update of the period that says most: one with
    words before one without, one made for this very period before others, then the newest."""
    chosen: dict[int, tuple[int, int | None]] = {}
    for pk, known in facts.items():
        best: dict[int | None, Fact] = {}
        for update in standing_updates(known.updates, day.on, day.known_at):
            if update.confirmed_at is None or update.confirmed_at >= day.known_at:
                continue
            held = best.get(update.share)
            if update.effective_on >= period.start and (
                held is None or _weight(update, period.pk) >= _weight(held, period.pk)
            ):
                best[update.share] = update
        chosen |= {update.id: (pk, share) for share, update in best.items()}
    if not chosen:
        return {}
    rows = Update.objects.filter(task__programme=programme, effective_on__gte=period.start)
    if len(chosen) <= LISTED_AT_MOST:
        rows = Update.objects.filter(pk__in=chosen)
    texts = {f"{name}_": Left(name, READ) for name in _TEXTS}
    found = {}
    for pk, unit, on, no_change, *said in rows.order_by().values_list(
        "pk", "unit", "effective_on", "no_change", *texts.values()
    ):
        if pk in chosen:
            called = units[unit].name if unit in units else ""
            found[chosen[pk]] = Told(called, on, no_change, *said)
    return found


def _weight(update: Fact, period: int) -> tuple[bool, bool, bool]:
    """Updates come oldest first: of equal ones the last stands."""
    return not update.no_change, bool(update.text.strip()), update.period == period


def own_words(period: Period, day: Day, units: Mapping[int, Unit]) -> list[Own]:
    """The units' own reports that were confirmed by then, in their words of then, by the units' names."""
    rows = versions_known(UnitReport, day.known_at, period=period.pk).filter(state=UnitReport.State.CONFIRMED)
    found = [
        Own(units[row["unit"]], **{name: row[name] for name in WORDS})
        for row in rows.order_by("id").values("unit", *WORDS)
        if row["unit"] in units
    ]
    return sorted(found, key=lambda one: one.unit.name)


def moved_deadlines(programme: int, day: Day) -> dict[int, tuple[Moved, ...]]:
    """Deadlines that documents moved, by row, in their order."""
    rows = Decision.objects.filter(
        task__programme=programme,
        subject=Decision.Subject.DUE,
        effective_on__lte=day.on,
        recorded_at__lt=day.known_at,
    ).exclude(before="")
    found: dict[int, tuple[Moved, ...]] = {}
    for row in rows.order_by("effective_on", "pk"):
        moved = Moved(row.before, row.after, row.document, row.effective_on)
        found[row.task_id] = (*found.get(row.task_id, ()), moved)
    return found


def asked_units(period: Period, day: Day, facts: Mapping[int, Facts]) -> dict[int, list[int]]:
    """The units that the period asks, each with the rows of which nothing of it stands. What came to rest
    unreported is not asked for."""
    found: dict[int, list[int]] = {}
    last = timezone.localdate(day.known_at)
    rows = Asked.objects.filter(period=period, asked_on__lte=last).order_by("task__ordinal", "task")
    for task, unit, share in rows.values_list("task", "unit", "share"):
        known = facts.get(task)
        if known is None:
            continue
        sent = standing_updates(known.updates, day.on, day.known_at)
        answered = {(update.period, update.share) for update in sent}
        if (period.pk, unit if share else None) in answered:
            found.setdefault(unit, [])
        elif not status(known, day.on, known_at=day.known_at).at_rest:
            found.setdefault(unit, []).append(task)
    return found

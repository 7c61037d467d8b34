"""One piece of work over the years: a slice a year with the items of each unit, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from nhiemvu.as_of import Day
from nhiemvu.models import Decision, Task
from nhiemvu.status import Facts, Status, status
from phancong.models import CarryOver, Plan, Unit

_PUBLIC = (Plan.State.APPROVED, Plan.State.GIVEN)


@dataclass(frozen=True, slots=True)
class Item:
    """A plan item in its year. It has a status once it is given; until then its plan's state tells."""

    task: Task
    plan: Plan
    stands: Status | None
    carried_from: Task | None = None
    carried_into: Task | None = None
    left_out: str = ""

    @classmethod
    def of(cls, task: Task, facts: Facts, day: Day, visible: Mapping[int, Task]) -> Item:
        """``visible`` are the rows that the reader may see: what was carried into a draft stays unsaid."""
        entry = task.entry
        came, went = _carried(task, "carried_from"), _carried(task, "carried_over")
        return cls(
            task=task,
            plan=entry.plan,
            stands=status(facts, day.on, known_at=day.known_at) if entry.given_on else None,
            carried_from=visible.get(came.source_id) if came else None,
            carried_into=visible.get(went.into_id or 0) if went else None,
            left_out=_left_out(went),
        )

    @property
    def original_due(self) -> date | None:
        """The deadline as given, where it has been changed since."""
        stood = self.stands
        return stood.due_original if stood and stood.due_original != stood.due else None


def _carried(task: Task, relation: str) -> CarryOver | None:
    return getattr(task, relation, None)


def _left_out(went: CarryOver | None) -> str:
    if went is None or went.into_id or went.plan.state not in _PUBLIC:
        return ""
    return f"không đưa tiếp sang năm {went.plan.year}" + (f": {went.reason}" if went.reason else "")


@dataclass(frozen=True, slots=True)
class OfUnit:
    plan: Plan
    items: list[Item]


@dataclass(slots=True)
class Slice:
    """One year: the items of each unit, and where one may add more."""

    year: int
    past: bool
    present: bool
    units: list[OfUnit] = field(default_factory=list)
    add: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ways:
    """What one may add to: units whose plans one writes, and those whose given plans one adds to by document.

    ``states``: how the units' plans stand, by year and unit.
    """

    code: str
    ct: str
    writes: tuple[Unit, ...]
    decides: tuple[Unit, ...]
    states: Mapping[tuple[int, int], str]

    def of(self, year: int, today: date) -> list[tuple[str, str]]:
        """Address and words of each way to plan this work in that year; none into the past."""
        if year < today.year:
            return []
        query = {"ct": self.ct} if self.ct else {}
        asked = urlencode({"viec": self.code, **query})
        found = []
        for unit in dict.fromkeys((*self.writes, *self.decides)):
            state = self.states.get((year, unit.pk))
            plan, add = (
                reverse(name, args=[year, unit.short_name]) for name in ("ke-hoach-don-vi", "ke-hoach-them")
            )
            if state in (Plan.State.DRAFT, Plan.State.RETURNED) and unit in self.writes:
                found.append((f"{add}?{asked}", f"Thêm việc năm {year} của {unit.name}"))
            elif state == Plan.State.GIVEN and unit in self.decides:
                found.append((f"{add}?{asked}", f"Bổ sung việc năm {year} của {unit.name}"))
            elif state is None and unit in self.writes and year <= today.year + 1:
                found.append(
                    (f"{plan}?{urlencode(query)}".rstrip("?"), f"Lập kế hoạch năm {year} của {unit.name}")
                )
        return found


def slices(items: Iterable[Item], years: Iterable[int], today: date, ways: Ways) -> list[Slice]:
    """The years in their order, those without any item too."""
    found = {year: Slice(year, year < today.year, year == today.year) for year in years}
    ordered = sorted(items, key=lambda item: (item.plan.year, item.plan.unit.name, item.task.ordinal))
    for (year, _), together in groupby(ordered, key=lambda item: (item.plan.year, item.plan.pk)):
        rows = list(together)
        slot = found.setdefault(year, Slice(year, year < today.year, year == today.year))
        slot.units.append(OfUnit(rows[0].plan, rows))
    for slot in found.values():
        slot.add = ways.of(slot.year, today)
    return [found[year] for year in sorted(found)]


@dataclass(frozen=True, slots=True)
class Change:
    """What one document changed at one time: each subject from what to what."""

    effective_on: date
    document: str
    reason: str
    by: str
    recorded_at: Any
    decisions: list[Decision]


def timeline(rows: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Recorded decisions, oldest first, those of one document and one recording together."""

    def whole(row: Mapping[str, Any]) -> tuple[Any, ...]:
        minute = row["recorded_at"].replace(second=0, microsecond=0)
        return row["effective_on"], row["document"], row["reason"], row["by"], minute

    ordered = sorted(rows, key=lambda row: (row["effective_on"], row["pk"]))
    found = []
    for (effective_on, document, reason, by, minute), together in groupby(ordered, key=whole):
        decisions = [Decision(subject=r["subject"], before=r["before"], after=r["after"]) for r in together]
        found.append(Change(effective_on, document, reason, by, minute, decisions))
    return found

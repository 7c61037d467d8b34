"""What a unit or a comrade carries on a day: its work by role and mark, what presses, what is not reported.

Of each one by itself: units and comrades are never ranked against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from baocao.charts import Bar, Chart, stacked_bars
from nhiemvu.as_of import Day
from nhiemvu.meanings import Meaning, meanings
from nhiemvu.models import Task
from nhiemvu.status import Facts, Freshness, Mark, Status, status
from phancong.answerable import OVERSEE
from phancong.models import Assignment
from phancong.workload import Part, list_url

Role = Assignment.Role
PRESSING_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Pressing:
    """A row that is late or in danger, with the role in which it is carried."""

    task: Task
    status: Status
    role: str


@dataclass(frozen=True, slots=True)
class Load:
    chart: Chart
    pressing: list[Pressing]
    stale: list[tuple[str, int, str]]
    """Of each role: its name, how many of its rows are not reported in time, and their list."""

    @property
    def first(self) -> list[Pressing]:
        return self.pressing[:PRESSING_AT_MOST]

    @property
    def more(self) -> int:
        return max(0, len(self.pressing) - PRESSING_AT_MOST)

    @property
    def meanings(self) -> list[Meaning]:
        return meanings([*Mark, Freshness.LATE, *(f"discipline_{mark}" for mark in _KEPT)])


_KEPT = (Mark.COMPLETED, Mark.WARNING, Mark.OVERDUE, Mark.UNDETERMINED)
_ANSWERS = (Role.DIRECT, Role.LEAD)
"""Whoever coordinates or oversees is not the one to press."""


def load_of(
    name: str,
    pk: int,
    parts: Mapping[str, Part],
    items: list[Task],
    facts: Mapping[int, Facts],
    day: Day,
    ct: str = "",
) -> Load:
    """``name`` is what the work list calls the target ("don-vi", "dong-chi"); ``items`` are those given to a
    unit this year. ``facts``: at least of the rows in both."""
    rows = {*tasks_of(parts), *items}
    stands = {row.pk: status(facts[row.pk], day.on) for row in rows}
    bars = [
        _bar(part.label, [share.task for share in part.shares], stands, ct, day, {name: pk, "vai-tro": role})
        for role, part in parts.items()
    ]
    if items:
        asked = {"chu-tri": pk, "loai": Task.Kind.PLAN_ITEM.value, "nam": day.on.year}
        bar = _bar(f"Việc cụ thể năm {day.on.year}", items, stands, ct, day, asked)
        bars.append(replace(bar, href=""))  # the list holds those of a plan that is not given yet, too
    carried = [
        Pressing(share.task, stands[share.task.pk], part.label)
        for role, part in parts.items()
        if role in _ANSWERS
        for share in part.shares
    ]
    carried += [Pressing(item, stands[item.pk], "Việc cụ thể") for item in items]
    return Load(
        stacked_bars("khoi-luong", "Việc theo vai trò và tình trạng", bars),
        _pressing(carried, {item.code for item in items}),
        _stale(name, pk, parts, stands, ct, day),
    )


def tasks_of(parts: Mapping[str, Part]) -> list[Task]:
    """The rows of all roles, each once."""
    return list({share.task.pk: share.task for part in parts.values() for share in part.shares}.values())


def _bar(
    label: str, tasks: list[Task], stands: dict[int, Status], ct: str, day: Day, asked: dict[str, Any]
) -> Bar:
    counts = Counter(stands[task.pk].mark for task in tasks)
    hrefs = {mark: list_url(ct, day, **asked, **{"tinh-trang": mark.value}) for mark in counts}
    return Bar(label, counts, list_url(ct, day, **asked), hrefs)


def _pressing(carried: list[Pressing], items: set[str]) -> list[Pressing]:
    """Longest overdue first, then by the days that are left; a row that is late by an item named here is left
    to that one, and a row carried in two roles is named in the first."""
    found: dict[int, Pressing] = {}
    for one in carried:
        of_item = one.status.item_due and one.status.timing.worst_item in items
        if one.status.mark in (Mark.OVERDUE, Mark.WARNING) and not of_item:
            found.setdefault(one.task.pk, one)

    def urgency(one: Pressing) -> tuple[bool, int, int]:
        days = one.status.timing.days
        return one.status.mark is not Mark.OVERDUE, 10**6 if days is None else days, one.task.ordinal

    return sorted(found.values(), key=urgency)


def _stale(
    name: str, pk: int, parts: Mapping[str, Part], stands: dict[int, Status], ct: str, day: Day
) -> list[tuple[str, int, str]]:
    found = []
    for role, part in parts.items():
        late = sum(stands[share.task.pk].freshness is Freshness.LATE for share in part.shares)
        if late and role != OVERSEE:
            asked = {name: pk, "vai-tro": role, "cap-nhat": Freshness.LATE.value}
            found.append((part.label, late, list_url(ct, day, **asked)))
    return found


def items_given(unit: int, year: int) -> Q:
    """The items given to the unit in its plan of the year."""
    return Q(kind=Task.Kind.PLAN_ITEM, year=year, entry__plan__unit=unit, entry__given_on__isnull=False)

"""What a project has beside its work, as it was known at the end of any day, and how it came to be so.

Everything is read from the histories of the four tables, in one query for all the projects of a page: the
newest version of a row is what held, the versions together tell what changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models, transaction
from django.db.models import BigIntegerField, CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils.text import capfirst

from chuongtrinh.edits import in_words
from nhiemvu.as_of import Day, account_then
from nhiemvu.models import Funding, Milestone, ProjectProfile, Risk, Task
from nhiemvu.models.project import OfProject
from nhiemvu.status import Mark

KINDS: dict[str, type[Any]] = {
    "milestone": Milestone,
    "funding": Funding,
    "risk": Risk,
    "projectprofile": ProjectProfile,
}
_CALLED = {"milestone": "Mốc", "funding": "Nguồn vốn", "risk": "Rủi ro", "projectprofile": "Hồ sơ"}
_NAMED = {"milestone": "title", "funding": "source", "risk": "text"}
_ACTS = {"+": "ghi", "~": "sửa", "-": "xóa"}
_UNPAID = {"disbursed": "0", "disbursed_on": None}
_LEVELS = {Risk.Level.HIGH: 0, Risk.Level.MEDIUM: 1, Risk.Level.LOW: 2}


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was entered, changed or taken out: what, and each field before and after."""

    at: datetime
    who: str
    heading: str
    changes: list[tuple[str, str, str]]


@dataclass
class Beside:
    """A project's milestones, sources of capital, risks and profile on a day. Its rows are read-only copies:
    they are never to be saved."""

    day: date
    milestones: list[Milestone] = field(default_factory=list)
    funding: list[Funding] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)
    profile: ProjectProfile = field(default_factory=ProjectProfile)
    changes: list[Change] = field(default_factory=list)

    @property
    def steps(self) -> list[tuple[Milestone, Mark]]:
        """The milestones with how each stands, in the order of their present days."""
        return [(row, row.mark(self.day)) for row in self.milestones]

    @property
    def reached(self) -> int:
        return sum(mark == Mark.COMPLETED for _, mark in self.steps)

    @cached_property
    def next_step(self) -> tuple[Milestone, Mark] | None:
        """The first milestone still to be reached."""
        return next((one for one in self.steps if one[1] != Mark.COMPLETED), None)

    @property
    def planned(self) -> Decimal:
        return sum((row.planned for row in self.funding), Decimal(0))

    @property
    def disbursed(self) -> Decimal:
        return sum((row.disbursed for row in self.funding), Decimal(0))

    @property
    def capital(self) -> Funding:
        """All sources together."""
        days = [row.disbursed_on for row in self.funding if row.disbursed_on]
        newest = max(days, default=None)
        return Funding(planned=self.planned, disbursed=self.disbursed, disbursed_on=newest)

    @property
    def open_risks(self) -> list[Risk]:
        return [row for row in self.risks if row.closed_on is None]


def beside_projects(tasks: Iterable[Task], day: Day) -> dict[int, Beside]:
    """What stands beside each of these projects, by primary key, in one query for them all."""
    found = {task.pk: Beside(day.on) for task in tasks}
    parts = [_versions(name, model, found, day) for name, model in KINDS.items()]
    rows = parts[0].union(*parts[1:], all=True).order_by("moment", "entry")
    held: dict[tuple[str, int], dict[str, Any]] = {}
    paid: dict[int, dict[str, Any]] = {}
    for what, key, _, moment, act, who, task, said in rows:
        if what == "funding" and (said["disbursed_on"] or "") <= day.on.isoformat():
            paid[key] = {name: said[name] for name in _UNPAID}
        before = held.pop((what, key), None)
        if act != "-":
            held[what, key] = said | {"task_id": task}
        if told := _change(what, moment, act, who, said, before):
            found[task].changes.append(told)
    for (what, key), said in held.items():
        if what == "funding":  # a moment after the day knows of payments that came after it
            said |= paid.get(key, _UNPAID)
        _place(found[said["task_id"]], KINDS[what](pk=key, **_values(KINDS[what], said)))
    for one in found.values():
        one.milestones.sort(key=lambda row: (row.due, row.pk))
        one.funding.sort(key=lambda row: row.pk)
        one.risks.sort(key=lambda row: (row.closed_on is not None, _LEVELS[Risk.Level(row.level)], row.pk))
        one.changes.reverse()
    return found


@transaction.atomic
def record(row: OfProject, user: Any) -> OfProject:
    """Keep a row of a project under a person's name. ValidationError where a rule is against it."""
    row.full_clean()
    vars(row)["_history_user"] = user
    row.save()
    return row


# -- inside ------------------------------------------------------------------------------------------------


def _fields(model: type[Any]) -> list[Any]:
    return [one for one in model._meta.fields if one.name not in ("id", "task")]


def _versions(name: str, model: Any, tasks: Iterable[int], day: Day) -> QuerySet:
    said = {
        one.name: Cast(one.name, TextField()) if isinstance(one, models.DecimalField) else one.name
        for one in _fields(model)
    }
    return (
        model.history.model.objects.filter(task__in=list(tasks), history_date__lt=day.known_at)
        .order_by()
        .annotate(
            what=Value(name, CharField()),
            row=Cast("id", BigIntegerField()),
            entry=Cast("history_id", BigIntegerField()),
            moment=F("history_date"),
            act=F("history_type"),
            by_whom=account_then("history_user", day),
            project=F("task_id"),
            said=JSONObject(**said),
        )
        .values_list("what", "row", "entry", "moment", "act", "by_whom", "project", "said")
    )


def _values(model: type[Any], said: dict[str, Any]) -> dict[str, Any]:
    return {one.name: one.to_python(said[one.name]) for one in _fields(model)} | {"task_id": said["task_id"]}


def _place(beside: Beside, row: OfProject) -> None:
    """What happened after the day, as a later moment knows, has not happened on it."""
    if isinstance(row, Milestone):
        row.done_on = row.done_on if row.done_on and row.done_on <= beside.day else None
        beside.milestones.append(row)
    elif isinstance(row, Funding):
        beside.funding.append(row)
    elif isinstance(row, Risk) and row.raised_on <= beside.day:
        row.closed_on = row.closed_on if row.closed_on and row.closed_on <= beside.day else None
        beside.risks.append(row)
    elif isinstance(row, ProjectProfile):
        beside.profile = row


def _change(
    what: str, at: datetime, act: str, who: str | None, said: dict[str, Any], before: dict[str, Any] | None
) -> Change | None:
    name = f" “{said[_NAMED[what]]}”" if what in _NAMED else ""
    changes = []
    for one in _fields(KINDS[what]):
        old = _words(one, before[one.name]) if before else ""
        new = _words(one, said[one.name]) if act != "-" else ""
        if act != "-" and old != new and not (before is None and one.name == _NAMED.get(what)):
            changes.append((str(capfirst(one.verbose_name)), old, new))
    if act == "~" and not changes:
        return None
    return Change(at, who or "Hệ thống", f"{_CALLED[what]}{name}: {_ACTS[act]}", changes)


def _words(one: Any, value: Any) -> str:
    return in_words(one, one.to_python(value)) if value not in (None, "") else ""

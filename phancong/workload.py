"""The same duties seen from the other side: what each unit and each comrade answers for in one programme.

A duty given to a standing group counts for everyone whom the group means on the day; a row counts once for
a person or unit in a role, by the closest line (named itself before named through a group).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from chuongtrinh.models import Clause, Section
from nhiemvu.as_of import Day
from nhiemvu.models import Task
from phancong.answerable import ROLE_LABELS, Answerability, Duty
from phancong.models import Assignment, Comrade, Group, Unit


@dataclass(frozen=True, slots=True)
class Share:
    """One task that a unit or comrade answers for in one role; ``group`` where only a group names it."""

    task: Task
    duty: Duty
    group: Group | None = None

    @property
    def manner(self) -> str:
        """How it is named, where that needs saying: as principal lead, beside another, or in a group."""
        if self.group:
            return f"trong nhóm “{self.group.name}”"
        if self.duty.role != Assignment.Role.LEAD:
            return ""
        return "chủ trì chính" if self.duty.principal else "cùng chủ trì"


@dataclass(slots=True)
class Block:
    """The tasks of one section that someone answers for in the same manner, with the line that says so."""

    section: Section
    manner: str
    clause: Clause | None
    tasks: list[Task] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """Everything in one role; ``total`` tasks agree with the work list filtered by that role."""

    role: str
    label: str
    shares: list[Share]
    sections: dict[int, Section]

    @property
    def total(self) -> int:
        return len(self.shares)

    @property
    def by_group(self) -> int:
        """How many of them only a group names, not the unit or comrade itself."""
        return sum(share.group is not None for share in self.shares)

    @property
    def by_name(self) -> int:
        return self.total - self.by_group

    @property
    def blocks(self) -> list[Block]:
        found: dict[tuple, Block] = {}
        for share in sorted(self.shares, key=lambda share: share.task.ordinal):
            clause = share.duty.clause
            key = (share.task.section_id, share.manner, clause.pk if clause else None)
            if key not in found:
                found[key] = Block(self.sections[share.task.section_id], share.manner, clause)
            found[key].tasks.append(share.task)
        return list(found.values())


class Workload:
    """Shares of all units and comrades in the given tasks; no query beyond those of ``who``."""

    def __init__(self, who: Answerability, tasks: Iterable[Task], *, units_only: bool = False) -> None:
        """``units_only`` spares a page of a unit the lists made by hand, which name comrades."""
        self.who, self._units_only = who, units_only
        self._shares: dict[tuple[str, int], dict[str, dict[int, Share]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        members: dict[int, set[tuple[str, int]]] = {}
        for task in tasks:
            for duty in sorted(who.duties(task), key=lambda duty: duty.kind == "group"):
                target = duty.target
                if isinstance(target, Group):
                    if target.pk not in members:
                        members[target.pk] = self._meant(target)
                    for key in members[target.pk]:
                        self._shares[key][duty.role].setdefault(task.pk, Share(task, duty, target))
                elif target is not None:
                    self._shares[duty.kind, target.pk][duty.role].setdefault(task.pk, Share(task, duty))

    def of(self, target: Unit | Comrade) -> dict[str, Part]:
        """What a unit or comrade answers for, in the order of the roles; those without work are left out."""
        kind = "unit" if isinstance(target, Unit) else "comrade"
        held = self._shares.get((kind, target.pk), {})
        return {
            role: Part(role, label, list(held[role].values()), self.who.sections)
            for role, label in ROLE_LABELS.items()
            if held.get(role)
        }

    def _meant(self, group: Group) -> set[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        if self._units_only and group.rule == Group.Rule.LISTED:
            return found
        for member in self.who.members(group):
            if member.unit:
                found.add(("unit", member.unit.pk))
            if member.comrade:
                found.add(("comrade", member.comrade.pk))
        return found


def list_url(ct: str, day: Day | None = None, /, **wanted: Any) -> str:
    """The work list with these filters, on the same past day; ``ct`` is the programme that the address names,
    "" where none."""
    if day and day.past:
        wanted["ngay"] = day.address
    if ct:
        wanted["ct"] = ct
    return f"{reverse('nhiem-vu')}?{urlencode(wanted)}" if wanted else reverse("nhiem-vu")

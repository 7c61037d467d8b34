"""What of someone's concern is overdue or due soon: counts of which each opens exactly its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nhiemvu.models import Task
from nhiemvu.status import Mark, Status
from phancong.answerable import OVERSEE
from phancong.models import Assignment, Comrade, Unit
from phancong.workload import Workload, list_url


@dataclass(frozen=True, slots=True)
class Pressing:
    """So many rows of one mark, and the list that holds them."""

    mark: Mark
    count: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Concern:
    """Whose rows these are: those a unit leads, those of the units a comrade oversees, or (None) all."""

    whose: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    tasks: frozenset[int] | None = None

    @classmethod
    def of(cls, target: Unit | Comrade | None, work: Workload) -> Concern:
        """As the work list asks for it. Who oversees nothing yet is shown everything."""
        if isinstance(target, Unit):
            part = work.of(target).get(Assignment.Role.LEAD)
            asked = {"don-vi": target.pk, "vai-tro": Assignment.Role.LEAD.value}
            return cls(f"{target.name} chủ trì", asked, cls._rows(part))
        part = work.of(target).get(OVERSEE) if target else None
        if target is None or part is None:
            return cls()
        return cls("các đơn vị phụ trách", {"dong-chi": target.pk, "vai-tro": OVERSEE}, cls._rows(part))

    @staticmethod
    def _rows(part: Any) -> frozenset[int]:
        return frozenset(share.task.pk for share in part.shares) if part else frozenset()


@dataclass(slots=True)
class Urgency:
    """``tasks`` are the document's rows, ``items`` the given items of the year; ``stands``: how each does."""

    concern: Concern
    tasks: Sequence[Task]
    items: Sequence[Task]
    stands: Mapping[int, Status]
    today: date
    ct: str

    @property
    def overdue(self) -> list[Pressing]:
        return self._figures(Mark.OVERDUE, "quá hạn")

    @property
    def soon(self) -> list[Pressing]:
        return self._figures(Mark.WARNING, "sắp đến hạn hoặc có nguy cơ")

    @property
    def without(self) -> list[Pressing]:
        """Rows of the document of which nobody can say whether they are late: they have no deadline."""
        return self._figure(Mark.UNDETERMINED, "nhiệm vụ, đề án", self.tasks, {})

    def _figures(self, mark: Mark, words: str) -> list[Pressing]:
        year = self.today.year
        of_year = {"loai": Task.Kind.PLAN_ITEM.value, "nam": year}
        return [
            *self._figure(mark, f"nhiệm vụ, đề án {words}", self.tasks, {}),
            *self._figure(mark, f"việc cụ thể năm {year} {words}", self.items, of_year),
        ]

    def _figure(
        self, mark: Mark, label: str, rows: Sequence[Task], asked: Mapping[str, Any]
    ) -> list[Pressing]:
        mine = self.concern.tasks
        count = sum(self.stands[row.pk].mark is mark for row in rows if mine is None or row.pk in mine)
        url = list_url(self.ct, **asked, **self.concern.asked, **{"tinh-trang": mark.value})
        return [Pressing(mark, count, label, url)] if count else []

"""What presses: the rows that the secretary reads first, with the unit's reason or what stands for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from baocao.directive_rows import Line
from baocao.overview.reading import Row
from nhiemvu.status import Mark, Status

AT_MOST = 7


@dataclass(frozen=True, slots=True)
class Item:
    """The plan item whose deadline a row takes that has none of its own."""

    code: str
    title: str
    stood: Status


@dataclass(frozen=True, slots=True)
class Urgent:
    """A row for the secretary. ``told`` is the open directive about it that presses most."""

    row: Row
    item: Item | None
    url: str
    direct_url: str = ""
    told: Line | None = None

    @property
    def days_late(self) -> int | None:
        return self.row.stood.days_late

    @property
    def reason(self) -> str:
        """In the unit's own words."""
        return self.row.stood.reason

    @property
    def silence(self) -> str:
        """What the figures say where the unit gave no reason; nothing more once it says that it is done."""
        if self.row.stood.pending:
            return ""
        found = [*self.row.stood.contradictions, *(self.item.stood.contradictions if self.item else ())]
        return "; ".join(["chưa nêu lý do", *(one.label.lower() for one in found[:1])])

    @property
    def heads(self) -> list[str]:
        """Who leads, with the head of each unit."""
        return [f"{duty.name} ({duty.head.name})" if duty.head else duty.name for duty in self.row.leads]


def pressing(rows: Iterable[Row]) -> list[Row]:
    """The overdue, longest first; below them what is in danger, nearest first. One work is named once."""
    rows = list(rows)
    entered = {row.task.pk for row in rows}
    once = [row for row in rows if row.task.mirrors_id not in entered]
    late = [row for row in once if row.stood.mark is Mark.OVERDUE]
    late.sort(key=lambda row: -(row.stood.days_late or 0))
    near = [row for row in once if row.stood.mark is Mark.WARNING]
    near.sort(key=lambda row: 10**6 if row.stood.timing.days is None else row.stood.timing.days)
    return [*late, *near][:AT_MOST]


def worst_item(row: Row, titles: Mapping[str, str]) -> Item | None:
    """The item that gives the row its timing; ``titles``: those of the day, by code."""
    if row.stood.worst is None:
        return None
    facts, stood = row.stood.worst
    return Item(facts.code, titles.get(facts.code, facts.title), stood)

"""The list of a programme's reports, by kind and by state; and the periods that one can be drafted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from baocao import periods
from baocao.models import Review
from baocao.standing import Round, rounds
from chuongtrinh.models import Programme

State = Review.State
KINDS = {str(kind): kind.label for kind in periods.Kind}
STATES = {
    "du-thao": (State.DRAFT, "Dự thảo"),
    "cho-duyet": (State.SUBMITTED, "Chờ duyệt"),
    "ban-hanh": (State.ISSUED, "Đã ban hành"),
    "thay-the": (State.SUPERSEDED, "Đã được thay thế"),
}
"""What the address says, the state, and what the list calls it."""


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    count: int
    url: str
    on: bool


class ListPage:
    """``query`` makes an address of the list from what is wished."""

    def __init__(self, rows: Iterable[Review], state: str, kind: str, query: Callable[..., str]) -> None:
        self.rows, self._query = list(rows), query
        self.state = state if state in STATES else ""
        self.kind = kind if kind in KINDS else ""

    @property
    def shown(self) -> list[Review]:
        return [row for row in self.rows if self._of_state(row, self.state) and self._of_kind(row, self.kind)]

    @property
    def state_chips(self) -> list[Chip]:
        rows = [row for row in self.rows if self._of_kind(row, self.kind)]
        counts = Counter(row.state for row in rows)
        found = [self._chip("Tất cả", len(rows), "", self.kind, not self.state)]
        for name, (state, label) in STATES.items():
            if counts[state] or name == self.state:
                found.append(self._chip(label, counts[state], name, self.kind, name == self.state))
        return found if len(found) > 2 or self.state else []

    @property
    def kind_chips(self) -> list[Chip]:
        counts = Counter(row.period.kind for row in self.rows if self._of_state(row, self.state))
        if len({row.period.kind for row in self.rows}) < 2 and not self.kind:
            return []
        return [
            self._chip(label, counts[kind], self.state, "" if kind == self.kind else kind, kind == self.kind)
            for kind, label in KINDS.items()
            if counts[kind] or kind == self.kind
        ]

    def _chip(self, label: Any, count: int, state: str, kind: str, on: bool) -> Chip:
        return Chip(str(label), count, self._query(state, kind), on)

    def _of_state(self, row: Review, name: str) -> bool:
        return not name or row.state == STATES[name][0]

    def _of_kind(self, row: Review, kind: str) -> bool:
        return not kind or row.period.kind == kind


COUNTED = 24
"""Of so many periods, the newest, it is counted who has handed in."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A period with the newest edition of its report, where there is one."""

    round: Round
    review: Review | None


def choices(programme: Programme, visible: QuerySet[Review], now: datetime) -> list[tuple[str, list[Choice]]]:
    """The opened periods by kind, the shortest kind first and the newest period first."""
    rows = visible.filter(programme=programme).defer("sealed", "annexes", "figures", "missing")
    newest = {row.period_id: row for row in rows.order_by("edition")}
    found: dict[str, list[Choice]] = {}
    for one in rounds(programme, now, COUNTED):
        found.setdefault(one.period.kind, []).append(Choice(one, newest.get(one.period.pk)))
    return [(label, found[kind]) for kind, label in KINDS.items() if kind in found]

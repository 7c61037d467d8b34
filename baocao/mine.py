"""What a unit still has to report in a period: a card a task, with what was said of it before.

Read in a fixed number of queries, however many tasks there are; long lists come in pages.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from baocao.drafting import said_elsewhere
from baocao.models import Asked, Draft, Evidence, Period, UnitReport, Update
from baocao.report_data import QUIET_AT_MOST, ReportData, last_confirmed, quiet_before
from baocao.reporting import STANDING
from baocao.standing import Tally, counted, rested
from chuongtrinh.models import Programme
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Facts, Status, status
from phancong.models import Unit
from phancong.permissions import may_write_draft

PAGE = 20
"""Cards a page: what a phone can hold and a slow line can bring."""
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(slots=True)
class Card:
    """One task of the period, with the unit's draft, what it sent, and what it reported before."""

    asked: Asked
    stands: Status
    draft: Draft | None
    updates: list[Update]
    """The unit's reports of the task, or of its share of it, in all periods, oldest first."""
    default_day: date
    kept_from: datetime | None = None
    """When the unit last saved what it is writing, for the office: it does not read that."""
    proofs: list[Evidence] = field(default_factory=list)
    form: Any = None

    @property
    def pk(self) -> int:
        return self.asked.pk

    @property
    def task(self) -> Task:
        return self.asked.task

    @property
    def here(self) -> list[Update]:
        return [row for row in self.updates if row.period_id == self.asked.period_id]

    @property
    def newest(self) -> Update | None:
        return self.here[-1] if self.here else None

    @property
    def sent(self) -> Update | None:
        """What stands of this period; a draft beside it is a second report."""
        return next((row for row in reversed(self.here) if row.state in STANDING), None)

    @property
    def to_write(self) -> bool:
        return not self.kept_from and (self.draft is not None or self.sent is None)

    @property
    def returned(self) -> Update | None:
        newest = self.newest
        return newest if newest and newest.state == Update.State.RETURNED else None

    @property
    def earlier(self) -> list[Update]:
        return [
            row for row in self.updates if row.period_id != self.asked.period_id and row.state in STANDING
        ]

    @property
    def confirmed(self) -> Update | None:
        """The last words that the office confirmed, of whichever period."""
        found = (row for row in reversed(self.updates) if row.state == Update.State.CONFIRMED and row.content)
        return next(found, None)

    @property
    def quiet(self) -> bool:
        """Whether one more "không phát sinh" needs a word."""
        return quiet_before(self.asked.period, self.earlier) >= QUIET_AT_MOST

    @property
    def lowered(self) -> tuple[int, int] | None:
        """The percent that was confirmed last and the lower one that is written now."""
        now = self.written
        last = last_confirmed(self.updates, now.effective_on)
        return (last.percent or 0, now.percent or 0) if last and now.lowers(last) else None

    @property
    def before(self) -> ReportData:
        """Text and percent of the last report, to begin with."""
        told = next((row for row in reversed(self.earlier) if row.content.strip()), None)
        percent = next((row.percent for row in reversed(self.earlier) if row.percent is not None), None)
        return ReportData(
            content=told.content if told else "", percent=percent, effective_on=self.default_day
        )

    @property
    def written(self) -> ReportData:
        if self.draft:
            return ReportData.of(self.draft)
        return ReportData.of(self.returned) if self.returned else self.before

    @property
    def days(self) -> int | None:
        return self.stands.timing.days


class Mine:
    """The unit's page of one period, or the cards that ``show`` names, on whichever page they lie."""

    def __init__(
        self,
        programme: Programme,
        unit: Unit,
        period: Period,
        user: Any,
        *,
        page: int = 1,
        show: frozenset[int] = frozenset(),
    ) -> None:
        self.programme, self.unit, self.period, self.user = programme, unit, period, user
        self.today = timezone.localdate()
        self._page, self._show = page, show

    @cached_property
    def _rows(self) -> QuerySet[Any]:
        same = {
            "task": OuterRef("task"),
            "period": self.period,
            "unit": self.unit,
            "share": OuterRef("share"),
        }
        updates, drafts = Update.objects.filter(**same), Draft.objects.filter(**same)
        return (
            Asked.objects.filter(period=self.period, unit=self.unit)
            .annotate(
                standing=Subquery(updates.filter(state__in=STANDING).order_by("-pk").values("state")[:1]),
                drafted=Exists(drafts),
                ready=Exists(drafts.filter(CHOSEN)),
                returned=Exists(updates.filter(state=Update.State.RETURNED)),
                elsewhere=Subquery(said_elsewhere(self.period).values("pk")[:1]),
            )
            .select_related("task__mirrors", "task__parent")
            .order_by("share", F("task__due").asc(nulls_last=True), "task__ordinal", "task")
        )

    @cached_property
    def asked(self) -> list[Any]:
        """Each asked row with where it stands, what is still to write first; without what came to rest
        before a word was written of it."""
        kept = [
            row
            for row in self._rows
            if row.standing or row.drafted or not rested(self.facts[row.task_id], row.period_id, self.today)
        ]
        return sorted(kept, key=lambda row: (not _to_write(row), not (row.returned and not row.standing)))

    @cached_property
    def facts(self) -> dict[int, Facts]:
        """Of every row that the period asks for."""
        return facts_of(row.task for row in self._rows)

    @property
    def has_shares(self) -> bool:
        return any(card.asked.share for card in self.cards)

    @property
    def total(self) -> int:
        return len(self.asked)

    @property
    def waiting(self) -> int:
        return sum(_to_write(row) for row in self.asked)

    @property
    def sent(self) -> int:
        return self.total - self.waiting

    @property
    def written(self) -> int:
        """Written or sent: the "6" of "6/10"."""
        return sum(row.ready or not _to_write(row) for row in self.asked)

    @property
    def written_elsewhere(self) -> int:
        """Of these, the ones that no card on this page shows as still to write."""
        here = {card.pk for card in self.cards if card.to_write}
        return sum((row.ready or not _to_write(row)) and row.pk not in here for row in self.asked)

    @property
    def to_take_over(self) -> list[tuple[Asked, int]]:
        """Rows without a word here of which the unit has said something for another period: with that."""
        rows = (row for row in self.asked if row.elsewhere and not row.drafted and not row.standing)
        return [(row, row.elsewhere) for row in rows]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def page(self) -> int:
        return min(max(1, self._page), self.pages)

    @property
    def _here(self) -> list[Any]:
        if self._show:
            return [row for row in self.asked if row.pk in self._show]
        return self.asked[(self.page - 1) * PAGE : self.page * PAGE]

    def page_of(self, asked: int) -> int:
        at = next((n for n, row in enumerate(self.asked) if row.pk == asked), 0)
        return at // PAGE + 1

    @cached_property
    def cards(self) -> list[Card]:
        tasks = [row.task for row in self._here]
        updates: dict[tuple[int, bool], list[Update]] = defaultdict(list)
        found = Update.objects.filter(task__in=tasks, unit=self.unit).order_by("period__end", "pk")
        for update in found.select_related("author", "settled_by", "period"):
            updates[update.task_id, update.share].append(update)
        written = Draft.objects.filter(task__in=tasks, period=self.period, unit=self.unit)
        drafts = {(row.task_id, row.share): row for row in written.select_related("author")}
        proofs = self._proofs(tasks)
        until = min(self.period.end, self.today)
        cards = []
        for row in self._here:
            draft, said = drafts.get((row.task_id, row.share)), updates[row.task_id, row.share]
            row.period = self.period
            card = Card(row, status(self.facts[row.task_id], self.today), draft, said, until)
            if draft and not may_write_draft(self.user, draft):
                card.kept_from = draft.saved_at
                card.draft = draft = None
            key = ("draft", draft.pk) if draft else ("update", card.sent.pk if card.sent else 0)
            card.proofs = proofs[key]
            cards.append(card)
        return cards

    def _proofs(self, tasks: list[Task]) -> dict[tuple[str, int], list[Evidence]]:
        found: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
        ours = {"task__in": tasks, "period": self.period, "unit": self.unit}
        of_draft, of_update = (
            Q(**{f"{kind}__{name}": value for name, value in ours.items()}) for kind in ("draft", "update")
        )
        for row in Evidence.objects.filter(of_draft | of_update):
            found[("draft", row.draft_id) if row.draft_id else ("update", row.update_id or 0)].append(row)
        return found

    @cached_property
    def report(self) -> UnitReport | None:
        return UnitReport.objects.filter(period=self.period, unit=self.unit).first()

    @property
    def deadline(self) -> str:
        return deadline_words(self.period)

    @property
    def days_late(self) -> int:
        return max(0, (self.today - timezone.localtime(self.period.submit_by).date()).days)

    @property
    def pager(self) -> dict[str, Any] | None:
        if self.pages == 1 or self._show:
            return None
        first = (self.page - 1) * PAGE
        return {"first": first + 1, "last": min(first + PAGE, self.total)}


CHOSEN = Q(no_change=True) | Q(claims_completion=True) | ~Q(verdict="")
"""A draft of which one of the four was chosen."""


def _to_write(row: Any) -> bool:
    return bool(row.drafted or not row.standing)


def deadline_words(period: Period) -> str:
    """The last moment to submit, as people say it: "17:00 thứ Hai, 15/6"."""
    at = timezone.localtime(period.submit_by)
    return f"{at:%H:%M} {_WEEKDAYS[at.weekday()]}, {at.day}/{at.month}"


def query(**said: Any) -> str:
    """The part of an address after "?", without what is not said."""
    kept = {name: value for name, value in said.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def progress_of_units(period: Period) -> list[Tally]:
    """For the office: each asked unit with how many tasks it has and how many it has sent."""
    held = counted(Asked.objects.filter(period=period))
    return sorted(held.values(), key=lambda tally: tally.unit.name)

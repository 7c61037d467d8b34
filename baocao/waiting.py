"""What waits for one person beside the work itself, read along with its rows: no query of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery

from baocao.models import ExtensionRequest, IndicatorValue, Review
from chuongtrinh.models import Programme, UnplacedLine
from nhiemvu.models import DeadlineProposal
from phancong.permissions import can_issue_reviews, can_write_reviews, visible_reviews


def read_along(programme: Programme, user: Any) -> dict[str, Subquery]:
    """For each row of work: the deadline that the text states and that nobody has confirmed, and the day that
    is asked for where the committee lets the office decide. On every row alike: how many lines of the
    document found no place, how many values of indicators wait, how many reports, and the newest of these."""
    stated = DeadlineProposal.objects.filter(task=OuterRef("pk"), state=DeadlineProposal.State.PENDING)
    asked = ExtensionRequest.objects.filter(
        task=OuterRef("pk"),
        state=ExtensionRequest.State.WAITING,
        task__programme__committee__reporting_rules__office_extends=True,
    )
    values = IndicatorValue.objects.filter(
        indicator__programme=programme, state=IndicatorValue.State.SUBMITTED
    )
    reports = visible_reviews(user).filter(programme=programme, state=_state_of(user) or "")
    newest = reports.order_by("-period__end", "-pk")
    return {
        "stated": Subquery(stated.order_by("pk").values("as_written")[:1]),
        "asked_day": Subquery(asked.values("due_asked")[:1]),
        "unplaced": _how_many(UnplacedLine.objects.filter(programme=programme, settled=False)),
        "waiting_values": _how_many(values, "indicator__programme"),
        "waiting_reports": _how_many(reports),
        "report_pk": Subquery(newest.values("pk")[:1]),
        "report_label": Subquery(newest.values("period__label")[:1]),
    }


@dataclass(frozen=True, slots=True)
class Reports:
    """The committee's reports that wait for one person: how many, and the newest."""

    count: int
    pk: int
    label: str

    @classmethod
    def of(cls, row: Any) -> Reports | None:
        count = row.waiting_reports
        return cls(count, row.report_pk, row.report_label) if count else None

    @property
    def others(self) -> int:
        return self.count - 1


def _state_of(user: Any) -> Review.State | None:
    """Which of the committee's reports wait for this person: the office's drafts, what leaders judge."""
    if can_write_reviews(user):
        return Review.State.DRAFT
    return Review.State.SUBMITTED if can_issue_reviews(user) else None


def _how_many(rows: QuerySet, of: str = "programme") -> Subquery:
    counted = rows.order_by().values(of).annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())

"""The tables of which the audit page tells: tracked ones by their histories, appended ones by their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst

from baocao.models import (
    Answer,
    DayOff,
    Directive,
    ExtensionRequest,
    IndicatorValue,
    Letterhead,
    PeriodAct,
    ReportingRules,
    Review,
    ReviewAct,
    ReviewPart,
    UnitReport,
    Update,
)
from chuongtrinh.models import Committee, Programme, Recipient, UnplacedLine, User
from nhiemvu.models import (
    DeadlineProposal,
    Decision,
    Funding,
    Indicator,
    Milestone,
    ProjectProfile,
    RelatedWork,
    Risk,
    Task,
)
from phancong.models import Assignment, CarryOver, Comrade, Group, Oversight, PlanAct, Post, Unit


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of the audit. ``committee`` leads from its row to the committee's id, ``names`` are the fields
    by which its row is called, ``by`` and ``at`` are those of an append-only table."""

    model: type[Model]
    committee: str
    names: tuple[str, ...]
    by: str = "history_user"
    at: str = "history_date"
    work: str = ""  # the field that leads to work, which may be an item of a plan not yet to be read
    told: str = ""  # the second key and label of a table whose rows tell of two acts
    called: str = ""

    @property
    def key(self) -> str:
        return self.told or str(self.model._meta.model_name)

    @property
    def label(self) -> str:
        return self.called or str(capfirst(self.model._meta.verbose_name))

    @property
    def tracked(self) -> bool:
        return self.by == "history_user"

    @property
    def entries(self) -> Any:
        """The table in which its entries stand."""
        return self.model.history.model if self.tracked else self.model  # type: ignore[attr-defined]


_WHOM = ("comrade", "unit", "group", "text")
KINDS = (
    Kind(Task, "programme__committee", ("code", "title"), work="id"),
    Kind(Assignment, "programme__committee", ("role", *_WHOM, "section", "task"), work="task"),
    Kind(Decision, "task__programme__committee", (), by="decided_by", at="recorded_at", work="task"),
    Kind(PlanAct, "plan__programme__committee", (), by="by", at="recorded_at"),
    Kind(CarryOver, "plan__programme__committee", (), by="by", at="recorded_at"),
    Kind(Update, "task__programme__committee", (), by="author", at="recorded_at"),
    Kind(
        Update,
        "task__programme__committee",
        (),
        by="settled_by",
        at="settled_at",
        told="settled",
        called="Xác nhận, trả lại, thu hồi cập nhật",
    ),
    Kind(Directive, "programme__committee", (), by="given_by", at="recorded_at"),
    Kind(
        Directive,
        "programme__committee",
        (),
        by="withdrawn_by",
        at="withdrawn_at",
        told="calledoff",
        called="Rút ý kiến chỉ đạo",
    ),
    Kind(Answer, "addressed__directive__programme__committee", (), by="author", at="recorded_at"),
    Kind(
        Answer,
        "addressed__directive__programme__committee",
        (),
        by="settled_by",
        at="settled_at",
        told="judged",
        called="Ghi đạt yêu cầu, yêu cầu trả lời lại",
    ),
    Kind(ExtensionRequest, "task__programme__committee", (), by="asked_by", at="asked_at"),
    Kind(
        ExtensionRequest,
        "task__programme__committee",
        (),
        by="decided_by",
        at="decided_at",
        told="extensionsettled",
        called="Trả lời, rút đề nghị gia hạn",
    ),
    Kind(PeriodAct, "period__programme__committee", (), by="by", at="recorded_at"),
    Kind(UnitReport, "period__programme__committee", ("unit", "period")),
    Kind(ReviewAct, "review__committee", (), by="by", at="recorded_at"),
    Kind(Review, "committee", ("period", "edition")),
    Kind(ReviewPart, "review__committee", ("review", "heading")),
    Kind(Letterhead, "committee", ()),
    Kind(ReportingRules, "committee", ()),
    Kind(DayOff, "committee", ("name",)),
    Kind(DeadlineProposal, "task__programme__committee", ("task", "as_written")),
    Kind(Indicator, "programme__committee", ("code", "name")),
    Kind(Milestone, "task__programme__committee", ("task", "title")),
    Kind(Funding, "task__programme__committee", ("task", "source")),
    Kind(Risk, "task__programme__committee", ("task", "text")),
    Kind(ProjectProfile, "task__programme__committee", ("task",)),
    Kind(IndicatorValue, "indicator__programme__committee", (), by="author", at="recorded_at"),
    Kind(
        IndicatorValue,
        "indicator__programme__committee",
        (),
        by="settled_by",
        at="settled_at",
        told="indicatorsettled",
        called="Xác nhận, trả lại số liệu chỉ tiêu",
    ),
    Kind(RelatedWork, "first__programme__committee", ("first", "second"), work="first"),
    Kind(Unit, "committee", ("name",)),
    Kind(Comrade, "committee", ("name",)),
    Kind(Post, "unit__committee", ("title", "unit", "comrade")),
    Kind(Group, "committee", ("name",)),
    Kind(Oversight, "comrade__committee", ("comrade", "unit", "field")),
    Kind(Programme, "committee", ("kind", "number")),
    Kind(Recipient, "programme__committee", ("name",)),
    Kind(UnplacedLine, "programme__committee", ("line", "text")),
    Kind(User, "committee", ("username", "full_name")),
    Kind(Committee, "id", ("name",)),
)
BY_KEY = {kind.key: kind for kind in KINDS}

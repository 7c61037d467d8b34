"""What the page of a directive shows, and the words with which a new one begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.text import Truncator

from baocao import directives
from baocao.answering import LIVE, Stand, Standing
from baocao.directive_forms import AgainForm, AnswerForm, WithdrawForm
from baocao.models import Addressed, Answer, Directive, Evidence
from nhiemvu.as_of import Day, account_then, name_then
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Status, status
from phancong.models import Unit
from phancong.permissions import can_answer, can_settle_answers, can_withdraw_directive, visible_addressed

FORMS_AT_MOST = 10
"""Of more answers that wait, each is asked again by an own step: so many forms weigh on a phone."""


@dataclass(slots=True)
class Said:
    """One answer; ``settled``: what became of it was known on the day."""

    answer: Answer
    settled: bool
    proofs: list[Evidence]


@dataclass(slots=True)
class Part:
    """One addressed unit with its answers, and what this person may do next."""

    row: Addressed
    standing: Standing
    answers: list[Said]
    waiting: Answer | None = None
    may_answer: bool = False
    answer_form: AnswerForm | None = None
    again_form: AgainForm | None = None
    again_open: bool = False

    @property
    def live(self) -> bool:
        return self.standing.stand in LIVE


@dataclass(slots=True)
class Page:
    directive: Directive
    day: Day
    parts: list[Part]
    withdrawn: bool
    withdraw_form: WithdrawForm | None = None
    withdraw_open: bool = False
    counts: list[tuple[Stand, int]] = field(default_factory=list)

    @classmethod
    def read(cls, found: Directive, user: Any, day: Day, *, opened: int = 0) -> Page:
        """``opened``: the addressed unit whose answer is to be written; else the first that is one's own."""
        answers = Answer.objects.annotate(
            author_then=account_then("author", day), settler_then=account_then("settled_by", day)
        ).order_by("pk")
        rows = (
            visible_addressed(user)
            .filter(directive=found)
            .annotate(
                unit_then=name_then(Unit, "unit", day), title_then=name_then(Task, "task", day, "title")
            )
            .select_related("unit", "task", "directive")
            .prefetch_related(Prefetch("answers", answers.prefetch_related("evidence")))
            .order_by("pk")
        )
        end = day.known_at
        parts = [part for row in rows if (part := _part(row, day))]
        withdrawn = found.withdrawn_at is not None and found.withdrawn_at < end
        page = cls(found, day, parts, withdrawn)
        page.counts = [
            (stand, n) for stand in Stand if (n := sum(part.standing.stand is stand for part in parts))
        ]
        if not day.past and not withdrawn:
            page._offer(user, opened)
        return page

    def _offer(self, user: Any, opened: int) -> None:
        may_settle = can_settle_answers(user, self.directive)
        wanted = [part for part in self.parts if part.standing.stand in (Stand.LATE, Stand.OPEN)]
        for part in wanted:
            part.may_answer = can_answer(user, part.row.unit)
        own = [part for part in wanted if part.may_answer and part.row.unit_id == user.unit_id]
        chosen = [part for part in wanted if part.may_answer and part.row.pk == opened] or own
        for part in chosen[:1]:
            part.answer_form = AnswerForm(prefix=f"tra-loi-{part.row.pk}")
        waiting = [part for part in self.parts if part.standing.stand is Stand.ANSWERED and may_settle]
        by = None
        for part in waiting:
            part.waiting = part.answers[-1].answer
            part.again_open = part.row.pk == opened
            if part.again_open or len(waiting) <= FORMS_AT_MOST:
                by = by or directives.answer_by(self.directive.programme, self.directive.kind, self.day.today)
                part.again_form = AgainForm(prefix=f"lai-{part.row.pk}", initial={"answer_by": by})
        if any(part.live for part in self.parts) and can_withdraw_directive(user, self.directive):
            self.withdraw_form = WithdrawForm()

    def show(self, form: Any, pk: int) -> None:
        """Put a form that was refused back where it was typed."""
        part = next((part for part in self.parts if part.row.pk == pk), None)
        if isinstance(form, WithdrawForm):
            self.withdraw_form, self.withdraw_open = form, True
        elif part and isinstance(form, AnswerForm):
            for other in self.parts:
                other.answer_form = None
            part.answer_form = form
        elif part and isinstance(form, AgainForm):
            part.again_form, part.again_open = form, True


def _part(row: Addressed, day: Day) -> Part | None:
    end = day.known_at
    answers = list(row.answers.all())
    stands = directives.stand_on(row, day)
    said = [
        Said(one, one.settled_at is not None and one.settled_at < end, list(one.evidence.all()))
        for one in answers
        if one.recorded_at < end
    ]
    return Part(row, stands, said) if stands else None


# -- words to begin with -----------------------------------------------------------------------------------


def suggestion(kind: Directive.Kind, tasks: Sequence[Task], units: Sequence[Unit], today: date) -> str:
    """What a leader or the office usually asks of work that stands so; to be changed at will."""
    ask = "Đề nghị" if kind == Directive.Kind.URGING else "Yêu cầu"
    if len(tasks) == 1:
        work = tasks[0].mirrors or tasks[0]
        return _about(ask, work, status(facts_of([work])[work.pk], today))
    if tasks:
        return f"{ask} báo cáo nguyên nhân chậm, cách khắc phục và ngày hoàn thành của từng việc."
    if units:
        return f"{ask} báo cáo tiến độ các việc được giao, nguyên nhân việc chậm và ngày hoàn thành."
    return ""


def _about(ask: str, task: Task, stands: Status) -> str:
    name = f"{task.code} “{Truncator(task.title).chars(120)}”"
    if stands.timeliness == "overdue":
        due = stands.due or stands.item_due
        by = f" (hạn {date_format(due, 'SHORT_DATE_FORMAT')})" if due else ""
        return (
            f"{name} quá hạn {stands.days_late} ngày{by}. "
            f"{ask} báo cáo nguyên nhân, cách khắc phục và ngày hoàn thành."
        )
    if stands.reason:
        reason = stands.reason.strip().rstrip(".")
        return f"{name}: đơn vị nêu “{reason}”. {ask} báo cáo biện pháp tháo gỡ và ngày hoàn thành."
    return f"{ask} báo cáo tiến độ {name}, khó khăn, vướng mắc và ngày dự kiến hoàn thành."

"""All that the page of one task shows, in a fixed number of queries.

A document's margin is small (a clause has a few corrections and citations, a task a few proposals and
indicators), so what hangs beside one row is read by joining it and taking the distinct parts apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import CharField, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chuongtrinh.models import Clause, Programme
from chuongtrinh.vietnamese import format_number
from nhiemvu.facts import facts_of
from nhiemvu.models import DeadlineProposal, Indicator, RelatedWork, Task
from nhiemvu.six_clear import Part, SixClear
from nhiemvu.status import Status, status
from phancong.answerable import Answerability, Duty, Member
from phancong.models import Group


@dataclass(frozen=True, slots=True)
class Statement:
    """The duties of one role that one line of the document lays down together."""

    role_label: str
    clause: Clause | None
    duties: list[tuple[Duty, list[Member]]]

    @property
    def first(self) -> Duty:
        return self.duties[0][0]


@dataclass(frozen=True, slots=True)
class TaskPage:
    task: Task
    statements: list[Statement]
    six: SixClear
    status: Status
    heads_clause: dict[str, Any] | None
    corrections: list[dict[str, Any]]
    cited: list[dict[str, Any]]
    indicators: list[dict[str, Any]]
    proposals: list[dict[str, Any]]
    related: list[Task]
    mirrored_by: list[Task]
    items: list[Task]
    previous: Task | None
    next: Task | None

    @property
    def parts(self) -> list[tuple[Part, bool, str]]:
        """The six with whether each is there and, where it is not, who mends it."""
        gaps = {gap.part: gap.sentence for gap in self.six.gaps}
        return [(part, part not in gaps, gaps.get(part, "")) for part in Part]

    @classmethod
    def read(cls, tasks: QuerySet[Task], code: str, programme: Programme, on: date) -> TaskPage | None:
        """The page of the task with this code among ``tasks`` (one programme's); None where there is none."""
        rows = list(_neighbourhood(tasks, code))
        task = next((row for row in rows if row.code == code), None)
        if task is None:
            return None
        others = [row for row in rows if row.pk != task.pk]
        by_code = {row.pk: row for row in others}
        who = Answerability(programme, on=on, tasks=[task])
        clauses = _clauses(programme, task)
        beside = _beside(task)
        return cls(
            task=task,
            statements=_statements(who, task),
            six=who.six_clear(task),
            status=status(facts_of([task])[task.pk], on),
            heads_clause=next((row for row in clauses if row["duty"] == Clause.Duty.HEADS), None),
            corrections=_distinct(clauses, "corrections", only=task.clause_id),
            cited=_distinct(clauses, "citations", only=task.clause_id),
            indicators=_distinct(beside, "indicators"),
            proposals=_distinct(beside, "pending"),
            related=[row for row in others if row.is_related],  # type: ignore[attr-defined]
            mirrored_by=[row for row in others if row.mirrors_id == task.pk],
            items=[row for row in others if row.parent_id == task.pk],
            previous=by_code.get(task.previous_pk),  # type: ignore[attr-defined]
            next=by_code.get(task.next_pk),  # type: ignore[attr-defined]
        )


def _neighbourhood(tasks: QuerySet[Task], code: str) -> QuerySet[Task]:
    """The task itself, what mirrors or relates to it, its items, and the rows before and after it."""
    this = tasks.filter(code=code)
    place, pk = Subquery(this.values("ordinal")[:1]), Subquery(this.values("pk")[:1])
    listed = tasks.exclude(kind=Task.Kind.PLAN_ITEM)
    before = listed.filter(ordinal__lt=place).order_by("-ordinal", "-pk").values("pk")[:1]
    after = listed.filter(ordinal__gt=place).order_by("ordinal", "pk").values("pk")[:1]
    forward = RelatedWork.objects.filter(first=OuterRef("pk"), second=pk)
    backward = RelatedWork.objects.filter(second=OuterRef("pk"), first=pk)
    note = Coalesce(
        Subquery(forward.values("note")[:1]), Subquery(backward.values("note")[:1]), output_field=CharField()
    )
    return (
        tasks.annotate(
            is_related=Exists(forward) | Exists(backward),
            related_note=note,
            previous_pk=Subquery(before),
            next_pk=Subquery(after),
        )
        .filter(
            Q(code=code)
            | Q(is_related=True)
            | Q(mirrors=pk)
            | Q(parent=pk)
            | Q(pk=Subquery(before))
            | Q(pk=Subquery(after))
        )
        .select_related("section", "clause", "mirrors", "parent")
        .order_by("ordinal", "pk")
    )


def _clauses(programme: Programme, task: Task) -> list[dict[str, Any]]:
    """The task's clause with its corrections and citations, and the clause on the duty of heads (IV.2)."""
    mine = Q(pk=task.clause_id) if task.clause_id else Q(pk__in=[])
    heads = Q(duty=Clause.Duty.HEADS, section__programme=programme)
    rows = Clause.objects.filter(mine | heads).order_by(
        "section__ordinal", "ordinal", "corrections__ordinal", "citations__pk"
    )
    columns = (
        "pk",
        "duty",
        "text",
        "section__number",
        "corrections__pk",
        "corrections__original",
        "corrections__corrected",
        "corrections__reason",
        "citations__pk",
        "citations__as_written",
        "citations__document__kind",
        "citations__document__number",
        "citations__document__issued_on",
        "citations__document__issuer",
    )
    return [dict(row) for row in rows.values(*columns)]


def _beside(task: Task) -> list[dict[str, Any]]:
    pending = Q(deadline_proposals__state=DeadlineProposal.State.PENDING)
    rows = Task.objects.filter(pk=task.pk).annotate(
        pending=FilteredRelation("deadline_proposals", condition=pending)
    )
    return list(
        rows.order_by("indicators__code", "pending__pk").values(
            "pending__pk",
            "pending__as_written",
            "pending__due",
            "pending__continuing",
            *(
                f"indicators__{name}"
                for name in (
                    "pk",
                    "code",
                    "name",
                    "unit",
                    "target",
                    "target_high",
                    "direction",
                    "every_year",
                    "as_written",
                )
            ),
        )
    )


def _distinct(rows: list[dict[str, Any]], relation: str, *, only: int | None = None) -> list[dict[str, Any]]:
    """The different rows of one joined relation, in their order, named without the relation."""
    start = f"{relation}__"
    found = {}
    for row in rows:
        if row[f"{start}pk"] and (only is None or row["pk"] == only):
            short = {name[len(start) :]: value for name, value in row.items() if name.startswith(start)}
            if relation == "indicators":
                short["aim"] = indicator_aim(short)
            found[short["pk"]] = short
    return list(found.values())


def indicator_aim(row: dict[str, Any]) -> str:
    """A numeric target in words: "từ 13 % trở lên", "từ 20 đến 25 ha"."""
    low, unit, every = format_number(row["target"]), row["unit"], " mỗi năm" if row["every_year"] else ""
    words = {
        Indicator.Direction.AT_LEAST: f"từ {low} {unit} trở lên",
        Indicator.Direction.AT_MOST: f"không quá {low} {unit}",
        Indicator.Direction.EQUAL: f"đúng {low} {unit}",
    }
    if row["direction"] == Indicator.Direction.BETWEEN:
        return f"từ {low} đến {format_number(row['target_high'])} {unit}{every}"
    return f"{words[row['direction']]}{every}"


def _statements(who: Answerability, task: Task) -> list[Statement]:
    found = []
    duties = who.duties(task)
    for _, together in groupby(
        duties, key=lambda duty: (duty.role, duty.clause and duty.clause.pk, duty.inherited)
    ):
        lines = [
            (duty, who.members(duty.target) if isinstance(duty.target, Group) else []) for duty in together
        ]
        found.append(Statement(lines[0][0].role_label, lines[0][0].clause, lines))
    return found

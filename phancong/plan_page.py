"""All that the page of a unit's yearly plan shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.six_clear import Part, SixClear
from nhiemvu.status import Status, status
from phancong.answerable import HEADED_KINDS, Answerability, Duty
from phancong.models import Assignment, Group, Plan, PlanAct, Post, Unit
from phancong.permissions import (
    can_approve_plans,
    can_decide_work,
    can_give_plans,
    can_plan,
    can_return_plans,
)

Role = Assignment.Role
FIELDS = {
    Part.WORK: "title",
    Part.TIME: "due",
    Part.PRODUCT: "product",
    Part.AUTHORITY: "authority",
    Part.RESPONSIBILITY: "direct",
}
"""The field of an item's form that mends what is missing; a unit's head is entered by the office."""

BY_NAME, IN_A_GROUP = "name", "group"


@dataclass(frozen=True, slots=True)
class Rights:
    """What this person may do with the plan as it stands."""

    write: bool
    submit: bool
    recall: bool
    send_back: bool
    approve: bool
    give: bool
    supplement: bool

    @classmethod
    def of(cls, user: Any, plan: Plan) -> Rights:
        writes = can_plan(user, plan.unit)
        state, states = plan.state, Plan.State
        return cls(
            write=writes and plan.is_open,
            submit=writes and plan.is_open,
            recall=writes and state == states.SUBMITTED,
            send_back=can_return_plans(user) and state in (states.SUBMITTED, states.APPROVED),
            approve=can_approve_plans(user) and state == states.SUBMITTED,
            give=can_give_plans(user) and state == states.APPROVED,
            supplement=can_decide_work(user) and state == states.GIVEN,
        )

    @property
    def any_step(self) -> bool:
        return self.submit or self.recall or self.send_back or self.approve or self.give


@dataclass(frozen=True, slots=True)
class Row:
    """An item with who answers for it and what it still lacks."""

    number: int
    task: Task
    six: SixClear
    directs: list[Duty]
    coordinators: list[Duty]
    status: Status | None
    supplement: bool

    @property
    def gaps(self) -> list[tuple[Part, str]]:
        """What is missing, each with the name of the field that mends it ("" where none does)."""
        return [(part, FIELDS.get(part, "")) for part in self.six.missing]

    @property
    def own_gaps(self) -> list[tuple[Part, str]]:
        """What the item itself lacks; a unit without a head is told once, at the top of the page."""
        return [gap for gap in self.gaps if gap[1]]


@dataclass(slots=True)
class Branch:
    """A task or project with the plan's items under it."""

    task: Task
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class PlanPage:
    plan: Plan
    may: Rights
    head: Post | None
    branches: list[Branch]
    waiting: list[Task]
    """What the unit leads by name and has no item for this year."""
    shared: list[Task]
    """The same of what a group leads to which the unit belongs."""
    acts: list[PlanAct]
    may_decide: bool
    """Whether this person may change given work by decision."""

    @classmethod
    def read(cls, plan: Plan, user: Any, on: date) -> PlanPage:
        tasks = list(_tasks(plan))
        items = [task for task in tasks if task.kind == Task.Kind.PLAN_ITEM]
        document = {task.pk: task for task in tasks if task.kind != Task.Kind.PLAN_ITEM}
        who = Answerability(plan.programme, on=on, tasks=tasks)
        given = [item for item in items if item.entry.given_on]
        facts = facts_of(given)
        acts = list(plan.acts.select_related("by"))
        given_at = max((act.recorded_at for act in acts if act.act == PlanAct.Act.GIVE), default=None)
        branches = {pk: Branch(task) for pk, task in document.items()}
        for item in items:
            above = item.parent_id or 0
            item.parent = document[above]
            branches[above].rows.append(
                _row(item, who, status(facts[item.pk], on) if item.pk in facts else None, given_at)
            )
        shown = [branch for branch in branches.values() if branch.rows]
        _number(shown)
        bare = [row.task for row in branches.values() if not row.rows and not row.task.mirrors_id]
        led = {task.pk: leads(plan.unit, who, task) for task in bare}
        waiting = [task for task in bare if led[task.pk] == BY_NAME]
        shared = [task for task in bare if led[task.pk] == IN_A_GROUP]
        heads = (post for post in who.posts if post.unit_id == plan.unit_id and post.is_head)
        may_decide = can_decide_work(user) and plan.state == Plan.State.GIVEN
        return cls(plan, Rights.of(user, plan), next(heads, None), shown, waiting, shared, acts, may_decide)

    @property
    def rows(self) -> list[Row]:
        return [row for branch in self.branches for row in branch.rows]

    @property
    def total(self) -> int:
        return sum(len(branch.rows) for branch in self.branches)

    @property
    def lacking(self) -> list[Row]:
        return [row for row in self.rows if row.six.missing]

    @property
    def clear(self) -> int:
        return self.total - len(self.lacking)

    @property
    def year_before(self) -> int:
        return self.plan.year - 1

    @property
    def to_mend(self) -> list[Row]:
        """The rows of the summary: those that lack something of their own."""
        return [row for row in self.rows if row.own_gaps]

    @property
    def lacks(self) -> list[tuple[Part, int]]:
        """Each of the six that is missing, with the number of items that lack it."""
        counts = {part: sum(part in row.six.missing for row in self.rows) for part in Part}
        return [(part, count) for part, count in counts.items() if count]

    @property
    def acts_newest(self) -> list[PlanAct]:
        return self.acts[::-1]

    @property
    def giving(self) -> PlanAct | None:
        return next((act for act in self.acts_newest if act.act == PlanAct.Act.GIVE), None)

    @property
    def last_act(self) -> PlanAct | None:
        return self.acts[-1] if self.acts else None


def leads(unit: Unit, who: Answerability, task: Task) -> str:
    """How the unit leads the task: by name, or in a group that leads (II.1: each member its own line)."""
    found = ""
    for duty in who.duties(task):
        if duty.role != Role.LEAD:
            continue
        if isinstance(duty.target, Unit) and duty.target.pk == unit.pk:
            return BY_NAME
        if isinstance(duty.target, Group) and unit.kind in HEADED_KINDS.get(Group.Rule(duty.target.rule), ()):
            found = IN_A_GROUP
    return found


def _tasks(plan: Plan) -> QuerySet[Task]:
    """The document's tasks and projects, and the plan's items, in order and in one query."""
    return (
        Task.objects.filter(
            Q(programme=plan.programme) & (~Q(kind=Task.Kind.PLAN_ITEM) | Q(entry__plan=plan))
        )
        .select_related("entry", "section", "mirrors")
        .annotate(carried_code=F("carried_from__source__code"))
        .defer("search_key", "mirrors__search_key", "section__title")
        .order_by("ordinal", "pk")
    )


def _row(item: Task, who: Answerability, state: Status | None, given_at: Any) -> Row:
    duties = who.duties(item)
    return Row(
        number=0,
        task=item,
        six=who.six_clear(item),
        directs=[duty for duty in duties if duty.role == Role.DIRECT],
        coordinators=[duty for duty in duties if duty.role == Role.COORDINATE],
        status=state,
        supplement=bool(given_at and item.entry.given_at and item.entry.given_at > given_at),
    )


def _number(branches: Iterable[Branch]) -> None:
    """TT: through the whole plan, in the order in which it is shown."""
    number = 0
    for branch in branches:
        for at, row in enumerate(branch.rows):
            number += 1
            branch.rows[at] = replace(row, number=number)

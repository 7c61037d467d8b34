"""All that the page of one task shows, in a fixed number of queries.

A document's margin is small (a clause has a few corrections and citations, a task a few proposals and
indicators), so what hangs beside one row is read by joining it and taking the distinct parts apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from baocao.directive_rows import Line, lines
from baocao.models import Addressed, ExtensionRequest
from chuongtrinh.models import Clause, Programme, Section
from nhiemvu.as_of import Day, deadline_on, say_then, versions_known, with_past_words
from nhiemvu.beside import beside_of, dated, distinct, extension, in_order
from nhiemvu.facts import facts_of
from nhiemvu.models import RelatedWork, Task
from nhiemvu.six_clear import Part, SixClear
from nhiemvu.status import Deadline, Facts, Status, status
from nhiemvu.timeline import Timeline
from nhiemvu.years import Change, Item, Slice, Ways, slices, timeline
from phancong.answerable import OVERSEE, WITH_SECTIONS, Answerability, Duty, Member, sections_of
from phancong.answered_then import AnsweredThen, answered_on
from phancong.models import Assignment, Group, Plan, Unit
from phancong.permissions import can_decide_work, can_plan, visible_addressed


@dataclass(frozen=True, slots=True)
class Statement:
    """The duties of one role that one line of the document lays down together."""

    role_label: str
    clause: Clause | None
    duties: list[tuple[Duty, list[Member]]]

    @property
    def first(self) -> Duty:
        return self.duties[0][0]

    @property
    def heading(self) -> Section | None:
        """The section whose own title is the line that assigns (III.1: "Giao chi bộ, Phòng … tham mưu")."""
        section = self.first.section
        if section is None or self.clause or self.first.decided_by:
            return None
        title = section.title.lower()
        return section if any(duty.name.lower() in title for duty, _ in self.duties) else None

    @property
    def as_read(self) -> bool:
        """Whether the principal lead among several is this software's reading of the line, not its word."""
        signed = bool(self.clause or self.heading) and not self.first.decided_by
        return signed and len(self.duties) > 1 and any(duty.principal for duty, _ in self.duties)


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
    item: Item | None
    """The plan item itself with its plan, where the page is one's."""
    years: list[Slice]
    worst: Task | None
    """The item of the year whose deadline the work takes, having none of its own."""
    decisions: list[Change]
    deadline: Deadline | None
    """The one in force on the day, as it was known then."""
    timeline: Timeline
    extensions: list[ExtensionRequest]
    """Requests to move the deadline, newest first."""
    directives: list[Line]
    """What was instructed or urged about it, as far as this person may read, most pressing first."""
    previous: Task | None
    next: Task | None

    @property
    def parts(self) -> list[tuple[Part, bool, str]]:
        """The six with whether each is there and, where it is not, who mends it."""
        gaps = {gap.part: gap.sentence for gap in self.six.gaps}
        return [(part, part not in gaps, gaps.get(part, "")) for part in Part]

    @property
    def work(self) -> Task:
        """The row on which the work is entered: deadline, product and authority are of that one."""
        return self.task.mirrors or self.task

    @property
    def original_due(self) -> date | None:
        """The first deadline, where it has been changed since."""
        return self.status.due_original if self.status.due_original != self.status.due else None

    @property
    def before_given(self) -> bool:
        """Whether the page shows an item on a day when it had not been given yet."""
        return self.item is not None and not _known(self.task, Day(self.status.as_of, self.status.as_of))

    @property
    def plan(self) -> Plan | None:
        return self.item.plan if self.item else None

    @property
    def leads(self) -> list[Unit]:
        """The units in charge of the work; one where it is clear."""
        duties = [duty for line in self.statements for duty, _ in line.duties]
        led = [duty.target for duty in duties if duty.role == Assignment.Role.LEAD and duty.principal]
        return [unit for unit in led if isinstance(unit, Unit)]

    def is_overseen_by(self, comrade_pk: int | None) -> bool:
        """IV.3: whether the comrade oversees a unit that leads the work."""
        duties = (duty for line in self.statements for duty, _ in line.duties if duty.role == OVERSEE)
        return any(duty.target and duty.target.pk == comrade_pk for duty in duties)

    @classmethod
    def read(
        cls,
        tasks: QuerySet[Task],
        code: str,
        programme: Programme,
        day: Day,
        user: Any,
        ct: str = "",
        *,
        page: int = 1,
        whole: int = 0,
    ) -> TaskPage | None:
        """The page of the task with this code among ``tasks`` (one programme's); None where there is none.

        ``page`` is the timeline's, ``whole`` the update that it shows with all its words. On a past day what
        can be written is left out, and so is what was not known then.
        """
        on = day.on
        found = _neighbourhood(tasks, code, user.unit_id, day)
        rows = list(with_past_words(found, day) if day.past else found)
        task = next((row for row in rows if row.code == code), None)
        if task is None:
            return None
        if day.past:
            rows = [row for row in rows if row is task or _known(row, day)]
            for row in rows:
                say_then(row)
        others = [row for row in rows if row.pk != task.pk]
        by_code = {row.pk: row for row in others}
        home = task.mirrors_id or task.pk
        under = [] if task.kind == Task.Kind.PLAN_ITEM else [row for row in others if row.parent_id == home]
        who = answered_on(programme, day, [task])
        who.sections = sections_of([task])
        if isinstance(who, AnsweredThen):
            for plan in (row.entry.plan for row in rows if row.kind == Task.Kind.PLAN_ITEM):
                plan.unit = who.known_units.get(plan.unit_id, plan.unit)
        writes, decides = ((), ()) if day.past else _planners(who, task, user)
        beside = beside_of(task, {unit.pk for unit in (*writes, *decides)}, day, user)
        wished = in_order(beside[0]["wished"], "pk")
        decided = [row for row in distinct(beside, "decisions") if row["recorded_at"] < day.known_at]
        plans = {(row["year"], row["unit_id"]): row["state"] for row in distinct(beside, "plans")}
        facts = facts_of([task, *under])
        seen = {row.pk: row for row in rows}
        items = [_item(row, facts[row.pk], day, seen) for row in under]
        years = slices(items, _term(programme), on, Ways(task.code, ct, writes, decides, plans))
        stands = status(facts[task.pk], on, known_at=day.known_at)
        return cls(
            task=task,
            statements=_statements(who, task),
            six=who.six_clear(task),
            status=stands,
            heads_clause=beside[0]["heads"],
            corrections=in_order(beside[0]["corrected"], "ordinal"),
            cited=[dated(row) for row in in_order(beside[0]["cited"], "pk")],
            indicators=distinct(beside, "indicators"),
            proposals=[] if day.past else distinct(beside, "pending"),
            related=[row for row in others if row.is_related],  # type: ignore[attr-defined]
            mirrored_by=[row for row in others if row.mirrors_id == task.pk],
            item=_item(task, facts[task.pk], day, seen) if task.kind == Task.Kind.PLAN_ITEM else None,
            years=[] if task.kind == Task.Kind.PLAN_ITEM else years,
            worst=next((row for row in under if row.code == stands.timing.worst_item), None),
            decisions=timeline(decided),
            deadline=deadline_on(facts[task.pk], on, known_at=day.known_at),
            extensions=[] if day.past else [extension(row) for row in reversed(wished)],
            directives=lines(visible_addressed(user).filter(task=home), day) if task.is_directed else [],  # type: ignore[attr-defined]
            timeline=Timeline.read(task, who.sections, user, day, page=page, whole=whole),
            previous=by_code.get(task.previous_pk),  # type: ignore[attr-defined]
            next=by_code.get(task.next_pk),  # type: ignore[attr-defined]
        )


def _neighbourhood(tasks: QuerySet[Task], code: str, own_unit: int | None, day: Day) -> QuerySet[Task]:
    """The task itself, what mirrors or relates to it, its items, what those were carried from and into, and
    the rows before and after it: in the document, or for a plan item in its plan."""
    this = tasks.filter(code=code)
    place, pk = Subquery(this.values("ordinal")[:1]), Subquery(this.values("pk")[:1])
    home = Subquery(this.values(home=Coalesce("mirrors_id", "pk"))[:1])
    plan = Subquery(this.values("entry__plan")[:1])
    of_document = ~Q(kind=Task.Kind.PLAN_ITEM)
    listed = tasks.filter(Q(entry__plan=plan) | (of_document & Exists(this.filter(of_document))))
    before = listed.filter(ordinal__lt=place).order_by("-ordinal", "-pk").values("pk")[:1]
    after = listed.filter(ordinal__gt=place).order_by("ordinal", "pk").values("pk")[:1]
    joined = versions_known(RelatedWork, day.known_at) if day.past else RelatedWork.objects
    forward = joined.filter(first=OuterRef("pk"), second=pk)
    backward = joined.filter(second=OuterRef("pk"), first=pk)
    note = Coalesce(
        Subquery(forward.values("note")[:1]), Subquery(backward.values("note")[:1]), output_field=CharField()
    )
    carried = Q(carried_from__source=pk) | Q(carried_from__source__parent=home)
    carried |= Q(carried_over__into=pk) | Q(carried_over__into__parent=home)
    own = Unit.objects.filter(pk=own_unit or 0)
    return (
        tasks.annotate(
            is_related=Exists(forward) | Exists(backward),
            related_note=note,
            previous_pk=Subquery(before),
            next_pk=Subquery(after),
            is_directed=Exists(
                Addressed.objects.filter(task=Coalesce(OuterRef("mirrors_id"), OuterRef("pk")))
            ),
            own_unit=Subquery(own.values("short_name")[:1]),
            own_unit_name=Subquery(own.values("name")[:1]),
        )
        .filter(
            Q(code=code)
            | Q(is_related=True)
            | Q(mirrors=pk)
            | Q(parent=home)
            | carried
            | Q(pk=Subquery(before))
            | Q(pk=Subquery(after))
        )
        .select_related(
            WITH_SECTIONS,
            "clause",
            "mirrors",
            "parent",
            "entry__plan__unit",
            "carried_over__plan",
            "carried_from",
        )
        .order_by("ordinal", "pk")
    )


def _known(row: Task, day: Day) -> bool:
    """Whether the row was there to be read at the end of the day: plan items once they are given."""
    entry = row.entry if row.kind == Task.Kind.PLAN_ITEM else None
    return entry is None or (entry.given_at is not None and entry.given_at < day.known_at)


def _item(row: Task, facts: Facts, day: Day, visible: dict[int, Task]) -> Item:
    item = Item.of(row, facts, day, visible)
    went = getattr(row, "carried_over", None)
    late = day.past and went is not None and went.recorded_at >= day.known_at
    return replace(item, carried_into=None, left_out="") if late else item


def _term(programme: Programme) -> range:
    first, last = programme.term_start, programme.term_end
    return range(first, last + 1) if first and last else range(0)


def _planners(who: Answerability, task: Task, user: Any) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """The units whose plans this person writes, and those to whose given plans one adds by document: of those
    that lead the work, and of a head's own."""
    if task.mirrors_id or task.kind == Task.Kind.PLAN_ITEM:
        return (), ()
    leads = [duty for duty in who.duties(task) if duty.role == Assignment.Role.LEAD]
    named = [duty for duty in leads if duty.principal] or leads
    units = {duty.target.pk: duty.target for duty in named if isinstance(duty.target, Unit)}
    if user.unit_id and task.own_unit:  # type: ignore[attr-defined]
        own = Unit(pk=user.unit_id, committee_id=user.committee_id)
        own.short_name, own.name = task.own_unit, task.own_unit_name  # type: ignore[attr-defined]
        units.setdefault(own.pk, own)
    coded = [unit for unit in units.values() if unit.short_name]
    return (
        tuple(unit for unit in coded if can_plan(user, unit)),
        tuple(coded) if can_decide_work(user) else (),
    )


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

"""Who answers for a section or a task on a day, resolved and never copied.

A task's own assignment of a role stands instead of its parent's, and that instead of the section's, nearest
section first (Part II: "Phân công thực hiện" is stated once for a whole section). Everything is read in at
most five queries, whatever the number of tasks asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Q

from chuongtrinh.models import Clause, Programme, Section
from nhiemvu.facts import LISTED_AT_MOST
from nhiemvu.models import Task
from nhiemvu.six_clear import Assignee, AssigneeKind, SixClear, SixFacts, six_clear
from phancong.models import Assignment, Comrade, Group, Oversight, Post, Unit

OVERSEE = "oversee"
ROLE_LABELS: dict[str, str] = {**dict(Assignment.Role.choices), OVERSEE: "Theo dõi, đôn đốc"}
_ORDER = {role: place for place, role in enumerate(ROLE_LABELS)}
# "các phòng, đơn vị" of the commune: a station, school or union that another level heads is none of them
_OFFICES = (Unit.Kind.DEPARTMENT, Unit.Kind.OFFICE, Unit.Kind.CENTRE)
HEADED_KINDS: dict[str, tuple[str, ...]] = {
    Group.Rule.CELL_SECRETARIES: (Unit.Kind.PARTY_CELL,),
    Group.Rule.PARTY_CELLS: (Unit.Kind.PARTY_CELL,),
    Group.Rule.UNIT_HEADS: _OFFICES,
    Group.Rule.UNITS: _OFFICES,
}


WITH_SECTIONS = "section__parent__parent__parent"
"""What to read along with rows for ``sections_of``, which then costs no query."""


def sections_of(tasks: Iterable[Task]) -> dict[int, Section]:
    """The sections of these rows and those above them: all that their duties can come from."""
    found: dict[int, Section] = {}
    for task in tasks:
        section: Section | None = task.section
        while section and section.pk not in found:
            found[section.pk] = section
            section = section.parent
    return found


@dataclass(frozen=True, slots=True)
class Duty:
    """One assignee in one role. ``section`` is the one it is inherited from; None: the task states it."""

    role: str
    kind: str
    name: str
    target: Comrade | Unit | Group | None = None
    principal: bool = False
    section: Section | None = None
    inherited: bool = False
    clause: Clause | None = None
    head: Comrade | None = None
    decided_by: str = ""

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]


@dataclass(frozen=True, slots=True)
class Member:
    """Whom a group means on the day: a unit with the holder of the post, None where it is vacant."""

    unit: Unit | None
    comrade: Comrade | None
    title: str


_OF_STAFF: list[tuple[str, Any, list[str]]] = [
    (path, model, [column.attname for column in model._meta.concrete_fields])
    for path, model in (("", Unit), ("posts__", Post), ("posts__comrade__", Comrade))
]


class Answerability:
    """The assignments of one programme on one day, for all its sections and for the tasks given."""

    def __init__(
        self, programme: Programme, on: date, tasks: Iterable[Task] = (), *, overseers: bool = True
    ) -> None:
        """``overseers=False`` spares a page that does not show them (IV.3) their query."""
        self.programme, self.on, self._with_overseers = programme, on, overseers
        wanted = {pk for task in tasks for pk in (task.pk, task.parent_id) if pk}
        self._by_section: dict[int, list[Assignment]] = defaultdict(list)
        self._by_task: dict[int, list[Assignment]] = defaultdict(list)
        for row in self._assignments(wanted):
            if row.section_id:
                self._by_section[row.section_id].append(row)
            elif row.task_id in wanted:
                self._by_task[row.task_id].append(row)

    def _assignments(self, wanted: set[int]) -> Iterable[Assignment]:
        """Those that hold on the day, of every section and at least of the tasks wanted, in their order."""
        rows = Assignment.objects.on(self.on).filter(programme=self.programme)
        if len(wanted) <= LISTED_AT_MOST:
            rows = rows.filter(Q(section__isnull=False) | Q(task__in=wanted))
        return rows.select_related("comrade", "unit", "group", "section", "clause__section").order_by(
            "ordinal", "pk"
        )

    @cached_property
    def sections(self) -> dict[int, Section]:
        return {section.pk: section for section in Section.objects.filter(programme=self.programme)}

    @cached_property
    def known_units(self) -> dict[int, Unit]:
        """The committee's units that are on record, those dissolved by the day among them."""
        return self._staff[0]

    @cached_property
    def units(self) -> dict[int, Unit]:
        """The committee's units that exist on the day, by primary key."""
        return {pk: unit for pk, unit in self.known_units.items() if unit.holds_on(self.on)}

    @cached_property
    def comrades(self) -> dict[int, Comrade]:
        """The committee's people in Vietnamese order."""
        rows = Comrade.objects.filter(committee=self.programme.committee_id).order_by("sort_key", "pk")
        return {comrade.pk: comrade for comrade in rows}

    @cached_property
    def groups(self) -> dict[int, Group]:
        rows = Group.objects.filter(committee=self.programme.committee_id).order_by("name")
        return {group.pk: group for group in rows}

    @cached_property
    def known_posts(self) -> list[Post]:
        """Every post on record, held on the day or not; people in Vietnamese order."""
        return self._staff[1]

    @cached_property
    def _staff(self) -> tuple[dict[int, Unit], list[Post]]:
        """The units, also those without a post, and the posts in them; one query for both."""
        units: dict[int, Unit] = {}
        posts = []
        rows = Unit.objects.filter(committee=self.programme.committee_id).order_by("kind", "name")
        for row in rows.values_list(*(f"{path}{name}" for path, _, names in _OF_STAFF for name in names)):
            values = iter(row)
            unit, post, comrade = (
                model.from_db(rows.db, names, [*islice(values, len(names))]) for _, model, names in _OF_STAFF
            )
            unit = units.setdefault(unit.pk, unit)
            if post.pk:
                post.unit, post.comrade = unit, comrade
                posts.append(post)
        return units, sorted(posts, key=lambda post: (post.comrade.sort_key, not post.is_head, post.pk))

    @cached_property
    def posts(self) -> list[Post]:
        """Posts held on the day, in the same order."""
        return [post for post in self.known_posts if post.holds_on(self.on)]

    @cached_property
    def _heads(self) -> dict[int, Post]:
        return {post.unit_id: post for post in reversed(self.posts) if post.is_head}

    @cached_property
    def oversights(self) -> list[Oversight]:
        """Who oversees which unit or field by decision on the day (IV.3), people in Vietnamese order."""
        if not self._with_overseers:
            return []
        held = Oversight.objects.on(self.on).filter(comrade__committee=self.programme.committee_id)
        return list(held.select_related("comrade", "unit").order_by("comrade__sort_key", "comrade", "pk"))

    @cached_property
    def _overseers(self) -> dict[int, list[Oversight]]:
        rows: dict[int, list[Oversight]] = defaultdict(list)
        for row in self.oversights:
            if row.unit_id:
                rows[row.unit_id].append(row)
        return rows

    @cached_property
    def _listed(self) -> dict[int, list[Comrade]]:
        rows: dict[int, list[Comrade]] = defaultdict(list)
        through = Group.comrades.through.objects.filter(group__committee=self.programme.committee_id)
        for row in through.select_related("comrade").order_by("comrade__sort_key"):
            rows[row.group_id].append(row.comrade)
        return rows

    def head_of(self, unit_pk: int) -> Comrade | None:
        post = self._heads.get(unit_pk)
        return post.comrade if post else None

    def overseers(self, unit_pk: int) -> list[Oversight]:
        """Who oversees the unit by decision on the day (IV.3)."""
        return self._overseers.get(unit_pk, [])

    @property
    def unresolved(self) -> list[Assignment]:
        """Lines kept as written: nobody knows yet which unit or comrade they mean."""
        rows = (row for held in (self._by_section, self._by_task) for own in held.values() for row in own)
        return sorted((row for row in rows if row.text), key=lambda row: (row.ordinal, row.pk))

    def members(self, group: Group) -> list[Member]:
        """The units and comrades that a group means on the day, by its rule."""
        if group.rule == Group.Rule.LISTED:
            return [Member(None, comrade, "") for comrade in self._listed[group.pk]]
        if group.rule == Group.Rule.COMMITTEE_MEMBERS:
            seats = [post for post in self.posts if post.unit.kind == Unit.Kind.COMMITTEE]
            return [Member(post.unit, post.comrade, post.title) for post in seats]
        kinds = HEADED_KINDS[Group.Rule(group.rule)]
        found = []
        for unit in sorted((u for u in self.units.values() if u.kind in kinds), key=lambda u: u.name):
            post = self._heads.get(unit.pk)
            found.append(Member(unit, post.comrade if post else None, post.title if post else ""))
        return found

    def member_units(self, group: Group) -> list[Unit]:
        """The units that a group means on the day: its own, or those that its comrades head, but not the
        committee, which is all of them together."""
        members = self.members(group)
        if group.rule in HEADED_KINDS:
            return [member.unit for member in members if member.unit]
        people = {member.comrade.pk for member in members if member.comrade}
        headed = {pk for pk, post in self._heads.items() if post.comrade_id in people}
        return [u for pk, u in self.units.items() if pk in headed and u.kind != Unit.Kind.COMMITTEE]

    def sharing_units(self, task: Task) -> list[Unit]:
        """The units that each do a part of what groups alone lead, by name; none where one is in charge.

        A chi bộ whose own department takes part is reported by that, as wherever the text names both."""
        leads = [duty for duty in self.duties(task) if duty.role == Assignment.Role.LEAD]
        groups = [duty.target for duty in leads if isinstance(duty.target, Group)]
        if not groups or any(duty.principal for duty in leads):
            return []
        named = [duty.target for duty in leads if isinstance(duty.target, Unit)]
        meant = (*named, *(unit for group in groups for unit in self.member_units(group)))
        found = {unit.pk: unit for unit in meant if unit.pk in self.units}
        return sorted((u for u in found.values() if u.cell_of_id not in found), key=lambda u: u.name)

    def section_duties(self, section_pk: int) -> list[Duty]:
        """Duties of a section: its own, and for each role it does not state, those of the section above."""
        return self._sorted(self._from_sections(section_pk, set()))

    def duties(self, task: Task) -> list[Duty]:
        """Everyone who answers for the task, by role; principal leads first, overseers (IV.3) last."""
        found: list[Duty] = []
        stated: set[str] = set()
        for pk, inherited in ((task.pk, False), (task.parent_id, True)):
            rows = [row for row in self._by_task.get(pk, ()) if row.role not in stated] if pk else []
            found += [self._duty(row, None, inherited) for row in rows]
            stated |= {row.role for row in rows}
        found += self._from_sections(task.section_id, stated)
        return self._sorted([*found, *self._overseen(found)])

    def leading_unit(self, task: Task) -> Unit | None:
        """The one unit that answers for the work on the day: a plan item's own, or the principal lead of a
        task. What a dissolved unit leads nobody does, until it is assigned anew."""
        return self._leading(self.duties(task))

    def unit_leading_section(self, section_pk: int) -> Unit | None:
        return self._leading(self.section_duties(section_pk))

    def _leading(self, duties: Iterable[Duty]) -> Unit | None:
        leads = [duty for duty in duties if duty.role == Assignment.Role.LEAD and duty.principal]
        units = [duty.target for duty in leads if isinstance(duty.target, Unit)]
        return units[0] if len(units) == 1 and units[0].holds_on(self.on) else None

    def six_clear(self, task: Task) -> SixClear:
        """Of work entered once on another row (``mirrors``) time, product and authority are that row's."""
        duties, work = self.duties(task), task.mirrors or task
        return six_clear(
            SixFacts(
                title=task.title,
                due=work.due,
                continuing=work.continuing,
                product=work.product,
                authority=work.authority,
                leads=tuple(self._assignee(duty) for duty in duties if duty.role == Assignment.Role.LEAD),
                directs=tuple(self._assignee(duty) for duty in duties if duty.role == Assignment.Role.DIRECT),
                planned=task.kind == Task.Kind.PLAN_ITEM,
            )
        )

    def _from_sections(self, section_pk: int | None, stated: set[str]) -> list[Duty]:
        found, stated = [], set(stated)
        while section_pk:
            section = self.sections[section_pk]
            rows = [row for row in self._by_section.get(section_pk, ()) if row.role not in stated]
            found += [self._duty(row, section, True) for row in rows]
            stated |= {row.role for row in rows}
            section_pk = section.parent_id
        return found

    def _duty(self, row: Assignment, section: Section | None, inherited: bool) -> Duty:
        return Duty(
            role=row.role,
            kind=row.assignee_kind,
            name=row.assignee_name,
            target=row.assignee,
            principal=row.principal,
            section=section,
            inherited=inherited,
            clause=row.clause,
            head=self.head_of(row.unit_id) if row.unit_id else None,
            decided_by=row.decided_by,
        )

    def _overseen(self, duties: list[Duty]) -> list[Duty]:
        """IV.3: who oversees a leading unit oversees its work, once, however many of its lines lead."""
        found: dict[int, Duty] = {}
        for duty in duties:
            if duty.role != Assignment.Role.LEAD or not isinstance(duty.target, Unit):
                continue
            for row in self._overseers[duty.target.pk]:
                decision = f"{row.decision_number}, {row.decided_on:%d/%m/%Y}"
                found.setdefault(
                    row.comrade_id,
                    Duty(
                        OVERSEE, "comrade", row.comrade.name, row.comrade, inherited=True, decided_by=decision
                    ),
                )
        return list(found.values())

    @staticmethod
    def _sorted(duties: list[Duty]) -> list[Duty]:
        return sorted(duties, key=lambda duty: (_ORDER[duty.role], not duty.principal))

    @staticmethod
    def _assignee(duty: Duty) -> Assignee:
        return Assignee(
            kind=AssigneeKind(duty.kind),
            name=duty.name,
            principal=duty.principal,
            has_head=duty.head is not None,
        )

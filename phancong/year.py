"""The committee's planning year: the plans of its units beside the programme's sections (IV.1).

Shows only items of plans that the person may read; of the other plans the state alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.http import urlencode

from chuongtrinh.models import Programme, Section
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.six_clear import SixClear
from nhiemvu.status import Status, status
from phancong.answerable import Answerability, Duty
from phancong.models import Plan, PlanAct, Unit
from phancong.permissions import can_plan, visible_plans, visible_tasks
from phancong.workload import list_url

SHOWN_AT_MOST = 200
"""More items than this are shown a section or a unit at a time: the page stays light on an old phone."""


def plan_years(programme: Programme, today: date) -> list[int]:
    """The years that one may plan or look back on: the term, or without one the years around the plans."""
    first, last = programme.term_start, programme.term_end
    if not (first and last):
        held = Plan.objects.filter(programme=programme).aggregate(first=Min("year"), last=Max("year"))
        first, last = min(held["first"] or today.year, today.year), max(held["last"] or 0, today.year) + 1
    return list(range(first, last + 1))


def present_year(programme: Programme, today: date) -> int:
    """The newest year with a plan, else this year within the term."""
    newest = Plan.objects.filter(programme=programme).aggregate(newest=Max("year"))["newest"]
    years = plan_years(programme, today) if newest is None else []
    return newest or min(max(today.year, years[0]), years[-1])


def in_charge(duties: Iterable[Duty]) -> Unit | None:
    """The one unit that answers for the work as principal lead; None where none or several are named."""
    units = [duty.target for duty in duties if duty.principal and isinstance(duty.target, Unit)]
    return units[0] if len(units) == 1 else None


def with_last_step(plans: Any) -> Any:
    """Plans with the last thing that was done with each: what, by whom, when and why."""
    last = PlanAct.objects.filter(plan=OuterRef("pk")).order_by("-pk")
    return plans.annotate(
        last_act=Subquery(last.values("act")[:1]),
        last_by=Subquery(last.values("by__full_name")[:1]),
        last_at=Subquery(last.values("recorded_at")[:1]),
        last_reason=Subquery(last.values("reason")[:1]),
    )


def step_label(plan: Any) -> str:
    return str(PlanAct.Act(plan.last_act).label) if plan.last_act else ""


def lacks_items(task: Task, planned: set[int | None]) -> bool:
    """Whether no item lies under the task; one that is counted with another is planned there."""
    return not {task.pk, task.mirrors_id} & (planned - {None})


@dataclass(slots=True)
class UnitYear:
    """One unit in the year. ``readable``: this person may open the plan; ``may_plan``: may write one."""

    unit: Unit
    plan: Any = None
    readable: bool = False
    may_plan: bool = False
    items: int = 0
    lacking: int = 0
    items_url: str = ""
    lacking_url: str = ""

    @property
    def step(self) -> str:
        return step_label(self.plan) if self.plan and self.readable else ""


@dataclass(slots=True)
class ItemRow:
    item: Task
    unit: Unit
    plan: Plan
    status: Status | None  # None until the plan is given: what counts for nobody yet has no status


@dataclass(slots=True)
class TaskRow:
    task: Task
    items: list[ItemRow] = field(default_factory=list)
    planned_elsewhere: str = ""  # the code that it is counted with


@dataclass(slots=True)
class SectionYear:
    section: Section
    url: str
    tasks: list[TaskRow] = field(default_factory=list)

    @property
    def item_count(self) -> int:
        return sum(len(row.items) for row in self.tasks)

    @property
    def empty_count(self) -> int:
        return sum(not row.items and not row.planned_elsewhere for row in self.tasks)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the page: a section's number, a unit's key, only tasks without items."""

    section: str = ""
    unit: int | None = None
    empty: bool = False

    @property
    def any(self) -> bool:
        return bool(self.section or self.unit or self.empty)


class Year:
    """What ``user`` sees of one year on ``today``; ``ct`` goes into the addresses of the work list."""

    def __init__(
        self, programme: Programme, user: Any, year: int, today: date, *, ct: str = "", asked: Asked = Asked()
    ) -> None:
        self.programme, self.user, self.year, self.today = programme, user, year, today
        self.ct, self.asked = ct, asked
        rows = list(
            visible_tasks(user)
            .filter(Q(year=None) | Q(year=year), programme=programme)
            .select_related("entry__plan__unit", "mirrors")
            .order_by("ordinal", "pk")
            .defer("search_key")
        )
        self.tasks = [row for row in rows if row.kind != Task.Kind.PLAN_ITEM]
        self.items = [row for row in rows if row.kind == Task.Kind.PLAN_ITEM]
        self.who = Answerability(programme, on=today, tasks=rows)

    @cached_property
    def plans(self) -> dict[int, Any]:
        """All plans of the year by unit; ``readable``: this person may see more than the state."""
        own = visible_plans(self.user).filter(pk=OuterRef("pk"))
        rows = Plan.objects.filter(programme=self.programme, year=self.year).select_related("unit")
        return {plan.unit_id: plan for plan in with_last_step(rows.annotate(readable=Exists(own)))}

    @cached_property
    def _clear(self) -> dict[int, SixClear]:
        return {item.pk: self.who.six_clear(item) for item in self.items}

    @cached_property
    def leading(self) -> dict[int, int]:
        """How many rows of the document each unit answers for as principal lead."""
        found: dict[int, int] = defaultdict(int)
        for task in self.tasks:
            if unit := in_charge(self.who.duties(task)):
                found[unit.pk] += 1
        return dict(found)

    @cached_property
    def units(self) -> list[UnitYear]:
        """The units in charge of something by the document, and any with a plan; those with most first."""
        known = {**self.who.units, **{pk: plan.unit for pk, plan in self.plans.items()}}
        wanted = {*self.leading, *self.plans} | (
            {self.user.unit_id} if self.user.unit_id and self._writes_own else set()
        )
        found = [self._unit(known[pk]) for pk in wanted if pk in known]
        return sorted(found, key=lambda row: (-self.leading.get(row.unit.pk, 0), row.unit.name))

    @property
    def others(self) -> list[Unit]:
        """Units that lead nothing and have no plan yet, for whoever may begin one for them."""
        shown = {row.unit.pk for row in self.units}
        rows = (unit for unit in self.who.units.values() if unit.pk not in shown)
        sides = (Unit.Kind.COMMITTEE, Unit.Kind.PARTY_CELL)
        return [unit for unit in rows if unit.kind not in sides and can_plan(self.user, unit)]

    @cached_property
    def unplanned(self) -> list[Task]:
        """The document's rows without any item of the year that this person may see."""
        planned: set[int | None] = {item.parent_id for item in self.items}
        return [task for task in self.tasks if lacks_items(task, planned)]

    @property
    def year_text(self) -> str:
        return str(self.year)  # a number would be written with its thousands apart

    @property
    def section_options(self) -> list[Section]:
        """The sections that hold rows, for the filter."""
        held = {task.section_id for task in self.tasks}
        rows = (section for section in self.who.sections.values() if section.pk in held)
        return sorted(rows, key=lambda section: section.ordinal)

    @property
    def hidden(self) -> int:
        """Plans whose items this person may not see yet."""
        return sum(not plan.readable for plan in self.plans.values())

    @property
    def lacking(self) -> int:
        return sum(bool(six.missing) for six in self._clear.values())

    @property
    def given(self) -> int:
        return sum(plan.state == Plan.State.GIVEN for plan in self.plans.values())

    @property
    def items_url(self) -> str:
        return list_url(self.ct, loai=Task.Kind.PLAN_ITEM, nam=self.year)

    @property
    def unplanned_url(self) -> str:
        return list_url(self.ct, nam=self.year, thieu="ke-hoach")

    @property
    def six_url(self) -> str:
        return six_url(self.ct, loai=Task.Kind.PLAN_ITEM, nam=self.year)

    @property
    def brief(self) -> bool:
        """Whether the sections are shown as figures alone until one of them, or one unit, is asked for."""
        return not self.asked.any and len(self.items) > SHOWN_AT_MOST

    @cached_property
    def sections(self) -> list[SectionYear]:
        """The sections that hold rows, as far as asked for, with the year's items under each row."""
        under: dict[int | None, list[ItemRow]] = defaultdict(list)
        facts = facts_of(item for item in self.items if item.entry.given_on)
        for item in self.items:
            plan = item.entry.plan
            stood = status(facts[item.pk], self.today) if item.pk in facts else None
            under[item.parent_id].append(ItemRow(item, plan.unit, plan, stood))
        found: dict[int, SectionYear] = {}
        empty = {task.pk for task in self.unplanned}
        for task in self.tasks:
            rows = [row for row in under[task.pk] if self.asked.unit in (None, row.unit.pk)]
            if (self.asked.empty and task.pk not in empty) or not self._asked_for(task, rows):
                continue
            section = self.who.sections[task.section_id]
            if section.pk not in found:
                found[section.pk] = SectionYear(section, self._section_url(section))
            elsewhere = task.mirrors.code if task.mirrors and task.pk not in empty else ""
            rows.sort(key=lambda row: (row.unit.name, row.item.ordinal))
            found[section.pk].tasks.append(TaskRow(task, rows, elsewhere))
        return sorted(found.values(), key=lambda row: row.section.ordinal)

    def _asked_for(self, task: Task, rows: list[ItemRow]) -> bool:
        if self.asked.section and not self._within(task.section_id, self.asked.section):
            return False
        if self.asked.unit is None or rows:
            return True
        unit = in_charge(self.who.duties(task))
        return unit is not None and unit.pk == self.asked.unit

    def _within(self, pk: int | None, number: str) -> bool:
        while pk:
            if self.who.sections[pk].number == number:
                return True
            pk = self.who.sections[pk].parent_id
        return False

    def _section_url(self, section: Section) -> str:
        return year_url(self.year, self.ct, muc=section.number)

    @property
    def _writes_own(self) -> bool:
        unit = self.who.units.get(self.user.unit_id)
        return unit is not None and self.user.role != "office" and can_plan(self.user, unit)

    def _unit(self, unit: Unit) -> UnitYear:
        plan = self.plans.get(unit.pk)
        row = UnitYear(unit, plan, bool(plan and plan.readable), can_plan(self.user, unit))
        if plan is not None and row.readable:
            own = [item for item in self.items if item.entry.plan_id == plan.pk]
            row.items = len(own)
            row.lacking = sum(bool(self._clear[item.pk].missing) for item in own)
            asked = {"loai": Task.Kind.PLAN_ITEM, "nam": self.year, "chu-tri": unit.pk}
            row.items_url = list_url(self.ct, **asked)
            row.lacking_url = six_url(self.ct, **asked)
        return row


def year_url(year: int, ct: str, **wanted: Any) -> str:
    return _with_query(reverse("ke-hoach-nam", args=[year]), ct, wanted)


def six_url(ct: str, **wanted: Any) -> str:
    return _with_query(reverse("sau-ro"), ct, wanted)


def _with_query(path: str, ct: str, wanted: dict[str, Any]) -> str:
    query = {**wanted, **({"ct": ct} if ct else {})}
    return f"{path}?{urlencode(query)}" if query else path

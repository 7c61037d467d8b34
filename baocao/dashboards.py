"""What the start page shows: the programme at a glance, and what wants the attention of one person.

Every figure is counted from rows on the day and opens the rows that it counts; nothing is estimated.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from baocao import waiting
from baocao.directive_rows import Line, wanting
from baocao.models import ExtensionRequest
from baocao.standing import Round, open_rounds
from baocao.urgency import Concern, Urgency
from chuongtrinh.models import Programme, Section, User
from nhiemvu.facts import facts_of
from nhiemvu.list_filters import ADDED, GAPS, SIGNED
from nhiemvu.models import Task
from nhiemvu.six_clear import Part as SixPart
from nhiemvu.status import Facts, status
from phancong.answerable import WITH_SECTIONS, Answerability, Duty, sections_of
from phancong.gaps import Gap, Planning, PlanState
from phancong.models import Assignment, Plan, Unit
from phancong.permissions import (
    can_confirm_values,
    reports_for_a_unit,
    visible_extensions,
    visible_tasks,
)
from phancong.workload import Part, Workload, list_url

Role = User.Role
_IN_LIST = {part: name for name, part in GAPS.items()}  # what the work list calls each part
NAMED_AT_MOST = 12
# Whose start page speaks of plans: those who write, judge or give them out.
PLANNING_ROLES = (Role.OFFICE, Role.SECRETARY, Role.DEPUTY, Role.HEAD, Role.INSPECTION)


@dataclass(frozen=True, slots=True)
class Figure:
    """A count with the address that opens what it counts."""

    count: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Named:
    """One row that wants attention, with the page where it is mended or read."""

    label: str
    url: str


@dataclass(slots=True)
class Matter:
    """One kind of thing that wants attention: how many, the first of them by name, and where to go."""

    count: int
    label: str
    url: str = ""
    action: str = ""
    named: list[Named] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.named) if self.named else 0


@dataclass(slots=True)
class SectionRow:
    section: Section
    total: int
    url: str
    directs: list[Duty]
    leads: list[Duty]


@dataclass(slots=True)
class UnitWork:
    """A unit with the lines of its work, each with the list that holds the same rows."""

    unit: Unit
    lines: list[Figure]
    gaps: list[Figure]


class Start:
    """The start page of ``user`` on ``today``; ``ct`` goes into every address of the work list."""

    def __init__(self, programme: Programme, user: Any, today: date, ct: str = "") -> None:
        self.programme, self.user, self.today, self.ct = programme, user, today, ct
        self.planning = Planning(programme, today, ct) if user.role in PLANNING_ROLES else None
        gap_years = self.planning.years if self.planning and user.role == Role.OFFICE else []
        asked = ExtensionRequest.objects.filter(state=ExtensionRequest.State.WAITING).values("task")
        wanted = Q(year=None) | Q(year__in={today.year, *gap_years}) | Q(pk__in=asked)
        rows: list[Any] = list(
            visible_tasks(user)
            .filter(wanted, programme=programme)
            .select_related("mirrors", WITH_SECTIONS)
            .annotate(plan_state=F("entry__plan__state"), **waiting.read_along(programme, user))
            .order_by("ordinal", "pk")
            .defer("search_key", "mirrors__search_key")
        )
        self.rows = rows
        self.unplaced: int = (rows[0].unplaced if rows else None) or 0
        self.waiting_values: int = (rows[0].waiting_values if rows else None) or 0
        self.reviews = waiting.Reports.of(rows[0]) if rows else None
        self.tasks = [row for row in rows if row.kind != Task.Kind.PLAN_ITEM]
        self.items = [row for row in rows if row.year in gap_years]
        self.given = [row for row in rows if row.year == today.year and row.plan_state == Plan.State.GIVEN]
        self.who = Answerability(programme, on=today, tasks=rows)
        self.who.sections = sections_of(rows)

    @cached_property
    def _gaps_of(self) -> dict[int, tuple[SixPart, ...]]:
        return {task.pk: self.who.six_clear(task).missing for task in self.tasks}

    @cached_property
    def kinds(self) -> dict[str, Figure]:
        """The rows of the signed document: tasks and projects. Plan items lie under them and are no part of
        it, nor is what the office has added by hand."""
        counted = Counter(task.kind for task in self.tasks if task.clause_id)
        asked = {"nguon": SIGNED} if self.added else {}
        return {
            kind: Figure(counted[kind], Task.Kind(kind).label.lower(), list_url(self.ct, loai=kind, **asked))
            for kind in (Task.Kind.TASK, Task.Kind.PROJECT)
        }

    @cached_property
    def added(self) -> Figure | None:
        """Rows that no clause of the document gives."""
        count = sum(task.clause_id is None for task in self.tasks)
        return Figure(count, "việc bổ sung ngoài văn bản", list_url(self.ct, nguon=ADDED)) if count else None

    @property
    def total(self) -> int:
        return sum(figure.count for figure in self.kinds.values())

    @cached_property
    def _facts(self) -> dict[int, Facts]:
        return facts_of([*self.tasks, *self.given])

    @cached_property
    def urgency(self) -> Urgency:
        """What is overdue, then what is due soon: a head's own work, a member's units', else everything."""
        rows = [*self.tasks, *self.given]
        target: Any = None
        if self.user.role == Role.HEAD and self.user.unit_id:
            target = self.who.units.get(self.user.unit_id)
        elif self.user.role == Role.MEMBER and self.user.comrade_id:
            target = self.user.comrade
        stands = {pk: status(facts, self.today) for pk, facts in self._facts.items()}
        concern = Concern.of(target, Workload(self.who, rows)) if target else Concern()
        return Urgency(concern, self.tasks, self.given, stands, self.today, self.ct)

    @cached_property
    def gaps(self) -> list[Figure]:
        """For each of the 6 rõ that some row lacks: how many lack it."""
        return self._gap_figures(self.tasks)

    @cached_property
    def sections(self) -> list[SectionRow]:
        """The sections that hold rows, with who directs and leads there by the document."""
        above: dict[int, list[Task]] = {}
        for task in self.tasks:
            pk: int | None = task.section_id
            while pk:
                above.setdefault(pk, []).append(task)
                pk = self.who.sections[pk].parent_id
        own = {task.section_id for task in self.tasks}
        found = []
        for section in sorted(self.who.sections.values(), key=lambda section: section.ordinal):
            if section.pk not in own:
                continue
            duties = self.who.section_duties(section.pk)
            found.append(
                SectionRow(
                    section=section,
                    total=len(above[section.pk]),
                    url=list_url(self.ct, muc=section.number),
                    directs=[duty for duty in duties if duty.role == Assignment.Role.DIRECT],
                    leads=[duty for duty in duties if duty.role == Assignment.Role.LEAD],
                )
            )
        return found

    @cached_property
    def own_units(self) -> list[UnitWork]:
        """The units of this person's concern: a head's or the inspection's own, those a member oversees."""
        if self.user.role == Role.MEMBER:
            units = [unit for unit in self._units() if self._oversees(unit)]
        elif self.user.role in (Role.HEAD, Role.INSPECTION) and self.user.unit_id:
            units = [unit for unit in self._units() if unit.pk == self.user.unit_id]
        else:
            units = []
        work = Workload(self.who, self.tasks)
        return [self._unit_work(unit, work.of(unit)) for unit in units]

    @cached_property
    def own_plans(self) -> list[PlanState]:
        """A head's, or the inspection's, own plans: the year that runs and the one that is being planned."""
        heads = self.user.role in (Role.HEAD, Role.INSPECTION)
        unit = self.who.units.get(self.user.unit_id) if heads else None
        return self.planning.of(unit) if self.planning and unit else []

    @cached_property
    def rounds(self) -> list[Round]:
        """The open reporting periods, the one to be handed in first on top."""
        found = open_rounds(self.programme, timezone.now(), self._facts)
        for one in found:
            mine = (tally for tally in one.units if self.reports and tally.unit.pk == self.user.unit_id)
            one.own = next(mine, None)
        return found

    @property
    def reports(self) -> bool:
        """Whether this person reports for a unit of their own."""
        return reports_for_a_unit(self.user)

    @property
    def judges_plans(self) -> bool:
        return self.user.role in (Role.SECRETARY, Role.DEPUTY)

    @cached_property
    def submitted_plans(self) -> list[Any]:
        return self.planning.in_state(Plan.State.SUBMITTED) if self.planning else []

    @cached_property
    def approved_plans(self) -> list[Any]:
        return self.planning.in_state(Plan.State.APPROVED) if self.planning else []

    @cached_property
    def waiting_extensions(self) -> list[ExtensionRequest]:
        """Requests for a later deadline, for the leaders, who decide them."""
        rows = visible_extensions(self.user).filter(
            task__programme=self.programme, state=ExtensionRequest.State.WAITING
        )
        return (
            list(rows.select_related("task", "unit").order_by("asked_at", "pk")) if self.judges_plans else []
        )

    @cached_property
    def directives(self) -> list[Line]:
        """What this person has to answer, or was answered and waits for his word; and what is late."""
        return wanting(self.programme, self.user, self.today)

    @cached_property
    def plan_gaps(self) -> list[Gap]:
        """What the years' planning leaves open: the office sees every plan, and so every gap."""
        if not self.planning or self.user.role != Role.OFFICE:
            return []
        return self.planning.gaps(self.tasks, self.items, self.who)

    def attention(self) -> list[Matter]:
        """What the office enters or decides, most of it named; only what is really open."""
        units = self._units()
        headless = [unit for unit in units if not self.who.head_of(unit.pk)]
        overseen = [
            unit
            for unit in units
            if unit.kind not in (Unit.Kind.COMMITTEE, Unit.Kind.INSPECTION, Unit.Kind.PARTY_CELL)
            and not self.who.overseers(unit.pk)
        ]
        matters = [
            self._proposals(),
            self._unknown(),
            self._plans(self.submitted_plans, "kế hoạch năm đã trình, chờ lãnh đạo duyệt"),
            self._plans(self.approved_plans, "kế hoạch năm đã duyệt, chờ giao"),
            self._extensions(),
            Matter(
                self.waiting_values if can_confirm_values(self.user) else 0,
                "số liệu chỉ tiêu, chờ xác nhận",
                f"{reverse('chi-tieu')}{self._ct}",
                "Xem chỉ tiêu",
            ),
            Matter(
                self.unplaced,
                "dòng của văn bản chưa xếp được vào đâu",
                f"{reverse('admin:chuongtrinh_unplacedline_changelist')}"
                f"?settled__exact=0&programme__id__exact={self.programme.pk}",
                "Xem từng dòng",
            ),
            Matter(
                len(headless),
                "đơn vị chưa nhập người đứng đầu",
                reverse("admin:phancong_post_add"),
                "Nhập chức vụ",
                [self._named(unit) for unit in headless[:NAMED_AT_MOST]],
            ),
            Matter(
                len(overseen),
                "phòng, đơn vị chưa nhập ủy viên phụ trách (Phần IV, mục 3)",
                reverse("admin:phancong_oversight_add"),
                "Nhập theo quyết định",
                [self._named(unit) for unit in overseen[:NAMED_AT_MOST]],
            ),
        ]
        return [matter for matter in matters if matter.count]

    def _oversees(self, unit: Unit) -> bool:
        return any(row.comrade_id == self.user.comrade_id for row in self.who.overseers(unit.pk))

    def _units(self) -> list[Unit]:
        return sorted(self.who.units.values(), key=lambda unit: unit.search_key)

    def _proposals(self) -> Matter:
        named = [
            Named(f"{row.code}: “{row.stated}”", f"{row.get_absolute_url()}{self._ct}")
            for row in self.rows
            if row.stated
        ]
        return Matter(len(named), "thời hạn do văn bản nêu, chờ xác nhận", named=named)

    def _unknown(self) -> Matter:
        codes = {task.pk: task.code for task in self.tasks}
        named = []
        for row in self.who.unresolved:
            where = row.section.number if row.section else codes.get(row.task_id, "")
            url = reverse("admin:phancong_assignment_change", args=[row.pk])
            named.append(Named(f"{where}: “{row.text}”", url))
        return Matter(len(named), "dòng phân công chưa rõ là đơn vị, đồng chí nào", named=named)

    def _plans(self, plans: list[Any], label: str) -> Matter:
        named = [
            Named(f"{plan.unit.short_name} {plan.year}", f"{plan.get_absolute_url()}{self._ct}")
            for plan in plans
        ]
        return Matter(len(plans), label, named=named)

    def _extensions(self) -> Matter:
        named = [
            Named(
                f"{row.code}: xin đến {row.asked_day:%d/%m/%Y}",
                f"{reverse('gia-han', args=[row.code])}{self._ct}",
            )
            for row in self.rows
            if row.asked_day and self.user.role == Role.OFFICE
        ]
        return Matter(len(named), "đề nghị gia hạn, chờ quyết định", named=named)

    def _named(self, unit: Unit) -> Named:
        return Named(unit.name, f"{unit.get_absolute_url()}{self._ct}")

    @property
    def _ct(self) -> str:
        return f"?ct={self.ct}" if self.ct else ""

    def _unit_work(self, unit: Unit, parts: dict[str, Part]) -> UnitWork:
        lines = [
            Figure(part.total, part.label, list_url(self.ct, **{"don-vi": unit.pk, "vai-tro": role}))
            for role, part in parts.items()
        ]
        lead = parts.get(Assignment.Role.LEAD)
        led = [share.task for share in lead.shares] if lead else []
        return UnitWork(unit, lines, self._gap_figures(led, **{"don-vi": unit.pk, "vai-tro": "lead"}))

    def _gap_figures(self, tasks: list[Task], **wanted: Any) -> list[Figure]:
        counted = Counter(part for task in tasks for part in self._gaps_of[task.pk])
        return [
            Figure(counted[part], part.label.lower(), list_url(self.ct, **wanted, thieu=_IN_LIST[part]))
            for part in SixPart
            if counted[part]
        ]

"""The record that a report is written from: the whole confirmed work of a programme as of a day, by what had
been recorded at a moment. The number of queries does not grow with it.

Everything is read from histories and logs: what is entered, confirmed, renamed or removed after the moment
changes nothing, so that a report can be written again as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model

from baocao import directive_rows, periods
from baocao.indicators import Shown, points_of
from baocao.models import Addressed, ExtensionRequest, IndicatorValue, Period, ReportingRules
from baocao.review import reported
from baocao.review.reported import Moved, Told
from chuongtrinh.models import Committee, Programme, Section
from nhiemvu.as_of import Day, all_known, as_known, in_draft
from nhiemvu.facts import facts_of
from nhiemvu.models import Indicator, Task
from nhiemvu.projects import beside_projects
from nhiemvu.split import Split, split
from nhiemvu.status import FROM_THE_START, SOON_DAYS, Facts, Status, status
from phancong.answerable import Duty
from phancong.answered_then import AnsweredThen
from phancong.models import Assignment, PlanEntry, Unit
from phancong.year import in_charge

Role = Assignment.Role
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of work with how it stands, how it stood at the end of the period before, who answers for it
    and what was confirmed of it in the period: its unit's own words, and the shares of a group's units."""

    task: Task
    stood: Status
    before: Status | None
    duties: tuple[Duty, ...]
    said: Told | None
    shares: tuple[Told, ...]
    moved: tuple[Moved, ...]
    sharing: bool

    @property
    def split(self) -> Split:
        return split(self.stood)

    @property
    def unit(self) -> Unit | None:
        return in_charge(self.duties)

    @property
    def leads(self) -> list[str]:
        """Who leads: the principal one, or all where none is."""
        found = [duty for duty in self.duties if duty.role == Role.LEAD]
        return list(dict.fromkeys(duty.name for duty in [d for d in found if d.principal] or found))

    @property
    def beside(self) -> list[str]:
        """Who coordinates, and who leads beside the principal."""
        leads = self.leads
        others = [duty.name for duty in self.duties if duty.role in (Role.LEAD, Role.COORDINATE)]
        return [name for name in dict.fromkeys(others) if name not in leads]

    @property
    def told(self) -> tuple[Told, ...]:
        """What was confirmed of it in the period. Of a group's work the office's one figure repeats the
        shares: these speak for themselves."""
        own = () if self.sharing or self.said is None else (self.said,)
        return (*own, *self.shares)

    @property
    def done(self) -> bool:
        """Whether anything was done in the period, by what was confirmed."""
        return any(one.done for one in self.told)


class Record:
    """What is known at a moment of a programme on a day, for a report on a period."""

    def __init__(self, programme: Programme, period: Period, as_of: date, known_at: datetime) -> None:
        self.period, self.as_of, self.known_at = period, as_of, known_at
        self.day = Day(as_of, as_of, known=known_at)
        known = all_known(
            {
                Programme: {"id": programme.pk},
                Committee: {"id": programme.committee_id},
                ReportingRules: {"committee": programme.committee_id},
            },
            known_at,
        )
        self.programme = _only(known[Programme], programme)
        self.committee = _only(known[Committee], programme.committee)
        self._soon = next((rules.soon_days for rules in known[ReportingRules]), SOON_DAYS)
        self._read_work()
        self._read_beside()

    # -- rows of work --------------------------------------------------------------------------------------

    def _read_work(self) -> None:
        found = as_known(Task, self.known_at, programme=self.programme.pk)
        given = self._given_items()
        tasks = [
            task
            for task in sorted(found, key=lambda task: (task.ordinal, task.pk))
            if task.kind != Task.Kind.PLAN_ITEM or task.pk in given
        ]
        self.who = AnsweredThen(
            self.programme, self.as_of, tasks, overseers=False, lines=False, known_at=self.known_at
        )
        by_pk = {task.pk: task for task in tasks}
        for task in tasks:
            task.section = self.who.sections[task.section_id]
            task.mirrors = by_pk.get(task.mirrors_id or 0)
        facts = self._facts(tasks)
        units = self.who.known_units
        words = reported.words(self.programme.pk, self.period, self.day, facts, units)
        moved = reported.moved_deadlines(self.programme.pk, self.day)
        before = self.before
        rows = []
        for task in tasks:
            shares = [one for (pk, share), one in words.items() if pk == task.pk and share]
            rows.append(
                Row(
                    task,
                    status(facts[task.pk], self.as_of, known_at=self.known_at),
                    status(facts[task.pk], before.on, known_at=self.known_at) if before else None,
                    tuple(self.who.duties(task)),
                    words.get((task.pk, None)),
                    tuple(sorted(shares, key=lambda one: one.unit)),
                    moved.get(task.mirrors_id or task.pk, ()),
                    bool(self.who.sharing_units(task)),
                )
            )
        self.every = {row.task.pk: row for row in rows}
        self.rows = [row for row in rows if row.task.kind != Task.Kind.PLAN_ITEM]
        self.items = [
            row for row in rows if row.task.kind == Task.Kind.PLAN_ITEM and row.task.year == self.as_of.year
        ]
        self.asked = reported.asked_units(self.period, self.day, facts)

    def _given_items(self) -> set[int]:
        entries = PlanEntry.objects.filter(
            plan__programme=self.programme.pk, given_on__lte=self.as_of, given_at__lt=self.known_at
        )
        return set(entries.values_list("task", flat=True))

    def _facts(self, tasks: list[Task]) -> dict[int, Facts]:
        """The facts of the rows by their words of that moment, those removed since among them."""
        held = facts_of(tasks)
        then = {task.pk: self._then(held[task.pk], task) for task in tasks}
        by_code = {facts.code: then[pk] for pk, facts in held.items()}
        for pk, facts in then.items():
            items = (replace(item, facts=by_code.get(item.facts.code, item.facts)) for item in facts.items)
            then[pk] = replace(facts, items=tuple(items))
        for task in tasks:
            if task.mirrors_id in then:
                then[task.pk] = replace(then[task.pk], mirrors=then[task.mirrors_id])
        return then

    def _then(self, facts: Facts, task: Task) -> Facts:
        """A deadline that no known decision had moved is the one that stood in the row at that moment."""
        decided = any(FROM_THE_START < one.recorded_at < self.known_at for one in facts.deadlines)
        if not decided:
            facts = in_draft(facts, task)
        return replace(facts, code=task.code, title=task.title, soon_days=self._soon)

    def items_of(self, row: Row) -> list[Row]:
        """The given items of the year under a row."""
        return [item for item in self.items if item.task.parent_id == row.task.pk]

    @property
    def sections(self) -> dict[int, Section]:
        return self.who.sections

    @property
    def before(self) -> Day | None:
        """The last day of the period of the same kind before this one; None before the programme."""
        kind = periods.Kind.of(self.period.kind)
        year, number = self._numbered(kind)
        span = periods.Span(kind, year, number, self.period.start, self.period.end)
        end = periods.previous(span).end
        signed = self.programme.issued_on
        return Day(end, end, known=self.known_at) if signed and end >= signed else None

    def _numbered(self, kind: periods.Kind) -> tuple[int, int]:
        year, _, rest = self.period.key.partition("-")
        tail = rest.split("-")[0].removeprefix("Q")
        return int(year), int(tail) if tail.isdigit() else 1

    # -- beside the work -----------------------------------------------------------------------------------

    def _read_beside(self) -> None:
        units = self.who.known_units
        addressed = Addressed.objects.filter(directive__programme=self.programme.pk)
        known = [line for line in directive_rows.lines(addressed, self.day) if line.given_on <= self.as_of]
        self.directives = [
            replace(line, unit=units[line.unit_pk].name if line.unit_pk in units else line.unit)
            for line in known
        ]
        self.reports = reported.own_words(self.period, self.day, units)
        granted = ExtensionRequest.objects.filter(
            task__programme=self.programme.pk,
            state=ExtensionRequest.State.GRANTED,
            decided_at__lt=self.known_at,
            decision__effective_on__range=(self.period.start, self.as_of),
        )
        self.extended = list(granted.order_by("decided_at", "pk").values_list("task", "decision__document"))
        projects = [row.task for row in self.rows if row.task.kind == Task.Kind.PROJECT]
        self.projects = beside_projects(projects, self.day) if projects else {}
        self.indicators = self._indicators()

    def _indicators(self) -> list[Shown]:
        rows = as_known(Indicator, self.known_at, programme=self.programme.pk)
        values: dict[int, list[IndicatorValue]] = {}
        confirmed = IndicatorValue.objects.filter(
            indicator__programme=self.programme.pk,
            state=IndicatorValue.State.CONFIRMED,
            settled_at__lt=self.known_at,
        )
        for value in confirmed.order_by("-on", "-pk"):
            values.setdefault(value.indicator_id, []).append(value)
        end = date(self.programme.term_end or self.as_of.year, 12, 31)
        return [
            Shown(row, self.day, end, values=held, points=points_of(held, self.day))
            for row in sorted(rows, key=lambda row: row.code)
            for held in [values.get(row.pk, [])]
        ]


def _only(found: Iterable[M], otherwise: M) -> M:
    return next(iter(found), otherwise)

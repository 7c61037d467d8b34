"""The one list of everything: tasks, projects and plan items of a programme, filtered in SQL.

Who answers for a row follows the rule of phancong.answerable: a row's own assignment of a role stands instead
of its parent's, and that instead of the nearest section's. What sections state is resolved by nhiemvu.outline
into sets of sections; what rows state themselves is asked in SQL, so that the list holds at ten thousand
rows. tests/nhiemvu/test_list_agrees.py feeds both the same rows.

How a row stands is nhiemvu.status alone, which no SQL repeats: the rows that the other filters leave are read
by key, and their marks worked out, where a mark is asked for or the programme has few enough rows to count
the marks beside the filters (``COUNTED_AT_MOST``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django.db.models import Case, Count, Exists, F, FilteredRelation, Q, QuerySet, TextField, When
from django.db.models import Value as V
from django.db.models.functions import Concat, Lower, Replace

from nhiemvu.facts import facts_by
from nhiemvu.list_filters import ADDED, GAPS, ITEM, NO_PRINCIPAL, Filters
from nhiemvu.models import Task, TaskQuerySet
from nhiemvu.outline import Line, Outline, flag, headships
from nhiemvu.six_clear import Part, SixFacts, six_clear
from nhiemvu.status import Mark, Status, status
from phancong.answerable import OVERSEE
from phancong.models import Assignment, Plan, Post, on_the_day

PAGE_SIZE = 50
COUNTED_AT_MOST = 2000
"""With more rows in the programme than this, marks are worked out only where one is asked for.

A term's worth of plan items stays below it. Measured on SQLite with 10,000 rows: 0.13 s a page without marks,
0.6 s at most with them; with 1,000 rows both are the same to the eye."""
Role = Assignment.Role
Among = Callable[[QuerySet], Q]  # the rows that these assignment lines are about


@dataclass(frozen=True, slots=True)
class Row:
    """One row as shown: ``missing`` are the parts of the 6 rõ that it lacks; ``plan`` is a plan item's."""

    task: Task
    leads: list[str]
    missing: tuple[Part, ...]
    status: Status
    plan: Plan | None
    outside: bool

    @property
    def parts(self) -> list[tuple[Part, bool]]:
        return [(part, part not in self.missing) for part in Part]

    @property
    def work(self) -> Task:
        """The row on which the work is entered: deadline, product and authority are of that one."""
        return self.task.mirrors or self.task


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows found, and for each thing that can be chosen the rows that choosing it would leave.

    ``marks`` is None where they were not worked out.
    """

    total: int
    gaps: dict[str, int]
    kinds: dict[str, int]
    no_plan: int
    outside: int
    added: int
    marks: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class _Sifted:
    """Rows taken one by one: those that fit, in order, with how each stands, and what there is to choose."""

    found: list[int]
    stands: dict[int, Status]
    counts: Counts


class WorkList:
    """The rows of one programme that ``visible`` holds, on one day, as far as they fit the filters.

    Whose work is sought is a matter of the outline: ``Filters.unit`` and ``comrade`` are those it is about.
    """

    def __init__(self, outline: Outline, visible: TaskQuerySet) -> None:
        self.outline, self.on = outline, outline.about.on
        self.visible = visible.filter(programme=outline.programme)
        self._sifted: dict[Filters, _Sifted] = {}

    def counts(self, wanted: Filters) -> Counts:
        """All the figures of the page: in one query, or in two with the marks."""
        if self._marked(wanted):
            return self._sift(wanted).counts
        left = {
            name: Count("pk", filter=which & ~Q(pk=None)) for name, which in self._choices(wanted).items()
        }
        return self._counts(self._base(wanted).aggregate(**left))

    def _marked(self, wanted: Filters) -> bool:
        return bool(wanted.mark) or self.outline.size <= COUNTED_AT_MOST

    def _choices(self, wanted: Filters) -> dict[str, Q]:
        """What fits now, and what would fit after each choice that is offered, but for the marks."""
        return {
            "total": self._fits(wanted),
            "no_plan": self._fits(wanted.with_no_plan()),
            "outside": self._fits(wanted.with_outside()),
            "added": self._fits(wanted.with_source(ADDED)),
            **{f"gap_{name}": self._fits(replace(wanted, gaps=(*wanted.gaps, name))) for name in GAPS},
            **{f"kind_{name}": self._fits(wanted.with_kind(name)) for name in Task.Kind.values},
        }

    @staticmethod
    def _counts(found: Mapping[str, int], marks: dict[str, int] | None = None) -> Counts:
        return Counts(
            total=found["total"],
            gaps={name: found[f"gap_{name}"] for name in GAPS},
            kinds={name: found[f"kind_{name}"] for name in Task.Kind.values},
            no_plan=found["no_plan"],
            outside=found["outside"],
            added=found["added"],
            marks=marks,
        )

    def _sift(self, wanted: Filters) -> _Sifted:
        """The same in Python, row by row: which choices each would survive, and how it stands."""
        if wanted not in self._sifted:
            choices = self._choices(wanted)
            # An item has a mark once its plan is given; until then the list shows how the plan stands.
            counts_for_nobody = Q(kind=Task.Kind.PLAN_ITEM) & ~Q(entry__plan__state=Plan.State.GIVEN)
            flags = {f"fits_{name}": flag(which) for name, which in choices.items()}
            rows = self._base(wanted).annotate(ungiven=flag(counts_for_nobody), **flags)
            rows = rows.order_by(*self._order(wanted))
            read = list(rows.values_list("pk", "mirrors_id", "ungiven", *flags))
            asked = {pk: mirrors for pk, mirrors, _, *fits in read if (any(fits) if wanted.mark else fits[0])}
            facts = facts_by(asked, programmes={self.outline.programme})
            stands = {pk: status(known, self.on) for pk, known in facts.items()}
            marks: Counter[str] = Counter()
            left: Counter[str] = Counter(dict.fromkeys(choices, 0))
            found = []
            for pk, _, ungiven, *fits in read:
                mark = stands[pk].mark if pk in stands and not ungiven else None
                if fits[0] and mark:
                    marks[mark] += 1
                if wanted.mark and mark != wanted.mark:
                    continue
                left.update(name for name, fit in zip(choices, fits, strict=True) if fit)
                if fits[0]:
                    found.append(pk)
            every = {str(mark): marks[mark] for mark in Mark}
            self._sifted[wanted] = _Sifted(found, stands, self._counts(left, every))
        return self._sifted[wanted]

    def tasks(self, wanted: Filters) -> QuerySet[Task]:
        """The rows that fit, in the order of the document; plan items by what they belong to and year."""
        rows = self._base(wanted).order_by(*self._order(wanted))
        return (
            rows.filter(pk__in=self._sift(wanted).found) if wanted.mark else rows.filter(self._fits(wanted))
        )

    def _order(self, wanted: Filters) -> tuple[str, ...]:
        items = ("parent__ordinal", "parent_id", "year") if wanted.kinds == ITEM else ()
        return (*items, "ordinal", "pk")

    def rows(self, wanted: Filters, start: int, size: int = PAGE_SIZE) -> list[Row]:
        """``size`` rows from ``start``, with all that is shown of them, in two queries; in one if sifted."""
        page: Any
        stands: dict[int, Status] = {}
        if self._marked(wanted):
            sifted = self._sift(wanted)
            page, stands = sifted.found[start : start + size], sifted.stands
        else:
            page = self.tasks(wanted)[start : start + size].values("pk")
        leads = on_the_day("assignments", self.on) & Q(assignments__role=Role.LEAD)
        above = on_the_day("parent__assignments", self.on) & Q(parent__assignments__role=Role.LEAD)
        own, parents = (
            Case(
                *(
                    When(**{f"{path}__{column}__isnull": False}, then=F(f"{path}__{column}__name"))
                    for column in ("unit", "comrade", "group")
                ),
                default=F(f"{path}__text"),
            )
            for path in ("own", "above")
        )
        joined = (
            Task.objects.filter(pk__in=page)
            .select_related("section", "mirrors", "parent", "entry__plan")
            .annotate(own=FilteredRelation("assignments", condition=leads))
            .annotate(above=FilteredRelation("parent__assignments", condition=above))
            .annotate(own_lead=own, parents_lead=parents, is_outside=flag(self._outside))
            .annotate(**{f"gap_{name.replace('-', '_')}": flag(self._gap(name)) for name in GAPS})
            .order_by(
                *self._order(wanted),
                F("own__principal").desc(nulls_last=True),
                "own__ordinal",
                "own__pk",
                F("above__principal").desc(nulls_last=True),
                "above__ordinal",
                "above__pk",
            )
        )
        found: dict[int, tuple[Task, list[str]]] = {}
        for task in joined:
            name = task.own_lead or task.parents_lead
            _, names = found.setdefault(task.pk, (task, []))
            if name and name not in names:
                names.append(name)
        unknown = {pk: task.mirrors_id for pk, (task, _) in found.items() if pk not in stands}
        facts = facts_by(unknown, programmes={self.outline.programme})
        stands = stands | {pk: status(known, self.on) for pk, known in facts.items()}
        return [self._row(task, names, stands[task.pk]) for task, names in found.values()]

    def _row(self, task: Task, leads: list[str], stands: Status) -> Row:
        above = self.outline.stated(task.section_id, Role.LEAD)
        return Row(
            task=task,
            leads=leads or list(dict.fromkeys(line.name for line in above)),
            missing=tuple(
                part for name, part in GAPS.items() if getattr(task, f"gap_{name.replace('-', '_')}")
            ),
            status=stands,
            plan=task.entry.plan if hasattr(task, "entry") else None,
            outside=task.is_outside,  # type: ignore[attr-defined]
        )

    def _base(self, wanted: Filters) -> QuerySet[Task]:
        """The rows that fit everything but what is counted side by side: kinds, gaps and plans."""
        rows: QuerySet[Task] = self.visible
        about = self.outline.about
        if wanted.section:
            rows = rows.filter(section__in=self.outline.within(wanted.section))
        if wanted.words:
            rows = rows.alias(words=Concat(V(" "), "search_key", output_field=TextField()))
            rows = rows.filter(self._matching(wanted))
        roles = [wanted.role] if wanted.role else [*Role.values, OVERSEE]
        if wanted.unit:
            rows = rows.filter(self._any_role(roles, about.of_unit(), lambda line: line.of_unit))
        if wanted.comrade:
            mine = self._any_role(roles, about.of_comrade(), lambda line: line.of_comrade, overseen=True)
            rows = rows.filter(mine)
        if wanted.principal:
            rows = rows.filter(self._in_charge(wanted.principal))
        if wanted.role and not (wanted.unit or wanted.comrade):
            rows = rows.filter(self._any_role(roles, ~Q(pk=None), lambda line: True, overseen=True))
        return rows

    def _fits(self, wanted: Filters) -> Q:
        """The rest of what is asked, as a condition on the rows of ``_base``."""
        found = Q(kind__in=wanted.kinds)
        if wanted.code and not wanted.kind:
            found |= self._coded(wanted)
        for name in dict.fromkeys(wanted.gaps):
            found &= self._gap(name)
        if wanted.no_plan:
            planned = self._planned(wanted.year or self.on.year)
            counted_elsewhere = Q(mirrors__isnull=False, mirrors__in=planned)
            found &= ~Q(pk__in=planned) & ~counted_elsewhere & ~Q(kind=Task.Kind.PLAN_ITEM)
        elif wanted.year:
            found &= Q(kind=Task.Kind.PLAN_ITEM, year=wanted.year) | Q(pk__in=self._planned(wanted.year))
        if wanted.source:
            found &= Q(clause__isnull=wanted.source == ADDED) & ~Q(kind=Task.Kind.PLAN_ITEM)
        return found & self._outside if wanted.outside else found

    def _planned(self, year: int) -> QuerySet:
        """The tasks and projects that have any item in the plans of that year."""
        return self.visible.filter(kind=Task.Kind.PLAN_ITEM, year=year).order_by().values("parent")

    @cached_property
    def _outside(self) -> Q:
        outside = Q(due__year__lt=F("year")) | Q(due__year__gt=F("year"))
        if term := self.outline.term:
            outside |= Q(due__year__lt=term[0]) | Q(due__year__gt=term[1])
        return Q(kind=Task.Kind.PLAN_ITEM) & outside

    def _any_role(
        self, roles: list[str], mine: Q, test: Callable[[Line], bool], *, overseen: bool = False
    ) -> Q:
        found = Q(pk__in=[])
        for role in roles:
            if role != OVERSEE:
                found |= self._any_line(role, mine, test)
        if OVERSEE in roles and overseen:
            units = self.outline.about.overseen()
            found |= self._any_line(Role.LEAD, units, lambda line: line.overseen)
        return found

    def _any_line(self, role: str, mine: Q, test: Callable[[Line], bool]) -> Q:
        return self._holding(
            role,
            lambda among, held: among(held.filter(mine)),
            lambda lines: any(test(line) for line in lines),
        )

    def _holding(
        self, role: str, in_sql: Callable[[Among, QuerySet], Q], in_sections: Callable[[list[Line]], bool]
    ) -> Q:
        """Rows whose lines of a role pass: their own, or else their parent's, or else the nearest section's.

        Each set of rows is a subquery of its own, read once: a correlated one would let SQLite walk through
        all lines of a busy unit for every row.
        """
        outline = self.outline
        held = Assignment.objects.on(self.on).filter(
            programme=outline.programme, role=role, task__isnull=False
        )
        passing, stated = [], []
        for path in ("pk", "parent"):
            among = partial(_among, path)
            passing.append(in_sql(among, held))
            stated.append(among(held))
        by_section = Q(section__in=[pk for pk in outline.sections if in_sections(outline.stated(pk, role))])
        return passing[0] | (~stated[0] & (passing[1] | (~stated[1] & by_section)))

    def _in_charge(self, key: str) -> Q:
        """Rows whose one principal lead is this unit; or those that have no such one."""
        unit = None if key == NO_PRINCIPAL else int(key)

        def in_sql(among: Among, held: QuerySet) -> Q:
            alone, units = _alone(held)
            return among(alone) if unit is None else among(alone) & among(units.filter(unit=unit))

        def in_sections(lines: list[Line]) -> bool:
            units = [line.unit for line in lines if line.principal and line.unit]
            return len(units) == 1 and unit in (None, units[0])

        found = self._holding(Role.LEAD, in_sql, in_sections)
        return ~found if unit is None else found

    def _gap(self, name: str) -> Q:
        return self._gap_conditions[GAPS[name]]

    @cached_property
    def _gap_conditions(self) -> dict[Part, Q]:
        """The rule of nhiemvu.six_clear as conditions on rows."""
        directed = self._any_line(
            Role.DIRECT, Q(comrade__isnull=False), lambda line: line.comrade is not None
        )
        return {
            Part.PERSON: ~self._holding(Role.LEAD, self._clear_leads, _clear_lines),
            Part.WORK: Q(title__regex=r"^\s*$"),
            Part.TIME: _of_work(due=None, continuing=False),
            Part.RESPONSIBILITY: ~directed,
            Part.PRODUCT: _of_work(product__regex=r"^\s*$"),
            Part.AUTHORITY: _of_work(authority__regex=r"^\s*$"),
        }

    def _clear_leads(self, among: Among, held: QuerySet) -> Q:
        """A named comrade leads, or one unit alone whose headship is held."""
        alone, units = _alone(held)
        headed = units.filter(unit__in=self._headships().values("unit"))
        named = held.filter(principal=True, comrade__isnull=False)
        return among(named) | (among(headed) & among(alone))

    def _headships(self) -> QuerySet[Post]:
        return headships(self.on).filter(comrade__committee=self.outline.committee)

    def _matching(self, wanted: Filters) -> Q:
        """The row that bears the code, where the words are one; else the rows in which each word is."""
        found = ~Q(pk=None)
        for word in wanted.words:
            found &= self._matches(word)
        if not wanted.code:
            return found
        coded = self._coded(wanted)
        return coded | (found & ~Q(Exists(self.visible.order_by().filter(coded))))

    def _coded(self, wanted: Filters) -> Q:
        """By code, however it is typed: "da01", "DA 1" and "đa-01" are all DA-01."""
        written = Replace(Replace(Lower("code"), V("-"), V("")), V("."), V(""))
        codes = {wanted.code, re.sub(r"(?<=\D)(?=\d$)", "0", wanted.code)}
        return Q(pk__in=self.visible.order_by().alias(written=written).filter(written__in=codes).values("pk"))

    def _matches(self, word: str) -> Q:
        """One sought word, from the beginning of a word: in the row, its section's heading or a lead."""
        sought = f" {word}"
        headings = [row.pk for row in self.outline.sections.values() if sought in f" {row.key}"]
        leads = self._any_line(
            Role.LEAD,
            Q(unit__search_key__startswith=word) | Q(unit__search_key__contains=sought),
            lambda line: sought in f" {line.unit_key}",
        )
        return Q(words__contains=sought) | Q(section__in=headings) | leads


def _of_work(**lacking: Any) -> Q:
    """A condition on the row where the work is entered: the row itself, or the one that it mirrors."""
    there = {f"mirrors__{name}": value for name, value in lacking.items()}
    return Q(mirrors=None, **lacking) | Q(mirrors__isnull=False, **there)


def _among(path: str, lines: QuerySet) -> Q:
    """Rows that are, or whose parent is, among the tasks of these assignment lines."""
    return Q(**{f"{path}__in": lines.order_by().values("task")})


def _alone(held: QuerySet) -> tuple[QuerySet, QuerySet]:
    """Tasks with just one unit as principal lead, and all lines of units that are."""
    units = held.filter(principal=True, unit__isnull=False)
    return units.order_by().values("task").annotate(n=Count("pk")).filter(n=1), units


def _clear_lines(lines: list[Line]) -> bool:
    return six_clear(SixFacts(leads=tuple(line.assignee for line in lines))).person

"""The one list of everything: tasks, projects and plan items of a programme, filtered in SQL.

Who answers for a row follows the rule of phancong.answerable: a row's own assignment of a role stands instead
of its parent's, and that instead of the nearest section's. What sections state is resolved by nhiemvu.outline
into sets of sections; what rows state themselves is asked in SQL (nhiemvu.row_rules), so that the list holds
at ten thousand rows.

How a row stands is nhiemvu.status alone, which no SQL repeats: the rows that the other filters leave are read
by key, and their marks worked out, where a mark is asked for or the programme has few enough rows to count
the marks beside the filters (``COUNTED_AT_MOST``).

On a past day the list is as it was known then: rows, words, assignments, deadlines and how each stood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from django.db.models import Case, Count, Exists, F, FilteredRelation, Q, QuerySet, TextField, When
from django.db.models import Value as V
from django.db.models.functions import Concat, Lower, Replace

from nhiemvu.as_of import Day, deadline_on, known_on, say_then, with_past_words
from nhiemvu.facts import facts_by
from nhiemvu.list_filters import ADDED, ANY_CLASH, CLASHES, GAPS, ITEM, Filters
from nhiemvu.meanings import NO_HEAD
from nhiemvu.models import Task, TaskQuerySet
from nhiemvu.moves import moves
from nhiemvu.outline import Line, Outline, flag
from nhiemvu.row_rules import RowRules
from nhiemvu.six_clear import Part
from nhiemvu.split import SPLITS, split
from nhiemvu.status import Deadline, Facts, Mark, Status, status
from phancong.answerable import OVERSEE
from phancong.models import Assignment, Plan, on_the_day

PAGE_SIZE = 50
COUNTED_AT_MOST = 2000
"""With more rows in the programme than this, marks are worked out only where one is asked for.

A term's worth of plan items stays below it. Measured on SQLite with 10,000 rows: 0.13 s a page without marks,
0.6 s at most with them; with 1,000 rows both are the same to the eye."""
Role = Assignment.Role


@dataclass(frozen=True, slots=True)
class Row:
    """One row as shown: ``missing`` are the parts of the 6 rõ that it lacks; ``plan`` is a plan item's while
    that is not given."""

    task: Task
    leads: list[str]
    missing: tuple[Part, ...]
    status: Status
    deadline: Deadline | None
    plan: Plan | None
    outside: bool
    headless: bool
    """Led by a unit that nobody heads: with the contradictions of its status, what does not fit together."""

    @property
    def parts(self) -> list[tuple[Part, bool]]:
        return [(part, part not in self.missing) for part in Part]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows found, and for each thing that can be chosen the rows that choosing it would leave.

    ``marks`` and ``clashes`` are None where they were not worked out.
    """

    total: int
    gaps: dict[str, int]
    kinds: dict[str, int]
    no_plan: int
    outside: int
    added: int
    marks: dict[str, int] | None = None
    clashes: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class _Sifted:
    """Rows taken one by one: those that fit, in order, what is known of each and how it stands, and what
    there is to choose. ``tasks``: of a past day, the rows themselves."""

    found: list[int]
    tasks: dict[int, Any]
    facts: dict[int, Facts]
    stands: dict[int, Status]
    counts: Counts


class WorkList:
    """The rows of one programme that ``visible`` holds, on one day, as far as they fit the filters.

    Whose work is sought is a matter of the outline: ``Filters.unit`` and ``comrade`` are those it is about.
    """

    def __init__(self, outline: Outline, visible: TaskQuerySet, day: Day | None = None) -> None:
        self.outline, self.on = outline, outline.about.on
        self.day = day or Day(self.on, self.on)
        self.rules = RowRules(outline, self.day)
        self.visible = visible.filter(known_on(self.day), programme=outline.programme)
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
        return wanted.judged or self.outline.size <= COUNTED_AT_MOST

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
    def _counts(
        found: Mapping[str, int],
        marks: dict[str, int] | None = None,
        clashes: dict[str, int] | None = None,
    ) -> Counts:
        return Counts(
            total=found["total"],
            gaps={name: found[f"gap_{name}"] for name in GAPS},
            kinds={name: found[f"kind_{name}"] for name in Task.Kind.values},
            no_plan=found["no_plan"],
            outside=found["outside"],
            added=found["added"],
            marks=marks,
            clashes=clashes,
        )

    def _sift(self, wanted: Filters) -> _Sifted:
        """The same in Python, row by row: which choices each would survive, and how it stands."""
        if wanted not in self._sifted:
            choices = self._choices(wanted)
            # An item has a mark once its plan is given; until then the list shows how the plan stands.
            flags = {f"fits_{name}": flag(which) for name, which in choices.items()}
            rows = self._base(wanted).annotate(
                ungiven=flag(self._ungiven), headless=flag(self.rules.headless), **flags
            )
            rows = rows.order_by(*self._order(wanted))
            shown = ("pk", "mirrors_id", "ungiven", "headless", *flags)
            whole = list(self._dressed(rows)) if self.day.past else []
            told = map(attrgetter(*shown), whole) if self.day.past else rows.values_list(*shown)
            read = list(told)
            asked = {
                pk: mirrors for pk, mirrors, _, _, *fits in read if (any(fits) if wanted.judged else fits[0])
            }
            facts = facts_by(asked, programmes={self.outline.programme})
            stands = {pk: self._status(known) for pk, known in facts.items()}
            marks: Counter[str] = Counter()
            clashes: Counter[str] = Counter()
            left: Counter[str] = Counter(dict.fromkeys(choices, 0))
            found = []
            for pk, _, ungiven, headless, *fits in read:
                stood = stands.get(pk) if not ungiven else None
                if not self._moved_as_asked(wanted, facts.get(pk), stood):
                    continue
                mark = stood.mark if stood else None
                clash = _clashes(stood, headless)
                if wanted.clash and wanted.clash not in clash:
                    continue
                if fits[0] and mark:
                    marks[mark] += 1
                if wanted.mark and mark != wanted.mark:
                    continue
                if wanted.split and (not stood or split(stood) not in SPLITS[wanted.split]):
                    continue
                if fits[0]:
                    clashes.update(clash)
                left.update(name for name, fit in zip(choices, fits, strict=True) if fit)
                if fits[0]:
                    found.append(pk)
            every = {str(mark): marks[mark] for mark in Mark}
            counts = self._counts(left, every, {name: clashes[name] for name in CLASHES})
            self._sifted[wanted] = _Sifted(found, {row.pk: row for row in whole}, facts, stands, counts)
        return self._sifted[wanted]

    @property
    def _ungiven(self) -> Q:
        """Plan items whose plan is not given: on a past day none is listed."""
        if self.day.past:
            return Q(pk__in=[])
        return Q(kind=Task.Kind.PLAN_ITEM) & ~Q(entry__plan__state=Plan.State.GIVEN)

    def _moved_as_asked(self, wanted: Filters, facts: Facts | None, stood: Status | None) -> bool:
        """Whether a row is as fresh, and moved since the other day, as is asked."""
        if not (wanted.freshness or wanted.move):
            return True
        if stood is None or facts is None:
            return False
        if wanted.freshness and stood.freshness != wanted.freshness:
            return False
        return not wanted.move or wanted.move in moves(status(facts, wanted.since or self.on), stood)

    def _status(self, facts: Facts) -> Status:
        return status(facts, self.on, known_at=self.day.known_at)

    def tasks(self, wanted: Filters) -> QuerySet[Task]:
        """The rows that fit, in the order of the document; plan items by what they belong to and year."""
        rows = self._base(wanted).order_by(*self._order(wanted))
        return (
            rows.filter(pk__in=self._sift(wanted).found) if wanted.judged else rows.filter(self._fits(wanted))
        )

    def _order(self, wanted: Filters) -> tuple[str, ...]:
        items = ("parent__ordinal", "parent_id", "year") if wanted.kinds == ITEM else ()
        return (*items, "ordinal", "pk")

    def rows(self, wanted: Filters, start: int, size: int = PAGE_SIZE) -> list[Row]:
        """``size`` rows from ``start``, with all that is shown of them, in two queries; in one if sifted, and
        in none if that was of a past day."""
        page: Any
        facts: dict[int, Facts] = {}
        stands: dict[int, Status] = {}
        tasks: Any = None
        if self._marked(wanted):
            sifted = self._sift(wanted)
            page, facts, stands = sifted.found[start : start + size], sifted.facts, sifted.stands
            tasks = [sifted.tasks[pk] for pk in page] if self.day.past else None
        else:
            page = self.tasks(wanted)[start : start + size].values("pk")
        found: dict[int, tuple[Task, list[str]]] = {}
        if self.day.past:
            for task in self._page(page, wanted) if tasks is None else tasks:
                found[task.pk] = task, list(dict.fromkeys(line.name for line in self._leads_then(task)))
                say_then(task)
        else:
            for task in self._with_leads(self._page(page, wanted), wanted):
                name = task.own_lead or task.parents_lead
                _, names = found.setdefault(task.pk, (task, []))
                if name and name not in names:
                    names.append(name)
        unknown = {pk: task.mirrors_id for pk, (task, _) in found.items() if pk not in stands}
        read = facts_by(unknown, programmes={self.outline.programme})
        facts = facts | read
        stands = stands | {pk: self._status(known) for pk, known in read.items()}
        return [self._row(task, names, stands[task.pk], facts[task.pk]) for task, names in found.values()]

    def _page(self, page: Any, wanted: Filters) -> QuerySet[Any]:
        rows: QuerySet[Any] = Task.objects.alias(**self.rules.then).filter(pk__in=page)
        rows = rows.annotate(ungiven=flag(self._ungiven), headless=flag(self.rules.headless))
        return self._dressed(rows).order_by(*self._order(wanted))

    def _dressed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with all that is shown of them but who leads."""
        rows = with_past_words(rows, self.day) if self.day.past else rows
        return (
            rows.select_related("section", "mirrors", "parent", "entry__plan")
            .annotate(is_outside=flag(self.rules.outside))
            .annotate(**{f"lacks_{name.replace('-', '_')}": flag(self.rules.gap(name)) for name in GAPS})
        )

    def _with_leads(self, rows: QuerySet[Any], wanted: Filters) -> QuerySet[Any]:
        """A line for each lead of a row that it, or its parent, states itself."""
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
        return (
            rows.annotate(own=FilteredRelation("assignments", condition=leads))
            .annotate(above=FilteredRelation("parent__assignments", condition=above))
            .annotate(own_lead=own, parents_lead=parents)
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

    def _leads_then(self, task: Task) -> list[Line]:
        """The leads that a row, or its parent, stated itself on the past day."""
        stated = self.outline.by_task or {}
        own, above = (stated.get(pk or 0, {}).get(Role.LEAD, []) for pk in (task.pk, task.parent_id))
        return own or above

    def _row(self, task: Any, leads: list[str], stands: Status, facts: Facts) -> Row:
        above = self.outline.stated(task.section_id, Role.LEAD)
        return Row(
            task=task,
            leads=leads or list(dict.fromkeys(line.name for line in above)),
            missing=tuple(
                part for name, part in GAPS.items() if getattr(task, f"lacks_{name.replace('-', '_')}")
            ),
            status=stands,
            deadline=deadline_on(facts, self.on, known_at=self.day.known_at),
            plan=task.entry.plan if task.ungiven and hasattr(task, "entry") else None,
            outside=task.is_outside,
            headless=task.headless,
        )

    def _base(self, wanted: Filters) -> QuerySet[Task]:
        """The rows that fit everything but what is counted side by side: kinds, gaps and plans."""
        rows: QuerySet[Task] = self.visible.alias(**self.rules.then)
        about = self.outline.about
        if wanted.section:
            rows = rows.filter(section__in=self.outline.within(wanted.section))
        if wanted.words:
            rows = rows.alias(words=Concat(V(" "), "search_key", output_field=TextField()))
            rows = rows.filter(self._matching(wanted))
        roles = [wanted.role] if wanted.role else [*Role.values, OVERSEE]
        if wanted.unit:
            rows = rows.filter(self.rules.any_role(roles, about.of_unit(), lambda line: line.of_unit))
        if wanted.comrade:
            mine = self.rules.any_role(roles, about.of_comrade(), lambda line: line.of_comrade, overseen=True)
            rows = rows.filter(mine)
        if wanted.principal:
            rows = rows.filter(self.rules.in_charge(wanted.principal))
        if wanted.role and not (wanted.unit or wanted.comrade):
            rows = rows.filter(self.rules.any_role(roles, ~Q(pk=None), lambda line: True, overseen=True))
        return rows

    def _fits(self, wanted: Filters) -> Q:
        """The rest of what is asked, as a condition on the rows of ``_base``."""
        found = Q(kind__in=wanted.kinds)
        if wanted.code and not wanted.kind:
            found |= self._coded(wanted)
        for name in dict.fromkeys(wanted.gaps):
            found &= self.rules.gap(name)
        if wanted.no_plan:
            planned = self._planned(wanted.year or self.on.year)
            counted_elsewhere = Q(mirrors__isnull=False, mirrors__in=planned)
            found &= ~Q(pk__in=planned) & ~counted_elsewhere & ~Q(kind=Task.Kind.PLAN_ITEM)
        elif wanted.year:
            found &= Q(kind=Task.Kind.PLAN_ITEM, year=wanted.year) | Q(pk__in=self._planned(wanted.year))
        if wanted.source:
            found &= Q(clause__isnull=wanted.source == ADDED) & ~Q(kind=Task.Kind.PLAN_ITEM)
        return found & self.rules.outside if wanted.outside else found

    def _planned(self, year: int) -> QuerySet:
        """The tasks and projects that have any item in the plans of that year."""
        return self.visible.filter(kind=Task.Kind.PLAN_ITEM, year=year).order_by().values("parent")

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
        leads = self.rules.any_line(
            Role.LEAD,
            Q(unit__search_key__startswith=word) | Q(unit__search_key__contains=sought),
            lambda line: sought in f" {line.unit_key}",
        )
        said = Q(words__contains=sought)
        if self.day.past:
            said = Q(pk__in=[pk for pk, key in self.outline.words.items() if sought in key])
        return said | Q(section__in=headings) | leads


def _clashes(stood: Status | None, headless: bool) -> tuple[str, ...]:
    """What does not fit together in a row, by its value in the address; nothing of an item not yet given."""
    if stood is None:
        return ()
    found = (*map(str, stood.contradictions), *((NO_HEAD,) if headless else ()))
    return (ANY_CLASH, *found) if found else ()

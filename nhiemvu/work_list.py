"""The one list of everything: tasks, projects and plan items of a programme, filtered in SQL.

Who answers for a row follows the rule of phancong.answerable: a row's own assignment of a role stands instead
of its parent's, and that instead of the nearest section's. A programme has few sections, so what they state
is resolved in Python into sets of sections; what rows state themselves is asked in SQL, so that the list
holds at ten thousand rows. tests/nhiemvu/test_list_agrees.py feeds both the same rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    When,
)
from django.db.models import Value as V
from django.db.models.functions import Concat

from chuongtrinh.models import Programme, Section
from chuongtrinh.vietnamese import fold
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.six_clear import Assignee, AssigneeKind, Part, SixFacts, six_clear
from nhiemvu.status import Facts, Status, status
from phancong.answerable import OVERSEE
from phancong.models import Assignment, Oversight, Post

PAGE_SIZE = 50
Role = Assignment.Role
Among = Callable[[QuerySet], Q]  # the rows that these assignment lines are about
GAPS: dict[str, Part] = {
    "nguoi": Part.PERSON,
    "viec": Part.WORK,
    "thoi-gian": Part.TIME,
    "trach-nhiem": Part.RESPONSIBILITY,
    "san-pham": Part.PRODUCT,
    "tham-quyen": Part.AUTHORITY,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asked for, already checked; ``groups`` are those that include who was asked for."""

    section: str = ""
    unit: int | None = None
    comrade: int | None = None
    role: str = ""
    kind: str = ""
    gaps: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    unit_groups: frozenset[int] = frozenset()
    comrade_groups: frozenset[int] = frozenset()


class Line(NamedTuple):
    """One assignment line of a section on the day."""

    role: str
    comrade: int | None
    unit: int | None
    group: int | None
    name: str
    unit_key: str
    principal: bool
    headed: bool


@dataclass(slots=True)
class SectionLines:
    pk: int
    parent: int | None
    number: str
    title: str
    key: str
    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Row:
    """One row as shown: ``missing`` are the parts of the 6 rõ that it lacks."""

    task: Task
    leads: list[str]
    missing: tuple[Part, ...]
    status: Status

    @property
    def parts(self) -> list[tuple[Part, bool]]:
        return [(part, part not in self.missing) for part in Part]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows found, rows a gap would leave, and rows of each kind with the other filters kept."""

    total: int
    gaps: dict[str, int]
    kinds: dict[str, int]


class WorkList:
    """The rows of one programme on one day that fit the filters."""

    def __init__(self, programme: Programme, on: date) -> None:
        self.programme, self.on = programme, on

    @cached_property
    def sections(self) -> dict[int, SectionLines]:
        """The sections in their order with their own assignment lines of the day, in one query."""
        on_the_day = _on_the_day("assignments", self.on)
        rows = (
            Section.objects.filter(programme=self.programme)
            .annotate(held=FilteredRelation("assignments", condition=on_the_day))
            .annotate(headed=Exists(self._headships().filter(unit=OuterRef("held__unit"))))
            .order_by("ordinal", F("held__principal").desc(nulls_last=True), "held__ordinal", "held__pk")
            .values_list(
                "pk",
                "parent_id",
                "number",
                "title",
                "held__role",
                "held__comrade_id",
                "held__unit_id",
                "held__group_id",
                "held__unit__name",
                "held__comrade__name",
                "held__group__name",
                "held__text",
                "held__unit__search_key",
                "held__principal",
                "headed",
            )
        )
        found: dict[int, SectionLines] = {}
        for pk, parent, number, title, role, comrade, unit, group, *names, key, principal, headed in rows:
            if pk not in found:
                found[pk] = SectionLines(pk, parent, number, title, fold(f"{number} {title}"))
            if role:
                name = next(filter(None, names), "")
                line = Line(role, comrade, unit, group, name, key or "", principal, headed)
                found[pk].lines[role].append(line)
        return found

    def stated(self, section: int | None, role: str) -> list[Line]:
        """The lines of a role that hold for a section: its own, or those of the nearest section above."""
        while section:
            if lines := self.sections[section].lines.get(role):
                return lines
            section = self.sections[section].parent
        return []

    def within(self, number: str) -> list[int]:
        """A section and everything under it, by the section's number."""
        inside: set[int] = set()
        for section in self.sections.values():  # parents come first: the order is the document's
            if section.number == number or section.parent in inside:
                inside.add(section.pk)
        return list(inside)

    def counts(self, wanted: Filters) -> Counts:
        """All the figures of the page in one query."""
        kept = self._gaps_q(wanted)
        kind = Q(kind=wanted.kind) if wanted.kind else Q()
        shown = self._base(wanted).aggregate(
            total=Count("pk", filter=kept & kind & ~Q(pk=None)),
            **{f"gap_{name}": Count("pk", filter=kept & kind & self._gap(name)) for name in GAPS},
            **{f"kind_{name}": Count("pk", filter=kept & Q(kind=name)) for name in Task.Kind.values},
        )
        return Counts(
            total=shown["total"],
            gaps={name: shown[f"gap_{name}"] for name in GAPS},
            kinds={name: shown[f"kind_{name}"] for name in Task.Kind.values},
        )

    def tasks(self, wanted: Filters) -> QuerySet[Task]:
        """The rows that fit, in the order of the document."""
        rows = self._base(wanted).filter(self._gaps_q(wanted))
        return (rows.filter(kind=wanted.kind) if wanted.kind else rows).order_by("ordinal", "pk")

    def rows(self, wanted: Filters, start: int, size: int = PAGE_SIZE) -> list[Row]:
        """``size`` rows from ``start``, with all that is shown of them, in one query."""
        page = self.tasks(wanted)[start : start + size].values("pk")
        leads = _on_the_day("assignments", self.on) & Q(assignments__role=Role.LEAD)
        above = _on_the_day("parent__assignments", self.on) & Q(parent__assignments__role=Role.LEAD)
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
            .select_related("section", "mirrors")
            .annotate(own=FilteredRelation("assignments", condition=leads))
            .annotate(above=FilteredRelation("parent__assignments", condition=above))
            .annotate(own_lead=own, parents_lead=parents)
            .annotate(**{f"gap_{name.replace('-', '_')}": _flag(self._gap(name)) for name in GAPS})
            .order_by(
                "ordinal",
                "pk",
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
        facts = facts_of(task for task, _ in found.values())
        return [self._row(task, names, facts[task.pk]) for task, names in found.values()]

    def _row(self, task: Task, leads: list[str], facts: Facts) -> Row:
        return Row(
            task=task,
            leads=leads or list(dict.fromkeys(line.name for line in self.stated(task.section_id, Role.LEAD))),
            missing=tuple(
                part for name, part in GAPS.items() if getattr(task, f"gap_{name.replace('-', '_')}")
            ),
            status=status(facts, self.on),
        )

    def _base(self, wanted: Filters) -> QuerySet[Task]:
        """The rows that fit everything but kind and gaps, whose figures are counted beside each other."""
        rows = Task.objects.filter(programme=self.programme)
        if wanted.section:
            rows = rows.filter(section__in=self.within(wanted.section))
        if wanted.words:
            rows = rows.alias(words=Concat(V(" "), "search_key", output_field=TextField()))
        for word in wanted.words:
            rows = rows.filter(self._matches(word))
        roles = [wanted.role] if wanted.role else [*Role.values, OVERSEE]
        if wanted.unit:
            mine = Q(unit=wanted.unit) | Q(group__in=wanted.unit_groups)
            rows = rows.filter(
                self._any_role(
                    roles, mine, lambda line: line.unit == wanted.unit or line.group in wanted.unit_groups
                )
            )
        if wanted.comrade:
            mine = Q(comrade=wanted.comrade) | Q(group__in=wanted.comrade_groups)
            rows = rows.filter(
                self._any_role(
                    roles,
                    mine,
                    lambda line: line.comrade == wanted.comrade or line.group in wanted.comrade_groups,
                    wanted.comrade,
                )
            )
        if wanted.role and not (wanted.unit or wanted.comrade):
            rows = rows.filter(self._any_role(roles, ~Q(pk=None), lambda line: True, overseen=True))
        return rows

    def _any_role(
        self,
        roles: list[str],
        mine: Q,
        test: Callable[[Line], bool],
        comrade: int | None = None,
        *,
        overseen: bool = False,
    ) -> Q:
        found = Q(pk__in=[])
        for role in roles:
            if role != OVERSEE:
                found |= self._any_line(role, mine, test)
        if OVERSEE in roles and (comrade or overseen):
            units = self._overseen(comrade)
            found |= self._any_line(Role.LEAD, Q(unit__in=units), lambda line: line.unit in units)
        return found

    def _overseen(self, comrade: int | None) -> list[int]:
        """IV.3: the units overseen by decision, by one comrade or by anyone."""
        held = Oversight.objects.on(self.on).filter(unit__committee=self.programme.committee_id)
        return list((held.filter(comrade=comrade) if comrade else held).values_list("unit_id", flat=True))

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
        held = Assignment.objects.on(self.on).filter(programme=self.programme, role=role, task__isnull=False)
        passing, stated = [], []
        for path in ("pk", "parent"):
            among = partial(_among, path)
            passing.append(in_sql(among, held))
            stated.append(among(held))
        by_section = Q(section__in=[pk for pk in self.sections if in_sections(self.stated(pk, role))])
        return passing[0] | (~stated[0] & (passing[1] | (~stated[1] & by_section)))

    def _gaps_q(self, wanted: Filters) -> Q:
        found = Q()
        for name in wanted.gaps:
            found &= self._gap(name)
        return found

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
            Part.TIME: Q(due=None, continuing=False),
            Part.RESPONSIBILITY: ~directed,
            Part.PRODUCT: Q(product__regex=r"^\s*$"),
            Part.AUTHORITY: Q(authority__regex=r"^\s*$"),
        }

    def _clear_leads(self, among: Among, held: QuerySet) -> Q:
        """A named comrade leads, or one unit alone whose headship is held."""
        principal = held.filter(principal=True)
        units = principal.filter(unit__isnull=False)
        alone = units.order_by().values("task").annotate(n=Count("pk")).filter(n=1)
        headed = units.filter(unit__in=self._headships().values("unit"))
        return among(principal.filter(comrade__isnull=False)) | (among(headed) & among(alone))

    def _headships(self) -> QuerySet[Post]:
        return Post.objects.on(self.on).filter(is_head=True, comrade__committee=self.programme.committee_id)

    def _matches(self, word: str) -> Q:
        """One sought word, from the beginning of a word: in the row, its section's heading or a lead."""
        sought = f" {word}"
        headings = [section.pk for section in self.sections.values() if sought in f" {section.key}"]
        leads = self._any_line(
            Role.LEAD,
            Q(unit__search_key__startswith=word) | Q(unit__search_key__contains=sought),
            lambda line: sought in f" {line.unit_key}",
        )
        return Q(words__contains=sought) | Q(section__in=headings) | leads


def sought_words(text: str) -> tuple[str, ...]:
    """The words of a search as keys; what has no letter or digit asks for nothing."""
    return tuple(dict.fromkeys(key for word in text.split() if (key := fold(word))))


def _among(path: str, lines: QuerySet) -> Q:
    """Rows that are, or whose parent is, among the tasks of these assignment lines."""
    return Q(**{f"{path}__in": lines.order_by().values("task")})


def _clear_lines(lines: list[Line]) -> bool:
    leads = tuple(
        Assignee(
            kind=AssigneeKind.COMRADE
            if line.comrade
            else AssigneeKind.UNIT
            if line.unit
            else AssigneeKind.GROUP
            if line.group
            else AssigneeKind.TEXT,
            name=line.name,
            principal=line.principal,
            has_head=line.headed,
        )
        for line in lines
    )
    return six_clear(SixFacts(leads=leads)).person


def _on_the_day(path: str, day: date) -> Q:
    """DatedQuerySet.on as a condition of a join."""
    return (Q(**{f"{path}__valid_from": None}) | Q(**{f"{path}__valid_from__lte": day})) & (
        Q(**{f"{path}__valid_to": None}) | Q(**{f"{path}__valid_to__gte": day})
    )


def _flag(condition: Q) -> Any:
    return Case(When(condition, then=V(True)), default=V(False), output_field=BooleanField())

"""A programme's sections with what they state of a day's duties, as the work list needs them; in one query.

A programme has few sections, so who answers for a section is resolved here in Python, while rows are asked
in SQL. Whose work is sought is asked along, so that a filter by unit or comrade costs no query of its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models import Value as V
from django.db.models.functions import Cast, Concat, Length

from chuongtrinh.models import Programme, Section
from chuongtrinh.vietnamese import fold
from nhiemvu.models import Task
from nhiemvu.six_clear import Assignee, AssigneeKind
from phancong.answerable import HEADED_KINDS
from phancong.models import Comrade, Group, Oversight, Post, Unit, on_the_day
from phancong.permissions import visible_comrades, visible_units


@dataclass(frozen=True, slots=True)
class About:
    """Whose work is sought on a day: a unit's, a comrade's, anyone's. ``principal`` is the unit in charge.
    ``words``: the key of what was typed into the search, which may be someone's name."""

    on: date
    unit: int | None = None
    comrade: int | None = None
    principal: int | None = None
    words: str = ""

    def of_unit(self, path: str = "") -> Q:
        """Assignment lines that mean the unit, by name or through a group; ``path`` leads to the line."""
        if self.unit is None:
            return Q(pk__in=[])
        return Q(**{f"{path}unit": self.unit}) | Q(**{f"{path}group__in": groups_of_unit(self.unit, self.on)})

    def of_comrade(self, path: str = "") -> Q:
        if self.comrade is None:
            return Q(pk__in=[])
        groups = groups_of_comrade(self.comrade, self.on)
        return Q(**{f"{path}comrade": self.comrade}) | Q(**{f"{path}group__in": groups})

    def overseen(self, path: str = "") -> Q:
        """IV.3: lines of units that are overseen by decision, by the comrade or else by anyone."""
        held: QuerySet[Oversight] = Oversight.objects.on(self.on)
        if self.comrade is not None:
            held = held.filter(comrade=self.comrade)
        return Q(**{f"{path}unit__in": held.order_by().values("unit")})


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
    of_unit: bool
    of_comrade: bool
    overseen: bool

    @property
    def assignee(self) -> Assignee:
        kind = (
            AssigneeKind.COMRADE
            if self.comrade
            else AssigneeKind.UNIT
            if self.unit
            else AssigneeKind.GROUP
            if self.group
            else AssigneeKind.TEXT
        )
        return Assignee(kind=kind, name=self.name, principal=self.principal, has_head=self.headed)


@dataclass(slots=True)
class SectionLines:
    pk: int
    parent: int | None
    number: str
    title: str
    key: str
    has_work: bool = False
    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))


class Found(NamedTuple):
    """A unit or comrade whose name holds the words of the search."""

    pk: int
    name: str


@dataclass(slots=True)
class Outline:
    """The sections of a programme in their order. The names are those of whom it is about, where known.

    ``size``: the rows of the programme, of every kind and seen by anyone. ``found_…``: whom a search names.
    ``by_task``: on a past day the lines of rows by role; None where SQL is asked for them. ``words``: what
    rows are found by on a past day, folded, where words are sought.
    """

    programme: int
    committee: int
    term: tuple[int, int] | None
    about: About
    unit_name: str | None = None
    comrade_name: str | None = None
    principal_name: str | None = None
    size: int = 0
    found_unit: Found | None = None
    found_comrade: Found | None = None
    sections: dict[int, SectionLines] = field(default_factory=dict)
    by_task: dict[int, dict[str, list[Line]]] | None = None
    words: dict[int, str] = field(default_factory=dict)

    @property
    def years(self) -> range:
        return range(self.term[0], self.term[1] + 1) if self.term else range(0)

    def stated(self, section: int | None, role: str) -> list[Line]:
        """The lines of a role that hold for a section: its own, or those of the nearest section above."""
        while section:
            if lines := self.sections[section].lines.get(role):
                return lines
            section = self.sections[section].parent
        return []

    @property
    def worked(self) -> list[SectionLines]:
        """The sections that hold rows, themselves or in what is under them; in their order."""
        held: set[int] = set()
        for section in self.sections.values():
            above: int | None = section.pk if section.has_work else None
            while above and above not in held:
                held.add(above)
                above = self.sections[above].parent
        return [section for section in self.sections.values() if section.pk in held]

    def within(self, number: str) -> list[int]:
        """A section and everything under it, by the section's number."""
        inside: set[int] = set()
        for section in self.sections.values():  # parents come first: the order is the document's
            if section.number == number or section.parent in inside:
                inside.add(section.pk)
        return list(inside)


_COLUMNS = (
    "programme_id",
    "programme__committee_id",
    "programme__term_start",
    "programme__term_end",
    "unit_name",
    "comrade_name",
    "principal_name",
    "size",
    "found_unit",
    "found_comrade",
    "pk",
    "parent_id",
    "number",
    "title",
    "has_work",
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
    "of_unit",
    "of_comrade",
    "overseen",
)


def read_outline(programmes: QuerySet[Programme], about: About, user: Any = None) -> Outline | None:
    """The first of these programmes; None where there is none, or where it has no section yet.

    Whom it is about is named as far as ``user`` may see them.
    """
    user = user or AnonymousUser()
    heads = headships(about.on).filter(unit=OuterRef("held__unit"))
    heads = heads.filter(comrade__committee=OuterRef("programme__committee"))
    programme = Subquery(programmes.values("pk")[:1])
    tasks = Task.objects.order_by()
    sized = tasks.filter(programme=programme).values("programme").annotate(n=Count("pk")).values("n")
    rows = (
        Section.objects.filter(programme=programme)
        .annotate(held=FilteredRelation("assignments", condition=on_the_day("assignments", about.on)))
        .annotate(
            headed=Exists(heads),
            of_unit=flag(about.of_unit("held__")),
            of_comrade=flag(about.of_comrade("held__")),
            overseen=flag(about.overseen("held__")),
            unit_name=_name(visible_units(user), about.unit),
            comrade_name=_name(visible_comrades(user), about.comrade),
            principal_name=_name(visible_units(user), about.principal),
            size=Subquery(sized),
            found_unit=_named(visible_units(user), about.words),
            found_comrade=_named(visible_comrades(user), about.words),
            has_work=Exists(tasks.filter(section=OuterRef("pk"))),
        )
        .order_by("ordinal", F("held__principal").desc(nulls_last=True), "held__ordinal", "held__pk")
        .values_list(*_COLUMNS)
    )
    outline = None
    for pk_of_programme, committee, first, last, unit_name, comrade_name, principal_name, *row in rows:
        size, found_unit, found_comrade, *row = row
        if outline is None:
            outline = Outline(
                pk_of_programme,
                committee,
                (first, last) if first and last else None,
                about,
                unit_name,
                comrade_name,
                principal_name,
                size or 0,
                _found(found_unit),
                _found(found_comrade),
            )
        pk, parent, number, title, has_work, role, comrade, unit, group, *names, key, principal = row[:15]
        section = outline.sections.get(pk)
        if section is None:
            section = SectionLines(pk, parent, number, title, fold(f"{number} {title}"), has_work)
            outline.sections[pk] = section
        if role:
            name = next(filter(None, names), "")
            line = Line(role, comrade, unit, group, name, key or "", principal, *row[15:])
            section.lines[role].append(line)
    return outline


def bare_outline(programme: Programme, about: About) -> Outline:
    """Of a programme that has no section yet."""
    term = (programme.term_start, programme.term_end)
    return Outline(programme.pk, programme.committee_id, term if all(term) else None, about)  # type: ignore[arg-type]


def _name(rows: QuerySet, pk: int | None) -> Any:
    if pk is None:
        return V(None, output_field=CharField())
    return Subquery(rows.filter(pk=pk).values("name")[:1])


def _named(rows: QuerySet, words: str) -> Any:
    """The shortest name that holds these words together, as "pk name"; a single word must be a whole one."""
    if not words:
        return V(None, output_field=CharField())
    key = Concat(V(" "), "search_key", V(" "), output_field=TextField())
    named = Q(key__contains=f" {words} ") if " " in words else Q(search_key=words)
    if " " not in words and rows.model is Unit:
        named |= Q(short_name=words.upper())
    found = rows.alias(key=key).filter(named).order_by(Length("name"), "name", "pk")
    whole = Concat(Cast("pk", CharField()), V(" "), "name", output_field=CharField())
    return Subquery(found.annotate(whole=whole).values("whole")[:1])


def _found(whole: str | None) -> Found | None:
    pk, _, name = (whole or "").partition(" ")
    return Found(int(pk), name) if pk else None


def headships(on: date) -> QuerySet[Post]:
    return Post.objects.on(on).filter(is_head=True)


def flag(condition: Q) -> Any:
    return Case(When(condition, then=V(True)), default=V(False), output_field=BooleanField())


def groups_of_unit(unit: int, on: date) -> QuerySet[Group]:
    """The groups that mean this unit on the day, by their rule (phancong.answerable)."""
    wanted = Q(pk__in=[])
    for rule, kinds in HEADED_KINDS.items():
        wanted |= Q(Exists(Unit.objects.on(on).filter(pk=unit, kind__in=kinds)), rule=rule)
    seats = Post.objects.on(on).filter(unit=unit, unit__kind=Unit.Kind.COMMITTEE)
    wanted |= Q(Exists(seats), rule=Group.Rule.COMMITTEE_MEMBERS)
    return _groups(wanted, Unit, unit)


def groups_of_comrade(comrade: int, on: date) -> QuerySet[Group]:
    """The groups that mean this comrade on the day: by name, as head of a unit, or as committee member."""
    posts = Post.objects.on(on).filter(comrade=comrade)
    listed = Group.comrades.through.objects.filter(group=OuterRef("pk"), comrade=comrade)
    wanted = Q(Exists(listed), rule=Group.Rule.LISTED)
    for rule, kinds in HEADED_KINDS.items():
        heads = posts.filter(is_head=True, unit__kind__in=kinds, unit__in=Unit.objects.on(on).values("pk"))
        wanted |= Q(Exists(heads), rule=rule)
    seats = posts.filter(unit__kind=Unit.Kind.COMMITTEE)
    wanted |= Q(Exists(seats), rule=Group.Rule.COMMITTEE_MEMBERS)
    return _groups(wanted, Comrade, comrade)


def _groups(wanted: Q, model: type[Unit] | type[Comrade], pk: int) -> QuerySet[Group]:
    committee = model._default_manager.filter(pk=pk).values("committee")[:1]
    return Group.objects.filter(wanted, committee=Subquery(committee)).order_by().values("pk")  # type: ignore[return-value]

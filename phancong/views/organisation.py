"""The organisation, and the pages of one unit and of one comrade: what each answers for, on any day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from baocao.answering import LIVE
from baocao.directive_rows import Line as DirectiveLine
from baocao.directive_rows import lines, live
from baocao.keeping import Kept
from chuongtrinh.models import Clause, Programme, User
from chuongtrinh.vietnamese import fold
from nhiemvu.as_of import Day, asked_day, known_on, read_then
from nhiemvu.facts import facts_of
from nhiemvu.list_filters import DOCUMENT
from nhiemvu.models import Task
from phancong.answerable import WITH_SECTIONS, Answerability, sections_of
from phancong.answered_then import answered_on
from phancong.context import asked_programme, chosen_programme, kept
from phancong.load import Load, items_given, load_of, tasks_of
from phancong.models import Comrade, Oversight, Post, Unit
from phancong.permissions import (
    can_enter,
    directive_kinds,
    visible_addressed,
    visible_comrades,
    visible_tasks,
    visible_units,
)
from phancong.workload import Part, Workload, list_url

PARTY_SIDE = (Unit.Kind.COMMITTEE, Unit.Kind.INSPECTION)


@dataclass(slots=True)
class Line:
    """A part of the work with the address of the work list that holds exactly its rows."""

    part: Part
    url: str


@dataclass(slots=True)
class Entry:
    """A unit or comrade with what it answers for; ``cells`` are a unit's chi bộ, shown beside it."""

    target: Any
    lines: list[Line]
    head: Comrade | None = None
    posts: list[Post] = field(default_factory=list)
    cells: list[Entry] = field(default_factory=list)


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """/don-vi/: units, comrades, groups and who oversees whom, on today's date or as of a past day."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "Đơn vị, đồng chí"})
    day = _day(request)
    who, work, _ = _work(request, programme, day)
    kinds = list(Unit.Kind)
    entries = {
        unit.pk: Entry(unit, _lines(request, unit, work.of(unit), day), head=who.head_of(unit.pk))
        for unit in sorted(who.units.values(), key=lambda unit: fold(unit.search_text()))
    }
    for entry in entries.values():
        if entry.target.cell_of_id in entries:
            entries[entry.target.cell_of_id].cells.append(entry)
    tops = [entry for entry in entries.values() if entry.target.cell_of_id not in entries]
    tops.sort(key=lambda entry: kinds.index(entry.target.kind))
    comrades = {
        person.pk: Entry(person, _lines(request, person, work.of(person), day))
        for person in who.comrades.values()
    }
    for post in who.posts:
        comrades[post.comrade_id].posts.append(post)
    party = [
        entry
        for entry in tops
        if entry.target.kind in (*PARTY_SIDE, Unit.Kind.PARTY_CELL) and not entry.cells
    ]
    context = _context(request, day) | {
        "party": party,
        "offices": [entry for entry in tops if entry not in party],
        "unit_count": len(entries),
        "headless": sum(entry.head is None for entry in entries.values()),
        "comrades": list(comrades.values()),
        "groups": [(group, who.members(group)) for group in who.groups.values()],
        "oversights": who.oversights,
    }
    return render(request, "phancong/organisation.html", context)


@require_safe
def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """/don-vi/<pk>/: what the unit answers for, by role and section, with the lines that say so."""
    programme, day = chosen_programme(request), _day(request)
    if programme is None:
        title = get_object_or_404(visible_units(request.user), pk=pk).name
        return render(request, "phancong/no_programme.html", {"title": title})
    who, work, items = _work(request, programme, day, unit=pk)
    unit = who.known_units.get(pk)
    if unit is None:
        return _not_then(request, visible_units(request.user), pk, day)
    oversights, units = who.overseers(pk), who.units.values()
    posts = [post for post in who.posts if post.unit_id == pk]
    context = _context(request, day) | {
        "unit": unit,
        **_carried(request, programme, unit, work, items, [unit], day),
        "head_posts": [post for post in posts if post.is_head],
        "other_posts": [post for post in posts if not post.is_head],
        "parent": who.known_units.get(unit.parent_id or 0),
        "cell_of": who.known_units.get(unit.cell_of_id or 0),
        "cells": [cell for cell in units if cell.cell_of_id == pk],
        "children": [child for child in units if child.parent_id == pk and not child.cell_of_id],
        "oversights": oversights,
        "directives": _directives(request.user, programme, unit, day),
        "may_direct": not day.past and _may_direct(request.user, unit, oversights),
        "standing": [] if unit.kind in PARTY_SIDE else _standing(programme),
    }
    return render(request, "phancong/unit.html", context)


@require_safe
def comrade_page(request: HttpRequest, pk: int) -> HttpResponse:
    """/don-vi/dong-chi/<pk>/: posts, and what the comrade directs, leads and oversees."""
    programme, day = chosen_programme(request), _day(request)
    if programme is None:
        title = f"Đồng chí {get_object_or_404(visible_comrades(request.user), pk=pk).name}"
        return render(request, "phancong/no_programme.html", {"title": title})
    who, work, _ = _work(request, programme, day)
    comrade = who.comrades.get(pk)
    if comrade is None:
        return _not_then(request, visible_comrades(request.user), pk, day)
    own = [post for post in who.known_posts if post.comrade_id == pk]
    own.sort(key=lambda post: (-(post.valid_to or date.max).toordinal(), post.pk))
    headed = [post.unit for post in who.posts if post.comrade_id == pk and post.is_head]
    context = _context(request, day) | {
        "comrade": comrade,
        **_carried(request, programme, comrade, work, [], headed, day),
        "posts": [(post, post.holds_on(day.on)) for post in own],
        "oversights": [row for row in who.oversights if row.comrade_id == pk],
    }
    return render(request, "phancong/comrade.html", context)


# -- inside ------------------------------------------------------------------------------------------------


def _day(request: HttpRequest) -> Day:
    return asked_day(request.GET.get("ngay", ""), timezone.localdate())


def _context(request: HttpRequest, day: Day) -> dict[str, Any]:
    """What the three pages say of their day, and what their links keep of it."""
    return {
        "day": day,
        "kept": kept(request, day),
        "as_of_url": request.path,
        "may_enter": can_enter(request.user) and not day.past,
    }


def _not_then(request: HttpRequest, rows: QuerySet[Any], pk: int, day: Day) -> HttpResponse:
    """Of what exists and was not on record yet on the day the page says just that."""
    get_object_or_404(rows.only("pk"), pk=pk)
    return render(request, "phancong/not_then.html", _context(request, day), status=404)


def _work(
    request: HttpRequest, programme: Programme, day: Day, *, unit: int | None = None
) -> tuple[Answerability, Workload, list[Task]]:
    """Who answered for the document's rows on the day, and the items given in the year to the ``unit`` whose
    page it is."""
    wanted = Q(kind__in=DOCUMENT) if unit is None else Q(kind__in=DOCUMENT) | items_given(unit, day.on.year)
    found = visible_tasks(request.user).filter(wanted, known_on(day), programme=programme)
    found = found.select_related(WITH_SECTIONS).order_by("ordinal").defer("search_key")
    rows = read_then(found, day)
    tasks = [row for row in rows if row.kind in DOCUMENT]
    who = answered_on(programme, day, tasks)
    who.sections = sections_of(tasks)
    work = Workload(who, tasks, units_only=unit is not None)
    return who, work, [row for row in rows if row.kind not in DOCUMENT]


def _carried(
    request: HttpRequest,
    programme: Programme,
    target: Unit | Comrade,
    work: Workload,
    items: list[Task],
    units: list[Unit],
    day: Day,
) -> dict[str, Any]:
    """The work of a unit or comrade, and how these ``units`` kept the periods; the facts of both at once."""
    parts, ct = work.of(target), asked_programme(request)
    periods = Kept.read(programme, units, day) if units else None
    lacking = periods.lacking if periods else set()
    facts = facts_of({*tasks_of(parts), *items, *lacking})
    load: Load | None = None
    if parts or items:
        load = load_of(_asked(target), target.pk, parts, items, facts, day, ct)
    return {
        "load": load,
        "kept_chart": periods.chart(facts, ct) if periods else None,
        "lines": _lines(request, target, parts, day),
    }


def _lines(request: HttpRequest, target: Unit | Comrade, parts: dict[str, Part], day: Day) -> list[Line]:
    ct, name = asked_programme(request), _asked(target)
    return [
        Line(part, list_url(ct, day, **{name: target.pk, "vai-tro": role})) for role, part in parts.items()
    ]


def _asked(target: Unit | Comrade) -> str:
    """What the work list calls the filter by such a target."""
    return "don-vi" if isinstance(target, Unit) else "dong-chi"


def _directives(user: Any, programme: Programme, unit: Unit, day: Day) -> list[DirectiveLine]:
    """What the unit was told and had not settled on the day."""
    rows = visible_addressed(user).filter(directive__programme=programme, unit=unit.pk)
    found = lines(rows if day.past else live(rows), day)
    return [line for line in found if line.stand in LIVE]


def _may_direct(user: Any, unit: Unit, oversights: list[Oversight]) -> bool:
    """Whether to offer the form: a member directs the units that he oversees."""
    if unit.kind in (Unit.Kind.COMMITTEE, Unit.Kind.PARTY_CELL):
        return False
    near = user.role != User.Role.MEMBER or user.comrade_id in {row.comrade_id for row in oversights}
    return bool(directive_kinds(user)) and near


def _standing(programme: Programme) -> list[Clause]:
    """The duties that the document lays on every head (IV.2)."""
    rows = Clause.objects.filter(section__programme=programme, duty=Clause.Duty.HEADS)
    return list(rows.select_related("section"))

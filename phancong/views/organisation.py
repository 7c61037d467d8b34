"""The organisation, and the pages of one unit and of one comrade: what each answers for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from baocao.directive_rows import lines, live
from baocao.keeping import kept_by
from chuongtrinh.models import Clause, Programme, User
from nhiemvu.as_of import Day
from nhiemvu.list_filters import DOCUMENT
from nhiemvu.models import Task
from phancong.answerable import WITH_SECTIONS, Answerability, Member, sections_of
from phancong.context import asked_programme, chosen_programme
from phancong.load import items_given, load_of
from phancong.models import Comrade, Group, Post, Unit, on_the_day
from phancong.permissions import (
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
    """/don-vi/: units, comrades, groups and who oversees whom, on today's date."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "Đơn vị, đồng chí"})
    today = timezone.localdate()
    who, work, _ = _work(request, programme, today)
    entries = {
        unit.pk: Entry(unit, _lines(request, "don-vi", unit.pk, work.of(unit)), head=who.head_of(unit.pk))
        for unit in sorted(who.units.values(), key=lambda unit: unit.search_key)
    }
    for entry in entries.values():
        if entry.target.cell_of_id in entries:
            entries[entry.target.cell_of_id].cells.append(entry)
    tops = [entry for entry in entries.values() if entry.target.cell_of_id not in entries]
    kinds = list(Unit.Kind)
    tops.sort(key=lambda entry: kinds.index(entry.target.kind))
    comrades, oversights = _comrades(request, who, work)
    context = {
        "today": today,
        "party": [
            entry
            for entry in tops
            if entry.target.kind in (*PARTY_SIDE, Unit.Kind.PARTY_CELL) and not entry.cells
        ],
        "offices": [
            entry
            for entry in tops
            if entry.target.kind not in (*PARTY_SIDE, Unit.Kind.PARTY_CELL) or entry.cells
        ],
        "unit_count": len(entries),
        "headless": sum(entry.head is None for entry in entries.values()),
        "comrades": comrades,
        "groups": _groups(who),
        "oversights": oversights,
    }
    return render(request, "phancong/organisation.html", context)


@require_safe
def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """/don-vi/<pk>/: what the unit answers for, by role and section, with the lines that say so."""
    today = timezone.localdate()
    programme = chosen_programme(request)
    every = list(_with_oversight(visible_units(request.user).select_related("cell_of", "parent"), today))
    rows = [row for row in every if row.pk == pk]
    if not rows:
        raise Http404("Không có đơn vị này.")
    unit = rows[0]
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": unit.name})
    committee = programme.committee_id
    units = {row.pk: row for row in every if row.committee_id == committee and row.holds_on(today)}
    given = items_given(unit, today.year)
    who, work, items = _work(request, programme, today, given, units=units, overseers=False)
    standing = Clause.objects.filter(section__programme=programme, duty=Clause.Duty.HEADS).select_related(
        "section"
    )
    parts = work.of(unit)
    now, ct = timezone.now(), asked_programme(request)
    context = {
        "today": today,
        "unit": unit,
        "load": load_of("don-vi", unit.pk, parts, items, today, ct) if parts or items else None,
        "kept_chart": kept_by(programme, [unit], now, ct),
        "head_posts": [post for post in who.posts if post.unit_id == unit.pk and post.is_head],
        "other_posts": [post for post in who.posts if post.unit_id == unit.pk and not post.is_head],
        "cells": [cell for cell in who.units.values() if cell.cell_of_id == unit.pk],
        "children": [
            child for child in who.units.values() if child.parent_id == unit.pk and not child.cell_of_id
        ],
        "lines": _lines(request, "don-vi", unit.pk, parts),
        "oversights": [row for row in rows if row.decision],
        "directives": lines(
            live(visible_addressed(request.user)).filter(directive__programme=programme, unit=unit),
            Day(today, today),
        ),
        "may_direct": _may_direct(request.user, unit, rows),
        "standing": list(standing) if unit.kind not in PARTY_SIDE else [],
    }
    return render(request, "phancong/unit.html", context)


@require_safe
def comrade_page(request: HttpRequest, pk: int) -> HttpResponse:
    """/don-vi/dong-chi/<pk>/: posts, and what the comrade directs, leads and oversees."""
    today = timezone.localdate()
    programme = chosen_programme(request)
    rows = list(_with_oversight(visible_comrades(request.user).filter(pk=pk), today))
    if not rows:
        raise Http404("Không có đồng chí này.")
    comrade = rows[0]
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": f"Đồng chí {comrade.name}"})
    people = Post.objects.filter(comrade__committee=programme.committee_id)
    posts = list(people.select_related("comrade", "unit").order_by("comrade__sort_key", "-is_head", "pk"))
    present = [post for post in posts if post.holds_on(today)]
    _, work, _ = _work(request, programme, today, posts=present)
    parts = work.of(comrade)
    now, ct = timezone.now(), asked_programme(request)
    headed = [post.unit for post in present if post.comrade_id == comrade.pk and post.is_head]
    own = [post for post in posts if post.comrade_id == comrade.pk]
    own.sort(key=lambda post: (-(post.valid_to or date.max).toordinal(), post.pk))
    context = {
        "today": today,
        "comrade": comrade,
        "posts": [(post, post.holds_on(today)) for post in own],
        "load": load_of("dong-chi", comrade.pk, parts, [], today, ct) if parts else None,
        "kept_chart": kept_by(programme, headed, now, ct) if headed else None,
        "lines": _lines(request, "dong-chi", comrade.pk, parts),
        "oversights": [row for row in rows if row.decision],
    }
    return render(request, "phancong/comrade.html", context)


def _may_direct(user: Any, unit: Unit, rows: list[Any]) -> bool:
    """Whether to offer the form: a member directs the units that he oversees."""
    if unit.kind in (Unit.Kind.COMMITTEE, Unit.Kind.PARTY_CELL):
        return False
    near = user.role != User.Role.MEMBER or user.comrade_id in {row.overseer for row in rows if row.decision}
    return bool(directive_kinds(user)) and near


def _work(
    request: HttpRequest,
    programme: Programme,
    today: date,
    also: Q | None = None,
    *,
    units: dict[int, Unit] | None = None,
    posts: list[Post] | None = None,
    overseers: bool = True,
) -> tuple[Answerability, Workload, list[Task]]:
    """Who answers for the document's rows; ``also``: the plan items that are asked for beside them. Units and
    posts of the day that the page has read already are not read again."""
    wanted = Q(kind__in=DOCUMENT) if also is None else Q(kind__in=DOCUMENT) | also
    rows = list(
        visible_tasks(request.user)
        .filter(wanted, programme=programme)
        .select_related(WITH_SECTIONS)
        .order_by("ordinal")
        .defer("search_key")
    )
    tasks = [row for row in rows if row.kind in DOCUMENT]
    who = Answerability(programme, on=today, tasks=tasks, overseers=overseers)
    who.sections = sections_of(tasks)
    if units is not None:
        who.units = units
    if posts is not None:
        who.posts = posts
    return who, Workload(who, tasks), [row for row in rows if row.kind not in DOCUMENT]


def _lines(request: HttpRequest, name: str, pk: int, parts: dict[str, Part]) -> list[Line]:
    ct = asked_programme(request)
    return [Line(part, list_url(ct, **{name: pk, "vai-tro": role})) for role, part in parts.items()]


def _with_oversight(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Each row once for each oversight (IV.3) held today, or once with ``decision`` None, in one query."""
    return rows.annotate(
        held=FilteredRelation("oversights", condition=on_the_day("oversights", today)),
        decision=F("held__decision_number"),
        decided_on=F("held__decided_on"),
        overseen_field=F("held__field"),
        overseen_unit=F("held__unit"),
        overseen_name=F("held__unit__name"),
        overseer=F("held__comrade"),
        overseer_name=F("held__comrade__name"),
    )


def _comrades(request: HttpRequest, who: Answerability, work: Workload) -> tuple[list[Entry], list[Comrade]]:
    found: dict[int, Entry] = {}
    oversights = []
    for row in _with_oversight(visible_comrades(request.user), who.on).order_by("sort_key", "pk", "held__pk"):
        if row.decision:
            oversights.append(row)
        if row.pk not in found:
            found[row.pk] = Entry(row, _lines(request, "dong-chi", row.pk, work.of(row)))
    for post in who.posts:
        found[post.comrade_id].posts.append(post)
    return list(found.values()), oversights


def _groups(who: Answerability) -> list[tuple[Group, list[Member]]]:
    rows = Group.objects.filter(committee=who.programme.committee_id).order_by("name")
    return [(group, who.members(group)) for group in rows]

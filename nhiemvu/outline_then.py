"""The outline of a past day: who answered for what, by the names and posts that were known at its end.

What the work list asks in SQL of the present day is asked here of the histories, in Python, line by line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chuongtrinh.models import Programme
from chuongtrinh.vietnamese import fold
from nhiemvu.outline import About, Found, Line, Outline
from phancong.answered_then import AnsweredThen
from phancong.models import Assignment, Comrade, Group, Unit


def known_then(outline: Outline, known_at: datetime | None = None, *, words: bool = False) -> Outline:
    """The same outline with the lines of the day, of sections and of rows; in one query. ``known_at`` and
    ``words``: as for ``AnsweredThen``."""
    programme = Programme(pk=outline.programme, committee_id=outline.committee)
    who = AnsweredThen(programme, outline.about.on, lines=False, words=words, known_at=known_at)
    outline.words = {pk: f" {fold(said)}" for pk, said in who.words.items()}
    about = outline.about
    groups = _groups(who, about)
    for section in outline.sections.values():
        section.lines.clear()
    outline.by_task = {}
    for row in sorted(who.held, key=lambda row: not row.principal):
        line = _line(row, who, about, groups)
        if row.task_id:
            outline.by_task.setdefault(row.task_id, {}).setdefault(row.role, []).append(line)
        elif row.section_id in outline.sections:
            outline.sections[row.section_id].lines[row.role].append(line)
    for name, known, pk in (
        ("unit_name", who.known_units, about.unit),
        ("comrade_name", who.comrades, about.comrade),
        ("principal_name", who.known_units, about.principal),
    ):
        if pk and pk in known:
            setattr(outline, name, known[pk].name)
    outline.found_unit = _called(outline.found_unit, who.known_units)
    outline.found_comrade = _called(outline.found_comrade, who.comrades)
    return outline


def _called(found: Found | None, known: Mapping[int, Unit | Comrade]) -> Found | None:
    """Whom a search names, by the name of the day."""
    return Found(found.pk, known[found.pk].name) if found and found.pk in known else None


def _groups(who: AnsweredThen, about: About) -> dict[str, set[int]]:
    """The groups that mean the unit, and the comrade, that is asked about."""
    found: dict[str, set[int]] = {"unit": set(), "comrade": set()}
    for pk, group in who.groups.items() if about.unit or about.comrade else ():
        if group.rule == Group.Rule.LISTED and not about.comrade:
            continue  # a list made by hand names comrades alone
        members = who.members(group)
        if any(member.unit and member.unit.pk == about.unit for member in members):
            found["unit"].add(pk)
        if any(member.comrade and member.comrade.pk == about.comrade for member in members):
            found["comrade"].add(pk)
    return found


def _line(row: Assignment, who: AnsweredThen, about: About, groups: dict[str, set[int]]) -> Line:
    unit = row.unit_id
    return Line(
        role=row.role,
        comrade=row.comrade_id,
        unit=unit,
        group=row.group_id,
        name=row.assignee_name,
        unit_key=fold(row.unit.name) if row.unit else "",
        principal=row.principal,
        headed=bool(unit and who.head_of(unit)),
        of_unit=bool(unit and unit == about.unit) or row.group_id in groups["unit"],
        of_comrade=bool(row.comrade_id and row.comrade_id == about.comrade)
        or row.group_id in groups["comrade"],
        overseen=any(about.comrade in (None, overseer.comrade_id) for overseer in who.overseers(unit or 0)),
    )

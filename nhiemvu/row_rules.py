"""Who answers for rows, and what they lack, as conditions on them: the rules of phancong.answerable and
nhiemvu.six_clear in SQL, on one day.

tests/nhiemvu/test_list_agrees.py feeds both the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from nhiemvu.as_of import Day, past_fields
from nhiemvu.list_filters import GAPS, NO_PRINCIPAL
from nhiemvu.models import Task
from nhiemvu.outline import Line, Outline, headships
from nhiemvu.six_clear import Part, SixFacts, six_clear
from phancong.answerable import OVERSEE
from phancong.models import Assignment, Post

Role = Assignment.Role
Among = Callable[[QuerySet], Q]  # the rows that these assignment lines are about
_BLANK = r"^\s*$"


class RowRules:
    """Of the rows of one programme; those that ask for words of a past day need ``then`` as aliases."""

    def __init__(self, outline: Outline, day: Day) -> None:
        self.outline, self.day, self.on = outline, day, day.on

    @cached_property
    def outside(self) -> Q:
        due = "then_due" if self.day.past else "due"
        outside = Q(**{f"{due}__year__lt": F("year")}) | Q(**{f"{due}__year__gt": F("year")})
        if term := self.outline.term:
            outside |= Q(**{f"{due}__year__lt": term[0]}) | Q(**{f"{due}__year__gt": term[1]})
        return Q(kind=Task.Kind.PLAN_ITEM) & outside

    def any_role(
        self, roles: list[str], mine: Q, test: Callable[[Line], bool], *, overseen: bool = False
    ) -> Q:
        found = Q(pk__in=[])
        for role in roles:
            if role != OVERSEE:
                found |= self.any_line(role, mine, test)
        if OVERSEE in roles and overseen:
            units = self.outline.about.overseen()
            found |= self.any_line(Role.LEAD, units, lambda line: line.overseen)
        return found

    def any_line(self, role: str, mine: Q, test: Callable[[Line], bool]) -> Q:
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
        by_section = Q(section__in=[pk for pk in outline.sections if in_sections(outline.stated(pk, role))])
        if outline.by_task is not None:
            lines = {pk: roles[role] for pk, roles in outline.by_task.items() if role in roles}
            passed = [pk for pk in lines if in_sections(lines[pk])]
            failed = [*lines.keys() - {*passed}]
            above = Q(parent__in=passed) | (~Q(parent__in=failed) & by_section)
            return Q(pk__in=passed) | (~Q(pk__in=failed) & above)
        held = Assignment.objects.on(self.on).filter(
            programme=outline.programme, role=role, task__isnull=False
        )
        passing, stated = [], []
        for path in ("pk", "parent"):
            among = partial(_among, path)
            passing.append(in_sql(among, held))
            stated.append(among(held))
        return passing[0] | (~stated[0] & (passing[1] | (~stated[1] & by_section)))

    def in_charge(self, key: str) -> Q:
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

    def gap(self, name: str) -> Q:
        return self._gap_conditions[GAPS[name]]

    @cached_property
    def _gap_conditions(self) -> dict[Part, Q]:
        """The rule of nhiemvu.six_clear as conditions on rows."""
        directed = self.any_line(Role.DIRECT, Q(comrade__isnull=False), lambda line: line.comrade is not None)
        people = {
            Part.PERSON: ~self._holding(Role.LEAD, self._clear_leads, _clear_lines),
            Part.RESPONSIBILITY: ~directed,
        }
        if self.day.past:
            return people | {
                Part.WORK: Q(then_title__regex=_BLANK),
                Part.TIME: Q(then_decided=False, then_first=""),
                Part.PRODUCT: Q(then_product__regex=_BLANK),
                Part.AUTHORITY: Q(then_authority__regex=_BLANK),
            }
        return people | {
            Part.WORK: Q(title__regex=_BLANK),
            Part.TIME: _of_work(due=None, continuing=False),
            Part.PRODUCT: _of_work(product__regex=_BLANK),
            Part.AUTHORITY: _of_work(authority__regex=_BLANK),
        }

    @property
    def then(self) -> dict[str, Any]:
        """The words of a past day, for the conditions that ask for them."""
        return past_fields(self.day) if self.day.past else {}

    def _clear_leads(self, among: Among, held: QuerySet) -> Q:
        """A named comrade leads, or one unit alone whose headship is held."""
        alone, units = _alone(held)
        headed = units.filter(unit__in=self._headships().values("unit"))
        named = held.filter(principal=True, comrade__isnull=False)
        return among(named) | (among(headed) & among(alone))

    @cached_property
    def headless(self) -> Q:
        """Rows that a unit leads whose headship nobody holds on the day."""
        headed = self._headships().values("unit")

        def in_sql(among: Among, held: QuerySet) -> Q:
            return among(held.filter(principal=True, unit__isnull=False).exclude(unit__in=headed))

        def in_sections(lines: list[Line]) -> bool:
            return any(line.principal and line.unit and not line.headed for line in lines)

        return self._holding(Role.LEAD, in_sql, in_sections)

    def _headships(self) -> QuerySet[Post]:
        return headships(self.on).filter(comrade__committee=self.outline.committee)


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

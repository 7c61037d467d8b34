"""A past day as it was known then: who answered for a task, by the names and posts of that day, and how the
units' plans stood.

The rows come from their histories, so that what was entered, renamed, moved or deleted since changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from django.db.models import Model

from chuongtrinh.models import Clause, Programme
from chuongtrinh.vietnamese import person_sort_key
from nhiemvu.as_of import Day, all_known, versions_known
from nhiemvu.models import Task
from nhiemvu.status import day_end
from phancong.answerable import Answerability
from phancong.models import Assignment, Comrade, Group, Oversight, Plan, PlanAct, PlanEntry, Post, Unit
from phancong.models.plan import STEPS


class AnsweredThen(Answerability):
    """``Answerability`` of a day with the knowledge of its end, in one query; one more for the lines of the
    text that assign, and one where the members of a list made by hand are asked for."""

    def __init__(
        self,
        programme: Programme,
        on: date,
        tasks: Iterable[Task] = (),
        *,
        overseers: bool = True,
        lines: bool = True,
        words: bool = False,
        known_at: datetime | None = None,
    ) -> None:
        """``lines=False`` spares a page that does not name them the lines that assign; ``words``: for a page
        that seeks words in the work. ``known_at``: with the knowledge of another moment than the end of the
        day."""
        self.known_at, self._with_lines, self._with_words = known_at or day_end(on), lines, words
        super().__init__(programme, on, tasks, overseers=overseers)

    @cached_property
    def _known(self) -> dict[type[Model], list[Any]]:
        committee = {"committee": self.programme.committee_id}
        people = cast(Any, Comrade).history.model.objects.filter(**committee).order_by().values("id")
        wanted: dict[type[Model], dict[str, Any]] = {
            Unit: committee,
            Comrade: committee,
            Group: committee,
            Post: {"comrade__in": people},
            Assignment: {"programme": self.programme.pk},
        }
        if self._with_overseers:
            wanted[Oversight] = {"comrade__in": people}
        if self._with_words:
            wanted[Task] = {"programme": self.programme.pk}
        return all_known(wanted, self.known_at, {Task: {"clause_text": "clause__text"}})

    @cached_property
    def words(self) -> dict[int, str]:
        """What each row of work is found by, as Task.search_text has it, in the words of the day."""
        return {
            row.pk: f"{row.code} {row.title} {row.clause_text or ''} {row.product}"
            for row in self._known.get(Task, [])
        }

    @cached_property
    def known_units(self) -> dict[int, Unit]:
        return {row.pk: row for row in sorted(self._known[Unit], key=lambda unit: (unit.kind, unit.name))}

    @cached_property
    def comrades(self) -> dict[int, Comrade]:
        rows = sorted(self._known[Comrade], key=lambda person: (person_sort_key(person.name), person.pk))
        return {row.pk: row for row in rows}

    @cached_property
    def groups(self) -> dict[int, Group]:
        return {row.pk: row for row in sorted(self._known[Group], key=lambda group: group.name)}

    @cached_property
    def known_posts(self) -> list[Post]:
        place = {pk: at for at, pk in enumerate(self.comrades)}
        known: list[Post] = self._known[Post]
        ours = [post for post in known if post.comrade_id in place and post.unit_id in self.known_units]
        for post in ours:
            post.comrade, post.unit = self.comrades[post.comrade_id], self.known_units[post.unit_id]
        return sorted(ours, key=lambda post: (place[post.comrade_id], not post.is_head, post.pk))

    @cached_property
    def oversights(self) -> list[Oversight]:
        place = {pk: at for at, pk in enumerate(self.comrades)}
        rows: list[Oversight] = self._known.get(Oversight, [])
        ours = [row for row in rows if row.holds_on(self.on) and row.comrade_id in place]
        ours = [row for row in ours if row.unit_id is None or row.unit_id in self.known_units]
        for row in ours:
            row.comrade = self.comrades[row.comrade_id]
            row.unit = self.known_units[row.unit_id] if row.unit_id else None
        return sorted(ours, key=lambda row: (place[row.comrade_id], row.pk))

    @cached_property
    def _listed(self) -> dict[int, list[Comrade]]:
        versions = versions_known(Group, self.known_at, committee=self.programme.committee_id)
        listed = set(versions.values_list("id", "historicalgroup_comrades__comrade"))
        found: dict[int, list[Comrade]] = defaultdict(list)
        for pk, comrade in self.comrades.items():
            for group in self.groups:
                if (group, pk) in listed:
                    found[group].append(comrade)
        return found

    def _assignments(self, wanted: set[int]) -> list[Assignment]:
        return self.held

    @cached_property
    def held(self) -> list[Assignment]:
        """Every assignment of the day, in order."""
        held = [row for row in self._known[Assignment] if row.holds_on(self.on)]
        asked = {row.clause_id for row in held} if self._with_lines else ()
        lines = Clause.objects.select_related("section").in_bulk(pk for pk in asked if pk)
        known: dict[str, dict[int, Any]] = {
            "comrade": self.comrades, "unit": self.known_units, "group": self.groups, "clause": lines,
        }  # fmt: skip
        for row in held:
            for name, targets in known.items():
                target = targets.get(getattr(row, f"{name}_id"))
                if target or name == "clause":
                    setattr(row, name, target)
        return sorted(held, key=lambda row: (row.ordinal, row.pk))


def answered_on(
    programme: Programme, day: Day, tasks: Iterable[Task], *, overseers: bool = True, lines: bool = True
) -> Answerability:
    """Who answers on the day that a page shows: by today's records, or by those of the past day."""
    if day.past:
        return AnsweredThen(programme, day.on, tasks, overseers=overseers, lines=lines, known_at=day.known_at)
    return Answerability(programme, day.on, tasks, overseers=overseers)


class PlansThen:
    """How the plans of a programme stood at the end of a day; in three queries."""

    def __init__(self, programme: Programme, on: date) -> None:
        end = day_end(on)
        plans = Plan.objects.filter(programme=programme).select_related("unit")
        self._plans = {plan.pk: plan for plan in plans}
        self._by_unit = {(plan.unit_id, plan.year): plan for plan in self._plans.values()}
        entries = PlanEntry.objects.filter(plan__programme=programme)
        rows = list(entries.values_list("task", "plan", "given_on", "given_at"))
        self._plan_of = {task: plan for task, plan, _, _ in rows}
        self._given = {task: given_on for task, _, given_on, given_at in rows if given_at and given_at < end}
        acts = PlanAct.objects.filter(plan__programme=programme, recorded_at__lt=end).order_by("pk")
        self._states = {plan: STEPS[PlanAct.Act(act)][1] for plan, act in acts.values_list("plan", "act")}

    def of(self, item: Task, who: Answerability) -> Plan | None:
        """The plan of an item; of one removed since, that of the unit that led it."""
        if plan := self._plans.get(self._plan_of.get(item.pk, 0)):
            return plan
        leads = [duty.target for duty in who.duties(item) if duty.principal]
        found = (self._by_unit.get((unit.pk, item.year or 0)) for unit in leads if isinstance(unit, Unit))
        return next(found, None)

    def state(self, plan: Plan) -> str:
        return str(self._states.get(plan.pk, Plan.State.DRAFT))

    def given(self, item: Task) -> bool:
        return item.pk in self._given

    def given_on(self, item: Task) -> date | None:
        """The day of giao, once that was recorded."""
        return self._given.get(item.pk)

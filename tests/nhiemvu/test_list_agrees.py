"""The list's SQL and the rules in Python say the same of every row: 6 rõ, units, comrades, roles, marks."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chuongtrinh.models import Programme
from nhiemvu import facts
from nhiemvu import work_list as work_list_module
from nhiemvu.list_filters import GAPS, NO_PRINCIPAL, Filters, sought_words
from nhiemvu.models import Task
from nhiemvu.outline import About, read_outline
from nhiemvu.status import Mark, day_end, status
from nhiemvu.work_list import WorkList
from phancong.answerable import ROLE_LABELS, Answerability
from phancong.models import Assignment, Comrade, Group, Oversight, Plan, PlanEntry, Unit
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

DAY = date(2026, 11, 23)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
GIVEN = day_end(BEFORE) - timedelta(hours=8)
SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.one_database) for seed in (2, 3, 4))]
HELD = [(None, None), (None, None), (BEFORE, DAY), (DAY, None), (AFTER, None), (None, BEFORE)]


def scatter(seed):
    """A programme whose sections, tasks and plan items state roles at random, some of them on other days."""
    chance = random.Random(seed)
    programme = ProgrammeFactory()
    committee = programme.committee
    kinds = [*Unit.Kind.values, Unit.Kind.DEPARTMENT, Unit.Kind.PARTY_CELL]
    units = [UnitFactory(committee=committee, kind=kind) for kind in kinds]
    comrades = [ComradeFactory(committee=committee) for _ in range(4)]
    for unit in units[::2]:
        PostFactory(unit=unit, comrade=chance.choice(comrades))
    PostFactory(unit=units[1], comrade=comrades[0], valid_to=BEFORE)
    groups = [Group.objects.create(committee=committee, name=rule, rule=rule) for rule in Group.Rule.values]
    groups[-1].comrades.add(comrades[1])
    Oversight.objects.create(comrade=comrades[2], unit=units[3], decision_number="01-QĐ/MAU", decided_on=DAY)
    top = SectionFactory(programme=programme)
    sections = [top, *(SectionFactory(programme=programme, parent=top) for _ in range(3))]
    sections.append(SectionFactory(programme=programme, parent=sections[1]))
    tasks = [
        TaskFactory(
            section=chance.choice(sections),
            due=chance.choice([None, DAY]),
            product=chance.choice(["", "  ", "Báo cáo"]),
            authority=chance.choice(["", "Chủ tịch UBND xã"]),
        )
        for _ in range(20)
    ]
    tasks += [
        TaskFactory(
            section=task.section,
            kind=Task.Kind.PLAN_ITEM,
            parent=task,
            year=chance.choice([2026, 2027]),
            clause=None,
            **chance.choice([{"continuing": True}, {"due": DAY}, {"due": date(2031, 1, 1)}, {}]),
            product=chance.choice(["", "Báo cáo"]),
            authority=chance.choice(["", "Chủ tịch UBND xã"]),
        )
        for task in tasks[:10]
    ]
    for mirroring, mirrored in ((tasks[3], tasks[0]), (tasks[11], tasks[5]), (tasks[12], tasks[6])):
        Task.objects.filter(pk=mirroring.pk).update(mirrors=mirrored)
    for item in tasks[20:27]:
        plan, _ = Plan.objects.get_or_create(
            programme=programme, unit=units[item.year % 3], year=item.year, state=Plan.State.GIVEN
        )
        PlanEntry.objects.create(plan=plan, task=item, given_on=BEFORE, given_at=GIVEN)
    stated = set()
    for _ in range(90):
        role = chance.choice(Assignment.Role.values)
        assignee = chance.choice(["comrade", "unit", "unit", "group", "text"])
        target = {"comrade": comrades, "unit": units, "group": groups, "text": ["bộ phận Mẫu"]}[assignee]
        place = (
            {"section": chance.choice(sections)} if chance.random() < 0.25 else {"task": chance.choice(tasks)}
        )
        first, last = chance.choice(HELD)
        value = chance.choice(target)
        key = role, str(place), str(value)
        if key in stated:
            continue
        stated.add(key)
        principal = role == "lead" and assignee in ("comrade", "unit") and chance.random() < 0.7
        if principal and last is None:  # of those that go on, one at most is the principal one
            principal = ("principal", str(place)) not in stated
            stated.add(("principal", str(place)))
        Assignment.objects.create(
            programme=programme,
            role=role,
            principal=principal,
            valid_from=first,
            valid_to=last,
            **{assignee: value},
            **place,
        )
    return programme


def codes(rows):
    return sorted(task.code for task in rows)


def work_list(programme, **about):
    mine = Programme.objects.filter(pk=programme.pk)
    return WorkList(read_outline(mine, About(DAY, **about)), Task.objects.all())


def both(listed, **wanted):
    """What fits among the document's rows and among plan items."""
    return [*listed.tasks(Filters(**wanted)), *listed.tasks(Filters(**wanted, kind=Task.Kind.PLAN_ITEM))]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_gaps_in_sql_agree_with_six_clear_row_by_row(seed):
    programme = scatter(seed)
    listed, tasks = work_list(programme), list(Task.objects.filter(programme=programme))
    who = Answerability(programme, on=DAY, tasks=tasks)
    for name, part in GAPS.items():
        missing = [task for task in tasks if part in who.six_clear(task).missing]
        assert codes(both(listed, gaps=(name,))) == codes(missing), name
    for kind in ("", Task.Kind.PLAN_ITEM):
        counts = listed.counts(Filters(kind=kind))
        assert counts.total == listed.tasks(Filters(kind=kind)).count()
        assert counts.gaps == {name: listed.tasks(Filters(kind=kind, gaps=(name,))).count() for name in GAPS}
        for row in listed.rows(Filters(kind=kind), 0):
            assert row.missing == who.six_clear(row.task).missing
            leads = [duty.name for duty in who.duties(row.task) if duty.role == "lead"]
            assert row.leads == list(dict.fromkeys(leads)), row.task.code


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("counted_at_most", [0, work_list_module.COUNTED_AT_MOST])
def test_marks_are_those_of_the_status_rule_beside_every_other_filter(seed, counted_at_most, monkeypatch):
    monkeypatch.setattr(work_list_module, "COUNTED_AT_MOST", counted_at_most)
    monkeypatch.setattr(facts, "LISTED_AT_MOST", seed * 20)  # by key, and with the whole programme
    programme = scatter(seed)
    tasks = list(Task.objects.filter(programme=programme))
    given = [task for task in tasks if task.kind != Task.Kind.PLAN_ITEM or hasattr(task, "entry")]
    stands = {task.pk: status(facts.facts_of([task])[task.pk], DAY).mark for task in given}
    for mark in Mark:
        expected = [task for task in given if stands[task.pk] is mark]
        assert codes(both(work_list(programme), mark=mark)) == codes(expected), mark
    for kind in ("task", "plan_item"):
        of_kind = [task for task in given if task.kind == kind]
        for wanted in (Filters(kind=kind), Filters(kind=kind, mark="overdue", gaps=("san-pham",))):
            listed = work_list(programme)
            counts = listed.counts(wanted)
            assert counts.total == len(listed.rows(wanted, 0)) == listed.tasks(wanted).count()
            assert [row.task.pk for row in listed.rows(wanted, 0)] == [row.pk for row in listed.tasks(wanted)]
            assert all(row.status.mark == wanted.mark for row in listed.rows(wanted, 0) if wanted.mark)
            for name in GAPS:
                left = replace(wanted, gaps=(*wanted.gaps, name))
                assert counts.gaps[name] == work_list(programme).tasks(left).count()
            if counts.marks and not wanted.mark:
                assert counts.marks == {
                    m: sum(stands[task.pk] == m for task in of_kind) for m in map(str, Mark)
                }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_plans_in_sql_agree_with_the_rows(seed):
    programme = scatter(seed)
    listed, tasks = work_list(programme), list(Task.objects.filter(programme=programme))
    items = [task for task in tasks if task.kind == Task.Kind.PLAN_ITEM]
    rows = [task for task in tasks if task.kind != Task.Kind.PLAN_ITEM]
    for year in (2026, 2027, 2028):
        of_year = [item for item in items if item.year == year]
        planned = {item.parent_id for item in of_year}
        assert codes(listed.tasks(Filters(year=year))) == codes(of_year)
        with_items = [row for row in rows if row.pk in planned]
        assert codes(listed.tasks(Filters(year=year, kind="task"))) == codes(with_items)
        without = [row for row in rows if not {row.pk, row.mirrors_id} & planned]
        assert codes(listed.tasks(Filters(year=year, no_plan=True))) == codes(without)
        assert listed.counts(Filters(year=year)).no_plan == len(without)
    outside = [item for item in items if item.due and item.due.year != item.year]
    assert codes(listed.tasks(Filters(outside=True))) == codes(outside)
    assert listed.counts(Filters()).outside == len(outside)
    shown = {row.task.pk for row in listed.rows(Filters(kind="plan_item"), 0) if row.outside}
    assert shown == {item.pk for item in outside}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_the_unit_in_charge_in_sql_agrees_with_the_duties(seed):
    programme = scatter(seed)
    listed, tasks = work_list(programme), list(Task.objects.filter(programme=programme))
    who = Answerability(programme, on=DAY, tasks=tasks)

    def in_charge(task):
        units = [duty.target for duty in who.duties(task) if duty.principal and duty.kind == "unit"]
        return units[0] if len(units) == 1 else None

    for unit in Unit.objects.filter(committee=programme.committee):
        expected = [task for task in tasks if in_charge(task) == unit]
        assert codes(both(listed, principal=str(unit.pk))) == codes(expected)
    nobody = [task for task in tasks if in_charge(task) is None]
    assert codes(both(listed, principal=NO_PRINCIPAL)) == codes(nobody)


@pytest.mark.django_db
def test_the_order_is_the_documents_and_leaves_nothing_open():
    programme = scatter(1)
    Task.objects.filter(programme=programme, kind=Task.Kind.PLAN_ITEM).update(ordinal=1)
    items = list(work_list(programme).tasks(Filters(kind=Task.Kind.PLAN_ITEM)))
    keys = [(item.parent.ordinal, item.parent_id, item.year, item.ordinal, item.pk) for item in items]
    assert keys == sorted(keys) and len(items) == 10


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_units_comrades_and_roles_in_sql_agree_with_the_duties_row_by_row(seed):
    programme = scatter(seed)
    tasks = list(Task.objects.filter(programme=programme))
    who = Answerability(programme, on=DAY, tasks=tasks)

    def meets(task, target, role):
        for duty in who.duties(task):
            members = who.members(duty.target) if duty.kind == "group" else []
            within = any(target in (member.unit, member.comrade) for member in members)
            if (not role or duty.role == role) and (duty.target == target or within):
                return True
        return False

    units = list(Unit.objects.filter(committee=programme.committee))
    comrades = list(Comrade.objects.filter(committee=programme.committee))
    of_unit = {unit: work_list(programme, unit=unit.pk) for unit in units}
    of_comrade = {comrade: work_list(programme, comrade=comrade.pk) for comrade in comrades}
    for role in ["", *ROLE_LABELS]:
        for unit, listed in of_unit.items():
            found = both(listed, unit=unit.pk, role=role)
            assert codes(found) == codes(t for t in tasks if meets(t, unit, role)), (unit, role)
        for comrade, listed in of_comrade.items():
            found = both(listed, comrade=comrade.pk, role=role)
            assert codes(found) == codes(t for t in tasks if meets(t, comrade, role)), (comrade, role)
        if role:
            expected = [task for task in tasks if role in {duty.role for duty in who.duties(task)}]
            assert codes(both(work_list(programme), role=role)) == codes(expected), role


def test_a_search_without_letters_asks_for_nothing():
    assert sought_words("  … -- ") == ()
    assert sought_words("Ủy ban, 191N") == ("uy", "ban", "191n")

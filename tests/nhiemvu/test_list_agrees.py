"""The list's SQL and the rules in Python say the same of every row: 6 rõ, units, comrades and roles."""

import random
from datetime import date, timedelta

import pytest

from nhiemvu.forms import groups_of_comrade, groups_of_unit
from nhiemvu.models import Task
from nhiemvu.work_list import GAPS, Filters, WorkList, sought_words
from phancong.answerable import ROLE_LABELS, Answerability
from phancong.models import Assignment, Comrade, Group, Oversight, Unit
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

DAY = date(2026, 11, 23)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
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
            year=2026,
            clause=None,
            continuing=True,
        )
        for task in tasks[:8]
    ]
    for _ in range(70):
        role = chance.choice(Assignment.Role.values)
        assignee = chance.choice(["comrade", "unit", "unit", "group", "text"])
        target = {"comrade": comrades, "unit": units, "group": groups, "text": ["bộ phận Mẫu"]}[assignee]
        place = (
            {"section": chance.choice(sections)} if chance.random() < 0.25 else {"task": chance.choice(tasks)}
        )
        first, last = chance.choice(HELD)
        Assignment.objects.create(
            programme=programme,
            role=role,
            principal=role == "lead" and assignee in ("comrade", "unit") and chance.random() < 0.7,
            valid_from=first,
            valid_to=last,
            **{assignee: chance.choice(target)},
            **place,
        )
    return programme


def codes(rows):
    return sorted(task.code for task in rows)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_gaps_in_sql_agree_with_six_clear_row_by_row(seed):
    programme = scatter(seed)
    listed, tasks = WorkList(programme, DAY), list(Task.objects.filter(programme=programme))
    who = Answerability(programme, on=DAY, tasks=tasks)
    for name, part in GAPS.items():
        missing = [task for task in tasks if part in who.six_clear(task).missing]
        assert codes(listed.tasks(Filters(gaps=(name,)))) == codes(missing), name
    counts = listed.counts(Filters())
    assert counts.total == len(tasks)
    assert counts.gaps == {name: listed.tasks(Filters(gaps=(name,))).count() for name in GAPS}
    for row in listed.rows(Filters(), 0):
        assert row.missing == who.six_clear(row.task).missing
        leads = [duty.name for duty in who.duties(row.task) if duty.role == "lead"]
        assert row.leads == list(dict.fromkeys(leads)), row.task.code


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_units_comrades_and_roles_in_sql_agree_with_the_duties_row_by_row(seed):
    programme = scatter(seed)
    listed, tasks = WorkList(programme, DAY), list(Task.objects.filter(programme=programme))
    who = Answerability(programme, on=DAY, tasks=tasks)

    def meets(task, target, role):
        for duty in who.duties(task):
            members = who.members(duty.target) if duty.kind == "group" else []
            within = any(target in (member.unit, member.comrade) for member in members)
            if (not role or duty.role == role) and (duty.target == target or within):
                return True
        return False

    for role in ["", *ROLE_LABELS]:
        for unit in Unit.objects.filter(committee=programme.committee):
            found = listed.tasks(Filters(unit=unit.pk, role=role, unit_groups=groups_of_unit(unit.pk, DAY)))
            assert codes(found) == codes(t for t in tasks if meets(t, unit, role)), (unit, role)
        for comrade in Comrade.objects.filter(committee=programme.committee):
            mine = groups_of_comrade(comrade.pk, DAY)
            found = listed.tasks(Filters(comrade=comrade.pk, role=role, comrade_groups=mine))
            assert codes(found) == codes(t for t in tasks if meets(t, comrade, role)), (comrade, role)
        if role:
            expected = [task for task in tasks if role in {duty.role for duty in who.duties(task)}]
            assert codes(listed.tasks(Filters(role=role))) == codes(expected), role


def test_a_search_without_letters_asks_for_nothing():
    assert sought_words("  … -- ") == ()
    assert sought_words("Ủy ban, 191N") == ("uy", "ban", "191n")

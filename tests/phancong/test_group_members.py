"""Whom a standing group means: the commune's own offices, not every body of the place."""

from datetime import date

import pytest

from phancong.answerable import Answerability
from phancong.models import Group, Unit
from tests.factories.people import ComradeFactory, PostFactory, UnitFactory
from tests.factories.programmes import ProgrammeFactory

DAY = date(2026, 9, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("rule", [Group.Rule.UNIT_HEADS, Group.Rule.UNITS])
def test_a_body_of_another_level_is_no_office_of_the_commune(rule):
    programme = ProgrammeFactory()
    for name, kind in (
        ("Phòng Đất đai", Unit.Kind.DEPARTMENT),
        ("Văn phòng xã", Unit.Kind.OFFICE),
        ("Trung tâm Dịch vụ", Unit.Kind.CENTRE),
        ("Công an xã", Unit.Kind.OTHER),
        ("Trường Tiểu học An Bình", Unit.Kind.OTHER),
    ):
        unit = UnitFactory(committee=programme.committee, name=name, kind=kind)
        head = ComradeFactory(committee=programme.committee)
        PostFactory(unit=unit, comrade=head, title="Trưởng", is_head=True)
    group = Group.objects.create(committee=programme.committee, name="Trưởng các phòng, đơn vị", rule=rule)
    members = Answerability(programme, DAY).members(group)
    assert {member.unit.name for member in members} == {"Phòng Đất đai", "Văn phòng xã", "Trung tâm Dịch vụ"}


def test_groups_of_the_signed_programme_mean_its_offices_cells_and_members(programme):
    answerable = Answerability(programme, DAY)
    found = {
        group.name: {member.unit.short_name for member in answerable.members(group) if member.unit}
        for group in Group.objects.filter(committee=programme.committee)
    }
    assert found["Trưởng các phòng, đơn vị thuộc UBND xã"] == {"PKT", "VHXH", "VPUBND"}
    assert found["Bí thư chi bộ"] == {"CB-PKT", "CB-VHXH", "CB-VPUBND"}
    assert found["Các đồng chí Đảng ủy viên"] == {"DUUB"}
    assert set(found) == {
        "Trưởng các phòng, đơn vị thuộc UBND xã",
        "Bí thư chi bộ",
        "Các đồng chí Đảng ủy viên",
    }

"""Every guard by itself: what pages ask besides must not be all that keeps committees apart."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from baocao.models import (
    Addressed,
    Directive,
    Draft,
    Evidence,
    ExtensionRequest,
    IndicatorValue,
    Period,
    Review,
    UnitReport,
    Update,
)
from chuongtrinh.models import User
from nhiemvu.models import DeadlineProposal
from phancong import permissions, planning
from phancong.models import Plan
from tests.conftest import ROLES
from tests.factories.people import UserFactory

GUARDS = sorted(name for name in vars(permissions) if name.startswith("visible_"))


@pytest.fixture
def world(programme, personas: SimpleNamespace) -> SimpleNamespace:
    """The programme with a given plan and a stated deadline, so that there is a row behind every guard."""
    head = personas.truongdonvi
    plan = Plan.objects.create(programme=programme, unit=head.unit, year=2027)
    parent = programme.tasks.get(code="II.3.2-02").mirrors
    DeadlineProposal.objects.create(task=parent, as_written="trong năm 2027", due=date(2027, 12, 31))
    planning.add_item(plan, head, planning.ItemData(parent=parent, title="Mở thầu"))
    Plan.objects.update(state=Plan.State.GIVEN)
    period = Period.objects.create(
        programme=programme, kind="month", key="2026-11", label="Tháng 11/2026",
        start=date(2026, 10, 15), end=date(2026, 11, 14), submit_by=timezone.now(),
    )  # fmt: skip
    told = {"period": period, "unit": head.unit}
    update = Update.objects.create(
        task=parent, author=head, content="Đã họp", effective_on=date(2026, 11, 10), **told
    )
    Evidence.objects.create(update=update, number="12/BC-UBND", added_by=head)
    Draft.objects.create(task=parent, author=personas.vanphong, effective_on=date(2026, 11, 10), **told)
    UnitReport.objects.create(results="Đủ", state=UnitReport.State.SUBMITTED, **told)
    ExtensionRequest.objects.create(
        task=parent, unit=head.unit, due_before=date(2027, 12, 31), due_asked=date(2028, 6, 30),
        reason="Chờ vốn", asked_by=head,
    )  # fmt: skip
    directive = Directive.objects.create(
        programme=programme, kind="instruction", text="Báo cáo", given_by=personas.bithu,
        given_on=date(2026, 11, 20), answer_by=date(2026, 11, 27),
    )  # fmt: skip
    Addressed.objects.create(directive=directive, unit=head.unit, task=parent)
    indicator = programme.indicators.all()[0]
    IndicatorValue.objects.create(
        indicator=indicator, on=date(2026, 9, 30), value=13, source="Báo cáo", unit=head.unit, author=head
    )
    Review.objects.create(
        programme=programme, committee=programme.committee, period=period, as_of=period.end,
        known_at=timezone.now(), rules="1", subject="Kết quả", recipients="Lưu.",
    )  # fmt: skip
    return personas


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_shows_ones_own_committee_and_nothing_of_another(name: str, world: SimpleNamespace) -> None:
    guard = getattr(permissions, name)
    assert guard(world.vanphong).exists()
    for role in ROLES.values():
        assert not guard(UserFactory(role=role)).exists(), role


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_shows_nothing_to_whoever_belongs_nowhere(name: str, world: SimpleNamespace) -> None:
    guard = getattr(permissions, name)
    disabled = UserFactory(committee=world.vanphong.committee, role=User.Role.OFFICE, is_active=False)
    for nobody in (AnonymousUser(), UserFactory(committee=None), disabled):
        assert not guard(nobody).exists()


def test_a_deadline_is_decided_by_those_who_enter_the_programme(world: SimpleNamespace) -> None:
    allowed = {name for name in ROLES if permissions.can_decide_deadline(getattr(world, name))}
    assert allowed == {"quantri", "vanphong"}

"""The only place that answers "may this user": what one may see, and what one may do.

Views look objects up through ``visible_…(user)`` (what one may not see is 404) and then ask ``can_…`` (403).
Everything follows from the account's role and committee; another committee's things do not exist for it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from chuongtrinh.models import Committee, Programme, User
from nhiemvu.models import DeadlineProposal, Task
from phancong.models import Comrade, Oversight, Unit

Role = User.Role
M = TypeVar("M", bound=Model)


def is_active_member(user: Any) -> bool:
    """Whether this is a signed-in account that belongs to a committee."""
    return bool(user.is_authenticated and user.is_active and user.committee_id)


def visible_committees(user: Any) -> QuerySet[Committee]:
    return (
        Committee.objects.filter(pk=user.committee_id) if is_active_member(user) else Committee.objects.none()
    )


def visible_programmes(user: Any) -> QuerySet[Programme]:
    """Every member of a committee reads its programmes."""
    return _own(Programme.objects.all(), user, "committee")


def visible_tasks(user: Any) -> QuerySet[Task]:
    return _own(Task.objects.all(), user, "programme__committee")


def visible_deadline_proposals(user: Any) -> QuerySet[DeadlineProposal]:
    return _own(DeadlineProposal.objects.all(), user, "task__programme__committee")


def visible_units(user: Any) -> QuerySet[Unit]:
    return _own(Unit.objects.all(), user, "committee")


def visible_comrades(user: Any) -> QuerySet[Comrade]:
    return _own(Comrade.objects.all(), user, "committee")


def _own(rows: QuerySet[M], user: Any, path: str) -> QuerySet[M]:
    if not is_active_member(user):
        return rows.none()
    return rows.filter(**{path: user.committee_id})


def overseen_units(user: Any, on: date) -> QuerySet[Unit]:
    """The units that the account's comrade oversees by decision on that day (IV.3)."""
    if not user.comrade_id:
        return Unit.objects.none()
    held: QuerySet[Oversight] = Oversight.objects.on(on).filter(comrade=user.comrade_id)
    return visible_units(user).filter(oversights__in=held).distinct()


def can_enter(user: Any) -> bool:
    """Enter the programme, people and assignments under /quan-tri/."""
    return is_active_member(user) and user.role in (Role.ADMIN, Role.OFFICE)


def can_manage_accounts(user: Any) -> bool:
    """Accounts and the committee's settings."""
    return is_active_member(user) and user.role == Role.ADMIN


def can_confirm(user: Any) -> bool:
    """Confirm what was stated or reported."""
    return is_active_member(user) and user.role == Role.OFFICE

"""The only place that answers "may this user": what one may see, and what one may do.

Views look objects up through ``visible_…(user)`` (what one may not see is 404) and then ask ``can_…`` (403).
Everything follows from the account's role and committee; another committee's things do not exist for it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar, cast

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from chuongtrinh.models import Programme, User
from nhiemvu.models import DeadlineProposal, Task, TaskQuerySet
from phancong.models import Comrade, Oversight, Plan, PlanEntry, Unit

Role = User.Role
M = TypeVar("M", bound=Model)


def is_active_member(user: Any) -> bool:
    """Whether this is a signed-in account that belongs to a committee."""
    return bool(user.is_authenticated and user.is_active and user.committee_id)


def visible_programmes(user: Any) -> QuerySet[Programme]:
    """Every member of a committee reads its programmes."""
    return _own(Programme.objects.all(), user, "committee")


def visible_tasks(user: Any) -> TaskQuerySet:
    """The document's tasks and projects, and the plan items of the plans that this person may read."""
    read = PlanEntry.objects.filter(plan__in=visible_plans(user)).values("task")
    rows = Task.objects.filter(~Q(kind=Task.Kind.PLAN_ITEM) | Q(pk__in=read))
    return cast(TaskQuerySet, _own(rows, user, "programme__committee"))


def visible_plans(user: Any) -> QuerySet[Plan]:
    """What was approved is everyone's to read; what is still being written is its unit's alone, and the
    office's, which may write for a unit; what a unit has submitted is also read by those who judge it."""
    rows = _own(Plan.objects.all(), user, "programme__committee")
    if not is_active_member(user) or user.role == Role.OFFICE:
        return rows
    approved = Q(state__in=(Plan.State.APPROVED, Plan.State.GIVEN))
    submitted = approved | Q(state=Plan.State.SUBMITTED)
    if user.role in (Role.ADMIN, Role.SECRETARY, Role.DEPUTY):
        return rows.filter(submitted)
    if user.role == Role.INSPECTION:
        return rows.filter(submitted | Q(unit=user.unit_id))
    if user.role == Role.HEAD:
        return rows.filter(approved | Q(unit=user.unit_id))
    if user.role == Role.MEMBER:
        overseen = overseen_units(user, timezone.localdate()).values("pk")
        return rows.filter(approved | Q(state=Plan.State.SUBMITTED, unit__in=overseen))
    return rows.filter(approved)


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


def can_read_audit(user: Any) -> bool:
    """Read who changed what: the office, the administrator, and UBKT, which supervises."""
    return is_active_member(user) and user.role in (Role.ADMIN, Role.OFFICE, Role.INSPECTION)


def can_decide_deadline(user: Any) -> bool:
    """Take or leave a deadline that the signed text states: whoever enters the programme."""
    return can_enter(user)


def can_plan(user: Any, unit: Unit) -> bool:
    """Write, submit and recall a unit's plan: its head, UBKT its own, or the office on the unit's behalf."""
    if not is_active_member(user) or unit.committee_id != user.committee_id:
        return False
    if unit.valid_to and unit.valid_to < timezone.localdate():
        return False
    if user.role in (Role.HEAD, Role.INSPECTION):
        return user.unit_id == unit.pk
    return user.role == Role.OFFICE


def plans_for_another(user: Any) -> bool:
    """Whether what this person plans is marked as entered on the unit's behalf."""
    return user.role == Role.OFFICE


def can_approve_plans(user: Any) -> bool:
    return is_active_member(user) and user.role in (Role.SECRETARY, Role.DEPUTY)


def can_return_plans(user: Any) -> bool:
    """Return what was submitted; hand an approved plan out; record what a document decides of given work."""
    return is_active_member(user) and user.role in (Role.SECRETARY, Role.DEPUTY, Role.OFFICE)


can_give_plans = can_decide_work = can_return_plans

"""The only place that answers "may this user": what one may see, and what one may do.

Views look objects up through ``visible_…(user)`` (what one may not see is 404) and then ask ``can_…`` (403).
Everything follows from the account's role and committee; another committee's things do not exist for it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar, cast

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from baocao.models import (
    Addressed,
    Answer,
    Directive,
    Draft,
    Evidence,
    ExtensionRequest,
    IndicatorValue,
    Period,
    ReportingRules,
    Review,
    UnitReport,
    Update,
)
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


can_update = can_plan
"""Report on a unit's work: its head, UBKT on its own, or the office on the unit's behalf, marked so."""


def reports_for_a_unit(user: Any) -> bool:
    """Whether this person has a unit of their own to report for."""
    return is_active_member(user) and user.role in (Role.HEAD, Role.INSPECTION) and bool(user.unit_id)


def can_run_periods(user: Any) -> bool:
    """Open, lock and reopen periods; confirm and return what units submitted."""
    return is_active_member(user) and user.role == Role.OFFICE


def visible_periods(user: Any) -> QuerySet[Period]:
    return _own(Period.objects.all(), user, "programme__committee")


def visible_updates(user: Any, *, known_at: datetime | None = None) -> QuerySet[Update]:
    """What is confirmed is everyone's to read; what is not, its unit's and theirs who judge or oversee.

    ``known_at``: as it was before that moment, when what has been confirmed since was not yet."""
    rows = _own(Update.objects.all(), user, "task__programme__committee")
    confirmed = Q(state=Update.State.CONFIRMED)
    return _settled_or_near(rows, user, confirmed & Q(settled_at__lt=known_at) if known_at else confirmed)


def visible_drafts(user: Any) -> QuerySet[Draft]:
    """What a unit is writing is its own alone; the office has what it wrote for a unit, until the unit goes
    on with it."""
    rows = _own(Draft.objects.all(), user, "task__programme__committee")
    if is_active_member(user) and user.role in (Role.HEAD, Role.INSPECTION):
        return rows.filter(unit=user.unit_id or 0)
    if is_active_member(user) and user.role == Role.OFFICE:
        return rows.filter(author__role=Role.OFFICE)
    return rows.none()


def may_write_draft(user: Any, draft: Draft) -> bool:
    """Of a draft of a unit that one reports for: the office takes up its own alone."""
    return not plans_for_another(user) or plans_for_another(draft.author)


def visible_evidence(user: Any) -> QuerySet[Evidence]:
    """The proofs of updates, answers and drafts that one may read."""
    rows = _own(Evidence.objects.all(), user, "added_by__committee")
    if not is_active_member(user):
        return rows
    drafts = Q(draft__in=visible_drafts(user))
    answers = Answer.objects.filter(addressed__in=visible_addressed(user))
    return rows.filter(drafts | Q(update__in=visible_updates(user)) | Q(answer__in=answers))


def can_grant_extensions(user: Any) -> bool:
    """Leaders decide; the office too where the committee's rules say so."""
    if can_approve_plans(user):
        return True
    return (
        can_run_periods(user)
        and ReportingRules.objects.filter(committee=user.committee_id, office_extends=True).exists()
    )


def visible_extensions(user: Any, *, known_at: datetime | None = None) -> QuerySet[ExtensionRequest]:
    """What is granted is everyone's to read; the rest its unit's and theirs who judge or oversee.

    ``known_at``: as it was before that moment, when what has been granted since was not yet."""
    rows = _own(ExtensionRequest.objects.all(), user, "task__programme__committee")
    granted = Q(state=ExtensionRequest.State.GRANTED)
    return _settled_or_near(rows, user, granted & Q(decided_at__lt=known_at) if known_at else granted)


def _settled_or_near(rows: QuerySet[M], user: Any, settled: Q) -> QuerySet[M]:
    """What is settled is everyone's; what is not, its ``unit``'s and theirs who judge or oversee that."""
    if not is_active_member(user):
        return rows
    if user.role in (Role.ADMIN, Role.OFFICE, Role.SECRETARY, Role.DEPUTY, Role.INSPECTION):
        return rows
    if user.role == Role.HEAD:
        return rows.filter(settled | Q(unit=user.unit_id))
    if user.role == Role.MEMBER:
        overseen = overseen_units(user, timezone.localdate()).values("pk")
        return rows.filter(settled | Q(unit__in=overseen))
    return rows.filter(settled)


def visible_unit_reports(user: Any) -> QuerySet[UnitReport]:
    """What is confirmed is everyone's; what is submitted also theirs who judge or oversee; what is being
    written is its unit's alone, and the office's as long as the office wrote the last words of it."""
    rows = _own(UnitReport.objects.all(), user, "period__programme__committee")
    if not is_active_member(user):
        return rows
    confirmed = Q(state=UnitReport.State.CONFIRMED)
    submitted = confirmed | Q(state=UnitReport.State.SUBMITTED)
    if user.role == Role.OFFICE:
        acts = UnitReport.history.filter(id=OuterRef("pk")).order_by("-history_id")
        return rows.alias(last=Subquery(acts.values("history_user__role")[:1])).filter(
            submitted | Q(last=Role.OFFICE)
        )
    if user.role in (Role.ADMIN, Role.SECRETARY, Role.DEPUTY):
        return rows.filter(submitted)
    if user.role in (Role.HEAD, Role.INSPECTION):
        read = submitted if user.role == Role.INSPECTION else confirmed
        return rows.filter(read | Q(unit=user.unit_id))
    if user.role == Role.MEMBER:
        overseen = overseen_units(user, timezone.localdate()).values("pk")
        return rows.filter(confirmed | Q(state=UnitReport.State.SUBMITTED, unit__in=overseen))
    return rows.filter(confirmed)


# -- directives --------------------------------------------------------------------------------------------


def directive_kinds(user: Any) -> tuple[Directive.Kind, ...]:
    """What this person may give: leaders all, the office urges, a member (IV.3) urges and instructs."""
    kinds = {
        Role.SECRETARY: tuple(Directive.Kind),
        Role.DEPUTY: tuple(Directive.Kind),
        Role.MEMBER: (Directive.Kind.URGING, Directive.Kind.INSTRUCTION),
        Role.OFFICE: (Directive.Kind.URGING,),
    }
    return kinds.get(user.role, ()) if is_active_member(user) else ()


def directed_units(user: Any, on: date) -> QuerySet[Unit]:
    """The units that this person may direct or urge: a member those he oversees by decision (IV.3)."""
    if not directive_kinds(user):
        return Unit.objects.none()
    return overseen_units(user, on) if user.role == Role.MEMBER else visible_units(user)


def reads_directives(user: Any) -> bool:
    """Whoever gives, answers or supervises; a viewer does not."""
    return is_active_member(user) and user.role != Role.VIEWER


def visible_addressed(user: Any) -> QuerySet[Addressed]:
    """Leaders, the office, the administrator and UBKT read all; a unit what addresses it; a member what
    addresses the units he oversees, and what he gave himself."""
    rows = _own(Addressed.objects.all(), user, "directive__programme__committee")
    if not reads_directives(user):
        return rows.none()
    if user.role == Role.HEAD:
        return rows.filter(unit=user.unit_id)
    if user.role == Role.MEMBER:
        overseen = overseen_units(user, timezone.localdate()).values("pk")
        return rows.filter(Q(unit__in=overseen) | Q(directive__given_by=user.pk))
    return rows


def can_answer(user: Any, unit: Unit) -> bool:
    """Answer for a unit: its head, UBKT its own, or the office on the unit's behalf, marked so: the office
    also where the unit was dissolved since, so that nothing waits for ever."""
    return can_plan(user, unit) or (can_run_periods(user) and unit.committee_id == user.committee_id)


def can_settle_answers(user: Any, directive: Directive) -> bool:
    """Accept an answer or ask again: a leader, the member who gave it, the office what the office urged."""
    if can_approve_plans(user):
        return True
    if not is_active_member(user):
        return False
    if user.role == Role.OFFICE:
        return directive.given_by.role == Role.OFFICE
    return user.role == Role.MEMBER and directive.given_by_id == user.pk


def can_withdraw_directive(user: Any, directive: Directive) -> bool:
    """Who gave it; the secretary any; the office what the office urged."""
    if not is_active_member(user) or not directive_kinds(user):
        return False
    own = directive.given_by_id == user.pk or user.role == Role.SECRETARY
    return own or (user.role == Role.OFFICE and directive.given_by.role == Role.OFFICE)


def can_oversee(user: Any) -> bool:
    """Have a page of what one oversees (IV.3): members of the committee, its leaders among them."""
    return is_active_member(user) and user.role in (Role.MEMBER, Role.SECRETARY, Role.DEPUTY)


# -- projects and indicators -------------------------------------------------------------------------------


def can_enter_facts(user: Any, lead: Unit | None) -> bool:
    """Enter a project's milestones, capital and risks, or an indicator's values: the unit that leads it, or
    the office, which does it too where nobody leads yet."""
    return can_run_periods(user) if lead is None else can_plan(user, lead)


can_confirm_values = can_run_periods
"""Confirm and return an indicator's values."""


def visible_values(user: Any, *, known_at: datetime | None = None) -> QuerySet[IndicatorValue]:
    """What is confirmed is everyone's to read; what is not, its unit's and theirs who judge or oversee.

    ``known_at``: as it was before that moment."""
    rows = _own(IndicatorValue.objects.all(), user, "indicator__programme__committee")
    confirmed = Q(state=IndicatorValue.State.CONFIRMED)
    return _settled_or_near(rows, user, confirmed & Q(settled_at__lt=known_at) if known_at else confirmed)


# -- review reports ----------------------------------------------------------------------------------------


def visible_reviews(user: Any) -> QuerySet[Review]:
    """What was issued is everyone's to read, what stands instead of it or stood too; what waits for approval
    also theirs who judge or supervise; a draft is the office's and the leaders'."""
    rows = _own(Review.objects.all(), user, "committee")
    if not is_active_member(user) or user.role in (Role.OFFICE, Role.SECRETARY, Role.DEPUTY):
        return rows
    read = [Review.State.ISSUED, Review.State.SUPERSEDED]
    if user.role in (Role.ADMIN, Role.INSPECTION):
        read.append(Review.State.SUBMITTED)
    return rows.filter(state__in=read)


can_write_reviews = can_run_periods
"""Draft the committee's report, word it, submit and recall it, and draft what replaces an issued one."""

can_issue_reviews = can_approve_plans
"""Approve a submitted report and issue it under a number, or return it."""


def can_read_review_steps(user: Any) -> bool:
    """Every step of a report, and why it was returned: who writes, judges or supervises it. Others read who
    issued it and when."""
    return can_write_reviews(user) or can_issue_reviews(user) or can_read_audit(user)

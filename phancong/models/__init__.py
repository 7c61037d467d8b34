"""Who answers for the work: the organisation, assignments, and the units' yearly plans."""

from phancong.models.assignment import Assignment, Oversight
from phancong.models.organisation import Comrade, Dated, DatedQuerySet, Group, Post, Unit, on_the_day
from phancong.models.plan import CarryOver, Plan, PlanAct, PlanEntry

__all__ = [
    "Assignment",
    "CarryOver",
    "Comrade",
    "Dated",
    "DatedQuerySet",
    "Group",
    "Oversight",
    "Plan",
    "PlanAct",
    "PlanEntry",
    "Post",
    "Unit",
    "on_the_day",
]

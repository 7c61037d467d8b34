"""What is to be done: work in one table, what was decided of it, and what stands beside it."""

from nhiemvu.models.beside import DeadlineProposal, Indicator, RelatedWork
from nhiemvu.models.project import Funding, Milestone, ProjectProfile, Risk
from nhiemvu.models.task import BY_DECISION, CONTINUING, Decision, Task, TaskQuerySet

__all__ = [
    "BY_DECISION",
    "CONTINUING",
    "DeadlineProposal",
    "Decision",
    "Funding",
    "Indicator",
    "Milestone",
    "ProjectProfile",
    "RelatedWork",
    "Risk",
    "Task",
    "TaskQuerySet",
]

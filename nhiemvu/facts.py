"""From a row to the plain facts that the status rule works on."""

from __future__ import annotations

from nhiemvu.models import Task
from nhiemvu.status import FROM_THE_START, Deadline, Facts


def facts_of(task: Task) -> Facts:
    """What is known of a task; ``mirrors`` must have been selected with it (select_related)."""
    deadlines: tuple[Deadline, ...] = ()
    if task.due or task.continuing:
        deadlines = (
            Deadline(
                effective_on=FROM_THE_START.date(),
                recorded_at=FROM_THE_START,
                due=task.due,
                continuing=task.continuing,
            ),
        )
    return Facts(
        code=task.code,
        title=task.title,
        deadlines=deadlines,
        mirrors=facts_of(task.mirrors) if task.mirrors else None,
    )

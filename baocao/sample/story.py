"""The order of events: what happens in planning and in reporting, moment by moment, up to a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from django.db import transaction

from baocao.sample.directive_story import DirectiveStory
from baocao.sample.planning_story import PlanningStory
from baocao.sample.project_story import ProjectStory
from baocao.sample.reporting_story import ReportingStory
from baocao.sample.review_story import ReviewStory
from baocao.sample.stage import BEGIN, Stage, clock
from chuongtrinh.models import Programme
from nhiemvu.status import HANOI


def quietly(_told: str) -> None:
    """Say nothing on the way."""


@transaction.atomic
def tell(programme: Programme, until: date, say: Callable[[str], None] = quietly) -> None:
    """Fill a freshly loaded programme, with its role accounts made, with the story up to a day."""
    stage = Stage(programme)
    with clock(datetime.combine(BEGIN, time(7), HANOI)):
        stage.people()
    happens = [*PlanningStory(stage).events(), *ReportingStory(stage).events(until)]
    happens += [*DirectiveStory(stage).events(), *ProjectStory(stage).events()]
    happens += ReviewStory(stage).events()
    for what in sorted(happens, key=lambda one: one.at):
        if what.at.date() > until:
            break
        if what.told:
            say(f"{what.at:%d/%m/%Y}: {what.told}")
        with clock(what.at):
            what.run()

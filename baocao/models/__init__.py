"""How the work is going: periods that ask, what units report, and requests to move a deadline."""

from baocao.models.deadline import ExtensionRequest
from baocao.models.directive import Addressed, Answer, Directive
from baocao.models.indicator_value import IndicatorValue
from baocao.models.period import Asked, DayOff, Period, PeriodAct, ReportingRules
from baocao.models.reminder import CalendarFeed, Digest, Reminded
from baocao.models.review import BY_STEP, Letterhead, Review, ReviewAct, ReviewPart, SealedFile
from baocao.models.update import Draft, Evidence, UnitReport, Update

__all__ = [
    "BY_STEP",
    "Addressed",
    "Answer",
    "Asked",
    "CalendarFeed",
    "DayOff",
    "Digest",
    "Directive",
    "Draft",
    "Evidence",
    "ExtensionRequest",
    "IndicatorValue",
    "Letterhead",
    "Period",
    "PeriodAct",
    "Reminded",
    "ReportingRules",
    "Review",
    "ReviewAct",
    "ReviewPart",
    "SealedFile",
    "UnitReport",
    "Update",
]

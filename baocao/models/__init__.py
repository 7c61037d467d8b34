"""How the work is going: periods that ask, what units report, and requests to move a deadline."""

from baocao.models.deadline import ExtensionRequest
from baocao.models.period import Asked, DayOff, Period, PeriodAct, ReportingRules
from baocao.models.reminder import CalendarFeed, Digest, Reminded
from baocao.models.update import Draft, Evidence, UnitReport, Update

__all__ = [
    "Asked",
    "CalendarFeed",
    "DayOff",
    "Digest",
    "Draft",
    "Evidence",
    "ExtensionRequest",
    "Period",
    "PeriodAct",
    "Reminded",
    "ReportingRules",
    "UnitReport",
    "Update",
]

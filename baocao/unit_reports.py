"""A unit's own words for a period, beside the reports on its tasks: written, sent, recalled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from baocao.models import Period, UnitReport
from phancong.permissions import visible_unit_reports

State = UnitReport.State
WORDS = ("results", "shortcomings", "causes", "next_period", "requests")
OPEN_STATES = (State.DRAFT, State.RETURNED)
_ACTS = {
    "submit": (OPEN_STATES, State.SUBMITTED),
    "recall": ((State.SUBMITTED,), State.DRAFT),
}


def hold_open(period: Period) -> Period:
    """The period, held until the transaction ends. ValidationError where it is locked."""
    row = Period.objects.select_for_update(of=("self",)).get(pk=period.pk)
    if not row.is_open:
        raise ValidationError(
            f"Kỳ {row.label} đã khóa, không ghi được nữa; những gì bạn nhập vẫn còn ở đây. "
            "Báo văn phòng nếu cần mở lại."
        )
    return row


@transaction.atomic
def take(report: UnitReport, user: Any, act: str) -> UnitReport:
    """Submit or recall, once, while the period is open. Who did it and when stands in the row's history;
    the office's answer is in ``reporting``."""
    hold_open(report.period)
    row = UnitReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    before, after = _ACTS[act]
    if row.state not in before:
        raise ValidationError(f"Báo cáo đang ở tình trạng “{row.get_state_display()}”. Hãy tải lại trang.")
    if act == "submit" and not row.results.strip():
        raise ValidationError({"results": "Ghi kết quả nổi bật của kỳ rồi gửi."})
    row.state = after
    row.return_reason = ""
    if act == "submit":
        row.submitted_at = timezone.now()
    vars(row)["_history_user"] = user
    row.save()
    return row


def begin(period: Period, unit: Any) -> tuple[UnitReport, bool]:
    """The unit's report, and whether it was begun just now. Within a transaction: the period is held."""
    hold_open(period)
    return UnitReport.objects.get_or_create(period=period, unit=unit)


def refuse_the_units_own(report: UnitReport, user: Any) -> None:
    """What a unit is writing is not the office's to write over."""
    if not visible_unit_reports(user).filter(pk=report.pk).exists():
        raise ValidationError(
            "Đơn vị đang viết báo cáo này: văn phòng không ghi đè bản của đơn vị; những gì bạn nhập vẫn còn "
            "ở đây."
        )


def written_at(report: UnitReport) -> datetime:
    """When it was saved last."""
    return cast(datetime, report.history.latest().history_date)


def is_writable(report: UnitReport | None, period: Period, may: Any) -> bool:
    return bool(may and period.is_open and (report is None or report.state in OPEN_STATES))


def words_of(report: UnitReport) -> list[tuple[str, str]]:
    """What the unit wrote, under its headings."""
    named = {field.name: field.verbose_name for field in UnitReport._meta.fields}
    return [(str(named[name]), getattr(report, name)) for name in WORDS]

"""/ky-bao-cao/<key>/<UNIT>/: what a unit reported of each task in a period, and its own words beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from baocao import unit_reports
from baocao.forms import UnitReportForm
from baocao.mine import deadline_words, query
from baocao.models import Asked, Period, UnitReport, Update
from baocao.reporting import STANDING
from baocao.standing import counted
from chuongtrinh.forms import versions_of
from phancong.context import asked_programme, chosen_programme
from phancong.models import Unit
from phancong.permissions import (
    can_run_periods,
    can_update,
    plans_for_another,
    visible_periods,
    visible_unit_reports,
    visible_units,
    visible_updates,
)

TAGS = {"submitted": "plan-submitted", "confirmed": "plan-approved", "returned": "plan-returned"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unit_report(request: HttpRequest, key: str, unit: str) -> HttpResponse:
    """Read by whoever may; written, sent and recalled by the unit, or by the office on its behalf."""
    programme = chosen_programme(request)
    period = visible_periods(request.user).filter(programme=programme, key=key).first()
    owner = visible_units(request.user).filter(short_name=unit).first()
    if programme is None or period is None or owner is None:
        raise Http404("Không có báo cáo này.")
    may = can_update(request.user, owner)
    report, writing = _held(request, period, owner)
    if report is None and not may:
        raise Http404("Không có báo cáo này.")
    if request.method != "POST":
        form = UnitReportForm(instance=report) if may else None
        return _shown(request, period, owner, report, writing, form)
    if not may:
        raise PermissionDenied
    return _take(request, period, owner)


def _held(request: HttpRequest, period: Period, owner: Unit) -> tuple[UnitReport | None, datetime | None]:
    """The report as far as it may be read; else since when the unit is writing one."""
    readable = Exists(visible_unit_reports(request.user).filter(pk=OuterRef("pk")))
    rows = UnitReport.objects.filter(period=period, unit=owner).annotate(readable=readable)
    row: Any = rows.select_related("period", "unit").first()
    if row is None or row.readable:
        return row, None
    return None, unit_reports.written_at(row)


def _take(request: HttpRequest, period: Period, owner: Unit) -> HttpResponse:
    act = request.POST.get("act", "save")
    if act == "recall":
        return _recall(request, period, owner)
    if act not in ("save", "submit"):
        raise Http404("Không có bước này.")
    # In a locked period no row is begun: what was typed is shown all the same.
    form = UnitReportForm(request.POST, instance=UnitReport(period=period, unit=owner))
    try:
        with transaction.atomic():
            report, begun = unit_reports.begin(period, owner)
            if not begun:
                unit_reports.refuse_the_units_own(report, request.user)
            form = UnitReportForm(request.POST, instance=report)
            if begun:
                form.take_as_told(versions_of(UnitReport, [report.pk])[report.pk])
            if form.is_valid():
                _write(form, report, request.user, act)
    except ValidationError as error:
        form.full_clean()
        form.add_error(None, error)
    if form.errors:
        return _shown(request, period, owner, *_held(request, period, owner), form, 409)
    sent = "Đã gửi báo cáo: chờ văn phòng xác nhận."
    messages.success(request, sent if act == "submit" else "Đã lưu nháp báo cáo.")
    if act == "submit" and (lacking := _lacking(period, owner)):
        messages.warning(request, f"Báo cáo đã gửi, nhưng còn {lacking} việc của kỳ chưa gửi cập nhật.")
    return redirect(request.get_full_path())


def _lacking(period: Period, owner: Unit) -> int:
    return sum(tally.lacking for tally in counted(Asked.objects.filter(period=period, unit=owner)).values())


def _write(form: UnitReportForm, report: UnitReport, user: Any, act: str) -> None:
    """The same form sent twice is one effect; what was sent is not written over."""
    if report.state not in unit_reports.OPEN_STATES:
        if form.has_changed():
            raise ValidationError(
                f"Báo cáo đang ở tình trạng “{report.get_state_display()}”: chưa ghi gì thêm; những gì bạn "
                "nhập vẫn còn ở đây."
            )
        return
    if form.has_changed():
        form.save()
    if act == "submit":
        unit_reports.take(report, user, act)


def _recall(request: HttpRequest, period: Period, owner: Unit) -> HttpResponse:
    report = UnitReport.objects.filter(period=period, unit=owner).select_related("period").first()
    if report is None:
        raise Http404("Không có báo cáo này.")
    try:
        unit_reports.take(report, request.user, "recall")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Đã thu hồi báo cáo: sửa rồi gửi lại.")
    return redirect(request.get_full_path())


def _shown(
    request: HttpRequest,
    period: Period,
    owner: Unit,
    report: UnitReport | None,
    writing: datetime | None,
    form: Any,
    code: int = 200,
) -> HttpResponse:
    may = can_update(request.user, owner)
    told = (
        visible_updates(request.user)
        .filter(period=period, unit=owner, state__in=(*STANDING, Update.State.RETURNED))
        .prefetch_related("evidence")
        .order_by("pk")
    )
    # what was returned shows only where nothing stands beside it
    updates = {(row.task_id, row.share): row for row in sorted(told, key=lambda row: row.state in STANDING)}
    standing = {key for key, row in updates.items() if row.state in STANDING}
    asked = Asked.objects.filter(period=period, unit=owner).select_related("task")
    rows = [
        (row.task, row.share, updates.get((row.task_id, row.share)))
        for row in asked.order_by("share", "task__ordinal", "task")
    ]
    by_office = plans_for_another(request.user)
    writable = writing is None and unit_reports.is_writable(report, period, may)
    said = {"ky": period.key, "don-vi": owner.short_name if by_office else "", "ct": asked_programme(request)}
    context = {
        "period": period,
        "unit": owner,
        "report": report,
        "writing": writing,
        "rows": rows,
        "unsent": sum((task.pk, share) not in standing for task, share, _ in rows),
        "sent": sum((task.pk, share) in standing for task, share, _ in rows),
        "form": form if writable or (form is not None and form.is_bound) else None,
        "words": unit_reports.words_of(report) if report else [],
        "may": may,
        "by_office": by_office and may,
        "may_answer": can_run_periods(request.user),
        "tag": TAGS.get(report.state if report else "", ""),
        "deadline": deadline_words(period),
        "mine_url": reverse("viec-cua-toi") + query(**said) if may else "",
    }
    return render(request, "baocao/mine/unit_report.html", context, status=code)

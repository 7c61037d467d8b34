"""Reporting periods: the list with its matrix, one period with its inbox, and what the office does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from baocao import reporting
from baocao.inbox import PeriodPage, Periods, Shown, how_settled
from baocao.models import Period, Review, UnitReport, Update
from baocao.period_forms import ReopenForm, ReturnForm
from baocao.reporting import STANDING
from chuongtrinh.models import Programme
from phancong.context import chosen_programme
from phancong.permissions import (
    can_run_periods,
    can_write_reviews,
    visible_periods,
    visible_reviews,
    visible_unit_reports,
    visible_updates,
)

INBOX = "#hop-thu"
MANY = 500  # more updates than a page ever shows: such a list was not sent by it


@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """/ky-bao-cao/: which periods run, which are due to be opened, and how every unit kept the last ones."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "Kỳ báo cáo"})
    page = Periods(programme, request.user, timezone.now(), request.GET.get("ct", ""))
    return render(request, "baocao/periods/list.html", {"page": page})


@require_safe
def period(request: HttpRequest, key: str) -> HttpResponse:
    """/ky-bao-cao/<key>/: who has reported, and what."""
    return _page(request, _period(request, key))


@require_POST
def step(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """…/buoc/<act>/: open, lock or reopen a period, or ask for work that was given meanwhile."""
    if act not in ("open", "lock", "reopen", "ask"):
        raise Http404("Không có bước này.")
    programme = _programme(request)
    if act != "open":
        row = _period(request, key)
    if not can_run_periods(request.user):
        raise PermissionDenied
    if act == "open":
        return _open(request, programme, key)
    form = ReopenForm(request.POST)
    if act == "reopen" and row.state == Period.State.LOCKED and not form.is_valid():
        return _page(request, row, reopen_form=form)
    try:
        _take(request, row, act, form)
    except ValidationError as error:
        _tell_step(request, row, act, error)
    return _back(request, row)


@require_POST
def settle(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """…/cap-nhat/<act>/: confirm the chosen updates, or return one with a reason."""
    if act not in ("confirm", "return"):
        raise Http404("Không có bước này.")
    row = _period(request, key)
    if not can_run_periods(request.user):
        raise PermissionDenied
    pks = [int(pk) for pk in request.POST.getlist("viec")[:MANY] if pk.isascii() and pk.isdecimal()]
    chosen = list(
        visible_updates(request.user).filter(period=row, pk__in=pks).select_related("task", "unit", "author")
    )
    if not chosen:
        messages.info(request, "Chưa chọn cập nhật nào.")
    elif act == "confirm":
        _confirm(request, chosen)
    elif refused := _return(request, row, chosen[0]):
        return refused
    return _back(request, row, INBOX)


@require_POST
def settle_report(request: HttpRequest, key: str, unit: str, act: str) -> HttpResponse:
    """…/<unit>/quyet/<act>/: confirm a unit's own words for the period, or return them with a reason."""
    if act not in ("confirm", "return"):
        raise Http404("Không có bước này.")
    row = _period(request, key)
    if not can_run_periods(request.user):
        raise PermissionDenied
    rows = visible_unit_reports(request.user).filter(period=row).select_related("unit")
    report = rows.filter(unit__short_name=unit).first()
    if report is None:
        return _taken_back(request, row, unit)
    form = ReturnForm(request.POST, pk=f"bc-{report.pk}")
    wanted = UnitReport.State.CONFIRMED if act == "confirm" else UnitReport.State.RETURNED
    wrong = act == "return" and not form.is_valid()
    if wrong and report.state == UnitReport.State.SUBMITTED:
        return _page(request, row, refused_report=report.pk, report_form=form)
    try:
        if act == "confirm":
            reporting.confirm_report(report, request.user)
        else:
            reporting.send_back_report(report, request.user, request.POST.get("reason", ""))
    except ValidationError as error:
        report.refresh_from_db()
        if report.state == wanted:
            messages.info(request, f"Báo cáo của {report.unit.name} đã {_said(wanted)} từ trước.")
        else:
            messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Báo cáo của {report.unit.name}: đã {_said(wanted)}.")
    return _back(request, row, INBOX)


def _taken_back(request: HttpRequest, row: Period, unit: str) -> HttpResponse:
    """The unit recalled its words while the office was reading them: they are its own again."""
    sent = UnitReport.objects.filter(period=row, submitted_at__isnull=False).select_related("unit")
    held = sent.filter(unit__short_name=unit).first()
    if held is None:
        raise Http404("Đơn vị chưa gửi báo cáo của kỳ này.")
    told = (
        f"Chưa ghi gì: {held.unit.name} đã thu hồi báo cáo để sửa. Đơn vị gửi lại thì báo cáo hiện ở đây, "
        "chờ xác nhận."
    )
    if reason := request.POST.get("reason", "").strip():
        told += f" Lý do trả lại vừa nhập: “{reason}”."
    messages.warning(request, told)
    return _back(request, row, INBOX)


# -- inside ------------------------------------------------------------------------------------------------


def _programme(request: HttpRequest) -> Programme:
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    return programme


def _period(request: HttpRequest, key: str) -> Period:
    programme = _programme(request)
    newest = visible_reviews(request.user).filter(period=OuterRef("pk")).order_by("-edition")
    rows = visible_periods(request.user).annotate(
        review_pk=Subquery(newest.values("pk")[:1]), review_state=Subquery(newest.values("state")[:1])
    )
    row = rows.filter(programme=programme, key=key).first()
    if row is None:
        raise Http404("Không có kỳ báo cáo này, hoặc kỳ chưa được mở.")
    row.programme = programme
    return row


def _shown(request: HttpRequest) -> Shown:
    asked = request.GET
    return Shown(asked.get("xem", ""), asked.get("don-vi", ""), asked.get("trang", "")[:6])


def _page(request: HttpRequest, row: Any, **more: Any) -> HttpResponse:
    page = PeriodPage(row, request.user, timezone.now(), _shown(request), request.GET.get("ct", ""))
    context = {
        "page": page,
        "period": row,
        "reopen_form": ReopenForm(),
        "review_state": Review.State(row.review_state).label if row.review_state else "",
        "may_write_review": can_write_reviews(request.user),
        **more,
    }
    return render(request, "baocao/periods/period.html", context)


def _back(request: HttpRequest, row: Period, at: str = "") -> HttpResponse:
    """To what one was looking at."""
    query = request.GET.urlencode()
    return redirect(reverse("ky-bao-cao-chi-tiet", args=[row.key]) + (f"?{query}" if query else "") + at)


def _open(request: HttpRequest, programme: Programme, key: str) -> HttpResponse:
    held = Period.objects.filter(programme=programme, key=key).exists()
    try:
        row = reporting.open_period(programme, key, request.user)
    except ValidationError as error:
        if not held:
            raise Http404(" ".join(error.messages)) from None
        messages.error(request, " ".join(error.messages))
        return redirect(reverse("ky-bao-cao-chi-tiet", args=[key]) + _query(request))
    if held:
        messages.info(request, f"Kỳ {row.label} đã được mở từ trước.")
    else:
        messages.success(request, f"Đã mở kỳ {row.label}: {row.asked.count()} việc phải cập nhật.")
    return redirect(reverse("ky-bao-cao-chi-tiet", args=[row.key]) + _query(request))


def _query(request: HttpRequest) -> str:
    ct = request.GET.get("ct", "")
    return f"?ct={ct}" if ct else ""


def _take(request: HttpRequest, row: Period, act: str, form: ReopenForm) -> None:
    if act == "ask":
        if not row.is_open:
            raise ValidationError(f"Kỳ {row.label} đã khóa: mở lại kỳ rồi mới đưa thêm việc vào được.")
        added = reporting.ask(row)
        words = f"Đã đưa thêm {added} việc mới giao vào kỳ." if added else "Không có việc nào mới giao."
        messages.success(request, words)
    elif act == "lock":
        row.record("lock", request.user)
        messages.success(request, f"Đã khóa kỳ {row.label}: đơn vị không gửi, không thu hồi được nữa.")
    else:
        row.record("reopen", request.user, reason=form.data.get("reason", ""))
        messages.success(request, f"Đã mở lại kỳ {row.label}.")


def _tell_step(request: HttpRequest, row: Period, act: str, error: ValidationError) -> None:
    """Whose click came second is told who was first; one's own second click has done no harm."""
    last = row.acts.select_related("by").last()
    if act == "ask" or last is None or last.act != act:
        messages.error(request, " ".join(error.messages))
        return
    who = "Bạn" if last.by_id == request.user.pk else str(last.by or "Phần mềm")
    at = f"{timezone.localtime(last.recorded_at):%H:%M %d/%m/%Y}"
    messages.info(request, f"{who} đã {last.get_act_display().lower()} này lúc {at}.")


def _confirm(request: HttpRequest, chosen: list[Update]) -> None:
    newer = Update.objects.filter(replaces__in=chosen, state__in=STANDING)
    superseded = set(newer.values_list("replaces", flat=True))
    wanted = [row for row in chosen if row.pk not in superseded]
    done = reporting.confirm(wanted, request.user)
    if done:
        messages.success(request, f"Đã xác nhận {done} cập nhật.")
    if superseded:
        codes = ", ".join(row.task.code for row in chosen if row.pk in superseded)
        messages.warning(request, f"Đơn vị vừa gửi bản mới, chưa xác nhận: {codes}. Xem bản mới ở dưới.")
    if done == len(wanted):
        return
    rows = Update.objects.filter(pk__in=[row.pk for row in wanted]).select_related("task", "settled_by")
    others = [how_settled(one, request.user) for one in rows if not _mine(one, request.user)]
    if others:
        messages.warning(request, f"Chưa xác nhận, vì đã có người giải quyết trước: {'; '.join(others)}.")
    elif not done:
        messages.info(request, "Bạn đã xác nhận các cập nhật này từ trước.")


def _return(request: HttpRequest, row: Period, update: Update) -> HttpResponse | None:
    form = ReturnForm(request.POST, pk=update.pk)
    if update.state == Update.State.SUBMITTED:
        if not form.is_valid():
            return _page(request, row, refused=update.pk, return_form=form)
        try:
            reporting.send_back(update, request.user, form.cleaned_data["reason"])
        except ValidationError:
            pass  # somebody was faster: told below
        else:
            messages.success(request, f"Đã trả lại {update.task.code} cho {update.unit.name}.")
            return None
    now = Update.objects.select_related("task", "settled_by").get(pk=update.pk)
    if now.state == Update.State.RETURNED and now.settled_by_id == request.user.pk:
        messages.info(request, f"Bạn đã trả lại {now.task.code} từ trước.")
    else:
        messages.error(request, f"Chưa trả lại được {how_settled(now, request.user)}.")
    return None


def _mine(row: Update, user: Any) -> bool:
    return row.state == Update.State.CONFIRMED and row.settled_by_id == user.pk


def _said(state: str) -> str:
    return "xác nhận" if state == UnitReport.State.CONFIRMED else "trả lại"

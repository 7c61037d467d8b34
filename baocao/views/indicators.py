"""The indicators against their targets, and the page of one: its values, who sent and who confirmed them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from baocao import indicator_values
from baocao.charts import BROAD
from baocao.indicator_forms import SettleForm, ValueForm
from baocao.indicators import Shown, bullets_of, holds, indicators_of, line_of, state_on
from baocao.models import IndicatorValue
from nhiemvu.as_of import asked_day
from nhiemvu.models import Indicator
from phancong.answered_then import answered_on
from phancong.context import chosen_programme, kept, pager
from phancong.permissions import can_confirm_values, can_enter_facts, visible_units, visible_values

SEND, CONFIRM, RETURN = "gui", "xac-nhan", "tra-lai"
PER_PAGE = 50


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """/chi-tieu/: every indicator's newest value against its target, on any day."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Chỉ tiêu"})
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    who = answered_on(programme, day, (), overseers=False, lines=False)
    rows = indicators_of(programme, day, request.user, who=who)
    carried = kept(request, day)
    context = {
        "rows": rows,
        "day": day,
        "kept": carried,
        "as_of_url": request.path,
        "chart": bullets_of("chi-tieu", "Chỉ tiêu so với mục tiêu", rows, carried, BROAD) if rows else None,
        "waiting": sum(len(row.waiting) for row in rows),
    }
    return render(request, "baocao/indicators/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """/chi-tieu/<code>/: the values of one indicator; the unit sends, the office confirms or returns."""
    if request.method != "POST":
        return _page(request, code)
    act = {SEND: _send, CONFIRM: _settle, RETURN: _settle}.get(request.POST.get("buoc", ""))
    if act is None:
        messages.error(request, "Chưa rõ việc cần làm: hãy bấm một trong các nút của trang.")
        return redirect(_url(request, code))
    return act(request, _indicator(request, code))


def _send(request: HttpRequest, row: Indicator) -> HttpResponse:
    lead = indicator_values.leading_unit(row, timezone.localdate())
    if not can_enter_facts(request.user, lead):
        raise PermissionDenied
    form = _form(request, row, lead, data=request.POST)
    if form.is_valid():
        data = form.cleaned_data
        before = _value(request, row, data["replaces"]) if data["replaces"] else None
        try:
            sent = indicator_values.send(
                row,
                request.user,
                on=data["on"],
                value=data["value"],
                source=data["source"],
                replaces=before,
                unit=data.get("unit"),
            )
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(
                request, f"Đã gửi số liệu {row.code} tính đến {sent.on:%d/%m/%Y}: chờ văn phòng xác nhận."
            )
            return redirect(_url(request, row.code))
    return _page(request, row.code, form=form, refused=form)


def _settle(request: HttpRequest, row: Indicator) -> HttpResponse:
    if not can_confirm_values(request.user):
        raise PermissionDenied
    form = SettleForm(request.POST)
    if not form.is_valid() and "pk" in form.errors:
        raise Http404("Không có số liệu này.")
    value = _value(request, row, form.cleaned_data["pk"])
    if form.is_valid():
        try:
            if request.POST["buoc"] == CONFIRM:
                indicator_values.confirm(value, request.user)
            else:
                indicator_values.send_back(value, request.user, form.cleaned_data["reason"])
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, f"{value.get_state_display()}: {row.code}, {value.on:%d/%m/%Y}.")
            on_a_page = f"{request.get_full_path()}#cac-so-lieu" if "trang" in request.GET else ""
            return redirect(on_a_page or _url(request, row.code))
    return _page(request, row.code, refused=form, settling={value.pk: form})


# -- inside ------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, code: str, **given: Any) -> HttpResponse:
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    task = Indicator.objects.filter(programme=programme, code=code).select_related("task").first()
    if task is None:
        raise Http404(f"Không có chỉ tiêu mang mã {code}.")
    tasks = [task.task] if task.task else []
    who = answered_on(programme, day, tasks, overseers=False, lines=False)
    [row] = indicators_of(programme, day, request.user, code=code, who=who)
    may_enter = not day.past and can_enter_facts(request.user, row.lead)
    may_settle = not day.past and can_confirm_values(request.user)
    settling = given.pop("settling", {})
    waiting = {value.pk for value in row.waiting}  # what the office has to settle stands first
    values = sorted(row.values, key=lambda value: value.pk not in waiting)
    page = Paginator(values, PER_PAGE).get_page(request.GET.get("trang", "")[:6])
    context = {
        "row": row,
        "indicator": row.indicator,
        "values": [_line(value, row, settling, may_enter=may_enter, may_settle=may_settle) for value in page],
        "pager": pager(page, lambda number: _at(request, number)),
        "day": day,
        "kept": kept(request, day),
        "as_of_url": request.path,
        "chart": line_of("so-lieu", f"{code}: số liệu và mục tiêu", row) if row.points else None,
        "may_enter": may_enter,
        "may_settle": may_settle,
        "form": _form(request, row.indicator, row.lead, replaced=_replaced(request, row))
        if may_enter
        else None,
        **given,
    }
    return render(request, "baocao/indicators/indicator.html", context)


def _at(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["trang"] = str(number)
    return f"?{query.urlencode()}#cac-so-lieu"


def _line(
    value: IndicatorValue, row: Shown, settling: dict[int, Any], *, may_enter: bool, may_settle: bool
) -> dict[str, Any]:
    """One value with how it stood on the day and what its reader may do with it."""
    state, holding = state_on(value, row.day), holds(value, row.values, row.day)
    waits = state == IndicatorValue.State.SUBMITTED
    replaced = any(other.replaces_id == value.pk for other in row.waiting)
    return {
        "row": value,
        "said": row.said(value.value),
        "state": IndicatorValue.State(state),
        "old": state == IndicatorValue.State.CONFIRMED and not holding,
        "may_correct": may_enter and (waits or holding) and not replaced,
        "settle": settling.get(value.pk) or SettleForm(initial={"pk": value.pk}, auto_id=f"id_{value.pk}_%s")
        if may_settle and waits
        else None,
    }


def _form(
    request: HttpRequest, row: Indicator, lead: Any, *, data: Any = None, replaced: Any = None
) -> ValueForm:
    units = visible_units(request.user).filter(valid_to=None) if lead is None else None
    initial = (
        {"on": replaced.on, "value": replaced.value, "source": replaced.source, "replaces": replaced.pk}
        if replaced
        else {}
    )
    return ValueForm(data, measure=row.unit, units=units, initial=initial)


def _replaced(request: HttpRequest, row: Shown) -> IndicatorValue | None:
    """The value that ``?thay=`` wants to correct, among those that one sees here."""
    wanted = request.GET.get("thay", "")
    return next((value for value in row.values if str(value.pk) == wanted), None)


def _indicator(request: HttpRequest, code: str) -> Indicator:
    rows = Indicator.objects.filter(programme=chosen_programme(request))
    return get_object_or_404(rows.select_related("programme", "task", "section"), code=code)


def _value(request: HttpRequest, row: Indicator, pk: int) -> IndicatorValue:
    return get_object_or_404(visible_values(request.user).filter(indicator=row), pk=pk)


def _url(request: HttpRequest, code: str) -> str:
    return f"{reverse('chi-tieu-chi-tiet', args=[code])}{kept(request)}"

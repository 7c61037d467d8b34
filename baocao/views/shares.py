"""/ky-bao-cao/<key>/viec-chung/<code>/: each unit's share of a group's work, the office's figure."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from baocao.models import Period
from baocao.period_forms import FigureForm
from baocao.shares import SharedWork, next_to_figure, record_figure
from nhiemvu.models import Task
from phancong.context import chosen_programme
from phancong.permissions import can_run_periods, visible_periods, visible_tasks


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shared_work(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """Read by whoever sees the period; the figure is recorded by the office alone."""
    programme = chosen_programme(request)
    period = visible_periods(request.user).filter(programme=programme, key=key).first()
    task = visible_tasks(request.user).filter(programme=programme, code=code).first()
    if programme and period:
        period.programme = programme
    work = SharedWork.read(period, task, request.user) if period and task else None
    if programme is None or period is None or task is None or work is None:
        raise Http404("Kỳ này không hỏi phần việc của các đơn vị cho việc này.")
    may = can_run_periods(request.user)
    if request.method != "POST":
        form = FigureForm.of(work) if may and work.open_to_office else None
        return _shown(request, work, form)
    if not may:
        raise PermissionDenied
    return _record(request, period, task, FigureForm(request.POST))


def _record(request: HttpRequest, period: Period, task: Task, form: FigureForm) -> HttpResponse:
    if form.is_valid():
        try:
            record_figure(period, task, request.user, form.report(), seen=form.cleaned_data["seen"])
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, f"Đã ghi số liệu chung của {task.code}.")
            return redirect(request.get_full_path())
    work = SharedWork.read(period, task, request.user)
    if work is None:
        raise Http404("Kỳ này không hỏi phần việc của các đơn vị cho việc này.")
    form.take_as_told(work)
    return _shown(request, work, form, 409)


def _shown(request: HttpRequest, work: SharedWork, form: FigureForm | None, code: int = 200) -> HttpResponse:
    then = next_to_figure(work.period, work.task) if form else None
    context = {"work": work, "period": work.period, "task": work.task, "form": form, "then": then}
    return render(request, "baocao/periods/shared_work.html", context, status=code)

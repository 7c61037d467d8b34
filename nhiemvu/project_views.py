"""The projects: the joint timeline, a page for each, and the forms by which they are filled in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nhiemvu.as_of import asked_day
from nhiemvu.models import Funding, Milestone, ProjectProfile, Risk, Task
from nhiemvu.project_forms import FundingForm, MilestoneForm, ProfileForm, RiskForm
from nhiemvu.project_page import project_timeline, projects_of
from nhiemvu.projects import record
from phancong.answerable import Answerability
from phancong.context import chosen_programme, kept
from phancong.permissions import can_enter_facts, visible_tasks

FORMS: dict[str, tuple[type[Any], Any, str]] = {
    "moc": (Milestone, MilestoneForm, "mốc"),
    "von": (Funding, FundingForm, "nguồn vốn"),
    "rui-ro": (Risk, RiskForm, "rủi ro"),
    "ho-so": (ProjectProfile, ProfileForm, "hồ sơ"),
}
"""What is entered of a project, by the word in its address."""


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """/de-an/: the projects of Part III on one timeline, and what each still lacks."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Đề án"})
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    rows = projects_of(visible_tasks(request.user), programme, day, request.user)
    signed = sum(row.task.clause_id is not None for row in rows)
    carried = kept(request, day)
    context = {
        "rows": rows,
        "signed": signed,
        "added": len(rows) - signed,
        "day": day,
        "kept": carried,
        "as_of_url": request.path,
        "chart": project_timeline("de-an", "Mốc và thời hạn các đề án", rows, day, carried) if rows else None,
        "may_enter_any": any(row.may_enter for row in rows),
    }
    return render(request, "nhiemvu/project/list.html", context)


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """/de-an/<code>/: milestones, capital, risks and profile of a project, and how they came to be so."""
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    rows = projects_of(visible_tasks(request.user), programme, day, request.user, code=code)
    if not rows:
        raise Http404(f"Không có đề án mang mã {code}.")
    carried = kept(request, day)
    context = {
        "row": rows[0],
        "task": rows[0].task,
        "beside": rows[0].beside,
        "day": day,
        "kept": carried,
        "as_of_url": request.path,
        "chart": project_timeline("moc", f"Mốc của {code}", rows, day, carried),
    }
    return render(request, "nhiemvu/project/project.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str, what: str, pk: int | None = None) -> HttpResponse:
    """/de-an/<code>/<what>/ and …/<pk>/: a new row of the project, or one that is changed."""
    if what not in FORMS or (what == "ho-so" and pk):
        raise Http404("Không có trang này.")
    model, form_of, label = FORMS[what]
    rows = visible_tasks(request.user).filter(programme=chosen_programme(request), kind=Task.Kind.PROJECT)
    task: Task = get_object_or_404(rows.select_related("programme", "mirrors"), code=code)
    row = _row(model, task, pk)
    who = Answerability(task.programme, on=timezone.localdate(), tasks=[task], overseers=False)
    if not can_enter_facts(request.user, who.leading_unit(task)):
        raise PermissionDenied
    page_url = reverse("de-an-chi-tiet", args=[code])
    if task.mirrors:
        messages.error(request, f"{code} tính cùng {task.mirrors.code}: ghi ở đó, một lần.")
        return redirect(f"{page_url}{kept(request)}")
    if request.method == "POST":
        with transaction.atomic():
            # Held, so that what two send at once comes one after the other.
            Task.objects.select_for_update().only("pk").get(pk=task.pk)
            form = form_of(request.POST, instance=_row(model, task, pk))
            if form.is_valid():
                if form.has_changed():
                    record(form.instance, request.user)
                told = f"Đã ghi {label} của {code}." if form.has_changed() else "Không có gì thay đổi."
                messages.success(request, told)
                return redirect(f"{page_url}{kept(request)}#{what}")
    else:
        today = {"raised_on": timezone.localdate()} if row.pk is None else {}
        form = form_of(instance=row, initial=today)
    new = row._state.adding and what != "ho-so"
    context = {
        "task": task,
        "form": form,
        "heading": f"Thêm {label}" if new else f"Sửa {label}",
        "back_url": f"{page_url}{kept(request)}#{what}",
    }
    return render(request, "nhiemvu/project/enter.html", context)


def _row(model: type[Any], task: Task, pk: int | None) -> Any:
    """The row to be changed, or a new one; a project has one profile."""
    rows = model._base_manager.select_related("task__programme").filter(task=task)
    if pk is not None:
        return get_object_or_404(rows, pk=pk)
    known = rows.first() if model is ProjectProfile else None
    return known or model(task=task)

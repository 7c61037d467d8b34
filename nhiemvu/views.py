"""The work list, the page of one task, and the projects."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from chuongtrinh.models import User
from nhiemvu.facts import facts_of
from nhiemvu.forms import GAP_LABELS, KIND_LABELS, Asked
from nhiemvu.models import Task
from nhiemvu.status import status
from nhiemvu.task_page import TaskPage
from nhiemvu.work_list import PAGE_SIZE, WorkList
from phancong.answerable import Answerability
from phancong.context import chosen_programme
from phancong.models import Assignment
from phancong.permissions import can_confirm, can_enter, visible_deadline_proposals, visible_tasks


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """/nhiem-vu/: everything, filtered by the query string; htmx asks for the list alone."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Nhiệm vụ, đề án"})
    htmx = cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]
    part = bool(htmx) and not htmx.history_restore_request
    today = timezone.localdate()
    listed = WorkList(programme, today)
    user = cast(User, request.user)
    asked = Asked(request.GET, user, today, listed.sections, with_options=not part)
    counts = listed.counts(asked.filters)
    pages = max(1, -(-counts.total // PAGE_SIZE))
    page = asked.page()
    if page > pages:
        asked.notes.append(f"Không có trang {page}: đang xem trang cuối ({pages}).")
        page = pages
    start = (page - 1) * PAGE_SIZE
    context = {
        "asked": asked,
        "part": part,
        "total": counts.total,
        "rows": listed.rows(asked.filters, start),
        "gap_chips": [_chip(asked, "thieu", name, GAP_LABELS[name], n) for name, n in counts.gaps.items()],
        "kind_chips": [
            _chip(asked, "loai", name, KIND_LABELS[name], n)
            for name, n in counts.kinds.items()
            if n or name != Task.Kind.PLAN_ITEM
        ],
        "page": page,
        "pages": pages,
        "first": min(start + 1, counts.total),
        "last": min(start + PAGE_SIZE, counts.total),
        "previous_url": asked.query(page=page - 1) if page > 1 else "",
        "next_url": asked.query(page=page + 1) if page < pages else "",
        "clear_url": f"?ct={programme.pk}" if request.GET.get("ct") else request.path,
    }
    response = render(request, "nhiemvu/_list.html" if part else "nhiemvu/list.html", context)
    if part:
        # The address to share: without the empty boxes of the form.
        response["HX-Push-Url"] = f"{request.path}{asked.query(page=page)}"
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def _chip(asked: Asked, name: str, value: str, label: str, count: int) -> dict[str, object]:
    on = value in asked.filters.gaps if name == "thieu" else value == asked.filters.kind
    url = asked.query(drop=(name, value)) if on else asked.query(add=(name, value))
    return {"label": label, "count": count, "on": on, "url": url}


@require_safe
def task_page(request: HttpRequest, code: str) -> HttpResponse:
    """/nhiem-vu/<code>/: the signed clause, who answers for it and why, 6 rõ and what belongs to it."""
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    today = timezone.localdate()
    page = TaskPage.read(visible_tasks(request.user).filter(programme=programme), code, programme, today)
    if page is None:
        raise Http404(f"Không có nhiệm vụ, đề án mang mã {code}.")
    context = {
        "page": page,
        "task": page.task,
        "may_decide": can_confirm(request.user) or can_enter(request.user),
    }
    return render(request, "nhiemvu/task.html", context)


@require_POST
def decide_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Take or leave a deadline that the signed text states: a decision recorded with name and time."""
    proposal = get_object_or_404(visible_deadline_proposals(request.user).select_related("task"), pk=pk)
    if not (can_confirm(request.user) or can_enter(request.user)):
        raise PermissionDenied
    decision = request.POST.get("quyet-dinh")
    if decision not in ("accept", "decline"):
        messages.error(request, "Chưa rõ quyết định: hãy bấm “Ghi làm thời hạn” hoặc “Không dùng”.")
    else:
        try:
            proposal.decide(request.user, accept=decision == "accept")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            done = (
                "Đã ghi thời hạn theo văn bản"
                if decision == "accept"
                else "Đã ghi là không dùng thời hạn này"
            )
            messages.success(request, f"{done}: {proposal.task.code}, “{proposal.as_written}”.")
    return redirect(f"{proposal.task.get_absolute_url()}?ct={proposal.task.programme_id}")


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """/de-an/: the projects of Part III with what each still lacks."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Đề án"})
    today = timezone.localdate()
    tasks = list(
        visible_tasks(request.user)
        .filter(programme=programme, kind=Task.Kind.PROJECT)
        .select_related("section", "mirrors")
        .order_by("ordinal")
    )
    who = Answerability(programme, on=today, tasks=tasks)
    facts = facts_of(tasks)
    rows = [
        {
            "task": task,
            "leads": [duty for duty in who.duties(task) if duty.role == Assignment.Role.LEAD],
            "six": who.six_clear(task),
            "status": status(facts[task.pk], today),
        }
        for task in tasks
    ]
    return render(request, "nhiemvu/projects.html", {"rows": rows, "list_url": reverse("nhiem-vu")})
